"""The subscriber that writes notifications: what an event means for people here, once for each cause."""

from collections.abc import Callable

from social import events
from social.communities import telling as community_telling
from social.people.names import INSTANCE_ACTOR
from storage import alerts, telling
from storage import notice_requests as requests
from storage import notifications as rows
from storage.engine.database import Tx
from storage.ids import Millis
from storage.notifications import Kind
from storage.participations import State
from storage.quotes import QuoteState
from storage.telling import WrittenRow

_CONCERNED = (State.ASKED, State.GOING, State.WAITING, State.MAYBE)
_OF_FOLLOWS = (Kind.FOLLOW, Kind.FOLLOW_REQUEST)


GATHERING = "gathering:"
"""So begin the subjects of what is told about gatherings."""


def apply(tx: Tx, event: events.AnyEvent, now: Millis) -> None:
    """Subscriber: write, or remove, what the event means for people here. May run twice for one event.

    What somebody's policy holds back is announced to nobody: it waits with the requests of its sender.
    """
    react = REACTIONS.get(type(event))
    if react is None:
        return
    written = react(tx, event, now)
    events.append_all(
        tx,
        [
            events.Notified(by=event.by, to=row.account_id, notification=row.id, at=event.at)
            for row in written
            if not row.filtered
        ],
    )
    held = [row.id for row in written if row.filtered]
    if held:
        requests.note(tx, held, event.at)


def gathering_subject(what: str, at: Millis | str) -> str:
    """The subject of a notification about a gathering: apps know it as a change of the post. `at`: when, or which."""
    return f"{GATHERING}{what}:{at}"


def _published(tx: Tx, event: events.PostPublished, now: Millis) -> list[WrittenRow]:
    if event.history:
        return []
    told = telling.mentioned(tx, event.post, event.at, now) + telling.posted(tx, event.post, event.at, now)
    return told + community_telling.written(tx, event, now)


def _surfaced(tx: Tx, event: events.PostSurfaced, now: Millis) -> list[WrittenRow]:
    told = telling.mentioned(tx, event.post, event.at, now) + telling.posted(tx, event.post, event.at, now)
    return told + community_telling.written(tx, event, now)


def _edited(tx: Tx, event: events.PostEdited, now: Millis) -> list[WrittenRow]:
    # Somebody may be named by the edit only; who was told of the post already is not told again.
    named = telling.mentioned(tx, event.post, event.at, now)
    told = telling.edited(tx, event.post, f"{event.post}:{event.at}", event.at, now)
    return named + told + telling.quoted_edited(tx, event.post, f"{event.post}:{event.at}", event.at, now)


def _quoted(tx: Tx, event: events.QuoteChanged, now: Millis) -> list[WrittenRow]:
    if event.state == QuoteState.ACCEPTED:
        return telling.quoted(tx, event.post, event.at, now)
    telling.drop_quote(tx, event.post)
    return []


def _poll_closed(tx: Tx, event: events.PollClosed, now: Millis) -> list[WrittenRow]:
    return telling.closed(tx, event.post, f"{event.post}:{event.at}", event.at, now)


def _seated(tx: Tx, event: events.GatheringSeated, now: Millis) -> list[WrittenRow]:
    if not event.is_told:
        return []
    return telling.seated(tx, event.post, event.of, gathering_subject(event.state, event.at), event.at, now)


def _gathering_changed(tx: Tx, event: events.GatheringChanged, now: Millis) -> list[WrittenRow]:
    subject = gathering_subject("cancelled" if event.is_cancelled else "changed", event.at)
    return telling.coming(tx, event.post, _CONCERNED, subject, event.at, now)


def _gathering_near(tx: Tx, event: events.GatheringNear, now: Millis) -> list[WrittenRow]:
    return telling.coming(tx, event.post, [State.GOING], gathering_subject("near", event.at), event.at, now)


def _boosted(tx: Tx, event: events.PostBoosted, now: Millis) -> list[WrittenRow]:
    return telling.boosted(tx, event.post, event.at, now)


def _deleted(tx: Tx, event: events.PostDeleted, now: Millis) -> list[WrittenRow]:
    if event.boost_of is not None:
        rows.drop_boost(tx, event.boost_of, str(event.post))
    return []


def _liked(tx: Tx, event: events.PostLiked, now: Millis) -> list[WrittenRow]:
    return telling.liked(tx, event.by, event.post, event.at, now)


def _unliked(tx: Tx, event: events.PostUnliked, now: Millis) -> list[WrittenRow]:
    rows.drop_like(tx, event.by, event.post)
    return []


def _requested(tx: Tx, event: events.FollowRequested, now: Millis) -> list[WrittenRow]:
    return telling.requested(tx, event.by, event.of, event.at, now)


def _accepted(tx: Tx, event: events.FollowAccepted, now: Millis) -> list[WrittenRow]:
    rows.drop_follow(tx, event.of, event.by, [Kind.FOLLOW_REQUEST])
    return telling.followed(tx, event.by, event.of, event.at, now)


def _unfollowed(tx: Tx, event: events.FollowRejected | events.FollowRemoved, now: Millis) -> list[WrittenRow]:
    rows.drop_follow(tx, event.of, event.by, _OF_FOLLOWS)
    return []


def _blocked(tx: Tx, event: events.AccountBlocked, now: Millis) -> list[WrittenRow]:
    rows.drop_all_from(tx, event.by, event.of)
    rows.drop_follow(tx, event.of, event.by, _OF_FOLLOWS)
    return []


def _reported(tx: Tx, event: events.ReportFiled, now: Millis) -> list[WrittenRow]:
    return alerts.reported(tx, event.report, event.by, event.at)


def _joined(tx: Tx, event: events.AccountJoined, now: Millis) -> list[WrittenRow]:
    return alerts.joined(tx, event.by, event.at)


def _warned(tx: Tx, event: events.AccountWarned, now: Millis) -> list[WrittenRow]:
    return alerts.warned(tx, event.warning, INSTANCE_ACTOR, event.at)


REACTIONS: dict[type, Callable[..., list[WrittenRow]]] = {
    events.PostPublished: _published,
    events.PostSurfaced: _surfaced,
    events.PostEdited: _edited,
    events.PostDeleted: _deleted,
    events.PollClosed: _poll_closed,
    events.GatheringSeated: _seated,
    events.GatheringChanged: _gathering_changed,
    events.GatheringNear: _gathering_near,
    events.QuoteChanged: _quoted,
    events.PostBoosted: _boosted,
    events.PostLiked: _liked,
    events.PostUnliked: _unliked,
    events.FollowRequested: _requested,
    events.FollowAccepted: _accepted,
    events.FollowRejected: _unfollowed,
    events.FollowRemoved: _unfollowed,
    events.AccountBlocked: _blocked,
    events.AccountJoined: _joined,
    events.ReportFiled: _reported,
    events.AccountWarned: _warned,
    **community_telling.REACTIONS,
}
"""Event → what it means for people here. Whatever is not here tells nobody anything."""
