"""Posts through the API: written, read, changed, deleted."""

from tests.api.site import Site


async def test_a_post_is_what_was_written(site: Site) -> None:
    reply = await site.post(
        "/api/v1/statuses",
        "Status",
        by="amina",
        body={"status": "Line 3 stops at **noon** #Line3", "visibility": "public", "language": "en"},
    )
    post = reply.json
    assert post["content"].startswith("<p>Line 3 stops")
    assert post["account"]["acct"] == "amina"
    assert [tag["name"] for tag in post["tags"]] == ["line3"]
    assert (post["visibility"], post["language"]) == ("public", "en")
    assert (post["favourited"], post["reblogged"], post["bookmarked"]) == (False, False, False)
    assert post["url"] == f"{site.base}/@amina/{post['id']}"
    again = await site.get(f"/api/v1/statuses/{post['id']}", "Status", by="amina")
    assert again.json == post


async def test_every_encoding_says_the_same(site: Site) -> None:
    fields = {"status": "The crane is free", "visibility": "unlisted", "sensitive": "false", "spoiler_text": ""}
    for sent in (
        {"form": fields},
        {"form": fields, "files": {}},
        {"body": {**fields, "sensitive": False, "in_reply_to_id": None, "media_ids": None, "poll": None}},
        {"raw": b"", "headers": {}},
    ):
        path = "/api/v1/statuses"
        if "raw" in sent:
            path += "?status=The+crane+is+free&visibility=unlisted"
        post = (await site.post(path, "Status", by="amina", **sent)).json
        assert (post["content"], post["visibility"], post["sensitive"]) == (
            "<p>The crane is free</p>",
            "unlisted",
            False,
        )


async def test_the_same_idempotency_key_gives_the_first_post(site: Site) -> None:
    key = {"Idempotency-Key": "one"}
    first = await site.post("/api/v1/statuses", "Status", by="amina", body={"status": "Once"}, headers=key)
    again = await site.post("/api/v1/statuses", "Status", by="amina", body={"status": "Twice"}, headers=key)
    other = await site.post("/api/v1/statuses", "Status", by="luc", body={"status": "Luc's"}, headers=key)
    assert again.json["id"] == first.json["id"]
    assert again.json["content"] == "<p>Once</p>"
    assert other.json["id"] != first.json["id"]


async def test_a_thread_is_told_from_its_beginning(site: Site) -> None:
    root = await site.say("amina", "Why does line 3 stop?")
    first = await site.say("luc", "The sensor", in_reply_to_id=root)
    second = await site.say("amina", "Which one?", in_reply_to_id=first)
    late = await site.say("marc", "I ordered a new one", in_reply_to_id=root)
    around = (await site.get(f"/api/v1/statuses/{first}/context", "Context", by="luc")).json
    assert [post["id"] for post in around["ancestors"]] == [root]
    assert [post["id"] for post in around["descendants"]] == [second]
    below = (await site.get(f"/api/v1/statuses/{root}/context", "Context", by="luc")).json["descendants"]
    assert [post["id"] for post in below] == [first, second, late]
    assert below[0]["in_reply_to_id"] == root
    assert (await site.get(f"/api/v1/statuses/{root}", "Status", by="luc")).json["replies_count"] == 2


async def test_an_answer_to_what_one_may_not_see_is_not_found(site: Site) -> None:
    secret = await site.say("amina", "Only for my followers", visibility="private")
    await site.token("luc")
    await site.get(f"/api/v1/statuses/{secret}", by="luc", status=404)
    body = {"status": "What?", "in_reply_to_id": secret}
    await site.post("/api/v1/statuses", by="luc", body=body, status=404)
    await site.post("/api/v1/statuses", by="luc", body={**body, "in_reply_to_id": "nonsense"}, status=404)
    assert (await site.get(f"/api/v1/statuses?id[]={secret}&id[]=x", "Status[]", by="luc")).json == []


async def test_an_edit_keeps_what_was_said_before(site: Site) -> None:
    post = await site.say("amina", "Stops at noon")
    changed = await site.call("PUT", f"/api/v1/statuses/{post}", "Status", by="amina", body={"status": "Stops at one"})
    assert changed.json["content"] == "<p>Stops at one</p>"
    assert changed.json["edited_at"] is not None
    await site.call("PATCH", f"/api/v1/statuses/{post}", "Status", by="amina", body={"status": "Stops at two"})
    history = (await site.get(f"/api/v1/statuses/{post}/history", "StatusEdit[]", by="luc")).json
    assert [one["content"] for one in history] == [f"<p>Stops at {hour}</p>" for hour in ("noon", "one", "two")]
    source = await site.get(f"/api/v1/statuses/{post}/source", "StatusSource", by="amina")
    assert source.json["text"] == "Stops at two"
    await site.get(f"/api/v1/statuses/{post}/source", by="luc", status=404)
    await site.call("PUT", f"/api/v1/statuses/{post}", by="luc", body={"status": "No"}, status=403)


async def test_the_choices_of_a_former_version_are_in_its_history(site: Site) -> None:
    poll = {"options": ["Thursday", "Saturday"], "expires_in": 3600}
    post = (await site.post("/api/v1/statuses", "Status", by="amina", body={"status": "Which day?", "poll": poll})).json
    again = {"status": "Which day?", "poll": {"options": ["Thursday", "Friday"], "expires_in": 3600}}
    await site.call("PUT", f"/api/v1/statuses/{post['id']}", "Status", by="amina", body=again)
    first, last = (await site.get(f"/api/v1/statuses/{post['id']}/history", "StatusEdit[]", by="amina")).json
    assert [one["title"] for one in first["poll"]["options"]] == ["Thursday", "Saturday"]
    assert [one["title"] for one in last["poll"]["options"]] == ["Thursday", "Friday"]


async def test_a_deleted_post_is_given_back_to_be_written_anew(site: Site) -> None:
    post = await site.say("amina", "Too *early*")
    gone = await site.call("DELETE", f"/api/v1/statuses/{post}", "DeletedStatus", by="amina")
    assert gone.json["text"] == "Too *early*"
    await site.get(f"/api/v1/statuses/{post}", by="amina", status=404)
    await site.call("DELETE", f"/api/v1/statuses/{post}", by="amina", status=404)


async def test_somebody_elses_post_is_not_deleted(site: Site) -> None:
    post = await site.say("amina", "Mine")
    await site.call("DELETE", f"/api/v1/statuses/{post}", by="luc", status=403)


async def test_what_a_viewer_did_shows_to_that_viewer_alone(site: Site) -> None:
    post = await site.say("amina", "Cake in the canteen")
    path = f"/api/v1/statuses/{post}"
    liked = (await site.post(f"{path}/favourite", "Status", by="luc")).json
    assert (liked["favourited"], liked["favourites_count"]) == (True, 1)
    await site.post(f"{path}/bookmark", "Status", by="luc")
    boost = (await site.post(f"{path}/reblog", "Status", by="luc", form={"visibility": "public"})).json
    assert (boost["reblog"]["id"], boost["reblogged"], boost["reblog"]["reblogged"]) == (post, True, True)
    assert boost["reblog"]["bookmarked"] is True
    assert (await site.post(f"{path}/reblog", "Status", by="luc")).json["id"] == boost["id"]
    seen = (await site.get(path, "Status", by="amina")).json
    assert (seen["favourited"], seen["reblogged"], seen["bookmarked"]) == (False, False, False)
    assert (seen["favourites_count"], seen["reblogs_count"]) == (1, 1)
    by = (await site.get(f"{path}/favourited_by", "Account[]", by="amina")).json
    assert [one["acct"] for one in by] == ["luc"]
    by = (await site.get(f"{path}/reblogged_by", "Account[]", by="amina")).json
    assert [one["acct"] for one in by] == ["luc"]
    back = (await site.post(f"{path}/unreblog", "Status", by="luc")).json
    assert (back["id"], back["reblogged"], back["reblogs_count"]) == (post, False, 0)
    back = (await site.post(f"{path}/unfavourite", "Status", by="luc")).json
    assert (back["favourited"], back["favourites_count"]) == (False, 0)
    assert (await site.post(f"{path}/unbookmark", "Status", by="luc")).json["bookmarked"] is False


async def test_a_handle_nobody_knows_is_looked_up_before_the_post(site: Site) -> None:
    bruno = await site.world.elsewhere("bruno")
    site.remote.accounts["ines@siege.example"] = bruno.id
    await site.say("amina", "@bruno@siege.example and @ines@siege.example and @luc, look")
    assert site.remote.asked == ["ines@siege.example"]
    mentions = (await site.get("/api/v1/timelines/home", "Status[]", by="amina")).json[0]["mentions"]
    assert [one["acct"] for one in mentions] == ["bruno@siege.example"]


async def test_what_does_not_exist_here_is_refused_and_not_lost(site: Site) -> None:
    for extra in (
        {"scheduled_at": "at noon"},
        {"poll": {"options": ["a"]}},
    ):
        body = {"status": "Later", **extra}
        await site.post("/api/v1/statuses", by="amina", body=body, status=422)
    assert (await site.get("/api/v1/timelines/home", "Status[]", by="amina")).json == []
