"""What a reader of a page would complain about: our own rules (`reader.js`), and those of `axe-core` (WCAG 2.2 AA)."""

from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from pathlib import Path

from playwright.async_api import Page

RULES = Path(__file__).with_name("reader.js").read_text(encoding="utf-8")
STANDARDS = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
SHOWN = 4
"""Elements shown of one finding."""


@cache
def axe() -> str:
    """The script of `axe-core`, as its package brings it."""
    return (files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8")


async def complaints(page: Page) -> list[str]:
    """All findings on the page as it stands, once it is there to its end."""
    await page.wait_for_load_state()
    return [*await own_rules(page), *await violations(page)]


async def own_rules(page: Page) -> list[str]:
    """Findings by our own rules: structure, names, sizes, contrast, width."""
    found: list[str] = await page.evaluate(f"(() => {{ {RULES}\nreturn [...structure(), ...contrasts()]; }})()")
    return found


async def contrasts(page: Page) -> list[str]:
    """Words on the page that are too pale on their ground."""
    found: list[str] = await page.evaluate(f"(() => {{ {RULES}\nreturn contrasts(); }})()")
    return found


async def violations(page: Page, rules: Sequence[str] = ()) -> list[str]:
    """What breaks a rule of `axe-core`, all or only `rules`. The script is given by the browser, past the policy."""
    await page.evaluate(axe())
    chosen = {"type": "rule", "values": list(rules)} if rules else list(STANDARDS)
    result = await page.evaluate("(runOnly) => axe.run(document, {runOnly, resultTypes: ['violations']})", chosen)
    return [
        f"{one['id']}: {one['help']}: {' | '.join(node['html'][:120] for node in one['nodes'][:SHOWN])}"
        for one in result["violations"]
    ]
