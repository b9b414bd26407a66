"""What a file is, by its first bytes: never by its name, nor by what came with it.

The container that is found here is the only one that ffmpeg may read the file as. So a playlist, a list of files to be
joined, or a script that is dressed up as a video is none, and nothing in a file makes ffmpeg open another.
"""

from collections.abc import Callable

HEAD_BYTES = 64

VIDEO_MIME = "video/mp4"
SOUND_MIME = "audio/mpeg"
SUFFIX = {VIDEO_MIME: ".mp4", SOUND_MIME: ".mp3"}
"""MIME type of what is kept → suffix of its file."""
GIF = "gif"

TAKEN = (
    "video/mp4", "video/quicktime", "video/webm", "video/x-matroska", "video/ogg", "video/3gpp", "audio/mpeg",
    "audio/mp3", "audio/mp4", "audio/m4a", "audio/x-m4a", "audio/aac", "audio/ogg", "audio/vorbis", "audio/opus",
    "audio/webm", "audio/flac", "audio/x-flac", "audio/wav", "audio/x-wav", "audio/wave", "audio/vnd.wave",
    "audio/3gpp",
)  # fmt: skip
"""MIME types of what can be sent, as apps ask for them."""
CODECS = (
    "h264", "hevc", "vp8", "vp9", "libdav1d", "libaom-av1", "av1", "mpeg4", "mpeg1video", "mpeg2video", "h263", "mjpeg",
    "theora", "gif", "png", "aac", "mp3", "mp3float", "vorbis", "opus", "libopus", "flac", "alac", "pcm_u8",
    "pcm_s16le", "pcm_s16be", "pcm_s24le", "pcm_s32le", "pcm_f32le", "pcm_mulaw", "pcm_alaw", "amrnb", "amrwb",
    "libopencore_amrnb", "libopencore_amrwb",
)  # fmt: skip
"""The decoders that ffmpeg may use: what phones, recorders and browsers write."""

# Brands of pictures in the container of video.
_PICTURES = (b"avif", b"avis", b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1")
_ATOMS = (b"moov", b"mdat", b"wide", b"free", b"skip")


def _is_mov(head: bytes) -> bool:
    return (head[4:8] == b"ftyp" and head[8:12] not in _PICTURES) or head[4:8] in _ATOMS


def _is_frame(head: bytes, layer: int) -> bool:
    """The beginning of a frame of MPEG sound: eleven bits set, then its version, then its layer (0: AAC)."""
    return len(head) > 3 and head[0] == 0xFF and head[1] & 0xE0 == 0xE0 and head[1] >> 1 & 3 == layer


_CONTAINERS: tuple[tuple[str, Callable[[bytes], bool]], ...] = (
    ("mov", _is_mov),
    ("matroska", lambda head: head.startswith(b"\x1a\x45\xdf\xa3")),
    ("ogg", lambda head: head.startswith(b"OggS")),
    ("flac", lambda head: head.startswith(b"fLaC")),
    ("wav", lambda head: head.startswith(b"RIFF") and head[8:12] == b"WAVE"),
    (GIF, lambda head: head.startswith((b"GIF87a", b"GIF89a"))),
    ("mp3", lambda head: head.startswith(b"ID3") or _is_frame(head, 1)),
    ("aac", lambda head: _is_frame(head, 0)),
)


def container_of(head: bytes) -> str | None:
    """The name that ffmpeg has for the container, or None for what is no video, sound or GIF."""
    return next((name for name, fits in _CONTAINERS if fits(head)), None)
