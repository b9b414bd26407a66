"""Pictures and recordings of elsewhere: fetched when first needed, made harmless, kept like our own.

A recording that is too large, or that this node cannot make ready, stays a link to its own site, with its picture.
"""

import asyncio
import logging
import time
from collections.abc import Callable
from functools import partial

import msgspec

from federation.errors import NotAllowed, PeerError, Refused, TooLarge, Unreachable
from federation.resolver import Resolver
from federation.wire import Wire
from social import jobs
from social.errors import Invalid, Unavailable
from social.posts import uploads
from social.posts.media import with_files
from social.recordings.kinds import HEAD_BYTES, container_of
from social.recordings.tools import tools_of
from social.recordings.transcode import RAW_SUFFIX
from storage import media as rows
from storage import posts as post_rows
from storage.engine.database import Tx
from storage.files import FilesFull
from storage.ids import MediaId, Millis
from storage.media import MediaRow

KEPT_REFUSALS = 10_000
REFUSED_SECONDS = 600.0
TRANSIENT_SECONDS = 20.0
RECORDING_SECONDS = 300.0
PICTURES = ("image/*",)
RECORDINGS = ("video/*", "audio/*")

logger = logging.getLogger("archipel.federation")


class Gallery:
    """Brings pictures here, each once at a time. One per node."""

    def __init__(self, wire: Wire, resolver: Resolver, *, tick: Callable[[], float] = time.monotonic) -> None:
        self._wire = wire
        self._resolver = resolver
        self._tick = tick
        self._running: dict[MediaId, asyncio.Task[bool]] = {}
        self._one_recording = asyncio.Lock()
        self._refused: dict[MediaId, tuple[float, bool]] = {}

    async def bring(self, id: MediaId) -> bool:
        """Have the picture here; False if there is none to be had. Raises Unavailable if it may be had later."""
        refused = self._refused.get(id)
        if refused is not None and refused[0] > self._tick():
            if refused[1]:
                raise Unavailable("remote")
            return False
        task = self._running.get(id)
        if task is None:
            task = self._running[id] = asyncio.create_task(self._fetch(id), name=f"picture {id}")
            task.add_done_callback(lambda done: self._finished(id, done))
        return await asyncio.shield(task)

    async def close(self) -> None:
        """Give up what is being fetched."""
        tasks = list(self._running.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _fetch(self, id: MediaId) -> bool:
        row = await self._wire.db.read(rows.by_id, id)
        if row is None or row.file_key is not None or row.remote_url is None:
            return row is not None and row.file_key is not None
        if row.kind != "image":
            return await self._recording(row, row.remote_url)
        try:
            settings = self._wire.settings.media
            raw = await self._raw(row.remote_url, PICTURES, settings.max_bytes)
            upload = await self._wire.crunched(partial(uploads.keep, self._wire.files, settings, raw, row.purpose))
        except Invalid:
            return self._refuse(id, is_transient=False)
        except FilesFull as cause:
            self._refuse(id, is_transient=True)
            raise Unavailable("media_full") from cause
        except PeerError as cause:
            is_transient = _is_transient(cause)
            self._refuse(id, is_transient=is_transient)
            if is_transient:
                raise Unavailable("remote") from cause
            return False
        await self._wire.db.write(_keep, with_files(row, upload))
        return True

    async def _recording(self, row: MediaRow, url: str) -> bool:
        """Fetch a recording; a job makes it ready. False: it is not here, or not yet."""
        if row.state != rows.READY:
            return False
        settings = self._wire.settings.media
        if row.preview_url is not None and row.small_key is None:
            row = await self._shown(row, row.preview_url)
        try:
            if tools_of(settings) is None or not settings.remote_video_bytes:
                raise TooLarge("recordings are not fetched here", url)
            # One at a time: each is whole in memory for a moment.
            async with self._one_recording:
                key = await self._stored(await self._raw(url, RECORDINGS, settings.remote_video_bytes))
        except PeerError as cause:
            if _is_transient(cause):
                self._refuse(row.id, is_transient=True)
                raise Unavailable("remote") from cause
            key = None
        except FilesFull as cause:
            self._refuse(row.id, is_transient=True)
            raise Unavailable("media_full") from cause
        state = rows.FAILED if key is None else rows.WAITING
        await self._wire.db.write(_wait, msgspec.structs.replace(row, state=state, raw_key=key), self._wire.clock())
        return False

    async def _shown(self, row: MediaRow, url: str) -> MediaRow:
        """The row with the picture that its peer shows of a recording. Without it, it is shown without."""
        settings = self._wire.settings.media
        try:
            raw = await self._raw(url, PICTURES, settings.max_bytes)
            made = await self._wire.crunched(partial(uploads.keep, self._wire.files, settings, raw))
        except (Invalid, PeerError) as cause:
            logger.info("no picture of recording %s: %s", row.id, cause)
            return row
        changed = msgspec.structs.replace(
            row,
            small_key=made.small_key,
            small_mime=made.small_mime,
            small_width=made.small_width,
            small_height=made.small_height,
            blurhash=row.blurhash or made.blurhash,
        )
        await self._wire.db.write(_keep, changed)
        return changed

    async def _stored(self, raw: bytes) -> str | None:
        """The key of what was fetched, or None for what is no recording."""
        if container_of(raw[:HEAD_BYTES]) is None:
            return None
        return await self._wire.crunched(partial(self._wire.files.put, raw, RAW_SUFFIX))

    async def _raw(self, url: str, kinds: tuple[str, ...], max_bytes: int) -> bytes:
        await self._resolver.admit(url)
        key = await self._resolver.key()
        seconds = RECORDING_SECONDS if kinds is RECORDINGS else None
        fetched = await self._wire.client.fetch(
            url, accept=", ".join(kinds), key=key, max_bytes=max_bytes, kinds=kinds, seconds=seconds
        )
        return fetched.body

    def _refuse(self, id: MediaId, *, is_transient: bool) -> bool:
        if len(self._refused) >= KEPT_REFUSALS:
            self._refused.clear()
        seconds = TRANSIENT_SECONDS if is_transient else REFUSED_SECONDS
        self._refused[id] = (self._tick() + seconds, is_transient)
        return False

    def _finished(self, id: MediaId, task: "asyncio.Task[bool]") -> None:
        self._running.pop(id, None)
        if not task.cancelled():
            # Looked at here, so that it is not complained about when everybody who waited has gone.
            task.exception()


def _keep(tx: Tx, fetched: MediaRow) -> None:
    rows.fetched(tx, fetched)
    if fetched.post_id is not None:
        post_rows.touch(tx, fetched.post_id)


def _wait(tx: Tx, fetched: MediaRow, now: Millis) -> None:
    _keep(tx, fetched)
    if fetched.state == rows.WAITING:
        jobs.enqueue(tx, jobs.Transcode(media=fetched.id), key=str(fetched.id), due=now)


def _is_transient(error: PeerError) -> bool:
    if isinstance(error, Refused):
        return error.status >= 500 or error.status in (401, 403, 408, 429)
    return isinstance(error, Unreachable) and not isinstance(error, NotAllowed)
