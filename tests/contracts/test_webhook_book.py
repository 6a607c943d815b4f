"""What every book of webhooks promises."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import Engine

from swaddle.adapters.fakes.clock import FakeClock
from swaddle.adapters.sql.engine import migrate, open_engine
from swaddle.adapters.sql.ledger import SqlLedger
from swaddle.adapters.sql.webhook_book import SqlWebhookBook
from swaddle.coordinator.notifying import AT_ONCE, PAUSES, notify
from swaddle.coordinator.ports import WebhookBook
from swaddle.coordinator.webhooks import Notice, Webhook
from swaddle.kernel.errors import NotFound, SwaddleError, Unavailable
from swaddle.kernel.identifiers import Tenant
from swaddle.kernel.life import State
from swaddle.kernel.ports import Ledger
from tests.contracts.videos import V1, V2, received
from tools.servers.postgres import Postgres

HOOK = Webhook(webhook_id="w1", tenant=Tenant("lab"), url="https://lab.example/hear")
LATER = timedelta(days=1)
NOW = datetime(2100, 1, 1, tzinfo=UTC)


@dataclass
class At:
    """A clock that stands still."""

    time: datetime = NOW

    def now(self) -> datetime:
        return self.time


@dataclass
class Receiver:
    """A sender whose receivers answer as they are told."""

    answer: SwaddleError | None = None
    heard: list[str] = None  # type: ignore[assignment] # made below

    def __post_init__(self) -> None:
        self.heard = []

    def check(self, url: str) -> None:
        """Every URL is fine."""

    def send(self, notice: Notice, _now: datetime, secret: bytes, body: str) -> None:
        self.heard.append(notice.notice_id)
        assert secret == b"secret of " + notice.webhook.webhook_id.encode()
        assert notice.state.value in body
        if self.answer is not None:
            raise self.answer


class Keys:
    def webhook_secret(self, webhook: str) -> bytes:
        return b"secret of " + webhook.encode()


def rest(ledger: Ledger, *states: State) -> None:
    """Bring the first video into one state after the other."""
    ledger.admit(received(V1))
    for state in states:
        ledger.change(V1, lambda v, s=state: replace(v, state=s), "Event")


class WebhookBookContract:
    @pytest.fixture
    def engine(self, tmp_path: Path) -> Iterator[Engine]:
        raise NotImplementedError

    @pytest.fixture
    def book(self, engine: Engine) -> WebhookBook:
        return SqlWebhookBook(engine)

    @pytest.fixture
    def ledger(self, engine: Engine) -> Ledger:
        return SqlLedger(engine, FakeClock())

    def test_a_webhook_hears_of_every_rest_and_of_nothing_else(
        self, book: WebhookBook, ledger: Ledger
    ) -> None:
        book.add(HOOK)
        rest(ledger, State.INGESTED, State.HELD, State.CHECKED, State.RELEASED)
        ledger.change(V1, lambda v: replace(v, sweeps=1), "Event")
        states = [n.state for n in book.claim(NOW, NOW + LATER, 9)]

        assert states == [State.HELD, State.RELEASED]

    def test_nobody_hears_of_another_tenant_or_of_the_past(
        self, book: WebhookBook, ledger: Ledger
    ) -> None:
        book.add(replace(HOOK, tenant=Tenant("ward")))
        rest(ledger, State.RELEASED)
        book.add(replace(HOOK, webhook_id="w2"))

        assert list(book.claim(NOW, NOW + LATER, 9)) == []

    def test_a_change_that_is_refused_is_told_nobody(
        self, book: WebhookBook, ledger: Ledger
    ) -> None:
        book.add(HOOK)

        def fail() -> None:
            with ledger.together():
                rest(ledger, State.RELEASED)
                raise Unavailable("no")

        with pytest.raises(Unavailable):
            fail()
        assert list(book.claim(NOW, NOW + LATER, 9)) == []

    def test_what_is_claimed_is_claimed_once(self, book: WebhookBook, ledger: Ledger) -> None:
        book.add(HOOK)
        rest(ledger, *[State.HELD, State.CHECKED] * 20)
        with ThreadPoolExecutor(4) as threads:
            claims = threads.map(lambda _: book.claim(NOW, NOW + LATER, 7), range(8))
        numbers = [n.number for claim in claims for n in claim]

        assert len(numbers) == len(set(numbers)) == 20
        assert len(book.claim(NOW + LATER, NOW + 2 * LATER, 99)) == 20

    def test_a_webhook_is_forgotten_with_what_it_has_not_heard(
        self, book: WebhookBook, ledger: Ledger
    ) -> None:
        book.add(HOOK)
        rest(ledger, State.RELEASED)

        assert not book.remove(Tenant("ward"), "w1")
        assert book.of(Tenant("lab")) == [HOOK]
        assert book.remove(Tenant("lab"), "w1")
        assert list(book.of(Tenant("lab"))) == list(book.claim(NOW, NOW + LATER, 9)) == []

    # --- how it is told ------------------------------------------------------------------------

    def test_what_was_heard_is_said_once(self, book: WebhookBook, ledger: Ledger) -> None:
        book.add(HOOK)
        rest(ledger, State.RELEASED)
        receiver = Receiver()
        heard = [notify(book, receiver, Keys(), At()) for _ in range(2)]  # type: ignore[arg-type] # only the secret

        assert heard == [1, 0]
        assert receiver.heard == ["v1.1"]

    def test_what_was_not_heard_is_said_for_three_days_and_a_half(
        self, book: WebhookBook, ledger: Ledger
    ) -> None:
        book.add(HOOK)
        rest(ledger, State.RELEASED)
        receiver, clock = Receiver(Unavailable("no")), At()
        for pause in (*PAUSES, LATER, LATER):
            notify(book, receiver, Keys(), clock)  # type: ignore[arg-type] # only the secret
            notify(book, receiver, Keys(), clock)  # type: ignore[arg-type] # only the secret
            clock.time += pause

        assert receiver.heard == ["v1.1"] * (len(PAUSES) + 1)
        assert sum(PAUSES, timedelta()) > timedelta(days=3)

    def test_who_is_gone_hears_nothing_any_more(self, book: WebhookBook, ledger: Ledger) -> None:
        book.add(HOOK)
        rest(ledger, State.HELD, State.CHECKED, State.RELEASED)
        receiver = Receiver(NotFound("gone"))
        notify(book, receiver, Keys(), At())  # type: ignore[arg-type] # only the secret

        assert len(receiver.heard) == 1
        assert list(book.of(Tenant("lab"))) == []

    def test_who_does_not_answer_is_asked_once_in_a_round(
        self, book: WebhookBook, ledger: Ledger
    ) -> None:
        book.add(HOOK)
        rest(ledger, *[State.HELD, State.CHECKED] * AT_ONCE)
        receiver = Receiver(Unavailable("no"))
        notify(book, receiver, Keys(), At())  # type: ignore[arg-type] # only the secret

        assert len(receiver.heard) == 1

    def test_two_webhooks_hear_the_same(self, book: WebhookBook, ledger: Ledger) -> None:
        for name in ("w1", "w2"):
            book.add(replace(HOOK, webhook_id=name))
        rest(ledger, State.RELEASED)
        ledger.admit(replace(received(V2), state=State.FAILED))
        receiver = Receiver()
        notify(book, receiver, Keys(), At())  # type: ignore[arg-type] # only the secret

        assert sorted(receiver.heard) == ["v1.1", "v1.1", "v2.0", "v2.0"]


class TestSqliteWebhookBook(WebhookBookContract):
    @pytest.fixture
    def engine(self, tmp_path: Path) -> Iterator[Engine]:
        engine = open_engine(f"sqlite:///{tmp_path / 'ledger.db'}")
        migrate(engine)
        yield engine
        engine.dispose()


class TestPostgresWebhookBook(WebhookBookContract):
    @pytest.fixture
    def engine(self, postgres: Postgres) -> Iterator[Engine]:
        engine = open_engine(postgres.create(f"hooks_{uuid4().hex}"))
        migrate(engine)
        yield engine
        engine.dispose()
