"""Where ffmpeg is, and what it may use: looked for once."""

import os
import shutil
from functools import cache
from pathlib import Path

import msgspec

from social.sandbox import Bounds
from social.settings import MediaSettings

MIB = 1024 * 1024
PROBE = Bounds(seconds=20.0, cpu_seconds=10, memory_bytes=512 * MIB, file_bytes=2 * MIB)


ENCODERS = ("libx264", "aac", "libmp3lame", "png")
"""What ffmpeg must be able to write."""


class Tools(msgspec.Struct, frozen=True, kw_only=True):
    """The two programs, by their whole paths."""

    ffmpeg: str
    ffprobe: str


def tools_of(settings: MediaSettings) -> Tools | None:
    """The programs of the settings, or None: then this node takes neither video nor sound."""
    return _found(settings.ffmpeg)


def bounds_of(settings: MediaSettings) -> Bounds:
    """What making one video or sound ready may use."""
    return Bounds(
        seconds=float(settings.transcode_seconds),
        cpu_seconds=settings.transcode_seconds * threads(),
        memory_bytes=settings.transcode_memory * MIB,
        # What makes the sound's picture is raw and short, what is kept has a limit of its own.
        file_bytes=settings.max_video_bytes,
    )


def threads() -> int:
    """How many processors one run may use."""
    return min(2, os.cpu_count() or 1)


@cache
def _found(ffmpeg: str) -> Tools | None:
    path = shutil.which(ffmpeg) if ffmpeg else None
    if path is None:
        return None
    beside = Path(path).resolve().with_name("ffprobe")
    probe = str(beside) if os.access(beside, os.X_OK) else shutil.which("ffprobe")
    return Tools(ffmpeg=str(Path(path).resolve()), ffprobe=probe) if probe else None
