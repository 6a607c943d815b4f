"""What every ledger promises."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from swaddle.kernel import audit
from swaddle.kernel.errors import Conflict, Misused, NotFound
from swaddle.kernel.identifiers import SubjectId, TrackId
from swaddle.kernel.life import State, TaskKey, Video
from swaddle.kernel.messages import Goal, LinkedSubject, Order
from swaddle.kernel.ports import Ledger
from tests.contracts.videos import (
    V1,
    V2,
    V3,
    A,
    B,
    blob,
    filled,
    given,
    identities,
    linked,
    received,
)


class LedgerContract:
    @pytest.fixture
    def ledger(self, tmp_path: Path) -> Ledger:
        raise NotImplementedError

    def test_an_unknown_video_is_not_found(self, ledger: Ledger) -> None:
        with pytest.raises(NotFound):
            ledger.find(V1)
        with pytest.raises(NotFound):
            ledger.change(V1, lambda video: video, "Event")

        assert list(ledger.history(V1)) == []

    @pytest.mark.parametrize(
        "video", [received(), linked(), filled()], ids=["new", "linked", "all"]
    )
    def test_a_video_is_found_as_it_was_admitted(self, ledger: Ledger, video: Video) -> None:
        assert ledger.admit(video) == video
        assert ledger.find(V1) == video

    def test_a_video_is_admitted_once(self, ledger: Ledger) -> None:
        ledger.admit(received())
        again = ledger.admit(replace(received(), source=blob("other")))

        assert again == ledger.find(V1) == received()
        assert len(ledger.history(V1)) == 1

    def test_a_change_is_recorded(self, ledger: Ledger) -> None:
        ledger.admit(received())
        changed = ledger.change(V1, lambda _: filled(), "Event")

        assert changed == ledger.find(V1) == filled()

    def test_a_change_begins_with_what_is_recorded(self, ledger: Ledger) -> None:
        ledger.admit(filled())
        seen = []
        ledger.change(V1, lambda video: seen.append(video) or video, "Event")

        assert seen == [filled()]

    def test_a_step_that_fails_changes_nothing(self, ledger: Ledger) -> None:
        ledger.admit(received())

        def fail(_: Video) -> Video:
            raise Misused("no")

        with pytest.raises(Misused):
            ledger.change(V1, fail, "Event")
        assert ledger.find(V1) == received()
        assert len(ledger.history(V1)) == 1

    def test_two_videos_do_not_touch_each_other(self, ledger: Ledger) -> None:
        for video in (V1, V2):
            ledger.admit(linked(video))
            ledger.change(video, identities(a="i1", b="i2"), "IdentitiesFrozen")
        ledger.change(V1, lambda video: replace(video, state=State.FAILED), "StageFailed")

        assert ledger.find(V2).state is State.RECEIVED
        assert ledger.find(V2).identities == ledger.find(V1).identities

    # --- one identity per subject, and two subjects never share one --------------------------

    @pytest.mark.parametrize("later", [{"a": "i2"}, {}], ids=["another", "none"])
    def test_a_subject_keeps_its_identity(self, ledger: Ledger, later: dict[str, str]) -> None:
        ledger.admit(linked())
        ledger.change(V1, identities(a="i1"), "IdentitiesFrozen")

        with pytest.raises(Conflict):
            ledger.change(V1, identities(**later), "IdentitiesFrozen")
        assert ledger.find(V1).identities == given(A, "i1")

    def test_two_subjects_never_share_an_identity(self, ledger: Ledger) -> None:
        ledger.admit(linked())
        ledger.change(V1, identities(a="i1"), "IdentitiesFrozen")

        with pytest.raises(Conflict):
            ledger.change(V1, identities(a="i1", b="i1"), "IdentitiesFrozen")
        assert ledger.find(V1).identities == given(A, "i1")

    def test_who_is_no_subject_has_no_identity(self, ledger: Ledger) -> None:
        ledger.admit(received())

        with pytest.raises(Conflict):
            ledger.change(V1, identities(a="i1"), "IdentitiesFrozen")

    def test_a_track_belongs_to_one_subject(self, ledger: Ledger) -> None:
        ledger.admit(linked())
        both = LinkedSubject(subject_id=B, tracks=(TrackId("t2"), TrackId("t1")))

        with pytest.raises(Conflict):
            ledger.change(
                V1, lambda video: replace(video, subjects=(video.subjects[0], both)), "Event"
            )
        assert ledger.find(V1) == linked()

    def test_a_subject_never_vanishes(self, ledger: Ledger) -> None:
        ledger.admit(linked())

        with pytest.raises(Conflict):
            ledger.change(
                V1, lambda video: replace(video, subjects=video.subjects[:1]), "SubjectsLinked"
            )

    def test_a_late_subject_is_added(self, ledger: Ledger) -> None:
        ledger.admit(linked())
        late = LinkedSubject(subject_id=SubjectId("late"), tracks=(TrackId("t0"),))
        changed = ledger.change(
            V1, lambda video: replace(video, subjects=(*video.subjects, late)), "Event"
        )

        assert ledger.find(V1) == changed
        assert changed.subjects[-1] == late

    def test_an_outcome_is_never_replaced(self, ledger: Ledger) -> None:
        key = TaskKey("detect", 0, 0)
        ledger.admit(received().with_outcome(key, blob("first")))

        for outcomes in ({key: blob("second")}, {}):
            with pytest.raises(Conflict):
                ledger.change(V1, lambda v, o=outcomes: replace(v, outcomes=o), "Event")
        assert ledger.find(V1).outcomes == {key: blob("first")}

    # --- the audit chain -----------------------------------------------------------------------

    def test_the_history_tells_what_happened_and_holds(self, ledger: Ledger) -> None:
        ledger.admit(received())
        ledger.change(V1, lambda _: linked(), "SubjectsLinked")
        ledger.change(V1, identities(a="i1"), "IdentitiesFrozen")
        history = ledger.history(V1)
        audit.verify(history)

        assert [e.event for e in history] == [
            "VideoSubmitted",
            "SubjectsLinked",
            "IdentitiesFrozen",
        ]

    def test_what_changes_nothing_leaves_no_trace(self, ledger: Ledger) -> None:
        ledger.admit(filled())
        ledger.change(V1, replace, "Event")

        assert len(ledger.history(V1)) == 1

    def test_the_history_names_states_and_digests(self, ledger: Ledger) -> None:
        ledger.admit(received())
        ledger.change(
            V1, lambda v: replace(v, state=State.FINALIZED, output=blob("out")), "VideoFinalized"
        )
        detail = ledger.history(V1)[-1].detail

        assert "received" in detail
        assert "finalized" in detail
        assert blob("out").sha256 in detail

    def test_the_history_holds_nothing_personal(self, ledger: Ledger) -> None:
        ledger.admit(replace(received(), source=blob("emma_smith.mp4")))
        ledger.change(V1, lambda _: filled(), "Event")
        history = repr(ledger.history(V1))

        for word in ("emma", "Emma", "Jane", "ward 3", blob("source").sha256, "lab/"):
            assert word not in history

    # --- what waits ----------------------------------------------------------------------------

    def test_the_longest_waiting_comes_first(self, ledger: Ledger) -> None:
        for video in (V1, V3, V2):
            ledger.admit(received(video))
        ledger.change(V1, lambda v: replace(v, state=State.INGESTED), "VideoIngested")

        assert list(ledger.unfinished()) == [V3, V2, V1]

    @pytest.mark.parametrize(
        ("state", "goal", "waits"),
        [
            (State.HELD, Goal.RELEASE, False),
            (State.FAILED, Goal.RELEASE, False),
            (State.CHECKED, Goal.RELEASE, True),
            (State.LINKED, Goal.FEATURES, False),
            (State.LINKED, Goal.PLAN, True),
            (State.IDENTIFIED, Goal.PLAN, False),
            (State.IDENTIFIED, Goal.RELEASE, True),
        ],
    )
    def test_a_video_at_rest_does_not_wait(
        self,
        ledger: Ledger,
        state: State,
        goal: Goal,
        waits: bool,  # noqa: FBT001 - a table
    ) -> None:
        ledger.admit(received())
        ledger.change(V1, lambda v: replace(v, state=state, order=Order(goal=goal)), "Event")

        assert list(ledger.unfinished()) == [V1] * waits

    def test_who_was_changed_lately_is_not_stalled(self, ledger: Ledger) -> None:
        ledger.admit(received())
        (entry,) = ledger.history(V1)
        later, earlier = (entry.at + timedelta(seconds=s) for s in (1, -1))

        assert list(ledger.unfinished(unchanged_since=later)) == [V1]
        assert list(ledger.unfinished(unchanged_since=earlier)) == []

    def test_what_was_cleared_is_not_listed_again(self, ledger: Ledger) -> None:
        for video in (V1, V2):
            ledger.admit(replace(received(video), state=State.RELEASED))
        ledger.change(V1, lambda v: replace(v, cleared=True), "OriginalErased")
        later = ledger.history(V1)[-1].at + timedelta(seconds=1)

        assert list(ledger.resting_in(State.RELEASED, later)) == [V2]
        assert list(ledger.resting_in(State.HELD, later)) == []

    # --- many changes, one transaction ---------------------------------------------------------

    def test_changes_are_recorded_together_or_not_at_all(self, ledger: Ledger) -> None:
        ledger.admit(received())

        def fail() -> None:
            with ledger.together():
                ledger.admit(received(V2))
                ledger.change(V1, lambda v: replace(v, repairs=1), "Event")
                raise Misused("no")

        with pytest.raises(Misused):
            fail()
        assert ledger.find(V1).repairs == 0
        with pytest.raises(NotFound):
            ledger.find(V2)

        with ledger.together():
            ledger.admit(received(V2))
            ledger.change(V1, lambda v: replace(v, repairs=1), "Event")
        assert ledger.find(V1).repairs == 1
        assert ledger.find(V2) == received(V2)

    def test_a_refused_change_takes_no_other_with_it(self, ledger: Ledger) -> None:
        ledger.admit(linked())
        ledger.change(V1, identities(a="i1"), "IdentitiesFrozen")
        with ledger.together():
            ledger.admit(received(V2))
            with pytest.raises(Conflict):
                ledger.change(V1, identities(a="i1", b="i1"), "IdentitiesFrozen")
            ledger.change(V2, lambda v: replace(v, repairs=1), "Event")

        assert ledger.find(V1).identities == given(A, "i1")
        assert ledger.find(V2).repairs == 1

    # --- several at once -----------------------------------------------------------------------

    def test_steps_happen_one_after_the_other(self, ledger: Ledger) -> None:
        ledger.admit(received())

        def count(_: int) -> None:
            ledger.change(V1, lambda v: replace(v, repairs=v.repairs + 1), "Counted")

        with ThreadPoolExecutor(8) as threads:
            list(threads.map(count, range(80)))

        assert ledger.find(V1).repairs == 80
        audit.verify(ledger.history(V1))

    def test_of_two_who_admit_at_once_both_get_one_video(self, ledger: Ledger) -> None:
        offers = [replace(received(), source=blob(f"{number}")) for number in range(16)]
        with ThreadPoolExecutor(8) as threads:
            admitted = list(threads.map(ledger.admit, offers))

        assert admitted == [ledger.find(V1)] * 16
