"""Activities and collections: every writing, every limit, every claim that is refused."""

from typing import Any

import pytest

from federation.document import BadDocument
from federation.read.activities import read_activity, read_collection
from federation.vocabulary import PUBLIC, Reference

A = "https://a.example/users/ann"
B = "https://b.example/users/bob"
NOON = 1_795_521_600_000
NOTE: dict[str, Any] = {"id": A + "/notes/1", "type": "Note", "attributedTo": A, "content": "<p>Hi</p>", "to": [PUBLIC]}
LIKE: dict[str, Any] = {"id": A + "#likes/3", "type": "Like", "actor": A, "object": B + "/notes/1"}


def activity(**changes: Any) -> Any:
    return read_activity({**LIKE, **changes})


def test_an_activity_is_read() -> None:
    read = activity(to=B, cc=["as:Public"], published="2026-11-24T12:00:00Z", target=A + "/featured", summary="why")
    assert (read.kind, read.actor, read.id) == ("Like", A, A + "#likes/3")
    assert read.object == Reference(id=B + "/notes/1")
    assert read.target == Reference(id=A + "/featured")
    assert (read.to, read.cc, read.published, read.summary) == ((B,), (PUBLIC,), NOON, "why")


def test_an_embedded_object_is_kept_whole() -> None:
    read = activity(type="Create", object={**NOTE, "unknown": [1]})
    assert read.object == Reference(id=NOTE["id"], kind="Note", fields={**NOTE, "unknown": [1]})


def test_several_objects_are_kept_in_order_up_to_a_limit() -> None:
    read = activity(type="Flag", object=[B, {"type": "Note", "name": "vote"}, 5, B + "/notes/2"])
    assert [item.id for item in read.objects] == [B, None, B + "/notes/2"]
    assert read.objects[1].kind == "Note"
    assert len(activity(object=[f"https://b.example/{n}" for n in range(300)]).objects) == 100


def test_an_activity_may_have_no_id_and_no_object() -> None:
    read = activity(id=None, object=None)
    assert (read.id, read.object) == (None, None)


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"type": None}, id="no type"),
        pytest.param({"type": "x" * 101}, id="a huge type"),
        pytest.param({"actor": None}, id="no actor"),
        pytest.param({"actor": "ann"}, id="a relative actor"),
        pytest.param({"actor": [A, B]}, id="two actors"),
        pytest.param({"actor": 1}, id="a number"),
        pytest.param({"id": B + "#likes/3"}, id="an id elsewhere"),
        pytest.param({"id": "3"}, id="a relative id"),
        pytest.param({"id": 3}, id="an id that is a number"),
        pytest.param({"id": "http://a.example/3"}, id="an id over http"),
    ],
)
def test_an_activity_that_cannot_be_one_is_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(BadDocument):
        activity(**changes)


@pytest.mark.parametrize("who", [A, [A], {"id": A, "type": "Person"}, [{"id": A}]])
def test_the_actor_is_found_in_every_writing(who: Any) -> None:
    assert activity(actor=who).actor == A


def test_a_collection_is_read() -> None:
    base = A + "/outbox"
    read = read_collection(
        {"id": base, "type": "OrderedCollection", "totalItems": 40, "first": {"id": base + "?page=1", "type": "X"}}
    )
    assert (read.kind, read.id, read.total, read.items) == ("OrderedCollection", base, 40, ())
    assert read.first == Reference(id=base + "?page=1", kind="X", fields={"id": base + "?page=1", "type": "X"})
    page = read_collection(
        {"id": base + "?page=1", "type": "OrderedCollectionPage", "next": base + "?page=2", "orderedItems": [A, LIKE]}
    )
    assert page.next == base + "?page=2"
    assert [item.id for item in page.items] == [A, LIKE["id"]]


def test_the_next_page_is_on_the_same_origin() -> None:
    page = {"id": A + "/outbox?page=1", "type": "CollectionPage", "items": A, "next": "https://victim.example/x"}
    read = read_collection(page)
    assert read.next is None
    assert [item.id for item in read.items] == [A]


def test_what_is_no_collection_is_refused() -> None:
    with pytest.raises(BadDocument):
        read_collection(NOTE)
