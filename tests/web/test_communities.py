"""Communities on pages: found, joined in one tap, made in two, written in, looked after."""

import msgspec

from social.clock import DAY
from social.communities import membership, nodes
from social.communities.beginnings import start
from social.communities.beginnings.beginning import beginnings
from social.communities.beginnings.start import Wanted
from social.communities.communities import TEMPLATES
from social.paging import Page
from social.people import relations
from social.posts import scheduled
from storage import communities, memberships
from storage.accounts import AccountKind, AccountRow
from storage.communities import CommunityRow, Entry
from storage.community_nodes import CommunityNodeRow
from storage.engine.database import Tx
from storage.ids import AccountId, Millis
from storage.memberships import MemberRole, MembershipRow, MemberState
from tests.web.conftest import Site
from tests.web.test_doors import MOST, counted
from tests.web.visitor import Answer
from tests.world import one_pair


async def founded(site: Site, host: str = "luc", **said: object) -> AccountRow:
    """A community with everything that its template gives it."""
    await site.world.person(host)
    wanted = Wanted(keys=one_pair(), display_name="Football du jeudi", template="leisure", language="en")
    wanted = msgspec.structs.replace(wanted, **said)
    return await site.world.db.write(
        start.start, site.world.viewer(host), wanted, context=site.world.context, now=site.world.clock()
    )


async def joined(site: Site, name: str, community: AccountId) -> None:
    await site.world.person(name)
    await site.world.db.write(
        membership.join,
        site.world.viewer(name),
        community,
        ids=site.world.ids,
        urls=site.world.urls,
        now=site.world.clock(),
    )


async def test_a_community_is_made_in_two_taps_and_begins_whole(site: Site) -> None:
    amina = await site.person("amina")
    shelf = await amina.read("/communities")
    assert shelf.page.select_one('a[href="/communities/new"]')
    page = await amina.read("/communities/new")
    buttons = [one["value"] for one in page.page.select('button[name="template"]')]
    assert sorted(buttons) == sorted(TEMPLATES)
    made = await amina.fill(page, "/communities", {"display_name": "Thursday football", "template": "leisure"})
    assert made.page.select_one("h1").text == "Thursday football"
    pinned = made.page.select(".post")
    assert len(pinned) == 1
    assert "Pinned" in pinned[0].text
    assert "do not argue with the referee" in pinned[0].text
    assert [one.text for one in made.page.select(".sift a")][1:] == ["#Next time", "#Gear", "#Photos"]
    about = await amina.read(f"{made.path.partition('?')[0]}/about")
    assert "We come for the fun of it." in about.words
    assert "@thursday_football@usine.example" in about.words


async def test_each_template_begins_whole_in_each_language(site: Site) -> None:
    await site.world.person("luc")
    luc = await site.come_in("luc")
    assert sorted(beginnings()) == ["en", "es", "fr"]
    for language, templates in beginnings().items():
        assert sorted(templates) == sorted(one for one in TEMPLATES if one)
        for template, begun in templates.items():
            made = await founded(site, template=template, language=language, display_name=f"{template} {language}")
            page = await luc.read(f"/communities/{made.id}")
            assert begun.guide.split("\n")[0] in page.page.select_one(".post .words").text, (template, language)
            for topic in begun.topics:
                assert f"#{topic}" in page.text


async def test_a_community_without_a_name_is_refused_with_what_was_chosen(site: Site) -> None:
    amina = await site.person("amina")
    page = await amina.send("/communities", {"display_name": " ", "template": "launch", "entry": "request"})
    assert (page.status, "This is needed." in page.words) == (422, True)
    assert page.page.select_one('input[name="entry"][value="request"][checked]')
    assert (await amina.send("/communities", {"display_name": "x", "template": "pyramid"})).status == 422
    assert (await amina.send("/communities", {"display_name": "x", "entry": "sideways"})).status == 422


async def test_one_joins_from_the_list_in_one_tap_and_it_stands_in_the_rail(site: Site) -> None:
    made = await founded(site)
    amina = await site.person("amina")
    shelf = await amina.read("/communities")
    assert shelf.page.select_one(f'button[formaction="/communities/{made.id}/join"]').text.strip() == "Join"
    back = await amina.send(f"/communities/{made.id}/join", {"back": "/communities"})
    assert "Football du jeudi" in back.page.select_one("#c-mine").find_parent("section").text
    rail = back.page.select_one(".harbours")
    assert [one.text.strip() for one in rail.select("a")] == ["Football du jeudi"]
    site.world.clock.pass_by(minutes=1)
    await site.world.say("luc", "Il manque un gardien", community=made.id)
    home = await amina.read("/")
    assert home.page.select_one(".harbours a .fine").text.split() == ["1", "new"]
    page = await amina.read(f"/communities/{made.id}")
    assert "we keep you a place" in page.page.select_one("#hello").parent.text
    assert not (await amina.read("/")).page.select_one(".harbours a .fine")
    site.world.clock.pass_by(minutes=8 * 24 * 60)
    assert not (await amina.read(f"/communities/{made.id}")).page.select_one("#hello")
    left = await amina.send(f"/communities/{made.id}/leave", {})
    assert left.page.select_one(f'button[formaction="/communities/{made.id}/join"]')
    assert not left.page.select_one(".harbours")


async def test_communities_are_found_by_words_site_and_kind(site: Site) -> None:
    await founded(site)
    await founded(site, display_name="Ligne 3", template="maintenance")
    amina = await site.person("amina")

    async def found(query: str) -> list[str]:
        page = await amina.read(f"/communities?{query}")
        return [one.text for one in page.page.select(".person b")]

    assert await found("q=foot") == ["Football du jeudi"]
    assert await found("kind=maintenance") == ["Ligne 3"]
    assert await found("site=siege") == []
    assert sorted(await found("site=usine")) == ["Football du jeudi", "Ligne 3"]
    assert "It takes two taps" in (await amina.read("/communities?q=nothing")).words or await found("q=nothing") == []
    search = await amina.read("/search?q=football&kind=communities")
    assert [one.text for one in search.page.select(".person b")] == ["Football du jeudi"]
    assert (await amina.read("/@football_du_jeudi")).page.select_one("h1").text == "Football du jeudi"


async def test_what_is_written_there_names_its_audience_and_comes_home(site: Site) -> None:
    made = await founded(site)
    await joined(site, "amina", made.id)
    amina = await site.come_in("amina")
    page = await amina.read(f"/communities/{made.id}")
    form = page.form("/compose")
    assert form.select_one('input[name="community"]')["value"] == str(made.id)
    assert "2 people" in form.select_one(".audience").text
    assert form.select_one(".foot .button").text.strip() == "Publish in Football du jeudi"
    sent = await amina.fill(page, "/compose", {"text": "Two places in the car", "topic": "gear", "key": "k1"})
    assert sent.path.startswith(f"/communities/{made.id}")
    assert "Two places in the car" in sent.words
    await site.world.settle()
    luc = await site.come_in("luc")
    home = await luc.read("/")
    why = next(one for one in home.page.select(".why") if "Football du jeudi" in one.text)
    assert why.select_one("a")["href"] == f"/communities/{made.id}"
    only = await luc.read(f"/communities/{made.id}?topic=gear")
    assert [one.text for one in only.page.select(".post .words p")] == ["Two places in the car"]


async def test_the_composer_goes_into_a_community_and_out_with_its_words(site: Site) -> None:
    made = await founded(site)
    luc = await site.come_in("luc")
    page = await luc.read("/compose")
    assert page.page.select_one(f'.into button[value="{made.id}"]').text == "Football du jeudi"
    inside = await luc.fill(page, "/compose", {"text": "half a thought"})
    assert inside.status == 200
    inside = await luc.send("/compose/into", {"text": "half a thought", "into": str(made.id)})
    assert inside.form("/compose").select_one('input[name="community"]')["value"] == str(made.id)
    assert "half a thought" in inside.page.select_one("textarea").text
    out = await luc.send("/compose/into", {"text": "half a thought", "community": str(made.id), "into": ""})
    assert not out.form("/compose").select_one('input[name="community"]')
    assert "half a thought" in out.page.select_one("textarea").text


async def test_wherever_one_writes_in_a_community_its_topics_are_offered_and_no_others(site: Site) -> None:
    made, other = await founded(site), await founded(site, display_name="Ligne 3", template="maintenance")
    luc = await site.come_in("luc")

    def topics(page: Answer) -> list[str]:
        return [one["value"] for one in page.form("/compose").select("#topic option")]

    assert topics(await luc.read("/compose")) == []
    inside = await luc.send("/compose/into", {"text": "Gloves", "into": str(made.id)})
    assert topics(inside) == topics(await luc.read(f"/communities/{made.id}")) == ["", "next-time", "gear", "photos"]
    assert topics(await luc.read(f"/compose?community={made.id}")) == topics(inside)
    (foreign, *_) = set(topics(await luc.send("/compose/into", {"into": str(other.id)}))) - {*topics(inside)}
    wrong = await luc.fill(inside, "/compose", {"text": "Gloves", "topic": foreign})
    assert wrong.status == 422 and "Gloves" in wrong.page.select_one("#text").text
    assert wrong.page.select_one("#topic-says").text == "Choose one of the list."
    assert topics(wrong) == topics(inside)
    late = {"text": "Gloves", "topic": foreign, "scheduled_at": "2026-11-25T09:30"}
    assert (await luc.fill(inside, "/compose", late)).status == 422
    await luc.send("/drafts", {"text": "Gloves", "community": str(made.id), "topic": "gear"})
    begun = await luc.read("/compose")
    assert begun.page.select_one("#topic option[selected]")["value"] == "gear"
    sent = await luc.fill(begun, "/compose", {"text": "Gloves"})
    only = await luc.read(f"/communities/{made.id}?topic=gear")
    assert [one.text for one in only.page.select(".post .words p")] == ["Gloves"]
    post = sent.path.partition("undo=")[2].partition("&")[0].partition("#")[0]
    back = await luc.send(f"/posts/{post}/undo", {})
    assert back.form("/compose").select_one('input[name="community"]')["value"] == str(made.id)
    assert back.page.select_one("#topic option[selected]")["value"] == "gear", "what was taken back goes there again"
    await luc.fill(back, "/compose", {"text": "Gloves", "scheduled_at": "2026-11-25T09:30"})
    (held,) = await site.world.db.read(scheduled.several, site.world.viewer("luc"), Page(limit=2))
    reopened = await luc.send(f"/scheduled/{held.id}/reopen", {})
    assert reopened.page.select_one("#topic option[selected]")["value"] == "gear"


async def test_an_open_one_kept_elsewhere_is_joined_and_not_asked_for(site: Site) -> None:
    world = site.world
    amina = await site.person("amina")
    said = {}
    for entry in (Entry.OPEN, Entry.REQUEST):
        name = f"{entry.value}club"
        afar = await world.elsewhere(name, "filiale.example", kind=AccountKind.GROUP, display_name=name)
        row = CommunityRow(account_id=afar.id, entry=entry, created_at=world.clock())
        await world.db.write(communities.insert, row)
        page = await amina.send(f"/communities/{afar.id}/join", {})
        said[entry] = page.page.select_one(".toast").text.strip(), page.words
        shelf = await amina.read("/communities")
        assert "Joining" in shelf.words
        assert name in shelf.page.select_one("#c-mine").find_parent("section").text
        assert name not in shelf.page.select_one("#c-found").find_parent("section").text
        assert ("Withdraw the request" in shelf.words) is (entry is Entry.REQUEST)
    toast, words = said[Entry.OPEN]
    assert toast == "You are in. It is confirmed as soon as the site that keeps this community answers."
    assert "Joining: confirmed as soon as Filiale, Madrid answers" in words and "Asked" not in words
    toast, words = said[Entry.REQUEST]
    assert toast == "Asked. It waits for their answer." and "Joining:" not in words


async def test_a_closed_community_is_asked_for_with_a_reason_and_a_host_answers(site: Site) -> None:
    made = await founded(site, entry=Entry.REQUEST)
    amina, luc = await site.person("amina"), await site.come_in("luc")
    page = await amina.read(f"/communities/{made.id}")
    assert "Members write here" in page.words
    assert "referee" not in page.words
    ask = await amina.read(f"/communities/{made.id}/ask")
    waits = await amina.fill(ask, f"/communities/{made.id}/join", {"reason": "I keep goals"})
    part = waits.page.select_one("#joining")
    assert (part["data-behaviour"], part["data-state"]) == ("turn", "asked")
    assert part.select_one("noscript a")["href"] == part["data-source"] == f"/communities/{made.id}"
    desk = await luc.read(f"/communities/{made.id}/requests")
    assert "I keep goals" in desk.words
    await luc.send(f"/communities/{made.id}/members/{site.world.id('amina')}/accept", {})
    assert "I keep goals" not in (await luc.read(f"/communities/{made.id}/requests")).words
    assert "referee" in (await amina.read(f"/communities/{made.id}")).words


async def test_what_one_hears_of_it_is_chosen(site: Site) -> None:
    made = await founded(site)
    await joined(site, "amina", made.id)
    amina = await site.come_in("amina")
    page = await amina.read(f"/communities/{made.id}/mine")
    await amina.fill(page, f"/communities/{made.id}/mine", {"level": "mentions", "topic": "gear", "muted": "1"})
    again = await amina.read(f"/communities/{made.id}/mine")
    assert again.page.select_one('input[name="level"][value="mentions"][checked]')
    assert again.page.select_one('input[name="muted"][checked]')
    assert again.page.select_one('select[name="topic"] option[selected]')["value"] == "gear"
    refused = await amina.fill(again, f"/communities/{made.id}/mine", {"digest": "1"})
    assert refused.status == 422
    stranger = await site.person("bruno")
    assert (await stranger.read(f"/communities/{made.id}/mine")).status == 404


async def test_a_hidden_community_is_nowhere_for_others(site: Site) -> None:
    made = await founded(site, entry=Entry.HIDDEN)
    amina = await site.person("amina")
    for path in ("", "/about", "/members", "/mine", "/ask", "/settings"):
        assert (await amina.read(f"/communities/{made.id}{path}")).status == 404, path
    assert (await amina.send(f"/communities/{made.id}/join", {})).status == 404
    assert (await amina.read("/@football_du_jeudi")).status == 404
    assert (
        "Football"
        not in (await amina.read("/communities?q=football")).page.select_one("#c-found").find_parent("section").text
    )


async def test_a_guest_is_marked_on_what_they_write_and_among_the_members(site: Site) -> None:
    made = await founded(site)
    amina = await site.person("amina")
    await joined(site, "amina", made.id)
    await site.person("ines")
    world = site.world
    until = Millis(world.clock() + 7 * DAY)
    luc = world.viewer("luc")
    await world.db.write(
        membership.invite, luc, made.id, world.id("ines"), until=until, ids=world.ids, now=world.clock()
    )
    await joined(site, "ines", made.id)
    said = await world.say("ines", "I bring the ball", community=made.id)
    own = await world.say("amina", "And I the goal", community=made.id)
    for path in (f"/communities/{made.id}", f"/@ines/{said}", f"/@amina/{own}"):
        page = await amina.read(path)
        marks = {
            post["id"]: "Guest of the community" in post.select_one("header").text
            for post in page.page.select("article.post")
        }
        assert marks.get(f"p{said}", True) and not marks.get(f"p{own}", False), path
    members = (await amina.read(f"/communities/{made.id}/members")).words
    assert members.count("Guest until 1 December 2026") == 1
    # Their time is over: what they wrote says still as what.
    world.clock.pass_by(days=8)
    page = await amina.read(f"/communities/{made.id}")
    assert "Guest of the community" in page.page.select_one(f"#p{said} header").text
    assert "Guest until" not in (await amina.read(f"/communities/{made.id}/members")).words


async def test_an_open_one_is_read_by_the_internet_where_the_site_is_and_a_closed_one_by_members(
    open_to_all: Site,
) -> None:
    made, closed = await founded(open_to_all), await founded(open_to_all, entry=Entry.REQUEST, display_name="Jury")
    await joined(open_to_all, "amina", made.id)
    await open_to_all.world.say("amina", "A public match", community=made.id)
    await open_to_all.world.say("luc", "A vote of ours", community=closed.id)
    nobody = open_to_all.stranger()
    assert "A public match" in (await nobody.read(f"/communities/{made.id}")).words
    assert "A vote of ours" not in (await nobody.read(f"/communities/{closed.id}")).text
    amina, luc = await open_to_all.come_in("amina"), await open_to_all.come_in("luc")
    assert "A vote of ours" not in (await amina.read(f"/communities/{closed.id}")).text
    assert "A vote of ours" in (await luc.read(f"/communities/{closed.id}")).words
    await open_to_all.world.db.write(
        relations.block,
        open_to_all.world.viewer("amina"),
        open_to_all.world.id("luc"),
        ids=open_to_all.world.ids,
        urls=open_to_all.world.urls,
        now=open_to_all.world.clock(),
    )
    assert "A public match" not in (await luc.read(f"/communities/{made.id}")).text


async def test_one_kept_elsewhere_counts_its_members_as_its_list_tells_and_its_moderators_see_their_part(
    site: Site,
) -> None:
    world = site.world
    afar = await world.elsewhere("football", "filiale.example", kind=AccountKind.GROUP, display_name="Foot")
    amina = await world.person("amina")

    def known(tx: Tx) -> None:
        communities.insert(tx, CommunityRow(account_id=afar.id, created_at=world.clock()))
        own = MembershipRow(
            community_id=afar.id,
            account_id=amina,
            role=MemberRole.MODERATOR,
            state=MemberState.MEMBER,
            created_at=world.clock(),
        )
        memberships.put(tx, own)
        rows = [("siege.example", 9), ("usine.example", 4)]
        listed = [CommunityNodeRow(community_id=afar.id, host=host, inbox_url="x", members=n) for host, n in rows]
        nodes.take(tx, afar.id, 1, listed, now=world.clock())

    await world.db.write(known)
    visitor = await site.come_in("amina")
    base = f"/communities/{afar.id}"
    page = await visitor.read(base)
    rows = [" ".join(one.get_text(" ").split()) for one in page.page.select(".reach tr")]
    assert rows == ["Siège, Paris 9", "Usine, Lyon 4", "Filiale, Madrid keeps it; its number is not told"]
    assert "Write to 13 people on 2 sites and those of Filiale, Madrid…" in page.words
    log = await visitor.read(f"{base}/log")
    assert [one["href"] for one in log.page.select("nav[aria-label='For hosts'] a")] == [
        f"{base}/requests",
        f"{base}/topics",
        f"{base}/log",
        f"{base}/health",
        f"{base}/keeping",
    ]
    assert (await visitor.read(f"{base}/settings")).status == 403


async def test_its_pages_cost_ten_statements_at_most(site: Site) -> None:
    made = await founded(site)
    await joined(site, "amina", made.id)
    for number in range(12):
        site.world.clock.pass_by(minutes=1)
        post = await site.world.say("luc", f"Match {number}", community=made.id)
        await site.world.say("amina", "Me too", parent=post)
    amina, luc = await site.come_in("amina"), await site.come_in("luc")
    base = f"/communities/{made.id}"
    await amina.read(base)
    for who, path in (
        (amina, "/communities"),
        (amina, "/communities?q=foot"),
        (amina, base),
        (amina, f"{base}/members"),
        (amina, f"{base}/about"),
        (amina, f"{base}/mine"),
        (amina, f"{base}/pages"),
        (amina, f"{base}/pages/how-it-works"),
        (amina, f"{base}/pages/how-it-works/edit"),
        (amina, f"{base}/pages/how-it-works/history"),
        (luc, f"{base}/members/{site.world.id('amina')}/expel"),
        (luc, f"{base}/posts/{post}"),
        (luc, f"{base}/settings"),
        (luc, f"{base}/requests"),
        (luc, f"{base}/health"),
    ):
        statements = counted(site)
        assert (await who.ask("GET", path)).status == 200
        assert statements() <= MOST, path
