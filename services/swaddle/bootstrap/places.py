"""Where things lie and travel: messages, blobs, tables, the ledger, keys, temporary files."""

from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from swaddle.bootstrap.listening import topics
from swaddle.bootstrap.system import clock
from swaddle.bootstrap.urls import unknown
from swaddle.coordinator.ports import WebhookBook, WebhookSender
from swaddle.kernel.blobs import Blob
from swaddle.kernel.identifiers import BlobKey
from swaddle.kernel.ports import KeyRing, Ledger, MessageBus, Scratch, TokenStore, WorkTables
from swaddle.settings import Settings

if TYPE_CHECKING:
    from swaddle.adapters.folder.blob_store import FolderBlobStore
    from swaddle.adapters.minio.blob_store import MinioBlobStore


def message_bus(settings: Settings) -> MessageBus:
    """Open the bus."""
    match urlsplit(settings.bus_url).scheme:
        case "memory":
            from swaddle.adapters.memory.message_bus import MemoryMessageBus

            return MemoryMessageBus()
        case "kafka":
            from swaddle.adapters.kafka.connecting import read_url
            from swaddle.adapters.kafka.message_bus import KafkaMessageBus

            return KafkaMessageBus(read_url(settings.bus_url), topics(settings))
    raise unknown("bus", settings.bus_url)


def blob_store(settings: Settings) -> "FolderBlobStore | MinioBlobStore":
    """Open the blob store."""
    url = urlsplit(settings.blobs_url or f"file://{settings.run_folder / 'blobs'}")
    match url.scheme:
        case "file":
            from swaddle.adapters.folder.blob_store import FolderBlobStore

            return FolderBlobStore(Path(url.path))
        case "s3":
            from swaddle.adapters.minio.blob_store import MinioBlobStore
            from swaddle.adapters.minio.connecting import read_url

            return MinioBlobStore(read_url(settings.blobs_url))
    raise unknown("blob store", settings.blobs_url)


def put(settings: Settings, key: str, content: bytes) -> Blob:
    """Store a blob."""
    return blob_store(settings).put(BlobKey(key), content)


def adopt(settings: Settings, key: str, original: Path) -> Blob:
    """Let a blob stand for a file of the user's, without copying it where the store can."""
    return blob_store(settings).adopt(BlobKey(key), original)


def scratch(settings: Settings) -> Scratch:
    """Return where temporary files may lie."""
    from swaddle.adapters.folder.scratch import FolderScratch

    return FolderScratch(settings.scratch_folder or settings.run_folder / "scratch")


def work_tables(settings: Settings) -> WorkTables:
    """Return the store of sealed tables."""
    from swaddle.adapters.parquet.work_tables import ParquetWorkTables

    return ParquetWorkTables(blob_store(settings), key_ring(settings).table_key())


def ledger(settings: Settings) -> Ledger:
    """Open the ledger, with its tables up to date."""
    from swaddle.adapters.sql.engine import migrate, open_engine
    from swaddle.adapters.sql.ledger import SqlLedger

    engine = open_engine(ledger_url(settings))
    migrate(engine)
    return SqlLedger(engine, clock())


def token_store(settings: Settings) -> TokenStore:
    """Open the tokens of the API; they lie beside the ledger."""
    from swaddle.adapters.sql.engine import open_engine
    from swaddle.adapters.sql.token_store import SqlTokenStore

    return SqlTokenStore(open_engine(ledger_url(settings)))


def webhook_book(settings: Settings) -> WebhookBook:
    """Open the webhooks; they lie beside the ledger."""
    from swaddle.adapters.sql.engine import open_engine
    from swaddle.adapters.sql.webhook_book import SqlWebhookBook

    return SqlWebhookBook(open_engine(ledger_url(settings)))


def webhook_sender(settings: Settings) -> WebhookSender:
    """Return what says something to webhooks."""
    from swaddle.adapters.httpcore.webhook_sender import HttpcoreWebhookSender

    return HttpcoreWebhookSender(settings.webhook_networks)


def ledger_url(settings: Settings) -> str:
    """Return where the ledger lies."""
    return settings.ledger_url or f"sqlite:///{settings.run_folder / 'ledger.sqlite'}"


def require_seed_key(settings: Settings, given: Path | None) -> None:
    """Raise StorageFailed or Misused where the file that identities come from holds no key."""
    file = given or settings.seed_key_file
    if file is not None:
        own = settings.model_copy(update={"seed_key_file": file})
        key_ring(own).identity_key()


def key_ring(settings: Settings) -> KeyRing:
    """Return the keys of the run and of the user."""
    from swaddle.adapters.system.key_ring import SystemKeyRing

    keys = settings.key_folder or settings.run_folder
    return SystemKeyRing(keys, settings.config_folder, settings.seed_key_file)
