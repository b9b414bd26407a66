"""Several change the same words at the same moment: the last version stands, and nobody's words are lost unsaid."""

import asyncio
from typing import Any

import msgspec
import pytest

from social.articles.words import ArticleDraft
from social.desk import pieces, writing
from social.desk.pieces import Plan, Words
from social.policy import Role
from social.posts import edit, publish
from social.posts.publish import Draft, Received
from storage import desk
from storage import posts as post_rows
from storage.engine.database import Database
from storage.ids import Millis
from storage.visibility import Visibility
from tests.attacks.meeting import at_once
from tests.world import World

pytestmark = pytest.mark.usefixtures("slow")


@pytest.fixture
async def world(crowded: Database) -> World:
    """Amina, and bruno who may plan."""
    made = World(crowded)
    await made.person("amina")
    await made.person("bruno", role=Role.COMMUNICATOR)
    return made


async def test_the_last_version_of_a_post_of_elsewhere_stands_whichever_is_done_last(world: World) -> None:
    """Each comes twice at the same moment: from its author, and announced by the community."""
    author, now = await world.elsewhere("ines"), world.clock()
    first = Received(
        uri=f"{author.uri}/posts/1",
        url="",
        html="<p>0</p>",
        visibility=Visibility.PUBLIC,
        published_at=Millis(now - 99),
    )
    more: dict[str, Any] = {"ids": world.ids, "now": now}
    post = await world.db.write(publish.receive, author, first, live=True, **more)
    versions = [(msgspec.structs.replace(first, html=f"<p>{at}</p>"), Millis(now - 10 + at)) for at in (3, 1, 2)]
    assert await at_once(*(world.db.write(edit.receive_edit, author, *one, **more) for one in versions * 2)) == []
    row = await world.db.read(post_rows.by_id, post)
    assert row is not None and row.html == "<p>3</p>"


async def test_of_two_who_write_a_piece_at_once_both_keep_their_words(world: World) -> None:
    bruno, words = world.viewer("bruno"), Words(title="Line 3", source="It stops.", language="en")
    row = await world.db.write(writing.create, bruno, Plan(), words, context=world.context, now=world.clock())
    told = [msgspec.structs.replace(words, source=f"Of {number}.") for number in range(3)]
    kept = [
        world.db.write(writing.save, bruno, row.id, one, row.version, ids=world.ids, now=world.clock()) for one in told
    ]
    assert sorted(one.name for one in await asyncio.gather(*kept)) == ["BESIDE", "BESIDE", "TAKEN"]
    last = await world.db.read(desk.by_id, row.id)
    versions = await world.db.read(desk.versions, row.id)
    assert last is not None and last.version == row.version + 1
    found = {pieces.words_of(last).source, *(pieces.read_words(one.words).source for one in versions)}
    assert found == {"It stops.", "Of 0.", "Of 1.", "Of 2."}


async def test_of_two_who_correct_an_article_at_once_one_is_told(world: World) -> None:
    article = ArticleDraft(title="Line 3", source="It stops.", base=0)
    post = await world.say("amina", "It stops.", article=article)
    again = [
        Draft(text="x", article=msgspec.structs.replace(article, source=f"Of {number}.", base=1)) for number in range(2)
    ]
    amina, context = world.viewer("amina"), world.context
    refused = await at_once(
        *(world.db.write(edit.edit, amina, post, one, context=context, now=world.clock()) for one in again)
    )
    assert len(refused) == 1
