"""Custom emoji that people here may write: all for pickers, or those that begin with what is being typed."""

import msgspec

from server.api import present
from server.api.call import Call
from server.api.entities.emojis import CustomEmoji
from server.api.routing import Auth, Endpoint, route
from social import emojis


class EmojiParams(msgspec.Struct, frozen=True, kw_only=True):
    """`q`: the beginning of a name, for completion; `limit` counts only then."""

    q: str = ""
    limit: int = 20


async def listed(call: Call, params: EmojiParams) -> list[CustomEmoji]:
    """GET /api/v1/custom_emojis."""
    await call.admit()
    found = await call.read(emojis.offered)
    wanted = params.q.strip(":").lower()
    if wanted:
        # Names that begin with it come before those that hold it.
        held = [row for row in found if wanted in row.name.lower()]
        held.sort(key=lambda row: (not row.name.lower().startswith(wanted), row.name))
        found = held[: max(1, min(params.limit, 80))]
    return [present.offered_emoji(row, call.node.urls) for row in found]


ROUTES: tuple[Endpoint, ...] = (route("GET", "/api/v1/custom_emojis", listed, Auth.NONE, params=EmojiParams),)
