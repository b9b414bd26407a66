"""Whether a rendering of a post that is kept somewhere still holds, and the viewer's own part of it.

A face that keeps what it rendered asks for these instead of the posts: one statement, a tenth of the bytes. What may be
seen is decided by the same fragment as everywhere.
"""

from collections.abc import Sequence

from social.policy import Viewer
from storage import stamps as rows
from storage.engine.database import Tx
from storage.ids import PostId
from storage.stamps import StampRow

Stamp = StampRow


def stamps(tx: Tx, viewer: Viewer, ids: Sequence[PostId]) -> dict[PostId, Stamp]:
    """The stamps of the posts of `ids` that the viewer, a person or nobody, may see."""
    return {row.id: row for row in rows.stamps(tx, ids, viewer.account)} if ids else {}
