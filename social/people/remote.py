"""Accounts of elsewhere as they are kept here: stored, refreshed, and gone for good.

What is stored has been verified by `federation`: id, owner and key have one origin, the HTML is safe.
"""

import msgspec

from social import emojis, events, peer_rules
from social.communities import received as communities
from social.communities.received import SaidCommunity
from social.emojis import ReceivedEmoji
from social.errors import Gone, Invalid
from social.gatherings import keeping
from social.people import accounts, featured, names
from social.people import keys as key_commands
from social.people.accounts import Field
from social.posts import media
from social.recognition import facts
from social.recognition.facts import Facts
from social.sanitise import plain
from storage import accounts as rows
from storage import erasure, moves, states, tombstones
from storage import media as media_rows
from storage.accounts import AccountKind, AccountRow
from storage.engine.database import Tx
from storage.ids import AccountId, IdMaker, MediaId, Millis

_OBJECT_TYPES = {kind: kind.value.capitalize() for kind in AccountKind}


class RemoteActor(msgspec.Struct, frozen=True, kw_only=True):
    """An actor of another node as its document says, made regular."""

    uri: str
    url: str
    username: str
    domain: str
    kind: AccountKind = AccountKind.PERSON
    display_name: str = ""
    note_html: str = ""
    fields: tuple[Field, ...] = ()
    job: str = ""
    team: str = ""
    locked: bool = False
    discoverable: bool = False
    indexable: bool = False
    inbox_url: str
    shared_inbox_url: str = ""
    outbox_url: str = ""
    followers_url: str = ""
    following_url: str = ""
    created_at: Millis | None = None
    avatar_url: str | None = None
    header_url: str | None = None
    key_id: str = ""
    key_pem: str = ""
    more_keys: tuple[tuple[str, str], ...] = ()
    language: str = ""
    emojis: tuple[ReceivedEmoji, ...] = ()
    aliases: tuple[str, ...] = ()
    moved_to: str = ""
    featured_url: str = ""
    featured_tags_url: str = ""
    facts: Facts | None = None
    """What colleagues may know; None: nothing was said about it."""
    community: SaidCommunity | None = None


def store_remote(tx: Tx, actor: RemoteActor, *, ids: IdMaker, now: Millis) -> AccountId:
    """Keep what an actor says of itself, new or refreshed. Raises Gone if it was deleted for good.

    A name that its node gave to a new id goes to the new id: names are never the key of an actor.
    """
    if not actor.domain or not actor.username:
        raise Invalid("username", "blank")
    known = rows.by_uri(tx, actor.uri)
    if known is None:
        # Of its own saying: anybody of its node may have named that id as of something else that they took back.
        is_gone = tombstones.by_uri(tx, actor.uri, actor.uri) is not None
    else:
        is_gone = known.deleted_at is not None or known.is_local
    if is_gone:
        raise Gone("account")
    row = _row(actor, known.id if known else AccountId(ids.make()), known.created_at if known else now, now)
    row = msgspec.structs.replace(row, emojis=emojis.receive(tx, actor.domain, actor.emojis, ids=ids, now=now))
    key = names.username_key(actor.username)
    rule = peer_rules.rule_of(tx, actor.domain) if known is None else peer_rules.FREE
    changed = _said(known) != _said(row)
    if changed:
        rows.release_name(tx, key, actor.domain, actor.uri)
        about = plain(row.note_html) if row.kind is AccountKind.GROUP else ""
        search = names.search_name(row.display_name, row.username, row.job, row.team, about)
        if known is not None:
            rows.rewrite(tx, row, key, search)
        elif not rows.insert(tx, row, key, search):
            # Somebody stored the same actor between our look and our insert: theirs counts, and is refreshed.
            return store_remote(tx, actor, ids=ids, now=now)
        elif rule.is_silenced:
            states.hush(tx, [actor.domain], on=True)
    else:
        rows.fetched(tx, row.id, now)
    news = [_came_back(tx, known, actor), _show_pictures(tx, row.id, actor, ids, now)]
    changed = any([*news, facts.receive(tx, row.id, actor.facts, now=now), changed])
    _place(tx, row.id, actor, ids, now)
    if actor.key_id:
        key_commands.store_keys(tx, row.id, ((actor.key_id, actor.key_pem), *actor.more_keys), now=now)
    if changed:
        events.append(tx, events.ProfileChanged(by=row.id, host=actor.domain, at=now))
    return row.id


def came_since(tx: Tx, uri: str, asked_at: Millis) -> bool:
    """Whether an actor told of itself after it was asked: the answer may be older than that."""
    known = rows.by_uri(tx, uri)
    return known is not None and (known.fetched_at or 0) > asked_at


def delete_remote(tx: Tx, uri: str, *, now: Millis) -> bool:
    """An actor of elsewhere is gone for good, with all that it said and did; False if it is not known (any more).

    Remembered either way, so that it is not stored again by an activity that comes late.
    """
    row = rows.by_uri(tx, uri)
    if row is not None and row.is_local:
        return False
    tombstones.bury(tx, uri, _OBJECT_TYPES[row.kind] if row else "Person", uri, now)
    if row is None or row.deleted_at is not None:
        return False
    keeping.account_ends(tx, row, now)
    media.forget_all(tx, row.id, now=now)
    erasure.blank(tx, row.id, now)
    events.append(tx, events.AccountDeleted(by=row.id, host=row.domain, uri=uri, at=now))
    return True


def _row(actor: RemoteActor, id: AccountId, first_seen: Millis, now: Millis) -> AccountRow:
    return AccountRow(
        id=id,
        username=actor.username,
        domain=actor.domain,
        uri=actor.uri,
        url=actor.url or actor.uri,
        kind=actor.kind,
        display_name=names.tidy(actor.display_name)[: accounts.NAME_LIMIT * 4],
        note_source="",
        note_html=actor.note_html,
        fields=accounts.written_fields(actor.fields),
        job=names.tidy(actor.job)[: accounts.JOB_LIMIT * 4],
        team=names.tidy(actor.team)[: accounts.JOB_LIMIT * 4],
        locked=actor.locked,
        discoverable=actor.discoverable,
        indexable=actor.indexable,
        avatar_token=None,
        header_token=None,
        inbox_url=actor.inbox_url,
        shared_inbox_url=actor.shared_inbox_url,
        outbox_url=actor.outbox_url,
        followers_url=actor.followers_url,
        following_url=actor.following_url,
        posts_count=0,
        followers_count=0,
        following_count=0,
        last_post_at=None,
        created_at=actor.created_at if actor.created_at is not None else first_seen,
        fetched_at=now,
        suspended_at=None,
        deleted_at=None,
        revision=0,
        language=actor.language,
        aliases=" ".join(actor.aliases),
    )


def _place(tx: Tx, id: AccountId, actor: RemoteActor, ids: IdMaker, now: Millis) -> None:
    """Where more is told of an actor, and what a community says beside what everybody does."""
    featured.placed(tx, id, actor.featured_url, actor.featured_tags_url, now=now)
    if actor.community is not None:
        has_moved = bool(actor.moved_to)
        communities.described(tx, id, actor.community, host=actor.domain, has_moved=has_moved, ids=ids, now=now)


def _came_back(tx: Tx, known: AccountRow | None, actor: RemoteActor) -> bool:
    """Whether an account that had moved says that it did not."""
    return known is not None and known.moved_id is not None and not actor.moved_to and moves.stay(tx, known.id)


def _said(row: AccountRow | None) -> tuple[object, ...] | None:
    """What an actor says of itself, to see whether it changed."""
    if row is None:
        return None
    return (
        row.username,
        row.url,
        row.kind,
        row.display_name,
        row.note_html,
        row.fields,
        row.job,
        row.team,
        row.locked,
        row.discoverable,
        row.indexable,
        row.inbox_url,
        row.shared_inbox_url,
        row.outbox_url,
        row.followers_url,
        row.following_url,
        row.language,
        row.emojis,
        row.aliases,
    )


def _show_pictures(tx: Tx, id: AccountId, actor: RemoteActor, ids: IdMaker, now: Millis) -> bool:
    before = rows.pictures(tx, id)
    changed = False
    for purpose, wanted, former, former_url, show in (
        ("avatar", actor.avatar_url, before.avatar_id, before.avatar_url, rows.show_avatar),
        ("header", actor.header_url, before.header_id, before.header_url, rows.show_header),
    ):
        if wanted == former_url:
            continue
        changed = True
        if wanted is None:
            show(tx, id, None, None)
        else:
            picture = media.elsewhere(MediaId(ids.make()), id, purpose, wanted, now)
            media_rows.insert(tx, picture)
            show(tx, id, picture.id, picture.token)
        if former is not None:
            media.forget_by_id(tx, former, now=now)
    return changed
