"""The one form of a JSON document that is hashed and signed (RFC 8785, JCS)."""

import json
from typing import Any

import rfc8785

_LARGEST = 2**53 - 1
_WRITE = json.JSONEncoder(ensure_ascii=False, allow_nan=False, sort_keys=True, separators=(",", ":")).encode


class NotCanonical(ValueError):
    """A document without a canonical form: an integer beyond 2^53 - 1, NaN, half a character."""


def canonical(document: Any) -> bytes:
    """The canonical bytes of a document. Raises NotCanonical.

    The document came through the guarded decoder, or was made here: of a key that stands twice nobody knows any more.
    """
    try:
        if _is_plain(document):
            return _WRITE(document).encode()
        return rfc8785.dumps(document)
    except (rfc8785.CanonicalizationError, UnicodeEncodeError, RecursionError) as cause:
        raise NotCanonical(str(cause)) from cause


def _is_plain(value: Any) -> bool:
    """Whether the standard library writes the same: no fraction, no large number, keys that all orders agree on."""
    kind = type(value)
    if kind is str or kind is bool or value is None:
        return True
    if kind is dict:
        return all(type(key) is str and key.isascii() and _is_plain(inner) for key, inner in value.items())
    if kind is list:
        return all(map(_is_plain, value))
    return kind is int and -_LARGEST <= value <= _LARGEST
