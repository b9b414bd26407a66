"""Pages on paper: the PDF of a page, set by WeasyPrint in a process of its own.

WeasyPrint comes with the extra `paper` and wants Pango from the system; without it nothing offers a PDF, and the
browser's own printing stays. It takes some 60 MiB while it works, which a node does not keep. Words of others are in
the page: so it is confined as what reads their films is, and reads nothing but what it is given.
"""

import asyncio
import sys
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory

from social.errors import Unavailable
from social.sandbox import Bounds, ProgramFailed, run

MIB = 1024 * 1024
BOUNDS = Bounds(seconds=60, cpu_seconds=30, memory_bytes=1024 * MIB, file_bytes=32 * MIB)
PRESS = "web.press"
PRESSES = 2
"""So many work at the same time; whoever asks for one more is told to try again."""
_at_work: set[Path] = set()


def is_there() -> bool:
    """Whether this node can make a PDF."""
    return find_spec("weasyprint") is not None


async def printed(page: str) -> bytes:
    """The PDF of a whole page of HTML. Raises Unavailable: `no_paper` without the extra, `paper` when it fails."""
    if not is_there():
        raise Unavailable("no_paper")
    if len(_at_work) >= PRESSES:
        raise Unavailable
    with TemporaryDirectory(prefix="archipel-paper-") as name:
        folder = Path(name)
        _at_work.add(folder)
        try:
            return await _set(page, folder)
        except ProgramFailed as cause:
            raise Unavailable("paper") from cause
        finally:
            _at_work.remove(folder)


async def _set(page: str, folder: Path) -> bytes:
    text, made = folder / "page.html", folder / "page.pdf"
    await asyncio.to_thread(text.write_text, page, "utf-8")
    await run([sys.executable, "-I", "-m", PRESS, str(text), str(made)], BOUNDS, folder)
    return await asyncio.to_thread(made.read_bytes)
