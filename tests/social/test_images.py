"""Pictures: what is kept of them, what is made of them, and that nothing but pixels is kept."""

import threading
from io import BytesIO

import pytest
from PIL import Image, ImageCms, ImageDraw

from social.posts import blurhash
from social.posts.images import MIME, SUFFIX, Format, ImageLimits, Prepared, avatar, header, prepare
from tests.social.pictures import encoded, film, opened, workshop


@pytest.mark.parametrize(
    ("kind", "mime", "options"),
    [
        pytest.param("JPEG", "image/jpeg", {}, id="jpeg"),
        pytest.param("JPEG", "image/jpeg", {"progressive": True}, id="progressive-jpeg"),
        pytest.param("PNG", "image/png", {}, id="png"),
        pytest.param("GIF", "image/png", {}, id="still-gif-becomes-png"),
        pytest.param("WEBP", "image/webp", {}, id="webp"),
        pytest.param("WEBP", "image/webp", {"lossless": True}, id="lossless-webp"),
    ],
)
def test_a_picture_is_kept_in_its_kind_with_a_small_one_beside(
    kind: str, mime: str, options: dict[str, object]
) -> None:
    prepared = prepare(encoded(workshop(), kind, **options))
    original, small = opened(prepared.original), opened(prepared.small)
    assert (prepared.mime, prepared.width, prepared.height) == (mime, 800, 600)
    assert (original.size, MIME[kind_of(original)]) == ((800, 600), mime)
    assert (prepared.small_mime, prepared.small_width, prepared.small_height) == ("image/jpeg", 640, 480)
    assert small.size == (640, 480)
    assert prepared.animated is False
    assert len(prepared.blurhash) == 6 + 2 * 11
    assert SUFFIX[mime].startswith(".")


def kind_of(image: Image.Image) -> Format:
    assert image.format in MIME
    return image.format


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "CMYK", "I;16"])
def test_every_mode_of_pixels_is_understood(mode: str) -> None:
    raw = encoded(Image.new(mode, (90, 70)), "JPEG" if mode == "CMYK" else "PNG")
    prepared = prepare(raw)
    assert opened(prepared.original).mode in ("RGB", "RGBA")
    assert (prepared.width, prepared.height) == (90, 70)


def test_sixteen_bits_of_grey_are_scaled_and_not_cut() -> None:
    grey = opened(prepare(encoded(Image.new("I;16", (20, 20), 0x8000), "PNG")).original)
    assert grey.getpixel((5, 5)) == (128, 128, 128)


def test_a_large_picture_is_scaled_to_the_longest_side_that_is_kept() -> None:
    prepared = prepare(encoded(workshop(5000, 2500), "JPEG", quality=60))
    assert (prepared.width, prepared.height) == (3840, 1920)
    assert opened(prepared.original).size == (3840, 1920)


@pytest.mark.parametrize("size", [(1, 1), (1, 3000), (9000, 1), (3, 2)])
def test_the_strangest_shapes_keep_at_least_a_pixel(size: tuple[int, int]) -> None:
    prepared = prepare(encoded(Image.new("RGB", size, "teal"), "PNG"))
    assert min(prepared.width, prepared.height, prepared.small_width, prepared.small_height) >= 1
    assert max(prepared.width, prepared.height) <= 3840
    assert prepared.small_width <= 640


def test_what_shows_through_stays_so_and_the_small_one_too() -> None:
    glass = Image.new("RGBA", (300, 200), (255, 0, 0, 0))
    ImageDraw.Draw(glass).rectangle((100, 50, 200, 150), fill=(0, 0, 255, 255))
    prepared = prepare(encoded(glass, "PNG"))
    assert (prepared.mime, prepared.small_mime) == ("image/png", "image/webp")
    for data in (prepared.original, prepared.small):
        corner = opened(data).convert("RGBA").getpixel((0, 0))
        assert isinstance(corner, tuple)
        assert corner[3] == 0
    assert prepared.blurhash == prepare(encoded(flattened(glass), "PNG")).blurhash


def flattened(image: Image.Image) -> Image.Image:
    paper = Image.new("RGB", image.size, "white")
    paper.paste(image, mask=image.getchannel("A"))
    return paper


def test_a_heavy_png_is_kept_as_a_lighter_kind() -> None:
    noise = Image.effect_noise((1400, 1200), 90).convert("RGB")
    noise.putpixel((0, 0), (255, 0, 0))
    coloured = Image.merge("RGB", [Image.effect_noise(noise.size, 90) for _ in range(3)])
    prepared = prepare(encoded(coloured, "PNG"))
    assert prepared.mime == "image/jpeg"
    assert len(prepared.original) < len(encoded(coloured, "PNG")) / 2


# EXIF orientation → where the red corner is when it is upright.
CORNERS = {1: (0, 0), 2: (1, 0), 3: (1, 1), 4: (0, 1), 5: (0, 0), 6: (1, 0), 7: (1, 1), 8: (0, 1)}


@pytest.mark.parametrize("orientation", list(CORNERS))
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_picture_taken_with_a_turned_camera_stands_upright(kind: str, orientation: int) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    prepared = prepare(encoded(workshop(400, 200), kind, exif=exif))
    upright = opened(prepared.original).convert("RGB")
    expected = (200, 400) if orientation >= 5 else (400, 200)
    assert upright.size == expected == (prepared.width, prepared.height)
    right, low = CORNERS[orientation]
    red, green, _ = upright.getpixel((10 + right * (expected[0] - 20), 10 + low * (expected[1] - 20)))  # type: ignore[misc]  # RGB gives a tuple
    assert red > 150 > 90 > green


SECRETS = (b"45.7640", b"SN-4711", b"usine-secret", b"Exif", b"ICC_PROFILE", b"iCCP", b"tEXt", b"eXIf", b"XMP", b"http")


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF"])
def test_nothing_of_the_file_is_kept_but_the_pixels(kind: str) -> None:
    exif = Image.Exif()
    exif[0x010F] = "SN-4711"
    exif.get_ifd(0x8825)[0x001D] = "45.7640"
    options: dict[str, object] = {"comment": b"usine-secret"}
    if kind != "GIF":
        options |= {"exif": exif, "icc_profile": ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()}
    if kind in ("JPEG", "WEBP"):
        options["xmp"] = b"<x:xmpmeta>usine-secret</x:xmpmeta>"
    raw = encoded(workshop(), kind, **options)
    assert any(secret in raw for secret in SECRETS)
    for make in (prepare, avatar, header):
        prepared = make(raw)
        for data in (prepared.original, prepared.small):
            assert [secret for secret in SECRETS if secret in data] == []
            assert set(opened(data).info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density", "progressive",
                                              "progression", "loop", "background", "timestamp", "duration"}  # fmt: skip


def test_an_animation_keeps_no_comment_either() -> None:
    raw = film(3, comment=b"usine-secret")
    assert b"usine-secret" in raw
    assert b"usine-secret" not in prepare(raw).original


def test_colours_are_what_the_profile_means() -> None:
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    # Red and green exchange their places in the profile: what was written as red is meant as green.
    red, green = srgb.index(b"rXYZ"), srgb.index(b"gXYZ")
    swapped = bytearray(srgb)
    swapped[red : red + 4], swapped[green : green + 4] = b"gXYZ", b"rXYZ"
    picture = Image.new("RGB", (40, 40), (200, 20, 20))
    for profile, strongest in ((None, 0), (srgb, 0), (bytes(swapped), 1)):
        options = {"icc_profile": profile} if profile else {}
        for kind in ("JPEG", "PNG"):
            seen = opened(prepare(encoded(picture, kind, **options)).original).getpixel((5, 5))
            assert isinstance(seen, tuple)
            assert seen.index(max(seen)) == strongest


@pytest.mark.parametrize("kind", ["GIF", "WEBP"])
def test_an_animation_keeps_its_frames_its_pace_and_moves_for_ever(kind: str) -> None:
    pace = [50, 120, 200, 80]
    prepared = prepare(film(4, size=(1280, 720), kind=kind, duration=pace, loop=0))
    moving = Image.open(BytesIO(prepared.original))
    assert prepared.animated is True
    assert prepared.mime == f"image/{kind.lower()}"
    assert moving.size == (640, 360) == (prepared.width, prepared.height)
    assert getattr(moving, "n_frames", 1) == 4
    shown = []
    for frame in range(4):
        moving.seek(frame)
        moving.load()
        shown.append(moving.info["duration"])
    assert shown == pace
    assert moving.info["loop"] == 0
    assert prepared.small_mime == "image/jpeg"


def test_a_long_animation_becomes_smaller_to_stay_within_its_memory() -> None:
    prepared = prepare(film(60, size=(600, 600), duration=40))
    assert prepared.width * prepared.height * 60 <= ImageLimits().animation_pixels
    assert prepared.animated


def test_an_avatar_is_the_middle_square() -> None:
    wide = Image.new("RGB", (900, 300), "blue")
    ImageDraw.Draw(wide).rectangle((300, 0, 600, 300), fill="red")
    prepared = avatar(encoded(wide, "PNG"))
    assert (prepared.width, prepared.height, prepared.small_width, prepared.small_height) == (400, 400, 128, 128)
    picture = opened(prepared.original).convert("RGB")
    assert picture.size == (400, 400)
    for corner in ((8, 8), (390, 8), (8, 390), (390, 390)):
        assert picture.getpixel(corner) == (255, 0, 0)


def test_a_header_is_three_times_as_wide_as_high() -> None:
    prepared = header(encoded(workshop(), "JPEG"))
    assert opened(prepared.original).size == (1500, 500) == (prepared.width, prepared.height)
    assert opened(prepared.small).size == (600, 200)


def test_a_moving_avatar_stands_still() -> None:
    prepared = avatar(film(5))
    assert prepared.animated is False
    assert getattr(opened(prepared.original), "n_frames", 1) == 1


def test_pictures_are_prepared_alike_in_many_threads() -> None:
    raw = encoded(workshop(), "JPEG")
    alone = prepare(raw)
    results: list[Prepared] = []
    threads = [threading.Thread(target=lambda: results.append(prepare(raw))) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results == [alone] * 6


def test_a_blurhash_is_that_of_the_reference_encoder() -> None:
    image = Image.new("RGB", (32, 24))
    image.putdata([(x * 8, y * 10, (x * y) % 256) for y in range(24) for x in range(32)])
    assert blurhash.encode(image, 4, 3) == REFERENCE[4, 3]
    assert blurhash.encode(image, 6, 6) == REFERENCE[6, 6]
    assert blurhash.encode(image, 1, 1) == REFERENCE[1, 1]


# Made by blurhash-python 1.2.2 (the C encoder of the format's authors).
REFERENCE = {
    (4, 3): "LxH27h2lwtX3mAWUjwfAgFfmfTfi",
    (6, 6): "oxH27h2lwtX3a^ofmAWUjwfAfTf6gFfmfTfifNfin$WsjsfNfTfTe-fTfNfTfSfNofWojrfTfNfS",
    (1, 1): "00H27h",
}


@pytest.mark.parametrize(("across", "down"), [(0, 3), (7, 3), (3, 0), (3, 7)])
def test_a_blurhash_of_more_than_six_components_is_refused(across: int, down: int) -> None:
    with pytest.raises(ValueError, match="components"):
        blurhash.encode(Image.new("RGB", (4, 4)), across, down)
