"""Pictures and recordings of a post: uploaded, described, looked at again, forgotten."""

import asyncio
from functools import partial
from http import HTTPStatus

import msgspec

from server.api import present
from server.api.call import Call
from server.api.entities.media import MediaAttachment
from server.api.params import Empty, Upload
from server.api.routing import Answer, Auth, Door, Endpoint, route
from social.errors import Invalid
from social.node import Node
from social.posts import media, uploads
from social.recordings import transcode
from storage import media as rows
from storage.ids import MediaId
from storage.media import MediaRow

READY_SECONDS = 55.0
"""How long the first interface waits for a recording to be ready: its clients know no other answer."""
LOOK_SECONDS = 0.25


class UploadParams(msgspec.Struct, frozen=True, kw_only=True):
    """`focus` is written `x,y`, each from -1.0 to 1.0. `thumbnail`: the picture of a recording."""

    file: Upload | None = None
    thumbnail: Upload | None = None
    description: str = ""
    focus: str = ""


class DescribeParams(msgspec.Struct, frozen=True, kw_only=True):
    """What is left out stays."""

    description: str | None = None
    focus: str = ""
    thumbnail: Upload | None = None


async def upload(call: Call, params: UploadParams) -> Answer:
    """POST /api/v2/media: a picture is ready at once (200), a recording later (202)."""
    return _answer(call, await _taken(call, params), HTTPStatus.ACCEPTED)


async def upload_and_wait(call: Call, params: UploadParams) -> Answer:
    """POST /api/v1/media: answers when the recording is ready too."""
    row = await _taken(call, params)
    with_end = asyncio.get_running_loop().time() + READY_SECONDS
    while row.state == rows.WAITING and asyncio.get_running_loop().time() < with_end:
        await asyncio.sleep(LOOK_SECONDS)
        row = await call.read(media.own, row.id)
    return _answer(call, row, HTTPStatus.ACCEPTED)


async def show(call: Call, _: Empty) -> Answer:
    """GET /api/v1/media/:id: 206 while a recording is being made ready."""
    return _answer(call, await call.read(media.own, MediaId(call.id())), HTTPStatus.PARTIAL_CONTENT)


async def describe(call: Call, params: DescribeParams) -> MediaAttachment:
    """PUT or PATCH /api/v1/media/:id."""
    id = MediaId(call.id())
    row = await call.write(
        media.describe,
        id,
        description=params.description,
        focus=focus_of(params.focus),
        settings=call.node.settings.media,
    )
    if params.thumbnail is not None and not params.thumbnail.is_blank:
        shown = await transcode.thumbnail(call.node, params.thumbnail.read(call.node.settings.media.max_bytes))
        row = await call.write(media.give_thumbnail, id, shown, now=call.node.clock())
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


async def _taken(call: Call, params: UploadParams) -> MediaRow:
    await call.admit()
    if params.file is None or params.file.is_blank:
        raise Invalid("file", "blank")
    node = call.node
    focus = focus_of(params.focus) or (0.0, 0.0)
    media.check(params.description, focus, node.settings.media)
    kept = await transcode.arrived(node, params.file.file)
    if kept is None:
        kept = await keep(node, params.file.read(node.settings.media.max_bytes), "attachment")
    elif params.thumbnail is not None and not params.thumbnail.is_blank:
        kept = (await transcode.thumbnail(node, params.thumbnail.read(node.settings.media.max_bytes))).on(kept)
    return await call.write(
        media.add,
        kept,
        description=params.description,
        focus=focus,
        settings=node.settings.media,
        ids=node.ids,
        now=node.clock(),
    )


def _answer(call: Call, row: MediaRow, waiting: int) -> Answer:
    if row.state == rows.FAILED:
        raise Invalid("media", "not_processed")
    status = waiting if row.state == rows.WAITING else HTTPStatus.OK
    return Answer(body=present.media(row, call.node.urls), status=status)


_WRITE = ("write:media",)

ROUTES: tuple[Endpoint, ...] = (
    route("POST", "/api/v1/media", upload_and_wait, Auth.USER, *_WRITE, params=UploadParams, window="uploads"),
    route("POST", "/api/v2/media", upload, Auth.USER, *_WRITE, params=UploadParams, window="uploads"),
    route("GET", "/api/v1/media/:id", show, Auth.USER, *_WRITE, door=Door.MEDIA),
    route("PUT PATCH", "/api/v1/media/:id", describe, Auth.USER, *_WRITE, params=DescribeParams),
    route("DELETE", "/api/v1/media/:id", remove, Auth.USER, *_WRITE),
)
