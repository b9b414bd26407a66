"""Accounts and relations through the API."""

from io import BytesIO

import pytest
from PIL import Image

from tests.api.site import Site, eventually


def picture(size: tuple[int, int] = (640, 480), kind: str = "PNG") -> bytes:
    """A picture of one colour."""
    out = BytesIO()
    Image.new("RGB", size, "#356").save(out, kind)
    return out.getvalue()


async def test_ones_own_account_has_its_source_and_role(site: Site) -> None:
    me = (await site.get("/api/v1/accounts/verify_credentials", "CredentialAccount", by="amina")).json
    assert (me["acct"], me["display_name"]) == ("amina", "Amina Benali")
    assert me["source"]["privacy"] == "public"
    assert me["url"] == f"{site.base}/@amina"
    await site.get("/api/v1/accounts/verify_credentials", "CredentialAccount", by="amina", scopes="profile")
    await site.get("/api/v1/accounts/verify_credentials", by="amina", scopes="write", status=403)


async def test_a_profile_is_changed_field_by_field(site: Site) -> None:
    form = [
        ("display_name", "Amina B."),
        ("note", "Maintenance & more"),
        ("locked", "true"),
        ("bot", "0"),
        ("fields_attributes[0][name]", "Desk"),
        ("fields_attributes[0][value]", "https://usine.example/hall3"),
        ("source[privacy]", "unlisted"),
        ("source[language]", "fr"),
    ]
    path = "/api/v1/accounts/update_credentials"
    me = (await site.call("PATCH", path, "CredentialAccount", by="amina", form=form)).json
    assert (me["display_name"], me["locked"], me["bot"]) == ("Amina B.", True, False)
    assert me["note"] == "<p>Maintenance &amp; more</p>"
    assert me["source"]["note"] == "Maintenance & more"
    assert (me["source"]["privacy"], me["source"]["language"]) == ("unlisted", "fr")
    assert me["fields"][0]["name"] == "Desk"
    assert 'href="https://usine.example/hall3"' in me["fields"][0]["value"]
    body = {"fields_attributes": {"0": {"name": "Hall", "value": "3"}}}
    me = (await site.call("PUT", path, "CredentialAccount", by="amina", body=body)).json
    assert [field["name"] for field in me["source"]["fields"]] == ["Hall"]
    assert me["display_name"] == "Amina B."
    preferences = (await site.get("/api/v1/preferences", "Preferences", by="amina")).json
    assert preferences["posting:default:visibility"] == "unlisted"
    post = (await site.post("/api/v1/statuses", "Status", by="amina", body={"status": "Quietly"})).json
    assert (post["visibility"], post["language"]) == ("unlisted", "fr")


async def test_an_avatar_is_set_shown_and_taken_away(site: Site) -> None:
    files = {"avatar": ("me.png", picture())}
    path = "/api/v1/accounts/update_credentials"
    me = (await site.call("PATCH", path, "CredentialAccount", by="amina", form={}, files=files)).json
    shown = await site.get(me["avatar"])
    assert shown.headers["Content-Type"].startswith("image/")
    assert Image.open(BytesIO(shown.body)).size == (400, 400)
    gone = (await site.call("DELETE", "/api/v1/profile/avatar", "CredentialAccount", by="amina")).json
    assert gone["avatar"].endswith(".png")
    drawn = await site.get(gone["avatar"])
    assert Image.open(BytesIO(drawn.body)).size == (400, 400)
    assert Image.open(BytesIO((await site.get(gone["header"])).body)).size == (1500, 500)


async def test_a_profile_that_is_wrong_says_which_field(site: Site) -> None:
    path = "/api/v1/accounts/update_credentials"
    reply = await site.call("PATCH", path, by="amina", body={"display_name": "x" * 500}, status=422)
    assert reply.json["error"].startswith("Validation failed: Display name")
    files = {"avatar": ("me.png", b"no picture at all")}
    await site.call("PATCH", path, by="amina", form={}, files=files, status=422)


@pytest.mark.parametrize("written", ["luc", "@luc", "LUC", "luc@{host}", "@luc@{host}"])
async def test_an_account_is_looked_up_in_every_writing(site: Site, written: str) -> None:
    await site.world.person("luc")
    acct = written.format(host=site.node.urls.host)
    found = await site.get(f"/api/v1/accounts/lookup?acct={acct}", "Account", by="amina")
    assert found.json["acct"] == "luc"
    assert site.remote.asked == []


async def test_an_account_nobody_knows_is_not_found_and_not_asked_for(site: Site) -> None:
    await site.get("/api/v1/accounts/lookup?acct=nobody@siege.example", by="amina", status=404)
    await site.get("/api/v1/accounts/123", by="amina", status=404)
    await site.get("/api/v1/accounts/what", by="amina", status=404)
    await site.get("/api/v1/accounts/lookup", by="amina", status=400)
    assert site.remote.asked == []


async def test_people_are_searched_here_and_with_resolve_elsewhere(site: Site) -> None:
    await site.world.person("luc")
    bruno = await site.world.elsewhere("bruno")
    site.remote.accounts["bruno@siege.example"] = bruno.id
    found = await site.get("/api/v1/accounts/search?q=luc", "Account[]", by="amina")
    assert [one["acct"] for one in found.json] == ["luc"]
    found = await site.get("/api/v1/accounts/search?q=@bruno@siege.example&resolve=true", "Account[]", by="amina")
    assert [one["acct"] for one in found.json] == ["bruno@siege.example"]
    assert site.remote.asked == ["bruno@siege.example"]


async def test_following_shows_on_both_sides(site: Site) -> None:
    await site.follow("amina", "luc")
    luc, amina = site.world.id("luc"), site.world.id("amina")
    path = f"/api/v1/accounts/relationships?id[]={luc}&id[]=7&id[]={amina}"
    relations = (await site.get(path, "Relationship[]", by="amina")).json
    assert [one["id"] for one in relations] == [str(luc), str(amina)]
    assert relations[0]["following"] is True
    alone = (await site.get(f"/api/v1/accounts/relationships?id={amina}", "Relationship[]", by="luc")).json
    assert alone[0]["followed_by"] is True
    followers = await site.get(f"/api/v1/accounts/{luc}/followers", "Account[]", by="marc")
    assert [one["acct"] for one in followers.json] == ["amina"]
    following = await site.get(f"/api/v1/accounts/{amina}/following", "Account[]", by="marc")
    assert [one["acct"] for one in following.json] == ["luc"]
    await site.follow("marc", "amina")
    familiar = await site.get(f"/api/v1/accounts/familiar_followers?id[]={luc}", "FamiliarFollowers[]", by="marc")
    assert [one["acct"] for one in familiar.json[0]["accounts"]] == ["amina"]
    left = await site.post(f"/api/v1/accounts/{luc}/unfollow", "Relationship", by="amina")
    assert left.json["following"] is False


async def test_a_locked_account_is_asked_first(site: Site) -> None:
    ines = await site.world.person("ines", locked=True)
    asked = (await site.post(f"/api/v1/accounts/{ines}/follow", "Relationship", by="amina")).json
    assert (asked["requested"], asked["following"]) == (True, False)
    waiting = await site.get("/api/v1/follow_requests", "Account[]", by="ines")
    assert [one["acct"] for one in waiting.json] == ["amina"]
    me = (await site.get("/api/v1/accounts/verify_credentials", "CredentialAccount", by="ines")).json
    assert me["source"]["follow_requests_count"] == 1
    amina = site.world.id("amina")
    answer = (await site.post(f"/api/v1/follow_requests/{amina}/authorize", "Relationship", by="ines")).json
    assert answer["followed_by"] is True
    gone = (await site.post(f"/api/v1/accounts/{amina}/remove_from_followers", "Relationship", by="ines")).json
    assert gone["followed_by"] is False
    await site.post(f"/api/v1/follow_requests/{amina}/reject", by="ines", status=404)


async def test_blocks_and_mutes_are_listed_with_their_end(site: Site) -> None:
    luc, marc = await site.world.person("luc"), await site.world.person("marc")
    blocked = (await site.post(f"/api/v1/accounts/{luc}/block", "Relationship", by="amina")).json
    assert blocked["blocking"] is True
    listed = await site.get("/api/v1/blocks", "Account[]", by="amina")
    assert [one["acct"] for one in listed.json] == ["luc"]
    form = {"duration": "3600", "notifications": "false"}
    muted = (await site.post(f"/api/v1/accounts/{marc}/mute", "Relationship", by="amina", form=form)).json
    assert (muted["muting"], muted["muting_notifications"]) == (True, False)
    listed = await site.get("/api/v1/mutes", "MutedAccount[]", by="amina")
    assert listed.json[0]["mute_expires_at"] == "2026-11-24T13:00:00.000Z"
    assert (await site.post(f"/api/v1/accounts/{marc}/unmute", "Relationship", by="amina")).json["muting"] is False
    assert (await site.post(f"/api/v1/accounts/{luc}/unblock", "Relationship", by="amina")).json["blocking"] is False


async def test_posts_of_an_account_are_sifted(site: Site) -> None:
    first = await site.say("amina", "A question #safety")
    answer = await site.say("luc", "An answer", in_reply_to_id=first)
    reply = await site.say("amina", "Thanks", in_reply_to_id=answer)
    boost = (await site.post(f"/api/v1/statuses/{answer}/reblog", "Status", by="amina")).json["id"]
    path = f"/api/v1/accounts/{site.world.id('amina')}/statuses"

    async def listed(query: str) -> list[str]:
        return (await site.get(f"{path}?{query}", "Status[]", by="luc")).ids

    assert await listed("") == [boost, reply, first]
    assert await listed("exclude_replies=true") == [boost, first]
    assert await listed("exclude_reblogs=true") == [reply, first]
    assert await listed("tagged=Safety") == [first]
    assert await listed("pinned=true") == []
    assert await listed("only_media=1") == []


async def test_the_directory_lists_who_wants_to_be_found(site: Site) -> None:
    await site.say("amina", "Hello")
    await site.world.person("luc")
    found = await site.get("/api/v1/directory?order=active&local=true", "Account[]", by="luc")
    assert [one["acct"] for one in found.json] == ["amina", "luc"]
    found = await site.get("/api/v1/directory?order=new&offset=1", "Account[]", by="luc")
    assert len(found.json) == 1


async def test_a_mention_notifies_and_is_dismissed(site: Site) -> None:
    await site.follow("amina", "luc")
    post = await site.say("amina", "@luc please look")

    async def told() -> list[str]:
        reply = await site.get("/api/v1/notifications", "Notification[]", by="luc")
        return [one["type"] for one in reply.json] if len(reply.json) == 2 else []

    assert await eventually(told) == ["mention", "follow"]
    reply = await site.get("/api/v1/notifications?types[]=mention", "Notification[]", by="luc")
    assert reply.json[0]["status"]["id"] == post
    assert reply.json[0]["account"]["acct"] == "amina"
    only = await site.get("/api/v1/notifications?exclude_types[]=mention", "Notification[]", by="luc")
    assert [one["type"] for one in only.json] == ["follow"]
    assert (await site.get("/api/v1/notifications/unread_count", "UnreadCount", by="luc")).json == {"count": 2}
    id = reply.ids[0]
    body = {"notifications": {"last_read_id": id}}
    marked = await site.post("/api/v1/markers", "Markers", by="luc", body=body)
    assert marked.json["notifications"]["last_read_id"] == id
    read = await site.get("/api/v1/markers?timeline[]=home&timeline[]=notifications", "Markers", by="luc")
    assert list(read.json) == ["notifications"]
    assert (await site.get("/api/v1/notifications/unread_count", "UnreadCount", by="luc")).json == {"count": 0}
    await site.get(f"/api/v1/notifications/{id}", "Notification", by="luc")
    await site.get(f"/api/v1/notifications/{id}", by="amina", status=404)
    await site.post(f"/api/v1/notifications/{id}/dismiss", "Empty", by="luc")
    await site.get(f"/api/v1/notifications/{id}", by="luc", status=404)
    await site.post("/api/v1/notifications/clear", "Empty", by="luc")
    assert (await site.get("/api/v1/notifications", "Notification[]", by="luc")).json == []
