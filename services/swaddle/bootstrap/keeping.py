"""How long a process keeps what it has loaded."""

from functools import lru_cache
from typing import Final

CHOICES: Final = 8
"""Settings, or engines of a plan, whose models stay: a process has one of the former and few of the
latter; one that is asked for ever other ones does not keep the models of all of them."""

kept = lru_cache(maxsize=CHOICES)
"""Load once for each choice, and let go of what was not asked for longest."""
