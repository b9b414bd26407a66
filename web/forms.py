"""Forms as browsers post them: parsed under limits, bound to the session, read field by field.

A form is refused (403) unless it was sent from a page of this node: `Sec-Fetch-Site` and `Origin` when the browser
gives them, and for somebody signed in the token of the session. A field with a NUL is unreadable.
"""

from base64 import urlsafe_b64encode
from collections.abc import AsyncGenerator, Collection, Mapping, Sequence
from hashlib import sha256
from hmac import compare_digest
from http import HTTPStatus
from urllib.parse import urlsplit

from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException
from starlette.formparsers import FormParser, MultiPartException, MultiPartParser
from starlette.requests import Request

from social.errors import Forbidden, Invalid

CSRF_FIELD = "csrf"
MAX_FIELDS = 100
MAX_FILES = 20
MAX_FIELD_BYTES = 1_048_576
MAX_PLAIN_BYTES = 1_048_576
"""Bytes of a form without files."""


class _TooLarge(MultiPartException):
    """The body is too large: of the parser's own kind, so that it closes the files it has begun."""


class Form:
    """What was posted. Each reader raises Invalid naming the field."""

    def __init__(self, fields: Mapping[str, Sequence[str]], files: Mapping[str, Sequence[UploadFile]]) -> None:
        self._fields = fields
        self._files = files

    async def close(self) -> None:
        """Let go of the files."""
        for files in self._files.values():
            for file in files:
                await file.close()

    def text(self, name: str, *, limit: int = 100_000) -> str:
        """The field with its line ends as `\\n`; empty when it is missing."""
        written = next(iter(self._fields.get(name, ())), "").replace("\r\n", "\n")
        if "\0" in written:
            raise Invalid(name, "unreadable")
        if len(written) > limit:
            raise Invalid(name, "too_long", maximum=limit)
        return written

    def line(self, name: str, *, limit: int = 1_000) -> str:
        """A field of one line, without spaces around it."""
        return " ".join(self.text(name, limit=limit).split())

    def written(self, name: str) -> str:
        """The field as it came, to be shown again: never refused, without what no text may hold."""
        return next(iter(self._fields.get(name, ())), "").replace("\0", "")

    def kept(self, name: str) -> list[str]:
        """All values of a field as they came, to be shown again."""
        return [value.replace("\0", "") for value in self._fields.get(name, ())]

    def all(self, name: str, *, limit: int = 1_000) -> list[str]:
        """All values of a field of one line each."""
        values = self._fields.get(name, ())
        return [Form({name: [value]}, {}).line(name, limit=limit) for value in values]

    def chosen(self, name: str, among: Collection[str], default: str) -> str:
        """One of `among`; missing gives `default`, anything else is refused."""
        written = self.text(name) or default
        if written != default and written not in among:
            raise Invalid(name, "not_a_choice")
        return written

    def flag(self, name: str) -> bool:
        """Whether a box was ticked."""
        return name in self._fields and self.text(name) not in ("", "0", "false")

    def names(self) -> list[str]:
        """The names of all fields that were sent."""
        return list(self._fields)

    def has(self, name: str) -> bool:
        """Whether the field was sent at all."""
        return name in self._fields

    def numbers(self, name: str) -> tuple[int, ...]:
        """All values of a field that are ids, in their order."""
        return tuple(int(value) for value in self._fields.get(name, ()) if _is_id(value))

    def number(self, name: str) -> int | None:
        """An id, or None."""
        return next(iter(self.numbers(name)), None)

    def file(self, name: str) -> UploadFile | None:
        """The first file of a field; a file input left empty is no file."""
        return next(iter(self.files(name)), None)

    def files(self, name: str) -> list[UploadFile]:
        """All files of a field."""
        return [file for file in self._files.get(name, ()) if file.filename and file.size]


def csrf_token(request: Request) -> str:
    """The token of the session's forms; empty without a session.

    Derived from the session's own secret, which no other site can read: nothing more has to be kept. It is the very
    secret by which the request was let in: a sibling domain can add a second cookie, whose token it would know.
    """
    session = getattr(request.state, "session_token", "")
    if not session:
        return ""
    return urlsafe_b64encode(sha256(b"archipel form\0" + session.encode()).digest()[:18]).decode()


async def parse(request: Request, *, max_bytes: int = MAX_PLAIN_BYTES) -> Form:
    """The posted form. Raises Forbidden for one that is not from a page of ours; HTTPException 413, 415, 400."""
    require_own_origin(request)
    form = Form(*_sorted(await _parsed(request, max_bytes)))
    wanted = csrf_token(request)
    if wanted and not compare_digest(form.text(CSRF_FIELD).encode(), wanted.encode()):
        raise Forbidden("form_expired")
    return form


def require_own_origin(request: Request) -> None:
    """Raises Forbidden when the browser says that another site sent this."""
    site = request.headers.get("sec-fetch-site", "same-origin")
    origin = request.headers.get("origin")
    own = {urlsplit(request.app.state.node.urls.base).netloc, request.headers.get("host", "")}
    if site not in ("same-origin", "none") or (origin is not None and urlsplit(origin).netloc not in own):
        raise Forbidden("foreign_form")


async def _parsed(request: Request, max_bytes: int) -> FormData:
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    stream = _limited(request, max_bytes if kind == "multipart/form-data" else min(max_bytes, MAX_PLAIN_BYTES))
    try:
        if kind == "application/x-www-form-urlencoded":
            return await FormParser(request.headers, stream).parse()
        if kind == "multipart/form-data":
            parser = MultiPartParser(
                request.headers, stream, max_files=MAX_FILES, max_fields=MAX_FIELDS, max_part_size=MAX_FIELD_BYTES
            )
            return await parser.parse()
    except _TooLarge as too_large:
        raise HTTPException(HTTPStatus.REQUEST_ENTITY_TOO_LARGE) from too_large
    except (MultiPartException, UnicodeDecodeError, KeyError) as broken:
        raise HTTPException(HTTPStatus.BAD_REQUEST) from broken
    raise HTTPException(HTTPStatus.UNSUPPORTED_MEDIA_TYPE)


async def _limited(request: Request, max_bytes: int) -> AsyncGenerator[bytes, None]:
    """The body piece by piece. Raises _TooLarge at the first byte too many."""
    told = request.headers.get("content-length", "")
    if told.isdigit() and int(told) > max_bytes:
        raise _TooLarge("told")
    size = 0
    async for piece in request.stream():
        size += len(piece)
        if size > max_bytes:
            raise _TooLarge("sent")
        yield piece


def _sorted(parsed: FormData) -> tuple[dict[str, list[str]], dict[str, list[UploadFile]]]:
    fields: dict[str, list[str]] = {}
    files: dict[str, list[UploadFile]] = {}
    for name, value in parsed.multi_items():
        if isinstance(value, UploadFile):
            files.setdefault(name, []).append(value)
        else:
            fields.setdefault(name, []).append(value)
    return fields, files


def _is_id(value: str) -> bool:
    return value.isascii() and value.isdigit() and len(value) < 20
