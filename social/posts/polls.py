"""Polls: made with a post, voted in, counted, closed.

A poll of this node counts the votes that come to it, by its own clock. The figures of a poll of another node are what
its author's node says; a vote of somebody here is added to them until that node has spoken.
"""

from collections.abc import Sequence

import msgspec

from social import events, jobs
from social.clock import SECOND
from social.errors import Invalid, NotFound
from social.policy import Viewer, require_person
from social.settings import PollSettings
from social.stamps import stamps
from social.tally import PollView, polls
from social.text import clean_line, graphemes
from storage import accounts
from storage import polls as rows
from storage import posts as post_rows
from storage.accounts import AccountRow
from storage.engine.database import Tx
from storage.ids import AccountId, IdMaker, Millis, PollId, PostId
from storage.polls import OptionRow, PollRow
from storage.posts import PostRow

TOLD_AFTER = 15 * SECOND
"""Votes of so long go out as one change of the figures."""
ASKED_AFTER = 30 * SECOND
"""After its end a poll of elsewhere is asked for, unless its node has told the result."""


class PollDraft(msgspec.Struct, frozen=True, kw_only=True):
    """What a person wants to ask. `expires_in` is in seconds from the publication; an edit with 0 keeps the end."""

    options: tuple[str, ...]
    expires_in: int = 0
    is_multiple: bool = False
    hides_totals: bool = False


class ReceivedPoll(msgspec.Struct, frozen=True, kw_only=True):
    """A poll of another node as it says. `at`: of when that is, where it is told."""

    options: tuple[tuple[str, int], ...]
    is_multiple: bool
    is_closed: bool
    ends_at: Millis | None
    voters: int | None
    at: Millis | None = None


def problems(draft: PollDraft, settings: PollSettings, *, is_new: bool) -> list[Invalid]:
    """What is wrong with a poll as somebody wrote it."""
    found: list[Invalid] = []
    titles = _titles(draft)
    if len(titles) < 2:
        found.append(Invalid("options", "too_few", minimum=2))
    if len(titles) > settings.max_options:
        found.append(Invalid("options", "too_many", maximum=settings.max_options))
    if any("\0" in option for option in draft.options):
        found.append(Invalid("options", "nul"))
    if any(graphemes(title) > settings.option_characters for title in titles):
        found.append(Invalid("options", "too_long", maximum=settings.option_characters))
    if len({title.casefold() for title in titles}) != len(titles):
        found.append(Invalid("options", "doubled"))
    if (is_new or draft.expires_in) and not settings.min_seconds <= draft.expires_in <= settings.max_seconds:
        found.append(Invalid("expires_in", "out_of_range"))
    return found


def ask(tx: Tx, post: PostId, draft: PollDraft, *, ids: IdMaker, now: Millis) -> None:
    """The poll of a post that was just written here."""
    poll = PollRow(
        id=PollId(ids.make()),
        post_id=post,
        is_multiple=draft.is_multiple,
        hides_totals=draft.hides_totals,
        expires_at=Millis(now + draft.expires_in * SECOND),
        closed_at=None,
        voters_count=0,
        claimed_at=Millis(0),
        created_at=now,
    )
    rows.insert(tx, poll, _options(_titles(draft)))
    _close_later(tx, poll)


def ask_again(tx: Tx, post: PostId, draft: PollDraft | None, *, ids: IdMaker, now: Millis) -> bool:
    """The poll of a post that is edited here; None takes it away. Whether anything changed.

    Other choices, or another number of them that may be taken, begin anew: what somebody took may not become
    something that they did not mean.
    """
    known = rows.of_post(tx, post)
    if draft is None:
        return known is not None and rows.forget(tx, post)
    if known is None:
        ask(tx, post, draft, ids=ids, now=now)
        return True
    titles = _titles(draft)
    is_other = titles != [one.title for one in rows.options(tx, known.id)] or draft.is_multiple != known.is_multiple
    changed = msgspec.structs.replace(
        known,
        is_multiple=draft.is_multiple,
        hides_totals=draft.hides_totals,
        expires_at=Millis(now + draft.expires_in * SECOND) if draft.expires_in else known.expires_at,
        closed_at=None if draft.expires_in else known.closed_at,
        voters_count=0 if is_other else known.voters_count,
    )
    rows.change(tx, changed)
    if is_other:
        rows.replace_options(tx, known.id, _options(titles))
    _close_later(tx, changed)
    return is_other or changed != known


def is_asked(tx: Tx, post: PostId) -> bool:
    """Whether the post asks something already."""
    return rows.of_post(tx, post) is not None


def poll(tx: Tx, viewer: Viewer, id: PollId) -> PollView:
    """A poll whose post the viewer may see. Raises NotFound."""
    return _view(tx, viewer, id)[1]


def vote(tx: Tx, viewer: Viewer, id: PollId, choices: Sequence[int], *, now: Millis) -> PollView:
    """Take one choice, or several where that is allowed; once, and nothing can be taken back.

    Raises NotFound, or Invalid: it is over, one's own, one voted already, there is no such choice.
    """
    require_person(viewer)
    post, view = _view(tx, viewer, id)
    taken = sorted(set(choices))
    if view.is_over(now):
        raise Invalid("poll", "over")
    if post.author_id == viewer.account:
        raise Invalid("poll", "own")
    if not taken:
        raise Invalid("choices", "blank")
    if not view.poll.is_multiple and len(taken) > 1:
        raise Invalid("choices", "too_many", maximum=1)
    if any(not 0 <= choice < len(view.options) for choice in taken):
        raise Invalid("choices", "not_found")
    if not rows.take_part(tx, id, viewer.account, now):
        raise Invalid("poll", "voted")
    rows.count_voter(tx, id)
    for choice in taken:
        _take(tx, view.poll, viewer.account, choice, counted=post.is_local or not view.poll.hides_totals)
    _voted(tx, view.poll, post, viewer.account, "", tuple(taken), now)
    return poll(tx, viewer, id)


def receive_vote(tx: Tx, actor: AccountRow, post: PostRow, title: str, *, now: Millis) -> bool:
    """Somebody of another node takes a choice of a poll here, by its words; False when it counts for nothing.

    Raises NotFound for a post that is not for them, and what asks nothing here.
    """
    known = rows.of_post(tx, post.id) if post.is_local else None
    if known is None:
        raise NotFound("poll")
    _, view = _view(tx, Viewer(account=actor.id, host=actor.domain), known.id)
    choice = next((one.position for one in view.options if one.title == clean_line(title)), None)
    if choice is None or view.is_over(now):
        return False
    is_first = rows.take_part(tx, known.id, actor.id, now)
    if not is_first and not known.is_multiple:
        return False
    if is_first:
        rows.count_voter(tx, known.id)
    if not _take(tx, known, actor.id, choice, counted=True):
        return False
    _voted(tx, known, post, actor.id, actor.domain, (choice,), now)
    return True


def receive(tx: Tx, post: PostId, said: ReceivedPoll, *, ids: IdMaker, now: Millis) -> None:
    """The poll of a post of another node that was just stored."""
    poll = PollRow(
        id=PollId(ids.make()),
        post_id=post,
        is_multiple=said.is_multiple,
        hides_totals=_hides(said, now),
        expires_at=said.ends_at,
        closed_at=_closed(said, now),
        voters_count=said.voters,
        claimed_at=said.at or Millis(0),
        created_at=now,
    )
    rows.insert(tx, poll, _claimed(said))
    if poll.closed_at is None:
        _close_later(tx, poll)


def is_other(tx: Tx, post: PostId, said: ReceivedPoll | None) -> bool:
    """Whether an edit elsewhere asks something else than what is known here."""
    known = rows.of_post(tx, post)
    if known is None or said is None:
        return (known is None) != (said is None)
    titles = [one.title for one in rows.options(tx, known.id)]
    return titles != [title for title, _ in said.options] or known.is_multiple != said.is_multiple


def receive_edit(
    tx: Tx, author: AccountRow, post: PostId, said: ReceivedPoll | None, *, ids: IdMaker, now: Millis
) -> None:
    """An edit elsewhere: other choices forget what people here took; the same ones bring new figures."""
    if said is not None and not is_other(tx, post, said):
        receive_figures(tx, author, post, said, now=now)
        return
    rows.forget(tx, post)
    if said is not None:
        receive(tx, post, said, ids=ids, now=now)


def receive_figures(tx: Tx, author: AccountRow, post: PostId, said: ReceivedPoll, *, now: Millis) -> bool:
    """What the author's node counts by now, also after the end; False for what is older than what is known."""
    known = rows.of_post(tx, post)
    if known is None or is_other(tx, post, said) or (said.at is not None and said.at < known.claimed_at):
        return False
    changed = msgspec.structs.replace(
        known,
        hides_totals=_hides(said, now),
        expires_at=said.ends_at,
        closed_at=known.closed_at or _closed(said, now),
        claimed_at=said.at or known.claimed_at,
    )
    options, voters = _claimed(said), said.voters
    if changed.closed_at is None:
        options, voters = _with_ours(tx, known.id, options, voters)
    changed = msgspec.structs.replace(changed, voters_count=voters)
    rows.claim(tx, known.id, options)
    rows.change(tx, changed)
    post_rows.touch(tx, post)
    if changed.closed_at is not None and known.closed_at is None:
        events.append(tx, events.PollClosed(by=author.id, host=author.domain, at=now, post=post))
    else:
        events.append(tx, events.PollCounted(by=author.id, host=author.domain, at=now, post=post))
        if changed.closed_at is None:
            _close_later(tx, changed)
    return True


def close(tx: Tx, id: PollId, now: Millis) -> bool:
    """The job of the end: tell whom it concerns. Not yet, and no more, change nothing; False then."""
    known = rows.by_id(tx, id)
    if known is None or known.closed_at is not None or known.expires_at is None:
        return False
    if known.expires_at > now:
        _close_later(tx, known)
        return False
    post = post_rows.by_id(tx, known.post_id)
    if post is None or not rows.close(tx, id, now):
        return False
    post_rows.touch(tx, post.id)
    author = accounts.by_id(tx, post.author_id)
    host = author.domain if author is not None else ""
    events.append(tx, events.PollClosed(by=post.author_id, host=host, at=now, post=post.id))
    if not post.is_local:
        jobs.enqueue(tx, jobs.RefreshPoll(uri=post.uri), key=post.uri, due=Millis(now + ASKED_AFTER))
    return True


def count(tx: Tx, id: PollId, now: Millis) -> bool:
    """The job after some votes: the figures of a poll here are told. False for one that is gone, or told its end."""
    known = rows.by_id(tx, id)
    if known is None or known.closed_at is not None:
        return False
    post = post_rows.by_id(tx, known.post_id)
    if post is None:
        return False
    events.append(tx, events.PollCounted(by=post.author_id, at=now, post=post.id))
    return True


def _view(tx: Tx, viewer: Viewer, id: PollId) -> tuple[PostRow, PollView]:
    known = rows.by_id(tx, id)
    post = post_rows.by_id(tx, known.post_id) if known is not None else None
    if post is None or not stamps(tx, viewer, [post.id]):
        raise NotFound("poll")
    view = polls(tx, viewer, [post.id]).get(post.id)
    if view is None:
        raise NotFound("poll")
    return post, msgspec.structs.replace(view, is_own=post.author_id == viewer.account)


def _voted(
    tx: Tx, known: PollRow, post: PostRow, by: AccountId, host: str, choices: tuple[int, ...], now: Millis
) -> None:
    post_rows.touch(tx, post.id)
    events.append(tx, events.PollVoted(by=by, host=host, at=now, post=post.id, choices=choices))
    if post.is_local:
        due = Millis(min(now + TOLD_AFTER, known.expires_at or now + TOLD_AFTER))
        jobs.enqueue(tx, jobs.CountPoll(poll=known.id), key=str(known.id), due=due)


def _take(tx: Tx, known: PollRow, account: AccountId, choice: int, *, counted: bool) -> bool:
    if not rows.vote(tx, known.id, account, choice):
        return False
    if counted:
        rows.count_vote(tx, known.id, choice)
    return True


def _close_later(tx: Tx, known: PollRow) -> None:
    if known.expires_at is not None:
        jobs.enqueue(tx, jobs.ClosePoll(poll=known.id), key=str(known.id), due=known.expires_at)


def _titles(draft: PollDraft) -> list[str]:
    return [title for option in draft.options if (title := clean_line(option))]


def _options(titles: Sequence[str]) -> list[OptionRow]:
    return [OptionRow(position=place, title=title, votes_count=0) for place, title in enumerate(titles)]


def _claimed(said: ReceivedPoll) -> list[OptionRow]:
    return [
        OptionRow(position=place, title=title, votes_count=votes) for place, (title, votes) in enumerate(said.options)
    ]


def _with_ours(tx: Tx, id: PollId, claimed: list[OptionRow], voters: int | None) -> tuple[list[OptionRow], int | None]:
    """No fewer than the votes that went out from here.

    Some tell of the first of two votes sent at once and not of the second (GoToSocial 0.20).
    """
    votes, people = rows.votes_here(tx, id)
    options = [
        msgspec.structs.replace(one, votes_count=max(one.votes_count, votes.get(one.position, 0))) for one in claimed
    ]
    return options, None if voters is None else max(voters, people)


def _closed(said: ReceivedPoll, now: Millis) -> Millis | None:
    return now if said.is_closed or (said.ends_at is not None and said.ends_at <= now) else None


def _hides(said: ReceivedPoll, now: Millis) -> bool:
    """Nothing on the wire says so: voters and no votes while it is open do."""
    return _closed(said, now) is None and bool(said.voters) and not any(votes for _, votes in said.options)
