"""Publishing by a person here, and receiving from elsewhere."""

import pytest

from social import reading
from social.errors import Conflict, Gone, Invalid, NotFound, Unauthorized
from social.policy import ANONYMOUS
from social.posts import edit
from social.posts.attached import ReceivedMedia
from social.posts.publish import Draft, Received, publish, receive
from storage import posts as rows
from storage.accounts import AccountRow
from storage.ids import Millis, PostId, time_of
from storage.visibility import Visibility
from tests.faults import every_statement_fails_once
from tests.world import World


def received(author: AccountRow, number: int = 1, **said: object) -> Received:
    """A public note of a remote author."""
    uri = f"https://{author.domain}/notes/{number}"
    document: dict[str, object] = {
        "uri": uri,
        "url": uri,
        "visibility": Visibility.PUBLIC,
        "html": "<p>Bonjour</p>",
        "published_at": Millis(1_795_521_000_000),
    }
    return Received(**(document | said))  # type: ignore[arg-type]  # keywords of Received


async def take(world: World, author: AccountRow, said: Received, *, live: bool = True) -> PostId:
    return await world.db.write(receive, author, said, ids=world.ids, live=live, now=world.clock())


async def view(world: World, name: str, post: PostId) -> reading.PostView:
    return await world.db.read(reading.post, world.viewer(name), post)


async def test_a_post_names_whom_it_mentions_and_its_tags(world: World) -> None:
    await world.person("amina")
    luc = await world.person("luc")
    bruno = await world.elsewhere("bruno")
    post = await world.say("amina", "@luc et @bruno@siege.example : la #Presse2 repart.")
    shown = await view(world, "luc", post)
    assert {mention.account_id for mention in shown.mentions} == {luc, bruno.id}
    assert [(tag.name, tag.display) for tag in shown.tags] == [("presse2", "Presse2")]
    assert f'href="{bruno.url}"' in shown.post.html
    assert shown.post.uri == f"https://usine.example/users/amina/posts/{post}"


async def test_an_answer_joins_the_thread_and_is_counted(world: World) -> None:
    await world.person("amina")
    await world.person("luc")
    root = await world.say("amina", "Qui a la clé ?")
    answer = await world.say("luc", "Moi.", parent=root)
    shown, first = await view(world, "amina", answer), await view(world, "amina", root)
    assert (shown.post.thread_id, shown.post.parent_id, shown.post.parent_uri) == (root, root, first.post.uri)
    assert first.post.replies_count == 1


@pytest.mark.parametrize(
    ("draft", "field", "code"),
    [
        pytest.param(Draft(text="  "), "text", "blank", id="blank"),
        pytest.param(Draft(text="a\0b"), "text", "nul", id="nul"),
        pytest.param(Draft(text="x" * 2_001), "text", "too_long", id="too long"),
        pytest.param(Draft(text="x" * 1_990, spoiler="y" * 20), "text", "too_long", id="too long with its warning"),
        pytest.param(Draft(text="x", media=(1, 2, 3, 4, 5)), "media", "too_many", id="too many pictures"),  # type: ignore[arg-type]
        pytest.param(Draft(text="x", media=(1,)), "media", "not_found", id="a picture of nobody"),  # type: ignore[arg-type]
    ],
)
async def test_what_cannot_be_a_post_is_refused_by_field(world: World, draft: Draft, field: str, code: str) -> None:
    await world.person("amina")
    with pytest.raises(Invalid) as refused:
        await world.db.write(publish, world.viewer("amina"), draft, context=world.context, now=world.clock())
    assert (refused.value.field, refused.value.code) == (field, code)
    assert (await world.row(world.id("amina"))).posts_count == 0


async def test_nobody_publishes_unsigned_in(world: World) -> None:
    with pytest.raises(Unauthorized):
        await world.db.write(publish, ANONYMOUS, Draft(text="x"), context=world.context, now=world.clock())


async def test_answering_a_post_that_one_may_not_see_is_not_found(world: World) -> None:
    await world.person("amina")
    await world.person("luc")
    secret = await world.say("amina", "pour moi", visibility=Visibility.DIRECT)
    with pytest.raises(NotFound):
        await world.say("luc", "curieux", parent=secret)


async def test_the_same_idempotency_key_gives_the_first_post(world: World) -> None:
    await world.person("amina")
    first = await world.say("amina", "une fois", idempotency="k")
    assert await world.say("amina", "deux fois", idempotency="k") == first
    assert (await world.row(world.id("amina"))).posts_count == 1
    world.clock.pass_by(days=2)
    assert await world.say("amina", "le lendemain", idempotency="k") != first


async def test_publishing_is_whole_or_not_at_all(world: World) -> None:
    await world.person("amina")
    await world.person("luc")
    root = await world.say("amina", "racine")
    draft = Draft(text="@amina #un", parent=root)

    async def call() -> PostId:
        return await world.db.write(publish, world.viewer("luc"), draft, context=world.context, now=world.clock())

    async def nothing_happened() -> None:
        assert (await world.row(world.id("luc"))).posts_count == 0
        assert (await view(world, "amina", root)).post.replies_count == 0

    post = await every_statement_fails_once(world.db, call, nothing_happened)
    assert len((await view(world, "luc", post)).mentions) == 1


async def test_a_post_from_elsewhere_is_stored_once(world: World) -> None:
    bruno = await world.elsewhere("bruno")
    first = await take(world, bruno, received(bruno))
    assert await take(world, bruno, received(bruno)) == first
    assert (await world.row(bruno.id)).posts_count == 1


async def test_the_id_of_a_live_post_is_of_its_arrival_and_of_history_of_its_writing(world: World) -> None:
    bruno = await world.elsewhere("bruno")
    written = Millis(world.clock() - 86_400_000)
    live = await take(world, bruno, received(bruno, 1, published_at=written))
    old = await take(world, bruno, received(bruno, 2, published_at=written), live=False)
    assert time_of(live) == world.clock()
    assert time_of(old) == written


async def test_a_writing_time_in_the_future_is_clamped(world: World) -> None:
    await world.person("amina")
    bruno = await world.elsewhere("bruno")
    post = await take(world, bruno, received(bruno, published_at=Millis(world.clock() * 2)), live=False)
    assert (await view(world, "amina", post)).post.published_at == world.clock()


async def test_history_that_arrives_live_surfaces_with_all_that_hangs_on_it(world: World) -> None:
    await world.person("amina")
    bruno = await world.elsewhere("bruno")
    await world.follow("amina", bruno.id)
    said = received(
        bruno, tags=("Ligne4",), media=(ReceivedMedia(remote_url="https://siege.example/1.png", mime="image/png"),)
    )
    former = await take(world, bruno, said, live=False)
    await world.like("amina", former)
    answer = await world.say("amina", "lu", parent=former)
    post = await take(world, bruno, said)
    shown = await view(world, "amina", post)
    assert post > former
    assert shown.mine == reading.Mine(liked=True)
    assert (len(shown.media), [tag.name for tag in shown.tags]) == (1, ["ligne4"])
    assert (await view(world, "amina", answer)).post.thread_id == post
    assert (await view(world, "amina", former)).post.id == post


async def test_another_author_cannot_take_a_posts_id(world: World) -> None:
    bruno, ines = await world.elsewhere("bruno"), await world.elsewhere("ines")
    await take(world, bruno, received(bruno))
    with pytest.raises(Conflict):
        await take(world, ines, received(ines))


async def test_a_post_deleted_before_it_came_stays_away(world: World) -> None:
    bruno = await world.elsewhere("bruno")
    said = received(bruno)
    assert not await world.db.write(edit.receive_delete, bruno, said.uri, now=world.clock())
    with pytest.raises(Gone):
        await take(world, bruno, said)


async def test_answers_that_came_first_are_hung_below_their_parent(world: World) -> None:
    await world.person("amina")
    bruno, ines = await world.elsewhere("bruno"), await world.elsewhere("ines")
    parent = received(bruno, 1)
    answer = await take(world, ines, received(ines, 2, parent_uri=parent.uri))
    below = await world.say("amina", "et moi", parent=answer)
    root = await take(world, bruno, parent)
    assert (await view(world, "amina", answer)).post.parent_id == root
    assert (await view(world, "amina", below)).post.thread_id == root
    assert (await view(world, "amina", root)).post.replies_count == 1


async def test_receiving_is_whole_or_not_at_all(world: World) -> None:
    bruno = await world.elsewhere("bruno")
    said = received(
        bruno, tags=("a",), media=(ReceivedMedia(remote_url="https://siege.example/1.png", mime="image/png"),)
    )

    async def nothing_happened() -> None:
        assert await world.db.read(rows.by_uri, said.uri) is None
        assert (await world.row(bruno.id)).posts_count == 0

    await every_statement_fails_once(world.db, lambda: take(world, bruno, said), nothing_happened)
    assert (await world.row(bruno.id)).posts_count == 1
