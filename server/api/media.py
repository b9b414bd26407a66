"""Pictures of a post: uploaded, described, looked at again, forgotten."""

from functools import partial

import msgspec

from server.api import present
from server.api.call import Call
from server.api.entities.media import MediaAttachment
from server.api.params import Empty, Upload
from server.api.routing import Auth, Door, Endpoint, route
from social.errors import Invalid
from social.node import Node
from social.posts import media, uploads
from storage.ids import MediaId


class UploadParams(msgspec.Struct, frozen=True, kw_only=True):
    """`focus` is written `x,y`, each from -1.0 to 1.0."""

    file: Upload | None = None
    description: str = ""
    focus: str = ""


class DescribeParams(msgspec.Struct, frozen=True, kw_only=True):
    """What is left out stays."""

    description: str | None = None
    focus: str = ""


async def upload(call: Call, params: UploadParams) -> MediaAttachment:
    """POST /api/v1/media and /api/v2/media: a picture is ready at once."""
    await call.admit()
    if params.file is None or params.file.is_blank:
        raise Invalid("file", "blank")
    node = call.node
    kept = await keep(node, params.file.read(), "attachment")
    row = await call.write(
        media.add,
        kept,
        description=params.description,
        focus=focus_of(params.focus) or (0.0, 0.0),
        settings=node.settings.media,
        ids=node.ids,
        now=node.clock(),
    )
    return present.media(row, node.urls)


async def show(call: Call, _: Empty) -> MediaAttachment:
    """GET /api/v1/media/:id."""
    return present.media(await call.read(media.own, MediaId(call.id())), call.node.urls)


async def describe(call: Call, params: DescribeParams) -> MediaAttachment:
    """PUT or PATCH /api/v1/media/:id."""
    row = await call.write(
        media.describe,
        MediaId(call.id()),
        description=params.description,
        focus=focus_of(params.focus),
        settings=call.node.settings.media,
    )
    return present.media(row, call.node.urls)


async def remove(call: Call, _: Empty) -> dict[str, str]:
    """DELETE /api/v1/media/:id."""
    await call.write(media.remove, MediaId(call.id()), now=call.node.clock())
    return {}


async def keep(node: Node, raw: bytes, purpose: str) -> media.Upload:
    """The files of a picture that was sent. Raises Invalid, FilesFull."""
    return await node.crunched(partial(uploads.keep, node.files, node.settings.media, raw, purpose))


def focus_of(written: str) -> tuple[float, float] | None:
    """The two numbers of a focus, or None for an empty one. Raises Invalid."""
    if not written:
        return None
    try:
        x, y = (float(part) for part in written.split(","))
    except ValueError as trouble:
        raise Invalid("focus", "invalid") from trouble
    return x, y


_WRITE = ("write:media",)

ROUTES: tuple[Endpoint, ...] = (
    route("POST", "/api/v1/media", upload, Auth.USER, *_WRITE, params=UploadParams, window="uploads"),
    route("POST", "/api/v2/media", upload, Auth.USER, *_WRITE, params=UploadParams, window="uploads"),
    route("GET", "/api/v1/media/:id", show, Auth.USER, *_WRITE, door=Door.MEDIA),
    route("PUT PATCH", "/api/v1/media/:id", describe, Auth.USER, *_WRITE, params=DescribeParams),
    route("DELETE", "/api/v1/media/:id", remove, Auth.USER, *_WRITE),
)
