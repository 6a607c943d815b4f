"""JSON in one form: what is signed has to be the same bytes wherever it is written."""

import json
from collections.abc import Mapping
from typing import Any, Final

DECIMALS: Final = 4
"""Of every figure: more would only tell machines apart."""


def canonical(content: object) -> bytes:
    """
    Return JSON in the one form it has here: RFC 8785, for what manifests hold.

    Keys in order, no space, UTF-8, floats rounded to 4 decimals and whole ones without a point.
    """
    return json.dumps(
        _rounded(content),
        sort_keys=True,
        separators=(",", ":"),
        ensure_ascii=False,
        allow_nan=False,
    ).encode()


def _rounded(content: Any) -> Any:  # noqa: ANN401 - whatever JSON holds
    if isinstance(content, float):
        short = round(content, DECIMALS)
        return int(short) if short.is_integer() else short
    if isinstance(content, Mapping):
        return {key: _rounded(value) for key, value in content.items()}
    if isinstance(content, list | tuple):
        return [_rounded(value) for value in content]
    return content
