"""One's own profile and preferences through the API, and joining through an app."""

from typing import Any

import msgspec
import pytest

from social.people import accounts, grants, invitations
from social.people.accounts import ProfileChange
from social.policy import Role
from tests.api.site import Site

PROFILE = "/api/v1/profile"


async def test_a_profile_is_read_as_typed_and_changed_field_by_field(site: Site) -> None:
    form = [
        ("note", "Maintenance & more"),
        ("hide_collections", "true"),
        ("show_media", "false"),
        ("avatar_description", "A face"),
        ("attribution_domains[]", "Blog.example"),
        ("attribution_domains[]", "usine.example"),
    ]
    shown = (await site.call("PATCH", PROFILE, "Profile", by="amina", form=form)).json
    assert (shown["note"], shown["formatted_note"]) == ("Maintenance & more", "<p>Maintenance &amp; more</p>")
    assert (shown["hide_collections"], shown["show_media"], shown["show_featured"]) == (True, False, True)
    assert shown["attribution_domains"] == ["blog.example", "usine.example"]
    assert shown["avatar"] is None
    await site.call("PUT", PROFILE, "Profile", by="amina", body={"show_featured": False, "attribution_domains": []})
    await site.post("/api/v1/featured_tags", "FeaturedTag", by="amina", form={"name": "line3"})
    again = (await site.get(PROFILE, "Profile", by="amina", scopes="profile")).json
    assert (again["show_featured"], again["attribution_domains"]) == (False, [])
    assert (again["note"], again["avatar_description"]) == ("Maintenance & more", "A face")
    assert [tag["name"] for tag in again["featured_tags"]] == ["line3"]
    account = (await site.get(f"/api/v1/accounts/{site.world.id('amina')}", "Account", by="luc")).json
    assert (account["hide_collections"], account["avatar_description"]) == (True, "A face")
    own = (await site.get("/api/v1/accounts/verify_credentials", "CredentialAccount", by="amina")).json
    assert own["source"]["hide_collections"] is True


@pytest.mark.parametrize(
    "body",
    [{"avatar_description": "x" * 500}, {"attribution_domains": ["no domain"]}, {"attribution_domains": ["a.b"] * 11}],
)
async def test_a_profile_that_is_wrong_stays_as_it_was(site: Site, body: dict[str, object]) -> None:
    await site.call("PATCH", PROFILE, by="amina", body={"display_name": "Changed", **body}, status=422)
    assert (await site.get(PROFILE, "Profile", by="amina")).json["display_name"] == "Amina Benali"


async def test_hidden_collections_are_shown_to_their_owner_alone(site: Site) -> None:
    await site.follow("amina", "luc")
    await site.follow("marc", "amina")
    await site.follow("luc", "marc")
    amina = site.world.id("amina")
    familiar = f"/api/v1/accounts/familiar_followers?id[]={amina}"
    assert (await site.get(familiar, "FamiliarFollowers[]", by="luc")).json[0]["accounts"]
    await site.call("PATCH", PROFILE, "Profile", by="amina", body={"hide_collections": True})
    for name, count in (("luc", 0), ("amina", 1)):
        for part in ("followers", "following"):
            found = await site.get(f"/api/v1/accounts/{amina}/{part}", "Account[]", by=name)
            assert len(found.json) == count, (name, part)
    assert (await site.get(familiar, "FamiliarFollowers[]", by="luc")).json[0]["accounts"] == []


async def test_preferences_tell_what_was_chosen(site: Site) -> None:
    await site.world.person("amina")
    change = ProfileChange(expand_media="show_all", expand_spoilers=True, autoplay_gifs=True)
    world = site.world
    await world.db.write(accounts.edit_profile, world.viewer("amina"), change, urls=world.urls, now=world.clock())
    told = (await site.get("/api/v1/preferences", "Preferences", by="amina")).json
    assert told["reading:expand:media"] == "show_all"
    assert told["reading:expand:spoilers"] is True
    assert told["reading:autoplay:gifs"] is True
    assert told["posting:default:quote_policy"] == "public"


async def app_token(site: Site, scopes: str = "read write") -> str:
    """A token of an app alone."""
    node = site.node
    app = await node.db.write(grants.node_app, "tests", ids=node.ids, now=node.clock())
    return await node.db.write(grants.issue, app, None, scopes, ids=node.ids, now=node.clock())


def wanted(**more: object) -> dict[str, object]:
    """Somebody who wants to join."""
    fields = {"username": "nadia", "email": "nadia@usine.example", "password": "harbour-crane-43", "locale": "fr"}
    return {**fields, "agreement": True, **more}


def open_up(site: Site) -> None:
    """Let anybody join."""
    settings = site.node.settings
    people = msgspec.structs.replace(settings.people, registrations=True)
    object.__setattr__(site.node, "settings", msgspec.structs.replace(settings, people=people))


async def test_somebody_joins_through_an_app_where_anybody_may(site: Site) -> None:
    open_up(site)
    token = (await site.post("/api/v1/accounts", "Token", token=await app_token(site), body=wanted())).json
    me = await site.get("/api/v1/accounts/verify_credentials", "CredentialAccount", token=token["access_token"])
    assert me.json["username"] == "nadia"
    body = {"status": "Good morning"}
    await site.post("/api/v1/statuses", "Status", token=token["access_token"], body=body)
    assert (await site.get("/api/v2/instance", "Instance")).json["registrations"]["enabled"] is True


async def test_nobody_joins_where_it_is_not_wanted(site: Site) -> None:
    await site.post("/api/v1/accounts", token=await app_token(site), body=wanted(), status=403)
    await site.post("/api/v1/accounts", by="luc", body=wanted(), status=403)
    await site.post("/api/v1/accounts", body=wanted(), status=401)
    await site.post("/api/v1/accounts", token=await app_token(site, "read"), body=wanted(), status=403)
    assert (await site.get("/api/v1/instance", "V1_Instance")).json["registrations"] is False


async def test_an_invitation_lets_one_person_join(site: Site) -> None:
    world = site.world
    await world.person("marc", role=Role.MODERATOR)
    code = await world.db.write(
        invitations.invite, world.viewer("marc"), role=Role.MEMBER, note="", settings=site.node.settings.people,
        ids=world.ids, now=world.clock(),
    )  # fmt: skip
    token = await app_token(site)
    await site.post("/api/v1/accounts", "Token", token=token, body=wanted(invite_code=code))
    second: Any = wanted(invite_code=code, username="omar", email="omar@usine.example")
    await site.post("/api/v1/accounts", token=token, body=second, status=410)
    await site.post("/api/v1/accounts", token=token, body=wanted(invite_code="made-up"), status=404)


@pytest.mark.parametrize(
    ("wrong", "field", "code"),
    [
        ({"username": ""}, "username", "ERR_BLANK"),
        ({"username": "Na dia"}, "username", "ERR_INVALID"),
        ({"username": "admin"}, "username", "ERR_RESERVED"),
        ({"username": "n" * 90}, "username", "ERR_TOO_LONG"),
        ({"username": "luc"}, "username", "ERR_TAKEN"),
        ({"email": ""}, "email", "ERR_BLANK"),
        ({"email": "nobody"}, "email", "ERR_INVALID"),
        ({"password": "short"}, "password", "ERR_TOO_SHORT"),
        ({"password": ""}, "password", "ERR_BLANK"),
        ({"agreement": False}, "agreement", "ERR_ACCEPTED"),
    ],
)
async def test_what_is_wrong_is_told_by_field(site: Site, wrong: dict[str, object], field: str, code: str) -> None:
    open_up(site)
    await site.world.person("luc")
    reply = await site.post("/api/v1/accounts", token=await app_token(site), body=wanted(**wrong), status=422)
    assert [one["error"] for one in reply.json["details"][field]] == [code]
    assert reply.json["details"][field][0]["description"]


async def test_the_site_tells_of_its_weeks_nodes_and_languages(site: Site) -> None:
    await site.say("luc", "one")
    weeks = (await site.get("/api/v1/instance/activity", "InstanceActivity[]", by="luc")).json
    assert (len(weeks), weeks[0]["statuses"], weeks[0]["registrations"]) == (12, "1", "1")
    assert weeks[1]["statuses"] == "0"
    named = {one["code"]: one["name"] for one in (await site.get("/api/v1/instance/languages", by="luc")).json}
    assert (named["fr"], named["de"]) == ("français", "Deutsch")
    assert (await site.get("/api/v1/instance/translation_languages", by="luc")).json == {}
    assert (await site.get("/api/v1/peers/search?q=sie", by="luc")).json == []
