"""Polls on one node: what may be asked, who may vote and when, what is seen of it, and what an edit does."""

import asyncio

import pytest

from social import events, reading
from social.errors import Invalid, NotFound
from social.feeds import notifications
from social.paging import FIRST
from social.posts import edit, polls
from social.posts.polls import PollDraft, ReceivedPoll
from social.posts.publish import Draft, Received, receive
from social.tally import PollView
from storage.accounts import AccountRow
from storage.ids import Millis, PollId, PostId
from storage.visibility import Visibility
from tests.world import World

HOUR = 3_600
SOUP = PollDraft(options=("Soup", "Rice"), expires_in=HOUR)


async def asked(world: World, draft: PollDraft = SOUP, **said: object) -> tuple[PostId, PollId]:
    """A post of amina with a poll, and the people who may vote."""
    for name in ("amina", "luc", "marc"):
        await world.person(name)
    post = await world.say("amina", "Lunch?", poll=draft, **said)
    return post, (await seen(world, post)).poll.id


async def seen(world: World, post: PostId, name: str = "luc") -> PollView:
    view = await world.db.read(reading.post, world.viewer(name), post)
    assert view.poll is not None
    return view.poll


async def vote(world: World, name: str, poll: PollId, *choices: int) -> PollView:
    return await world.db.write(polls.vote, world.viewer(name), poll, choices, now=world.clock())


def figures(view: PollView) -> list[int]:
    return [option.votes_count for option in view.options]


async def told(world: World, name: str) -> list[str]:
    found = await world.db.read(notifications.notifications, world.viewer(name), FIRST, now=world.clock())
    return [one.kind.value for one in found]


@pytest.mark.parametrize(
    ("draft", "field", "code"),
    [
        pytest.param(PollDraft(options=("Soup",), expires_in=HOUR), "options", "too_few", id="one choice"),
        pytest.param(PollDraft(options=("Soup", "  "), expires_in=HOUR), "options", "too_few", id="an empty choice"),
        pytest.param(
            PollDraft(options=tuple(map(str, range(21))), expires_in=HOUR), "options", "too_many", id="too many"
        ),
        pytest.param(PollDraft(options=("Soup", "soup "), expires_in=HOUR), "options", "doubled", id="the same twice"),
        pytest.param(PollDraft(options=("x" * 101, "y"), expires_in=HOUR), "options", "too_long", id="too long"),
        pytest.param(PollDraft(options=("a\0", "y"), expires_in=HOUR), "options", "nul", id="with a NUL"),
        pytest.param(PollDraft(options=("a", "b"), expires_in=10), "expires_in", "out_of_range", id="too short"),
        pytest.param(PollDraft(options=("a", "b"), expires_in=10**9), "expires_in", "out_of_range", id="too far"),
        pytest.param(PollDraft(options=("a", "b")), "expires_in", "out_of_range", id="without an end"),
    ],
)
async def test_a_poll_that_cannot_be_is_refused(world: World, draft: PollDraft, field: str, code: str) -> None:
    await world.person("amina")
    with pytest.raises(Invalid) as refusal:
        await world.say("amina", "Lunch?", poll=draft)
    assert (refusal.value.field, refusal.value.code) == (field, code)


async def test_a_poll_needs_no_words_beside_it(world: World) -> None:
    await world.person("amina")
    post = await world.say("amina", "", poll=SOUP)
    assert [option.title for option in (await seen(world, post, "amina")).options] == ["Soup", "Rice"]


async def test_a_vote_counts_once_and_is_seen_by_whoever_cast_it(world: World) -> None:
    post, poll = await asked(world)
    view = await vote(world, "luc", poll, 1)
    assert (figures(view), view.own, view.poll.voters_count) == ([0, 1], (1,), 1)
    assert (await seen(world, post, "marc")).own == ()
    with pytest.raises(Invalid, match="voted"):
        await vote(world, "luc", poll, 0)
    assert figures(await seen(world, post)) == [0, 1]


async def test_several_choices_only_where_they_are_allowed(world: World) -> None:
    _, single = await asked(world)
    with pytest.raises(Invalid, match="too_many"):
        await vote(world, "luc", single, 0, 1)
    _, several = await asked(world, PollDraft(options=("Soup", "Rice", "Bread"), expires_in=HOUR, is_multiple=True))
    view = await vote(world, "luc", several, 2, 0, 0)
    assert (figures(view), view.own, view.poll.voters_count, view.votes) == ([1, 0, 1], (0, 2), 1, 2)
    with pytest.raises(Invalid, match="voted"):
        await vote(world, "luc", several, 1)


@pytest.mark.parametrize("choices", [(), (2,), (-1,), (10**12,)])
async def test_a_choice_that_is_not_there_is_refused(world: World, choices: tuple[int, ...]) -> None:
    post, poll = await asked(world)
    with pytest.raises(Invalid):
        await vote(world, "luc", poll, *choices)
    assert (await seen(world, post)).poll.voters_count == 0


async def test_nobody_votes_in_their_own_poll_nor_in_one_that_they_may_not_see(world: World) -> None:
    _, poll = await asked(world)
    with pytest.raises(Invalid, match="own"):
        await vote(world, "amina", poll, 0)
    _, closed = await _for_followers(world)
    with pytest.raises(NotFound):
        await vote(world, "luc", closed, 0)
    with pytest.raises(NotFound):
        await world.db.read(polls.poll, world.viewer("luc"), closed)


async def _for_followers(world: World) -> tuple[PostId, PollId]:
    post = await world.say("amina", "Lunch?", poll=SOUP, visibility=Visibility.FOLLOWERS)
    return post, (await seen(world, post, "amina")).poll.id


async def test_a_vote_after_the_end_is_refused_by_the_clock_of_the_node(world: World) -> None:
    post, poll = await asked(world)
    world.clock.pass_by(seconds=HOUR - 1)
    await vote(world, "luc", poll, 0)
    world.clock.pass_by(seconds=1)
    with pytest.raises(Invalid, match="over"):
        await vote(world, "marc", poll, 0)
    assert (await seen(world, post)).is_over(world.clock())


async def test_votes_that_come_at_once_count_once_each(world: World) -> None:
    post, poll = await asked(world, PollDraft(options=("Soup", "Rice"), expires_in=HOUR))
    outcomes = await asyncio.gather(
        *(vote(world, name, poll, choice) for choice in (0, 1) for name in ("luc", "marc")), return_exceptions=True
    )
    assert sum(isinstance(one, Invalid) for one in outcomes) == 2
    view = await seen(world, post)
    assert (view.votes, view.poll.voters_count) == (2, 2)


async def test_hidden_figures_are_shown_when_it_is_over(world: World) -> None:
    draft = PollDraft(options=("Soup", "Rice"), expires_in=HOUR, hides_totals=True)
    post, poll = await asked(world, draft)
    await vote(world, "luc", poll, 0)
    assert not (await seen(world, post)).shows_figures(world.clock())
    world.clock.pass_by(seconds=HOUR)
    assert (await seen(world, post)).shows_figures(world.clock())


async def test_the_end_is_told_to_the_author_and_to_those_who_voted_once(world: World) -> None:
    _, poll = await asked(world)
    await vote(world, "luc", poll, 0)
    assert not await world.db.write(polls.close, poll, world.clock())
    world.clock.pass_by(seconds=HOUR)
    assert await world.db.write(polls.close, poll, world.clock())
    assert not await world.db.write(polls.close, poll, world.clock())
    await world.settle()
    assert (await told(world, "amina"), await told(world, "luc"), await told(world, "marc")) == (["poll"], ["poll"], [])
    closed = [one for one in await world.happened() if isinstance(one, events.PollClosed)]
    assert len(closed) == 1


async def test_other_choices_begin_anew_and_the_same_ones_keep_their_votes(world: World) -> None:
    post, poll = await asked(world)
    await vote(world, "luc", poll, 0)

    async def change(draft: Draft) -> None:
        world.clock.pass_by(minutes=1)
        await world.db.write(edit.edit, world.viewer("amina"), post, draft, context=world.context, now=world.clock())

    before = (await seen(world, post)).poll.expires_at
    await change(Draft(text="Lunch today?", poll=PollDraft(options=("Soup", "Rice"))))
    kept = await seen(world, post)
    assert (figures(kept), kept.own, kept.poll.expires_at) == ([1, 0], (0,), before)
    await change(Draft(text="Lunch today?", poll=PollDraft(options=("Soup", "Pasta"), expires_in=HOUR)))
    fresh = await seen(world, post)
    assert (figures(fresh), fresh.own, fresh.poll.voters_count) == ([0, 0], (), 0)
    assert fresh.poll.expires_at == world.clock() + HOUR * 1_000
    assert figures(await vote(world, "luc", poll, 1)) == [0, 1]
    await change(Draft(text="No lunch"))
    view = await world.db.read(reading.post, world.viewer("luc"), post)
    assert (view.poll, view.post.kind) == (None, "Note")
    with pytest.raises(NotFound):
        await vote(world, "marc", poll, 0)


async def test_a_post_has_either_pictures_or_a_poll(world: World) -> None:
    await world.person("amina")
    with pytest.raises(Invalid, match="beside_poll"):
        await world.say("amina", "Lunch?", poll=SOUP, media=(1,))


def said(**more: object) -> ReceivedPoll:
    """A poll of elsewhere with three votes."""
    fields: dict[str, object] = {
        "options": (("Soup", 2), ("Rice", 1)),
        "is_multiple": False,
        "is_closed": False,
        "ends_at": Millis(1_795_521_600_000 + 3_600_000),
        "voters": 3,
    }
    return ReceivedPoll(**(fields | more))  # type: ignore[arg-type]  # keywords of ReceivedPoll


async def received(world: World, poll: ReceivedPoll) -> tuple[AccountRow, PostId, PollId]:
    await world.person("luc")
    bruno = await world.elsewhere("bruno")
    uri = "https://siege.example/notes/1"
    note = Received(
        uri=uri, url=uri, kind="Question", visibility=Visibility.PUBLIC, published_at=world.clock(), poll=poll
    )
    post = await world.db.write(receive, bruno, note, ids=world.ids, live=True, now=world.clock())
    return bruno, post, (await seen(world, post)).poll.id


async def test_the_figures_of_elsewhere_are_its_word_and_a_vote_here_is_seen_at_once(world: World) -> None:
    bruno, post, poll = await received(world, said())
    view = await vote(world, "luc", poll, 1)
    assert (figures(view), view.own, view.poll.voters_count) == ([2, 2], (1,), 4)

    async def figures_come(claim: ReceivedPoll) -> bool:
        return await world.db.write(polls.receive_figures, bruno, post, claim, now=world.clock())

    assert await figures_come(said(options=(("Soup", 9), ("Rice", 2)), voters=11, at=Millis(2_000)))
    assert figures(await seen(world, post)) == [9, 2]
    assert not await figures_come(said(options=(("Soup", 3), ("Rice", 2)), voters=5, at=Millis(1_000)))
    assert not await figures_come(said(options=(("Soup", 0), ("Bread", 0)), voters=0, at=Millis(3_000)))
    assert (figures(await seen(world, post)), (await seen(world, post)).own) == ([9, 2], (1,))


async def test_the_result_that_comes_after_the_end_is_kept_and_nobody_is_told_twice(world: World) -> None:
    bruno, post, poll = await received(world, said())
    await vote(world, "luc", poll, 0)
    world.clock.pass_by(hours=1)
    assert await world.db.write(polls.close, poll, world.clock())
    result = said(options=(("Soup", 5), ("Rice", 4)), voters=9, is_closed=True, at=world.clock())
    assert await world.db.write(polls.receive_figures, bruno, post, result, now=world.clock())
    await world.settle()
    assert await told(world, "luc") == ["poll"]
    assert figures(await seen(world, post)) == [5, 4]


async def test_voters_without_votes_are_figures_that_are_hidden_elsewhere(world: World) -> None:
    _, post, poll = await received(world, said(options=(("Soup", 0), ("Rice", 0)), voters=3))
    assert not (await seen(world, post)).shows_figures(world.clock())
    view = await vote(world, "luc", poll, 0)
    assert (figures(view), view.own) == ([0, 0], (0,))


async def test_a_vote_of_elsewhere_counts_by_its_words(world: World) -> None:
    post, _ = await asked(world)
    bruno = await world.elsewhere("bruno")
    row = (await world.db.read(reading.post, world.viewer("amina"), post)).post

    async def comes(title: str) -> bool:
        return await world.db.write(polls.receive_vote, bruno, row, title, now=world.clock())

    assert not await comes("Pasta")
    assert await comes("Soup")
    assert not await comes("Soup")
    assert not await comes("Rice")
    assert figures(await seen(world, post)) == [1, 0]
    world.clock.pass_by(hours=2)
    carla = await world.elsewhere("carla")
    assert not await world.db.write(polls.receive_vote, carla, row, "Rice", now=world.clock())
