"""What is in a recording: asked of ffprobe, believed only as far as the limits go."""

from pathlib import Path

import msgspec

from social.errors import Invalid
from social.recordings.kinds import CODECS
from social.recordings.tools import PROBE, Tools
from social.sandbox import ProgramFailed, run
from social.settings import MediaSettings

_FIELD = "file"


class Facts(msgspec.Struct, frozen=True, kw_only=True):
    """`picture` and `sound` are numbers of streams; `cover` is that of a still picture that came with sound."""

    picture: int | None
    sound: int | None
    cover: int | None
    width: int
    height: int
    frame_rate: str
    duration_ms: int
    bitrate: int
    codecs: tuple[str, ...]


class _Stream(msgspec.Struct):
    index: int
    codec_type: str = ""
    codec_name: str = ""
    pix_fmt: str = ""
    width: int = 0
    height: int = 0
    avg_frame_rate: str = ""
    duration: str = ""
    disposition: dict[str, int] = {}


class _Format(msgspec.Struct):
    duration: str = ""
    bit_rate: str = ""


class _Probed(msgspec.Struct):
    streams: list[_Stream] = []
    format: _Format = msgspec.field(default_factory=_Format)


_decoder = msgspec.json.Decoder(_Probed)


def reading(container: str, settings: MediaSettings) -> list[str]:
    """How both programs are told to read a file: as this container, no other protocol, no other decoder, so large."""
    return [
        *("-protocol_whitelist", "file", "-codec_whitelist", ",".join(CODECS)),
        *("-max_pixels", str(settings.max_video_pixels), "-f", container),
    ]


async def facts_of(path: Path, container: str, tools: Tools, settings: MediaSettings, folder: Path) -> Facts:
    """What is in the file. Raises Invalid of the field `file`: `broken`, `too_many_pixels`, `too_long_recording`."""
    program = [
        *(tools.ffprobe, "-hide_banner", "-v", "error", *reading(container, settings)),
        *("-probesize", "10M", "-analyzeduration", "10M", "-show_format", "-show_streams", "-of", "json"),
        *("-i", str(path)),
    ]
    try:
        found = _decoder.decode(await run(program, PROBE, folder))
    except (ProgramFailed, msgspec.MsgspecError) as cause:
        raise Invalid(_FIELD, "broken") from cause
    return _checked(_facts(found), settings)


def _facts(found: _Probed) -> Facts:
    pictures = [one for one in found.streams if one.codec_type == "video"]
    picture = next((one for one in pictures if not one.disposition.get("attached_pic")), None)
    cover = next((one for one in pictures if one.disposition.get("attached_pic")), None)
    sound = next((one for one in found.streams if one.codec_type == "audio"), None)
    lasts = [_seconds(one.duration) for one in (picture, sound) if one is not None]
    return Facts(
        picture=picture.index if picture else None,
        sound=sound.index if sound else None,
        cover=cover.index if cover else None,
        width=picture.width if picture else 0,
        height=picture.height if picture else 0,
        frame_rate=picture.avg_frame_rate if picture and not picture.avg_frame_rate.startswith("0/") else "",
        duration_ms=round(1000 * (_seconds(found.format.duration) or max(lasts, default=0.0))),
        bitrate=int(found.format.bit_rate) if found.format.bit_rate.isdecimal() else 0,
        codecs=tuple(f"{one.codec_name}:{one.pix_fmt}" for one in (picture, sound) if one is not None),
    )


def _checked(facts: Facts, settings: MediaSettings) -> Facts:
    if facts.picture is None and facts.sound is None:
        raise Invalid(_FIELD, "broken")
    if facts.picture is not None and not facts.width * facts.height:
        raise Invalid(_FIELD, "broken")
    if facts.width * facts.height > settings.max_video_pixels:
        raise Invalid(_FIELD, "too_many_pixels", maximum=settings.max_video_pixels)
    if facts.duration_ms > settings.max_seconds * 1000:
        raise Invalid(_FIELD, "too_long_recording", maximum=settings.max_seconds)
    return facts


def _seconds(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        return 0.0
    return value if 0.0 < value < 1e9 else 0.0
