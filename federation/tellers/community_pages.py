"""Pages of communities, told: by their host to the member nodes of our kind, as their authors signed them; and what
somebody here wrote to the host that is to take it.
"""

from typing import Any

import msgspec

from federation.communities.announcing import Matter, announce
from federation.communities.audience import directly, trust
from federation.render import communities as render
from federation.sending import Context, proved, send
from social import events
from social.communities.pages import KIND
from storage import accounts, communities, community_log, community_page_edits
from storage import community_pages as rows
from storage.accounts import AccountRow
from storage.communities import KnownRow
from storage.community_pages import PageRow, PageVersionRow
from storage.engine.database import Tx
from storage.ids import Millis


def written(tx: Tx, event: events.CommunityPageWritten, context: Context, now: Millis) -> None:
    """A page of a community of here is at that version."""
    known, page = communities.known(tx, event.community), rows.one(tx, event.community, event.slug)
    if known is None or page is None or not known.account.is_local:
        return
    inner = _create(tx, known, page, event.version, now)
    if inner is not None:
        announce(tx, known, Matter(inner=inner, about=page.uri, is_page=True), context, now)


def offered(tx: Tx, event: events.CommunityPageOffered, context: Context, now: Millis) -> None:
    """Somebody here wrote on a page that is kept elsewhere."""
    known, edit = communities.known(tx, event.community), community_page_edits.by_uri(tx, event.uri)
    author = accounts.by_id(tx, event.by)
    if known is None or edit is None or author is None:
        return
    version = PageVersionRow(
        page_id=rows.PageId(0),
        version=edit.version,
        title=edit.title,
        source=edit.source,
        html="",
        author_id=author.id,
        at=edit.created_at,
        uri=edit.uri,
    )
    create = proved(tx, author, _rendered(version, edit.page_uri, author, known), now)
    send(tx, author, create, directly(tx, known.account, trust(context.settings, now))[:1], context, now)


def dropped(tx: Tx, event: events.CommunityPageDropped, context: Context, now: Millis) -> None:
    """A moderator here took a page away, or asks its host to."""
    known, actor = communities.known(tx, event.community), accounts.by_id(tx, event.by)
    if known is None or actor is None or not actor.is_local:
        return
    id = f"{actor.uri}#{render.mark('Delete', event.uri, event.at)}"
    what = {"type": KIND, "id": event.uri}
    act = render.act("Delete", id, actor.uri, what, known.account, is_closed=known.community.is_closed)
    act = proved(tx, actor, act, now)
    if known.account.is_local:
        community_log.forget(tx, known.account.id, event.uri)
        announce(tx, known, Matter(inner=act, about=event.uri, is_page=True), context, now)
    else:
        send(tx, actor, act, directly(tx, known.account, trust(context.settings, now))[:1], context, now)


def _create(tx: Tx, known: KnownRow, page: PageRow, number: int, now: Millis) -> dict[str, Any] | None:
    """The Create of a version as it was told first; of somebody here it is made now. None if neither can be."""
    carried = rows.carried(tx, page.id, number)
    if carried is None:
        return None
    if carried.body:
        fields: dict[str, Any] = msgspec.json.decode(carried.body)
        return fields
    author, version = accounts.by_id(tx, carried.author_id), rows.version_by_uri(tx, known.account.id, carried.uri)
    if author is None or version is None or not author.is_local:
        return None
    made = proved(tx, author, _rendered(version, page.uri, author, known), now)
    rows.carry(tx, known.account.id, carried.uri, msgspec.json.encode(made).decode())
    return made


def _rendered(version: PageVersionRow, page: str, author: AccountRow, known: KnownRow) -> dict[str, Any]:
    said = render.page(version, page, author.uri, known.account.uri)
    return render.act(
        "Create", f"{version.uri}/activity", author.uri, said, known.account, is_closed=known.community.is_closed
    )
