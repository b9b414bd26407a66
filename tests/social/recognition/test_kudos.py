"""Kudos: given here and elsewhere, shown by consent, and never a table of who has more."""

import re

import pytest

from social import events, reading
from social.errors import Forbidden, Invalid, NotFound
from social.people import relations
from social.posts import edit, publish
from social.posts.publish import Received
from social.posts.thanks import SaidKudos
from social.recognition import kudos
from social.recognition.kudos import Thanks
from storage.accounts import AccountKind, AccountRow
from storage.engine.query import Query
from storage.ids import AccountId, PostId
from storage.visibility import Visibility
from tests.world import World

POST = "https://siege.example/posts/1"
VALUE = "Safety"


async def gives(world: World, name: str, *to: AccountId, value: str = VALUE, text: str = "Merci.") -> PostId:
    thanks = Thanks(to=to, value=value, text=text, line=f"Kudos: {value}")
    return await world.db.write(kudos.give, world.viewer(name), thanks, context=world.context, now=world.clock())


async def answers(world: World, name: str, post: PostId, *, shown: bool) -> None:
    await world.db.write(kudos.answer, world.viewer(name), post, shown=shown, now=world.clock())


async def on_page(world: World, of: AccountId, viewer: str = "noor") -> list[str]:
    found = await world.db.read(kudos.of_person, world.viewer(viewer), of, before=2**62, limit=20)
    return [view.post.kudos for view in found]


async def comes(world: World, author: AccountRow, *thanked: str, visibility: Visibility = Visibility.PUBLIC) -> PostId:
    received = Received(
        uri=POST,
        url=POST,
        visibility=visibility,
        html="<p>Merci</p>",
        published_at=world.clock(),
        kudos=SaidKudos(value="Audace", thanked=thanked),
    )
    return await world.db.write(publish.receive, author, received, ids=world.ids, live=True, now=world.clock())


async def test_a_kudos_is_a_plain_public_post_that_stands_on_the_page_when_its_subject_agrees(group: World) -> None:
    post = await gives(group, "luc", group.id("amina"), text="Merci pour la ligne 3.")
    view = await group.db.read(reading.post, group.viewer("noor"), post)
    assert (view.post.kind, view.post.visibility) == ("Note", Visibility.PUBLIC)
    assert view.post.source == "@amina Merci pour la ligne 3.\n\nKudos: Safety"
    assert [(one.username, one.state) for one in view.kudos] == [("amina", "asked")]
    assert await on_page(group, group.id("amina")) == []
    await answers(group, "amina", post, shown=True)
    assert await on_page(group, group.id("amina")) == [VALUE]
    await answers(group, "amina", post, shown=False)
    assert await on_page(group, group.id("amina")) == []
    told = [event.shown for event in await group.happened() if isinstance(event, events.KudosAnswered)]
    assert told == [True, False]


async def test_what_is_no_kudos_is_refused_and_leaves_no_post(group: World) -> None:
    amina = group.id("amina")
    with pytest.raises(Invalid, match="own_kudos"):
        await gives(group, "amina", amina)
    with pytest.raises(Invalid, match="no_value"):
        await gives(group, "luc", amina, value="Profit")
    with pytest.raises(Invalid, match="blank"):
        await gives(group, "luc", amina, text="  ")
    with pytest.raises(Invalid, match="blank"):
        await gives(group, "luc")
    with pytest.raises(NotFound):
        await gives(group, "luc", AccountId(1))
    assert await group.happened() == []


async def test_nobody_thanks_whom_they_blocked_nor_learns_who_blocked_them(group: World) -> None:
    urls, ids, now = group.urls, group.ids, group.clock()
    await group.db.write(relations.block, group.viewer("amina"), group.id("luc"), ids=ids, urls=urls, now=now)
    with pytest.raises(Forbidden, match="kudos_blocked"):
        await gives(group, "amina", group.id("luc"))
    with pytest.raises(NotFound, match="account"):
        await gives(group, "luc", group.id("amina"))


async def test_a_community_is_thanked_by_nobody_for_nobody_could_answer(group: World) -> None:
    football = await group.elsewhere("football", "usine.example", kind=AccountKind.GROUP)
    with pytest.raises(NotFound, match="account"):
        await gives(group, "luc", football.id)


async def test_only_who_is_thanked_answers(group: World) -> None:
    post = await gives(group, "luc", group.id("amina"))
    other = await group.say("luc", "Bonjour.")
    for name, id in (("noor", post), ("luc", post), ("amina", other)):
        with pytest.raises(NotFound):
            await answers(group, name, id, shown=True)


async def test_a_kudos_of_another_node_asks_whom_it_thanks_and_never_its_author(group: World) -> None:
    bruno = await group.elsewhere("bruno")
    amina = await group.row(group.id("amina"))
    post = await comes(group, bruno, amina.uri, bruno.uri, "https://siege.example/users/nobody")
    view = await group.db.read(reading.post, group.viewer("amina"), post)
    assert [(one.username, one.state) for one in view.kudos] == [("amina", "asked")]
    await answers(group, "amina", post, shown=True)
    assert await on_page(group, amina.id) == ["Audace"]


async def test_a_kudos_of_a_stranger_or_of_a_few_is_a_plain_post(group: World) -> None:
    amina = await group.row(group.id("amina"))
    stranger = await group.elsewhere("mallory", "stranger.example")
    post = await comes(group, stranger, amina.uri)
    assert (await group.db.read(reading.post, group.viewer("amina"), post)).post.kudos == ""


async def test_what_a_blocked_person_says_asks_nobody(group: World) -> None:
    bruno = await group.elsewhere("bruno")
    urls, ids, now = group.urls, group.ids, group.clock()
    await group.db.write(relations.block, group.viewer("amina"), bruno.id, ids=ids, urls=urls, now=now)
    amina = await group.row(group.id("amina"))
    post = await comes(group, bruno, amina.uri)
    with pytest.raises(NotFound):
        await answers(group, "amina", post, shown=True)


async def test_the_answer_of_another_node_counts_also_when_it_comes_before_the_post(group: World) -> None:
    bruno, carla = await group.elsewhere("bruno"), await group.elsewhere("carla", "filiale.example")
    now = group.clock()
    assert await group.db.write(kudos.receive_answer, carla, POST, shown=True, now=now)
    assert not await group.db.write(kudos.receive_answer, carla, POST, shown=True, now=now)
    assert await on_page(group, carla.id) == []
    await comes(group, bruno, carla.uri)
    assert await on_page(group, carla.id) == ["Audace"]
    mallory = await group.elsewhere("mallory", "stranger.example")
    assert not await group.db.write(kudos.receive_answer, mallory, POST, shown=True, now=now)


async def test_a_kudos_that_is_deleted_leaves_the_page(group: World) -> None:
    post = await gives(group, "luc", group.id("amina"))
    await answers(group, "amina", post, shown=True)
    await group.db.write(edit.delete, group.viewer("luc"), post, now=group.clock())
    assert await on_page(group, group.id("amina")) == []


async def test_a_kudos_is_on_the_page_for_those_only_who_may_read_its_post(group: World) -> None:
    post = await gives(group, "luc", group.id("amina"))
    await answers(group, "amina", post, shown=True)
    urls, ids, now = group.urls, group.ids, group.clock()
    await group.db.write(relations.block, group.viewer("luc"), group.id("noor"), ids=ids, urls=urls, now=now)
    assert await on_page(group, group.id("amina")) == []
    assert await on_page(group, group.id("amina"), "amina") == [VALUE]


def test_no_query_counts_or_orders_people_by_their_kudos() -> None:
    asked = [query.sql for query in Query.all if re.search(r"\bkudos(_consents)?\b", query.sql)]
    assert len(asked) > 5
    for sql in asked:
        if re.search(r"(FROM|JOIN) kudos", sql):
            assert not re.search(r"\b(COUNT|SUM|MAX|MIN|AVG|RANK|ROW_NUMBER)\s*\(|GROUP BY", sql, re.IGNORECASE), sql
            for order in re.findall(r"ORDER BY([^)]*)", sql):
                assert set(re.findall(r"[a-z]+\.[a-z_]+", order)) <= {"k.post_id", "a.id"}, sql
