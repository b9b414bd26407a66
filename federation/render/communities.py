"""Communities on the wire (FEP-1b12): what a Group says of itself, its lists, and what it announces."""

import hashlib
from collections.abc import Sequence
from html import escape
from typing import Any
from urllib.parse import quote

from federation.context import CONTEXT
from federation.render import collections
from federation.vocabulary import PUBLIC
from social.clock import iso
from social.communities.saying import Saying
from social.events import ChangeAsked
from storage.accounts import AccountRow
from storage.communities import Posting
from storage.community_nodes import CommunityNodeRow
from storage.community_pages import PageVersionRow
from storage.community_rules import RuleRow
from storage.ids import Millis
from storage.passed_requests import PassedRow

Activity = dict[str, Any]
OFFERS = "#offers/"
"""Begins the end of the id of a request that was passed on, behind the community's."""


def moderators_url(community: str) -> str:
    """The collection of whoever may moderate."""
    return f"{community}/moderators"


def nodes_url(community: str) -> str:
    """The list of nodes where members live."""
    return f"{community}/nodes"


def pages_url(community: str) -> str:
    """The collection of its pages, each as it was announced last."""
    return f"{community}/pages"


def featured_url(community: str) -> str:
    """The collection of what stands on top."""
    return f"{community}/collections/featured"


def topic_uri(community: str, name: str) -> str:
    """A topic of a community: its document says what it is called."""
    return f"{community}#topics/{quote(name, safe='')}"


def mark(kind: str, object: str, at: Millis) -> str:
    """What tells one act from another in its id."""
    return f"{kind.lower()}s/{hashlib.sha256(object.encode()).hexdigest()[:16]}-{at}"


def group(saying: Saying, account: AccountRow) -> dict[str, Any]:
    """What a community's document says beside what every actor's does."""
    row = saying.row
    document: dict[str, Any] = {
        "attributedTo": moderators_url(account.uri),
        "memberNodes": nodes_url(account.uri),
        "pages": pages_url(account.uri),
        # Forums know no archive: so they offer no new thread.
        "postingRestrictedToMods": row.posting is Posting.HOSTS or row.archived_at is not None,
        "manuallyApprovesFollowers": row.is_closed,
        "entry": row.entry,
    }
    said = {"template": row.template, "rules": row.rules_html, "welcome": row.welcome_html}
    document |= {term: words for term, words in said.items() if words}
    if saying.topics:
        document["topics"] = [
            {"type": "Topic", "id": topic_uri(account.uri, topic.name), "name": topic.display}
            for topic in saying.topics
        ]
    if row.archived_at is not None:
        document["archived"] = True
    if saying.into is not None:
        document["mergedInto"] = saying.into.account.uri
        if not saying.into.community.is_closed:
            # Whoever follows from elsewhere goes where everybody may; into what is for members nobody is moved.
            document["movedTo"] = saying.into.account.uri
    return document


def merged(activity: Activity, into: str) -> Activity:
    """The Move of a community that became part of another: what was written stays where it is."""
    return activity | {"mergedInto": into}


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


def near(saying: Saying | None) -> dict[str, Any]:
    """To be put into the document of a community for nodes of the group alone: by which rules one is a member, and who
    of its moderators hosts it."""
    if saying is None:
        return {}
    member_rules = [rule(one) | {"mandatory": one.mandatory} for one in saying.rules]
    return {"memberRules": member_rules, "hostedBy": list(saying.hosts)}


def rule(row: RuleRow) -> dict[str, Any]:
    """A rule, as a community tells it and as it is named by who comes by it."""
    return {"type": "MemberRule", "field": row.field, "value": row.value}


def page(version: PageVersionRow, of: str, author: str, community: str) -> dict[str, Any]:
    """A version of a page. Its words only: whoever shows it makes them safe by making the HTML."""
    return {
        "id": version.uri,
        "type": "CommunityPage",
        "attributedTo": author,
        "audience": community,
        "ofPage": of,
        "version": version.version,
        "name": version.title,
        "source": {"content": version.source, "mediaType": "text/plain"},
        "published": iso(version.at),
    }


def warning(actor: AccountRow, of: AccountRow, community: AccountRow, words: str, html: str, at: Millis) -> Activity:
    """What moderators say to one member alone: a letter that every server can show. `words`: without the name of the
    community, which those read that know no communities."""
    id = f"{actor.uri}#{mark('Warning', f'{of.uri} {words}', at)}"
    to = {"to": [of.uri], "cc": [], "published": iso(at)}
    note = {
        "id": f"{id}/note",
        "type": "Note",
        "attributedTo": actor.uri,
        "content": html,
        "source": {"content": words, "mediaType": "text/plain"},
        "tag": [{"type": "Mention", "href": of.uri, "name": f"@{of.username}@{of.domain}"}],
        "directMessage": True,
        **to,
    }
    activity = {"@context": CONTEXT, "id": id, "type": "Create", "actor": actor.uri, "warnsIn": community.uri}
    return activity | to | {"object": note}


def change(event: ChangeAsked, actor: AccountRow, community: AccountRow) -> Activity:
    """What a host of elsewhere wants it to say of itself: the words in plain text, as hosts write them."""
    id = f"{actor.uri}#{mark('Change', f'{community.uri} {event}', event.at)}"
    said: Activity = {"id": f"{id}/what", "type": "CommunityChange", "attributedTo": actor.uri}
    said["audience"] = community.uri
    words = {"name": event.display_name, "summary": event.purpose, "rules": event.rules, "welcome": event.welcome}
    words |= {"entry": event.entry, "newTopic": event.new_topic or None, "oldTopic": event.old_topic or None}
    said |= {term: value for term, value in words.items() if value is not None}
    if event.posting is not None:
        said["postingRestrictedToMods"] = event.posting == Posting.HOSTS
    activity: Activity = {"@context": CONTEXT, "id": id, "type": "Update", "actor": actor.uri, "object": said}
    return activity | {"to": [community.uri], "cc": [], "published": iso(event.at)}


def offer(community: AccountRow, passed: PassedRow, asker: str, to: str) -> Activity:
    """Somebody asks to come in: for one who moderates it from elsewhere, and nobody else."""
    follow: Activity = {"id": passed.follow_uri, "type": "Follow", "actor": asker, "object": community.uri}
    if passed.reason:
        follow["content"] = escape(passed.reason, quote=False)
        follow["source"] = {"content": passed.reason, "mediaType": "text/plain"}
    whom = {"to": [to], "cc": [], "published": iso(passed.created_at)}
    return {"@context": CONTEXT, **offered(passed.uri, community.uri), **whom, "object": follow}


def offered(uri: str, community: str) -> Activity:
    """A request that was passed on, without who asks."""
    return {"id": uri, "type": "Offer", "actor": community}


def act(kind: str, id: str, actor: str, object: object, community: AccountRow, *, is_closed: bool) -> Activity:
    """What a moderator, or the community itself, does in it."""
    activity = {"@context": CONTEXT, "id": id, "type": kind, "actor": actor, "object": object}
    whom = audience(community, is_closed=is_closed)
    if not is_closed:
        whom["cc"] = [community.uri]
    return activity | whom
