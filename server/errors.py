"""What goes wrong, said to whoever asked: Mastodon's JSON to apps, a page to people, problem JSON to peers.

This is the only place that knows statuses. What an error says inside (its cause, tables, paths) goes to the log alone.
"""

import logging
from collections.abc import Awaitable, Callable, Mapping
from enum import StrEnum

import msgspec
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, Response

from social.clock import iso
from social.errors import (
    Conflict,
    Forbidden,
    Gone,
    Invalid,
    NotFound,
    SocialError,
    TooMany,
    Unauthorized,
    Unavailable,
)
from storage.engine.database import BadValue, StorageBusy, StorageError, StorageFull, StorageUnavailable
from storage.files import FilesFull
from storage.ids import Millis

logger = logging.getLogger(__name__)

ErrorPage = Callable[[Request, int, SocialError | None], Awaitable[Response]]
"""Renders an error for a person: request, status, and the error if it is one of the network's."""


class Face(StrEnum):
    """Who asks, by the path: that decides the form of an error."""

    API = "api"
    PEER = "peer"
    PAGE = "page"


API_PATHS = ("/api/", "/oauth/token", "/oauth/revoke", "/oauth/userinfo", "/media/", "/avatars/", "/health")
PEER_PATHS = ("/.well-known/", "/nodeinfo/", "/users/", "/actor", "/inbox", "/ns/")

STATUS: tuple[tuple[type[Exception], int], ...] = (
    (NotFound, 404),
    (Gone, 410),
    (Forbidden, 403),
    (Unauthorized, 401),
    (Invalid, 422),
    (Conflict, 409),
    (TooMany, 429),
    (Unavailable, 503),
    (SocialError, 422),
    (StorageFull, 507),
    (FilesFull, 507),
    (StorageBusy, 503),
    (StorageUnavailable, 503),
    (BadValue, 422),
    # Nobody reads the answer: whoever asked went away in the middle of the question.
    (ClientDisconnect, 400),
)
# The same error has another status where Mastodon's clients expect it.
STATUS_OF_CODE: Mapping[tuple[type[Exception], str], int] = {
    (Unauthorized, "user_needed"): 422,
    (Invalid, "unreadable"): 400,
    (Invalid, "missing"): 400,
    (Invalid, "not_a_number"): 400,
    (Invalid, "negative"): 400,
    (Invalid, "too_large"): 413,
}
SENTENCES: Mapping[tuple[type[Exception], str], str] = {
    (Unauthorized, "token_invalid"): "The access token is invalid",
    (Unauthorized, "user_needed"): "This method requires an authenticated user",
    (Forbidden, "scope"): "This action is outside the authorized scopes",
    (Forbidden, "account_disabled"): "Your login is currently disabled",
    (Forbidden, "account_suspended"): "Your login is currently disabled",
    (Conflict, "duplicate"): "Duplicate record",
    (Conflict, "changed_meanwhile"): "The record was changed meanwhile",
    (Invalid, "unreadable"): "The request could not be read: {reason}",
    (Invalid, "too_large"): "The request is too large",
    (Invalid, "no_time"): "Record invalid",
    (Invalid, "not_ready"): "Cannot attach files that have not finished processing. Try again in a moment!",
    (Invalid, "not_processed"): "Error processing thumbnail for uploaded media",
    (Invalid, "mixed"): "Cannot attach a video to a post that already contains images",
    (Unavailable, "remote"): "Remote data could not be fetched",
}
KINDS: tuple[tuple[type[Exception], str], ...] = (
    (NotFound, "Record not found"),
    (Gone, "This record was deleted"),
    (Forbidden, "This action is not allowed"),
    (Unauthorized, "This method requires an authenticated user"),
    (Conflict, "The record was changed meanwhile"),
    (TooMany, "Too many requests"),
    (Unavailable, "This is not available now"),
    (SocialError, "Record invalid"),
    (StorageFull, "The server has no room left"),
    (FilesFull, "The server has no room left"),
    (StorageBusy, "The server is busy, try again"),
    (StorageUnavailable, "The server is busy, try again"),
    (BadValue, "Record invalid"),
)
OF_STATUS: Mapping[int, str] = {
    400: "Bad request",
    404: "Record not found",
    405: "Method not allowed",
    406: "Not acceptable",
    413: "The request is too large",
    415: "Unsupported media type",
    500: "Something went wrong on our side",
}
# Ends of the sentence "Validation failed: <Field> …".
WORDS: Mapping[str, str] = {
    "blank": "can't be blank",
    "beside_poll": "cannot be attached to a poll",
    "broken": "could not be read: the file is damaged",
    "missing": "can't be blank",
    "doubled": "must differ from one another",
    "inclusion": "is not included in the list: {allowed}",
    "invalid": "is invalid",
    "not_accepted": "must be accepted",
    "not_available": "is not available on this server yet",
    "no_recordings": "could not be verified: this server takes neither video nor sound",
    "not_a_file": "is not a file",
    "not_a_number": "is not a number",
    "not_an_object": "is not an object",
    "not_followed": "must be already followed by you",
    "not_found": "was not found",
    "not_text": "is not text",
    "nul": "contains a character that is not allowed",
    "not_to_be_pinned": "cannot be pinned: it is for the people named only",
    "not_yours": "of somebody else cannot be pinned",
    "order": "is out of order",
    "out_of_range": "is outside what is allowed",
    "over": "has already ended",
    "own": "is your own, and you cannot vote in it",
    "reserved": "is reserved",
    "taken": "has already been taken",
    "too_big": "is too big, at most {maximum} bytes",
    "too_deep": "is nested too deeply",
    "too_intricate": "has too many marks, table cells or lines",
    "too_few": "are too few, at least {minimum}",
    "too_long": "is too long",
    "too_long_recording": "is too long, at most {maximum} seconds",
    "too_many": "are too many, at most {maximum}",
    "too_many_featured": "has too many featured hashtags, at most {maximum}",
    "too_many_filters": "are too many, at most {maximum}",
    "too_many_lists": "are too many, at most {maximum}",
    "too_many_pixels": "has too many pixels, at most {maximum}",
    "too_many_frames": "has too many frames, at most {maximum}",
    "too_many_pins": "cannot be pinned: {maximum} are already",
    "too_many_scheduled": "has too many posts that wait, at most {maximum}",
    "too_many_that_day": "has too many posts on that day, at most {maximum}",
    "too_short": "is too short",
    "too_soon": "must be at least {minutes} minutes from now",
    "unchanged": "is unchanged",
    "unsupported": "could not be verified: this type of file is not supported",
    "voted": "was voted in by you already",
}


def status_of(error: Exception) -> int:
    """The HTTP status of an error; 500 for one that nobody foresaw."""
    if isinstance(error, HTTPException):
        return error.status_code
    if isinstance(error, SocialError):
        special = next((STATUS_OF_CODE.get((kind, error.code)) for kind in type(error).__mro__[:-2]), None)
        if special is not None:
            return special
    return next((status for kind, status in STATUS if isinstance(error, kind)), 500)


def sentence(error: Exception) -> str:
    """What an app shows of an error: English, as Mastodon's own, and nothing private."""
    if isinstance(error, SocialError):
        template = SENTENCES.get((type(error), error.code))
        if template is not None:
            return _filled(template, error.values)
        if isinstance(error, Invalid):
            return "Validation failed: " + ", ".join(_problem(one) for one in error.all())
    kind = next((text for kind, text in KINDS if isinstance(error, kind)), None)
    return kind or OF_STATUS.get(status_of(error), OF_STATUS[500])


def described(error: Invalid) -> str:
    """What is wrong with the field of an error, without its name."""
    return _filled(WORDS.get(error.code, WORDS["invalid"]), error.values)


def face_of(path: str) -> Face:
    """Who is likely to ask for this path."""
    if path.startswith(API_PATHS):
        return Face.API
    return Face.PEER if path.startswith(PEER_PATHS) else Face.PAGE


def headers_of(error: Exception, now: Millis) -> dict[str, str]:
    """Headers that belong to an error: when to come again, which methods there are."""
    if isinstance(error, TooMany):
        return {
            "retry-after": str(max(1, (error.until - now) // 1000)),
            "x-ratelimit-limit": str(error.values.get("limit", 0)),
            "x-ratelimit-remaining": "0",
            "x-ratelimit-reset": f"{iso(error.until)[:-1]}000Z",
        }
    if isinstance(error, HTTPException):
        return dict(error.headers or {})
    return {"retry-after": "5"} if status_of(error) == 503 else {}


def json_body(error: Exception) -> bytes:
    """The error as Mastodon's clients read it."""
    return msgspec.json.encode({"error": sentence(error)})


def complain(method: str, path: str, error: Exception) -> None:
    """Log what went wrong on our side. That a peer cannot be asked just now is no error of ours, and is asked for often
    by whoever wants to fill a log."""
    if isinstance(error, Unavailable):
        logger.info("%s %s: %s", method, path, error.code)
    elif status_of(error) >= 500:
        logger.error("%s %s: %s", method, path, type(error).__name__, exc_info=error)


class Errors:
    """The handlers of the application. `page` renders for people; without it they read plain text."""

    def __init__(self, page: ErrorPage | None, clock: Callable[[], Millis]) -> None:
        self._page = page
        self._clock = clock

    def handlers(self) -> dict[int | type[Exception], Callable[[Request, Exception], Awaitable[Response]]]:
        """For Starlette: what we foresaw, what the router says (404, 405), and everything else as 500."""
        kinds = (SocialError, StorageError, FilesFull, HTTPException, ClientDisconnect, Exception)
        return {kind: self.answer for kind in kinds}

    async def answer(self, request: Request, error: Exception) -> Response:
        """The error in the form that the path asks for."""
        status = status_of(error)
        complain(request.method, request.url.path, error)
        headers = headers_of(error, self._clock())
        match face_of(request.url.path):
            case Face.API:
                return Response(json_body(error), status, headers, "application/json; charset=utf-8")
            case Face.PEER:
                return Response(_problem_json(error, status), status, headers, "application/problem+json")
        if self._page is None:
            return PlainTextResponse(sentence(error), status, headers)
        response = await self._page(request, status, error if isinstance(error, SocialError) else None)
        response.headers.update(headers)
        return response


def _problem_json(error: Exception, status: int) -> bytes:
    """RFC 9457."""
    return msgspec.json.encode({"type": "about:blank", "title": sentence(error), "status": status})


def _problem(error: Invalid) -> str:
    return f"{error.field.replace('_', ' ').capitalize()} {described(error)}"


def _filled(template: str, values: Mapping[str, object]) -> str:
    try:
        return template.format_map(values)
    except KeyError:
        # The error came without the number: the sentence stays true without its end.
        return template.split(",")[0].split("{")[0].rstrip(": ")
