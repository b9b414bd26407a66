"""Presenters: views of the network in, Mastodon's entities out. Pure: no transaction, no waiting."""

from collections.abc import Sequence
from typing import Any, Literal

from msgspec import UNSET, Raw, UnsetType

from server.api import communities, gatherings
from server.api.entities.accounts import Account, AccountRole, CredentialAccount, Field, MutedAccount, Source
from server.api.entities.accounts import Role as RoleEntity
from server.api.entities.cards import CardAuthor, PreviewCard
from server.api.entities.emojis import CustomEmoji
from server.api.entities.entity import Visibility as VisibilityEntity
from server.api.entities.oauth import Application, CredentialApplication
from server.api.entities.personal import Marker, Preferences
from server.api.entities.relations import Relationship as RelationshipEntity
from server.api.entities.statuses import (
    FormerChoice,
    FormerPoll,
    ShallowQuote,
    Status,
    StatusApplication,
    StatusEdit,
    StatusMention,
    StatusSource,
    StatusTag,
)
from server.api.places import place
from server.api.shown import media as media
from social import emojis
from social.clock import iso
from social.people import accounts as people
from social.people.relations import Relationship
from social.policy import Role
from social.posts.former import History, Version
from social.posts.media import addressed, addressed_of
from social.posts.policies import Choice
from social.reading import PostView, QuoteView
from social.urls import Urls
from storage.accounts import AccountKind, AccountRow
from storage.cards import ShownCardRow
from storage.emojis import EmojiRow
from storage.grants import AppRow
from storage.ids import Millis
from storage.markers import MarkerRow
from storage.posts import MentionRow, TagRow
from storage.users import UserRow
from storage.visibility import Visibility

WIRE_VISIBILITY: dict[Visibility, VisibilityEntity] = {
    Visibility.PUBLIC: "public",
    Visibility.UNLISTED: "unlisted",
    Visibility.FOLLOWERS: "private",
    Visibility.DIRECT: "direct",
}
VISIBILITY_OF: dict[str, Visibility] = {wire: ours for ours, wire in WIRE_VISIBILITY.items()}

EXPANSIONS: dict[str, Literal["default", "show_all", "hide_all"]] = {
    "default": "default",
    "show_all": "show_all",
    "hide_all": "hide_all",
}
_BOTS = frozenset({AccountKind.SERVICE, AccountKind.APPLICATION})
# Mastodon's bits: 0x1 all, 0x8 dashboard, 0x10 reports, 0x200 appeals, 0x400 users, 0x2000 announcements,
# 0x10000 invitations.
ROLES: dict[Role, RoleEntity] = {
    Role.MEMBER: RoleEntity(id="-99", name="", permissions="0", highlighted=False),
    Role.COMMUNICATOR: RoleEntity(id="1", name="Communicator", permissions=str(0x2000), highlighted=True),
    Role.MODERATOR: RoleEntity(
        id="2", name="Moderator", permissions=str(0x8 | 0x10 | 0x200 | 0x400 | 0x10000), highlighted=True
    ),
    Role.ADMIN: RoleEntity(id="3", name="Admin", permissions=str(0x1), highlighted=True),
}


def account(row: AccountRow, urls: Urls) -> Account:
    """An account as everybody sees it."""
    return Account(**_account(row, urls))


def muted(row: AccountRow, until: Millis | None, urls: Urls) -> MutedAccount:
    """An account in the viewer's list of muted ones."""
    return MutedAccount(**_account(row, urls), mute_expires_at=_iso(until))


def own_account(row: AccountRow, user: UserRow, requests: int, urls: Urls) -> CredentialAccount:
    """One's own account, with what was typed and the defaults. `requests`: people who wait for an answer."""
    source = Source(
        privacy=WIRE_VISIBILITY[Visibility(user.post_visibility)],
        sensitive=user.post_sensitive,
        language=user.post_language,
        note=row.note_source,
        fields=[Field(name=one.name, value=one.value, verified_at=None) for one in people.fields(row)],
        follow_requests_count=requests,
        discoverable=row.discoverable,
        indexable=row.indexable,
        hide_collections=row.hide_collections,
        attribution_domains=row.attribution_domains.split(),
        quote_policy=Choice(user.quote_policy).value,
    )
    return CredentialAccount(**_account(row, urls), source=source, role=ROLES[Role(user.role)])


def status(view: PostView, author: Raw, urls: Urls, reblog: Raw | None = None) -> Status:
    """A post, or a boost around its ready `reblog`; without what differs by viewer."""
    post, shown = view.post, view.shown.post
    return Status(
        id=str(post.id),
        uri=post.uri,
        created_at=iso(post.published_at),
        account=author,
        content=communities.content(view.shown),
        visibility=WIRE_VISIBILITY[post.visibility],
        sensitive=shown.sensitive,
        spoiler_text=shown.spoiler,
        media_attachments=[media(one, urls) for one in addressed(view, urls)],
        application=_application(view),
        mentions=[_mention(one) for one in communities.named(view)],
        tags=[_tag(one, urls) for one in view.tags],
        emojis=custom_emojis(shown.emojis, urls),
        reblogs_count=shown.boosts_shown,
        favourites_count=shown.likes_shown,
        replies_count=shown.replies_shown,
        quotes_count=shown.quotes_count,
        url=post.url or None,
        in_reply_to_id=_id(post.parent_id),
        in_reply_to_account_id=_id(post.parent_author_id),
        reblog=reblog,
        language=shown.language,
        edited_at=_iso(shown.edited_at),
        card=None if view.card is None else card(view.card, urls),
    )


def card(row: ShownCardRow, urls: Urls) -> PreviewCard:
    """What the page behind a post's link says of itself. HTML of others is never handed on."""
    said = row.card
    authors = [CardAuthor(name=said.author_name, url=said.author_url)] if said.author_name or said.author_url else []
    return PreviewCard(
        url=said.url,
        title=said.title,
        description=said.description,
        type="photo" if said.kind == "photo" else "link",
        language=said.language,
        authors=authors,
        author_name=said.author_name,
        author_url=said.author_url,
        provider_name=said.provider_name,
        provider_url=said.provider_url,
        width=row.width,
        height=row.height,
        image=None if row.token is None else urls.media(row.token),
        image_description=row.image_description,
        blurhash=row.blurhash,
        published_at=_iso(said.published_at),
    )


def edits(history: History, author: Raw, urls: Urls) -> list[StatusEdit]:
    """All versions of a post, oldest first, each with what hung on it then."""
    return [
        StatusEdit(
            content=gatherings.titled(one.title, one.html),
            spoiler_text=one.spoiler,
            sensitive=one.sensitive,
            created_at=iso(one.at),
            account=author,
            poll=_choices(one),
            media_attachments=[media(row, urls) for row in addressed_of(history.post.post, one.pictures, urls)],
            emojis=custom_emojis(one.beside.emojis if one.beside else "", urls),
            quote=_quoted(one.quote),
        )
        for one in history.versions
    ]


def _choices(version: Version) -> FormerPoll | UnsetType:
    if version.beside is None or not version.beside.options:
        return UNSET
    return FormerPoll(options=[FormerChoice(title=title) for title in version.beside.options])


def _quoted(quote: QuoteView | None) -> ShallowQuote | None:
    if quote is None:
        return None
    return ShallowQuote(state=quote.state, quoted_status_id=None if quote.id is None else str(quote.id))


def source(view: PostView) -> StatusSource:
    """A post as it was typed."""
    return StatusSource(id=str(view.post.id), text=view.post.source, spoiler_text=view.post.spoiler)


def custom_emojis(written: str, urls: Urls) -> list[CustomEmoji]:
    """The emoji beside a text."""
    return [
        CustomEmoji(
            shortcode=one.name,
            url=urls.media(one.token),
            static_url=urls.media(one.token, "small"),
            visible_in_picker=False,
        )
        for one in emojis.shown(written)
    ]


def offered_emoji(row: EmojiRow, urls: Urls) -> CustomEmoji:
    """An emoji that people here may write."""
    return CustomEmoji(
        shortcode=row.name,
        url=urls.media(row.token),
        static_url=urls.media(row.token, "small"),
        visible_in_picker=True,
        category=row.category or UNSET,
    )


def relationship(one: Relationship) -> RelationshipEntity:
    """How the viewer and an account stand."""
    return RelationshipEntity(
        id=str(one.id),
        following=one.following,
        showing_reblogs=one.showing_boosts,
        notifying=one.notifying,
        languages=one.languages or None,
        followed_by=one.followed_by,
        blocking=one.blocking,
        blocked_by=one.blocked_by,
        muting=one.muting,
        muting_notifications=one.muting_notifications,
        muting_expires_at=_iso(one.muted_until),
        requested=one.requested,
        requested_by=one.requested_by,
        domain_blocking=one.domain_blocking,
        endorsed=one.endorsed,
        note=one.note,
    )


def markers(rows: Sequence[MarkerRow]) -> dict[str, Marker]:
    """Markers by timeline."""
    return {
        row.timeline: Marker(last_read_id=str(row.last_read_id), version=row.version, updated_at=iso(row.updated_at))
        for row in rows
    }


def preferences(user: UserRow) -> Preferences:
    """Defaults of posting and reading."""
    return Preferences(
        posting_default_visibility=WIRE_VISIBILITY[Visibility(user.post_visibility)],
        posting_default_sensitive=user.post_sensitive,
        posting_default_language=user.post_language,
        posting_default_quote_policy=Choice(user.quote_policy).value,
        reading_expand_media=EXPANSIONS[user.expand_media],
        reading_expand_spoilers=user.expand_spoilers,
        reading_autoplay_gifs=user.autoplay_gifs,
    )


def application(app: AppRow, vapid: str) -> Application:
    """A registered app, without its secret."""
    return Application(**_app(app), vapid_key=vapid)


def new_application(app: AppRow, secret: str, vapid: str) -> CredentialApplication:
    """A registered app with its secret: the only time that it is shown."""
    return CredentialApplication(**_app(app), vapid_key=vapid, client_id=app.client_id, client_secret=secret)


def _account(row: AccountRow, urls: Urls) -> dict[str, Any]:
    hidden = row.suspended_at is not None
    avatar = urls.media(row.avatar_token) if row.avatar_token and not hidden else urls.default_avatar(row.id)
    header = urls.media(row.header_token) if row.header_token and not hidden else urls.default_header()
    return {
        "id": str(row.id),
        "username": row.username,
        "acct": row.acct,
        "url": row.url or row.uri,
        "uri": row.uri,
        "display_name": "" if hidden else row.display_name,
        "note": "" if hidden else row.note_html,
        "avatar": avatar,
        "avatar_static": avatar,
        "avatar_description": "" if hidden else row.avatar_description,
        "header": header,
        "header_static": header,
        "header_description": "" if hidden else row.header_description,
        "hide_collections": row.hide_collections,
        "show_media": row.show_media,
        "show_media_replies": row.show_media_replies,
        "show_featured": row.show_featured,
        "locked": row.locked,
        "fields": () if hidden else [_field(one) for one in people.fields(row)],
        "emojis": () if hidden else custom_emojis(row.emojis, urls),
        "bot": row.kind in _BOTS,
        "group": row.kind is AccountKind.GROUP,
        "discoverable": row.discoverable,
        "indexable": row.indexable,
        "noindex": not row.indexable if row.is_local else UNSET,
        "suspended": True if hidden else UNSET,
        # Mastodon tells the day only, and clients expect midnight.
        "created_at": f"{iso(row.created_at)[:10]}T00:00:00.000Z",
        "last_status_at": iso(row.last_post_at)[:10] if row.last_post_at else None,
        "statuses_count": row.posts_count,
        "followers_count": row.followers_count,
        "following_count": row.following_count,
        "roles": _roles(row) if row.is_local else UNSET,
        "limited": True if row.is_limited and not hidden else UNSET,
        "moved": UNSET if row.moved_id is None or hidden else place(row.moved_id),
    }


def _roles(row: AccountRow) -> Sequence[AccountRole]:
    role = ROLES.get(Role(row.role)) if row.role else None
    return () if role is None else (AccountRole(id=role.id, name=role.name),)


def _app(app: AppRow) -> dict[str, Any]:
    return {
        "id": str(app.id),
        "name": app.name,
        "website": app.website or None,
        "scopes": app.scopes.split(),
        "redirect_uris": app.redirects,
        "redirect_uri": "\n".join(app.redirects),
    }


def _field(one: people.Field) -> Field:
    verified = f"{iso(one.verified_at)[:-1]}+00:00" if one.verified_at else None
    return Field(name=one.name, value=one.html, verified_at=verified)


def _application(view: PostView) -> StatusApplication | UnsetType:
    if view.app_name is None:
        return UNSET
    return StatusApplication(name=view.app_name, website=view.app_website or None)


def _mention(one: MentionRow) -> StatusMention:
    acct = f"{one.username}@{one.domain}" if one.domain else one.username
    return StatusMention(id=str(one.account_id), username=one.username, url=one.url or one.uri, acct=acct)


def _tag(one: TagRow, urls: Urls) -> StatusTag:
    return StatusTag(name=one.name, url=urls.tag(one.name))


def _id(number: int | None) -> str | None:
    return None if number is None else str(number)


def _iso(at: Millis | None) -> str | None:
    return None if at is None else iso(at)
