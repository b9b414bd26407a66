"""Two real nodes and a stock server: an article planned, reviewed at the other entity, published, corrected."""

from collections.abc import AsyncIterator
from typing import Any

import msgspec
import pytest
import pytest_asyncio

from social.announcements import publish
from social.announcements.audience import Wave
from social.announcements.publish import NewAnnouncement
from social.articles import reading as articles
from social.articles.words import ArticleDraft
from social.clock import system_clock
from social.communities import communities, membership
from social.communities import reading as community_reading
from social.communities.communities import NewCommunity
from social.desk import calendar, due, pieces, reviewing, talk, writing
from social.desk.pieces import Plan, State
from social.desk.writing import Saved
from social.errors import Conflict, NotFound
from social.feeds import notifications
from social.feeds.causes import OF_DESK
from social.paging import Page
from social.posts import edit
from social.posts.publish import Draft
from storage import accounts, acknowledgements, desk
from storage import asked as asked_rows
from storage import posts as post_rows
from storage.communities import Entry
from storage.ids import Millis, PostId
from storage.notifications import Kind
from tests.interop.newsdesk import SOURCE, Room, article_of, last_of, look, opened
from tests.nodes import eventually, settled
from tests.sites import LocalNode, Person
from tests.world import one_pair
from web.desk import read_at

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def room(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Room]:
    async with opened(tmp_path_factory.mktemp("desk")) as made:
        yield made


async def test_an_article_is_planned_reviewed_elsewhere_published_and_corrected(room: Room) -> None:
    slot = Millis(system_clock() + 3_600_000)
    row = await room.begin("Line 3 stops", slot=slot)
    # The slot is seen by the communicators of the other entity, the words by nobody there yet.
    seen = await room.there(row)
    assert (seen.title, seen.slot_at, seen.state, seen.owner_name, seen.words) == (
        "Line 3 stops", slot, "writing", "Nora", "",
    )  # fmt: skip
    listed = await room.filiale.read(calendar.slots, room.carla.viewer, Millis(slot - 1), Millis(slot + 1))
    assert [one.uri for one in listed] == [row.uri]

    await room.share(row, (room.carla, "reviewer"))
    await room.siege.write(reviewing.ask, room.nora.viewer, row.id, now=system_clock())
    seen = await room.there(row)
    assert pieces.words_of(seen).source == SOURCE and seen.state == State.REVIEW
    assert (await _told(room.filiale, room.carla))[0] == (Kind.DESK_REVIEW, "nora")
    await room.filiale.write(
        talk.say, room.carla.viewer, seen.id, "Which press?", ids=room.filiale.ids, now=system_clock()
    )
    await room.here(row)
    assert (await _told(room.siege, room.nora))[0] == (Kind.DESK_COMMENT, "carla")
    with pytest.raises(Conflict, match="not_in_this_state"):
        await room.siege.write(writing.publish, room.nora.viewer, row.id, context=room.context(), now=system_clock())
    await room.filiale.write(
        reviewing.answer, room.carla.viewer, seen.id, "changes", "Say until when.", seen.version,
        ids=room.filiale.ids, now=system_clock(),
    )  # fmt: skip
    back = await room.here(row)
    assert (back.state, pieces.people_of(back)[0].note) == (State.CHANGES, "Say until when.")
    assert (await _told(room.siege, room.nora))[0] == (Kind.DESK_CHANGES, "carla")
    words = msgspec.structs.replace(pieces.words_of(back), source=SOURCE + " Then all is well.")
    await room.siege.write(
        writing.save, room.nora.viewer, row.id, words, back.version, ids=room.siege.ids, now=system_clock()
    )
    await room.siege.write(reviewing.ask, room.nora.viewer, row.id, now=system_clock())
    seen = await room.there(row)
    await room.filiale.write(
        reviewing.answer, room.carla.viewer, seen.id, "approved", "", seen.version,
        ids=room.filiale.ids, now=system_clock(),
    )  # fmt: skip
    assert (await room.here(row)).state == State.APPROVED
    assert (await _told(room.siege, room.nora))[0] == (Kind.DESK_APPROVED, "carla")
    post = await room.siege.write(writing.publish, room.nora.viewer, row.id, context=room.context(), now=system_clock())
    assert (await room.there(row)).state == State.PUBLISHED

    # A stock server gets an Article whose title, summary and link are all that it needs.
    document = last_of(room, "Create")
    assert (document["type"], document["name"]) == ("Article", "Line 3 stops")
    assert document["summary"] == "Line 3 stops on Monday. Nobody works there, says @amina. See #ligne3."
    assert document["url"] == room.siege.urls.post_page("nora", post)
    assert "<h2" in document["content"] and "All is well" not in document["summary"]
    assert document["preview"]["type"] == "Note"

    # The other entity reads it whole, from its own node, and its reading is counted without a name.
    uri = document["id"]
    copy = await room.filiale.read(post_rows.by_uri, uri)
    assert copy is not None and copy.kind == "Article" and copy.minutes == 1
    published = (await room.there(row)).post_url
    led = await room.filiale.read(read_at, published)
    assert led == f"/@nora@{room.siege.host}/{copy.id}", "the reviewer reads it on their own node"
    await room.filiale.write(articles.opened, room.carla.viewer, copy.id, now=system_clock())
    await room.filiale.write(articles.opened, room.carla.viewer, copy.id, now=system_clock())
    await room.siege.write(look, room.filiale.host)
    await settled(room.siege, room.filiale)
    view = await article_of(room.siege, room.nora, post)
    assert {one.host: one.readers for one in view.reach} == {"": 0, room.filiale.host: 1}

    # A correction is shown as one, at both; what was said before is kept at both.
    draft = ArticleDraft(
        title="Line 3 stops", source=SOURCE.replace("Monday", "Tuesday"), note="It is Tuesday.", base=1
    )
    await room.siege.write(
        edit.edit, room.nora.viewer, post, Draft(text="Line 3 stops on Tuesday.", article=msgspec.structs.replace(
            draft, teaser="Line 3 stops on Tuesday.")), context=room.context(), now=system_clock(),
    )  # fmt: skip
    await settled(room.siege, room.filiale)
    assert last_of(room, "Update")["longForm"]["corrections"][0]["content"] == "It is Tuesday."
    for site, who, id in ((room.siege, room.nora, post), (room.filiale, room.carla, copy.id)):
        view = await article_of(site, who, id)
        assert [one.note for one in view.corrections] == ["It is Tuesday."]
        assert "Tuesday" in view.row.html and [one.words for one in view.contents] == ["What stops", "Why", "When"]
        _, versions = await site.read(articles.versions, who.viewer, id)
        assert ["Monday" in one.source for one in versions] == [True, False]
    with pytest.raises(Conflict, match="edited_meanwhile"):
        await room.siege.write(
            edit.edit, room.nora.viewer, post, Draft(text="x", article=draft), context=room.context(),
            now=system_clock(),
        )  # fmt: skip
    # The client of an app sees title, teaser and link.
    shown = await room.filiale.api("GET", f"/api/v1/statuses/{copy.id}", room.carla)
    assert shown["content"].startswith("<p><strong>Line 3 stops</strong></p><p>Line 3 stops on Tuesday.</p>")
    assert document["url"] in shown["content"]


async def test_an_article_that_everybody_must_read_is_confirmed_at_the_other_entity(room: Room) -> None:
    siege, filiale = room.siege, room.filiale
    row = await room.begin("R&D moves", SOURCE)
    await siege.write(writing.replan, room.nora.viewer, row.id, Plan(must_read=True), now=system_clock())
    post = await siege.write(due.publish_now, room.nora.viewer, row.id, context=room.context(), now=system_clock())
    await settled(siege, filiale)
    # A stock server gets an article like any other.
    document = last_of(room, "Create")
    assert (document["type"], document["name"]) == ("Article", "R&D moves")
    copy = await filiale.read(post_rows.by_uri, document["id"])
    assert copy is not None and await filiale.read(asked_rows.is_asked, copy.id, room.strange.viewer.account)
    asked = await _asked(room, copy.id)
    await filiale.api(
        "POST", f"/api/v1/archipel/must_reads/{copy.id}/acknowledge", room.strange,
        version=1, language="en", digest=asked["texts"]["en"],
    )  # fmt: skip

    async def is_told(version: int, acknowledged: int) -> bool:
        return (version, acknowledged) in [
            (one.version, one.acknowledged) for one in await siege.read(acknowledgements.told, post)
        ]

    await eventually(lambda: is_told(1, 1), seconds=30, every=0.2)
    # Another sentence far below the teaser is another text, and a material change asks again there too.
    before, source = asked["texts"]["en"], SOURCE + "\n\nAnd the canteen with it."
    article = ArticleDraft(title="R&D moves", teaser="Line 3 moves.", source=source, base=1)
    draft = Draft(text="Line 3 moves.", article=article)
    await siege.write(
        publish.revise, room.nora.viewer, post, draft, material=True, context=room.context(), now=system_clock()
    )
    await settled(siege, filiale)
    asked = await _asked(room, copy.id)
    assert (asked["version"], asked["acknowledged_at"]) == (2, None) and asked["texts"]["en"] != before
    assert asked["acknowledged_earlier_at"] is not None


async def test_two_who_write_at_once_both_keep_their_words(room: Room) -> None:
    row = await room.begin("Two pens")
    await room.share(row, (room.luis, "author"), (room.carla, "reviewer"))
    seen = await room.there(row)
    theirs = msgspec.structs.replace(pieces.words_of(seen), source="Written by luis.")
    mine = msgspec.structs.replace(pieces.words_of(seen), source="Written by nora.")
    now = system_clock()
    saved = await room.siege.write(
        writing.save, room.nora.viewer, row.id, mine, row.version, ids=room.siege.ids, now=now
    )
    assert saved is Saved.TAKEN
    saved = await room.filiale.write(
        writing.save, room.luis.viewer, seen.id, theirs, seen.version, ids=room.filiale.ids, now=now
    )
    assert saved is Saved.SENT
    back = await room.here(row)
    assert pieces.words_of(back).source == "Written by nora."
    beside = [one for one in await room.siege.read(desk.versions, row.id) if one.is_beside]
    assert [(pieces.read_words(one.words).source, one.by_name) for one in beside] == [("Written by luis.", "Luis")]
    # Begun on the newest version it is taken, once, however often it is told.
    seen = await room.there(row)
    theirs = msgspec.structs.replace(theirs, source="Both.")
    await room.filiale.write(
        writing.save, room.luis.viewer, seen.id, theirs, seen.version, ids=room.filiale.ids, now=now
    )
    back = await room.here(row)
    assert (pieces.words_of(back).source, back.version) == ("Both.", row.version + 2)
    await room.siege.write(_forget_place, room.filiale.host)
    await room.siege.write(look, room.filiale.host)
    assert (await room.here(row)).version == row.version + 2


async def test_a_draft_is_shared_with_nobody_but_those_named(room: Room) -> None:
    row = await room.begin("Secret plan", "Nobody may know the word Kestrel.")
    await settled(room.siege, room.filiale)
    assert await room.filiale.read(desk.by_uri, row.uri) is None
    url = f"http://127.0.0.1:{room.siege.port}/.well-known/archipel-desk?since=0"
    for key in (None, room.reader.key):
        answer = await room.blog.ask(url, key, host=room.siege.host, now=system_clock())
        assert answer.status in (401, 404) and b"Kestrel" not in answer.body
    # Whom nobody named sees nothing at a node that has it; when they are no more named, the words go.
    await room.share(row, (room.carla, "reviewer"))
    seen = await room.there(row)
    with pytest.raises(NotFound, match="piece"):
        await room.filiale.read(pieces.piece, room.strange.viewer, seen.id)
    await room.share(row)
    await settled(room.siege, room.filiale)
    assert await room.filiale.read(desk.by_uri, row.uri) is None


async def test_an_article_and_a_must_read_of_a_community_reach_its_members_on_their_node(room: Room) -> None:
    siege, filiale, now = room.siege, room.filiale, system_clock()
    new = NewCommunity(username="press", display_name="The press", entry=Entry.OPEN, keys=one_pair())
    club = await siege.write(communities.create, room.nora.viewer, new, ids=siege.ids, urls=siege.urls, now=now)
    await filiale.api("GET", "/api/v2/search", room.carla, q=club.uri, type="accounts", resolve="true")
    there = await filiale.read(accounts.by_uri, club.uri)
    assert there is not None
    await filiale.write(
        membership.join, room.carla.viewer, there.id, reason="", ids=filiale.ids, urls=filiale.urls, now=now
    )
    await settled(siege, filiale)

    row = await room.begin("For the press")
    words = msgspec.structs.replace(pieces.words_of(row), community=club.id, teaser="Two sentences.")
    await siege.write(writing.save, room.nora.viewer, row.id, words, row.version, ids=siege.ids, now=now)
    post = await siege.write(writing.publish, room.nora.viewer, row.id, context=room.context(), now=now)
    await settled(siege, filiale)
    own = await siege.read(post_rows.by_id, post)
    copy = await filiale.read(post_rows.by_uri, own.uri if own is not None else "")
    assert copy is not None and (copy.kind, copy.title, copy.community_id) == ("Article", "For the press", there.id)
    assert [one.post.id for one in await filiale.read(_posts_of, room.carla, there.id)] == [copy.id]
    # A stock server that follows the author sees one root with title, summary and link, and no second one.
    document = last_of(room, "Create")
    assert (document["name"], document["summary"], document["url"]) == (
        "For the press",
        "Two sentences.",
        own and own.url,
    )

    # Of the other site only the members are asked; its calendar shows that there is one, and nothing of its words.
    asked = NewAnnouncement(
        draft=Draft(text="The press is sold.", language="en"), waves=(Wave(at=0, communities=(club.uri,)),)
    )
    post = await siege.write(publish.announce, room.nora.viewer, asked, context=room.context(), now=system_clock())
    await settled(siege, filiale)
    own = await siege.read(post_rows.by_id, post)
    copy = await filiale.read(post_rows.by_uri, own.uri if own is not None else "")
    assert copy is not None
    for person, is_asked in ((room.carla, True), (room.luis, False), (room.strange, False)):
        assert await filiale.read(asked_rows.is_asked, copy.id, person.viewer.account) is is_asked, person.name
    assert not [one for one in room.blog.requests if b"press is sold" in one.body]
    listed = await filiale.read(calendar.slots, room.luis.viewer, Millis(now - 60_000), Millis(now + 60_000))
    assert ("announcement", "published", "", "Nora") in [
        (one.channel, one.state, one.title, one.owner_name) for one in listed
    ]


async def _asked(room: Room, post: PostId) -> dict[str, Any]:
    """What amina of filiale is asked to read, as an app hears of it."""
    listed = await room.filiale.api("GET", "/api/v1/archipel/must_reads", room.strange)
    found: dict[str, Any] = next(one for one in listed if one["id"] == str(post))
    return found


def _posts_of(tx: Any, who: Person, community: Any) -> Any:
    return community_reading.posts(tx, who.viewer, community, Page(), now=system_clock())


async def _told(site: LocalNode, who: Person) -> list[tuple[Kind, str]]:
    """Kinds and senders of what somebody is told by the desk, newest first."""
    found = await site.read(notifications.notifications, who.viewer, Page(), now=system_clock())
    return [(one.kind, one.sender.username) for one in found if one.kind in OF_DESK]


def _forget_place(tx: Any, host: str) -> None:
    desk.has_read(tx, host, 0, system_clock())
