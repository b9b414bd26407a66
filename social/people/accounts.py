"""Accounts as people see them: reading, one's own profile, suspension, the actor of the node.

Accounts of elsewhere are kept by `social/people/remote.py`.
"""

from collections.abc import Sequence

import msgspec
from msgspec import UNSET, UnsetType

from social import emojis, events
from social.clock import DAY
from social.communities import admission
from social.errors import Forbidden, Invalid, NotFound, raise_all
from social.people import keys as key_commands
from social.people import names
from social.people.faces import show_pictures
from social.people.keys import KeyPair
from social.policy import RANK, Role, Viewer, require_person, require_role
from social.posts.policies import Choice
from social.text import bio, clean_text, graphemes, is_language, profile_field
from social.urls import Urls
from storage import accounts as rows
from storage import grants as grant_rows
from storage import sessions as session_rows
from storage import users as user_rows
from storage.accounts import AccountKind, AccountRow
from storage.engine.database import Tx
from storage.ids import AccountId, IdMaker, MediaId, Millis
from storage.users import CountsRow, UserRow
from storage.visibility import Visibility

NAME_LIMIT = 60
NOTE_LIMIT = 1_000
FIELDS_LIMIT = 6
FIELD_LIMIT = 255
JOB_LIMIT = 100
LOCALES = ("", "fr", "en")
THEMES = ("", "light", "dark")
LOOKS = ("contrast", "still", "large", "larger", "underline")
"""How pages may look besides: hard contrast, nothing that moves, larger letters, underlined links."""
EXPANSIONS = ("default", "show_all", "hide_all")


class Field(msgspec.Struct, frozen=True, kw_only=True):
    """A row of a profile: `value` as written, `html` as shown (safe)."""

    name: str
    value: str
    html: str
    verified_at: Millis | None = None


class ProfileChange(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody changes of their profile and settings; what is UNSET stays."""

    display_name: str | UnsetType = UNSET
    note: str | UnsetType = UNSET
    job: str | UnsetType = UNSET
    team: str | UnsetType = UNSET
    fields: tuple[tuple[str, str], ...] | UnsetType = UNSET
    locked: bool | UnsetType = UNSET
    discoverable: bool | UnsetType = UNSET
    indexable: bool | UnsetType = UNSET
    is_bot: bool | UnsetType = UNSET
    avatar: MediaId | UnsetType | None = UNSET
    header: MediaId | UnsetType | None = UNSET
    post_visibility: Visibility | UnsetType = UNSET
    post_sensitive: bool | UnsetType = UNSET
    post_language: str | UnsetType | None = UNSET
    quote_policy: Choice | UnsetType = UNSET
    locale: str | UnsetType = UNSET
    theme: str | UnsetType = UNSET
    expand_media: str | UnsetType = UNSET
    expand_spoilers: bool | UnsetType = UNSET
    autoplay_gifs: bool | UnsetType = UNSET
    shortcuts: bool | UnsetType = UNSET
    looks: tuple[str, ...] | UnsetType = UNSET


_FIELDS = msgspec.json.Decoder(tuple[Field, ...])


def fields(row: AccountRow) -> tuple[Field, ...]:
    """The rows of the profile."""
    return _FIELDS.decode(row.fields)


def written_fields(found: Sequence[Field]) -> str:
    """The rows of a profile as they are kept."""
    return msgspec.json.encode(tuple(found)).decode()


def account(tx: Tx, viewer: Viewer, id: AccountId) -> AccountRow:
    """An account. Raises NotFound for deleted ones, and for suspended ones unless the viewer moderates."""
    return _shown(tx, viewer, rows.by_id(tx, id))


def by_name(tx: Tx, viewer: Viewer, username: str, domain: str = "") -> AccountRow:
    """The account `username` here, or `username@domain`, in any case of letters. Raises NotFound."""
    row = rows.by_name(tx, names.username_key(username), domain.casefold())
    if row is not None and row.username == names.INSTANCE_ACTOR and row.is_local:
        row = None
    return _shown(tx, viewer, row)


def accounts(tx: Tx, viewer: Viewer, ids: Sequence[AccountId]) -> list[AccountRow]:
    """The accounts of `ids` that the viewer may see, in that order."""
    found = {row.id: row for row in rows.by_ids(tx, ids) if _is_shown(tx, viewer, row)}
    return [found[id] for id in dict.fromkeys(ids) if id in found]


def by_id(tx: Tx, id: AccountId) -> AccountRow | None:
    """The account in whatever state: for the protocol."""
    return rows.by_id(tx, id)


def by_uri(tx: Tx, uri: str) -> AccountRow | None:
    """The account with that ActivityPub id, in whatever state: for the protocol."""
    return rows.by_uri(tx, uri)


def by_url(tx: Tx, url: str) -> AccountRow | None:
    """The account with that page, in whatever state: for the protocol."""
    return rows.by_url(tx, url)


def by_handles(tx: Tx, handles: Sequence[tuple[str, str]]) -> dict[tuple[str, str], AccountRow]:
    """The accounts behind (user name, domain) pairs, keyed by both in lower case; unknown or hidden ones are absent."""
    asked = {(names.username_key(username), domain.casefold()) for username, domain in handles}
    found = rows.by_names(tx, sorted({name for name, _ in asked}), sorted({domain for _, domain in asked}))
    keyed = {(names.username_key(row.username), row.domain): row for row in found}
    return {key: row for key, row in keyed.items() if key in asked and row.kind is not AccountKind.APPLICATION}


def previewed(tx: Tx, viewer: Viewer, change: ProfileChange, *, urls: Urls) -> AccountRow:
    """One's own profile as the change would make it; nothing is kept. Raises Invalid with every wrong field."""
    row = account(tx, viewer, viewer.account)
    raise_all(_problems(change))
    row = _rewritten(row, change, urls)
    return msgspec.structs.replace(row, emojis=emojis.of_texts(tx, row.display_name, row.note_source, row.fields))


def edit_profile(tx: Tx, viewer: Viewer, change: ProfileChange, *, urls: Urls, now: Millis) -> AccountRow:
    """Change one's own profile and settings. Raises Invalid with every wrong field."""
    require_person(viewer)
    row, user = previewed(tx, viewer, change, urls=urls), _own_user(tx, viewer)
    search = names.search_name(row.display_name, row.username, row.job, row.team)
    rows.rewrite(tx, row, names.username_key(row.username), search)
    show_pictures(tx, row.id, change.avatar, change.header, now=now)
    user_rows.prefer(tx, _preferring(user, change))
    events.append(tx, events.ProfileChanged(by=row.id, at=now))
    return account(tx, viewer, row.id)


def suspend(tx: Tx, viewer: Viewer, id: AccountId, *, now: Millis) -> bool:
    """Hide an account everywhere and sign its owner out; False if it was so.

    Raises Forbidden for somebody of the own or a higher role.
    """
    target, user = moderated(tx, viewer, id)
    if not rows.suspend(tx, target.id, now):
        return False
    if user is not None:
        session_rows.end_all(tx, user.id)
        grant_rows.revoke_all(tx, user.id)
    events.append(tx, events.AccountSuspended(by=target.id, at=now))
    return True


def restore(tx: Tx, viewer: Viewer, id: AccountId, *, now: Millis) -> bool:
    """Lift a suspension; False if there was none."""
    target, _ = moderated(tx, viewer, id)
    if not rows.restore(tx, target.id):
        return False
    events.append(tx, events.AccountRestored(by=target.id, at=now))
    return True


def moderated(tx: Tx, viewer: Viewer, id: AccountId) -> tuple[AccountRow, UserRow | None]:
    """An account that the viewer may act upon as a moderator, with its login.

    Raises NotFound, and Forbidden for the node's own actor, oneself, and somebody of the own or a higher role.
    """
    require_role(viewer, Role.MODERATOR)
    target = account(tx, viewer, id)
    user = user_rows.by_account(tx, id)
    if target.kind is AccountKind.APPLICATION and target.is_local:
        raise Forbidden("instance_actor")
    if user is not None and (id == viewer.account or RANK[Role(user.role)] >= RANK[viewer.role]):
        raise Forbidden("role_needed", role=Role.ADMIN.value)
    return target, user


def create_instance_actor(tx: Tx, keys: KeyPair, *, ids: IdMaker, urls: Urls, now: Millis) -> AccountId:
    """The actor that stands for the node: made once, found later."""
    known = rows.by_uri(tx, urls.instance_actor)
    if known is not None:
        return known.id
    row = new_row(AccountId(ids.make()), names.INSTANCE_ACTOR, urls, now=now)
    actor = urls.instance_actor
    row = msgspec.structs.replace(
        row,
        uri=actor,
        url=urls.base,
        kind=AccountKind.APPLICATION,
        locked=True,
        discoverable=False,
        inbox_url=urls.shared_inbox,
        outbox_url=f"{actor}/outbox",
        followers_url=f"{actor}/followers",
        following_url=f"{actor}/following",
    )
    if rows.insert(tx, row, names.INSTANCE_ACTOR, ""):
        key_commands.keep_pair(tx, row.id, urls.key(actor), keys, now=now)
        return row.id
    return instance_actor(tx).id


def instance_actor(tx: Tx) -> AccountRow:
    """The actor that stands for the node. Raises NotFound before `init`."""
    row = rows.by_name(tx, names.INSTANCE_ACTOR, "")
    if row is None:
        raise NotFound("account")
    return row


def active_counts(tx: Tx, now: Millis) -> CountsRow:
    """How many people are here and take part."""
    return user_rows.counts(tx, Millis(now - 30 * DAY), Millis(now - 180 * DAY))


def contact(tx: Tx) -> AccountRow | None:
    """Whom one turns to with questions about the site: the first who administers it."""
    return rows.first_administrator(tx)


def new_row(id: AccountId, username: str, urls: Urls, *, now: Millis) -> AccountRow:
    """A fresh account of this node, before anything is said of it."""
    return AccountRow(
        id=id,
        username=username,
        domain="",
        uri=urls.actor(username),
        url=urls.profile(username),
        kind=AccountKind.PERSON,
        display_name="",
        note_source="",
        note_html="",
        fields="[]",
        job="",
        locked=False,
        discoverable=True,
        indexable=False,
        avatar_token=None,
        header_token=None,
        inbox_url=urls.inbox(username),
        shared_inbox_url=urls.shared_inbox,
        outbox_url=urls.outbox(username),
        followers_url=urls.followers(username),
        following_url=urls.following(username),
        posts_count=0,
        followers_count=0,
        following_count=0,
        last_post_at=None,
        created_at=now,
        fetched_at=None,
        suspended_at=None,
        deleted_at=None,
        revision=0,
    )


def profile_problems(display_name: str, job: str, team: str = "") -> list[Invalid]:
    """What is wrong with a name, a job and a team."""
    problems = []
    if graphemes(names.tidy(display_name)) > NAME_LIMIT:
        problems.append(Invalid("display_name", "too_long", maximum=NAME_LIMIT))
    if graphemes(names.tidy(job)) > JOB_LIMIT:
        problems.append(Invalid("job", "too_long", maximum=JOB_LIMIT))
    if graphemes(names.tidy(team)) > JOB_LIMIT:
        problems.append(Invalid("team", "too_long", maximum=JOB_LIMIT))
    return problems


def _is_shown(tx: Tx, viewer: Viewer, row: AccountRow) -> bool:
    if row.deleted_at is not None or (row.suspended_at is not None and not viewer.may(Role.MODERATOR)):
        return False
    return not row.is_hidden or viewer.may(Role.MODERATOR) or admission.knows(tx, row, viewer.account, viewer.host)


def _shown(tx: Tx, viewer: Viewer, row: AccountRow | None) -> AccountRow:
    if row is None or not _is_shown(tx, viewer, row):
        raise NotFound("account")
    return row


def _own_user(tx: Tx, viewer: Viewer) -> UserRow:
    user = user_rows.by_account(tx, viewer.account)
    if user is None:
        raise NotFound("account")
    return user


def _problems(change: ProfileChange) -> list[Invalid]:
    problems = profile_problems(change.display_name or "", change.job or "", change.team or "")
    if change.note is not UNSET and graphemes(clean_text(change.note)) > NOTE_LIMIT:
        problems.append(Invalid("note", "too_long", maximum=NOTE_LIMIT))
    if change.fields is not UNSET:
        if len(_kept(change.fields)) > FIELDS_LIMIT:
            problems.append(Invalid("fields", "too_many", maximum=FIELDS_LIMIT))
        if any(graphemes(part) > FIELD_LIMIT for field in change.fields for part in field):
            problems.append(Invalid("fields", "too_long", maximum=FIELD_LIMIT))
    if change.locale is not UNSET and change.locale not in LOCALES:
        problems.append(Invalid("locale", "invalid"))
    if change.expand_media is not UNSET and change.expand_media not in EXPANSIONS:
        problems.append(Invalid("expand_media", "invalid"))
    if change.theme is not UNSET and change.theme not in THEMES:
        problems.append(Invalid("theme", "invalid"))
    if change.looks is not UNSET and not set(change.looks) <= set(LOOKS):
        problems.append(Invalid("looks", "invalid"))
    if change.post_language and not is_language(change.post_language):
        problems.append(Invalid("post_language", "invalid"))
    return problems


def _kept(found: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    tidied = [(names.tidy(name), names.tidy(value)) for name, value in found]
    return [(name, value) for name, value in tidied if name or value]


def _rewritten(row: AccountRow, change: ProfileChange, urls: Urls) -> AccountRow:
    changed: dict[str, object] = {}
    if change.display_name is not UNSET:
        changed["display_name"] = names.tidy(change.display_name)
    if change.job is not UNSET:
        changed["job"] = names.tidy(change.job)
    if change.team is not UNSET:
        changed["team"] = names.tidy(change.team)
    if change.locale is not UNSET:
        changed["language"] = change.locale
    if change.note is not UNSET:
        note = clean_text(change.note).strip()
        changed |= {"note_source": note, "note_html": bio(note, tag_url=urls.tag)}
    if change.fields is not UNSET:
        changed["fields"] = written_fields(
            [Field(name=name, value=value, html=profile_field(value)) for name, value in _kept(change.fields)]
        )
    if change.is_bot is not UNSET:
        changed["kind"] = AccountKind.SERVICE if change.is_bot else AccountKind.PERSON
    for name in ("locked", "discoverable", "indexable"):
        if (value := getattr(change, name)) is not UNSET:
            changed[name] = value
    return msgspec.structs.replace(row, **changed)


def _preferring(user: UserRow, change: ProfileChange) -> UserRow:
    settings = (
        "post_visibility", "post_sensitive", "quote_policy", "locale", "theme", "expand_media", "expand_spoilers",
        "autoplay_gifs", "shortcuts",
    )  # fmt: skip
    wanted = {name: getattr(change, name) for name in settings}
    changed = {name: value for name, value in wanted.items() if value is not UNSET}
    if change.looks is not UNSET:
        changed["looks"] = " ".join(sorted(set(change.looks)))
    if change.post_language is not UNSET:
        changed["post_language"] = change.post_language or None
    return msgspec.structs.replace(user, **changed)
