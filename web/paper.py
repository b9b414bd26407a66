"""Pages on paper: the PDF of a page, set by WeasyPrint in a process of its own.

WeasyPrint comes with the extra `paper` and wants Pango from the system; without it nothing offers a PDF, and the
browser's own printing stays. It takes some 60 MiB while it works, which a node does not keep; and it reads nothing but
what it is given: no picture, no font and no address of a page is fetched.
"""

import asyncio
import sys
from importlib.util import find_spec

from social.errors import Unavailable

SECONDS = 60
PRESS = "web.press"


def is_there() -> bool:
    """Whether this node can make a PDF."""
    return find_spec("weasyprint") is not None


async def printed(page: str) -> bytes:
    """The PDF of a whole page of HTML. Raises Unavailable: `no_paper` without the extra, `paper` when it fails."""
    if not is_there():
        raise Unavailable("no_paper")
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(sys.executable, "-m", PRESS, stdin=pipe, stdout=pipe, stderr=pipe)
    try:
        async with asyncio.timeout(SECONDS):
            made, complained = await process.communicate(page.encode())
    except TimeoutError as late:
        raise Unavailable("paper") from late
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    if process.returncode:
        raise Unavailable("paper") from RuntimeError(complained.decode(errors="replace")[-2_000:])
    return made
