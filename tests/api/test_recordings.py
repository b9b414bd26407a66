"""Video, sound and moving GIFs through the API: sent, waited for, posted, played."""

import json
import subprocess
from io import BytesIO
from typing import Any

import pytest
from PIL import Image

from social import jobs
from social.recordings.transcode import transcode
from storage import jobs as job_rows
from storage import media as rows
from storage.ids import MediaId, Millis
from tests.api.site import Reply, Site
from tests.api.test_media import picture
from tests.recordings import SECRET, film, moving_gif, tone


async def sent(site: Site, content: bytes, *, status: int = 202, path: str = "/api/v2/media", **more: Any) -> Reply:
    """An upload."""
    files = {"file": ("film", content), **more.pop("files", {})}
    return await site.post(
        path, None if status >= 400 else "MediaAttachment", by="amina", form=more, files=files, status=status
    )


async def ready(site: Site, id: str) -> dict[str, Any]:
    """The upload, after its job."""
    await transcode(site.node, jobs.Transcode(media=MediaId(int(id))))
    made: dict[str, Any] = (await site.get(f"/api/v1/media/{id}", "MediaAttachment", by="amina")).json
    return made


async def probed(site: Site, url: str) -> dict[str, Any]:
    """What ffprobe says of the bytes behind an address."""
    body = (await site.get(url)).body
    said = subprocess.run(  # noqa: ASYNC221  # milliseconds
        ["ffprobe", "-v", "error", "-show_format", "-show_streams", "-of", "json", "-"],
        input=body, capture_output=True, check=True,
    ).stdout  # fmt: skip
    assert SECRET.encode() not in body
    found: dict[str, Any] = json.loads(said)
    return found


@pytest.mark.parametrize("kind", ["webm", "mov", "mp4"])
async def test_a_video_is_promised_then_made_playable_everywhere(site: Site, kind: str) -> None:
    promised = (await sent(site, film(kind), description="The press at work")).json
    assert (promised["type"], promised["url"], promised["preview_url"]) == ("video", None, None)
    waiting = await site.get(f"/api/v1/media/{promised['id']}", "MediaAttachment", by="amina", status=206)
    assert waiting.json["url"] is None
    made = await ready(site, promised["id"])
    assert (made["type"], made["description"]) == ("video", "The press at work")
    assert made["url"].endswith(".mp4") and made["blurhash"]
    meta = made["meta"]
    assert (meta["original"]["width"], meta["original"]["height"]) == (320, 180)
    assert meta["original"]["frame_rate"] == "12/1" and meta["original"]["bitrate"] > 0
    assert 0.9 < meta["duration"] < 1.2 and meta["length"].startswith("0:00:0")
    assert (meta["small"]["width"], meta["size"]) == (320, "320x180")
    found = await probed(site, made["url"])
    assert [one["codec_name"] for one in found["streams"]] == ["h264", "aac"]
    shown = await site.get(made["preview_url"])
    assert Image.open(BytesIO(shown.body)).size == (320, 180)
    before = (await site.get(made["url"])).body
    assert before.index(b"moov") < before.index(b"mdat")


async def test_a_moving_gif_becomes_a_silent_film_and_a_still_one_a_picture(site: Site) -> None:
    promised = (await sent(site, moving_gif())).json
    made = await ready(site, promised["id"])
    assert made["type"] == "gifv"
    assert [one["codec_name"] for one in (await probed(site, made["url"]))["streams"]] == ["h264"]
    still = (await sent(site, picture((40, 30), "GIF"), status=200)).json
    assert still["type"] == "image"


@pytest.mark.parametrize("kind", ["ogg", "wav", "mp3", "flac", "m4a"])
async def test_a_sound_becomes_mp3_with_a_drawn_picture(site: Site, kind: str) -> None:
    made = await ready(site, (await sent(site, tone(kind))).json["id"])
    assert made["type"] == "audio" and made["url"].endswith(".mp3")
    assert [one["codec_name"] for one in (await probed(site, made["url"]))["streams"]] == ["mp3"]
    assert (made["meta"]["small"]["size"], made["blurhash"] is not None) == ("640x360", True)
    assert 0.9 < made["meta"]["original"]["duration"] < 1.2


async def test_a_given_thumbnail_is_the_picture_of_a_recording(site: Site) -> None:
    files = {"thumbnail": ("cover.png", picture((120, 90), "PNG"))}
    promised = (await sent(site, film(), files=files)).json
    assert promised["preview_url"].endswith(".png")
    made = await ready(site, promised["id"])
    assert (made["meta"]["small"]["size"], made["preview_url"]) == ("120x90", promised["preview_url"])
    other = {"thumbnail": ("cover.png", picture((60, 60), "PNG"))}
    path = f"/api/v1/media/{made['id']}"
    changed = await site.call("PUT", path, "MediaAttachment", by="amina", form={}, files=other)
    assert changed.json["meta"]["small"]["size"] == "60x60"
    bad = {"thumbnail": ("cover.png", b"no picture")}
    await site.call("PUT", path, by="amina", form={}, files=bad, status=422)


async def test_what_is_not_ready_cannot_be_posted_and_stands_alone_when_it_is(site: Site) -> None:
    promised = (await sent(site, film())).json
    body = {"status": "", "media_ids": [promised["id"]]}
    refused = await site.post("/api/v1/statuses", by="amina", body=body, status=422)
    assert "finished processing" in refused.json["error"]
    await ready(site, promised["id"])
    other = (await sent(site, picture(), status=200)).json
    both = {"status": "", "media_ids": [promised["id"], other["id"]]}
    await site.post("/api/v1/statuses", by="amina", body=both, status=422)
    post = (await site.post("/api/v1/statuses", "Status", by="amina", body=body)).json
    assert [one["type"] for one in post["media_attachments"]] == ["video"]


async def test_parts_of_a_video_can_be_asked_for(site: Site) -> None:
    made = await ready(site, (await sent(site, film())).json["id"])
    whole = await site.get(made["url"])
    assert (whole.headers["Content-Type"], whole.headers["Accept-Ranges"]) == ("video/mp4", "bytes")
    part = await site.get(made["url"], headers={"Range": "bytes=10-19"}, status=206)
    assert part.body == whole.body[10:20]
    assert part.headers["Content-Range"] == f"bytes 10-19/{len(whole.body)}"
    assert part.headers["Content-Security-Policy"] == "default-src 'none'; media-src 'self'; sandbox"
    async with site.http.get(made["url"], headers={"Range": f"bytes={len(whole.body)}-"}) as beyond:
        assert beyond.status == 416
    end = await site.get(made["url"], headers={"Range": "bytes=-5"}, status=206)
    assert end.body == whole.body[-5:]


async def test_what_cannot_be_made_ready_says_so_and_its_file_goes(site: Site) -> None:
    good = film("mp4")
    start = good.index(b"mdat") + 4
    end = good.index(b"moov") - 4
    promised = (await sent(site, good[:start] + bytes(end - start) + good[end:])).json
    id = MediaId(int(promised["id"]))
    for _ in range(2):
        await transcode(site.node, jobs.Transcode(media=id))
        row = await site.node.db.read(rows.by_id, id)
        assert row is not None and (row.state, row.raw_key) == (rows.FAILED, None)
    refused = await site.get(f"/api/v1/media/{id}", by="amina", status=422)
    assert refused.json["error"] == "Error processing thumbnail for uploaded media"
    await site.post("/api/v1/statuses", by="amina", body={"status": "x", "media_ids": [str(id)]}, status=422)


async def test_the_job_runs_twice_and_what_was_sent_goes(site: Site) -> None:
    promised = (await sent(site, film())).json
    id = MediaId(int(promised["id"]))
    row = await site.node.db.read(rows.by_id, id)
    assert row is not None and row.raw_key is not None
    first = await ready(site, promised["id"])
    assert await ready(site, promised["id"]) == first
    waiting = await site.node.db.write(job_rows.claim, ["prune_file"], Millis(site.node.clock() + 1), 1_000, 50)
    assert [job.key for job in waiting if job.key == row.raw_key] == [row.raw_key]


async def test_a_recording_that_is_forgotten_meanwhile_leaves_nothing(site: Site) -> None:
    promised = (await sent(site, film())).json
    await site.call("DELETE", f"/api/v1/media/{promised['id']}", "Empty", by="amina")
    await transcode(site.node, jobs.Transcode(media=MediaId(int(promised["id"]))))
    await site.get(f"/api/v1/media/{promised['id']}", by="amina", status=404)
    await site.token("luc")
    other = (await sent(site, tone())).json
    await site.get(f"/api/v1/media/{other['id']}", by="luc", status=404)
    await site.get("/api/v1/instance", "V1_Instance")


async def test_the_instance_says_what_it_takes(site: Site) -> None:
    limits = (await site.get("/api/v2/instance", "Instance")).json["configuration"]["media_attachments"]
    assert {"video/mp4", "audio/mpeg", "image/jpeg"} <= set(limits["supported_mime_types"])
    assert (limits["video_size_limit"], limits["video_matrix_limit"]) == (103_809_024, 8_294_400)
