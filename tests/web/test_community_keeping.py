"""How a community goes on: it is asked whether it lives, and who is in it by a rule that holds no longer stays."""

from typing import Any

from social.communities import auto, front, membership, quiet
from social.communities import communities as commands
from social.communities.quiet import ANSWER
from social.governance import states
from social.people import accounts
from social.people.accounts import ProfileChange
from social.policy import Role
from storage import communities, memberships
from storage.communities import CommunityState, Entry
from storage.community_rules import RuleField
from storage.ids import AccountId, Millis
from storage.memberships import MemberRole, MembershipRow, MemberState
from tests.web.conftest import Site
from tests.web.test_communities import founded, joined
from tests.web.test_doors import MOST, counted
from tests.web.visitor import Visitor


async def silenced(site: Site) -> None:
    """Three months go by, and the node looks who is silent."""
    site.world.clock.pass_by(days=91)
    await site.world.db.write(quiet.ask_hosts, site.world.clock())
    await site.world.settle()


async def state(site: Site, id: AccountId) -> CommunityState:
    row = await site.world.db.read(communities.by_id, id)
    assert row is not None
    return row.state


async def works_as(site: Site, name: str, job: str) -> None:
    world = site.world
    await world.db.write(
        accounts.edit_profile, world.viewer(name), ProfileChange(job=job), urls=world.urls, now=world.clock()
    )
    await world.settle()
    await world.db.write(auto.look_at_one, world.id(name), ids=world.ids, urls=world.urls, now=world.clock())
    await world.settle()


async def moved_on(site: Site, **said: Any) -> AccountId:
    """A community for the press, in which Amina was by her job, which she left."""
    made = await founded(site, **said)
    await site.world.person("amina")
    await works_as(site, "amina", "Presse")
    await site.world.db.write(
        auto.add_rule,
        site.world.viewer("luc"),
        made.id,
        RuleField.JOB,
        "Presse",
        mandatory=False,
        ids=site.world.ids,
        now=site.world.clock(),
    )
    await works_as(site, "amina", "Presse")
    await works_as(site, "amina", "Achats")
    return made.id


async def logged(visitor: Visitor) -> list[str]:
    """What the log of the site says of communities, the last first."""
    return [one.text for one in (await visitor.read("/admin/log?act=community")).page.select(".rows b")]


async def test_a_host_of_a_silent_community_is_asked_everywhere_they_look_and_keeps_it_with_one_press(
    site: Site,
) -> None:
    made = await founded(site)
    await joined(site, "amina", made.id)
    await silenced(site)
    base = f"/communities/{made.id}"
    luc, amina = await site.come_in("luc"), await site.come_in("amina")
    for path in ("/notifications", "/communities", base):
        assert (await luc.read(path)).page.select_one(f'main button[formaction="{base}/keep"]'), path
        assert (await luc.read(path)).page.select_one(f'main button[formaction="{base}/archive"]'), path
        assert not (await amina.read(path)).page.select_one(f'button[formaction="{base}/keep"]'), path
    assert "A silent community" in (await luc.read("/")).text
    assert "A silent community" not in (await amina.read("/")).text
    kept = await luc.send(f"{base}/keep", {"back": "/notifications"})
    assert kept.path.startswith("/notifications")
    assert "It stays open" in kept.text
    assert "Nobody has written in Football du jeudi" in kept.words
    assert not kept.page.select_one(f'button[formaction="{base}/keep"]')
    site.world.clock.pass_by(days=ANSWER // 86_400_000 + 1)
    await site.world.db.write(quiet.ask_hosts, site.world.clock())
    assert await state(site, made.id) is CommunityState.ACTIVE


async def test_a_host_archives_a_silent_community_from_the_notice(site: Site) -> None:
    made = await founded(site)
    await silenced(site)
    luc = await site.come_in("luc")
    done = await luc.send(f"/communities/{made.id}/archive", {"back": "/notifications"})
    assert done.path.startswith("/notifications") and "Archived." in done.text
    assert await state(site, made.id) is CommunityState.ARCHIVED


async def test_nobody_but_a_host_says_that_a_community_lives(site: Site) -> None:
    made = await founded(site)
    await joined(site, "amina", made.id)
    await silenced(site)
    amina, bruno = await site.come_in("amina"), await site.person("bruno")
    for visitor in (amina, bruno):
        assert (await visitor.send(f"/communities/{made.id}/keep", {})).status == 403
    assert (await bruno.send("/communities/1/keep", {})).status == 404
    row = await site.world.db.read(communities.by_id, made.id)
    assert row is not None and row.asked_at is not None


async def test_who_stands_in_for_a_host_of_elsewhere_is_asked_on_the_same_pages(site: Site) -> None:
    made, other = await founded(site), await founded(site, display_name="Tennis")
    await joined(site, "amina", made.id)
    await site.world.person("boss", role=Role.ADMIN)
    afar = await site.world.elsewhere("hans")
    luc, now = site.world.viewer("luc"), site.world.clock()
    for id in (made.id, other.id):
        row = MembershipRow(
            community_id=id, account_id=afar.id, state=MemberState.MEMBER, role=MemberRole.HOST, created_at=now
        )
        await site.world.db.write(memberships.put, row)
    await site.world.db.write(membership.set_role, luc, made.id, site.world.id("amina"), MemberRole.MODERATOR, now=now)
    for id in (made.id, other.id):
        await site.world.db.write(commands.hand_over, luc, id, afar.id, now=now)
    await silenced(site)
    amina, boss = await site.come_in("amina"), await site.come_in("boss")
    base = f"/communities/{made.id}"
    for path in ("/notifications", "/communities", base):
        assert (await amina.read(path)).page.select_one(f'main button[formaction="{base}/keep"]'), path
    assert "It stays open" in (await amina.send(f"{base}/keep", {})).text
    future = f"/communities/{other.id}/keeping"
    assert (await boss.read("/notifications")).page.select_one(f'main a[href="{future}"]')
    assert (await boss.read(future)).page.select_one(f'main button[formaction="/communities/{other.id}/keep"]')
    assert "It stays open" in (await boss.send(f"/communities/{other.id}/keep", {})).text
    assert await logged(boss) == ["Silent community kept open"]
    assert not (await boss.read(future)).page.select_one(f'button[formaction="/communities/{other.id}/keep"]')


async def test_who_is_in_by_a_rule_that_holds_no_longer_stays_with_one_press(site: Site) -> None:
    id = await moved_on(site)
    amina = await site.come_in("amina")
    base = f"/communities/{id}"
    for path in ("/notifications", base, f"{base}/mine"):
        assert (await amina.read(path)).page.select_one(f'main button[formaction="{base}/stay"]'), path
    for _ in range(2):
        stayed = await amina.send(f"{base}/stay", {"back": f"{base}/mine"})
        assert "You stay" in stayed.text
        assert not stayed.page.select_one(f'button[formaction="{base}/stay"]')
    site.world.clock.pass_by(days=15)
    await site.world.db.write(auto.end_due, Millis(site.world.clock()))
    assert (await amina.read(f"{base}/mine")).status == 200
    bruno = await site.person("bruno")
    assert (await bruno.send(f"{base}/stay", {})).status == 404


async def test_who_leaves_a_closed_community_is_told_whom_to_ask(site: Site) -> None:
    id = await moved_on(site, entry=Entry.REQUEST)
    amina = await site.come_in("amina")
    for path in ("/notifications", f"/communities/{id}/mine"):
        page = await amina.read(path)
        assert "Who stays here is for its hosts to say" in page.words
        assert not page.page.select_one(f'button[formaction="/communities/{id}/stay"]')
    assert (await amina.send(f"/communities/{id}/stay", {})).status == 403
    view = await site.world.db.read(front.view, site.world.viewer("amina"), id)
    assert view.mine is not None and view.mine.leaves_at is not None


async def test_what_is_asked_costs_no_statement_more(site: Site) -> None:
    made = await founded(site)
    await silenced(site)
    luc = await site.come_in("luc")
    for path in ("/notifications", f"/communities/{made.id}"):
        statements = counted(site)
        await luc.ask("GET", path)
        assert statements() <= MOST


async def test_a_host_reads_what_archiving_means_and_opens_it_again(site: Site) -> None:
    made = await founded(site)
    await joined(site, "amina", made.id)
    luc, amina = await site.come_in("luc"), await site.come_in("amina")
    base = f"/communities/{made.id}"
    assert (await luc.read(base)).page.select_one(f'a[href="{base}/settings"]')
    future = await luc.read(f"{base}/keeping")
    assert future.page.select_one(f'a[href="{base}/keeping/archive"]')
    sure = await luc.read(f"{base}/keeping/archive")
    assert "Everything stays to be read" in sure.words
    await luc.fill(sure, f"{base}/archive", {})
    assert await state(site, made.id) is CommunityState.ARCHIVED
    assert (await luc.read(f"{base}/keeping/archive")).status == 409
    assert (await luc.read(f"{base}/keeping")).page.select_one(f'button[formaction="{base}/reopen"]')
    await luc.send(f"{base}/reopen", {})
    assert await state(site, made.id) is CommunityState.ACTIVE
    for path in ("keeping", "keeping/archive", "keeping/merge"):
        assert (await amina.read(f"{base}/{path}")).status == 403, path
    for path in ("archive", "reopen", "merge", "appoint"):
        assert (await amina.send(f"{base}/{path}", {"into": "1", "heir": "amina"})).status == 403, path


async def test_who_administers_finds_communities_without_a_host_and_appoints_one(site: Site) -> None:
    made = await founded(site)
    await founded(site, "carla", display_name="Sport")
    await joined(site, "amina", made.id)
    marc = await site.person("marc", role=Role.ADMIN)
    base = f"/communities/{made.id}"

    async def found(query: str) -> list[str]:
        page = await marc.read(f"/admin/communities?{query}")
        return [one.text for one in page.page.select(".person div > a > b")]

    assert await found("") == ["Sport", "Football du jeudi"]
    assert await found("state=unhosted") == []
    assert (await marc.send(f"{base}/appoint", {"heir": "amina"})).status == 409
    await site.world.db.write(states.leave, site.world.viewer("luc"), now=site.world.clock())
    assert await found("state=unhosted") == ["Football du jeudi"]
    assert await found("q=sport") == ["Sport"]
    assert await found("state=archived") == await found("state=silent") == []
    page = await marc.read("/admin/communities?state=unhosted")
    assert "Nobody hosts it any more" in page.words and page.page.select_one(f'a[href="{base}/keeping"]')
    future = await marc.read(f"{base}/keeping")
    for name in ("nobody", "luc", "football_du_jeudi"):
        wrong = await marc.fill(future, f"{base}/appoint", {"heir": name})
        assert (wrong.status, wrong.page.select_one("#heir")["value"]) == (422, name)
    done = await marc.fill(future, f"{base}/appoint", {"heir": "@amina"})
    assert "They look after it from now on" in done.text
    assert (await (await site.come_in("amina")).read(f"{base}/settings")).status == 200
    assert await logged(marc) == ["Host of a community appointed"]
    await silenced(site)
    marc = await site.come_in("marc")
    assert sorted(await found("state=silent")) == ["Football du jeudi", "Sport"]


async def test_who_administers_archives_and_merges_what_they_do_not_host_and_it_is_written_down(site: Site) -> None:
    made = await founded(site)
    other = await founded(site, "carla", display_name="Sport")
    marc = await site.person("marc", role=Role.ADMIN)
    ines = await site.person("ines", role=Role.MODERATOR)
    base = f"/communities/{made.id}"
    assert (await ines.read(f"{base}/keeping")).status == 403
    assert (await ines.send(f"{base}/archive", {})).status == 403
    assert not (await marc.read(base)).page.select_one(f'a[href="{base}/keeping"].button')
    await marc.fill(await marc.read(f"{base}/keeping/archive"), f"{base}/archive", {})
    await marc.send(f"{base}/reopen", {})
    assert await logged(marc) == ["Community opened again", "Community archived"]
    future = await marc.read(f"{base}/keeping")
    assert "Hand it over to somebody" not in future.words, "that is for who hosts it"
    assert [one["value"] for one in future.page.select("select[name=into] option")] == [str(other.id)]
    sure = await marc.read(f"{base}/keeping/merge?into={other.id}")
    assert (await marc.fill(sure, f"{base}/merge", {})).path.startswith(f"/communities/{other.id}")
    assert (await logged(marc))[:2] == ["Community made part of another"] * 2
    assert (await ines.send(f"/communities/{other.id}/archive", {})).status == 403


async def test_what_a_host_does_with_their_own_stands_in_no_log_of_the_site(site: Site) -> None:
    made = await founded(site)
    luc = await site.come_in("luc")
    await luc.send(f"/communities/{made.id}/archive", {})
    marc = await site.person("marc", role=Role.ADMIN)
    assert await logged(marc) == []
