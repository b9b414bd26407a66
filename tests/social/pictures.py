"""Pictures made for the tests: good ones, moving ones, and headers that claim more than there is."""

import struct
import zlib
from io import BytesIO

from PIL import Image, ImageDraw


def encoded(image: Image.Image, kind: str, **options: object) -> bytes:
    out = BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def opened(data: bytes) -> Image.Image:
    image = Image.open(BytesIO(data))
    image.load()
    return image


def workshop(width: int = 800, height: int = 600) -> Image.Image:
    """A picture with a red corner at the top left, so that turning and cropping can be seen."""
    image = Image.linear_gradient("L").resize((width, height)).convert("RGB")
    ImageDraw.Draw(image).rectangle((0, 0, width // 4, height // 4), fill=(220, 20, 30))
    return image


def film(frames: int, size: tuple[int, int] = (120, 90), kind: str = "GIF", **options: object) -> bytes:
    pictures = [Image.new("RGB", size, (10 * index % 256, 80, 120)) for index in range(frames)]
    for index, picture in enumerate(pictures):
        ImageDraw.Draw(picture).rectangle((index % 50, 0, index % 50 + 20, 20), fill="white")
    return encoded(pictures[0], kind, save_all=True, append_images=pictures[1:], **options)


def png_of_size(width: int, height: int, pixels: bytes = b"") -> bytes:
    """A PNG whose header claims a size; `pixels` is the compressed content."""

    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


def webp_of_size(width: int, height: int) -> bytes:
    canvas = bytes([2, 0, 0, 0]) + (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    body = b"WEBP" + b"VP8X" + struct.pack("<I", len(canvas)) + canvas
    return b"RIFF" + struct.pack("<I", len(body)) + body


def many_pixels() -> bytes:
    """Ten thousand rows of ten thousand black pixels, compressed without ever being in memory."""
    packer = zlib.compressobj(1)
    return b"".join([packer.compress(bytes(30_001)) for _ in range(10_000)] + [packer.flush()])


def huge_gif() -> bytes:
    side = struct.pack("<HH", 65_535, 65_535)
    return b"GIF89a" + side + b"\0\0\0," + bytes(4) + side + b"\0\x02\x02\x44\x01\0;"
