"""Two real nodes talk: everything that people do at one shows at the other, to whom it is for."""

from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from storage.ids import Millis
from tests.nodes import eventually, running_group, settled
from tests.sites import LocalNode, Person, Refused
from tests.social.pictures import encoded, opened, workshop

pytestmark = pytest.mark.asyncio(loop_scope="module")


class Pair:
    """The nodes of siege and usine, with bruno at siege and amina at usine, who follow each other."""

    def __init__(self, siege: LocalNode, usine: LocalNode) -> None:
        self.siege, self.usine = siege, usine
        self.bruno: Person
        self.amina: Person
        self.luc: Person

    async def settle(self) -> None:
        await settled(self.siege, self.usine)

    async def seen_by_bruno(self, post: dict[str, Any]) -> dict[str, Any]:
        """A post of usine as siege shows it."""
        id = await self.siege.find(self.bruno, post["uri"])
        found: dict[str, Any] = await self.siege.api("GET", f"/api/v1/statuses/{id}", self.bruno)
        return found

    async def told(self, site: LocalNode, who: Person, kind: str) -> list[dict[str, Any]]:
        """Notifications of one kind, and none of them left."""
        found: list[dict[str, Any]] = await site.api("GET", "/api/v1/notifications", who)
        await site.api("POST", "/api/v1/notifications/clear", who)
        return [one for one in found if one["type"] == kind]


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def pair(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Pair]:
    folder: Path = tmp_path_factory.mktemp("pair")
    async with running_group(folder, "siege", "usine") as (siege, usine):
        made = Pair(siege, usine)
        made.bruno, made.amina = await siege.person("bruno"), await usine.person("amina")
        made.luc = await usine.person("luc")
        await siege.follow(made.bruno, made.amina)
        await usine.follow(made.amina, made.bruno)
        await made.settle()
        for site, who in ((siege, made.bruno), (usine, made.amina)):
            await site.api("POST", "/api/v1/notifications/clear", who)
        yield made


async def test_a_post_is_in_the_home_of_a_follower_and_in_the_group(pair: Pair) -> None:
    post = await pair.usine.say(pair.amina, "Line 3 stops #panne", language="en", spoiler_text="Noise")
    await pair.settle()
    for path in ("timelines/home", "timelines/public", "timelines/tag/panne"):
        (first, *_) = await pair.siege.api("GET", f"/api/v1/{path}", pair.bruno)
        assert first["uri"] == post["uri"]
        assert (first["spoiler_text"], first["language"], first["visibility"]) == ("Noise", "en", "public")
        assert first["account"]["acct"] == pair.amina.acct


async def test_a_public_post_of_somebody_nobody_follows_is_in_the_group_only(pair: Pair) -> None:
    post = await pair.usine.say(pair.luc, "New here")
    await pair.settle()
    group = await pair.siege.api("GET", "/api/v1/timelines/public", pair.bruno)
    home = await pair.siege.api("GET", "/api/v1/timelines/home", pair.bruno)
    assert post["uri"] in [one["uri"] for one in group]
    assert post["uri"] not in [one["uri"] for one in home]


async def test_an_answer_names_and_tells_the_one_who_asked_and_stands_in_the_thread(pair: Pair) -> None:
    question = await pair.usine.say(pair.amina, "Who has the key?")
    await pair.settle()
    seen = await pair.seen_by_bruno(question)
    await pair.siege.say(pair.bruno, f"@{pair.amina.acct} I have", in_reply_to_id=seen["id"])
    await pair.settle()
    (mention,) = await pair.told(pair.usine, pair.amina, "mention")
    assert mention["account"]["acct"] == pair.bruno.acct
    assert [one["acct"] for one in mention["status"]["mentions"]] == ["amina"]
    context = await pair.usine.api("GET", f"/api/v1/statuses/{question['id']}/context", pair.amina)
    assert [one["uri"] for one in context["descendants"]] == [mention["status"]["uri"]]
    assert (await pair.usine.api("GET", f"/api/v1/statuses/{question['id']}", pair.amina))["replies_count"] == 1


async def test_likes_and_boosts_come_and_go(pair: Pair) -> None:
    post = await pair.usine.say(pair.amina, "We did it")
    await pair.settle()
    seen = await pair.seen_by_bruno(post)

    async def counts() -> tuple[int, int]:
        await pair.settle()
        now = await pair.usine.api("GET", f"/api/v1/statuses/{post['id']}", pair.amina)
        return now["favourites_count"], now["reblogs_count"]

    for verb, expected in (("favourite", (1, 0)), ("reblog", (1, 1)), ("unfavourite", (0, 1)), ("unreblog", (0, 0))):
        await pair.siege.api("POST", f"/api/v1/statuses/{seen['id']}/{verb}", pair.bruno)
        assert await counts() == expected
    await pair.siege.api("POST", f"/api/v1/statuses/{seen['id']}/favourite", pair.bruno)
    await pair.siege.api("POST", f"/api/v1/statuses/{seen['id']}/reblog", pair.bruno)
    assert await counts() == (1, 1)
    found = await pair.usine.api("GET", "/api/v1/notifications", pair.amina)
    assert {one["type"] for one in found} >= {"favourite", "reblog"}
    await pair.usine.api("POST", "/api/v1/notifications/clear", pair.amina)


async def test_an_edit_and_a_deletion_are_seen(pair: Pair) -> None:
    post = await pair.usine.say(pair.amina, "Stops at noon")
    await pair.settle()
    await pair.usine.api("PUT", f"/api/v1/statuses/{post['id']}", pair.amina, status="Stops at one")
    await pair.settle()
    seen = await pair.seen_by_bruno(post)
    assert seen["content"] == "<p>Stops at one</p>" and seen["edited_at"] is not None
    await pair.usine.api("DELETE", f"/api/v1/statuses/{post['id']}", pair.amina)
    await pair.settle()
    with pytest.raises(Refused) as refusal:
        await pair.siege.api("GET", f"/api/v1/statuses/{seen['id']}", pair.bruno)
    assert refusal.value.status == 404


async def test_a_direct_post_is_for_the_one_it_names(pair: Pair) -> None:
    ines = await pair.siege.person("ines")
    post = await pair.usine.say(pair.amina, f"@{pair.bruno.acct} psst", visibility="direct")
    await pair.settle()
    (told,) = await pair.told(pair.siege, pair.bruno, "mention")
    assert (told["status"]["uri"], told["status"]["visibility"]) == (post["uri"], "direct")
    with pytest.raises(Refused):
        await pair.siege.api("GET", f"/api/v1/statuses/{told['status']['id']}", ines)


async def test_a_post_for_followers_is_for_followers(pair: Pair) -> None:
    ines = await pair.siege.person("ines")
    post = await pair.usine.say(pair.amina, "Among us", visibility="private")
    await pair.settle()
    (first, *_) = await pair.siege.api("GET", "/api/v1/timelines/home", pair.bruno)
    assert first["uri"] == post["uri"]
    with pytest.raises(Refused):
        await pair.siege.api("GET", f"/api/v1/statuses/{first['id']}", ines)


async def test_a_picture_comes_with_its_description(pair: Pair) -> None:
    raw = encoded(workshop(640, 480), "JPEG")
    media = await upload(pair.usine, pair.amina, raw, {"description": "The press"})
    post = await pair.usine.say(pair.amina, "Look", media_ids=[media["id"]])
    await pair.settle()
    seen = await pair.seen_by_bruno(post)
    (picture,) = seen["media_attachments"]
    assert (picture["type"], picture["description"]) == ("image", "The press")
    assert picture["url"].startswith(pair.siege.base_url)
    async with pair.siege.request("GET", picture["url"].removeprefix(pair.siege.base_url)) as answer:
        assert (answer.status, answer.headers["Content-Type"]) == (200, "image/jpeg")
        assert opened(await answer.read()).size == (640, 480)


async def upload(site: LocalNode, by: Person, raw: bytes, fields: dict[str, str]) -> dict[str, Any]:
    """Upload a picture through the API."""
    boundary = "archipel-boundary"
    parts = [
        f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
        for name, value in fields.items()
    ]
    parts.append(
        f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="a.jpg"\r\n'
        "Content-Type: image/jpeg\r\n\r\n".encode()
        + raw
        + f"\r\n--{boundary}--\r\n".encode()
    )
    headers = {
        "Authorization": f"Bearer {by.token}",
        "Content-Type": f"multipart/form-data; boundary={boundary}",
    }
    async with site.request("POST", "/api/v2/media", headers=headers, data=b"".join(parts)) as answer:
        found: dict[str, Any] = await answer.json()
        assert answer.status in (200, 202), found
        return found


def is_later_than(node: LocalNode, moment: Millis) -> bool:
    return node.clock() > moment


async def test_somebody_newly_followed_comes_with_their_last_posts(pair: Pair) -> None:
    carla = await pair.usine.person("carla")
    said = []
    for day in range(25):
        said.append(await pair.usine.say(carla, f"Day {day}", visibility="unlisted"))
        # Of two posts of one millisecond no other node knows which came first.
        await eventually(partial(is_later_than, pair.usine, pair.usine.clock()), every=0.001)
    await pair.settle()
    group = await pair.siege.api("GET", "/api/v1/timelines/public", pair.bruno)
    before = [one["uri"] for one in group]
    account = await pair.siege.account_of(pair.bruno, carla)
    await pair.siege.api("POST", f"/api/v1/accounts/{account}/follow", pair.bruno)
    await pair.settle()
    shown = await pair.siege.api("GET", f"/api/v1/accounts/{account}/statuses", pair.bruno, limit=40)
    assert [one["uri"] for one in shown] == [one["uri"] for one in said[:4:-1]]
    group = await pair.siege.api("GET", "/api/v1/timelines/public", pair.bruno)
    assert [one["uri"] for one in group] == before


async def test_a_careful_account_is_followed_when_it_agrees_and_not_before(pair: Pair) -> None:
    marc = await pair.usine.person("marc", locked=True)
    account = await pair.siege.account_of(pair.bruno, marc)
    await pair.siege.api("POST", f"/api/v1/accounts/{account}/follow", pair.bruno)
    await pair.settle()
    (relation,) = await pair.siege.api("GET", "/api/v1/accounts/relationships", pair.bruno, id=account)
    assert (relation["following"], relation["requested"]) == (False, True)
    (request,) = await pair.usine.api("GET", "/api/v1/follow_requests", marc)
    await pair.usine.api("POST", f"/api/v1/follow_requests/{request['id']}/authorize", marc)
    await pair.settle()
    (relation,) = await pair.siege.api("GET", "/api/v1/accounts/relationships", pair.bruno, id=account)
    assert (relation["following"], relation["requested"]) == (True, False)
    await pair.siege.api("POST", f"/api/v1/accounts/{account}/unfollow", pair.bruno)
    await pair.settle()
    assert await pair.usine.api("GET", f"/api/v1/accounts/{await own_id(pair.usine, marc)}/followers", marc) == []


async def own_id(site: LocalNode, who: Person) -> str:
    id: str = (await site.api("GET", "/api/v1/accounts/verify_credentials", who))["id"]
    return id


async def test_a_profile_that_changes_is_seen(pair: Pair) -> None:
    await pair.usine.api(
        "PATCH", "/api/v1/accounts/update_credentials", pair.luc, display_name="Luc P.", note="Line 3, nights"
    )
    await pair.settle()
    account = await pair.siege.account_of(pair.bruno, pair.luc)
    shown = await pair.siege.api("GET", f"/api/v1/accounts/{account}", pair.bruno)
    assert (shown["display_name"], shown["note"]) == ("Luc P.", "<p>Line 3, nights</p>")


async def test_a_block_ends_what_was_between_two(pair: Pair) -> None:
    dan, eve = await pair.siege.person("dan"), await pair.usine.person("eve")
    await pair.siege.follow(dan, eve)
    await pair.usine.follow(eve, dan)
    await pair.settle()
    account = await pair.usine.account_of(eve, dan)
    await pair.usine.api("POST", f"/api/v1/accounts/{account}/block", eve)
    await pair.settle()
    there = await pair.siege.account_of(dan, eve)
    (relation,) = await pair.siege.api("GET", "/api/v1/accounts/relationships", dan, id=there)
    assert (relation["following"], relation["followed_by"], relation["blocked_by"]) == (False, False, True)
    await pair.usine.say(eve, "Without dan")
    await pair.settle()
    assert await pair.siege.api("GET", "/api/v1/timelines/home", dan) == []


async def test_a_pasted_page_leads_to_the_post(pair: Pair) -> None:
    post = await pair.usine.say(pair.luc, "Quiet words", visibility="unlisted")
    await pair.settle()
    found = await pair.siege.api("GET", "/api/v2/search", pair.bruno, q=post["url"], resolve="true")
    assert [one["uri"] for one in found["statuses"]] == [post["uri"]]
    found = await pair.siege.api("GET", "/api/v2/search", pair.bruno, q=post["account"]["url"], resolve="true")
    assert [one["acct"] for one in found["accounts"]] == [pair.luc.acct]


async def test_what_a_person_puts_forward_is_on_their_page_at_the_other_site(pair: Pair) -> None:
    post = await pair.usine.say(pair.amina, "Safety first")
    close = await pair.usine.say(pair.amina, "Among us", visibility="private")
    await pair.settle()
    amina = (await pair.seen_by_bruno(post))["account"]["id"]

    async def shown() -> tuple[list[str], list[str]]:
        pinned = await pair.siege.api("GET", f"/api/v1/accounts/{amina}/statuses?pinned=true", pair.bruno)
        tags = await pair.siege.api("GET", f"/api/v1/accounts/{amina}/featured_tags", pair.bruno)
        return [one["uri"] for one in pinned], [one["name"] for one in tags]

    for one in (post, close):
        await pair.usine.api("POST", f"/api/v1/statuses/{one['id']}/pin", pair.amina)
    await pair.usine.api("POST", "/api/v1/tags/Line3/feature", pair.amina)
    await pair.settle()
    assert await shown() == ([close["uri"], post["uri"]], ["Line3"])
    await pair.usine.api("POST", f"/api/v1/statuses/{close['id']}/unpin", pair.amina)
    await pair.usine.api("POST", "/api/v1/tags/Line3/unfeature", pair.amina)
    await pair.settle()
    assert await shown() == ([post["uri"]], [])
