"""WebFinger, host-meta and NodeInfo: asked of a scripted server, and answered."""

import json
from collections.abc import AsyncIterator
from typing import Any
from xml.etree import ElementTree

import pytest

from federation import discovery
from federation.addresses import AddressRules
from federation.client import Client, ClientSettings
from federation.errors import BadAnswer, BadContentType, Gone, NotAllowed, PeerError, Refused
from federation.names import BadName, Handle, Url, parse_handle
from federation.read.actors import read_actor
from tests.peer import Peer

WELL_KNOWN = "/.well-known/webfinger"
AP = "application/activity+json"


@pytest.fixture
async def peer() -> AsyncIterator[Peer]:
    async with Peer("usine.localhost") as running:
        yield running


@pytest.fixture
async def client() -> AsyncIterator[Client]:
    rules = AddressRules(insecure_loopback=True)
    async with Client(ClientSettings(user_agent="Archipel/test", addresses=rules)) as running:
        yield running


def serve(peer: Peer, document: Any, path: str = WELL_KNOWN, content_type: str = "application/jrd+json") -> None:
    peer.answer(path, json.dumps(document).encode(), headers={"Content-Type": content_type})


def jrd(peer: Peer, subject: str | None = None, links: Any = None) -> dict[str, Any]:
    own = [{"rel": "self", "type": AP, "href": peer.url("/users/amina")}]
    return {"subject": subject or f"acct:amina@{peer.authority}", "links": own if links is None else links}


def amina(peer: Peer) -> Handle:
    return Handle(name="amina", host=peer.authority)


async def test_a_handle_leads_to_an_actor(client: Client, peer: Peer) -> None:
    serve(peer, jrd(peer))
    found = await discovery.webfinger(client, parse_handle(f"@Amina@{peer.authority}"))
    assert found == discovery.Found(handle=amina(peer), actor=peer.url("/users/amina"))
    (seen,) = peer.requests
    assert seen.target == f"{WELL_KNOWN}?resource=acct%3AAmina%40usine.localhost%3A{peer.port}"
    assert seen.header("Accept") == "application/jrd+json, application/json"


async def test_our_own_answer_is_understood_by_us(client: Client, peer: Peer) -> None:
    actor = peer.url("/users/amina")
    serve(
        peer,
        discovery.webfinger_document(
            name="amina", host=peer.authority, actor=actor, profile=peer.url("/@amina"), avatar=peer.url("/a.png")
        ),
    )
    assert (await discovery.webfinger(client, amina(peer))).actor == actor


@pytest.mark.parametrize("type_", [AP, 'application/ld+json; profile="https://www.w3.org/ns/activitystreams"'])
async def test_the_self_link_has_a_type_of_activitypub(client: Client, peer: Peer, type_: str) -> None:
    links = [
        {"rel": "self", "type": "text/html", "href": peer.url("/@amina")},
        {"rel": "self", "type": type_, "href": peer.url("/users/amina")},
        {"rel": "http://webfinger.net/rel/profile-page", "type": AP, "href": peer.url("/other")},
    ]
    serve(peer, jrd(peer, links=links))
    assert (await discovery.webfinger(client, amina(peer))).actor == peer.url("/users/amina")


@pytest.mark.parametrize(
    "links",
    [
        pytest.param([], id="none"),
        pytest.param("x", id="no list"),
        pytest.param([{"rel": "self", "type": AP}], id="no href"),
        pytest.param([{"rel": "self", "type": AP, "href": 5}], id="href a number"),
        pytest.param([{"rel": "self", "type": AP, "href": "/users/amina"}], id="a relative href"),
        pytest.param([{"rel": "self", "type": AP, "href": "http://peer.example/u"}], id="an http href"),
        pytest.param([{"rel": "self", "type": "application/json", "href": "https://a.example/u"}], id="plain JSON"),
        pytest.param([{"rel": "self", "href": "https://a.example/u"}], id="no type"),
        pytest.param(
            [{"rel": "self", "type": AP, "href": "https://a.example/u"},
             {"rel": "self", "type": AP, "href": "https://a.example/v"}], id="two actors"
        ),
    ],
)  # fmt: skip
async def test_an_answer_without_exactly_one_actor_is_refused(client: Client, peer: Peer, links: Any) -> None:
    serve(peer, jrd(peer, links=links))
    with pytest.raises(BadAnswer, match="exactly one"):
        await discovery.webfinger(client, amina(peer))


@pytest.mark.parametrize("subject", ["", "amina", "https://a.example/users/amina", 5, None])
async def test_an_answer_without_a_subject_is_refused(client: Client, peer: Peer, subject: Any) -> None:
    serve(peer, {**jrd(peer), "subject": subject})
    with pytest.raises(BadAnswer):
        await discovery.webfinger(client, amina(peer))


async def test_an_answer_of_another_type_is_refused(client: Client, peer: Peer) -> None:
    serve(peer, jrd(peer), content_type="text/html")
    with pytest.raises(BadContentType):
        await discovery.webfinger(client, amina(peer))


async def test_a_host_may_point_to_its_canonical_handle(client: Client, peer: Peer) -> None:
    """A split domain: `social.armor` serves the accounts that people write at `armor`."""
    async with Peer("armor.localhost") as short:
        short.redirect(WELL_KNOWN, peer.url(WELL_KNOWN))
        serve(peer, jrd(peer, subject=f"acct:amina@{short.authority}"))
        expected = discovery.Found(handle=Handle(name="amina", host=short.authority), actor=peer.url("/users/amina"))
        assert await discovery.webfinger(client, amina(peer)) == expected
        assert len(short.requests) == 1
        assert await discovery.webfinger(client, expected.handle) == expected


async def test_a_handle_that_its_host_does_not_confirm_is_refused(client: Client, peer: Peer) -> None:
    async with Peer("siege.localhost") as siege:
        serve(peer, jrd(peer, subject=f"acct:amina@{siege.authority}"))
        theirs = [{"rel": "self", "type": AP, "href": siege.url("/users/amina")}]
        serve(siege, jrd(siege, links=theirs))
        with pytest.raises(BadAnswer, match="disagree"):
            await discovery.webfinger(client, amina(peer))


async def test_handles_that_point_at_each_other_end(client: Client, peer: Peer) -> None:
    async with Peer("siege.localhost") as siege:
        serve(peer, jrd(peer, subject=f"acct:amina@{siege.authority}"))
        serve(siege, jrd(peer, subject=f"acct:amina@{peer.authority}"))
        with pytest.raises(BadAnswer, match="disagree"):
            await discovery.webfinger(client, amina(peer))
        assert len(peer.requests) + len(siege.requests) == 2


@pytest.mark.parametrize(("status", "error"), [(404, Refused), (410, Gone), (500, Refused), (401, Refused)])
async def test_an_unknown_handle_is_refused(client: Client, peer: Peer, status: int, error: type[PeerError]) -> None:
    peer.answer(WELL_KNOWN, status=status)
    with pytest.raises(error) as caught:
        await discovery.webfinger(client, amina(peer))
    assert isinstance(caught.value, Refused)
    assert caught.value.status == status
    asked = [seen.path for seen in peer.requests]
    assert asked == [WELL_KNOWN, "/.well-known/host-meta"] if status == 404 else [WELL_KNOWN]


async def test_host_meta_says_where_webfinger_is(client: Client, peer: Peer) -> None:
    meta = discovery.host_meta(peer.url("")).replace(b".well-known/webfinger", b"finger")
    peer.answer("/.well-known/host-meta", meta, headers={"Content-Type": "application/xrd+xml; charset=utf-8"})
    serve(peer, jrd(peer), path="/finger")
    assert (await discovery.webfinger(client, amina(peer))).actor == peer.url("/users/amina")
    assert peer.requests[-1].target == f"/finger?resource=acct%3Aamina%40usine.localhost%3A{peer.port}"


@pytest.mark.parametrize(
    ("meta", "error"),
    [
        pytest.param(b"<XRD", BadAnswer, id="no XML"),
        pytest.param(b"\xff\xfe<\x00X\x00", BadAnswer, id="not UTF-8"),
        pytest.param(
            b'<!DOCTYPE x [<!ENTITY a "aaaa">]><XRD xmlns="http://docs.oasis-open.org/ns/xri/xrd-1.0">&a;</XRD>',
            BadAnswer,
            id="entities",
        ),
        pytest.param(b'<XRD xmlns="http://docs.oasis-open.org/ns/xri/xrd-1.0"/>', Refused, id="no link"),
        pytest.param(
            b'<XRD xmlns="http://docs.oasis-open.org/ns/xri/xrd-1.0">'
            b'<Link rel="lrdd" template="http://10.0.0.1/?{uri}"/></XRD>',
            NotAllowed,
            id="a private address",
        ),
    ],
)
async def test_a_host_meta_that_cannot_be_used_is_not_used(
    client: Client, peer: Peer, meta: bytes, error: type[PeerError]
) -> None:
    peer.answer("/.well-known/host-meta", meta, headers={"Content-Type": "application/xrd+xml"})
    with pytest.raises(error):
        await discovery.webfinger(client, amina(peer))


def actor_of(peer: Peer, **changes: Any) -> Any:
    fields = {"id": peer.url("/users/amina"), "type": "Person", "preferredUsername": "amina",
              "inbox": peer.url("/users/amina/inbox"), **changes}  # fmt: skip
    return read_actor(fields, insecure=True)


async def test_a_handle_is_confirmed_from_both_sides(client: Client, peer: Peer) -> None:
    serve(peer, jrd(peer))
    assert await discovery.handle_of(client, actor_of(peer)) == amina(peer)


async def test_an_actor_that_claims_somebody_elses_handle_is_refused(client: Client, peer: Peer) -> None:
    serve(peer, jrd(peer))
    imposter = actor_of(peer, id=peer.url("/users/eve"), webfinger=f"amina@{peer.authority}")
    with pytest.raises(BadAnswer, match="somebody else"):
        await discovery.handle_of(client, imposter)


async def test_a_claimed_handle_comes_before_the_host_of_the_id(peer: Peer) -> None:
    assert str(discovery.claimed_handle(actor_of(peer))) == f"amina@{peer.authority}"
    assert str(discovery.claimed_handle(actor_of(peer, webfinger="ami@armor.example"))) == "ami@armor.example"


def test_a_host_is_asked_over_https_except_loopback_under_test() -> None:
    assert discovery.base_url("a.example") == "https://a.example"
    assert discovery.base_url("a.example", insecure=True) == "https://a.example"
    assert discovery.base_url("siege.localhost:8401") == "https://siege.localhost:8401"
    assert discovery.base_url("siege.localhost:8401", insecure=True) == "http://siege.localhost:8401"


@pytest.mark.parametrize(
    "text",
    ["acct:ann@a.example", "ann@a.example", "@ann@a.example", "acct%3Aann%40a.example", "acct:ann@A.Example",
     "acct:@ann@a.example"],
)  # fmt: skip
def test_a_resource_may_be_a_handle_in_many_writings(text: str) -> None:
    assert discovery.read_resource(text) == Handle(name="ann", host="a.example")


def test_a_resource_may_be_a_url() -> None:
    url = discovery.read_resource("https://a.example/users/a%20b")
    assert isinstance(url, Url)
    assert url.path == "/users/a%20b"


@pytest.mark.parametrize(
    "text", ["", "acct:", "ann", "acct:ann", "https://", "mailto:", "acct:a@b@c", "javascript://x"]
)
def test_a_resource_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(BadName):
        discovery.read_resource(text)


def test_our_webfinger_answer_has_what_others_ask_for() -> None:
    document = discovery.webfinger_document(
        name="ann",
        host="a.example",
        actor="https://a.example/users/ann",
        profile="https://a.example/@ann",
        avatar="https://a.example/a.png",
        avatar_type="image/png",
        subscribe="https://a.example/authorize_interaction?uri={uri}",
    )
    assert document == {
        "subject": "acct:ann@a.example",
        "aliases": ["https://a.example/@ann", "https://a.example/users/ann"],
        "links": [
            {"rel": "http://webfinger.net/rel/profile-page", "type": "text/html", "href": "https://a.example/@ann"},
            {"rel": "self", "type": AP, "href": "https://a.example/users/ann"},
            {
                "rel": "http://ostatus.org/schema/1.0/subscribe",
                "template": "https://a.example/authorize_interaction?uri={uri}",
            },
            {"rel": "http://webfinger.net/rel/avatar", "type": "image/png", "href": "https://a.example/a.png"},
        ],
    }
    assert discovery.with_rels(document, []) == document
    assert [link["rel"] for link in discovery.with_rels(document, ["self", "x"])["links"]] == ["self"]
    assert discovery.with_rels(document, ["x"])["subject"] == "acct:ann@a.example"


def test_the_node_itself_is_found_by_its_address() -> None:
    document = discovery.service_document(base="https://a.example", actor="https://a.example/actor")
    assert document["links"][0]["rel"] == "https://www.w3.org/ns/activitystreams#Service"
    assert document["links"][0]["href"] == "https://a.example/actor"


def test_host_meta_is_xml_whatever_the_address() -> None:
    root = ElementTree.fromstring(discovery.host_meta('https://a.example/"&<'))  # noqa: S314  # our own
    assert root[0].get("template") == 'https://a.example/"&</.well-known/webfinger?resource={uri}'


def test_nodeinfo_is_announced_and_has_the_keys_of_its_schema() -> None:
    links = discovery.nodeinfo_links("https://a.example", "https://a.example/actor")["links"]
    assert [link["href"] for link in links] == [
        "https://a.example/nodeinfo/2.0",
        "https://a.example/nodeinfo/2.1",
        "https://a.example/actor",
    ]
    for version in ("2.0", "2.1"):
        document = discovery.nodeinfo(
            version,
            software_version="0.1.0",
            repository="https://code.example/archipel",
            node_name="Usine",
            node_description="Lyon",
            users=12,
            active_month=9,
            active_halfyear=11,
            posts=345,
            is_open=False,
        )
        assert document["version"] == version
        assert sorted(document) == [
            "metadata", "openRegistrations", "protocols", "services", "software", "usage", "version",
        ]  # fmt: skip
        assert ("repository" in document["software"]) is (version == "2.1")
        assert document["usage"]["users"]["total"] == 12
    assert discovery.nodeinfo_type("2.0").endswith('/ns/schema/2.0#"')
