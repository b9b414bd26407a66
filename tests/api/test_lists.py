"""Lists through the API: making them, their members, their timelines."""

import pytest

from tests.api.site import Site


async def made(site: Site, name: str = "luc", **params: object) -> str:
    """A list of somebody; its id."""
    reply = await site.post("/api/v1/lists", "List", by=name, body={"title": "Line 3", **params})
    return str(reply.json["id"])


async def put_on(site: Site, list: str, *names: str, by: str = "luc", status: int = 200) -> None:
    """Put people on a list."""
    for name in names:
        await site.world.person(name)
    body = {"account_ids": [str(site.world.id(name)) for name in names]}
    await site.post(f"/api/v1/lists/{list}/accounts", by=by, body=body, status=status)


async def read(site: Site, list: str, query: str = "", by: str = "luc") -> list[str]:
    """Ids of the posts on a list."""
    await site.settled()
    return (await site.get(f"/api/v1/timelines/list/{list}{query}", "Status[]", by=by)).ids


async def home(site: Site, by: str = "luc") -> list[str]:
    """Ids of the posts at home."""
    await site.settled()
    return (await site.get("/api/v1/timelines/home", "Status[]", by=by)).ids


async def test_a_list_is_made_changed_and_removed(site: Site) -> None:
    id = await made(site)
    one = (await site.get(f"/api/v1/lists/{id}", "List", by="luc")).json
    assert (one["title"], one["replies_policy"], one["exclusive"]) == ("Line 3", "list", False)
    body = {"title": "Hall 3", "replies_policy": "none", "exclusive": "true"}
    await site.call("PUT", f"/api/v1/lists/{id}", "List", by="luc", form=body)
    kept = (await site.call("PATCH", f"/api/v1/lists/{id}", "List", by="luc", body={"exclusive": False})).json
    assert (kept["title"], kept["replies_policy"], kept["exclusive"]) == ("Hall 3", "none", False)
    assert [one["id"] for one in (await site.get("/api/v1/lists", "List[]", by="luc")).json] == [id]
    assert (await site.call("DELETE", f"/api/v1/lists/{id}", "Empty", by="luc")).json == {}
    await site.get(f"/api/v1/lists/{id}", by="luc", status=404)


@pytest.mark.parametrize(
    "body", [{}, {"title": "  "}, {"title": "x" * 300}, {"title": "ok", "replies_policy": "everybody"}]
)
async def test_a_list_that_is_wrong_is_refused(site: Site, body: dict[str, str]) -> None:
    await site.post("/api/v1/lists", by="luc", body=body, status=422)
    assert (await site.get("/api/v1/lists", "List[]", by="luc")).json == []


async def test_a_list_of_somebody_else_is_not_found(site: Site) -> None:
    await site.follow("luc", "amina")
    id = await made(site)
    await put_on(site, id, "amina")
    account = str(site.world.id("amina"))
    for method, path in (
        ("GET", ""), ("PUT", ""), ("DELETE", ""), ("GET", "/accounts"), ("POST", "/accounts"), ("DELETE", "/accounts")
    ):  # fmt: skip
        body = None if method == "GET" else {"title": "mine", "account_ids": [account]}
        await site.call(method, f"/api/v1/lists/{id}{path}", by="marc", body=body, status=404)
    await site.get(f"/api/v1/timelines/list/{id}", by="marc", status=404)
    await site.get("/api/v1/timelines/list/nonsense", by="luc", status=404)
    assert (await site.get(f"/api/v1/accounts/{account}/lists", "List[]", by="marc")).json == []


async def test_only_whom_one_follows_or_asked_to_and_oneself_can_be_on_a_list(site: Site) -> None:
    id = await made(site)
    await put_on(site, id, "amina", status=404)
    await site.world.person("ines", locked=True)
    await site.follow("luc", "amina")
    await site.post(f"/api/v1/accounts/{site.world.id('ines')}/follow", "Relationship", by="luc")
    await put_on(site, id, "amina", "ines", "luc")
    await put_on(site, id, "amina", status=422)
    found = (await site.get(f"/api/v1/lists/{id}/accounts", "Account[]", by="luc")).json
    assert [one["acct"] for one in found] == ["luc", "ines", "amina"]
    holding = await site.get(f"/api/v1/accounts/{site.world.id('amina')}/lists", "List[]", by="luc")
    assert holding.ids == [id]


async def test_a_wrong_member_keeps_the_others_off_the_list(site: Site) -> None:
    await site.follow("luc", "amina")
    id = await made(site)
    await put_on(site, id, "amina", "marc", status=404)
    assert (await site.get(f"/api/v1/lists/{id}/accounts", "Account[]", by="luc")).json == []
    await site.call("DELETE", f"/api/v1/lists/{id}/accounts", by="luc", body={"account_ids": ["77"]}, status=404)


async def test_members_come_in_pages_or_all_at_once(site: Site) -> None:
    id = await made(site)
    for name in ("amina", "marc", "ines"):
        await site.follow("luc", name)
        await put_on(site, id, name)
    first = await site.get(f"/api/v1/lists/{id}/accounts?limit=2", "Account[]", by="luc")
    assert [one["acct"] for one in first.json] == ["ines", "marc"]
    rest = await site.get(first.links["next"], "Account[]", by="luc")
    assert [one["acct"] for one in rest.json] == ["amina"]
    everybody = await site.get(f"/api/v1/lists/{id}/accounts?limit=0", "Account[]", by="luc")
    assert len(everybody.json) == 3


async def test_a_list_shows_its_members_and_nobody_else(site: Site) -> None:
    id = await made(site)
    for name in ("amina", "marc"):
        await site.follow("luc", name)
    before = await site.say("amina", "before the list")
    await put_on(site, id, "amina")
    after = await site.say("amina", "after")
    await site.say("marc", "elsewhere")
    boost = await site.post(f"/api/v1/statuses/{before}/reblog", "Status", by="marc")
    assert await read(site, id) == [after, before]
    await put_on(site, id, "marc")
    assert boost.json["id"] not in await read(site, id)
    assert site.cost("/api/v1/timelines/list/:id") <= 6
    assert await read(site, id, f"?max_id={after}") == [before]
    body = {"account_ids": [str(site.world.id("amina"))]}
    await site.call("DELETE", f"/api/v1/lists/{id}/accounts", "Empty", by="luc", body=body)
    left = (await site.get(f"/api/v1/timelines/list/{id}", "Status[]", by="luc")).json
    assert {one["account"]["acct"] for one in left} == {"marc"}


@pytest.mark.parametrize(("policy", "shown"), [("none", ""), ("list", "ines"), ("followed", "ines marc")])
async def test_a_list_shows_the_answers_that_it_wants(site: Site, policy: str, shown: str) -> None:
    id = await made(site, replies_policy=policy)
    for name in ("amina", "marc", "ines"):
        await site.follow("luc", name)
    await put_on(site, id, "amina", "ines")
    await site.world.person("carla")
    answers = {}
    for name in ("marc", "ines", "carla"):
        root = await site.say(name, "a question")
        answers[await site.say("amina", f"to {name}", in_reply_to_id=root)] = name
    found = await read(site, id)
    assert {answers[one] for one in found if one in answers} == set(shown.split())


async def test_an_exclusive_list_keeps_its_members_out_of_home_as_long_as_it_is_so(site: Site) -> None:
    await site.follow("luc", "amina")
    post = await site.say("amina", "both")
    id = await made(site, exclusive=True)
    assert await home(site) == [post]
    await put_on(site, id, "amina")
    later = await site.say("amina", "only on the list")
    assert await home(site) == []
    assert await read(site, id) == [later, post]
    await site.call("PUT", f"/api/v1/lists/{id}", "List", by="luc", body={"exclusive": False})
    assert await home(site) == [later, post]


async def test_whom_one_follows_no_longer_leaves_the_lists(site: Site) -> None:
    await site.follow("luc", "amina")
    id = await made(site)
    await put_on(site, id, "amina")
    await site.say("amina", "soon gone")
    await site.settled()
    await site.post(f"/api/v1/accounts/{site.world.id('amina')}/unfollow", "Relationship", by="luc")
    assert await read(site, id) == []
    assert (await site.get(f"/api/v1/lists/{id}/accounts", "Account[]", by="luc")).json == []


async def test_a_list_shows_nothing_of_whom_one_mutes_and_nothing_hidden(site: Site) -> None:
    await site.follow("luc", "amina")
    id = await made(site)
    await put_on(site, id, "amina")
    open_post = await site.say("amina", "open")
    await site.say("amina", "a secret", visibility="direct")
    assert await read(site, id) == [open_post]
    await site.post(f"/api/v1/accounts/{site.world.id('amina')}/mute", "Relationship", by="luc")
    assert await read(site, id) == []
