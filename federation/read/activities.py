"""Activities and collections, from the JSON of their servers."""

from typing import Any

from federation.document import (
    BadDocument,
    addresses_of,
    count_of,
    flag_of,
    language_text,
    many,
    text_of,
    time_of,
    type_of,
)
from federation.names import is_id, same_origin
from federation.read.values import cut, emoji, gathered, id_on, optional_id, reference, references
from federation.vocabulary import COLLECTION_KINDS, MAX_OBJECTS, MAX_OPTION_TEXT, MAX_REACTION, Activity, Collection

MAX_KIND = 100
MAX_ITEMS = 5_000


def read_activity(fields: dict[str, Any], *, insecure: bool = False) -> Activity:
    """The activity that a document describes, of whatever kind. Raises BadDocument.

    Refused: no kind, no actor, an id that is none or on another origin than the actor. An activity may have no id
    (only passing kinds may be taken so). `bto` and `bcc` are not read at all. `insecure` allows http on loopback.
    """
    kind = type_of(fields)
    if kind is None or len(kind) > MAX_KIND:
        raise BadDocument("an activity without a type")
    actor = optional_id(fields.get("actor"), insecure)
    if actor is None or len(many(fields.get("actor"))) != 1:
        raise BadDocument("an activity without one actor")
    is_reaction = kind in ("EmojiReact", "Like")
    return Activity(
        kind=kind,
        actor=actor,
        id=_activity_id(fields, actor, insecure),
        objects=references(fields.get("object"), insecure, MAX_OBJECTS),
        target=reference(fields.get("target"), insecure),
        origin=reference(fields.get("origin"), insecure),
        instrument=reference(fields.get("instrument"), insecure),
        result=reference(fields.get("result"), insecure),
        to=addresses_of(fields.get("to")),
        cc=addresses_of(fields.get("cc")),
        audience=addresses_of(fields.get("audience")),
        published=time_of(fields.get("published")),
        ends_at=time_of(fields.get("endTime")),
        content=language_text(fields, "content")[0],
        summary=language_text(fields, "summary")[0],
        removes_data=flag_of(fields.get("removeData")),
        merged_into=optional_id(fields.get("mergedInto"), insecure),
        warns_in=optional_id(fields.get("warnsIn"), insecure),
        is_first=flag_of(fields["firstPost"]) if "firstPost" in fields else None,
        by_guest=flag_of(fields.get("byGuest")),
        reaction=_reaction(fields) if is_reaction else None,
        emojis=gathered(fields.get("tag"), lambda tag: emoji(tag, insecure), 1) if is_reaction else (),
        choice=cut(text_of(fields.get("choice_text")), MAX_OPTION_TEXT) if kind == "PollVote" else None,
    )


def read_collection(fields: dict[str, Any], *, insecure: bool = False) -> Collection:
    """A collection or a page of one. Raises BadDocument. The pages beside it must be on its own origin."""
    kind = type_of(fields, COLLECTION_KINDS)
    if kind is None:
        raise BadDocument("not a collection")
    id = optional_id(fields.get("id"), insecure)
    items = fields.get("orderedItems")
    return Collection(
        kind=kind,
        id=id,
        total=count_of(fields.get("totalItems")),
        items=references(fields.get("items") if items is None else items, insecure, MAX_ITEMS),
        first=reference(fields.get("first"), insecure),
        last=reference(fields.get("last"), insecure),
        next=optional_id(fields.get("next"), insecure) if id is None else id_on(id, fields.get("next")),
        prev=optional_id(fields.get("prev"), insecure) if id is None else id_on(id, fields.get("prev")),
    )


def _reaction(fields: dict[str, Any]) -> str | None:
    """The emoji of a reaction (FEP-c0e0; Misskey's older word for it); words are none."""
    written = language_text(fields, "content")[0] or text_of(fields.get("_misskey_reaction"))
    if written is None or len(written) > MAX_REACTION or any(mark.isspace() for mark in written):
        return None
    # `:name@host:` is Misskey's way to use what another node has; the tag says which picture it is.
    name = written.strip(":").partition("@")[0]
    return f":{name}:" if written.startswith(":") and written.endswith(":") and len(written) > 2 else written


def _activity_id(fields: dict[str, Any], actor: str, insecure: bool) -> str | None:
    id = fields.get("id")
    if id is None:
        return None
    if not isinstance(id, str) or not is_id(id, insecure=insecure):
        raise BadDocument("an activity whose id is none")
    if not same_origin(id, actor):
        raise BadDocument("an activity of another origin than its actor")
    return id
