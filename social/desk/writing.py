"""Pieces are made, written together, and published. Two who write at once both keep their words.

Whoever saves says on which version they began. If there is a newer one, their words are kept beside it, they are told,
and the owner sees both. Words for a piece of another node are sent to that node, which decides the same way.
"""

from collections.abc import Sequence
from enum import StrEnum

import msgspec

from social import events, prose
from social.articles.words import MAX_TITLE, ArticleDraft, CoAuthor, settled
from social.desk import telling
from social.desk.acts import send
from social.desk.pieces import (
    CHANNELS,
    MAX_PEOPLE,
    Person,
    Plan,
    State,
    Words,
    moved,
    owned,
    people_of,
    piece,
    self_of,
    words_of,
    written,
)
from social.errors import Conflict, Forbidden, Invalid
from social.policy import Role, Viewer, require_role
from social.posts import publish as posts
from social.posts import scheduled
from social.posts.publish import Context, Draft
from social.text import clean_line, clean_text
from storage import desk, holding
from storage import posts as post_rows
from storage.accounts import AccountRow
from storage.desk import PieceId, PieceRow, PieceVersionRow
from storage.engine.database import Tx
from storage.ids import AccountId, IdMaker, MediaId, Millis, PostId
from storage.visibility import Visibility

SETTLED = (State.PUBLISHED, State.SCHEDULED, State.FAILED)
"""States in which the words stay as they are."""


class Saved(StrEnum):
    """What became of somebody's words."""

    TAKEN = "taken"
    BESIDE = "beside"
    """Somebody was faster: they are kept beside the newer ones."""
    SENT = "sent"
    """They are on their way to the piece's own node."""


def create(tx: Tx, viewer: Viewer, plan: Plan, words: Words, *, context: Context, now: Millis) -> PieceRow:
    """Begin a piece. Raises Unauthorized, Invalid, or Forbidden for a slot that is not the viewer's to take."""
    me = self_of(tx, viewer)
    _check(viewer, plan, words)
    id = PieceId(context.ids.make())
    row = PieceRow(
        id=id,
        uri=f"{context.urls.base}/desk/{id}",
        host="",
        owner_uri=me.uri,
        owner_name=me.name,
        channel=plan.channel,
        state=State.WRITING if words.source.strip() else State.IDEA,
        title=clean_line(words.title)[:MAX_TITLE],
        slot_at=plan.slot_at,
        must_read=plan.must_read,
        campaign_uri=plan.campaign_uri,
        words=written(_clean(words)),
        version=1,
        people="",
        post_uri="",
        post_url="",
        scheduled_id=None,
        reach="",
        seq=0,
        updated_at=now,
    )
    return store(tx, row, me, now=now)


def store(tx: Tx, row: PieceRow, by: AccountRow, *, now: Millis) -> PieceRow:
    """Keep a changed piece of this node, tell people here, and have the other nodes hear that something changed."""
    before = desk.by_uri(tx, row.uri)
    row = msgspec.structs.replace(row, seq=desk.next_seq(tx), updated_at=now)
    desk.keep(tx, row)
    telling.changed(tx, before, row, now=now)
    events.append(tx, events.DeskChanged(by=by.id, at=now, piece=row.uri))
    return row


def replan(tx: Tx, viewer: Viewer, id: PieceId, plan: Plan, *, now: Millis) -> PieceRow:
    """Another slot, channel or campaign. Raises NotFound, Forbidden, Invalid."""
    row, me = owned(tx, viewer, id)
    _check(viewer, plan, words_of(row))
    row = msgspec.structs.replace(
        row,
        channel=plan.channel,
        slot_at=plan.slot_at,
        must_read=plan.must_read,
        campaign_uri=plan.campaign_uri,
    )
    return store(tx, row, me, now=now)


def join(tx: Tx, viewer: Viewer, id: PieceId, campaign_uri: str, *, now: Millis) -> PieceRow:
    """Make it a part of a campaign, also when it is out; empty: of none. Raises NotFound, Forbidden."""
    row, me = owned(tx, viewer, id)
    require_role(viewer, Role.COMMUNICATOR)
    return store(tx, msgspec.structs.replace(row, campaign_uri=campaign_uri), me, now=now)


def save(tx: Tx, viewer: Viewer, id: PieceId, words: Words, base: int, *, ids: IdMaker, now: Millis) -> Saved:
    """Words of the owner or of an author, begun on version `base`. Raises NotFound, Forbidden, Invalid."""
    holding.piece(tx, id)
    row, me, part = piece(tx, viewer, id)
    if part not in ("owner", "author"):
        raise Forbidden("not_yours")
    _check_words(words)
    if not row.is_local:
        send(tx, row, me, "edit", base, words=written(_clean(words)), ids=ids, now=now)
        return Saved.SENT
    return take(tx, row, me, _clean(words), base, by=(me.uri, me.name), ids=ids, now=now)


def take(
    tx: Tx,
    row: PieceRow,
    account: AccountRow,
    words: Words,
    base: int,
    *,
    by: tuple[str, str],
    act_uri: str = "",
    ids: IdMaker,
    now: Millis,
) -> Saved:
    """Words for a piece of this node, by anybody who may: the newest ones, or kept beside them."""
    known = words_of(row)
    if by[0] != row.owner_uri:
        # Which pictures are shown, to whom it goes and where it stands is the owner's to say.
        words = msgspec.structs.replace(
            words, media=known.media, visibility=known.visibility, community=known.community
        )
    if words == known:
        return Saved.TAKEN
    is_beside = base != row.version or row.state in SETTLED
    kept = words if is_beside else known
    author = by if is_beside else _author_of(tx, row)
    version = PieceVersionRow(
        id=ids.make(),
        piece_id=row.id,
        version=base if is_beside else row.version,
        words=written(kept) or "{}",
        by_uri=author[0],
        by_name=author[1],
        is_beside=is_beside,
        act_uri=act_uri if is_beside else "",
        at=now if is_beside else row.updated_at,
    )
    desk.add_version(tx, version)
    if is_beside:
        store(tx, row, account, now=now)
        telling.beside(tx, row, by[0], now=now)
        return Saved.BESIDE
    if act_uri:
        _mark_taken(tx, row, by, act_uri, words, ids, now)
    state = State.WRITING if row.state != State.IDEA or words.source else State.IDEA
    changed = msgspec.structs.replace(
        row, words=written(words), title=words.title, version=row.version + 1, state=state
    )
    store(tx, changed, account, now=now)
    return Saved.TAKEN


def name_people(tx: Tx, viewer: Viewer, id: PieceId, parts: Sequence[tuple[str, str]], *, now: Millis) -> PieceRow:
    """Who writes and reviews from now on: (uri, author or reviewer). Answers that were given stay.

    Only communicators of the group, whose names this desk knows, and people of this node who write with the owner.
    """
    row, me = owned(tx, viewer, id)
    known = {one.uri: one.name for one in desk.communicators(tx)}
    before = {(one.uri, one.part): one for one in people_of(row)}
    people = []
    for uri, part in parts[:MAX_PEOPLE]:
        if part not in ("author", "reviewer") or uri not in known or uri == me.uri:
            raise Invalid("people", "not_a_choice")
        people.append(before.get((uri, part)) or Person(uri=uri, name=known[uri], part=part))
    return store(tx, msgspec.structs.replace(row, people=written(tuple(people))), me, now=now)


def publish(tx: Tx, viewer: Viewer, id: PieceId, *, context: Context, now: Millis) -> PostId:
    """Publish an article that is ready. Raises Conflict while a reviewer is asked, and what `publish` raises."""
    row, me = ready(tx, viewer, id, now=now)
    post = posts.publish(tx, viewer, draft_of(row), context=context, now=now)
    published(tx, row, post, me, now=now)
    return post


def ready(tx: Tx, viewer: Viewer, id: PieceId, *, now: Millis) -> tuple[PieceRow, AccountRow]:
    """An article of the viewer's that may go out now; if it waited for its time it does not any more.

    Raises NotFound, Forbidden, Conflict while a reviewer is asked, Invalid for a must-read that is not for everybody.
    """
    row, me = owned(tx, viewer, id)
    moved(row.state, "publish")
    require_review(row)
    require_everybody(row)
    if row.scheduled_id is not None:
        scheduled.cancel(tx, viewer, row.scheduled_id, now=now)
    return row, me


def published(tx: Tx, row: PieceRow, post: PostId, by: AccountRow, *, now: Millis) -> None:
    """The piece is out: in the calendar too, if it was in it, or if everybody sees it."""
    shown = post_rows.by_id(tx, post)
    if shown is not None:
        is_in = row.slot_at is not None or is_for_all(words_of(row))
        changed = msgspec.structs.replace(
            row,
            state=State.PUBLISHED,
            post_uri=shown.uri,
            post_url=shown.url,
            scheduled_id=None,
            slot_at=now if is_in else None,
        )
        store(tx, changed, by, now=now)


def asks_everybody(row: PieceRow) -> bool:
    """Whether it is an article that everybody must read, and confirm."""
    return row.channel == CHANNELS[0] and row.must_read


def is_for_all(words: Words) -> bool:
    """Whether the whole group is to read it: such a piece stands in the calendar by itself."""
    return not words.community and words.visibility in (Visibility.PUBLIC, Visibility.UNLISTED)


def schedule(tx: Tx, viewer: Viewer, id: PieceId, at: Millis, *, context: Context, now: Millis) -> PieceRow:
    """Have it published at its time. Raises as `publish` does, and Invalid for a time that is too soon."""
    row, me = owned(tx, viewer, id)
    state = moved(row.state, "schedule")
    require_review(row)
    require_everybody(row)
    view = scheduled.schedule(tx, viewer, draft_of(row), at, context=context, now=now)
    slot = at if row.slot_at is not None or is_for_all(words_of(row)) else None
    changed = msgspec.structs.replace(row, state=state, scheduled_id=view.id, slot_at=slot)
    return store(tx, changed, me, now=now)


def take_back(tx: Tx, viewer: Viewer, id: PieceId, *, now: Millis) -> PieceRow:
    """It is not published at its time, and may be changed again. Raises NotFound, Conflict."""
    row, me = owned(tx, viewer, id)
    state = moved(row.state, "take_back")
    _require_words(row)
    if row.scheduled_id is not None:
        scheduled.cancel(tx, viewer, row.scheduled_id, now=now)
    return store(tx, msgspec.structs.replace(row, state=state, scheduled_id=None), me, now=now)


def mark_out(tx: Tx, viewer: Viewer, id: PieceId, *, now: Millis) -> PieceRow:
    """A piece of another channel than articles was published by its own means."""
    row, me = owned(tx, viewer, id)
    if row.channel == "article":
        raise Conflict("not_in_this_state")
    return store(tx, msgspec.structs.replace(row, state=moved(row.state, "publish")), me, now=now)


def drop(tx: Tx, viewer: Viewer, id: PieceId, *, now: Millis) -> None:
    """It is not to be. Raises NotFound, Forbidden, Conflict for what is published."""
    row, me = owned(tx, viewer, id)
    _require_words(row)
    if row.scheduled_id is not None:
        scheduled.cancel(tx, viewer, row.scheduled_id, now=now)
    store(tx, msgspec.structs.replace(row, state=moved(row.state, "drop"), scheduled_id=None), me, now=now)


def require_review(row: PieceRow, said: str | None = None) -> None:
    """Who named a reviewer publishes what the reviewer said yes to; `said`: the words that go out. Raises Conflict."""
    if not any(one.part == "reviewer" for one in people_of(row)):
        return
    is_other = said is not None and said.split() != words_of(row).source.split()
    if row.state != State.APPROVED or is_other:
        raise Conflict("not_reviewed")


def draft_of(row: PieceRow) -> Draft:
    """The post that the piece would be now."""
    words = words_of(row)
    authors = tuple(CoAuthor(one.uri, one.name) for one in people_of(row) if one.part == "author")
    article = settled(
        ArticleDraft(
            title=words.title,
            teaser=words.teaser,
            source=words.source,
            authors=authors,
            series=words.series,
            part=words.part,
            piece_uri=row.uri,
        )
    )
    return Draft(
        text=article.teaser,
        visibility=Visibility(words.visibility),
        language=words.language or None,
        media=tuple(MediaId(id) for id in words.media),
        community=AccountId(words.community) or None,
        idempotency=f"piece-{row.id}-{row.seq}",
        article=article,
    )


def require_everybody(row: PieceRow) -> None:
    """What everybody must read is for everybody. Raises Invalid(visibility)."""
    words = words_of(row)
    if asks_everybody(row) and (words.community or words.visibility != Visibility.PUBLIC):
        raise Invalid("visibility", "not_for_everybody")


def _require_words(row: PieceRow) -> None:
    """What waits with words of its own, or went to the nodes before its time, is changed where it waits.

    Nothing of it is lost here. Raises Conflict.
    """
    if (row.channel != "article" or row.post_uri) and row.state in (State.SCHEDULED, State.FAILED):
        raise Conflict("not_in_this_state")


def _mark_taken(
    tx: Tx, row: PieceRow, by: tuple[str, str], act_uri: str, words: Words, ids: IdMaker, now: Millis
) -> None:
    """An act of elsewhere is taken once, however often it is read."""
    mark = PieceVersionRow(
        id=ids.make(),
        piece_id=row.id,
        version=row.version + 1,
        words=written(words) or "{}",
        by_uri=by[0],
        by_name=by[1],
        is_beside=False,
        act_uri=act_uri,
        at=now,
    )
    desk.add_version(tx, mark)


def _author_of(tx: Tx, row: PieceRow) -> tuple[str, str]:
    """Who wrote the present words: whoever's edit was marked with that version, else the owner."""
    marked = [one for one in desk.versions(tx, row.id) if one.version == row.version and one.act_uri]
    return (marked[-1].by_uri, marked[-1].by_name) if marked else (row.owner_uri, row.owner_name)


def checked(words: Words) -> Words | None:
    """Words that somebody of another node wrote, as they are kept; None for what nobody could write here."""
    try:
        _check_words(words)
    except Invalid:
        return None
    return _clean(words)


def _check(viewer: Viewer, plan: Plan, words: Words) -> None:
    if plan.channel not in CHANNELS:
        raise Invalid("channel", "not_a_choice")
    if plan.slot_at is not None and not viewer.may(Role.COMMUNICATOR):
        raise Forbidden("role_needed", role=Role.COMMUNICATOR.value)
    if not words.title.strip():
        raise Invalid("title", "blank")
    _check_words(words)


def _check_words(words: Words) -> None:
    if "\0" in words.title + words.teaser + words.source + words.series:
        raise Invalid("source", "nul")
    if len(words.source) > prose.MAX_SOURCE:
        raise Invalid("source", "too_long", limit=prose.MAX_SOURCE, length=len(words.source))
    if prose.is_too_intricate(words.source):
        raise Invalid("source", "too_intricate")
    if words.visibility not in (Visibility.PUBLIC, Visibility.UNLISTED, Visibility.FOLLOWERS):
        raise Invalid("visibility", "not_a_choice")


def _clean(words: Words) -> Words:
    return msgspec.structs.replace(
        words,
        title=clean_line(words.title)[:MAX_TITLE],
        teaser=clean_text(words.teaser)[:1_000],
        source=clean_text(words.source),
        series=clean_line(words.series)[:MAX_TITLE],
        part=max(0, min(words.part, 1_000)),
    )
