"""Activities and collections, from the JSON of their servers."""

from typing import Any

from federation.document import (
    BadDocument,
    addresses_of,
    count_of,
    language_text,
    many,
    time_of,
    type_of,
)
from federation.names import is_id, same_origin
from federation.read.values import id_on, optional_id, reference, references
from federation.vocabulary import COLLECTION_KINDS, MAX_OBJECTS, Activity, Collection

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
    return Activity(
        kind=kind,
        actor=actor,
        id=_activity_id(fields, actor, insecure),
        objects=references(fields.get("object"), insecure, MAX_OBJECTS),
        target=reference(fields.get("target"), insecure),
        instrument=reference(fields.get("instrument"), insecure),
        result=reference(fields.get("result"), insecure),
        to=addresses_of(fields.get("to")),
        cc=addresses_of(fields.get("cc")),
        audience=addresses_of(fields.get("audience")),
        published=time_of(fields.get("published")),
        content=language_text(fields, "content")[0],
        summary=language_text(fields, "summary")[0],
    )


def read_collection(fields: dict[str, Any], *, insecure: bool = False) -> Collection:
    """A collection or a page of one. Raises BadDocument. The next page must be on its own origin."""
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
        next=optional_id(fields.get("next"), insecure) if id is None else id_on(id, fields.get("next")),
    )


def _activity_id(fields: dict[str, Any], actor: str, insecure: bool) -> str | None:
    id = fields.get("id")
    if id is None:
        return None
    if not isinstance(id, str) or not is_id(id, insecure=insecure):
        raise BadDocument("an activity whose id is none")
    if not same_origin(id, actor):
        raise BadDocument("an activity of another origin than its actor")
    return id
