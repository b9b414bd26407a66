"""Pages that also exist as ActivityPub documents: whoever asks for the document is led to its id (ActivityPub §3.2)."""

from storage.ids import PostId
from web.visit import Visit

_ACTIVITY = ("application/activity+json", "application/ld+json")
_PAGE = ("text/html", "application/xhtml+xml", "*/*")


def actor(visit: Visit) -> str:
    """Id of the actor whose page this is; empty when a page is wanted, or the account lives elsewhere."""
    name = visit.request.path_params["acct"]
    return visit.node.urls.actor(name) if "@" not in name and wants_activity(visit) else ""


def post(visit: Visit) -> str:
    """Id of the post whose page this is; empty when a page is wanted, or the author lives elsewhere."""
    name = visit.request.path_params["acct"]
    is_wanted = "@" not in name and wants_activity(visit)
    return visit.node.urls.post_uri(name, PostId(visit.request.path_params["id"])) if is_wanted else ""


def wants_activity(visit: Visit) -> bool:
    """Whether the request names a kind of ActivityPub document before it names a page."""
    accepted = visit.request.headers.get("accept", "").lower().split(",")
    kinds = [part.partition(";")[0].strip() for part in accepted]
    return next((kind for kind in kinds if kind in (*_ACTIVITY, *_PAGE)), "") in _ACTIVITY
