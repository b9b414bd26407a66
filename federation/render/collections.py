"""Collections: numbers for everybody who may ask, items by page (ActivityPub §5)."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

from federation.context import CONTEXT
from social.urls import Urls
from storage.accounts import AccountRow


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


def whole(id: str, items: Sequence[object], *, ordered: bool = True) -> dict[str, Any]:
    """A collection that is short enough to be given in one piece."""
    return collection(id, len(items), first=None, ordered=ordered) | {
        "orderedItems" if ordered else "items": list(items)
    }


def featured_tag(display: str, name: str, account: AccountRow, urls: Urls) -> dict[str, Any]:
    """A hashtag that somebody puts forward, with the page of what they wrote under it."""
    return {"type": "Hashtag", "href": f"{urls.profile(account.username)}/tagged/{quote(name)}", "name": f"#{display}"}


def page(
    collection: str,
    id: str,
    items: Sequence[object],
    *,
    next: str | None = None,
    prev: str | None = None,
    ordered: bool = True,
) -> dict[str, Any]:
    """One page of a collection. `next` leads to older items, `prev` to newer ones."""
    document: dict[str, Any] = {
        "@context": CONTEXT,
        "id": id,
        "type": "OrderedCollectionPage" if ordered else "CollectionPage",
        "partOf": collection,
        "orderedItems" if ordered else "items": list(items),
    }
    if next is not None:
        document["next"] = next
    if prev is not None:
        document["prev"] = prev
    return document
