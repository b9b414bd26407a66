"""A community comes to be kept by another site: made ready there, given here by a host, after reading what happens."""

from social.communities import front
from social.policy import Role
from storage import accounts, communities, memberships, moves
from storage.accounts import AccountKind, AccountRow
from storage.communities import CommunityRow, CommunityState, Entry
from storage.engine.database import Tx
from storage.ids import AccountId
from storage.memberships import MemberRole, MembershipRow, MemberState
from tests.web.conftest import Site
from tests.web.test_communities import founded, joined
from tests.web.test_community_keeping import logged
from tests.web.test_doors import MOST, counted


async def afar(
    site: Site, *follows: str, name: str = "foot2", host: str = "filiale.example", entry: Entry = Entry.OPEN
) -> AccountRow:
    """A community of another site, which says that it follows others."""
    world = site.world
    row = await world.elsewhere(name, host, kind=AccountKind.GROUP, display_name="Football de Madrid")

    def known(tx: Tx) -> None:
        communities.insert(tx, CommunityRow(account_id=row.id, entry=entry, created_at=world.clock()))
        moves.call_also(tx, row.id, list(follows))

    await world.db.write(known)
    site.elsewhere.accounts[f"@{name}@{host}"] = row.id
    return await world.row(row.id)


async def moderated(site: Site, name: str, community: AccountId) -> None:
    """Somebody moderates a community of another site."""
    own = MembershipRow(
        community_id=community,
        account_id=site.world.id(name),
        role=MemberRole.MODERATOR,
        state=MemberState.MEMBER,
        created_at=site.world.clock(),
    )
    await site.world.db.write(memberships.put, own)


async def test_a_host_reads_what_happens_and_gives_the_community_to_the_site_that_made_it_ready(site: Site) -> None:
    made = await founded(site)
    await joined(site, "amina", made.id)
    luc, base = await site.come_in("luc"), f"/communities/{made.id}"
    assert "No site has made it ready yet." in (await luc.read(f"{base}/keeping")).words
    to = await afar(site, made.uri)
    await afar(site, made.uri, name="trap", host="stranger.example")
    for query in ("/communities?q=foot", "/search?q=football&kind=communities"):
        assert [one.text for one in (await luc.read(query)).page.select(".person b")] == ["Football du jeudi"]
    future = await luc.read(f"{base}/keeping")
    assert [one["value"] for one in future.page.select("form input[name=target][type=hidden]")] == [f"@{to.acct}"]
    sure = await luc.fill(future, f"{base}/keeping/move", {})
    assert "Give Football du jeudi to Filiale, Madrid?" in sure.words
    assert "2 people go along" in sure.words
    view = await site.world.db.read(front.view, site.world.viewer("luc"), made.id)
    assert view.community.merged_into is None, "nothing is done by asking"
    done = await luc.fill(sure, f"{base}/keeping/move", {})
    assert done.path.startswith(f"/communities/{to.id}") and "Everybody goes along" in done.text
    view = await site.world.db.read(front.view, site.world.viewer("luc"), made.id)
    assert (view.community.merged_into, view.community.state) == (to.id, CommunityState.ARCHIVED)
    assert (await luc.read(base)).page.select_one(f'.notice a[href="/communities/{to.id}"]')
    former = await luc.read(base)
    assert "What was written here is read in the new one." in former.words and "Be the first" not in former.words
    assert former.page.select_one(f'.do a[href="/communities/{to.id}"]')
    found = {one["href"] for one in (await luc.read("/communities?q=foot")).page.select(".person div > a")}
    assert f"/communities/{to.id}" in found
    assert (await luc.send(f"{base}/keeping/move", {"target": f"@{to.acct}", "sure": "1"})).status in (403, 409)


async def test_it_goes_nowhere_that_does_not_follow_it_or_is_not_of_the_group_or_is_read_by_more(site: Site) -> None:
    made = await founded(site, entry=Entry.REQUEST)
    luc, base = await site.come_in("luc"), f"/communities/{made.id}"
    await afar(site, name="other")
    await afar(site, made.uri, name="trap", host="stranger.example")
    await afar(site, made.uri, name="opened")
    person = await site.world.elsewhere("carla", "filiale.example")
    site.elsewhere.accounts["@carla@filiale.example"] = person.id
    own = await founded(site, display_name="Sport")
    site.elsewhere.accounts["@sport@usine.example"] = own.id
    for target, words in (
        ("", "This is needed."),
        ("@nobody@filiale.example", "No community of that address was found."),
        ("@carla@filiale.example", "No community of that address was found."),
        ("@sport@usine.example", "Name a community of another site of the group."),
        ("@trap@stranger.example", "Name a community of another site of the group."),
        ("@other@filiale.example", "does not say yet that it follows this one"),
        ("@opened@filiale.example", "More people would read there"),
    ):
        for sure in ({}, {"sure": "1"}):
            wrong = await luc.send(f"{base}/keeping/move", {"target": target, **sure})
            assert (wrong.status, words in wrong.words) == (422, True), target
            assert (wrong.page.select_one("#target").get("value") or "") == target
    closed = await afar(site, made.uri, name="closed", entry=Entry.INVITED)
    done = await luc.send(f"{base}/keeping/move", {"target": f"@{closed.acct}", "sure": "1"})
    assert done.path.startswith(f"/communities/{closed.id}")


async def test_nobody_gives_away_what_they_do_not_host_and_who_administers_does_so_on_the_record(site: Site) -> None:
    made = await founded(site)
    await joined(site, "amina", made.id)
    to = await afar(site, made.uri)
    amina, ines = await site.come_in("amina"), await site.person("ines", role=Role.MODERATOR)
    form = {"target": f"@{to.acct}", "sure": "1"}
    for visitor in (amina, ines):
        site.elsewhere.asked.clear()
        assert (await visitor.send(f"/communities/{made.id}/keeping/move", form)).status == 403
        assert not site.elsewhere.asked, "no other site is asked for whoever may not"
    marc = await site.person("marc", role=Role.ADMIN)
    await marc.send(f"/communities/{made.id}/keeping/move", form)
    assert await logged(marc) == ["Community given to another site"]


async def test_who_moderates_a_community_of_another_site_makes_it_ready_here_once(site: Site) -> None:
    there = await afar(site, name="foot")
    for name in ("amina", "luc", "bruno"):
        await site.world.person(name)
    await moderated(site, "amina", there.id)
    amina, luc, base = await site.come_in("amina"), await site.come_in("luc"), f"/communities/{there.id}"
    assert (await luc.read(f"{base}/keeping")).status == 403
    assert (await luc.send(f"{base}/keeping/here", {"username": "foot"})).status == 403
    page = await amina.read(f"{base}/keeping")
    assert page.page.select_one("#username")["value"] == "foot"
    wrong = await amina.fill(page, f"{base}/keeping/here", {"username": "é è"})
    assert (wrong.status, wrong.page.select_one("#username")["value"]) == (422, "é è")
    done = await amina.fill(page, f"{base}/keeping/here", {"username": "foot_lyon"})
    assert "Nothing changes until a host over there says yes" in done.text
    made = await site.world.db.read(accounts.by_name, "foot_lyon", "")
    assert made is not None and there.uri in made.aliases.split()
    assert done.page.select_one(f'main a[href="/communities/{made.id}"]')
    assert not done.page.select_one("#username")
    assert (await amina.send(f"{base}/keeping/here", {"username": "foot3"})).status == 409
    view = await site.world.db.read(front.view, site.world.viewer("amina"), made.id)
    assert [one.username for one in view.hosts] == ["amina"]
    assert (await luc.read(f"/communities/{made.id}/keeping")).status == 403
    assert (await amina.send(f"/communities/{made.id}/keeping/here", {"username": "foot4"})).status == 409
    assert (await amina.read(f"{base}/keeping/archive")).status == 403
    assert (await amina.send(f"{base}/keeping/move", {"target": "@x@filiale.example"})).status == 403


async def test_what_is_hidden_is_made_ready_by_nobody_who_does_not_know_of_it(site: Site) -> None:
    there = await afar(site, name="secret", entry=Entry.HIDDEN)
    await site.world.db.write(communities.show, there.id, hidden=True, listed=False)
    luc = await site.person("luc")
    for path in ("keeping/here", "keeping/move"):
        assert (await luc.send(f"/communities/{there.id}/{path}", {"username": "x", "target": "x"})).status == 404
    assert (await luc.read(f"/communities/{there.id}/keeping")).status == 404


async def test_the_pages_of_the_future_cost_ten_statements_at_most(site: Site) -> None:
    made = await founded(site)
    await afar(site, made.uri)
    there = await afar(site, name="foot")
    await moderated(site, "luc", there.id)
    marc, luc = await site.person("marc", role=Role.ADMIN), await site.come_in("luc")
    for visitor, id in ((marc, made.id), (luc, made.id), (luc, there.id)):
        statements = counted(site)
        assert (await visitor.ask("GET", f"/communities/{id}/keeping")).status == 200
        assert statements() <= MOST
