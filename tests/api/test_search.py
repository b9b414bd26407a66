"""Search through the API."""

from tests.api.site import Site


async def test_words_find_people_and_hashtags(site: Site) -> None:
    post = await site.say("luc", "Again #perrine")
    await site.settled()
    found = (await site.get("/api/v2/search?q=perrin", "Search", by="amina")).json
    assert [one["acct"] for one in found["accounts"]] == ["luc"]
    assert [one["name"] for one in found["hashtags"]] == ["perrine"]
    assert [one["id"] for one in found["statuses"]] == [post]
    found = (await site.get("/api/v2/search?q=%23perrine&type=hashtags", "Search", by="amina")).json
    assert (found["accounts"], [one["name"] for one in found["hashtags"]]) == ([], ["perrine"])


async def test_a_handle_in_every_writing_finds_its_owner(site: Site) -> None:
    await site.world.person("luc")
    host = site.node.urls.host
    for query in ("luc", "@luc", f"luc@{host}", f"@luc@{host}"):
        found = (await site.get(f"/api/v2/search?q={query}&type=accounts&resolve=true", "Search", by="amina")).json
        assert [one["acct"] for one in found["accounts"]] == ["luc"], query
    assert site.remote.asked == []


async def test_a_pasted_address_finds_the_post_or_the_person(site: Site) -> None:
    post = await site.say("luc", "Here")
    for address in (
        f"{site.base}/@luc/{post}",
        f"{site.base}/users/luc/posts/{post}",
        f"{site.base}/@luc/{post}?x=1",
        f"{site.base}/@luc@{site.node.urls.host}/{post}",
    ):
        found = (await site.get(f"/api/v2/search?resolve=true&q={address}", "Search", by="amina")).json
        assert [one["id"] for one in found["statuses"]] == [post], address
    for address in (f"{site.base}/@luc", f"{site.base}/users/luc"):
        found = (await site.get(f"/api/v2/search?q={address}", "Search", by="amina")).json
        assert [one["acct"] for one in found["accounts"]] == ["luc"]
    found = (await site.get(f"/api/v2/search?q={site.base}/@nobody", "Search", by="amina")).json
    assert found["accounts"] == []


async def test_an_address_of_elsewhere_is_asked_for_only_with_resolve(site: Site) -> None:
    bruno = await site.world.elsewhere("bruno")
    address = "https://siege.example/people/bruno"
    site.remote.accounts[address] = bruno.id
    found = (await site.get(f"/api/v2/search?q={address}", "Search", by="amina")).json
    assert (found["accounts"], site.remote.asked) == ([], [])
    found = (await site.get(f"/api/v2/search?q={address}&resolve=1", "Search", by="amina")).json
    assert [one["acct"] for one in found["accounts"]] == ["bruno@siege.example"]


async def test_a_pasted_address_of_a_hidden_post_finds_nothing(site: Site) -> None:
    secret = await site.say("luc", "Not you", visibility="private")
    found = (await site.get(f"/api/v2/search?q={site.base}/@luc/{secret}", "Search", by="amina")).json
    assert found["statuses"] == []


async def test_search_without_a_question_or_a_person_is_refused(site: Site, open_site: Site) -> None:
    await site.get("/api/v2/search", by="amina", status=400)
    await site.get("/api/v2/search?q=luc", status=401)
    await open_site.get("/api/v2/search?q=luc", "Search")
    await open_site.get("/api/v2/search?q=luc&resolve=true", status=401)
    await open_site.get("/api/v2/search?q=luc&offset=20", status=401)


async def test_words_find_posts_for_a_person_and_in_her_pages(site: Site) -> None:
    older = await site.say("luc", "The gearbox is hot")
    newer = await site.say("luc", "Both gearboxes are hot")
    await site.settled()
    for query, expected in (
        ("gearbox", [newer, older]),
        ("gearbox&limit=1", [newer]),
        (f"gearbox&max_id={newer}", [older]),
        (f"gearbox&min_id={older}", [newer]),
        ("gearbox&offset=1", [older]),
        ("gearbox+from:luc", [newer, older]),
        (f"gearbox&account_id={site.world.id('luc')}", [newer, older]),
        ("gearbox+from:amina", []),
        ("gearbox&type=accounts", []),
    ):
        found = (await site.get(f"/api/v2/search?q={query}", "Search", by="amina")).json
        assert [one["id"] for one in found["statuses"]] == expected, query


async def test_strangers_find_no_posts_by_their_words(open_site: Site) -> None:
    await open_site.say("luc", "The gearbox is hot")
    await open_site.settled()
    assert (await open_site.get("/api/v2/search?q=gearbox", "Search")).json["statuses"] == []
