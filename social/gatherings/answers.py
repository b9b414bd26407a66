"""Who comes: the answers of people, seats and the queue.

The organiser's node gives the seats, in the order in which answers come there: whoever asks for the next place in the
queue holds the gathering until the end of the transaction, so that two never get the last seat. A node whose people
answer keeps that they asked until the organiser's node has said yes, no, or that they wait.
"""

from collections.abc import Callable

import msgspec

from social import events, jobs, reading
from social.clock import SECOND
from social.errors import Conflict, Forbidden, Invalid, NotFound
from social.policy import Viewer, require_person
from social.stamps import stamps
from social.urls import Urls
from storage import gatherings as rows
from storage import participations as answers
from storage import posts as post_rows
from storage.accounts import AccountRow
from storage.engine.database import Tx
from storage.gatherings import GatheringRow, JoinMode, Status
from storage.ids import AccountId, IdMaker, Millis, PostId
from storage.participations import ParticipantRow, ParticipationRow, State
from storage.posts import PostRow

TOLD_AFTER = 10 * SECOND
"""Answers of so long go out as one change of the numbers. Whoever waited longer for theirs is told."""
MOST_SHOWN = 500
_JOINED = frozenset({State.ASKED, State.GOING, State.WAITING})
YES, MAYBE, NO = "yes", "maybe", "no"
_JOINS = "#joins/"
"""In the id of every Join from here, after that of who joins."""


class People(msgspec.Struct, frozen=True, kw_only=True):
    """Who answered, as far as it is known here, for those who may see names."""

    going: tuple[ParticipantRow, ...] = ()
    waiting: tuple[ParticipantRow, ...] = ()
    maybe: tuple[ParticipantRow, ...] = ()
    attended: int = 0


def answer(tx: Tx, viewer: Viewer, post: PostId, said: str, *, ids: IdMaker, urls: Urls, now: Millis) -> State:
    """The viewer says yes, maybe or no; what became of it. A yes to a gathering of elsewhere is asked for there.

    Raises NotFound, Invalid for what is no answer, Conflict for what is over, called off, or not answered here.
    """
    require_person(viewer)
    if said not in (YES, MAYBE, NO):
        raise Invalid("answer", "not_a_choice")
    row = reading.post(tx, viewer, post).post
    known = _open(tx, row, now)
    before = answers.of(tx, row.id, viewer.account)
    if said == YES and before is not None and before.state in _JOINED:
        return before.state
    uri = f"{urls.actor(viewer.username)}{_JOINS}{ids.make()}"
    if row.is_local:
        return _decided(tx, row, known, viewer.account, said, uri, "", now)
    return _asked(tx, row, known, viewer.account, said, uri, before, now)


def receive_answer(tx: Tx, actor: AccountRow, uri: str | None, said: str, join: str, *, now: Millis) -> bool:
    """Somebody of another node answers to a gathering here; False when it was so already.

    Raises NotFound for what is not for them, or no gathering here. What is over refuses.
    """
    row = post_rows.by_uri(tx, uri) if uri else None
    if row is None or not row.is_local or not stamps(tx, Viewer(account=actor.id, host=actor.domain), [row.id]):
        raise NotFound("gathering")
    known = rows.of_post(tx, row.id)
    if known is None:
        raise NotFound("gathering")
    before = answers.of(tx, row.id, actor.id)
    if said == YES and before is not None and before.state in _JOINED:
        # Said once more: maybe our answer was lost. What is decided later is about this one too.
        again = msgspec.structs.replace(before, uri=join)
        answers.put(tx, again)
        _seated(tx, row, again, is_told=False, now=now)
        return False
    if said == NO and before is None:
        return False
    if said == YES and not _takes(known, now):
        refused = _row(row.id, actor.id, State.REFUSED, 0, join, now)
        answers.put(tx, refused)
        _seated(tx, row, refused, is_told=False, now=now)
        return True
    _decided(tx, row, known, actor.id, said, join, actor.domain, now)
    return True


def receive_decision(
    tx: Tx,
    actor: AccountRow,
    join: str | None,
    post: str | None,
    account: AccountRow | None,
    state: State,
    *,
    takes_back: bool = False,
    now: Millis,
) -> bool | None:
    """The organiser's node says what became of an answer from here. None: there is none such; False: known already.

    `join` is the id of the Join; where it is not told, the gathering and the account say which. An id of ours that is
    not that of the answer is that of an earlier one, taken back since. `takes_back`: who has a seat waits again by
    its word. Raises Forbidden for whoever does not hold the gathering.
    """
    found = answers.by_uri(tx, join) if join else None
    is_earlier = join is not None and account is not None and join.startswith(f"{account.uri}{_JOINS}")
    if found is None and not is_earlier and post is not None and account is not None:
        row = post_rows.by_uri(tx, post)
        found = answers.of(tx, row.id, account.id) if row is not None else None
    row = post_rows.by_id(tx, found.post_id) if found is not None else None
    if found is None or row is None or row.is_local:
        return None
    if row.author_id != actor.id:
        raise Forbidden("not_yours")
    if found.state is state or found.state not in (*_JOINED, State.REFUSED):
        return False
    if state is State.WAITING and found.state is State.GOING and not takes_back:
        # The word that they waited was overtaken by the one that they have a seat.
        return False
    is_late = found.answered_at > 0 or now - found.asked_at > TOLD_AFTER
    changed = msgspec.structs.replace(found, state=state, answered_at=now)
    answers.put(tx, changed)
    _seated(tx, row, changed, is_told=is_late or state is not State.GOING, now=now, host=actor.domain)
    return True


def people(tx: Tx, viewer: Viewer, post: PostId) -> People:
    """Names of who comes, for signed-in people; strangers see numbers only. Of one of elsewhere: people of here."""
    if not viewer.is_person:
        return People()
    found = answers.people(tx, post, [State.GOING, State.WAITING, State.MAYBE], MOST_SHOWN)

    def those(state: State) -> tuple[ParticipantRow, ...]:
        return tuple(one for one in found if one.participation.state is state)

    return People(
        going=those(State.GOING),
        waiting=those(State.WAITING),
        maybe=those(State.MAYBE),
        attended=sum(one.participation.attended for one in found),
    )


def note_attendance(tx: Tx, viewer: Viewer, post: PostId, came: tuple[AccountId, ...], *, now: Millis) -> None:
    """The organiser notes who was there, once it has begun. Raises NotFound, Forbidden, Conflict."""
    require_person(viewer)
    row = reading.post(tx, viewer, post).post
    known = rows.of_post(tx, row.id)
    if known is None:
        raise NotFound("gathering")
    if row.author_id != viewer.account:
        raise Forbidden("not_yours")
    if known.starts_at > now:
        raise Conflict("not_begun")
    shown = [one.participation.account_id for one in answers.people(tx, row.id, [State.GOING], MOST_SHOWN)]
    answers.came(tx, row.id, shown, [id for id in came if id in shown])


def move_up(tx: Tx, post: PostRow, known: GatheringRow, *, now: Millis) -> None:
    """Give free seats to who waits, in the order of the queue."""
    if known.status is Status.CANCELLED:
        return
    while _has_seat(tx, known) and (first := answers.first_waiting(tx, known.post_id)) is not None:
        changed = msgspec.structs.replace(first, state=State.GOING, answered_at=now)
        answers.put(tx, changed)
        _seated(tx, post, changed, is_told=True, now=now)


def _open(tx: Tx, post: PostRow, now: Millis) -> GatheringRow:
    known = rows.of_post(tx, post.id)
    if known is None:
        raise NotFound("gathering")
    if known.status is Status.CANCELLED:
        raise Conflict("cancelled")
    if known.ends_at <= now:
        raise Conflict("gathering_over")
    if known.join_mode not in (JoinMode.FREE, JoinMode.RESTRICTED):
        raise Conflict("answered_elsewhere")
    return known


def _takes(known: GatheringRow, now: Millis) -> bool:
    return known.status is not Status.CANCELLED and known.ends_at > now


def _decided(
    tx: Tx, post: PostRow, known: GatheringRow, account: AccountId, said: str, uri: str, host: str, now: Millis
) -> State:
    """The answer to a gathering of this node takes effect at once."""
    turn = rows.next_turn(tx, post.id)
    before = answers.of(tx, post.id, account)
    if said == YES and before is not None and before.state in _JOINED:
        return before.state
    state = _CHOICES[said](tx, known)
    row = _row(post.id, account, state, turn, uri, now)
    answers.put(tx, row)
    was = before.state if before is not None else None
    events.append(
        tx, events.GatheringAnswered(by=account, host=host, at=now, post=post.id, state=state, was=was or "", uri=uri)
    )
    if said == YES:
        _seated(tx, post, row, is_told=False, now=now)
    move_up(tx, post, known, now=now)
    jobs.enqueue(tx, jobs.CountGathering(post=post.id), key=str(post.id), due=Millis(now + TOLD_AFTER))
    return state


def _asked(
    tx: Tx,
    post: PostRow,
    known: GatheringRow,
    account: AccountId,
    said: str,
    uri: str,
    before: ParticipationRow | None,
    now: Millis,
) -> State:
    """The answer to a gathering of elsewhere: a yes waits for its node, maybe and no are only told."""
    state = {YES: State.ASKED, MAYBE: State.MAYBE, NO: State.NO}[said]
    if before is not None and before.state is state:
        return state
    answers.put(tx, _row(post.id, account, state, 0, uri, now, answered=said != YES))
    was = before.state if before is not None else None
    events.append(tx, events.GatheringAnswered(by=account, at=now, post=post.id, state=state, was=was or "", uri=uri))
    return state


def _row(
    post: PostId, account: AccountId, state: State, turn: int, uri: str, now: Millis, *, answered: bool = True
) -> ParticipationRow:
    return ParticipationRow(
        post_id=post,
        account_id=account,
        state=state,
        turn=turn,
        uri=uri,
        attended=False,
        asked_at=now,
        answered_at=now if answered else Millis(0),
    )


def _has_seat(tx: Tx, known: GatheringRow) -> bool:
    return known.seats is None or answers.count(tx, known.post_id, State.GOING) < known.seats


def _seat(tx: Tx, known: GatheringRow) -> State:
    """A seat, a place in the queue, or neither. Nobody passes those who wait."""
    if _has_seat(tx, known) and answers.first_waiting(tx, known.post_id) is None:
        return State.GOING
    return State.WAITING if known.has_waiting else State.REFUSED


_CHOICES: dict[str, Callable[[Tx, GatheringRow], State]] = {
    YES: _seat,
    MAYBE: lambda tx, known: State.MAYBE,
    NO: lambda tx, known: State.NO,
}


def _seated(tx: Tx, post: PostRow, row: ParticipationRow, *, is_told: bool, now: Millis, host: str = "") -> None:
    """The decision about somebody's yes, for them and their node."""
    events.append(
        tx,
        events.GatheringSeated(
            by=post.author_id,
            host=host,
            at=now,
            post=post.id,
            of=row.account_id,
            state=row.state,
            uri=row.uri,
            is_told=is_told,
        ),
    )
