"""An article that is out: corrected by who wrote it, and what it said before."""

from collections.abc import Sequence
from http import HTTPStatus

import msgspec
from starlette.responses import RedirectResponse, Response

from social.articles import correcting
from social.articles import reading as articles
from social.articles.words import ArticleDraft, authors, corrections, settled
from social.desk.pieces import Words
from social.errors import Conflict, Invalid, NotFound
from social.posts.edit import Description
from social.posts.publish import Draft
from social.reading import PostView
from storage.articles import VersionRow
from storage.ids import MediaId, Millis, PostId
from storage.media import MediaRow
from web import desk, differences
from web.differences import Piece
from web.forms import Form
from web.render import post_page
from web.visit import Visit


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """A version of an article, and what it changed of the one before."""

    at: Millis
    version: int
    title: Sequence[Piece]
    teaser: Sequence[Piece]
    words: Sequence[Piece]
    source: str


async def editor(visit: Visit) -> Response:
    """GET /articles/of/{id}."""
    view = await visit.read(correcting.source, _id(visit))
    if view.article is None:
        return RedirectResponse(f"/posts/{view.post.id}/edit", HTTPStatus.SEE_OTHER)
    return visit.page("articles/write.html", sheet=_sheet(visit, view), view=view)


async def save(visit: Visit, form: Form) -> Response:
    """POST /articles/of/{id}: the corrected article; or the form again, if somebody was faster with both in sight."""
    view = await visit.read(correcting.source, _id(visit))
    if view.article is None:
        raise NotFound("post")
    rows: Sequence[MediaRow] = view.media
    try:
        if view.author.id == visit.viewer.account:
            rows = [_described(form, row) for row in await desk.pictures(visit, form)]
        words = desk.words_of(form, [row.id for row in rows])
        note, does = form.text("note", limit=2_000), form.written("do")
        if does in ("preview", "add") or form.has("earlier"):
            again = _sheet(visit, view, words, note, rows=rows, is_shown=does == "preview")
            return visit.page("articles/write.html", sheet=again, view=view)
        await visit.write(
            correcting.correct,
            view.post.id,
            _draft(view, words, note, form),
            material=form.flag("material"),
            descriptions=tuple(Description(media=row.id, description=row.description) for row in rows),
            context=visit.context,
            now=visit.now,
        )
    except (Invalid, Conflict) as wrong:
        return await _again(visit, form, rows, wrong)
    return visit.back(post_page(view), done="edited")


async def versions(visit: Visit) -> Response:
    """GET /articles/of/{id}/versions: all versions, the newest first, with what changed."""
    view, found = await visit.read(articles.versions, _id(visit))
    pairs = zip([None, *found], found, strict=False)
    steps = [_step(before, after) for before, after in pairs][::-1]
    row = view.article
    said = {} if row is None else {one.at: one for one in corrections(row)}
    return visit.page("articles/versions.html", view=view, steps=steps, notes=said)


async def _again(visit: Visit, form: Form, rows: Sequence[MediaRow], wrong: Invalid | Conflict) -> Response:
    """The form as it came, with what is wrong; what somebody else saved meanwhile beside it."""
    is_invalid = isinstance(wrong, Invalid)
    errors = visit.errors(wrong if isinstance(wrong, Invalid) else None)
    notice = "" if is_invalid else visit.sentence(wrong)
    now = await visit.read(correcting.source, _id(visit))
    again = _sheet(visit, now, desk.filled(form, [row.id for row in rows]), form.written("note"), rows=rows)
    again = msgspec.structs.replace(again, errors=errors, notice=notice)
    status = HTTPStatus.UNPROCESSABLE_ENTITY if is_invalid else HTTPStatus.CONFLICT
    theirs = differences.pieces(form.written("source"), now.article.source) if now.article and notice else ()
    return visit.page("articles/write.html", status, sheet=again, view=now, theirs=theirs)


def _described(form: Form, row: MediaRow) -> MediaRow:
    """A picture with the words that the form has for it."""
    name = f"words-{row.id}"
    return msgspec.structs.replace(row, description=form.line(name, limit=10_000)) if form.has(name) else row


def _step(before: VersionRow | None, after: VersionRow) -> Step:
    was = before or after
    return Step(
        at=after.at,
        version=after.version,
        title=differences.pieces(was.title, after.title),
        teaser=differences.pieces(was.teaser, after.teaser),
        words=differences.pieces(was.source, after.source),
        source=after.source if before is None else "",
    )


def _sheet(
    visit: Visit,
    view: PostView,
    words: Words | None = None,
    note: str = "",
    *,
    rows: Sequence[MediaRow] | None = None,
    is_shown: bool = False,
) -> desk.Sheet:
    row = view.article
    if row is None:
        raise NotFound("post")
    held = view.media if rows is None else rows
    now = words or Words(
        title=view.post.title,
        teaser=row.teaser,
        source=row.source,
        language=view.post.language or "",
        series=row.series,
        part=row.part,
    )
    return desk.sheet(
        visit,
        f"/articles/of/{view.post.id}",
        now,
        held,
        row.version,
        note=note,
        places=(),
        shown=desk.looked_at(visit, now, held) if is_shown else None,
    )


def _draft(view: PostView, words: Words, note: str, form: Form) -> Draft:
    row = view.article
    if row is None:
        raise NotFound("post")
    article = settled(
        ArticleDraft(
            title=words.title,
            teaser=words.teaser,
            source=words.source,
            authors=authors(row),
            series=words.series,
            part=words.part,
            note=note,
            base=form.number("base") or 0,
            piece_uri=row.piece_uri,
        )
    )
    media = tuple(MediaId(id) for id in words.media)
    return Draft(text=article.teaser, language=words.language or None, media=media, article=article)


def _id(visit: Visit) -> PostId:
    return PostId(visit.request.path_params["id"])
