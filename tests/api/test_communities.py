"""Communities through an app that knows none: an account of a group, followed, read at home, written to by its name."""

import json

from social.communities import communities, membership, moderation, requests
from social.communities.communities import NewCommunity
from social.communities.received import SaidCommunity
from social.feeds import notifications
from social.paging import FIRST
from storage import communities as community_rows
from storage import memberships
from storage.accounts import AccountKind
from storage.communities import Entry
from storage.engine.database import Tx
from storage.ids import AccountId, PostId
from storage.memberships import MemberRole, MembershipRow, MemberState
from storage.notifications import Kind
from tests.api.site import Site
from tests.api.test_media import picture, upload
from tests.api.test_streaming import Ear, ear
from tests.world import one_pair


async def made(site: Site, username: str = "football", entry: Entry = Entry.OPEN) -> AccountId:
    """A community with amina as its host."""
    world = site.world
    await world.person("amina")
    new = NewCommunity(username=username, keys=one_pair(), entry=entry)
    row = await world.db.write(
        communities.create, world.viewer("amina"), new, ids=world.ids, urls=world.urls, now=world.clock()
    )
    return row.id


async def at_home(site: Site, by: str) -> list[str]:
    await site.settled()
    return (await site.get("/api/v1/timelines/home", "Status[]", by=by)).ids


async def test_an_app_follows_a_community_and_has_its_posts_at_home(site: Site) -> None:
    id = await made(site)
    account = (await site.get(f"/api/v1/accounts/{id}", "Account", by="luc")).json
    assert (account["group"], account["bot"], account["locked"]) == (True, False, False)
    post = await site.say("amina", "@football match jeudi")
    assert await at_home(site, "luc") == []
    between = (await site.post(f"/api/v1/accounts/{id}/follow", "Relationship", by="luc")).json
    assert between["following"]
    assert await at_home(site, "luc") == [post]
    answer = await site.say("luc", "@football j'apporte le ballon")
    listed = (await site.get(f"/api/v1/accounts/{id}/statuses", "Status[]", by="luc")).ids
    assert listed == [answer, post]
    await site.post(f"/api/v1/accounts/{id}/unfollow", "Relationship", by="luc")
    assert await at_home(site, "luc") == [answer]


async def test_an_app_asks_for_a_closed_community_and_shows_its_posts_as_private(site: Site) -> None:
    id = await made(site, "safety", Entry.REQUEST)
    between = (await site.post(f"/api/v1/accounts/{id}/follow", "Relationship", by="luc")).json
    assert between["requested"] and not between["following"]
    post = await site.say("amina", "@safety casques", visibility="public")
    shown = (await site.get(f"/api/v1/statuses/{post}", "Status", by="amina")).json
    assert shown["visibility"] == "private"
    await site.get(f"/api/v1/statuses/{post}", by="luc", status=404)
    assert (await site.get(f"/api/v1/accounts/{id}/statuses", "Status[]", by="luc")).ids == []
    assert (await site.get(f"/api/v1/accounts/{id}/followers", "Account[]", by="luc")).ids == []
    await site.post(f"/api/v1/statuses/{post}/reblog", by="amina", status=403)
    told = (await site.get("/api/v1/notifications", "Notification[]", by="amina")).json
    assert told == []
    world = site.world
    own = await world.db.read(notifications.notifications, world.viewer("amina"), FIRST, now=world.clock())
    assert [(one.kind, one.sender.id) for one in own] == [(Kind.COMMUNITY_REQUEST, id)]


async def test_an_app_that_knows_no_communities_sees_where_a_post_stands(site: Site) -> None:
    """Written on a page, it names no community; the app shows it named, and nothing else hears of that."""
    id, world = await made(site), site.world
    root = await world.say("amina", "match jeudi", community=id)
    answer = await world.say("amina", "à 19 h", parent=root)
    await site.post(f"/api/v1/accounts/{id}/follow", "Relationship", by="luc")
    named = await site.say("luc", "@football j'apporte le ballon")
    plain = await world.say("luc", "sans communauté")
    url = world.urls.profile("football")
    await site.settled()
    mention = f'<p><span class="h-card"><a href="{url}" class="u-url mention">@<span>football</span></a></span></p>'
    shown = (await site.get(f"/api/v1/statuses/{root}", "Status", by="luc")).json
    assert shown["content"] == f"<p>match jeudi</p>{mention}"
    assert [(one["id"], one["acct"], one["url"]) for one in shown["mentions"]] == [(str(id), "football", url)]
    listed = {one["id"]: one for one in (await site.get("/api/v1/timelines/home", "Status[]", by="luc")).json}
    assert listed[str(root)]["content"] == shown["content"]
    # Who named it named it once; answers stand below; what stands in none names none.
    assert (await site.get(f"/api/v1/statuses/{named}", "Status", by="luc")).json["content"].count("football") == 2
    for other in (answer, plain):
        status = (await site.get(f"/api/v1/statuses/{other}", "Status", by="luc")).json
        assert "football" not in status["content"] and status["mentions"] == []
    # What is edited, what others are sent and what a boost shows.
    source = (await site.get(f"/api/v1/statuses/{root}/source", by="amina")).json
    assert source["text"] == "match jeudi"
    boost = (await site.post(f"/api/v1/statuses/{root}/reblog", "Status", by="luc")).json
    assert boost["mentions"] == [] and boost["reblog"]["content"] == shown["content"]


async def test_who_may_not_write_in_a_community_is_told_so(site: Site) -> None:
    await made(site)
    post = await site.say("amina", "@football match jeudi")
    body = {"status": "et moi ?", "in_reply_to_id": post}
    refused = await site.post("/api/v1/statuses", by="luc", body=body, status=403)
    assert refused.json["error"]
    assert (await site.get(f"/api/v1/statuses/{post}", "Status", by="luc")).json["replies_count"] == 0


async def test_a_community_on_a_list_brings_its_threads(site: Site) -> None:
    id = await made(site)
    first = await site.say("amina", "@football match jeudi")
    await site.post(f"/api/v1/accounts/{id}/follow", "Relationship", by="luc")
    made_list = (await site.post("/api/v1/lists", "List", by="luc", body={"title": "Sport"})).json["id"]
    body = {"account_ids": [str(id)]}
    await site.post(f"/api/v1/lists/{made_list}/accounts", by="luc", body=body)
    second = await site.say("amina", "@football et dimanche")
    await site.settled()
    path = f"/api/v1/timelines/list/{made_list}"
    assert (await site.get(path, "Status[]", by="luc")).ids == [second, first]
    await site.post(f"/api/v1/accounts/{id}/unfollow", "Relationship", by="luc")
    await site.settled()
    assert (await site.get(path, "Status[]", by="luc")).ids == []


async def deeds(ear: Ear, count: int) -> list[tuple[str, str]]:
    """The next frames: what happened, and to which post."""
    heard = [await ear.hear() for _ in range(count)]
    ids = [json.loads(one["payload"])["id"] if one["payload"].startswith("{") else one["payload"] for one in heard]
    return [(one["event"], id) for one, id in zip(heard, ids, strict=True)]


async def test_what_moderators_take_out_and_put_back_goes_and_comes_on_open_screens(site: Site) -> None:
    id, world = await made(site), site.world
    for name in ("luc", "marc"):
        await site.post(f"/api/v1/accounts/{id}/follow", "Relationship", by=name)
    await site.settled()
    async with ear(site, "luc", query="?stream=user") as luc, ear(site, "marc", query="?stream=user") as marc:
        post = await site.say("luc", "@football je vends mon vélo")
        assert await deeds(marc, 1) == await deeds(luc, 1) == [("update", post)]
        amina = world.viewer("amina")
        await world.db.write(moderation.remove, amina, PostId(int(post)), "réclame", now=world.clock())
        await world.db.write(moderation.restore, amina, PostId(int(post)), now=world.clock())
        assert await deeds(marc, 2) == [("delete", post), ("update", post)]
        # Whose post it is has it all the time.
        assert (await deeds(luc, 1))[0][0] == "update"


async def test_whoever_is_put_out_sees_and_opens_nothing_any_more(site: Site) -> None:
    id, world = await made(site, "safety", Entry.REQUEST), site.world
    await site.post(f"/api/v1/accounts/{id}/follow", "Relationship", by="luc")
    amina, luc = world.viewer("amina"), world.viewer("luc")
    await world.db.write(membership.answer_request, amina, id, luc.account, accept=True, now=world.clock())
    plan = await upload(site, picture())
    post = await site.say("amina", "@safety le plan", media_ids=[plan["id"]])
    assert await at_home(site, "luc") == [post]
    shown = (await site.get(f"/api/v1/statuses/{post}", "Status", by="luc")).json["media_attachments"][0]
    await site.get(shown["url"])
    async with ear(site, "luc", query="?stream=user") as listening:
        await world.db.write(membership.expel, amina, id, luc.account, now=world.clock())
        assert await deeds(listening, 1) == [("delete", post)]
        await site.say("amina", "@safety sans lui")
        await site.say("luc", "et moi")
        assert (await deeds(listening, 1))[0][0] == "update", "the own words, and nothing between"
    for one in (shown["url"], shown["preview_url"], f"/api/v1/statuses/{post}"):
        await site.get(one, by="luc", status=404)
    assert len(await at_home(site, "luc")) == 1
    again = (await site.get(f"/api/v1/statuses/{post}", "Status", by="amina")).json["media_attachments"][0]
    await site.get(again["url"])


async def test_a_deleted_post_of_a_closed_community_goes_from_the_screens_of_its_members(site: Site) -> None:
    id, world = await made(site, "safety", Entry.REQUEST), site.world
    await site.post(f"/api/v1/accounts/{id}/follow", "Relationship", by="luc")
    answered = (world.viewer("amina"), id, world.id("luc"))
    await world.db.write(membership.answer_request, *answered, accept=True, now=world.clock())
    await site.settled()
    async with ear(site, "luc", query="?stream=user") as luc:
        post = await site.say("amina", "@safety casques")
        assert await deeds(luc, 1) == [("update", post)]
        await site.call("DELETE", f"/api/v1/statuses/{post}", "DeletedStatus", by="amina")
        assert await deeds(luc, 1) == [("delete", post)]


async def test_an_app_that_names_the_kind_hears_who_asks_where_somebody_moderates_from_here(site: Site) -> None:
    """And nothing of their words: these stand on the page where they are answered."""
    world = site.world
    await world.person("amina")
    made_afar = await world.elsewhere(
        "safety", kind=AccountKind.GROUP, display_name="Safety", community=SaidCommunity(entry=Entry.REQUEST)
    )
    bruno, amina = await world.elsewhere("bruno"), await world.row(world.id("amina"))
    seat = MembershipRow(
        community_id=made_afar.id,
        account_id=amina.id,
        role=MemberRole.MODERATOR,
        state=MemberState.MEMBER,
        created_at=world.clock(),
    )

    def pass_on(tx: Tx) -> None:
        memberships.put(tx, seat)
        known = community_rows.known(tx, made_afar.id)
        assert known is not None
        uri = f"{made_afar.uri}#offers/1"
        requests.passed(tx, known, bruno, amina, uri, f"{bruno.uri}#follows/1", "I keep goals", now=world.clock())

    await world.db.write(pass_on)
    await site.settled()
    headers = {"Authorization": f"Bearer {await site.token('amina')}"}
    named = f"{site.base}/api/v1/notifications?types[]=community.request"
    async with site.http.get(named, headers=headers) as answer:
        (told,) = await answer.json()
    assert (told["type"], told["account"]["id"]) == ("community.request", str(made_afar.id))
    assert "keep goals" not in json.dumps(told)
    assert (await site.get("/api/v1/follow_requests", "Account[]", by="amina")).json == []
