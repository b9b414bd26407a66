"""What people read when a community of theirs goes on as another one, and administrators when nobody hosts one."""

from social.communities import unhosted
from social.governance import states
from social.policy import Role
from tests.web.conftest import Site
from tests.web.test_communities import founded, joined


async def test_a_member_reads_that_it_goes_on_and_the_former_page_leads_there(site: Site) -> None:
    made, other = await founded(site), await founded(site, display_name="Sport")
    await joined(site, "amina", made.id)
    luc, amina = await site.come_in("luc"), await site.come_in("amina")
    base = f"/communities/{made.id}"
    sure = await luc.read(f"{base}/keeping/merge?into={other.id}")
    await luc.fill(sure, f"{base}/merge", {})
    await site.world.settle()
    notes = await amina.read("/notifications")
    assert "A community of yours goes on as Sport" in notes.words
    former = await amina.read(base)
    assert former.page.select_one(f'[role="note"] a[href="/communities/{other.id}"]')
    mine = await amina.read(f"/communities/{other.id}/mine")
    assert mine.status == 200, "she is in it"


async def test_who_administers_reads_that_nobody_looks_after_one_and_is_led_to_where_to_appoint(site: Site) -> None:
    made = await founded(site)
    await joined(site, "amina", made.id)
    marc = await site.person("marc", role=Role.ADMIN)
    world = site.world
    await world.db.write(states.leave, world.viewer("luc"), now=world.clock())
    for _ in range(2):
        await world.db.write(unhosted.look, [], world.urls.host, world.clock())
        await world.settle()
    notes = await marc.read("/notifications")
    assert notes.words.count("Nobody looks after") == 1
    assert notes.page.select_one(f'a[href="/communities/{made.id}/keeping"]')
    amina = await site.come_in("amina")
    assert "Nobody looks after" not in (await amina.read("/notifications")).words
