"""What everything that tells webhooks promises."""

import ssl
from collections.abc import Iterator
from datetime import UTC, datetime
from ipaddress import IPv4Network, IPv6Network, ip_address
from pathlib import Path

import pytest
from standardwebhooks import Webhook as Verifier

from swaddle.adapters.httpcore.guarding import is_allowed
from swaddle.adapters.httpcore.webhook_sender import HttpcoreWebhookSender
from swaddle.adapters.system.clock import SystemClock
from swaddle.coordinator.ports import WebhookSender
from swaddle.coordinator.webhooks import Notice, Webhook
from swaddle.kernel.errors import Misused, NotFound, Unavailable
from swaddle.kernel.identifiers import Tenant, VideoId
from swaddle.kernel.life import State
from tests.contracts.web import Server, serving

HERE = (IPv4Network("127.0.0.0/8"), IPv6Network("::1/128"))
SECRET = bytes(range(32))
clock = SystemClock()


def notice(url: str) -> Notice:
    return Notice(
        webhook=Webhook(webhook_id="w", tenant=Tenant("lab"), url=url),
        video_id=VideoId("v1"),
        number=7,
        state=State.RELEASED,
        at=datetime(2026, 11, 21, tzinfo=UTC),
        attempts=0,
    )


@pytest.fixture
def receiver(tmp_path: Path) -> Iterator[tuple[Server, ssl.SSLContext]]:
    with serving(tmp_path) as served:
        yield served


class TestHttpcoreWebhookSender:
    @pytest.fixture
    def sender(self, receiver: tuple[Server, ssl.SSLContext]) -> WebhookSender:
        return HttpcoreWebhookSender(HERE, receiver[1])

    @pytest.fixture
    def place(self, receiver: tuple[Server, ssl.SSLContext]) -> str:
        return f"https://{receiver[0].place}"

    def test_a_receiver_can_verify_what_it_hears(
        self, sender: WebhookSender, place: str, receiver: tuple[Server, ssl.SSLContext]
    ) -> None:
        sender.send(notice(f"{place}/heard"), clock.now(), SECRET, '{"type": "video.released"}')
        ((_, headers, body),) = receiver[0].heard

        assert Verifier(SECRET).verify(body, headers) == {"type": "video.released"}
        assert {n.lower(): v for n, v in headers.items()}["webhook-id"] == "v1.7"

    @pytest.mark.parametrize("path", ["/busy", "/unknown", "/elsewhere"])
    def test_what_was_not_heard_is_said_again_and_nowhere_else(
        self, sender: WebhookSender, place: str, path: str, receiver: tuple[Server, ssl.SSLContext]
    ) -> None:
        with pytest.raises(Unavailable) as caught:
            sender.send(notice(place + path), clock.now(), SECRET, "{}")

        assert path not in str(caught.value)
        assert [heard[0] for heard in receiver[0].heard] == [path]

    def test_who_is_gone_is_gone(self, sender: WebhookSender, place: str) -> None:
        with pytest.raises(NotFound):
            sender.send(notice(f"{place}/gone"), clock.now(), SECRET, "{}")

    def test_who_is_not_there_is_asked_again(self, sender: WebhookSender) -> None:
        with pytest.raises(Unavailable):
            sender.send(notice("https://localhost:9/heard"), clock.now(), SECRET, "{}")

    @pytest.mark.parametrize(
        "url",
        [
            "http://1.1.1.1/",  # in clear
            "https://name:password@1.1.1.1/",
            "ftp://1.1.1.1/",
            "https://",
            "https://[::1",
            "https://1.1.1.1:99999/",
            "no URL",
            "https://nowhere.invalid/",
        ],
    )
    def test_a_url_that_is_none_is_refused(self, sender: WebhookSender, url: str) -> None:
        with pytest.raises(Misused):
            sender.check(url)

    @pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]", "2130706433", "0x7f.1"])
    def test_nothing_is_sent_to_this_machine_unless_somebody_allowed_it(
        self, host: str, receiver: tuple[Server, ssl.SSLContext]
    ) -> None:
        strict = HttpcoreWebhookSender((), receiver[1])
        url = f"https://{host}:{receiver[0].server_port}/heard"

        with pytest.raises(Misused):
            strict.check(url)
        with pytest.raises(Misused):
            strict.send(notice(url), clock.now(), SECRET, "{}")
        assert receiver[0].heard == []


@pytest.mark.parametrize(
    "address",
    [
        *("127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1"),
        *("0.0.0.0", "224.0.0.1", "255.255.255.255", "::", "::1", "fe80::1", "fc00::1", "ff02::1"),  # noqa: S104 - an address to refuse
        *("::ffff:10.0.0.1", "64:ff9b::a00:1", "2002:a00:1::"),
    ],
)
def test_no_address_of_a_private_network_is_allowed(address: str) -> None:
    assert not is_allowed(ip_address(address), ())


def test_public_addresses_and_allowed_networks_are_allowed() -> None:
    allowed = (IPv4Network("10.1.0.0/16"),)

    assert is_allowed(ip_address("1.1.1.1"), ())
    assert is_allowed(ip_address("2606:4700::1111"), ())
    assert is_allowed(ip_address("10.1.2.3"), allowed)
    assert is_allowed(ip_address("::ffff:10.1.2.3"), allowed)
    assert not is_allowed(ip_address("10.2.0.1"), allowed)
