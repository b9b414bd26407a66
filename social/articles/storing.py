"""Articles on their way into the database: published here, received from elsewhere, changed at either place."""

import msgspec

from social.articles import words
from social.articles.words import ArticleDraft, CoAuthor, Correction, ReceivedArticle
from social.errors import Conflict
from social.prose import Prose
from storage import articles as rows
from storage.articles import ArticleRow, VersionRow
from storage.engine.database import Tx
from storage.ids import Millis, PostId
from storage.posts import PostRow


def faced(row: PostRow, draft: ArticleDraft | None) -> PostRow:
    """The post of an article: its words are the teaser, and lead to the rest."""
    return row if draft is None else msgspec.structs.replace(row, html=words.face(row.html, row.url))


def publish(tx: Tx, post: PostId, draft: ArticleDraft | None, ready: Prose | None) -> None:
    """Keep the article that a new post of here is; of another post nothing."""
    if draft is None or ready is None:
        return
    rows.keep(tx, _row(post, draft, ready, (), version=1))


def require_base(tx: Tx, post: PostId, draft: ArticleDraft) -> None:
    """Raises Conflict when somebody changed the article since this edit was begun."""
    known = rows.by_post(tx, post)
    if known is not None and draft.base and known.version != draft.base:
        raise Conflict("edited_meanwhile")


def is_changed(tx: Tx, post: PostId, draft: ArticleDraft) -> bool:
    """Whether an edit changes what stands beside the words: the teaser, who wrote with it, the series, a correction."""
    known = rows.by_post(tx, post)
    if known is None or draft.note:
        return True
    said = (known.teaser, words.authors(known), known.series, known.part)
    return said != (draft.teaser, draft.authors, draft.series, draft.part)


def edit(
    tx: Tx, before: PostRow, draft: ArticleDraft, ready: Prose, *, by: CoAuthor | None = None, now: Millis
) -> None:
    """Keep what the article says from now on, and what it said; a note to readers is a correction.

    So is whatever `by` changed, who wrote it with its author: readers see their name.
    """
    known = _revised(tx, before)
    said = words.corrections(known) if known is not None else ()
    if by is not None:
        said = (*said, Correction(now, draft.note, by.uri, by.name))
    elif draft.note:
        said = (*said, Correction(now, draft.note))
    rows.keep(tx, _row(before.id, draft, ready, said, version=known.version + 1 if known else 1))


def receive(tx: Tx, post: PostRow, received: ReceivedArticle | None) -> None:
    """Keep the article that a post of elsewhere is, in place of what it said before."""
    if received is None:
        return
    known = _revised(tx, post)
    row = ArticleRow(
        post_id=post.id,
        teaser=received.teaser,
        source=received.source,
        html=received.prose.html,
        contents=words.kept(received.prose.contents),
        authors=words.kept(received.authors),
        corrections=words.kept(received.corrections),
        series=received.series,
        part=received.part,
        version=known.version + 1 if known else 1,
    )
    rows.keep(tx, row)


def _revised(tx: Tx, before: PostRow) -> ArticleRow | None:
    known = rows.by_post(tx, before.id)
    if known is not None:
        was = VersionRow(
            post_id=before.id,
            version=known.version,
            title=before.title,
            teaser=known.teaser,
            source=known.source,
            at=before.edited_at or before.published_at,
        )
        rows.revise(tx, was)
    return known


def _row(
    post: PostId, draft: ArticleDraft, ready: Prose, corrections: tuple[Correction, ...], *, version: int
) -> ArticleRow:
    return ArticleRow(
        post_id=post,
        teaser=draft.teaser,
        source=draft.source,
        html=ready.html,
        contents=words.kept(ready.contents),
        authors=words.kept(draft.authors),
        corrections=words.kept(corrections),
        series=draft.series,
        part=draft.part,
        version=version,
        piece_uri=draft.piece_uri,
    )
