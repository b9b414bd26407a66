"""What those who look after a community do on its pages: settings, people, posts, pages, and how it fares."""

from social.communities import auto
from storage import memberships
from tests.web.conftest import Site
from tests.web.test_communities import founded, joined


async def test_hosts_change_it_and_nobody_else_does(site: Site) -> None:
    made = await founded(site)
    await joined(site, "amina", made.id)
    luc, amina = await site.come_in("luc"), await site.come_in("amina")
    base = f"/communities/{made.id}"
    for path in ("settings", "requests", "topics", "health", "log"):
        assert (await amina.read(f"{base}/{path}")).status == 403, path
        assert (await luc.read(f"{base}/{path}")).status == 200, path
    page = await luc.read(f"{base}/settings")
    saved = await luc.fill(page, f"{base}/settings", {"display_name": "Foot", "posting": "hosts", "purpose": "Jouer."})
    assert saved.page.select_one("h1").text == "Foot"
    seen = await amina.read(base)
    assert "New posts are for hosts here" in seen.words
    assert not seen.page.select_one('form[action="/compose"]')
    assert (await amina.send(f"{base}/settings", {"display_name": "Mine"})).status == 403
    await luc.send(f"{base}/topics", {"topic": "Arbitres"})
    assert (await luc.send(f"{base}/topics", {"topic": "arbitres"})).status == 422
    assert "#Arbitres" in (await amina.read(base)).text
    await luc.send(f"{base}/topics/remove", {"topic": "arbitres"})
    assert "#Arbitres" not in (await amina.read(base)).text
    archived = await luc.send(f"{base}/archive", {})
    assert "nothing new is written" in archived.words
    await luc.send(f"{base}/reopen", {})
    assert "nothing new is written" not in (await amina.read(base)).words


async def test_roles_are_given_and_somebody_is_taken_out_with_a_reason(site: Site) -> None:
    made = await founded(site)
    for name in ("amina", "carla"):
        await joined(site, name, made.id)
    luc = await site.come_in("luc")
    base, amina = f"/communities/{made.id}", site.world.id("amina")
    await luc.send(f"{base}/members/{amina}/role", {"role": "moderator"})
    assert "Moderator" in (await luc.read(f"{base}/members")).words
    nothing = await luc.read(f"{base}/members/{site.world.id('carla')}/praise")
    assert nothing.status == 404 and "doesn’t exist" in nothing.words.replace("'", "’")
    page = await luc.read(f"{base}/members/{site.world.id('carla')}/expel")
    await luc.fill(page, f"{base}/members/{site.world.id('carla')}/expel", {"reason": "Shouting", "ban": "1"})
    assert "Carla" not in (await luc.read(f"{base}/members")).words
    assert "Shouting" in (await luc.read(f"{base}/requests")).words
    await luc.send(f"{base}/members/{site.world.id('carla')}/unban", {})
    await luc.send(f"{base}/members/{amina}/hand-over", {})
    assert (await luc.read(f"{base}/settings")).status == 403
    heir = await site.come_in("amina")
    assert (await heir.read(f"{base}/settings")).status == 200


async def test_a_post_is_looked_after_by_moderators_alone(site: Site) -> None:
    made = await founded(site)
    await joined(site, "amina", made.id)
    post = await site.world.say("amina", "Selling my boots", community=made.id)
    luc, amina = await site.come_in("luc"), await site.come_in("amina")
    place = f"/communities/{made.id}/posts/{post}"
    assert (await amina.read(place)).status == 404
    assert (await luc.read(f"/communities/{made.id}")).page.select_one(f'a[href="{place}"]')
    await luc.send(f"{place}/lock", {})
    await luc.send(f"{place}/stick", {})
    assert "Pinned, Closed to answers" in (await amina.read(f"/communities/{made.id}")).words
    blank = await luc.send(f"{place}/remove", {"reason": " "})
    assert blank.status == 422
    await luc.send(f"{place}/remove", {"reason": "No advertising"})
    assert "Selling" not in (await luc.read(f"/communities/{made.id}")).words
    assert "you alone see it" in (await amina.read(f"/communities/{made.id}")).words
    log = await luc.read(f"/communities/{made.id}/log")
    assert "No advertising" in log.words
    await luc.send(f"/communities/{made.id}/log", {"post": str(post)})
    assert "Selling" in (await luc.read(f"/communities/{made.id}")).words


async def test_pages_are_written_by_members_with_their_history_and_nobody_is_overwritten(site: Site) -> None:
    made = await founded(site)
    await joined(site, "amina", made.id)
    luc, amina = await site.come_in("luc"), await site.come_in("amina")
    base = f"/communities/{made.id}"
    assert "How it works" in (await amina.read(f"{base}/pages")).words
    editor = await amina.read(f"{base}/pages/how-it-works/edit")
    other = await luc.read(f"{base}/pages/how-it-works/edit")
    saved = await amina.fill(editor, f"{base}/pages/how-it-works/edit", {"source": "Gerland, Thursdays at seven"})
    assert "Gerland, Thursdays at seven" in saved.words
    both = await luc.fill(other, f"{base}/pages/how-it-works/edit", {"source": "Gerland, Thursdays at eight"})
    assert both.status == 422
    assert "at seven" in both.page.select_one(".notice").text
    assert "at eight" in both.page.select_one("textarea[name=source]").text
    merged = await luc.fill(both, f"{base}/pages/how-it-works/edit", {"source": "Gerland, Thursdays at half past"})
    assert "half past" in merged.words
    history = await amina.read(f"{base}/pages/how-it-works/history")
    assert len(history.page.select("article.step")) == 3
    assert "seven" in history.page.select_one("article.step del").text
    assert (await amina.send(f"{base}/new-page", {"title": "How it works", "source": "x"})).status == 422
    assert (await amina.send(f"{base}/new-page", {"title": "", "source": "x"})).status == 422
    assert "Shoes" in (await amina.send(f"{base}/new-page", {"title": "Shoes", "source": "Bring two."})).words
    assert (await amina.send(f"{base}/pages/shoes/remove", {})).status == 403
    assert "Shoes" not in (await luc.send(f"{base}/pages/shoes/remove", {})).page.select_one(".rows").text
    stranger = await site.person("bruno")
    assert (await stranger.send(f"{base}/new-page", {"title": "Mine", "source": "x"})).status == 403


async def test_rules_of_joining_and_merging_are_the_hosts_to_set(site: Site) -> None:
    made = await founded(site)
    other = await founded(site, display_name="Sport")
    luc = await site.come_in("luc")
    base = f"/communities/{made.id}"
    await luc.send(f"{base}/rules", {"field": "job", "value": "Maintenance", "mandatory": "1"})
    page = await luc.read(f"{base}/settings")
    assert "Whoever works as maintenance" in page.words
    assert (await luc.send(f"{base}/rules", {"field": "job", "value": "maintenance"})).status == 422
    assert (await luc.send(f"{base}/rules", {"field": "job", "value": " "})).status == 422
    assert (await luc.send(f"{base}/rules", {"field": "shoe", "value": "42"})).status == 422
    rule = page.page.select_one(f'button[formaction="{base}/rules/remove"]')["value"]
    await luc.send(f"{base}/rules/remove", {"rule": rule})
    assert (await luc.send(f"{base}/merge", {"into": ""})).status == 422
    future = await luc.read(f"{base}/keeping")
    assert [one["value"] for one in future.page.select("select[name=into] option")] == [str(other.id)]
    assert (await luc.read(f"{base}/keeping/merge?into=1")).status == 422
    sure = await luc.read(f"{base}/keeping/merge?into={other.id}")
    assert "Let Football du jeudi go on in Sport?" in sure.words
    await luc.fill(sure, f"{base}/merge", {})
    assert (await luc.read(base)).page.select_one(f'.notice a[href="/communities/{other.id}"]')


async def test_everybody_of_a_site_is_in_by_the_name_that_people_give_it(site: Site) -> None:
    made = await founded(site)
    await site.world.person("amina")
    luc, base = await site.come_in("luc"), f"/communities/{made.id}"
    for written in ("Usine, Lyon", "usine", "LYON"):
        page = await luc.read(f"{base}/settings")
        await luc.fill(page, f"{base}/rules", {"field": "site", "value": written})
        page = await luc.read(f"{base}/settings")
        assert "Everybody of the site Usine, Lyon" in page.words, written
        await site.world.settle()
        await site.world.db.write(
            auto.look_at_one, site.world.id("amina"), ids=site.world.ids, urls=site.world.urls, now=site.world.clock()
        )
        own = await site.world.db.read(memberships.one, made.id, site.world.id("amina"))
        assert own is not None and own.is_in, written
        rule = page.page.select_one(f'button[formaction="{base}/rules/remove"]')["value"]
        await luc.send(f"{base}/rules/remove", {"rule": rule})
    wrong = await luc.send(f"{base}/rules", {"field": "site", "value": "Marseille"})
    assert wrong.status == 422 and "Choose one of the list." in wrong.words


async def test_how_it_fares_is_told_in_sums_without_names(site: Site) -> None:
    made = await founded(site)
    await joined(site, "amina", made.id)
    asked = await site.world.say("amina", "Who has a ball?", community=made.id)
    site.world.clock.pass_by(hours=3)
    await site.world.say("luc", "I have", parent=asked)
    luc = await site.come_in("luc")
    page = await luc.read(f"/communities/{made.id}/health")
    main = page.page.select_one(".facts").get_text(" ", strip=True)
    assert "1 of 2" in main
    assert "half of them within 3 hours" in main
    assert "Amina" not in main
