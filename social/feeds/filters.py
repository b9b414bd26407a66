"""Filters of a person: making, changing and removing them. What matches is in `social/matching.py`.

Every change counts up the person's revision, by which faces know that what they kept of it is old.
"""

from collections.abc import Sequence

import msgspec
from msgspec import UNSET, UnsetType

from social import events, reading
from social.errors import Invalid, NotFound
from social.matching import Filter, together
from social.people.names import tidy
from social.policy import Viewer, require_person
from social.text import graphemes
from storage import filters as rows
from storage.engine.database import Tx
from storage.filters import FilterAction, FilteredId, FilteredRow, FilterId, FilterRow, KeywordId, KeywordRow
from storage.ids import IdMaker, Millis, PostId

CONTEXTS = ("home", "notifications", "public", "thread", "account")
MOST = 100
"""Filters of one person."""
MOST_KEYWORDS = 200
MOST_POSTS = 1_000
TITLE_LIMIT = 256
KEYWORD_LIMIT = 512


class WordChange(msgspec.Struct, frozen=True, kw_only=True):
    """A word to be added, or (`id`) changed or removed."""

    id: KeywordId | None = None
    keyword: str | UnsetType = UNSET
    whole_word: bool | UnsetType = UNSET
    is_removed: bool = False


class FilterChange(msgspec.Struct, frozen=True, kw_only=True):
    """What is UNSET stays. `expires_at` None: for good. `keywords` are added to those that are there."""

    title: str | UnsetType = UNSET
    contexts: tuple[str, ...] | UnsetType = UNSET
    action: FilterAction | UnsetType = UNSET
    expires_at: Millis | UnsetType | None = UNSET
    keywords: tuple[WordChange, ...] = ()


def filters(tx: Tx, viewer: Viewer) -> list[Filter]:
    """The viewer's filters, ended ones too, in the order of making."""
    require_person(viewer)
    return together(rows.of_accounts(tx, [viewer.account]))


def filter(tx: Tx, viewer: Viewer, id: FilterId) -> Filter:
    """One of the viewer's filters. Raises NotFound, also for those of others."""
    require_person(viewer)
    found = together(rows.by_id(tx, viewer.account, id))
    if not found:
        raise NotFound("filter")
    return found[0]


def create(tx: Tx, viewer: Viewer, change: FilterChange, *, ids: IdMaker, now: Millis) -> Filter:
    """Make a filter. Raises Invalid."""
    require_person(viewer)
    if rows.count(tx, viewer.account) >= MOST:
        raise Invalid("title", "too_many_filters", maximum=MOST)
    fresh = FilterRow(
        id=FilterId(ids.make()),
        account_id=viewer.account,
        title="",
        contexts="",
        action=FilterAction.WARN,
        expires_at=None,
        created_at=now,
    )
    row = _changed(fresh, change)
    rows.insert(tx, row)
    _put(tx, Filter(row=row), change.keywords, ids)
    _tell(tx, viewer, now)
    return filter(tx, viewer, row.id)


def edit(tx: Tx, viewer: Viewer, id: FilterId, change: FilterChange, *, ids: IdMaker, now: Millis) -> Filter:
    """Change a filter and its words. Raises NotFound, Invalid."""
    one = filter(tx, viewer, id)
    rows.rewrite(tx, _changed(one.row, change))
    _put(tx, one, change.keywords, ids)
    _tell(tx, viewer, now)
    return filter(tx, viewer, id)


def delete(tx: Tx, viewer: Viewer, id: FilterId, *, now: Millis) -> None:
    """Remove a filter. Raises NotFound."""
    rows.delete(tx, filter(tx, viewer, id).row.id)
    _tell(tx, viewer, now)


def keyword(tx: Tx, viewer: Viewer, id: KeywordId) -> tuple[Filter, KeywordRow]:
    """A word of one of the viewer's filters, and the filter. Raises NotFound."""
    require_person(viewer)
    of = rows.with_keyword(tx, viewer.account, id)
    if of is None:
        raise NotFound("keyword")
    one = filter(tx, viewer, of)
    return one, next(word for word in one.keywords if word.id == id)


def add_keyword(
    tx: Tx, viewer: Viewer, id: FilterId, text: str, *, whole_word: bool, ids: IdMaker, now: Millis
) -> KeywordRow:
    """Add a word to a filter. Raises NotFound, Invalid."""
    words = {one.id for one in filter(tx, viewer, id).keywords}
    change = FilterChange(keywords=(WordChange(keyword=text, whole_word=whole_word),))
    return next(one for one in edit(tx, viewer, id, change, ids=ids, now=now).keywords if one.id not in words)


def edit_keyword(tx: Tx, viewer: Viewer, change: WordChange, *, ids: IdMaker, now: Millis) -> KeywordRow:
    """Change a word. Raises NotFound, Invalid."""
    one, word = keyword(tx, viewer, change.id or KeywordId(0))
    edit(tx, viewer, one.row.id, FilterChange(keywords=(change,)), ids=ids, now=now)
    return keyword(tx, viewer, word.id)[1]


def delete_keyword(tx: Tx, viewer: Viewer, id: KeywordId, *, now: Millis) -> None:
    """Remove a word. Raises NotFound."""
    rows.delete_keywords(tx, [keyword(tx, viewer, id)[1].id])
    _tell(tx, viewer, now)


def named_post(tx: Tx, viewer: Viewer, id: FilteredId) -> FilteredRow:
    """A post that one of the viewer's filters names. Raises NotFound."""
    require_person(viewer)
    of = rows.with_filtered(tx, viewer.account, id)
    if of is None:
        raise NotFound("filtered_post")
    return next(one for one in filter(tx, viewer, of).posts if one.id == id)


def add_post(tx: Tx, viewer: Viewer, id: FilterId, post: PostId, *, ids: IdMaker, now: Millis) -> FilteredRow:
    """Have a filter name a post. Raises NotFound for a filter or a post, Invalid(taken, too_many)."""
    one = filter(tx, viewer, id)
    shown = reading.post(tx, viewer, post).shown.post.id
    if len(one.posts) >= MOST_POSTS:
        raise Invalid("status_id", "too_many", maximum=MOST_POSTS)
    made = FilteredId(ids.make())
    if not rows.add_post(tx, made, one.row.id, shown):
        raise Invalid("status", "taken")
    _tell(tx, viewer, now)
    return FilteredRow(id=made, filter_id=one.row.id, post_id=shown)


def remove_post(tx: Tx, viewer: Viewer, id: FilteredId, *, now: Millis) -> FilteredRow:
    """Have a filter name a post no longer: what it was. Raises NotFound."""
    named = named_post(tx, viewer, id)
    rows.remove_post(tx, named.id)
    _tell(tx, viewer, now)
    return named


def _tell(tx: Tx, viewer: Viewer, now: Millis) -> None:
    revision = rows.changed(tx, viewer.account)
    events.append(tx, events.FiltersChanged(by=viewer.account, revision=revision, at=now))


def _changed(row: FilterRow, change: FilterChange) -> FilterRow:
    title = row.title if change.title is UNSET else tidy(change.title)
    contexts = tuple(row.contexts.split()) if change.contexts is UNSET else change.contexts
    if not title:
        raise Invalid("title", "blank")
    if graphemes(title) > TITLE_LIMIT:
        raise Invalid("title", "too_long", maximum=TITLE_LIMIT)
    if not contexts:
        raise Invalid("context", "blank")
    if any(context not in CONTEXTS for context in contexts):
        raise Invalid("context", "inclusion", allowed=", ".join(CONTEXTS))
    return msgspec.structs.replace(
        row,
        title=title,
        contexts=" ".join(context for context in CONTEXTS if context in contexts),
        action=row.action if change.action is UNSET else change.action,
        expires_at=row.expires_at if change.expires_at is UNSET else change.expires_at,
    )


def _put(tx: Tx, one: Filter, changes: Sequence[WordChange], ids: IdMaker) -> None:
    """Add, change and remove words. Raises NotFound for a word of another filter, Invalid."""
    known = {word.id: word for word in one.keywords}
    removed: list[KeywordId] = []
    put: list[KeywordRow] = []
    for change in changes:
        former = known.get(change.id) if change.id is not None else None
        if change.id is not None and former is None:
            raise NotFound("keyword")
        if change.is_removed:
            removed += [former.id] if former else []
            continue
        put.append(_word(one.row.id, former, change, ids))
    fresh = sum(1 for word in put if word.id not in known)
    if len(known) - len(removed) + fresh > MOST_KEYWORDS:
        raise Invalid("keywords", "too_many", maximum=MOST_KEYWORDS)
    rows.delete_keywords(tx, removed)
    rows.put_keywords(tx, put)


def _word(of: FilterId, former: KeywordRow | None, change: WordChange, ids: IdMaker) -> KeywordRow:
    text = (former.keyword if former else "") if change.keyword is UNSET else tidy(change.keyword)
    if not text:
        raise Invalid("keyword", "blank")
    if graphemes(text) > KEYWORD_LIMIT:
        raise Invalid("keyword", "too_long", maximum=KEYWORD_LIMIT)
    whole = (former.whole_word if former else True) if change.whole_word is UNSET else change.whole_word
    return KeywordRow(id=former.id if former else KeywordId(ids.make()), filter_id=of, keyword=text, whole_word=whole)
