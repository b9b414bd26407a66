"""The bytes of pictures and recordings, behind an unguessable address, in a fixed harmless type; and drawn pictures
for those who gave none.

Whoever has the address was shown the post or the account: its token is random, and drawn anew when access is lost.
The address of what hangs on a post that is not for everybody is sealed (`social/seals.py`).
"""

from functools import cache, partial
from pathlib import Path

from starlette.exceptions import HTTPException
from starlette.responses import FileResponse, Response

from server import drawing
from server.api.call import Call, id_of
from server.api.params import Empty
from server.api.routing import Answer, Auth, Door, Endpoint, route
from social.errors import NotFound, Unavailable
from social.people import accounts
from social.policy import ANONYMOUS
from social.posts import media
from social.posts.images import SUFFIX as PICTURES
from social.recordings.kinds import SUFFIX as RECORDINGS
from storage.files import FileKey
from storage.ids import AccountId
from storage.media import READY, MediaRow

VARIANTS = ("original", "small")
TYPES = PICTURES | RECORDINGS
PLAYED = {"content-security-policy": "default-src 'none'; media-src 'self'; sandbox"}
SAFE = {
    "content-security-policy": "default-src 'none'; sandbox",
    "x-content-type-options": "nosniff",
    "content-disposition": "inline",
    "cross-origin-resource-policy": "cross-origin",
}
KEPT = "private, max-age=31536000, immutable"
DRAWN_KEPT = "private, max-age=86400"
_ACTIVITY = ("application/activity+json", "application/ld+json")


async def picture(call: Call, _: Empty) -> Response:
    """GET /media/:token/:variant: with or without a suffix, whole or in ranges."""
    if call.header(b"accept").startswith(_ACTIVITY):
        raise HTTPException(406)
    variant = call.names["variant"].partition(".")[0]
    if variant not in VARIANTS:
        raise NotFound("media")
    row = await call.node.db.read(media.by_address, call.names["token"], call.node.urls.seals)
    if row.file_key is None and row.state == READY and not (variant == "small" and row.small_key):
        if not await call.node.remote.media(row.id):
            raise Unavailable("remote")
        row = await call.node.db.read(media.by_address, call.names["token"], call.node.urls.seals)
    key, mime = _variant(row, variant)
    return await _file(call, key, mime)


async def avatar(call: Call, _: Empty) -> Answer:
    """GET /avatars/:name: a drawn one, by `<account id>.png`; `header.png` is everybody's."""
    name = call.names["name"].removesuffix(".png")
    if name == "header":
        return _drawn(await call.node.crunched(_header))
    row = await call.node.db.read(accounts.account, ANONYMOUS, AccountId(id_of(name)))
    return _drawn(await call.node.crunched(partial(call.rendered.drawings.avatar, row)))


def _variant(row: MediaRow, variant: str) -> tuple[FileKey, str]:
    is_small = variant == "small" and (row.small_key is not None or row.kind != "image")
    key, mime = (row.small_key, row.small_mime) if is_small else (row.file_key, row.mime)
    if key is None or mime not in TYPES:
        raise NotFound("media")
    return FileKey(key), mime


async def _file(call: Call, key: FileKey, mime: str) -> Response:
    path: Path = call.node.files.path(key)
    if not await call.node.crunched(path.is_file):
        raise NotFound("media")
    headers = {**SAFE, **(PLAYED if mime in RECORDINGS else {}), "cache-control": KEPT}
    return FileResponse(path, media_type=mime, headers=headers)


def _drawn(png: bytes) -> Answer:
    headers = [(name.encode(), value.encode()) for name, value in {**SAFE, "cache-control": DRAWN_KEPT}.items()]
    return Answer(body=png, headers=[*headers, (b"content-type", b"image/png")])


@cache
def _header() -> bytes:
    return drawing.header()


async def health(call: Call, _: Empty) -> Answer:
    """GET /health: the process answers and its database does too. The word is the one that Mastodon.py reads."""
    await call.node.db.read(_nothing)
    return Answer(body=b"OK", headers=[(b"content-type", b"text/plain; charset=utf-8")])


def _nothing(tx: object) -> None:
    return None


ROUTES: tuple[Endpoint, ...] = (
    route("GET", "/media/:token/:variant", picture, Auth.NONE, door=Door.MEDIA),
    route("GET", "/avatars/:name", avatar, Auth.NONE),
    route("GET", "/health", health, Auth.NONE),
)
