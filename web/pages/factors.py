"""The second step of one's sign-in: put into the telephone, confirmed by its first code, turned off; codes on paper."""

import pyotp
from starlette.responses import Response

from social.errors import Invalid
from social.people import factors
from web.forms import Form
from web.qr import square
from web.sure import require_password
from web.visit import Visit


async def show(visit: Visit) -> Response:
    """GET /settings/code."""
    return await _page(visit)


async def begin(visit: Visit, form: Form) -> Response:
    """POST /settings/code/begin: the password is asked for, so that nobody else turns it on at an open screen."""
    try:
        await require_password(visit, form, "former")
    except Invalid as wrong:
        return await _page(visit, wrong)
    await visit.write(factors.begin, now=visit.now)
    return visit.back("/settings/code")


async def confirm(visit: Visit, form: Form) -> Response:
    """POST /settings/code/confirm: on from here; the codes for paper are shown this once."""
    try:
        made = await visit.write(factors.confirm, form.line("code", limit=40), now=visit.now)
    except Invalid as wrong:
        return await _page(visit, wrong)
    await visit.read_frame()
    return visit.page("settings/codes.html", part="account", codes=made)


async def renew(visit: Visit, form: Form) -> Response:
    """POST /settings/code/renew: other codes for paper."""
    try:
        await require_password(visit, form, "former")
    except Invalid as wrong:
        return await _page(visit, wrong)
    made = await visit.write(factors.new_codes)
    await visit.read_frame()
    return visit.page("settings/codes.html", part="account", codes=made)


async def remove(visit: Visit, form: Form) -> Response:
    """POST /settings/code/remove."""
    try:
        await require_password(visit, form, "former")
    except Invalid as wrong:
        return await _page(visit, wrong)
    await visit.write(factors.remove)
    return visit.back("/settings/account", done="factor_off")


async def _page(visit: Visit, wrong: Invalid | None = None) -> Response:
    view = await visit.read(factors.factor)
    address = ""
    if view.secret:
        clock, title = pyotp.TOTP(view.secret), visit.node.settings.node.title or visit.node.urls.host
        address = clock.provisioning_uri(name=visit.viewer.username, issuer_name=title)
    return visit.form_page(
        "settings/code.html",
        wrong,
        part="account",
        view=view,
        drawn=square(address) if address else None,
        address=address,
    )
