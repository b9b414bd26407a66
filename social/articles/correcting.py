"""An article that is out is corrected: by its author, and, on the author's node, by whoever wrote it with them.

It stays the author's: what a co-author corrects is shown to readers with their name. Which pictures it has, and whether
everybody has to confirm anew, is the author's to say.
"""

import msgspec

from social import reading
from social.announcements import publish as announcing
from social.articles import words
from social.articles.words import CoAuthor
from social.desk import telling
from social.errors import NotFound
from social.policy import Viewer, require_person
from social.posts import edit
from social.posts.edit import Description
from social.posts.publish import Context, Draft
from social.reading import PostView
from storage import accounts, desk, holding
from storage import posts as post_rows
from storage.engine.database import Tx
from storage.ids import Millis, PostId


def source(tx: Tx, viewer: Viewer, post: PostId) -> PostView:
    """An article of this node that the viewer may correct, or any other own post. Raises NotFound."""
    view = reading.post(tx, viewer, post)
    if view.author.id != viewer.account and _co_author(tx, viewer, view) is None:
        raise NotFound("post")
    return view


def correct(
    tx: Tx,
    viewer: Viewer,
    post: PostId,
    draft: Draft,
    *,
    material: bool = False,
    descriptions: tuple[Description, ...] = (),
    context: Context,
    now: Millis,
) -> None:
    """Change what an article says; `material`: of a must-read, everybody is asked anew.

    Raises Unauthorized, NotFound, Forbidden, Invalid, or Conflict for one that was changed meanwhile.
    """
    require_person(viewer)
    holding.post(tx, post)
    view = source(tx, viewer, post)
    by = _co_author(tx, viewer, view)
    if material:
        announcing.revise(tx, viewer, post, draft, material=True, descriptions=descriptions, context=context, now=now)
    elif by is None:
        edit.edit(tx, viewer, post, draft, descriptions=descriptions, context=context, now=now)
    else:
        edit.change(tx, viewer, view.post, _confined(view, draft), by=by, context=context, now=now)
        _tell_author(tx, view, by, now)


def _co_author(tx: Tx, viewer: Viewer, view: PostView) -> CoAuthor | None:
    """As whom the viewer wrote the article with its author, on the author's node; None for anybody else."""
    if view.article is None or not view.post.is_local or view.author.id == viewer.account:
        return None
    me = accounts.by_id(tx, viewer.account) if viewer.account else None
    return next((one for one in words.authors(view.article) if me is not None and one.uri == me.uri), None)


def _confined(view: PostView, draft: Draft) -> Draft:
    """What a co-author changes: the words. Pictures, who wrote it, and who may quote it stay."""
    article = draft.article
    if article is not None and view.article is not None:
        article = msgspec.structs.replace(article, authors=words.authors(view.article))
    pictures = tuple(picture.id for picture in view.media)
    return msgspec.structs.replace(draft, media=pictures, quote_policy=None, article=article)


def _tell_author(tx: Tx, view: PostView, by: CoAuthor, now: Millis) -> None:
    after = post_rows.by_id(tx, view.post.id)
    piece = desk.by_post(tx, view.post.uri)
    if piece is not None and after is not None and after.edited_at != view.post.edited_at:
        telling.corrected(tx, piece, by.uri, now=now)
