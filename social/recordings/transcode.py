"""From a recording that was sent or fetched to one that everybody can play: looked at at once, made ready by a job.

The job may run twice: what is made is kept under its content, and the row is changed once. Nothing is made ready inside
a request, and one at a time in a process: it takes all the processors that it is given.
"""

import logging
import shutil
from functools import partial
from pathlib import Path
from typing import BinaryIO

from social import jobs
from social.errors import Invalid
from social.node import Node
from social.posts import images, media
from social.posts.images import ImageLimits
from social.posts.media import Preview, Upload
from social.recordings import cover, orders
from social.recordings.facts import Facts, facts_of
from social.recordings.kinds import GIF, HEAD_BYTES, SOUND_MIME, SUFFIX, VIDEO_MIME, container_of
from social.recordings.tools import Tools, bounds_of, tools_of
from social.sandbox import ProgramFailed, run
from storage import media as rows
from storage.files import FileKey
from storage.media import MediaRow

logger = logging.getLogger("archipel.recordings")

RAW_SUFFIX = ".raw"
PREVIEW = ImageLimits(side=orders.PREVIEW_SIDE, small_width=orders.PREVIEW_SIDE)


async def arrived(node: Node, file: BinaryIO) -> Upload | None:
    """A video, sound or moving GIF that was sent, kept as it is until a job makes it ready; None for anything else.

    Raises Invalid of the field `file`: `no_recordings`, `too_big`, `too_many_pixels`, `too_long_recording`, `broken`;
    FilesFull.
    """
    file.seek(0)
    container = container_of(file.read(HEAD_BYTES))
    settings = node.settings.media
    tools = tools_of(settings)
    if container is None or (container == GIF and tools is None):
        return None
    if tools is None:
        raise Invalid("file", "no_recordings")
    limit = settings.max_bytes if container == GIF else settings.max_video_bytes
    size = file.seek(0, 2)
    if size > limit:
        raise Invalid("file", "too_big", maximum=limit, size=size)
    with node.files.scratch() as folder:
        raw = folder / "raw"
        await node.crunched(partial(_copy, file, raw))
        if container == GIF and not await node.crunched(partial(_moves, raw)):
            return None
        facts = await facts_of(raw, container, tools, settings, folder)
        key = await node.crunched(partial(node.files.adopt, raw, RAW_SUFFIX))
    return _waiting(key, container, facts, size)


async def thumbnail(node: Node, raw: bytes) -> Preview:
    """The picture that somebody gave to a recording. Raises Invalid of the field `thumbnail`, FilesFull."""
    try:
        return await _preview(node, raw)
    except Invalid as wrong:
        raise Invalid("thumbnail", wrong.code, **wrong.values) from wrong


async def transcode(node: Node, job: jobs.Transcode) -> None:
    """Make the recording ready, or note that it cannot be."""
    row = await node.db.read(rows.by_id, job.media)
    if row is None or row.state != rows.WAITING or row.raw_key is None:
        return
    try:
        made = await _made(node, row, FileKey(row.raw_key))
    except (Invalid, ProgramFailed, FileNotFoundError) as refusal:
        logger.info("recording %s cannot be made ready: %s", row.id, refusal)
        await node.db.write(media.fail, row.id, now=node.clock())
        return
    await node.db.write(media.complete, row.id, made, now=node.clock())


async def _made(node: Node, row: MediaRow, raw: FileKey) -> Upload:
    settings = node.settings.media
    tools = tools_of(settings)
    if tools is None:
        raise Invalid("file", "no_recordings")
    source = node.files.path(raw)
    container = container_of(await node.crunched(partial(_head, source)))
    if container is None:
        raise Invalid("file", "unsupported")
    with node.files.scratch() as folder:
        facts = await facts_of(source, container, tools, settings, folder)
        ready = folder / "ready"
        if facts.picture is not None:
            is_peers = row.remote_url is not None
            order = orders.video(tools, settings, container, facts, source, ready, is_peers=is_peers)
            kept, mime, kind = "mov", VIDEO_MIME, "gifv" if container == GIF else "video"
        else:
            order = orders.sound(tools, settings, container, facts, source, ready)
            kept, mime, kind = "mp3", SOUND_MIME, "audio"
        await run(order, bounds_of(settings), folder)
        found = await facts_of(ready, kept, tools, settings, folder)
        shown = None
        if row.small_key is None:
            shown = await _preview(node, await _picture(node, tools, container, facts, found, source, folder))
        size = ready.stat().st_size
        key = await node.crunched(partial(node.files.adopt, ready, SUFFIX[mime]))
    upload = Upload(
        file_key=key,
        small_key=row.small_key,
        mime=mime,
        small_mime=row.small_mime,
        width=found.width,
        height=found.height,
        small_width=row.small_width,
        small_height=row.small_height,
        bytes=size,
        blurhash=row.blurhash,
        kind=kind,
        duration_ms=found.duration_ms,
        frame_rate=found.frame_rate,
        bitrate=found.bitrate,
    )
    return shown.on(upload) if shown else upload


async def _picture(
    node: Node, tools: Tools, container: str, facts: Facts, found: Facts, source: Path, folder: Path
) -> bytes:
    """What is shown of the recording: its first second, the cover that came with a sound, or its loudness."""
    settings, target = node.settings.media, folder / "picture"
    bounds = bounds_of(settings)
    ready = folder / "ready"
    if found.picture is not None:
        at = min(1.0, found.duration_ms / 2_000)
        await run(orders.still(tools, settings, "mov", found.picture, ready, target, at=at), bounds, folder)
    elif facts.cover is not None:
        await run(orders.still(tools, settings, container, facts.cover, source, target), bounds, folder)
    else:
        await run(orders.wave(tools, settings, ready, target), bounds, folder)
        return await node.crunched(lambda: cover.drawn(target.read_bytes()))
    return await node.crunched(target.read_bytes)


async def _preview(node: Node, raw: bytes) -> Preview:
    def kept() -> Preview:
        made = images.prepare(raw, PREVIEW)
        key = node.files.put(made.original, images.SUFFIX[made.mime])
        return Preview(key=key, mime=made.mime, width=made.width, height=made.height, blurhash=made.blurhash)

    return await node.crunched(kept)


def _waiting(key: str, container: str, facts: Facts, size: int) -> Upload:
    is_video = facts.picture is not None
    return Upload(
        file_key=None,
        small_key=None,
        mime=VIDEO_MIME if is_video else SOUND_MIME,
        small_mime="",
        width=facts.width,
        height=facts.height,
        small_width=0,
        small_height=0,
        bytes=size,
        blurhash=None,
        kind="gifv" if container == GIF else "video" if is_video else "audio",
        state=rows.WAITING,
        raw_key=key,
        duration_ms=facts.duration_ms,
    )


def _copy(file: BinaryIO, target: Path) -> None:
    file.seek(0)
    with target.open("wb") as out:
        shutil.copyfileobj(file, out, 1024 * 1024)


def _head(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(HEAD_BYTES)


def _moves(path: Path) -> bool:
    return images.is_moving(path.read_bytes())
