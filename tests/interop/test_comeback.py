"""A node that was away comes back: within thirty seconds it shows what the others show, and they what it had to say.

The nodes are processes: stopped, or killed in the middle of what they did.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Sequence
from typing import Any

import aiohttp
import pytest
import pytest_asyncio

from server.work.quiet import unquiet
from social.clock import HOUR
from storage import deliveries, peers
from storage.engine.database import Tx
from storage.ids import Millis
from tests.browser.harbour import drawn
from tests.interop import views
from tests.nodes import eventually, served_group, settled
from tests.sites import Person, ProcessNode, Site

pytestmark = pytest.mark.asyncio(loop_scope="module")
SECONDS = 30.0
"""What issue 3 promises."""
CREW = 5
"""People of a node who write while another is away: as many fail there at once as close its breaker."""


class Armor:
    """Three nodes of the group as processes, with people who follow each other."""

    def __init__(self, siege: ProcessNode, usine: ProcessNode, filiale: ProcessNode) -> None:
        self.siege, self.usine, self.filiale = siege, usine, filiale
        self.people: dict[str, Person] = {}
        self.readers: dict[Site, Person] = {}

    @property
    def sites(self) -> tuple[ProcessNode, ...]:
        return self.siege, self.usine, self.filiale

    async def settle(self) -> None:
        """The people: a crew on each side, twins who follow the same, a reader who follows nobody."""
        homes = {
            "bruno": self.siege, "ines": self.siege, "marc": self.siege,
            "amina": self.usine, "luc": self.usine,
            "carla": self.filiale, "javier": self.filiale,
        }  # fmt: skip
        for name, site in homes.items():
            self.people[name] = await site.person(name)
        for site in self.sites:
            self.readers[site] = await site.person("reader")
        for site in (self.siege, self.filiale):
            for number in range(CREW):
                name = f"crew_{site.name}_{number}"
                self.people[name] = await site.person(name)
        people = self.people
        for twin, site in (("luc", self.usine), ("ines", self.siege)):
            for followed in ("bruno", "carla"):
                await site.follow(people[twin], people[followed])
        await self.siege.follow(people["bruno"], people["amina"])
        await settled(*self.sites)

    async def given_up(self, site: Site, host: str) -> None:
        """Wait until a node has left another alone for now."""

        async def is_closed() -> bool:
            row = await site.read(peers.by_host, host)
            return row is not None and row.closed_until > site.clock()

        await eventually(is_closed)

    async def close_for(self, site: Site, host: str) -> None:
        """Keep a breaker closed for an hour: longer than anybody here waits."""
        now = site.clock()
        await site.write(peers.failed, host, "away", Millis(now + HOUR), now)

    async def come_back(self) -> tuple[views.View, float]:
        """Start `usine` and wait until all show the same; that view, and the seconds since its start."""
        began = time.monotonic()
        await self.usine.start()
        started = time.monotonic() - began
        view = await views.equal(self.readers, list(self.people.values()), seconds=SECONDS - started)
        return view, time.monotonic() - began


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def group(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Armor]:
    folder = tmp_path_factory.mktemp("armor")
    async with served_group(folder, "siege", "usine", "filiale") as nodes:
        armor = Armor(*nodes)
        await armor.settle()
        yield armor


@pytest_asyncio.fixture(loop_scope="module")
async def armor(group: Armor) -> AsyncIterator[Armor]:
    """The group with all nodes up, whatever another test left; none of them may have stumbled."""
    if not await group.usine.is_healthy():
        await group.usine.start()
    said = {site: len(site.said()) for site in group.sites}
    yield group
    for site, before in said.items():
        assert "Traceback" not in site.said()[before:], site.said()[before:]


class Morning:
    """Posts of before `usine` went away, and what became of them since."""

    def __init__(self, armor: Armor) -> None:
        self.armor = armor
        self.posts: dict[str, Any] = {}

    async def before(self) -> None:
        """All three nodes have talked."""
        armor, people, posts = self.armor, self.armor.people, self.posts
        say = {name: site for site in armor.sites for name, person in people.items() if person.acct.endswith(site.host)}
        for key, name, text in (
            ("press", "bruno", "La presse de la ligne 4 tourne depuis 6 h 40. #ligne4"),
            ("plan", "bruno", "Réunion à 14 h."),
            ("wrong", "carla", "El informe está equivocado."),
            ("pallets", "javier", "We share one pallet format with Lyon."),
            ("belt", "amina", "Qui décide du stock de courroies ?"),
        ):
            posts[key] = await say[name].say(people[name], text)
        await armor.filiale.follow(people["carla"], people["amina"])
        marc = await armor.siege.account_of(people["marc"], people["amina"])
        await armor.siege.api("POST", f"/api/v1/accounts/{marc}/unfollow", people["marc"])
        await settled(*armor.sites)
        await self.react(armor.filiale, "carla", "press", "reblog")
        await self.react(armor.siege, "ines", "wrong", "favourite")
        await settled(*armor.sites)

    async def meanwhile(self) -> None:
        """`siege` and `filiale` go on without `usine`."""
        armor, people, posts = self.armor, self.armor.people, self.posts
        siege, filiale = armor.siege, armor.filiale
        posts["news"] = await siege.say(people["bruno"], "Le port de Brest signe. #brest")
        posts["quality"] = await filiale.say(
            people["carla"], "Nuevo control de calidad. #calidad", spoiler_text="Norma"
        )
        picture = await self.picture(siege, "marc", "Une grue rouge sur un quai.")
        posts["crane"] = await siege.say(people["marc"], "La grue est là.", media_ids=[picture])
        await siege.say(people["ines"], "Bravo.", visibility="private")
        posts["few"] = await filiale.say(people["carla"], "Solo para quienes me siguen.", visibility="private")
        posts["call"] = await siege.say(people["bruno"], f"@{people['amina'].acct} rappelle-moi.", visibility="direct")
        await settled_between(siege, filiale)
        posts["reply"] = await self.answer(filiale, "carla", "news", f"@{people['bruno'].acct} ¡Enhorabuena!")
        await settled_between(siege, filiale)
        posts["again"] = await self.answer(siege, "ines", "reply", "Et ce n’est qu’un début.")
        posts["belts"] = await self.answer(filiale, "javier", "belt", f"@{people['amina'].acct} El almacén.")
        await settled_between(siege, filiale)
        await self.change("bruno", siege, "press", "La presse de la ligne 4 tourne depuis 6 h 10. #ligne4")
        await self.change("carla", filiale, "quality", "Nuevo control, desde el lunes. #calidad")
        await siege.api("DELETE", f"/api/v1/statuses/{posts['plan']['id']}", people["bruno"])
        await filiale.api("DELETE", f"/api/v1/statuses/{posts['wrong']['id']}", people["carla"])
        await self.react(filiale, "carla", "press", "unreblog")
        await self.react(siege, "marc", "pallets", "reblog")
        await self.react(filiale, "javier", "news", "reblog")
        await self.react(siege, "marc", "belt", "favourite")
        await self.react(siege, "marc", "belt", "reblog")
        await siege.follow(people["marc"], people["amina"])
        account = await filiale.account_of(people["carla"], people["amina"])
        await filiale.api("POST", f"/api/v1/accounts/{account}/unfollow", people["carla"])
        for site in (siege, filiale):
            await asyncio.gather(*(site.say(people[f"crew_{site.name}_{n}"], f"Équipe {n}") for n in range(CREW)))
        await settled_between(siege, filiale)

    async def answer(self, site: Site, name: str, to: str, text: str) -> Any:
        """Somebody answers a post, wherever it is from."""
        by = self.armor.people[name]
        return await site.say(by, text, in_reply_to_id=await site.find(by, self.posts[to]["uri"]))

    async def picture(self, site: Site, name: str, words: str) -> str:
        """The id of an upload with its description."""
        form = aiohttp.FormData({"description": words})
        form.add_field("file", drawn(name), filename="quay.png", content_type="image/png")
        headers = {"Authorization": f"Bearer {self.armor.people[name].token}"}
        async with site.request("POST", "/api/v2/media", headers=headers, data=form) as answer:
            assert answer.status == 200, await answer.text()
            id: str = (await answer.json())["id"]
            return id

    async def react(self, site: Site, name: str, to: str, verb: str) -> None:
        """`reblog`, `unreblog`, `favourite` or `unfavourite`."""
        by = self.armor.people[name]
        id = await site.find(by, self.posts[to]["uri"])
        await site.api("POST", f"/api/v1/statuses/{id}/{verb}", by)

    async def change(self, name: str, site: Site, which: str, text: str) -> None:
        """The author writes it anew."""
        path = f"/api/v1/statuses/{self.posts[which]['id']}"
        await site.api("PUT", path, self.armor.people[name], status=text)


async def settled_between(*sites: Site) -> None:
    """Wait until nothing waits for any of these nodes; what waits for others may."""

    async def is_quiet() -> bool:
        for _ in range(2):
            for site in sites:
                if await site.read(_waiting, site.clock(), [other.host for other in sites]):
                    return False
        return True

    await eventually(is_quiet, seconds=20)


def _waiting(tx: Tx, now: Millis, hosts: list[str]) -> bool:
    found = unquiet(tx, now)
    queued = sum(queue.waiting for queue in deliveries.queues(tx) if queue.host in hosts)
    return bool(found.events or found.activities or found.jobs or queued)


@pytest.mark.parametrize("end", ["stopped", "killed"])
async def test_a_node_that_was_away_shows_within_thirty_seconds_what_the_others_show(
    armor: Armor, end: str, capsys: pytest.CaptureFixture[str]
) -> None:
    people, usine = armor.people, armor.usine
    morning = Morning(armor)
    await morning.before()
    posts = morning.posts
    # What its own people wrote just before cannot go out any more.
    for site in (armor.siege, armor.filiale):
        await armor.close_for(usine, site.host)
    posts["late"] = await usine.say(people["amina"], f"@{people['bruno'].acct} La ligne 2 s’arrête. #ligne2")
    posts["later"] = await morning.answer(usine, "luc", "press", "Vu. Merci !")
    await morning.react(usine, "luc", "pallets", "reblog")
    await morning.change("amina", usine, "belt", "Qui décide du stock de pièces ?")
    await (usine.kill() if end == "killed" else usine.stop())
    await morning.meanwhile()
    for site in (armor.siege, armor.filiale):
        await armor.given_up(site, usine.host)
        await armor.close_for(site, usine.host)
    view, seconds = await armor.come_back()
    with capsys.disabled():
        print(f"\nusine ({end}) shows what the others show {seconds:.1f} s after its start")
    uris = {name: post["uri"] for name, post in posts.items()}
    assert uris["plan"] not in view.posts and uris["wrong"] not in view.posts
    assert "6 h 10" in view.posts[uris["press"]].content and view.posts[uris["press"]].edited_at
    assert "desde el lunes" in view.posts[uris["quality"]].content and not view.posts[uris["quality"]].spoiler
    assert "pièces" in view.posts[uris["belt"]].content
    assert view.posts[uris["press"]].boosters == ()
    assert view.posts[uris["pallets"]].boosters == tuple(sorted((people["marc"].acct, people["luc"].acct)))
    assert set(view.threads[uris["news"]]) == {uris["reply"], uris["again"]}
    assert view.posts[uris["news"]].replies == 1 and view.posts[uris["reply"]].replies == 1
    assert view.threads[uris["belt"]] == (uris["belts"],)
    assert view.posts[uris["crane"]].pictures == ("image: Une grue rouge sur un quai.",)
    assert uris["late"] in view.group and view.threads[uris["press"]] == (uris["later"],)
    await _check_who_was_away(armor, uris)
    await views.shows_picture(usine, armor.readers[usine], uris["crane"])


async def _check_who_was_away(armor: Armor, uris: dict[str, str]) -> None:
    """Homes, notifications and relations of the people of `usine`."""
    people, usine = armor.people, armor.usine
    home = await views.home(usine, people["luc"])
    twin = await views.home(armor.siege, people["ines"])
    followed = {people["bruno"].acct, people["carla"].acct}
    assert sorted(_by(home, followed)) == sorted(_by(twin, followed))
    assert uris["news"] in home and uris["quality"] in home and uris["plan"] not in home
    assert uris["few"] in home
    told = await views.notified(usine, people["amina"])
    assert ("mention", people["bruno"].acct, uris["call"]) in told
    assert ("mention", people["javier"].acct, uris["belts"]) in told
    assert ("favourite", people["marc"].acct, uris["belt"]) in told
    assert ("reblog", people["marc"].acct, uris["belt"]) in told
    assert ("follow", people["marc"].acct, None) in told
    assert ("mention", people["amina"].acct, uris["late"]) in await views.notified(armor.siege, people["bruno"])
    followers = await usine.api("GET", f"/api/v1/accounts/{people['amina'].account}/followers", people["amina"])
    assert {row["acct"] for row in followers} == {people["bruno"].acct, people["marc"].acct}


def _by(home: Sequence[str], people: set[str]) -> list[str]:
    """What these people wrote or boosted, of a home."""
    names = {acct.partition("@")[0] for acct in people}
    return [
        entry
        for entry in home
        if (entry.partition(" boosts ")[0] in people if " boosts " in entry else entry.split("/")[4] in names)
    ]


@pytest.mark.parametrize("end", ["stopped", "killed"])
async def test_what_was_on_its_way_when_a_node_ended_arrives_after_its_start(
    armor: Armor, end: str, capsys: pytest.CaptureFixture[str]
) -> None:
    usine, people = armor.usine, armor.people
    others = (armor.siege, armor.filiale)
    for site in others:
        site.freeze()
    try:
        said = [await usine.say(people[name], f"{name} {n}") for n in range(6) for name in ("amina", "luc")]
        await eventually(lambda: usine.write(_is_all_on_its_way, usine.clock()), why="deliveries are on their way")
        await (usine.kill() if end == "killed" else usine.stop())
    finally:
        for site in others:
            site.thaw()
    view, seconds = await armor.come_back()
    with capsys.disabled():
        print(f"\nwhat was on its way ({end}) is everywhere {seconds:.1f} s after the start")
    assert {post["uri"] for post in said} <= set(view.group)


def _is_all_on_its_way(tx: Tx, now: Millis) -> bool:
    """Something waits, and nothing of it can be claimed: it is being sent, or stands behind what is."""
    return bool(deliveries.queues(tx)) and not deliveries.claim(tx, now, now, 1)


async def test_a_greeting_that_is_answered_opens_the_way_even_if_the_other_has_nothing_to_say(armor: Armor) -> None:
    usine, people = armor.usine, armor.people
    for site in (armor.siege, armor.filiale):
        await armor.close_for(usine, site.host)
    said = await usine.say(people["amina"], "Personne ne m’entend ?")
    await usine.stop()
    view, _ = await armor.come_back()
    assert said["uri"] in view.group
