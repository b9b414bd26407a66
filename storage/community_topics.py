"""Topics: the community's own shelves for its threads."""

from storage.engine.database import Tx
from storage.engine.query import Query, Row
from storage.ids import AccountId


class TopicRow(Row, frozen=True, kw_only=True):
    """`name` is compared, `display` is read."""

    community_id: AccountId
    name: str
    display: str
    position: int = 0


_OF = Query(
    TopicRow,
    f"""
    SELECT {TopicRow.columns("t")} FROM community_topics AS t
    WHERE t.community_id = :community ORDER BY t.position, t.name""",
    hot=True,
)
_PUT = Query(
    None,
    """
    INSERT INTO community_topics (community_id, name, display, position)
    VALUES (:community_id, :name, :display, :position)
    ON CONFLICT (community_id, name) DO UPDATE SET display = excluded.display, position = excluded.position""",
)
_DROP = Query(None, "DELETE FROM community_topics WHERE community_id = :community AND name = :name")
_TAKE_OFF = Query(None, "UPDATE placements SET topic = '' WHERE community_id = :community AND topic = :name")
_ALONE_NO_MORE = Query(
    None, "UPDATE memberships SET topic_only = '' WHERE community_id = :community AND topic_only = :name"
)


def of(tx: Tx, community: AccountId) -> list[TopicRow]:
    """The community's topics in their order."""
    return tx.rows(_OF, community=community)


def put(tx: Tx, row: TopicRow) -> None:
    """Write the topic, over the one of that name."""
    written = {name: getattr(row, name) for name in TopicRow.__struct_fields__}
    tx.run(_PUT, **written)


def drop(tx: Tx, community: AccountId, name: str) -> bool:
    """The topic is gone: its threads are under none, who followed it alone follows all."""
    tx.run(_TAKE_OFF, community=community, name=name)
    tx.run(_ALONE_NO_MORE, community=community, name=name)
    return tx.run(_DROP, community=community, name=name) == 1
