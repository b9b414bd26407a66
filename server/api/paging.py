"""Pages as Mastodon's clients ask for them, and the `Link` header that leads to the next one."""

from collections.abc import Sequence
from typing import TypeVar
from urllib.parse import parse_qsl, urlencode

import msgspec

from server.api.call import Call, id_or_none
from social.errors import Invalid
from social.paging import MAX_ID, Page

T = TypeVar("T")
RawHeaders = list[tuple[bytes, bytes]]

STATUSES = 20
ACCOUNTS = 40
NOTIFICATIONS = 40

LONGEST_QUERY = 1_500
"""What is longer is not repeated: it stands twice in the header, and a proxy takes no more than 4 or 8 KiB of that."""

_CURSORS = frozenset({"max_id", "min_id", "since_id", "offset", "access_token"})


class Paged(msgspec.Struct, frozen=True, kw_only=True):
    """The parameters of every list. A cursor that is no id is as good as none."""

    max_id: str = ""
    since_id: str = ""
    min_id: str = ""
    limit: int | None = None

    def page(self, default: int = STATUSES, *, all_at_zero: bool = False) -> Page:
        """The page; at most twice the default, or (`all_at_zero`) everything for a limit of 0.

        Raises Invalid for a negative limit.
        """
        above = id_or_none(self.min_id)
        return Page(
            before=id_or_none(self.max_id) or MAX_ID,
            after=id_or_none(self.since_id) or 0,
            above=above,
            limit=MAX_ID if all_at_zero and self.limit == 0 else limit(self.limit, default),
        )


class Counted(msgspec.Struct, frozen=True, kw_only=True):
    """The parameters of lists that are paged by counting."""

    limit: int | None = None
    offset: int = 0


def limit(asked: int | None, default: int) -> int:
    """How many: the default, or what was asked for up to twice of it. Raises Invalid for a negative number."""
    if asked is None:
        return default
    if asked < 0:
        raise Invalid("limit", "negative")
    return min(asked or default, 2 * default)


def offset(asked: int) -> int:
    """How many to leave out. Raises Invalid for a negative number."""
    if asked < 0:
        raise Invalid("offset", "negative")
    return min(asked, MAX_ID)


def links(call: Call, cursors: Sequence[int], page: Page, *, always: bool = True, back: str = "min_id") -> RawHeaders:
    """`Link` for a page whose items have these cursors, newest first; none for an empty page.

    `always`: a next link also after a short page (timelines). `back`: the parameter of the link to newer ones.
    """
    if not cursors:
        return []
    query = call.scope["query_string"].decode("latin-1")
    written = parse_qsl(query, keep_blank_values=True) if len(query) <= LONGEST_QUERY else []
    kept = [pair for pair in written if pair[0] not in _CURSORS]
    address = f"{call.node.settings.base_url}{call.scope['path']}"
    both = []
    if always or len(cursors) >= page.limit:
        both.append(f'<{address}?{urlencode([*kept, ("max_id", cursors[-1])])}>; rel="next"')
    both.append(f'<{address}?{urlencode([*kept, (back, cursors[0])])}>; rel="prev"')
    return [(b"link", ", ".join(both).encode("latin-1"))]
