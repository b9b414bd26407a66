"""Actor documents. Terms and shapes: ActivityPub §4, `docs/reference` and FEDERATION.md."""

from collections.abc import Sequence
from typing import Any

from federation.context import CONTEXT
from federation.render import communities, posts
from social import emojis
from social.clock import iso
from social.communities.saying import Saying
from social.people.accounts import fields
from social.settings import Settings
from social.trust.multikey import text_of_pem
from social.urls import Urls
from storage.accounts import AccountKind, AccountRow
from storage.keys import Algorithm, PublicRow
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
    keys: Sequence[PublicRow],
    pictures: dict[str, MediaRow],
    urls: Urls,
    *,
    community: Saying | None = None,
    context: bool = True,
) -> dict[str, Any]:
    """The whole actor of a local account. `pictures` by purpose: avatar, header; `community` of one that is that.

    Of a suspended one only what is needed to know who it is and that it is suspended.
    """
    if account.suspended_at is not None:
        return _suspended(account, keys, urls, context=context)
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
        "featured": urls.featured(account.username),
        "featuredTags": urls.featured_tags(account.username),
        "endpoints": {"sharedInbox": urls.shared_inbox},
        "manuallyApprovesFollowers": account.locked,
        "discoverable": account.discoverable,
        "indexable": account.indexable,
        "published": iso(account.created_at),
        "attachment": [{"type": "PropertyValue", "name": field.name, "value": field.html} for field in fields(account)],
        "tag": [posts.emoji(one, urls) for one in emojis.shown(account.emojis)],
    }
    for term, purpose in (("icon", "avatar"), ("image", "header")):
        picture = pictures.get(purpose)
        if picture is not None:
            document[term] = {"type": "Image", "mediaType": picture.mime, "url": urls.media(picture.token)}
    group = communities.group(community, account) if community is not None else {}
    return document | _further(account) | group | _keys(account, keys)


def _further(account: AccountRow) -> dict[str, Any]:
    """What not everybody says of themselves."""
    said: dict[str, Any] = {
        "alsoKnownAs": account.aliases.split(),
        "movedTo": account.moved_to,
        "jobTitle": account.job,
        "affiliation": account.team,
        "attributionDomains": account.attribution_domains.split(),
        "knowsLanguage": account.language,
    }
    return {term: value for term, value in said.items() if value}


def _suspended(account: AccountRow, keys: Sequence[PublicRow], urls: Urls, *, context: bool) -> dict[str, Any]:
    document = stub(account, keys, urls)
    if not context:
        del document["@context"]
    return document | {
        "name": "",
        "summary": "",
        "url": account.url,
        "followers": account.followers_url,
        "following": account.following_url,
        "endpoints": {"sharedInbox": urls.shared_inbox},
        "manuallyApprovesFollowers": True,
        "discoverable": False,
        "indexable": False,
        "suspended": True,
    }


def stub(account: AccountRow, keys: Sequence[PublicRow], urls: Urls) -> dict[str, Any]:
    """What anybody may read of an actor in any mode: enough to check a signature.

    Of a community also the addresses that follow from its own, and its user name as `name`: PieFed looks communities up
    without a signature, and knows none without a name, or its moderators without their address.
    """
    document: dict[str, Any] = {
        "@context": CONTEXT,
        "id": account.uri,
        "type": TYPES[account.kind],
        "preferredUsername": account.username,
        "inbox": account.inbox_url,
        "outbox": account.outbox_url,
    }
    if account.kind is AccountKind.GROUP:
        document |= {
            "name": account.username,
            "followers": account.followers_url,
            "featured": urls.featured(account.username),
            "attributedTo": communities.moderators_url(account.uri),
            "endpoints": {"sharedInbox": urls.shared_inbox},
        }
    return document | _keys(account, keys)


def instance_actor(account: AccountRow, keys: Sequence[PublicRow], settings: Settings, urls: Urls) -> dict[str, Any]:
    """The actor that stands for the node (FEP-2677), readable unsigned."""
    document = stub(account, keys, urls)
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


def _keys(account: AccountRow, keys: Sequence[PublicRow]) -> dict[str, Any]:
    """The RSA key in use alone, for many read only one; the others by FEP-521a, those that were replaced too."""
    main = next((key for key in keys if key.algorithm is Algorithm.RSA and key.retired_at is None), None)
    shown: dict[str, Any] = {}
    if main is not None:
        shown["publicKey"] = {"id": main.id, "owner": account.uri, "publicKeyPem": main.public_pem}
    others = [key for key in keys if key is not main]
    if others:
        shown["assertionMethod"] = [
            {
                "id": key.id,
                "type": "Multikey",
                "controller": account.uri,
                "publicKeyMultibase": text_of_pem(key.public_pem),
            }
            for key in others
        ]
    return shown
