"""Who may ask for what."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from .identifiers import Tenant


class Role(StrEnum):
    """What a token is good for."""

    SUBMITTER = "submitter"
    """Submit videos, see and erase the tenant's."""
    REVIEWER = "reviewer"
    """The same, and answer for what the gate holds."""
    ADMIN = "admin"
    """Everything that the API offers for the tenant's videos."""

    def includes(self, other: "Role") -> bool:
        """Return whether who has this role may do what the other may."""
        order = list(Role)
        return order.index(self) >= order.index(other)


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """What a token stands for."""

    tenant: Tenant
    role: Role
    holder: str
    """Who has it: the reviewer that a manifest names."""
    expires: datetime
