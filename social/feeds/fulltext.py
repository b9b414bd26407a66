"""Searching the words of posts that one may see, and keeping the index of them.

Everything that the viewer may read is searched, followers-only and direct posts too: `visible_to` stands behind this
door as behind every other. Quiet posts (unlisted) are not for being found: they show to followers and to whoever had
to do with them.
"""

from collections.abc import Callable

import msgspec

from social import events, jobs, sanitise
from social.feeds import lexicon, questions
from social.feeds.questions import Question
from social.paging import MAX_ID
from social.policy import Viewer
from social.settings import Settings
from storage import accounts, articles, fulltext
from storage.engine.database import Tx
from storage.fulltext import Asked, IndexedRow, Wanted
from storage.ids import AccountId, Millis, PostId

AT_ONCE = 500
"""Posts indexed in one transaction when all are."""
NOBODY = AccountId(-1)


def posts(
    tx: Tx,
    viewer: Viewer,
    q: str,
    *,
    settings: Settings,
    now: Millis,
    before: int = MAX_ID,
    floor: int = 0,
    limit: int = 20,
    offset: int = 0,
    author: AccountId | None = None,
) -> list[PostId]:
    """Posts with all the words and conditions of `q` that the viewer may see, newest first; an empty `q` finds none."""
    question = questions.read(q, settings.node.timezone)
    if question.is_empty:
        return []
    words = fulltext.question(tx.engine, [Asked(*msgspec.structs.astuple(term)) for term in question.terms])
    if question.terms and not words:
        return []
    wanted = _wanted(tx, viewer, question, settings)
    if author is not None:
        wanted = msgspec.structs.replace(wanted, author=author)
    return fulltext.find(
        tx, viewer.account, words, wanted, before=before, floor=floor, limit=limit, offset=offset, now=now
    )


def apply(tx: Tx, event: events.AnyEvent, now: Millis) -> None:
    """Subscriber: indexes what is written and changed; the database forgets what is deleted. Twice is as once."""
    if isinstance(event, events.PostPublished | events.PostSurfaced | events.PostEdited):
        row = fulltext.text(tx, event.post)
        if row is not None:
            _keep(tx, row)


def index_all(tx: Tx, after: PostId, *, now: Millis) -> None:
    """Index the next posts above `after`, and have the rest done by the next job."""
    rows = fulltext.following(tx, after, AT_ONCE)
    for row in rows:
        _keep(tx, row)
    if len(rows) == AT_ONCE:
        jobs.enqueue(tx, jobs.IndexPosts(after=rows[-1].id), key=str(rows[-1].id), due=now)


def _keep(tx: Tx, row: IndexedRow) -> None:
    html = row.html
    if row.minutes and (article := articles.by_post(tx, row.id)) is not None:
        html += article.html
    parts = [row.title, row.spoiler, sanitise.plain(html), *fulltext.descriptions(tx, row.id)]
    words = lexicon.of_text("\n".join(part for part in parts if part), row.language)
    fulltext.keep(tx, row.id, words.plain, words.stems)


def _wanted(tx: Tx, viewer: Viewer, question: Question, settings: Settings) -> Wanted:
    wanted = question.wanted
    if question.author:
        wanted = msgspec.structs.replace(wanted, author=_author(tx, viewer, question.author, settings))
    if question.place:
        wanted = msgspec.structs.replace(wanted, domain=_domain(question.place, settings))
    return wanted


def _author(tx: Tx, viewer: Viewer, handle: str, settings: Settings) -> AccountId:
    if handle == "me":
        return viewer.account or NOBODY
    name, _, host = handle.partition("@")
    row = accounts.by_name(tx, name, "" if host in ("", settings.node.domain.casefold()) else host)
    if row is None and not host:
        places = [entity.domain for entity in settings.group.entities if entity.domain != settings.node.domain]
        row = next((found for place in places if (found := accounts.by_name(tx, name, place)) is not None), None)
    return row.id if row is not None else NOBODY


def _domain(place: str, settings: Settings) -> str:
    """The domain of an entity by its id, name, place or domain; what is none of these is taken for a domain."""
    names: Callable[[str], str] = lexicon.folded
    for entity in settings.group.entities:
        if names(place) in {names(entity.id), names(entity.name), names(entity.place), names(entity.domain)}:
            return "." if entity.domain == settings.node.domain else entity.domain
    return place
