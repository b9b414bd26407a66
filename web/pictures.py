"""Pictures that come with a form: read, made harmless and stored, before any transaction."""

from functools import partial

from starlette.datastructures import UploadFile

from social.errors import Invalid
from social.node import Node
from social.posts import images
from social.posts.images import ImageLimits, Prepared
from social.posts.media import Upload

_MAKERS = {"attachment": images.prepare, "avatar": images.avatar, "header": images.header}


async def stored(node: Node, file: UploadFile, purpose: str = "attachment") -> Upload:
    """The files of an uploaded picture. Raises Invalid of the field `file`, FilesFull.

    `purpose`: attachment, avatar or header; the latter two are cropped.
    """
    settings = node.settings.media
    if file.size is not None and file.size > settings.max_bytes:
        raise Invalid("file", "too_big", maximum=settings.max_bytes, size=file.size)
    raw = await file.read()
    limits = ImageLimits(max_bytes=settings.max_bytes, max_pixels=settings.max_pixels)
    return await node.crunched(partial(_kept, node, raw, purpose, limits))


def _kept(node: Node, raw: bytes, purpose: str, limits: ImageLimits) -> Upload:
    ready: Prepared = _MAKERS[purpose](raw, limits)
    return Upload(
        file_key=node.files.put(ready.original, images.SUFFIX[ready.mime]),
        small_key=node.files.put(ready.small, images.SUFFIX[ready.small_mime]),
        mime=ready.mime,
        small_mime=ready.small_mime,
        width=ready.width,
        height=ready.height,
        small_width=ready.small_width,
        small_height=ready.small_height,
        bytes=len(ready.original),
        blurhash=ready.blurhash,
    )
