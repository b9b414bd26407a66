"""Pictures and recordings that come with a form."""

from functools import partial

from starlette.datastructures import UploadFile

from social.errors import Invalid
from social.node import Node
from social.posts import uploads
from social.posts.media import Upload
from social.recordings import transcode


async def stored(node: Node, file: UploadFile, purpose: str = "attachment") -> Upload:
    """The files of an uploaded picture, or a recording that waits to be made ready. Raises Invalid of the field `file`,
    FilesFull.

    `purpose`: attachment, avatar or header; the latter two are pictures, and cropped.
    """
    settings = node.settings.media
    if purpose == "attachment":
        recording = await transcode.arrived(node, file.file)
        if recording is not None:
            return recording
    if file.size is not None and file.size > settings.max_bytes:
        raise Invalid("file", "too_big", maximum=settings.max_bytes, size=file.size)
    await file.seek(0)
    return await node.crunched(partial(uploads.keep, node.files, settings, await file.read(), purpose))
