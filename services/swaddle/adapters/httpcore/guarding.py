"""Connections to public addresses, and to those that somebody allowed."""

import socket
from collections.abc import Iterable, Sequence
from contextlib import suppress
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from typing import Any, Final

import httpcore

from swaddle.kernel.errors import Misused, Unavailable
from swaddle.kernel.networks import Network

Address = IPv4Address | IPv6Address

TRANSLATED: Final = IPv6Network("64:ff9b::/96")
"""RFC 6052: an IPv4 address behind a translator, public or not."""


class GuardedBackend(httpcore.NetworkBackend):
    """
    Connects to the address that was checked, not to the name a second time.

    A name that leads to any address which is not allowed is refused: whoever owns the name decides
    where it leads, and may decide otherwise a moment later.
    """

    def __init__(self, allowed: Sequence[Network]) -> None:
        self._allowed = allowed
        self._inner = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        """Try one address after the other; raises Misused where one is not allowed."""
        *others, last = addresses(host, port, self._allowed)
        for address in others:
            with suppress(httpcore.ConnectError, httpcore.ConnectTimeout):
                return self._inner.connect_tcp(
                    str(address), port, timeout, local_address, socket_options
                )
        return self._inner.connect_tcp(str(last), port, timeout, local_address, socket_options)


def addresses(host: str, port: int, allowed: Sequence[Network]) -> Sequence[Address]:
    """Return where a name leads; raises Misused where it may not lead, and Unavailable."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise Unavailable("The name of the receiver leads nowhere.") from error
    every = [ip_address(str(entry[4][0]).partition("%")[0]) for entry in found]
    if not every or not all(is_allowed(address, allowed) for address in every):
        raise Misused("The receiver's address is not public, and nobody allowed it.")
    return every


def is_allowed(address: Address, allowed: Sequence[Network]) -> bool:
    """Return whether something may be sent to an address."""
    within = _within(address)
    if any(one in network for network in allowed for one in (address, within)):
        return True
    if address in TRANSLATED:
        return False
    return within.is_global and not within.is_multicast


def _within(address: Address) -> Address:
    """Return the IPv4 address that an IPv6 address stands for, or the address itself."""
    if isinstance(address, IPv6Address):
        return address.ipv4_mapped or address.sixtofour or address
    return address
