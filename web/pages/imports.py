"""Lists that one takes along, and those that one brings: settings, under « Your lists »."""

from pathlib import PurePosixPath

import msgspec
from starlette.responses import Response

from social import exports, imports
from social.errors import Conflict, Invalid
from social.imports import Kind
from storage.imports import ImportRow
from web.forms import Form
from web.i18n import N_
from web.visit import Visit

KINDS = {
    Kind.FOLLOWING: N_("People whom you follow"),
    Kind.LISTS: N_("Your lists"),
    Kind.BLOCKS: N_("People whom you blocked"),
    Kind.MUTES: N_("People whom you muted"),
    Kind.DOMAINS: N_("Sites that you blocked"),
    Kind.BOOKMARKS: N_("Posts that you kept"),
}
FILES = {
    Kind.FOLLOWING: "following_accounts",
    Kind.LISTS: "lists",
    Kind.BLOCKS: "blocked_accounts",
    Kind.MUTES: "muted_accounts",
    Kind.DOMAINS: "blocked_domains",
    Kind.BOOKMARKS: "bookmarks",
}
"""Names of the files, as Mastodon calls them."""
TAKEN_ONLY = "communities"
"""Of memberships one has a list; to be in again one asks again."""
MAX_BYTES = 4_194_304


class TroubleShown(msgspec.Struct, frozen=True, kw_only=True):
    """A line that failed, and why."""

    subject: str
    why: str


async def show(visit: Visit) -> Response:
    """GET /settings/lists."""
    return await _page(visit)


async def bring(visit: Visit, form: Form) -> Response:
    """POST /settings/lists: a file is taken in, and done line by line."""
    try:
        kind = Kind(form.chosen("kind", tuple(Kind), Kind.FOLLOWING))
        text = await _text(form)
        await visit.write(imports.begin, kind, text, ids=visit.node.ids, now=visit.now)
    except Conflict:
        return await _page(visit, form, Invalid("file", "imports"))
    except Invalid as wrong:
        return await _page(visit, form, wrong)
    return visit.back("/settings/lists", done="brought")


async def export(visit: Visit) -> Response:
    """GET /settings/lists/{kind}.csv, one address for each kind."""
    name = PurePosixPath(visit.request.url.path).stem
    body = await visit.read(exports.written, name, urls=visit.node.urls)
    file = name if name == TAKEN_ONLY else FILES[Kind(name)]
    headers = {"Content-Disposition": f'attachment; filename="{file}.csv"', "Cache-Control": "private, no-store"}
    return Response(body, headers=headers, media_type="text/csv; charset=utf-8")


async def _text(form: Form) -> str:
    file = form.file("file")
    if file is None:
        raise Invalid("file", "blank")
    if (file.size or 0) > MAX_BYTES:
        raise Invalid("file", "too_large", maximum=MAX_BYTES)
    try:
        return (await file.read()).decode("utf-8")
    except UnicodeDecodeError as strange:
        raise Invalid("file", "unreadable") from strange


async def _page(visit: Visit, form: Form | None = None, wrong: Invalid | None = None) -> Response:
    brought, troubles = await visit.read(imports.imports)
    return visit.form_page(
        "settings/lists.html",
        wrong,
        part="lists",
        kinds=[(kind.value, visit.say(words)) for kind, words in KINDS.items()],
        taken=[(TAKEN_ONLY, visit.say("Communities that you are in"))],
        brought=[(row, visit.say(KINDS[Kind(row.kind)]), _progress(visit, row)) for row in brought],
        troubles=[TroubleShown(subject=one.subject, why=_why(visit, one.code)) for one in troubles],
        chosen=form.written("kind") if form else "",
    )


def _progress(visit: Visit, row: ImportRow) -> str:
    if row.ended_at is None:
        return visit.say("%(done)s of %(total)s lines so far", done=row.done, total=row.total)
    if row.failed:
        return visit.say("%(total)s lines, %(failed)s of them in vain", total=row.total, failed=row.failed)
    return visit.count("%(num)s line, all done", "%(num)s lines, all done", row.total)


WHY = {
    "account": N_("Nobody was found there."),
    "post": N_("It was not found, or is not for you."),
    "yourself": N_("This is you."),
    "blocked": N_("This person blocked you."),
    "blocking": N_("You blocked this person or their site."),
    "invalid": N_("This is no address."),
}


def _why(visit: Visit, code: str) -> str:
    return visit.say(WHY.get(code, N_("It cannot be done.")))
