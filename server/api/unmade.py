"""Lists of what nobody can make on this node yet: apps ask for them at their start, and true answers are empty."""

from server.api.call import Call
from server.api.params import Empty
from server.api.routing import Auth, Endpoint, route


async def nothing(call: Call, _: Empty) -> list[object]:
    """An empty list."""
    await call.admit()
    return []


ROUTES: tuple[Endpoint, ...] = (route("GET", "/api/v1/trends/links", nothing, Auth.READER),)
