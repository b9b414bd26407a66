"""Pictures of elsewhere: fetched when they are first needed, made harmless, kept like our own."""

import asyncio
import time
from collections.abc import Callable
from functools import partial

import msgspec

from federation.errors import NotAllowed, PeerError, Refused, Unreachable
from federation.resolver import Resolver
from federation.wire import Wire
from social.errors import Invalid, Unavailable
from social.posts import uploads
from social.posts.media import Upload
from storage import media as rows
from storage import posts as post_rows
from storage.engine.database import Tx
from storage.files import FilesFull
from storage.ids import MediaId
from storage.media import MediaRow

KEPT_REFUSALS = 10_000
REFUSED_SECONDS = 600.0
TRANSIENT_SECONDS = 20.0


class Gallery:
    """Brings pictures here, each once at a time. One per node."""

    def __init__(self, wire: Wire, resolver: Resolver, *, tick: Callable[[], float] = time.monotonic) -> None:
        self._wire = wire
        self._resolver = resolver
        self._tick = tick
        self._running: dict[MediaId, asyncio.Task[bool]] = {}
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
        try:
            raw = await self._raw(row.remote_url)
            settings = self._wire.settings.media
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
        await self._wire.db.write(_keep, _fetched(row, upload))
        return True

    async def _raw(self, url: str) -> bytes:
        await self._resolver.admit(url)
        key = await self._resolver.key()
        fetched = await self._wire.client.fetch(
            url, accept="image/*", key=key, max_bytes=self._wire.settings.media.max_bytes, kinds=("image/*",)
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


def _fetched(row: MediaRow, upload: Upload) -> MediaRow:
    return msgspec.structs.replace(
        row,
        mime=upload.mime,
        file_key=upload.file_key,
        small_key=upload.small_key,
        small_mime=upload.small_mime,
        width=upload.width,
        height=upload.height,
        small_width=upload.small_width,
        small_height=upload.small_height,
        bytes=upload.bytes,
        blurhash=row.blurhash or upload.blurhash,
    )


def _keep(tx: Tx, fetched: MediaRow) -> None:
    rows.fetched(tx, fetched)
    if fetched.post_id is not None:
        post_rows.touch(tx, fetched.post_id)


def _is_transient(error: PeerError) -> bool:
    if isinstance(error, Refused):
        return error.status >= 500 or error.status in (401, 403, 408, 429)
    return isinstance(error, Unreachable) and not isinstance(error, NotAllowed)
