"""Pages of a community: short notes that its members write together. Nothing written is lost.

The node that keeps the community orders the versions. What is written at another node is sent there and waits until it
is taken; of two who write at once the second is told, and keeps the own words.
"""

import unicodedata

import msgspec

from social import events, text
from social.communities import standing
from social.communities.posting import require_open
from social.errors import Conflict, Forbidden, Invalid, NotFound, raise_all
from social.people import names
from social.policy import Viewer, require_person
from social.urls import Urls
from storage import community_page_edits as edit_rows
from storage import community_pages as rows
from storage import memberships, tombstones
from storage.accounts import AccountRow
from storage.communities import KnownRow
from storage.community_page_edits import EditId, EditRow
from storage.community_pages import PageId, PageRow, PageVersionRow
from storage.engine.database import Tx
from storage.ids import AccountId, IdMaker, Millis
from storage.memberships import MemberRole

KIND = "CommunityPage"
MOST = 100
TITLE_LIMIT = 120
LIMIT = 20_000
LONGEST = 100_000
"""Characters of what is short enough in letters: some letters are made of many."""


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
) -> PageRow | None:
    """Begin a page; None: it waits for the node that keeps the community.

    Raises NotFound, Forbidden for guests and who is no member, Invalid, Conflict(page).
    """
    known = _writable(tx, viewer, id)
    shown = names.tidy(title)
    raise_all(problems(shown, source))
    slug = slug_of(shown)
    if not slug:
        raise Invalid("title", "blank")
    if len(rows.of(tx, id)) >= MOST:
        raise Invalid("title", "too_many", maximum=MOST)
    if rows.one(tx, id, slug) is not None:
        raise Conflict("page_there")
    number = PageId(ids.make())
    uri = _uri(viewer, number, urls)
    if not known.account.is_local:
        _offer(tx, viewer, id, uri, uri, 1, shown, source, EditId(number), now)
        return None
    row = PageRow(
        id=number,
        community_id=id,
        slug=slug,
        title=shown,
        source=text.clean_text(source),
        html=rendered(source, urls),
        version=1,
        author_id=viewer.account,
        updated_at=now,
        uri=uri,
    )
    if not rows.insert(tx, row):
        raise Conflict("page_there")
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
    ids: IdMaker,
    urls: Urls,
    now: Millis,
) -> PageRow | None:
    """Write a page anew over `version`, which the writer saw; the same words change nothing. None: what was written
    waits for the node that keeps the community.

    Raises NotFound, Forbidden, Invalid, Conflict(page_changed) when somebody was faster: nothing of theirs is lost;
    Conflict(page_waits) while other words of the writer's wait.
    """
    known = _writable(tx, viewer, id)
    before = _found(tx, id, slug)
    shown, words = names.tidy(title), text.clean_text(source)
    raise_all(problems(shown, source))
    if before.version != version:
        raise Conflict("page_changed")
    if (shown, words) == (before.title, before.source):
        return before
    number = ids.make()
    uri = _uri(viewer, number, urls)
    if not known.account.is_local:
        waiting = [one for one in edit_rows.of(tx, viewer.account, id) if one.page_uri == before.uri]
        if any(not one.refused for one in waiting):
            raise Conflict("page_waits")
        for one in waiting:
            edit_rows.drop(tx, one.id)
        _offer(tx, viewer, id, uri, before.uri, version + 1, shown, source, EditId(number), now)
        return None
    after = msgspec.structs.replace(
        before,
        title=shown,
        source=words,
        html=rendered(source, urls),
        version=version + 1,
        author_id=viewer.account,
        updated_at=now,
    )
    if not rows.rewrite(tx, after, version, uri):
        raise Conflict("page_changed")
    events.append(
        tx, events.CommunityPageWritten(by=viewer.account, at=now, community=id, slug=slug, version=after.version)
    )
    return after


def drop(tx: Tx, viewer: Viewer, id: AccountId, slug: str, *, now: Millis) -> bool:
    """Take a page away, with what it was; False: the node that keeps the community is asked to.

    Raises NotFound, Forbidden unless the viewer moderates.
    """
    known = standing.require_moderator(tx, viewer, id)
    row = _found(tx, id, slug)
    if known.account.is_local:
        forget(tx, known.account, row.id, row.uri, now)
    events.append(tx, events.CommunityPageDropped(by=viewer.account, at=now, community=id, uri=row.uri))
    return known.account.is_local


def forget(tx: Tx, community: AccountRow, page: PageId | None, uri: str, now: Millis) -> None:
    """The page is gone for good, also if it comes later."""
    if page is not None:
        rows.drop(tx, page)
    tombstones.bury(tx, tomb(community.uri, uri), KIND, community.uri, now)


def tomb(community: str, page: str) -> str:
    """Where it is remembered that a page is gone: in the community's own name, for its host says so of any id."""
    return f"{community}#gone/{page}"


def edits(tx: Tx, viewer: Viewer, id: AccountId) -> list[EditRow]:
    """What the viewer wrote on pages that are kept elsewhere, and what is not on them: it waits, or was not taken."""
    return edit_rows.of(tx, viewer.account, id) if viewer.account else []


def edit(tx: Tx, viewer: Viewer, id: AccountId, number: EditId) -> EditRow:
    """One of them. Raises NotFound."""
    row = edit_rows.one(tx, number)
    if row is None or row.account_id != viewer.account or row.community_id != id:
        raise NotFound("page")
    return row


def drop_edit(tx: Tx, viewer: Viewer, id: AccountId, number: EditId) -> None:
    """The viewer wants the words no more that were not taken. Raises NotFound, also for what still waits."""
    row = edit(tx, viewer, id, number)
    if not row.refused:
        raise NotFound("page")
    edit_rows.drop(tx, row.id)


def rendered(source: str, urls: Urls) -> str:
    """The words of a page as HTML: made here, of whatever node they are."""
    return text.render(source, mentions={}, tag_url=urls.tag)


def problems(title: str, source: str) -> list[Invalid]:
    """What is wrong with the words of a page."""
    found = []
    if not title:
        found.append(Invalid("title", "blank"))
    elif text.graphemes(title) > TITLE_LIMIT or len(title) > TITLE_LIMIT * 5:
        found.append(Invalid("title", "too_long", maximum=TITLE_LIMIT))
    if "\0" in source:
        found.append(Invalid("source", "nul"))
    elif len(source) > LONGEST or text.graphemes(source) > LIMIT:
        found.append(Invalid("source", "too_long", maximum=LIMIT))
    return found


def slug_of(title: str) -> str:
    """The name of a page in addresses; empty for a title without letters and digits."""
    plain = unicodedata.normalize("NFKD", title).casefold()
    kept = "".join(letter if letter.isalnum() else "" if unicodedata.combining(letter) else " " for letter in plain)
    return "-".join(kept.split())[:80]


def may_write(tx: Tx, known: KnownRow, account: AccountId) -> None:
    """Raises Forbidden: not_a_member, archived."""
    own = memberships.one(tx, known.account.id, account)
    if own is None or not own.is_in or own.role is MemberRole.GUEST:
        raise Forbidden("not_a_member")
    require_open(known)


def _offer(
    tx: Tx,
    viewer: Viewer,
    id: AccountId,
    uri: str,
    page: str,
    version: int,
    title: str,
    source: str,
    number: EditId,
    now: Millis,
) -> None:
    row = EditRow(
        id=number,
        uri=uri,
        community_id=id,
        account_id=viewer.account,
        page_uri=page,
        version=version,
        title=title,
        source=text.clean_text(source),
        created_at=now,
    )
    edit_rows.insert(tx, row)
    events.append(tx, events.CommunityPageOffered(by=viewer.account, at=now, community=id, uri=uri))


def _uri(viewer: Viewer, number: int, urls: Urls) -> str:
    return f"{urls.actor(viewer.username)}#pages/{number}"


def _readable(tx: Tx, viewer: Viewer, id: AccountId) -> KnownRow:
    known = standing.shown(tx, viewer, id)
    own = memberships.one(tx, id, viewer.account) if viewer.account else None
    if known.community.is_closed and (own is None or not own.is_in):
        raise Forbidden("not_a_member")
    return known


def _writable(tx: Tx, viewer: Viewer, id: AccountId) -> KnownRow:
    require_person(viewer)
    known = _readable(tx, viewer, id)
    may_write(tx, known, viewer.account)
    return known


def _found(tx: Tx, id: AccountId, slug: str) -> PageRow:
    row = rows.one(tx, id, slug)
    if row is None:
        raise NotFound("page")
    return row
