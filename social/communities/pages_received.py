"""Pages as other nodes bring them: what a member of elsewhere wrote in a community of here, and what a host has taken.

`federation` has verified who wrote each version and, of communities of other nodes, that their host announced it.
Versions come in any order, twice, or late: the highest is the page, each stands once in the history.
"""

import msgspec

from social import events
from social.communities import pages
from social.errors import Conflict, Gone, Invalid, raise_all
from social.people import names
from social.text import clean_text
from social.urls import Urls
from storage import accounts, communities, community_page_edits, tombstones
from storage import community_pages as rows
from storage.accounts import AccountRow
from storage.communities import KnownRow
from storage.community_pages import PageId, PageRow
from storage.engine.database import Tx
from storage.ids import AccountId, IdMaker, Millis


class SaidPage(msgspec.Struct, frozen=True, kw_only=True):
    """One version, in its author's words. `uri` is its id, `page` that of the first one; `body` the whole Create."""

    uri: str
    page: str
    version: int
    title: str
    source: str
    at: Millis
    body: str = ""


def ordered(
    tx: Tx, known: KnownRow, author: AccountRow, said: SaidPage, *, ids: IdMaker, urls: Urls, now: Millis
) -> bool:
    """A community of this node takes what a member of elsewhere wrote; False if it did.

    Raises Forbidden, Invalid, Gone, Conflict when somebody was faster.
    """
    pages.may_write(tx, known, author.id)
    raise_all(pages.problems(names.tidy(said.title), said.source))
    if rows.version_by_uri(tx, known.account.id, said.uri) is not None:
        return False
    _require_unburied(tx, known, said)
    page = rows.by_uri(tx, known.account.id, said.page)
    if said.version != (page.version if page is not None else 0) + 1:
        raise Conflict("page_changed")
    slug = pages.slug_of(names.tidy(said.title))
    if page is None and (said.page != said.uri or not slug or rows.one(tx, known.account.id, slug) is not None):
        raise Conflict("page_there")
    if not _put(tx, known, author, said, page, ids, urls, now):
        raise Conflict("page_changed")
    written = slug if page is None else page.slug
    _say(tx, known, author, written, said, author.domain, now)
    return True


def told(tx: Tx, known: KnownRow, author: AccountRow, said: SaidPage, *, ids: IdMaker, urls: Urls, now: Millis) -> bool:
    """A community of another node has taken a version; False if that was known.

    Raises Invalid, Gone for one that was taken away.
    """
    edit = community_page_edits.by_uri(tx, said.uri)
    if edit is not None:
        community_page_edits.drop(tx, edit.id)
    page = rows.by_uri(tx, known.account.id, said.page) or _carried_over(tx, known, said.page)
    into = known.community.merged_into
    if page is None and into is not None and rows.by_uri(tx, into, said.page) is not None:
        # It went along: what is new of it the other one says.
        return False
    if rows.version_by_uri(tx, known.account.id, said.uri) is not None:
        return False
    raise_all(pages.problems(names.tidy(said.title), said.source))
    _require_unburied(tx, known, said)
    if not _put(tx, known, author, said, page, ids, urls, now):
        return False
    kept = rows.by_uri(tx, known.account.id, said.page)
    _say(tx, known, author, kept.slug if kept is not None else "", said, known.account.domain or author.domain, now)
    return True


def refused(tx: Tx, known: KnownRow, uri: str, why: str, *, now: Millis) -> bool:
    """The host did not take what somebody here wrote; False if nothing of that id waits."""
    edit = community_page_edits.by_uri(tx, uri)
    if edit is None or edit.community_id != known.account.id or not community_page_edits.refuse(tx, edit.id, why):
        return False
    event = events.CommunityPageRefused(
        by=known.account.id, host=known.account.domain, at=now, community=known.account.id, of=edit.account_id, uri=uri
    )
    events.append(tx, event)
    return True


def dropped(tx: Tx, known: KnownRow, by: AccountId, uri: str, *, host: str, now: Millis) -> bool:
    """A moderator took a page away; False if there is none. It stays away if it comes later."""
    page = rows.by_uri(tx, known.account.id, uri)
    if page is None and known.account.is_local:
        return False
    pages.forget(tx, known.account, page.id if page is not None else None, uri, now)
    events.append(tx, events.CommunityPageDropped(by=by, host=host, at=now, community=known.account.id, uri=uri))
    return page is not None


def carry_all(tx: Tx, former: AccountId, into: AccountId, *, tell: bool, now: Millis) -> None:
    """The pages of a community are those of the one that it became part of. `tell`: that one is kept here, and says so
    to its members: each page as it is."""
    for page in rows.of(tx, former):
        known = rows.by_uri(tx, into, page.uri)
        if known is not None:
            rows.absorb(tx, page, known)
        else:
            rows.hand_over(tx, page.id, into, _free_slug(tx, into, page.slug))
        carried = rows.by_uri(tx, into, page.uri)
        if tell and carried is not None:
            told = events.CommunityPageWritten(
                by=carried.author_id, at=now, community=into, slug=carried.slug, version=carried.version
            )
            events.append(tx, told)


def is_of(tx: Tx, known: KnownRow, community: str) -> bool:
    """Whether a page that names `community` may be one of this one: it is its own id, or that of one that it goes on.

    Anybody may say that they were called otherwise. What communities of here became is known here; of those of other
    nodes it is believed, for a page that stands here under the other one is not taken from it (`told`).
    """
    if community == known.account.uri:
        return True
    if community not in known.account.aliases.split():
        return False
    former = accounts.by_uri(tx, community)
    return former is None or not former.is_local or _goes_on_as(tx, former, known)


def _carried_over(tx: Tx, known: KnownRow, uri: str) -> PageRow | None:
    """The page of a community that this one took in: by the word of the node of both, or since that one moved here."""
    for name in known.account.aliases.split():
        former = accounts.by_uri(tx, name)
        page = rows.by_uri(tx, former.id, uri) if former is not None else None
        if former is None or page is None:
            continue
        if former.domain == known.account.domain or _goes_on_as(tx, former, known):
            rows.hand_over(tx, page.id, known.account.id, _free_slug(tx, known.account.id, page.slug))
            return rows.by_uri(tx, known.account.id, uri)
    return None


def _goes_on_as(tx: Tx, former: AccountRow, known: KnownRow) -> bool:
    row = communities.by_id(tx, former.id)
    return row is not None and row.merged_into == known.account.id


def _put(
    tx: Tx,
    known: KnownRow,
    author: AccountRow,
    said: SaidPage,
    page: PageRow | None,
    ids: IdMaker,
    urls: Urls,
    now: Millis,
) -> bool:
    title, html = names.tidy(said.title), pages.rendered(said.source, urls)
    row = PageRow(
        id=page.id if page is not None else PageId(ids.make()),
        community_id=known.account.id,
        slug="",
        title=title,
        source=clean_text(said.source),
        html=html,
        version=said.version,
        author_id=author.id,
        updated_at=Millis(min(said.at, now)),
        uri=said.page,
    )
    if page is None:
        if len(rows.of(tx, known.account.id)) >= pages.MOST:
            raise Invalid("title", "too_many", maximum=pages.MOST)
        slug = _free_slug(tx, known.account.id, pages.slug_of(title) or "page")
        is_kept = rows.insert(tx, msgspec.structs.replace(row, slug=slug), said.uri)
    elif said.version > page.version:
        is_kept = rows.rewrite(tx, row, page.version, said.uri)
    else:
        is_kept = rows.keep(tx, rows.version_of(row, said.uri))
    if is_kept and said.body:
        rows.carry(tx, known.account.id, said.uri, said.body)
    return is_kept


def _free_slug(tx: Tx, community: AccountId, wanted: str) -> str:
    taken = {page.slug for page in rows.of(tx, community)}
    return next(slug for number in range(1, len(taken) + 2) if (slug := _numbered(wanted, number)) not in taken)


def _numbered(slug: str, number: int) -> str:
    return slug if number == 1 else f"{slug}-{number}"


def _require_unburied(tx: Tx, known: KnownRow, said: SaidPage) -> None:
    for community in (known.account.uri, *known.account.aliases.split()):
        if tombstones.is_kind(tx, pages.tomb(community, said.page), pages.KIND, community):
            raise Gone("page")


def _say(tx: Tx, known: KnownRow, author: AccountRow, slug: str, said: SaidPage, host: str, now: Millis) -> None:
    event = events.CommunityPageWritten(
        by=author.id, host=host, at=now, community=known.account.id, slug=slug, version=said.version
    )
    events.append(tx, event)
