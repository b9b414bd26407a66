"""A community made whole: with the guide on top, the rules, the topics and the first page of its template.

One transaction, so that nobody ever finds half of a community.
"""

import msgspec

from social.communities import communities, moderation, pages, topics
from social.communities.beginnings.beginning import Beginning, beginning
from social.communities.communities import NewCommunity
from social.errors import Invalid
from social.people import names
from social.people.accounts import LOCALES
from social.people.keys import KeyPair
from social.policy import Viewer
from social.posts.publish import Context, Draft, publish
from storage import accounts as account_rows
from storage.accounts import AccountRow
from storage.communities import Entry
from storage.engine.database import Tx
from storage.ids import Millis

_TRIES = 100


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody makes: a name, and what it begins as. What is empty comes from the template."""

    keys: KeyPair
    display_name: str
    username: str = ""
    template: str = ""
    entry: Entry = Entry.OPEN
    language: str = "fr"
    purpose: str = ""


def start(tx: Tx, viewer: Viewer, wanted: Wanted, *, context: Context, now: Millis) -> AccountRow:
    """Make the community, with the viewer as its host. Raises Unauthorized, Invalid with every wrong field."""
    if not names.tidy(wanted.display_name):
        raise Invalid("display_name", "blank")
    begun = beginning(wanted.template, wanted.language)
    made = communities.create(tx, viewer, _new(tx, wanted, begun), ids=context.ids, urls=context.urls, now=now)
    if begun is None:
        return made
    for name in begun.topics:
        topics.add(tx, viewer, made.id, name, now=now)
    pages.write(tx, viewer, made.id, begun.page, begun.how, ids=context.ids, urls=context.urls, now=now)
    guide = Draft(text=begun.guide, language=wanted.language, community=made.id)
    moderation.stick(tx, viewer, publish(tx, viewer, guide, context=context, now=now), now=now)
    return made


def _new(tx: Tx, wanted: Wanted, begun: Beginning | None) -> NewCommunity:
    return NewCommunity(
        username=wanted.username or free_name(tx, wanted.display_name),
        keys=wanted.keys,
        display_name=wanted.display_name,
        purpose=wanted.purpose or (begun.purpose if begun else ""),
        template=wanted.template,
        entry=wanted.entry,
        rules=begun.rules if begun else "",
        welcome=begun.welcome if begun else "",
        language=wanted.language if wanted.language in LOCALES else "",
    )


def free_name(tx: Tx, display_name: str) -> str:
    """A user name drawn from what a community is called, with a number where it is taken. Raises Invalid for none."""
    drawn = "_".join(names.words(display_name)).encode("ascii", "ignore").decode()[: names.USERNAME_LIMIT - 3]
    stem = drawn.strip("_") or "community"
    for number in range(1, _TRIES):
        name = stem if number == 1 else f"{stem}_{number}"
        if names.name_problem(name) is None and account_rows.by_name(tx, name, "") is None:
            return name
    raise Invalid("display_name", "taken")
