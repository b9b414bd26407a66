"""Activities as they go out. Every Undo, Accept and Reject carries the whole activity it is about."""

import hashlib
from typing import Any

import msgspec

from federation.context import CONTEXT
from federation.render.posts import addressing, context_of, note
from federation.vocabulary import PUBLIC
from social.clock import iso
from social.reading import PostView
from social.urls import Urls
from storage.ids import Millis
from storage.visibility import Visibility

Activity = dict[str, Any]


def create(view: PostView, urls: Urls) -> Activity:
    """A post appears."""
    return _about_post("Create", f"{view.post.uri}/activity", view, urls) | {"published": iso(view.post.published_at)}


def update(view: PostView, urls: Urls) -> Activity:
    """A post changed; its id names the moment of the change, so that each edit is an activity of its own."""
    return _about_post("Update", f"{view.post.uri}#updates/{view.post.edited_at or 0}", view, urls)


def refresh(view: PostView, urls: Urls, at: Millis) -> Activity:
    """Something beside the words of a post changed: the same post once more, of no later edit."""
    # Two changes of one moment are two activities, one that is told twice is one.
    mark = hashlib.sha256(msgspec.json.encode(note(view, urls, context=False))).hexdigest()[:16]
    return _about_post("Update", f"{view.post.uri}#refreshes/{at}-{mark}", view, urls)


def count(view: PostView, at: Millis, urls: Urls) -> Activity:
    """The figures of a poll as they are now, or its end. Of two such the later one is told by its `published`."""
    return _about_post("Update", f"{view.post.uri}#polls/{at}", view, urls) | {"published": iso(at)}


def delete(actor: str, uri: str, visibility: Visibility, followers: str, mentioned: list[str]) -> Activity:
    """A post is gone."""
    to, cc = addressing(visibility, followers, mentioned)
    return _activity("Delete", f"{uri}#delete", actor, {"id": uri, "type": "Tombstone"}) | {"to": to, "cc": cc}


def announce(
    uri: str, actor: str, object: str, author: str, followers: str, visibility: Visibility, at: Millis
) -> Activity:
    """A boost."""
    to, cc = addressing(visibility, followers, [author])
    return _activity("Announce", uri, actor, object) | {"published": iso(at), "to": to, "cc": cc}


def like(uri: str, actor: str, object: str, author: str) -> Activity:
    """A like, told to the author of what is liked."""
    return _activity("Like", uri, actor, object) | {"to": [author]}


def add(id: str, actor: str, object: object, target: str) -> Activity:
    """A post or hashtag is put forward on the actor's page; both name one `target`, for so it is looked for."""
    return _activity("Add", id, actor, object) | {"target": target}


def remove(id: str, actor: str, object: object, target: str) -> Activity:
    """It is put forward no longer."""
    return _activity("Remove", id, actor, object) | {"target": target}


def follow(uri: str, actor: str, object: str) -> Activity:
    """A wish to follow."""
    return _activity("Follow", uri, actor, object) | {"to": [object]}


def accept(actor: str, about: Activity, at: Millis) -> Activity:
    """Yes to a Follow."""
    return _answer("Accept", actor, about, at)


def reject(actor: str, about: Activity, at: Millis) -> Activity:
    """No to a Follow, or no longer."""
    return _answer("Reject", actor, about, at)


def accept_tentatively(actor: str, about: Activity, at: Millis) -> Activity:
    """Heard, and not yet: whoever joins waits for a seat."""
    return _answer("TentativeAccept", actor, about, at)


def join(uri: str, actor: str, object: str, organiser: str) -> Activity:
    """Yes to a gathering."""
    return _activity("Join", uri, actor, object) | {"to": [organiser]}


def leave(id: str, actor: str, object: str, organiser: str) -> Activity:
    """No to a gathering, or no longer."""
    return _activity("Leave", id, actor, object) | {"to": [organiser]}


def maybe(id: str, actor: str, object: str, organiser: str) -> Activity:
    """Maybe to a gathering."""
    return _activity("TentativeAccept", id, actor, object) | {"to": [organiser]}


def block(uri: str, actor: str, object: str) -> Activity:
    """A block, told to the blocked one's node so that it holds there too."""
    return _activity("Block", uri, actor, object) | {"to": [object]}


def flag(uri: str, node: str, account: str, posts: list[str], comment: str) -> Activity:
    """A report. The node itself sends it, so that nobody learns who reports; the account comes first.

    The words stand in `content`, where most look, and in `summary`, where Lemmy does.
    """
    said = {"content": comment, "summary": comment} if comment else {}
    return _activity("Flag", uri, node, [account, *posts]) | said | {"to": [account]}


def undo(about: Activity) -> Activity:
    """Takes back an activity of the same actor."""
    inner = {key: value for key, value in about.items() if key != "@context"}
    undone = _activity("Undo", f"{about['id']}/undo", about["actor"], inner)
    return undone | {key: about[key] for key in ("to", "cc") if key in about}


def update_actor(actor: Activity, at: Millis, followers: str) -> Activity:
    """A profile changed; the whole actor goes with it."""
    inner = {key: value for key, value in actor.items() if key != "@context"}
    changed = _activity("Update", f"{actor['id']}#updates/{at}", actor["id"], inner)
    return changed | {"to": [PUBLIC], "cc": [followers]}


def move(actor: str, target: str, at: Millis, followers: str) -> Activity:
    """The actor is another one from now on."""
    moved = _activity("Move", f"{actor}#moves/{at}", actor, actor)
    return moved | {"target": target, "to": [followers]}


def delete_actor(actor: str) -> Activity:
    """An account is gone for good."""
    return _activity("Delete", f"{actor}#delete", actor, actor) | {"to": [PUBLIC]}


def _activity(type: str, id: str, actor: str, object: object) -> Activity:
    return {"@context": CONTEXT, "id": id, "type": type, "actor": actor, "object": object}


def _about_post(type: str, id: str, view: PostView, urls: Urls) -> Activity:
    inner = note(view, urls, context=False)
    activity = _activity(type, id, view.author.uri, inner)
    named = {name: inner[name] for name in ("to", "cc", "audience") if name in inner}
    return activity | {"@context": context_of(view)} | named


def _answer(type: str, actor: str, about: Activity, at: Millis) -> Activity:
    inner = {key: value for key, value in about.items() if key != "@context"}
    mark = hashlib.sha256(str(about["id"]).encode()).hexdigest()[:16]
    id = f"{actor}#{type.lower()}s/{mark}-{at}"
    return _activity(type, id, actor, inner) | {"to": [about["actor"]]}
