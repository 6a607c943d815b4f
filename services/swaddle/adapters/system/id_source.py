"""Names from the operating system's randomness."""

import secrets


class SystemIdSource:
    """Makes names of 128 random bits."""

    def fresh(self) -> str:
        """Ask the operating system."""
        return secrets.token_hex(16)
