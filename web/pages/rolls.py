"""The roll call of the site: « I am safe » by one tap; whoever leads it sees names, other sites see numbers."""

from starlette.responses import Response

from social.errors import Invalid
from social.rolls import calls
from storage.ids import AccountId
from web.forms import Form
from web.visit import Visit


async def show(visit: Visit) -> Response:
    """GET /roll-call."""
    return await _page(visit, None)


async def begin(visit: Visit, form: Form) -> Response:
    """POST /roll-call: call it."""
    try:
        await visit.write(calls.begin, form.text("title", limit=1_000), ids=visit.node.ids, now=visit.now)
    except Invalid as wrong:
        return await _page(visit, wrong)
    return visit.back("/roll-call")


async def answer(visit: Visit, form: Form) -> Response:
    """POST /roll-call/answer: of oneself, or by whoever leads of somebody else."""
    of = form.number("account")
    account = AccountId(of) if of is not None else None
    await visit.write(calls.answer, form.line("state", limit=20), account=account, now=visit.now)
    return visit.back("/roll-call", done="" if account is None else "saved")


async def end(visit: Visit, form: Form) -> Response:
    """POST /roll-call/end."""
    await visit.write(calls.end, now=visit.now)
    return visit.back("/roll-call", done="saved")


async def _page(visit: Visit, wrong: Invalid | None) -> Response:
    standing = await visit.read(calls.standing, now=visit.now)
    return visit.form_page("to_read/roll.html", wrong, standing=standing)
