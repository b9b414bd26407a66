"""Gatherings, told: an answer to the organiser alone, the decision to who answered, the numbers to the group."""

from federation.render import activities
from federation.render import gatherings as render
from federation.sending import Context, inboxes, merged, nodes, own_post, send
from social import events
from storage import accounts, deliveries, participations
from storage import posts as post_rows
from storage.accounts import AccountRow
from storage.engine.database import Tx
from storage.ids import AccountId, Millis, PostId
from storage.participations import State
from storage.posts import PostRow

_JOINED = (State.ASKED, State.GOING, State.WAITING)


def answered(tx: Tx, event: events.GatheringAnswered, context: Context, now: Millis) -> None:
    """Somebody here answered to a gathering of elsewhere: Join, TentativeAccept, or Leave."""
    found = _three(tx, event.post, event.by)
    if found is None or found[1].is_local:
        return
    post, organiser, person = found
    to = inboxes(tx, [organiser.id], personal=True)
    mark = f"{event.at}-{post.id}"
    if event.state == State.ASKED:
        activity = activities.join(event.uri, person.uri, post.uri, organiser.uri)
        send(tx, person, activity, to, context, now)
        return
    if event.was in _JOINED or event.state == State.NO:
        # What knows no maybe at least does not keep the seat.
        id = f"{person.uri}#leaves/{mark}"
        send(tx, person, activities.leave(id, person.uri, post.uri, organiser.uri), to, context, now)
    if event.state == State.MAYBE:
        id = f"{person.uri}#maybes/{mark}"
        send(tx, person, activities.maybe(id, person.uri, post.uri, organiser.uri), to, context, now)


def seated(tx: Tx, event: events.GatheringSeated, context: Context, now: Millis) -> None:
    """The decision about a yes of somebody elsewhere."""
    found = _three(tx, event.post, event.of)
    if found is None or found[2].is_local or not found[1].is_local:
        return
    post, organiser, person = found
    make = _ANSWERS.get(State(event.state))
    if make is not None and event.uri:
        about = render.join(event.uri, person.uri, post.uri)
        to = inboxes(tx, [person.id])
        deliveries.had(tx, post.id, to)
        send(tx, organiser, make(organiser.uri, about, event.at), to, context, now)


def counted(tx: Tx, event: events.GatheringCounted, context: Context, now: Millis) -> None:
    """How many come by now: for the nodes of the group that have it, and for those whose people answered."""
    view = own_post(tx, event.by, event.post)
    if view is None or view.gathering is None:
        return
    asking = inboxes(tx, participations.accounts_elsewhere(tx, event.post))
    hosts = {target.host for target in merged(nodes(tx), asking)}
    to = [target for target in merged(deliveries.having(tx, event.post), asking) if target.host in hosts]
    send(tx, view.author, activities.count(view, event.at, context.urls), to, context, now)


def _three(tx: Tx, post: PostId, person: AccountId) -> tuple[PostRow, AccountRow, AccountRow] | None:
    found, who = post_rows.by_id(tx, post), accounts.by_id(tx, person)
    organiser = accounts.by_id(tx, found.author_id) if found is not None else None
    return (found, organiser, who) if found is not None and who is not None and organiser is not None else None


_ANSWERS = {
    State.GOING: activities.accept,
    State.WAITING: activities.accept_tentatively,
    State.REFUSED: activities.reject,
}
