"""Bulletins of the site, which Mastodon's API calls announcements."""

from msgspec import UNSET

from server.api.call import Call
from server.api.entities.announcements import Announcement, Reaction
from server.api.entities.statuses import StatusTag
from server.api.params import Empty
from server.api.routing import Auth, Endpoint, route
from social.clock import iso
from social.governance import bulletins
from social.governance.bulletins import BulletinView
from social.urls import Urls
from storage.bulletins import BulletinId
from storage.ids import Millis


async def several(call: Call, _: Empty) -> list[Announcement]:
    """GET /api/v1/announcements: those put away too, marked as read."""
    found = await call.read(bulletins.shown, now=call.node.clock())
    return [announcement(view, call.node.urls) for view in found]


async def dismiss(call: Call, _: Empty) -> dict[str, str]:
    """POST /api/v1/announcements/:id/dismiss."""
    await call.write(bulletins.put_away, BulletinId(call.id()), now=call.node.clock())
    return {}


async def react(call: Call, _: Empty) -> dict[str, str]:
    """PUT /api/v1/announcements/:id/reactions/:name."""
    await call.write(bulletins.react, BulletinId(call.id()), call.names["name"], now=call.node.clock())
    return {}


async def unreact(call: Call, _: Empty) -> dict[str, str]:
    """DELETE /api/v1/announcements/:id/reactions/:name."""
    await call.write(bulletins.unreact, BulletinId(call.id()), call.names["name"], now=call.node.clock())
    return {}


def announcement(view: BulletinView, urls: Urls, *, is_personal: bool = True) -> Announcement:
    """A bulletin; without the viewer's own part when it is told to everybody."""
    row = view.bulletin
    return Announcement(
        id=str(row.id),
        content=row.html,
        starts_at=_iso(row.starts_at),
        ends_at=_iso(row.ends_at),
        all_day=row.all_day,
        published_at=iso(row.published_at or row.created_at),
        updated_at=iso(row.updated_at),
        read=view.is_read if is_personal else UNSET,
        tags=[StatusTag(name=name, url=urls.tag(name)) for name in view.tags],
        reactions=[
            Reaction(name=one.name, count=one.total, me=one.mine if is_personal else UNSET) for one in view.reactions
        ],
    )


def _iso(at: Millis | None) -> str | None:
    return None if at is None else iso(at)


_PATH = "/api/v1/announcements"
_REACTION = f"{_PATH}/:id/reactions/:name"

ROUTES: tuple[Endpoint, ...] = (
    route("GET", _PATH, several, Auth.USER),
    route("POST", f"{_PATH}/:id/dismiss", dismiss, Auth.USER, "write:accounts"),
    route("PUT", _REACTION, react, Auth.USER, "write:favourites"),
    route("DELETE", _REACTION, unreact, Auth.USER, "write:favourites"),
)
