"""Videos and sounds between nodes: fetched, made ready, said anew; or kept as a link with their picture."""

from typing import Any

import msgspec
import pytest

from federation.render.posts import note
from social import jobs
from social.node import Node
from social.posts import media, publish
from social.posts.publish import Context, Draft
from social.reading import post
from social.recordings.transcode import transcode
from storage import media as rows
from storage.ids import PostId
from storage.media import MediaRow
from tests.federation.neighbour import Neighbour, Somebody
from tests.federation.station import Station
from tests.federation.test_apply_posts import followed
from tests.recordings import film, tone
from tests.social.pictures import encoded, workshop


def node_of(station: Station) -> Node:
    """The parts of the station that making recordings ready needs."""
    wire = station.federation.wire
    return Node(
        settings=wire.settings,
        db=wire.db,
        files=wire.files,
        clock=wire.clock,
        ids=wire.ids,
        urls=wire.urls,
        remote=station.federation.remote,
        crunch=wire.crunch,
    )


async def a_film(station: Station, siege: Neighbour, bruno: Somebody, **said: Any) -> tuple[PostId, MediaRow]:
    """A post with a recording, and the row of it."""
    await followed(station, siege, bruno)
    attachment = {"type": "Document", "mediaType": "video/mp4", "url": siege.url("/f.mp4"), "name": "The press", **said}
    await station.accept(siege, siege.create(siege.note(bruno, attachment=[attachment])), by=bruno)
    (one,) = await station.posts()
    return one.id, await the_file(station, one.id)


async def the_file(station: Station, id: PostId) -> MediaRow:
    """The only file of the post."""
    (row,) = await station.db.read(rows.of_posts, [id])
    return row


@pytest.mark.parametrize(
    ("data", "mime", "kind"),
    [
        pytest.param(lambda: film("mp4"), "video/mp4", "video", id="a video that plays already"),
        pytest.param(lambda: film("webm"), "video/webm", "video", id="a video of another kind"),
        pytest.param(lambda: tone("ogg"), "audio/ogg", "audio", id="a sound"),
    ],
)
async def test_a_recording_is_brought_here_and_made_ready(
    quick: Station, siege: Neighbour, bruno: Somebody, data: Any, mime: str, kind: str
) -> None:
    siege.answer("/f.mp4", data(), headers={"Content-Type": mime})
    icon = siege.answer("/f.jpg", encoded(workshop(320, 200), "JPEG"), headers={"Content-Type": "image/jpeg"})
    said = {"mediaType": mime, "duration": "PT1.5S", "icon": {"type": "Image", "mediaType": "image/jpeg", "url": icon}}
    id, row = await a_film(quick, siege, bruno, **said)
    assert (row.kind, row.duration_ms, row.file_key, row.preview_url) == (kind, 1_500, None, icon)
    assert not await quick.federation.gallery.bring(row.id)
    waiting = await the_file(quick, id)
    assert waiting.state == rows.WAITING and waiting.small_key is not None
    for _ in range(2):
        await transcode(node_of(quick), jobs.Transcode(media=row.id))
    ready = await the_file(quick, id)
    assert (ready.state, ready.kind, ready.description) == (rows.READY, kind, "The press")
    assert ready.mime == ("audio/mpeg" if kind == "audio" else "video/mp4")
    assert ready.file_key is not None and (ready.small_width, ready.raw_key) == (320, None)
    assert len([seen for seen in siege.requests if seen.path == "/f.mp4"]) == 1


@pytest.mark.parametrize(
    ("body", "mime"),
    [
        pytest.param(b"\0\0\0\x18ftypisom" + bytes(2_000_000), "video/mp4", id="too large"),
        pytest.param(b"#EXTM3U\nfile:///etc/passwd", "video/mp4", id="a playlist"),
        pytest.param(b"<html>", "text/html", id="a page"),
    ],
)
async def test_what_cannot_be_had_stays_a_link_with_its_picture(
    quick: Station, siege: Neighbour, bruno: Somebody, body: bytes, mime: str
) -> None:
    wire = quick.federation.wire
    small = msgspec.structs.replace(wire.settings.media, remote_video_bytes=1_000_000)
    object.__setattr__(wire, "settings", msgspec.structs.replace(wire.settings, media=small))
    siege.answer("/f.mp4", body, headers={"Content-Type": mime})
    icon = siege.answer("/f.jpg", encoded(workshop(32, 20), "JPEG"), headers={"Content-Type": "image/jpeg"})
    id, row = await a_film(quick, siege, bruno, icon={"type": "Image", "url": icon})
    for _ in range(2):
        assert not await quick.federation.gallery.bring(row.id)
    kept = await the_file(quick, id)
    assert (kept.file_key, kept.state, kept.remote_url) == (None, rows.FAILED, siege.url("/f.mp4"))
    assert kept.small_key is not None
    assert len([seen for seen in siege.requests if seen.path == "/f.mp4"]) == 1


async def test_our_recording_is_said_with_all_that_is_known_of_it(quick: Station) -> None:
    await quick.person("amina")
    viewer = quick.viewer("amina")
    upload = media.Upload(
        file_key="aa/bb.mp4", small_key="aa/cc.jpg", mime="video/mp4", small_mime="image/jpeg", width=320, height=180,
        small_width=320, small_height=180, bytes=9, blurhash="LEHV6nWB2yk8pyo0adR*", kind="video", duration_ms=6_500,
    )  # fmt: skip
    wire = quick.federation.wire
    row = await wire.db.write(
        media.add, viewer, upload, description="The press", focus=(0.5, 0.0), settings=wire.settings.media,
        ids=wire.ids, now=wire.clock(),
    )  # fmt: skip
    context = Context(wire.ids, wire.urls, wire.settings)
    id = await wire.db.write(publish.publish, viewer, Draft(media=(row.id,)), context=context, now=wire.clock())
    (said,) = note(await wire.db.read(post, viewer, id), wire.urls)["attachment"]
    assert said == {
        "type": "Document",
        "mediaType": "video/mp4",
        "url": f"{wire.urls.media(row.token)}.mp4",
        "name": "The press",
        "summary": "The press",
        "width": 320,
        "height": 180,
        "duration": "PT6.5S",
        "icon": {"type": "Image", "mediaType": "image/jpeg", "url": wire.urls.media(row.token, "small")},
        "blurhash": "LEHV6nWB2yk8pyo0adR*",
        "focalPoint": [0.5, 0.0],
    }
