"""Communities, from the JSON of their hosts: what a Group says of itself, and its list of member nodes."""

from typing import Any

import msgspec

from federation.communities.said import Community, PageVersion
from federation.document import (
    BadDocument,
    count_of,
    fields_of,
    flag_of,
    language_text,
    many,
    text_of,
    time_of,
    type_of,
)
from federation.names import BadName, parse_url, same_origin
from federation.read.values import cut, gathered, id_on, optional_id, own_id
from federation.vocabulary import MAX_PROFILE_TEXT
from social.communities import pages
from social.communities.rules_received import SaidRule
from social.sanitise import plain
from storage.community_rules import RuleField

ENTRIES = ("open", "request", "invited", "hidden")
MAX_NODES = 2_000
MAX_WORD = 40
MAX_TOPICS = 100
MAX_PAGE_TITLE = 1_000
MAX_RULES = 50
MAX_HOSTS = 20
MAX_RULE = 400
MAX_TOPIC = 400
"""Characters; what is too long for a topic here is left out, not cut to another one."""


class MemberNode(msgspec.Struct, frozen=True, kw_only=True):
    """A node where members live: where it takes what is for all of it, and how many they are."""

    host: str
    inbox: str
    members: int


class NodeList(msgspec.Struct, frozen=True, kw_only=True):
    """The list of member nodes as the host of a community published it. Of two the higher version counts."""

    id: str
    version: int
    nodes: tuple[MemberNode, ...]


def read_community(fields: dict[str, Any], id: str, *, insecure: bool = False) -> Community:
    """What the document of a Group says beside what every actor says; what cannot be read is left out."""
    entry = text_of(fields.get("entry")) or ""
    return Community(
        moderators=id_on(id, fields.get("attributedTo")) or id_on(id, fields.get("moderators")),
        nodes=id_on(id, fields.get("memberNodes")),
        pages=id_on(id, fields.get("pages")),
        is_restricted=flag_of(fields.get("postingRestrictedToMods")) and not flag_of(fields.get("archived")),
        is_archived=flag_of(fields.get("archived")),
        entry=entry if entry in ENTRIES else "",
        template=cut(text_of(fields.get("template")), MAX_WORD),
        rules=cut(language_text(fields, "rules")[0], MAX_PROFILE_TEXT),
        welcome=cut(language_text(fields, "welcome")[0], MAX_PROFILE_TEXT),
        topics=gathered(fields.get("topics"), _topic, MAX_TOPICS),
        member_rules=gathered(fields["memberRules"], read_rule, MAX_RULES) if "memberRules" in fields else None,
        merged_into=optional_id(fields.get("mergedInto"), insecure),
        hosts=gathered(fields["hostedBy"], lambda one: optional_id(one, insecure), MAX_HOSTS)
        if "hostedBy" in fields
        else None,
    )


def read_nodes(fields: dict[str, Any]) -> NodeList:
    """A list of member nodes. Raises BadDocument for one that is not whole: half a list would cut nodes off."""
    id, version = fields.get("id"), count_of(fields.get("version"))
    items = many(fields.get("items"))
    if not isinstance(id, str) or version is None or version >= 2**53 or len(items) > MAX_NODES:
        raise BadDocument("not a list of member nodes")
    nodes = tuple(_node(item) for item in items)
    if len({node.host for node in nodes}) != len(nodes):
        raise BadDocument("a list of member nodes that names one twice")
    return NodeList(id=id, version=version, nodes=nodes)


def read_page(fields: dict[str, Any], *, insecure: bool) -> PageVersion:
    """A version of a page. Raises BadDocument for one that is not whole, or by somebody of another origin."""
    id = own_id(fields, insecure)
    author, page = optional_id(fields.get("attributedTo"), insecure), optional_id(fields.get("ofPage"), insecure)
    community = optional_id(fields.get("audience"), insecure)
    version, source = count_of(fields.get("version")), fields_of(fields.get("source")) or {}
    title, words = text_of(fields.get("name")), source.get("content")
    if author is None or not same_origin(author, id):
        raise BadDocument("a page without its author")
    if page is None or community is None or version is None or not 0 < version < 2**31:
        raise BadDocument("a page of nowhere, or without its number")
    if (version == 1) is not (page == id):
        raise BadDocument("a first version that is not the first")
    if title is None or not isinstance(words, str) or len(title) > MAX_PAGE_TITLE or len(words) > pages.LONGEST:
        raise BadDocument("a page without words, or with too many")
    return PageVersion(
        id=id,
        author=author,
        community=community,
        page=page,
        version=version,
        title=title,
        source=words,
        published=time_of(fields.get("published")),
    )


def read_rule(value: Any) -> SaidRule | None:
    """A rule of membership; None for what is none, or of a field that is not known here."""
    if type_of(value) != "MemberRule":
        return None
    field, compared = text_of(value.get("field")), text_of(value.get("value"))
    if compared is None or len(compared) > MAX_RULE or field not in [known.value for known in RuleField]:
        return None
    return SaidRule(field=RuleField(field), value=compared, mandatory=flag_of(value.get("mandatory")))


def _topic(value: Any) -> str | None:
    if type_of(value) != "Topic":
        return None
    name = plain(text_of(value.get("name")) or "")
    return name if 0 < len(name) <= MAX_TOPIC else None


def _node(value: Any) -> MemberNode:
    entry = fields_of(value) or {}
    host, inbox, members = entry.get("name"), entry.get("inbox"), count_of(entry.get("members"))
    if not isinstance(host, str) or not isinstance(inbox, str) or members is None or members >= 2**31:
        raise BadDocument("a member node without name, inbox or number")
    try:
        if parse_url(inbox).authority != host:
            raise BadDocument("a member node whose inbox is elsewhere")
    except BadName as cause:
        raise BadDocument("a member node whose inbox cannot be read") from cause
    return MemberNode(host=host, inbox=inbox, members=members)
