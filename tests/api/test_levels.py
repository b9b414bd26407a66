"""`api_versions.mastodon`: each level up to the announced one, what it promises, and a probe that shows it.

The promises are those of Mastodon's documentation of July 2026 ("Version history" of its methods and entities, and its
pages on quotes and collections). It names nothing for level 1, the first announced number, and nothing for 6: by 6
stands what it says that 4.4.0 added without a number of its own.
"""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest

from server.api.instance import LEVEL
from storage.engine.database import Database
from tests.api.site import Site, running
from tests.api.test_media import picture, upload
from tests.api.test_quotes import quote

Probe = Callable[[Site], Awaitable[None]]


class Promise(msgspec.Struct, frozen=True):
    """What clients expect of a level."""

    level: int
    says: str
    probe: Probe


async def several_at_once(site: Site) -> None:
    first, second = await site.say("amina", "One"), await site.say("amina", "Two")
    found = (await site.get(f"/api/v1/statuses?id[]={first}&id[]={second}", "Status[]", by="luc")).json
    assert {one["id"] for one in found} == {first, second}
    amina = site.world.id("amina")
    assert len((await site.get(f"/api/v1/accounts?id[]={amina}", "Account[]", by="luc")).json) == 1


async def grouped_notifications(site: Site) -> None:
    post = await site.say("amina", "One")
    for name in ("luc", "marc"):
        await site.post(f"/api/v1/statuses/{post}/favourite", "Status", by=name)
    await site.settle()
    path = "/api/v2/notifications"
    for query in ("", "?expand_accounts=partial_avatars"):
        found = (await site.get(f"{path}{query}", "GroupedNotificationsResults", by="amina")).json
        (group,) = found["notification_groups"]
        assert (group["type"], group["notifications_count"]) == ("favourite", 2)
    key = group["group_key"]
    assert (await site.get(f"{path}/unread_count", by="amina")).json == {"count": 1}
    await site.get(f"{path}/{key}", "GroupedNotificationsResults", by="amina")
    assert len((await site.get(f"{path}/{key}/accounts", "Account[]", by="amina")).json) == 2
    await site.get(f"{path}/policy", "NotificationPolicy", by="amina")
    await site.post(f"{path}/{key}/dismiss", by="amina")
    assert (await site.get(f"{path}/unread_count", by="amina")).json == {"count": 0}


async def attribution_domains(site: Site) -> None:
    body = {"attribution_domains": ["example.com"]}
    path = "/api/v1/accounts/update_credentials"
    me = (await site.call("PATCH", path, "CredentialAccount", by="amina", body=body)).json
    assert me["source"]["attribution_domains"] == ["example.com"]


async def media_deleted(site: Site) -> None:
    unused = await upload(site, picture())
    await site.call("DELETE", f"/api/v1/media/{unused['id']}", by="amina")
    used = await upload(site, picture())
    post = await site.say("amina", "", media_ids=[used["id"]])
    await site.call("DELETE", f"/api/v1/statuses/{post}?delete_media=true", "DeletedStatus", by="amina")
    await site.get(f"/api/v1/media/{used['id']}", by="amina", status=404)


async def veiled(site: Site) -> None:
    body = {
        "title": "Lunch",
        "context": ["home"],
        "filter_action": "blur",
        "keywords_attributes": [{"keyword": "soup"}],
    }
    made = (await site.post("/api/v2/filters", "Filter", by="amina", body=body)).json
    assert made["filter_action"] == "blur"
    post = await site.say("luc", "Soup again")
    shown = (await site.get(f"/api/v1/statuses/{post}", "Status", by="amina")).json
    assert shown["filtered"][0]["filter"]["filter_action"] == "blur"


async def featuring(site: Site) -> None:
    await site.say("luc", "#Line3 stops")
    await site.follow("amina", "luc")
    luc = site.world.id("luc")
    endorsed = (await site.post(f"/api/v1/accounts/{luc}/endorse", "Relationship", by="amina")).json
    assert endorsed["endorsed"]
    mine = f"/api/v1/accounts/{site.world.id('amina')}/endorsements"
    assert [one["acct"] for one in (await site.get(mine, "Account[]", by="luc")).json] == ["luc"]
    await site.post(f"/api/v1/accounts/{luc}/unendorse", "Relationship", by="amina")
    tag = (await site.post("/api/v1/tags/line3/feature", "Tag", by="luc")).json
    assert tag["featuring"]
    assert not (await site.post("/api/v1/tags/line3/unfeature", "Tag", by="luc")).json["featuring"]
    second = (await site.get("/api/v2/instance", "Instance")).json
    assert {"about", "privacy_policy", "terms_of_service"} <= set(second["configuration"]["urls"])


async def quotes(site: Site) -> None:
    first = await site.say("amina", "Line 3 stops", quote_approval_policy="public")
    made = await quote(site, "luc", first, quote_approval_policy="nobody")
    assert (made["quote"]["state"], made["quote_approval"]["current_user"]) == ("accepted", "automatic")
    assert (await site.get(f"/api/v1/statuses/{first}", "Status", by="marc")).json["quotes_count"] == 1
    assert len((await site.get(f"/api/v1/statuses/{first}/quotes", "Status[]", by="amina")).json) == 1
    await site.settle()
    await site.call("PUT", f"/api/v1/statuses/{first}", "Status", by="amina", body={"status": "It runs"})
    await site.settle()
    for name, kind in (("amina", "quote"), ("luc", "quoted_update")):
        told = (await site.get(f"/api/v1/notifications?types[]={kind}", "Notification[]", by=name)).json
        assert [one["status"]["id"] for one in told] == [made["id"]]
    await site.post(f"/api/v1/statuses/{first}/quotes/{made['id']}/revoke", "Status", by="amina")
    policy = f"/api/v1/statuses/{first}/interaction_policy"
    changed = await site.call("PUT", policy, "Status", by="amina", body={"quote_approval_policy": "nobody"})
    assert changed.json["quote_approval"]["automatic"] == []
    me = await site.call(
        "PATCH",
        "/api/v1/accounts/update_credentials",
        "CredentialAccount",
        by="amina",
        body={"source": {"quote_policy": "followers"}},
    )
    assert me.json["source"]["quote_policy"] == "followers"
    preferences = (await site.get("/api/v1/preferences", "Preferences", by="amina")).json
    assert preferences["posting:default:quote_policy"] == "followers"


async def years(site: Site) -> None:
    await site.get("/api/v1/profile", "Profile", by="amina")
    await site.get(f"/api/v1/annual_reports/{datetime.now(UTC).year}/state", by="amina")


async def pictures_described(site: Site) -> None:
    found = (await site.get("/api/v1/profile", "Profile", by="amina")).json
    assert {"avatar_description", "header_description"} <= set(found)


async def collections(site: Site) -> None:
    await site.world.person("amina")
    await site.get(f"/api/v1/accounts/{site.world.id('amina')}/collections", by="amina")


PROMISES = (
    Promise(1, "several posts and accounts by their ids", several_at_once),
    Promise(2, "notifications in groups", grouped_notifications),
    Promise(3, "domains that may name somebody as an author", attribution_domains),
    Promise(4, "media deleted, alone or with their post", media_deleted),
    Promise(5, "filters that veil", veiled),
    Promise(6, "people and hashtags put forward, addresses of the site's words", featuring),
    Promise(7, "quotes, who may quote, what is told of them", quotes),
    Promise(8, "the own profile as it was typed, a year's report", years),
    Promise(9, "the own pictures described", pictures_described),
    Promise(10, "collections of accounts", collections),
)


@pytest.mark.parametrize("promise", [pytest.param(one, id=f"{one.level}-{one.says}") for one in PROMISES[:LEVEL]])
async def test_what_an_announced_level_promises_is_there(sqlite_db: Database, promise: Promise, tmp_path: Path) -> None:
    async with running(sqlite_db, tmp_path) as site:
        await promise.probe(site)


async def test_no_higher_level_could_be_announced(sqlite_db: Database, tmp_path: Path) -> None:
    assert [one.level for one in PROMISES] == list(range(1, len(PROMISES) + 1))
    async with running(sqlite_db, tmp_path) as site:
        assert (await site.get("/api/v2/instance", "Instance")).json["api_versions"] == {"mastodon": LEVEL}
        with pytest.raises(AssertionError, match="404"):
            await PROMISES[LEVEL].probe(site)
