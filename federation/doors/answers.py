"""What a peer is answered: documents, and problems in a few words (RFC 9457)."""

from typing import Any

import msgspec
from starlette.responses import Response

from federation.signers import Refusal
from federation.signing import message

DOCUMENT_TYPE = "application/activity+json"
PROBLEM_TYPE = "application/problem+json"
_TITLES = {
    400: "Bad request",
    401: "Signature needed",
    403: "Not allowed",
    404: "Not found",
    410: "Gone",
    413: "Too large",
    415: "Unsupported media type",
    429: "Too many requests",
    503: "Not now",
}
PRIVATE = {"Cache-Control": "private, no-store", "Vary": "Accept, Signature"}
OPEN = {"Cache-Control": "public, max-age=180", "Vary": "Accept, Signature"}


def document(fields: dict[str, Any], *, is_open: bool = False, status: int = 200) -> Response:
    """An ActivityPub object. `is_open`: the same for everybody."""
    headers = OPEN if is_open else PRIVATE
    return Response(msgspec.json.encode(fields), status, headers, DOCUMENT_TYPE)


def problem(status: int, reason: str, retry_after: int | None = None) -> Response:
    """Why not. `retry_after` is in seconds."""
    headers = dict(PRIVATE)
    if retry_after is not None:
        headers["Retry-After"] = str(retry_after)
    body = {"title": _TITLES.get(status, "Refused"), "status": status, "detail": reason}
    return Response(msgspec.json.encode(body), status, headers, PROBLEM_TYPE)


def refused(refusal: Refusal, method: str = "GET") -> Response:
    """The answer to a request that was refused; to one that proved nobody, with what is to be signed."""
    answer = problem(refusal.status, refusal.reason, refusal.retry_after)
    if refusal.status == 401:
        covered = [*message.COVERED, *([message.DIGEST] if method == "POST" else [])]
        listed = " ".join(f'"{name}"' for name in covered)
        answer.headers["Accept-Signature"] = f"{message.LABEL}=({listed});created;keyid"
    return answer
