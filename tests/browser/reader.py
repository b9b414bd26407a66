"""What a screen reader, a thumb and a narrow window find wrong with a page: the rules are in `reader.js`."""

from pathlib import Path
from typing import Any

from playwright.async_api import Page

RULES = (Path(__file__).parent / "reader.js").read_text()


async def complaints(page: Page) -> list[str]:
    """What is wrong with the page as it stands, one line each."""
    found: Any = await page.evaluate(f"(() => {{ {RULES}\nreturn [...structure(), ...contrasts()]; }})()")
    return list(found)
