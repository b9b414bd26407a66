"""Kudos: thanking people in the name of a value, and letting it stand on one's page."""

import re
import secrets

from starlette.responses import Response

from social.errors import Invalid, NotFound
from social.people import accounts
from social.policy import Viewer
from social.posts import repeats
from social.posts.thanks import MOST
from social.reading import PostView
from social.recognition import kudos
from social.recognition.kudos import Thanks
from storage.engine.database import Tx
from storage.ids import AccountId, PostId
from web.forms import Form
from web.i18n import N_
from web.pages.home import older
from web.visit import Visit

_HANDLE = re.compile(r"@?([A-Za-z0-9_.-]+(?:@[^\s@,;]+)?)")
_MOST = 20
LINE = N_("Kudos: %(value)s")
"""The last line of the post, for who knows no kudos."""


async def form_page(visit: Visit) -> Response:
    """GET /kudos/new?to=: the form."""
    await visit.read_frame()
    to = visit.request.query_params.get("to", "").replace("\0", "")[:200]
    return _page(visit, {"to": f"@{to}" if to else "", "text": "", "value": ""})


async def give(visit: Visit, form: Form) -> Response:
    """POST /kudos/new: publish it, or show what is wrong."""
    value = form.line("value")
    try:
        thanks = Thanks(
            to=await _people(visit, form.line("to")),
            value=value,
            text=form.text("text"),
            line=visit.say(LINE, value=visit.say(value)) if value else "",
            idempotency=repeats.of_page(form.line("key", limit=100)),
        )
        post = await visit.write(kudos.give, thanks, context=visit.context, now=visit.now)
    except Invalid as wrong:
        await visit.read_frame()
        return _page(visit, {name: form.written(name) for name in ("to", "text", "value")}, wrong)
    return visit.back(f"/@{visit.viewer.username}/{post}", done="kudos")


async def answer(visit: Visit, form: Form) -> Response:
    """POST /kudos/{id}/{act}: let it stand on one's page, or not."""
    shown = visit.act({"show": True, "hide": False})
    await visit.write(kudos.answer, PostId(visit.request.path_params["id"]), shown=shown, now=visit.now)
    return visit.back(form.line("back") or "/kudos", done="kudos_shown" if shown else "kudos_hidden")


async def mine(visit: Visit) -> Response:
    """GET /kudos: those that thank the reader and wait for a word, and those on their page."""
    page = visit.paging(_MOST)

    def found(tx: Tx, viewer: Viewer) -> tuple[list[PostView], list[PostView]]:
        waiting = kudos.awaiting(tx, viewer, before=page.before, limit=page.limit)
        return waiting, kudos.of_person(tx, viewer, viewer.account, before=page.before, limit=page.limit)

    waiting, shown = await visit.read(found)
    ids = [view.post.id for view in shown]
    return visit.page("recognition/mine.html", waiting=waiting, shown=shown, older=older(visit, ids, page.limit))


async def _people(visit: Visit, written: str) -> tuple[AccountId, ...]:
    """Whom the names mean. Raises Invalid."""
    names = list(dict.fromkeys(_HANDLE.findall(written)))
    if len(names) > MOST:
        # Before any of them is asked for elsewhere.
        raise Invalid("to", "too_many", maximum=MOST)
    found = []
    for name in names:
        try:
            user, _, domain = name.partition("@")
            own = domain.casefold() == visit.node.urls.host.casefold()
            found.append((await visit.read(accounts.by_name, user, "" if own else domain)).id)
        except NotFound:
            id = await visit.node.remote.account_by_handle(name) if "@" in name else None
            if id is None:
                raise Invalid("to", "nobody", name=name) from None
            found.append(id)
    return tuple(found)


def _page(visit: Visit, values: dict[str, str], wrong: Invalid | None = None) -> Response:
    names = visit.node.settings.recognition.values
    return visit.form_page(
        "recognition/give.html",
        wrong,
        values=values,
        names=[(name, visit.say(name), "") for name in names],
        key=secrets.token_urlsafe(12),
    )
