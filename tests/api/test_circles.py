"""Endorsements, notes, blocked nodes, suggestions and wanted languages through the API."""

import pytest

from social.people import received
from storage.ids import AccountId
from tests.api.site import Site


async def act(
    site: Site, name: str, other: AccountId, verb: str, status: int = 200, **body: object
) -> dict[str, object]:
    """Do something with another account."""
    entity = "Relationship" if status == 200 else None
    reply = await site.post(f"/api/v1/accounts/{other}/{verb}", entity, by=name, body=body, status=status)
    return dict(reply.json)


async def test_whom_one_follows_is_put_forward_and_taken_back(site: Site) -> None:
    amina = await site.world.person("amina")
    marc = await site.world.person("marc")
    await act(site, "luc", amina, "endorse", status=422)
    await site.follow("luc", "amina")
    await site.follow("luc", "marc")
    for verb in ("endorse", "pin"):
        assert (await act(site, "luc", amina, verb))["endorsed"] is True
    await act(site, "luc", marc, "endorse")
    shown = await site.get("/api/v1/endorsements?limit=1", "Account[]", by="luc")
    assert [one["acct"] for one in shown.json] == ["marc"]
    rest = await site.get(shown.links["next"], "Account[]", by="luc")
    assert [one["acct"] for one in rest.json] == ["amina"]
    of_luc = f"/api/v1/accounts/{site.world.id('luc')}/endorsements?limit=0"
    assert len((await site.get(of_luc, "Account[]", by="marc")).json) == 2
    for verb in ("unendorse", "unpin"):
        assert (await act(site, "luc", amina, verb))["endorsed"] is False
    await site.get("/api/v1/accounts/77/endorsements", by="luc", status=404)
    await act(site, "luc", AccountId(77), "endorse", status=404)


async def test_a_note_is_kept_for_its_writer_alone(site: Site) -> None:
    amina = await site.world.person("amina")
    assert (await act(site, "luc", amina, "note", comment=" knows the press "))["note"] == "knows the press"
    relation = (await site.get(f"/api/v1/accounts/relationships?id[]={amina}", "Relationship[]", by="luc")).json[0]
    assert relation["note"] == "knows the press"
    relation = (await site.get(f"/api/v1/accounts/relationships?id[]={amina}", "Relationship[]", by="marc")).json[0]
    assert relation["note"] == ""
    await act(site, "luc", amina, "note", status=422, comment="x" * 3_000)
    assert (await act(site, "luc", amina, "note"))["note"] == ""
    await act(site, "luc", AccountId(77), "note", status=404, comment="nobody")


async def test_a_blocked_node_is_neither_seen_nor_heard(site: Site) -> None:
    world = site.world
    await world.person("luc")
    bruno = await world.elsewhere("bruno")
    await world.db.write(
        received.receive_follow, bruno, await world.row(world.id("luc")), f"{bruno.uri}#follows/1",
        ids=world.ids, now=world.clock(),
    )  # fmt: skip
    await act(site, "luc", bruno.id, "follow")
    await site.settled()
    preview = await site.get("/api/v1/domain_blocks/preview?domain=siege.example", "DomainBlockPreview", by="luc")
    assert preview.json == {"following_count": 1, "followers_count": 1}
    assert (await site.get("/api/v1/notifications", "Notification[]", by="luc")).json
    for _ in range(2):
        await site.post("/api/v1/domain_blocks", "Empty", by="luc", form={"domain": "Siege.example"})
    assert (await site.get("/api/v1/domain_blocks", by="luc")).json == ["siege.example"]
    relation = (await site.get(f"/api/v1/accounts/relationships?id[]={bruno.id}", "Relationship[]", by="luc")).json[0]
    assert relation["domain_blocking"]
    assert not relation["requested"]
    assert not relation["followed_by"]
    assert (await site.get("/api/v1/notifications", "Notification[]", by="luc")).json == []
    await act(site, "luc", bruno.id, "follow", status=403)
    follower = await world.row(world.id("luc"))
    assert not await world.db.write(
        received.receive_follow, bruno, follower, f"{bruno.uri}#follows/2", ids=world.ids, now=world.clock()
    )
    await site.call("DELETE", "/api/v1/domain_blocks", "Empty", by="luc", form={"domain": "siege.example"})
    assert (await site.get("/api/v1/domain_blocks", by="luc")).json == []


@pytest.mark.parametrize("domain", ["", "no domain", "-x.example", "x" * 300, "a..b"])
async def test_what_is_no_domain_is_not_blocked(site: Site, domain: str) -> None:
    for method in ("POST", "DELETE"):
        await site.call(method, "/api/v1/domain_blocks", by="luc", form={"domain": domain}, status=422)
    await site.get("/api/v1/domain_blocks/preview", by="luc", status=422)


async def test_ones_own_node_is_not_blocked(site: Site) -> None:
    await site.post("/api/v1/domain_blocks", by="luc", form={"domain": site.node.urls.host}, status=422)


async def test_friends_of_friends_shared_hashtags_and_colleagues_are_suggested(site: Site) -> None:
    for who, whom in (("luc", "amina"), ("amina", "marc"), ("amina", "luc"), ("amina", "ines")):
        await site.follow(who, whom)
    await site.world.person("carla")
    await site.say("carla", "about #line3")
    await site.say("ines", "about #line3")
    await site.post("/api/v1/tags/line3/follow", "Tag", by="luc")
    found = (await site.get("/api/v2/suggestions", "Suggestion[]", by="luc")).json
    reasons = {one["account"]["acct"]: one["sources"] for one in found}
    assert reasons == {
        "ines": ["friends_of_friends", "similar_to_recently_followed", "featured"],
        "carla": ["similar_to_recently_followed", "featured"],
        "marc": ["friends_of_friends", "featured"],
    }
    assert found[0]["account"]["acct"] == "ines"
    first = (await site.get("/api/v1/suggestions?limit=1", "Account[]", by="luc")).json
    assert [one["acct"] for one in first] == ["ines"]
    await site.call("DELETE", f"/api/v1/suggestions/{site.world.id('ines')}", "Empty", by="luc")
    await site.call("DELETE", "/api/v1/suggestions/77", by="luc", status=404)
    await act(site, "luc", site.world.id("carla"), "mute")
    left = (await site.get("/api/v1/suggestions", "Account[]", by="luc")).json
    assert [one["acct"] for one in left] == ["marc"]
    alone = (await site.get("/api/v2/suggestions", "Suggestion[]", by="bruno")).json
    assert {one["account"]["acct"]: one["sources"] for one in alone} == {
        name: ["featured"] for name in ("amina", "carla", "ines", "luc", "marc")
    }


async def test_only_wanted_languages_come_home(site: Site) -> None:
    amina = await site.world.person("amina")
    relation = await act(site, "luc", amina, "follow", languages=["fr", "pt-BR"])
    assert relation["languages"] == ["fr", "pt"]
    french = await site.say("amina", "Bonjour", language="fr")
    await site.say("amina", "Hello", language="en")
    await site.settled()
    assert (await site.get("/api/v1/timelines/home", "Status[]", by="luc")).ids == [french]
    assert (await act(site, "luc", amina, "follow", reblogs=False))["languages"] == ["fr", "pt"]
    assert (await act(site, "luc", amina, "follow", languages=[]))["languages"] is None
    await act(site, "luc", amina, "follow", status=422, languages=["klingon!"])
    english = await site.say("amina", "Hello again", language="en")
    await site.settled()
    assert (await site.get("/api/v1/timelines/home", "Status[]", by="luc")).ids == [english, french]
