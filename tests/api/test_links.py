"""Every list that clients page through: its `Link` header leads over all of it, once, and back to what is newer."""

import re
from datetime import UTC, datetime
from typing import Any

from server.api.paging import Paged
from server.api.table import ROUTES
from social.clock import HOUR
from social.policy import Role
from tests.api.site import Site

OTHERS = ("luc", "carla", "marc")
STRANGERS = ("x1", "x2", "x3")
ADMIN = "read write follow push admin:read admin:write"
DIFFERS = {
    "/api/v1/timelines/link": "pages of the web, which are fetched first: tests/api/test_cards.py",
}
"""What is paged like the others and tested elsewhere."""


async def test_every_paged_list_is_walked_by_its_links(open_site: Site) -> None:
    site = open_site
    names = await filled(site)
    walked = 0
    for endpoint in ROUTES:
        if not issubclass(endpoint.params, Paged) or endpoint.path in DIFFERS:
            continue
        walked += 1
        by = "marc" if "/admin/" in endpoint.path else "amina"
        path = re.sub(r":\w+", lambda found: names[found[0]], endpoint.path.replace("statuses/:id", "statuses/:post"))
        path = path.replace("lists/" + names[":id"], "lists/" + names[":list"])
        path = path.replace("list/" + names[":id"], "list/" + names[":list"])
        whole = marks((await site.get(f"{path}?limit=40", by=by, scopes=ADMIN)).json)
        assert len(whole) >= 3, (path, whole)
        found = await walk(site, path, by)
        # A group that began on a page may show again on a later one.
        assert (list(dict.fromkeys(found)) if path == "/api/v2/notifications" else found) == whole, path
    assert walked >= 30


async def walk(site: Site, path: str, by: str) -> list[str]:
    """One by one, by `next`; what is newer than the first page is nothing."""
    found: list[str] = []
    address = f"{path}?limit=1"
    while address:
        reply = await site.get(address, by=by, scopes=ADMIN)
        page = marks(reply.json)
        assert len(found) <= 40, path
        assert len(page) <= 1, path
        if not found:
            newer = await site.get(reply.links["prev"], by=by, scopes=ADMIN)
            assert marks(newer.json) == [], path
        found += page
        address = reply.links.get("next", "")
        assert not address or (address.startswith(f"{site.base}/api/") and "limit=1" in address), address
        assert page or not address, path
    return found


def marks(page: Any) -> list[str]:
    """What tells the elements of a page apart."""
    if isinstance(page, dict):
        return [one["group_key"] for one in page["notification_groups"]]
    return [one if isinstance(one, str) else one.get("id") or one["name"] for one in page]


async def filled(site: Site) -> dict[str, str]:
    """Three and more of everything that amina, and marc who administers, may page through; ids by parameter."""
    await site.world.person("marc", role=Role.ADMIN)
    for name in ("amina", *OTHERS, *STRANGERS):
        await site.world.person(name)
    amina = str(site.world.id("amina"))
    posts = [await site.say("amina", f"The #gear turns {number}", visibility="public") for number in range(3)]
    team = (await site.post("/api/v1/lists", by="amina", body={"title": "Team"})).json["id"]
    theirs = [await met(site, name, team) for name in OTHERS]
    for post in posts:
        for name in OTHERS:
            await site.post(f"/api/v1/statuses/{post}/favourite", by=name)
    for name in OTHERS:
        await site.post(f"/api/v1/statuses/{posts[0]}/reblog", by=name)
        await site.say(name, "As she says", quoted_status_id=posts[0])
        await site.say(name, "@amina psst", visibility="direct")
    for number, post in enumerate(theirs):
        await site.post(f"/api/v1/statuses/{post}/bookmark", by="amina")
        await site.post(f"/api/v1/statuses/{post}/favourite", by="amina")
        await site.post("/api/v1/domain_blocks", by="amina", body={"domain": f"far{number}.example"})
        await site.post(f"/api/v1/tags/tag{number}/follow", by="amina")
        later = {"status": "Later", "scheduled_at": iso(site, 2 + number)}
        await site.post("/api/v1/statuses", by="amina", body=later)
        for path, body in (
            ("domain_allows", {"domain": f"good{number}.example"}),
            ("domain_blocks", {"domain": f"bad{number}.example", "severity": "silence"}),
        ):
            await site.post(f"/api/v1/admin/{path}", by="marc", scopes=ADMIN, body=body)
    await strange(site, amina)
    await site.settled()
    groups = (await site.get("/api/v2/notifications", by="amina")).json["notification_groups"]
    liked = next(one["group_key"] for one in groups if one["type"] == "favourite")
    return {":id": amina, ":post": posts[0], ":list": team, ":hashtag": "gear", ":group_key": liked}


async def met(site: Site, name: str, team: str) -> str:
    """Amina and somebody follow each other; a post of theirs."""
    id = str(site.world.id(name))
    await site.follow(name, "amina")
    await site.follow("amina", name)
    await site.post(f"/api/v1/accounts/{id}/endorse", by="amina")
    await site.post(f"/api/v1/lists/{team}/accounts", by="amina", body={"account_ids": [id]})
    return await site.say(name, f"A word of {name}", visibility="public")


async def strange(site: Site, amina: str) -> None:
    """People whom amina keeps at a distance."""
    await site.call("PATCH", "/api/v1/accounts/update_credentials", by="amina", body={"locked": True})
    await site.call("PATCH", "/api/v2/notifications/policy", by="amina", body={"for_not_following": "filter"})
    for name in STRANGERS:
        id = site.world.id(name)
        await site.say(name, "@amina hello")
        await site.post(f"/api/v1/accounts/{amina}/follow", by=name)
        await site.post("/api/v1/reports", by=name, body={"account_id": amina, "comment": "Loud"})
        await site.post(f"/api/v1/accounts/{id}/mute", by="amina")
    for number in range(3):
        await site.world.person(f"y{number}")
        await site.post(f"/api/v1/accounts/{site.world.id(f'y{number}')}/block", by="amina")


def iso(site: Site, hours: int) -> str:
    """A time to come, as clients write it."""
    return datetime.fromtimestamp((site.world.clock() + hours * HOUR) / 1000, UTC).isoformat()
