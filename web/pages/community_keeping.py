"""Where and how a community goes on: its hosts say that it lives."""

from starlette.responses import Response

from social.communities import quiet
from web.communities import address
from web.forms import Form
from web.pages.communities import community_id
from web.visit import Visit


async def keep(visit: Visit, form: Form) -> Response:
    """POST /communities/{id}/keep: it was silent, and a host says that it lives."""
    await visit.write(quiet.answer, community_id(visit), now=visit.now)
    return visit.back(form.text("back") or address(community_id(visit)), done="kept_open")
