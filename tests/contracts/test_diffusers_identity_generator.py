"""The inventor that paints, with tiny networks."""

import pytest

from tests.missing import imported

imported("torch")
imported("diffusers")

from swaddle.adapters.diffusers.identity_generator import (  # noqa: E402
    DiffusersIdentityGenerator,
)
from swaddle.adapters.diffusers.inpainting import Inpainter  # noqa: E402
from swaddle.adapters.diffusers.presets import preset  # noqa: E402
from swaddle.identity.judging import Judge  # noqa: E402
from swaddle.kernel.batching import Batching  # noqa: E402
from swaddle.kernel.devices import Device  # noqa: E402
from tests.contracts.identities import IdentityGeneratorContract  # noqa: E402
from tests.unit.adapters.diffusers.made import SIZE, saved  # noqa: E402
from tests.unit.identity.sitters import Onlooker  # noqa: E402

pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")


@pytest.fixture(scope="module")
def painter(tmp_path_factory: pytest.TempPathFactory) -> DiffusersIdentityGenerator:
    few = {"size": SIZE, "steps": 4, "mask_growth": 3, "mask_blur": 1.0}
    wanted = preset("permissive-sd15").model_copy(update=few)
    folders = saved(wanted, tmp_path_factory.mktemp("weights"))
    onlooker = Onlooker()
    paint = Inpainter(wanted, folders, Device.CPU).paint
    look = Judge(onlooker, onlooker).accepted
    return DiffusersIdentityGenerator("permissive-sd15", wanted, paint, look, Batching(2))


class TestDiffusersIdentityGenerator(IdentityGeneratorContract):
    @pytest.fixture
    def generator(self, painter: DiffusersIdentityGenerator) -> DiffusersIdentityGenerator:
        return painter
