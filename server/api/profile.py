"""One's own profile: reading it as it was typed, changing it field by field."""

from functools import partial
from typing import Literal, TypeVar

import msgspec
from msgspec import UNSET, UnsetType

from server.api import present
from server.api.call import Call
from server.api.entities.accounts import CredentialAccount, Field, Profile
from server.api.media import keep
from server.api.params import Empty, Upload
from server.api.routing import Auth, Endpoint, route
from server.api.tags import featured_entity
from social.feeds import tags
from social.paging import FIRST
from social.people import accounts, relations, showing, users
from social.people.accounts import ProfileChange
from social.people.showing import ShowChange
from social.policy import Viewer
from social.posts import media
from social.posts.policies import Choice
from storage.engine.database import Tx

T = TypeVar("T")

MOST_FIELDS = 20
REQUESTS_COUNTED = 100


class FieldParams(msgspec.Struct, frozen=True, kw_only=True):
    """A line of the profile."""

    name: str = ""
    value: str = ""


class SourceParams(msgspec.Struct, frozen=True, kw_only=True):
    """Defaults of posts."""

    privacy: Literal["public", "unlisted", "private", "direct"] | None = None
    quote_policy: Literal["public", "followers", "nobody"] | None = None
    sensitive: bool | None = None
    language: str | None = None


class ProfileParams(msgspec.Struct, frozen=True, kw_only=True):
    """What is left out stays."""

    display_name: str | None = None
    note: str | None = None
    avatar: Upload | None = None
    header: Upload | None = None
    locked: bool | None = None
    bot: bool | None = None
    discoverable: bool | None = None
    indexable: bool | None = None
    avatar_description: str | None = None
    header_description: str | None = None
    hide_collections: bool | None = None
    show_media: bool | None = None
    show_media_replies: bool | None = None
    show_featured: bool | None = None
    attribution_domains: tuple[str, ...] | None = None
    fields_attributes: tuple[FieldParams, ...] | None = None
    source: SourceParams = SourceParams()


async def verify(call: Call, _: Empty) -> CredentialAccount:
    """GET /api/v1/accounts/verify_credentials."""
    return await call.read(_own, call)


async def update(call: Call, params: ProfileParams) -> CredentialAccount:
    """PATCH or PUT /api/v1/accounts/update_credentials."""
    pictures = await _pictures(call, params)
    return await call.write(_update, call, params, pictures)


async def remove_avatar(call: Call, _: Empty) -> CredentialAccount:
    """DELETE /api/v1/profile/avatar."""
    return await call.write(_update, call, ProfileParams(), {"avatar": None})


async def remove_header(call: Call, _: Empty) -> CredentialAccount:
    """DELETE /api/v1/profile/header."""
    return await call.write(_update, call, ProfileParams(), {"header": None})


async def show_profile(call: Call, _: Empty) -> Profile:
    """GET /api/v1/profile: as it was typed."""
    return await call.read(_profile, call)


async def edit_profile(call: Call, params: ProfileParams) -> Profile:
    """PATCH or PUT /api/v1/profile."""
    pictures = await _pictures(call, params)

    def write(tx: Tx, viewer: Viewer) -> Profile:
        _update(tx, viewer, call, params, pictures)
        return _profile(tx, viewer, call)

    return await call.write(write)


async def _pictures(call: Call, params: ProfileParams) -> dict[str, media.Upload | None]:
    """New pictures, ready to be shown; None for one that goes."""
    await call.admit()
    return {
        purpose: None if upload.is_blank else await keep(call.node, upload.read(), purpose)
        for purpose, upload in (("avatar", params.avatar), ("header", params.header))
        if upload is not None
    }


def _profile(tx: Tx, viewer: Viewer, call: Call) -> Profile:
    row = accounts.account(tx, viewer, viewer.account)
    shown = present.account(row, call.node.urls)
    return Profile(
        id=shown.id,
        display_name=row.display_name,
        note=row.note_source,
        fields=[Field(name=one.name, value=one.value, verified_at=None) for one in accounts.fields(row)],
        avatar=shown.avatar if row.avatar_token else None,
        avatar_static=shown.avatar if row.avatar_token else None,
        avatar_description=row.avatar_description,
        header=shown.header if row.header_token else None,
        header_static=shown.header if row.header_token else None,
        header_description=row.header_description,
        locked=row.locked,
        bot=shown.bot,
        hide_collections=row.hide_collections,
        discoverable=row.discoverable,
        indexable=row.indexable,
        show_media=row.show_media,
        show_media_replies=row.show_media_replies,
        show_featured=row.show_featured,
        attribution_domains=row.attribution_domains.split(),
        featured_tags=[featured_entity(one, row, call.node.urls) for one in tags.own_featured(tx, viewer)],
        formatted_note=row.note_html,
        formatted_fields=shown.fields,
    )


def _own(tx: Tx, viewer: Viewer, call: Call) -> CredentialAccount:
    waiting = relations.requests(tx, viewer, msgspec.structs.replace(FIRST, limit=REQUESTS_COUNTED))
    return present.own_account(
        accounts.account(tx, viewer, viewer.account), users.user(tx, viewer), len(waiting), call.node.urls
    )


def _update(
    tx: Tx, viewer: Viewer, call: Call, params: ProfileParams, pictures: dict[str, media.Upload | None]
) -> CredentialAccount:
    node, now = call.node, call.node.clock()
    add = partial(media.add, tx, viewer, settings=node.settings.media, ids=node.ids, now=now)
    kept = {
        purpose: None if upload is None else add(upload, purpose=purpose).id for purpose, upload in pictures.items()
    }
    source = params.source
    change = ProfileChange(
        display_name=_given(params.display_name),
        note=_given(params.note),
        fields=_lines(params.fields_attributes),
        locked=_given(params.locked),
        discoverable=_given(params.discoverable),
        indexable=_given(params.indexable),
        is_bot=_given(params.bot),
        avatar=kept.get("avatar", UNSET),
        header=kept.get("header", UNSET),
        post_visibility=UNSET if source.privacy is None else present.VISIBILITY_OF[source.privacy],
        post_sensitive=_given(source.sensitive),
        quote_policy=UNSET if source.quote_policy is None else Choice(source.quote_policy),
        post_language=UNSET if source.language is None else source.language or None,
    )
    accounts.edit_profile(tx, viewer, change, urls=node.urls, now=now)
    shown = ShowChange(
        avatar_description=_given(params.avatar_description),
        header_description=_given(params.header_description),
        hide_collections=_given(params.hide_collections),
        show_media=_given(params.show_media),
        show_media_replies=_given(params.show_media_replies),
        show_featured=_given(params.show_featured),
        attribution_domains=_given(params.attribution_domains),
    )
    showing.show(tx, viewer, shown, now=now)
    return _own(tx, viewer, call)


def _given(value: T | None) -> T | UnsetType:
    return UNSET if value is None else value


def _lines(fields: tuple[FieldParams, ...] | None) -> tuple[tuple[str, str], ...] | UnsetType:
    if fields is None:
        return UNSET
    return tuple((field.name, field.value) for field in fields[:MOST_FIELDS] if field.name or field.value)


_OWN = ("profile", "read:accounts")
_WRITE = ("write:accounts",)

ROUTES: tuple[Endpoint, ...] = (
    route("GET", "/api/v1/accounts/verify_credentials", verify, Auth.USER, *_OWN),
    route("PATCH PUT", "/api/v1/accounts/update_credentials", update, Auth.USER, *_WRITE, params=ProfileParams),
    route("DELETE", "/api/v1/profile/avatar", remove_avatar, Auth.USER, *_WRITE),
    route("DELETE", "/api/v1/profile/header", remove_header, Auth.USER, *_WRITE),
    route("GET", "/api/v1/profile", show_profile, Auth.USER, *_OWN),
    route("PATCH PUT", "/api/v1/profile", edit_profile, Auth.USER, *_WRITE, params=ProfileParams),
)
