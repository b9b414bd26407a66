"""Which community a post of elsewhere is in.

It names one by `audience`, else by being addressed to it (Mastodon, Lemmy before 1.0): the first Group among them that
is known here. Naming one is not being in it: the host decides, by its Announce or, here, by its rules; from nodes where
members live a post is taken before the host has spoken. What is for everybody is not in a closed community, and what is
for few not in an open one.
"""

from urllib.parse import unquote

from federation.render.communities import topic_uri
from federation.vocabulary import PUBLIC, Post
from storage import communities, community_nodes, known, memberships, placements
from storage import posts as post_rows
from storage.accounts import AccountKind, AccountRow
from storage.communities import KnownRow
from storage.engine.database import Tx
from storage.ids import AccountId
from storage.memberships import MemberState
from storage.posts import PostRow

_LOOKED_AT = 50


def names_of(post: Post) -> list[str]:
    """Every actor for whom the post is, what it calls its audience first."""
    named = (*post.audience, *post.to, *post.cc)
    return [uri for uri in dict.fromkeys(named) if uri != PUBLIC][:_LOOKED_AT]


def named_community(tx: Tx, post: Post) -> KnownRow | None:
    """The community that a post names; else that of what it answers. None for none that is known here."""
    names = names_of(post)
    found = {row.uri: row for row in known.accounts(tx, names)} if names else {}
    groups = [found[uri].id for uri in names if uri in found and found[uri].kind is AccountKind.GROUP]
    parent = post_rows.by_uri(tx, post.in_reply_to) if post.in_reply_to and not groups else None
    if parent is not None and parent.community_id is not None and not _is_refused(tx, parent):
        groups.append(parent.community_id)
    for group in groups:
        community = communities.known(tx, group)
        if community is not None and community.account.deleted_at is None and _is_meant(community, post):
            return community
    return None


def community_of(tx: Tx, author: AccountRow, post: Post, announced_by: AccountId | None) -> KnownRow | None:
    """The community that a post is in, as far as this node can say. `announced_by`: the one that brought it."""
    community = named_community(tx, post)
    if community is None or community.account.is_local or community.account.id == announced_by:
        return community
    member = memberships.one(tx, community.account.id, author.id)
    if member is not None and member.state is MemberState.BANNED:
        return None
    hosts = {row.host for row in community_nodes.of(tx, community.account.id)}
    return community if author.domain in hosts or author.domain == community.account.domain else None


def topic_of(post: Post, community: AccountRow) -> str:
    """Under which topic of the community a post says that it begins; empty for an answer, and where it has none."""
    if post.in_reply_to is not None:
        return ""
    for uri in (community.uri, *community.aliases.split()):
        if post.topic is not None and post.topic.startswith(mark := topic_uri(uri, "")):
            return unquote(post.topic.removeprefix(mark))
    return ""


def has_members_here(tx: Tx, community: KnownRow, node: AccountId) -> bool:
    """Whether somebody of this node is in it."""
    account = community.account
    return account.is_local or known.wanted(tx, account.id, account.domain, node).person_since is not None


def _is_refused(tx: Tx, post: PostRow) -> bool:
    """Whether the host of its community did not take it: nobody's answer is in it by that, as at the host."""
    placed = placements.one(tx, post.id)
    return placed is not None and placed.place is None and placed.removed_at is not None


def _is_meant(community: KnownRow, post: Post) -> bool:
    is_public = PUBLIC in post.to or PUBLIC in post.cc
    if not community.community.is_closed:
        return is_public
    return not is_public and community.account.followers_url in (*post.to, *post.cc)
