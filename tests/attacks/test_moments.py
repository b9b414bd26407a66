"""Moments that no calendar holds, told by a node of the group wherever there is a time: pages go on to be shown."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from typing import Any
from urllib.parse import parse_qs

import msgspec
import pytest
import pytest_asyncio

from federation.desk import KIND as DESK
from social.announcements.audience import Wave
from social.announcements.statements import KIND, Asking, digests, sign_asking
from social.clock import DAY, EARLIEST, LATEST
from social.desk.exchange import SharedCampaign, SharedPiece, Speaker, Told
from social.desk.pieces import Person as Part
from social.policy import Role
from social.rolls import calls
from social.rolls.calls import Said
from social.trust import manifests
from social.trust.manifest import Member, made, signed
from social.trust.node_keys import NodeKey, make_node_key, node_key
from social.trust.statements import sign_statement
from storage import posts as post_rows
from tests.attacks.foe import PUBLIC, Foe
from tests.attacks.stage import Stage, staged
from tests.doors.askers import Person
from tests.nodes import eventually, settled
from tests.peer import Seen, response
from tests.sites import LocalNode

pytestmark = pytest.mark.asyncio(loop_scope="module")

WRITTEN = (
    "0001-01-01T00:00:00+23:59",
    "9999-12-31T23:59:59-23:59",
    "9999-12-31T23:59:59.999Z",
    "0001-01-02T00:00:00Z",
    "9999-12-30T00:00:00Z",
    "1969-12-31T23:59:59Z",
    "2026-02-30T00:00:00Z",
    "NaN",
)
NUMBERS = (EARLIEST, EARLIEST - 1, LATEST, LATEST + 1, 2**53 - 1, -1, 1 - 2**53)
PAGES = ("/", "/agenda", "/agenda?kind=past", "/notifications", "/to-read", "/roll-call", "/articles", "/group")
OFFICE = ("/calendar", "/calendar?view=week", "/campaigns", "/announcements", "/screens")
CALLS = ("/api/v1/timelines/home", "/api/v1/notifications", "/api/v1/archipel/must_reads", "/api/v1/trends/links")


class Charter(msgspec.Struct, frozen=True, kw_only=True):
    """The stage, a key by which the hostile node speaks for its entity, and who speaks for the site here."""

    stage: Stage
    key: NodeKey
    speaker: Person


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def charter(usine: LocalNode, foe: Foe, amina: Person) -> AsyncIterator[Charter]:
    """Both nodes are of one group, and amina follows rita of the hostile one."""
    own, theirs = await usine.write(node_key, now=usine.clock()), make_node_key()
    entities = [
        Member(id="usine", name="Usine", domain=usine.host, keys=(own.public,)),
        Member(id="foe", name="Foe", domain=foe.authority, keys=(theirs.public,)),
    ]
    new = made(group="Groupe Armor", version=1, starts_at=usine.clock(), threshold=2, entities=entities)
    new = signed(signed(new, "usine", own), "foe", theirs)
    await usine.write(manifests.take, new.text, now=usine.clock())
    await usine.running.federation.group.look()
    stage = await staged(usine, foe, amina.person)
    speaker = await Person.of(usine, "communicator", await usine.person("nora", role=Role.COMMUNICATOR))
    yield Charter(stage=stage, key=theirs, speaker=speaker)


async def _seen(usine: LocalNode, charter: Charter, amina: Person) -> None:
    """Everything can be read, and what is honest comes in."""
    await settled(usine)
    for path in (*PAGES, *CALLS):
        assert (await amina.ask("GET", path)).status == 200, path
    for path in OFFICE:
        assert (await charter.speaker.ask("GET", path)).status == 200, path
    on = charter.stage
    honest = on.foe.create(on.rita, "<p>honnête</p>", to=on.names())
    assert await on.foe.tell(usine, honest) == 202

    async def shown() -> bool:
        home = await usine.api("GET", "/api/v1/timelines/home", amina.person)
        return any(post["uri"] == honest["object"]["id"] for post in home)

    await eventually(shown)


def _said(on: Stage, at: str) -> list[dict[str, Any]]:
    """All kinds of posts and profiles with this moment in every place."""
    times = {name: at for name in ("published", "updated", "startTime", "endTime", "closed")}
    option = {"type": "Note", "name": "oui", "replies": {"type": "Collection", "totalItems": 1}}
    long = {"corrections": [{"published": at, "content": "x"}], "coAuthors": [], "series": "s", "part": 1}
    source = {"mediaType": "text/markdown", "content": "# Un\n\nmot"}
    kinds: list[dict[str, Any]] = [
        {"type": "Note"},
        {"type": "Event", "name": "x", "joinMode": "free", "timezone": "Mars/Phobos"},
        {"type": "Event", "name": "x", "timezone": "Asia/Kiritimati", "startTime": "2100-01-01T00:00:00Z"},
        {"type": "Event", "name": "x", "timezone": "Etc/GMT+12", "endTime": "2100-01-01T00:00:00Z"},
        {"type": "Video", "name": "x"},
        {"type": "Page", "name": "x"},
        {"type": "Question", "oneOf": [option, {**option, "name": "non"}]},
        {"type": "Article", "name": "x", "longForm": long, "source": source},
    ]
    found = []
    for kind in kinds:
        made = on.foe.create(on.rita, "<p>quand</p>", to=on.names(), **(times | kind))
        found += [made, on.foe.activity(on.rita, "Update", made["object"], to=made["to"], published=at)]
    profile = {"id": on.rita, "type": "Person", "preferredUsername": "rita", "inbox": f"{on.rita}/inbox"}
    found.append(on.foe.activity(on.rita, "Update", {**profile, **times, "publicKey": _key(on)}))
    found.append(on.foe.activity(on.rita, "Announce", on.post, to=[PUBLIC], published=at))
    return found


def _key(on: Stage) -> dict[str, str]:
    return {"id": f"{on.rita}#main-key", "owner": on.rita, "publicKeyPem": on.foe.pair.public_pem}


async def test_a_moment_in_a_post_stops_neither_the_inbox_nor_a_page(
    usine: LocalNode, charter: Charter, amina: Person
) -> None:
    on = charter.stage
    for activity in (one for at in WRITTEN for one in _said(on, at)):
        assert await on.foe.tell(usine, activity) in (202, 400), activity
    await _seen(usine, charter, amina)
    found = await usine.api("GET", "/api/v2/search", amina.person, q=f"@rita@{on.foe.authority}")
    rita = found["accounts"][0]["id"]
    statuses = await usine.api("GET", f"/api/v1/accounts/{rita}/statuses", amina.person, limit=40)
    assert all(post["created_at"][:2] in ("19", "20") for post in statuses)
    for post in statuses:
        for path in (f"/@rita@{on.foe.authority}/{post['id']}", f"/api/v1/statuses/{post['id']}"):
            assert (await amina.ask("GET", path)).status in (200, 303), path


async def test_a_moment_in_what_is_signed_stops_no_page(usine: LocalNode, charter: Charter, amina: Person) -> None:
    for at in NUMBERS:
        await _stated(usine, charter, at)
    await _seen(usine, charter, amina)


async def _stated(usine: LocalNode, charter: Charter, at: int) -> None:
    """A must-read and a roll call, each with the moment in one place after another."""
    on, now = charter.stage, usine.clock()
    activity = on.foe.create(on.rita, "<p>à lire</p>", to=on.names())
    assert await on.foe.tell(usine, activity) == 202
    await settled(usine)
    post = await usine.read(post_rows.by_uri, activity["object"]["id"])
    assert post is not None
    places: tuple[dict[str, Any], ...] = (
        {"valid_until": at}, {"valid_from": at}, {"version_at": at}, {"audience": (Wave(at=at),)}, {"at": at},
    )  # fmt: skip
    for turn, said in enumerate(places):
        fields: dict[str, Any] = {"valid_from": now, "audience": (Wave(at=now),), "valid_until": now + DAY}
        fields |= {"at": now + turn} | said
        asking = Asking(type=KIND, post=post.uri, version=1, texts=digests(post), **fields)
        asked = {**activity["object"], "mustRead": json.loads(sign_asking(charter.key, asking))}
        assert await on.foe.tell(usine, on.foe.activity(on.rita, "Update", asked, to=activity["to"])) == 202
    for said in ({"begun_at": at}, {"ended_at": at}, {"at": at}):
        words: dict[str, Any] = {"begun_at": now, "at": now} | said
        roll = Said(type=calls.KIND, roll=f"{at}{list(said)}", title="Fumée", people=9, safe=7, help=1, **words)
        numbers = sign_statement(charter.key, msgspec.to_builtins(roll))
        about = {"id": f"{on.foe.node}#numbers", "type": "RollCall", "statement": numbers}
        assert await on.foe.tell(usine, on.foe.activity(on.foe.node, "Update", about)) == 202


LIES: dict[str, Callable[[str, str], dict[str, Any]]] = {
    "a slot of another's": lambda foe, amina: {"owner_uri": amina},
    "a link that runs": lambda foe, amina: {"post_url": "javascript:alert(1)//", "state": "published"},
    "a link elsewhere": lambda foe, amina: {"post_url": "http://elsewhere.localhost/x", "state": "published"},
    "a version beyond numbers": lambda foe, amina: {"version": 2**40},
    "no version": lambda foe, amina: {"version": -1},
    "a name in many lines": lambda foe, amina: {"title": "x\r\n\u202egnp.exe" * 100},
    "words that are none": lambda foe, amina: {"words": '{"source": 7}'},
    "a state that ends": lambda foe, amina: {"state": "dropped"},
    "numbers beyond numbers": lambda foe, amina: {"reach": {"": 2**53 - 1, "x" * 5_000: -1}},
}


async def _told(usine: LocalNode, charter: Charter, since: int, **said: Any) -> None:
    """The hostile node's desk says this when it is asked, and it says that there is something to ask for."""
    on = charter.stage

    async def answer(seen: Seen, writer: asyncio.StreamWriter) -> None:
        query = parse_qs(seen.target.partition("?")[2])
        asked, once = int(query["since"][0]), query["once"][0]
        part = msgspec.to_builtins(Told(since=asked, version=since + 1, next=since + 1, **said))
        part |= {"type": DESK, "node": on.foe.authority, "to": usine.host, "once": once}
        body = json.dumps(sign_statement(charter.key, part)).encode()
        writer.write(response(200, body, {"Content-Type": "application/json"}))

    on.foe.peer.on("/.well-known/archipel-desk", answer)
    assert await on.foe.tell(usine, {"actor": on.foe.node}, to="/.well-known/archipel-desk") == 202
    await settled(usine)


def _piece(usine: LocalNode, charter: Charter, number: int, **said: Any) -> SharedPiece:
    on, nora = charter.stage, usine.urls.actor("nora")
    reviewer = Part(uri=nora, name="Nora\u202e\n", part="reviewer", note="x" * 9_000)
    fields: dict[str, Any] = {
        "uri": on.foe.peer.url(f"/desk/{number}"),
        "owner_uri": on.rita,
        "owner_name": "Rita\r\nX",
        "title": "Plan",
        "state": "review",
        "slot_at": usine.clock() + DAY,
        "words": '{"title": "Plan", "source": "Mots"}',
        "people": (reviewer,),
    }
    return SharedPiece(**(fields | said))


def _campaign(charter: Charter, number: int, at: int) -> SharedCampaign:
    on = charter.stage
    return SharedCampaign(
        uri=on.foe.peer.url(f"/campaigns/{number}"),
        owner_uri=on.rita,
        owner_name="Rita",
        name="Casques",
        objective="x",
        hashtag="<b>",
        starts_at=at,
        ends_at=at,
        updated_at=at,
    )


async def test_a_desk_that_lies_stops_no_page(usine: LocalNode, charter: Charter, amina: Person) -> None:
    on = charter.stage
    lies = [lie(on.foe.authority, on.amina) for lie in LIES.values()]
    lies += [{"slot_at": at, "updated_at": at} for at in NUMBERS]
    pieces = [_piece(usine, charter, number, **said) for number, said in enumerate(lies, start=1)]
    campaigns = tuple(_campaign(charter, number, at) for number, at in enumerate((*NUMBERS, usine.clock())))
    speaker = Speaker(uri=on.rita, name="Rita\n\u202e")
    said = {"pieces": (*pieces, _piece(usine, charter, 0)), "campaigns": campaigns, "communicators": (speaker,)}
    await _told(usine, charter, 1, **said)
    await _seen(usine, charter, amina)
    shelf = await charter.speaker.ask("GET", "/articles")
    assert "Plan" in shelf.text, "what is no lie is taken"
    links = [part.partition('"')[0] for part in shelf.text.split('href="/desk/')[1:]]
    for id in links:
        page = await charter.speaker.ask("GET", f"/desk/{id}")
        assert page.status == 200 and "javascript:" not in page.text and "elsewhere.localhost" not in page.text, id
        assert "\u202e" not in page.text
    mine = await amina.ask("GET", "/articles")
    assert 'href="/desk/' not in mine.text, "nobody elsewhere makes a piece hers"


async def test_a_person_of_here_writes_no_such_moment_either(usine: LocalNode, charter: Charter) -> None:
    speaker = charter.speaker
    for at in ("0001-01-01", "9999-12-31", "0000-01-01", "99999-01-01"):
        fields = {"name": "x", "objective": "x", "starts_at": at, "ends_at": at}
        assert (await speaker.ask("POST", "/campaigns", fields)).status == 422, at
        slot = {"title": "x", "slot_at": f"{at}T00:00", "channel": "article"}
        assert (await speaker.ask("POST", "/calendar", slot)).status == 422, at
        held = {"title": "x", "starts_at": f"{at}T00:00", "timezone": "Europe/Paris", "text": "x"}
        assert (await speaker.ask("POST", "/agenda/new", held)).status == 422, at
        news = {"text": "x", "language": "fr", "until": f"{at}T00:00"}
        assert (await speaker.ask("POST", "/announcements/new", news)).status == 422, at
        assert (await speaker.ask("POST", "/to-read/away", {"until": f"{at}T00:00"})).status == 422, at
        later = await speaker.ask("POST", "/api/v1/statuses", {"status": "x", "scheduled_at": f"{at}T00:00:00Z"})
        assert later.status == 422, at
    for path in OFFICE:
        assert (await speaker.ask("GET", path)).status == 200, path
