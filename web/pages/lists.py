"""Lists: the people whom one reads together, in a feed of their own."""

from collections.abc import Mapping, Sequence

import msgspec
from starlette.responses import Response

from social import reading
from social.errors import Invalid
from social.feeds import lists
from social.feeds.lists import ListChange
from social.paging import Page
from social.people import accounts
from social.policy import Viewer
from social.reading import PostView
from storage.accounts import AccountRow
from storage.engine.database import Tx
from storage.ids import AccountId, Millis
from storage.lists import ListId, ListRow, Replies
from web.forms import Form
from web.pages.home import answered, older
from web.visit import Visit

_MOST_SHOWN = 1_000


class Shown(msgspec.Struct, frozen=True, kw_only=True):
    """A list with a page of its posts."""

    list: ListRow
    views: Sequence[PostView]
    parents: Mapping[AccountId, AccountRow]


async def index(visit: Visit) -> Response:
    """GET /lists."""
    return await _index(visit)


async def create(visit: Visit, form: Form) -> Response:
    """POST /lists."""
    try:
        made = await visit.write(lists.create, ListChange(title=form.line("title")), ids=visit.node.ids, now=visit.now)
    except Invalid as wrong:
        return await _index(visit, form.written("title"), wrong)
    return visit.back(f"/lists/{made.id}/edit", done="saved")


async def show(visit: Visit) -> Response:
    """GET /lists/{id}: what its members write."""
    shown = await visit.read(_shown, _id(visit), visit.paging(), visit.now)
    ids = [view.post.id for view in shown.views]
    return visit.page(
        "lists/list.html", list=shown.list, views=shown.views, parents=shown.parents, older=older(visit, ids)
    )


async def editor(visit: Visit) -> Response:
    """GET /lists/{id}/edit: its name, its rules and its members."""
    return await _editor(visit)


async def save(visit: Visit, form: Form) -> Response:
    """POST /lists/{id}/edit."""
    try:
        change = ListChange(
            title=form.line("title"),
            replies=Replies(form.chosen("replies", tuple(Replies), Replies.MEMBERS)),
            exclusive=form.flag("exclusive"),
        )
        await visit.write(lists.edit, _id(visit), change)
    except Invalid as wrong:
        return await _editor(visit, wrong)
    return visit.back(f"/lists/{_id(visit)}", done="saved")


async def delete(visit: Visit, form: Form) -> Response:
    """POST /lists/{id}/delete."""
    await visit.write(lists.delete, _id(visit))
    return visit.back("/lists", done="list_removed")


async def dismiss(visit: Visit, form: Form) -> Response:
    """POST /lists/{id}/members/{account}/remove."""
    member = AccountId(visit.request.path_params["account"])
    await visit.write(lists.remove, _id(visit), [member])
    return visit.back(f"/lists/{_id(visit)}/edit", done="saved")


async def of_person(visit: Visit) -> Response:
    """GET /people/{id}/lists: on which of the reader's lists somebody is."""

    def found(tx: Tx, viewer: Viewer) -> tuple[AccountRow, list[ListRow], set[ListId]]:
        account = accounts.account(tx, viewer, _person(visit))
        holding = {row.id for row in lists.with_member(tx, viewer, account.id)}
        return account, lists.lists(tx, viewer), holding

    account, own, holding = await visit.read(found)
    return visit.page("lists/person.html", account=account, lists=own, holding=holding)


async def place(visit: Visit, form: Form) -> Response:
    """POST /people/{id}/lists: put somebody on the lists that are ticked, and take them off the others."""
    wanted = {ListId(number) for number in form.numbers("list")}

    def put(tx: Tx, viewer: Viewer) -> None:
        account = accounts.account(tx, viewer, _person(visit))
        holding = {row.id for row in lists.with_member(tx, viewer, account.id)}
        for id in wanted - holding:
            lists.add(tx, viewer, id, [account.id], ids=visit.node.ids)
        for id in holding - wanted:
            lists.remove(tx, viewer, id, [account.id])

    await visit.write(put)
    return visit.back(form.text("back"), done="saved")


def _id(visit: Visit) -> ListId:
    return ListId(visit.request.path_params["id"])


def _person(visit: Visit) -> AccountId:
    return AccountId(visit.request.path_params["id"])


def _shown(tx: Tx, viewer: Viewer, id: ListId, page: Page, now: Millis) -> Shown:
    row = lists.owned(tx, viewer, id)
    views = reading.posts(tx, viewer, lists.timeline_ids(tx, viewer, id, page, now=now))
    return Shown(list=row, views=views, parents=answered(tx, viewer, views))


async def _index(visit: Visit, title: str = "", wrong: Invalid | None = None) -> Response:
    own = await visit.read(lists.lists)
    return visit.form_page("lists/index.html", wrong, lists=own, written=title)


async def _editor(visit: Visit, wrong: Invalid | None = None) -> Response:
    def found(tx: Tx, viewer: Viewer) -> tuple[ListRow, list[AccountRow]]:
        pairs = lists.members(tx, viewer, _id(visit), Page(limit=_MOST_SHOWN))
        return lists.owned(tx, viewer, _id(visit)), [row for _, row in pairs]

    row, members = await visit.read(found)
    return visit.form_page(
        "lists/edit.html",
        wrong,
        list=row,
        members=members,
    )
