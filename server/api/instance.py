"""The site: its name, limits and addresses, as apps ask for them before anybody has signed in."""

import hashlib
from typing import Any

from server.api import reported
from server.api.call import Call
from server.api.entities.instance import DomainBlock, ExtendedDescription
from server.api.entities.reports import Rule
from server.api.params import Empty
from server.api.push import node_key
from server.api.routing import Answer, Auth, Endpoint, route
from social.clock import MINUTE
from social.feeds.tags import MOST_FEATURED
from social.people import accounts
from social.people.accounts import FIELD_LIMIT, FIELDS_LIMIT, NAME_LIMIT, NOTE_LIMIT
from social.people.showing import DESCRIPTION_LIMIT
from social.policy import Viewer
from social.posts import pins
from social.posts.images import MIME
from social.recordings.kinds import TAKEN
from social.recordings.orders import FRAMES_PER_SECOND
from social.recordings.tools import tools_of
from social.settings import Settings
from storage import peers
from storage import rules as rule_rows
from storage.accounts import AccountRow
from storage.engine.database import Tx
from storage.peers import PeerRow, Policy
from storage.rules import RuleRow
from storage.users import CountsRow

SOFTWARE = "0.1.0"
VERSION = f"4.6.0 (compatible; Archipel {SOFTWARE})"
"""The form that clients read: what we are compatible with first, and nothing that looks like a second version."""
LEVEL = 7
"""Mastodon's `api_versions`: a number promises all below it (docs/decisions/0024-version-and-level.md)."""
LANGUAGES = ("fr", "en")
CHARACTERS_PER_URL = 23
ICON_SIZES = (192, 512)
COUNTED_FOR = MINUTE
"""How long the figures are kept: counting walks over the people of the node."""


async def second(call: Call, _: Empty) -> Answer:
    """GET /api/v2/instance."""
    settings, urls = call.node.settings, call.node.urls
    counts, _peers, rules = await _counted(call)
    contact = await _contact(call)
    body = {
        "domain": settings.node.domain,
        "title": settings.node.title,
        "version": VERSION,
        # The site says where its code is: one that was changed is not where ours is.
        "source_url": urls.base,
        "description": settings.node.description,
        "usage": {"users": {"active_month": counts.active_month}},
        "thumbnail": {"url": _picture(call), "blurhash": None, "versions": {}},
        "icon": _icons(call),
        "languages": LANGUAGES,
        "configuration": {
            "urls": {
                "streaming": streaming_base(settings),
                "status": None,
                "about": urls.base,
                "privacy_policy": None,
                "terms_of_service": None,
            },
            "vapid": {"public_key": await node_key(call)},
            "accounts": {
                "max_display_name_length": NAME_LIMIT,
                "max_note_length": NOTE_LIMIT,
                "max_avatar_description_length": DESCRIPTION_LIMIT,
                "max_header_description_length": DESCRIPTION_LIMIT,
                "max_featured_tags": MOST_FEATURED,
                "max_pinned_statuses": pins.MOST,
                "max_profile_fields": FIELDS_LIMIT,
                "profile_field_name_limit": FIELD_LIMIT,
                "profile_field_value_limit": FIELD_LIMIT,
            },
            **_limits(settings),
            "translation": {"enabled": False},
            "timelines_access": _access(settings),
            "limited_federation": True,
        },
        "registrations": {
            "enabled": settings.people.registrations,
            "approval_required": False,
            "reason_required": None,
            "message": None,
            "min_age": None,
            "url": None,
        },
        "api_versions": {"mastodon": LEVEL},
        "contact": {"email": settings.node.contact, "account": contact and call.rendered.account(contact)},
        "rules": [reported.rule(row) for row in rules],
    }
    return Answer(body=body)


async def first(call: Call, _: Empty) -> Answer:
    """GET /api/v1/instance."""
    settings = call.node.settings
    counts, known, rules = await _counted(call)
    contact = await _contact(call)
    body = {
        "uri": settings.node.domain,
        "title": settings.node.title,
        "short_description": settings.node.description,
        "description": settings.node.description,
        "email": settings.node.contact,
        "version": VERSION,
        "urls": {"streaming_api": streaming_base(settings)},
        "stats": {
            "user_count": counts.users,
            "status_count": counts.local_posts,
            "domain_count": len(known),
        },
        "thumbnail": _picture(call),
        "languages": LANGUAGES,
        "registrations": settings.people.registrations,
        "approval_required": False,
        "invites_enabled": True,
        "configuration": {
            "accounts": {"max_featured_tags": MOST_FEATURED},
            **_limits(settings),
        },
        "contact_account": contact and call.rendered.account(contact),
        "rules": [reported.rule(row) for row in rules],
    }
    return Answer(body=body)


async def known_peers(call: Call, _: Empty) -> list[str]:
    """GET /api/v1/instance/peers: the nodes that this one exchanges with."""
    return await call.read(_peers)


async def rules(call: Call, _: Empty) -> list[Rule]:
    """GET /api/v1/instance/rules."""
    return [reported.rule(row) for row in await call.node.db.read(rule_rows.rules)]


async def domain_blocks(call: Call, _: Empty) -> list[DomainBlock]:
    """GET /api/v1/instance/domain_blocks: the nodes that are shut out or kept from strangers, as far as is told."""
    return [_block(row) for row in await call.read(_limited)]


def _limited(tx: Tx, viewer: Viewer) -> list[PeerRow]:
    found = [row for row in peers.decided(tx) if row.policy is Policy.DENIED or row.is_silenced]
    return sorted(found, key=lambda row: row.host)


def _block(row: PeerRow) -> DomainBlock:
    name, dot, rest = row.host.partition(".")
    return DomainBlock(
        domain=f"{name[:1]}{'*' * (len(name) - 1)}{dot}{rest}" if row.is_obfuscated else row.host,
        digest=hashlib.sha256(row.host.encode()).hexdigest(),
        severity="suspend" if row.policy is Policy.DENIED else "silence",
        comment=row.public_comment,
    )


async def extended_description(call: Call, _: Empty) -> ExtendedDescription:
    """GET /api/v1/instance/extended_description."""
    return ExtendedDescription(updated_at=None, content=call.node.settings.node.description)


def streaming_base(settings: Settings) -> str:
    """Address of the WebSocket without its path: clients put it behind."""
    return f"{'wss' if settings.node.scheme == 'https' else 'ws'}://{settings.node.domain}"


async def _contact(call: Call) -> AccountRow | None:
    """Whom one turns to, where the anonymous internet may see people at all."""
    return await call.node.db.read(accounts.contact) if call.node.settings.node.open else None


def _picture(call: Call) -> str:
    """The picture that administrators chose for the site, else the one of a profile without any."""
    mark = call.node.look.mark
    return f"{call.node.urls.base}/site-logo/{mark}.png" if mark else call.node.urls.default_header()


def _icons(call: Call) -> list[dict[str, str]]:
    """The icon of the app on a phone: that picture on paper, else the flag of the site."""
    look = call.node.look
    version = look.mark or look.colour.removeprefix("#")
    ending = f"?{version}" if version else ""
    return [
        {"src": f"{call.node.urls.base}/app-icon/{size}.png{ending}", "size": f"{size}x{size}"} for size in ICON_SIZES
    ]


async def _counted(call: Call) -> tuple[CountsRow, list[str], list[RuleRow]]:
    now = call.node.clock()
    kept = call.rendered.counts
    if kept is None or now - kept[0] > COUNTED_FOR:

        def count(tx: Tx) -> tuple[CountsRow, list[str]]:
            return accounts.active_counts(tx, now), _hosts(tx)

        kept = call.rendered.counts = (now, *await call.node.db.read(count))
    return kept[1], kept[2], await call.node.db.read(rule_rows.rules)


def _peers(tx: Tx, viewer: Viewer) -> list[str]:
    return _hosts(tx)


def _hosts(tx: Tx) -> list[str]:
    return [peer.host for peer in peers.peers(tx) if peer.policy is Policy.ALLOWED]


def _limits(settings: Settings) -> dict[str, Any]:
    takes_recordings = tools_of(settings.media) is not None
    return {
        "statuses": {
            "max_characters": settings.posts.max_characters,
            "max_media_attachments": settings.media.per_post,
            "characters_reserved_per_url": CHARACTERS_PER_URL,
        },
        "media_attachments": {
            "supported_mime_types": [*MIME.values(), *(TAKEN if takes_recordings else ())],
            "description_limit": settings.media.description_limit,
            "image_size_limit": settings.media.max_bytes,
            "image_matrix_limit": settings.media.max_pixels,
            "video_size_limit": settings.media.max_video_bytes if takes_recordings else 0,
            "video_frame_rate_limit": FRAMES_PER_SECOND if takes_recordings else 0,
            "video_matrix_limit": settings.media.max_video_pixels if takes_recordings else 0,
        },
        "polls": {
            "max_options": settings.polls.max_options,
            "max_characters_per_option": settings.polls.option_characters,
            "min_expiration": settings.polls.min_seconds,
            "max_expiration": settings.polls.max_seconds,
        },
    }


def _access(settings: Settings) -> dict[str, dict[str, str]]:
    who = "public" if settings.node.open else "authenticated"
    feed = {"local": who, "remote": who}
    return {
        "live_feeds": feed,
        "hashtag_feeds": feed,
        "trending_link_feeds": feed,
    }


ROUTES: tuple[Endpoint, ...] = (
    route("GET", "/api/v1/instance", first, Auth.NONE),
    route("GET", "/api/v2/instance", second, Auth.NONE),
    route("GET", "/api/v1/instance/peers", known_peers, Auth.READER),
    route("GET", "/api/v1/instance/domain_blocks", domain_blocks, Auth.READER),
    route("GET", "/api/v1/instance/rules", rules, Auth.NONE),
    route("GET", "/api/v1/instance/extended_description", extended_description, Auth.NONE),
)
