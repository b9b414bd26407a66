"""Activities that claim what their actor may not claim, signed well: the running node believes none of them."""

import json
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
import pytest_asyncio

from social.communities import pages
from social.people import accounts
from storage import posts as post_rows
from storage import tombstones
from tests.attacks.foe import PUBLIC, Foe, asked
from tests.attacks.kept import changed, kept
from tests.attacks.stage import Stage, staged
from tests.doors.askers import Person
from tests.nodes import settled
from tests.sites import LocalNode

pytestmark = pytest.mark.asyncio(loop_scope="module")

NOTED = ("inbox", "activities", "tombstones", "sqlite_sequence", "peers", "deliveries")
"""What is kept of an activity that is refused: that it came; and of an end, that it was said."""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def stage(usine: LocalNode, foe: Foe, amina: Person) -> Stage:
    """The stage; amina follows rita, and nobody else of there."""
    return await staged(usine, foe, amina.person)


Made = Callable[[Stage], dict[str, Any]]


def _create(**fields: Any) -> Made:
    """Eve's Create, with changes to its note."""
    return lambda on: _changed_note(on, fields)


def _changed_note(on: Stage, fields: dict[str, Any]) -> dict[str, Any]:
    activity = on.foe.create(on.eve, "<p>faux</p>", to=on.names())
    filled = {name: value(on) if callable(value) else value for name, value in fields.items()}
    return {**activity, "object": {**activity["object"], **filled}}


def _by_eve(type: str, object: Callable[[Stage], Any], **fields: Any) -> Made:
    return lambda on: on.foe.activity(on.eve, type, object(on), **fields)


def _edited(on: Stage) -> dict[str, Any]:
    return {**on.theirs, "content": "<p>faux</p>", "updated": "2030-01-01T00:00:00Z"}


LIES: dict[str, Made] = {
    "a post of another origin": _create(id="https://elsewhere.example/1"),
    "a post with an id of this node": _create(id=lambda on: on.post + "1"),
    "a post with the id of a post here": _create(id=lambda on: on.post),
    "a post by somebody here": _create(attributedTo=lambda on: on.amina),
    "a post by somebody else of there": _create(attributedTo=lambda on: on.rita),
    "a post by two": _create(attributedTo=lambda on: [on.rita, on.eve]),
    "a post by a number": _create(attributedTo=1),
    "a post by a name": _create(attributedTo="amina"),
    "a post by nobody": _create(attributedTo=None),
    "a post over a post of another": _create(id=lambda on: on.theirs["id"]),
    "an edit of another's post": _by_eve("Update", _edited),
    "an edit of a post here": _by_eve("Update", lambda on: {**_edited(on), "id": on.post, "attributedTo": on.amina}),
    "an edit of a profile here": _by_eve("Update", lambda on: {"id": on.amina, "type": "Person", "name": "faux"}),
    "an edit of another's profile": _by_eve("Update", lambda on: {"id": on.rita, "type": "Person", "name": "faux"}),
    "the end of another's post": _by_eve("Delete", lambda on: on.theirs["id"]),
    "the end of a post here": _by_eve("Delete", lambda on: on.post),
    "the end of a tombstone here": _by_eve("Delete", lambda on: {"id": on.post, "type": "Tombstone"}),
    "the end of somebody here": _by_eve("Delete", lambda on: on.amina),
    "the end of another actor": _by_eve("Delete", lambda on: on.rita),
    "the end of the node": _by_eve("Delete", lambda on: on.node.urls.instance_actor),
    "an undone follow of another": _by_eve(
        "Undo", lambda on: {"id": on.follow, "type": "Follow", "actor": on.amina, "object": on.rita}
    ),
    "an undone follow by its id": _by_eve("Undo", lambda on: on.follow),
    "an accept that nobody asked for": _by_eve(
        "Accept", lambda on: {"id": f"{on.amina}#follows/9", "type": "Follow", "actor": on.amina, "object": on.eve}
    ),
    "an accept of a follow of another": _by_eve(
        "Accept", lambda on: {"id": on.follow, "type": "Follow", "actor": on.amina, "object": on.rita}
    ),
    "an accept by the id of a follow of another": _by_eve("Accept", lambda on: on.follow),
    "a reject of a follow of another": _by_eve("Reject", lambda on: on.follow),
    "a follow in the name of somebody here": lambda on: on.foe.activity(on.amina, "Follow", on.eve),
    "a boost of what is for followers": _by_eve("Announce", lambda on: on.closed, to=[PUBLIC]),
    "a like of what is for followers": _by_eve("Like", lambda on: on.closed),
    "a boost that carries a post of another": _by_eve("Announce", lambda on: {**_edited(on), "id": on.theirs["id"]}),
    "a post for followers whom nobody here is": lambda on: on.foe.create(on.eve, "x", to=[f"{on.eve}/followers"]),
    "a post for a stranger": lambda on: on.foe.create(on.eve, "x", to=["https://elsewhere.example/users/x"]),
    "an actor of another origin": lambda on: {**on.foe.create(on.eve, "x"), "actor": "https://elsewhere.example/u"},
    "an actor of this node": lambda on: {**on.foe.create(on.eve, "x"), "actor": on.amina},
    "an activity with an id of this node": lambda on: {
        **on.foe.create(on.eve, "x", to=on.names()), "id": on.post + "#x",
    },
    "an activity of another origin": lambda on: {
        **on.foe.create(on.eve, "x", to=on.names()), "id": "https://elsewhere.example/activities/1",
    },
    "a move of somebody here": _by_eve("Move", lambda on: on.amina, target="https://elsewhere.example/u"),
    "a move to somebody who knows nothing of it": _by_eve(
        "Move", lambda on: on.eve, target="https://elsewhere.example/u"
    ),
    "a move in the name of another": _by_eve("Move", lambda on: on.rita, target="https://elsewhere.example/u"),
    "a boost around a post of a third": _by_eve("Announce", lambda on: {
        "id": "https://elsewhere.example/activities/1", "type": "Create", "actor": "https://elsewhere.example/u",
        "object": {"id": "https://elsewhere.example/1", "type": "Note", "attributedTo": "https://elsewhere.example/u"},
    }),
    "a boost around an edit of a profile": _by_eve("Announce", lambda on: {
        "id": f"{on.rita}#updates/1", "type": "Update", "actor": on.rita,
        "object": {"id": on.rita, "type": "Person", "name": "faux"},
    }),
    "a boost around the end of a post": _by_eve("Announce", lambda on: {
        "id": f"{on.rita}#x", "type": "Delete", "actor": on.rita, "object": on.theirs["id"],
    }),
    "numbers of another's post": _by_eve("Update", lambda on: [
        {"id": f"{on.theirs['id']}/{name}", "type": "Collection", "totalItems": 9} for name in ("likes", "shares")
    ]),
    "numbers of a post here": _by_eve("Update", lambda on: {
        "id": f"{on.post}/likes", "type": "Collection", "totalItems": 9,
    }),
    "a reaction to what is for followers": _by_eve("EmojiReact", lambda on: on.closed, content="x"),
    "an addition to the collection of another": _by_eve("Add", lambda on: on.post, target="https://usine.example/x"),
}  # fmt: skip


@pytest.mark.parametrize("lie", LIES)
async def test_a_lie_changes_nothing(usine: LocalNode, stage: Stage, lie: str) -> None:
    before = kept(usine, without=NOTED)
    assert await stage.foe.tell(usine, LIES[lie](stage), by=stage.eve) in (202, 400, 403)
    await settled(usine)
    assert not changed(before, kept(usine, without=NOTED))


async def test_what_is_for_followers_is_sent_and_shown_to_none_before_the_follow_is_accepted(
    usine: LocalNode, stage: Stage
) -> None:
    careful = await Person.of(usine, "careful", await usine.person("careful", locked=True))
    me = usine.urls.actor("careful")
    await stage.foe.tell(usine, stage.foe.activity(stage.eve, "Follow", me))
    await settled(usine)
    said = await usine.say(careful.person, "aux abonnés acceptés", visibility="private")
    await settled(usine)
    path = said["uri"].removeprefix(usine.base_url)
    for by in (stage.eve, stage.foe.node):
        assert (await stage.foe.ask(usine, path, by=by)).status == 404
        outbox = await stage.foe.ask(usine, "/users/careful/outbox?page=true", by=by)
        assert said["uri"] not in outbox.text
    assert not [seen for seen in stage.foe.peer.requests if said["uri"].encode() in seen.body]


async def test_a_follow_that_is_accepted_by_the_follower_is_none(usine: LocalNode, stage: Stage, amina: Person) -> None:
    """Eve cannot make amina her follower, and cannot become one of a careful person by accepting for them."""
    careful = await usine.person("shy", locked=True)
    me = usine.urls.actor("shy")
    follow = stage.foe.activity(stage.eve, "Follow", me)
    await stage.foe.tell(usine, follow)
    await settled(usine)
    await stage.foe.tell(usine, stage.foe.activity(stage.eve, "Accept", follow))
    await settled(usine)
    shown = await usine.api("GET", f"/api/v1/accounts/{careful.account}", amina.person)
    assert shown["followers_count"] == 0


async def test_somebody_suspended_acts_no_more(usine: LocalNode, stage: Stage, amina: Person, chief: Person) -> None:
    sue = stage.foe.actor("sue")
    await stage.foe.tell(usine, stage.foe.create(sue, "encore là", to=stage.names()))
    await settled(usine)
    row = await usine.read(accounts.by_uri, sue)
    assert row is not None
    await usine.write(accounts.suspend, chief.viewer, row.id, now=usine.clock())
    usine.running.federation.signers.forget(f"{sue}#main-key")
    await settled(usine)
    before = kept(usine, without=NOTED)
    note = stage.foe.note(sue, "caché", to=stage.names())
    for activity in (
        stage.foe.create(sue, "caché", to=stage.names()),
        stage.foe.activity(sue, "Follow", stage.amina),
        stage.foe.activity(sue, "Like", stage.post),
        stage.foe.activity(sue, "Announce", stage.post, to=[PUBLIC]),
        stage.foe.activity(sue, "Create", note["id"]),
    ):
        assert await stage.foe.tell(usine, activity) == 403
    assert (await stage.foe.ask(usine, "/users/amina/outbox?page=true", by=sue)).status == 403
    await settled(usine)
    assert not changed(before, kept(usine, without=NOTED))


BODIES: dict[str, bytes] = {
    "doubled keys": b'{"type":"Create","type":"Delete","actor":"x"}',
    "a list": b"[1]",
    "a word": b'"x"',
    "nothing": b"",
    "no JSON": b"<x/>",
    "NaN": b'{"type":"Create","x":NaN}',
    "infinity": b'{"type":"Create","x":1e999}',
    "a huge number": b'{"type":"Create","x":' + b"9" * 10_000 + b"}",
    "depth": b'{"type":"Create","x":' + b"[" * 20_000 + b"]" * 20_000 + b"}",
    "width": b'{"type":"Create","x":[' + b"1," * 200_000 + b"1]}",
    "a NUL": b'{"type":"Create","content":"a\\u0000b"}',
    "half a character": b'{"type":"Create","content":"\\ud800"}',
    "no UTF-8": b'{"type":"Create","content":"\xff"}',
    "an id that is none": b'{"type":"Create","id":{"a":1},"actor":["x"],"object":[[]]}',
    "a null": b'{"type":null,"actor":null,"object":null,"id":null}',
}


@pytest.mark.parametrize("kind", BODIES)
async def test_a_body_that_cannot_be_read_is_refused_and_not_kept(usine: LocalNode, stage: Stage, kind: str) -> None:
    before = kept(usine)
    for body in (BODIES[kind], BODIES[kind].replace(b'"type"', f'"actor":{json.dumps(stage.eve)},"type"'.encode(), 1)):
        headers = stage.foe.signed(usine, "POST", "/inbox", stage.eve, body)
        reply = await asked(usine, "POST", "/inbox", headers=headers, body=body)
        assert reply.status in (400, 403), (kind, reply.status)
    assert not changed(before, kept(usine))


async def test_more_than_a_mebibyte_is_not_taken_in_told_or_not(usine: LocalNode, stage: Stage) -> None:
    body = b'{"x":"' + b"x" * 1_100_000 + b'"}'

    async def pieces() -> AsyncIterator[bytes]:
        for start in range(0, len(body), 65_536):
            yield body[start : start + 65_536]

    headers = stage.foe.signed(usine, "POST", "/inbox", stage.eve, body)
    assert (await asked(usine, "POST", "/inbox", headers=headers, body=pieces())).status == 413
    packed = {**headers, "Content-Encoding": "gzip"}
    assert (await asked(usine, "POST", "/inbox", headers=packed, body=b"x")).status in (413, 415)
    for kind in ("text/plain", "application/json", "multipart/form-data; boundary=x", ""):
        refused = await asked(usine, "POST", "/inbox", headers={**headers, "Content-Type": kind}, body=b"{}")
        assert refused.status in (400, 401, 415), kind


async def test_nobody_lifts_a_suspension_of_this_node_by_naming_its_mark(
    usine: LocalNode, stage: Stage, chief: Person
) -> None:
    """What somebody suspended here may still say, they or a neighbour, does not say that they are back."""
    sly = stage.foe.actor("sly", name="Before")
    await stage.foe.tell(usine, stage.foe.create(sly, "bonjour", to=stage.names()))
    await settled(usine)
    row = await usine.read(accounts.by_uri, sly)
    assert row is not None
    await usine.write(accounts.suspend, chief.viewer, row.id, now=usine.clock())
    usine.running.federation.signers.forget(f"{sly}#main-key")
    profile = {"id": sly, "type": "Person", "preferredUsername": "sly", "name": "Sly", "inbox": f"{sly}/inbox"}
    key = {"id": f"{sly}#main-key", "owner": sly, "publicKeyPem": stage.foe.pair.public_pem}
    for by in (sly, stage.eve):
        await stage.foe.tell(usine, stage.foe.activity(by, "Undo", f"{sly}#suspended"))
        await stage.foe.tell(usine, stage.foe.activity(by, "Delete", f"{sly}#suspended"))
    await settled(usine)
    await stage.foe.tell(usine, stage.foe.activity(sly, "Update", {**profile, "publicKey": key}))
    await settled(usine)
    row = await usine.read(accounts.by_uri, sly)
    assert row is not None and row.display_name == "Sly" and row.suspended_at is not None


async def test_a_neighbour_who_buries_first_keeps_no_post_of_another(usine: LocalNode, stage: Stage) -> None:
    """Eve says that rita's post is gone before it comes: it comes. Rita says so herself, after her: it does not."""
    early, late = (stage.foe.create(stage.rita, f"<p>{when}</p>") for when in ("avant", "après"))
    for activity in (early, late):
        await stage.foe.tell(usine, stage.foe.activity(stage.eve, "Delete", activity["object"]["id"]))
    await stage.foe.tell(usine, stage.foe.activity(stage.rita, "Delete", late["object"]["id"]))
    await settled(usine)
    for activity in (early, late):
        await stage.foe.tell(usine, activity)
    await settled(usine)
    assert await usine.read(post_rows.by_uri, early["object"]["id"]) is not None
    assert await usine.read(post_rows.by_uri, late["object"]["id"]) is None


async def test_a_neighbour_of_a_community_buries_none_of_its_pages(usine: LocalNode, stage: Stage) -> None:
    group, page = stage.foe.peer.url("/users/club"), f"{stage.rita}#pages/1"
    mark = pages.tomb(group, page)
    for type in ("Undo", "Delete"):
        await stage.foe.tell(usine, stage.foe.activity(stage.eve, type, mark))
    await settled(usine)
    assert await usine.read(tombstones.by_uri, mark, stage.eve) is not None, "it was heard"
    assert not await usine.read(tombstones.is_kind, mark, pages.KIND, group)
