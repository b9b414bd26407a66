"""What one settles with somebody for oneself: a note, showing them on one's page, and no word of their site."""

from social.paging import Page
from social.people import domain_blocks
from storage.accounts import AccountRow
from tests.web.conftest import Site
from tests.web.visitor import Visitor


async def two(site: Site) -> tuple[Visitor, AccountRow]:
    """Amina, and carla of another site, whom she follows."""
    amina = await site.person("amina")
    carla = await site.world.elsewhere("carla", "filiale.example")
    await site.world.follow("amina", carla.id)
    return amina, carla


async def test_a_note_is_kept_and_only_its_writer_reads_it(site: Site) -> None:
    amina, carla = await two(site)
    luc = await site.person("luc")
    page = await amina.read(f"/people/{carla.id}/note")
    done = await amina.fill(page, f"/people/{carla.id}/note", {"comment": "Connaît la ligne 3"})
    assert "Your note: Connaît la ligne 3" in done.words
    assert "ligne 3" not in (await luc.read("/@carla@filiale.example")).words
    again = await amina.read(f"/people/{carla.id}/note")
    assert "Your note" not in (await amina.fill(again, f"/people/{carla.id}/note", {"comment": ""})).words


async def test_a_note_too_long_keeps_what_was_written(site: Site) -> None:
    amina, carla = await two(site)
    answer = await amina.send(f"/people/{carla.id}/note", {"comment": "x" * 2_001})
    assert answer.status == 422
    assert answer.page.select_one("textarea").text.strip() == "x" * 2_001


async def test_somebody_is_shown_on_ones_page_and_no_longer(site: Site) -> None:
    amina, _ = await two(site)
    bruno = await site.world.person("bruno")
    await site.world.follow("amina", "bruno")
    profile = "/@bruno"
    assert (await amina.read(profile)).page.select_one(f'[formaction="/people/{bruno}/endorse"]')
    await amina.send(f"/people/{bruno}/endorse", {})
    assert (await amina.read(profile)).page.select_one(f'[formaction="/people/{bruno}/unendorse"]')
    await amina.send(f"/people/{bruno}/unendorse", {})
    assert (await amina.read(profile)).page.select_one(f'[formaction="/people/{bruno}/endorse"]')


async def test_a_whole_site_is_blocked_and_heard_again(site: Site) -> None:
    amina, carla = await two(site)
    page = await amina.read(f"/people/{carla.id}/site")
    assert "Block all of filiale.example?" in page.words
    blocked = await amina.fill(page, f"/people/{carla.id}/site", {})
    assert "You hear nothing of filiale.example." in blocked.words
    found = await site.world.db.read(domain_blocks.blocked, site.world.viewer("amina"), Page(limit=5))
    assert [domain for _, domain in found] == ["filiale.example"]
    again = await amina.read(f"/people/{carla.id}/site")
    after = await amina.fill(again, f"/people/{carla.id}/site/unblock", {})
    assert "You hear nothing" not in after.words


async def test_ones_own_site_cannot_be_blocked(site: Site) -> None:
    amina = await site.person("amina")
    bruno = await site.world.person("bruno")
    assert (await amina.read(f"/people/{bruno}/site")).status == 404
    assert (await amina.send(f"/people/{bruno}/site", {})).status == 404
    assert not (await amina.read("/@bruno")).page.select(f'a[href="/people/{bruno}/site"]')


async def test_animations_play_by_themselves_for_who_wishes_so(site: Site) -> None:
    amina = await site.person("amina")
    page = await amina.read("/settings/reading")
    done = await amina.fill(page, "/settings/reading", {"autoplay_gifs": "on"})
    assert done.page.select_one("input[name=autoplay_gifs][checked]")
