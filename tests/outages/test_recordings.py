"""A video that is being made ready when its node dies is taken up again, and a node that stops leaves no ffmpeg."""

import re
from io import BytesIO
from pathlib import Path

import aiohttp

from tests.nodes import eventually, served_node
from tests.recordings import film
from tests.sites import Person, ProcessNode


async def sent(node: ProcessNode, person: Person, content: bytes) -> str:
    """The id of an upload."""
    form = aiohttp.FormData()
    form.add_field("file", BytesIO(content), filename="film")
    headers = {"Authorization": f"Bearer {person.token}"}
    async with node.request("POST", "/api/v2/media", headers=headers, data=form) as answer:
        assert answer.status == 202, await answer.text()
        id: str = (await answer.json())["id"]
        return id


def programs(node: ProcessNode) -> list[int]:
    """The numbers of the processes that work in the node's folder."""
    found = []
    for path in Path("/proc").iterdir():
        if path.name.isdecimal():
            try:
                said = (path / "cmdline").read_bytes()
            except OSError:
                continue
            if re.search(rb"ff(mpeg|probe)\0", said) and str(node.folder).encode() in said:
                found.append(int(path.name))
    return found


async def test_a_video_whose_node_was_killed_is_made_ready_by_the_next_start(tmp_path: Path) -> None:
    async with served_node(tmp_path) as usine:
        amina = await usine.person("amina")
        id = await sent(usine, amina, film("mp4", size="640x360", seconds=20.0))
        await eventually(lambda: programs(usine), seconds=20)
        await usine.kill()
        await eventually(lambda: not programs(usine), seconds=5)
        await usine.start()

        async def is_ready() -> bool:
            return bool((await usine.api("GET", f"/api/v1/media/{id}", amina))["url"])

        await eventually(is_ready, seconds=90, every=0.2)

        await sent(usine, amina, film("mp4", size="640x360", seconds=21.0))
        await eventually(lambda: programs(usine), seconds=20)
        assert await usine.stop() == 0
        assert not programs(usine)
