"""Whose notifications a person wants: the policy, and the requests of those whom it holds back."""

from collections.abc import Mapping, Sequence

import msgspec
from msgspec import UNSET, UnsetType

from social import events
from social.errors import NotFound
from social.paging import Page
from social.policy import Viewer, require_person
from storage import notice_requests as rows
from storage.engine.database import Tx
from storage.ids import Millis
from storage.notice_requests import Answer, PolicyRow, RequestId, RequestRow, SummaryRow


class PolicyChange(msgspec.Struct, frozen=True, kw_only=True):
    """New answers; what is unset stays."""

    not_following: Answer | UnsetType = UNSET
    not_followers: Answer | UnsetType = UNSET
    new_accounts: Answer | UnsetType = UNSET
    private_mentions: Answer | UnsetType = UNSET
    limited_accounts: Answer | UnsetType = UNSET
    bots: Answer | UnsetType = UNSET


def policy(tx: Tx, viewer: Viewer) -> tuple[PolicyRow, SummaryRow]:
    """The viewer's policy, and how much it holds back now."""
    require_person(viewer)
    return rows.policy(tx, viewer.account) or PolicyRow(), rows.summary(tx, viewer.account)


def change_policy(tx: Tx, viewer: Viewer, change: PolicyChange) -> tuple[PolicyRow, SummaryRow]:
    """Replace the answers that are given; what waits already goes on waiting."""
    require_person(viewer)
    former = rows.policy(tx, viewer.account) or PolicyRow()
    given: Mapping[str, Answer] = {
        name: answer for name, answer in msgspec.structs.asdict(change).items() if answer is not UNSET
    }
    changed = msgspec.structs.replace(former, **given)
    rows.set_policy(tx, viewer.account, changed)
    return changed, rows.summary(tx, viewer.account)


def requests(tx: Tx, viewer: Viewer, page: Page) -> list[RequestRow]:
    """Who waits, newest first."""
    require_person(viewer)
    return rows.page(tx, viewer.account, page.before, page.floor, page.limit, up=page.is_upward)


def request(tx: Tx, viewer: Viewer, id: RequestId) -> RequestRow:
    """One of the viewer's. Raises NotFound."""
    require_person(viewer)
    row = rows.by_id(tx, viewer.account, id)
    if row is None:
        raise NotFound("request")
    return row


def accept(tx: Tx, viewer: Viewer, ids: Sequence[RequestId], *, now: Millis) -> None:
    """Let these senders through from now on, and show what waits of them. Raises NotFound if none is the viewer's."""
    require_person(viewer)
    senders = rows.senders(tx, viewer.account, ids)
    if not senders:
        raise NotFound("request")
    rows.accept(tx, viewer.account, senders, now)
    events.append(tx, events.NotificationsMerged(by=viewer.account, at=now))


def dismiss(tx: Tx, viewer: Viewer, ids: Sequence[RequestId]) -> None:
    """Remove what waits of these senders. Raises NotFound if none is the viewer's."""
    require_person(viewer)
    senders = rows.senders(tx, viewer.account, ids)
    if not senders:
        raise NotFound("request")
    rows.dismiss(tx, viewer.account, senders)
