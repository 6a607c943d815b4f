"""Translates between our messages and their wire form, field by field of the same name."""

import dataclasses
import re
from collections.abc import Iterable
from enum import Enum
from functools import cache
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from google.protobuf.message import DecodeError
from google.protobuf.message import Message as WireMessage

from swaddle.kernel import messages
from swaddle.kernel.errors import Rejected
from swaddle.kernel.messages import Message

from .v1.messages_pb2 import Envelope


@cache
def kinds() -> dict[str, type[Message]]:
    """Return every kind of message, by the name of its field in the envelope."""
    # The module is the list: __subclasses__() would show each class with slots twice.
    found = (value for value in vars(messages).values() if isinstance(value, type))
    return {
        re.sub(r"(?<!^)(?=[A-Z])", "_", kind.__name__).lower(): kind
        for kind in found
        if issubclass(kind, Message) and kind is not Message
    }


def encode(message: Message) -> bytes:
    """Serialize a message."""
    field = {kind: name for name, kind in kinds().items()}[type(message)]
    envelope = Envelope()
    body = getattr(envelope, field)
    body.SetInParent()
    _fill(body, message)
    body.message_id = message.message_id
    return envelope.SerializeToString()


def decode(content: bytes) -> Message:
    """Rebuild a message; raises Rejected where the bytes are none, or not what they claim."""
    try:
        envelope = Envelope.FromString(content)
    except DecodeError as error:
        msg = "The bytes on the bus are no message."
        raise Rejected(msg) from error
    field = envelope.WhichOneof("body")
    if field is None:
        msg = "The message is of a kind that this version does not know."
        raise Rejected(msg)
    body = getattr(envelope, field)
    try:
        message: Message = _rebuild(body, kinds()[field])
    except ValueError as error:
        msg = f"The message holds a value that this version does not know: {error}."
        raise Rejected(msg) from error
    if message.message_id != body.message_id:
        msg = "The message was changed on its way, or this version reads it differently."
        raise Rejected(msg)
    return message


def _fill(wire: WireMessage, value: Any) -> None:  # noqa: ANN401 - any of our dataclasses
    for field in dataclasses.fields(value):
        part = getattr(value, field.name)
        if dataclasses.is_dataclass(part):
            _fill(getattr(wire, field.name), part)
        elif isinstance(part, tuple):
            _fill_repeated(getattr(wire, field.name), part)
        elif part is not None:
            setattr(wire, field.name, part)


def _fill_repeated(wire: Any, parts: Iterable[Any]) -> None:  # noqa: ANN401 - protobuf container
    for part in parts:
        if dataclasses.is_dataclass(part):
            _fill(wire.add(), part)
        else:
            wire.append(part)


def _rebuild(wire: WireMessage, kind: Any) -> Any:  # noqa: ANN401 - an instance of `kind`
    return kind(**{name: _read(wire, name, hint) for name, hint in _fields_of(kind).items()})


@cache
def _fields_of(kind: Any) -> dict[str, Any]:  # noqa: ANN401 - a class; `type` is no Hashable
    hints = get_type_hints(kind)
    return {field.name: hints[field.name] for field in dataclasses.fields(kind)}


def _read(wire: WireMessage, name: str, hint: Any) -> Any:  # noqa: ANN401 - follows the hint
    origin = get_origin(hint)
    if origin is tuple:
        return tuple(_value(part, get_args(hint)[0]) for part in getattr(wire, name))
    if origin in (Union, UnionType):
        if not wire.HasField(name):
            return None
        hint = next(option for option in get_args(hint) if option is not NoneType)
    return _value(getattr(wire, name), hint)


def _value(part: Any, hint: Any) -> Any:  # noqa: ANN401 - follows the hint
    if dataclasses.is_dataclass(hint):
        return _rebuild(part, hint)
    if isinstance(hint, type) and issubclass(hint, Enum):
        return hint(part)
    return part
