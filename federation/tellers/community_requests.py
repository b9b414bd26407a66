"""Requests to come into communities of here, told to those who moderate them from elsewhere; and what people here say
to those that come into communities of elsewhere.

What is to be told follows from who asks and who moderates at that moment, and from what was told before. It goes to the
moderators' own inboxes: no other node learns that somebody asks.
"""

from collections.abc import Iterable

from federation.communities.audience import trust
from federation.render import activities
from federation.render import communities as render
from federation.sending import Context, inboxes, send
from social import events
from social.communities import requests, standing
from storage import accounts, communities, deliveries, memberships, passed_requests
from storage.accounts import AccountRow
from storage.communities import KnownRow
from storage.engine.database import Tx
from storage.ids import Millis
from storage.passed_requests import Answer, OpenRow, PassedRow

ACCEPTED = Answer.ACCEPT.value
ANSWERS = (ACCEPTED, Answer.REFUSE.value)


def settle(tx: Tx, event: events.RequestsChanged, context: Context, now: Millis) -> None:
    """Pass on what those who moderate from elsewhere have not been told, and take back what is over."""
    known = communities.known(tx, event.community)
    if known is None or not known.account.is_local:
        return
    held = {(row.account_id, row.moderator_id): row for row in passed_requests.of(tx, known.account.id)}
    chairs = _chairs(tx, known, context, now)
    asking = passed_requests.open_requests(tx, known.account.id, requests.MOST) if chairs else []
    new: list[tuple[OpenRow, AccountRow]] = []
    for chair in chairs:
        for one in asking:
            row = held.get((one.account_id, chair.id))
            if row is not None and (row.follow_uri, row.reason) == (one.follow_uri, one.reason):
                del held[one.account_id, chair.id]
            else:
                new.append((one, chair))
    _take_back(tx, known, held.values(), context, now)
    for one, chair in new:
        _pass_on(tx, known, one, chair, context, now)


def answered(
    tx: Tx, event: events.HostAsked, known: KnownRow, actor: AccountRow, context: Context, now: Millis
) -> None:
    """Somebody here, who moderates, answers a request: the node that keeps the community decides."""
    row = passed_requests.by_uri(tx, event.uri)
    if row is None:
        return
    about = render.offered(row.uri, known.account.uri)
    answer = activities.accept if event.verb == ACCEPTED else activities.reject
    said = answer(actor.uri, about, event.at) | {"to": [known.account.uri], "cc": []}
    send(tx, actor, said, inboxes(tx, [known.account.id], personal=True), context, now)


def uninvited(tx: Tx, event: events.InvitationRefused, context: Context, now: Millis) -> None:
    """A moderator of elsewhere wanted to let somebody come, who cannot: they are told."""
    known, by = communities.known(tx, event.community), accounts.by_id(tx, event.to)
    if known is None or by is None or by.is_local or not known.account.is_local:
        return
    about = {"id": event.uri, "type": "Invite", "actor": by.uri, "object": known.account.uri, "target": event.whom}
    said = activities.reject(known.account.uri, about, event.at)
    send(tx, known.account, said, inboxes(tx, [by.id], personal=True), context, now)


def _chairs(tx: Tx, known: KnownRow, context: Context, now: Millis) -> list[AccountRow]:
    """Those of elsewhere who moderate, at nodes that keep to themselves what is theirs alone."""
    trusted = trust(context.settings, now)
    rows = memberships.with_roles(tx, known.account.id, standing.MODERATORS)
    afar = [row.account for row in rows if not row.account.is_local]
    kept = {host: trusted.honours(tx, host) for host in {account.domain for account in afar}}
    return [account for account in afar if kept[account.domain]]


def _pass_on(tx: Tx, known: KnownRow, one: OpenRow, chair: AccountRow, context: Context, now: Millis) -> None:
    row = PassedRow(
        uri=f"{known.account.uri}{render.OFFERS}{context.ids.make()}",
        community_id=known.account.id,
        account_id=one.account_id,
        moderator_id=chair.id,
        follow_uri=one.follow_uri,
        reason=one.reason,
        created_at=now,
    )
    passed_requests.insert(tx, row)
    offer = render.offer(known.account, row, one.uri, chair.uri)
    send(tx, known.account, offer, inboxes(tx, [chair.id], personal=True), context, now)


def _take_back(tx: Tx, known: KnownRow, rows: Iterable[PassedRow], context: Context, now: Millis) -> None:
    for row in rows:
        passed_requests.drop(tx, known.account.id, row.uri)
        deliveries.call_off(tx, row.uri, now)
        chair = accounts.by_id(tx, row.moderator_id)
        if chair is not None:
            about = render.offered(row.uri, known.account.uri) | {"to": [chair.uri], "cc": []}
            send(tx, known.account, activities.undo(about), inboxes(tx, [chair.id], personal=True), context, now)
