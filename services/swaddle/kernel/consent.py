"""What the people in a video, or who answers for them, agreed to."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True, kw_only=True)
class Consent:
    """
    Travels with a video, and can forbid what is asked for.

    Nothing said means agreed: a lab that keeps its consents elsewhere need not say it twice.
    """

    reference: str = ""
    """Where the form is found: the lab's own number for it, never a name."""
    processing: bool = True
    """Whether the video may be worked on."""
    sharing: bool = True
    """Whether what comes of it may be handed out."""
    until: date | None = None
    """The last day on which any of this holds; absent: for good."""

    def allows_processing(self, today: date) -> bool:
        """Whether the video may be worked on today."""
        return self.processing and self._holds(today)

    def allows_sharing(self, today: date) -> bool:
        """Whether the result may be handed out today."""
        return self.sharing and self.processing and self._holds(today)

    def _holds(self, today: date) -> bool:
        return self.until is None or today <= self.until
