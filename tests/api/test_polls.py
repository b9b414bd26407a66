"""Polls through the API: asked, looked at, voted in, within the budget."""

from tests.api.site import Site

POLL = {"options": ["Soup", "Rice"], "expires_in": 3600}


async def test_a_poll_is_what_was_asked_in_every_encoding(site: Site) -> None:
    form = [
        ("status", "Lunch?"),
        ("poll[options][]", "Soup"),
        ("poll[options][]", "Rice"),
        ("poll[expires_in]", "3600"),
    ]
    for sent in (
        {"form": [*form, ("poll[multiple]", "true")]},
        {"form": [*form, ("poll[multiple]", "1")], "files": {}},
        {"body": {"status": "Lunch?", "poll": {**POLL, "multiple": True}}},
        {"body": {"status": "Lunch?", "poll": {**POLL, "options": {"0": "Soup", "1": "Rice"}, "multiple": "on"}}},
    ):
        post = (await site.post("/api/v1/statuses", "Status", by="amina", **sent)).json
        poll = post["poll"]
        assert [(option["title"], option["votes_count"]) for option in poll["options"]] == [("Soup", 0), ("Rice", 0)]
        assert (poll["multiple"], poll["expired"], poll["voters_count"], poll["votes_count"]) == (True, False, 0, 0)
        assert (poll["voted"], poll["own_votes"], poll["expires_at"]) == (True, [], "2026-11-24T13:00:00.000Z")


async def test_a_vote_is_answered_with_the_poll_and_stands_in_the_post(site: Site) -> None:
    post = (await site.post("/api/v1/statuses", "Status", by="amina", body={"status": "?", "poll": POLL})).json
    path = f"/api/v1/polls/{post['poll']['id']}"
    assert (await site.get(path, "Poll", by="luc")).json["voted"] is False
    voted = (await site.post(f"{path}/votes", "Poll", by="luc", form=[("choices[]", "1")])).json
    assert (voted["voted"], voted["own_votes"], voted["voters_count"]) == (True, [1], 1)
    assert voted["options"] == [{"title": "Soup", "votes_count": 0}, {"title": "Rice", "votes_count": 1}]
    shown = (await site.get(f"/api/v1/statuses/{post['id']}", "Status", by="luc")).json
    assert shown["poll"] == voted
    for _ in range(2):
        (listed,) = (await site.get("/api/v1/timelines/public", "Status[]", by="luc")).json
        assert listed["poll"] == voted
    others = (await site.get(f"/api/v1/statuses/{post['id']}", "Status", by="marc")).json["poll"]
    assert (others["voted"], others["own_votes"], others["votes_count"]) == (False, [], 1)
    again = await site.post(f"{path}/votes", by="luc", body={"choices": [0]}, status=422)
    assert again.json == {"error": "Validation failed: Poll was voted in by you already"}
    await site.post(f"{path}/votes", by="amina", body={"choices": ["0"]}, status=422)
    await site.post(f"{path}/votes", by="marc", body={}, status=422)
    await site.post(f"{path}/votes", by="marc", body={"choices": ["soup"]}, status=400)
    await site.post("/api/v1/polls/1/votes", by="marc", body={"choices": [0]}, status=404)
    site.world.clock.pass_by(hours=1)
    late = await site.post(f"{path}/votes", by="marc", body={"choices": [0]}, status=422)
    assert late.json == {"error": "Validation failed: Poll has already ended"}
    assert (await site.get(path, "Poll", by="marc")).json["expired"] is True


async def test_hidden_figures_are_null_until_the_end(site: Site) -> None:
    hidden = {**POLL, "hide_totals": True}
    post = (await site.post("/api/v1/statuses", "Status", by="amina", body={"status": "?", "poll": hidden})).json
    path = f"/api/v1/polls/{post['poll']['id']}"
    voted = (await site.post(f"{path}/votes", "Poll", by="luc", body={"choices": ["0"]})).json
    assert [option["votes_count"] for option in voted["options"]] == [None, None]
    site.world.clock.pass_by(hours=1)
    over = (await site.get(path, "Poll", by="marc")).json
    assert [option["votes_count"] for option in over["options"]] == [1, 0]


async def test_a_boost_shows_the_poll_inside_and_a_deletion_gives_it_back(site: Site) -> None:
    post = (await site.post("/api/v1/statuses", "Status", by="amina", body={"status": "?", "poll": POLL})).json
    boost = (await site.post(f"/api/v1/statuses/{post['id']}/reblog", "Status", by="luc")).json
    assert boost["poll"] is None
    assert boost["reblog"]["poll"]["id"] == post["poll"]["id"]
    gone = (await site.call("DELETE", f"/api/v1/statuses/{post['id']}", "DeletedStatus", by="amina")).json
    assert [option["title"] for option in gone["poll"]["options"]] == ["Soup", "Rice"]
    await site.get(f"/api/v1/polls/{post['poll']['id']}", by="luc", status=404)


async def test_an_edit_without_the_poll_takes_it_away(site: Site) -> None:
    post = (await site.post("/api/v1/statuses", "Status", by="amina", body={"status": "?", "poll": POLL})).json
    path = f"/api/v1/statuses/{post['id']}"
    kept = await site.call("PUT", path, "Status", by="amina", body={"status": "??", "poll": POLL})
    assert kept.json["poll"]["id"] == post["poll"]["id"]
    gone = await site.call("PUT", path, "Status", by="amina", body={"status": "??"})
    assert gone.json["poll"] is None


async def test_a_poll_costs_one_statement_more(site: Site) -> None:
    await site.say("amina", "Nothing is asked")
    await site.get("/api/v1/timelines/public", by="luc")
    await site.get("/api/v1/timelines/public", by="luc")
    without = site.cost("/api/v1/timelines/public")
    for number in range(3):
        await site.say("amina", f"{number}?", poll=POLL)
    await site.get("/api/v1/timelines/public", by="luc")
    assert site.cost("/api/v1/timelines/public") <= 7
    await site.get("/api/v1/timelines/public", by="luc")
    assert site.cost("/api/v1/timelines/public") == without + 1


async def test_the_limits_are_announced(site: Site) -> None:
    for path in ("/api/v1/instance", "/api/v2/instance"):
        limits = (await site.get(path)).json["configuration"]["polls"]
        assert limits == {
            "max_options": 20,
            "max_characters_per_option": 100,
            "min_expiration": 300,
            "max_expiration": 2_629_746,
        }
