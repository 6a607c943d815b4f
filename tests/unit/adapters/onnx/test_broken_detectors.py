"""A detector that breaks has not seen that nobody is there."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from onnxruntime.capi.onnxruntime_pybind11_state import RuntimeException

from swaddle.adapters.onnx.face_detector import OnnxFaceDetector
from swaddle.kernel.errors import ModelFailed
from tests.contracts import detectors
from tests.contracts.detectors import Marked


@dataclass(frozen=True)
class Broken:
    """A model that gives scores that are no numbers, or stops."""

    session: Any
    error: Exception | None = None

    def get_inputs(self) -> Any:  # noqa: ANN401 - ONNX Runtime has no types
        return self.session.get_inputs()

    def get_outputs(self) -> Any:  # noqa: ANN401 - as above
        return self.session.get_outputs()

    def run(self, names: list[str] | None, inputs: dict[str, Any]) -> Any:  # noqa: ANN401
        if self.error is not None:
            raise self.error
        outputs = self.session.run(names, inputs)
        return [np.full_like(outputs[0], np.nan), *outputs[1:]]


@pytest.mark.parametrize("error", [None, RuntimeException("CUDA failure 700 at node /c1")])
@pytest.mark.parametrize(
    ("family", "write"),
    [
        ("centerface", detectors.centerface),
        ("scrfd", detectors.scrfd),
        ("retinaface", detectors.retinaface),
        ("yunet", detectors.yunet),
        ("yoloface", detectors.yoloface),
    ],
)
def test_it_says_which_file_it_was(
    tmp_path: Path, family: str, write: Callable[[Path], Path], error: Exception | None
) -> None:
    whole = OnnxFaceDetector(write(tmp_path / f"{family}.onnx"), family)
    broken = replace(whole.session, session=Broken(whole.session.session, error))
    picture = detectors.picture((64, 64), [Marked(0, 3, 2)])

    with pytest.raises(
        ModelFailed, match=rf"The detector {family}.onnx (stopped|gave)"
    ) as failure:
        replace(whole, session=broken).detect(picture)
    assert "node" not in str(failure.value)
