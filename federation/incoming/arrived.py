"""An activity on its way to its handler: read, its object trusted or left to be fetched.

Origin rules (FEP-fe34): id, actor, author and key share an origin; what an activity embeds is believed only if it is
of that origin and the actor's own. Everything else in it is a hint to fetch.
"""

from enum import StrEnum
from typing import Any

import msgspec

from federation import translate
from federation.communities.said import PageVersion
from federation.document import BadDocument, fields_of, id_of, type_of
from federation.names import same_origin
from federation.read.activities import read_activity
from federation.read.actors import read_actor
from federation.read.communities import read_page
from federation.read.posts import read_post, shown_kind
from federation.translate import Words
from federation.vocabulary import ACTOR_KINDS, POST_KINDS, Activity, Actor, Post
from social.communities.pages import KIND as PAGE
from social.settings import Settings
from social.urls import Urls
from storage.ids import AccountId, IdMaker

OTHER = "Other"
"""Stands in the table of handlers for every type of post that has no name here."""

ASKING = "QuoteRequest"
"""May a post of yours be quoted in this one of mine? The post is the instrument."""

_CARRIERS = ("Create", "Update")
_ANSWERS = ("Accept", "Reject", "TentativeAccept", "TentativeReject")
_ASKED = (ASKING, "Join", "Offer", "Invite")


class Outcome(StrEnum):
    """What became of an activity. Closed: the inbox keeps one of these for each."""

    APPLIED = "applied"
    ALREADY = "already"
    """It was so before, or it came too late to change anything."""
    UNRELATED = "unrelated"
    """It concerns nobody here."""
    IGNORED = "ignored"
    """It is understood, and by rule nothing is done."""
    UNSUPPORTED = "unsupported"
    REFUSED = "refused"
    """It claims what its actor may not claim."""
    GONE = "gone"
    """It is about something that was deleted, or taken back."""


class Disagreement(Exception):
    """The ids of an activity do not belong together, or it is no activity. It is refused for good."""


class Stranger(Exception):
    """Somebody is not known here yet: they have to be fetched first."""


class Arrived(msgspec.Struct, frozen=True, kw_only=True):
    """A verified activity. `kind` is its row in the table of handlers, `id` the id under which it is kept.

    `post`, `profile` or `page` is its object if that is trusted; `wanted` the id of one that has to be fetched first.
    `wrapped` is the activity that an Announce brings (FEP-1b12), for itself not verified unless `is_believed`.
    """

    id: str
    kind: str
    activity: Activity
    post: Post | None = None
    words: Words | None = None
    profile: Actor | None = None
    page: PageVersion | None = None
    wanted: str | None = None
    wrapped: "Arrived | None" = None
    is_believed: bool = False

    @property
    def object_id(self) -> str | None:
        """The id of the (first) object."""
        return self.activity.object.id if self.activity.object else None


class Context(msgspec.Struct, frozen=True):
    """What applying needs beside the transaction. `node` is our instance actor's account."""

    ids: IdMaker
    urls: Urls
    node: AccountId
    settings: Settings
    insecure: bool = False
    community: AccountId | None = None
    """The one that announced it, if it came so."""


def arrived(id: str, fields: dict[str, Any], *, insecure: bool, limit: int) -> Arrived:
    """The activity in a document. `limit` is in characters of a post's HTML. Raises Disagreement."""
    try:
        activity = read_activity(fields, insecure=insecure)
        if activity.kind in _CARRIERS:
            return _carrier(id, activity, insecure, limit)
        if activity.kind == ASKING:
            return _asking(id, activity, insecure, limit)
        if activity.kind == "Announce":
            return _announcing(id, activity, insecure, limit)
    except BadDocument as cause:
        raise Disagreement(cause.reason) from cause
    inner = activity.object.kind if activity.object else ""
    is_about = (activity.kind == "Undo" and inner) or (activity.kind in _ANSWERS and inner in _ASKED)
    return Arrived(id=id, kind=f"{activity.kind}/{inner}" if is_about else activity.kind, activity=activity)


def with_object(arrived: Arrived, fields: dict[str, Any], *, insecure: bool, limit: int) -> Arrived:
    """The activity with the object that was fetched from its own id. Raises Disagreement."""
    try:
        return _carrying(arrived.id, arrived.activity, fields, insecure, limit)
    except BadDocument as cause:
        raise Disagreement(cause.reason) from cause


def inner(arrived: Arrived, insecure: bool) -> Activity:
    """The activity that this one is about, done by the same actor or to it. Raises Disagreement."""
    about = arrived.activity.object
    if about is None or about.fields is None:
        raise Disagreement("an activity about nothing")
    try:
        return read_activity(about.fields, insecure=insecure)
    except BadDocument as cause:
        raise Disagreement(cause.reason) from cause


def _announcing(id: str, activity: Activity, insecure: bool, limit: int) -> Arrived:
    """An Announce; of what it brings is read what can be. What is of the announcer's own origin is believed.

    A whole post is brought by its id: Lemmy and Mobilizon give it an `actor`, and it is no activity.
    """
    about = activity.object
    wrapped: Arrived | None = None
    if about is not None and about.fields is not None and _is_activity(about.fields):
        if about.id is None:
            raise Disagreement("an activity without an id in another one")
        try:
            wrapped = arrived(about.id, _said(about.fields, activity.actor), insecure=insecure, limit=limit)
        except Disagreement:
            # Of what somebody else wrote in a way that is not read here, the id may still be a boost.
            wrapped = None
    if wrapped is not None and wrapped.wrapped is not None:
        raise Disagreement("an Announce of an Announce")
    own = wrapped is not None and wrapped.wanted is None and same_origin(wrapped.activity.actor, activity.actor)
    return Arrived(id=id, kind="Announce", activity=activity, wrapped=wrapped, is_believed=own)


def _is_activity(fields: dict[str, Any]) -> bool:
    return fields.get("actor") is not None and shown_kind(fields) is None


def _said(fields: dict[str, Any], announcer: str) -> dict[str, Any]:
    """The activity that is brought. What a community says of itself is its own word, whoever changed it there.

    Lemmy and PieFed announce it in the name of the moderator, who may be of another origin.
    """
    changed = fields_of(fields.get("object"))
    if type_of(fields) != "Update" or changed is None or id_of(changed) != announcer:
        return fields
    return {name: value for name, value in fields.items() if name != "id"} | {"actor": announcer}


def _carrier(id: str, activity: Activity, insecure: bool, limit: int) -> Arrived:
    object = activity.object
    if object is None:
        raise Disagreement("an activity without an object")
    if len(activity.objects) > 1:
        return Arrived(id=id, kind=f"{activity.kind}/several", activity=activity)
    if object.id is None or not same_origin(object.id, activity.actor):
        raise Disagreement("an object of another origin than its activity")
    if object.fields is None:
        return Arrived(id=id, kind=activity.kind, activity=activity, wanted=object.id)
    return _carrying(id, activity, object.fields, insecure, limit)


def _asking(id: str, activity: Activity, insecure: bool, limit: int) -> Arrived:
    instrument = activity.instrument
    if instrument is None or instrument.id is None or not same_origin(instrument.id, activity.actor):
        raise Disagreement("a request to quote in nothing of the actor's own")
    if instrument.fields is None:
        return Arrived(id=id, kind=ASKING, activity=activity, wanted=instrument.id)
    return _carrying(id, activity, instrument.fields, insecure, limit)


def _carrying(id: str, activity: Activity, fields: dict[str, Any], insecure: bool, limit: int) -> Arrived:
    shown = shown_kind(fields)
    kind = shown or type_of(fields, ACTOR_KINDS) or type_of(fields) or ""
    row = f"{activity.kind}/{kind if shown is None or shown in POST_KINDS else OTHER}"
    if activity.kind == ASKING:
        row = ASKING
    if shown is not None:
        post = read_post(fields, insecure=insecure)
        if post.author != activity.actor:
            raise Disagreement("a post of somebody else")
        if not post.to and not post.cc:
            post = msgspec.structs.replace(post, to=activity.to, cc=activity.cc)
        return Arrived(id=id, kind=row, activity=activity, post=post, words=translate.words(post, limit))
    if kind == PAGE and activity.kind == "Create":
        page = read_page(fields, insecure=insecure)
        if page.author != activity.actor:
            raise Disagreement("a page of somebody else")
        return Arrived(id=id, kind=row, activity=activity, page=page)
    if kind in ACTOR_KINDS and activity.kind == "Update":
        profile = read_actor(fields, insecure=insecure)
        if profile.id != activity.actor:
            raise Disagreement("a profile of somebody else")
        return Arrived(id=id, kind=row, activity=activity, profile=profile)
    return Arrived(id=id, kind=row, activity=activity)
