"""Warnings: what a moderator did to somebody here, told to that person, who may object once."""

from collections.abc import Sequence

import msgspec

from social import events
from social.errors import Conflict, Invalid, NotFound
from social.governance.audit import Act, record_of
from social.policy import Role, Viewer, require_person, require_role
from social.text import clean_text, graphemes
from storage import accounts as account_rows
from storage import warnings as rows
from storage.accounts import AccountRow
from storage.engine.database import Tx
from storage.ids import AccountId, Millis, PostId
from storage.reports import ReportId
from storage.warnings import WarningId, WarningRow

TEXT_LIMIT = 2_000
SHOWN = 50


class WarningView(msgspec.Struct, frozen=True, kw_only=True):
    """A warning with whom it is for."""

    warning: WarningRow
    target: AccountRow

    @property
    def posts(self) -> tuple[PostId, ...]:
        """Ids of the posts that it is about."""
        return tuple(PostId(int(id)) for id in self.warning.posts.split())


def warn(
    tx: Tx,
    viewer: Viewer,
    target: AccountRow,
    action: str,
    text: str,
    *,
    report: ReportId | None = None,
    posts: Sequence[PostId] = (),
    now: Millis,
) -> WarningId | None:
    """Tell somebody here what was done to them; None for accounts of elsewhere, whom nobody here tells anything."""
    if not target.is_local:
        return None
    said = clean_text(text).strip()
    if graphemes(said) > TEXT_LIMIT:
        raise Invalid("text", "too_long", maximum=TEXT_LIMIT, limit=TEXT_LIMIT, length=graphemes(said))
    named = " ".join(str(id) for id in posts)
    id = rows.insert(tx, target.id, viewer.account, report, action, said, named, now)
    events.append(tx, events.AccountWarned(by=viewer.account, at=now, of=target.id, warning=id))
    return id


def by_ids(tx: Tx, ids: Sequence[WarningId]) -> list[WarningView]:
    """Warnings by id, for those who were told of them."""
    return _views(tx, rows.by_ids(tx, ids))


def own(tx: Tx, viewer: Viewer, id: WarningId) -> WarningView:
    """A warning as the person reads it that it is for; moderators may read it too. Raises NotFound."""
    require_person(viewer)
    found = next(iter(by_ids(tx, [id])), None)
    if found is None or (found.warning.target_id != viewer.account and not viewer.may(Role.MODERATOR)):
        raise NotFound("warning")
    return found


def of_account(tx: Tx, viewer: Viewer, account: AccountId) -> list[WarningRow]:
    """What was done to somebody before, newest first. Raises Forbidden unless the viewer moderates, or is the one."""
    if account != viewer.account:
        require_role(viewer, Role.MODERATOR)
    return rows.of_target(tx, account, SHOWN)


def appealed(tx: Tx, viewer: Viewer) -> list[WarningView]:
    """Objections that nobody has answered. Raises Forbidden."""
    require_role(viewer, Role.MODERATOR)
    return _views(tx, rows.appealed(tx))


def appeal(tx: Tx, viewer: Viewer, id: WarningId, text: str, *, now: Millis) -> None:
    """Object to a warning, once. Raises NotFound, Invalid, Conflict."""
    found = own(tx, viewer, id)
    if found.warning.target_id != viewer.account:
        raise NotFound("warning")
    said = clean_text(text).strip()
    if not said:
        raise Invalid("text", "blank")
    if graphemes(said) > TEXT_LIMIT:
        raise Invalid("text", "too_long", maximum=TEXT_LIMIT, limit=TEXT_LIMIT, length=graphemes(said))
    if not rows.appeal(tx, id, said, now):
        raise Conflict("appealed_already")


def answer(tx: Tx, viewer: Viewer, id: WarningId, *, granted: bool, now: Millis) -> WarningView:
    """Answer an objection. Whether what was done is undone is another act. Raises NotFound, Conflict, Forbidden."""
    require_role(viewer, Role.MODERATOR)
    found = own(tx, viewer, id)
    if not rows.answer(tx, id, "approved" if granted else "rejected"):
        raise Conflict("answered_already")
    record_of(tx, viewer, Act.APPEAL_APPROVE if granted else Act.APPEAL_REJECT, found.target, now=now)
    return found


def _views(tx: Tx, found: Sequence[WarningRow]) -> list[WarningView]:
    people = {row.id: row for row in account_rows.by_ids(tx, sorted({row.target_id for row in found}))}
    return [WarningView(warning=row, target=people[row.target_id]) for row in found if row.target_id in people]
