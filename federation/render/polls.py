"""Polls on the wire (FEP-9967): the choices of a Question with their figures, and a vote."""

from typing import Any

from federation.context import CONTEXT
from social.clock import iso
from social.tally import PollView
from storage.ids import Millis


def question(view: PollView) -> dict[str, Any]:
    """What a post that asks says beside its words. Figures that are hidden are none until the end."""
    poll = view.poll
    document: dict[str, Any] = {
        "anyOf" if poll.is_multiple else "oneOf": [
            {
                "type": "Note",
                "name": option.title,
                "replies": {"type": "Collection", "totalItems": votes},
            }
            for option, votes in zip(view.options, figures(view), strict=True)
        ],
        "votersCount": poll.voters_count or 0,
    }
    if poll.expires_at is not None:
        document["endTime"] = iso(poll.expires_at)
    if poll.closed_at is not None:
        document["closed"] = iso(poll.expires_at or poll.closed_at)
    return document


def figures(view: PollView) -> list[int]:
    """How often each choice was taken; nothing until the end where that is hidden."""
    shown = not view.poll.hides_totals or view.poll.closed_at is not None
    return [option.votes_count if shown else 0 for option in view.options]


def vote(id: str, voter: str, post: str, author: str, title: str, at: Millis) -> dict[str, Any]:
    """One choice, for the author alone: a Note with a name and no words."""
    note = {"id": id, "type": "Note", "name": title, "attributedTo": voter, "inReplyTo": post, "to": author}
    return {
        "@context": CONTEXT,
        "id": f"{id}/activity",
        "type": "Create",
        "actor": voter,
        "to": author,
        "published": iso(at),
        "object": note,
    }
