"""Quotes as they go out: the request, the stamp that answers it, and the stamp's end (FEP-044f)."""

from typing import Any

from federation.context import CONTEXT
from federation.render import activities
from federation.render.posts import note
from federation.vocabulary import PUBLIC
from social.posts.quotes import STAMP_KIND
from social.reading import PostView
from social.urls import Urls
from storage.accounts import AccountRow
from storage.ids import Millis

Activity = dict[str, Any]


def request(view: PostView, id: str, quoted: str, author: str, urls: Urls) -> Activity:
    """May I quote this in that? The whole post goes with it, so that whoever is asked knows what they agree to."""
    return {
        "@context": CONTEXT,
        "id": id,
        "type": "QuoteRequest",
        "actor": view.author.uri,
        "to": [author],
        "object": quoted,
        "instrument": note(view, urls, context=False),
    }


def answer(actor: AccountRow, asked: str, asker: str, post: str, quoted: str, stamp: str, at: Millis) -> Activity:
    """Yes, by the stamp; without one, no."""
    about = {"id": asked, "type": "QuoteRequest", "actor": asker, "object": quoted, "instrument": post}
    if stamp:
        return activities.accept(actor.uri, about, at) | {"result": stamp}
    return activities.reject(actor.uri, about, at)


def stamp(id: str, author: str, post: str, quoted: str, *, context: bool = True) -> dict[str, Any]:
    """The author agrees that the post quotes the other."""
    document: dict[str, Any] = {"@context": CONTEXT} if context else {}
    return document | {
        "id": id,
        "type": STAMP_KIND,
        "attributedTo": author,
        "interactingObject": post,
        "interactionTarget": quoted,
    }


def revocation(id: str, author: str, asker: str, post: str, quoted: str) -> Activity:
    """The author agrees no longer."""
    return {
        "@context": CONTEXT,
        "id": f"{id}#delete",
        "type": "Delete",
        "actor": author,
        "to": [PUBLIC],
        "cc": [asker],
        "object": stamp(id, author, post, quoted, context=False),
    }
