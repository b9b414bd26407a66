"""Members by site and by job between three real nodes of a group, and what becomes of them when a community moves.

The community lives at `usine`; the rules hold for people of `siege` and `filiale`.
"""

from collections.abc import AsyncIterator
from functools import partial

import pytest
import pytest_asyncio

from social.clock import HOUR
from social.communities import auto, communities, membership, moderation, succession, topics
from social.errors import Forbidden
from social.feeds import notifications
from social.paging import FIRST
from social.people import accounts, relations
from social.people.accounts import ProfileChange
from storage import accounts as account_rows
from storage import communities as rows
from storage import community_rules, community_topics, memberships
from storage import posts as post_rows
from storage.communities import CommunityState, Posting
from storage.community_rules import RuleField
from storage.engine.database import Tx
from storage.memberships import MemberRole, MembershipRow
from storage.notifications import Kind
from tests.interop.football import Armor
from tests.interop.test_directory import chartered
from tests.interop.test_polls import Ahead
from tests.nodes import eventually, running_group, settled
from tests.sites import Site
from tests.world import one_pair

pytestmark = pytest.mark.asyncio(loop_scope="module")

CLOCK = Ahead()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def armor(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Armor]:
    folder = tmp_path_factory.mktemp("armor")
    async with running_group(folder, "siege", "usine", "filiale", clock=CLOCK) as sites:
        made = Armor(sites)
        await made.settle()
        await chartered(*sites)
        await settled(*sites)
        yield made


async def test_who_works_at_a_site_is_in_and_mutes_but_does_not_leave(armor: Armor) -> None:
    safety = await armor.found()
    await rules(armor, safety, RuleField.SITE, armor.siege.host, mandatory=True)
    for name in ("bruno", "ines"):
        await eventually(partial(is_in, armor, name, safety), seconds=20, why=f"{name} is in")
    await settled(*armor.sites)
    assert await held(armor, "carla", safety) is None, "who works elsewhere is not"
    at_host = await armor.usine.read(as_known, safety, armor.uri("bruno"))
    assert at_host is not None and at_host.is_in
    site, bruno = armor.people["bruno"]
    id = await armor.knows("bruno", safety)
    for leaves in (membership.leave, relations.unfollow):
        with pytest.raises(Forbidden):
            await site.write(leaves, bruno.viewer, id, now=site.clock())
    own = await site.write(membership.prefer, bruno.viewer, id, muted=True, now=site.clock())
    assert own.muted and own.mandatory == f"site={armor.siege.host}"


async def test_who_has_another_job_is_told_and_leaves_after_fourteen_days(armor: Armor) -> None:
    line = await armor.found()
    await works_as(armor, "javier", "Line 9")
    await rules(armor, line, RuleField.JOB, "line 9")
    await eventually(partial(is_in, armor, "javier", line), seconds=20)
    await works_as(armor, "javier", "Sales")
    own = await held(armor, "javier", line)
    assert own is not None and own.is_in and own.leaves_at is not None
    assert (await told(armor, "javier", line)).count(Kind.COMMUNITY_LEAVING) == 1
    await works_as(armor, "javier", "Line 9")
    own = await held(armor, "javier", line)
    assert own is not None and own.leaves_at is None, "back in time"
    await works_as(armor, "javier", "Sales")
    assert await is_in(armor, "javier", line)
    CLOCK.ahead += auto.NOTICE + HOUR
    for site in armor.sites:
        await site.write(auto.end_due, site.clock())
    await settled(*armor.sites)
    assert await held(armor, "javier", line) is None
    assert await armor.usine.read(as_known, line, armor.uri("javier")) is None, "its host knows"
    # And a rule brings back whom a rule took out.
    await works_as(armor, "javier", "Line 9")
    await eventually(partial(is_in, armor, "javier", line), seconds=20)


async def test_archived_it_keeps_them_and_open_again_it_has_those_who_came(armor: Armor) -> None:
    line = await armor.found()
    await works_as(armor, "javier", "Line 5")
    await rules(armor, line, RuleField.JOB, "line 5")
    await eventually(partial(is_in, armor, "javier", line), seconds=20)
    host, amina = armor.people["amina"]
    id = await armor.knows("amina", line)
    await host.write(communities.archive, amina.viewer, id, now=host.clock())
    await settled(*armor.sites)
    there = await armor.filiale.read(rows.by_id, await armor.knows("javier", line))
    assert there is not None and there.state is CommunityState.ARCHIVED
    await works_as(armor, "carla", "Line 5")
    await look(armor.filiale)
    own = await held(armor, "javier", line)
    assert own is not None and own.is_in and own.leaves_at is None
    assert Kind.COMMUNITY_LEAVING not in await told(armor, "javier", line), "nobody is told to leave"
    assert await held(armor, "carla", line) is None
    await host.write(communities.reopen, amina.viewer, id, now=host.clock())
    await eventually(partial(is_in, armor, "carla", line), seconds=20)
    await works_as(armor, "carla", "Sales")


async def test_a_community_moves_with_all_that_it_says_and_with_its_rules(armor: Armor) -> None:
    football = await armor.found()
    host, amina = armor.people["amina"]
    id = await armor.knows("amina", football)
    change = communities.CommunityChange(purpose="We play on Fridays.", rules="Be on time.", welcome="Hello!")
    await host.write(communities.edit, amina.viewer, id, change, urls=host.urls, now=host.clock())
    await host.write(topics.add, amina.viewer, id, "Matches", now=host.clock())
    await works_as(armor, "javier", "Coach")
    await rules(armor, football, RuleField.JOB, "coach", mandatory=True)
    for name in ("bruno", "carla", "luc"):
        await armor.joins(name, football)
    await eventually(partial(is_in, armor, "javier", football), seconds=20)
    await settled(*armor.sites)
    await armor.moderator("carla", football)
    await armor.moderator("luc", football, MemberRole.HOST)
    first = await armor.says("carla", football, "The next match", topic="matches")
    await armor.writes("amina", football, "Seven against seven")
    await settled(*armor.sites)
    row = await host.read(post_rows.by_uri, first)
    assert row is not None
    await host.write(moderation.stick, amina.viewer, row.id, now=host.clock())
    only_hosts = communities.CommunityChange(posting=Posting.HOSTS)
    await host.write(communities.edit, amina.viewer, id, only_hosts, urls=host.urls, now=host.clock())
    await armor.equal(football)
    await settled(*armor.sites)

    site, bruno = armor.people["bruno"]
    going = {"ids": site.ids, "urls": site.urls, "now": site.clock()}
    made = await site.write(succession.adopt, football, "football", bruno.account, one_pair(), **going)  # type: ignore[arg-type]
    there = await armor.knows("amina", made.uri)
    going = {"ids": host.ids, "urls": host.urls, "now": host.clock()}
    await host.write(succession.move, amina.viewer, id, there, **going)  # type: ignore[arg-type]
    for name in ("amina", "bruno", "carla", "javier"):
        await eventually(partial(is_in, armor, name, made.uri), seconds=20, why=f"{name} goes along")
    await settled(*armor.sites)

    for name in ("amina", "bruno", "carla"):
        at = armor.people[name][0]
        known = await at.read(rows.known, await armor.knows(name, made.uri))
        assert known is not None
        assert "We play on Fridays." in known.account.note_html, name
        assert "Be on time." in known.community.rules_html and "Hello!" in known.community.welcome_html
        assert known.community.posting is Posting.HOSTS
        listed = await at.read(community_topics.of, known.account.id)
        assert [topic.display for topic in listed] == ["Matches"], name
        names = [rule.name for rule in await at.read(community_rules.of, known.account.id)]
        assert names == ["job=coach"], name
        assert [leaf.title for leaf in await armor.leaves(name, made.uri)] == ["Rules of play"], name
    view = await armor.equal(made.uri)
    assert [(row.uri, row.sticky, row.topic) for row in view.posts] == [(first, True, "matches")]
    assert {chair.uri for chair in view.chairs} == {armor.uri(name) for name in ("amina", "bruno", "carla", "luc")}
    roles = [await site.read(as_known, made.uri, armor.uri(name)) for name in ("amina", "luc", "carla", "javier")]
    assert [row.role for row in roles if row is not None] == ["host", "host", "moderator", "member"], "as before"
    own = await held(armor, "javier", made.uri)
    assert own is not None and own.mandatory == "job=coach" and own.leaves_at is None
    assert await told(armor, "javier", made.uri) == [Kind.COMMUNITY_MOVED]
    # Who takes the job up afterwards comes by the rule that came along.
    await works_as(armor, "ines", "Coach")
    await eventually(partial(is_in, armor, "ines", made.uri), seconds=20)
    assert await held(armor, "ines", football) is None


async def rules(armor: Armor, community: str, field: RuleField, value: str, *, mandatory: bool = False) -> None:
    host, amina = armor.people["amina"]
    id = await armor.knows("amina", community)
    await host.write(auto.add_rule, amina.viewer, id, field, value, mandatory=mandatory, ids=host.ids, now=host.clock())
    await settled(*armor.sites)


async def works_as(armor: Armor, name: str, job: str) -> None:
    site, person = armor.people[name]
    await site.write(accounts.edit_profile, person.viewer, ProfileChange(job=job), urls=site.urls, now=site.clock())
    await settled(*armor.sites)


async def look(site: Site) -> None:
    await site.write(auto.look_at_all, auto.FIRST, ids=site.ids, urls=site.urls, now=site.clock())


def as_known(tx: Tx, community: str, account: str) -> MembershipRow | None:
    group, of = account_rows.by_uri(tx, community), account_rows.by_uri(tx, account)
    return memberships.one(tx, group.id, of.id) if group is not None and of is not None else None


async def held(armor: Armor, name: str, community: str) -> MembershipRow | None:
    return await armor.people[name][0].read(as_known, community, armor.uri(name))


async def is_in(armor: Armor, name: str, community: str) -> bool:
    own = await held(armor, name, community)
    return own is not None and own.is_in


async def told(armor: Armor, name: str, community: str) -> list[Kind]:
    """What somebody was told by a community."""
    site, person = armor.people[name]
    row = await site.read(account_rows.by_uri, community)
    found = await site.read(notifications.notifications, person.viewer, FIRST, now=site.clock())
    return [one.kind for one in found if row is not None and one.sender.id == row.id]
