"""The body of a request, in whichever of the four encodings, and the token wherever a client puts it."""

import base64
import binascii
from typing import cast
from urllib.parse import quote, unquote

from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.types import Receive, Scope

from server.api.params import Plain, Upload, from_json, from_query, nested

MAX_FILES = 8
_BEARER = "bearer "
_CODED = "".join(chr(code) for code in range(0x80))
"""Left as it is while other bytes of a form are written with percent signs: one reading refuses them all."""


def header(scope: Scope, name: bytes) -> str:
    """A header of the request, empty without it."""
    return next((value.decode("latin-1") for key, value in scope["headers"] if key == name), "")


def token_of(scope: Scope, query: Plain) -> str:
    """The token of the `Authorization` header, else of the parameter `access_token`; empty without one."""
    written = header(scope, b"authorization")
    if written[: len(_BEARER)].lower() == _BEARER:
        return written[len(_BEARER) :].strip()
    found = query.get("access_token", "")
    return found if isinstance(found, str) else ""


def basic_of(scope: Scope) -> tuple[str, str] | None:
    """Client id and secret of HTTP Basic (RFC 6749 §2.3.1: each percent-encoded), or None."""
    kind, _, coded = header(scope, b"authorization").partition(" ")
    if kind.lower() != "basic":
        return None
    try:
        name, mark, secret = base64.b64decode(coded, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return None
    return (unquote(name), unquote(secret)) if mark else None


async def read_body(scope: Scope, receive: Receive, *, must_say: bool) -> Plain:
    """The parameters in the body; {} for none and for strange encodings. Raises Invalid, HTTPException.

    Where nothing must be said, words under the name of JSON that are none say nothing: clients send such.
    """
    kind = header(scope, b"content-type").partition(";")[0].strip().lower()
    request = Request(scope, receive)
    if kind == "multipart/form-data":
        return await _multipart(request)
    body = await request.body()
    if not body:
        return {}
    if kind == "application/json" or kind.endswith("+json"):
        return {} if not must_say and _says_nothing(body) else from_json(body)
    # What is no text after the percent signs is refused with the rest.
    coded = quote(body, safe=_CODED) if not body.isascii() else body.decode()
    return from_query(coded) if kind == "application/x-www-form-urlencoded" else {}


def close_uploads(plain: Plain) -> None:
    """Give back what the files of a body hold."""
    for value in plain.values():
        for one in value if isinstance(value, list) else [value]:
            if isinstance(one, Upload):
                one.close()
            elif isinstance(one, dict):
                close_uploads(cast(Plain, one))


def _says_nothing(body: bytes) -> bool:
    """Whether this is no beginning of an object or a list: what is one, and broken, is never taken for nothing."""
    try:
        return not body.decode().lstrip().startswith(("{", "["))
    except UnicodeDecodeError:
        return False


async def _multipart(request: Request) -> Plain:
    form = await request.form(max_files=MAX_FILES)
    return nested(
        [
            (name, Upload(one.filename or "", one.content_type or "", one.file) if isinstance(one, UploadFile) else one)
            for name, one in form.multi_items()
        ]
    )
