"""Others: their pages, following, requests, muting and blocking; notifications; search."""

import pytest

from social import jobs
from social.people import relations
from social.people.relations import Relationship
from social.posts import pins
from storage import featured
from storage import jobs as job_rows
from storage.ids import AccountId
from storage.jobs import JobRow
from tests.web.conftest import Site
from tests.web.test_doors import counted
from tests.web.visitor import Visitor


async def tie(site: Site, name: str, other: AccountId) -> Relationship:
    """What is between a person and another."""
    return await site.world.db.read(relations.relationship, site.world.viewer(name), other, now=site.world.clock())


async def two(site: Site, *, locked: bool = False) -> tuple[Visitor, AccountId]:
    """Bruno's browser, and Amina."""
    return await site.person("bruno"), await site.world.person("amina", locked=locked)


async def test_a_page_tells_who_somebody_is(site: Site) -> None:
    bruno, _ = await two(site)
    answer = await bruno.read("/@amina")
    assert answer.page.select_one("h1").text == "Amina Benali"
    for words in ("Maintenance", "Usine, Lyon", "@amina", "Follow"):
        assert words in answer.words
    about = await bruno.read("/@amina/about")
    for words in ("Maintenance", "@amina@usine.example", "Here since 24 November 2026"):
        assert words in about.words


async def test_what_somebody_pinned_stands_on_top_of_their_page_once(site: Site) -> None:
    bruno, _ = await two(site)
    first = await site.world.say("amina", "Safety first")
    await site.world.say("amina", "Line 3 stops")
    await site.world.db.write(pins.pin, site.world.viewer("amina"), first, ids=site.world.ids, now=site.world.clock())
    statements = counted(site)
    page = (await bruno.read("/@amina")).page
    assert statements() <= 10
    shown = page.select("article.post")
    assert ["Safety first" in one.text for one in shown] == [True, False]
    assert shown[0].select_one(".why").text.strip() == "Pinned"
    assert shown[1].select_one(".why") is None
    replies = (await bruno.read("/@amina/with-replies")).page
    assert "Pinned" not in replies.text


async def test_a_look_at_somebody_of_elsewhere_has_what_they_put_forward_read_once_an_hour(site: Site) -> None:
    bruno, _ = await two(site)
    carla = await site.world.elsewhere("carla", "filiale.example")
    await site.world.db.write(featured.place, carla.id, "https://filiale.example/users/carla/featured", "")

    async def read() -> list[JobRow]:
        await bruno.read("/@carla@filiale.example")
        return await site.world.db.write(job_rows.claim, ["read_featured"], site.world.clock(), 60_000, 5)

    (job,) = await read()
    assert jobs.read(job.arguments) == jobs.ReadFeatured(account=carla.id)
    await site.world.db.write(job_rows.finish, job.id)
    assert await read() == []
    site.world.clock.pass_by(hours=2)
    assert len(await read()) == 1


async def test_a_preview_tells_who_somebody_is_in_a_few_statements(site: Site) -> None:
    bruno, amina = await two(site)
    carla = await site.person("carla")
    await bruno.send(f"/people/{site.world.id('carla')}/follow", {})
    await carla.send(f"/people/{amina}/follow", {})
    statements = counted(site)
    card = await bruno.ask("GET", "/live/person/amina")
    assert statements() <= 10
    assert card.page.select_one(".preview b").text == "Amina Benali"
    assert "Carla Ruiz" in card.page.get_text(" ")
    assert card.page.select_one(f'[formaction="/people/{amina}/follow"]') is not None
    assert (await bruno.ask("GET", "/live/person/nobody")).status == 404


@pytest.mark.parametrize("path", ["/@nobody", "/@nobody@filiale.example", "/@instance.actor", "/@", "/@@", "/@a@b@c"])
async def test_nobody_has_no_page(site: Site, path: str) -> None:
    bruno, _ = await two(site)
    assert (await bruno.read(path)).status == 404


async def test_a_name_with_our_own_domain_is_ours(site: Site) -> None:
    bruno, _ = await two(site)
    assert (await bruno.read("/@amina@usine.example")).page.select_one("h1").text == "Amina Benali"


async def test_following_and_no_longer(site: Site) -> None:
    bruno, amina = await two(site)
    answer = await bruno.send(f"/people/{amina}/follow", {"back": "/@amina"})
    assert answer.page.select_one("[formaction$=unfollow]")
    assert (await tie(site, "bruno", amina)).following
    assert "Amina Benali" in (await bruno.read("/@bruno/following")).words
    assert "Bruno Keller" in (await bruno.read("/@amina/followers")).words
    await bruno.send(f"/people/{amina}/unfollow", {"back": "/@amina"})
    assert not (await tie(site, "bruno", amina)).following


async def test_boosts_of_somebody_may_be_hidden_and_shown(site: Site) -> None:
    bruno, amina = await two(site)
    await bruno.send(f"/people/{amina}/follow", {})
    await bruno.send(f"/people/{amina}/hide-boosts", {})
    assert not (await tie(site, "bruno", amina)).showing_boosts
    await bruno.send(f"/people/{amina}/show-boosts", {})
    assert (await tie(site, "bruno", amina)).showing_boosts


@pytest.mark.parametrize(("act", "follows"), [("accept", True), ("reject", False)])
async def test_a_request_waits_until_it_is_answered(site: Site, act: str, follows: bool) -> None:
    bruno, amina = await two(site, locked=True)
    asked = await bruno.send(f"/people/{amina}/follow", {"back": "/@amina"})
    assert "It waits for their answer" in asked.page.select_one(".toast").text
    await site.world.settle()
    visitor = await site.person("amina")
    assert visitor.cookies
    home = await visitor.read("/")
    assert home.page.select_one(".nav .count").text.startswith("1")
    assert "Bruno Keller asks to follow you" in (await visitor.read("/notifications")).words
    assert "Bruno Keller" in (await visitor.read("/requests")).words
    bruno_id = site.world.id("bruno")
    await visitor.send(f"/people/{bruno_id}/{act}", {"back": "/requests"})
    assert (await tie(site, "bruno", amina)).following is follows
    assert "No request waits." in (await visitor.read("/requests")).words
    assert (await visitor.send(f"/people/{bruno_id}/{act}", {"back": "/requests"})).status == 200


async def test_blocking_asks_first_and_can_be_lifted(site: Site) -> None:
    bruno, amina = await two(site)
    page = await bruno.read(f"/people/{amina}/block")
    assert "The other site is told" in page.words
    answer = await bruno.fill(page, f"/people/{amina}/block", {})
    assert (await tie(site, "bruno", amina)).blocking
    assert answer.page.select_one(".hull [formaction$=unblock]")
    silence = await bruno.read("/settings/silence")
    assert "Amina Benali" in silence.words
    await bruno.send(f"/people/{amina}/unblock", {})
    assert not (await tie(site, "bruno", amina)).blocking


async def test_muting_is_undone_where_one_sees_whom_one_muted(site: Site) -> None:
    bruno, amina = await two(site)
    await bruno.send(f"/people/{amina}/mute", {"back": "/@amina"})
    assert "You muted Amina Benali" in (await bruno.read("/@amina")).words
    silence = await bruno.read("/settings/silence")
    assert silence.page.select_one(f'[formaction="/people/{amina}/unmute"]')
    await bruno.send(f"/people/{amina}/unmute", {})
    assert not (await tie(site, "bruno", amina)).muting


async def test_a_follower_may_be_removed(site: Site) -> None:
    bruno, amina = await two(site)
    await bruno.send(f"/people/{amina}/follow", {})
    visitor = await site.person("amina")
    await visitor.send(f"/people/{site.world.id('bruno')}/remove", {})
    assert not (await tie(site, "bruno", amina)).following


async def test_following_oneself_is_refused_in_words(site: Site) -> None:
    bruno, _ = await two(site)
    answer = await bruno.send(f"/people/{site.world.id('bruno')}/follow", {})
    assert answer.status == 403
    assert "cannot follow yourself" in answer.words


async def test_what_asks_for_me_stands_above_the_rest_and_alone_is_counted(site: Site) -> None:
    bruno, _ = await two(site)
    post = await site.world.say("bruno", "La presse tourne")
    for name in ("ines", "luc", "marc", "carla", "amina"):
        await site.world.person(name)
        await site.world.like(name, post)
    await site.world.boost("amina", post)
    await site.world.say("amina", "@bruno tu viens ?")
    await site.world.say("amina", "Moi aussi", parent=post)
    await site.world.settle()
    assert (await bruno.read("/")).page.select_one(".nav .count").text.startswith("1")
    answer = await bruno.read("/notifications")
    assert [heading.text for heading in answer.page.select(".band h2")] == ["1 new for you", "The rest"]
    notes = [" ".join(note.select_one("div:not(.who) p").text.split()) for note in answer.page.select("article.note")]
    assert notes[0] == "New: Amina Benali names you Usine, Lyon"
    assert "Amina Benali boosted your post" in notes
    assert "Amina Benali, Carla Ruiz and 3 others like your post" in notes
    read = await bruno.send("/notifications/read", {})
    assert not read.page.select(".count, .unread")
    assert [heading.text for heading in read.page.select(".band h2")] == ["For you", "The rest"]


async def test_nothing_waiting_is_good_news(site: Site) -> None:
    bruno, _ = await two(site)
    assert "No one is waiting on you. Have a good day." in (await bruno.read("/notifications")).words


async def test_people_and_subjects_are_found_by_their_beginnings(site: Site) -> None:
    bruno, _ = await two(site)
    await site.world.say("amina", "Arrêt #presse")
    assert "Amina Benali" in (await bruno.read("/search?q=ben")).words
    found = await bruno.read("/search?q=%23pre")
    assert [link["href"] for link in found.page.select(".rows a")] == ["/tags/presse"]


async def test_a_pasted_handle_is_asked_for_where_it_lives(site: Site) -> None:
    bruno, _ = await two(site)
    carla = await site.world.elsewhere("carla", "filiale.example", display_name="Carla Ortega")
    site.elsewhere.accounts["carla@filiale.example"] = carla.id
    answer = await bruno.read("/search?q=@carla@filiale.example")
    assert "Carla Ortega" in answer.words
    assert answer.page.select_one(f'[formaction="/people/{carla.id}/follow"]')


async def test_a_pasted_address_of_a_post_shows_it(site: Site) -> None:
    bruno, _ = await two(site)
    post = await site.world.say("amina", "À lire")
    site.elsewhere.posts["https://filiale.example/@carla/1"] = post
    assert "À lire" in (await bruno.read("/search?q=https://filiale.example/@carla/1")).words


@pytest.mark.parametrize(
    "q", ["zzz", "@nobody@filiale.example", "https://filiale.example/x", "%23", "%00", "@", "a%0Ab"]
)
async def test_a_search_for_nothing_says_so_and_keeps_what_was_asked(site: Site, q: str) -> None:
    bruno, _ = await two(site)
    assert (await bruno.read(f"/search?q={q}")).status == 200


async def test_no_match_is_told_in_words(site: Site) -> None:
    bruno, _ = await two(site)
    answer = await bruno.read("/search?q=courroi")
    assert "No match for “courroi”." in answer.words
    assert answer.page.select_one("#q")["value"] == "courroi"
