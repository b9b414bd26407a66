"""Communities on the wire (FEP-1b12): what a Group says of itself, its lists, and what it announces."""

import hashlib
from collections.abc import Sequence
from typing import Any

from federation.render import collections
from federation.vocabulary import CONTEXT, PUBLIC
from social.clock import iso
from storage.accounts import AccountRow
from storage.communities import CommunityRow, Posting
from storage.community_nodes import CommunityNodeRow
from storage.ids import Millis

Activity = dict[str, Any]


def moderators_url(community: str) -> str:
    """The collection of whoever may moderate."""
    return f"{community}/moderators"


def nodes_url(community: str) -> str:
    """The list of nodes where members live."""
    return f"{community}/nodes"


def featured_url(community: str) -> str:
    """The collection of what stands on top."""
    return f"{community}/collections/featured"


def mark(kind: str, object: str, at: Millis) -> str:
    """What tells one act from another in its id."""
    return f"{kind.lower()}s/{hashlib.sha256(object.encode()).hexdigest()[:16]}-{at}"


def group(row: CommunityRow, account: AccountRow) -> dict[str, Any]:
    """What a community's document says beside what every actor's does."""
    document: dict[str, Any] = {
        "attributedTo": moderators_url(account.uri),
        "memberNodes": nodes_url(account.uri),
        "postingRestrictedToMods": row.posting is Posting.HOSTS,
        "manuallyApprovesFollowers": row.is_closed,
        "entry": row.entry,
    }
    said = {"template": row.template, "rules": row.rules_html, "welcome": row.welcome_html}
    document |= {term: words for term, words in said.items() if words}
    if row.archived_at is not None:
        document["archived"] = True
    return document


def nodes(account: AccountRow, version: int, rows: Sequence[CommunityNodeRow]) -> dict[str, Any]:
    """The list of member nodes; a proof of the community's is put on it."""
    items = [
        {"type": "Service", "name": row.host, "inbox": row.inbox_url, "members": row.members}
        for row in sorted(rows, key=lambda row: row.host)
    ]
    listed = collections.whole(nodes_url(account.uri), items, ordered=False)
    return listed | {"attributedTo": account.uri, "version": version}


def audience(account: AccountRow, *, is_closed: bool) -> dict[str, Any]:
    """Whom everything of a community is for: its members, and everybody if it is open."""
    if is_closed:
        return {"to": [account.uri, account.followers_url], "cc": [], "audience": account.uri}
    return {"to": [PUBLIC], "cc": [account.followers_url], "audience": account.uri}


def announce(account: AccountRow, place: Millis, inner: object, *, is_closed: bool) -> Activity:
    """What the community passes on, as it came; its time is its place in the order of the host."""
    return {
        "@context": CONTEXT,
        "id": announce_uri(account.uri, place),
        "type": "Announce",
        "actor": account.uri,
        "published": iso(place),
        "object": inner,
        **audience(account, is_closed=is_closed),
    }


def announce_uri(community: str, place: Millis) -> str:
    """The id of what was announced at a place."""
    return f"{community}/announces/{place}"


def act(kind: str, id: str, actor: str, object: object, community: AccountRow, *, is_closed: bool) -> Activity:
    """What a moderator, or the community itself, does in it."""
    activity = {"@context": CONTEXT, "id": id, "type": kind, "actor": actor, "object": object}
    whom = audience(community, is_closed=is_closed)
    if not is_closed:
        whom["cc"] = [community.uri]
    return activity | whom
