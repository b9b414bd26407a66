"""Communities, from the JSON of their hosts: what a Group says of itself, and its list of member nodes."""

from typing import Any

import msgspec

from federation.communities.said import Community
from federation.document import BadDocument, count_of, fields_of, flag_of, language_text, many, text_of
from federation.names import BadName, parse_url
from federation.read.values import cut, id_on
from federation.vocabulary import MAX_PROFILE_TEXT

ENTRIES = ("open", "request", "invited", "hidden")
MAX_NODES = 2_000
MAX_WORD = 40


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


def read_community(fields: dict[str, Any], id: str) -> Community:
    """What the document of a Group says beside what every actor says; what cannot be read is left out."""
    entry = text_of(fields.get("entry")) or ""
    return Community(
        moderators=id_on(id, fields.get("attributedTo")) or id_on(id, fields.get("moderators")),
        nodes=id_on(id, fields.get("memberNodes")),
        is_restricted=flag_of(fields.get("postingRestrictedToMods")),
        is_archived=flag_of(fields.get("archived")),
        entry=entry if entry in ENTRIES else "",
        template=cut(text_of(fields.get("template")), MAX_WORD),
        rules=cut(language_text(fields, "rules")[0], MAX_PROFILE_TEXT),
        welcome=cut(language_text(fields, "welcome")[0], MAX_PROFILE_TEXT),
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
