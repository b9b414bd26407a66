"""Two real nodes: an article is asked of some, and what is out is corrected by those who wrote it."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from social.announcements.audience import Wave
from social.announcements.publish import NewAnnouncement
from social.articles import correcting
from social.articles.words import ArticleDraft
from social.clock import system_clock
from social.desk import due, writing
from social.errors import NotFound
from social.people import accounts as people
from social.people.accounts import ProfileChange
from social.policy import Role
from social.posts.publish import Context, Draft
from storage import acknowledgements
from storage import asked as asked_rows
from storage import posts as post_rows
from storage.visibility import Visibility
from tests.interop.newsdesk import Room, article_of, last_of, opened
from tests.nodes import eventually, settled

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def room(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Room]:
    async with opened(tmp_path_factory.mktemp("desk")) as made:
        yield made


async def test_what_a_co_author_corrects_is_shown_with_their_name_at_the_other_entity(room: Room) -> None:
    siege, filiale = room.siege, room.filiale
    ines = await siege.person("ines", role=Role.COMMUNICATOR)
    row = await room.begin("Two wrote it")
    names = [(siege.urls.actor("ines"), "author"), (filiale.urls.actor("luis"), "author")]
    await siege.write(writing.name_people, room.nora.viewer, row.id, names, now=system_clock())
    post = await siege.write(writing.publish, room.nora.viewer, row.id, context=room.context(), now=system_clock())
    await settled(siege, filiale)
    view = await article_of(siege, room.nora, post)
    article = ArticleDraft(title="Two wrote it", source="It is Tuesday.", note="The day.", base=1)
    draft = Draft(text="It is Tuesday.", article=article)
    await siege.write(correcting.correct, ines.viewer, post, draft, context=room.context(), now=system_clock())
    await settled(siege, filiale)
    (said,) = last_of(room, "Update")["longForm"]["corrections"]
    assert (said["content"], said["attributedTo"]) == ("The day.", siege.urls.actor("ines"))
    copy = await filiale.read(post_rows.by_uri, view.view.post.uri)
    assert copy is not None
    there = await article_of(filiale, room.luis, copy.id)
    ines_there = next(one for one in there.authors if one.uri == siege.urls.actor("ines"))
    assert [(one.note, one.name) for one in there.corrections] == [("The day.", ines_there.name)]
    assert there.view.author.username == "nora" and "Tuesday" in there.row.html
    assert [one.name for one in there.authors] == [one.name for one in view.authors] and there.wrote
    # Who wrote it with them elsewhere, and who did not, change nothing of it.
    for site, who, id in ((filiale, room.luis, copy.id), (siege, await siege.person("marc"), post)):
        with pytest.raises(NotFound):
            context = Context(site.ids, site.urls, site.settings)
            await site.write(correcting.correct, who.viewer, id, draft, context=context, now=system_clock())


async def test_an_article_for_some_is_read_and_confirmed_by_them_alone_at_the_other_entity(room: Room) -> None:
    siege, filiale = room.siege, room.filiale
    presser = await filiale.person("ulysse")
    change = ProfileChange(job="Presses")
    await filiale.write(people.edit_profile, presser.viewer, change, urls=filiale.urls, now=system_clock())
    row = await room.begin("The presses move")
    wave = Wave(at=0, entities=(filiale.host,), roles=("job:Presses",))
    asks = NewAnnouncement(draft=Draft(text=""), waves=(wave,))
    post = await siege.write(due.announce, room.nora.viewer, row.id, asks, context=room.context(), now=system_clock())
    assert post is not None
    await settled(siege, filiale)
    found = await siege.read(post_rows.by_id, post)
    assert found is not None
    copy = await filiale.read(post_rows.by_uri, found.uri)
    assert copy is not None and (copy.kind, copy.visibility) == ("Article", Visibility.DIRECT)

    async def is_asked() -> bool:
        return await filiale.read(asked_rows.is_asked, copy.id, presser.viewer.account)

    await eventually(is_asked, seconds=30)
    there = await article_of(filiale, presser, copy.id)
    assert "The press is old" in there.row.html
    for who in (room.strange, room.carla):
        with pytest.raises(NotFound):
            await article_of(filiale, who, copy.id)
    # A stock server, whose people are asked nothing, never hears of it.
    assert b"The presses move" not in b"".join(one.body for one in room.blog.requests)
    (listed,) = await filiale.api("GET", "/api/v1/archipel/must_reads", presser)
    await filiale.api(
        "POST", f"/api/v1/archipel/must_reads/{copy.id}/acknowledge", presser,
        version=1, language="en", digest=listed["texts"]["en"],
    )  # fmt: skip

    async def is_told() -> list[tuple[str, int, int]]:
        return [(one.host, one.asked, one.acknowledged) for one in await siege.read(acknowledgements.told, post)]

    async def is_counted() -> bool:
        return await is_told() == [(filiale.host, 1, 1)]

    await eventually(is_counted, seconds=30, every=0.2)
