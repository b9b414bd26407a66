"""Work beside the log: files go with their pictures, old rows with time, and what is quiet is quiet."""

import asyncio
import os
from pathlib import Path

import msgspec
import pytest

from server.work import quiet, schedule
from server.work.quiet import NeverQuiet, Watched
from server.work.subscribers import prune
from social import contexts, jobs
from social.errors import NotFound, Unavailable
from social.people import sessions
from social.posts import edit, media, repeats
from social.posts.media import Upload
from storage import contexts as context_rows
from storage import deliveries, log
from storage import jobs as job_rows
from storage.engine.database import Database
from storage.engine.query import Query
from storage.files import FileKey, LocalFiles
from storage.ids import EventSeq, MediaId, Millis, PostId
from tests.nodes import running_node, settled
from tests.outages.acts import PICTURE
from tests.world import World

HOUR = 3_600_000
DAY = 24 * HOUR
_READS = Query(int, "SELECT COUNT(*) FROM thread_reads AS r")


@pytest.fixture
def world(db: Database) -> World:
    return World(db)


@pytest.fixture
def files(tmp_path: Path) -> LocalFiles:
    return LocalFiles(tmp_path / "media")


async def _picture(world: World, upload: Upload = PICTURE) -> MediaId:
    row = await world.db.write(
        media.add,
        world.viewer("amina"),
        upload,
        settings=world.settings.media,
        ids=world.ids,
        now=world.clock(),
    )
    return row.id


def _old(files: LocalFiles, content: bytes) -> FileKey:
    """A file that was put long ago."""
    key = files.put(content, ".webp")
    os.utime(files.path(key), (0, 0))
    return key


async def test_a_file_goes_when_no_picture_shows_it(world: World, files: LocalFiles) -> None:
    key = _old(files, b"leak")
    assert await world.db.write(prune, files, key)
    assert not files.exists(key)
    assert not await world.db.write(prune, files, key)


async def test_a_file_stays_while_another_picture_shows_it(world: World, files: LocalFiles) -> None:
    await world.person("amina")
    key = _old(files, b"leak")
    await _picture(world, msgspec.structs.replace(PICTURE, file_key=key))
    assert not await world.db.write(prune, files, key)
    assert files.exists(key)


async def test_a_file_that_was_just_put_is_spared_for_the_row_that_comes(world: World, files: LocalFiles) -> None:
    key = files.put(b"leak", ".webp")
    with pytest.raises(Unavailable):
        await world.db.write(prune, files, key)
    assert files.exists(key)


async def test_the_files_of_a_deleted_post_go(tmp_path: Path) -> None:
    async with running_node(tmp_path) as node:
        amina = await node.person("amina")
        store = LocalFiles(Path(node.settings.media.root))
        keys = [_old(store, content) for content in (b"whole", b"small")]
        upload = msgspec.structs.replace(PICTURE, file_key=keys[0], small_key=keys[1])
        row = await node.write(
            media.add, amina.viewer, upload, settings=node.settings.media, ids=node.ids, now=node.clock()
        )
        said = await node.say(amina, "Look", media_ids=[str(row.id)])
        await settled(node)
        assert all(store.exists(key) for key in keys)
        await node.write(edit.delete, amina.viewer, PostId(int(said["id"])), keep_media=False, now=node.clock())
        await settled(node)
        assert not any(store.exists(key) for key in keys)


async def test_an_upload_that_was_never_posted_goes_after_a_day_and_not_before(world: World) -> None:
    await world.person("amina")
    kept = await _picture(world)
    await world.say("amina", "Look", media=(kept,))
    free = await _picture(world)
    settings = world.settings
    await world.db.write(schedule.tidy, settings, Millis(world.clock() + 23 * HOUR))
    await world.db.read(media.own, world.viewer("amina"), free)
    await world.db.write(schedule.tidy, settings, Millis(world.clock() + 25 * HOUR))
    await world.db.read(media.own, world.viewer("amina"), kept)
    with pytest.raises(NotFound):
        await world.db.read(media.own, world.viewer("amina"), free)
    due = await world.db.write(job_rows.claim, ["prune_file"], Millis(world.clock() + 2 * DAY), 1_000, 10)
    assert {job.key for job in due} == {PICTURE.file_key, PICTURE.small_key}


async def test_what_everybody_has_read_is_forgotten_after_a_week(world: World) -> None:
    await world.person("amina")
    await world.say("amina", "Line 3 stops")
    settings = world.settings
    later = Millis(world.clock() + 8 * DAY)
    await world.db.write(schedule.tidy, settings, later)
    assert len(await world.happened()) == 2
    await world.settle()
    await world.db.write(schedule.tidy, settings, Millis(world.clock() + 6 * DAY))
    first = await world.db.read(log.after, EventSeq(0), 10)
    await world.db.write(schedule.tidy, settings, later)
    left = await world.db.read(log.after, EventSeq(0), 10)
    assert len(first) == 2
    assert [row.seq for row in left] == [first[-1].seq]


async def test_a_session_that_nobody_uses_ends(world: World) -> None:
    await world.person("amina")
    login = await world.db.read(sessions.login, "amina")
    assert login is not None
    token = await world.db.write(sessions.open_session, login.user, "test", ids=world.ids, now=world.clock())
    settings, people = world.settings, world.settings.people
    later = Millis(world.clock() + (people.session_days + 1) * DAY)
    await world.db.write(schedule.tidy, settings, later)
    assert await world.db.read(sessions.session_of, token, settings=people, now=world.clock()) is None


@pytest.mark.parametrize(("key", "days"), [("a", 1), (repeats.of_page("a"), 31)], ids=["app", "page"])
async def test_the_key_of_a_post_is_good_for_a_day_and_that_of_a_page_for_as_long_as_a_post_may_wait(
    world: World, key: str, days: int
) -> None:
    await world.person("amina")
    viewer, now, settings = world.viewer("amina"), world.clock(), world.settings
    await world.db.write(repeats.claim, viewer, key, PostId(1), now)
    await world.db.write(schedule.tidy, settings, Millis(now + days * DAY - HOUR))
    assert await world.db.read(repeats.is_sent, viewer, key)
    assert await world.db.write(repeats.claim, viewer, key, PostId(2), Millis(now + days * DAY - HOUR)) == PostId(1)
    await world.db.write(schedule.tidy, settings, Millis(now + days * DAY + HOUR))
    assert not await world.db.read(repeats.is_sent, viewer, key)


async def test_when_a_thread_was_read_is_forgotten_when_it_hinders_no_reading(world: World) -> None:
    now, settings = world.clock(), world.settings
    await world.db.write(context_rows.claim_read, PostId(1), Millis(now - contexts.READ_APART - 1), Millis(0))
    await world.db.write(context_rows.claim_read, PostId(2), now, Millis(0))
    await world.db.write(schedule.tidy, settings, now)
    assert await world.db.read(lambda tx: tx.value(_READS)) == 1
    assert not await world.db.write(context_rows.claim_read, PostId(2), now, Millis(now - contexts.READ_APART))


async def test_a_node_is_quiet_when_nothing_waits(world: World) -> None:
    await world.person("amina")
    await world.happened()
    assert (await world.db.read(quiet.unquiet, world.clock())).events == 1
    await world.settle()
    assert not await world.db.read(quiet.unquiet, world.clock())
    await world.db.write(jobs.enqueue, jobs.Greet(host="a.example"), key="a.example", due=world.clock())
    assert (await world.db.read(quiet.unquiet, world.clock())).jobs == 1
    assert not await world.db.read(quiet.unquiet, Millis(world.clock() - 1))


async def test_waiting_for_quiet_ends_when_the_last_thing_is_done(world: World) -> None:
    await world.person("amina")
    await world.happened()
    waiting = asyncio.create_task(quiet.settled([_watched(world)]))
    await asyncio.sleep(0)
    await world.settle()
    await asyncio.wait_for(waiting, 10)


async def test_waiting_for_quiet_says_what_never_moves(world: World) -> None:
    await world.person("amina")
    target = deliveries.InboxTarget(inbox_url="https://gone.example/inbox", host="gone.example")
    await world.settle()
    amina, now = world.id("amina"), world.clock()
    await world.db.write(deliveries.freeze, 1, amina, "https://usine.example/1", "Create", "{}", now)
    await world.db.write(deliveries.address, 1, amina, [2], [target], now)
    with pytest.raises(NeverQuiet, match="'deliveries': 1"):
        await quiet.settled([_watched(world)], seconds=0.2)


def _watched(world: World) -> Watched:
    return Watched(name="usine", db=world.db, clock=world.clock, running_jobs=lambda: 0)
