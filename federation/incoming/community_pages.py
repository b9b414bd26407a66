"""Pages of communities: what members of elsewhere write on them, and what a host says that it has taken.

A version comes to the host as a Create by its author, and to everybody else announced by the community, with that
Create in it. Past the community it changes nothing, not even for its author's friends.
"""

import msgspec

from federation.communities.named import has_members_here
from federation.communities.said import PageVersion
from federation.incoming.arrived import Arrived, Context, Disagreement, Outcome
from federation.names import same_origin
from federation.vocabulary import Activity
from social.communities import pages, pages_received, received
from social.communities.pages_received import SaidPage
from social.errors import Conflict
from social.sanitise import plain
from storage import accounts, communities, community_page_edits
from storage import community_pages as rows
from storage.accounts import AccountRow
from storage.communities import KnownRow
from storage.engine.database import Tx
from storage.ids import Millis

_REASON = 100


def create(tx: Tx, actor: AccountRow, arrived: Arrived, context: Context, now: Millis) -> Outcome:
    """A member of elsewhere wrote on a page of a community of here."""
    page = arrived.page
    if page is None:
        raise Disagreement("a page without its words")
    account = accounts.by_uri(tx, page.community)
    known = communities.known(tx, account.id) if account is not None else None
    if known is None or not known.account.is_local:
        return Outcome.UNSUPPORTED
    try:
        is_new = pages_received.ordered(tx, known, actor, _said(page, now), ids=context.ids, urls=context.urls, now=now)
    except Conflict:
        # Somebody was faster: its author is told, and to try again would not help.
        return Outcome.REFUSED
    return Outcome.APPLIED if is_new else Outcome.ALREADY


def announced(tx: Tx, known: KnownRow, arrived: Arrived, context: Context, now: Millis) -> Outcome:
    """A community of another node has taken a version. Of somebody here the words count that were written here."""
    brought = arrived.wrapped
    page = brought.page if brought is not None else None
    if brought is None or page is None or arrived.activity.object is None:
        raise Disagreement("a community brings a page without its words")
    if not pages_received.is_of(tx, known, page.community):
        raise Disagreement("a community brings a page of another one")
    if not has_members_here(tx, known, context.node):
        return Outcome.UNRELATED
    author = accounts.by_uri(tx, page.author)
    if author is None or author.suspended_at is not None:
        return Outcome.UNRELATED
    said = _said(page, now)
    if author.is_local:
        edit = community_page_edits.by_uri(tx, page.id)
        if edit is None:
            return (
                Outcome.ALREADY if rows.version_by_uri(tx, known.account.id, page.id) is not None else Outcome.REFUSED
            )
        said = msgspec.structs.replace(
            said, title=edit.title, source=edit.source, page=edit.page_uri, version=edit.version
        )
    elif not arrived.is_believed:
        raise Disagreement("a community brings a page that its author did not write")
    body = msgspec.json.encode(arrived.activity.object.fields).decode()
    said = msgspec.structs.replace(said, body=body)
    is_new = pages_received.told(tx, known, author, said, ids=context.ids, urls=context.urls, now=now)
    return Outcome.APPLIED if is_new else Outcome.ALREADY


def is_about(activity: Activity) -> bool:
    """Whether a Delete is about a page: it says so, for the page may be unknown here."""
    return activity.kind == "Delete" and activity.object is not None and activity.object.kind == pages.KIND


def community_of(tx: Tx, activity: Activity) -> KnownRow | None:
    """The community whose page somebody takes away."""
    for uri in activity.audience[:1]:
        account = accounts.by_uri(tx, uri)
        return communities.known(tx, account.id) if account is not None else None
    return None


def dropped(tx: Tx, known: KnownRow, actor: AccountRow, activity: Activity, now: Millis) -> Outcome:
    """A moderator took a page away; or the community does not take what somebody here wrote."""
    uri = (activity.object.id if activity.object is not None else None) or ""
    if not uri:
        return Outcome.UNRELATED
    why = plain(activity.summary or "")[:_REASON]
    is_own = same_origin(activity.actor, known.account.uri) and not known.account.is_local
    if is_own and pages_received.refused(tx, known, uri, why or "refused", now=now):
        return Outcome.APPLIED
    host = received.host_of(known, actor)
    is_new = pages_received.dropped(tx, known, actor.id, uri, host=host, now=now)
    return Outcome.APPLIED if is_new else Outcome.ALREADY


def _said(page: PageVersion, now: Millis) -> SaidPage:
    return SaidPage(
        uri=page.id,
        page=page.page,
        version=page.version,
        title=page.title,
        source=page.source,
        at=Millis(min(page.published or now, now)),
    )
