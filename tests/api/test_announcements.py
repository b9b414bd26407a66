"""Bulletins of the site, as apps have them: announcements."""

import json
from typing import Any
from urllib.parse import quote

import pytest

from social.clock import HOUR
from social.errors import Forbidden, Invalid
from social.governance import bulletins
from social.governance.bulletins import BulletinDraft
from social.policy import Role
from storage.bulletins import BulletinId
from storage.ids import Millis
from tests.api.site import Site, eventually

PATH = "/api/v1/announcements"


async def written(site: Site, text: str, **more: object) -> BulletinId:
    """A bulletin of Marc's, who administers."""
    await site.world.person("marc", role=Role.ADMIN)
    return await site.node.db.write(
        bulletins.write,
        site.world.viewer("marc"),
        BulletinDraft(text=text, **more),  # type: ignore[arg-type]  # keywords of BulletinDraft
        urls=site.node.urls,
        now=site.world.clock(),
    )


async def shown(site: Site, by: str = "amina") -> list[dict[str, object]]:
    found: list[dict[str, object]] = (await site.get(PATH, "Announcement[]", by=by)).json
    return found


async def test_what_is_published_is_shown_until_it_ends(site: Site) -> None:
    end = Millis(site.world.clock() + HOUR)
    await written(site, "The canteen is closed #cantine", starts_at=site.world.clock(), ends_at=end, all_day=True)
    await written(site, "Not yet", is_published=False)
    [one] = await shown(site)
    assert "canteen" in str(one["content"])
    assert (one["all_day"], one["read"], one["tags"][0]["name"]) == (True, False, "cantine")  # type: ignore[index]
    site.world.clock.pass_by(hours=1)
    assert await shown(site) == []
    assert site.cost(PATH) <= 3


async def test_it_is_put_away_by_each_for_themselves(site: Site) -> None:
    id = await written(site, "Welcome")
    await site.post(f"{PATH}/{id}/dismiss", by="amina")
    await site.post(f"{PATH}/{id}/dismiss", by="amina")
    assert [one["read"] for one in await shown(site)] == [True]
    assert [one["read"] for one in await shown(site, "luc")] == [False]
    await site.post(f"{PATH}/999/dismiss", by="amina", status=404)


async def test_emojis_stand_below_it_once_for_each(site: Site) -> None:
    id = await written(site, "Welcome")
    for name in ("👍", "❤️", "🇫🇷", "👩🏽‍🔧"):
        await site.call("PUT", f"{PATH}/{id}/reactions/{quote(name)}", by="amina")
        site.world.clock.pass_by(seconds=1)
    for by in ("luc", "luc"):
        await site.call("PUT", f"{PATH}/{id}/reactions/{quote('👍')}", by=by)
    [one] = await shown(site)
    assert one["reactions"][0] == {"name": "👍", "count": 2, "me": True}  # type: ignore[index]
    await site.call("DELETE", f"{PATH}/{id}/reactions/{quote('👍')}", by="amina")
    await site.call("DELETE", f"{PATH}/{id}/reactions/{quote('👍')}", by="amina")
    assert {"name": "👍", "count": 1, "me": False} in (await shown(site))[0]["reactions"]  # type: ignore[operator]
    for name in ("a", "👍👍", "nosuchcode", "<b>", "1"):
        await site.call("PUT", f"{PATH}/{id}/reactions/{quote(name)}", by="amina", status=422)
    await site.call("PUT", f"{PATH}/999/reactions/{quote('👍')}", by="amina", status=404)


async def test_there_are_at_most_eight_different_ones(site: Site) -> None:
    id = await written(site, "Welcome")
    for name in "😀😁😂🤣😃😄😅😆":
        await site.call("PUT", f"{PATH}/{id}/reactions/{quote(name)}", by="amina")
    await site.call("PUT", f"{PATH}/{id}/reactions/{quote('😎')}", by="luc", status=422)
    await site.call("PUT", f"{PATH}/{id}/reactions/{quote('😀')}", by="luc")


async def test_only_administrators_write_and_the_end_comes_after_the_start(site: Site) -> None:
    id = await written(site, "Welcome")
    await site.world.person("luc", role=Role.MODERATOR)
    now = site.world.clock()

    async def write(by: str, draft: BulletinDraft) -> None:
        await site.node.db.write(bulletins.write, site.world.viewer(by), draft, urls=site.node.urls, now=now)

    with pytest.raises(Forbidden):
        await write("luc", BulletinDraft(text="Me too"))
    with pytest.raises(Forbidden):
        await site.node.db.write(bulletins.remove, site.world.viewer("luc"), id, now=now)
    for draft in (BulletinDraft(text=" "), BulletinDraft(text="x", starts_at=now, ends_at=now)):
        with pytest.raises(Invalid):
            await write("marc", draft)


async def test_everybody_connected_is_told(site: Site) -> None:
    url = f"{site.base.replace('http', 'ws')}/api/v1/streaming?stream=user&access_token={await site.token('amina')}"
    async with site.http.ws_connect(url) as socket:

        async def listens() -> bool:
            return site.hub.count == 1

        async def heard() -> dict[str, Any]:
            frame: dict[str, Any] = json.loads((await socket.receive(timeout=10)).data)
            return frame

        await eventually(listens)
        id = await written(site, "Welcome")
        frames = [await heard()]
        await site.call("PUT", f"{PATH}/{id}/reactions/{quote('👍')}", by="luc")
        frames.append(await heard())
        # Of what is gone nothing else is told any more: not before the rest was.
        await site.node.db.write(bulletins.remove, site.world.viewer("marc"), id, now=site.world.clock())
        frames.append(await heard())
    assert [frame["event"] for frame in frames] == ["announcement", "announcement.reaction", "announcement.delete"]
    told = json.loads(frames[0]["payload"])
    assert "read" not in told
    assert json.loads(frames[1]["payload"]) == {"name": "👍", "count": 1, "announcement_id": str(id)}
    assert frames[2]["payload"] == str(id)
