"""Each public stream carries its part: of here, of elsewhere, with pictures, under a hashtag."""

import aiohttp
import pytest

from social.clock import iso
from social.posts.attached import ReceivedMedia
from social.posts.publish import Received, receive
from storage.ids import PostId
from storage.visibility import Visibility
from tests.api.site import Site, eventually
from tests.api.test_media import picture, upload
from tests.api.test_streaming import ear

PLAIN = ("public", "public:media", "public:local", "public:local:media", "public:remote", "public:remote:media")
TAGGED = ("hashtag", "hashtag:local")


async def say_elsewhere(site: Site, number: int, **said: object) -> PostId:
    """Bruno of another node says something under #line3."""
    world = site.world
    bruno = await world.elsewhere("bruno")
    uri = f"https://siege.example/notes/{number}"
    note = Received(
        uri=uri,
        url=uri,
        visibility=Visibility.PUBLIC,
        html=f"<p>{iso(world.clock())}</p>",
        published_at=world.clock(),
        tags=("line3",),
        **said,  # type: ignore[arg-type]  # keywords of Received
    )
    return await world.db.write(receive, bruno, note, ids=world.ids, live=True, now=world.clock())


async def test_each_public_stream_carries_its_part(site: Site) -> None:
    drawn = ReceivedMedia(remote_url="https://siege.example/a.png", mime="image/png")
    async with ear(site, "marc") as marc:
        for stream in PLAIN:
            await marc.subscribe(stream)
        for stream in TAGGED:
            await marc.subscribe(stream, tag="line3")

        async def heard(*streams: str) -> None:
            frames = [await marc.hear() for _ in streams]
            assert sorted(frame["stream"][0] for frame in frames) == sorted(streams)

        await site.say("amina", "#line3 here")
        await heard("public", "public:local", "hashtag", "hashtag:local")
        shown = await upload(site, picture())
        await site.say("amina", "Look", media_ids=[shown["id"]])
        await heard("public", "public:media", "public:local", "public:local:media")
        await say_elsewhere(site, 1)
        await heard("public", "public:remote", "hashtag")
        await say_elsewhere(site, 2, media=(drawn,))
        await heard("public", "public:media", "public:remote", "public:remote:media", "hashtag")
        for stream in PLAIN[1:]:
            await marc.unsubscribe(stream)
        await site.say("amina", "Only public")
        await heard("public")


@pytest.mark.parametrize(
    "path",
    [
        "public",
        "public/local",
        "public?only_media=false",
        "hashtag?tag=line3",
        "hashtag/local?tag=line3",
        "user/notification",
        "direct",
    ],
)
async def test_each_is_an_event_stream_too(site: Site, path: str) -> None:
    await site.world.person("marc")
    headers = {"Authorization": f"Bearer {await site.token('marc')}"}
    event = {"user/notification": "notification", "direct": "conversation"}.get(path, "update")
    async with site.http.get(f"{site.base}/api/v1/streaming/{path}", headers=headers) as stream:
        assert stream.status == 200 and stream.headers["Content-Type"].startswith("text/event-stream")
        await eventually(lambda: _joined(site))
        await site.say("amina", "@marc #line3 stops", visibility="direct" if path == "direct" else "public")
        assert await _next_event(stream) == f"event: {event}"


async def test_remote_posts_are_an_event_stream_too(site: Site) -> None:
    await site.world.person("marc")
    headers = {"Authorization": f"Bearer {await site.token('marc')}"}
    async with site.http.get(f"{site.base}/api/v1/streaming/public/remote", headers=headers) as stream:
        await eventually(lambda: _joined(site))
        await site.say("amina", "Not this")
        post = await say_elsewhere(site, 1)
        assert await _next_event(stream) == "event: update"
        assert str(post).encode() in await stream.content.readline()


async def _next_event(stream: aiohttp.ClientResponse) -> str:
    while not (line := (await stream.content.readline()).decode().strip()).startswith("event:"):
        assert stream.content.at_eof() is False
    return line


async def _joined(site: Site) -> bool:
    return site.hub.count == 1


async def test_the_page_of_a_forum_is_shown_under_its_title(site: Site) -> None:
    """Apps know no titles: PieFed and Lemmy say there what a link is about."""
    post = await say_elsewhere(site, 1, title="Line 3 <stops>")
    shown = (await site.get(f"/api/v1/statuses/{post}", "Status", by="marc")).json
    assert shown["content"].startswith("<p><strong>Line 3 &lt;stops&gt;</strong></p><p>")
