"""What the host of a community passes on: each activity as it came, once, at its place in the host's order.

The Announce carries the community's proof and is kept in its log. Nodes that would fetch the activity in vain, or boost
every comment, hear of new threads only, by the id of the post (FEP-1b12, last section).
"""

from typing import Any

import msgspec

from federation.communities.audience import Reading, reading_of, trust
from federation.context import CONTEXT
from federation.document import fields_of, type_of
from federation.render import communities as render
from federation.sending import Context, followers, inboxes, merged, proved, send, send_on
from social.clock import iso
from storage import accounts, communities, community_log, peers
from storage import posts as post_rows
from storage.accounts import AccountRow
from storage.communities import KnownRow
from storage.community_log import AnnouncedRow
from storage.deliveries import InboxTarget
from storage.engine.database import Tx
from storage.ids import Millis

_VOTES = frozenset({"Like", "Dislike", "EmojiReact", "PollVote"})


class Matter(msgspec.Struct, frozen=True, kw_only=True):
    """An activity that is to be passed on. `about`: the id of what it is about; `thread`: of a post that begins one.

    `place` is the one that its post has; others are given the next one. `is_first`: of a new post, whether it is
    its author's first one there; `by_guest`: whether they are a guest. `is_page`: it is about a page of the community,
    which nodes that are not of our kind would take for a post. `is_out`: moderators took the post out before it came,
    which these do not keep in mind. `also`: who is told besides those who follow the community.
    """

    inner: dict[str, Any]
    about: str
    thread: str = ""
    place: Millis | None = None
    is_first: bool | None = None
    by_guest: bool = False
    is_page: bool = False
    is_out: bool = False
    also: tuple[InboxTarget, ...] = ()

    @property
    def uri(self) -> str:
        """The id of the activity."""
        return str(self.inner["id"])

    @property
    def is_vote(self) -> bool:
        """Forums count votes; our own nodes have the numbers from the author's, which is told what forums send."""
        kind, undone = type_of(self.inner), fields_of(self.inner.get("object"))
        return (type_of(undone) if kind == "Undo" and undone is not None else kind) in _VOTES


def announce(tx: Tx, known: KnownRow, matter: Matter, context: Context, now: Millis) -> None:
    """Pass it on to whoever follows the community; twice is once."""
    account, is_closed = known.account, known.community.is_closed
    if community_log.by_inner(tx, account.id, matter.uri) is not None:
        return
    place = matter.place if matter.place is not None else communities.next_place(tx, account.id, now)
    told = render.announce(account, place, matter.inner, is_closed=is_closed)
    if matter.is_first is not None:
        told["firstPost"] = matter.is_first
    if matter.by_guest:
        told["byGuest"] = True
    activity = proved(tx, account, told, now)
    if not matter.is_vote:
        body = msgspec.json.encode(activity).decode()
        row = AnnouncedRow(community_id=account.id, place=place, inner_uri=matter.uri, about=matter.about, body=body)
        if not community_log.keep(tx, row):
            # Two activities of one moment, of which the first took the place: this one comes right after.
            announce(tx, known, msgspec.structs.replace(matter, place=None), context, now)
            return
    everybody = merged(followers(tx, account.id), list(matter.also))
    if is_closed:
        everybody = trust(context.settings, now).honouring(tx, everybody)
    whole, threads = _split(tx, everybody, matter)
    if matter.is_vote:
        whole = merged(whole, _author_of(tx, matter))
    send(tx, account, activity, whole, context, now)
    if matter.thread and not is_closed:
        send(tx, account, _of_thread(account, place, matter.thread), threads, context, now)
    if puts_back(matter.inner):
        _bring_back(tx, known, matter.about, everybody, context, now)


def is_words(inner: dict[str, Any]) -> bool:
    """Whether it is a post that was announced, or a change of one."""
    return type_of(inner) in ("Create", "Update")


def puts_back(inner: dict[str, Any]) -> bool:
    """Whether moderators put something back that they took out."""
    undone = fields_of(inner.get("object"))
    return type_of(inner) == "Undo" and undone is not None and type_of(undone) == "Delete"


def tell_only(tx: Tx, known: KnownRow, matter: Matter, to: list[InboxTarget], context: Context, now: Millis) -> None:
    """Tell some nodes what all others know; it has no place in the order."""
    if known.community.is_closed:
        to = trust(context.settings, now).honouring(tx, to)
    activity = render.announce(known.account, now, matter.inner, is_closed=known.community.is_closed)
    del activity["published"]
    send(tx, known.account, activity | {"id": f"{matter.uri}/announce"}, to, context, now)


def _bring_back(tx: Tx, known: KnownRow, about: str, to: list[InboxTarget], context: Context, now: Millis) -> None:
    """A post that is put back, to whoever came while it was out: as it was announced, at its first place."""
    account, post = known.account, post_rows.by_uri(tx, about)
    for row in community_log.about(tx, account.id, about):
        told: dict[str, Any] = msgspec.json.decode(row.body)
        inner = fields_of(told.get("object")) or {}
        if not is_words(inner):
            continue
        whole, threads = _split(tx, to, Matter(inner=inner, about=about))
        send_on(tx, account, told, whole, context, now)
        if (
            type_of(inner) == "Create"
            and post is not None
            and post.parent_uri is None
            and not known.community.is_closed
        ):
            send_on(tx, account, _of_thread(account, row.place, about), threads, context, now)


def _split(tx: Tx, to: list[InboxTarget], matter: Matter) -> tuple[list[InboxTarget], list[InboxTarget]]:
    """Who is sent the whole, and who the id of a new thread. Of whom nothing is known gets both."""
    if matter.is_page or matter.is_out:
        return ours(tx, to), []
    readings = {host: reading_of(peers.by_host(tx, host)) for host in {target.host for target in to}}
    takers = {Reading.FORUM} if matter.is_vote else {Reading.OURS, Reading.FORUM, Reading.UNKNOWN}
    whole = [target for target in to if readings[target.host] in takers]
    return whole, [target for target in to if readings[target.host] in (Reading.PLAIN, Reading.UNKNOWN)]


def _author_of(tx: Tx, matter: Matter) -> list[InboxTarget]:
    """The node of ours whose person wrote what a forum's vote is about: forums tell the community's host alone."""
    post = post_rows.by_uri(tx, matter.about)
    author = None if post is None else accounts.by_id(tx, post.author_id)
    voter = accounts.by_uri(tx, str(matter.inner.get("actor")))
    if author is None or author.is_local or voter is None or voter.domain == author.domain:
        return []
    is_told = voter.is_local or reading_of(peers.by_host(tx, voter.domain)) is not Reading.FORUM
    return [] if is_told else ours(tx, inboxes(tx, [author.id]))


def ours(tx: Tx, to: list[InboxTarget]) -> list[InboxTarget]:
    """Those of the inboxes whose nodes are of our kind."""
    kinds = {host: reading_of(peers.by_host(tx, host)) for host in {target.host for target in to}}
    return [target for target in to if kinds[target.host] is Reading.OURS]


def _of_thread(account: AccountRow, place: Millis, post: str) -> dict[str, Any]:
    return {
        "@context": CONTEXT,
        "id": f"{render.announce_uri(account.uri, place)}/object",
        "type": "Announce",
        "actor": account.uri,
        "published": iso(place),
        "object": post,
        **render.audience(account, is_closed=False),
    }
