"""Who is who: WebFinger (RFC 7033) asked and answered, host-meta, NodeInfo.

A handle is a name for people and never an identity: the actor's id is. It is believed when the host of the handle
points at the actor, and the actor's own document points back (`handle_of`).
"""

from collections.abc import Iterable
from typing import Any, Literal
from urllib.parse import quote, unquote
from xml.etree import ElementTree
from xml.sax.saxutils import quoteattr

import msgspec

from federation.client import Client, is_document_type
from federation.document import BadDocument, decode, many
from federation.errors import BadAnswer, Gone, PeerError, Refused
from federation.names import BadName, Handle, Url, is_id, is_loopback_name, parse_handle, parse_url
from federation.vocabulary import CONTEXT_URL, Actor

JRD_TYPE = "application/jrd+json"
XRD_TYPE = "application/xrd+xml"
NODEINFO_SCHEMA = "http://nodeinfo.diaspora.software/ns/schema/"
SOFTWARE = "archipel"
CLIENT_API = {"name": "mastodon"}
"""Whose client API this is, under the name where clients made with megalodon look for it: others they refuse."""
MAX_ANSWER = 128 * 1024

NodeInfoVersion = Literal["2.0", "2.1"]

_XRD = "{http://docs.oasis-open.org/ns/xri/xrd-1.0}"
_SELF_TYPE = "application/activity+json"
_PROFILE_REL = "http://webfinger.net/rel/profile-page"
_AVATAR_REL = "http://webfinger.net/rel/avatar"
_SUBSCRIBE_REL = "http://ostatus.org/schema/1.0/subscribe"


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """What WebFinger says: the handle as its own host writes it, and the actor's id."""

    handle: Handle
    actor: str


async def webfinger(client: Client, handle: Handle) -> Found:
    """The actor behind a handle. Raises PeerError; an unknown handle is Refused with 404, a deleted one Gone.

    If the answer names another handle (a host that serves a shorter one for another), that one is asked too,
    and must lead to the same actor.
    """
    found = await _ask(client, handle)
    if found.handle.key == handle.key:
        return found
    again = await _ask(client, found.handle)
    if again.handle.key != found.handle.key or again.actor != found.actor:
        raise BadAnswer(f"WebFinger of {handle} and of {found.handle} disagree")
    return again


async def handle_of(client: Client, actor: Actor) -> Handle:
    """The handle of an actor, confirmed from both sides. Raises PeerError."""
    found = await webfinger(client, claimed_handle(actor))
    if found.actor != actor.id:
        raise BadAnswer(f"{found.handle} is somebody else", actor.id)
    return found.handle


def claimed_handle(actor: Actor) -> Handle:
    """The handle that an actor's document claims (FEP-2c59), or its name at the host of its id."""
    if actor.webfinger is not None:
        return parse_handle(actor.webfinger)
    return Handle(name=actor.name, host=parse_url(actor.id).authority)


def base_url(authority: str, *, insecure: bool = False) -> str:
    """Where a host is asked: https, or http for a loopback name where that is allowed."""
    scheme = "http" if insecure and is_loopback_name(authority.partition(":")[0]) else "https"
    return f"{scheme}://{authority}"


def read_resource(text: str) -> Handle | Url:
    """What a WebFinger request asks for: a handle (`acct:` or not) or a URL, also if encoded twice. Raises BadName."""
    plain = unquote(text) if "%" in text and "://" not in text else text
    if "://" in plain:
        return parse_url(plain)
    return parse_handle(plain)


def webfinger_document(
    *,
    name: str,
    host: str,
    actor: str,
    profile: str,
    avatar: str | None = None,
    avatar_type: str | None = None,
    subscribe: str | None = None,
) -> dict[str, Any]:
    """Our answer for an account. `subscribe` is the URL template of remote following, with `{uri}` in it."""
    links: list[dict[str, str]] = [
        {"rel": _PROFILE_REL, "type": "text/html", "href": profile},
        {"rel": "self", "type": _SELF_TYPE, "href": actor},
    ]
    if subscribe is not None:
        links.append({"rel": _SUBSCRIBE_REL, "template": subscribe})
    if avatar is not None:
        links.append({"rel": _AVATAR_REL, **({"type": avatar_type} if avatar_type else {}), "href": avatar})
    return {"subject": f"acct:{name}@{host}", "aliases": list(dict.fromkeys([profile, actor])), "links": links}


def service_document(*, base: str, actor: str) -> dict[str, Any]:
    """Our answer for the node itself, asked for as `https://host/` (FEP-d556)."""
    link = {"rel": f"{CONTEXT_URL}#Service", "type": _SELF_TYPE, "href": actor}
    return {"subject": base + "/", "links": [link]}


def with_rels(document: dict[str, Any], rels: Iterable[str]) -> dict[str, Any]:
    """The answer with only the links that the `rel` parameters ask for; all if there are none (RFC 7033 §4.3)."""
    wanted = frozenset(rels)
    if not wanted:
        return document
    return {**document, "links": [link for link in document["links"] if link["rel"] in wanted]}


def host_meta(base: str) -> bytes:
    """Our host-meta (RFC 6415), which says where WebFinger is."""
    template = quoteattr(f"{base}/.well-known/webfinger?resource={{uri}}")
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<XRD xmlns="http://docs.oasis-open.org/ns/xri/xrd-1.0">\n'
        f'  <Link rel="lrdd" type="{JRD_TYPE}" template={template}/>\n'
        "</XRD>\n"
    ).encode()


def nodeinfo_links(base: str, actor: str) -> dict[str, Any]:
    """Our `/.well-known/nodeinfo`, with the instance actor beside it (FEP-2677)."""
    links = [{"rel": NODEINFO_SCHEMA + version, "href": f"{base}/nodeinfo/{version}"} for version in ("2.0", "2.1")]
    return {"links": [*links, {"rel": f"{CONTEXT_URL}#Application", "href": actor}]}


def nodeinfo_type(version: NodeInfoVersion) -> str:
    """The Content-Type of a NodeInfo document."""
    return f'application/json; profile="{NODEINFO_SCHEMA}{version}#"'


def nodeinfo(
    version: NodeInfoVersion,
    *,
    software_version: str,
    repository: str = "",
    node_name: str,
    node_description: str,
    users: int,
    active_month: int,
    active_halfyear: int,
    posts: int,
    is_open: bool,
) -> dict[str, Any]:
    """Our NodeInfo document. `posts` are the local ones; `is_open` whether anybody may register.

    `repository` is said in version 2.1 only, if there is one.
    """
    software = {"name": SOFTWARE, "version": software_version}
    if version == "2.1" and repository:
        software["repository"] = repository
    return {
        "version": version,
        "software": software,
        "protocols": ["activitypub"],
        "services": {"inbound": [], "outbound": []},
        "openRegistrations": is_open,
        "usage": {
            "users": {"total": users, "activeMonth": active_month, "activeHalfyear": active_halfyear},
            "localPosts": posts,
        },
        "metadata": {"nodeName": node_name, "nodeDescription": node_description, "upstream": CLIENT_API},
    }


async def _ask(client: Client, handle: Handle) -> Found:
    insecure = client.settings.addresses.insecure_loopback
    base = base_url(handle.host, insecure=insecure)
    resource = quote(f"acct:{handle}", safe="")
    try:
        return await _fetch_jrd(client, f"{base}/.well-known/webfinger?resource={resource}")
    except Gone:
        raise
    except Refused as refusal:
        if refusal.status != 404:
            raise
        template = await _lrdd_template(client, base)
        if template is None:
            raise
    return await _fetch_jrd(client, template.replace("{uri}", resource))


async def _fetch_jrd(client: Client, url: str) -> Found:
    fetched = await client.fetch(
        url,
        accept=f"{JRD_TYPE}, application/json",
        max_bytes=MAX_ANSWER,
        kinds=(JRD_TYPE, "application/json"),
    )
    try:
        document = decode(fetched.body)
        handle = parse_handle(str(document.get("subject")))
    except (BadDocument, BadName) as cause:
        raise BadAnswer(f"a WebFinger answer that is refused: {cause}", fetched.url) from cause
    return Found(handle=handle, actor=_self_link(document, client.settings.addresses.insecure_loopback, fetched.url))


def _self_link(document: dict[str, Any], insecure: bool, url: str) -> str:
    """The one link to the actor."""
    hrefs = {
        link.get("href")
        for link in many(document.get("links"))
        if isinstance(link, dict) and link.get("rel") == "self" and is_document_type(str(link.get("type")))
    }
    href = hrefs.pop() if len(hrefs) == 1 else None
    if not isinstance(href, str) or not is_id(href, insecure=insecure):
        raise BadAnswer("a WebFinger answer without exactly one actor", url)
    return href


async def _lrdd_template(client: Client, base: str) -> str | None:
    """Where a host says that its WebFinger is, if it says so."""
    try:
        fetched = await client.fetch(
            f"{base}/.well-known/host-meta",
            accept=f"{XRD_TYPE}, application/xml",
            max_bytes=MAX_ANSWER,
            kinds=(XRD_TYPE, "application/xml", "text/xml"),
        )
    except PeerError:
        # The 404 of WebFinger itself is the answer then.
        return None
    return _template(fetched.body, base)


def _template(body: bytes, base: str) -> str | None:
    try:
        text = body.decode("utf-8")
        if "<!" in text.replace("<!--", ""):
            raise BadAnswer("a host-meta with a document type", base)
        root = ElementTree.fromstring(text)  # noqa: S314  # no document type, so no entities to expand
    except (UnicodeDecodeError, ElementTree.ParseError) as cause:
        raise BadAnswer("a host-meta that cannot be read", base) from cause
    for link in root.iter(_XRD + "Link"):
        template = link.get("template", "")
        if link.get("rel") == "lrdd" and "{uri}" in template:
            return template
    return None
