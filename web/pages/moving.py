"""Moving to another account, and the accounts that one had before."""

from starlette.responses import Response

from social.errors import Conflict, Invalid
from social.people import accounts, moves
from storage.ids import AccountId
from web.forms import Form
from web.sure import require_password
from web.visit import Visit


async def show(visit: Visit) -> Response:
    """GET /settings/moving."""
    return await _page(visit)


async def add_alias(visit: Visit, form: Form) -> Response:
    """POST /settings/moving/aliases: an account from which one wants to move here."""
    try:
        id = await _account(visit, form, "alias")
        row = await visit.read(accounts.account, id)
        me, _, _ = await visit.read(moves.alias_rows)
        await visit.write(moves.call_also, [*moves.aliases(me), row.uri], now=visit.now)
    except Invalid as wrong:
        return await _page(visit, form, wrong)
    return visit.back("/settings/moving", done="saved")


async def drop_alias(visit: Visit, form: Form) -> Response:
    """POST /settings/moving/aliases/drop."""
    me, _, _ = await visit.read(moves.alias_rows)
    gone = form.line("uri", limit=2_048)
    await visit.write(moves.call_also, [uri for uri in moves.aliases(me) if uri != gone], now=visit.now)
    return visit.back("/settings/moving", done="saved")


async def move(visit: Visit, form: Form) -> Response:
    """POST /settings/moving: the password is asked for, since followers do not come back by themselves."""
    try:
        await require_password(visit, form, "password")
        id = await _account(visit, form, "target")
        await visit.node.remote.account_anew(id)
        await visit.write(moves.move, id, now=visit.now)
    except Conflict as resting:
        return await _page(visit, form, Invalid("target", resting.code))
    except Invalid as wrong:
        return await _page(visit, form, wrong)
    return visit.back("/settings/moving", done="moved")


async def stay(visit: Visit, form: Form) -> Response:
    """POST /settings/moving/stay: the account is used again."""
    await visit.write(moves.stay, now=visit.now)
    return visit.back("/settings/moving", done="saved")


async def _account(visit: Visit, form: Form, field: str) -> AccountId:
    """The account of a handle or an address. Raises Invalid."""
    written = form.line(field, limit=500).strip()
    remote = visit.node.remote
    found = await (remote.account_by_url(written) if "://" in written else remote.account_by_handle(written))
    if found is None:
        raise Invalid(field, "nobody")
    return found


async def _page(visit: Visit, form: Form | None = None, wrong: Invalid | None = None) -> Response:
    _, known, target = await visit.read(moves.alias_rows)
    return visit.form_page(
        "settings/moving.html",
        wrong,
        part="account",
        aliases=known,
        moved=target,
        values={name: form.written(name) if form else "" for name in ("alias", "target")},
    )
