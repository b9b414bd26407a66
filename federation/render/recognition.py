"""What an actor's document says for the nodes of its group alone, and what a post says that thanks people."""

from collections.abc import Sequence
from typing import Any

from social.recognition.facts import Facts
from social.urls import Urls
from storage.accounts import AccountRow
from storage.days import Day
from storage.kudos import ThankedRow
from storage.posts import PostRow


def facts(account: AccountRow, said: Facts, urls: Urls) -> dict[str, Any]:
    """To be put into the document of the actor. The list of skills is there even when it is empty: it says so."""
    document: dict[str, Any] = {
        "knowsAbout": [
            {"type": "DefinedTerm", "name": one.name, "endorsedBy": list(one.endorsers)} for one in said.skills
        ],
        "endorses": [{"object": one.of, "name": one.skill} for one in said.given],
        "shownKudos": urls.kudos(account.username),
    }
    for term, day in (("birthday", said.birthday), ("workAnniversary", said.anniversary)):
        if day is not None:
            document[term] = _written(day)
    return document


def kudos(post: PostRow, thanked: Sequence[ThankedRow]) -> dict[str, Any]:
    """To be put into the post; nothing for one that thanks nobody."""
    if not post.kudos or not thanked:
        return {}
    return {"kudos": {"type": "Kudos", "value": post.kudos, "thanks": [one.uri for one in thanked]}}


def _written(day: Day) -> str:
    return f"--{day.month:02d}-{day.day:02d}"
