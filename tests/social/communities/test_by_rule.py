"""Members by a rule, with notice when it holds no longer; guests and their end."""

import pytest

from social import jobs
from social.clock import DAY
from social.communities import auto, communities, membership
from social.communities import reading as community_reading
from social.errors import Conflict, Forbidden, Invalid
from social.feeds import notifications
from social.paging import FIRST
from social.people import accounts, relations
from social.people.accounts import ProfileChange
from storage import jobs as job_rows
from storage import memberships
from storage.communities import Entry
from storage.community_rules import RuleField
from storage.ids import AccountId, Millis
from storage.memberships import MembershipRow
from storage.notifications import Kind
from tests.social.communities.harbour import community, join
from tests.world import DOMAIN, World


@pytest.fixture
async def safety(world: World) -> AccountId:
    """A closed community by rules; amina (Maintenance) hosts, luc works on Line 3."""
    for name in ("amina", "luc"):
        await world.person(name)
    return await community(world, "amina", "safety", entry=Entry.INVITED)


async def rule(world: World, id: AccountId, field: RuleField, value: str, *, mandatory: bool = False) -> None:
    await world.db.write(
        auto.add_rule,
        world.viewer("amina"),
        id,
        field,
        value,
        mandatory=mandatory,
        ids=world.ids,
        now=world.clock(),
    )
    await look(world)


async def look(world: World) -> None:
    """The job that follows a change."""
    await world.db.write(auto.look_at_all, auto.FIRST, ids=world.ids, urls=world.urls, now=world.clock())


async def works_as(world: World, name: str, job: str) -> None:
    await world.db.write(
        accounts.edit_profile, world.viewer(name), ProfileChange(job=job), urls=world.urls, now=world.clock()
    )
    await look(world)


async def of(world: World, name: str, id: AccountId) -> MembershipRow | None:
    return await world.db.read(memberships.one, id, world.id(name))


async def test_a_rule_lets_in_whoever_waits_for_an_answer(world: World) -> None:
    for name in ("amina", "luc"):
        await world.person(name)
    id = await community(world, "amina", entry=Entry.REQUEST)
    assert await join(world, "luc", id) is memberships.MemberState.ASKED
    await rule(world, id, RuleField.JOB, "Line 3")
    own = await world.db.read(memberships.one, id, world.id("luc"))
    between = await world.db.read(relations.relationship, world.viewer("luc"), id, now=world.clock())
    assert own is not None and own.is_in and between.following and not between.requested


async def test_who_has_the_job_is_in_and_who_takes_it_up_comes_in(world: World, safety: AccountId) -> None:
    await rule(world, safety, RuleField.JOB, "line 3")
    own = await of(world, "luc", safety)
    assert own is not None and own.is_in and own.by_rule == "job=line 3"
    await works_as(world, "luc", "Atelier")
    await world.person("carla")
    await works_as(world, "carla", "LINE 3")
    own = await of(world, "carla", safety)
    assert own is not None and own.is_in


async def test_a_rule_of_the_site_holds_for_everybody_here(world: World, safety: AccountId) -> None:
    await rule(world, safety, RuleField.SITE, DOMAIN)
    own = await of(world, "luc", safety)
    assert own is not None and own.is_in


async def test_who_moves_on_is_told_and_leaves_after_fourteen_days(world: World, safety: AccountId) -> None:
    await rule(world, safety, RuleField.JOB, "Line 3", mandatory=True)
    await works_as(world, "luc", "Sales")
    own = await of(world, "luc", safety)
    assert own is not None and own.is_in and not own.mandatory and own.leaves_at == world.clock() + 14 * DAY
    await world.settle()
    told = await world.db.read(notifications.notifications, world.viewer("luc"), FIRST, now=world.clock())
    assert [one.kind for one in told] == [Kind.COMMUNITY_LEAVING]
    world.clock.pass_by(days=13)
    assert await world.db.write(auto.end_due, world.clock()) == 0
    await works_as(world, "luc", "Line 3")
    own = await of(world, "luc", safety)
    assert own is not None and own.leaves_at is None and own.mandatory
    await works_as(world, "luc", "Sales")
    world.clock.pass_by(days=14)
    assert await world.db.write(auto.end_due, world.clock()) == 1
    assert await of(world, "luc", safety) is None


async def test_a_mandatory_member_mutes_and_does_not_leave(world: World, safety: AccountId) -> None:
    await rule(world, safety, RuleField.JOB, "Line 3", mandatory=True)
    luc = world.viewer("luc")
    with pytest.raises(Forbidden):
        await world.db.write(membership.leave, luc, safety, now=world.clock())
    with pytest.raises(Forbidden):
        await world.db.write(relations.unfollow, luc, safety, now=world.clock())
    muted = await world.db.write(membership.prefer, luc, safety, muted=True, now=world.clock())
    assert muted.muted and muted.mandatory


async def test_who_left_of_the_own_will_is_not_brought_back(world: World, safety: AccountId) -> None:
    await rule(world, safety, RuleField.JOB, "Line 3")
    await world.db.write(membership.leave, world.viewer("luc"), safety, now=world.clock())
    await look(world)
    own = await of(world, "luc", safety)
    assert own is not None and not own.is_in
    assert await world.db.read(community_reading.pending, world.viewer("luc")) == []
    await join(world, "luc", safety)
    own = await of(world, "luc", safety)
    assert own is not None and own.is_in


async def test_who_came_of_the_own_will_stays_when_no_rule_holds(world: World) -> None:
    for name in ("amina", "luc"):
        await world.person(name)
    id = await community(world, "amina")
    await join(world, "luc", id)
    await rule(world, id, RuleField.JOB, "Line 3")
    await works_as(world, "luc", "Sales")
    own = await of(world, "luc", id)
    assert own is not None and own.leaves_at is None
    await world.person("carla")
    await works_as(world, "carla", "Line 3")
    await works_as(world, "carla", "Sales")
    await world.db.write(auto.stay, world.viewer("carla"), id, now=world.clock())
    own = await of(world, "carla", id)
    assert own is not None and own.leaves_at is None and own.by_rule == ""


async def test_rules_are_for_hosts_and_once(world: World, safety: AccountId) -> None:
    await rule(world, safety, RuleField.TEAM, "Nuit")
    adding = {"mandatory": False, "ids": world.ids, "now": world.clock()}
    with pytest.raises(Conflict):
        await world.db.write(auto.add_rule, world.viewer("amina"), safety, RuleField.TEAM, " NUIT", **adding)  # type: ignore[arg-type]
    with pytest.raises(Invalid):
        await world.db.write(auto.add_rule, world.viewer("amina"), safety, RuleField.TEAM, " ", **adding)  # type: ignore[arg-type]
    await world.person("carla")
    opened = await community(world, "amina", "ouverte")
    with pytest.raises(Forbidden):
        await world.db.write(auto.add_rule, world.viewer("carla"), opened, RuleField.TEAM, "Nuit", **adding)  # type: ignore[arg-type]
    [one] = await world.db.read(auto.rules, world.viewer("amina"), safety)
    await world.db.write(auto.drop_rule, world.viewer("amina"), safety, one.id, now=world.clock())
    assert await world.db.read(auto.rules, world.viewer("amina"), safety) == []


async def test_a_guest_is_in_until_the_day_that_was_said(world: World, safety: AccountId) -> None:
    until = Millis(world.clock() + 30 * DAY)
    invite = {"ids": world.ids, "now": world.clock()}
    with pytest.raises(Invalid):
        await world.db.write(
            membership.invite,
            world.viewer("amina"),
            safety,
            world.id("luc"),
            until=world.clock(),
            **invite,  # type: ignore[arg-type]
        )
    await world.db.write(
        membership.invite,
        world.viewer("amina"),
        safety,
        world.id("luc"),
        until=until,
        **invite,  # type: ignore[arg-type]
    )
    await join(world, "luc", safety)
    own = await of(world, "luc", safety)
    assert own is not None and (own.role, own.until) == ("guest", until)
    await world.say("luc", "Bonjour", community=safety)
    world.clock.pass_by(days=31)
    assert await world.db.write(auto.end_due, world.clock()) == 1
    assert await of(world, "luc", safety) is None
    with pytest.raises(Forbidden):
        await world.say("luc", "Encore", community=safety)


async def test_the_change_of_a_profile_asks_for_a_look(world: World, safety: AccountId) -> None:
    await rule(world, safety, RuleField.JOB, "Sales")
    await world.db.write(
        accounts.edit_profile, world.viewer("luc"), ProfileChange(job="Sales"), urls=world.urls, now=world.clock()
    )
    await world.settle()
    claimed = await world.db.write(job_rows.claim, ["look_at_memberships"], world.clock(), 60_000, 10)
    found = [jobs.read(row.arguments) for row in claimed]
    assert jobs.LookAtMemberships(account=world.id("luc")) in found
    await world.db.write(auto.look_at_one, world.id("luc"), ids=world.ids, urls=world.urls, now=world.clock())
    own = await of(world, "luc", safety)
    assert own is not None and own.is_in


async def test_who_is_in_by_rule_has_no_notice_when_the_community_is_archived(world: World, safety: AccountId) -> None:
    await rule(world, safety, RuleField.JOB, "Line 3", mandatory=True)
    await world.db.write(communities.archive, world.viewer("amina"), safety, now=world.clock())
    await look(world)
    own = await of(world, "luc", safety)
    assert own is not None and own.is_in and own.mandatory and own.leaves_at is None
    await world.person("carla")
    await works_as(world, "carla", "Line 3")
    assert await of(world, "carla", safety) is None, "nobody is brought into what is closed"
    await works_as(world, "luc", "Sales")
    own = await of(world, "luc", safety)
    assert own is not None and own.leaves_at == world.clock() + 14 * DAY, "who moves on is told all the same"


async def test_who_came_while_it_was_archived_is_in_when_it_opens_again(world: World, safety: AccountId) -> None:
    await rule(world, safety, RuleField.JOB, "Line 3")
    await world.db.write(communities.archive, world.viewer("amina"), safety, now=world.clock())
    await world.person("carla")
    await works_as(world, "carla", "Line 3")
    await world.settle()
    for done in await world.db.write(job_rows.claim, ["apply_rules"], world.clock(), 60_000, 10):
        await world.db.write(job_rows.finish, done.id)
    await world.db.write(communities.reopen, world.viewer("amina"), safety, now=world.clock())
    await world.settle()
    claimed = await world.db.write(job_rows.claim, ["apply_rules"], world.clock(), 60_000, 10)
    assert jobs.ApplyRules(after=auto.FIRST) in [jobs.read(row.arguments) for row in claimed]
    await look(world)
    own = await of(world, "carla", safety)
    assert own is not None and own.is_in
