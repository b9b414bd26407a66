"""Administration of the look of the site: name, words, colour and picture, with a preview."""

from functools import partial

import msgspec
from markupsafe import Markup
from starlette.responses import Response

from social.errors import Invalid
from social.governance import look
from social.look import Look
from social.posts import images
from social.posts.images import ImageLimits
from web.assets import assets
from web.forms import Form
from web.pennants import own_colour, picture
from web.visit import Visit

_WORDS = ("title", "description", "welcome", "colour")


async def show(visit: Visit) -> Response:
    """GET /admin/look."""
    return await _page(visit, visit.node.look)


async def preview(visit: Visit, form: Form) -> Response:
    """POST /admin/look/preview: the words and the colour as they would stand there; nothing is kept."""
    try:
        wanted = look.checked(_written(visit, form))
    except Invalid as wrong:
        return await _page(visit, _written(visit, form), wrong)
    return await _page(visit, wanted, is_draft=True)


async def save(visit: Visit, form: Form) -> Response:
    """POST /admin/look: in effect at once, on every page."""
    wanted = _written(visit, form)
    try:
        logo = "" if form.flag("no_logo") else await _logo(visit, form) or visit.node.look.logo
        wanted = await visit.write(look.change, msgspec.structs.replace(wanted, logo=logo), now=visit.now)
    except Invalid as wrong:
        shown = Invalid("logo", wrong.code, **wrong.values) if wrong.field == "file" else wrong
        return await _page(visit, wanted, shown)
    visit.node.dress(wanted)
    return visit.back("/admin/look", done="saved")


def _written(visit: Visit, form: Form) -> Look:
    """What the form holds, with the picture that is there."""
    words = {name: form.text(name, limit=2_000) for name in _WORDS}
    if words["colour"] == _drawn(visit):
        words["colour"] = ""
    return Look(**words, logo=visit.node.look.logo)


async def _logo(visit: Visit, form: Form) -> str:
    """The uploaded picture, made ready; empty without one. Raises Invalid of the field `file`."""
    file, settings = form.file("logo"), visit.node.settings.media
    if file is None:
        return ""
    limits = ImageLimits(max_bytes=settings.max_bytes, max_pixels=settings.max_pixels)
    made = await visit.node.crunched(partial(images.logo, await file.read(), limits))
    return look.encoded(made)


async def _page(visit: Visit, wanted: Look, wrong: Invalid | None = None, *, is_draft: bool = False) -> Response:
    await visit.read_frame()
    plain = visit.node.configured
    own = plain.entity_of("")
    drawn = _drawn(visit)
    colour = drawn if wrong and "colour" in {one.field for one in wrong.all()} else wanted.colour or drawn
    flag = visit.face.assets.own._replace(colour=own_colour(colour))
    return visit.form_page(
        "admin/look.html",
        wrong,
        part="look",
        values=wanted,
        given=own.name if own else plain.node.title,
        described=plain.node.description,
        colour=colour,
        drawn=drawn,
        # Made by us of paths and colours.
        flag=Markup(picture(flag).replace("<svg ", '<svg class="flag" aria-hidden="true" ', 1)),  # noqa: S704
        is_draft=is_draft,
    )


def _drawn(visit: Visit) -> str:
    """The colour of the site without any choice: of the configuration, or drawn from its id."""
    group, own = visit.node.configured.group, visit.node.configured.entity_of("")
    return assets(group, own.id if own else "").own.colour.day
