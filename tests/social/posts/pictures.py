"""Uploads for tests: rows without bytes, which no command here looks at."""

from social.posts import media
from storage.media import MediaRow
from tests.world import World


async def upload(world: World, name: str) -> MediaRow:
    """A picture of somebody's, attached to nothing."""
    picture = media.Upload(
        file_key="aa/bb.png",
        small_key="aa/cc.png",
        mime="image/png",
        small_mime="image/png",
        width=640,
        height=480,
        small_width=320,
        small_height=240,
        bytes=1_000,
        blurhash=None,
    )
    return await world.db.write(
        media.add, world.viewer(name), picture, settings=world.settings.media, ids=world.ids, now=world.clock()
    )
