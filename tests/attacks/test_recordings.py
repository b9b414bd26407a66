"""Videos and sounds that are none, that lie, or that never end: refused or bounded, and nothing is read beside them."""

import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest

from social import sandbox
from social.errors import Invalid
from social.recordings import orders
from social.recordings.facts import facts_of, reading
from social.recordings.tools import PROBE, Tools, tools_of
from social.settings import MediaSettings
from tests.attacks.kept import changed, kept
from tests.attacks.test_files import uploaded
from tests.doors.askers import Person
from tests.nodes import eventually
from tests.recordings import film, huge_film, moving_gif
from tests.sites import LocalNode

pytestmark = pytest.mark.asyncio(loop_scope="module")

PLAYLIST = b"#EXTM3U\n#EXT-X-MEDIA-SEQUENCE:0\n#EXTINF:1,\nfile:///etc/passwd\n#EXT-X-ENDLIST\n"
CONCAT = b"ffconcat version 1.0\nfile '/etc/passwd'\nduration 1\n"
FTYP = b"\0\0\0\x18ftypisom\0\0\x02\0isomiso2"
NO_RECORDINGS: dict[str, Callable[[], bytes]] = {
    "a playlist": lambda: PLAYLIST,
    "a list of files": lambda: CONCAT,
    "a playlist behind the head of an MP4": lambda: FTYP + PLAYLIST,
    "a list behind the head of an MP4": lambda: FTYP + CONCAT,
    "a playlist behind the head of an MP3": lambda: b"ID3\x04\0\0\0\0\0\0" + PLAYLIST,
    "a playlist in an Ogg": lambda: b"OggS\0\x02" + PLAYLIST * 20,
    "a head without a body": lambda: b"\x1a\x45\xdf\xa3",
    "an MP4 of twelve megapixels": lambda: film("mp4", size="4096x3072", seconds=0.1, sound=False),
    "a WAV of nothing": lambda: b"RIFF\xff\xff\xff\xffWAVEfmt ",
    "subtitles": lambda: b"WEBVTT\n\n00:00.000 --> 00:01.000\n<c>x</c>\n",
    "a script for ffmpeg": lambda: b"[Script Info]\nTitle: x\n[Events]\n",
    "SDP": lambda: b"v=0\no=- 0 0 IN IP4 127.0.0.1\nc=IN IP4 127.0.0.1\nm=video 9 RTP/AVP 96\n",
}


@pytest.fixture
def media(tmp_path: Path) -> MediaSettings:
    """Settings with small limits."""
    return MediaSettings(root=str(tmp_path), max_video_pixels=100_000, max_seconds=5, transcode_seconds=5)


@pytest.fixture
def tools(media: MediaSettings) -> Tools:
    """ffmpeg."""
    found = tools_of(media)
    assert found is not None
    return found


@pytest.mark.parametrize("kind", NO_RECORDINGS)
async def test_what_is_no_recording_is_refused_and_not_kept(usine: LocalNode, mallory: Person, kind: str) -> None:
    data = NO_RECORDINGS[kind]()
    before, files = kept(usine), _files(usine)
    for name, mime in (("a.mp4", "video/mp4"), ("a.m3u8", "application/vnd.apple.mpegurl")):
        reply = await uploaded(mallory, data, name, mime)
        assert (reply.status, "error" in reply.json) == (422, True), (name, reply.status, reply.text)
        assert "root:" not in reply.text
    assert (await uploaded(mallory, data, "a.mp4", "video/mp4", "/compose")).status == 422
    assert not changed(before, kept(usine))
    assert _files(usine) == files


async def test_a_video_with_a_page_behind_it_is_kept_as_a_video_alone(usine: LocalNode, mallory: Person) -> None:
    script = b"<script>alert(document.domain)</script>"
    reply = await uploaded(mallory, film("mp4") + script, "a.html", "text/html")
    assert reply.status == 202
    path = f"/api/v1/media/{reply.json['id']}"

    async def is_ready() -> Any:
        found = await usine.api("GET", path, mallory.person)
        return found if found["url"] else None

    made = await eventually(is_ready, seconds=60)
    for url in (made["url"], made["preview_url"]):
        async with usine.request("GET", url.removeprefix(usine.base_url)) as shown:
            assert script not in await shown.read()
            assert shown.headers["content-type"] in ("video/mp4", "image/png", "image/jpeg", "image/webp")
            assert shown.headers["x-content-type-options"] == "nosniff"
            assert "sandbox" in shown.headers["content-security-policy"]


async def test_neither_the_head_nor_the_stream_may_be_larger_than_allowed(
    media: MediaSettings, tools: Tools, tmp_path: Path
) -> None:
    source = tmp_path / "source"
    for data in (film("webm", size="1280x720"), huge_film(9_000, 9_000)):
        source.write_bytes(data)
        small = msgspec.structs.replace(media, max_video_pixels=50_000)
        with pytest.raises(Invalid) as refused:
            await facts_of(source, "matroska" if data.startswith(b"\x1a") else "mov", tools, small, tmp_path)
        assert refused.value.code in ("too_many_pixels", "broken")


async def test_a_recording_that_is_too_long_is_refused_and_one_that_lies_is_cut(
    media: MediaSettings, tools: Tools, tmp_path: Path
) -> None:
    source = tmp_path / "source"
    source.write_bytes(film("webm", size="64x48", seconds=8.0))
    with pytest.raises(Invalid, match="too_long_recording"):
        await facts_of(source, "matroska", tools, media, tmp_path)
    longer = msgspec.structs.replace(media, max_seconds=60)
    facts = await facts_of(source, "matroska", tools, longer, tmp_path)
    liar = msgspec.structs.replace(facts, duration_ms=1_000)
    target = tmp_path / "ready"
    order = orders.video(tools, media, "matroska", liar, source, target, is_peers=False)
    await sandbox.run(order, PROBE, tmp_path)
    made = await facts_of(target, "mov", tools, longer, tmp_path)
    assert 4_500 < made.duration_ms < 5_500


async def test_a_gif_without_an_end_in_sight_is_ended(media: MediaSettings, tools: Tools, tmp_path: Path) -> None:
    source, target = tmp_path / "source", tmp_path / "ready"
    source.write_bytes(moving_gif("320x240", 4.0))
    endless = [tools.ffmpeg, "-v", "error", "-stream_loop", "-1", *reading("gif", media), "-i", str(source)]
    bounds = msgspec.structs.replace(PROBE, seconds=1.0)
    with pytest.raises(sandbox.ProgramFailed) as ended:
        await sandbox.run([*endless, "-f", "null", str(target)], bounds, tmp_path)
    assert ended.value.is_bounded


@pytest.mark.parametrize("way", ["http://127.0.0.1:{port}/a.mp4", "tcp://127.0.0.1:{port}", "concat:/etc/passwd"])
async def test_ffmpeg_opens_nothing_but_the_file(media: MediaSettings, tools: Tools, tmp_path: Path, way: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.setblocking(False)  # the socket's own name
        url = way.format(port=listening.getsockname()[1])
        with pytest.raises(sandbox.ProgramFailed, match=r"(?i)not (on|found in) whitelist|invalid|whitelist"):
            await sandbox.run([tools.ffprobe, "-v", "error", *reading("mov", media), "-i", url], PROBE, tmp_path)
        with pytest.raises(BlockingIOError):
            listening.accept()


def _files(node: LocalNode) -> list[Path]:
    return sorted(path for path in Path(node.settings.media.root).rglob("*") if path.is_file())
