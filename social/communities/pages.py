"""Pages of a community of this node: short notes that its members write together. Nothing written is lost."""

import unicodedata

import msgspec

from social import events, text
from social.communities import standing
from social.communities.posting import require_open
from social.errors import Conflict, Forbidden, Invalid, NotFound, raise_all
from social.people import names
from social.policy import Viewer, require_person
from social.urls import Urls
from storage import community_pages as rows
from storage import memberships
from storage.communities import KnownRow
from storage.community_pages import PageId, PageRow, PageVersionRow
from storage.engine.database import Tx
from storage.ids import AccountId, IdMaker, Millis
from storage.memberships import MemberRole

MOST = 100
TITLE_LIMIT = 120
LIMIT = 20_000


def pages(tx: Tx, viewer: Viewer, id: AccountId) -> list[PageRow]:
    """The pages of a community that the viewer may read. Raises NotFound, Forbidden(not_a_member)."""
    _readable(tx, viewer, id)
    return rows.of(tx, id)


def page(tx: Tx, viewer: Viewer, id: AccountId, slug: str) -> PageRow:
    """One page. Raises NotFound, Forbidden(not_a_member)."""
    _readable(tx, viewer, id)
    return _found(tx, id, slug)


def history(tx: Tx, viewer: Viewer, id: AccountId, slug: str) -> list[PageVersionRow]:
    """Every version of a page, the one of now first. Raises NotFound, Forbidden(not_a_member)."""
    return rows.versions(tx, page(tx, viewer, id, slug).id)


def write(
    tx: Tx, viewer: Viewer, id: AccountId, title: str, source: str, *, ids: IdMaker, urls: Urls, now: Millis
) -> PageRow:
    """Begin a page. Raises NotFound, Forbidden for guests and who is no member, Invalid, Conflict(page)."""
    _writable(tx, viewer, id)
    shown = names.tidy(title)
    raise_all(_problems(shown, source))
    slug = _slug(shown)
    if not slug:
        raise Invalid("title", "blank")
    if len(rows.of(tx, id)) >= MOST:
        raise Invalid("title", "too_many", maximum=MOST)
    row = PageRow(
        id=PageId(ids.make()),
        community_id=id,
        slug=slug,
        title=shown,
        source=text.clean_text(source),
        html=text.render(source, mentions={}, tag_url=urls.tag),
        version=1,
        author_id=viewer.account,
        updated_at=now,
    )
    if not rows.insert(tx, row):
        raise Conflict("page")
    events.append(tx, events.CommunityPageWritten(by=viewer.account, at=now, community=id, slug=slug, version=1))
    return row


def change(
    tx: Tx,
    viewer: Viewer,
    id: AccountId,
    slug: str,
    title: str,
    source: str,
    *,
    version: int,
    urls: Urls,
    now: Millis,
) -> PageRow:
    """Write a page anew over `version`, which the writer saw; the same words change nothing.

    Raises NotFound, Forbidden, Invalid, Conflict(page_changed) when somebody was faster: nothing of theirs is lost.
    """
    _writable(tx, viewer, id)
    before = _found(tx, id, slug)
    shown, words = names.tidy(title), text.clean_text(source)
    raise_all(_problems(shown, source))
    if before.version != version:
        raise Conflict("page_changed")
    if (shown, words) == (before.title, before.source):
        return before
    after = msgspec.structs.replace(
        before,
        title=shown,
        source=words,
        html=text.render(source, mentions={}, tag_url=urls.tag),
        version=version + 1,
        author_id=viewer.account,
        updated_at=now,
    )
    if not rows.rewrite(tx, after, version):
        raise Conflict("page_changed")
    events.append(
        tx, events.CommunityPageWritten(by=viewer.account, at=now, community=id, slug=slug, version=after.version)
    )
    return after


def drop(tx: Tx, viewer: Viewer, id: AccountId, slug: str) -> None:
    """Take a page away, with what it was. Raises NotFound, Forbidden unless the viewer moderates."""
    standing.require_moderator(tx, viewer, id)
    rows.drop(tx, _found(tx, id, slug).id)


def _readable(tx: Tx, viewer: Viewer, id: AccountId) -> KnownRow:
    known = standing.shown(tx, viewer, id)
    own = memberships.one(tx, id, viewer.account) if viewer.account else None
    if known.community.is_closed and (own is None or not own.is_in):
        raise Forbidden("not_a_member")
    return known


def _writable(tx: Tx, viewer: Viewer, id: AccountId) -> None:
    require_person(viewer)
    known = _readable(tx, viewer, id)
    own = memberships.one(tx, id, viewer.account)
    if own is None or not own.is_in or own.role is MemberRole.GUEST:
        raise Forbidden("not_a_member")
    if not known.account.is_local:
        raise Forbidden("elsewhere")
    require_open(known)


def _found(tx: Tx, id: AccountId, slug: str) -> PageRow:
    row = rows.one(tx, id, slug)
    if row is None:
        raise NotFound("page")
    return row


def _problems(title: str, source: str) -> list[Invalid]:
    problems = []
    if not title:
        problems.append(Invalid("title", "blank"))
    elif text.graphemes(title) > TITLE_LIMIT:
        problems.append(Invalid("title", "too_long", maximum=TITLE_LIMIT))
    if "\0" in source:
        problems.append(Invalid("source", "nul"))
    elif text.graphemes(source) > LIMIT:
        problems.append(Invalid("source", "too_long", maximum=LIMIT))
    return problems


def _slug(title: str) -> str:
    plain = unicodedata.normalize("NFKD", title).casefold()
    kept = "".join(letter if letter.isalnum() else "" if unicodedata.combining(letter) else " " for letter in plain)
    return "-".join(kept.split())[:80]
