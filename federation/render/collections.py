"""Collections: numbers for everybody who may ask, items by page (ActivityPub §5)."""

from collections.abc import Sequence
from typing import Any

from federation.vocabulary import CONTEXT


def collection(id: str, total: int, *, first: str | None, ordered: bool = True) -> dict[str, Any]:
    """The collection itself; without `first` its items are hidden."""
    document: dict[str, Any] = {
        "@context": CONTEXT,
        "id": id,
        "type": "OrderedCollection" if ordered else "Collection",
        "totalItems": total,
    }
    if first is not None:
        document["first"] = first
    return document


def page(
    collection: str, id: str, items: Sequence[object], *, next: str | None = None, ordered: bool = True
) -> dict[str, Any]:
    """One page of a collection."""
    document: dict[str, Any] = {
        "@context": CONTEXT,
        "id": id,
        "type": "OrderedCollectionPage" if ordered else "CollectionPage",
        "partOf": collection,
        "orderedItems" if ordered else "items": list(items),
    }
    if next is not None:
        document["next"] = next
    return document
