"""The one HTTP client, against a scripted server on a real socket."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from federation.addresses import AddressRules
from federation.bodies import retry_after
from federation.client import Answer, Client, ClientSettings, is_document_type
from federation.errors import (
    BadAnswer,
    BadContentType,
    Gone,
    NotAllowed,
    Refused,
    Unreachable,
)
from federation.signing.cavage import SignedRequest, read_signature, signer, verify
from federation.signing.keys import generate, public_pem, signing_key, verify_key
from tests.peer import Peer, Seen, response

NOW = 1_795_521_600_000
PEM = generate()
KEY = signing_key("https://a.example/actor#main-key", PEM)
PUBLIC = verify_key(KEY.id, "https://a.example/actor", public_pem(PEM))
NOTE = {"type": "Note", "content": "Hi"}


def settings(**changes: Any) -> ClientSettings:
    defaults: dict[str, Any] = {
        "user_agent": "Archipel/test",
        "addresses": AddressRules(insecure_loopback=True),
        "total_seconds": 5.0,
        "connect_seconds": 2.0,
    }
    return ClientSettings(**{**defaults, **changes})


@pytest.fixture
async def peer() -> AsyncIterator[Peer]:
    async with Peer() as running:
        yield running


@pytest.fixture
async def client() -> AsyncIterator[Client]:
    async with Client(settings(), signer(lambda: NOW), clock=lambda: NOW) as running:
        yield running


def check_signed(seen: Seen, host: str) -> None:
    request = SignedRequest(method=seen.method, target=seen.target, headers=seen.headers, body=seen.body)
    verify(read_signature(seen.headers), request, PUBLIC, NOW, frozenset({host}))


async def test_a_document_is_fetched_from_its_id(client: Client, peer: Peer) -> None:
    url = peer.document("/notes/1", NOTE)
    document = await client.fetch_document(url, KEY)
    assert document.id == url
    assert document.fields["content"] == "Hi"
    assert document.raw.startswith(b'{"id"')
    (seen,) = peer.requests
    check_signed(seen, peer.authority)
    assert seen.header("User-Agent") == "Archipel/test"
    assert seen.header("Accept") == (
        'application/activity+json, application/ld+json; profile="https://www.w3.org/ns/activitystreams"'
    )
    assert [name.lower() for name, _ in seen.headers].count("host") == 1


async def test_without_a_key_nothing_is_signed(client: Client, peer: Peer) -> None:
    await client.fetch_document(peer.document("/notes/1", NOTE))
    assert peer.requests[0].header("Signature") is None
    assert peer.requests[0].header("Cookie") is None


async def test_a_target_is_sent_as_it_is_written(client: Client, peer: Peer) -> None:
    peer.answer("/a/../b%2Fc", b"x")
    await client.fetch(peer.url("/a/../b%2Fc?q=%20+é#fragment"), key=KEY)
    assert peer.requests[0].target == "/a/../b%2Fc?q=%20+%C3%A9"
    check_signed(peer.requests[0], peer.authority)


async def test_a_document_with_another_id_is_fetched_once_more_from_there(client: Client, peer: Peer) -> None:
    actor = peer.document("/users/ann", {"type": "Person"})
    stub = peer.document("/users/ann/main-key", {"id": actor, "type": "Person"})
    assert (await client.fetch_document(stub)).id == actor
    assert [seen.target for seen in peer.requests] == ["/users/ann/main-key", "/users/ann"]


async def test_the_fragment_of_a_key_id_is_not_asked_for(client: Client, peer: Peer) -> None:
    actor = peer.document("/users/ann", {"type": "Person"})
    assert (await client.fetch_document(actor + "#main-key")).id == actor


async def test_a_document_that_is_nowhere_at_its_own_id_is_refused(client: Client, peer: Peer) -> None:
    peer.document("/2", {"id": peer.url("/3")})
    first = peer.document("/1", {"id": peer.url("/2")})
    with pytest.raises(BadAnswer, match="own id"):
        await client.fetch_document(first)
    assert len(peer.requests) == 2


async def test_a_document_with_an_id_of_another_origin_is_refused(client: Client, peer: Peer) -> None:
    async with Peer("victim.localhost") as victim:
        real = victim.document("/users/ann", {"type": "Person"})
        with pytest.raises(BadAnswer, match="another origin"):
            await client.fetch_document(peer.document("/users/ann", {"id": real, "type": "Person"}))
        assert victim.requests == []


async def test_a_redirection_ends_at_the_final_origin(client: Client, peer: Peer) -> None:
    """A page of `good` that redirects to `evil` cannot make evil's JSON an object of good."""
    async with Peer("good.localhost") as good:
        asked = good.url("/notes/1")
        good.redirect("/notes/1", peer.document("/x", {"id": asked}))
        with pytest.raises(BadAnswer, match="another origin"):
            await client.fetch_document(asked)


@pytest.mark.parametrize(
    ("id", "match"),
    [(None, "without an id"), (5, "without an id"), ("", "without an id"), ("1", "without an id"),
     ("http://a.example/1", "without an id"), ("https://u@a.example/1", "without an id")],
)  # fmt: skip
async def test_a_document_needs_an_absolute_id(client: Client, peer: Peer, id: Any, match: str) -> None:
    with pytest.raises(BadAnswer, match=match):
        await client.fetch_document(peer.document("/1", {"id": id}))


@pytest.mark.parametrize("id", [None, "the list"])
async def test_a_list_is_what_stands_at_its_address(client: Client, peer: Peer, id: str | None) -> None:
    """NodeBB's lists have no id, or their pages have that of the list."""
    fields = {"type": "OrderedCollectionPage", "orderedItems": []} | ({"id": peer.url("/1")} if id else {})
    assert (await client.fetch_document(peer.document("/1", fields) + "?page=2")).id == peer.url("/1?page=2")


async def test_json_that_is_refused_is_a_bad_answer(client: Client, peer: Peer) -> None:
    url = peer.answer("/1", b'{"id": 1, "id": 2}', headers={"Content-Type": "application/activity+json"})
    with pytest.raises(BadAnswer, match="twice"):
        await client.fetch_document(url)


@pytest.mark.parametrize(
    "content_type",
    ["application/activity+json", "application/activity+json; charset=utf-8", "Application/Activity+JSON",
     'application/ld+json; profile="https://www.w3.org/ns/activitystreams"',
     'application/ld+json; charset=utf-8; profile="https://www.w3.org/ns/activitystreams"',
     "application/ld+json;profile=https://www.w3.org/ns/activitystreams",
     'application/ld+json; profile="https://x.example/ https://www.w3.org/ns/activitystreams"'],
)  # fmt: skip
async def test_a_document_has_a_content_type_of_activitypub(client: Client, peer: Peer, content_type: str) -> None:
    assert is_document_type(content_type)
    assert (await client.fetch_document(peer.document("/1", NOTE, content_type))).fields["type"] == "Note"


@pytest.mark.parametrize(
    "content_type",
    ["application/json", "application/ld+json", "text/html", "text/plain; application/activity+json", "",
     'application/ld+json; profile="https://www.w3.org/ns/activitystreams2"',
     'application/ld+json; profile="x"; profile="https://www.w3.org/ns/activitystreams"', "application/activity+jsonx"],
)  # fmt: skip
async def test_an_upload_that_looks_like_a_document_is_none(client: Client, peer: Peer, content_type: str) -> None:
    with pytest.raises(BadContentType):
        await client.fetch_document(peer.document("/1", NOTE, content_type))


async def test_only_the_kinds_that_were_asked_for_are_taken(client: Client, peer: Peer) -> None:
    picture = peer.answer("/p", b"x", headers={"Content-Type": "image/png"})
    assert (await client.fetch(picture, kinds=("image/*", "video/mp4"))).body == b"x"
    with pytest.raises(BadContentType):
        await client.fetch(picture, kinds=("video/mp4", "audio/*"))


@pytest.mark.parametrize("status", [400, 401, 403, 404, 406, 429, 500, 503, 304])
async def test_another_status_is_a_refusal(client: Client, peer: Peer, status: int) -> None:
    with pytest.raises(Refused) as caught:
        await client.fetch(peer.answer("/1", status=status, headers={"Retry-After": "7"}))
    assert (caught.value.status, caught.value.retry_after) == (status, 7)
    assert not isinstance(caught.value, Gone)


async def test_what_is_gone_is_gone(client: Client, peer: Peer) -> None:
    with pytest.raises(Gone):
        await client.fetch_document(peer.answer("/1", b"{}", status=410))


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_three_redirections_are_followed_and_each_is_signed(client: Client, peer: Peer, status: int) -> None:
    end = peer.document("/4", NOTE)
    peer.redirect("/3", end, status)
    peer.redirect("/2", "/3", status)
    document = await client.fetch_document(peer.redirect("/1", "2", status), KEY)
    assert document.id == end
    assert [seen.target for seen in peer.requests] == ["/1", "/2", "/3", "/4"]
    for seen in peer.requests:
        check_signed(seen, peer.authority)


async def test_a_fourth_redirection_is_not_followed(client: Client, peer: Peer) -> None:
    for step in range(1, 6):
        peer.redirect(f"/{step}", f"/{step + 1}")
    with pytest.raises(BadAnswer, match="more than 3"):
        await client.fetch(peer.url("/1"))
    assert len(peer.requests) == 4


async def test_a_circle_of_redirections_is_left(client: Client, peer: Peer) -> None:
    peer.redirect("/1", "/2#a")
    peer.redirect("/2", "/1#b")
    with pytest.raises(BadAnswer, match="circle"):
        await client.fetch(peer.url("/1"))
    assert len(peer.requests) == 2


@pytest.mark.parametrize(
    "location",
    ["http://127.0.0.1/", "http://[::1]/", "https://10.0.0.1/", "http://peer.example/", "https://peer.example:22/",
     "http://169.254.169.254/latest/meta-data", "file:///etc/passwd", "https://u@peer.example/", "https://0x7f.1/"],
)  # fmt: skip
async def test_a_redirection_to_a_forbidden_place_is_not_followed(client: Client, peer: Peer, location: str) -> None:
    with pytest.raises(NotAllowed):
        await client.fetch(peer.redirect("/1", location))


async def test_a_redirection_to_nowhere_is_a_bad_answer(client: Client, peer: Peer) -> None:
    with pytest.raises(BadAnswer):
        await client.fetch(peer.answer("/1", status=302))


async def test_a_redirection_to_a_name_with_a_private_address_is_not_followed(peer: Peer) -> None:
    asked: list[str] = []

    async def lookup(host: str, port: int) -> list[str]:
        asked.append(host)
        return ["10.0.0.7"]

    async with Client(settings(), lookup=lookup) as client:
        with pytest.raises(NotAllowed, match=r"10\.0\.0\.7"):
            await client.fetch(peer.redirect("/1", "https://intranet.example/"))
    assert asked == ["intranet.example"]


async def test_a_client_that_is_closed_opens_nothing_more(client: Client, peer: Peer) -> None:
    url = peer.document("/notes/1", NOTE)
    await client.fetch_document(url, KEY)
    await client.close()
    with pytest.raises(Unreachable, match="ending"):
        await client.fetch_document(url, KEY)
    assert len(peer.requests) == 1


async def test_a_closed_port_is_unreachable(client: Client) -> None:
    async with Peer() as gone:
        url = gone.url("/1")
    with pytest.raises(Unreachable):
        await client.fetch(url)


async def test_at_most_six_sockets_go_to_one_host_and_they_are_kept(client: Client, peer: Peer) -> None:
    url = peer.answer("/1", b"x")
    await asyncio.gather(*(client.fetch(url) for _ in range(40)))
    assert len(peer.requests) == 40
    assert peer.connections <= 6


async def test_a_delivery_is_signed_and_answered(client: Client, peer: Peer) -> None:
    url = peer.answer("/inbox", status=202)
    assert await client.post(url, b'{"type":"Like"}', KEY) == Answer(status=202)
    (seen,) = peer.requests
    assert (seen.method, seen.body) == ("POST", b'{"type":"Like"}')
    assert seen.header("Content-Type") == "application/activity+json"
    check_signed(seen, peer.authority)


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410, 429, 500, 503])
async def test_a_delivery_that_is_refused_says_why(client: Client, peer: Peer, status: int) -> None:
    url = peer.answer("/inbox", b'{"error":"no\nway"}' + b"x" * 900, status=status, headers={"Retry-After": "90"})
    answer = await client.post(url, b"{}", KEY)
    assert (answer.status, answer.retry_after) == (status, 90)
    assert answer.error.startswith('{"error":"no way"}xxx')
    assert len(answer.error) == 500


async def test_a_delivery_is_never_redirected(client: Client, peer: Peer) -> None:
    answer = await client.post(peer.redirect("/inbox", "/other", 308), b"{}", KEY)
    assert answer.status == 308
    assert len(peer.requests) == 1


async def test_a_delivery_that_was_accepted_stays_so_whatever_follows(client: Client, peer: Peer) -> None:
    url = peer.endless("/inbox", b"x" * 65536)
    assert (await client.post(url, b"{}", KEY)).status == 200


async def test_a_delivery_over_a_connection_that_has_just_died_is_sent_again(client: Client, peer: Peer) -> None:
    async def close_after_the_first(seen: Seen, writer: asyncio.StreamWriter) -> None:
        if len(peer.requests) == 2:
            writer.close()
        else:
            writer.write(response(202, b"", {}))

    url = peer.on("/inbox", close_after_the_first)
    assert (await client.post(url, b"1", KEY)).status == 202
    assert (await client.post(url, b"2", KEY)).status == 202
    assert [seen.body for seen in peer.requests] == [b"1", b"2", b"2"]


async def test_a_delivery_to_a_forbidden_place_is_not_made(client: Client) -> None:
    for url in ("http://127.0.0.1/inbox", "https://10.1.1.1/inbox", "http://peer.example/inbox", "nonsense"):
        with pytest.raises(NotAllowed):
            await client.post(url, b"{}", KEY)


async def test_a_client_that_cannot_sign_says_so(peer: Peer) -> None:
    async with Client(settings()) as client:
        with pytest.raises(RuntimeError, match="sign"):
            await client.fetch(peer.url("/1"), key=KEY)


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        (None, None), ("120", 120), (" 0 ", 0), ("99999999999999999999", 7 * 24 * 3600), ("-1", None), ("soon", None),
        ("Tue, 24 Nov 2026 12:01:00 GMT", 60), ("Tue, 24 Nov 2026 11:00:00 GMT", 0),
        ("Tue, 24 Nov 2036 12:00:00 GMT", 7 * 24 * 3600), ("", None), ("Tue, 24 Nov 2026 12:01:00 -0000", 60),
    ],
)  # fmt: skip
def test_retry_after_is_seconds_or_a_date(value: str | None, seconds: int | None) -> None:
    assert retry_after(value, NOW) == seconds
