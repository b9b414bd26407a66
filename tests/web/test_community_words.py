"""What moderators of a community say is read by whom it is for: why a post is out, a word, why one is put out."""

from social import events
from storage import memberships
from storage.communities import Entry
from storage.memberships import MembershipRow, MemberState
from tests.web.conftest import Site
from tests.web.test_communities import founded, joined
from tests.web.test_community_moving import afar, moderated


async def test_the_author_of_a_post_that_was_taken_out_reads_why(site: Site) -> None:
    made = await founded(site)
    await joined(site, "amina", made.id)
    post = await site.world.say("amina", "Selling my boots", community=made.id)
    luc, amina = await site.come_in("luc"), await site.come_in("amina")
    base = f"/communities/{made.id}"
    await luc.send(f"{base}/posts/{post}/remove", {"reason": "Sales go to the board"})
    await site.world.settle()
    notes = (await amina.read("/notifications")).words
    assert "took out what you wrote" in notes and "Sales go to the board" in notes
    assert "Why: Sales go to the board" in (await amina.read(base)).words
    await luc.send(f"{base}/log", {"post": str(post)})
    assert "It was put back." in (await amina.read("/notifications")).words


async def test_a_word_to_its_author_and_why_somebody_was_put_out_are_read(site: Site) -> None:
    made = await founded(site)
    for name in ("amina", "carla"):
        await joined(site, name, made.id)
    post = await site.world.say("amina", "Selling my boots", community=made.id)
    luc, amina, carla = [await site.come_in(name) for name in ("luc", "amina", "carla")]
    base = f"/communities/{made.id}"
    await luc.send(f"{base}/posts/{post}/warn", {"words": "Less of that"})
    page = await luc.read(f"{base}/members/{site.world.id('carla')}/expel")
    await luc.fill(page, f"{base}/members/{site.world.id('carla')}/expel", {"reason": "Shouting"})
    await site.world.settle()
    assert "Less of that" in (await amina.read("/notifications")).words
    assert "Shouting" in (await carla.read("/notifications")).words
    assert "Shouting" not in (await amina.read("/notifications")).words
    page = await luc.read(f"{base}/posts/{post}")
    assert page.page.select_one(f'a[href="{base}/members/{site.world.id("amina")}/expel"]')
    page = await luc.read(f"{base}/members/{site.world.id('amina')}/expel")
    await luc.fill(page, f"{base}/members/{site.world.id('amina')}/expel", {"reason": "Again", "ban": "1"})
    await site.world.settle()
    assert "Again" in (await amina.read("/notifications")).words


async def test_a_request_and_an_invitation_ask_for_an_answer(site: Site) -> None:
    made = await founded(site, entry=Entry.REQUEST)
    amina, luc = await site.person("amina"), await site.come_in("luc")
    base = f"/communities/{made.id}"
    await amina.send(f"{base}/join", {"reason": "I keep goals"})
    await site.world.settle()
    assert (await luc.read("/notifications")).page.select_one(f'main a.ask[href="{base}/requests"]')
    carla = await site.person("carla")
    await luc.send(f"{base}/invite", {"name": "carla"})
    await site.world.settle()
    assert (await carla.read("/notifications")).page.select_one(f'main a.ask[href="{base}"]')


async def test_who_moderates_a_community_of_another_site_looks_after_its_people_from_here(site: Site) -> None:
    """The site that keeps it is asked, and says what is so."""
    for name in ("amina", "luc"):
        await site.world.person(name)
    made = await afar(site)
    await moderated(site, "amina", made.id)
    own = MembershipRow(
        community_id=made.id, account_id=site.world.id("luc"), state=MemberState.MEMBER, created_at=site.world.clock()
    )
    await site.world.db.write(memberships.put, own)
    amina, base, luc = await site.come_in("amina"), f"/communities/{made.id}", site.world.id("luc")
    assert (await amina.read(f"{base}/members")).page.select_one(f'a[href="{base}/members/{luc}/expel"]')
    page = await amina.read(f"{base}/members/{luc}/expel")
    sent = await amina.fill(page, f"{base}/members/{luc}/expel", {"reason": "Shouting", "ban": "1"})
    assert "Sent to the site that keeps this community" in sent.text
    await site.world.person("marc")
    assert "Sent to the site" in (await amina.send(f"{base}/invite", {"name": "marc"})).text
    asked = [one for one in await site.world.happened() if isinstance(one, events.HostAsked)]
    assert [(one.of, one.verb, one.reason) for one in asked] == [
        (luc, "ban", "Shouting"),
        (site.world.id("marc"), "invite", ""),
    ]
    held = await site.world.db.read(memberships.one, made.id, luc)
    assert held is not None and held.is_in, "nothing is so before the host says it"
