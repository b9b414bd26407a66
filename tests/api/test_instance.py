"""What an app asks before anybody has signed in, and the lists that are empty by nature."""

import base64
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from docs import left_out
from server.api.instance import LEVEL
from social.governance import look
from social.look import Look
from social.policy import Role
from storage.engine.database import Database
from tests.api.site import Site, running


async def test_the_site_announces_itself_and_no_more_than_is_true(site: Site) -> None:
    await site.say("amina", "One")
    second = (await site.get("/api/v2/instance", "Instance")).json
    assert second["version"] == "4.6.0 (compatible; Archipel 0.1.0)"
    assert second["api_versions"] == {"mastodon": 7}
    assert second["contact"]["account"] is None
    assert second["configuration"]["statuses"]["max_characters"] == site.node.settings.posts.max_characters
    assert second["configuration"]["urls"]["streaming"] == f"ws://{site.node.urls.host}"
    assert "image/jpeg" in second["configuration"]["media_attachments"]["supported_mime_types"]
    first = (await site.get("/api/v1/instance/", "V1_Instance")).json
    assert first["uri"] == site.node.urls.host
    assert first["stats"]["status_count"] == 1
    await site.get("/api/v1/instance/rules", "Rule[]")
    await site.get("/api/v1/instance/extended_description", "ExtendedDescription")
    assert (await site.get("/api/v1/instance/peers", by="amina")).json == []
    assert (await site.get("/health")).body == b"OK"


async def test_apps_show_the_picture_of_the_site(site: Site) -> None:
    base = site.node.urls.base
    plain = (await site.get("/api/v2/instance", "Instance")).json
    assert plain["thumbnail"]["url"] == site.node.urls.default_header()
    assert [one["size"] for one in plain["icon"]] == ["192x192", "512x512"]
    with BytesIO() as out:
        Image.new("RGB", (40, 20), "#204060").save(out, "PNG")
        logo = base64.b64encode(out.getvalue()).decode()
    await site.world.person("ines", role=Role.ADMIN)
    ines, now = site.world.viewer("ines"), site.node.clock()
    site.node.dress(await site.node.db.write(look.change, ines, Look(logo=logo), now=now))
    shown = (await site.get("/api/v2/instance", "Instance")).json
    first = (await site.get("/api/v1/instance", "V1_Instance")).json
    assert shown["thumbnail"]["url"] == first["thumbnail"] != plain["thumbnail"]["url"]
    assert {one["src"] for one in shown["icon"]} & {one["src"] for one in plain["icon"]} == set()
    for address in (shown["thumbnail"]["url"], *(one["src"] for one in shown["icon"])):
        assert address.startswith(base)
        assert (await site.get(address)).headers["Content-Type"] == "image/png"


@pytest.mark.parametrize(
    ("path", "entity"),
    [
        ("/api/v1/custom_emojis", "CustomEmoji[]"),
        ("/api/v1/announcements", "Announcement[]"),
        ("/api/v1/filters", "V1_Filter[]"),
        ("/api/v2/filters", "Filter[]"),
        ("/api/v1/lists", "List[]"),
        ("/api/v1/followed_tags", "Tag[]"),
        ("/api/v1/featured_tags", "FeaturedTag[]"),
        ("/api/v1/endorsements", "Account[]"),
        ("/api/v1/conversations", "Conversation[]"),
        ("/api/v1/scheduled_statuses", "ScheduledStatus[]"),
        ("/api/v2/suggestions", "Suggestion[]"),
        ("/api/v1/trends/tags", "Tag[]"),
        ("/api/v1/trends/statuses", "Status[]"),
        ("/api/v1/trends/links", "TrendsLink[]"),
    ],
)
async def test_what_nobody_can_make_yet_is_an_empty_list(site: Site, path: str, entity: str) -> None:
    assert (await site.get(path, entity, by="amina")).json == []


@pytest.mark.parametrize(
    "path",
    [
        "/api/v1/push/subscription",
        "/api/v1/polls/1",
        "/api/v1/what/ever",
        "/api/v9/timelines/home",
        "/api/",
    ],
)
async def test_what_is_not_built_is_not_found_in_mastodons_form(site: Site, path: str) -> None:
    reply = await site.get(path, by="amina", status=404)
    assert reply.headers["Access-Control-Allow-Origin"] == "*"


async def test_an_open_site_says_whom_one_turns_to(sqlite_db: Database, tmp_path: Path) -> None:
    async with running(sqlite_db, tmp_path, is_open=True) as site:
        assert (await site.get("/api/v1/instance", "V1_Instance")).json["contact_account"] is None
        await site.world.person("marc", role=Role.ADMIN)
        await site.world.person("amina", role=Role.ADMIN)
        for path, entity in (("/api/v1/instance", "V1_Instance"), ("/api/v2/instance", "Instance")):
            found = (await site.get(path, entity)).json
            assert (found.get("contact_account") or found["contact"]["account"])["username"] == "marc"


def test_the_level_is_no_more_than_what_is_served() -> None:
    unserved = set(left_out.unserved())
    quotes = {
        call for call in left_out.CALLS.read_text().splitlines() if "/quotes" in call or "interaction_policy" in call
    }
    grouped = {call for call in left_out.CALLS.read_text().splitlines() if "/api/v2/notifications" in call}
    assert quotes and grouped
    assert not (quotes | grouped) & unserved, "below level 7"
    assert LEVEL == 7 and "POST /api/v1/collections" in unserved, "collections make it 10"
