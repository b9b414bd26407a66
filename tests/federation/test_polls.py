"""Polls between nodes: questions and figures as they come, votes as they go and come, and the end."""

from typing import Any

import msgspec
import pytest

from social import reading
from social.clock import HOUR, iso
from social.feeds import notifications
from social.paging import FIRST
from social.policy import Viewer
from social.posts import edit, polls
from social.posts.polls import PollDraft
from social.posts.publish import Draft
from social.tally import PollView
from storage.ids import Millis, PostId
from storage.visibility import Visibility
from tests.federation.neighbour import Neighbour, Somebody
from tests.federation.station import Station
from tests.federation.test_apply_posts import followed, the_post
from tests.federation.test_outgoing import bodies
from tests.world import NOON


def choice(name: str, votes: int = 0) -> dict[str, Any]:
    return {"type": "Note", "name": name, "replies": {"type": "Collection", "totalItems": votes}}


def question(siege: Neighbour, by: Somebody, soup: int = 2, rice: int = 1, **said: Any) -> dict[str, Any]:
    """A poll of elsewhere with an hour to go."""
    fields: dict[str, Any] = {
        "type": "Question",
        "oneOf": [choice("Soup", soup), choice("Rice", rice)],
        "votersCount": soup + rice,
        "endTime": iso(Millis(NOON + HOUR)),
    }
    return siege.note(by, "Lunch?", **(fields | said))


async def poll_of(station: Station, post: PostId, viewer: Viewer | None = None) -> PollView:
    found = await station.db.read(reading.post, viewer or station.viewer("amina"), post)
    assert found.poll is not None
    return found.poll


def figures(view: PollView) -> list[int]:
    return [option.votes_count for option in view.options]


@pytest.mark.parametrize(
    ("said", "multiple", "over", "ends"),
    [
        pytest.param({}, False, False, True, id="as Mastodon writes it"),
        pytest.param({"oneOf": None, "anyOf": [choice("Soup"), choice("Rice")]}, True, False, True, id="several"),
        pytest.param({"closed": True}, False, True, True, id="closed is true"),
        pytest.param({"closed": iso(NOON)}, False, True, True, id="closed is a date"),
        pytest.param({"endTime": None}, False, False, False, id="without an end"),
        pytest.param({"endTime": None, "closed": iso(NOON)}, False, True, True, id="ended at a date"),
    ],
)
async def test_a_question_of_elsewhere_is_a_poll_here(
    quick: Station, siege: Neighbour, bruno: Somebody, said: dict[str, Any], multiple: bool, over: bool, ends: bool
) -> None:
    await followed(quick, siege, bruno)
    assert await quick.accept(siege, siege.create(question(siege, bruno, **said)), by=bruno) == ["applied"]
    post = await the_post(quick)
    view = await poll_of(quick, post.id)
    assert ([option.title for option in view.options], view.poll.is_multiple) == (["Soup", "Rice"], multiple)
    assert (view.is_over(quick.clock()), view.poll.expires_at is not None) == (over, ends)
    assert post.html == "<p>Lunch?</p>"


async def test_a_vote_goes_to_the_author_alone_one_create_for_each_choice(
    station: Station, siege: Neighbour, bruno: Somebody
) -> None:
    await followed(station, siege, bruno)
    note = question(siege, bruno, oneOf=None, anyOf=[choice("Soup", 2), choice("Rice", 1)], votersCount=3)
    await station.accept(siege, siege.create(note), by=bruno)
    await bodies(station)
    post = await the_post(station)
    view = await poll_of(station, post.id)
    seen = await station.db.write(polls.vote, station.viewer("amina"), view.poll.id, (0, 1), now=station.clock())
    assert (figures(seen), seen.own, seen.poll.voters_count) == ([3, 2], (0, 1), 4)
    sent = await bodies(station)
    assert [one["object"]["name"] for one in sent] == ["Soup", "Rice"]
    for one in sent:
        cast = one["object"]
        assert (one["type"], one["to"], cast["to"]) == ("Create", bruno.id, bruno.id)
        assert (cast["type"], cast["inReplyTo"], cast["attributedTo"]) == ("Note", note["id"], one["actor"])
        assert "content" not in cast
        assert one["id"] != cast["id"]
    assert len({one["id"] for one in sent}) == 2


async def ours(station: Station, siege: Neighbour, bruno: Somebody, **draft: Any) -> tuple[PostId, str]:
    """A poll of amina, whom bruno may vote in; its id on the wire."""
    await followed(station, siege, bruno)
    asked = PollDraft(**({"options": ("Soup", "Rice"), "expires_in": 3600} | draft.pop("poll", {})))
    post = await station.say("amina", "Lunch?", poll=asked, **draft)
    row = (await station.db.read(reading.post, station.viewer("amina"), post)).post
    await bodies(station)
    return post, row.uri


def ballot(siege: Neighbour, by: Somebody, uri: str, title: str) -> dict[str, Any]:
    note = siege.note(by, serve=False)
    return {
        "id": note["id"],
        "type": "Note",
        "name": title,
        "attributedTo": by.id,
        "inReplyTo": uri,
        "to": uri.partition("/posts/")[0],
    }


async def test_a_question_goes_out_with_its_choices_and_its_end(
    station: Station, siege: Neighbour, bruno: Somebody
) -> None:
    await followed(station, siege, bruno)
    mention = f"Lunch, @bruno@{siege.authority}?"
    await station.say("amina", mention, poll=PollDraft(options=("Soup", "Rice"), expires_in=3600, is_multiple=True))
    (created,) = [one for one in await bodies(station) if one["type"] == "Create"]
    asked = created["object"]
    assert (asked["type"], asked["anyOf"], asked["votersCount"]) == ("Question", [choice("Soup"), choice("Rice")], 0)
    assert asked["endTime"] == iso(Millis(NOON + HOUR))
    assert "closed" not in asked and "oneOf" not in asked


async def test_a_vote_of_elsewhere_counts_and_is_no_answer(station: Station, siege: Neighbour, bruno: Somebody) -> None:
    post, uri = await ours(station, siege, bruno)
    cast = siege.about("Create", bruno.id, ballot(siege, bruno, uri, "Rice"))
    assert await station.accept(siege, cast, by=bruno) == ["applied"]
    view = await poll_of(station, post)
    assert (figures(view), view.poll.voters_count) == ([0, 1], 1)
    for title, outcome in (("Rice", "already"), ("Soup", "already"), ("Pasta", "already")):
        late = siege.about("Create", bruno.id, ballot(siege, bruno, uri, title))
        assert await station.accept(siege, late, by=bruno) == [outcome]
    lost = siege.about("Create", bruno.id, ballot(siege, bruno, "https://x.example/1", "Rice"))
    assert await station.accept(siege, lost, by=bruno) == ["unrelated"]
    (row,) = await station.posts()
    assert (figures(await poll_of(station, post)), row.replies_count) == ([0, 1], 0)


async def test_several_votes_in_one_create_count_each(station: Station, siege: Neighbour, bruno: Somebody) -> None:
    post, uri = await ours(station, siege, bruno, poll={"is_multiple": True})
    both = [ballot(siege, bruno, uri, title) for title in ("Soup", "Rice", "Rice")]
    assert await station.accept(siege, siege.about("Create", bruno.id, both), by=bruno) == ["applied"]
    view = await poll_of(station, post)
    assert (figures(view), view.poll.voters_count) == ([1, 1], 1)
    other = siege.person("luc")
    mixed = [ballot(siege, bruno, uri, "Soup"), {**ballot(siege, other, uri, "Soup")}]
    assert await station.accept(siege, siege.about("Create", bruno.id, mixed), by=bruno) == ["unsupported"]
    assert len(await station.posts()) == 1


async def test_a_vote_in_what_is_not_for_the_voter_or_is_over_counts_for_nothing(
    quick: Station, siege: Neighbour, bruno: Somebody
) -> None:
    hidden, uri = await ours(quick, siege, bruno, visibility=Visibility.DIRECT)
    cast = siege.about("Create", bruno.id, ballot(siege, bruno, uri, "Rice"))
    assert await quick.accept(siege, cast, by=bruno) == ["unrelated"]
    assert figures(await poll_of(quick, hidden)) == [0, 0]
    over = await quick.say("amina", "Supper?", poll=PollDraft(options=("Soup", "Rice"), expires_in=3600))
    quick.clock.pass_by(hours=1)
    late = siege.about("Create", bruno.id, ballot(siege, bruno, quick.urls.post_uri("amina", over), "Rice"))
    assert await quick.accept(siege, late, by=bruno) == ["already"]
    assert figures(await poll_of(quick, over)) == [0, 0]


async def test_figures_are_told_to_the_nodes_of_voters_once_for_many_votes_and_at_the_end(
    station: Station, siege: Neighbour, bruno: Somebody
) -> None:
    post, uri = await ours(station, siege, bruno)
    await station.accept(siege, siege.about("Create", bruno.id, ballot(siege, bruno, uri, "Rice")), by=bruno)
    assert await bodies(station) == []
    poll = (await poll_of(station, post)).poll.id
    station.clock.pass_by(seconds=15)
    assert await station.db.write(polls.count, poll, station.clock())
    (update,) = await bodies(station)
    assert (update["type"], update["object"]["id"], update["object"]["votersCount"]) == ("Update", uri, 1)
    assert update["object"]["oneOf"] == [choice("Soup"), choice("Rice", 1)]
    assert "updated" not in update["object"] and "closed" not in update["object"]
    station.clock.pass_by(hours=1)
    assert await station.db.write(polls.close, poll, station.clock())
    (end,) = await bodies(station)
    assert end["object"]["closed"] == end["object"]["endTime"] == iso(Millis(NOON + HOUR))
    assert end["id"] != update["id"]
    assert not await station.db.write(polls.count, poll, station.clock())


async def test_hidden_figures_leave_only_at_the_end(quick: Station, siege: Neighbour, bruno: Somebody) -> None:
    post, uri = await ours(quick, siege, bruno, poll={"hides_totals": True})
    await quick.accept(siege, siege.about("Create", bruno.id, ballot(siege, bruno, uri, "Rice")), by=bruno)
    poll = (await poll_of(quick, post)).poll.id
    await quick.db.write(polls.count, poll, quick.clock())
    (update,) = await bodies(quick)
    assert (update["object"]["oneOf"], update["object"]["votersCount"]) == ([choice("Soup"), choice("Rice")], 1)
    quick.clock.pass_by(hours=1)
    await quick.db.write(polls.close, poll, quick.clock())
    (end,) = await bodies(quick)
    assert end["object"]["oneOf"] == [choice("Soup"), choice("Rice", 1)]


async def test_new_figures_are_no_edit_and_older_ones_change_nothing(
    station: Station, siege: Neighbour, bruno: Somebody
) -> None:
    await followed(station, siege, bruno)
    note = question(siege, bruno)
    await station.accept(siege, siege.create(note), by=bruno)
    post = await the_post(station)

    async def told(soup: int, rice: int, at: int, **said: Any) -> list[str]:
        fresh = {**note, "oneOf": [choice("Soup", soup), choice("Rice", rice)], "votersCount": soup + rice, **said}
        return await station.accept(siege, siege.about("Update", bruno.id, fresh, published=iso(Millis(at))), by=bruno)

    assert await told(5, 4, NOON + 2_000) == ["applied"]
    assert await told(3, 3, NOON + 1_000) == ["already"]
    assert figures(await poll_of(station, post.id)) == [5, 4]
    # Some say of every change of the figures that it is a newer version.
    assert await told(6, 4, NOON + 3_000, updated=iso(Millis(NOON + 3_000))) == ["applied"]
    row = await the_post(station)
    assert (figures(await poll_of(station, post.id)), row.edited_at) == ([6, 4], None)


async def test_figures_of_elsewhere_are_no_fewer_than_the_votes_from_here_until_the_end(
    quick: Station, siege: Neighbour, bruno: Somebody
) -> None:
    await followed(quick, siege, bruno)
    note = question(siege, bruno, oneOf=None, anyOf=[choice("Soup"), choice("Rice")], votersCount=0)
    await quick.accept(siege, siege.create(note), by=bruno)
    post = await the_post(quick)
    poll = (await poll_of(quick, post.id)).poll.id
    await quick.db.write(polls.vote, quick.viewer("amina"), poll, (0, 1), now=quick.clock())

    async def told(rice: int, at: int, **said: Any) -> tuple[list[int], int | None]:
        fresh = {**note, "anyOf": [choice("Soup", 1), choice("Rice", rice)], "votersCount": 1, **said}
        update = siege.about("Update", bruno.id, fresh, published=iso(Millis(at)))
        assert await quick.accept(siege, update, by=bruno) == ["applied"]
        view = await poll_of(quick, post.id)
        return figures(view), view.poll.voters_count

    assert await told(0, NOON + 1_000) == ([1, 1], 1)
    assert await told(7, NOON + 2_000) == ([1, 7], 1)
    assert await told(0, NOON + 3_000, closed=iso(Millis(NOON + 3_000))) == ([1, 0], 1)


async def test_other_choices_of_elsewhere_forget_the_votes_only_in_a_newer_version(
    station: Station, siege: Neighbour, bruno: Somebody
) -> None:
    await followed(station, siege, bruno)
    note = question(siege, bruno)
    await station.accept(siege, siege.create(note), by=bruno)
    post = await the_post(station)
    poll = (await poll_of(station, post.id)).poll.id
    await station.db.write(polls.vote, station.viewer("amina"), poll, (0,), now=station.clock())
    other = {**note, "oneOf": [choice("Soup"), choice("Pasta")], "votersCount": 0}
    assert await station.accept(siege, siege.about("Update", bruno.id, other), by=bruno) == ["already"]
    assert (await poll_of(station, post.id)).own == (0,)
    newer = {**other, "updated": iso(Millis(NOON + 60_000))}
    assert await station.accept(siege, siege.about("Update", bruno.id, newer), by=bruno) == ["applied"]
    view = await poll_of(station, post.id)
    assert ([option.title for option in view.options], view.own) == (["Soup", "Pasta"], ())


async def test_the_result_comes_by_itself_or_is_asked_for(quick: Station, siege: Neighbour, bruno: Somebody) -> None:
    await followed(quick, siege, bruno)
    asked, told = question(siege, bruno), question(siege, bruno)
    await quick.accept(siege, siege.create(asked), siege.create(told), by=bruno)
    first, second = [post.id for post in await quick.posts()]
    for post in (first, second):
        poll = (await poll_of(quick, post)).poll.id
        await quick.db.write(polls.vote, quick.viewer("amina"), poll, (0,), now=quick.clock())
    quick.clock.pass_by(hours=1)
    for post in (first, second):
        await quick.db.write(polls.close, (await poll_of(quick, post)).poll.id, quick.clock())
    end = {"oneOf": [choice("Soup", 7), choice("Rice", 3)], "votersCount": 10, "closed": iso(Millis(NOON + HOUR))}
    update = siege.about("Update", bruno.id, {**told, **end}, published=iso(quick.clock()))
    assert await quick.accept(siege, update, by=bruno) == ["applied"]
    for note in (asked, told):
        siege.document(note["id"].removeprefix(siege.url("")), {**note, **end})
    before = len(siege.requests)
    quick.clock.pass_by(minutes=1)
    await quick.run_jobs()
    assert [figures(await poll_of(quick, post)) for post in (first, second)] == [[7, 3], [7, 3]]
    paths = [request.path for request in siege.requests[before:]]
    assert told["id"].removeprefix(siege.url("")) not in paths
    found = await quick.db.read(notifications.notifications, quick.viewer("amina"), FIRST, now=quick.clock())
    assert [one.kind.value for one in found] == ["poll", "poll"]


async def test_an_edit_of_a_poll_here_reaches_whoever_voted(quick: Station, siege: Neighbour, bruno: Somebody) -> None:
    post, uri = await ours(quick, siege, bruno)
    await quick.accept(siege, siege.about("Create", bruno.id, ballot(siege, bruno, uri, "Rice")), by=bruno)
    quick.clock.pass_by(minutes=1)
    draft = Draft(text="Lunch?", poll=PollDraft(options=("Soup", "Rice", "Pasta"), expires_in=3600))
    await quick.db.write(edit.edit, quick.viewer("amina"), post, draft, context=quick.context, now=quick.clock())
    updates = [one for one in await bodies(quick) if "updated" in one["object"]]
    assert [[option["name"] for option in one["object"]["oneOf"]] for one in updates] == [["Soup", "Rice", "Pasta"]]
    assert msgspec.json.encode(updates).count(b'"totalItems":1') == 0
