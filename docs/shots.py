"""The pictures of the README, taken of the demo: `make shots`.

The demo is started if it does not run, and stopped then; people and posts are those of the story, so that only the
times on the pictures change. Each picture keeps `COLOURS` colours, and few bytes.
"""

import argparse
import io
import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).resolve().parents[1]
IMAGES = ROOT / "docs" / "images"
WIDE, PHONE = (1440, 900), (390, 844)
COLOURS = 200
ALIKE = 12
"""Colours that differ by no more, over all three parts, are one."""
HEAVIEST = 150_000
"""Bytes of a picture; a heavier one is refused."""
GROUND, GAP = "#f2ecde", 24
WORDS = "La ligne 4 tourne depuis ce matin. Merci à Madrid pour les deux régleurs : on vous doit un café."


class Visit(NamedTuple):
    """Somebody at a page. `then` leads on from it; `looks` are those of the browser."""

    site: str
    name: str
    path: str
    size: tuple[int, int] = WIDE
    then: str = ""
    night: bool = False


SINGLE = {
    "home": Visit("siege", "bruno", "/"),
    "night": Visit("filiale", "carla", "/", night=True),
    "profile": Visit("siege", "bruno", "/search?q=amina&kind=people", then="main .person a:not(.avatar)"),
    "absence": Visit("siege", "bruno", "/absence"),
    "community": Visit("siege", "marc", "/communities", then="main .person a:has-text('Football du jeudi')"),
    "must-read": Visit("siege", "com", "/announcements", then="main .rows .button >> nth=-1"),
    "administration": Visit("siege", "thomas", "/admin/peers"),
    "sign-in": Visit("siege", "", "/sign-in"),
}
PHONES = {
    "phone": (
        Visit("siege", "bruno", "/", PHONE),
        Visit("siege", "bruno", "/search?q=courroie&kind=posts", PHONE, then="main article a.when"),
        Visit("siege", "bruno", "/compose", PHONE),
        Visit("siege", "bruno", "/notifications", PHONE),
    ),
    "phone-together": (
        Visit("siege", "marc", "/communities", PHONE),
        Visit("siege", "marc", "/communities", PHONE, then="main .person a:has-text('Football du jeudi')"),
        Visit("usine", "karim", "/to-read", PHONE),
        Visit("usine", "karim", "/agenda", PHONE),
    ),
}


def main(arguments: Sequence[str]) -> None:
    """Take all pictures."""
    parser = argparse.ArgumentParser(prog="python -m docs.shots", description=__doc__)
    parser.add_argument("--folder", type=Path, default=ROOT / "var" / "demo")
    parser.add_argument("--first-port", default="8401")
    chosen = parser.parse_args(arguments)
    IMAGES.mkdir(exist_ok=True)
    with _demo(chosen.folder, chosen.first_port) as bases, sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=["--no-sandbox", "--force-color-profile=srgb"]
        )
        for name, visit in SINGLE.items():
            _keep(name, _taken(browser, bases, visit))
        for name, visits in PHONES.items():
            _keep(name, _beside([_taken(browser, bases, visit) for visit in visits]))
        browser.close()


@contextmanager
def _demo(folder: Path, first_port: str) -> Iterator[dict[str, str]]:
    """The addresses of the sites; a demo that ran before goes on."""
    archipel = [sys.executable, "-m", "server.cli.main"]
    where = ["--folder", str(folder)]
    ran = any(folder.glob("*/node.pid"))
    subprocess.run([*archipel, "demo", "start", *where, "--first-port", first_port], check=True, cwd=ROOT)  # noqa: S603  # our own program
    try:
        nodes = json.loads((folder / "demo.json").read_text("utf-8"))["nodes"]
        yield {node["name"]: node["base_url"] for node in nodes}
    finally:
        if not ran:
            subprocess.run([*archipel, "demo", "stop", *where], check=True, cwd=ROOT)  # noqa: S603  # our own program


def _taken(browser: Browser, bases: dict[str, str], visit: Visit) -> Image.Image:
    width, height = visit.size
    context = browser.new_context(
        base_url=bases[visit.site],
        viewport={"width": width, "height": height},
        color_scheme="dark" if visit.night else "light",
        locale="fr",
        service_workers="block",
    )
    # What is typed for the picture is kept nowhere.
    context.route("**/drafts", lambda route: route.abort())
    page = context.new_page()
    if visit.name:
        _enter(page, visit.name)
    page.goto(visit.path, wait_until="networkidle")
    if visit.then:
        page.locator(visit.then).first.click()
        page.wait_for_load_state("networkidle")
    if visit.path == "/compose":
        page.locator("#text").fill(WORDS)
        page.locator(".audience summary").click()
    taken = Image.open(io.BytesIO(page.screenshot(animations="disabled", caret="hide"))).convert("RGB")
    context.close()
    return taken


def _enter(page: Page, name: str) -> None:
    page.goto("/sign-in")
    page.fill("#name", name)
    page.fill("#password", "bonjour-armor")
    page.click("form[action='/sign-in'] button")
    page.wait_for_url("**/")


def _beside(pictures: Sequence[Image.Image]) -> Image.Image:
    """Phones beside each other."""
    width = sum(one.width for one in pictures) + GAP * (len(pictures) + 1)
    whole = Image.new("RGB", (width, pictures[0].height + 2 * GAP), GROUND)
    for place, one in enumerate(pictures):
        whole.paste(one, (GAP + place * (one.width + GAP), GAP))
    return whole


def _keep(name: str, picture: Image.Image) -> None:
    """Write a picture. Raises SystemExit for one that is too heavy."""
    path = IMAGES / f"{name}.png"
    few = picture.quantize(palette=_palette(picture), dither=Image.Dither.NONE)
    few.save(path, "PNG", optimize=True)
    size = path.stat().st_size
    if size > HEAVIEST:
        raise SystemExit(f"{path} weighs {size} bytes: more than {HEAVIEST}")
    sys.stdout.write(f"{path.relative_to(ROOT)}  {picture.width}x{picture.height}  {size // 1000} kB\n")


def _palette(picture: Image.Image) -> Image.Image:
    """The colours that cover most, no two of them alike: the grounds and the signal stay what they are."""
    counted = sorted(picture.getcolors(picture.width * picture.height) or [], reverse=True)
    chosen: list[tuple[int, ...]] = []
    for _, colour in counted:
        if isinstance(colour, tuple) and all(_distance(colour, one) > ALIKE for one in chosen):
            chosen.append(colour)
        if len(chosen) == COLOURS:
            break
    palette = Image.new("P", (1, 1))
    palette.putpalette([part for colour in chosen for part in colour])
    return palette


def _distance(one: tuple[int, ...], other: tuple[int, ...]) -> int:
    return sum(abs(a - b) for a, b in zip(one, other, strict=True))


if __name__ == "__main__":
    main(sys.argv[1:])
