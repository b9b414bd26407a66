"""masto.js, the client library of web apps: each call that it has, REST and streaming, against running nodes.

One Node runs the scripts of `masto/` once for all tests of this file.
"""

import asyncio
import json
import re
from pathlib import Path
from typing import Any

import msgspec
import pytest
import pytest_asyncio

from docs import left_out
from social.governance import bulletins
from social.governance.bulletins import BulletinDraft
from social.policy import Role
from storage.bulletins import BulletinId
from tests.api import masto_js
from tests.api.validate import validate
from tests.node_packages import NODE, install
from tests.sites import LocalNode, Person
from tests.world import PASSWORD

pytestmark = pytest.mark.asyncio(loop_scope="module")

FOLDER = Path(__file__).parent / "masto"
SAID: dict[str, Any] = {
    "found": ["luc", "luc", ["ana", "luc"], ["luc"], True],
    "credentials": ["Ana M.", "Line 3", "fr", "12"],
    "follow": [True, True, False, ["fr"]],
    "relations": [True],
    "followers": ["luc"],
    "following": ["luc"],
    "let in": True,
    "turned away": False,
    "familiar": [["luc"]],
    "note": "Shift 2",
    "endorse": [True, ["luc"], ["luc"], False],
    "pin": [True, False],
    "mute": [False, ["luc"], False],
    "block": [True, ["shy"], False],
    "removed": False,
    "unfollow": False,
    "suggestions": [True, False],
    "domains": ["far.example"],
    "no domains": [],
    "profile": ["Ana", "A dot", "14", "Ana"],
    "no picture": None,
    "preferences": "public",
    "nobody": 404,
    "media": ["A dot", "New", "New"],
    "post": [True, "Heights", ["A dot"]],
    "context": True,
    "several": 2,
    "acts": [True, True, True, "private"],
    "by": [["luc"], ["luc"]],
    "kept": [True, True],
    "undone": [False, False, False],
    "pinned": [True, 1, False],
    "muted": [True, False],
    "edit": [True, "The dot", "Look again #crane", 2, True],
    "poll": [[0, 1], 1],
    "quote": ["accepted", True],
    "scheduled": ["Later", 1, True],
    "report": ["Rude", "spam"],
    "deleted": "Look again #crane",
    "gone": 404,
    "list": [["luc"], True],
    "lists": ["Crew", "none", 1],
    "list's line": True,
    "no list": 404,
    "tag": [True, ["gear"], "gear", False, True, False],
    "featured": [["gear"], 1],
    "suggested tags": ["gear"],
    "tag's line": True,
    "search": ["gear"],
    "words": [2, "goal", "goals"],
    "filtered": [True],
    "filter": ["Games", 0, "Games", 1],
    "old filter": ["goal", "goal", 1],
    "home": True,
    "public": True,
    "link's line": [],
    "pages": [2, 1, 0],
    "conversation": [True, False, True],
    "conversations": 2,
    "marker": [True, 1],
    "trends": [[], [], []],
    "told": ["mention", "favourite", "favourite"],
    "one": [True, 3, 1, 2],
    "group": [2, ["luc", "shy"], 1],
    "none": [],
    "policy": "filter",
    "policy then": "filter",
    "request": "shy",
    "merged": [True, []],
    "stream user": [
        "announcement",
        "announcement.delete",
        "announcement.reaction",
        "delete",
        "filters_changed",
        "notification",
        "notifications_merged",
        "status.update",
        "update",
    ],
    "stream told": ["notification", "notifications_merged"],
    "stream direct": ["conversation"],
    "stream public": ["delete", "status.update", "update"],
    "stream media": ["delete", "update"],
    "stream local": ["delete", "status.update", "update"],
    "stream localMedia": ["delete", "update"],
    "stream remote": ["delete", "update"],
    "stream remoteMedia": ["delete", "update"],
    "stream tag": ["delete", "status.update", "update"],
    "stream localTag": ["delete", "status.update", "update"],
    "stream list": ["delete", "status.update", "update"],
    "instance": [True, True],
    "about": ["string", 12, True, [], True, {}, True],
    "app": ["Short", "read write push"],
    "joined": 403,
    "push": [True, "https://push.example/1", True],
    "no push": 404,
    "revoked": 401,
    "reaction": [["👍", True]],
    "announcement": [True, []],
    "reports": ["Rude", "chief", None, True, False],
    "accounts": True,
    "disabled": [True, False],
    "sensitive": [[True, False, False], [False, False, False]],
    "silence": [[False, True, False], [False, False, False]],
    "suspend": [[False, False, True], [False, False, False]],
    "approved": [403, 403],
    "blocked": ["suspend", "bad.example", 1],
    "allowed": ["good.example", True],
    "figures": [["new_users"], ["languages"], True],
}
"""What each step of the scripts finds."""


class Day(msgspec.Struct):
    """What the scripts printed: each step, each call, each answer."""

    said: dict[str, Any] = {}
    called: set[str] = set()
    answers: list[dict[str, Any]] = []

    def hear(self, line: dict[str, Any]) -> None:
        """A line of the scripts."""
        if "step" in line:
            self.said[line["step"]] = line["found"]
        elif "call" in line:
            self.called.add(line["call"])
        elif "answer" in line:
            self.answers.append(line)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def day(pair: tuple[LocalNode, ...]) -> Day:
    """The scripts, run."""
    await install(FOLDER, "masto")
    siege, usine = pair
    people = [await usine.person(name) for name in ("ana", "luc", "nora")]
    people += [await usine.person("shy", locked=True), await usine.person("chief", role=Role.ADMIN)]
    tokens = {one.name: one.token for one in people} | {"far": (await siege.person("far")).token}
    words = {"base": usine.base_url, "far": siege.base_url, "password": PASSWORD, "tokens": tokens}
    await announced(usine, people[-1], "Closed on Monday")
    script = await asyncio.create_subprocess_exec(
        NODE, FOLDER / "drive.mjs", json.dumps(words),
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE, limit=2**22,
    )  # fmt: skip
    assert script.stdout is not None
    assert script.stderr is not None
    found = Day()
    try:
        async with asyncio.timeout(60):
            async for raw in script.stdout:
                line = json.loads(raw)
                if "announce" in line:
                    await announced(usine, people[-1], line["announce"])
                elif "withdraw" in line:
                    await withdrawn(usine, people[-1], BulletinId(int(line["withdraw"])))
                found.hear(line)
            await script.wait()
    finally:
        if script.returncode is None:
            script.kill()
    errors = (await script.stderr.read()).decode()[-2_000:]
    assert script.returncode == 0, (found.said, found.answers[-1:], errors)
    return found


async def announced(node: LocalNode, chief: Person, text: str) -> None:
    """A bulletin of the administrator."""
    draft = BulletinDraft(text=text)
    await node.write(bulletins.write, chief.viewer, draft, urls=node.urls, now=node.clock())


async def withdrawn(node: LocalNode, chief: Person, id: BulletinId) -> None:
    """It is no longer shown."""
    await node.write(bulletins.remove, chief.viewer, id, now=node.clock())


async def test_each_call_does_what_it_says(day: Day) -> None:
    assert day.said == SAID


async def test_each_answer_is_the_entity_that_the_library_declares(day: Day) -> None:
    declared = masto_js.calls(FOLDER)
    problems = []
    for answer in day.answers:
        entity = declared[answer["answer"]].gives
        if answer["status"] >= 400:
            entity = "Error"
        elif "scheduled_at" in answer["body"] and answer["answer"] == "v1.statuses.create":
            entity = "ScheduledStatus"
        if entity:
            problems += [(answer["answer"], one) for one in validate(entity, json.loads(answer["body"]))]
    assert len(day.answers) > 200
    assert problems == []


async def test_each_call_of_the_library_is_driven_or_left_out_for_a_reason(day: Day) -> None:
    declared = masto_js.calls(FOLDER)
    assert len(declared) > 200
    assert day.called <= declared.keys()
    unserved = {re.sub(r":\w+", ":id", call): call for call in left_out.unserved()}
    for name in declared.keys() - day.called:
        calls = [unserved[call] for call in declared[name].asks if call in unserved]
        assert calls, f"{name} is served: drive it"
        assert left_out.reason(calls[0]), name
