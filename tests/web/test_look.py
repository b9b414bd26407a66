"""The look of the site, chosen by an administrator: on every page at once, in the manifest, the icon and the log."""

import io
import json

from PIL import Image

from server.work.look import LookKeeper
from social.colours import contrast
from social.governance import look
from social.look import Look
from social.policy import Role
from tests.web.conftest import Site
from tests.web.visitor import Picture, Visitor

HERE = "/admin/look"
GREEN = "#0b6e3f"


def sign(kind: str = "PNG", size: tuple[int, int] = (900, 300), colour: str = "#c0471b") -> bytes:
    """A word mark."""
    out = io.BytesIO()
    Image.new("RGB", size, colour).save(out, kind)
    return out.getvalue()


async def chosen(visitor: Visitor, **changes: str | Picture) -> str:
    """The words of the page after a change of the look."""
    return (await visitor.fill(await visitor.read(HERE), HERE, changes)).words


async def test_name_words_and_colour_are_everywhere_at_once(site: Site) -> None:
    ines, amina = await site.person("ines", role=Role.ADMIN), await site.person("amina")
    before = (await site.stranger().read("/sign-in")).text
    await chosen(ines, title="Usine de Lyon", welcome="Bienvenue à l’atelier.\nGants aux tablettes.", colour=GREEN)
    door = await site.stranger().read("/sign-in")
    assert "Bienvenue à l’atelier." in door.words and "Usine de Lyon" in door.words
    assert door.page.select_one("meta[name=theme-color]")["content"] == GREEN
    for visitor, path in ((amina, "/"), (amina, "/settings"), (ines, "/admin/people")):
        page = await visitor.read(path)
        assert "Usine de Lyon, Lyon" in page.page.select_one(".brand").get_text()
    manifest = json.loads((await amina.ask("GET", "/app.webmanifest")).text)
    assert manifest["name"] == "Groupe Armor, Usine de Lyon" and manifest["theme_color"] == GREEN
    icon = manifest["icons"][0]["src"]
    assert icon != "/app-icon/192.png"
    with Image.open(io.BytesIO((await amina.ask("GET", icon)).body)) as drawn:
        assert (11, 110, 63) in {colour for _, colour in drawn.convert("RGB").getcolors(100_000) or ()}
    sheets = [str(link["href"]) for link in door.page.select("link[rel=stylesheet]")]
    colours = next(sheet for sheet in sheets if "entities" in sheet)
    assert colours not in before and f"--own: {GREEN}" in (await amina.ask("GET", colours)).text
    assert "Usine de Lyon" in json.dumps(site.node.settings.node.title)


async def test_a_picture_of_any_kind_becomes_sizes_and_icon_and_goes_again(site: Site) -> None:
    ines = await site.person("ines", role=Role.ADMIN)
    marks = set()
    for kind, colour in (("PNG", "#c0471b"), ("JPEG", "#1d5a9c"), ("GIF", "#1b7350"), ("WEBP", "#5a4694")):
        await chosen(ines, logo=Picture("sign", sign(kind, colour=colour), "application/octet-stream"))
        shown = (await site.stranger().read("/sign-in")).page.select_one(".brand img")["src"]
        marks.add(shown)
        answer = await site.stranger().ask("GET", str(shown))
        with Image.open(io.BytesIO(answer.body)) as drawn:
            assert drawn.format == "PNG" and drawn.size == (287, 96)
        icons = json.loads((await ines.ask("GET", "/app.webmanifest")).text)["icons"]
        assert [one["sizes"] for one in icons] == ["192x192", "512x512"]
        with Image.open(io.BytesIO((await ines.ask("GET", icons[1]["src"])).body)) as drawn:
            assert drawn.size == (512, 512)
    assert len(marks) == 4
    assert (await ines.ask("GET", "/site-logo/another.png")).status == 404
    await chosen(ines, title="Usine")
    assert (await ines.read("/")).page.select_one(".brand img")
    await chosen(ines, no_logo="1")
    assert not (await ines.read("/")).page.select_one(".brand img")
    assert (await ines.ask("GET", str(shown))).status == 404


async def test_what_is_no_picture_or_no_good_colour_is_refused_and_words_are_kept(site: Site) -> None:
    ines = await site.person("ines", role=Role.ADMIN)
    wrong = await ines.fill(
        await ines.read(HERE), HERE, {"title": "Lyon", "logo": Picture("x.svg", b"<svg onload='alert(1)'/>")}
    )
    assert wrong.status == 422 and "nothing that we can show" in wrong.words
    assert wrong.page.select_one("#title")["value"] == "Lyon"
    for colour in ("#ffff66", "#f2ecde", "red", "#12345", "#1234567", "url(x)"):
        answer = await ines.fill(await ines.read(HERE), HERE, {"colour": colour})
        assert answer.status == 422, colour
        assert "Too faint" in answer.words or "Write a colour" in answer.words
    assert (await ines.fill(await ines.read(HERE), HERE, {"title": "x" * 61})).status == 422
    assert site.node.look.title == "" and site.node.settings.node.title == "Usine"


async def test_a_preview_keeps_nothing(site: Site) -> None:
    ines = await site.person("ines", role=Role.ADMIN)
    page = await ines.read(HERE)
    fields = {"title": "Forge", "description": "", "welcome": "Entrez.", "colour": GREEN}
    shown = await ines.send(f"{HERE}/preview", fields)
    assert "Not kept yet" in shown.words and "Entrez." in shown.words
    assert GREEN in str(shown.page.select_one("[data-mock] svg")) and GREEN not in str(page.page.select_one("svg"))
    assert "Forge" not in (await site.stranger().read("/sign-in")).text


async def test_only_administrators_change_it_and_the_log_says_what(site: Site) -> None:
    luc, ines = await site.person("luc", role=Role.MODERATOR), await site.person("ines", role=Role.ADMIN)
    assert (await luc.ask("GET", HERE)).status == 403
    assert (await luc.send(HERE, {"title": "Mine"})).status == 403
    await chosen(ines, title="Usine de Lyon", colour=GREEN)
    await chosen(ines)
    rows = [
        str(row.get_text(" ")) for row in (await ines.read("/admin/log?act=site")).page.select("tbody tr, .rows li")
    ]
    assert len(rows) == 1 and "Name, Colour of the site" in rows[0] and "ines" in rows[0]


async def test_what_is_emptied_is_as_the_configuration_says(site: Site) -> None:
    ines = await site.person("ines", role=Role.ADMIN)
    await chosen(ines, title="Forge", colour=GREEN, description="Où l’on forge.")
    page = await ines.read(HERE)
    drawn = str(page.words).partition("Without a choice: ")[2][:7]
    await chosen(ines, title="", colour=drawn, description="")
    assert site.node.settings == site.node.configured


async def test_another_process_of_the_node_shows_it_too(site: Site) -> None:
    keeper, ines = LookKeeper(site.node), await site.person("ines", role=Role.ADMIN)
    await chosen(ines, title="Forge")
    site.node.dress(Look())
    told: list[str] = []
    site.node.on_dress(lambda settings: told.append(settings.node.title))
    await keeper.glance()
    await keeper.glance()
    assert told == ["Forge"] and "Forge" in (await ines.read("/")).text


async def test_a_group_that_changes_keeps_the_look(site: Site) -> None:
    ines = await site.person("ines", role=Role.ADMIN)
    await chosen(ines, title="Forge", colour=GREEN)
    site.node.join(site.node.configured.group)
    own = site.node.settings.entity_of("")
    assert own is not None and (own.name, own.colour) == ("Forge", GREEN)


def test_what_is_taken_parts_from_paper_by_day_and_by_night() -> None:
    for colour in ("#0b6e3f", "#000000", "#1d5a9c", "#c0471b", "#7a0019"):
        assert look.checked(Look(colour=colour)).colour == colour
        assert contrast(colour, look.PAPER_BY_DAY) >= 3
