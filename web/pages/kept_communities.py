"""The communities that this site keeps, for who administers it: who hosts them, and which are silent."""

from starlette.responses import Response

from social.communities import keeping
from web import communities
from web.i18n import N_
from web.pages.home import older
from web.visit import Visit

_STATES = {
    "unhosted": N_("Without a host"),
    "silent": N_("Silent, asked whether it lives"),
    "active": N_("Open"),
    "archived": N_("Archived"),
}


async def listed(visit: Visit) -> Response:
    """GET /admin/communities?q=&state=: all that are kept here, hidden ones too."""
    query, page = visit.request.query_params, visit.paging(40)
    q, state = query.get("q", "").replace("\0", "")[:100].strip(), query.get("state", "")
    state = state if state in keeping.STATES else ""
    found = await visit.read(keeping.kept, q, state, page)
    return visit.page(
        "admin/communities.html",
        part="communities",
        kept=[(one, communities.summary(visit, one.community, one.account.followers_count)) for one in found],
        values={"q": q, "state": state},
        states=[("", visit.say("All")), *((key, visit.say(words)) for key, words in _STATES.items())],
        narrowed=bool(q or state),
        older=older(visit, [one.account.id for one in found], page.limit),
    )
