"""What the viewer has to read, and the one act that says it was read. The statuses themselves are plain ones."""

import msgspec

from server.api.call import Call
from server.api.entities.must_reads import MustRead, MustReadAnswer
from server.api.params import Empty
from server.api.routing import Auth, Endpoint, route
from social.announcements import answers, questions, reading
from social.announcements.answers import Shown
from social.clock import iso
from storage.announcements import ReaderRow
from storage.ids import Millis, PostId


class AnswerParams(msgspec.Struct, frozen=True, kw_only=True):
    """What was on the screen. `question`: it was read, and something about it is to be asked."""

    version: int
    language: str
    digest: str
    question: bool = False


async def several(call: Call, _: Empty) -> list[MustRead]:
    """GET /api/v1/archipel/must_reads: what waits for the viewer first."""
    return [must_read(row) for row in await call.read(reading.listed, now=call.node.clock())]


async def acknowledge(call: Call, params: AnswerParams) -> MustRead:
    """POST /api/v1/archipel/must_reads/:id/acknowledge: twice is once; 409 if it was changed meanwhile."""
    shown = Shown(version=params.version, language=params.language, digest=params.digest)
    now = call.node.clock()
    return must_read(await call.write(answers.confirm, PostId(call.id()), shown, question=params.question, now=now))


def must_read(row: ReaderRow) -> MustRead:
    """What is asked, in the words of the API."""
    asked = row.announcement
    return MustRead(
        id=str(asked.post_id),
        version=asked.version,
        texts=msgspec.json.decode(asked.statement, type=_Texts).texts,
        urgent=asked.urgent,
        reason=asked.reason if asked.urgent else "",
        valid_from=iso(asked.valid_from),
        valid_until=_iso(asked.valid_until),
        asked_at=_iso(row.asked_at),
        acknowledged_at=_iso(row.confirmed_at),
        has_question=row.question,
        acknowledged_earlier_at=_iso(row.earlier_at),
        answers=[
            MustReadAnswer(question=one.question, answer=one.answer, at=iso(Millis(one.at)))
            for one in questions.answered(asked)
        ],
    )


class _Texts(msgspec.Struct, frozen=True):
    """Of the statement, which was verified when it came, what an app has to send back."""

    texts: dict[str, str]


def _iso(at: Millis | None) -> str | None:
    return None if at is None else iso(at)


_PATH = "/api/v1/archipel/must_reads"

ROUTES: tuple[Endpoint, ...] = (
    route("GET", _PATH, several, Auth.USER, "read:statuses"),
    route("POST", f"{_PATH}/:id/acknowledge", acknowledge, Auth.USER, "write:statuses", params=AnswerParams),
)
