"""The inventor that paints, with tiny networks."""

import pytest

pytest.importorskip("torch", reason="torch is not installed (extra gpu)")
pytest.importorskip("diffusers", reason="diffusers is not installed (extra gpu)")

from swaddle.adapters.diffusers.identity_generator import (
    DiffusersIdentityGenerator,
)
from swaddle.adapters.diffusers.inpainting import Inpainter
from swaddle.adapters.diffusers.presets import preset
from swaddle.identity.judging import Judge
from swaddle.kernel.batching import Batching
from swaddle.kernel.devices import Device
from tests.contracts.identities import IdentityGeneratorContract
from tests.unit.adapters.diffusers.made import SIZE, saved
from tests.unit.identity.sitters import Onlooker

pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")


class TestDiffusersIdentityGenerator(IdentityGeneratorContract):
    @pytest.fixture(scope="class")
    def generator(self, tmp_path_factory: pytest.TempPathFactory) -> DiffusersIdentityGenerator:
        wanted = preset("permissive-sd15").model_copy(update={"size": SIZE, "steps": 4})
        folders = saved(wanted, tmp_path_factory.mktemp("weights"))
        onlooker = Onlooker()
        paint = Inpainter(wanted, folders, Device.CPU).paint
        look = Judge(onlooker, onlooker).accepted
        return DiffusersIdentityGenerator("permissive-sd15", wanted, paint, look, Batching(2))
