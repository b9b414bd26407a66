"""What people here do to a piece of another node: kept, and told to that node, which decides what comes of it."""

from social import events
from storage import desk
from storage.accounts import AccountRow
from storage.desk import ActRow, PieceRow
from storage.engine.database import Tx
from storage.ids import IdMaker, Millis


def send(
    tx: Tx,
    row: PieceRow,
    me: AccountRow,
    kind: str,
    version: int,
    *,
    uri: str = "",
    answer: str = "",
    note: str = "",
    words: str = "",
    ids: IdMaker,
    now: Millis,
) -> None:
    """Tell the node of a piece what somebody here did to it: an `answer`, a `comment` or an `edit` of a version.

    `uri` is the id of what is said, where it has one already.
    """
    act = ActRow(
        id=ids.make(),
        uri=uri or f"{me.uri}#acts/{ids.make()}",
        piece_uri=row.uri,
        host=row.host,
        by_uri=me.uri,
        by_name=me.name,
        kind=kind,
        version=version,
        answer=answer,
        note=note,
        words=words,
        seq=desk.next_seq(tx),
        at=now,
    )
    desk.add_act(tx, act)
    events.append(tx, events.DeskChanged(by=me.id, at=now, piece=row.uri))
