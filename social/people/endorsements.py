"""Putting people forward on one's page, and notes of others that nobody else reads."""

from social.errors import Invalid
from social.paging import Page
from social.people import accounts, relations
from social.people.relations import Relationship
from social.policy import Viewer, require_person
from social.text import clean_text, graphemes
from storage import endorsements as rows
from storage.accounts import AccountRow
from storage.endorsements import EndorsementId
from storage.engine.database import Tx
from storage.ids import AccountId, IdMaker, Millis
from storage.relations import Bounds

NOTE_LIMIT = 2_000


def endorse(tx: Tx, viewer: Viewer, target: AccountId, *, ids: IdMaker, now: Millis) -> Relationship:
    """Put somebody forward; again is fine. Raises NotFound, Invalid for whom the viewer does not follow."""
    if not relations.relationship(tx, viewer, target, now=now).following:
        raise Invalid("account", "not_followed")
    rows.endorse(tx, EndorsementId(ids.make()), viewer.account, target, now)
    return relations.relationship(tx, viewer, target, now=now)


def unendorse(tx: Tx, viewer: Viewer, target: AccountId, *, now: Millis) -> Relationship:
    """Put somebody forward no longer; again is fine. Raises NotFound."""
    require_person(viewer)
    rows.unendorse(tx, viewer.account, target)
    return relations.relationship(tx, viewer, target, now=now)


def endorsed(tx: Tx, viewer: Viewer, page: Page) -> list[tuple[int, AccountRow]]:
    """Whom the viewer puts forward, latest first."""
    require_person(viewer)
    return _page(tx, viewer.account, page)


def endorsed_by(tx: Tx, viewer: Viewer, account: AccountId, page: Page) -> list[tuple[int, AccountRow]]:
    """Whom somebody puts forward, latest first. Raises NotFound."""
    return _page(tx, accounts.account(tx, viewer, account).id, page)


def note(tx: Tx, viewer: Viewer, target: AccountId, comment: str, *, now: Millis) -> Relationship:
    """Keep a note of somebody; an empty one removes it. Raises NotFound, Invalid(comment)."""
    relations.relationship(tx, viewer, target, now=now)
    text = clean_text(comment).strip()
    if graphemes(text) > NOTE_LIMIT:
        raise Invalid("comment", "too_long", maximum=NOTE_LIMIT)
    rows.note(tx, viewer.account, target, text)
    return relations.relationship(tx, viewer, target, now=now)


def _page(tx: Tx, account: AccountId, page: Page) -> list[tuple[int, AccountRow]]:
    found = rows.page(tx, account, Bounds(page.before, page.floor, page.limit, page.is_upward))
    return [(row.relation, row.account) for row in found]
