"""Names, addresses and times that mislead: the running node takes nobody for somebody else."""

from collections.abc import Callable
from typing import Any

import pytest
import pytest_asyncio

from social.clock import DAY, iso, system_clock
from storage import posts as post_rows
from storage.ids import Millis
from tests.attacks.foe import Foe
from tests.attacks.kept import changed, kept
from tests.attacks.stage import Stage, staged
from tests.attacks.test_activities import NOTED
from tests.doors.askers import Person
from tests.nodes import settled
from tests.sites import LocalNode

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def stage(usine: LocalNode, foe: Foe, amina: Person) -> Stage:
    """The stage; amina follows rita, and nobody else of there."""
    return await staged(usine, foe, amina.person)


HOST = "foe.localhost"
WRITTEN: dict[str, Callable[[str], str]] = {
    "with a dot behind": lambda url: url.replace(HOST, HOST + "."),
    "in full width": lambda url: url.replace(HOST, "\uff46\uff4f\uff45.localhost"),
    "with a dot that looks like one": lambda url: url.replace(HOST, "foe\u3002localhost"),
    "with a name before": lambda url: url.replace("http://", "http://usine@"),
    "with a backslash": lambda url: url.replace("/users", "\\@usine.localhost/users"),
    "behind a percent sign": lambda url: url.replace(HOST, "%66oe.localhost"),
    "with an invisible letter": lambda url: url.replace(HOST, "f\u200boe.localhost"),
    "at another port": lambda url: url.replace("/users", "1/users"),
    "by another scheme": lambda url: url.replace("http://", "https://"),
    "below its name": lambda url: url.replace(HOST, "x." + HOST),
    "beside its name": lambda url: url.replace(HOST, "x" + HOST),
    "with dots in the path": lambda url: url.replace("/users", "/x/../users"),
    "encoded twice": lambda url: url.replace("/users", "/%2575sers"),
    "with a fragment": lambda url: url + "#main",
}


@pytest.mark.parametrize("how", WRITTEN)
async def test_an_actor_whose_id_is_written_otherwise_is_nobody_else(usine: LocalNode, stage: Stage, how: str) -> None:
    before = kept(usine, without=NOTED)
    rita = WRITTEN[how](stage.rita)
    assert rita != stage.rita
    activity = stage.foe.create(stage.rita, "faux", to=stage.names())
    for changes in ({"actor": rita}, {"object": activity["object"] | {"attributedTo": rita}}):
        assert await stage.foe.tell(usine, activity | changes, by=stage.rita) in (202, 400, 403), changes
    if "#" not in rita and "\\" not in rita:
        headers = stage.foe.signed(usine, "GET", "/users/amina/outbox", stage.rita, key_id=f"{rita}#main-key")
        async with usine.request("GET", "/users/amina/outbox", headers=headers) as answer:
            # By another scheme there is nobody who could show the key.
            assert answer.status in (400, 401, 403, 503), how
    await settled(usine)
    assert not changed(before, kept(usine, without=NOTED))


def _redirected(on: Stage) -> str:
    note = on.foe.note(on.eve, "faux")
    on.foe.peer.document("/fake", note | {"id": on.foe.peer.url("/claimed"), "attributedTo": on.rita})
    return on.foe.peer.redirect("/claimed", on.foe.peer.url("/fake"))


def _page(on: Stage) -> str:
    on.foe.peer.document("/page", {"id": on.foe.peer.url("/nowhere"), "type": "Note", "attributedTo": on.rita})
    return on.foe.peer.url("/page")


def _foreign(on: Stage) -> str:
    on.foe.peer.document("/foreign", {"id": "https://elsewhere.example/1", "type": "Note", "attributedTo": on.rita})
    return on.foe.peer.url("/foreign")


DOCUMENTS: dict[str, Callable[[Stage], str]] = {
    "an id claimed after a redirection": _redirected,
    "a page's address taken for an id": _page,
    "a document with an id of another origin": _foreign,
    "a fragment of a post of another": lambda on: on.theirs["id"] + "#x",
}


@pytest.mark.parametrize("kind", DOCUMENTS)
async def test_a_document_that_is_not_where_its_id_says_is_nothing(usine: LocalNode, stage: Stage, kind: str) -> None:
    url = DOCUMENTS[kind](stage)
    before = kept(usine, without=NOTED)
    for type in ("Announce", "Create", "Update"):
        activity = stage.foe.activity(stage.eve, type, url, to=stage.names())
        assert await stage.foe.tell(usine, activity) in (202, 400, 403)
    await settled(usine)
    assert not changed(before, kept(usine, without=NOTED))
    assert await usine.read(post_rows.by_uri, url) is None


async def test_a_handle_that_leads_to_somebody_else_or_in_a_circle_finds_nobody(
    usine: LocalNode, stage: Stage, amina: Person
) -> None:
    foe = stage.foe
    foe.point(f"acct:usurper@{foe.authority}", stage.rita)
    one, other = foe.actor("one", webfinger=f"other@{foe.authority}"), foe.actor("two")
    foe.point(f"acct:one@{foe.authority}", other)
    foe.point(f"acct:two@{foe.authority}", one)
    before = len(foe.peer.requests)
    for name in ("usurper", "one"):
        found = await usine.api("GET", "/api/v2/search", amina.person, q=f"@{name}@{foe.authority}", resolve="true")
        shown = [account["acct"] for account in found["accounts"]]
        assert f"{name}@{foe.authority}" not in shown, name
    assert len(foe.peer.requests) - before < 30


@pytest.mark.parametrize(("published", "is_now"), [("2199-01-01T00:00:00Z", True), ("1969-12-31T23:00:00Z", False)])
async def test_a_post_of_the_future_is_of_now_and_one_before_1970_is_none_of_now(
    usine: LocalNode, stage: Stage, amina: Person, published: str, is_now: bool
) -> None:
    activity: dict[str, Any] = stage.foe.create(stage.rita, "d'un autre temps", to=stage.names())
    activity["object"]["published"] = published
    assert await stage.foe.tell(usine, activity) == 202
    await settled(usine)
    row = await usine.read(post_rows.by_uri, activity["object"]["id"])
    assert row is not None and 0 <= row.published_at <= system_clock()
    status = await usine.api("GET", f"/api/v1/statuses/{row.id}", amina.person)
    assert (status["created_at"] > iso(Millis(system_clock() - DAY))) is is_now
