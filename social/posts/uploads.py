"""From the bytes that somebody sent to files of the store: read, made harmless, kept. Pure work for a thread."""

from social.posts import images
from social.posts.images import ImageLimits, Prepared
from social.posts.media import Upload
from social.settings import MediaSettings
from storage.files import Files

MAKERS = {"attachment": images.prepare, "avatar": images.avatar, "header": images.header, "emoji": images.emoji}
"""What is made of a picture, by its purpose; avatars and headers are cropped."""


def keep(files: Files, settings: MediaSettings, raw: bytes, purpose: str = "attachment") -> Upload:
    """Read a picture, write it anew without what came with it, and store it.

    Slow and hungry: run by `node.crunched`, before any transaction. Raises Invalid of the field `file`, FilesFull.
    """
    limits = ImageLimits(max_bytes=settings.max_bytes, max_pixels=settings.max_pixels)
    made: Prepared = MAKERS[purpose](raw, limits)
    return Upload(
        file_key=files.put(made.original, images.SUFFIX[made.mime]),
        small_key=files.put(made.small, images.SUFFIX[made.small_mime]),
        mime=made.mime,
        small_mime=made.small_mime,
        width=made.width,
        height=made.height,
        small_width=made.small_width,
        small_height=made.small_height,
        bytes=len(made.original),
        blurhash=made.blurhash,
    )
