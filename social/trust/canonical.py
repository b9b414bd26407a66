"""The one form of a JSON document that is hashed and signed (RFC 8785, JCS)."""

from typing import Any

import rfc8785


class NotCanonical(ValueError):
    """A document without a canonical form: an integer beyond 2^53 - 1, NaN, half a character."""


def canonical(document: Any) -> bytes:
    """The canonical bytes of a document. Raises NotCanonical.

    The document came through the guarded decoder, or was made here: of a key that stands twice nobody knows any more.
    """
    try:
        return rfc8785.dumps(document)
    except (rfc8785.CanonicalizationError, UnicodeEncodeError, RecursionError) as cause:
        raise NotCanonical(str(cause)) from cause
