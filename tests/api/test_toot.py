"""toot, the command-line client, at a terminal: signs in through a browser, posts, reads, answers, follows."""

import asyncio
import json
import os
import re
import sys
from collections.abc import AsyncIterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pexpect
import pytest
from PIL import Image

from tests.api.browser import let_in
from tests.nodes import running_group, settled
from tests.sites import LocalNode, Person

TOOT = str(Path(sys.executable).parent / "toot")
SECONDS = 20


@pytest.fixture
async def nodes(tmp_path: Path) -> AsyncIterator[tuple[LocalNode, ...]]:
    """Two nodes of one group at http://localhost, each at its port."""
    async with running_group(tmp_path, "siege", "usine", domain="localhost") as made:
        yield made


class Terminal:
    """toot in a terminal of its own, with its own settings folder and no browser to open."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir()
        self.environment = {
            **os.environ,
            "XDG_CONFIG_HOME": str(folder),
            "HOME": str(folder),
            "BROWSER": "true",
            "TERM": "xterm",
            "COLUMNS": "200",
            "LC_ALL": "C.UTF-8",
        }

    def run(self, *words: str) -> str:
        """A command, to its end; what it printed."""
        output, status = self.tried(*words)
        assert status == 0, output
        return output

    def tried(self, *words: str) -> tuple[str, int]:
        """A command, to its end; what it printed, and its status."""
        child = pexpect.spawn(TOOT, list(words), env=self.environment, encoding="utf-8", timeout=SECONDS)
        child.setwinsize(50, 400)
        child.expect(pexpect.EOF)
        output = str(child.before)
        child.close()
        return output, int(child.exitstatus or 0)

    def data(self, *words: str) -> Any:
        """A command with `--json`; what it said."""
        return json.loads(self.run(*words, "--json"))

    def sign_in(self, node: LocalNode, person: Person) -> None:
        """`toot login`: it prints an address and waits for the code."""
        child = pexpect.spawn(
            TOOT, ["login", "-i", node.base_url], env=self.environment, encoding="utf-8", timeout=SECONDS
        )
        child.setwinsize(50, 400)
        child.expect(r"(http://localhost:\d+/oauth/authorize/?\?\S+)")
        assert isinstance(child.match, re.Match)
        address = str(child.match[1])
        child.expect("Open link in default browser")
        child.sendline("n")
        child.expect("[Aa]uthorization code")
        child.sendline(let_in(address, person.name, person.password))
        child.expect("Successfully logged in")
        child.expect(pexpect.EOF)
        child.close()
        assert child.exitstatus == 0


def photo(path: Path) -> str:
    """A picture in a file."""
    out = BytesIO()
    Image.new("RGB", (200, 120), "#947").save(out, "PNG")
    path.write_bytes(out.getvalue())
    return str(path)


async def test_a_day_with_toot(nodes: tuple[LocalNode, ...], tmp_path: Path) -> None:
    siege, usine = nodes
    bruno, amina, luc = await siege.person("bruno"), await usine.person("amina"), await usine.person("luc")
    toot = Terminal(tmp_path / "toot")
    await asyncio.to_thread(toot.sign_in, usine, amina)
    assert (await asyncio.to_thread(toot.data, "whoami"))["acct"] == "amina"
    assert "Archipel" in await asyncio.to_thread(toot.run, "instance", usine.base_url)

    picture = photo(tmp_path / "crane.png")
    posted = await asyncio.to_thread(
        toot.data, "post", "Look at line 3", "--media", picture, "--description", "A crane", "-v", "public"
    )
    assert posted["media_attachments"][0]["description"] == "A crane"
    assert "Look at line 3" in await asyncio.to_thread(toot.run, "timelines", "home")
    answer = await usine.say(luc, "@amina I see it", in_reply_to_id=posted["id"])
    thread = await asyncio.to_thread(toot.run, "thread", posted["id"])
    assert "I see it" in thread
    reply = await asyncio.to_thread(toot.data, "post", "Good", "--reply-to", answer["id"])
    assert reply["in_reply_to_id"] == answer["id"]

    found = await asyncio.to_thread(toot.data, "search", f"@{bruno.acct}", "--resolve")
    assert [one["acct"] for one in found["accounts"]] == [bruno.acct]
    await asyncio.to_thread(toot.run, "follow", bruno.acct)
    await settled(siege, usine)
    await siege.say(bruno, f"Hello @{amina.acct} from headquarters")
    await settled(siege, usine)
    assert "from headquarters" in await asyncio.to_thread(toot.run, "timelines", "home")
    told = await asyncio.to_thread(toot.run, "notifications")
    assert "Hello" in told
    assert "I see it" in told
    for verb in ("favourite", "bookmark", "reblog"):
        await asyncio.to_thread(toot.run, verb, answer["id"])
    assert "luc" in await asyncio.to_thread(toot.run, "search", "luc")
    await asyncio.to_thread(toot.run, "delete", reply["id"])
    await asyncio.to_thread(toot.run, "logout", f"amina@{usine.host}")


async def test_toot_is_told_of_a_wrong_password(nodes: tuple[LocalNode, ...], tmp_path: Path) -> None:
    _, usine = nodes
    amina = await usine.person("amina")
    toot = Terminal(tmp_path / "toot")

    def enter(password: str) -> tuple[str, int]:
        return toot.tried("login_cli", "-i", usine.base_url, "-e", amina.name, "-p", password)

    output, status = await asyncio.to_thread(enter, "wrong")
    assert "Login failed" in output
    assert status != 0
    output, status = await asyncio.to_thread(enter, amina.password)
    assert (status, "Successfully logged in" in output) == (0, True)
