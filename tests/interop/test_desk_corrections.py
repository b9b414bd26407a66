"""Two real nodes: what is out is corrected by those who wrote it."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from social.articles import correcting
from social.articles.words import ArticleDraft
from social.clock import system_clock
from social.desk import writing
from social.errors import NotFound
from social.policy import Role
from social.posts.publish import Context, Draft
from storage import posts as post_rows
from tests.interop.newsdesk import Room, article_of, last_of, opened
from tests.nodes import settled

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
    assert [(one.note, one.name) for one in there.corrections] == [("The day.", "Ines")]
    assert there.view.author.username == "nora" and "Tuesday" in there.row.html
    assert [one.name for one in there.authors] == [one.name for one in view.authors] and there.wrote
    # Who wrote it with them elsewhere, and who did not, change nothing of it.
    for site, who, id in ((filiale, room.luis, copy.id), (siege, await siege.person("marc"), post)):
        with pytest.raises(NotFound):
            context = Context(site.ids, site.urls, site.settings)
            await site.write(correcting.correct, who.viewer, id, draft, context=context, now=system_clock())
