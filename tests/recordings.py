"""Videos and sounds for tests, made by ffmpeg itself: a few frames, a short tone, and files that lie."""

import struct
import subprocess
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

PICTURE = ("-f", "lavfi", "-i", "testsrc2=size={size}:rate=12:duration={seconds}")
TONE = ("-f", "lavfi", "-i", "sine=frequency=440:duration={seconds}")
SECRET = "14 rue du Port, Brest"  # a place in the metadata, which must be gone


@cache
def film(
    kind: str = "webm", size: str = "320x180", seconds: float = 1.0, *, sound: bool = True, codec: str = ""
) -> bytes:
    """A video with a tone, and a place written into it."""
    inputs = [*PICTURE, *(TONE if sound else ())]
    video = codec or {"webm": "libvpx", "mp4": "libx264", "mov": "libx264"}[kind]
    extra = ("-pix_fmt", "yuv420p") if video == "libx264" else ()
    return _made(
        [*inputs, "-c:v", video, *extra, "-metadata", f"location={SECRET}", "-metadata", f"comment={SECRET}"],
        f"film.{kind}",
        size,
        seconds,
    )


@cache
def tone(kind: str = "ogg", seconds: float = 1.0) -> bytes:
    """A sound."""
    return _made([*TONE, "-metadata", f"comment={SECRET}"], f"tone.{kind}", "", seconds)


@cache
def moving_gif(size: str = "64x48", seconds: float = 1.0) -> bytes:
    """A GIF of twelve frames."""
    return _made([*PICTURE], "moving.gif", size, seconds)


def huge_film(width: int, height: int) -> bytes:
    """An MP4 whose header says that it is this large."""
    data = bytearray(film("mp4", sound=False))
    written = struct.pack(">HH", 320, 180)
    # The sample description and its H.264 parameters: both say the size, the decoder believes the second.
    place = data.rindex(b"avc1") + 28
    assert data[place : place + 4] == written
    data[place : place + 4] = struct.pack(">HH", width, height)
    return bytes(data)


def _made(arguments: list[str], name: str, size: str, seconds: float) -> bytes:
    filled = [part.format(size=size, seconds=seconds) for part in arguments]
    with TemporaryDirectory() as folder:
        target = Path(folder) / name
        subprocess.run(["ffmpeg", "-v", "error", "-y", *filled, str(target)], check=True)
        return target.read_bytes()
