"""The life of the company through an app that knows none of it: communities are accounts, all that is said is statuses.

Each answer of each call is the entity that the call promises: `Site` checks it.
"""

import json
from typing import Any

import pytest

from server.api.table import ROUTES
from social.articles.words import ArticleDraft
from social.communities import membership, topics
from social.policy import Role
from social.recognition import kudos
from social.recognition.kudos import Thanks
from storage.communities import Entry
from tests.api.answers import entities_of
from tests.api.site import Site
from tests.api.test_communities import made
from tests.api.test_gatherings import MATCH
from tests.api.test_must_reads import announced
from tests.api.test_streaming import Ear, ear
from tests.api.validate import validate

LISTS = (
    "/api/v1/timelines/home", "/api/v1/timelines/public", "/api/v1/timelines/tag/foot", "/api/v1/favourites",
    "/api/v1/bookmarks", "/api/v1/notifications", "/api/v2/notifications", "/api/v1/conversations",
    "/api/v1/endorsements", "/api/v1/mutes", "/api/v1/directory", "/api/v1/suggestions", "/api/v2/suggestions",
    "/api/v1/trends/statuses", "/api/v1/trends/tags", "/api/v1/followed_tags", "/api/v1/lists", "/api/v1/statuses",
    "/api/v2/search?q=football", "/api/v2/search?q=ligne", "/api/v2/search?q=%23foot",
    "/api/v1/accounts/search?q=foot", "/api/v1/accounts/lookup?acct=football",
)  # fmt: skip
AUTHORS = {"answer": "luc", "quote": "luc", "must-read": "bruno", "boost": "nobody"}
"""Who wrote what Amina did not: its source is for them alone."""
UNKNOWN = ("annual_report", "community.request.of.tomorrow", "", "👍")


async def said(site: Site) -> dict[str, str]:
    """One of each, by what it is: Amina's, and what Luc did with it; Ines stands outside."""
    world = site.world
    for name in ("ines", "luc"):
        await world.person(name)
    await world.person("marc", role=Role.MODERATOR)
    posts = {"must-read": str(await announced(site))}
    club = await made(site)
    amina, now = world.viewer("amina"), world.clock()
    await world.db.write(topics.add, amina, club, "foot", now=now)
    await site.post(f"/api/v1/accounts/{club}/follow", "Relationship", by="luc", body={"notify": True})
    await site.follow("luc", "amina")
    article = ArticleDraft(title="La ligne 3 <repart>", teaser="Elle repart.", source="# Hier\n\nElle *repart*.")
    posts["article"] = str(await world.say("amina", "Elle repart.", article=article, language="fr"))
    posts["root"] = await site.say("amina", "@football match jeudi #foot")
    posts["answer"] = await site.say("luc", "Un gardien ?", in_reply_to_id=posts["root"])
    poll = {"options": ["jeudi", "vendredi"], "expires_in": 3_600}
    posts["poll"] = await site.say("amina", "@football quand ?", poll=poll)
    posts["gathering"] = str(await world.say("amina", "Bring boots.", title="Foot", gathering=MATCH, community=club))
    thanks = Thanks(to=(world.id("luc"),), value="Safety", text="Merci.", line="Kudos: Safety")
    posts["kudos"] = str(await world.db.write(kudos.give, amina, thanks, context=world.context, now=now))
    posts["quote"] = await site.say("luc", "À lire sur la ligne 3", quoted_status_id=posts["article"])
    boost = await site.post(f"/api/v1/statuses/{posts['article']}/reblog", "Status", by="luc")
    posts["boost"] = boost.json["id"]
    closed = await made(site, "safety", Entry.REQUEST)
    luc = world.id("luc")
    await site.post(f"/api/v1/accounts/{closed}/follow", "Relationship", by="luc")
    await world.db.write(membership.answer_request, amina, closed, luc, accept=True, now=world.clock())
    posts["closed"] = await site.say("amina", "@safety casques")
    await site.settled()
    return posts


async def test_every_call_answers_with_entities_whatever_it_is_about(site: Site) -> None:
    posts = await said(site)
    places = {name: str(site.world.id(name)) for name in ("amina", "luc")}
    for name in ("football", "safety"):
        places[name] = (await site.get(f"/api/v1/accounts/lookup?acct={name}", "Account", by="ines")).json["id"]
    for one in ROUTES:
        kind = one.path.split("/")[3] if one.path.startswith("/api/v1/") else ""
        if "GET" not in one.methods or kind not in ("accounts", "statuses") or ":id" not in one.path:
            continue
        assert entities_of("GET", one.path), one.path
        ids = posts if kind == "statuses" else places
        for name, id in ids.items():
            for by in ("amina", "luc", "ines"):
                is_read = by == AUTHORS.get(name, "amina") if one.path.endswith("/source") else by != "ines"
                if is_read or (name != "closed" and not one.path.endswith("/source")):
                    await site.get(one.path.replace(":id", id), by=by)
    for path in LISTS:
        for by in ("amina", "luc", "ines"):
            assert entities_of("GET", path), path
            await site.get(path, by=by)
    for place in places.values():
        await site.get(f"/api/v1/admin/accounts/{place}", "Admin_Account", by="marc", scopes="admin:read")
    home = {one["id"]: one for one in (await site.get("/api/v1/timelines/home", "Status[]", by="luc")).json}
    assert home.keys() >= set(posts.values()) - {posts["boost"], posts["must-read"]}
    told = (await site.get("/api/v1/notifications?types[]=status", "Notification[]", by="luc")).json
    assert posts["must-read"] in {one["status"]["id"] for one in told}
    assert home[posts["quote"]]["quote"]["quoted_status"]["id"] == posts["article"]
    assert "La ligne 3 &lt;repart&gt;" in home[posts["article"]]["content"]
    assert home[posts["poll"]]["poll"]["options"][0]["title"] == "jeudi"
    found = (await site.get("/api/v2/search?q=football&type=accounts", "Search", by="ines")).json["accounts"]
    assert [(one["acct"], one["group"]) for one in found] == [("football", True)]


async def test_what_an_app_does_with_a_community_or_what_is_said_in_one_is_answered_in_entities(site: Site) -> None:
    posts = await said(site)
    club = (await site.get("/api/v1/accounts/lookup?acct=football", "Account", by="luc")).json["id"]
    acts: dict[str, Any] = {"note": {"comment": "le jeudi"}, "mute": {"duration": 60}}
    for act in ("note", "endorse", "unendorse", "mute", "unmute", "remove_from_followers", "follow"):
        reply = await site.post(f"/api/v1/accounts/{club}/{act}", "Relationship", by="luc", body=acts.get(act))
        assert reply.json["following"], act
    for post in posts.values():
        for act in ("favourite", "bookmark", "mute", "unmute", "unbookmark", "unfavourite"):
            await site.post(f"/api/v1/statuses/{post}/{act}", "Status", by="luc")
    poll = (await site.get(f"/api/v1/statuses/{posts['poll']}", "Status", by="luc")).json["poll"]
    voted = await site.post(f"/api/v1/polls/{poll['id']}/votes", "Poll", by="luc", body={"choices": [1]})
    assert voted.json["own_votes"] == [1]
    listed = (await site.post("/api/v1/lists", "List", by="luc", body={"title": "Sport"})).json["id"]
    await site.post(f"/api/v1/lists/{listed}/accounts", "Empty", by="luc", body={"account_ids": [club]})
    (one,) = (await site.get(f"/api/v1/lists/{listed}/accounts", "Account[]", by="luc")).json
    assert (one["id"], one["group"]) == (club, True)
    (own,) = (await site.get(f"/api/v1/accounts/{club}/lists", "List[]", by="luc")).json
    assert own["title"] == "Sport"
    await site.get(f"/api/v1/timelines/list/{listed}", "Status[]", by="luc")
    for post in ("article", "gathering", "kudos"):
        await site.call("DELETE", f"/api/v1/statuses/{posts[post]}", "DeletedStatus", by="amina")


async def test_an_app_that_asks_for_what_there_is_not_gets_an_empty_answer_of_the_same_form(site: Site) -> None:
    await said(site)
    for kind in UNKNOWN[:2]:
        for path, entity in (("/api/v1/notifications", "Notification[]"), ("/api/v1/notifications/unread_count", "")):
            reply = await site.get(f"{path}?types[]={kind}", entity or "UnreadCount", by="luc")
            assert reply.json in ([], {"count": 0})
        grouped = await site.get(f"/api/v2/notifications?types[]={kind}", "GroupedNotificationsResults", by="luc")
        assert grouped.json["notification_groups"] == []
    for kind in UNKNOWN:
        for more in ("exclude_types[]", "grouped_types[]"):
            told = await site.get(f"/api/v2/notifications?{more}={kind}", "GroupedNotificationsResults", by="luc")
            assert told.json["notification_groups"]
    found = (await site.get("/api/v2/search?q=football&type=collections", "Search", by="luc")).json
    assert (found["accounts"], found["statuses"], found["hashtags"]) == ([], [], [])


async def test_an_app_that_says_which_kinds_it_knows_gets_a_sentence_for_ours(site: Site) -> None:
    await said(site)
    headers = {"Authorization": f"Bearer {await site.token('luc')}", "Accept-Language": "en"}

    async def asked(path: str) -> Any:
        async with site.http.get(f"{site.base}{path}", headers=headers) as answer:
            return await answer.json()

    title = {"title": "You are a member of safety", "summary": None, "details": None, "description": None}
    told = await asked("/api/v1/notifications?supported_types[]=mention&supported_types[]=status")
    (ours,) = [one for one in told if one["type"].startswith("community.")]
    assert (ours["type"], ours["fallback"]) == ("community.accepted", title)
    assert [one for one in told if "fallback" in one] == [ours]
    grouped = await asked("/api/v2/notifications?supported_types[]=mention")
    (group,) = [one for one in grouped["notification_groups"] if one["type"] == "community.accepted"]
    assert group["fallback"] == title
    assert (await asked(f"/api/v1/notifications/{ours['id']}?supported_types[]=mention"))["fallback"] == title
    # But for the kind, which is our own, each is what Mastodon says that it is.
    groups = [one | {"type": "follow" if one is group else one["type"]} for one in grouped["notification_groups"]]
    assert validate("GroupedNotificationsResults", grouped | {"notification_groups": groups}) == []
    assert validate("Notification", ours | {"type": "follow"}) == []
    knows = await asked("/api/v1/notifications?supported_types[]=community.accepted")
    assert not any("fallback" in one for one in knows if one["type"] == "community.accepted")
    for path in ("/api/v1/notifications", "/api/v1/notifications?types[]=mention"):
        assert not any("." in one["type"] for one in (await site.get(path, "Notification[]", by="luc")).json)


async def heard(ear: Ear, last: str) -> list[dict[str, Any]]:
    """Frames until the post of an id comes; what they carry is checked."""
    frames = []
    while True:
        frame = await ear.hear()
        frames.append(frame)
        if frame["event"] in ("update", "status.update"):
            post = json.loads(frame["payload"])
            assert not validate("Status", post), validate("Status", post)
            if post["id"] == last:
                return frames
        elif frame["event"] == "notification":
            assert not validate("Notification", json.loads(frame["payload"]))


@pytest.mark.parametrize("stream", ["user", "public"])
async def test_what_comes_live_is_entities_too(site: Site, stream: str) -> None:
    world = site.world
    await world.person("luc")
    club = await made(site)
    await site.post(f"/api/v1/accounts/{club}/follow", "Relationship", by="luc", body={"notify": True})
    await site.follow("luc", "amina")
    await site.settled()
    async with ear(site, "luc", query=f"?stream={stream}") as luc:
        await announced(site)
        await world.say("amina", "Elle repart.", article=ArticleDraft(title="Ligne 3", source="Elle repart."))
        await world.say("amina", "Bring boots.", title="Foot", gathering=MATCH, community=club)
        thanks = Thanks(to=(world.id("luc"),), value="Safety", text="Merci.", line="Kudos: Safety")
        now = world.clock()
        await world.db.write(kudos.give, world.viewer("amina"), thanks, context=world.context, now=now)
        last = await site.say("amina", "@football match jeudi #foot")
        events = [frame["event"] for frame in await heard(luc, last)]
    assert events.count("update") >= 4, events
    assert ("notification" in events) is (stream == "user")
