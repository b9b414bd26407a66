"""Pictures that come with a form."""

from functools import partial

from starlette.datastructures import UploadFile

from social.errors import Invalid
from social.node import Node
from social.posts import uploads
from social.posts.media import Upload


async def stored(node: Node, file: UploadFile, purpose: str = "attachment") -> Upload:
    """The files of an uploaded picture. Raises Invalid of the field `file`, FilesFull.

    `purpose`: attachment, avatar or header; the latter two are cropped.
    """
    settings = node.settings.media
    if file.size is not None and file.size > settings.max_bytes:
        raise Invalid("file", "too_big", maximum=settings.max_bytes, size=file.size)
    return await node.crunched(partial(uploads.keep, node.files, settings, await file.read(), purpose))
