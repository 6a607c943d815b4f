"""Every message survives the wire, and nothing else does."""

from dataclasses import fields, is_dataclass, replace
from enum import Enum
from types import NoneType
from typing import Any, get_args, get_origin, get_type_hints

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from swaddle.kernel.errors import Rejected
from swaddle.kernel.identifiers import Tenant, VideoId
from swaddle.kernel.messages import CancelRequested, Message, Priority, ReviewConcluded
from swaddle.wire.codec import decode, encode, kinds
from swaddle.wire.v1.messages_pb2 import Envelope

SIMPLE = {
    str: st.text(max_size=20),
    bool: st.booleans(),
    int: st.integers(-(2**31), 2**31 - 1),
    float: st.floats(allow_nan=False),
}


def values(hint: Any) -> st.SearchStrategy[Any]:  # noqa: ANN401 - any type of a message's field
    """Return what may stand in a field with this type hint."""
    hint = getattr(hint, "__supertype__", hint)
    if hint in SIMPLE:
        return SIMPLE[hint]
    if get_origin(hint) is tuple:
        return st.lists(values(get_args(hint)[0]), max_size=3).map(tuple)
    if NoneType in get_args(hint):
        return st.none() | values(get_args(hint)[0])
    if is_dataclass(hint):
        hints = get_type_hints(hint)
        return st.builds(hint, **{f.name: values(hints[f.name]) for f in fields(hint)})
    assert issubclass(hint, Enum)
    return st.sampled_from(list(hint))


def said_by(message: Message) -> Message:
    """Return the message without how it travels, which is no part of what is said."""
    return replace(message, traceparent="", priority=Priority.BULK)


messages = st.sampled_from(list(kinds().values())).flatmap(values)


def test_every_message_has_a_place_in_the_envelope() -> None:
    assert set(kinds()) == set(Envelope.DESCRIPTOR.fields_by_name)


@pytest.mark.parametrize("kind", kinds().values())
def test_a_message_has_the_fields_of_its_wire_form_and_no_others(kind: type[Message]) -> None:
    wire = {f.name for f in Envelope.DESCRIPTOR.fields if f.message_type.name == kind.__name__}
    form = Envelope.DESCRIPTOR.fields_by_name[wire.pop()].message_type

    assert {f.name for f in fields(kind)} | {"message_id"} == set(form.fields_by_name)


@pytest.mark.parametrize("kind", kinds().values())
@given(data=st.data())
@settings(max_examples=30)
def test_every_message_survives_the_wire(kind: type[Message], data: st.DataObject) -> None:
    message = data.draw(values(kind))

    assert decode(encode(message)) == message


@given(messages, st.data())
@settings(max_examples=300)
def test_a_changed_byte_is_noticed(message: Message, data: st.DataObject) -> None:
    content = bytearray(encode(message))
    place = data.draw(st.integers(0, len(content) - 1))
    content[place] ^= data.draw(st.integers(1, 255))
    try:
        read = decode(bytes(content))
    except Rejected:
        return

    assert said_by(read) == said_by(message)


@given(messages, st.data())
def test_a_message_that_broke_off_is_noticed(message: Message, data: st.DataObject) -> None:
    content = encode(message)

    with pytest.raises(Rejected):
        decode(content[: data.draw(st.integers(0, len(content) - 1))])


@given(st.binary(max_size=200))
def test_what_is_no_message_is_rejected(content: bytes) -> None:
    with pytest.raises(Rejected):
        decode(content)


@given(messages, st.text(max_size=9))
def test_the_trace_does_not_change_what_is_said(message: Message, trace: str) -> None:
    assert replace(message, traceparent=trace).message_id == message.message_id


@given(messages, messages)
def test_different_messages_have_different_ids(one: Message, other: Message) -> None:
    same = said_by(one) == said_by(other)

    assert (one.message_id == other.message_id) == same


def test_messages_of_different_kinds_differ_although_they_say_the_same() -> None:
    about: dict[str, Any] = {"tenant": Tenant("lab"), "video_id": VideoId("v1")}
    review = ReviewConcluded(**about, revision=0, approved=False, reviewer="", reason="")

    assert CancelRequested(**about).message_id != review.message_id
