"""Style sheets, scripts and drawings as they are sent."""

import gzip
import re
from pathlib import Path

import pytest

from social.colours import contrast
from social.settings import Entity, GroupSettings
from tests.web.conftest import ARMOR, Site
from web.assets import COMPONENTS, FOLDER, assets, joined

CSS = FOLDER / "css"


def test_every_component_stands_in_the_order() -> None:
    assert sorted(path.stem for path in (CSS / "components").iterdir()) == sorted(COMPONENTS)


def test_layers_come_in_the_order_in_which_they_are_declared() -> None:
    declared = re.search(r"@layer ([a-z, ]+);", joined())
    assert declared
    layers = list(dict.fromkeys(re.findall(r"@layer ([a-z]+) {", joined())))
    assert set(layers) == set(declared[1].split(", "))


def test_braces_of_the_joined_sheet_are_closed() -> None:
    assert joined().count("{") == joined().count("}")


def test_components_use_roles_and_no_colour_of_their_own() -> None:
    named = re.compile(r"#[0-9a-fA-F]{3,8}\b")
    allowed = {"avatar.css", "dialog.css", "menu.css"}
    found = [path.name for path in (CSS / "components").iterdir() if named.search(path.read_text())]
    assert set(found) <= allowed


def test_the_version_changes_with_the_files_and_theme_names_with_the_group() -> None:
    one, other = assets(ARMOR, "siege"), assets(GroupSettings(name="Autre"), "")
    assert one.version == other.version
    assert one.theme_url("entities.css") != other.theme_url("entities.css")


def test_an_address_of_a_file_that_is_not_there_is_refused() -> None:
    with pytest.raises(KeyError):
        assets(ARMOR, "siege").url("nothing.css")


@pytest.mark.parametrize(
    "group", [ARMOR, GroupSettings(), GroupSettings(entities=(Entity(id="a", name="A", domain="b"),))]
)
def test_a_node_of_no_entity_has_a_flag_too(group: GroupSettings) -> None:
    assert b"<svg" in next(asset.body for name, asset in assets(group, "").theme.items() if name.startswith("site."))


async def test_assets_are_kept_for_ever_and_compressed_for_who_takes_it(site: Site) -> None:
    page = (await site.stranger().read("/sign-in")).page
    sheets = [str(link["href"]) for link in page.select("link[rel=stylesheet]")]
    scripts = [str(script["src"]) for script in page.select("script[src]")]
    for address in [*sheets, *scripts]:
        plain = await site.stranger().ask("GET", address)
        packed = await site.stranger().ask("GET", address, {"accept-encoding": "gzip"})
        assert plain.status == 200 and "immutable" in plain.headers["cache-control"]
        assert gzip.decompress(packed.body) == plain.body


async def test_an_address_of_an_older_version_is_answered_but_not_kept(site: Site) -> None:
    answer = await site.stranger().ask("GET", "/static/000000000000/archipel.css")
    assert answer.status == 200
    assert "immutable" not in answer.headers["cache-control"]
    assert (await site.stranger().ask("GET", "/static/000000000000/../visit.py")).status == 404


@pytest.mark.parametrize("night", [False, True], ids=["day", "night"])
def test_words_and_edges_stand_out_from_their_grounds(night: bool) -> None:
    text = (CSS / "tokens.css").read_text()
    block = text[text.index('data-theme="dark"]') :] if night else text
    colours: dict[str, str] = {}
    for name, colour in re.findall(r"--([a-z-]+): (#[0-9a-f]{6})\b", block):
        colours.setdefault(name, colour)
    for ground in ("paper", "water", "shoal"):
        assert contrast(colours["ink"], colours[ground]) >= 7
        assert contrast(colours["ink-soft"], colours[ground]) >= 4.5
        assert contrast(colours["sea"], colours[ground]) >= 4.5
        assert contrast(colours["magenta"], colours[ground]) >= 4.5
    for ground in ("paper", "water"):
        assert contrast(colours["edge-line"], colours[ground]) >= 3
    assert contrast(colours["on-dark"], colours["sea"]) >= 7
    assert contrast(colours["on-dark"], colours["magenta"]) >= 7


async def test_the_first_load_of_a_page_stays_under_the_budget(site: Site) -> None:
    amina = await site.person("amina")
    for number in range(20):
        site.world.clock.pass_by(minutes=1)
        await site.world.say(
            "amina", f"Message {number} de la ligne 3 #presse @amina " + "et une phrase de plus. " * 12
        )
    await site.world.settle()
    home = await amina.read("/")
    addresses = re.findall(r'(?:href|src)="(/(?:static|theme)/[^"#]+)', home.text)
    scripts = [path.relative_to(FOLDER).as_posix() for path in (FOLDER / "js").rglob("*.js")]
    addresses += [assets(ARMOR, "usine").url(name) for name in scripts]
    packed = [len((await amina.ask("GET", each, {"accept-encoding": "gzip"})).body) for each in set(addresses)]
    assert len(gzip.compress(home.body)) + sum(packed) <= 60_000


def test_scripts_import_only_what_is_there() -> None:
    for path in (FOLDER / "js").rglob("*.js"):
        for target in re.findall(r'from "(\.[^"]+)"', path.read_text()):
            assert (path.parent / target).resolve().is_file(), f"{path.name} → {target}"


SOMETIMES = re.compile(r"'\s*(\w+)' if ")
"""A behaviour that a template names under a condition."""


def test_every_behaviour_that_a_template_names_is_a_module() -> None:
    templates = Path(FOLDER).parent / "templates"
    named = {
        name
        for path in templates.rglob("*.html")
        for names in re.findall(r'data-behaviour="((?:\{\{.*?\}\}|[^"{])+)"', path.read_text())
        for name in re.findall(
            r"\w+", re.sub(r"\{\{.*?\}\}", lambda found: " ".join(["", *SOMETIMES.findall(found[0]), ""]), names)
        )
    }
    assert named == {path.stem for path in (FOLDER / "js/behaviours").glob("*.js")}


async def test_the_sheet_of_components_is_no_page_of_a_node(site: Site) -> None:
    for path in ("/design", "/design/sheet.css"):
        assert (await site.stranger().read(path)).status == 404
