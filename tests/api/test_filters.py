"""Filters through both versions of the interface, and what they find in posts."""

from typing import Any

import pytest

from tests.api.site import Site

V2 = "/api/v2/filters"
V1 = "/api/v1/filters"


async def made(site: Site, *words: str, by: str = "luc", **params: object) -> Any:
    """A filter of somebody."""
    attributes = [{"keyword": word, "whole_word": True} for word in words]
    body = {"title": "Noise", "context": ["home", "public"], "keywords_attributes": attributes, **params}
    return (await site.post(V2, "Filter", by=by, body=body)).json


async def found(site: Site, path: str, by: str = "luc") -> list[list[str]]:
    """Titles of the filters that match each post of a list."""
    shown = (await site.get(path, "Status[]", by=by)).json
    return [[result["filter"]["title"] for result in one["filtered"]] for one in shown]


async def test_a_filter_is_made_changed_and_removed(site: Site) -> None:
    one = await made(site, "crane", "forklift", filter_action="hide", expires_in=3600)
    assert (one["title"], one["context"], one["filter_action"]) == ("Noise", ["home", "public"], "hide")
    assert [word["keyword"] for word in one["keywords"]] == ["crane", "forklift"]
    assert one["expires_at"] is not None
    form = [
        ("title", "Machines"),
        ("context[]", "thread"),
        ("filter_action", "blur"),
        ("expires_in", ""),
        ("keywords_attributes[][id]", one["keywords"][0]["id"]),
        ("keywords_attributes[][keyword]", "crane"),
        ("keywords_attributes[][_destroy]", "true"),
        ("keywords_attributes[][keyword]", "press"),
        ("keywords_attributes[][whole_word]", "false"),
    ]
    changed = (await site.call("PUT", f"{V2}/{one['id']}", "Filter", by="luc", form=form)).json
    assert (changed["title"], changed["context"], changed["filter_action"]) == ("Machines", ["thread"], "blur")
    assert changed["expires_at"] is None
    assert [(word["keyword"], word["whole_word"]) for word in changed["keywords"]] == [
        ("forklift", True),
        ("press", False),
    ]
    assert (await site.get(V2, "Filter[]", by="luc")).json == [changed]
    assert (await site.get(f"{V2}/{one['id']}", "Filter", by="luc")).json == changed
    await site.call("DELETE", f"{V2}/{one['id']}", "Empty", by="luc")
    await site.get(f"{V2}/{one['id']}", by="luc", status=404)


@pytest.mark.parametrize(
    "body",
    [
        {"context": ["home"]},
        {"title": "x"},
        {"title": "x", "context": []},
        {"title": "x", "context": ["kitchen"]},
        {"title": "x", "context": ["home"], "filter_action": "burn"},
        {"title": "x" * 300, "context": ["home"]},
        {"title": "x", "context": ["home"], "keywords_attributes": [{"keyword": " "}]},
        {"title": "x", "context": ["home"], "keywords_attributes": [{"keyword": "y" * 600}]},
    ],
)
async def test_a_filter_that_is_wrong_is_refused(site: Site, body: dict[str, object]) -> None:
    await site.post(V2, by="luc", body=body, status=422)
    assert (await site.get(V2, "Filter[]", by="luc")).json == []


async def test_what_belongs_to_somebody_elses_filter_is_not_found(site: Site) -> None:
    one = await made(site, "crane")
    await site.follow("luc", "amina")
    post = await site.say("amina", "a crane")
    named = (await site.post(f"{V2}/{one['id']}/statuses", "FilterStatus", by="luc", body={"status_id": post})).json
    word = one["keywords"][0]["id"]
    places = [f"{V2}/{one['id']}", f"{V2}/keywords/{word}", f"{V2}/statuses/{named['id']}", f"{V1}/{word}"]
    for place in places:
        await site.get(place, by="marc", status=404)
        await site.call("DELETE", place, by="marc", status=404)
    for place in (f"{V2}/{one['id']}", f"{V2}/keywords/{word}", f"{V1}/{word}"):
        await site.call("PUT", place, by="marc", body={"title": "mine", "keyword": "mine"}, status=404)
    await site.post(f"{V2}/{one['id']}/keywords", by="marc", body={"keyword": "x"}, status=404)
    await site.post(f"{V2}/{one['id']}/statuses", by="marc", body={"status_id": post}, status=404)
    mine = await made(site, by="marc")
    body = {"keywords_attributes": [{"id": word, "keyword": "mine"}]}
    await site.call("PUT", f"{V2}/{mine['id']}", by="marc", body=body, status=404)
    assert (await site.get(V2, "Filter[]", by="luc")).json[0]["keywords"][0]["keyword"] == "crane"


async def test_words_and_posts_of_a_filter_are_added_and_removed(site: Site) -> None:
    one = await made(site)
    place = f"{V2}/{one['id']}"
    word = (await site.post(f"{place}/keywords", "FilterKeyword", by="luc", form={"keyword": "noon"})).json
    changed = {"keyword": "midnight", "whole_word": "true"}
    await site.call("PUT", f"{V2}/keywords/{word['id']}", "FilterKeyword", by="luc", form=changed)
    kept = (await site.get(f"{V2}/keywords/{word['id']}", "FilterKeyword", by="luc")).json
    assert (kept["keyword"], kept["whole_word"]) == ("midnight", True)
    assert (await site.get(f"{place}/keywords", "FilterKeyword[]", by="luc")).json == [kept]
    await site.post(f"{place}/keywords", by="luc", form={"keyword": ""}, status=422)
    await site.call("DELETE", f"{V2}/keywords/{word['id']}", "Empty", by="luc")
    assert (await site.get(f"{place}/keywords", "FilterKeyword[]", by="luc")).json == []
    post = await site.say("amina", "something")
    hidden = await site.say("amina", "@marc a secret", visibility="direct")
    named = (await site.post(f"{place}/statuses", "FilterStatus", by="luc", body={"status_id": post})).json
    await site.post(f"{place}/statuses", by="luc", body={"status_id": post}, status=422)
    await site.post(f"{place}/statuses", by="luc", body={"status_id": hidden}, status=404)
    assert (await site.get(f"{place}/statuses", "FilterStatus[]", by="luc")).json == [named]
    assert (await site.get(f"{V2}/statuses/{named['id']}", "FilterStatus", by="luc")).json == named
    shown = (await site.get(f"/api/v1/statuses/{post}", "Status", by="luc")).json
    assert shown["filtered"][0]["status_matches"] == [post]
    assert shown["filtered"][0]["keyword_matches"] is None
    await site.call("DELETE", f"{V2}/statuses/{named['id']}", "FilterStatus", by="luc")
    assert (await site.get(f"/api/v1/statuses/{post}", "Status", by="luc")).json["filtered"] == []


async def test_the_first_version_shows_each_word_as_a_filter(site: Site) -> None:
    body = {"phrase": "crane", "context": ["home"], "irreversible": True, "whole_word": True, "expires_in": 60}
    first = (await site.post(V1, "V1_Filter", by="luc", body=body)).json
    assert (first["phrase"], first["irreversible"], first["whole_word"]) == ("crane", True, True)
    behind = (await site.get(V2, "Filter[]", by="luc")).json
    assert (behind[0]["title"], behind[0]["filter_action"]) == ("crane", "hide")
    assert behind[0]["keywords"][0]["id"] == first["id"]
    change = {"phrase": "press", "context": ["public"], "irreversible": False, "expires_in": None}
    changed = (await site.call("PUT", f"{V1}/{first['id']}", "V1_Filter", by="luc", body=change)).json
    assert (changed["phrase"], changed["context"], changed["expires_at"]) == ("press", ["public"], None)
    assert (await site.get(V1, "V1_Filter[]", by="luc")).json == [changed]
    assert (await site.get(f"{V1}/{first['id']}", "V1_Filter", by="luc")).json == changed
    await site.post(V1, by="luc", body={"phrase": "x"}, status=422)
    await site.call("DELETE", f"{V1}/{first['id']}", "Empty", by="luc")
    assert (await site.get(V2, "Filter[]", by="luc")).json == []


async def test_a_filter_stays_as_long_as_it_has_a_word(site: Site) -> None:
    one = await made(site, "crane", "press")
    for number, word in enumerate(one["keywords"]):
        assert len((await site.get(V2, "Filter[]", by="luc")).json) == 1, number
        await site.call("DELETE", f"{V1}/{word['id']}", "Empty", by="luc")
    assert (await site.get(V2, "Filter[]", by="luc")).json == []


async def test_what_matches_is_told_everywhere_and_to_its_owner_alone(site: Site) -> None:
    await site.follow("luc", "amina")
    await site.follow("luc", "marc")
    post = await site.say("amina", "@luc The CRANE stands still #line3")
    await site.post(f"/api/v1/statuses/{post}/reblog", "Status", by="marc")
    await site.settled()
    await made(site, "crane")
    for path in (
        "/api/v1/timelines/home", "/api/v1/timelines/public", "/api/v1/timelines/tag/line3",
        f"/api/v1/accounts/{site.world.id('amina')}/statuses",
    ):  # fmt: skip
        for _ in range(2):  # from the database, and from what is kept
            assert ["Noise"] in await found(site, path), path
    boost = (await site.get(f"/api/v1/accounts/{site.world.id('marc')}/statuses", "Status[]", by="luc")).json[0]
    assert boost["filtered"] == boost["reblog"]["filtered"]
    assert boost["filtered"][0]["keyword_matches"] == ["crane"]
    told = (await site.get("/api/v1/notifications", "Notification[]", by="luc")).json
    assert [one["status"]["filtered"][0]["filter"]["title"] for one in told] == ["Noise"]
    for name in ("amina", "marc"):
        assert not any(await found(site, "/api/v1/timelines/public", by=name))


async def test_reading_by_filters_costs_one_statement_once(site: Site) -> None:
    await site.follow("luc", "amina")
    for number in range(5):
        await site.say("amina", f"crane {number}")
    await site.settled()
    await made(site, "crane")
    costs = []
    for _ in range(2):
        await found(site, "/api/v1/timelines/home")
        costs.append(site.cost("/api/v1/timelines/home"))
    assert costs == [7, 3]


@pytest.mark.parametrize(
    ("keyword", "whole", "text", "is_found"),
    [
        ("crane", True, "The crane.", True),
        ("crane", True, "The cranes", False),
        ("crane", False, "The cranes", True),
        ("CRANE", True, "crane", True),
        ("#line3", True, "see #line3", True),
        ("#line3", True, "see#line3", True),
        ("grève", True, "la GRÈVE", True),
        ("a.c", True, "abc", False),
        ("href", True, "https://usine.example/x", False),
        ("stands still", True, "It stands still now", True),
    ],
)
async def test_a_word_is_found_where_it_is_read(
    site: Site, keyword: str, whole: bool, text: str, is_found: bool
) -> None:
    post = await site.say("amina", text)
    await made(site, keywords_attributes=[{"keyword": keyword, "whole_word": whole}])
    shown = (await site.get(f"/api/v1/statuses/{post}", "Status", by="luc")).json
    assert bool(shown["filtered"]) is is_found


async def test_a_warning_is_searched_too_and_ones_own_posts_are_not(site: Site) -> None:
    warned = await site.say("amina", "see below", spoiler_text="About the crane")
    own = await site.say("luc", "my crane")
    await made(site, "crane")
    assert (await site.get(f"/api/v1/statuses/{warned}", "Status", by="luc")).json["filtered"]
    assert (await site.get(f"/api/v1/statuses/{own}", "Status", by="luc")).json["filtered"] == []


async def test_a_filter_that_ended_finds_nothing_and_is_still_listed(site: Site) -> None:
    await site.say("amina", "The crane")
    await made(site, "crane", expires_in="60")
    path = "/api/v1/timelines/public"
    assert await found(site, path) == [["Noise"]]
    site.world.clock.pass_by(minutes=2)
    assert await found(site, path) == [[]]
    assert len((await site.get(V2, "Filter[]", by="luc")).json) == 1


async def test_what_is_kept_follows_every_change(site: Site) -> None:
    post = await site.say("amina", "The crane")
    path = "/api/v1/timelines/public"
    assert await found(site, path) == [[]]
    one = await made(site, "crane")
    assert await found(site, path) == [["Noise"]]
    await site.call("PUT", f"{V2}/{one['id']}", "Filter", by="luc", body={"title": "Louder"})
    assert await found(site, path) == [["Louder"]]
    await site.call("PUT", f"/api/v1/statuses/{post}", "Status", by="amina", body={"status": "The press"})
    assert await found(site, path) == [[]]
    await site.call("PUT", f"/api/v1/statuses/{post}", "Status", by="amina", body={"status": "A crane again"})
    assert await found(site, path) == [["Louder"]]
    await site.call("DELETE", f"{V2}/{one['id']}", "Empty", by="luc")
    assert await found(site, path) == [[]]
