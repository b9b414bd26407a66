"""A communicator asks everybody, or some, to read something; and changes what it says."""

from collections.abc import Sequence

import msgspec

from social import events
from social.announcements import asking, audience, questions
from social.announcements.audience import URGENT, Wave
from social.announcements.sealing import seal
from social.announcements.statements import MAX_ANSWER, MAX_QUESTION, MOST_ANSWERS, Answered
from social.clock import DAY
from social.desk import entering
from social.errors import Conflict, Forbidden, Invalid, NotFound, TooMany
from social.governance.audit import Act, record
from social.policy import Role, Viewer, require_role
from social.posts import edit, publish
from social.posts.publish import Context, Draft
from social.text import clean_text
from storage import announcements as rows
from storage import holding, offices
from storage import posts as post_rows
from storage.announcements import AnnouncementRow
from storage.desk import PieceId
from storage.engine.database import Tx
from storage.ids import Millis, PostId
from storage.posts import PostRow
from storage.visibility import Visibility

USUAL = 30 * DAY
LONGEST = 366 * DAY
WEEK = 7 * DAY
MAX_REASON = 500


class NewAnnouncement(msgspec.Struct, frozen=True, kw_only=True):
    """What is to be read, by whom and until when. `waves` are in the order of their time; 0 means now."""

    draft: Draft
    waves: tuple[Wave, ...]
    valid_until: Millis | None = None
    urgent: bool = False
    reason: str = ""
    piece: PieceId | None = None
    """As what it was planned at the desk."""


def announce(tx: Tx, viewer: Viewer, new: NewAnnouncement, *, context: Context, now: Millis) -> PostId:
    """Publish a must-read post, whose readers are asked at once or when their wave comes.

    It is a post for everybody if everybody is informed at once, else one that only those see who are asked.
    It stands in the editorial calendar of all sites from now on. Raises Unauthorized, Forbidden, Invalid, Conflict
    for a piece that is out, or TooMany for one urgent announcement too many this week.
    """
    waves, valid_until = check(tx, viewer, new, context=context, now=now)
    valid_from = Millis(waves[0].at)
    is_open = audience.is_open(waves, now)
    draft = msgspec.structs.replace(new.draft, visibility=Visibility.PUBLIC if is_open else Visibility.DIRECT)
    id = publish.publish(tx, viewer, draft, context=context, now=now)
    row = AnnouncementRow(
        post_id=id,
        author_id=viewer.account,
        host="",
        version=1,
        statement="",
        audience=audience.kept(waves),
        valid_from=valid_from,
        valid_until=valid_until,
        urgent=new.urgent,
        reason=new.reason.strip() if new.urgent else "",
        version_at=now,
        created_at=now,
    )
    if rows.insert(tx, row):
        seal(tx, _post(tx, id), now=now)
        asking.tend(tx, id, settings=context.settings, now=now)
        record_urgent(tx, viewer, row, now=now)
        entering.announced(tx, viewer, id, valid_from, new.piece, ids=context.ids, urls=context.urls, now=now)
    return id


def check(
    tx: Tx, viewer: Viewer, new: NewAnnouncement, *, context: Context, now: Millis
) -> tuple[tuple[Wave, ...], Millis]:
    """Who is informed, from now or later on, and until when it is asked. Raises as `announce` does."""
    require_role(viewer, Role.COMMUNICATOR)
    waves = tuple(msgspec.structs.replace(wave, at=max(now, wave.at)) for wave in new.waves)
    audience.check(waves)
    valid_until = new.valid_until if new.valid_until is not None else Millis(waves[-1].at + USUAL)
    if not waves[-1].at < valid_until <= now + LONGEST:
        raise Invalid("valid_until", "out_of_range")
    if any(wave.at > now + LONGEST for wave in waves):
        raise Invalid("audience", "out_of_range")
    if new.urgent:
        _require_urgent(tx, viewer, new.reason, context, now)
    if new.draft.parent is not None or new.draft.poll is not None:
        raise Invalid("text", "invalid")
    return waves, valid_until


def revise(
    tx: Tx,
    viewer: Viewer,
    id: PostId,
    draft: Draft,
    *,
    material: bool,
    base: int | None = None,
    descriptions: tuple[edit.Description, ...] = (),
    context: Context,
    now: Millis,
) -> None:
    """Change what an own announcement says; `material`: everybody is asked anew, what they confirmed is kept.

    `base`: when it was last changed as far as the writer knew (0: never). Raises NotFound, Forbidden, Invalid, also
    for a material change of nothing, or Conflict `edited_meanwhile`.
    """
    require_role(viewer, Role.COMMUNICATOR)
    row, before = own(tx, viewer, id), _post(tx, id)
    if base is not None and base != (before.edited_at or 0):
        raise Conflict("edited_meanwhile")
    if material:
        rows.rewrite(tx, msgspec.structs.replace(row, version=row.version + 1, version_at=now))
    edit.edit(tx, viewer, id, draft, descriptions=descriptions, context=context, now=now)
    if material:
        if _post(tx, id).edited_at == before.edited_at:
            raise Invalid("text", "unchanged")
        asking.ask_again(tx, own(tx, viewer, id), now=now)


def answer(tx: Tx, viewer: Viewer, id: PostId, question: str, said: str, *, now: Millis) -> None:
    """Answer a question for everybody who is asked to read: nobody confirms anew for that.

    Raises NotFound, Forbidden, Invalid(question, answer), Conflict for one answer too many.
    """
    require_role(viewer, Role.COMMUNICATOR)
    row = own(tx, viewer, id)
    asked, words = clean_text(question).strip(), clean_text(said).strip()
    for name, text, most in (("question", asked, MAX_QUESTION), ("answer", words, MAX_ANSWER)):
        if not text:
            raise Invalid(name, "blank")
        if "\0" in text or len(text) > most:
            raise Invalid(name, "nul" if "\0" in text else "too_long", limit=most, length=len(text))
    before = questions.answered(row)
    if len(before) >= MOST_ANSWERS:
        raise Conflict("too_many_answers", maximum=MOST_ANSWERS)
    after = msgspec.structs.replace(
        row, answers=questions.kept([*before, Answered(question=asked, answer=words, at=now)])
    )
    rows.rewrite(tx, after)
    seal(tx, _post(tx, id), now=now)
    questions.tell(tx, row, after, now=now)
    events.append(tx, events.PostRefreshed(by=row.author_id, at=now, post=id))


def own(tx: Tx, viewer: Viewer, id: PostId) -> AnnouncementRow:
    """An announcement of the viewer's, held until the end of the transaction. Raises NotFound, Forbidden."""
    holding.announcement(tx, id)
    row = rows.by_post(tx, id)
    if row is None:
        raise NotFound("post")
    if row.author_id != viewer.account or row.host:
        raise Forbidden("not_yours")
    return row


def record_urgent(tx: Tx, viewer: Viewer, row: AnnouncementRow, *, now: Millis) -> None:
    """Write into the log of this node that people are disturbed here, by whom and why. Nothing for any other."""
    if row.urgent:
        post = _post(tx, row.post_id)
        record(tx, viewer, Act.ANNOUNCEMENT_URGENT, id=row.post_id, subject=post.uri, why=row.reason, now=now)


def may_be_urgent(tx: Tx, viewer: Viewer) -> bool:
    """Whether the viewer may call an announcement urgent."""
    return viewer.may(Role.ADMIN) or offices.holds(tx, viewer.account, URGENT)


def reach(tx: Tx, viewer: Viewer, waves: Sequence[Wave], host: str) -> int:
    """How many people of this node would be asked. Raises Forbidden."""
    require_role(viewer, Role.COMMUNICATOR)
    return max((audience.count(tx, viewer.account, wave) for wave in waves if wave.reaches(host)), default=0)


def _require_urgent(tx: Tx, viewer: Viewer, reason: str, context: Context, now: Millis) -> None:
    if not may_be_urgent(tx, viewer):
        raise Forbidden("urgent_not_yours")
    if not reason.strip():
        raise Invalid("reason", "blank")
    if len(reason) > MAX_REASON:
        raise Invalid("reason", "too_long", limit=MAX_REASON, length=len(reason))
    if is_too_often(tx, "", context.settings.announcements.urgent_per_week, now):
        raise TooMany(Millis(now + WEEK), "urgent_too_often", limit=context.settings.announcements.urgent_per_week)


def is_too_often(tx: Tx, host: str, most: int, now: Millis) -> bool:
    """Whether a node sent as many urgent announcements this week as it may."""
    return rows.urgent_since(tx, host, Millis(now - WEEK)) >= most


def _post(tx: Tx, id: PostId) -> PostRow:
    found = post_rows.by_id(tx, id)
    if found is None:
        raise NotFound("post")
    return found
