"""Which licences the user accepts."""

from collections.abc import Iterable
from enum import StrEnum

from swaddle.kernel.errors import Misused

from .catalogue import Model


class LicencePolicy(StrEnum):
    """What the weights may be used for."""

    PERMISSIVE = "permissive"
    """Anything, commercial use included."""
    RESEARCH = "research"
    """Research alone: weights whose licence forbids commercial use are accepted."""


def check_licences(models: Iterable[Model], policy: LicencePolicy) -> None:
    """Raise Misused where the licence of a model does not allow what the policy promises."""
    if policy is LicencePolicy.RESEARCH:
        return
    for model in models:
        if not model.licence.commercial:
            raise Misused(
                f"The model {model.name} is licensed under {model.licence.spdx} "
                f"({model.licence.stated}), which forbids commercial use; "
                "to accept that for research, set SWADDLE_LICENCES=research."
            )
