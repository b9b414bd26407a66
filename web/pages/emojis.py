"""Administration of the site's own emoji."""

from starlette.responses import Response

from social import emojis
from social.errors import Invalid
from web.forms import Form
from web.pictures import stored
from web.visit import Visit


async def listed(visit: Visit) -> Response:
    """GET /admin/emojis."""
    return await _page(visit)


async def add(visit: Visit, form: Form) -> Response:
    """POST /admin/emojis: a new one, or another picture for one."""
    node = visit.node
    try:
        file = form.file("picture")
        if file is None:
            raise Invalid("picture", "blank")
        upload = await stored(node, file, "emoji")
        name = form.line("name").strip(":")
        await visit.write(emojis.add, name, upload, category=form.line("category"), ids=node.ids, now=visit.now)
    except Invalid as wrong:
        shown = Invalid("picture", wrong.code, **wrong.values) if wrong.field == "file" else wrong
        return await _page(visit, form, shown)
    return visit.back("/admin/emojis", done="saved")


async def retire(visit: Visit, form: Form) -> Response:
    """POST /admin/emojis/retire: offered no longer; where it was written it stays."""
    await visit.write(emojis.retire, form.line("name"), now=visit.now)
    return visit.back("/admin/emojis", done="retired")


async def _page(visit: Visit, form: Form | None = None, wrong: Invalid | None = None) -> Response:
    return visit.form_page(
        "admin/emojis.html",
        wrong,
        part="emojis",
        emojis=await visit.read(emojis.own),
        values={name: form.written(name) if form else "" for name in ("name", "category")},
    )
