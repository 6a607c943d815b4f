"""What failed goes on where it failed, if somebody asks for that."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from swaddle.coordinator.life import advance
from swaddle.coordinator.next_steps import waits_for
from swaddle.kernel.identifiers import MessageId, Tenant, VideoId
from swaddle.kernel.life import State, Video
from swaddle.kernel.messages import RetryRequested, StageFailed

OF: dict[str, Any] = {"tenant": Tenant("lab"), "video_id": VideoId("v1")}
BroughtTo = Callable[..., Video]


def failed(cause: str, stage: str = "swapping") -> StageFailed:
    return StageFailed(
        **OF, stage=stage, error="InvalidPlan", reason="No.", cause=MessageId(cause)
    )


@pytest.mark.parametrize("state", list(State)[:8])
def test_what_failed_goes_on_where_it_failed(brought_to: BroughtTo, state: State) -> None:
    video = brought_to(state)
    (command, *_) = waits_for(video)
    broken = advance(video, failed(command.message_id))
    again = advance(broken, RetryRequested(**OF, attempt=1))

    assert broken.state is State.FAILED
    assert (again.state, again.error, again.reason) == (state, "", "")
    assert list(waits_for(again)) == list(waits_for(video))


def test_one_request_starts_a_failed_video_once(brought_to: BroughtTo) -> None:
    video = brought_to(State.INGESTED)
    (command, *_) = waits_for(video)
    asked = RetryRequested(**OF, attempt=1)
    again = advance(advance(video, failed(command.message_id)), asked)
    broken = advance(again, failed(command.message_id))

    assert advance(broken, asked) == broken
    assert advance(broken, replace(asked, attempt=2)).state is State.INGESTED


def test_what_did_not_fail_or_has_no_original_is_not_started_again(brought_to: BroughtTo) -> None:
    asked = RetryRequested(**OF, attempt=1)
    released = brought_to(State.RELEASED)
    failing = brought_to(State.INGESTED)
    (command, *_) = waits_for(failing)
    cleared = replace(advance(failing, failed(command.message_id)), cleared=True)

    assert advance(released, asked) == released
    assert advance(cleared, asked) == cleared
