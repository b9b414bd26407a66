"""The editorial desk: planned pieces with their former words, what was done to pieces of elsewhere, and campaigns."""

from collections.abc import Sequence
from typing import NewType

from storage.engine.database import Tx
from storage.engine.query import Query, Row
from storage.ids import Millis, ScheduledId

PieceId = NewType("PieceId", int)
CampaignId = NewType("CampaignId", int)


class PieceRow(Row, frozen=True, kw_only=True):
    """A piece. `words`, `people` and `reach` are JSON (`social/desk/`); `host` is empty for one of this node."""

    id: PieceId
    uri: str
    host: str
    owner_uri: str
    owner_name: str
    channel: str
    state: str
    title: str
    slot_at: Millis | None
    must_read: bool
    campaign_uri: str
    words: str
    version: int
    people: str
    post_uri: str
    post_url: str
    scheduled_id: ScheduledId | None
    reach: str
    seq: int
    updated_at: Millis

    @property
    def is_local(self) -> bool:
        """Whether it is of this node."""
        return not self.host


class PieceVersionRow(Row, frozen=True, kw_only=True):
    """What a piece said, or what somebody wrote beside it."""

    id: int
    piece_id: PieceId
    version: int
    words: str
    by_uri: str
    by_name: str
    is_beside: bool
    act_uri: str
    at: Millis


class ActRow(Row, frozen=True, kw_only=True):
    """What somebody here did to a piece of another node: `kind` answer or edit."""

    id: int
    uri: str
    piece_uri: str
    host: str
    by_uri: str
    by_name: str
    kind: str
    version: int
    answer: str
    note: str
    words: str
    seq: int
    at: Millis


class CampaignRow(Row, frozen=True, kw_only=True):
    """Several pieces to one end."""

    id: CampaignId
    uri: str
    host: str
    owner_uri: str
    owner_name: str
    name: str
    objective: str
    hashtag: str
    starts_at: Millis
    ends_at: Millis
    seq: int
    updated_at: Millis


class CommunicatorRow(Row, frozen=True, kw_only=True):
    """Who speaks for an entity."""

    uri: str
    host: str
    name: str


_PIECE = PieceRow.columns("d")
_NAMES = PieceRow.__struct_fields__
_NULLS = {"slot_at": "CAST(:slot_at AS BIGINT)", "scheduled_id": "CAST(:scheduled_id AS BIGINT)"}
_CHANGED = [name for name in _NAMES if name not in ("id", "uri", "host")]

_SEQ = Query(int, "UPDATE desk SET seq = seq + 1 WHERE id = 1 RETURNING seq")
_LAST = Query(int, "SELECT seq FROM desk WHERE id = 1")
_BY_ID = Query(PieceRow, f"SELECT {_PIECE} FROM pieces AS d WHERE d.id = :id", hot=True)
_BY_IDS = Query(PieceRow, f"SELECT {_PIECE} FROM pieces AS d WHERE d.id IN (:ids[])", hot=True)
_BY_URI = Query(PieceRow, f"SELECT {_PIECE} FROM pieces AS d WHERE d.uri = :uri", hot=True)
_BY_POST = Query(PieceRow, f"SELECT {_PIECE} FROM pieces AS d WHERE d.post_uri = :post AND d.post_uri <> ''", hot=True)
_BY_SCHEDULED = Query(PieceRow, f"SELECT {_PIECE} FROM pieces AS d WHERE d.scheduled_id = :scheduled", hot=True)
_KEEP = Query(
    None,
    f"""
    INSERT INTO pieces ({", ".join(_NAMES)}) VALUES ({", ".join(_NULLS.get(name, f":{name}") for name in _NAMES)})
    ON CONFLICT (uri) DO UPDATE SET {", ".join(f"{name} = excluded.{name}" for name in _CHANGED)}""",
)
_BETWEEN = Query(
    PieceRow,
    f"""
    SELECT {_PIECE} FROM pieces AS d
    WHERE d.slot_at >= :start AND d.slot_at < :until AND d.state <> 'dropped' ORDER BY d.slot_at, d.id LIMIT 500""",
    hot=True,
)
_NAMING = Query(
    PieceRow,
    f"""
    SELECT {_PIECE} FROM pieces AS d
    WHERE d.state <> 'dropped' AND (d.owner_uri = :uri OR d.people LIKE :within ESCAPE '!')
    ORDER BY d.updated_at DESC LIMIT 100""",
)
_OF_CAMPAIGN = Query(
    PieceRow,
    f"""
    SELECT {_PIECE} FROM pieces AS d
    WHERE d.campaign_uri = :campaign AND d.state <> 'dropped' ORDER BY d.slot_at, d.id LIMIT 200""",
)
_CHANGES = Query(
    PieceRow,
    f"""
    SELECT {_PIECE} FROM pieces AS d WHERE d.host = '' AND d.seq > :since ORDER BY d.seq LIMIT :limit""",
    hot=True,
)
_FORGET = Query(None, "DELETE FROM pieces WHERE uri = :uri AND host = :host")
_VERSION = Query(
    None,
    """
    INSERT INTO piece_versions (id, piece_id, version, words, by_uri, by_name, is_beside, act_uri, at)
    VALUES (:id, :piece_id, :version, :words, :by_uri, :by_name, :is_beside, :act_uri, :at)""",
)
_VERSIONS = Query(
    PieceVersionRow,
    f"SELECT {PieceVersionRow.columns('v')} FROM piece_versions AS v WHERE v.piece_id = :piece ORDER BY v.id",
    hot=True,
)
_TAKEN = Query(int, "SELECT COUNT(*) FROM piece_versions WHERE piece_id = :piece AND act_uri = :act", hot=True)
_ACT = Query(
    None,
    f"""
    INSERT INTO piece_acts ({", ".join(ActRow.__struct_fields__)})
    VALUES ({", ".join(f":{name}" for name in ActRow.__struct_fields__)})""",
)
_ACTS = Query(
    ActRow,
    f"""
    SELECT {ActRow.columns("t")} FROM piece_acts AS t
    WHERE t.host = :host AND t.seq > :since ORDER BY t.seq LIMIT :limit""",
    hot=True,
)
_ACTS_ON = Query(ActRow, f"SELECT {ActRow.columns('t')} FROM piece_acts AS t WHERE t.piece_uri = :piece ORDER BY t.id")
_CAMPAIGN = CampaignRow.columns("c")
_CAMPAIGN_BY_ID = Query(CampaignRow, f"SELECT {_CAMPAIGN} FROM campaigns AS c WHERE c.id = :id", hot=True)
_CAMPAIGNS = Query(CampaignRow, f"SELECT {_CAMPAIGN} FROM campaigns AS c ORDER BY c.ends_at DESC LIMIT 100")
_CAMPAIGN_CHANGES = Query(
    CampaignRow,
    f"SELECT {_CAMPAIGN} FROM campaigns AS c WHERE c.host = '' AND c.seq > :since ORDER BY c.seq LIMIT :limit",
    hot=True,
)
_CAMPAIGN_KEEP = Query(
    None,
    f"""
    INSERT INTO campaigns ({", ".join(CampaignRow.__struct_fields__)})
    VALUES ({", ".join(f":{name}" for name in CampaignRow.__struct_fields__)})
    ON CONFLICT (uri) DO UPDATE SET name = excluded.name, objective = excluded.objective, hashtag = excluded.hashtag,
        starts_at = excluded.starts_at, ends_at = excluded.ends_at, seq = excluded.seq,
        updated_at = excluded.updated_at""",
)
_LOCAL_PEOPLE = """
    SELECT a.uri, '' AS host, CASE WHEN a.display_name = '' THEN a.username ELSE a.display_name END AS name
    FROM users AS u JOIN accounts AS a ON a.id = u.account_id
    WHERE u.role IN ('communicator', 'admin') AND a.suspended_at IS NULL AND a.deleted_at IS NULL"""
_OWN_PEOPLE = Query(CommunicatorRow, f"{_LOCAL_PEOPLE} ORDER BY 3 LIMIT 200")
_PEOPLE = Query(
    CommunicatorRow, f"{_LOCAL_PEOPLE} UNION ALL SELECT uri, host, name FROM desk_people ORDER BY 2, 3 LIMIT 1000"
)
_PERSON = Query(None, "INSERT INTO desk_people (uri, host, name) VALUES (:uri, :host, :name) ON CONFLICT DO NOTHING")
_FORGET_PEOPLE = Query(None, "DELETE FROM desk_people WHERE host = :host")
_PEER = Query(int, "SELECT seq FROM desk_peers WHERE host = :host", hot=True)
_PEER_READ = Query(
    None,
    """
    INSERT INTO desk_peers (host, seq, read_at) VALUES (:host, :seq, :now)
    ON CONFLICT (host) DO UPDATE SET seq = excluded.seq, read_at = excluded.read_at""",
)


def next_seq(tx: Tx) -> int:
    """The place of a change among all changes of this desk."""
    return tx.value(_SEQ)


def last_seq(tx: Tx) -> int:
    """The place of the last change."""
    return tx.value(_LAST)


def by_id(tx: Tx, id: PieceId) -> PieceRow | None:
    """A piece, whoever may see it."""
    return tx.row(_BY_ID, id=id)


def by_ids(tx: Tx, ids: Sequence[PieceId]) -> list[PieceRow]:
    """Pieces, whoever may see them, in no order."""
    return tx.rows(_BY_IDS, ids=ids) if ids else []


def by_uri(tx: Tx, uri: str) -> PieceRow | None:
    """The piece of that address."""
    return tx.row(_BY_URI, uri=uri)


def by_post(tx: Tx, post: str) -> PieceRow | None:
    """The piece that the post of that id was."""
    return tx.row(_BY_POST, post=post)


def by_scheduled(tx: Tx, scheduled: ScheduledId) -> PieceRow | None:
    """The piece that waits for its time as that post."""
    return tx.row(_BY_SCHEDULED, scheduled=scheduled)


def keep(tx: Tx, row: PieceRow) -> None:
    """Store a piece, in place of what it was."""
    tx.run(_KEEP, **{name: getattr(row, name) for name in _NAMES})


def between(tx: Tx, start: Millis, until: Millis) -> list[PieceRow]:
    """What is to appear in that time, of all nodes."""
    return tx.rows(_BETWEEN, start=start, until=until)


def naming(tx: Tx, uri: str) -> list[PieceRow]:
    """What somebody owns, writes or reviews; the last changed first."""
    escaped = uri.replace("!", "!!").replace("%", "!%").replace("_", "!_")
    return tx.rows(_NAMING, uri=uri, within=f'%"{escaped}"%')


def of_campaign(tx: Tx, campaign: str) -> list[PieceRow]:
    """The pieces of a campaign."""
    return tx.rows(_OF_CAMPAIGN, campaign=campaign)


def changes(tx: Tx, since: int, limit: int) -> list[PieceRow]:
    """Pieces of this node that changed after `since`, in the order of their last change."""
    return tx.rows(_CHANGES, since=since, limit=limit)


def forget(tx: Tx, uri: str, host: str) -> None:
    """A piece of another node is not for this one any more."""
    tx.run(_FORGET, uri=uri, host=host)


def add_version(tx: Tx, row: PieceVersionRow) -> None:
    """Keep words of a piece."""
    tx.run(_VERSION, **{name: getattr(row, name) for name in PieceVersionRow.__struct_fields__})


def versions(tx: Tx, piece: PieceId) -> list[PieceVersionRow]:
    """Former words and words beside, oldest first."""
    return tx.rows(_VERSIONS, piece=piece)


def is_taken(tx: Tx, piece: PieceId, act: str) -> bool:
    """Whether an act of elsewhere was done to the piece already."""
    return tx.value(_TAKEN, piece=piece, act=act) > 0


def add_act(tx: Tx, row: ActRow) -> None:
    """Keep what somebody here did to a piece of another node."""
    tx.run(_ACT, **{name: getattr(row, name) for name in ActRow.__struct_fields__})


def acts(tx: Tx, host: str, since: int, limit: int) -> list[ActRow]:
    """What was done here to pieces of `host` after `since`."""
    return tx.rows(_ACTS, host=host, since=since, limit=limit)


def acts_on(tx: Tx, piece: str) -> list[ActRow]:
    """What people here did to a piece."""
    return tx.rows(_ACTS_ON, piece=piece)


def campaign(tx: Tx, id: CampaignId) -> CampaignRow | None:
    """One campaign."""
    return tx.row(_CAMPAIGN_BY_ID, id=id)


def campaigns(tx: Tx) -> list[CampaignRow]:
    """All campaigns, of all nodes, those that end last first."""
    return tx.rows(_CAMPAIGNS)


def campaign_changes(tx: Tx, since: int, limit: int) -> list[CampaignRow]:
    """Campaigns of this node that changed after `since`."""
    return tx.rows(_CAMPAIGN_CHANGES, since=since, limit=limit)


def keep_campaign(tx: Tx, row: CampaignRow) -> None:
    """Store a campaign, in place of what it was."""
    tx.run(_CAMPAIGN_KEEP, **{name: getattr(row, name) for name in CampaignRow.__struct_fields__})


def own_communicators(tx: Tx) -> list[CommunicatorRow]:
    """Who speaks for this node."""
    return tx.rows(_OWN_PEOPLE)


def communicators(tx: Tx) -> list[CommunicatorRow]:
    """Who speaks for any node, those of this one first."""
    return tx.rows(_PEOPLE)


def receive_communicators(tx: Tx, host: str, people: Sequence[CommunicatorRow]) -> None:
    """Who speaks for another node, by its word."""
    tx.run(_FORGET_PEOPLE, host=host)
    for one in people:
        tx.run(_PERSON, uri=one.uri, host=host, name=one.name)


def read_upto(tx: Tx, host: str) -> int:
    """How far the desk of a node was read."""
    return tx.row(_PEER, host=host) or 0


def has_read(tx: Tx, host: str, seq: int, now: Millis) -> None:
    """The desk of a node was read as far as `seq`."""
    tx.run(_PEER_READ, host=host, seq=seq, now=now)
