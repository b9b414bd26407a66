"""Screenshots of the sheet of components as short texts: what of a picture stays the same on another machine.

A print is a line: name, size, the flat colours with their share in thousandths, and, row by row, how light each square
of `CELL` pixels is, a sign for each. `make prints` writes those of `LOOKS` into `prints/`; why not pictures:
docs/decisions/0029-prints-of-components.md.
"""

import asyncio
import io
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from PIL import Image
from playwright.async_api import Browser, Page

from storage.engine.database import open_database
from storage.engine.migrate import migrate
from tests.browser.harbour import Harbour, chromium, moored, tab

FOLDER = Path(__file__).with_name("prints")
CELL = 24
SLICE = 4_000
"""Pixels of height taken at once: more, and the browser draws parts twice."""
FLAT = 3
"""Share, in thousandths, from which on a colour is kept."""
FIRST, STEPS = 33, 94
"""Signs for lightness: from `!` (black) to `~` (white)."""
PLACES = """() => [...document.querySelectorAll(".specimen")].map((one) => {
    const box = one.querySelector(".stage").getBoundingClientRect();
    const [x, y] = [Math.floor(box.x), Math.floor(box.y + scrollY)];
    return [one.id, x, y, Math.ceil(box.right) - x, box.height && Math.ceil(box.bottom + scrollY) - y];
})"""
READY = """async () => {
    document.querySelectorAll("img").forEach((image) => { image.loading = "eager"; });
    document.querySelectorAll("video, audio").forEach((one) => {
        one.controls = false;
        one.removeAttribute("src");
        one.load();
    });
    await Promise.all([...document.images].map((image) => image.decode().catch(() => undefined)));
    await document.fonts.ready;
    // Whole pixels: what is above a component does not change how its own lines fall on the screen.
    for (const part of [".specimen > *", ".specimens > *"])
        for (const one of document.querySelectorAll(part))
            one.style.height = `${Math.ceil(one.getBoundingClientRect().height)}px`;
}"""


class Look(NamedTuple):
    """How the sheet is looked at."""

    width: int
    wishes: str


LOOKS = {
    "wide": Look(1440, "theme=light"),
    "phone": Look(390, "theme=light"),
    "night": Look(1440, "theme=dark"),
    "contrast": Look(1440, "theme=light&looks=contrast"),
}


class Print(NamedTuple):
    """What is kept of the picture of a component."""

    width: int
    height: int
    colours: Mapping[str, int]
    cells: tuple[str, ...]


async def sheet(browser: Browser, harbour: Harbour, look: Look) -> dict[str, Image.Image]:
    """A picture of each component on the sheet."""
    async with tab(browser, harbour, width=look.width) as page:
        await page.goto(f"/design?{look.wishes}")
        return await pictures(page)


async def pictures(page: Page) -> dict[str, Image.Image]:
    """A picture of each component on the sheet that is open."""
    await page.evaluate(READY)
    places: list[tuple[str, int, int, int, int]] = await page.evaluate(PLACES)
    width = page.viewport_size["width"] if page.viewport_size else 0
    bottom = max(y + height for _, _, y, _, height in places)
    whole = Image.new("RGB", (width, bottom))
    for top in range(0, bottom, SLICE):
        clip = {"x": 0.0, "y": float(top), "width": float(width), "height": float(min(SLICE, bottom - top))}
        taken = await page.screenshot(full_page=True, clip=clip, animations="disabled", caret="hide")  # type: ignore[arg-type]
        whole.paste(Image.open(io.BytesIO(taken)).convert("RGB"), (0, top))
    return {name: whole.crop((x, y, x + w, y + h)) for name, x, y, w, h in places if w and h}


def printed(picture: Image.Image) -> Print:
    """What is kept of a picture."""
    total = picture.width * picture.height
    counted = picture.getcolors(total) or []
    shares = {f"{r:02x}{g:02x}{b:02x}": count * 1000 // total for count, (r, g, b) in counted}  # type: ignore[misc]
    colours = {colour: share for colour, share in sorted(shares.items()) if share >= FLAT}
    columns, rows = -(-picture.width // CELL), -(-picture.height // CELL)
    squares = picture.convert("L").resize(
        (columns, rows), Image.Resampling.BOX, box=(0, 0, picture.width, picture.height)
    )
    signs = [chr(FIRST + level * (STEPS - 1) // 255) for level in squares.tobytes()]
    cells = tuple("".join(signs[row * columns : (row + 1) * columns]) for row in range(rows))
    return Print(picture.width, picture.height, colours, cells)


def differences(kept: Print, now: Print) -> list[str]:
    """In what a component looks otherwise than it did, in words; empty for the same."""
    if abs(kept.width - now.width) > 1 or abs(kept.height - now.height) > 1:
        return [f"is {now.width}x{now.height}, was {kept.width}x{kept.height}"]
    found = []
    for colour in sorted({*kept.colours, *now.colours}):
        was, is_now = kept.colours.get(colour, FLAT - 1), now.colours.get(colour, FLAT - 1)
        if abs(was - is_now) >= max(FLAT, was // 8):
            found.append(f"#{colour} covers {is_now} thousandths, was {was}")
    moved = [
        (column * CELL, row * CELL)
        for row, (before, after) in enumerate(zip(kept.cells, now.cells, strict=False))
        for column, (one, other) in enumerate(zip(before, after, strict=False))
        if abs(ord(one) - ord(other)) > 1
    ]
    if moved:
        found.append(f"is lighter or darker at {', '.join(f'{x},{y}' for x, y in moved[:6])} ({len(moved)} places)")
    return found


def written(prints: Mapping[str, Print]) -> str:
    """Prints as the text of their file."""
    lines = []
    for name, one in sorted(prints.items()):
        colours = " ".join(f"{colour}:{share}" for colour, share in one.colours.items())
        lines += [f"{name} {one.width}x{one.height} {colours}", *(f"  {row}" for row in one.cells)]
    return "\n".join(lines) + "\n"


def read(text: str) -> dict[str, Print]:
    """The prints of a file."""
    found: dict[str, Print] = {}
    for line in text.splitlines():
        if line.startswith("  "):
            name = list(found)[-1]
            found[name] = found[name]._replace(cells=(*found[name].cells, line[2:]))
        else:
            name, size, *colours = line.split()
            width, height = size.split("x")
            shares = {colour: int(share) for colour, _, share in (one.partition(":") for one in colours)}
            found[name] = Print(int(width), int(height), shares, ())
    return found


def kept(look: str) -> dict[str, Print]:
    """The prints that are kept of a look."""
    path = FOLDER / f"{look}.txt"
    return read(path.read_text("utf-8")) if path.exists() else {}


async def take() -> None:
    """Write the prints anew: of what looks as it did, the lines stay as they are."""
    FOLDER.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/node.db"
        await migrate(url)
        db = await open_database(url)
        async with moored(db, Path(folder)) as harbour, chromium(whole=True) as browser:
            for name, look in LOOKS.items():
                before = kept(name)
                prints = {one: printed(picture) for one, picture in (await sheet(browser, harbour, look)).items()}
                same = {
                    one: before[one] for one in prints if one in before and not differences(before[one], prints[one])
                }
                prints |= same
                (FOLDER / f"{name}.txt").write_text(written(prints), "utf-8")
        await db.close()


if __name__ == "__main__":
    asyncio.run(take())
