"""Pages of a community: short notes with their history, written by its members, each version by one of them."""

from collections.abc import Mapping, Sequence

import msgspec
from starlette.responses import Response

from social.communities import front, pages
from social.communities.reading import CommunityView
from social.errors import Conflict, Forbidden, Invalid
from social.people import accounts
from social.policy import Viewer
from storage.accounts import AccountRow
from storage.communities import CommunityState
from storage.community_page_edits import EditId, EditRow
from storage.community_pages import PageRow, PageVersionRow
from storage.engine.database import Tx
from storage.ids import AccountId, Millis
from storage.memberships import MemberRole
from web import communities
from web.communities import address
from web.differences import Piece, pieces
from web.forms import Form
from web.pages.communities import community_id
from web.visit import Visit

_LONGEST = 100_000


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """A version, and what it changed of the one before: of the title nothing where that stayed."""

    version: int
    at: Millis
    author: AccountRow | None
    title: Sequence[Piece]
    pieces: Sequence[Piece]


async def index(visit: Visit) -> Response:
    """GET /communities/{id}/pages."""

    def found(tx: Tx, viewer: Viewer) -> tuple[CommunityView, Sequence[PageRow], Sequence[EditRow]]:
        view = front.view(tx, viewer, community_id(visit))
        own = [] if view.account.is_local else pages.edits(tx, viewer, view.account.id)
        return view, pages.pages(tx, viewer, view.account.id), own

    view, rows, own = await visit.read(found)
    return communities.page(
        visit, "communities/pages.html", view, "/pages", pages=rows, edits=own, may_write=_may_write(view)
    )


async def show(visit: Visit) -> Response:
    """GET /communities/{id}/pages/{slug}."""

    def found(tx: Tx, viewer: Viewer) -> tuple[CommunityView, PageRow, AccountRow | None]:
        view = front.view(tx, viewer, community_id(visit))
        row = pages.page(tx, viewer, view.account.id, _slug(visit))
        return view, row, next(iter(accounts.accounts(tx, viewer, [row.author_id])), None)

    view, row, author = await visit.read(found)
    return communities.page(
        visit, "communities/page.html", view, "/pages", leaf=row, author=author, may_write=_may_write(view)
    )


async def history(visit: Visit) -> Response:
    """GET /communities/{id}/pages/{slug}/history: what each version changed, the newest first."""

    def found(tx: Tx, viewer: Viewer) -> tuple[CommunityView, list[PageVersionRow], dict[AccountId, AccountRow]]:
        view = front.view(tx, viewer, community_id(visit))
        rows = pages.history(tx, viewer, view.account.id, _slug(visit))
        known = accounts.accounts(tx, viewer, list({one.author_id for one in rows}))
        return view, rows, {one.id: one for one in known}

    view, rows, authors = await visit.read(found)
    return communities.page(
        visit,
        "communities/leaf_history.html",
        view,
        "/pages",
        slug=_slug(visit),
        title=rows[0].title,
        steps=_steps(rows, authors),
    )


async def blank(visit: Visit) -> Response:
    """GET /communities/{id}/new-page."""
    return await _editor(visit, {"title": "", "source": "", "version": ""})


async def write(visit: Visit, form: Form) -> Response:
    """POST /communities/{id}/new-page."""
    try:
        title, source = form.line("title"), form.text("source", limit=_LONGEST)
        node = visit.node
        row = await visit.write(
            pages.write, community_id(visit), title, source, ids=node.ids, urls=node.urls, now=visit.now
        )
    except Conflict:
        return await _editor(visit, _written(form), Invalid("title", "page_there"))
    except Invalid as wrong:
        return await _editor(visit, _written(form), wrong)
    return _done(visit, row)


async def editor(visit: Visit) -> Response:
    """GET /communities/{id}/pages/{slug}/edit."""
    row = await visit.read(_page, visit)
    return await _editor(visit, {"title": row.title, "source": row.source, "version": str(row.version)})


async def save(visit: Visit, form: Form) -> Response:
    """POST /communities/{id}/pages/{slug}/edit: over the version that was read; who was slower sees both."""
    try:
        title, source = form.line("title"), form.text("source", limit=_LONGEST)
        row = await visit.write(
            pages.change,
            community_id(visit),
            _slug(visit),
            title,
            source,
            version=form.number("version") or 0,
            ids=visit.node.ids,
            urls=visit.node.urls,
            now=visit.now,
        )
    except Conflict as conflict:
        if conflict.code == "page_waits":
            return await _editor(visit, _written(form), Invalid("source", "page_waits"))
        theirs = await visit.read(_page, visit)
        again = _written(form) | {"version": str(theirs.version)}
        return await _editor(visit, again, Invalid("title", "page_changed"), theirs.html)
    except Invalid as wrong:
        return await _editor(visit, _written(form), wrong)
    return _done(visit, row)


async def remove(visit: Visit, form: Form) -> Response:
    """POST /communities/{id}/pages/{slug}/remove: with all its versions, by those who look after the community."""
    is_gone = await visit.write(pages.drop, community_id(visit), _slug(visit), now=visit.now)
    return visit.back(f"{address(community_id(visit))}/pages", done="saved" if is_gone else "page_sent")


async def again(visit: Visit) -> Response:
    """GET /communities/{id}/page-edits/{edit}: the reader's words that were not taken, beside the page as it is."""

    def found(tx: Tx, viewer: Viewer) -> tuple[EditRow, PageRow | None]:
        edit = pages.edit(tx, viewer, community_id(visit), _edit(visit))
        rows = pages.pages(tx, viewer, community_id(visit))
        return edit, next((row for row in rows if row.uri == edit.page_uri), None)

    edit, page = await visit.read(found)
    values = {"title": edit.title, "source": edit.source, "version": str(page.version) if page is not None else ""}
    return await _editor(visit, values, theirs=page.html if page is not None else None, slug=page.slug if page else "")


async def forget(visit: Visit, form: Form) -> Response:
    """POST /communities/{id}/page-edits/{edit}: words that were not taken are wanted no more."""
    await visit.write(pages.drop_edit, community_id(visit), _edit(visit))
    return visit.back(f"{address(community_id(visit))}/pages", done="saved")


def _edit(visit: Visit) -> EditId:
    return EditId(visit.request.path_params["edit"])


def _done(visit: Visit, row: PageRow | None) -> Response:
    """To the page as it is now; of one that is kept elsewhere to the list, where what was written waits."""
    base = f"{address(community_id(visit))}/pages"
    return visit.back(f"{base}/{row.slug}", done="saved") if row is not None else visit.back(base, done="page_sent")


def _slug(visit: Visit) -> str:
    return str(visit.request.path_params["slug"])


def _page(tx: Tx, viewer: Viewer, visit: Visit) -> PageRow:
    return pages.page(tx, viewer, community_id(visit), _slug(visit))


def _may_write(view: CommunityView) -> bool:
    """Members write; guests read."""
    is_open = view.community.state is CommunityState.ACTIVE
    return is_open and view.mine is not None and view.mine.is_in and view.mine.role is not MemberRole.GUEST


def _written(form: Form) -> dict[str, str]:
    return {name: form.written(name) for name in ("title", "source", "version")}


def _steps(rows: Sequence[PageVersionRow], authors: Mapping[AccountId, AccountRow]) -> list[Step]:
    """The versions, newest first, each against the one before it."""
    return [
        Step(
            version=row.version,
            at=row.at,
            author=authors.get(row.author_id),
            title=_changed(before.title if before else row.title, row.title),
            pieces=_changed(before.source if before else "", row.source),
        )
        for row, before in zip(rows, [*rows[1:], None], strict=True)
    ]


def _changed(before: str, after: str) -> Sequence[Piece]:
    return pieces(before, after) if before != after else ()


async def _editor(
    visit: Visit,
    values: Mapping[str, str],
    wrong: Invalid | None = None,
    theirs: str | None = None,
    slug: str | None = None,
) -> Response:
    view = await visit.read(front.view, community_id(visit))
    if not view.is_member:
        raise Forbidden("not_a_member")
    base, slug = address(view.account.id), slug or visit.request.path_params.get("slug")
    action = f"{base}/pages/{slug}/edit" if slug else f"{base}/new-page"
    return communities.page(
        visit, "communities/leaf.html", view, "/pages", wrong, action=action, values=values, theirs=theirs
    )
