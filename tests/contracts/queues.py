"""What every ledger promises of videos that wait for their turn, and of batches."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

from swaddle.kernel.identifiers import Tenant, VideoId
from swaddle.kernel.life import State
from swaddle.kernel.messages import Order, Priority
from swaddle.kernel.ports import Ledger
from tests.contracts.videos import V1, V2, V3, received

LAB = Tenant("lab")


class QueueContract:
    # --- whose turn it is ----------------------------------------------------------------------

    def test_those_who_wait_are_let_in_the_oldest_first(self, ledger: Ledger) -> None:
        ledger.admit(received(V3))
        for video in (V2, V1):
            ledger.admit(replace(received(video), waiting=True))
        begun = [ledger.let_in(LAB, Priority.INTERACTIVE, limit) for limit in (1, 2, 2, 9)]

        assert [[video.video_id for video in videos] for videos in begun] == [[], [V2], [], [V1]]
        assert begun[1] == [ledger.find(V2)] == [received(V2)]
        assert len(ledger.unfinished()) == 3

    def test_who_waits_is_in_a_queue_and_not_at_work(self, ledger: Ledger) -> None:
        bulk = Order(priority=Priority.BULK)
        ledger.admit(replace(received(V1), waiting=True))
        ledger.admit(replace(received(V2), waiting=True, order=bulk))
        ledger.admit(replace(received(V3), waiting=True, tenant=Tenant("ward")))
        ledger.change(V3, lambda v: replace(v, state=State.CANCELLED), "Event")

        assert list(ledger.unfinished()) == []
        assert ledger.queues() == {(LAB, Priority.INTERACTIVE): 1, (LAB, Priority.BULK): 1}
        assert [v.video_id for v in ledger.let_in(LAB, Priority.BULK, 5)] == [V2]
        assert list(ledger.let_in(Tenant("ward"), Priority.INTERACTIVE, 5)) == []

    def test_never_more_are_let_in_than_there_is_room_for(self, ledger: Ledger) -> None:
        names = [VideoId(f"v{number:02}") for number in range(20)]
        for video in names:
            ledger.admit(replace(received(video), waiting=True))
        with ThreadPoolExecutor(4) as threads:
            rounds = threads.map(lambda _: ledger.let_in(LAB, Priority.INTERACTIVE, 7), range(6))
        begun = [video.video_id for videos in rounds for video in videos]

        assert begun == names[:7]

    # --- batches -------------------------------------------------------------------------------

    def test_a_batch_knows_where_its_videos_stand(self, ledger: Ledger) -> None:
        for video, batch in ((V1, "b1"), (V2, "b1"), (V3, "b2")):
            ledger.admit(replace(received(video), batch=batch))
        ledger.change(V1, lambda v: replace(v, state=State.RELEASED), "Event")

        assert ledger.batch(LAB, "b1") == {State.RELEASED: 1, State.RECEIVED: 1}
        assert ledger.batch(Tenant("ward"), "b1") == ledger.batch(LAB, "b3") == {}
        assert [v.video_id for v in ledger.page(LAB, 9, batch="b1")] == [V1, V2]
