"""The body of an answer, read piece by piece and given up as soon as it is too large or too slow."""

import asyncio
import zlib
from datetime import UTC
from email.utils import parsedate_to_datetime

import aiohttp

from federation.errors import BadAnswer, BadContentType, TooLarge, Unreachable

LONGEST_RETRY_AFTER = 7 * 24 * 3600
MAX_BODY = 1024 * 1024
EXCERPT = 500
# Enough of an answer to keep the connection; who says more to a delivery loses it.
_EXCERPT_READ = 16 * 1024
_EXCERPT_SECONDS = 2.0


def media_type(content_type: str) -> str:
    """`type/subtype` of a Content-Type header, in lower case, without parameters."""
    return content_type.partition(";")[0].strip().lower()


async def read_body(response: aiohttp.ClientResponse, max_bytes: int, minimum_rate: int, after: float) -> bytes:
    """The whole body, inflated. Raises TooLarge, Unreachable (too slow), BadContentType, BadAnswer.

    Both what arrives and what it inflates to count against `max_bytes`. From `after` seconds on, less than
    `minimum_rate` bytes per second on the average are too slow.
    """
    url = str(response.url)
    if response.content_length is not None and response.content_length > max_bytes:
        raise TooLarge(f"announces {response.content_length} bytes", url)
    inflate = _inflater(response)
    loop = asyncio.get_running_loop()
    began, arrived, body = loop.time(), 0, bytearray()
    async for chunk in response.content.iter_any():
        arrived += len(chunk)
        elapsed = loop.time() - began
        if elapsed > after and arrived < minimum_rate * elapsed:
            raise Unreachable(f"only {arrived} bytes in {elapsed:.0f} s", url)
        body += chunk if inflate is None else _inflated(inflate, chunk, max_bytes - len(body) + 1, url)
        if arrived > max_bytes or len(body) > max_bytes:
            raise TooLarge(f"more than {max_bytes} bytes", url)
    if inflate is not None and not inflate.eof:
        raise BadAnswer("a compressed body that is cut off", url)
    return bytes(body)


async def read_excerpt(response: aiohttp.ClientResponse) -> str:
    """The first 500 characters that came with an answer whose status is all that counts; "" if they do not come."""
    body = bytearray()
    try:
        async with asyncio.timeout(_EXCERPT_SECONDS):
            async for chunk in response.content.iter_any():
                body += chunk
                if len(body) > _EXCERPT_READ:
                    break
    except (TimeoutError, aiohttp.ClientError, OSError):
        # The status has been said and counts; the connection is not used again.
        response.close()
    if response.headers.get("Content-Encoding"):
        return ""
    text = bytes(body[: 4 * EXCERPT]).decode("utf-8", "replace")
    return "".join(character if character.isprintable() else " " for character in text)[:EXCERPT].strip()


def _inflater(response: aiohttp.ClientResponse) -> "zlib._Decompress | None":
    encoding = response.headers.get("Content-Encoding", "").strip().lower()
    if encoding in ("", "identity"):
        return None
    if encoding in ("gzip", "x-gzip", "deflate"):
        # 32: the header says whether it is gzip or zlib.
        return zlib.decompressobj(zlib.MAX_WBITS | 32)
    raise BadContentType(f"Content-Encoding {encoding[:40]!r} was not asked for", str(response.url))


def _inflated(inflate: "zlib._Decompress", chunk: bytes, room: int, url: str) -> bytes:
    """What the chunk inflates to, as far as there is room; one byte too many is enough to see that it is too much."""
    try:
        piece = inflate.decompress(chunk, room)
    except zlib.error as cause:
        raise BadAnswer("a compressed body that cannot be read", url) from cause
    if inflate.unused_data:
        raise BadAnswer("bytes after the end of a compressed body", url)
    return piece


def retry_after(value: str | None, now: int) -> int | None:
    """The seconds that a `Retry-After` header asks for (a number or a date), a week at most; None if it is none.

    `now` is in milliseconds.
    """
    if value is None:
        return None
    text = value.strip()
    if text.isascii() and text.isdigit():
        return min(int(text[:12]), LONGEST_RETRY_AFTER)
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError):
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return max(0, min(int(moment.timestamp()) - now // 1000, LONGEST_RETRY_AFTER))
