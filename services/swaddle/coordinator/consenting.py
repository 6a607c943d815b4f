"""What becomes of a video when a consent changes."""

from dataclasses import replace
from datetime import date
from typing import Final

from swaddle.kernel.consent import Consent
from swaddle.kernel.identifiers import VideoId
from swaddle.kernel.life import RESTING, State, Video
from swaddle.kernel.ports import Ledger

OVER: Final = RESTING - {State.HELD}
"""States in which there is nothing to stop. Nobody may release a held video without consent."""

WITHDRAWN: Final = "The consent of the video forbids it."


def agree(ledger: Ledger, video_id: VideoId, consent: Consent, today: date) -> Video:
    """Record a consent; stop the work on a video that it forbids. Raises NotFound."""

    def step(video: Video) -> Video:
        changed = replace(video, consent=consent)
        if video.state in OVER or consent.allows_processing(today):
            return changed
        return replace(changed, state=State.CANCELLED, reason=WITHDRAWN)

    return ledger.change(video_id, step, "ConsentChanged")
