"""What ffmpeg is told: how a recording is made small, harmless and playable everywhere. Pure functions.

Everything is decoded and encoded anew, so that no byte of the sender reaches a player; what a peer that we exchange
with has made playable already is only put into a new container. Nothing but picture and sound is kept: no place, no
name of a device, no chapter, no subtitle.
"""

from collections.abc import Sequence
from pathlib import Path

from social.recordings.facts import Facts, reading
from social.recordings.kinds import GIF
from social.recordings.tools import Tools, threads
from social.settings import MediaSettings

LONGEST_SIDE = 1_920
FRAMES_PER_SECOND = 60
SOUND_BITS = 128_000
MOST_VIDEO_BITS = 4_000_000
LEAST_VIDEO_BITS = 150_000
PREVIEW_SIDE = 640
WAVE_RATE = 1_000
"""Samples a second of what the picture of a sound is drawn from."""

_NOTHING_ELSE = ("-map_metadata", "-1", "-map_chapters", "-1", "-sn", "-dn", "-fflags", "+bitexact")
_PLAYABLE = ("h264:yuv420p", "aac:")


def video(
    tools: Tools, settings: MediaSettings, container: str, facts: Facts, source: Path, target: Path, *, is_peers: bool
) -> list[str]:
    """H.264 and AAC in MP4 that plays before it has come whole; a GIF without sound."""
    sound = None if container == GIF else facts.sound
    copies = is_peers and container == "mov" and _is_playable(facts)
    return [
        *_begin(tools, settings, container, source),
        *("-map", f"0:{facts.picture}", *(("-map", f"0:{sound}") if sound is not None else ()), *_NOTHING_ELSE),
        *(("-c", "copy", "-bsf:v", "filter_units=remove_types=6") if copies else _encoded(settings, facts)),
        *("-t", str(settings.max_seconds), "-movflags", "+faststart", "-f", "mp4", str(target)),
    ]


def sound(tools: Tools, settings: MediaSettings, container: str, facts: Facts, source: Path, target: Path) -> list[str]:
    """MP3, two channels at most."""
    bits = min(SOUND_BITS, _affordable(settings, facts))
    return [
        *_begin(tools, settings, container, source),
        *("-map", f"0:{facts.sound}", *_NOTHING_ELSE, "-c:a", "libmp3lame", "-b:a", str(bits), "-ac", "2"),
        *("-ar", "44100", "-id3v2_version", "0", "-write_id3v1", "0", "-t", str(settings.max_seconds)),
        *("-f", "mp3", str(target)),
    ]


def still(
    tools: Tools, settings: MediaSettings, container: str, stream: int, source: Path, target: Path, *, at: float = 0.0
) -> list[str]:
    """One picture of a stream, small, as PNG."""
    return [
        *_begin(tools, settings, container, source, before=("-ss", f"{at:.3f}") if at else ()),
        *("-map", f"0:{stream}", "-frames:v", "1", "-vf", _fitted(PREVIEW_SIDE), "-c:v", "png"),
        *("-f", "image2", "-update", "1", str(target)),
    ]


def wave(tools: Tools, settings: MediaSettings, source: Path, target: Path) -> list[str]:
    """The loudness of a sound that is ready: samples of 16 bits, one channel, `WAVE_RATE` a second."""
    return [
        *_begin(tools, settings, "mp3", source),
        *("-map", "0:a:0", "-ac", "1", "-ar", str(WAVE_RATE), "-t", str(settings.max_seconds)),
        *("-f", "s16le", str(target)),
    ]


def _begin(
    tools: Tools, settings: MediaSettings, container: str, source: Path, *, before: Sequence[str] = ()
) -> list[str]:
    return [
        *(tools.ffmpeg, "-hide_banner", "-nostdin", "-v", "error", "-y", *before),
        *(*reading(container, settings), "-threads", str(threads()), "-i", str(source)),
    ]


def _encoded(settings: MediaSettings, facts: Facts) -> list[str]:
    bits = max(LEAST_VIDEO_BITS, min(MOST_VIDEO_BITS, _affordable(settings, facts) - SOUND_BITS))
    return [
        *("-c:v", "libx264", "-preset", "veryfast", "-crf", "24", "-maxrate", str(bits), "-bufsize", str(2 * bits)),
        *("-pix_fmt", "yuv420p", "-profile:v", "high", "-vf", _fitted(LONGEST_SIDE), "-fpsmax", str(FRAMES_PER_SECOND)),
        *("-threads", str(threads()), "-flags:v", "+bitexact"),
        *("-c:a", "aac", "-b:a", str(SOUND_BITS), "-ac", "2", "-ar", "48000", "-flags:a", "+bitexact"),
    ]


def _fitted(side: int) -> str:
    """Within a square of that side, never larger than it was; both sides even, as H.264 wants."""
    shrink = f"min(1\\,{side}/max(iw\\,ih))"
    return f"scale=w=max(2\\,trunc(iw*{shrink}/2)*2):h=max(2\\,trunc(ih*{shrink}/2)*2)"


def _affordable(settings: MediaSettings, facts: Facts) -> int:
    """Bits a second with which a recording of this length stays under the limit on what is kept."""
    seconds = facts.duration_ms / 1000 or settings.max_seconds
    return int(settings.max_video_bytes * 8 * 0.9 / max(1.0, seconds))


def _is_playable(facts: Facts) -> bool:
    if max(facts.width, facts.height) > LONGEST_SIDE:
        return False
    return all(any(codec.startswith(good) for good in _PLAYABLE) for codec in facts.codecs)
