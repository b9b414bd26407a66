"""Actor documents. Terms and shapes: ActivityPub §4, `docs/reference` and FEDERATION.md."""

from typing import Any

from federation.vocabulary import CONTEXT
from social.clock import iso
from social.people.accounts import fields
from social.settings import Settings
from social.urls import Urls
from storage.accounts import AccountKind, AccountRow
from storage.media import MediaRow

TYPES = {
    AccountKind.PERSON: "Person",
    AccountKind.GROUP: "Group",
    AccountKind.SERVICE: "Service",
    AccountKind.APPLICATION: "Application",
    AccountKind.ORGANIZATION: "Organization",
}


def actor(
    account: AccountRow,
    key: tuple[str, str] | None,
    pictures: dict[str, MediaRow],
    urls: Urls,
    *,
    context: bool = True,
) -> dict[str, Any]:
    """The whole actor of a local account. `pictures` by purpose: avatar, header."""
    document: dict[str, Any] = {"@context": CONTEXT} if context else {}
    document |= {
        "id": account.uri,
        "type": TYPES[account.kind],
        "preferredUsername": account.username,
        "name": account.name,
        "summary": account.note_html,
        "url": account.url,
        "inbox": account.inbox_url,
        "outbox": account.outbox_url,
        "followers": account.followers_url,
        "following": account.following_url,
        "endpoints": {"sharedInbox": urls.shared_inbox},
        "manuallyApprovesFollowers": account.locked,
        "discoverable": account.discoverable,
        "indexable": account.indexable,
        "published": iso(account.created_at),
        "attachment": [{"type": "PropertyValue", "name": field.name, "value": field.html} for field in fields(account)],
        "tag": [],
    }
    if account.suspended_at is not None:
        document["suspended"] = True
    for term, purpose in (("icon", "avatar"), ("image", "header")):
        picture = pictures.get(purpose)
        if picture is not None:
            document[term] = {"type": "Image", "mediaType": picture.mime, "url": urls.media(picture.token)}
    if key is not None:
        document["publicKey"] = {"id": key[0], "owner": account.uri, "publicKeyPem": key[1]}
    return document


def stub(account: AccountRow, key: tuple[str, str] | None) -> dict[str, Any]:
    """What anybody may read of an actor in any mode: enough to check a signature."""
    document: dict[str, Any] = {
        "@context": CONTEXT,
        "id": account.uri,
        "type": TYPES[account.kind],
        "preferredUsername": account.username,
        "inbox": account.inbox_url,
        "outbox": account.outbox_url,
    }
    if key is not None:
        document["publicKey"] = {"id": key[0], "owner": account.uri, "publicKeyPem": key[1]}
    return document


def instance_actor(account: AccountRow, key: tuple[str, str] | None, settings: Settings, urls: Urls) -> dict[str, Any]:
    """The actor that stands for the node (FEP-2677), readable unsigned."""
    document = stub(account, key)
    document |= {
        "name": settings.node.title,
        "summary": settings.node.description,
        "url": urls.base,
        "followers": account.followers_url,
        "following": account.following_url,
        "endpoints": {"sharedInbox": urls.shared_inbox},
        "manuallyApprovesFollowers": True,
    }
    return document
