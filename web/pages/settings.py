"""A person's own settings: profile, languages and posts, whom they do not hear, and the apps that act for them."""

import msgspec
from msgspec import UNSET, UnsetType
from starlette.responses import Response

from social.errors import Invalid
from social.paging import Page
from social.people import accounts, grants, relations
from social.people.accounts import FIELDS_LIMIT, ProfileChange
from social.policy import Viewer
from social.posts import media
from storage.accounts import AccountRow
from storage.engine.database import Tx
from storage.ids import AppId, MediaId, Millis
from storage.visibility import Visibility
from web import audience, writing
from web.forms import Form
from web.pictures import stored
from web.visit import Visit

_LISTED = 200
SIZES = ("large", "larger")
WISHES = ("contrast", "still", "underline")


class ProfileValues(msgspec.Struct, frozen=True, kw_only=True):
    """What the form of the profile holds; `fields` are as many pairs as there may be."""

    display_name: str
    job: str
    team: str
    note: str
    fields: list[tuple[str, str]]
    locked: bool
    discoverable: bool


class ReadingValues(msgspec.Struct, frozen=True, kw_only=True):
    """What the form of languages and posts holds."""

    locale: str
    theme: str
    size: str
    looks: tuple[str, ...]
    post_visibility: str
    post_language: str
    post_sensitive: bool
    quote_policy: str
    expand_media: str
    expand_spoilers: bool
    shortcuts: bool
    autoplay_gifs: bool


async def profile(visit: Visit) -> Response:
    """GET /settings."""
    row = await visit.read(_me)
    return _profile_page(visit, _profile_values(row))


async def save_profile(visit: Visit, form: Form) -> Response:
    """POST /settings/profile."""
    try:
        change = msgspec.structs.replace(
            _profile_change(form),
            avatar=await _picture(visit, form, "avatar"),
            header=await _picture(visit, form, "header"),
        )
        await visit.write(accounts.edit_profile, change, urls=visit.node.urls, now=visit.now)
    except Invalid as wrong:
        await visit.read_frame()
        return _profile_page(visit, _profile_again(form), wrong)
    return visit.back("/settings", done="saved")


async def preview_profile(visit: Visit, form: Form) -> Response:
    """POST /settings/profile/preview: as others would read it; nothing is kept."""
    try:
        shown = await visit.read(accounts.previewed, _profile_change(form), urls=visit.node.urls)
    except Invalid as wrong:
        await visit.read_frame()
        return _profile_page(visit, _profile_again(form), wrong)
    return _profile_page(visit, _profile_again(form), shown=shown)


async def reading(visit: Visit) -> Response:
    """GET /settings/reading."""
    await visit.read_frame()
    return _reading_page(visit)


async def save_reading(visit: Visit, form: Form) -> Response:
    """POST /settings/reading."""
    try:
        change = ProfileChange(
            locale=form.text("locale"),
            theme=form.text("theme"),
            looks=_looks(form),
            post_visibility=Visibility(form.chosen("post_visibility", tuple(Visibility), Visibility.PUBLIC)),
            post_language=form.text("post_language") or None,
            post_sensitive=form.flag("post_sensitive"),
            quote_policy=writing.policy_of(form) or UNSET,
            expand_media=form.chosen("expand_media", accounts.EXPANSIONS, "default"),
            expand_spoilers=form.flag("expand_spoilers"),
            shortcuts=form.flag("shortcuts"),
            autoplay_gifs=form.flag("autoplay_gifs"),
        )
        await visit.write(accounts.edit_profile, change, urls=visit.node.urls, now=visit.now)
    except Invalid as wrong:
        await visit.read_frame()
        return _reading_page(visit, wrong)
    return visit.back("/settings/reading", done="saved")


async def silence(visit: Visit) -> Response:
    """GET /settings/silence: whom the person blocked and muted."""
    blocked, muted = await visit.read(_silenced, visit.paging(_LISTED), visit.now)
    return visit.page("settings/silence.html", part="silence", blocked=blocked, muted=muted)


async def apps(visit: Visit) -> Response:
    """GET /settings/apps."""
    return visit.page("settings/apps.html", part="apps", apps=await visit.read(grants.authorised_apps))


async def revoke_app(visit: Visit, form: Form) -> Response:
    """POST /settings/apps/{id}/revoke."""
    await visit.write(grants.revoke_app, AppId(visit.request.path_params["id"]))
    return visit.back("/settings/apps", done="revoked")


def _me(tx: Tx, viewer: Viewer) -> AccountRow:
    return accounts.account(tx, viewer, viewer.account)


def _silenced(tx: Tx, viewer: Viewer, page: Page, now: Millis) -> tuple[list[AccountRow], list[AccountRow]]:
    blocked = [row for _, row in relations.blocked(tx, viewer, page)]
    return blocked, [row for _, row in relations.muted(tx, viewer, page, now=now)]


def _profile_values(row: AccountRow) -> ProfileValues:
    fields = [(field.name, field.value) for field in accounts.fields(row)]
    return ProfileValues(
        display_name=row.display_name,
        job=row.job,
        team=row.team,
        note=row.note_source,
        fields=_padded(fields),
        locked=row.locked,
        discoverable=row.discoverable,
    )


def _profile_again(form: Form) -> ProfileValues:
    return ProfileValues(
        display_name=form.written("display_name"),
        job=form.written("job"),
        team=form.written("team"),
        note=form.written("note"),
        fields=_padded(list(zip(form.kept("field_name"), form.kept("field_value"), strict=False))),
        locked=form.has("locked"),
        discoverable=form.has("discoverable"),
    )


def _padded(fields: list[tuple[str, str]]) -> list[tuple[str, str]]:
    return [*fields, *[("", "")] * FIELDS_LIMIT][: max(FIELDS_LIMIT, len(fields))]


def _pairs(form: Form) -> list[tuple[str, str]]:
    try:
        return list(zip(form.all("field_name"), form.all("field_value"), strict=True))
    except ValueError as uneven:
        raise Invalid("fields", "invalid") from uneven


async def _picture(visit: Visit, form: Form, purpose: str) -> MediaId | UnsetType | None:
    """A new picture, None to have none, UNSET to leave it. Raises Invalid of the field `purpose`."""
    file = form.file(purpose)
    if file is None:
        return None if form.flag(f"without_{purpose}") else UNSET
    node = visit.node
    try:
        upload = await stored(node, file, purpose)
    except Invalid as wrong:
        raise Invalid(purpose, wrong.code, **wrong.values) from wrong
    row = await visit.write(
        media.add, upload, purpose=purpose, settings=node.settings.media, ids=node.ids, now=visit.now
    )
    return row.id


def _profile_change(form: Form) -> ProfileChange:
    """What is written of a profile, without its pictures."""
    return ProfileChange(
        display_name=form.line("display_name"),
        job=form.line("job"),
        team=form.line("team"),
        note=form.text("note", limit=10_000),
        fields=tuple((name, value) for name, value in _pairs(form) if name or value),
        locked=form.flag("locked"),
        discoverable=form.flag("discoverable"),
    )


def _profile_page(
    visit: Visit, values: ProfileValues, wrong: Invalid | None = None, *, shown: AccountRow | None = None
) -> Response:
    return visit.form_page(
        "settings/profile.html",
        wrong,
        part="profile",
        values=values,
        shown=shown,
        facts=accounts.fields(shown) if shown else (),
    )


def _looks(form: Form) -> tuple[str, ...]:
    """The wishes that were ticked, and the size of the letters."""
    size = form.chosen("size", ("", *SIZES), "")
    return tuple(wish for wish in WISHES if form.flag(wish)) + ((size,) if size else ())


def _reading_page(visit: Visit, wrong: Invalid | None = None) -> Response:
    user = visit.frame.user
    looks = tuple(visit.frame.looks.split())
    values = ReadingValues(
        locale=user.locale if user else "",
        theme=user.theme if user else "",
        size=next((size for size in SIZES if size in looks), ""),
        looks=looks,
        post_visibility=user.post_visibility if user else Visibility.PUBLIC,
        post_language=(user.post_language if user else None) or "",
        post_sensitive=bool(user and user.post_sensitive),
        quote_policy=user.quote_policy if user else "",
        expand_media=user.expand_media if user else "default",
        expand_spoilers=bool(user and user.expand_spoilers),
        shortcuts=bool(user and user.shortcuts),
        autoplay_gifs=bool(user and user.autoplay_gifs),
    )
    return visit.form_page(
        "settings/reading.html",
        wrong,
        part="reading",
        values=values,
        visibilities=audience.names(visit),
        written=list(writing.LANGUAGES),
        quoters=writing.quoters(visit),
    )
