"""Filters in the settings: words that one wants warned of, hidden, or whose pictures one wants veiled."""

from collections.abc import Sequence

import msgspec
from starlette.responses import Response

from social.clock import DAY
from social.errors import Invalid
from social.feeds import filters
from social.feeds.filters import CONTEXTS, FilterChange, WordChange
from social.matching import Filter
from storage.filters import FilterAction, FilterId, KeywordId
from storage.ids import Millis
from web.forms import Form
from web.i18n import N_
from web.visit import Visit

BLANKS = 3
"""Empty lines for new words."""
ENDS = {"": 0, "1": DAY, "7": 7 * DAY, "30": 30 * DAY}
_CONTEXT_WORDS = {
    "home": N_("My home feed and lists"),
    "notifications": N_("For me"),
    "public": N_("The feeds of the site and the group"),
    "thread": N_("Conversations"),
    "account": N_("Pages of people"),
}


class Word(msgspec.Struct, frozen=True, kw_only=True):
    """A line of the form."""

    id: str = ""
    keyword: str = ""
    whole: bool = True


class FilterValues(msgspec.Struct, frozen=True, kw_only=True):
    """What the form holds. `ends` is what was chosen: empty for never, `keep` for the end that it has."""

    title: str = ""
    contexts: Sequence[str] = ("home", "public")
    action: str = FilterAction.WARN
    ends: str = ""
    words: Sequence[Word] = ()


async def index(visit: Visit) -> Response:
    """GET /settings/filters."""
    found = await visit.read(filters.filters)
    return visit.page("settings/filters.html", part="filters", filters=found)


async def blank(visit: Visit) -> Response:
    """GET /settings/filters/new."""
    await visit.read_frame()
    return _page(visit, None, FilterValues())


async def create(visit: Visit, form: Form) -> Response:
    """POST /settings/filters/new."""
    try:
        await visit.write(filters.create, _change(visit, form, None), ids=visit.node.ids, now=visit.now)
    except Invalid as wrong:
        await visit.read_frame()
        return _page(visit, None, _again(form), wrong)
    return visit.back("/settings/filters", done="saved")


async def editor(visit: Visit) -> Response:
    """GET /settings/filters/{id}."""
    one = await visit.read(filters.filter, _id(visit))
    return _page(visit, one, _values(one))


async def save(visit: Visit, form: Form) -> Response:
    """POST /settings/filters/{id}."""
    one = await visit.read(filters.filter, _id(visit))
    try:
        change = _change(visit, form, one)
        await visit.write(filters.edit, one.row.id, change, ids=visit.node.ids, now=visit.now)
    except Invalid as wrong:
        return _page(visit, one, _again(form), wrong)
    return visit.back("/settings/filters", done="saved")


async def delete(visit: Visit, form: Form) -> Response:
    """POST /settings/filters/{id}/delete."""
    await visit.write(filters.delete, _id(visit), now=visit.now)
    return visit.back("/settings/filters", done="filter_removed")


def _id(visit: Visit) -> FilterId:
    return FilterId(visit.request.path_params["id"])


def _change(visit: Visit, form: Form, one: Filter | None) -> FilterChange:
    ends = form.chosen("ends", (*ENDS, "keep"), "")
    return FilterChange(
        title=form.line("title"),
        contexts=tuple(form.all("context")),
        action=FilterAction(form.chosen("action", tuple(FilterAction), FilterAction.WARN)),
        expires_at=msgspec.UNSET if ends == "keep" else Millis(visit.now + ENDS[ends]) if ends else None,
        keywords=tuple(_words(form, one)),
    )


def _words(form: Form, one: Filter | None) -> list[WordChange]:
    """Lines with words: new ones, changed ones, and those that were emptied, which go."""
    known = {str(word.id) for word in one.keywords} if one else set()
    changes = []
    for word in _lines(form):
        if word.id in known:
            id = KeywordId(int(word.id))
            changes.append(
                WordChange(id=id, keyword=word.keyword, whole_word=word.whole)
                if word.keyword
                else WordChange(id=id, is_removed=True)
            )
        elif word.keyword:
            changes.append(WordChange(keyword=word.keyword, whole_word=word.whole))
    return changes


def _lines(form: Form) -> list[Word]:
    try:
        pairs = list(zip(form.all("word_id"), form.all("word"), form.all("whole"), strict=True))
    except ValueError as uneven:
        raise Invalid("word", "invalid") from uneven
    return [Word(id=id, keyword=keyword, whole=whole != "part") for id, keyword, whole in pairs]


def _values(one: Filter) -> FilterValues:
    words = [Word(id=str(word.id), keyword=word.keyword, whole=word.whole_word) for word in one.keywords]
    return FilterValues(
        title=one.row.title,
        contexts=one.contexts,
        action=one.row.action,
        ends="keep" if one.row.expires_at is not None else "",
        words=words,
    )


def _again(form: Form) -> FilterValues:
    lines = zip(form.kept("word_id"), form.kept("word"), form.kept("whole"), strict=False)
    words = [Word(id=id, keyword=keyword, whole=whole != "part") for id, keyword, whole in lines]
    return FilterValues(
        title=form.written("title"),
        contexts=form.kept("context"),
        action=form.written("action"),
        ends=form.written("ends"),
        words=[word for word in words if word.keyword or word.id],
    )


def _page(visit: Visit, one: Filter | None, values: FilterValues, wrong: Invalid | None = None) -> Response:
    ends = one.row.expires_at if one else None
    return visit.form_page(
        "settings/filter.html",
        wrong,
        part="filters",
        filter=one,
        values=values,
        words=[*values.words, *[Word()] * BLANKS],
        contexts=[(name, visit.say(_CONTEXT_WORDS[name])) for name in CONTEXTS],
        ends=ends,
    )
