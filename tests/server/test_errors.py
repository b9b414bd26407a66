"""What goes wrong has one status and one sentence, and says nothing of the inside."""

import pytest
from starlette.exceptions import HTTPException

from server.errors import Face, face_of, headers_of, json_body, sentence, status_of
from social.errors import Conflict, Forbidden, Gone, Invalid, NotFound, TooMany, Unauthorized, Unavailable
from storage.engine.database import StorageBusy, StorageError, StorageFull
from storage.files import FilesFull
from storage.ids import Millis

NOON = Millis(1_795_521_600_000)


@pytest.mark.parametrize(
    ("error", "status", "said"),
    [
        (NotFound("post"), 404, "Record not found"),
        (Gone("post"), 410, "This record was deleted"),
        (Forbidden("not_yours"), 403, "This action is not allowed"),
        (Forbidden("scope"), 403, "This action is outside the authorized scopes"),
        (Unauthorized("token_needed"), 401, "This method requires an authenticated user"),
        (Unauthorized("token_invalid"), 401, "The access token is invalid"),
        (Unauthorized("user_needed"), 422, "This method requires an authenticated user"),
        (Conflict("try_again"), 409, "The record was changed meanwhile"),
        (TooMany(NOON), 429, "Too many requests"),
        (Unavailable("remote"), 503, "Remote data could not be fetched"),
        (Invalid("text", "blank"), 422, "Validation failed: Text can't be blank"),
        (Invalid("file", "too_big", maximum=7), 422, "Validation failed: File is too big, at most 7 bytes"),
        (Invalid("file", "too_big"), 422, "Validation failed: File is too big"),
        (Invalid("note", "never_heard_of"), 422, "Validation failed: Note is invalid"),
        (Invalid("q", "missing"), 400, "Validation failed: Q can't be blank"),
        (Invalid("body", "unreadable", reason="not UTF-8"), 400, "The request could not be read: not UTF-8"),
        (StorageFull("table posts"), 507, "The server has no room left"),
        (FilesFull("/var/media"), 507, "The server has no room left"),
        (StorageBusy("locked by 12"), 503, "The server is busy, try again"),
        (StorageError("secret"), 500, "Something went wrong on our side"),
        (RuntimeError("secret"), 500, "Something went wrong on our side"),
        (HTTPException(405), 405, "Method not allowed"),
        (HTTPException(413), 413, "The request is too large"),
        (HTTPException(418), 418, "Something went wrong on our side"),
    ],
)
def test_an_error_has_a_status_and_a_sentence(error: Exception, status: int, said: str) -> None:
    assert (status_of(error), sentence(error)) == (status, said)
    assert b"secret" not in json_body(error)


def test_every_wrong_field_of_a_form_is_named() -> None:
    first = Invalid("display_name", "too_long")
    first.also.append(Invalid("note", "too_long"))
    assert sentence(first) == "Validation failed: Display name is too long, Note is too long"


@pytest.mark.parametrize(
    ("path", "face"),
    [
        ("/api/v1/timelines/home", Face.API),
        ("/oauth/token", Face.API),
        ("/media/x/small", Face.API),
        ("/oauth/authorize", Face.PAGE),
        ("/@amina", Face.PAGE),
        ("/", Face.PAGE),
        ("/users/amina", Face.PEER),
        ("/inbox", Face.PEER),
        ("/.well-known/webfinger", Face.PEER),
        ("/nodeinfo/2.0", Face.PEER),
    ],
)
def test_the_path_decides_who_is_told(path: str, face: Face) -> None:
    assert face_of(path) is face


def test_whoever_must_wait_is_told_how_long() -> None:
    told = headers_of(TooMany(Millis(NOON + 90_000), "rate_limit", limit=5), NOON)
    assert told["retry-after"] == "90"
    assert told["x-ratelimit-reset"] == "2026-11-24T12:01:30.000000Z"
    assert headers_of(StorageBusy("locked"), NOON)["retry-after"]
    assert headers_of(NotFound(), NOON) == {}
