"""What the desks of a group tell one another: slots to all of them, words only to the nodes of those named in a piece.

Each node tells of its own pieces alone, and of what its people did to pieces of the node that asks. What is read twice
is as read once. A part is as large as others read it (`social/desk/parts.py`).
"""

from collections.abc import Callable, Sequence

import msgspec

from social.clock import is_writable
from social.desk import parts, reviewing, talk, telling, writing
from social.desk.parts import Place
from social.desk.pieces import CHANNELS, MAX_PEOPLE, Person, State, people_of, reach_of, read_words, written
from social.errors import Invalid
from social.text import clean_line, clean_text
from storage import accounts, articles, desk, desk_talk, holding, readership
from storage import posts as post_rows
from storage.desk import ActRow, CampaignId, CampaignRow, CommunicatorRow, PieceId, PieceRow
from storage.desk_talk import CommentRow
from storage.engine.database import Tx
from storage.ids import IdMaker, Millis, PostId

PAGE = 50
MAX_TITLE = 200
MAX_WORDS = 500_000
MAX_VERSION = 1_000_000

HostOf = Callable[[str], str]
"""The node of an actor by its id."""


class SharedComment(msgspec.Struct, frozen=True, kw_only=True):
    """What one of those named in a piece said about it."""

    uri: str
    by_uri: str
    by_name: str
    version: int
    words: str
    at: int


class SharedPiece(msgspec.Struct, frozen=True, kw_only=True):
    """A piece as another node hears of it. `words` is empty for who is not named in it; `is_gone`: nothing any more."""

    uri: str
    is_gone: bool = False
    owner_uri: str = ""
    owner_name: str = ""
    channel: str = "article"
    state: str = "idea"
    title: str = ""
    slot_at: int | None = None
    must_read: bool = False
    campaign_uri: str = ""
    words: str = ""
    version: int = 1
    people: tuple[Person, ...] = ()
    comments: tuple[SharedComment, ...] = ()
    post_uri: str = ""
    post_url: str = ""
    reach: dict[str, int] = {}
    updated_at: int = 0


class SharedAct(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody did to a piece of the node that asks."""

    uri: str
    piece_uri: str
    by_uri: str
    by_name: str
    kind: str
    version: int
    answer: str = ""
    note: str = ""
    words: str = ""
    at: int = 0


class SharedCampaign(msgspec.Struct, frozen=True, kw_only=True):
    """A campaign of the node that tells."""

    uri: str
    owner_uri: str
    owner_name: str
    name: str
    objective: str
    hashtag: str
    starts_at: int
    ends_at: int
    updated_at: int


class Speaker(msgspec.Struct, frozen=True, kw_only=True):
    """Who speaks for the node that tells."""

    uri: str
    name: str


class Number(msgspec.Struct, frozen=True, kw_only=True):
    """How many people of the node that tells opened an article of the node that asks."""

    post: str
    readers: int


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """What changed at a desk between two places, for one node.

    `within`: the change after `next` whose piece was begun, and `skip` how many of its comments were told.
    """

    since: int
    version: int
    next: int
    within: int = 0
    skip: int = 0
    communicators: tuple[Speaker, ...] = ()
    pieces: tuple[SharedPiece, ...] = ()
    campaigns: tuple[SharedCampaign, ...] = ()
    acts: tuple[SharedAct, ...] = ()
    readers: tuple[Number, ...] = ()


def told(tx: Tx, host: str, asked: Place, host_of: HostOf) -> Told:
    """What is for the node `host` of what changed after the place that it asks for."""
    since = asked.since
    version = desk.last_seq(tx)
    pieces = desk.changes(tx, since, PAGE)
    campaigns = desk.campaign_changes(tx, since, PAGE)
    acts = desk.acts(tx, host, since, PAGE)
    numbers = readership.changes(tx, host, since, PAGE)
    own = desk.own_communicators(tx)
    speaking = {one.uri for one in own}
    said: dict[PieceId, list[CommentRow]] = {}
    for comment in desk_talk.of_pieces(tx, [row.id for row in pieces]):
        said.setdefault(comment.piece_id, []).append(comment)
    # Of a list that was cut, nothing after its end may count as told.
    upto = min((rows[-1].seq for rows in (pieces, campaigns, acts, numbers) if len(rows) == PAGE), default=version)
    changes: list[parts.Change] = [
        *((row.seq, _shared(row, host, host_of, speaking, said.get(row.id, ()))) for row in pieces),
        *((row.seq, _shared_campaign(row)) for row in campaigns),
        *((row.seq, _shared_act(row)) for row in acts),
        *((row.seq, Number(post=row.uri, readers=row.readers)) for row in numbers),
    ]
    speakers = tuple(Speaker(uri=one.uri, name=one.name) for one in own)
    part = parts.cut(sorted(changes, key=lambda change: change[0]), asked, upto, room=parts.room_beside(speakers))
    return Told(
        since=since,
        version=version,
        next=part.next.since,
        within=part.next.within,
        skip=part.next.skip,
        communicators=speakers,
        pieces=tuple(one for one in part.told if isinstance(one, SharedPiece)),
        campaigns=tuple(one for one in part.told if isinstance(one, SharedCampaign)),
        acts=tuple(one for one in part.told if isinstance(one, SharedAct)),
        readers=tuple(one for one in part.told if isinstance(one, Number)),
    )


def receive(tx: Tx, host: str, said: Told, *, host_of: HostOf, ids: IdMaker, now: Millis) -> None:
    """Take what the node `host` tells. What is not its own to tell is left out."""
    people = [
        CommunicatorRow(uri=one.uri, host=host, name=clean_line(one.name)[:MAX_TITLE])
        for one in said.communicators[:1_000]
        if host_of(one.uri) == host
    ]
    desk.receive_communicators(tx, host, people)
    for piece in said.pieces:
        if host_of(piece.uri) == host:
            _receive_piece(tx, host, piece, host_of, ids, now)
    for campaign in said.campaigns:
        is_own = host_of(campaign.uri) == host and host_of(campaign.owner_uri) == host
        if is_own and _are_moments(campaign.starts_at, campaign.ends_at):
            _receive_campaign(tx, host, campaign, ids, now)
    for act in said.acts:
        if host_of(act.by_uri) == host:
            _receive_act(tx, act, ids, now)
    for number in said.readers:
        _receive_number(tx, host, number, now)
    desk.has_read(tx, host, said.next, now)


def _shared(row: PieceRow, host: str, host_of: HostOf, speaking: set[str], said: Sequence[CommentRow]) -> SharedPiece:
    people = people_of(row)
    is_named = host in {host_of(one.uri) for one in people}
    is_planned = row.slot_at is not None and row.owner_uri in speaking
    if row.state == State.DROPPED or not (is_named or is_planned):
        return SharedPiece(uri=row.uri, is_gone=True)
    return SharedPiece(
        uri=row.uri,
        owner_uri=row.owner_uri,
        owner_name=row.owner_name,
        channel=row.channel,
        state=row.state,
        title=row.title,
        slot_at=row.slot_at,
        must_read=row.must_read,
        campaign_uri=row.campaign_uri,
        words=row.words if is_named else "",
        version=row.version,
        people=people if is_named else (),
        comments=tuple(_shared_comment(one) for one in said) if is_named else (),
        post_uri=row.post_uri,
        post_url=row.post_url,
        reach=reach_of(row),
        updated_at=row.updated_at,
    )


def _shared_campaign(row: CampaignRow) -> SharedCampaign:
    names = SharedCampaign.__struct_fields__
    return SharedCampaign(**{name: getattr(row, name) for name in names})


def _shared_comment(row: CommentRow) -> SharedComment:
    return SharedComment(**{name: getattr(row, name) for name in SharedComment.__struct_fields__})


def _shared_act(row: ActRow) -> SharedAct:
    return SharedAct(**{name: getattr(row, name) for name in SharedAct.__struct_fields__})


def _receive_piece(tx: Tx, host: str, piece: SharedPiece, host_of: HostOf, ids: IdMaker, now: Millis) -> None:
    known = desk.by_uri(tx, piece.uri)
    if piece.is_gone:
        if known is not None:
            telling.gone(tx, known)
        desk.forget(tx, piece.uri, host)
        return
    if piece.channel not in CHANNELS or piece.state not in tuple(State) or len(piece.words) > MAX_WORDS:
        return
    if host_of(piece.owner_uri) != host or not _is_version(piece.version) or not _are_moments(piece.slot_at):
        return
    if piece.words and not _is_readable(piece.words):
        return
    row = PieceRow(
        id=known.id if known is not None else PieceId(ids.make()),
        uri=piece.uri,
        host=host,
        owner_uri=piece.owner_uri,
        owner_name=clean_line(piece.owner_name)[:MAX_TITLE],
        channel=piece.channel,
        state=piece.state,
        title=clean_line(piece.title)[:MAX_TITLE],
        slot_at=None if piece.slot_at is None else Millis(piece.slot_at),
        must_read=piece.must_read,
        campaign_uri=piece.campaign_uri,
        words=piece.words,
        version=piece.version,
        people=written(tuple(_person(one) for one in piece.people[:MAX_PEOPLE])),
        post_uri=piece.post_uri,
        # A link for whoever reads the calendar: to the node of the piece, and nowhere else.
        post_url=piece.post_url if host_of(piece.post_url) == host else "",
        scheduled_id=None,
        reach=written(piece.reach),
        seq=0,
        updated_at=Millis(max(0, min(piece.updated_at, now))),
    )
    desk.keep(tx, row)
    telling.changed(tx, known, row, now=now)
    for comment in piece.comments[: talk.MOST]:
        _receive_comment(tx, row, comment, ids, now)


def _receive_comment(tx: Tx, piece: PieceRow, said: SharedComment, ids: IdMaker, now: Millis) -> None:
    """Kept and told once, however often it is read."""
    row = _comment(piece, said, ids, now)
    if row is not None and desk_talk.add(tx, row):
        telling.commented(tx, piece, row, now=now)


def _comment(piece: PieceRow, said: SharedComment, ids: IdMaker, now: Millis) -> CommentRow | None:
    try:
        words = talk.checked(said.words)
    except Invalid:
        return None
    if not _is_version(said.version):
        return None
    return CommentRow(
        id=ids.make(),
        uri=said.uri,
        piece_id=piece.id,
        by_uri=said.by_uri,
        by_name=clean_line(said.by_name)[:MAX_TITLE],
        version=said.version,
        words=words,
        at=Millis(max(0, min(said.at, now))),
    )


def _person(one: Person) -> Person:
    return msgspec.structs.replace(
        one, name=clean_line(one.name)[:MAX_TITLE], note=clean_text(one.note)[: reviewing.MAX_NOTE]
    )


def _receive_campaign(tx: Tx, host: str, said: SharedCampaign, ids: IdMaker, now: Millis) -> None:
    row = CampaignRow(
        id=CampaignId(ids.make()),
        uri=said.uri,
        host=host,
        owner_uri=said.owner_uri,
        owner_name=clean_line(said.owner_name)[:MAX_TITLE],
        name=clean_line(said.name)[:MAX_TITLE],
        objective=clean_text(said.objective)[:2_000],
        hashtag=clean_line(said.hashtag)[:MAX_TITLE],
        starts_at=Millis(said.starts_at),
        ends_at=Millis(said.ends_at),
        seq=0,
        updated_at=Millis(max(0, min(said.updated_at, now))),
    )
    desk.keep_campaign(tx, row)


def _receive_act(tx: Tx, act: SharedAct, ids: IdMaker, now: Millis) -> None:
    """Done once: an answer is remembered with its reviewer, an edit by its id."""
    holding.piece_of(tx, act.piece_uri)
    row = desk.by_uri(tx, act.piece_uri)
    owner = accounts.by_uri(tx, row.owner_uri) if row is not None else None
    if row is None or row.host or owner is None or row.state == State.DROPPED or not _is_version(act.version):
        return
    if act.kind == "answer" and act.answer in reviewing.ANSWERS:
        known = next((one for one in people_of(row) if one.uri == act.by_uri and one.part == "reviewer"), None)
        said = (act.answer, clean_text(act.note)[: reviewing.MAX_NOTE], act.version)
        if known is not None and (known.answer, known.note, known.version) != said:
            reviewing.take(tx, row, owner, act.by_uri, *said, now=now)
    elif act.kind == "edit" and any(one.uri == act.by_uri and one.part == "author" for one in people_of(row)):
        if len(act.words) > MAX_WORDS or not _is_readable(act.words) or desk.is_taken(tx, row.id, act.uri):
            return
        by = (act.by_uri, clean_line(act.by_name)[:MAX_TITLE])
        words = writing.checked(read_words(act.words))
        if words is None:
            return
        writing.take(tx, row, owner, words, act.version, by=by, act_uri=act.uri, ids=ids, now=now)
    elif act.kind == "comment" and any(one.uri == act.by_uri for one in people_of(row)):
        comment = SharedComment(
            uri=act.uri, by_uri=act.by_uri, by_name=act.by_name, version=act.version, words=act.note, at=act.at
        )
        new = _comment(row, comment, ids, now)
        if new is not None:
            talk.take(tx, row, owner, new, now=now)


def _receive_number(tx: Tx, host: str, number: Number, now: Millis) -> None:
    """How many read an article of here there; the piece that it came from tells it on."""
    post = post_rows.by_uri(tx, number.post)
    if (
        post is None
        or not post.is_local
        or number.readers < 0
        or not articles.told(tx, post.id, host, min(number.readers, 10_000_000), now)
    ):
        return
    recount(tx, post.id, now)


def recount(tx: Tx, post: PostId, now: Millis) -> None:
    """The piece behind an article says anew how many read it, by node."""
    article = articles.by_post(tx, post)
    piece = desk.by_uri(tx, article.piece_uri) if article is not None and article.piece_uri else None
    if piece is None:
        return
    reach = {row.host: row.readers for row in articles.reach(tx, post)}
    if reach != reach_of(piece):
        desk.keep(tx, msgspec.structs.replace(piece, reach=written(reach), seq=desk.next_seq(tx), updated_at=now))


def _is_version(version: int) -> bool:
    return 1 <= version <= MAX_VERSION


def _are_moments(*moments: int | None) -> bool:
    return all(at is None or is_writable(at) for at in moments)


def _is_readable(words: str) -> bool:
    try:
        read_words(words)
    except (msgspec.ValidationError, msgspec.DecodeError):
        return False
    return True
