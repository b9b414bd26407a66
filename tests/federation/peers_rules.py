"""What other servers demand of a document before they take it, as read in their code: a rule for each.

    Mastodon        app/lib/activitypub, app/services/activitypub
    Misskey         packages/backend/src/core/activitypub (ApPersonService, ApNoteService, ApInboxService)
    Pixelfed        app/Util/ActivityPub (Helpers, Validator, Inbox)
    Lemmy           crates/apub (protocol structs: what serde needs)
    WordPress       includes/rest/class-inbox-controller.php
    GoToSocial      internal/ap, internal/typeutils
    PieFed          app/activitypub/routes.py, util.py
    Mobilizon       lib/federation/activity_stream/converter
    snac            activitypub.c

A rule gives True for a document that it does not concern.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

Document = dict[str, Any]
Rule = Callable[[Document], bool]

AS = "https://www.w3.org/ns/activitystreams"
_MISSKEY_NAME = re.compile(r"\w([\w\-.]*\w)?", re.ASCII)
_WRAPPING = ("Undo", "Accept", "Reject")
_PIXELFED_DEPTH = 8
_OF_PIEFED = {"startTime", "endTime", "timezone", "maximumAttendeeCapacity", "participantCount", "onlineLink"} | {
    *("joinMode", "externalParticipationUrl", "anonymousParticipation", "isOnline"),
    *("buyTicketsLink", "feeCurrency", "feeAmount"),
}


def embedded(activity: Document) -> Document:
    """The whole object of an activity, empty for an id."""
    about = activity.get("object")
    return about if isinstance(about, dict) else {}


def is_post(document: Document) -> bool:
    """Whether it is a post, and no vote."""
    return document.get("type") in ("Note", "Question") and "content" in document


def host(url: object) -> str:
    """Host and port of an address."""
    return urlsplit(str(url)).netloc.lower()


def is_moment(value: object) -> bool:
    """Whether it is a moment as RFC 3339 writes it."""
    try:
        return datetime.fromisoformat(str(value)).tzinfo is not None
    except ValueError:
        return False


def depth(value: object) -> int:
    """How deep values are nested."""
    inner: Iterable[object] = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return (1 + max((depth(one) for one in inner), default=0)) if isinstance(value, dict | list) else 0


def _posts(activity: Document) -> Iterator[Document]:
    if is_post(embedded(activity)):
        yield embedded(activity)
    instrument = activity.get("instrument")
    if isinstance(instrument, dict) and is_post(instrument):
        yield instrument


def of_posts(rule: Rule) -> Rule:
    """A rule about the posts in an activity."""
    return lambda activity: all(rule(post) for post in _posts(activity))


def of_people(rule: Rule) -> Rule:
    """A rule about the actor in an activity."""
    return lambda activity: rule(embedded(activity)) if embedded(activity).get("type") == "Person" else True


ACTIVITIES: dict[str, Rule] = {
    "Mastodon reads a context that names ActivityStreams as a string": lambda a: AS in a["@context"],
    "Mastodon wants id, actor and object on one host": lambda a: (
        host(a["id"]) == host(a["actor"]) and (not list(_posts(a)) or host(next(_posts(a))["id"]) == host(a["actor"]))
    ),
    "Mastodon takes an edit whose updated is a moment after published": of_posts(
        lambda p: "updated" not in p or (is_moment(p["updated"]) and p["updated"] > p["published"])
    ),
    "Mastodon undoes a Like by the whole of it alone": lambda a: (
        a["type"] != "Undo" or {"id", "type", "actor", "object"} <= set(embedded(a))
    ),
    # What a community announces whole is not sent to Mastodon (`federation.communities.audience`).
    "Mastodon boosts by an id": lambda a: a["type"] != "Announce" or "audience" in a or isinstance(a["object"], str),
    "Mastodon moves a person who names the new one by an id": lambda a: (
        a["type"] != "Move" or (a["object"] == a["actor"] and isinstance(a["target"], str))
    ),
    "Mastodon pins to a target that is a string": lambda a: (
        a["type"] not in ("Add", "Remove") or isinstance(a["target"], str)
    ),
    "Mastodon ties a reply and a quote by ids": of_posts(
        lambda p: isinstance(p.get("inReplyTo"), str | None) and isinstance(p.get("quote"), str | None)
    ),
    "Misskey compares attributedTo with the actor as strings": lambda a: all(
        p["attributedTo"] == a["actor"] for p in _posts(a)
    ),
    "Misskey wants a login name of letters, digits, dots and dashes": of_people(
        lambda p: len(p["preferredUsername"]) <= 128 and _MISSKEY_NAME.fullmatch(p["preferredUsername"]) is not None
    ),
    "Misskey wants inbox, collections and key on the host of the actor": of_people(
        lambda p: (
            {host(p[name]) for name in ("inbox", "outbox", "followers", "following", "featured")}
            | {host(p["publicKey"]["id"]), host(p["endpoints"]["sharedInbox"])}
            == {host(p["id"])}
        )
    ),
    "Misskey reads a name that is text and not empty": of_people(
        lambda p: isinstance(p["name"], str) and p["name"] != ""
    ),
    "Pixelfed wants a context, an id and an actor as an address": lambda a: bool(
        a["@context"] and host(a["id"]) and isinstance(a["actor"], str)
    ),
    "Pixelfed wants published beside a Create": lambda a: a["type"] != "Create" or is_moment(a.get("published")),
    "Pixelfed wants an Accept of a Follow whose object is who accepts": lambda a: (
        a["type"] not in ("Accept", "Reject")
        or embedded(a)["type"] != "Follow"
        or (embedded(a)["object"] == a["actor"] and host(embedded(a)["id"]) != "" and host(embedded(a)["actor"]) != "")
    ),
    "Pixelfed deletes a Tombstone, and a person by their id": lambda a: (
        a["type"] != "Delete" or a["object"] == a["actor"] or embedded(a)["type"] in ("Tombstone", "QuoteAuthorization")
    ),
    "Pixelfed updates a person with keys, page and collections": of_people(
        lambda p: (
            p["publicKey"]["owner"] == p["id"]
            and host(p["url"]) == host(p["id"])
            and all(p[name] for name in ("preferredUsername", "name", "inbox", "outbox", "following", "followers"))
            and "manuallyApprovesFollowers" in p
        )
    ),
    "Pixelfed takes files of known kinds": of_posts(
        lambda p: all(file["type"] in ("Document", "Image") and file["mediaType"] for file in p["attachment"])
    ),
    "Lemmy wants to and cc as lists, content and a moment": of_posts(
        lambda p: (
            isinstance(p["to"], list)
            and isinstance(p["cc"], list)
            and isinstance(p["content"], str)
            and is_moment(p["published"])
        )
    ),
    "Lemmy wants tags and files as lists": of_posts(
        lambda p: isinstance(p["tag"], list) and isinstance(p["attachment"], list)
    ),
    "Lemmy wants a person to have an outbox and one key": of_people(
        lambda p: isinstance(p["publicKey"], dict) and bool(p["outbox"])
    ),
    "Lemmy wants to and cc in what a group announces": lambda a: (
        a["type"] != "Announce" or "audience" not in a or (isinstance(a["to"], list) and isinstance(a["cc"], list))
    ),
    "Mobilizon wants one place and a way to join that it knows": lambda a: (
        embedded(a).get("type") != "Event"
        or (
            not isinstance(embedded(a)["location"], list)
            and embedded(a)["joinMode"] in ("free", "restricted", "invite", "external")
        )
    ),
    "PieFed wants all its words in an event": lambda a: (
        embedded(a).get("type") != "Event" or set(embedded(a)) >= _OF_PIEFED
    ),
    "Lemmy follows by an id": lambda a: a["type"] != "Follow" or isinstance(a["object"], str),
    "Lemmy wants the undone whole, by the same actor": lambda a: (
        a["type"] != "Undo" or embedded(a)["actor"] == a["actor"]
    ),
    "WordPress wants id, type, actor and object in each activity": lambda a: all(
        a.get(name) for name in ("id", "type", "actor", "object")
    ),
    "WordPress finds whom it is for by to and cc": lambda a: bool(a.get("to") or a.get("cc")),
    "GoToSocial wants whoever follows to be named whole": lambda a: (
        a["type"] not in _WRAPPING or bool(embedded(a).get("id"))
    ),
    "GoToSocial reads the language of a post by the version that is its content": of_posts(
        lambda p: "contentMap" not in p or p["content"] in p["contentMap"].values()
    ),
    "GoToSocial and Mastodon find who may quote in interactionPolicy": of_posts(
        lambda p: isinstance(p["interactionPolicy"]["canQuote"]["automaticApproval"], list)
    ),
    "PieFed wants a shared inbox": of_people(lambda p: bool(p["endpoints"]["sharedInbox"])),
    "PieFed wants id, type, actor and object": lambda a: {"id", "type", "actor", "object"} <= set(a),
    "Mobilizon wants an address for each collection of a person": of_people(
        lambda p: bool(p["followers"] and p["following"] and p["endpoints"]["sharedInbox"])
    ),
    "snac wants a post to say who wrote it, when, and for whom": of_posts(
        lambda p: bool(p["attributedTo"] and p["published"] and p["to"])
    ),
}

FETCHED: dict[str, Rule] = {
    "Mastodon reads a context that names ActivityStreams as a string": lambda d: AS in d["@context"],
    "Mastodon and Lemmy want the id from which it was fetched": lambda d: bool(host(d["id"])),
    "Pixelfed reads eight levels": lambda d: depth(d) <= _PIXELFED_DEPTH,
    "Pixelfed wants published of what it fetches": lambda d: not is_post(d) or is_moment(d["published"]),
    "Lemmy wants an instance to have a name, an outbox and a key": lambda d: (
        d["type"] != "Application" or bool(d["name"] and d["outbox"] and d["publicKey"]["publicKeyPem"])
    ),
}
