"""Pages of a list that is ordered by id, newest first, as Mastodon's clients ask for them.

`before`: strictly older (max_id). `after`: strictly newer, the newest page of them (since_id). `above`: strictly newer,
the page directly above the cursor (min_id); it wins over `after`. What comes out is newest first in each case.
"""

import msgspec

MAX_ID = 2**63 - 1


class Page(msgspec.Struct, frozen=True, kw_only=True):
    """Bounds that always exist, so that one statement serves every page."""

    before: int = MAX_ID
    after: int = 0
    above: int | None = None
    limit: int = 20

    @property
    def is_upward(self) -> bool:
        """Whether the page is counted from the bottom up (min_id)."""
        return self.above is not None

    @property
    def floor(self) -> int:
        """Everything of the page is above this id."""
        return self.above if self.above is not None else self.after


FIRST = Page()
