"""What people show on top of their pages, and threads of which they want to hear no more."""

from storage.engine.database import Tx
from storage.engine.query import Query
from storage.ids import AccountId, Millis, PinId, PostId
from storage.visibility import visible_to, visible_to_host

_PIN = Query(
    None,
    """
    INSERT INTO pins (id, account_id, post_id, created_at) VALUES (:id, :account, :post, :now)
    ON CONFLICT (account_id, post_id) DO NOTHING""",
)
_UNPIN = Query(None, "DELETE FROM pins WHERE account_id = :account AND post_id = :post")
_COUNT = Query(int, "SELECT COUNT(*) FROM pins AS n WHERE n.account_id = :account", hot=True)
_PINNED = Query(
    PostId,
    f"""
    SELECT n.post_id FROM pins AS n JOIN posts AS p ON p.id = n.post_id
    WHERE n.account_id = :account AND {visible_to("p")}
    ORDER BY n.id DESC
    LIMIT :limit""",
    hot=True,
)
_PINNED_TO_HOST = Query(
    str,
    f"""
    SELECT p.uri FROM pins AS n JOIN posts AS p ON p.id = n.post_id
    WHERE n.account_id = :account AND p.visibility <> 'direct' AND {visible_to_host("p")}
    ORDER BY n.id DESC
    LIMIT :limit""",
    hot=True,
)
_ALL = Query(PostId, "SELECT n.post_id FROM pins AS n WHERE n.account_id = :account ORDER BY n.id DESC", hot=True)
_UNPIN_ALL = Query(None, "DELETE FROM pins WHERE account_id = :account")
_MUTE = Query(
    None,
    """
    INSERT INTO thread_mutes (account_id, thread_id, created_at) VALUES (:account, :thread, :now)
    ON CONFLICT (account_id, thread_id) DO NOTHING""",
)
_UNMUTE = Query(None, "DELETE FROM thread_mutes WHERE account_id = :account AND thread_id = :thread")


def pin(tx: Tx, id: PinId, account: AccountId, post: PostId, now: Millis) -> bool:
    """Show the post on top; False if it is."""
    return tx.run(_PIN, id=id, account=account, post=post, now=now) == 1


def unpin(tx: Tx, account: AccountId, post: PostId) -> bool:
    """No longer; False if it is not."""
    return tx.run(_UNPIN, account=account, post=post) == 1


def count(tx: Tx, account: AccountId) -> int:
    """How many posts the account shows on top."""
    return tx.value(_COUNT, account=account)


def pinned(tx: Tx, account: AccountId, viewer: AccountId, limit: int) -> list[PostId]:
    """Those of them that the viewer may see, the latest pinned first."""
    return tx.rows(_PINNED, account=account, viewer=viewer, limit=limit)


def pinned_to_host(tx: Tx, account: AccountId, host: str, limit: int) -> list[str]:
    """The ids of those that may be handed to the node, the latest pinned first."""
    return tx.rows(_PINNED_TO_HOST, account=account, host=host, limit=limit)


def every(tx: Tx, account: AccountId) -> list[PostId]:
    """What the account shows on top, whoever may see it, the latest pinned first."""
    return tx.rows(_ALL, account=account)


def unpin_all(tx: Tx, account: AccountId) -> None:
    """Show none on top."""
    tx.run(_UNPIN_ALL, account=account)


def mute_thread(tx: Tx, account: AccountId, thread: PostId, now: Millis) -> None:
    """Tell the account nothing more of the thread."""
    tx.run(_MUTE, account=account, thread=thread, now=now)


def unmute_thread(tx: Tx, account: AccountId, thread: PostId) -> None:
    """Tell of it again."""
    tx.run(_UNMUTE, account=account, thread=thread)
