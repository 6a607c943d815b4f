import pytest

from swaddle.kernel.errors import Misused
from swaddle.models.licensing import LicencePolicy, check_licences
from tests.contracts.weights import model_of

FREE, RESTRICTED = model_of(), model_of(name="restricted", commercial=False)


@pytest.mark.parametrize("policy", LicencePolicy)
def test_a_permissive_licence_is_always_accepted(policy: LicencePolicy) -> None:
    check_licences([FREE], policy)


def test_a_licence_that_forbids_commercial_use_is_for_research_alone() -> None:
    check_licences([FREE, RESTRICTED], LicencePolicy.RESEARCH)

    with pytest.raises(Misused, match=r"restricted is licensed under MIT \(here\), which forbids"):
        check_licences([FREE, RESTRICTED], LicencePolicy.PERMISSIVE)
