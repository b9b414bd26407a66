"""Update of numbers: a node of the group says how many of its people answered a must-read post, or are safe."""

import logging
from collections.abc import Callable

from federation.incoming.arrived import Arrived, Context, Disagreement, Outcome
from social.announcements import received
from social.rolls import calls
from social.trust.statements import BadStatement
from storage.accounts import AccountKind, AccountRow
from storage.engine.database import Tx
from storage.ids import Millis

logger = logging.getLogger("archipel.announcements")


def count(tx: Tx, actor: AccountRow, arrived: Arrived, context: Context, now: Millis) -> Outcome:
    """A node says how many of its people answered."""
    return _stated(tx, actor, arrived, received.take_count, now)


def roll_call(tx: Tx, actor: AccountRow, arrived: Arrived, context: Context, now: Millis) -> Outcome:
    """A node says how many of its people are safe."""
    return _stated(tx, actor, arrived, calls.take, now)


def _stated(tx: Tx, actor: AccountRow, arrived: Arrived, take: Callable[..., bool], now: Millis) -> Outcome:
    """Numbers are said by a node's own actor only, and believed by what the node signed."""
    if actor.kind is not AccountKind.APPLICATION:
        return Outcome.UNSUPPORTED
    about = arrived.activity.object
    signed = about.fields.get("statement") if about is not None and about.fields is not None else None
    if not isinstance(signed, dict):
        raise Disagreement("numbers without a statement")
    try:
        is_newer = take(tx, actor.domain, signed, now=now)
    except BadStatement as wrong:
        logger.warning("numbers of %s are refused: %s", actor.domain, wrong)
        raise Disagreement(str(wrong)) from wrong
    return Outcome.APPLIED if is_newer else Outcome.ALREADY
