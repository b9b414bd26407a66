"""The node that keeps a community is killed between commit and delivery: what was committed reaches everybody, once.

Three nodes as processes of their own. A killed one is written to while it is dead: so nothing of it was told.
"""

from collections.abc import AsyncIterator, Callable
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import pytest

from social.clock import DAY
from social.communities import auto, merging, pages, succession, topics
from social.feeds import notifications
from social.gatherings.drafts import GatheringDraft
from social.paging import FIRST
from social.posts.edit import edit
from social.posts.publish import Context, Draft, publish
from social.recognition import kudos
from social.recognition.kudos import Thanks
from social.trust import manifests, node_keys
from social.trust.manifest import Member, made, signed
from storage import accounts, community_topics, gatherings
from storage import posts as post_rows
from storage.community_rules import RuleField
from storage.engine.database import Tx
from storage.ids import Millis
from storage.notifications import Kind
from tests.interop.football import Armor, has
from tests.nodes import eventually, served_group, settled
from tests.sites import ProcessNode
from tests.world import one_pair

T = TypeVar("T")

SECONDS = 40.0


@pytest.fixture
async def armor(tmp_path: Path) -> AsyncIterator[Armor]:
    async with served_group(tmp_path, "siege", "usine", "filiale") as sites:
        made_here = Armor(sites)
        await made_here.settle()
        await united(made_here)
        yield made_here


async def test_what_a_killed_host_had_committed_reaches_everybody(armor: Armor) -> None:
    football, tennis = await armor.with_members("bruno", "carla"), await armor.found()
    host, amina = armor.people["amina"]
    assert isinstance(host, ProcessNode)
    id, other = await armor.knows("amina", football), await armor.knows("amina", tennis)
    context = Context(host.ids, host.urls, host.settings)
    now = host.clock()
    match = GatheringDraft(starts_at=Millis(now + 3 * DAY), timezone="Europe/Paris", place="Gerland")
    plan = Draft(text="Come early", title="The match", community=id, gathering=match)
    post = await host.write(publish, amina.viewer, plan, context=context, now=now)
    row = await host.read(post_rows.by_id, post)
    assert row is not None
    for name in ("bruno", "carla"):
        await eventually(partial(has, armor.people[name][0], row.uri))
    bruno = await host.read(accounts.by_uri, armor.uri("bruno"))
    assert bruno is not None
    await settled(*armor.sites)

    def writes(tx: Tx) -> str:
        """A topic, a page, a rule of membership, another place for the gathering, and a kudos."""
        now, ids, urls, viewer = host.clock(), host.ids, host.urls, amina.viewer
        topics.add(tx, viewer, id, "Matches", now=now)
        pages.write(tx, viewer, id, "Rules of play", "Seven against seven", ids=ids, urls=urls, now=now)
        auto.add_rule(tx, viewer, id, RuleField.SITE, armor.filiale.host, mandatory=True, ids=ids, now=now)
        moved = GatheringDraft(starts_at=match.starts_at, timezone=match.timezone, place="Vallecas")
        edit(tx, viewer, post, Draft(text="Come early", title="The match", gathering=moved), context=context, now=now)
        thanks = Thanks(to=(bruno.id,), value="Safety", text="Thank you.", line="Kudos: Safety")
        given = post_rows.by_id(tx, kudos.give(tx, viewer, thanks, context=context, now=now))
        assert given is not None
        return given.uri

    thanked = await dead(host, writes)
    for name in ("bruno", "carla"):
        await eventually(partial(has_topic, armor, name, football), seconds=SECONDS, why="the topic")
        await eventually(partial(has_page, armor, name, football), seconds=SECONDS, why="the page")
        await eventually(partial(is_held_at, armor, name, row.uri, "Vallecas"), seconds=SECONDS, why="the new place")
    await eventually(partial(armor.is_in, "javier", football), seconds=SECONDS, why="who is in by the rule")
    await eventually(partial(has, armor.siege, thanked), seconds=SECONDS, why="the kudos")
    await armor.equal(football, seconds=SECONDS)

    await dead(
        host, lambda tx: merging.merge(tx, amina.viewer, id, other, ids=host.ids, urls=host.urls, now=host.clock())
    )
    for name in ("amina", "bruno", "carla", "javier"):
        await eventually(partial(armor.is_in, name, tennis), seconds=SECONDS, why=f"{name} goes along")
    await settled(*armor.sites, seconds=SECONDS)
    own = await armor.held("javier", tennis)
    assert own is not None and own.mandatory == f"site={armor.filiale.host}" and own.leaves_at is None

    site, leader = armor.people["bruno"]
    going: dict[str, Any] = {"ids": site.ids, "urls": site.urls, "now": site.clock()}
    new = await site.write(succession.adopt, tennis, "tennis", leader.account, one_pair(), **going)
    there = await armor.knows("amina", new.uri)
    await dead(
        host, lambda tx: succession.move(tx, amina.viewer, other, there, ids=host.ids, urls=host.urls, now=host.clock())
    )
    for name in ("amina", "bruno", "carla", "javier"):
        await eventually(partial(armor.is_in, name, new.uri), seconds=SECONDS, why=f"{name} goes along again")
    await settled(*armor.sites, seconds=SECONDS)
    for name in ("bruno", "carla"):
        assert await moved(armor, name) == 2, "told once of each"
    said = await armor.says("carla", new.uri, "Here we are")
    assert said in [one.uri for one in (await armor.equal(new.uri, seconds=SECONDS)).posts]
    own = await armor.held("javier", new.uri)
    assert own is not None and own.mandatory == f"site={armor.filiale.host}"


async def dead(node: ProcessNode, write: Callable[[Tx], T]) -> T:
    """Commit it while the node is killed, and start that."""
    await node.kill()
    made_there = await node.write(write)
    await node.start()
    return made_there


async def united(armor: Armor) -> None:
    """One manifest for all."""
    keys = [await site.write(node_keys.node_key, now=site.clock()) for site in armor.sites]
    entities = [
        Member(id=site.name, name=site.name, domain=site.host, keys=(key.public,))
        for site, key in zip(armor.sites, keys, strict=True)
    ]
    starts = armor.siege.clock()
    manifest = made(group="Groupe Armor", version=1, starts_at=starts, threshold=2, entities=entities)
    for site, key in zip(armor.sites, keys, strict=True):
        manifest = signed(manifest, site.name, key)
    for site in armor.sites:
        await site.write(manifests.take, manifest.text, now=site.clock())
    await settled(*armor.sites)


async def has_topic(armor: Armor, name: str, community: str) -> bool:
    site = armor.people[name][0]
    listed = await site.read(community_topics.of, await armor.knows(name, community))
    return [topic.display for topic in listed] == ["Matches"]


async def has_page(armor: Armor, name: str, community: str) -> bool:
    return [leaf.title for leaf in await armor.leaves(name, community)] == ["Rules of play"]


async def is_held_at(armor: Armor, name: str, uri: str, place: str) -> bool:
    site = armor.people[name][0]
    row = await site.read(gatherings.of_post, await armor.id(site, uri))
    return row is not None and row.place == place


async def moved(armor: Armor, name: str) -> int:
    """How often somebody was told that a community of theirs goes on as another."""
    site, person = armor.people[name]
    found = await site.read(notifications.notifications, person.viewer, FIRST, now=site.clock())
    return sum(one.kind is Kind.COMMUNITY_MOVED for one in found)
