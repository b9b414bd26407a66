"""Quotes through the API: written, allowed, shown to each viewer, counted, taken back."""

from typing import Any

import pytest

from tests.api.site import Site, eventually


async def quote(site: Site, by: str, quoted: str, text: str = "Look", **params: object) -> dict[str, Any]:
    body = {"status": text, "quoted_status_id": quoted, **params}
    made: dict[str, Any] = (await site.post("/api/v1/statuses", "Status", by=by, body=body)).json
    return made


async def shown(site: Site, by: str, post: object) -> dict[str, Any]:
    found: dict[str, Any] = (await site.get(f"/api/v1/statuses/{post}", "Status", by=by)).json
    return found


async def test_a_quote_holds_the_whole_post_and_a_quote_of_it_an_id_only(site: Site) -> None:
    first = await site.say("amina", "Line 3 stops")
    second = await quote(site, "luc", first)
    assert second["quote"]["state"] == "accepted"
    assert second["quote"]["quoted_status"]["id"] == first
    assert second["quote"]["quoted_status"]["quote"] is None
    assert 'class="quote-inline"' in second["content"]
    third = await quote(site, "marc", str(second["id"]))
    inner = third["quote"]["quoted_status"]
    assert inner["id"] == second["id"]
    assert inner["quote"] == {"state": "accepted", "quoted_status_id": first}
    assert (await shown(site, "luc", first))["quotes_count"] == 1
    # The list comes from what is kept ready, and says the same.
    home = (await site.get("/api/v1/timelines/public", "Status[]", by="marc")).json
    assert next(one for one in home if one["id"] == third["id"])["quote"] == third["quote"]


async def test_a_post_of_nothing_but_a_quote_is_a_post(site: Site) -> None:
    first = await site.say("amina", "Line 3 stops")
    made = await quote(site, "luc", first, text="")
    assert made["quote"]["state"] == "accepted"


@pytest.mark.parametrize(
    ("policy", "follower", "stranger"),
    [
        pytest.param("public", "automatic", "automatic", id="everybody"),
        pytest.param("followers", "automatic", "denied", id="followers"),
        pytest.param("nobody", "denied", "denied", id="nobody"),
    ],
)
async def test_who_may_quote_is_the_authors_choice(site: Site, policy: str, follower: str, stranger: str) -> None:
    await site.follow("luc", "amina")
    post = await site.say("amina", "Mine", quote_approval_policy=policy)
    for by, verdict in (("luc", follower), ("marc", stranger), ("amina", "automatic")):
        approval = (await shown(site, by, post))["quote_approval"]
        assert approval["current_user"] == verdict
        assert approval["automatic"] == ([] if policy == "nobody" else [policy])
        listed = (await site.get("/api/v1/timelines/public", "Status[]", by=by)).json
        assert listed[-1]["quote_approval"] == approval
        status = 200 if verdict == "automatic" else 403
        body = {"status": "Look", "quoted_status_id": post}
        await site.post("/api/v1/statuses", by=by, body=body, status=status)


async def test_the_choice_of_new_posts_is_a_setting_and_can_be_changed_later(site: Site) -> None:
    path = "/api/v1/accounts/update_credentials"
    me = (await site.call("PATCH", path, "CredentialAccount", by="amina", form={"source[quote_policy]": "nobody"})).json
    assert me["source"]["quote_policy"] == "nobody"
    post = await site.say("amina", "Mine")
    assert (await shown(site, "luc", post))["quote_approval"]["current_user"] == "denied"
    changed = await site.call(
        "PUT", f"/api/v1/statuses/{post}/interaction_policy", "Status", by="amina",
        form={"quote_approval_policy": "public"},
    )  # fmt: skip
    assert changed.json["quote_approval"]["automatic"] == ["public"]
    assert changed.json["edited_at"] is None
    assert (await shown(site, "luc", post))["quote_approval"]["current_user"] == "automatic"
    await site.call("PUT", f"/api/v1/statuses/{post}/interaction_policy", by="luc", form={}, status=403)
    await site.call(
        "PUT", f"/api/v1/statuses/{post}", "Status", by="amina", form={"status": "M", "quote_approval_policy": "nobody"}
    )
    assert (await shown(site, "luc", post))["quote_approval"]["current_user"] == "denied"


async def test_what_is_not_for_everybody_is_quoted_by_its_author_alone(site: Site) -> None:
    await site.follow("luc", "amina")
    closed = await site.say("amina", "For you", visibility="private", quote_approval_policy="public")
    direct = await site.say("amina", "@luc alone", visibility="direct")
    for post in (closed, direct):
        await site.post("/api/v1/statuses", by="luc", body={"status": "x", "quoted_status_id": post}, status=403)
        await site.post("/api/v1/statuses", by="marc", body={"status": "x", "quoted_status_id": post}, status=404)
    body = {"status": "x", "quoted_status_id": closed}
    await site.post("/api/v1/statuses", by="amina", body={**body, "visibility": "public"}, status=403)
    own = await quote(site, "amina", closed, visibility="private")
    assert own["quote"]["state"] == "accepted"
    assert (await shown(site, "luc", own["id"]))["quote"]["quoted_status"]["id"] == closed
    await site.post("/api/v1/statuses", by="amina", body={"status": "x", "quoted_status_id": direct}, status=403)


async def test_each_viewer_sees_of_a_quote_what_they_may_see_of_the_post(site: Site) -> None:
    first = await site.say("amina", "Line 3 stops")
    second = str((await quote(site, "luc", first))["id"])

    async def seen(by: str) -> tuple[object, bool]:
        one, (listed, *_) = (
            (await shown(site, by, second)),
            (await site.get("/api/v1/timelines/public", "Status[]", by=by)).json,
        )
        assert listed["quote"] == one["quote"]
        return one["quote"]["state"], one["quote"]["quoted_status"] is not None

    assert await seen("marc") == ("accepted", True)
    await site.post(f"/api/v1/accounts/{site.world.id('amina')}/mute", "Relationship", by="marc")
    assert await seen("marc") == ("muted_account", True)
    await site.post(f"/api/v1/accounts/{site.world.id('amina')}/block", "Relationship", by="marc")
    assert await seen("marc") == ("blocked_account", True)
    await site.token("zoe")
    await site.post(f"/api/v1/accounts/{site.world.id('zoe')}/block", "Relationship", by="amina")
    assert await seen("zoe") == ("unauthorized", False)
    assert await seen("luc") == ("accepted", True)


async def test_an_author_takes_back_that_they_are_quoted(site: Site) -> None:
    first = await site.say("amina", "Line 3 stops")
    second = (await quote(site, "luc", first))["id"]
    path = f"/api/v1/statuses/{first}/quotes/{second}/revoke"
    await site.post(path, by="luc", status=403)
    await site.post(f"/api/v1/statuses/{second}/quotes/{first}/revoke", by="luc", status=404)
    taken = (await site.post(path, "Status", by="amina")).json
    assert taken["quote"] == {"state": "revoked", "quoted_status": None}
    assert (await shown(site, "luc", first))["quotes_count"] == 0
    assert (await site.get(f"/api/v1/statuses/{first}/quotes", "Status[]", by="luc")).json == []
    assert (await site.post(path, "Status", by="amina")).json == taken


async def test_a_deletion_on_either_side_is_seen_on_the_other(site: Site) -> None:
    first = await site.say("amina", "Line 3 stops")
    second = str((await quote(site, "luc", first))["id"])
    third = str((await quote(site, "marc", first))["id"])
    await site.call("DELETE", f"/api/v1/statuses/{second}", by="luc")
    assert (await shown(site, "luc", first))["quotes_count"] == 1
    await site.call("DELETE", f"/api/v1/statuses/{first}", by="amina")
    assert (await shown(site, "luc", third))["quote"] == {"state": "deleted", "quoted_status": None}


async def test_the_quotes_of_a_post_are_paged_and_hidden_ones_left_out(site: Site) -> None:
    first = await site.say("amina", "Line 3 stops")
    made = [str((await quote(site, "luc", first, text=f"{n}"))["id"]) for n in range(3)]
    await quote(site, "luc", first, text="@amina for few", visibility="direct")
    page = await site.get(f"/api/v1/statuses/{first}/quotes?limit=2", "Status[]", by="marc")
    assert page.ids == made[:0:-1]
    rest = await site.get(page.links["next"], "Status[]", by="marc")
    assert rest.ids == made[:1]
    assert len((await site.get(f"/api/v1/statuses/{first}/quotes", "Status[]", by="amina")).ids) == 4
    await site.get("/api/v1/statuses/999/quotes", by="marc", status=404)


async def test_people_are_told_that_they_are_quoted_and_that_what_they_quoted_changed(site: Site) -> None:
    first = await site.say("amina", "Line 3 stops")
    second = (await quote(site, "luc", first))["id"]
    await quote(site, "amina", first)

    async def told(by: str, *expected: tuple[str, str, str]) -> None:
        """Until the node has told exactly this."""

        async def is_told() -> bool:
            found = (await site.get("/api/v1/notifications", "Notification[]", by=by)).json
            return [(one["type"], one["account"]["acct"], one["status"]["id"]) for one in found] == [*expected]

        await eventually(is_told)

    await told("amina", ("quote", "luc", second))
    for text in ("Line 3 stops at noon", "Line 3 stops at one"):
        await site.call("PUT", f"/api/v1/statuses/{first}", "Status", by="amina", form={"status": text})
        await told("luc", ("quoted_update", "amina", second))
    await site.post(f"/api/v1/statuses/{first}/quotes/{second}/revoke", "Status", by="amina")
    await told("amina")


async def test_an_edit_keeps_the_quote(site: Site) -> None:
    first = await site.say("amina", "Line 3 stops")
    second = (await quote(site, "luc", first))["id"]
    edited = await site.call("PUT", f"/api/v1/statuses/{second}", "Status", by="luc", form={"status": "Look here"})
    assert edited.json["quote"]["state"] == "accepted"
    versions = (await site.get(f"/api/v1/statuses/{second}/history", "StatusEdit[]", by="marc")).json
    assert [one["quote"] for one in versions] == [{"state": "accepted", "quoted_status_id": first}] * 2
    assert 'class="quote-inline"' in edited.json["content"] and "Look here" in edited.json["content"]


async def test_a_boost_of_a_quote_shows_it_inside_and_says_nothing_itself(site: Site) -> None:
    first = await site.say("amina", "Line 3 stops")
    second = (await quote(site, "luc", first))["id"]
    boost = (await site.post(f"/api/v1/statuses/{second}/reblog", "Status", by="marc")).json
    assert boost["quote"] is None and boost["quote_approval"]["current_user"] == "denied"
    assert boost["reblog"]["quote"]["quoted_status"]["id"] == first
    home = (await site.get("/api/v1/timelines/home", "Status[]", by="marc")).json
    assert home[0]["reblog"]["quote"] == boost["reblog"]["quote"]
