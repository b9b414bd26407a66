"""The viewer's filters beside ready renderings: which of them match, kept as long as neither filters nor posts change.

Kept by person and revision of their filters: nothing of one viewer can reach another.
"""

from collections.abc import Iterable, Mapping, Sequence

import msgspec

from server.api.entities import filters as entities
from server.api.entities.filters import FilterKeyword, FilterResult, FilterStatus
from server.api.kept import Kept
from social import matching, reading
from social.clock import Clock, iso
from social.matching import Filter, Match
from social.policy import Viewer
from social.reading import PostView
from social.stamps import Stamp
from social.tally import PollView
from storage.engine.database import Tx
from storage.filters import FilterRow
from storage.ids import PostId

MOST_PEOPLE = 500
MOST_MATCHES = 8_000

_Key = tuple[int, int, PostId, int]
"""Whose filters at which revision, which post at which revision."""

_encode = msgspec.json.Encoder().encode


class Filtering:
    """What filters find, kept in one process."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._filters: Kept[tuple[int, int], list[Filter]] = Kept(MOST_PEOPLE)
        self._matches: Kept[_Key, tuple[Match, ...]] = Kept(MOST_MATCHES)

    def is_known(self, viewer: Viewer, stamp: Stamp) -> bool:
        """Whether it is kept what the viewer's filters find in the post; for who has none it always is."""
        return not _has_filters(viewer) or self._matches.find(_key(viewer, stamp)) is not None

    def listed(
        self,
        tx: Tx,
        viewer: Viewer,
        stamps: Mapping[PostId, Stamp],
        views: Iterable[PostView],
        polls: Mapping[PostId, PollView],
    ) -> Mapping[PostId, bytes]:
        """JSON of the results by post, those without any left out.

        `views` are the posts of which nothing is kept, `polls` those of the posts by what is shown.
        """
        if not _has_filters(viewer):
            return {}
        filters = self._filters_of(tx, viewer)
        for view in views:
            post = reading.readable(view, polls.get(view.shown.post.id))
            found = matching.matches(filters, post, viewer.account)
            self._matches.keep(_key(viewer, stamps[view.post.id]), found)
        found_of = {id: self._matches.find(_key(viewer, stamp)) or () for id, stamp in stamps.items()}
        return {id: self.json(found) for id, found in found_of.items() if found}

    def json(self, found: Sequence[Match]) -> bytes:
        """The matches whose filter has not ended, as results."""
        return _encode([result(match) for match in matching.good(found, self._clock())])

    def _filters_of(self, tx: Tx, viewer: Viewer) -> list[Filter]:
        key = (viewer.account, viewer.filters)
        filters = self._filters.find(key)
        if filters is None:
            filters = reading.filters_of(tx, viewer)
            self._filters.keep(key, filters)
        return filters


def filter_entity(one: Filter) -> entities.Filter:
    """A filter with all that belongs to it."""
    return msgspec.structs.replace(
        _bare(one.row),
        keywords=[
            FilterKeyword(id=str(word.id), keyword=word.keyword, whole_word=word.whole_word) for word in one.keywords
        ],
        statuses=[FilterStatus(id=str(named.id), status_id=str(named.post_id)) for named in one.posts],
    )


def result(match: Match) -> FilterResult:
    """A filter that matches, and by what."""
    return FilterResult(
        filter=_bare(match.filter.row),
        keyword_matches=match.keywords or None,
        status_matches=[str(post) for post in match.posts] or None,
    )


def _bare(row: FilterRow) -> entities.Filter:
    return entities.Filter(
        id=str(row.id),
        title=row.title,
        context=row.contexts.split(),
        expires_at=None if row.expires_at is None else iso(row.expires_at),
        filter_action=row.action.value,
    )


def _has_filters(viewer: Viewer) -> bool:
    return viewer.is_person and viewer.filters > 0


def _key(viewer: Viewer, stamp: Stamp) -> _Key:
    if stamp.boost_of_id is None:
        return viewer.account, viewer.filters, stamp.id, stamp.revision
    return viewer.account, viewer.filters, stamp.boost_of_id, stamp.shown_revision or 0
