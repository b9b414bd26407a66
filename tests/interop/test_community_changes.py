"""A host who lives at another node changes what a community says of itself, and all nodes of the group show it so."""

from collections.abc import AsyncIterator
from functools import partial

import pytest
import pytest_asyncio

from social.communities import changing, front
from social.communities.communities import CommunityChange
from storage import communities, community_topics
from storage.communities import Entry
from storage.memberships import MemberRole
from tests.interop.football import Armor
from tests.interop.test_directory import chartered
from tests.nodes import eventually, running_group, settled

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def armor(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Armor]:
    """The football lives at `usine`; the three are a group, whose nodes say to one another who hosts what."""
    async with running_group(tmp_path_factory.mktemp("armor"), "siege", "usine", "filiale") as sites:
        made = Armor(sites)
        await made.settle()
        await chartered(*sites)
        await settled(*sites)
        yield made


async def is_so(armor: Armor, name: str, uri: str) -> bool:
    site, _ = armor.people[name]
    known = await site.read(communities.known, await armor.knows(name, uri))
    assert known is not None
    topics = await site.read(community_topics.of, known.account.id)
    return (
        known.account.display_name == "Football for all"
        and "Be early" in known.community.rules_html
        and "We play on Fridays" in known.account.note_html
        and known.community.entry is Entry.REQUEST
        and [topic.display for topic in topics] == ["Matches"]
    )


async def test_a_host_at_another_node_changes_it_for_all(armor: Armor) -> None:
    football = await armor.found()
    for name in ("bruno", "carla"):
        await armor.joins(name, football)
    await settled(*armor.sites)
    await armor.moderator("bruno", football, MemberRole.HOST)
    site, bruno = armor.people["bruno"]
    id = await armor.knows("bruno", football)

    async def hosts() -> bool:
        return (await site.read(front.view, bruno.viewer, id)).hosts_afar(bruno.account)

    await eventually(hosts, seconds=20)
    wanted = CommunityChange(
        display_name="Football for all", purpose="We play on Fridays", rules="Be early", entry=Entry.REQUEST
    )
    assert not await site.write(changing.edit, bruno.viewer, id, wanted, urls=site.urls, now=site.clock())
    assert not await site.write(changing.add_topic, bruno.viewer, id, "Matches", now=site.clock())
    await settled(*armor.sites)
    for name in ("amina", "bruno", "carla"):
        await eventually(partial(is_so, armor, name, football), seconds=20, why=f"{name} reads it so")
