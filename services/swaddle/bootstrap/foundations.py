"""What a platform stands on: how it is made, and asked whether it is there."""

from collections.abc import Callable, Sequence
from typing import Final
from urllib.parse import urlsplit

from swaddle.bootstrap.listening import topics
from swaddle.bootstrap.places import ledger, ledger_url
from swaddle.kernel.errors import Misused
from swaddle.settings import Settings


def probe_blobs(settings: Settings) -> None:
    """Refuse a blob store that cannot do what the pipeline relies on; raises Misused."""
    if urlsplit(settings.blobs_url).scheme == "s3":
        from swaddle.adapters.minio.connecting import read_url

        read_url(settings.blobs_url).probe()


def probe_bus(settings: Settings) -> None:
    """Refuse a cluster that does not answer, or lacks a topic; raises Unavailable."""
    if urlsplit(settings.bus_url).scheme == "kafka":
        from swaddle.adapters.kafka.connecting import read_url

        read_url(settings.bus_url).probe(topics(settings))


def probe_ledger(settings: Settings) -> None:
    """Refuse a database that does not answer, or whose tables are not up to date."""
    from swaddle.adapters.sql.engine import open_engine
    from swaddle.adapters.sql.engine import probe as probe_tables

    probe_tables(open_engine(ledger_url(settings)))


def migrate_bus(settings: Settings) -> None:
    """Make the topics that are missing. Whoever only works makes nothing."""
    if urlsplit(settings.bus_url).scheme == "kafka":
        from swaddle.adapters.kafka.connecting import read_url

        read_url(settings.bus_url).make(topics(settings))


def migrate_blobs(settings: Settings) -> None:
    """Make the bucket where it is missing; raises Misused where the store is not good enough."""
    if urlsplit(settings.blobs_url).scheme == "s3":
        from swaddle.adapters.minio.connecting import read_url

        bucket = read_url(settings.blobs_url)
        bucket.make()
        bucket.probe()


def migrate_ledger(settings: Settings) -> None:
    """Make the tables, or bring them up to date."""
    ledger(settings).close()


MIGRATIONS: Final[dict[str, Callable[[Settings], None]]] = {
    "bus": migrate_bus,
    "blobs": migrate_blobs,
    "ledger": migrate_ledger,
}
"""What a platform stands on, by the names of the settings: how it is made."""


def migrate(settings: Settings, parts: Sequence[str] = ()) -> None:
    """Make what is missing of these parts, or of all; raises Misused for what is none of them."""
    for part in parts or MIGRATIONS:
        if part not in MIGRATIONS:
            known = ", ".join(MIGRATIONS)
            raise Misused(f"There is nothing called {part!r} to migrate; give {known}.")
        MIGRATIONS[part](settings)


PROBES: Final[dict[str, Callable[[Settings], None]]] = {
    "bus": probe_bus,
    "blobs": probe_blobs,
    "ledger": probe_ledger,
}
"""The same: how it is asked whether it is there, and good enough."""
