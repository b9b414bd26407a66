"""What a community says of itself, as its host writes it."""

from typing import Any

import msgspec

from social.communities.rules_received import SaidRule

TERMS: dict[str, Any] = {
    "mergedInto": {"@id": "archipel:mergedInto", "@type": "@id"},
    "memberRules": "archipel:memberRules",
    "hostedBy": {"@id": "archipel:hostedBy", "@type": "@id"},
    "MemberRule": "archipel:MemberRule",
    "field": "archipel:field",
    "mandatory": "archipel:mandatory",
    "pages": {"@id": "archipel:pages", "@type": "@id"},
    "CommunityPage": "archipel:CommunityPage",
    "ofPage": {"@id": "archipel:ofPage", "@type": "@id"},
    "topics": {"@id": "archipel:topics", "@container": "@list"},
    "Topic": "archipel:Topic",
    "firstPost": "archipel:firstPost",
    "byGuest": "archipel:byGuest",
    "topic": {"@id": "archipel:topic", "@type": "@id"},
    "CommunityChange": "archipel:CommunityChange",
    "newTopic": "archipel:newTopic",
    "oldTopic": "archipel:oldTopic",
    "warnsIn": {"@id": "archipel:warnsIn", "@type": "@id"},
}
"""What pages, topics, rules and merges are called on the wire, for the context of everything that is sent."""


class PageVersion(msgspec.Struct, frozen=True, kw_only=True):
    """One version of a page, as its author's node writes it. `page`: the id of the first one."""

    id: str
    author: str
    community: str
    page: str
    version: int
    title: str
    source: str
    published: int | None = None


class Community(msgspec.Struct, frozen=True, kw_only=True):
    """What a Group says of itself beside what every actor says (FEP-1b12, and words of our own).

    `entry` is empty where only `manuallyApprovesFollowers` speaks of it.
    """

    moderators: str | None = None
    nodes: str | None = None
    pages: str | None = None
    is_restricted: bool = False
    is_archived: bool = False
    entry: str = ""
    template: str = ""
    rules: str = ""
    welcome: str = ""
    topics: tuple[str, ...] = ()
    member_rules: tuple[SaidRule, ...] | None = None
    merged_into: str | None = None
    hosts: tuple[str, ...] | None = None
