"""toot, the command-line client: every command that its help lists, against a running node."""

import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pexpect
import pytest
import pytest_asyncio

from social.feeds import trends
from tests.api.test_toot import TOOT, photo
from tests.nodes import settled
from tests.sites import LocalNode, Person

pytestmark = pytest.mark.asyncio(loop_scope="module")

OF_THE_TERMINAL = {("tui",), ("login",)}
"""What wants a terminal: the first is driven below, the second in `test_toot.py`."""

Nodes = tuple[LocalNode, ...]


class Shell:
    """toot, waiting for words."""

    def __init__(self, process: asyncio.subprocess.Process, folder: Path) -> None:
        self.process = process
        self.folder = folder
        self.known: set[tuple[str, ...]] = set()
        self.driven: set[tuple[str, ...]] = set()

    async def run(self, *words: str, status: int = 0) -> str:
        """A command; what it printed."""
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps(words).encode() + b"\n")
        done = await self.heard()
        assert done["status"] == status, (words, done["output"])
        self.driven.add(tuple(done["name"]))
        return str(done["output"])

    async def told(self, *words: str) -> Any:
        """A command with `--json`; what it said."""
        return json.loads(await self.run(*words, "--json"))

    async def heard(self) -> Any:
        """A line of the answer."""
        assert self.process.stdout is not None
        async with asyncio.timeout(20):
            return json.loads(await self.process.stdout.readline())

    async def sign_in(self, node: LocalNode, person: Person) -> None:
        """By the password, which test nodes allow."""
        words = ("login_cli", "-i", node.base_url, "-e", person.name, "-p", person.password)
        assert "Successfully logged in" in await self.run(*words)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shell(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Shell]:
    """One toot for all tests of this file, with settings of its own."""
    folder = tmp_path_factory.mktemp("toot")
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.api.toot_shell", limit=2**22,
        env={**os.environ, "XDG_CONFIG_HOME": str(folder), "HOME": str(folder), "LC_ALL": "C.UTF-8", "COLUMNS": "200"},
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    try:
        made = Shell(process, folder)
        made.known |= {tuple(words) for words in await made.heard()}
        yield made
    finally:
        assert process.stdin is not None
        process.stdin.close()
        await process.wait()


async def test_every_command_of_its_help_does_what_it_says(pair: Nodes, shell: Shell, tmp_path: Path) -> None:
    _, node = pair
    assert len(shell.known) > 50
    tia, luc = await node.person("tia"), await node.person("luc")
    await shell.sign_in(node, luc)
    await shell.sign_in(node, tia)
    await of_accounts(shell, node, luc)
    post = await of_posts(shell, node, luc, tmp_path)
    await of_timelines(shell, node, luc, post)
    await of_lists_and_tags(shell)
    await of_polls(shell, node, luc)
    await shell.run("logout", f"luc@{node.host}")
    assert shell.driven | OF_THE_TERMINAL == shell.known, shell.known - shell.driven - OF_THE_TERMINAL


async def of_accounts(shell: Shell, node: LocalNode, luc: Person) -> None:
    """Who one is, and what one is to others."""
    assert f"tia@{node.host}" in await shell.run("auth")
    assert f"luc@{node.host} activated" in await shell.run("activate", f"luc@{node.host}")
    await shell.run("activate", f"tia@{node.host}")
    assert "toot" in await shell.run("diag", "--server")
    assert "Archipel" in await shell.run("instance", node.base_url)
    assert "@tia" in await shell.run("whoami")
    assert "@luc" in await shell.run("whois", "luc")
    changed = ("--display-name", "Tia", "--note", "Line 3", "--bot", "--privacy", "unlisted", "--language", "fr")
    assert (await shell.told("update-account", *changed, "--sensitive"))["source"]["privacy"] == "unlisted"
    await shell.run("update-account", "--no-bot", "--no-sensitive", "--privacy", "public", "--locked")
    assert "You are now following luc" in await shell.run("follow", "luc")
    assert "@luc" in await shell.run("following")
    assert "@tia" in await shell.run("followers", "luc")
    assert "no longer following" in await shell.run("unfollow", "luc")
    for name in ("nora", "nils"):
        await node.follow(await node.person(name), await node.person("tia"))
    assert "@nora" in await shell.run("follow-requests", "list")
    assert "now following you" in await shell.run("follow-requests", "accept", "nora")
    assert "rejected" in await shell.run("follow-requests", "reject", "nils")
    assert await shell.told("follow-requests", "list") == []
    await shell.run("follow", "luc")
    for verb, back, kept in (("mute", "unmute", "muted"), ("block", "unblock", "blocked")):
        await shell.run(verb, "nora")
        assert "@nora" in await shell.run(kept)
        await shell.run(back, "nora")
        assert "@nora" not in await shell.run(kept)


async def of_posts(shell: Shell, node: LocalNode, luc: Person, folder: Path) -> str:
    """Posts, and what is done with them; the id of one of luc's."""
    picture = photo(folder / "crane.png")
    assert (await shell.told("upload", picture, "-d", "A crane"))["description"] == "A crane"
    mine = await shell.told("post", "Look #gear", "-m", picture, "-d", "A crane", "-s", "-p", "Heights", "-l", "en")
    assert (mine["sensitive"], mine["spoiler_text"], mine["language"]) == (True, "Heights", "en")
    assert (await shell.told("post", "Then", "--reply-last"))["in_reply_to_id"] == mine["id"]
    assert "scheduled" in (await shell.run("post", "Later", "--scheduled-in", "1d")).lower()
    post = str((await node.say(luc, "The #gear turns", visibility="public"))["id"])
    for verb, back in (("favourite", "unfavourite"), ("bookmark", "unbookmark"), ("reblog", "unreblog")):
        await shell.run(verb, post)
        if verb == "bookmark":
            assert "gear turns" in await shell.run("bookmarks", "--once")
        if verb == "favourite":
            assert "gear turns" in await shell.run("timelines", "favourites", "--no-pager")
        if verb == "reblog":
            assert "tia" in await shell.run("reblogged-by", post)
        await shell.run(back, post)
    await shell.run("pin", mine["id"])
    await shell.run("unpin", mine["id"])
    assert "gear" in await shell.run("status", post)
    assert "Then" in await shell.run("thread", mine["id"])
    assert "deleted" in await shell.run("delete", mine["id"])
    assert "not found" in (await shell.run("status", mine["id"], status=1)).lower()
    return post


async def of_timelines(shell: Shell, node: LocalNode, luc: Person, post: str) -> None:
    """What is read."""
    await node.say(luc, "@tia look", visibility="public")
    await settled(node)
    await node.write(trends.compute, is_on=True, now=node.clock())
    for words in (
        ("home",), ("public", "--local"), ("tag", "gear"), ("account", "luc"),
    ):  # fmt: skip
        assert "gear turns" in await shell.run("timelines", *words, "--no-pager"), words
    assert "gear turns" in await shell.run("timeline", "--once")
    assert await shell.told("timelines", "trending") == []
    assert await shell.told("timelines", "link", "https://nobody.example/page") == []
    assert "look" in await shell.run("notifications")
    assert "look" in await shell.run("notifications", "--mentions")
    assert "cleared" in await shell.run("notifications", "--clear")
    found = await shell.told("search", "gear")
    assert ([one["id"] for one in found["statuses"]], found["hashtags"][0]["name"]) == ([post], "gear")
    assert "@luc" in await shell.run("search", "luc", "-t", "accounts", "--resolve")


async def of_lists_and_tags(shell: Shell) -> None:
    """What gathers posts."""
    assert 'List "Team" created' in await shell.run("lists", "create", "Team", "--replies-policy", "none")
    assert "Added account" in await shell.run("lists", "add", "Team", "luc")
    assert "must follow" in await shell.run("lists", "add", "Team", "nils", status=1)
    assert "Team" in await shell.run("lists", "list")
    assert "@luc" in await shell.run("lists", "accounts", "Team")
    assert "gear turns" in await shell.run("timelines", "list", "Team", "--no-pager")
    assert "Removed account" in await shell.run("lists", "remove", "Team", "luc")
    assert "deleted" in await shell.run("lists", "delete", "Team")
    assert "now following #gear" in await shell.run("tags", "follow", "gear")
    assert "gear" in await shell.run("tags", "followed")
    assert "Followed" in await shell.run("tags", "info", "gear")
    assert "no longer following" in await shell.run("tags", "unfollow", "gear")
    assert "now featured" in await shell.run("tags", "feature", "gear")
    assert "gear" in await shell.run("tags", "featured")
    assert "no longer featured" in await shell.run("tags", "unfeature", "gear")


async def of_polls(shell: Shell, node: LocalNode, luc: Person) -> None:
    """What is asked."""
    options = ("--poll-option", "Mon", "--poll-option", "Tue", "--poll-expires-in", "1h", "--poll-multiple")
    assert (await shell.told("post", "When?", *options))["poll"]["multiple"] is True
    asked = await node.say(luc, "Where?", poll={"options": ["Here", "There"], "expires_in": 3600})
    assert "There" in await shell.run("polls", "show", asked["poll"]["id"])
    assert (await shell.told("polls", "vote", asked["poll"]["id"], "1"))["own_votes"] == [1]


async def test_its_windows_show_the_timeline(pair: Nodes, shell: Shell) -> None:
    _, node = pair
    mira = await node.person("mira")
    await node.say(mira, "Seen from afar", visibility="public")
    await shell.sign_in(node, mira)

    def look() -> str:
        settings = {
            "XDG_CONFIG_HOME": str(shell.folder),
            "HOME": str(shell.folder),
            "TERM": "xterm",
            "LC_ALL": "C.UTF-8",
        }
        child = pexpect.spawn(TOOT, ["tui"], env={**os.environ, **settings}, encoding="utf-8", timeout=20)
        child.setwinsize(40, 120)
        # It says first that its windows have a successor.
        child.expect("press Enter to continue")
        child.sendline("")
        child.expect("Seen from afar")
        child.send("q")
        child.expect(pexpect.EOF)
        child.close()
        return str(child.exitstatus)

    assert await asyncio.to_thread(look) == "0"
