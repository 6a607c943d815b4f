"""What is said of a URL that no adapter answers to."""

from urllib.parse import urlsplit

from swaddle.kernel.errors import Misused


def unknown(what: str, url: str) -> Misused:
    """Return what to raise where a URL chooses none of the adapters of a port."""
    scheme = urlsplit(url).scheme or url
    return Misused(f"No {what} answers to {scheme}://.")
