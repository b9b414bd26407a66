"""What happened here, told to other nodes: event → activity → one delivery for each inbox. One table.

A subscriber of the log: it writes rows only, and twice gives the same as once, since an activity's id follows from its
event. Only what was done here goes out (`event.host` is empty); what came from elsewhere is its own node's to tell.
"""

from collections.abc import Callable, Iterable

from federation import desk, group, quotes
from federation.render import activities
from federation.sending import (
    Context,
    audience_of,
    everybody,
    followers,
    inboxes,
    merged,
    nodes,
    own_post,
    send,
    uri_of,
)
from federation.tellers import (
    announcements,
    communities,
    community_pages,
    community_requests,
    featured,
    gatherings,
    polls,
    recognition,
)
from social import events, jobs
from social.clock import iso
from social.people import accounts as people
from storage import accounts, deliveries, reports
from storage import posts as post_rows
from storage.accounts import AccountKind, AccountRow
from storage.engine.database import Tx
from storage.ids import AccountId, Millis, PostId
from storage.reports import ReportId
from storage.visibility import Visibility


def apply(tx: Tx, event: events.AnyEvent, now: Millis, *, context: Context) -> None:
    """Subscriber: freeze the activity of a local event and address it."""
    teller = _TELLERS.get(type(event))
    if teller is not None and not event.host:
        teller(tx, event, context, now)


def _published(tx: Tx, event: events.PostPublished, context: Context, now: Millis) -> None:
    view = own_post(tx, event.by, event.post)
    if view is None:
        return
    asked = announcements.asked_nodes(tx, view.post.id, context.urls.host, now)
    if communities.told(tx, view, activities.create(view, context.urls), asked, context, now):
        return
    to = merged(audience_of(tx, view), asked)
    if event.history:
        # A further occurrence of what is repeated: of use to whoever keeps an agenda, noise to everybody else.
        near = {target.host for target in nodes(tx)}
        to = [target for target in to if target.host in near]
    deliveries.had(tx, view.post.id, to)
    send(tx, view.author, activities.create(view, context.urls), to, context, now)


def _edited(tx: Tx, event: events.PostEdited, context: Context, now: Millis) -> None:
    view = own_post(tx, event.by, event.post)
    if view is None:
        return
    having = deliveries.having(tx, event.post)
    if communities.told(tx, view, activities.update(view, context.urls), having, context, now):
        return
    to = merged(having, audience_of(tx, view))
    deliveries.had(tx, event.post, to)
    send(tx, view.author, activities.update(view, context.urls), to, context, now)


def _deleted(tx: Tx, event: events.PostDeleted, context: Context, now: Millis) -> None:
    author = accounts.by_id(tx, event.by)
    if author is None or not author.is_local:
        return
    to = deliveries.having(tx, event.post)
    visibility = Visibility(event.visibility)
    if event.boost_of is not None:
        boosted = uri_of(tx, event.boost_of_author)
        about = activities.announce(
            event.uri, author.uri, event.boost_of_uri, boosted, author.followers_url, visibility, event.at
        )
        activity = activities.undo(about)
    else:
        mentioned = [account.uri for account in _accounts(tx, event.mentioned)]
        activity = activities.delete(author.uri, event.uri, visibility, author.followers_url, mentioned)
    send(tx, author, activity, to, context, now)
    if event.boost_of is None:
        communities.deleted(tx, author, event.uri, activity, context, now)
    deliveries.forget_post(tx, event.post)


def _boosted(tx: Tx, event: events.PostBoosted, context: Context, now: Millis) -> None:
    boost, target = post_rows.by_id(tx, event.post), post_rows.by_id(tx, event.of)
    author = accounts.by_id(tx, event.by)
    if boost is None or target is None or author is None:
        return
    to = followers(tx, author.id)
    if boost.visibility is Visibility.PUBLIC:
        to = merged(to, nodes(tx))
    to = merged(to, inboxes(tx, [target.author_id]))
    deliveries.had(tx, boost.id, to)
    activity = activities.announce(
        boost.uri,
        author.uri,
        target.uri,
        uri_of(tx, target.author_id),
        author.followers_url,
        boost.visibility,
        boost.published_at,
    )
    send(tx, author, activity, to, context, now)


def _liked(tx: Tx, event: events.PostLiked, context: Context, now: Millis) -> None:
    _about_like(tx, event.by, event.post, event.uri, context, now, undone=False)


def _unliked(tx: Tx, event: events.PostUnliked, context: Context, now: Millis) -> None:
    _about_like(tx, event.by, event.post, event.uri, context, now, undone=True)


def _about_like(tx: Tx, by: AccountId, post: PostId, uri: str, context: Context, now: Millis, *, undone: bool) -> None:
    target, actor = post_rows.by_id(tx, post), accounts.by_id(tx, by)
    if target is None or actor is None:
        return
    activity = activities.like(uri, actor.uri, target.uri, uri_of(tx, target.author_id))
    communities.voted(tx, target, actor, activities.undo(activity) if undone else activity, context, now)


def _follow_requested(tx: Tx, event: events.FollowRequested, context: Context, now: Millis) -> None:
    pair = _pair(tx, event.by, event.of)
    if pair is not None:
        by, of = pair
        asked = activities.follow(event.uri, by.uri, of.uri) | communities.reason(tx, by, of, event.former)
        send(tx, by, asked, inboxes(tx, [of.id]), context, now)


def _follow_accepted(tx: Tx, event: events.FollowAccepted, context: Context, now: Millis) -> None:
    pair = _pair(tx, event.by, event.of)
    if pair is not None and event.answered:
        follower, followee = pair
        about = activities.follow(event.uri, follower.uri, followee.uri)
        activity = activities.accept(followee.uri, about, event.at)
        if followee.kind is AccountKind.GROUP:
            # In the order of a community: who was put out before, and comes in anew, is in.
            activity["published"] = iso(event.at)
        send(tx, followee, activity, inboxes(tx, [follower.id]), context, now)


def _follow_rejected(tx: Tx, event: events.FollowRejected, context: Context, now: Millis) -> None:
    pair = _pair(tx, event.by, event.of)
    if pair is not None and pair[1].is_local:
        follower, followee = pair
        about = activities.follow(event.uri, follower.uri, followee.uri)
        activity = activities.reject(followee.uri, about, event.at)
        send(tx, followee, activity, inboxes(tx, [follower.id]), context, now)


def _follow_removed(tx: Tx, event: events.FollowRemoved, context: Context, now: Millis) -> None:
    pair = _pair(tx, event.by, event.of)
    if pair is not None and pair[0].is_local:
        by, of = pair
        activity = activities.undo(activities.follow(event.uri, by.uri, of.uri))
        send(tx, by, activity, inboxes(tx, [of.id]), context, now)


def _blocked(tx: Tx, event: events.AccountBlocked, context: Context, now: Millis) -> None:
    pair = _pair(tx, event.by, event.of)
    if pair is not None:
        by, of = pair
        send(tx, by, activities.block(event.uri, by.uri, of.uri), inboxes(tx, [of.id]), context, now)


def _unblocked(tx: Tx, event: events.AccountUnblocked, context: Context, now: Millis) -> None:
    pair = _pair(tx, event.by, event.of)
    if pair is not None:
        by, of = pair
        activity = activities.undo(activities.block(event.uri, by.uri, of.uri))
        send(tx, by, activity, inboxes(tx, [of.id]), context, now)


def _profile_changed(
    tx: Tx,
    event: events.ProfileChanged | events.KeysRotated | events.AccountSuspended | events.AccountRestored,
    context: Context,
    now: Millis,
) -> None:
    account = accounts.by_id(tx, event.by)
    if account is None or not account.is_local:
        return
    is_state = isinstance(event, events.AccountSuspended | events.AccountRestored | events.KeysRotated)
    # Of a hidden community only those learn who are in it.
    far = [] if account.is_hidden else everybody(tx) if is_state else nodes(tx)
    recognition.tell_profile(tx, account, merged(followers(tx, account.id), far), event.at, context, now)


def _joined(tx: Tx, event: events.AccountJoined, context: Context, now: Millis) -> None:
    """The nodes of the group hear of somebody who wants to be found."""
    account = accounts.by_id(tx, event.by)
    if account is None or not account.is_local or not account.discoverable:
        return
    recognition.tell_profile(tx, account, nodes(tx), event.at, context, now)


def _moved(tx: Tx, event: events.AccountMoved, context: Context, now: Millis) -> None:
    account = accounts.by_id(tx, event.by)
    if account is not None and account.is_local:
        activity = activities.move(account.uri, event.uri, event.at, account.followers_url)
        # Of a hidden community only those learn who are in it.
        far = [] if account.is_hidden else nodes(tx)
        send(tx, account, activity, merged(followers(tx, account.id), far), context, now)


def _account_deleted(tx: Tx, event: events.AccountDeleted, context: Context, now: Millis) -> None:
    account = accounts.by_id(tx, event.by)
    if account is not None and account.is_local:
        # Of a hidden community only those learn who were in it, or were asked to be.
        to = [one for one in everybody(tx) if not account.is_hidden or one.host in event.told]
        send(tx, account, activities.delete_actor(account.uri), to, context, now)


def _reported(tx: Tx, event: events.ReportFiled, context: Context, now: Millis) -> None:
    report = reports.by_id(tx, ReportId(event.report)) if event.is_forwarded else None
    target = accounts.by_id(tx, event.of)
    if report is None or target is None or target.is_local:
        return
    node = people.instance_actor(tx)
    named = [post_rows.by_id(tx, id) for id in reports.named(tx, [report.id]).get(report.id, ())]
    uris = [post.uri for post in named if post is not None]
    activity = activities.flag(report.uri, node.uri, target.uri, uris, report.comment)
    send(tx, node, activity, inboxes(tx, [target.id], personal=True), context, now)


def _peer_allowed(tx: Tx, event: events.PeerAllowed, context: Context, now: Millis) -> None:
    jobs.enqueue(tx, jobs.Greet(host=event.peer), key=event.peer, due=now)


def _peer_denied(tx: Tx, event: events.PeerDenied, context: Context, now: Millis) -> None:
    deliveries.drop_host(tx, event.peer, now)


def _accounts(tx: Tx, ids: Iterable[AccountId]) -> list[AccountRow]:
    return [account for id in ids if (account := accounts.by_id(tx, id)) is not None]


def _pair(tx: Tx, first: AccountId, second: AccountId) -> tuple[AccountRow, AccountRow] | None:
    one, other = accounts.by_id(tx, first), accounts.by_id(tx, second)
    return (one, other) if one is not None and other is not None else None


_TELLERS: dict[type, Callable[..., None]] = {
    events.PostPublished: _published,
    events.PostEdited: _edited,
    events.PostRefreshed: quotes.refreshed,
    events.QuoteChanged: quotes.changed,
    events.PostDeleted: _deleted,
    events.PostBoosted: _boosted,
    events.PostLiked: _liked,
    events.PostUnliked: _unliked,
    events.PollVoted: polls.voted,
    events.PollCounted: polls.counted,
    events.PollClosed: polls.counted,
    events.GatheringAnswered: gatherings.answered,
    events.GatheringSeated: gatherings.seated,
    events.GatheringCounted: gatherings.counted,
    events.PostPinned: featured.pinned,
    events.PostUnpinned: featured.pinned,
    events.KudosAnswered: recognition.answered,
    events.TagFeatured: featured.tagged,
    events.TagUnfeatured: featured.tagged,
    events.FollowRequested: _follow_requested,
    events.FollowAccepted: _follow_accepted,
    events.FollowRejected: _follow_rejected,
    events.FollowRemoved: _follow_removed,
    events.AccountBlocked: _blocked,
    events.AccountUnblocked: _unblocked,
    events.AccountJoined: _joined,
    events.ProfileChanged: _profile_changed,
    events.KeysRotated: _profile_changed,
    events.AccountSuspended: _profile_changed,
    events.AccountRestored: _profile_changed,
    events.AccountMoved: _moved,
    events.AccountDeleted: _account_deleted,
    events.ReportFiled: _reported,
    events.PeerAllowed: _peer_allowed,
    events.PeerDenied: _peer_denied,
    events.MembershipChanged: communities.member,
    events.MemberWarned: communities.warned,
    events.HostAsked: communities.asked,
    events.ChangeAsked: communities.changed,
    events.InvitationRefused: community_requests.uninvited,
    events.RequestsChanged: community_requests.settle,
    events.PostRemovedFrom: communities.removed,
    events.PostLocked: communities.locked,
    events.PostStuck: communities.stuck,
    events.PostSorted: communities.sorted_under,
    events.CommunityMerged: communities.joined,
    events.CommunityPageWritten: community_pages.written,
    events.CommunityPageOffered: community_pages.offered,
    events.CommunityPageDropped: community_pages.dropped,
    events.ManifestTaken: group.tell,
    events.DeskChanged: desk.tell,
}
