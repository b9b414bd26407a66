"""Actors: every writing, every limit, every claim that is refused."""

from typing import Any

import pytest

from federation.document import BadDocument
from federation.read.actors import read_actor
from federation.vocabulary import Emoji, Picture, ProfileField, PublicKey

A = "https://a.example/users/ann"
B = "https://b.example/users/bob"
NOON = 1_795_521_600_000
ACTOR = {"id": A, "type": "Person", "preferredUsername": "ann", "inbox": A + "/inbox"}


def actor(**changes: Any) -> Any:
    return read_actor({**ACTOR, **changes})


def test_a_whole_actor_is_read() -> None:
    read = actor(
        name="Ann",
        summary="<p>Fitter</p>",
        url="https://a.example/@ann",
        outbox=A + "/outbox",
        followers=A + "/followers",
        following={"id": A + "/following", "type": "Collection"},
        featured=A + "/featured",
        endpoints={"sharedInbox": "https://a.example/inbox"},
        icon={"type": "Image", "mediaType": "image/PNG; x=y", "url": "https://cdn.example/a.png", "name": "Ann smiles"},
        image=["https://cdn.example/h.png"],
        publicKey={"id": A + "#main-key", "owner": A, "publicKeyPem": "PEM"},
        manuallyApprovesFollowers=True,
        discoverable=True,
        attachment=[{"type": "PropertyValue", "name": "Team", "value": "<b>3</b>"}, {"type": "Other"}],
        tag={"type": "Emoji", "name": ":ok:", "icon": {"url": "https://a.example/ok.png"}},
        alsoKnownAs=[B, "no id"],
        movedTo=B,
        published="2026-11-24T12:00:00Z",
        webfinger="ann@Armor.example",
    )
    assert (read.id, read.kind, read.name, read.title, read.summary) == (A, "Person", "ann", "Ann", "<p>Fitter</p>")
    assert (read.inbox, read.shared_inbox) == (A + "/inbox", "https://a.example/inbox")
    assert (read.outbox, read.followers, read.following) == (A + "/outbox", A + "/followers", A + "/following")
    assert (read.featured, read.url) == (A + "/featured", "https://a.example/@ann")
    assert read.avatar == Picture(url="https://cdn.example/a.png", media_type="image/png", description="Ann smiles")
    assert read.header == Picture(url="https://cdn.example/h.png")
    assert read.keys == (PublicKey(id=A + "#main-key", owner=A, pem="PEM"),)
    assert read.fields == (ProfileField(name="Team", value="<b>3</b>"),)
    assert read.emojis == (Emoji(name="ok", url="https://a.example/ok.png"),)
    assert (read.is_locked, read.is_discoverable, read.is_indexable, read.is_memorial) == (True, True, False, False)
    assert (read.also_known_as, read.moved_to) == ((B,), B)
    assert (read.published, read.webfinger) == (NOON, "ann@armor.example")


def test_a_bare_actor_is_enough() -> None:
    read = actor()
    assert (read.title, read.summary, read.keys, read.shared_inbox, read.avatar) == ("", "", (), None, None)
    assert not read.is_locked and not read.is_suspended


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"id": None}, id="no id"),
        pytest.param({"id": "ann"}, id="a relative id"),
        pytest.param({"id": "http://a.example/users/ann"}, id="an http id"),
        pytest.param({"id": [A]}, id="a list of ids"),
        pytest.param({"type": "Note"}, id="a note"),
        pytest.param({"type": None}, id="no type"),
        pytest.param({"inbox": None}, id="no inbox"),
        pytest.param({"inbox": "https://victim.example/inbox"}, id="an inbox elsewhere"),
        pytest.param({"inbox": "https://a.example:444/inbox"}, id="an inbox on another port"),
        pytest.param({"inbox": 5}, id="an inbox that is a number"),
        pytest.param({"preferredUsername": None}, id="no name"),
        pytest.param({"preferredUsername": "a b"}, id="a name with a space"),
        pytest.param({"preferredUsername": "ann@b.example"}, id="a name with a host"),
        pytest.param({"preferredUsername": "a" * 2049}, id="a name too long"),
        pytest.param({"preferredUsername": {"en": "ann"}}, id="a name that is a map"),
    ],
)
def test_an_actor_that_cannot_be_one_is_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(BadDocument):
        actor(**changes)


def test_a_key_document_is_no_actor() -> None:
    stub = {"id": A, "type": "Person", "preferredUsername": "ann", "publicKey": {"id": A + "/main-key"}}
    with pytest.raises(BadDocument, match="inbox"):
        read_actor(stub)


def test_an_actor_on_loopback_is_read_only_under_test() -> None:
    base = "http://siege.localhost:8401/users/ann"
    fields = {**ACTOR, "id": base, "inbox": base + "/inbox"}
    assert read_actor(fields, insecure=True).id == base
    with pytest.raises(BadDocument):
        read_actor(fields)


@pytest.mark.parametrize("kind", ["Service", "Group", "Application", "Organization", ["Person", "schema:Person"]])
def test_every_kind_of_actor_is_read(kind: Any) -> None:
    assert actor(type=kind).kind == (kind if isinstance(kind, str) else "Person")


def test_a_name_may_come_from_the_handle_and_for_an_application_from_the_host() -> None:
    assert actor(preferredUsername=None, webfinger="@amina@armor.example").name == "amina"
    assert actor(preferredUsername=None, type="Application").name == "a.example"


@pytest.mark.parametrize("name", ["outbox", "followers", "following", "featured", "url"])
def test_what_an_actor_has_is_on_its_own_origin(name: str) -> None:
    assert getattr(actor(**{name: "https://b.example/x"}), name) is None
    assert actor(endpoints={"sharedInbox": "https://victim.example/inbox"}).shared_inbox is None
    assert actor(endpoints="https://a.example/endpoints", sharedInbox="https://a.example/in").shared_inbox


@pytest.mark.parametrize(
    "key",
    [
        pytest.param({"id": A + "#k", "owner": B, "publicKeyPem": "PEM"}, id="another owner"),
        pytest.param({"id": B + "#k", "owner": A, "publicKeyPem": "PEM"}, id="an id elsewhere"),
        pytest.param({"id": A + "#k", "owner": A}, id="no PEM"),
        pytest.param({"id": A + "#k", "owner": A, "publicKeyPem": 5}, id="a PEM that is a number"),
        pytest.param({"owner": A, "publicKeyPem": "PEM"}, id="no id"),
        pytest.param(A + "#k", id="only an id"),
    ],
)
def test_a_key_that_is_not_plainly_the_actors_own_is_left_out(key: Any) -> None:
    good = {"id": A + "#main-key", "publicKeyPem": "PEM"}
    assert [found.id for found in actor(publicKey=[key, good]).keys] == [A + "#main-key"]


def test_an_actor_is_cut_to_its_limits() -> None:
    read = actor(
        name="n" * 3000,
        summary="s" * 30_000,
        publicKey=[{"id": f"{A}#{n}", "publicKeyPem": "PEM"} for n in range(20)],
        attachment=[{"type": "PropertyValue", "name": "x" * 5000, "value": "y" * 5000}] * 60,
        alsoKnownAs=[f"https://b.example/{n}" for n in range(300)],
    )
    assert (len(read.title), len(read.summary), len(read.keys), len(read.fields)) == (2048, 20_000, 10, 50)
    assert (len(read.fields[0].name), len(read.fields[0].value), len(read.also_known_as)) == (2047, 2047, 256)
