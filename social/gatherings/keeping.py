"""The time and place of a post: planned here, changed, called off; and what another node says of its own."""

import hashlib

import msgspec

from social import events, jobs
from social.clock import DAY, HOUR
from social.errors import raise_all
from social.feeds.telling import gathering_subject
from social.gatherings import answers, drafts, times
from social.gatherings.drafts import KIND, OPEN_HOURS, GatheringDraft
from social.people.names import INSTANCE_ACTOR
from storage import accounts, gathering_notices, letters
from storage import gatherings as rows
from storage import posts as post_rows
from storage.accounts import AccountRow
from storage.engine.database import Tx
from storage.gatherings import GatheringRow, JoinMode, Status
from storage.ids import Millis, PostId
from storage.posts import PostRow

REMINDED = (DAY, HOUR)
"""So long before the beginning people who come are reminded."""
_TOLD_OF = ("starts_at", "ends_at", "is_open_end", "timezone", "place", "address", "link", "status")
"""What people who come have to know when it changes."""


class ReceivedGathering(msgspec.Struct, frozen=True, kw_only=True):
    """A gathering of another node as it says. `at`: of when the numbers are, where that is told."""

    starts_at: Millis
    ends_at: Millis | None
    timezone: str
    place: str = ""
    address: str = ""
    link: str = ""
    category: str = ""
    status: Status = Status.CONFIRMED
    seats: int | None = None
    has_waiting: bool = True
    join_mode: JoinMode = JoinMode.NONE
    outside_url: str = ""
    series: str = ""
    occurrence: int = 1
    going: int = 0
    left: int | None = None
    waiting: int = 0
    at: Millis | None = None


def require(draft: GatheringDraft | None, title: str, *, is_new: bool, now: Millis) -> bool:
    """Whether a post is a further occurrence of what is repeated. Raises Invalid for a gathering that cannot be."""
    if draft is None:
        return False
    raise_all(drafts.problems(draft, title, is_new=is_new, now=now))
    return draft.occurrence > 1


def hold(tx: Tx, post: PostRow, draft: GatheringDraft | None, *, now: Millis) -> None:
    """The time and place of a post that was just written here, if it has them."""
    if draft is None:
        return
    row = drafts.row(post.id, draft)
    rows.insert(tx, row)
    _remind_later(tx, post.uri, row, now)


def hold_again(tx: Tx, post: PostRow, draft: GatheringDraft | None, *, now: Millis) -> bool:
    """The time and place of a post that is edited here; None leaves them. Whether anything changed.

    Nobody who has a seat loses it by there being fewer; when there are more, who waits moves up.
    """
    known = rows.of_post(tx, post.id)
    if draft is None or known is None:
        return False
    wanted = msgspec.structs.replace(
        drafts.row(post.id, draft), series=known.series, occurrence=known.occurrence, version=known.version
    )
    same = msgspec.structs.replace(wanted, turn=known.turn)
    if same == known:
        return False
    changed = msgspec.structs.replace(wanted, version=known.version + 1)
    _change(tx, post, known, changed, by_host="", now=now)
    answers.move_up(tx, post, changed, now=now)
    return True


def receive(tx: Tx, post: PostRow, said: ReceivedGathering | None, *, now: Millis) -> None:
    """The time and place of a post of another node that was just stored."""
    if said is not None:
        row = _received(post.id, said)
        rows.insert(tx, row)
        _remind_later(tx, post.uri, row, now)


def receive_edit(tx: Tx, author: AccountRow, post: PostRow, said: ReceivedGathering | None, *, now: Millis) -> None:
    """A newer version of the post says so. What says no time any more stays where it was."""
    known = rows.of_post(tx, post.id)
    if said is None:
        return
    if known is None:
        receive(tx, post, said, now=now)
        return
    row = msgspec.structs.replace(_received(post.id, said), version=known.version + 1)
    _change(tx, post, known, row, by_host=author.domain, now=now)


def receive_figures(tx: Tx, post: PostRow, said: ReceivedGathering, *, now: Millis) -> bool:
    """How many come, by the organiser's node; False for what is older than what is known."""
    known = rows.of_post(tx, post.id)
    at = said.at or now
    if known is None or at < known.claimed_at:
        return False
    told = msgspec.structs.replace(
        known, claimed_going=said.going, claimed_left=said.left, claimed_waiting=said.waiting, claimed_at=at
    )
    rows.change(tx, told)
    return msgspec.structs.replace(told, claimed_at=known.claimed_at) != known


def tell_numbers(tx: Tx, post: PostId, now: Millis) -> bool:
    """The job after some answers: the numbers of a gathering here are told. False for one that is gone."""
    found, known = post_rows.by_id(tx, post), rows.of_post(tx, post)
    if found is None or known is None:
        return False
    # Whose account ended meanwhile left a seat too.
    answers.move_up(tx, found, known, now=now)
    events.append(tx, events.GatheringCounted(by=found.author_id, at=now, post=post))
    return True


def remind(tx: Tx, uri: str, starts_at: Millis, now: Millis) -> bool:
    """The job before the beginning: whoever comes is reminded. False when it was moved, called off, or has begun."""
    post = post_rows.by_uri(tx, uri)
    known = rows.of_post(tx, post.id) if post is not None else None
    if post is None or known is None or known.starts_at != starts_at or known.status is Status.CANCELLED:
        return False
    if known.starts_at <= now:
        return False
    events.append(tx, events.GatheringNear(by=post.author_id, at=now, post=post.id, starts_at=starts_at))
    return True


def removed(tx: Tx, post: PostRow, author: AccountRow, now: Millis) -> None:
    """A post goes: who wanted to come to a gathering that is not over is told, and it leaves the calendars that hold it
    by mail."""
    known = rows.of_post(tx, post.id) if post.kind == KIND else None
    if known is None or known.ends_at <= now:
        return
    for user in letters.holding(tx, post.id):
        job = jobs.TakeOutOfCalendar(user=user, uri=post.uri, title=post.title, organiser=author.name, held=known)
        jobs.enqueue(tx, job, key=f"{user}:{post.uri}", due=now)
    node = accounts.by_name(tx, INSTANCE_ACTOR, "")
    if node is None or known.status is Status.CANCELLED:
        return
    mark = gathering_subject("gone", hashlib.sha256((known.series or post.uri).encode()).hexdigest()[:16])
    written = gathering_notices.gone(tx, post.id, mark, f"{mark}:{known.starts_at}:{post.title}", INSTANCE_ACTOR, now)
    told = [events.Notified(by=node.id, to=one.account_id, notification=one.id, at=now) for one in written]
    events.append_all(tx, told)


def account_ends(tx: Tx, author: AccountRow, now: Millis) -> None:
    """Somebody goes with everything they wrote: what they hold is gone for those who wanted to come."""
    for id in rows.coming_of(tx, author.id, now):
        post = post_rows.by_id(tx, id)
        if post is not None:
            removed(tx, post, author, now)


def is_later(tx: Tx, post: PostRow) -> bool:
    """Whether the post is a further occurrence of what is repeated: it stands in the agenda, in no feed."""
    known = rows.of_post(tx, post.id) if post.kind == KIND and post.is_history else None
    return known is not None and known.occurrence > 1


def _change(tx: Tx, post: PostRow, known: GatheringRow, changed: GatheringRow, *, by_host: str, now: Millis) -> None:
    rows.change(tx, changed)
    _remind_later(tx, post.uri, changed, now)
    if all(getattr(known, name) == getattr(changed, name) for name in _TOLD_OF):
        return
    is_off = changed.status is Status.CANCELLED and known.status is not Status.CANCELLED
    events.append(
        tx, events.GatheringChanged(by=post.author_id, host=by_host, at=now, post=post.id, is_cancelled=is_off)
    )


def _remind_later(tx: Tx, uri: str, row: GatheringRow, now: Millis) -> None:
    """The reminders of what was said before go, however often it is moved."""
    for before in REMINDED:
        due, key = Millis(row.starts_at - before), f"{before}:{uri}"
        job = jobs.RemindGathering(uri=uri, starts_at=row.starts_at)
        if due > now and row.status is not Status.CANCELLED:
            jobs.replace(tx, job, key=key, due=due)
        else:
            jobs.drop(tx, job, key=key)


def _received(post: PostId, said: ReceivedGathering) -> GatheringRow:
    ends_at = said.ends_at if said.ends_at is not None and said.ends_at > said.starts_at else None
    return GatheringRow(
        post_id=post,
        starts_at=said.starts_at,
        ends_at=Millis(said.starts_at + OPEN_HOURS) if ends_at is None else ends_at,
        is_open_end=ends_at is None,
        timezone=said.timezone if times.zone(said.timezone) is not None else "UTC",
        place=said.place,
        address=said.address,
        link=said.link if drafts.is_link(said.link) else "",
        category=said.category,
        status=said.status,
        seats=said.seats,
        has_waiting=said.has_waiting,
        join_mode=said.join_mode,
        outside_url=said.outside_url if drafts.is_link(said.outside_url) else "",
        series=said.series,
        occurrence=said.occurrence,
        version=0,
        turn=0,
        claimed_going=said.going,
        claimed_left=said.left,
        claimed_waiting=said.waiting,
        claimed_at=said.at or Millis(0),
    )
