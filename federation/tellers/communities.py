"""What people here write and do in communities, told: to the host and directly to the nodes where members live.

In a community of this node it is announced at once, with its author's proof inside and the community's around it.
"""

from typing import Any

from federation.communities.announcing import Matter, announce
from federation.communities.audience import Reading, directly, echoes, reading_of, trust
from federation.render import activities
from federation.render import communities as render
from federation.sending import Context, audience_of, followers, inboxes, merged, proved, send
from federation.tellers import community_requests
from social import events, text
from social.clock import iso
from social.communities import posting
from social.reading import PostView
from storage import (
    accounts,
    communities,
    community_log,
    community_rules,
    deliveries,
    featured,
    memberships,
    peers,
    placements,
)
from storage import posts as post_rows
from storage.accounts import AccountKind, AccountRow
from storage.communities import KnownRow
from storage.deliveries import InboxTarget
from storage.engine.database import Tx
from storage.ids import AccountId, Millis, PostId
from storage.memberships import MemberRole, MemberState
from storage.posts import PostRow
from storage.visibility import OPEN

_MODERATORS = (MemberRole.HOST.value, MemberRole.MODERATOR.value)


def told(
    tx: Tx, view: PostView, activity: dict[str, Any], to: list[InboxTarget], context: Context, now: Millis
) -> bool:
    """Send what somebody here wrote in a community; False for a post in none. `to`: who has it already."""
    known = communities.known(tx, view.post.community_id) if view.post.community_id is not None else None
    if known is None:
        return False
    trusted = trust(context.settings, now)
    if view.post.visibility in OPEN:
        to = merged(to, directly(tx, known.account, trusted), audience_of(tx, view))
    else:
        home = known.account.domain
        near = [target for target in to if target.host == home or trusted.honours(tx, target.host)]
        to = merged(near, directly(tx, known.account, trusted))
    deliveries.had(tx, view.post.id, to)
    whole = proved(tx, view.author, activity, now)
    send(tx, view.author, whole, to, context, now)
    if activity["type"] == "Create" and not known.account.is_local and not echoes(tx, known.account):
        # Where it will stand by the word of that host as well: it says no times, and nothing at all to this node.
        at, host = view.post.published_at, known.account.domain
        posting.place(tx, view.post, known.account.id, at, host=host, now=now)
    placed = placements.one(tx, view.post.id)
    if known.account.is_local and placed is not None and placed.removed_at is None:
        is_new = activity["type"] == "Create"
        matter = Matter(
            inner=whole,
            about=view.post.uri,
            thread=view.post.uri if is_new and placed.is_root else "",
            place=placed.place if is_new else None,
            is_first=placements.is_first(tx, view.post.id) if is_new else None,
            by_guest=is_new and placed.by_guest,
        )
        announce(tx, known, matter, context, now)
    return True


def deleted(tx: Tx, author: AccountRow, uri: str, activity: dict[str, Any], context: Context, now: Millis) -> None:
    """What somebody here wrote in a community of this node is gone: announced, and out of its log."""
    community = community_log.community_of(tx, uri)
    known = communities.known(tx, community) if community is not None else None
    if known is None:
        return
    community_log.forget(tx, known.account.id, uri)
    activity = activity | {"audience": known.account.uri}
    announce(tx, known, Matter(inner=proved(tx, author, activity, now), about=uri), context, now)


def voted(tx: Tx, post: PostRow, actor: AccountRow, activity: dict[str, Any], context: Context, now: Millis) -> None:
    """Tell the author's node that somebody here likes a post, or no longer; of an open community also its forums.

    They count what the host passes on, and nothing else: a community of here announces the vote, a forum is told it.
    """
    to = inboxes(tx, [post.author_id])
    known = None
    if post.community_id is not None and post.visibility in OPEN:
        known = communities.known(tx, post.community_id)
    if known is not None:
        activity = proved(tx, actor, activity | {"audience": known.account.uri}, now)
        if known.account.is_local:
            announce(tx, known, Matter(inner=activity, about=post.uri), context, now)
        elif reading_of(peers.by_host(tx, known.account.domain)) is Reading.FORUM:
            to = merged(to, directly(tx, known.account, trust(context.settings, now))[:1])
    send(tx, actor, activity, to, context, now)


def reason(tx: Tx, by: AccountRow, of: AccountRow, former: str) -> dict[str, Any]:
    """The words with which somebody asks to come into a community, and what brings them there: the former one, or a
    rule of it that holds for them."""
    row = memberships.one(tx, of.id, by.id) if of.kind is AccountKind.GROUP else None
    if row is None:
        return {}
    said = {"content": row.reason} if row.reason else {}
    if former:
        return said | {"instrument": former}
    rule = next((one for one in community_rules.of(tx, of.id) if one.name == row.by_rule), None)
    return said | ({"instrument": render.rule(rule)} if rule is not None else {})


def removed(tx: Tx, event: events.PostRemovedFrom, context: Context, now: Millis) -> None:
    """A moderator here took a post out, or put it back."""
    found = _subject(tx, event.community, event.post, event.by)
    if found is None:
        return
    known, actor, post = found
    act = _act("Delete", known, actor, post.uri, event.at)
    if event.reason:
        act["summary"] = event.reason
    _told(tx, known, actor, activities.undo(act) if event.restored else act, post.uri, context, now)


def locked(tx: Tx, event: events.PostLocked, context: Context, now: Millis) -> None:
    """A moderator here closed a thread for answers, or opened it."""
    found = _subject(tx, event.community, event.post, event.by)
    if found is not None:
        known, actor, post = found
        act = _act("Lock", known, actor, post.uri, event.at)
        if event.reason:
            act["summary"] = event.reason
        _told(tx, known, actor, act if event.locked else activities.undo(act), post.uri, context, now)


def stuck(tx: Tx, event: events.PostStuck, context: Context, now: Millis) -> None:
    """A moderator here put a thread on top, or no longer."""
    found = _subject(tx, event.community, event.post, event.by)
    if found is not None:
        known, actor, post = found
        places = None if known.account.is_local else featured.of(tx, known.account.id)
        # Each forum has that list elsewhere, and knows no other target.
        target = (places.featured_url if places else "") or render.featured_url(known.account.uri)
        act = _act("Add" if event.stuck else "Remove", known, actor, post.uri, event.at) | {"target": target}
        _told(tx, known, actor, act, post.uri, context, now)


def sorted_under(tx: Tx, event: events.PostSorted, context: Context, now: Millis) -> None:
    """A moderator here put a thread under a topic, or under none."""
    found = _subject(tx, event.community, event.post, event.by)
    if found is not None:
        known, actor, post = found
        target = render.topic_uri(known.account.uri, event.topic or event.former)
        act = _act("Add" if event.topic else "Remove", known, actor, f"{post.uri}#topic", event.at)
        act |= {"object": post.uri, "target": target}
        _told(tx, known, actor, act, post.uri, context, now)


def joined(tx: Tx, event: events.CommunityMerged, context: Context, now: Millis) -> None:
    """A community of here became part of another: whoever follows it is moved where everybody may come in. Members of
    what is for few go along by what the document says."""
    known, into = communities.known(tx, event.community), communities.known(tx, event.into)
    if known is None or into is None or not known.account.is_local or into.community.is_closed:
        return
    account = known.account
    move = activities.move(account.uri, into.account.uri, event.at, account.followers_url)
    send(tx, account, render.merged(move, into.account.uri), followers(tx, account.id), context, now)


def member(tx: Tx, event: events.MembershipChanged, context: Context, now: Millis) -> None:
    """Somebody is a moderator of a community here, or shut out of it, or invited; the rest is told by follows."""
    known, of = communities.known(tx, event.community), accounts.by_id(tx, event.of)
    if known is None or of is None or not known.account.is_local:
        return
    actor = accounts.by_id(tx, event.by)
    by = actor if actor is not None and actor.is_local else known.account
    if event.state == MemberState.INVITED and not of.is_local:
        invite = _act("Invite", known, by, known.account.uri, event.at) | {"target": of.uri, "to": [of.uri], "cc": []}
        invite["published"] = iso(event.at)
        row = memberships.one(tx, known.account.id, of.id)
        if row is not None and row.until is not None:
            invite["endTime"] = iso(row.until)
        send(tx, by, invite, inboxes(tx, [of.id]), context, now)
    if actor is not None and not actor.is_local:
        # What a moderator of elsewhere did was passed on as it came.
        return
    banned = MemberState.BANNED
    if banned in (event.state, event.before):
        block = _act("Block", known, by, of.uri, event.at) | {"target": known.account.uri}
        if event.reason:
            block["summary"] = event.reason
        _told(tx, known, by, block if event.state == banned else activities.undo(block), of.uri, context, now, also=of)
    elif event.state == event.before == MemberState.MEMBER:
        kind = "Add" if event.role in _MODERATORS else "Remove"
        act = _act(kind, known, by, of.uri, event.at) | {"target": render.moderators_url(known.account.uri)}
        _told(tx, known, by, act, of.uri, context, now)


def warned(tx: Tx, event: events.MemberWarned, context: Context, now: Millis) -> None:
    """A moderator here wrote to somebody of elsewhere: to them alone. In a community of here it is the community that
    says so, and it goes before the word that they are out."""
    known, of = communities.known(tx, event.community), accounts.by_id(tx, event.of)
    actor = known.account if known is not None and known.account.is_local else accounts.by_id(tx, event.by)
    if known is None or of is None or of.is_local or actor is None or not actor.is_local:
        return
    html = text.render(f"{known.account.name}: {event.reason}", mentions={}, tag_url=context.urls.tag)
    letter = render.warning(actor, of, known.account, event.reason, html, event.at)
    send(tx, actor, letter, inboxes(tx, [of.id], personal=True), context, now)


def asked(tx: Tx, event: events.HostAsked, context: Context, now: Millis) -> None:
    """A moderator here wants somebody out of a community of elsewhere, or in it: its host does it, and tells all.
    Whoever may ask again is shut out and let back."""
    known, of, actor = (
        communities.known(tx, event.community),
        accounts.by_id(tx, event.of),
        accounts.by_id(tx, event.by),
    )
    if known is None or of is None or actor is None or not actor.is_local or known.account.is_local:
        return
    if event.verb in community_requests.ANSWERS:
        community_requests.answered(tx, event, known, actor, context, now)
        return
    if event.verb == "invite":
        invite = _act("Invite", known, actor, known.account.uri, event.at) | {"target": of.uri}
        if event.until is not None:
            invite["endTime"] = iso(event.until)
        # One of each person: the id is that of whom it is for.
        invite["id"] = f"{actor.uri}#{render.mark('Invite', f'{known.account.uri} {of.uri}', event.at)}"
        _told(tx, known, actor, invite, of.uri, context, now)
        return
    block = _act("Block", known, actor, of.uri, event.at) | {"target": known.account.uri}
    if event.reason:
        block["summary"] = event.reason
    if event.verb != "return":
        _told(tx, known, actor, block, of.uri, context, now)
    if event.verb != "ban":
        _told(tx, known, actor, activities.undo(block), of.uri, context, now)


def changed(tx: Tx, event: events.ChangeAsked, context: Context, now: Millis) -> None:
    """A host here wants a community of elsewhere to say something else of itself: its node is asked."""
    known, actor = communities.known(tx, event.community), accounts.by_id(tx, event.by)
    if known is not None and actor is not None and actor.is_local and not known.account.is_local:
        said = render.change(event, actor, known.account)
        send(tx, actor, said, inboxes(tx, [known.account.id], personal=True), context, now)


def _told(
    tx: Tx,
    known: KnownRow,
    actor: AccountRow,
    act: dict[str, Any],
    about: str,
    context: Context,
    now: Millis,
    *,
    also: AccountRow | None = None,
) -> None:
    """`also`: whose node is told even if nobody of it is a member any more."""
    act = proved(tx, actor, act, now)
    if known.account.is_local:
        # At a place like all others: of what is done and taken back the last word counts there too.
        home = inboxes(tx, [also.id]) if also is not None and not also.is_local else ()
        announce(tx, known, Matter(inner=act, about=about, also=tuple(home)), context, now)
        return
    send(tx, actor, act, directly(tx, known.account, trust(context.settings, now))[:1], context, now)


def _subject(tx: Tx, community: AccountId, post: PostId, by: AccountId) -> tuple[KnownRow, AccountRow, PostRow] | None:
    """What is moderated by whom, if that is done here."""
    known, row = communities.known(tx, community), post_rows.by_id(tx, post)
    actor = accounts.by_id(tx, by)
    if known is None or row is None or actor is None or not actor.is_local:
        return None
    return known, actor, row


def _act(kind: str, known: KnownRow, actor: AccountRow, object: str, at: Millis) -> dict[str, Any]:
    mark = render.mark(kind, object, at)
    return render.act(
        kind, f"{actor.uri}#{mark}", actor.uri, object, known.account, is_closed=known.community.is_closed
    )
