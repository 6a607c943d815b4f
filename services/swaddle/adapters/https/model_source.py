"""Files that a web server gives to everybody."""

import bz2
import http.client
import socket
import ssl
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Final, cast
from urllib.error import HTTPError, URLError
from urllib.request import (
    BaseHandler,
    HTTPDefaultErrorHandler,
    HTTPErrorProcessor,
    HTTPRedirectHandler,
    HTTPSHandler,
    OpenerDirector,
    ProxyHandler,
    Request,
    UnknownHandler,
)

from swaddle.kernel.errors import Unavailable
from swaddle.models.catalogue import Source
from swaddle.models.ports import Heard, Readable

TIMEOUT_SECONDS: Final = 10.0
"""How long a server may take to let us in, and then to give the next bytes."""

PAUSES: Final = (0.5, 2.0)
"""Seconds before each further attempt to reach a server that may answer better next time."""

PASSING: Final = frozenset({408, 429, 500, 502, 503, 504})
"""Answers of a server that is only busy."""

CHUNK: Final = 1 << 16
"""Bytes that are unpacked at a time."""


class HttpsModelSource:
    """
    Downloads from web servers whose certificates this machine trusts, over https all the way.

    The machine's proxies are used. A server that could not be reached is not asked again.
    """

    def __init__(
        self, context: ssl.SSLContext | None = None, pauses: tuple[float, ...] = PAUSES
    ) -> None:
        self._opener = _opener(context or ssl.create_default_context())
        self._pauses = pauses
        self._unreachable: dict[str, Unavailable] = {}

    @contextmanager
    def open(self, source: Source, size: int | None, heard: Heard) -> Iterator[Readable]:
        """Download while it is read; what comes from an address in `.bz2` is unpacked."""
        del size  # the store stops reading where the file should end
        with self._answer(source) as response:
            download = _Download(response, heard)
            yield _Unpacked(download) if source.root.endswith(".bz2") else download

    def _answer(self, source: Source) -> http.client.HTTPResponse:
        if source.place in self._unreachable:
            raise self._unreachable[source.place]
        for pause in self._pauses:
            with suppress(_Passing):
                return self._ask(source)
            time.sleep(pause)
        try:
            return self._ask(source)
        except _Passing as failure:
            self._unreachable[source.place] = failure
            raise

    def _ask(self, source: Source) -> http.client.HTTPResponse:
        request = Request(source.root, headers={"User-Agent": "swaddle"})  # noqa: S310 - https: the opener knows no other
        try:
            # typeshed does not know what an opener without files returns.
            answer = self._opener.open(request, timeout=TIMEOUT_SECONDS)
            return cast("http.client.HTTPResponse", answer)
        except HTTPError as error:
            error.close()
            kind = _Passing if error.code in PASSING else Unavailable
            raise kind(f"the server answered {error.code}") from error
        except (OSError, http.client.HTTPException) as error:
            failure = _unreached(error)
            if not isinstance(failure, _Passing):
                self._unreachable[source.place] = failure
            raise failure from error


class _Passing(Unavailable):
    """May go better the next time."""


class _Download:
    """A response whose only error is Unavailable, and whose end is the end of the file."""

    def __init__(self, response: http.client.HTTPResponse, heard: Heard) -> None:
        self._response = response
        self._heard = heard
        self._count = 0

    def read(self, size: int, /) -> bytes:
        try:
            content = self._response.read(size)
        except (OSError, http.client.HTTPException) as error:
            raise Unavailable("the connection broke off") from error
        # The client library takes a closed connection for the end, whatever was announced.
        if not content and self._response.length:
            raise Unavailable("the connection broke off")
        self._count += len(content)
        self._heard(self._count)
        return content


class _Unpacked:
    """What a bzip2 file holds; never more of it in memory than was asked for."""

    def __init__(self, packed: Readable) -> None:
        self._packed = packed
        self._unpacker = bz2.BZ2Decompressor()

    def read(self, size: int, /) -> bytes:
        while not self._unpacker.eof:
            content = self._unpack(size)
            if content:
                return content
        return b""

    def _unpack(self, size: int) -> bytes:
        given = b""
        if self._unpacker.needs_input and not (given := self._packed.read(CHUNK)):
            raise Unavailable("the packed file is cut short")
        try:
            return self._unpacker.decompress(given, size)
        except OSError as error:
            raise Unavailable("what it gave is not packed with bzip2") from error


def _opener(context: ssl.SSLContext) -> OpenerDirector:
    """Return an opener without the schemes that the usual one has: http, ftp, file, data."""
    opener = OpenerDirector()
    handlers: tuple[BaseHandler, ...] = (
        ProxyHandler(),
        HTTPSHandler(context=context),
        HTTPRedirectHandler(),
        HTTPDefaultErrorHandler(),
        HTTPErrorProcessor(),
        UnknownHandler(),
    )
    for handler in handlers:
        opener.add_handler(handler)
    return opener


def _unreached(error: Exception) -> Unavailable:
    """Return why there was no answer, without the address: a redirection may hold secrets."""
    reason = error.reason if isinstance(error, URLError) else error
    match reason:
        case TimeoutError():
            return _Passing("the server does not answer")
        case ssl.SSLCertVerificationError():
            return Unavailable("the server's certificate is not trusted here")
        case socket.gaierror():
            return Unavailable("this machine cannot find the server")
        case str():
            return Unavailable("the server leads to an address that is not https")
    return _Passing("the connection failed")
