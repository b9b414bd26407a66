"""Pushes to devices: the keys of this node (VAPID), and who is pushed where."""

from collections.abc import Sequence
from typing import NewType

from storage.engine.database import Tx
from storage.engine.query import Query, Row
from storage.ids import AccountId, Millis, NotificationId, SessionId, TokenId, UserId

VapidId = NewType("VapidId", int)
SubscriptionId = NewType("SubscriptionId", int)


class VapidRow(Row, frozen=True, kw_only=True):
    """A key pair: the public half as a point in base64url, with its padding; the private one in PEM."""

    id: VapidId
    public_key: str
    private_pem: str


class SubscriptionRow(Row, frozen=True, kw_only=True):
    """Where a device is pushed. `alerts`: kinds of notifications, with spaces between.

    `held_id`: the first notification that waits for the end of the quiet time; None: nothing waits.
    """

    id: SubscriptionId
    user_id: UserId
    token_id: TokenId | None
    session_id: SessionId | None
    access_token: str
    endpoint: str
    p256dh: str
    auth: str
    standard: bool
    alerts: str
    policy: str
    held_id: NotificationId | None
    vapid: VapidRow


_KEY = Query(VapidRow, f"SELECT {VapidRow.columns('v')} FROM vapid_keys AS v ORDER BY v.id DESC LIMIT 1")
_ADD_KEY = Query(
    None,
    """
    INSERT INTO vapid_keys (public_key, private_pem, created_at) VALUES (:public_key, :private_pem, :now)""",
)
_PRUNE_KEYS = Query(
    None,
    """
    DELETE FROM vapid_keys
    WHERE id < (SELECT MAX(n.id) FROM vapid_keys AS n)
        AND NOT EXISTS (SELECT 1 FROM push_subscriptions AS s WHERE s.vapid_id = vapid_keys.id)""",
)
_COLUMNS = f"""
    s.id, s.user_id, s.token_id, s.session_id, s.access_token, s.endpoint, s.p256dh, s.auth, s.standard, s.alerts,
    s.policy, s.held_id, {VapidRow.columns("v")}"""
_FROM = "FROM push_subscriptions AS s JOIN vapid_keys AS v ON v.id = s.vapid_id"
_OF_TOKEN = Query(SubscriptionRow, f"SELECT {_COLUMNS} {_FROM} WHERE s.token_id = :token", hot=True)
_BY_ID = Query(
    SubscriptionRow,
    f"""
    SELECT {_COLUMNS} {_FROM}
    JOIN users AS u ON u.id = s.user_id
    JOIN accounts AS o ON o.id = u.account_id
    WHERE s.id = :id AND u.disabled_at IS NULL AND o.suspended_at IS NULL AND o.deleted_at IS NULL""",
    hot=True,
)
_DROP_TOKEN = Query(None, "DELETE FROM push_subscriptions WHERE token_id = :token")
_DROP_SESSION = Query(None, "DELETE FROM push_subscriptions WHERE session_id = :session")
_DROP = Query(None, "DELETE FROM push_subscriptions WHERE id = :id")
_INSERT = Query(
    SubscriptionId,
    """
    INSERT INTO push_subscriptions (
        user_id, token_id, session_id, access_token, endpoint, p256dh, auth, standard, alerts, policy, vapid_id,
        created_at)
    VALUES (
        :user, CAST(:token AS BIGINT), CAST(:session AS BIGINT), :access_token, :endpoint, :p256dh, :auth, :standard,
        :alerts, :policy, :vapid, :now)
    RETURNING id""",
)
_CHANGE = Query(None, "UPDATE push_subscriptions SET alerts = :alerts, policy = :policy WHERE id = :id")
_OF_ACCOUNT = """
    FROM push_subscriptions AS s JOIN users AS u ON u.id = s.user_id
    JOIN notifications AS n ON n.account_id = u.account_id"""
# Whether somebody is safe is asked on each device, whatever it wants to hear of. What they are asked to read, and what
# becomes of a gathering that they answered to, rings where it rings when somebody names them.
_WANTS = """n.filtered = 0 AND (n.kind = 'roll.call' OR (
        (n.subject LIKE 'read:%' OR n.subject LIKE 'gathering:%') AND ' ' || s.alerts || ' ' LIKE '% mention %') OR (
        ' ' || s.alerts || ' ' LIKE '% ' || n.kind || ' %'
        AND (s.policy = 'all'
            OR (s.policy = 'followed' AND EXISTS (
                SELECT 1 FROM follows AS f
                WHERE f.follower_id = u.account_id AND f.followee_id = n.from_id AND f.state = 'accepted'))
            OR (s.policy = 'follower' AND EXISTS (
                SELECT 1 FROM follows AS f
                WHERE f.follower_id = n.from_id AND f.followee_id = u.account_id AND f.state = 'accepted')))))"""
_WANTING = Query(
    SubscriptionId,
    f"SELECT s.id {_OF_ACCOUNT} WHERE n.id = :notification AND u.account_id = :account AND {_WANTS}",
    hot=True,
)
_HELD = Query(
    NotificationId,
    f"""
    SELECT n.id {_OF_ACCOUNT}
    WHERE s.id = :id AND n.id >= s.held_id AND {_WANTS} AND n.id > COALESCE((
        SELECT k.last_read_id FROM markers AS k
        WHERE k.account_id = u.account_id AND k.timeline = 'notifications'), 0)
    ORDER BY n.id DESC LIMIT :limit""",
    hot=True,
)
_HOLD = Query(None, "UPDATE push_subscriptions SET held_id = :notification WHERE id = :id AND held_id IS NULL")
_RELEASE = Query(None, "UPDATE push_subscriptions SET held_id = NULL WHERE id = :id")
_HOLDING = Query(
    SubscriptionId, "SELECT s.id FROM push_subscriptions AS s WHERE s.user_id = :user AND s.held_id IS NOT NULL"
)
_SESSION = Query(SessionId, "SELECT s.id FROM sessions AS s WHERE s.token_hash = :token_hash", hot=True)
_OF_SESSION = Query(SubscriptionRow, f"SELECT {_COLUMNS} {_FROM} WHERE s.session_id = :session", hot=True)


def key(tx: Tx) -> VapidRow | None:
    """The key for new subscriptions; None before the first."""
    return tx.row(_KEY)


def add_key(tx: Tx, public_key: str, private_pem: str, now: Millis) -> None:
    """Take another key from now on; subscriptions made with an older one go on using it."""
    tx.run(_ADD_KEY, public_key=public_key, private_pem=private_pem, now=now)
    tx.run(_PRUNE_KEYS)


def of_token(tx: Tx, token: TokenId) -> SubscriptionRow | None:
    """The subscription of an app's token."""
    return tx.row(_OF_TOKEN, token=token)


def of_session(tx: Tx, session: SessionId) -> SubscriptionRow | None:
    """The subscription of a browser."""
    return tx.row(_OF_SESSION, session=session)


def by_id(tx: Tx, id: SubscriptionId) -> SubscriptionRow | None:
    """A subscription whose owner may come in."""
    return tx.row(_BY_ID, id=id)


def session(tx: Tx, token_hash: str) -> SessionId | None:
    """The session of a secret."""
    return tx.row(_SESSION, token_hash=token_hash)


def insert(
    tx: Tx,
    user: UserId,
    token: TokenId | None,
    session: SessionId | None,
    vapid: VapidId,
    values: dict[str, object],
    now: Millis,
) -> SubscriptionId:
    """Add a subscription under a key. `values`: the columns that the device chose."""
    return tx.value(_INSERT, user=user, token=token, session=session, vapid=vapid, now=now, **values)


def change(tx: Tx, id: SubscriptionId, alerts: Sequence[str], policy: str) -> None:
    """Replace what it wants."""
    tx.run(_CHANGE, id=id, alerts=" ".join(alerts), policy=policy)


def drop_token(tx: Tx, token: TokenId) -> None:
    """End the subscription of an app's token."""
    tx.run(_DROP_TOKEN, token=token)


def drop_session(tx: Tx, session: SessionId) -> None:
    """End the subscription of a browser."""
    tx.run(_DROP_SESSION, session=session)


def drop(tx: Tx, id: SubscriptionId) -> None:
    """End a subscription: the push service does not know it any more."""
    tx.run(_DROP, id=id)


def wanting(tx: Tx, account: AccountId, notification: int) -> list[SubscriptionId]:
    """The account's subscriptions that want to hear of the notification, by its kind and its sender."""
    return tx.rows(_WANTING, account=account, notification=notification)


def hold(tx: Tx, id: SubscriptionId, notification: NotificationId) -> None:
    """The notification waits, and whatever comes after it; what waits already goes on waiting."""
    tx.run(_HOLD, id=id, notification=notification)


def held(tx: Tx, id: SubscriptionId, limit: int) -> list[NotificationId]:
    """What waits for a device and was not read meanwhile, the newest first."""
    return tx.rows(_HELD, id=id, limit=limit)


def release(tx: Tx, id: SubscriptionId) -> None:
    """Nothing waits any more."""
    tx.run(_RELEASE, id=id)


def holding(tx: Tx, user: UserId) -> list[SubscriptionId]:
    """The person's devices for which something waits."""
    return tx.rows(_HOLDING, user=user)
