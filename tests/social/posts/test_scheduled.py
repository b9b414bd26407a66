"""Posts for later: kept with what belongs to them, and published once at their time, if their author still may."""

import asyncio

import pytest

from server.work import schedule as work
from social.clock import DAY, HOUR, MINUTE
from social.communities import topics
from social.errors import Forbidden, Invalid, NotFound
from social.paging import FIRST
from social.people import accounts, users
from social.policy import Role, Viewer
from social.posts import edit, media, scheduled
from social.posts.polls import PollDraft
from social.posts.publish import Draft
from social.posts.scheduled import ScheduledView
from social.reading import PostView, post
from storage import jobs as job_rows
from storage import media as media_rows
from storage import placements
from storage.ids import MediaId, Millis, PostId, ScheduledId
from storage.visibility import Visibility
from tests.outages.acts import PICTURE
from tests.social.communities.harbour import community
from tests.world import World


async def keep(world: World, text: str = "Later", *, after: int = HOUR, **draft: object) -> ScheduledView:
    """A post of amina that waits."""
    await world.person("amina")
    return await world.db.write(
        scheduled.schedule,
        world.viewer("amina"),
        Draft(text=text, **draft),  # type: ignore[arg-type]  # keywords of Draft
        Millis(world.clock() + after),
        context=world.context,
        now=world.clock(),
    )


async def due(world: World, id: ScheduledId) -> PostId | None:
    return await world.db.write(scheduled.publish_due, id, context=world.context, now=world.clock())


async def waiting(world: World) -> list[ScheduledView]:
    return await world.db.read(scheduled.several, world.viewer("amina"), FIRST)


async def seen(world: World, id: PostId) -> PostView:
    return await world.db.read(post, world.viewer("amina"), id)


async def picture(world: World) -> MediaId:
    row = await world.db.write(
        media.add, world.viewer("amina"), PICTURE, settings=world.settings.media, ids=world.ids, now=world.clock()
    )
    return row.id


async def test_it_is_published_once_at_its_time_as_it_was_written(world: World) -> None:
    await world.person("amina")
    poll = PollDraft(options=("Soup", "Rice"), expires_in=3_600)
    kept = await keep(world, "Lunch?", poll=poll, spoiler="Food", visibility=Visibility.FOLLOWERS, language="en")
    assert await due(world, kept.id) is None
    assert [one.id for one in await waiting(world)] == [kept.id]
    now = world.clock.pass_by(hours=1)
    published = [id for id in await asyncio.gather(*(due(world, kept.id) for _ in range(4))) if id is not None]
    assert len(published) == 1
    view = await seen(world, published[0])
    assert (view.post.source, view.post.spoiler, view.post.visibility) == ("Lunch?", "Food", Visibility.FOLLOWERS)
    assert view.post.published_at == now
    assert view.poll is not None
    assert view.poll.poll.expires_at == now + 3_600_000
    assert await waiting(world) == []


async def test_a_job_waits_for_each_and_one_that_comes_too_early_asks_for_another(world: World) -> None:
    kept = await keep(world)
    at = Millis(world.clock() + 2 * DAY)
    await world.db.write(scheduled.move, world.viewer("amina"), kept.id, at, now=world.clock())
    world.clock.pass_by(hours=1)
    (job,) = await world.db.write(job_rows.claim, ["publish_scheduled"], world.clock(), 60_000, 10)
    assert await due(world, kept.id) is None
    await world.db.write(job_rows.finish, job.id)
    assert await world.db.read(job_rows.next_due, ["publish_scheduled"]) == at


async def test_who_was_suspended_meanwhile_publishes_nothing(world: World) -> None:
    await world.person("amina")
    kept = await keep(world)
    await world.db.write(accounts.suspend, await _admin(world), world.id("amina"), now=world.clock())
    world.clock.pass_by(hours=1)
    with pytest.raises(Forbidden, match="account_suspended"):
        await due(world, kept.id)


async def test_who_may_not_sign_in_any_more_publishes_nothing(world: World) -> None:
    kept = await keep(world)
    await world.db.write(users.disable, await _admin(world), world.id("amina"), now=world.clock())
    world.clock.pass_by(hours=1)
    with pytest.raises(Forbidden, match="account_disabled") as refused:
        await due(world, kept.id)
    await world.db.write(scheduled.fail, kept.id, refused.value, now=world.clock())
    assert [one.error for one in await waiting(world)] == ["account_disabled"]
    assert await due(world, kept.id) is None


async def test_an_answer_to_what_is_gone_waits_with_the_reason_and_may_be_given_another_time(world: World) -> None:
    await world.person("amina")
    parent = await world.say("amina", "First")
    kept = await keep(world, parent=parent)
    await world.db.write(edit.delete, world.viewer("amina"), parent, now=world.clock())
    world.clock.pass_by(hours=1)
    with pytest.raises(NotFound) as refused:
        await due(world, kept.id)
    await world.db.write(scheduled.fail, kept.id, refused.value, now=world.clock())
    (left,) = await waiting(world)
    assert left.error == refused.value.code
    at = Millis(world.clock() + HOUR)
    moved = await world.db.write(scheduled.move, world.viewer("amina"), kept.id, at, now=world.clock())
    assert (moved.error, moved.at) == ("", at)


async def test_pictures_wait_with_it_and_are_free_again_without_it(world: World) -> None:
    await world.person("amina")
    held = await picture(world)
    kept = await keep(world, media=(held,))
    assert [row.id for row in kept.media] == [held]
    for use in ({"media": (held,)}, {"media": (held, held)}):
        with pytest.raises(Invalid):
            await world.say("amina", "Now", **use)
        with pytest.raises(Invalid):
            await keep(world, **use)
    with pytest.raises(NotFound):
        await world.db.write(media.remove, world.viewer("amina"), held, now=world.clock())
    world.clock.pass_by(days=3)
    await world.db.write(work.tidy, world.settings, world.clock())
    id = await due(world, kept.id)
    assert id is not None
    assert [row.id for row in (await seen(world, id)).media] == [held]
    other = await picture(world)
    again = await keep(world, media=(other,))
    await world.db.write(scheduled.cancel, world.viewer("amina"), again.id, now=world.clock())
    world.clock.pass_by(days=3)
    assert [row.id for row in await world.db.read(media_rows.unused, world.clock(), 10)] == [other]
    await world.say("amina", "Now", media=(other,))


async def test_the_same_key_gives_the_first(world: World) -> None:
    first = await keep(world, idempotency="one")
    again = await keep(world, "Other words", idempotency="one")
    assert again.id == first.id
    assert (await keep(world, idempotency="two")).id != first.id
    assert len(await waiting(world)) == 2


async def test_a_time_too_soon_and_a_post_too_many_are_refused(world: World) -> None:
    with pytest.raises(Invalid, match="too_soon"):
        await keep(world, after=5 * MINUTE - 1)
    until_tomorrow = DAY - world.clock() % DAY
    for number in range(scheduled.MOST_A_DAY):
        kept = await keep(world, f"Number {number}", after=until_tomorrow)
    with pytest.raises(Invalid, match="too_many_that_day"):
        await keep(world, "One more", after=until_tomorrow)
    later = await keep(world, "The day after", after=until_tomorrow + DAY)
    viewer, now = world.viewer("amina"), world.clock()
    with pytest.raises(Invalid, match="too_many_that_day"):
        await world.db.write(scheduled.move, viewer, later.id, Millis(now + until_tomorrow), now=now)
    await world.db.write(scheduled.move, viewer, kept.id, Millis(now + until_tomorrow + HOUR), now=now)
    for number in range(scheduled.MOST - scheduled.MOST_A_DAY - 1):
        await keep(world, f"Number {number}", after=until_tomorrow + (2 + number // scheduled.MOST_A_DAY) * DAY)
    with pytest.raises(Invalid, match="too_many_scheduled"):
        await keep(world, "One more", after=100 * DAY)


async def test_what_waits_is_its_authors_alone(world: World) -> None:
    kept = await keep(world)
    await world.person("luc")
    luc, now = world.viewer("luc"), world.clock()
    assert await world.db.read(scheduled.several, luc, FIRST) == []
    with pytest.raises(NotFound):
        await world.db.read(scheduled.scheduled, luc, kept.id)
    with pytest.raises(NotFound):
        await world.db.write(scheduled.move, luc, kept.id, Millis(now + HOUR), now=now)
    with pytest.raises(NotFound):
        await world.db.write(scheduled.cancel, luc, kept.id, now=world.clock())
    assert len(await waiting(world)) == 1


async def _admin(world: World) -> Viewer:
    await world.person("ines", role=Role.ADMIN)
    return world.viewer("ines")


async def test_words_whose_topic_is_taken_away_go_out_at_their_time_under_none(world: World) -> None:
    await world.person("amina")
    football, amina = await community(world, "amina"), world.viewer("amina")
    await world.db.write(topics.add, amina, football, "Matches", now=world.clock())
    kept = await keep(world, "On Friday", community=football, topic="matches")
    await world.db.write(topics.drop, amina, football, "matches", now=world.clock())
    world.clock.pass_by(hours=1)
    published = await due(world, kept.id)
    assert published is not None and await waiting(world) == []
    placed = await world.db.read(placements.one, published)
    assert placed is not None and (placed.community_id, placed.topic) == (football, "")
