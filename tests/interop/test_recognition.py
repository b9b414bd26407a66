"""Three real nodes: kudos from another node, skills that two nodes speak for, and all of it found while cut off."""

from pathlib import Path

import pytest

from social.clock import system_clock
from social.people import users
from social.policy import Viewer
from social.recognition import facts, kudos, skills
from social.recognition.kudos import Thanks
from storage import accounts, posts
from storage.accounts import AccountRow
from storage.engine.database import Tx
from storage.ids import AccountId
from tests.interop.test_directory import chartered
from tests.interop.wires import Wires
from tests.nodes import eventually, running_group, settled
from tests.sites import LocalNode, Person

TIG = "Soudure TIG"


def _known(tx: Tx, uri: str) -> AccountRow | None:
    return accounts.by_uri(tx, uri)


def _viewer(tx: Tx, name: str) -> Viewer:
    row = accounts.by_name(tx, name, "")
    assert row is not None
    return users.viewer_of(tx, row.id)


async def viewer(site: LocalNode, name: str) -> Viewer:
    return await site.read(_viewer, name)


async def as_known(at: LocalNode, home: LocalNode, name: str) -> AccountId:
    """Somebody as another node knows them."""
    row = await at.read(_known, home.running.node.urls.actor(name))
    assert row is not None
    return row.id


async def on_page(at: LocalNode, by: str, home: LocalNode, name: str) -> list[str]:
    """Values of the kudos on somebody's page, as they are read on a node."""
    of = await as_known(at, home, name)
    found = await at.read(kudos.of_person, await viewer(at, by), of, before=2**62, limit=9)
    return [view.post.kudos for view in found]


async def who_knows(at: LocalNode, by: str) -> list[tuple[str, list[str]]]:
    """Who knows welding, and who says so, as it is read on a node."""
    me = await viewer(at, by)
    found = await at.read(skills.who_knows, me, TIG, settings=at.settings, now=system_clock())
    said = {one.account.username: [row.by.username for skill in one.skills for row in skill.endorsed] for one in found}
    return list(said.items())


async def test_kudos_and_skills_reach_the_third_node_and_stay_there_when_it_is_cut_off(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with running_group(tmp_path, "siege", "usine", "filiale") as (siege, usine, filiale):
        sites = (siege, usine, filiale)
        wires = Wires(sites, monkeypatch)
        for site, name in ((siege, "bruno"), (usine, "luc"), (filiale, "ines")):
            await site.person(name)
        await chartered(*sites)
        amina: Person = await usine.person("amina")
        await settled(*sites)

        await usine.write(skills.claim, await viewer(usine, "amina"), TIG, now=system_clock())
        await settled(*sites)
        of = await as_known(siege, usine, "amina")
        bruno = await viewer(siege, "bruno")
        await siege.write(skills.endorse, bruno, of, facts.key(TIG), now=system_clock())
        node = siege.running.node
        thanks = Thanks(to=(of,), value="Safety", text="Merci pour la ligne 3.", line="Kudos: Safety")
        context = node.context
        post = await siege.write(kudos.give, bruno, thanks, context=context, now=system_clock())
        await settled(*sites)
        assert await on_page(filiale, "ines", usine, "amina") == []
        assert await who_knows(filiale, "ines") == [("amina", [])]

        # She agrees to both, on her own node.
        me = await viewer(usine, "amina")
        by = await as_known(usine, siege, "bruno")
        await usine.write(skills.answer, me, by, facts.key(TIG), shown=True, now=system_clock())
        here = await usine.read(posts.by_uri, node.urls.post_uri("bruno", post))
        assert here is not None
        await usine.write(kudos.answer, me, here.id, shown=True, now=system_clock())
        await settled(*sites)
        for site, name in ((siege, "bruno"), (usine, "luc"), (filiale, "ines")):
            assert await on_page(site, name, usine, "amina") == ["Safety"], site.host
            assert await who_knows(site, name) == [("amina", ["bruno"])], site.host
        status = await usine.api("GET", f"/api/v1/statuses/{here.id}", amina)
        assert (status["visibility"], status["account"]["acct"]) == ("public", f"bruno@{siege.host}")

        # The subsidiary is cut off: it finds the same. Then she thinks better of it, and it hears so when it is back.
        wires.cut = {(one.host, two.host) for one in sites for two in sites if filiale in (one, two) and one is not two}
        await usine.write(kudos.answer, me, here.id, shown=False, now=system_clock())
        await usine.write(skills.remove, me, facts.key(TIG), now=system_clock())
        await eventually(lambda: _is(siege, "bruno", []), seconds=20)
        assert await who_knows(filiale, "ines") == [("amina", ["bruno"])]
        wires.cut.clear()
        await eventually(lambda: _is(filiale, "ines", []), seconds=30)


async def _is(at: LocalNode, by: str, wanted: list[tuple[str, list[str]]]) -> bool:
    return await who_knows(at, by) == wanted
