"""Polls in communities, as PieFed takes part in them: by votes of its own kind, and figures that it is told."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from social.posts import polls
from social.posts.polls import PollDraft
from storage.engine.database import Database
from tests.federation.neighbour import PUBLIC
from tests.federation.scene import Scene, opened
from tests.federation.test_forum_votes import votes
from tests.federation.test_polls import figures, poll_of


@pytest.fixture
async def scene(sqlite_db: Database, tmp_path: Path) -> AsyncIterator[Scene]:
    """`filiale` runs PieFed, `siege` is one of ours."""
    async with opened(sqlite_db, tmp_path) as made:
        await made.is_of(made.filiale, "piefed 1.6.18")
        await made.is_of(made.siege, "archipel 0.1.0")
        yield made


def poll(*counts: int) -> dict[str, Any]:
    """The words of a Question with its figures."""
    options = zip(("Yes", "No"), counts, strict=True)
    return {"oneOf": [{"type": "Note", "name": name, "replies": {"totalItems": count}} for name, count in options]}


async def test_a_vote_of_piefed_counts_and_piefed_hears_the_figures(scene: Scene) -> None:
    chess = await scene.founded()
    await scene.asks(scene.carla, chess, scene.filiale)
    asked = PollDraft(options=("Yes", "No"), expires_in=3600)
    post = await scene.station.say("amina", "Do we play?", community=chess.id, poll=asked)
    uri = scene.station.urls.post_uri("amina", post)
    vote = scene.filiale.about("PollVote", scene.carla.id, uri, choice_text="No", audience=chess.uri)
    assert await scene.station.accept(scene.filiale, vote, by=scene.carla) == ["applied"]
    again = scene.filiale.about("PollVote", scene.carla.id, uri, choice_text="Yes", audience=chess.uri)
    assert await scene.station.accept(scene.filiale, again, by=scene.carla) == ["already"], "one choice each"
    assert figures(await poll_of(scene.station, post)) == [0, 1]


async def test_figures_go_to_forums_that_have_the_poll_by_its_community(scene: Scene) -> None:
    chess = await scene.founded()
    await scene.asks(scene.carla, chess, scene.filiale)
    asked = PollDraft(options=("Yes", "No"), expires_in=3600)
    hidden = PollDraft(options=("Yes", "No"), expires_in=3600, hides_totals=True)
    await scene.station.person("luc")
    for draft in (asked, hidden):
        post = await scene.station.say("amina", "Do we play?", community=chess.id, poll=draft)
        id = (await poll_of(scene.station, post)).poll.id
        luc = scene.station.viewer("luc")
        await scene.station.db.write(polls.vote, luc, id, [0], now=scene.station.clock())
        scene.station.clock.pass_by(seconds=15)
        await scene.station.db.write(polls.count, id, scene.station.clock())
    letters = await scene.sent(scene.filiale.authority)
    counts = [one["object"]["oneOf"] for one in letters if one["type"] == "Update" and "oneOf" in one["object"]]
    assert [[option["replies"]["totalItems"] for option in one] for one in counts] == [[1, 0]]


async def test_a_vote_in_a_poll_of_another_node_of_ours_goes_there(scene: Scene) -> None:
    chess = await scene.founded()
    await scene.asks(scene.carla, chess, scene.filiale)
    await scene.asks(scene.bruno, chess, scene.siege)
    addressed: dict[str, Any] = {"to": [PUBLIC, chess.uri], "cc": [], "audience": chess.uri}
    question = scene.siege.note(scene.bruno, "Do we play?", type="Question", **poll(0, 0), **addressed)
    await scene.station.accept(scene.siege, scene.siege.create(question), by=scene.bruno)
    vote = scene.filiale.about("PollVote", scene.carla.id, question["id"], choice_text="No", audience=chess.uri)
    assert await scene.station.accept(scene.filiale, vote, by=scene.carla) == ["applied"]
    assert votes(await scene.sent(scene.siege.authority)) == [("Announce", "PollVote", scene.carla.id)]


async def test_a_community_changes_nobody_s_choice(scene: Scene) -> None:
    """What a host passes on is asked for where it was said."""
    await scene.joined()
    await scene.is_of(scene.siege, "piefed 1.6.18")
    football = await scene.football()
    asked = PollDraft(options=("Yes", "No"), expires_in=3600)
    post = await scene.station.say("amina", "Do we play?", community=football.id, poll=asked)
    id = scene.filiale.url("/activities/pollvote/1")
    uri = scene.station.urls.post_uri("amina", post)
    said = scene.filiale.about("PollVote", scene.carla.id, uri, id=id, choice_text="No")
    scene.filiale.document("/activities/pollvote/1", said)
    assert await scene.hears(said | {"choice_text": "Yes"}) != "applied"
    assert figures(await poll_of(scene.station, post)) == [0, 0]
    assert await scene.hears(said) == "applied"
    assert figures(await poll_of(scene.station, post)) == [0, 1]
