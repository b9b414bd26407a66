"""Articles read: with their series, their former versions, and how many read them on which node."""

from collections.abc import Mapping, Sequence

import msgspec

from social import reading
from social.articles import words
from social.articles.words import CoAuthor, Correction
from social.desk import exchange
from social.errors import NotFound
from social.policy import Role, Viewer
from social.prose import Heading
from social.reading import PostView
from storage import articles as rows
from storage import desk, readership
from storage import known as accounts
from storage.accounts import AccountRow
from storage.articles import ArticleRow, PartRow, ReachRow, VersionRow
from storage.engine.database import Tx
from storage.ids import Millis, PostId

FEWEST_HEADINGS = 3
"""Headings from which on there is a table of contents."""


class ArticleView(msgspec.Struct, frozen=True, kw_only=True):
    """An article as somebody reads it. `reach` is empty for who may not know it."""

    view: PostView
    row: ArticleRow
    contents: tuple[Heading, ...]
    authors: tuple[CoAuthor, ...]
    known: Mapping[str, AccountRow]
    """Of those who wrote with the author, by their ids, who is known here."""
    corrections: tuple[Correction, ...]
    series: tuple[PartRow, ...]
    reach: tuple[ReachRow, ...]
    wrote: bool
    """The viewer wrote it, alone or with others: on its author's node they may correct it."""
    is_new: bool
    """The viewer opens it for the first time."""


def article(tx: Tx, viewer: Viewer, view: PostView) -> ArticleView | None:
    """What the post is more, if it was written as an article: four statements at most."""
    row = view.article
    if row is None:
        return None
    headings = words.contents(row)
    authors = words.authors(row)
    known = {one.uri: one for one in accounts.accounts(tx, [one.uri for one in authors])} if authors else {}
    wrote = viewer.account in (view.author.id, *(one.id for one in known.values()))
    knows = view.post.is_local and (wrote or viewer.may(Role.COMMUNICATOR))
    return ArticleView(
        view=view,
        row=row,
        contents=headings if len(headings) >= FEWEST_HEADINGS else (),
        authors=authors,
        known=known,
        corrections=words.corrections(row),
        series=tuple(rows.series(tx, row.series, view.author.id, viewer.account)) if row.series else (),
        reach=tuple(rows.reach(tx, row.post_id)) if knows else (),
        wrote=viewer.is_person and wrote,
        is_new=viewer.is_person and not wrote and not rows.has_read(tx, row.post_id, viewer.account),
    )


def opened(tx: Tx, viewer: Viewer, post: PostId, *, now: Millis) -> None:
    """Somebody of this node opened it: counted once, and the number told to the author's node. Names stay here."""
    view = reading.post(tx, viewer, post)
    if not viewer.is_person or not rows.read_by(tx, view.post.id, viewer.account, now):
        return
    if view.post.is_local:
        exchange.recount(tx, view.post.id, now)
    else:
        readership.mark(tx, view.post.id, desk.next_seq(tx))


def versions(tx: Tx, viewer: Viewer, post: PostId) -> tuple[PostView, Sequence[VersionRow]]:
    """All versions of an article, oldest first, the present one last. Raises NotFound."""
    view = reading.post(tx, viewer, post)
    row = view.article
    if row is None:
        raise NotFound("post")
    now = VersionRow(
        post_id=view.post.id,
        version=row.version,
        title=view.post.title,
        teaser=row.teaser,
        source=row.source,
        at=view.post.edited_at or view.post.published_at,
    )
    return view, [*rows.versions(tx, view.post.id), now]
