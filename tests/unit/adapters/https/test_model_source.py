import ssl
from collections.abc import Iterator
from pathlib import Path

import pytest

from swaddle.adapters.https.model_source import HttpsModelSource
from swaddle.kernel.errors import Unavailable
from swaddle.models.catalogue import Source
from tests.contracts.web import Server, serving
from tests.contracts.weights import CONTENT, all_of, deaf

Web = tuple[Server, ssl.SSLContext]


@pytest.fixture
def web(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Web]:
    monkeypatch.setenv("NO_PROXY", "*")
    with serving(tmp_path) as web:
        yield web


@pytest.fixture
def source(web: Web) -> HttpsModelSource:
    return HttpsModelSource(web[1], pauses=(0.0, 0.0))


def content_of(source: HttpsModelSource, place: str, path: str) -> bytes:
    with source.open(Source(f"https://{place}/{path}"), 1, deaf) as content:
        return all_of(content)


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("absent", "the server answered 404"),
        ("down", "the server answered 503"),
        ("downgraded", "the server leads to an address that is not https"),
        ("cut.onnx", "the connection broke off"),
        ("cut.onnx.bz2", "the packed file is cut short"),
        ("odd.onnx.bz2", "what it gave is not packed with bzip2"),
    ],
)
def test_what_goes_wrong_is_said(
    web: Web, source: HttpsModelSource, path: str, reason: str
) -> None:
    with pytest.raises(Unavailable) as failure:
        content_of(source, web[0].place, path)

    assert str(failure.value) == reason


def test_a_busy_server_is_asked_again(web: Web, source: HttpsModelSource) -> None:
    assert content_of(source, web[0].place, "busy/tiny.onnx") == CONTENT
    assert web[0].asked["/busy/tiny.onnx"] == 3


def test_a_server_is_not_asked_for_ever(web: Web, source: HttpsModelSource) -> None:
    with pytest.raises(Unavailable, match="answered 503"):
        content_of(source, web[0].place, "down")

    assert web[0].asked["/down"] == 3


def test_a_file_that_is_absent_is_asked_for_once(web: Web, source: HttpsModelSource) -> None:
    with pytest.raises(Unavailable, match="answered 404"):
        content_of(source, web[0].place, "absent")

    assert web[0].asked["/absent"] == 1
    assert content_of(source, web[0].place, "tiny.onnx") == CONTENT


def test_a_stranger_is_not_trusted(web: Web) -> None:
    with pytest.raises(Unavailable, match="certificate is not trusted here"):
        content_of(HttpsModelSource(pauses=()), web[0].place, "tiny.onnx")

    assert not web[0].asked


def test_a_closed_port_is_unavailable(source: HttpsModelSource) -> None:
    with pytest.raises(Unavailable, match="the connection failed"):
        content_of(source, "localhost:1", "tiny.onnx")


def test_an_unknown_server_is_unavailable(source: HttpsModelSource) -> None:
    with pytest.raises(Unavailable, match="this machine cannot find the server"):
        content_of(source, "nowhere.invalid", "tiny.onnx")


def test_a_server_that_could_not_be_reached_is_not_asked_again(web: Web, tmp_path: Path) -> None:
    with serving(tmp_path) as (server, context):
        port = server.server_port
    source = HttpsModelSource(context, pauses=())
    with pytest.raises(Unavailable, match="the connection failed"):
        content_of(source, server.place, "tiny.onnx")

    with serving(tmp_path, port) as (server, _):
        with pytest.raises(Unavailable, match="the connection failed"):
            content_of(source, server.place, "tiny.onnx")

        assert not server.asked


def test_the_listener_hears_what_came_over_the_wire(web: Web, source: HttpsModelSource) -> None:
    heard: list[int] = []
    with source.open(Source(f"https://{web[0].place}/tiny.onnx"), 1, heard.append) as content:
        all_of(content)

    assert heard[-1] == len(CONTENT)
