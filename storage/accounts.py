"""Accounts: actors as they are known here, local and remote.

A name is unique on its node as `username_key`; an account whose name went to another one keeps the key `name#id`.
"""

from collections.abc import Sequence
from enum import StrEnum

from storage.engine.database import Tx
from storage.engine.query import Query, Row
from storage.ids import AccountId, MediaId, Millis


class AccountKind(StrEnum):
    """What an account stands for; the wire's actor types by our own words."""

    PERSON = "person"
    GROUP = "group"
    SERVICE = "service"
    APPLICATION = "application"
    ORGANIZATION = "organization"


class AccountRow(Row, frozen=True, kw_only=True):
    """One account with all that a face or a peer needs of it."""

    id: AccountId
    username: str
    domain: str
    uri: str
    url: str
    kind: AccountKind
    display_name: str
    note_source: str
    note_html: str
    fields: str
    job: str
    locked: bool
    discoverable: bool
    indexable: bool
    avatar_token: str | None
    header_token: str | None
    inbox_url: str
    shared_inbox_url: str
    outbox_url: str
    followers_url: str
    following_url: str
    posts_count: int
    followers_count: int
    following_count: int
    last_post_at: Millis | None
    created_at: Millis
    fetched_at: Millis | None
    suspended_at: Millis | None
    deleted_at: Millis | None
    revision: int
    silenced_at: Millis | None = None
    sensitized_at: Millis | None = None
    host_silenced: bool = False
    role: str = ""
    language: str = ""
    emojis: str = ""
    aliases: str = ""
    moved_to: str = ""
    moved_id: AccountId | None = None
    moved_at: Millis | None = None
    avatar_description: str = ""
    header_description: str = ""
    hide_collections: bool = False
    show_media: bool = True
    show_media_replies: bool = True
    show_featured: bool = True
    attribution_domains: str = ""
    """Domains that may name the account as an author, parted by spaces."""
    team: str = ""
    is_hidden: bool = False
    """A community that nobody but its members and whom they invite learns of."""

    @property
    def is_limited(self) -> bool:
        """Kept from strangers: by a moderator, or with its whole node."""
        return self.silenced_at is not None or self.host_silenced

    @property
    def is_local(self) -> bool:
        """Lives on this node."""
        return self.domain == ""

    @property
    def acct(self) -> str:
        """`name` for a local account, `name@domain` for one of elsewhere."""
        return f"{self.username}@{self.domain}" if self.domain else self.username

    @property
    def name(self) -> str:
        """What people read: the display name, or else the user name."""
        return self.display_name or self.username


class PicturesRow(Row, frozen=True, kw_only=True):
    """Which pictures an account shows, and where a remote one has them."""

    avatar_id: MediaId | None
    avatar_url: str | None
    header_id: MediaId | None
    header_url: str | None


_COLUMNS = AccountRow.columns("a")
_BY_ID = Query(AccountRow, f"SELECT {_COLUMNS} FROM accounts AS a WHERE a.id = :id", hot=True)
_FIRST_ADMINISTRATOR = Query(
    AccountRow,
    f"""
    SELECT {_COLUMNS}
    FROM users AS u JOIN accounts AS a ON a.id = u.account_id
    WHERE u.role = 'admin' AND u.disabled_at IS NULL AND a.suspended_at IS NULL AND a.deleted_at IS NULL
    ORDER BY u.id LIMIT 1""",
)
_BY_IDS = Query(AccountRow, f"SELECT {_COLUMNS} FROM accounts AS a WHERE a.id IN (:ids[])", hot=True)
_BY_URI = Query(AccountRow, f"SELECT {_COLUMNS} FROM accounts AS a WHERE a.uri = :uri", hot=True)
_BY_URL = Query(AccountRow, f"SELECT {_COLUMNS} FROM accounts AS a WHERE a.url = :url ORDER BY a.id LIMIT 1", hot=True)
_BY_NAME = Query(
    AccountRow,
    f"SELECT {_COLUMNS} FROM accounts AS a WHERE a.username_key = :key AND a.domain = :domain",
    hot=True,
)
_BY_NAMES = Query(
    AccountRow,
    f"""
    SELECT {_COLUMNS} FROM accounts AS a
    WHERE a.username_key IN (:keys[]) AND a.domain IN (:domains[])
        AND a.suspended_at IS NULL AND a.deleted_at IS NULL""",
    hot=True,
)
_PICTURES = Query(
    PicturesRow,
    """
    SELECT a.avatar_id, v.remote_url AS avatar_url, a.header_id, h.remote_url AS header_url
    FROM accounts AS a
    LEFT JOIN media AS v ON v.id = a.avatar_id
    LEFT JOIN media AS h ON h.id = a.header_id
    WHERE a.id = :id""",
    hot=True,
)
_INSERT = Query(
    None,
    """
    INSERT INTO accounts (
        id, username, username_key, domain, uri, url, kind, display_name, search_name, note_source, note_html, fields,
        job, locked, discoverable, indexable, inbox_url, shared_inbox_url, outbox_url, followers_url, following_url,
        language, created_at, fetched_at, emojis, aliases, team)
    VALUES (
        :id, :username, :username_key, :domain, :uri, :url, :kind, :display_name, :search_name, :note_source,
        :note_html, :fields, :job, :locked, :discoverable, :indexable, :inbox_url, :shared_inbox_url, :outbox_url,
        :followers_url, :following_url, :language, :created_at, CAST(:fetched_at AS BIGINT), :emojis, :aliases, :team)
    ON CONFLICT DO NOTHING""",
)
_REWRITE = Query(
    None,
    """
    UPDATE accounts
    SET username = :username, username_key = :username_key, url = :url, kind = :kind, display_name = :display_name,
        search_name = :search_name, note_source = :note_source, note_html = :note_html, fields = :fields, job = :job,
        locked = :locked, discoverable = :discoverable, indexable = :indexable, inbox_url = :inbox_url,
        shared_inbox_url = :shared_inbox_url, outbox_url = :outbox_url, followers_url = :followers_url,
        following_url = :following_url, language = :language, fetched_at = CAST(:fetched_at AS BIGINT),
        emojis = :emojis, aliases = :aliases, team = :team, revision = revision + 1
    WHERE id = :id""",
)
_PRESENT = Query(
    None,
    """
    UPDATE accounts
    SET avatar_description = :avatar_description, header_description = :header_description,
        hide_collections = :hide_collections, show_media = :show_media, show_media_replies = :show_media_replies,
        show_featured = :show_featured, attribution_domains = :attribution_domains, revision = revision + 1
    WHERE id = :id""",
)
_FETCHED = Query(None, "UPDATE accounts SET fetched_at = :now WHERE id = :id")
_RELEASE_NAME = Query(
    None,
    """
    UPDATE accounts SET username_key = username_key || '#' || CAST(id AS TEXT), revision = revision + 1
    WHERE username_key = :key AND domain = :domain AND uri <> :uri""",
)
_SHOW_AVATAR = Query(
    None,
    """
    UPDATE accounts
    SET avatar_id = CAST(:media AS BIGINT), avatar_token = CAST(:token AS TEXT), revision = revision + 1
    WHERE id = :id""",
)
_SHOW_HEADER = Query(
    None,
    """
    UPDATE accounts
    SET header_id = CAST(:media AS BIGINT), header_token = CAST(:token AS TEXT), revision = revision + 1
    WHERE id = :id""",
)
_USE_MEDIA = Query(
    None,
    """
    UPDATE media SET purpose = :purpose, account_id = :id
    WHERE id = :media AND account_id = :by AND post_id IS NULL AND purpose IN ('attachment', :purpose)""",
)
_COUNT_FOLLOWERS = Query(
    None, "UPDATE accounts SET followers_count = followers_count + :by, revision = revision + 1 WHERE id = :id"
)
_COUNT_FOLLOWING = Query(
    None, "UPDATE accounts SET following_count = following_count + :by, revision = revision + 1 WHERE id = :id"
)
_TOUCH = Query(None, "UPDATE accounts SET revision = revision + 1 WHERE id = :id")
_SUSPEND = Query(
    None,
    "UPDATE accounts SET suspended_at = :now, revision = revision + 1 WHERE id = :id AND suspended_at IS NULL",
)
_RESTORE = Query(
    None,
    "UPDATE accounts SET suspended_at = NULL, revision = revision + 1 WHERE id = :id AND suspended_at IS NOT NULL",
)


def first_administrator(tx: Tx) -> AccountRow | None:
    """The account of the first administrator who may come in."""
    return tx.row(_FIRST_ADMINISTRATOR)


def by_id(tx: Tx, id: AccountId) -> AccountRow | None:
    """The account, in whatever state."""
    return tx.row(_BY_ID, id=id)


def by_ids(tx: Tx, ids: Sequence[AccountId]) -> list[AccountRow]:
    """The accounts, in whatever state and order."""
    return tx.rows(_BY_IDS, ids=ids) if ids else []


def by_uri(tx: Tx, uri: str) -> AccountRow | None:
    """The account with that ActivityPub id, in whatever state."""
    return tx.row(_BY_URI, uri=uri)


def by_url(tx: Tx, url: str) -> AccountRow | None:
    """The account with that page, in whatever state."""
    return tx.row(_BY_URL, url=url)


def by_name(tx: Tx, key: str, domain: str) -> AccountRow | None:
    """The account that has the name now, in whatever state."""
    return tx.row(_BY_NAME, key=key, domain=domain)


def by_names(tx: Tx, keys: Sequence[str], domains: Sequence[str]) -> list[AccountRow]:
    """Accounts that are shown, having one of the names on one of the nodes."""
    return tx.rows(_BY_NAMES, keys=keys, domains=domains) if keys else []


def pictures(tx: Tx, id: AccountId) -> PicturesRow:
    """What the account shows. Raises LookupError if there is no such account."""
    return tx.value(_PICTURES, id=id)


def insert(tx: Tx, row: AccountRow, username_key: str, search_name: str) -> bool:
    """Add the account with zero counters and no pictures; False if its id, uri or name is taken."""
    return (
        tx.run(
            _INSERT,
            id=row.id,
            domain=row.domain,
            uri=row.uri,
            created_at=row.created_at,
            **_written(row, username_key, search_name),
        )
        == 1
    )


def rewrite(tx: Tx, row: AccountRow, username_key: str, search_name: str) -> None:
    """Replace all that the account says of itself; counters, pictures and states stay."""
    tx.run(_REWRITE, id=row.id, **_written(row, username_key, search_name))


def present(tx: Tx, row: AccountRow) -> None:
    """Replace how the account wants to be shown."""
    tx.run(
        _PRESENT,
        id=row.id,
        avatar_description=row.avatar_description,
        header_description=row.header_description,
        hide_collections=row.hide_collections,
        show_media=row.show_media,
        show_media_replies=row.show_media_replies,
        show_featured=row.show_featured,
        attribution_domains=row.attribution_domains,
    )


def _written(row: AccountRow, username_key: str, search_name: str) -> dict[str, object]:
    return {
        "username": row.username,
        "username_key": username_key,
        "url": row.url,
        "kind": row.kind,
        "display_name": row.display_name,
        "search_name": search_name,
        "note_source": row.note_source,
        "note_html": row.note_html,
        "fields": row.fields,
        "job": row.job,
        "locked": row.locked,
        "discoverable": row.discoverable,
        "indexable": row.indexable,
        "inbox_url": row.inbox_url,
        "shared_inbox_url": row.shared_inbox_url,
        "outbox_url": row.outbox_url,
        "followers_url": row.followers_url,
        "following_url": row.following_url,
        "language": row.language,
        "fetched_at": row.fetched_at,
        "emojis": row.emojis,
        "aliases": row.aliases,
        "team": row.team,
    }


def touch(tx: Tx, id: AccountId) -> None:
    """Mark what was rendered of the account as old."""
    tx.run(_TOUCH, id=id)


def fetched(tx: Tx, id: AccountId, now: Millis) -> None:
    """The account was asked for and had not changed."""
    tx.run(_FETCHED, id=id, now=now)


def release_name(tx: Tx, key: str, domain: str, uri: str) -> None:
    """Take the name from whoever has it, unless it is the account `uri`."""
    tx.run(_RELEASE_NAME, key=key, domain=domain, uri=uri)


def use_media(tx: Tx, id: AccountId, media: MediaId, purpose: str, by: AccountId) -> bool:
    """Make a free picture of the account `by` the avatar or header of `id`; False if it is not free or not theirs."""
    return tx.run(_USE_MEDIA, id=id, media=media, purpose=purpose, by=by) == 1


def show_avatar(tx: Tx, id: AccountId, media: MediaId | None, token: str | None) -> None:
    """Show the picture as avatar, or none."""
    tx.run(_SHOW_AVATAR, id=id, media=media, token=token)


def show_header(tx: Tx, id: AccountId, media: MediaId | None, token: str | None) -> None:
    """Show the picture as header, or none."""
    tx.run(_SHOW_HEADER, id=id, media=media, token=token)


def add_followers(tx: Tx, id: AccountId, by: int) -> None:
    """Add `by` to how many follow an account of elsewhere, as its node tells."""
    tx.run(_COUNT_FOLLOWERS, id=id, by=by)


def count_follow(tx: Tx, follower: AccountId, followee: AccountId, by: int) -> None:
    """Add `by` to the numbers of both sides of a follow."""
    # The lower id first: two who follow each other at once never wait in a circle.
    for id, query in sorted(((follower, _COUNT_FOLLOWING), (followee, _COUNT_FOLLOWERS)), key=lambda side: side[0]):
        tx.run(query, id=id, by=by)


def suspend(tx: Tx, id: AccountId, now: Millis) -> bool:
    """Hide the account; False if it was hidden."""
    return tx.run(_SUSPEND, id=id, now=now) == 1


def restore(tx: Tx, id: AccountId) -> bool:
    """Show the account again; False if it was not hidden."""
    return tx.run(_RESTORE, id=id) == 1
