"""What nodes of the group say to one another about announcements: believed of the right one, once, in order."""

from typing import Any

import msgspec
import pytest

from social.announcements import figures, publish, questions, received, validity
from social.announcements.audience import Wave
from social.announcements.statements import (
    COUNT_KIND,
    KIND,
    Answered,
    Asking,
    Count,
    digests,
    sign_asking,
    sign_count,
)
from social.clock import DAY
from social.errors import Forbidden, Invalid
from social.feeds import notifications
from social.governance import audit
from social.governance.audit import Wanted
from social.paging import Page
from social.policy import Role
from social.posts import publish as posts
from social.posts.languages import Version
from social.posts.publish import Received
from social.rolls import calls
from social.rolls.calls import Said
from social.settings import AnnouncementSettings
from social.trust import manifests, node_keys
from social.trust.manifest import made, signed
from social.trust.node_keys import NodeKey, make_node_key
from social.trust.statements import BadStatement, sign_statement
from storage import acknowledgements, asked, rolls
from storage import announcements as rows
from storage import posts as post_rows
from storage.accounts import AccountRow
from storage.announcements import AnnouncementRow
from storage.ids import Millis, PostId
from storage.notifications import Kind
from storage.posts import PostRow
from storage.visibility import Visibility
from tests.social.announcements.newsroom import Newsroom
from tests.social.test_manifest import KEYS, member
from tests.world import NOON, World

STRANGER = make_node_key()


async def chartered(world: World) -> None:
    """The group of three is in force here."""
    own = await world.db.write(node_keys.node_key, now=world.clock())
    entities = [member("usine", own), member("siege"), member("filiale")]
    new = made(group="Groupe Armor", version=1, starts_at=Millis(NOON - DAY), threshold=2, entities=entities)
    for name in ("siege", "filiale"):
        new = signed(new, name, KEYS[name])
    await world.db.write(manifests.take, new.text, now=world.clock())


def count(about: PostRow, at: Millis, **said: Any) -> Count:
    numbers: dict[str, Any] = {"asked": 9, "seen": 4, "acknowledged": 3, "questions": 1} | said
    usual: dict[str, Any] = {"type": COUNT_KIND, "post": about.uri, "version": 1, "at": at}
    return Count(**(usual | numbers))


async def post_of(newsroom: Newsroom, id: PostId) -> PostRow:
    found = await newsroom.world.db.read(post_rows.by_id, id)
    assert found is not None
    return found


async def say(newsroom: Newsroom, said: Count, key: NodeKey, host: str = "siege.example") -> bool:
    world = newsroom.world
    return await world.db.write(received.take_count, host, sign_count(key, said), now=world.clock())


async def test_counts_of_a_node_are_kept_once_and_in_order(newsroom: Newsroom) -> None:
    world = newsroom.world
    await chartered(world)
    id = await newsroom.announce()
    post = await post_of(newsroom, id)
    late, newer = count(post, NOON, acknowledged=1), count(post, Millis(NOON + 5))
    assert await say(newsroom, newer, KEYS["siege"])
    assert not await say(newsroom, newer, KEYS["siege"])
    assert not await say(newsroom, late, KEYS["siege"])
    (kept,) = await world.db.read(acknowledgements.told, id)
    assert (kept.host, kept.acknowledged, kept.questions, kept.asked) == ("siege.example", 3, 1, 9)
    sheet = await world.db.read(figures.sheet, world.viewer("bruno"), id, settings=world.settings, now=world.clock())
    assert [(one.host, one.asked, one.acknowledged) for one in sheet.counts] == [
        ("usine.example", 4, 0),
        ("siege.example", 9, 3),
    ]
    assert (sheet.asked, sheet.acknowledged) == (13, 3)


@pytest.mark.parametrize(
    ("key", "host", "said"),
    [
        pytest.param(STRANGER, "siege.example", {}, id="an unknown key"),
        pytest.param(KEYS["filiale"], "siege.example", {}, id="another entity's key"),
        pytest.param(KEYS["siege"], "elsewhere.example", {}, id="told by an unknown node"),
        pytest.param(KEYS["siege"], "siege.example", {"acknowledged": 9, "questions": 1}, id="more than were asked"),
        pytest.param(KEYS["siege"], "siege.example", {"seen": 10}, id="more saw it than were asked"),
        pytest.param(KEYS["siege"], "siege.example", {"version": 2}, id="a version that never was"),
        pytest.param(KEYS["siege"], "siege.example", {"post": "https://siege.example/1"}, id="a post of its own"),
        pytest.param(KEYS["siege"], "siege.example", {"asked": -1}, id="a negative number"),
        pytest.param(KEYS["siege"], "siege.example", {"type": "ArchipelDirectory"}, id="another statement"),
    ],
)
async def test_a_count_that_cannot_be_is_refused(
    newsroom: Newsroom, key: NodeKey, host: str, said: dict[str, Any]
) -> None:
    await chartered(newsroom.world)
    id = await newsroom.announce()
    with pytest.raises(BadStatement):
        await say(newsroom, count(await post_of(newsroom, id), NOON, **said), key, host)
    assert await newsroom.world.db.read(acknowledgements.told, id) == []


async def test_a_node_whose_people_are_not_asked_says_nothing(newsroom: Newsroom) -> None:
    await chartered(newsroom.world)
    id = await newsroom.announce(Wave(at=0, entities=("usine.example", "filiale.example")))
    with pytest.raises(BadStatement, match="asks nobody there"):
        await say(newsroom, count(await post_of(newsroom, id), NOON), KEYS["siege"])


async def test_a_count_of_the_version_before_is_kept_beside_the_new_one(newsroom: Newsroom) -> None:
    world = newsroom.world
    await chartered(world)
    id = await newsroom.announce()
    await newsroom.confirm("amina", id)
    world.clock.pass_by(hours=1)
    await newsroom.revise(id, "Évacuation : quai 5.", material=True)
    post = await post_of(newsroom, id)
    assert await say(newsroom, count(post, world.clock()), KEYS["siege"])
    assert await say(newsroom, count(post, world.clock(), version=2, acknowledged=0), KEYS["siege"])
    sheet = await world.db.read(figures.sheet, world.viewer("bruno"), id, settings=world.settings, now=world.clock())
    assert [one.version for one in sheet.counts if one.host == "siege.example"] == [2]
    assert [(one.version, one.acknowledged) for one in sheet.earlier] == [(1, 1), (1, 3)]


async def test_a_roll_call_that_ended_is_not_going_on_again_by_words_of_before(newsroom: Newsroom) -> None:
    world = newsroom.world
    await chartered(world)

    async def take(at: int, safe: int, ended_at: int | None = None) -> bool:
        words = Said(
            type=calls.KIND, roll="1", title="Smoke", begun_at=NOON, people=9, safe=safe, help=0, at=at,
            ended_at=ended_at,
        )  # fmt: skip
        signed_words = sign_statement(KEYS["siege"], msgspec.to_builtins(words))
        return await world.db.write(calls.take, "siege.example", signed_words, now=world.clock())

    assert await take(NOON, 1) and await take(NOON + 1, 9, NOON + 1)
    # As they were said, and another word of the same moment.
    for at, safe in ((NOON, 1), (NOON + 1, 3)):
        assert not await take(at, safe)
    (kept,) = await world.db.read(rolls.others, Millis(NOON - DAY))
    assert (kept.safe, kept.ended_at) == (9, NOON + 1)


class Arriving:
    """An announcement of the headquarters on its way to the plant."""

    def __init__(self, world: World, author: AccountRow) -> None:
        self.world = world
        self.author = author

    async def come(self, html: str = "<p>Quai fermé</p>", visibility: Visibility = Visibility.PUBLIC) -> PostRow:
        """The post itself, in French and English."""
        said = Received(
            uri="https://siege.example/users/claire/posts/1",
            url="https://siege.example/@claire/1",
            visibility=visibility,
            html=html,
            language="fr",
            published_at=NOON,
            versions=(Version(language="en", html="<p>Quay closed</p>"),),
        )
        id = await self.world.db.write(
            posts.receive, self.author, said, ids=self.world.ids, live=True, now=self.world.clock()
        )
        found = await self.world.db.read(post_rows.by_id, id)
        assert found is not None
        return found

    def asking(self, about: PostRow, key: NodeKey = KEYS["siege"], **said: Any) -> dict[str, Any]:
        """What its node signed."""
        usual: dict[str, Any] = {
            "type": KIND,
            "post": about.uri,
            "version": 1,
            "texts": digests(about),
            "audience": (Wave(at=NOON),),
            "valid_from": NOON,
            "at": NOON,
        }
        signed_text = sign_asking(key, Asking(**(usual | said)))
        return dict(msgspec.json.decode(signed_text))

    async def take(self, post: PostRow, signed_words: dict[str, Any]) -> str:
        """Take it, and do the job that asks; why not, or empty."""
        now = self.world.clock()
        return await self.world.db.write(received.take, self.author, post, signed_words, now=now)

    async def row(self, post: PostRow) -> AnnouncementRow | None:
        """As it is kept."""
        return await self.world.db.read(rows.by_post, post.id)


@pytest.fixture
async def arriving(newsroom: Newsroom) -> Arriving:
    """Claire of the headquarters announces; the group is in force."""
    await chartered(newsroom.world)
    return Arriving(newsroom.world, await newsroom.world.elsewhere("claire", "siege.example"))


async def test_people_here_are_asked_by_their_own_node(newsroom: Newsroom, arriving: Arriving) -> None:
    post = await arriving.come(visibility=Visibility.DIRECT)
    words = arriving.asking(post, audience=(Wave(at=NOON, roles=("job:Maintenance",)),))
    assert await arriving.take(post, words) == ""
    assert await arriving.take(post, words) == ""
    await newsroom.tend(post.id)
    assert await newsroom.asked(post.id, ["amina", "luc"]) == ["amina"]
    await newsroom.confirm("amina", post.id)
    (own,) = [await newsroom.world.db.read(acknowledgements.own, post.id, NOON)]
    assert own is not None
    assert (own.asked, own.acknowledged) == (1, 1)


@pytest.mark.parametrize(
    ("key", "said"),
    [
        pytest.param(STRANGER, {}, id="an unknown key"),
        pytest.param(KEYS["filiale"], {}, id="another node's key"),
        pytest.param(KEYS["siege"], {"post": "https://siege.example/2"}, id="about another post"),
        pytest.param(KEYS["siege"], {"texts": {"fr": "0" * 64}}, id="other words than the post's"),
        pytest.param(KEYS["siege"], {"audience": (Wave(at=NOON, roles=("king",)),)}, id="a role that does not exist"),
        pytest.param(KEYS["siege"], {"version": 0}, id="a version that cannot be"),
    ],
)
async def test_what_is_not_believed_is_a_plain_post(arriving: Arriving, key: NodeKey, said: dict[str, Any]) -> None:
    post = await arriving.come()
    assert await arriving.take(post, arriving.asking(post, key, **said)) != ""
    assert await arriving.row(post) is None


async def test_an_older_version_that_comes_late_changes_nothing(newsroom: Newsroom, arriving: Arriving) -> None:
    post = await arriving.come()
    assert await arriving.take(post, arriving.asking(post, version=2)) == ""
    assert await arriving.take(post, arriving.asking(post, version=1, valid_until=NOON + 1, at=NOON + 1)) == ""
    row = await arriving.row(post)
    assert row is not None
    assert (row.version, row.valid_until) == (2, None)


async def test_what_was_closed_is_not_opened_by_words_of_before(newsroom: Newsroom, arriving: Arriving) -> None:
    """Everything that was ever said of it is said again, the node's own words and signature: it stays closed."""
    world = newsroom.world
    post = await arriving.come()
    answer = Answered(question="Until when?", answer="Until May.", at=NOON)
    said = [
        arriving.asking(post),
        arriving.asking(post, answers=(answer,), at=NOON + 1),
        arriving.asking(post, answers=(answer,), valid_until=NOON, at=NOON + 2),
    ]
    for words in said:
        assert await arriving.take(post, words) == ""
    closed = await arriving.row(post)
    assert closed is not None and not closed.is_current(NOON)
    # Another validity of the same moment is none that anybody has to believe either.
    for words in (*said, arriving.asking(post, answers=(answer,), at=NOON + 2), said[0]):
        assert await arriving.take(post, words) == ""
        assert await arriving.row(post) == closed
    await newsroom.tend(post.id)
    assert await newsroom.asked(post.id, ["amina", "luc"]) == []
    later = arriving.asking(post, answers=(answer,), valid_until=NOON + DAY, at=NOON + 3)
    assert await arriving.take(post, later) == ""
    opened = await arriving.row(post)
    assert opened is not None and opened.is_current(world.clock()), "its node may open it again"


async def test_each_word_about_an_announcement_is_later_than_the_one_before(newsroom: Newsroom) -> None:
    """Also within one moment, and when the clock was put back."""
    world, bruno = newsroom.world, newsroom.world.viewer("bruno")
    id = await newsroom.announce()
    at = [await _said_at(newsroom, id)]
    await world.db.write(publish.answer, bruno, id, "Which quay?", "Quay 3.", now=world.clock())
    at.append(await _said_at(newsroom, id))
    await world.db.write(validity.close, bruno, id, now=Millis(world.clock() - DAY))
    at.append(await _said_at(newsroom, id))
    assert at == sorted(set(at))


async def _said_at(newsroom: Newsroom, id: PostId) -> int:
    row = await newsroom.world.db.read(rows.by_post, id)
    assert row is not None
    said = msgspec.json.decode(row.statement)
    assert said["at"] == row.said_at
    return int(said["at"])


async def test_a_question_is_answered_for_all_who_are_asked_on_each_node(
    newsroom: Newsroom, arriving: Arriving
) -> None:
    world = newsroom.world
    own = await newsroom.announce()
    await newsroom.confirm("amina", own, question=True)
    bruno = world.viewer("bruno")
    await world.db.write(publish.answer, bruno, own, " Which quay? ", "Quay 3.", now=world.clock())
    row = await newsroom.of("luc", own)
    (said,) = questions.answered(row.announcement)
    assert (said.question, said.answer) == ("Which quay?", "Quay 3.")
    assert b"Quay 3." in row.announcement.statement.encode() and row.announcement.version == 1
    assert (await newsroom.of("amina", own)).question and await answered(world, "amina") == [own]
    for question, answer in (("", "x"), ("x", "  "), ("x" * 501, "x")):
        with pytest.raises(Invalid):
            await world.db.write(publish.answer, bruno, own, question, answer, now=world.clock())
    await world.person("ines", role=Role.COMMUNICATOR)
    with pytest.raises(Forbidden):
        await world.db.write(publish.answer, world.viewer("ines"), own, "x", "y", now=world.clock())
    # From elsewhere it comes with the statement; what was said before it comes too late.
    post = await arriving.come()
    assert await arriving.take(post, arriving.asking(post)) == ""
    await newsroom.tend(post.id)
    await newsroom.confirm("luc", post.id, question=True)
    more = arriving.asking(post, answers=(Answered(question="Until when?", answer="Until May.", at=NOON),), at=NOON + 1)
    for words in (more, more, arriving.asking(post)):
        assert await arriving.take(post, words) == ""
    here = await arriving.row(post)
    assert here is not None and [one.answer for one in questions.answered(here)] == ["Until May."]
    assert await answered(world, "luc") == [post.id] and await answered(world, "amina") == [own]


async def answered(world: World, name: str) -> list[PostId]:
    """Of which announcements somebody is told that a question was answered."""
    found = await world.db.read(notifications.notifications, world.viewer(name), Page(), now=world.clock())
    kind = Kind.ANNOUNCEMENT_ANSWERED
    return [one.post.post.id for one in found if one.kind is kind and one.post is not None]


async def test_what_is_urgent_elsewhere_is_in_the_log_here_and_not_every_day(
    newsroom: Newsroom, arriving: Arriving
) -> None:
    world = newsroom.world
    await world.person("ines", role=Role.ADMIN)
    post = await arriving.come()
    assert await arriving.take(post, arriving.asking(post, urgent=True, reason="Gas leak")) == ""
    (act,) = await world.db.read(audit.acts, world.viewer("ines"), Wanted(act="announcement.urgent"))
    assert (act.by_name, act.reason) == ("claire@siege.example", "Gas leak")
    assert await world.db.read(rows.urgent_since, "siege.example", Millis(NOON - 1)) == 1


async def test_names_are_for_the_author_where_the_site_allows_it_and_of_five_people_or_more(
    newsroom: Newsroom,
) -> None:
    world = newsroom.world
    post = await newsroom.announce()
    await newsroom.confirm("amina", post)
    bruno = world.viewer("bruno")
    with pytest.raises(Forbidden, match="names_stay"):
        await world.db.read(figures.names, bruno, post, settings=world.settings)
    allowed = msgspec.structs.replace(world.settings, announcements=AnnouncementSettings(names=True))
    with pytest.raises(Forbidden, match="too_few"):
        await world.db.read(figures.names, bruno, post, settings=allowed)
    await world.person("ines", role=Role.COMMUNICATOR)
    await newsroom.tend(post)
    people = await world.db.read(figures.names, bruno, post, settings=allowed)
    assert [person.username for person in people if person.confirmed_at] == ["amina"]
    assert len(people) == 5
    with pytest.raises(Forbidden, match="not_yours"):
        await world.db.read(figures.names, world.viewer("ines"), post, settings=allowed)
    with pytest.raises(Forbidden):
        await world.db.read(figures.names, world.viewer("amina"), post, settings=allowed)
    assert await world.db.read(asked.is_asked, post, world.id("ines"))
