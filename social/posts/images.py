"""Pictures from outside, decoded, bounded and written anew.

What a picture is, its content says, never its name or the MIME type that came with it. Nothing of the file is kept
but the pixels: no place, no camera, no comment, no colour profile (colours become sRGB). Whether a picture is too
large is read from its first bytes, before a pixel is decoded. Pure functions, safe in threads, slow (up to a few
seconds) and hungry (4 bytes a pixel, 130 MB at the limit): run them in an executor with one or two slots.
"""

import struct
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from typing import Literal

import msgspec
from PIL import Image, ImageCms, ImageOps

from social.errors import Invalid, SocialError
from social.posts import blurhash

Format = Literal["JPEG", "PNG", "GIF", "WEBP"]

MIME: dict[Format, str] = {"JPEG": "image/jpeg", "PNG": "image/png", "GIF": "image/gif", "WEBP": "image/webp"}
SUFFIX = {"image/jpeg": ".jpg", "image/png": ".png", "image/gif": ".gif", "image/webp": ".webp"}
"""MIME type of a prepared picture → suffix of its file."""

AVATAR = (400, 400)
AVATAR_SMALL = (128, 128)
HEADER = (1500, 500)
HEADER_SMALL = (600, 200)
EMOJI = 128
"""Pixels of the longer side: three times what is shown beside words."""
LOGO = 512

_FIELD = "file"
# A PNG of a photograph may be ten times the JPEG: above this many bytes a losing format is taken.
_LOSSLESS_BYTES = 2 * 1024 * 1024
_PROFILE_BYTES = 1024 * 1024
# Each pass over a progressive JPEG costs a walk over all pixels and a few bytes of file. Cameras write about ten.
_JPEG_PASSES = 100
_SHORTEST_FRAME = 20
_ORIENTATION_TAG = 0x0112
_ORIENTATION = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
_SRGB = ImageCms.createProfile("sRGB")


class ImageLimits(msgspec.Struct, frozen=True, kw_only=True):
    """What is taken in, and what comes out."""

    max_bytes: int = 16_777_216
    max_pixels: int = 33_177_600
    max_frames: int = 500
    max_animation_pixels: int = 200_000_000
    """Pixels decoded in all frames together."""
    side: int = 3_840
    """Longest side of what is kept."""
    small_width: int = 640
    animation_side: int = 640
    animation_pixels: int = 16_000_000
    """Pixels kept in all frames together: they are in memory at once, 4 bytes each."""


class Prepared(msgspec.Struct, frozen=True, kw_only=True):
    """A picture as it is kept, its small variant, and what is shown before either has arrived."""

    original: bytes
    mime: str
    width: int
    height: int
    small: bytes
    small_mime: str
    small_width: int
    small_height: int
    blurhash: str
    animated: bool = False


DEFAULT_LIMITS = ImageLimits()


def prepare(raw: bytes, limits: ImageLimits = DEFAULT_LIMITS) -> Prepared:
    """A picture for a post. An animation (GIF, WebP) stays one, smaller.

    Raises Invalid of the field `file`: `blank`, `too_big` (bytes), `unsupported` (no picture, or of another kind),
    `broken` (truncated, damaged), `too_many_pixels`, `too_many_frames`; with `maximum` where there is one.
    """
    kind = _kind(raw, limits)
    with _opened(raw, kind, limits) as image:
        frames = _count_frames(image, kind, limits)
        if frames > 1:
            moving, size = _animation(image, kind, frames, limits)
            image.seek(0)
        still = _still(image, limits)
        small = still.copy()
        small.thumbnail((limits.small_width, 2 * limits.small_width), Image.Resampling.LANCZOS)
        if frames > 1:
            return _prepared(moving, kind, size, small, animated=True)
        original, written = _kept(still, kind)
        return _prepared(original, written, still.size, small, animated=False)


def is_moving(raw: bytes) -> bool:
    """Whether a GIF has more than one frame. Raises Invalid as `prepare` does."""
    limits = DEFAULT_LIMITS
    with _opened(raw, _kind(raw, limits), limits) as image:
        return _advance(image, 1)


def avatar(raw: bytes, limits: ImageLimits = DEFAULT_LIMITS) -> Prepared:
    """A picture of a person or group: the middle of it, square, not animated. Raises as `prepare` does."""
    return _cropped(raw, limits, AVATAR, AVATAR_SMALL)


def header(raw: bytes, limits: ImageLimits = DEFAULT_LIMITS) -> Prepared:
    """The picture at the top of a profile: the middle of it, three times as wide as high. Raises as `prepare` does."""
    return _cropped(raw, limits, HEADER, HEADER_SMALL)


def emoji(raw: bytes, limits: ImageLimits = DEFAULT_LIMITS) -> Prepared:
    """A custom emoji: whole, small, moving if it moves. Raises as `prepare` does."""
    little = msgspec.structs.replace(limits, side=EMOJI, animation_side=EMOJI, small_width=EMOJI)
    return prepare(raw, little)


def logo(raw: bytes, limits: ImageLimits = DEFAULT_LIMITS) -> bytes:
    """The picture of a site: whole, still, a PNG of at most `LOGO` pixels a side. Raises as `prepare` does."""
    with _opened(raw, _kind(raw, limits), limits) as image:
        still = _still(image, limits)
        still.thumbnail((LOGO, LOGO), Image.Resampling.LANCZOS)
        return _encoded(still, "PNG")


def _cropped(raw: bytes, limits: ImageLimits, size: tuple[int, int], small_size: tuple[int, int]) -> Prepared:
    kind = _kind(raw, limits)
    with _opened(raw, kind, limits) as image:
        still = ImageOps.fit(_still(image, limits), size, Image.Resampling.LANCZOS)
        small = still.resize(small_size, Image.Resampling.LANCZOS)
        original, written = _kept(still, kind)
        return _prepared(original, written, size, small, animated=False)


def _prepared(original: bytes, kind: Format, size: tuple[int, int], small: Image.Image, *, animated: bool) -> Prepared:
    small_kind: Format = "WEBP" if small.mode == "RGBA" else "JPEG"
    across, down = (4, 3) if small.width >= small.height else (3, 4)
    return Prepared(
        original=original,
        mime=MIME[kind],
        width=size[0],
        height=size[1],
        small=_encoded(small, small_kind, quality=80),
        small_mime=MIME[small_kind],
        small_width=small.width,
        small_height=small.height,
        blurhash=blurhash.encode(_on_white(small), across, down),
        animated=animated,
    )


def _kind(raw: bytes, limits: ImageLimits) -> Format:
    """The kind of picture, by its first bytes; refuses what is too large before any decoder sees it."""
    if not raw:
        raise Invalid(_FIELD, "blank")
    if len(raw) > limits.max_bytes:
        raise Invalid(_FIELD, "too_big", maximum=limits.max_bytes)
    if raw.startswith(b"\xff\xd8\xff"):
        if raw.count(b"\xff\xda") > _JPEG_PASSES:
            raise Invalid(_FIELD, "broken")
        return "JPEG"
    if raw.startswith(b"\x89PNG\r\n\x1a\n"):
        return "PNG"
    if raw.startswith((b"GIF87a", b"GIF89a")):
        return "GIF"
    if raw[:4] == b"RIFF" and raw[8:12] == b"WEBP":
        # Pillow reserves the whole canvas when it opens a WebP, so this one is measured here.
        _check_pixels(_webp_size(raw), limits)
        return "WEBP"
    raise Invalid(_FIELD, "unsupported")


def _webp_size(raw: bytes) -> tuple[int, int]:
    """Width and height from the first chunk (RFC 9649 §2)."""
    chunk, body = raw[12:16], raw[20:30]
    if len(body) < 10:
        raise Invalid(_FIELD, "broken")
    if chunk == b"VP8X":
        return 1 + int.from_bytes(body[4:7], "little"), 1 + int.from_bytes(body[7:10], "little")
    if chunk == b"VP8L":
        bits = int.from_bytes(body[1:5], "little")
        return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
    width, height = struct.unpack("<HH", body[6:10])
    return width & 0x3FFF, height & 0x3FFF


def _check_pixels(size: tuple[int, int], limits: ImageLimits) -> None:
    if size[0] * size[1] > limits.max_pixels:
        raise Invalid(_FIELD, "too_many_pixels", maximum=limits.max_pixels)


@contextmanager
def _opened(raw: bytes, kind: Format, limits: ImageLimits) -> Iterator[Image.Image]:
    """The picture with its size checked and nothing decoded. What a decoder says inside becomes Invalid."""
    try:
        with Image.open(BytesIO(raw), formats=[kind]) as image:
            _check_pixels(image.size, limits)
            yield image
    except (SocialError, MemoryError):
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as refusal:
        raise Invalid(_FIELD, "too_many_pixels", maximum=limits.max_pixels) from refusal
    except Exception as refusal:
        # Decoders have no common error: a damaged file gives OSError, SyntaxError, ValueError, struct.error, EOFError …
        raise Invalid(_FIELD, "broken") from refusal


def _count_frames(image: Image.Image, kind: Format, limits: ImageLimits) -> int:
    """The number of frames, walking no further than the limits. A PNG counts for one: few apps show it moving."""
    if kind not in ("GIF", "WEBP"):
        return 1
    frames = 1
    while _advance(image, frames):
        frames += 1
        if frames > limits.max_frames:
            raise Invalid(_FIELD, "too_many_frames", maximum=limits.max_frames)
        # A frame of a GIF may be larger than the picture says that it is.
        _check_pixels(image.size, limits)
        if frames * image.width * image.height > limits.max_animation_pixels:
            raise Invalid(_FIELD, "too_many_pixels", maximum=limits.max_animation_pixels)
    image.seek(0)
    return frames


def _advance(image: Image.Image, frame: int) -> bool:
    try:
        image.seek(frame)
    except EOFError:
        return False
    return True


def _animation(image: Image.Image, kind: Format, frames: int, limits: ImageLimits) -> tuple[bytes, tuple[int, int]]:
    """All frames at their size and pace, encoded anew."""
    width, height = image.size
    shrink = min(
        1.0,
        limits.animation_side / max(width, height),
        (limits.animation_pixels / (frames * width * height)) ** 0.5,
    )
    size = (max(1, int(width * shrink)), max(1, int(height * shrink)))
    loop = image.info.get("loop")
    pictures, durations = [], []
    for frame in range(frames):
        image.seek(frame)
        picture = image.convert("RGBA").resize(size, Image.Resampling.BILINEAR)
        picture.info.clear()
        # A WebP tells how long a frame stays only once it is decoded, so this line stands after the conversion.
        durations.append(max(_SHORTEST_FRAME, int(image.info.get("duration", 100))))
        pictures.append(picture)
    out = BytesIO()
    endless = {} if loop is None and kind == "GIF" else {"loop": loop or 0}
    extra = {"disposal": 2} if kind == "GIF" else {"quality": 80, "method": 2}
    pictures[0].save(out, kind, save_all=True, append_images=pictures[1:], duration=durations, **endless, **extra)
    return out.getvalue(), size


def _still(image: Image.Image, limits: ImageLimits) -> Image.Image:
    """The first frame, upright, in sRGB, no larger than is kept, as RGB or (if something shows through) RGBA."""
    # A JPEG can be decoded at a half, a quarter or an eighth of its size: less time, less memory.
    shrink = limits.side / max(image.size)
    image.draft(None, (max(1, int(image.width * shrink)), max(1, int(image.height * shrink))))
    image.load()
    profile, turn = image.info.get("icc_profile"), _ORIENTATION.get(_orientation(image))
    still = _true_colour(image)
    still.thumbnail((limits.side, limits.side), Image.Resampling.LANCZOS)
    still = _in_srgb(still, profile)
    if turn is not None:
        still = still.transpose(turn)
    if still.mode not in ("RGB", "RGBA"):
        still = still.convert("RGB")
    if still.mode == "RGBA" and still.getchannel("A").getextrema() == (255, 255):
        still = still.convert("RGB")
    # Encoders would write what the decoder noted here: comment, resolution, profile.
    still.info.clear()
    return still


def _orientation(image: Image.Image) -> int:
    """How the camera was held (EXIF). A damaged note is no reason to refuse the picture."""
    try:
        return int(image.getexif().get(_ORIENTATION_TAG, 1))
    except Exception:
        return 1


def _true_colour(image: Image.Image) -> Image.Image:
    """The picture in a mode that can be resized: L, RGB, RGBA or CMYK."""
    if "transparency" in image.info or image.mode in ("LA", "PA", "La", "RGBa"):
        return image.convert("RGBA")
    if image.mode.startswith("I"):
        # 16 bits of grey; a plain conversion would cut instead of scale.
        return image.convert("I").point(lambda value: value * (1 / 256)).convert("L")
    return image if image.mode in ("L", "RGB", "RGBA", "CMYK") else image.convert("RGB")


def _in_srgb(image: Image.Image, profile: bytes | None) -> Image.Image:
    """The picture with the colours that its profile means. A profile that cannot be used is left out of account."""
    if not profile or len(profile) > _PROFILE_BYTES:
        return image
    try:
        meant = ImageCms.ImageCmsProfile(BytesIO(profile))
        result = ImageCms.profileToProfile(image, meant, _SRGB, outputMode="RGBA" if image.mode == "RGBA" else "RGB")
    except (ImageCms.PyCMSError, OSError, ValueError):
        return image
    return result or image


def _kept(still: Image.Image, kind: Format) -> tuple[bytes, Format]:
    """The picture in its own kind; a still GIF as PNG, a heavy PNG as JPEG or WebP."""
    if kind == "JPEG":
        written: Format = "JPEG" if still.mode == "RGB" else "PNG"
        return _encoded(still, written, quality=87), written
    if kind == "WEBP":
        return _encoded(still, "WEBP", quality=87), "WEBP"
    exact = _encoded(still, "PNG")
    if len(exact) <= _LOSSLESS_BYTES:
        return exact, "PNG"
    lighter: Format = "JPEG" if still.mode == "RGB" else "WEBP"
    return _encoded(still, lighter, quality=90), lighter


def _encoded(image: Image.Image, kind: Format, quality: int = 87) -> bytes:
    out = BytesIO()
    if kind == "JPEG":
        image.save(out, kind, quality=quality, progressive=True, optimize=True)
    elif kind == "WEBP":
        image.save(out, kind, quality=quality, method=3)
    else:
        image.save(out, kind, compress_level=6)
    return out.getvalue()


def _on_white(image: Image.Image) -> Image.Image:
    if image.mode != "RGBA":
        return image
    paper = Image.new("RGB", image.size, "white")
    paper.paste(image, mask=image.getchannel("A"))
    return paper
