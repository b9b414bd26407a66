"""Pictures that are no pictures, damaged, or too large: refused with a reason, and at no cost."""

import struct
import subprocess
import sys
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from social.errors import Invalid
from social.posts.images import ImageLimits, prepare
from tests.social.pictures import encoded, film, huge_gif, many_pixels, opened, png_of_size, webp_of_size, workshop

ROOT = Path(__file__).parents[2]


def code_of(raw: bytes, limits: ImageLimits | None = None) -> str:
    with pytest.raises(Invalid) as refusal:
        prepare(raw, limits or ImageLimits())
    assert refusal.value.field == "file"
    return refusal.value.code


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        pytest.param(b"", "blank", id="empty"),
        pytest.param(b"hello", "unsupported", id="text"),
        pytest.param(b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "unsupported", id="svg"),
        pytest.param(b"%PDF-1.7", "unsupported", id="pdf"),
        pytest.param(b"%!PS-Adobe-3.0 EPSF-3.0", "unsupported", id="eps"),
        pytest.param(encoded(Image.new("RGB", (5, 5)), "BMP"), "unsupported", id="bmp"),
        pytest.param(encoded(Image.new("RGB", (5, 5)), "TIFF"), "unsupported", id="tiff"),
        pytest.param(b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", "unsupported", id="heic"),
        pytest.param(b"\xff\xd8\xff", "broken", id="only-the-start-of-a-jpeg"),
        pytest.param(b"\xff\xd8\xff\xe0<?php system('id'); ?>", "broken", id="php-dressed-as-jpeg"),
        pytest.param(b"\x89PNG\r\n\x1a\n", "broken", id="only-the-start-of-a-png"),
        pytest.param(b"GIF89a", "broken", id="only-the-start-of-a-gif"),
        pytest.param(b"RIFF\0\0\0\0WEBP", "broken", id="only-the-start-of-a-webp"),
        pytest.param(webp_of_size(100, 100), "broken", id="webp-without-a-picture"),
        pytest.param(png_of_size(10, 10), "broken", id="png-without-pixels"),
        pytest.param(png_of_size(0, 10), "broken", id="png-without-width"),
    ],
)
def test_what_is_no_picture_is_refused(raw: bytes, code: str) -> None:
    assert code_of(raw) == code


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "GIF", "WEBP"])
@pytest.mark.parametrize("part", [0.3, 0.6, 0.95])
def test_a_truncated_picture_is_refused(kind: str, part: float) -> None:
    raw = encoded(workshop(), kind)
    assert code_of(raw[: int(len(raw) * part)]) == "broken"


def test_a_file_that_is_too_big_is_refused_unread() -> None:
    assert code_of(b"\x89PNG\r\n\x1a\n" + bytes(2000), ImageLimits(max_bytes=2000)) == "too_big"
    with pytest.raises(Invalid) as refusal:
        prepare(bytes(16_777_217))
    assert refusal.value.values == {"maximum": 16_777_216}


def test_a_jpeg_of_endless_passes_is_refused() -> None:
    raw = encoded(workshop(64, 64), "JPEG", progressive=True)
    start = raw.rindex(b"\xff\xda")
    scan = raw[start:-2]
    assert code_of(raw[:-2] + scan * 200 + raw[-2:]) == "broken"


BOMBS: dict[str, Callable[[], bytes]] = {
    "png of 100 megapixels": lambda: png_of_size(10_000, 10_000, many_pixels()),
    "png of 4 gigapixels": lambda: png_of_size(65_000, 65_000, zlib.compress(bytes(1_000_000))),
    "jpeg of 100 megapixels": lambda: encoded(Image.new("L", (10_000, 10_000)), "JPEG", quality=1),
    "webp of 268 megapixels": lambda: webp_of_size(16_383, 16_383),
    "gif of 4 gigapixels": huge_gif,
}

MEASURE = """
import resource, sys
from social.errors import Invalid
from social.posts.images import avatar, prepare
raw = open(sys.argv[1], "rb").read()
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
for make in (prepare, avatar):
    try:
        make(raw)
    except Invalid as refusal:
        print(refusal.code, end=" ")
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
"""


@pytest.mark.parametrize("name", list(BOMBS))
def test_a_bomb_is_refused_by_its_header_and_costs_no_memory(name: str, tmp_path: Path) -> None:
    bomb = tmp_path / "bomb"
    bomb.write_bytes(BOMBS[name]())
    assert bomb.stat().st_size < 2_000_000
    # Another process, because decoders take memory that Python does not count, and the peak never goes down.
    done = subprocess.run(
        [sys.executable, "-c", MEASURE, str(bomb)], cwd=ROOT, capture_output=True, text=True, check=True
    )
    first, second, kibibytes = done.stdout.split()
    assert first == second == "too_many_pixels"
    assert int(kibibytes) < 8 * 1024


def test_a_picture_that_pillow_only_warns_of_is_refused_also_where_warnings_are_errors() -> None:
    assert code_of(png_of_size(10_000, 10_000)) == "too_many_pixels"


def test_the_pixel_limit_is_counted_exactly() -> None:
    limits = ImageLimits(max_pixels=100 * 50)
    assert prepare(encoded(Image.new("RGB", (100, 50)), "PNG"), limits).width == 100
    assert code_of(encoded(Image.new("RGB", (101, 50)), "PNG"), limits) == "too_many_pixels"


def test_an_animation_of_too_many_frames_is_refused() -> None:
    assert code_of(film(12), ImageLimits(max_frames=10)) == "too_many_frames"
    assert prepare(film(10), ImageLimits(max_frames=10)).animated


@pytest.mark.parametrize("kind", ["GIF", "WEBP"])
def test_an_animation_of_too_many_pixels_in_all_is_refused(kind: str) -> None:
    limits = ImageLimits(max_animation_pixels=5 * 120 * 90)
    assert code_of(film(6, kind=kind), limits) == "too_many_pixels"


def test_a_gif_whose_later_frame_is_larger_than_it_says_is_refused() -> None:
    raw = bytearray(film(2, size=(40, 40)))
    second = raw.rindex(b"\x2c\x00\x00\x00\x00")
    raw[second + 5 : second + 9] = struct.pack("<HH", 60_000, 60_000)
    assert code_of(bytes(raw)) in ("too_many_pixels", "broken")


@pytest.mark.filterwarnings("ignore:Corrupt EXIF data:UserWarning")
def test_a_damaged_exif_does_no_harm() -> None:
    raw = encoded(workshop(), "JPEG", exif=b"Exif\0\0II*\0\xff\xff\xff\x7f" + b"\xff" * 60)
    assert (prepare(raw).width, prepare(raw).height) == (800, 600)


@pytest.mark.parametrize("profile", [b"no profile", b"\0" * 200, b"x" * 2_000_000])
def test_a_damaged_colour_profile_does_no_harm(profile: bytes) -> None:
    raw = encoded(Image.new("RGB", (40, 40), (120, 60, 30)), "WEBP", lossless=True, icc_profile=profile)
    assert prepare(raw).width == 40


SAMPLES = [encoded(workshop(60, 40), kind) for kind in ("JPEG", "PNG", "GIF", "WEBP")] + [film(3, kind="WEBP"), film(3)]


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(SAMPLES), st.data())
def test_a_damaged_picture_is_prepared_or_refused_and_nothing_else(sample: bytes, data: st.DataObject) -> None:
    raw = bytearray(sample)
    for _ in range(data.draw(st.integers(1, 6))):
        raw[data.draw(st.integers(0, len(raw) - 1))] = data.draw(st.integers(0, 255))
    try:
        prepared = prepare(bytes(raw))
    except Invalid as refusal:
        assert refusal.field == "file"
    else:
        assert opened(prepared.original).size == (prepared.width, prepared.height)
