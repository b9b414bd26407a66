"""A must-read of the headquarters, confirmed on three nodes, one of which is off for a while; and a roll call.

Numbers arrive, names stay. The nodes are processes; every byte between them goes through proxies that keep it.
"""

from datetime import datetime
from pathlib import Path

from server.cli.manifest import own_member
from social import jobs
from social.announcements import figures, publish, validity
from social.announcements.audience import Wave
from social.announcements.figures import Sheet
from social.announcements.publish import NewAnnouncement
from social.clock import DAY, system_clock
from social.jobs import FetchDirectory
from social.policy import Role
from social.posts.languages import DraftVersion
from social.posts.publish import Context, Draft
from social.rolls import calls
from social.trust import manifests, node_keys
from social.trust.manifest import made, signed
from storage import posts as post_rows
from storage import rolls
from storage.engine.database import Tx
from storage.ids import Millis, PostId
from tests.interop.proxies import Proxies
from tests.nodes import eventually, served_group, settled
from tests.sites import Person, Site

MUST_READS = "/api/v1/archipel/must_reads"
READERS = {
    "siege": ("zephyrine", "yolaine"),
    "usine": ("xaviera", "wolfgang", "valerian"),
    "filiale": ("ulysse", "theodora"),
}


async def chartered(*sites: Site) -> None:
    """All sign a manifest and take it."""
    keys = [await site.write(node_keys.node_key, now=system_clock()) for site in sites]
    members = [own_member(site.settings, key.public) for site, key in zip(sites, keys, strict=True)]
    new = made(group="Groupe Armor", version=1, starts_at=system_clock(), threshold=2, entities=members)
    for member, key in zip(members, keys, strict=True):
        new = signed(new, member.id, key)
    for site in sites:
        await site.write(manifests.take, new.text, now=system_clock())


async def announce(site: Site, by: Person, *waves: Wave) -> PostId:
    versions = (DraftVersion(language="en", text="Evacuation: the meeting point is quay 3."),)
    draft = Draft(text="Évacuation : le point de rassemblement est le quai 3.", language="fr", versions=versions)
    context = Context(site.ids, site.urls, site.settings)
    new = NewAnnouncement(draft=draft, waves=waves)
    return await site.write(publish.announce, by.viewer, new, context=context, now=system_clock())


async def confirm(site: Site, name: str, *, question: bool = False) -> None:
    """By one tap on the own node, as soon as it is asked there."""
    reader = await site.person(name)

    async def owed() -> list[dict[str, object]]:
        return [one for one in await site.api("GET", MUST_READS, reader) if one["acknowledged_at"] is None]

    (asked,) = await eventually(owed, seconds=30)
    language = "en" if site.name == "filiale" else "fr"
    answer = {"version": asked["version"], "language": language, "digest": asked["texts"][language]}
    await site.api("POST", f"{MUST_READS}/{asked['id']}/acknowledge", reader, question=question, **answer)


def in_short(sheet: Sheet) -> dict[str, tuple[int, int, int]]:
    return {count.host.partition(".")[0]: (count.asked, count.acknowledged, count.questions) for count in sheet.counts}


async def test_a_must_read_is_confirmed_on_all_nodes_and_no_name_leaves_its_own(tmp_path: Path) -> None:
    proxies = Proxies()
    async with served_group(tmp_path, "siege", "usine", "filiale", between=proxies.between) as sites:
        siege, usine, filiale = sites
        bruno = await siege.person("bruno", role=Role.COMMUNICATOR)
        people: list[Person] = []
        for site in sites:
            people += [await site.person(name) for name in READERS[site.name]]
        await chartered(*sites)
        # Who wants to be found is in the directory of the group: that is another matter than what they confirm.
        for person in people:
            site = next(one for one in sites if one.host == person.acct.partition("@")[2])
            await site.api("PATCH", "/api/v1/accounts/update_credentials", person, discoverable=False)
        await settled(*sites, seconds=40)
        for site in sites:
            await site.write(_read_directories, [other.host for other in sites if other is not site])
        await settled(*sites, seconds=40)

        await filiale.stop()
        proxies.heard = []
        post = await announce(siege, bruno, Wave(at=0))
        found = await siege.read(post_rows.by_id, post)
        assert found is not None
        await confirm(siege, "zephyrine")
        await confirm(usine, "xaviera")
        await confirm(usine, "wolfgang", question=True)

        async def is_counted(expected: dict[str, tuple[int, int, int]]) -> bool:
            now = system_clock()
            found = await siege.read(figures.sheet, bruno.viewer, post, settings=siege.settings, now=now)
            return in_short(found) == expected

        expected = {"siege": (2, 1, 0), "usine": (3, 1, 1)}
        await eventually(lambda: is_counted(expected), seconds=30, every=0.2)

        # The subsidiary comes back: it is asked, answers, and is counted; the plant goes on meanwhile.
        await filiale.start()
        await confirm(filiale, "ulysse")
        await confirm(filiale, "theodora")
        await confirm(usine, "valerian")
        expected = {"siege": (2, 1, 0), "usine": (3, 2, 1), "filiale": (2, 2, 0)}
        await eventually(lambda: is_counted(expected), seconds=40, every=0.2)

        # Cut off from both, the subsidiary calls the roll alone; when the wire is back, the others hear numbers.
        proxies.cut = {(filiale.host, siege.host), (filiale.host, usine.host)}
        leader, now = await filiale.person("carla", role=Role.COMMUNICATOR), system_clock()
        roll = await filiale.write(calls.begin, leader.viewer, "Smoke", ids=filiale.ids, now=now)
        for name, state in (("ulysse", "safe"), ("theodora", "help")):
            person = await filiale.person(name)
            await filiale.write(calls.answer, person.viewer, state, now=system_clock())
        alone = await filiale.read(rolls.count, roll, system_clock())
        assert alone is not None
        assert (alone.people, alone.safe, alone.help, alone.missing) == (3, 1, 1, 1)
        assert await siege.read(rolls.others, Millis(0)) == []
        proxies.cut.clear()
        await siege.say(bruno, "The line is back")

        async def is_heard() -> bool:
            found = await siege.read(rolls.others, Millis(0))
            return [(one.host, one.people, one.safe, one.help) for one in found] == [(filiale.host, 3, 1, 1)]

        await eventually(is_heard, seconds=40, every=0.2)

        sent = b"\n".join(proxies.heard)
        assert b"ArchipelRollCall" in sent
        assert b"ArchipelAcknowledgements" in sent
        assert b"quai 3" in sent
        for person in people:
            assert person.name.encode() not in sent.lower(), person.name
        assert bruno.name.encode() in sent


async def test_an_end_that_its_author_moves_is_followed_on_the_other_node(tmp_path: Path) -> None:
    async with served_group(tmp_path, "siege", "usine") as (siege, usine):
        bruno = await siege.person("bruno", role=Role.COMMUNICATOR)
        xaviera, wolfgang = await usine.person("xaviera"), await usine.person("wolfgang")
        await chartered(siege, usine)
        await settled(siege, usine, seconds=40)
        post = await announce(siege, bruno, Wave(at=0))
        await confirm(usine, "wolfgang")

        async def read(person: Person) -> tuple[str, bool]:
            found = await usine.api("GET", MUST_READS, person)
            return (found[0]["valid_until"], bool(found[0]["acknowledged_at"])) if found else ("", False)

        await siege.write(validity.close, bruno.viewer, post, now=system_clock())

        async def is_over() -> bool:
            until, _ = await read(xaviera)
            return bool(until) and moment(until) <= system_clock()

        await eventually(is_over, seconds=30)
        until = Millis(system_clock() // 1000 * 1000 + DAY)
        await siege.write(validity.move, bruno.viewer, post, until, now=system_clock())

        async def is_moved() -> bool:
            return moment((await read(xaviera))[0]) == until

        await eventually(is_moved, seconds=30)
        assert await read(wolfgang) == ((await read(xaviera))[0], True)
        asked = [one for one in await usine.api("GET", "/api/v1/notifications", xaviera) if one["type"] == "status"]
        assert len(asked) == 2, "once when it was announced, once when it was asked again"
        await confirm(usine, "xaviera")


def moment(written: str) -> int:
    return int(datetime.fromisoformat(written).timestamp() * 1000)


def _read_directories(tx: Tx, hosts: list[str]) -> None:
    for host in hosts:
        jobs.enqueue(tx, FetchDirectory(host=host), key=host, due=system_clock())
