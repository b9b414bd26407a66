"""Pictures of elsewhere: brought here once, made harmless, never from strangers."""

import pytest

from social.errors import Unavailable
from storage import media
from storage.ids import MediaId, PostId
from storage.media import MediaRow
from tests.federation.neighbour import Neighbour, Somebody
from tests.federation.station import Station
from tests.federation.test_apply_posts import followed
from tests.social.pictures import encoded, workshop


async def a_picture(station: Station, siege: Neighbour, bruno: Somebody, url: str) -> tuple[PostId, MediaRow]:
    await followed(station, siege, bruno)
    attachment = {"type": "Document", "mediaType": "image/jpeg", "url": url, "name": "A press"}
    await station.accept(siege, siege.create(siege.note(bruno, attachment=[attachment])), by=bruno)
    (post,) = await station.posts()
    (picture,) = await station.db.read(media.of_posts, [post.id])
    return post.id, picture


async def test_a_picture_is_brought_here_once_and_made_harmless(
    station: Station, siege: Neighbour, bruno: Somebody
) -> None:
    raw = encoded(workshop(320, 200), "JPEG")
    url = siege.answer("/a.jpg", raw, headers={"Content-Type": "image/jpeg"})
    post, picture = await a_picture(station, siege, bruno, url)
    await station.run_jobs()
    assert await station.federation.remote.media(picture.id)
    (kept,) = await station.db.read(media.of_posts, [post])
    assert (kept.width, kept.height, kept.mime, kept.description) == (320, 200, "image/jpeg", "A press")
    assert kept.file_key is not None and kept.small_key is not None and kept.blurhash
    assert station.federation.wire.files.read(kept.file_key)  # type: ignore[arg-type]  # a key of the store
    asked = [seen for seen in siege.requests if seen.path == "/a.jpg"]
    assert len(asked) == 1 and asked[0].header("Signature")


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        pytest.param(b"<svg/>", "image/svg+xml", id="no picture"),
        pytest.param(b"<html>", "text/html", id="a page"),
        pytest.param(b"\xff\xd8\xff" + b"0" * 100, "image/jpeg", id="broken"),
    ],
)
async def test_a_picture_that_is_none_is_not_kept_and_not_asked_for_again(
    quick: Station, siege: Neighbour, bruno: Somebody, body: bytes, kind: str
) -> None:
    url = siege.answer("/a.jpg", body, headers={"Content-Type": kind})
    post, picture = await a_picture(quick, siege, bruno, url)
    await quick.run_jobs()
    for _ in range(2):
        assert not await quick.federation.remote.media(picture.id)
    (kept,) = await quick.db.read(media.of_posts, [post])
    assert kept.file_key is None
    assert len([seen for seen in siege.requests if seen.path == "/a.jpg"]) == 1


@pytest.mark.parametrize("way", ["straight", "by a redirection"])
async def test_a_picture_at_a_stranger_s_is_not_asked_for(
    quick: Station, siege: Neighbour, bruno: Somebody, way: str
) -> None:
    async with Neighbour("elsewhere.localhost") as elsewhere:
        url = elsewhere.answer("/a.jpg", encoded(workshop(10, 10), "JPEG"), headers={"Content-Type": "image/jpeg"})
        if way == "by a redirection":
            url = siege.redirect("/a.jpg", url)
        _, picture = await a_picture(quick, siege, bruno, url)
        await quick.run_jobs()
        assert not await quick.federation.remote.media(picture.id)
        assert elsewhere.requests == []


async def test_a_picture_whose_node_is_away_is_asked_for_again(
    quick: Station, siege: Neighbour, bruno: Somebody
) -> None:
    _, picture = await a_picture(quick, siege, bruno, siege.answer("/a.jpg", status=503))
    with pytest.raises(Unavailable):
        await quick.run_jobs()
    assert not await quick.federation.remote.media(picture.id)


async def test_there_is_no_picture_behind_an_unknown_id(quick: Station) -> None:
    assert not await quick.federation.remote.media(MediaId(1))
