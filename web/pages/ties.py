"""What one settles with somebody for oneself alone: a note about them, and no word of their whole site."""

from starlette.responses import Response

from social.errors import Invalid, NotFound
from social.people import accounts, domain_blocks, endorsements, relations
from social.people.relations import Relationship
from social.policy import Viewer
from storage.accounts import AccountRow
from storage.domain_blocks import TiesRow
from storage.engine.database import Tx
from storage.ids import AccountId
from web.forms import Form
from web.render import page_of
from web.visit import Visit


async def note(visit: Visit) -> Response:
    """GET /people/{id}/note: what only the reader sees about somebody."""
    return await _note(visit)


async def save_note(visit: Visit, form: Form) -> Response:
    """POST /people/{id}/note: an empty one is none."""
    try:
        text = form.text("comment")
        await visit.write(endorsements.note, _id(visit), text, now=visit.now)
    except Invalid as wrong:
        return await _note(visit, form.written("comment"), wrong)
    return visit.back(page_of(await visit.read(accounts.account, _id(visit))), done="saved")


async def site(visit: Visit) -> Response:
    """GET /people/{id}/site: what blocking their whole site does, before it is done."""

    def found(tx: Tx, viewer: Viewer) -> tuple[AccountRow, TiesRow, bool]:
        account = _elsewhere(tx, viewer, _id(visit))
        tie = relations.relationship(tx, viewer, account.id, now=visit.now)
        return account, domain_blocks.preview(tx, viewer, account.domain, urls=visit.node.urls), tie.domain_blocking

    account, ties, is_blocked = await visit.read(found)
    return visit.page("people/site.html", account=account, ties=ties, is_blocked=is_blocked)


async def block_site(visit: Visit, form: Form) -> Response:
    """POST /people/{id}/site: nothing of that site is shown or told any more."""
    node, account = visit.node, await visit.read(_elsewhere, _id(visit))
    await visit.write(domain_blocks.block, account.domain, ids=node.ids, urls=node.urls, now=visit.now)
    return visit.back(page_of(account), done="blocked")


async def unblock_site(visit: Visit, form: Form) -> Response:
    """POST /people/{id}/site/unblock."""
    account = await visit.read(_elsewhere, _id(visit))
    await visit.write(domain_blocks.unblock, account.domain, urls=visit.node.urls)
    return visit.back(page_of(account), done="unblocked")


async def _note(visit: Visit, written: str | None = None, wrong: Invalid | None = None) -> Response:
    def found(tx: Tx, viewer: Viewer) -> tuple[AccountRow, Relationship]:
        account = accounts.account(tx, viewer, _id(visit))
        return account, relations.relationship(tx, viewer, account.id, now=visit.now)

    account, tie = await visit.read(found)
    return visit.form_page(
        "people/note.html",
        wrong,
        account=account,
        written=tie.note if written is None else written,
    )


def _elsewhere(tx: Tx, viewer: Viewer, id: AccountId) -> AccountRow:
    account = accounts.account(tx, viewer, id)
    if account.is_local:
        raise NotFound("account")
    return account


def _id(visit: Visit) -> AccountId:
    return AccountId(visit.request.path_params["id"])
