"""The directory of the group: what is published, what is read of another node, and what is not believed."""

import json
from typing import Any

import pytest

from social.errors import Unavailable
from social.feeds import directory, search
from social.jobs import FetchDirectory
from social.people import accounts as people
from social.people import published
from social.people.accounts import ProfileChange
from social.policy import Viewer
from social.trust import manifests, node_keys
from social.trust.manifest import Member, made, signed
from social.trust.node_keys import NodeKey, make_node_key
from social.trust.statements import sign_statement, verify_statement
from storage import peers
from storage import published as rows
from tests.federation.neighbour import Neighbour, Somebody, pem
from tests.federation.station import Station
from tests.peer import response
from tests.social.pictures import png_of_size

PATH = "/.well-known/archipel-directory"
SIEGE = make_node_key()


async def chartered(station: Station, siege: Neighbour, key: NodeKey = SIEGE) -> None:
    """A manifest of our node and the neighbour's is in force."""
    siege.node()
    own = await station.db.write(node_keys.node_key, now=station.clock())
    entities = [
        Member(id="usine", name="Usine", domain=station.host, keys=(own.public,)),
        Member(id="siege", name="Siège", domain=siege.authority, keys=(key.public,)),
    ]
    new = made(group="Armor", version=1, starts_at=station.clock(), threshold=2, entities=entities)
    new = signed(signed(new, "usine", own), "siege", key)
    await station.db.write(manifests.take, new.text, now=station.clock())
    await station.federation.group.look()


async def shown(station: Station, siege: Neighbour, since: int = 0) -> dict[str, Any]:
    """What our node publishes, verified."""
    reply = await station.show(siege, f"{PATH}?since={since}", siege.node().key)
    assert reply.status == 200, reply.body
    manifest = await station.db.read(manifests.active, now=station.clock())
    assert manifest is not None
    found = verify_statement(manifest, reply.json())
    assert found.entity.id == "usine"
    return found.document


def names(document: dict[str, Any]) -> list[str]:
    return [fields["preferredUsername"] for fields in document["people"]]


async def edit(station: Station, name: str, **said: Any) -> None:
    change = ProfileChange(**said)
    await station.db.write(
        people.edit_profile, station.viewer(name), change, urls=station.urls, now=station.clock.pass_by(minutes=1)
    )
    await station.settle()


async def test_people_who_want_to_be_found_are_published_and_who_no_longer_does_leaves(
    station: Station, siege: Neighbour
) -> None:
    await chartered(station, siege)
    await station.person("amina")
    await station.person("luc")
    await station.settle()
    first = await shown(station, siege)
    assert names(first) == ["amina", "luc"]
    assert (first["people"][0]["jobTitle"], first["people"][0]["name"]) == ("Maintenance", "Amina Benali")
    assert await shown(station, siege, first["version"]) == first | {
        "since": first["version"],
        "next": first["version"],
        "people": [],
    }
    await edit(station, "amina", job="Quality", team="Presses", locale="fr")
    second = await shown(station, siege, first["version"])
    (there,) = second["people"]
    assert (there["jobTitle"], there["affiliation"], there["knowsLanguage"]) == ("Quality", "Presses", "fr")
    await edit(station, "luc", discoverable=False)
    third = await shown(station, siege, second["version"])
    assert (third["people"], third["left"]) == ([], [{"id": station.urls.actor("luc"), "state": "hidden"}])
    assert names(await shown(station, siege)) == ["amina"]


async def test_who_never_wanted_to_be_found_is_not_named_at_all(station: Station, siege: Neighbour) -> None:
    await chartered(station, siege)
    await station.person("amina")
    await edit(station, "amina", discoverable=False)
    await station.db.write(published.complete)
    whole = await shown(station, siege)
    assert (whole["people"], whole["left"], whole["version"]) == ([], [], 0)


async def test_people_of_before_are_published_at_the_start(quick: Station, siege: Neighbour) -> None:
    await chartered(quick, siege)
    await quick.person("amina")
    assert names(await shown(quick, siege)) == []
    assert await quick.db.write(published.complete) == 1
    assert await quick.db.write(published.complete) == 0
    assert names(await shown(quick, siege)) == ["amina"]


async def test_the_directory_is_for_nodes_of_the_group(quick: Station, siege: Neighbour) -> None:
    node = siege.node()
    assert (await quick.show(siege, PATH)).status == 401
    # Let in as a neighbour, and named by no manifest.
    assert (await quick.show(siege, PATH, node.key)).status == 404


def part(siege: Neighbour, *everybody: Somebody, since: int = 0, **said: Any) -> dict[str, Any]:
    """A part of the neighbour's directory."""
    written = [
        siege.actor(who, pem(0)) | {"discoverable": True, "jobTitle": "Communication", "affiliation": "Siège"}
        for who in everybody
    ]
    return {
        "type": "ArchipelDirectory",
        "node": siege.authority,
        "since": since,
        "version": len(written),
        "next": len(written),
        "people": written,
        "left": [],
        **said,
    }


def serve(siege: Neighbour, document: dict[str, Any], key: NodeKey = SIEGE) -> None:
    siege.json(PATH, sign_statement(key, document))


async def read(station: Station, siege: Neighbour) -> None:
    await station.federation.directory.fetch(FetchDirectory(host=siege.authority))


async def found(station: Station, text: str) -> list[str]:
    await station.person("ines")
    rows = await station.db.read(search.people, station.viewer("ines"), text)
    return [row.acct for row in rows]


async def test_people_of_another_node_are_found_though_nobody_follows_them(
    station: Station, siege: Neighbour, bruno: Somebody
) -> None:
    await chartered(station, siege)
    assert await found(station, "bru") == []
    serve(siege, part(siege, bruno))
    await read(station, siege)
    assert await found(station, "bru") == [f"bruno@{siege.authority}"]
    assert await found(station, "communication") == [f"bruno@{siege.authority}"]
    row = await station.by_uri(bruno.id)
    assert row is not None
    assert row.team == "Siège"
    listed = await station.db.read(directory.directory, Viewer(), new=False, local=False, limit=40, offset=0)
    assert f"bruno@{siege.authority}" in [row.acct for row in listed]
    peer = await station.db.read(peers.by_host, siege.authority)
    assert peer is not None
    assert peer.directory_version == 1
    # Twice is once, and the key that came with it is believed.
    await read(station, siege)
    asked = len([seen for seen in siege.requests if seen.path == "/users/bruno"])
    await station.accept(siege, siege.create(siege.note(bruno)), by=bruno)
    assert len([seen for seen in siege.requests if seen.path == "/users/bruno"]) == asked


async def test_who_left_is_found_no_longer(station: Station, siege: Neighbour, bruno: Somebody) -> None:
    carla = siege.person("carla")
    await chartered(station, siege)
    serve(siege, part(siege, bruno, carla))
    await read(station, siege)
    left = [{"id": bruno.id, "state": "hidden"}, {"id": carla.id, "state": "gone"}]
    serve(siege, part(siege, since=2, version=4, next=4, left=left))
    await read(station, siege)
    assert await found(station, "bru") == await found(station, "car") == []
    row = await station.by_uri(carla.id)
    assert row is not None
    assert row.deleted_at is not None


async def test_a_node_that_was_restored_from_a_copy_is_read_anew(
    station: Station, siege: Neighbour, bruno: Somebody
) -> None:
    carla = siege.person("carla")
    await chartered(station, siege)
    serve(siege, part(siege, bruno, carla))
    await read(station, siege)
    # Of the copy, number 1 is the last; carla joined after it was made.
    answers = [part(siege, since=2, version=1, next=2), part(siege, bruno)]
    siege.on(PATH, _json_script([sign_statement(SIEGE, answer) for answer in answers]))
    await read(station, siege)
    assert await found(station, "bru") == [f"bruno@{siege.authority}"]
    assert await found(station, "car") == []
    peer = await station.db.read(peers.by_host, siege.authority)
    assert peer is not None
    assert peer.directory_version == 1


def _json_script(documents: list[dict[str, Any]]) -> Any:
    left = list(documents)

    async def script(seen: Any, writer: Any) -> None:
        fields = left.pop(0) if len(left) > 1 else left[0]
        writer.write(response(200, json.dumps(fields).encode(), {"Content-Type": "application/json"}))

    return script


@pytest.mark.parametrize(
    "spoil",
    [
        pytest.param(lambda siege, whole: sign_statement(make_node_key(), whole), id="a stranger's key"),
        pytest.param(lambda siege, whole: whole, id="no signature"),
        pytest.param(
            lambda siege, whole: {**sign_statement(SIEGE, whole), "version": 7}, id="changed after it was signed"
        ),
        pytest.param(lambda siege, whole: sign_statement(SIEGE, {**whole, "node": "far.example"}), id="another node"),
        pytest.param(lambda siege, whole: sign_statement(SIEGE, {**whole, "since": 3}), id="another part"),
        pytest.param(lambda siege, whole: sign_statement(SIEGE, {**whole, "next": -1}), id="leads back"),
        pytest.param(lambda siege, whole: sign_statement(SIEGE, {**whole, "people": whole["people"] * 60}), id="large"),
        pytest.param(lambda siege, whole: sign_statement(SIEGE, {**whole, "type": "Other"}), id="something else"),
        pytest.param(lambda siege, whole: sign_statement(SIEGE, {**whole, "people": [{"id": 1}]}), id="no actor"),
    ],
)
async def test_a_part_that_is_not_as_it_should_be_is_not_believed(
    quick: Station, siege: Neighbour, bruno: Somebody, spoil: Any
) -> None:
    await chartered(quick, siege)
    siege.json(PATH, spoil(siege, part(siege, bruno)))
    await read(quick, siege)
    assert await found(quick, "bru") == []


async def test_nobody_speaks_for_people_of_another_node(quick: Station, siege: Neighbour, bruno: Somebody) -> None:
    await chartered(quick, siege)
    async with Neighbour("far.localhost") as far:
        eve = far.person("eve")
        serve(siege, part(siege, bruno) | {"people": [far.actor(eve) | {"discoverable": True}]})
        await read(quick, siege)
        assert await found(quick, "eve") == []
    # Nor does it say that people of ours have left.
    await quick.person("amina")
    left = [{"id": quick.urls.actor("amina"), "state": state} for state in ("hidden", "gone")]
    serve(siege, part(siege, left=left))
    await read(quick, siege)
    assert await found(quick, "ami") == ["amina"]


async def test_a_node_that_is_away_is_asked_again(quick: Station, siege: Neighbour) -> None:
    await chartered(quick, siege)
    siege.answer(PATH, status=503)
    with pytest.raises(Unavailable):
        await read(quick, siege)


async def test_a_long_directory_comes_in_parts(quick: Station, siege: Neighbour) -> None:
    await chartered(quick, siege)
    people_there = [siege.person(f"person{number}", serve=False) for number in range(published.PAGE + 3)]
    written = [siege.actor(who) | {"discoverable": True} for who in people_there]
    total = len(written)
    first = part(siege, version=total, next=published.PAGE) | {"people": written[: published.PAGE]}
    second = part(siege, since=published.PAGE, version=total, next=total) | {"people": written[published.PAGE :]}
    siege.on(PATH, _json_script([sign_statement(SIEGE, one) for one in (first, second)]))
    await read(quick, siege)
    assert len(await quick.db.read(rows.found_on, siege.authority)) == total


async def test_a_picture_is_fetched_before_somebody_looks_for_it(quick: Station, siege: Neighbour) -> None:
    await chartered(quick, siege)
    picture = siege.answer("/avatar.png", png_of_size(4, 4), headers={"Content-Type": "image/png"})
    carla = siege.person("carla")
    document = part(siege, carla)
    document["people"][0]["icon"] = {"type": "Image", "mediaType": "image/png", "url": picture}
    serve(siege, document)
    await read(quick, siege)
    await quick.run_jobs()
    assert [seen.path for seen in siege.requests].count("/avatar.png") == 1
