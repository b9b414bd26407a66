"""Actors, from the JSON of their servers."""

from typing import Any

from federation.document import (
    BadDocument,
    fields_of,
    flag_of,
    id_of,
    ids_of,
    language_text,
    many,
    text_of,
    time_of,
    type_of,
)
from federation.names import BadName, is_id, is_name, parse_handle, parse_url, same_origin
from federation.read.communities import read_community
from federation.read.recognition import read_facts
from federation.read.values import cut, emoji, gathered, id_on, optional_id, own_id, picture
from federation.vocabulary import (
    ACTOR_KINDS,
    MAX_ALIASES,
    MAX_EMOJIS,
    MAX_FIELD_TEXT,
    MAX_KEYS,
    MAX_NAME,
    MAX_PROFILE_FIELDS,
    MAX_PROFILE_TEXT,
    Actor,
    ProfileField,
    PublicKey,
)
from social.trust.multikey import BadMultikey, public_pem


def read_actor(fields: dict[str, Any], *, insecure: bool = False) -> Actor:
    """The actor that a document describes. Raises BadDocument.

    Refused: no id, no known kind, no name, no inbox on its own origin (a stub, as GoToSocial serves at the id of a
    key, is none). Collections, keys and pages of another origin are left out. `insecure` allows http on loopback.
    """
    id = own_id(fields, insecure)
    kind = type_of(fields, ACTOR_KINDS)
    if kind is None:
        raise BadDocument("not an actor")
    inbox = id_on(id, fields.get("inbox"))
    if inbox is None:
        raise BadDocument("an actor without an inbox on its own origin")
    webfinger = _claimed_handle(fields)
    return Actor(
        id=id,
        kind=kind,
        name=_name(fields, kind, id, webfinger),
        inbox=inbox,
        title=cut(language_text(fields, "name")[0], MAX_NAME),
        summary=cut(language_text(fields, "summary")[0], MAX_PROFILE_TEXT),
        url=_page(fields.get("url"), id),
        shared_inbox=_shared_inbox(fields, id),
        outbox=id_on(id, fields.get("outbox")),
        followers=id_on(id, fields.get("followers")),
        following=id_on(id, fields.get("following")),
        featured=id_on(id, fields.get("featured")),
        featured_tags=id_on(id, fields.get("featuredTags")),
        avatar=picture(fields.get("icon"), insecure),
        header=picture(fields.get("image"), insecure),
        keys=_keys(fields, id),
        fields=gathered(fields.get("attachment"), _profile_field, MAX_PROFILE_FIELDS),
        emojis=gathered(fields.get("tag"), lambda item: emoji(item, insecure), MAX_EMOJIS),
        is_locked=flag_of(fields.get("manuallyApprovesFollowers")),
        # Forums say so of their groups only where it is not so.
        is_discoverable=flag_of(fields.get("discoverable", True if kind == "Group" else None)),
        is_indexable=flag_of(fields.get("indexable")),
        is_memorial=flag_of(fields.get("memorial")),
        is_suspended=flag_of(fields.get("suspended")),
        also_known_as=_aliases(fields.get("alsoKnownAs"), insecure),
        moved_to=optional_id(fields.get("movedTo"), insecure),
        published=time_of(fields.get("published")),
        webfinger=webfinger,
        job=cut(text_of(fields.get("jobTitle")), MAX_FIELD_TEXT),
        team=cut(text_of(fields.get("affiliation")), MAX_FIELD_TEXT),
        language=text_of(fields.get("knowsLanguage")),
        community=read_community(fields, id, insecure=insecure) if kind == "Group" else None,
        facts=read_facts(fields, insecure=insecure),
    )


def public_key(value: Any, owner: str) -> PublicKey | None:
    """A key that the actor `owner` lists: on its origin, and naming nobody else as its owner."""
    if not isinstance(value, dict):
        return None
    id, pem = value.get("id"), value.get("publicKeyPem")
    if not isinstance(id, str) or not isinstance(pem, str) or not same_origin(owner, id):
        return None
    if id_of(value.get("owner")) not in (None, owner):
        return None
    return PublicKey(id=id, owner=owner, pem=pem)


def multikey(value: Any, owner: str) -> PublicKey | None:
    """A key that the actor `owner` lists for proofs and signatures (FEP-521a): on its origin, and its own."""
    if not isinstance(value, dict):
        return None
    id, text = value.get("id"), value.get("publicKeyMultibase")
    if not isinstance(id, str) or not isinstance(text, str) or not same_origin(owner, id):
        return None
    if id_of(value.get("controller")) not in (None, owner):
        return None
    try:
        return PublicKey(id=id, owner=owner, pem=public_pem(text))
    except BadMultikey:
        return None


def _keys(fields: dict[str, Any], id: str) -> tuple[PublicKey, ...]:
    """All keys of an actor; of two with one id the first counts."""
    found = (
        *gathered(fields.get("publicKey"), lambda item: public_key(item, id), MAX_KEYS),
        *gathered(fields.get("assertionMethod"), lambda item: multikey(item, id), MAX_KEYS),
    )
    return tuple({key.id: key for key in reversed(found)}.values())[::-1][:MAX_KEYS]


def _name(fields: dict[str, Any], kind: str, id: str, webfinger: str | None) -> str:
    name = text_of(fields.get("preferredUsername"))
    if name is None and webfinger is not None:
        name = parse_handle(webfinger).name
    if name is None and kind == "Application":
        # The instance actors of some servers have no name; their host is what others call them.
        name = parse_url(id).host
    if name is None or not is_name(name):
        raise BadDocument("an actor without a name that a handle can hold")
    return name


def _claimed_handle(fields: dict[str, Any]) -> str | None:
    text = text_of(fields.get("webfinger"))
    if text is None:
        return None
    try:
        return str(parse_handle(text))
    except BadName:
        return None


def _page(value: Any, id: str) -> str | None:
    """The page of an actor: only on its own origin, where nobody else can pass for it."""
    for item in many(value):
        entry = fields_of(item)
        href = text_of(entry.get("href")) if entry else text_of(item)
        if href is not None and same_origin(id, href):
            return href
    return None


def _shared_inbox(fields: dict[str, Any], id: str) -> str | None:
    endpoints = fields_of(fields.get("endpoints")) or {}
    return id_on(id, endpoints.get("sharedInbox")) or id_on(id, fields.get("sharedInbox"))


def _aliases(value: Any, insecure: bool) -> tuple[str, ...]:
    return tuple([alias for alias in ids_of(value) if is_id(alias, insecure=insecure)][:MAX_ALIASES])


def _profile_field(value: Any) -> ProfileField | None:
    if type_of(value) != "PropertyValue":
        return None
    name, text = text_of(value.get("name")), text_of(value.get("value"))
    if name is None or text is None:
        return None
    return ProfileField(name=cut(name, MAX_FIELD_TEXT), value=cut(text, MAX_FIELD_TEXT))
