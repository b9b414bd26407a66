"""Edits keep their history; deletion leaves a tombstone and nothing else."""

import pytest

from social import events, reading
from social.errors import Conflict, Forbidden, Invalid, NotFound
from social.policy import Role
from social.posts import edit, former
from social.posts.attached import ReceivedMedia
from social.posts.edit import Description
from social.posts.publish import Draft, Received, receive
from storage import media, tombstones
from storage import posts as rows
from storage.ids import Millis, PostId
from storage.visibility import Visibility
from tests.faults import every_statement_fails_once
from tests.social.posts.pictures import upload
from tests.world import World


async def change(world: World, name: str, post: PostId, draft: Draft, **more: object) -> PostId:
    return await world.db.write(
        edit.edit,
        world.viewer(name),
        post,
        draft,
        context=world.context,
        now=world.clock(),
        **more,  # type: ignore[arg-type]  # keywords of edit
    )


async def view(world: World, name: str, post: PostId) -> reading.PostView:
    return await world.db.read(reading.post, world.viewer(name), post)


async def test_an_edit_replaces_the_words_and_keeps_what_was_said(world: World) -> None:
    await world.person("amina")
    post = await world.say("amina", "Arrêt à midi #ligne3")
    world.clock.pass_by(minutes=5)
    await change(world, "amina", post, Draft(text="Arrêt à une heure #ligne4", spoiler="Ligne"))
    shown = await view(world, "amina", post)
    assert (shown.post.source, shown.post.spoiler, shown.post.sensitive) == ("Arrêt à une heure #ligne4", "Ligne", True)
    assert [tag.name for tag in shown.tags] == ["ligne4"]
    assert shown.post.edited_at == world.clock()
    history = await world.db.read(former.history, world.viewer("amina"), post)
    assert ["midi" in former.html for former in history.former] == [True]


async def test_an_edit_that_changes_nothing_is_no_edit(world: World) -> None:
    await world.person("amina")
    post = await world.say("amina", "Arrêt à midi")
    await world.happened()
    await change(world, "amina", post, Draft(text="Arrêt à midi"))
    assert (await view(world, "amina", post)).post.edited_at is None
    assert await world.happened() == []


async def test_a_picture_left_out_stays_with_the_version_that_had_it(world: World) -> None:
    await world.person("amina")
    first, second = await upload(world, "amina"), await upload(world, "amina")
    post = await world.say("amina", "deux", media=(first.id, second.id))
    await change(world, "amina", post, Draft(text="une", media=(second.id,)))
    assert [picture.id for picture in (await view(world, "amina", post)).media] == [second.id]
    history = await world.db.read(former.history, world.viewer("amina"), post)
    assert [picture.id for picture in history.former[0].pictures] == [first.id, second.id]
    with pytest.raises(Invalid):
        await world.say("amina", "ailleurs", media=(first.id,))
    await change(world, "amina", post, Draft(text="deux", media=(second.id, first.id)))
    assert [picture.id for picture in (await view(world, "amina", post)).media] == [second.id, first.id]


async def test_a_deleted_post_takes_the_pictures_of_former_versions_with_it(world: World) -> None:
    await world.person("amina")
    first, second = await upload(world, "amina"), await upload(world, "amina")
    post = await world.say("amina", "deux", media=(first.id, second.id))
    await change(world, "amina", post, Draft(text="une", media=(second.id,)))
    await world.db.write(edit.delete, world.viewer("amina"), post, now=world.clock())
    assert await world.db.read(media.by_id, first.id) is None
    kept = await world.db.read(media.by_id, second.id)
    assert kept is not None and kept.post_id is None


async def test_a_new_description_is_an_edit(world: World) -> None:
    await world.person("amina")
    picture = await upload(world, "amina")
    post = await world.say("amina", "photo", media=(picture.id,))
    words = (Description(media=picture.id, description="La presse 2"),)
    world.clock.pass_by(minutes=1)
    await change(world, "amina", post, Draft(text="photo", media=(picture.id,)), descriptions=words)
    shown = await view(world, "amina", post)
    assert (shown.media[0].description, shown.post.edited_at) == ("La presse 2", world.clock())


async def test_nobody_edits_or_deletes_what_another_wrote(world: World) -> None:
    await world.person("amina")
    await world.person("luc")
    post = await world.say("amina", "à moi")
    with pytest.raises(Forbidden):
        await change(world, "luc", post, Draft(text="à moi aussi"))
    with pytest.raises(Forbidden):
        await world.db.write(edit.delete, world.viewer("luc"), post, now=world.clock())


async def test_a_moderator_removes_a_post_of_this_node_and_no_other(world: World) -> None:
    await world.person("amina")
    await world.person("ines", role=Role.MODERATOR)
    bruno = await world.elsewhere("bruno")
    here = await world.say("amina", "à retirer")
    there = await world.db.write(receive, bruno, note(), ids=world.ids, live=True, now=world.clock())
    await world.happened()
    await world.db.write(edit.delete, world.viewer("ines"), here, now=world.clock())
    (gone,) = await world.happened()
    assert isinstance(gone, events.PostDeleted)
    assert gone.by_moderator
    with pytest.raises(Forbidden):
        await world.db.write(edit.delete, world.viewer("ines"), there, now=world.clock())


async def test_deleting_takes_boosts_counters_and_leaves_a_tombstone(world: World) -> None:
    await world.person("amina")
    await world.person("luc")
    root = await world.say("amina", "racine")
    answer = await world.say("luc", "@amina oui", parent=root)
    uri = (await view(world, "luc", answer)).post.uri
    await world.boost("amina", answer)
    await world.db.write(edit.delete, world.viewer("luc"), answer, now=world.clock())
    assert (await view(world, "amina", root)).post.replies_count == 0
    assert ((await world.row(world.id("amina"))).posts_count, (await world.row(world.id("luc"))).posts_count) == (1, 0)
    stone = await world.db.read(tombstones.by_uri, uri, world.urls.actor("luc"))
    assert stone is not None
    assert stone.kind == "Note"
    (gone,) = [event for event in await world.happened() if isinstance(event, events.PostDeleted)]
    assert gone.mentioned == (world.id("amina"),)


async def test_deleting_is_whole_or_not_at_all(world: World) -> None:
    await world.person("amina")
    picture = await upload(world, "amina")
    root = await world.say("amina", "racine")
    post = await world.say("amina", "photo #un", media=(picture.id,), parent=root)
    await world.boost("amina", post)

    async def nothing_happened() -> None:
        shown = await view(world, "amina", post)
        assert (len(shown.media), shown.post.boosts_count) == (1, 1)
        assert (await view(world, "amina", root)).post.replies_count == 1

    async def call() -> object:
        return await world.db.write(edit.delete, world.viewer("amina"), post, now=world.clock())

    await every_statement_fails_once(world.db, call, nothing_happened)
    with pytest.raises(NotFound):
        await view(world, "amina", post)


def note(number: int = 1, **said: object) -> Received:
    uri = f"https://siege.example/notes/{number}"
    document: dict[str, object] = {
        "uri": uri,
        "url": uri,
        "visibility": Visibility.PUBLIC,
        "html": "<p>un</p>",
        "published_at": Millis(1_795_521_000_000),
    }
    return Received(**(document | said))  # type: ignore[arg-type]  # keywords of Received


async def test_only_a_newer_version_from_the_author_is_taken(world: World) -> None:
    await world.person("amina")
    bruno, ines = await world.elsewhere("bruno"), await world.elsewhere("ines")
    post = await world.db.write(receive, bruno, note(), ids=world.ids, live=True, now=world.clock())
    at = Millis(1_795_521_100_000)

    async def changed(html: str, when: Millis) -> bool:
        said = note(html=html)
        return await world.db.write(edit.receive_edit, bruno, said, when, ids=world.ids, now=world.clock())

    assert await changed("<p>deux</p>", at)
    assert not await changed("<p>deux</p>", at)
    assert not await changed("<p>vieux</p>", Millis(at - 1))
    assert (await view(world, "amina", post)).post.html == "<p>deux</p>"
    with pytest.raises(Conflict):
        await world.db.write(edit.receive_edit, ines, note(), Millis(at + 1), ids=world.ids, now=world.clock())


async def test_an_edit_from_elsewhere_brings_and_takes_pictures(world: World) -> None:
    await world.person("amina")
    bruno = await world.elsewhere("bruno")
    one, two, three = (
        ReceivedMedia(remote_url=f"https://siege.example/{number}.png", mime="image/png", description=f"n° {number}")
        for number in (1, 2, 3)
    )
    said = note(media=(one, two))
    post = await world.db.write(receive, bruno, said, ids=world.ids, live=True, now=world.clock())
    said = note(media=(three, two))
    at = Millis(1_795_521_100_000)
    await world.db.write(edit.receive_edit, bruno, said, at, ids=world.ids, now=world.clock())
    assert [picture.description for picture in (await view(world, "amina", post)).media] == ["n° 3", "n° 2"]


async def test_an_author_elsewhere_deletes_only_the_own(world: World) -> None:
    bruno, ines = await world.elsewhere("bruno"), await world.elsewhere("ines")
    await world.db.write(receive, bruno, note(), ids=world.ids, live=True, now=world.clock())
    with pytest.raises(Conflict):
        await world.db.write(edit.receive_delete, ines, note().uri, now=world.clock())
    assert await world.db.write(edit.receive_delete, bruno, note().uri, now=world.clock())
    assert await world.db.read(rows.by_uri, note().uri) is None
