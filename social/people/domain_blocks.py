"""Blocking a whole node: nothing of it is shown or told, follows both ways end and none begins.

It is a person's own affair: the node exchanges with that node as before, for everybody else.
"""

import re

from social.errors import Invalid
from social.paging import Page
from social.people.follows import Verb, removed
from social.policy import Viewer, require_person
from social.urls import Urls
from storage import domain_blocks as rows
from storage import lists
from storage.domain_blocks import DomainBlockId, TiesRow
from storage.engine.database import Tx
from storage.ids import IdMaker, Millis
from storage.relations import Bounds

DOMAIN = re.compile(r"(?=.{1,253}\Z)[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*(?::\d{1,5})?")


def blocked(tx: Tx, viewer: Viewer, page: Page) -> list[tuple[int, str]]:
    """Nodes that the viewer blocks, latest first, each with the id of the block to page by."""
    require_person(viewer)
    found = rows.page(tx, viewer.account, Bounds(page.before, page.floor, page.limit, page.is_upward))
    return [(row.relation, row.domain) for row in found]


def preview(tx: Tx, viewer: Viewer, written: str, *, urls: Urls) -> TiesRow:
    """Whom a block would cost. Raises Invalid(domain)."""
    require_person(viewer)
    return rows.ties(tx, viewer.account, domain_of(written, urls))


def block(tx: Tx, viewer: Viewer, written: str, *, ids: IdMaker, urls: Urls, now: Millis) -> None:
    """Block a node; again is fine. Raises Invalid(domain) for what is no domain, and for this node's own."""
    require_person(viewer)
    domain = domain_of(written, urls)
    if not rows.block(tx, DomainBlockId(ids.make()), viewer.account, domain, now):
        return
    for follow in rows.follows(tx, viewer.account, domain):
        is_own = follow.follower_id == viewer.account
        removed(tx, follow, Verb.LEAVE if is_own else Verb.REJECT, host="", now=now)
        if is_own:
            lists.leave(tx, viewer.account, follow.followee_id)
    rows.forget_notifications(tx, viewer.account, domain)


def unblock(tx: Tx, viewer: Viewer, written: str, *, urls: Urls) -> None:
    """Block a node no longer; one that was not blocked is fine. Raises Invalid(domain)."""
    require_person(viewer)
    rows.unblock(tx, viewer.account, domain_of(written, urls))


def domain_of(written: str, urls: Urls) -> str:
    """A domain as it is kept: from a domain, an address or a handle. Raises Invalid(domain)."""
    bare = written.strip().casefold().removeprefix("https://").removeprefix("http://").rpartition("@")[2]
    try:
        domain = bare.split("/")[0].rstrip(".").encode("idna").decode() if not bare.isascii() else bare.split("/")[0]
    except UnicodeError as strange:
        raise Invalid("domain", "invalid") from strange
    if not domain:
        raise Invalid("domain", "blank")
    if not DOMAIN.fullmatch(domain) or domain == urls.host.casefold():
        raise Invalid("domain", "invalid")
    return domain
