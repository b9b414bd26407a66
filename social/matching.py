"""Which filters of somebody match a post: pure, over what is known of both.

A match annotates and hides nothing: apps and pages decide by the filter's action and contexts. All contexts are told.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache

import msgspec

from social.sanitise import plain
from storage.filters import FilteredRow, FilterRow, KeywordRow, PartRow
from storage.ids import AccountId, Millis, PostId


class Filter(msgspec.Struct, frozen=True, kw_only=True):
    """A filter with its words and posts."""

    row: FilterRow
    keywords: tuple[KeywordRow, ...] = ()
    posts: tuple[FilteredRow, ...] = ()

    @property
    def contexts(self) -> tuple[str, ...]:
        """Where it holds: home, notifications, public, thread, account."""
        return tuple(self.row.contexts.split())


class Match(msgspec.Struct, frozen=True, kw_only=True):
    """A filter that matches a post, and by what."""

    filter: Filter
    keywords: tuple[str, ...] = ()
    posts: tuple[PostId, ...] = ()


class Readable(msgspec.Struct, frozen=True, kw_only=True):
    """What is read of a post: where words are looked for."""

    id: PostId
    author: AccountId
    html: str
    others: tuple[str, ...] = ()
    """Title, warning, descriptions of pictures, options of a poll."""

    @property
    def text(self) -> str:
        """All of it."""
        return "\n".join([plain(self.html), *self.others])


def together(parts: Iterable[PartRow]) -> list[Filter]:
    """Filters out of their parts, in their order."""
    rows: dict[int, FilterRow] = {}
    keywords: dict[int, list[KeywordRow]] = {}
    posts: dict[int, list[FilteredRow]] = {}
    for part in parts:
        id = part.filter.id
        rows[id] = part.filter
        if part.keyword_id is not None:
            word = KeywordRow(id=part.keyword_id, filter_id=id, keyword=part.keyword, whole_word=part.whole_word)
            keywords.setdefault(id, []).append(word)
        if part.filtered_id is not None and part.post_id is not None:
            named = FilteredRow(id=part.filtered_id, filter_id=id, post_id=part.post_id)
            posts.setdefault(id, []).append(named)
    return [
        Filter(row=row, keywords=tuple(keywords.get(id, ())), posts=tuple(posts.get(id, ())))
        for id, row in rows.items()
    ]


def matches(filters: Sequence[Filter], post: Readable, viewer: AccountId) -> tuple[Match, ...]:
    """The filters that match what `viewer` reads; nobody's own posts are filtered for them."""
    if not filters or post.author == viewer:
        return ()
    text = post.text
    found = (
        Match(
            filter=one,
            keywords=tuple(word.keyword for word in one.keywords if _pattern(word.keyword, word.whole_word)(text)),
            posts=tuple(named.post_id for named in one.posts if named.post_id == post.id),
        )
        for one in filters
    )
    return tuple(match for match in found if match.keywords or match.posts)


def good(found: Sequence[Match], now: Millis) -> tuple[Match, ...]:
    """Those of the matches whose filter has not ended."""
    return tuple(one for one in found if is_good(one.filter.row, now))


def is_good(row: FilterRow, now: Millis) -> bool:
    """Whether the filter holds at that time."""
    return row.expires_at is None or row.expires_at > now


@lru_cache(maxsize=4_096)
def _pattern(keyword: str, whole_word: bool) -> Callable[[str], re.Match[str] | None]:
    """A search for the keyword in any case; as a whole word only where it begins or ends with a letter or digit."""
    before = r"(?<!\w)" if whole_word and re.match(r"\w", keyword) else ""
    behind = r"(?!\w)" if whole_word and re.search(r"\w\Z", keyword) else ""
    return re.compile(f"{before}{re.escape(keyword)}{behind}", re.IGNORECASE).search
