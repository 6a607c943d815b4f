"""What each stage listens to, and the topics that this makes; no model is loaded for it."""

from importlib import import_module
from typing import TYPE_CHECKING, Final

from swaddle.kernel.ports import Kinds
from swaddle.settings import Settings

if TYPE_CHECKING:
    from swaddle.adapters.kafka.topics import Topics


HANDLERS: Final = {
    "coordinator": ("coordinator.handler", "Coordinator"),
    "ingest": ("media.ingest", "Ingest"),
    "detection": ("detection.handler", "Detection"),
    "linking": ("linking.handler", "Linking"),
    "identity": ("identity.handler", "Identity"),
    "swapping": ("swapping.handler", "Swapping"),
    "finalize": ("media.finalize", "Finalize"),
    "gate": ("gate.handler", "Gate"),
    "certification": ("certification.handler", "Certification"),
}


def listens_to(name: str) -> Kinds:
    """Return the kinds of messages a stage answers, without loading its models."""
    module, handler = HANDLERS[name]
    kinds: Kinds = getattr(import_module(f"swaddle.{module}"), handler).listens_to
    return kinds


def topics(settings: Settings) -> "Topics":
    """Return the names of all topics."""
    from swaddle.adapters.kafka.topics import Topics

    return Topics(
        streams={name: listens_to(name) for name in HANDLERS},
        groups=tuple(HANDLERS),
        prefix=settings.topic_prefix,
    )
