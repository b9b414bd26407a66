"""What the host of a community says against what it does not take: the community's own word, to the nodes that have it.

Of an act is told what is so at the host, where that is something else: the node where it was done has done it already.
"""

from typing import Any

from federation import sending
from federation.communities import announcing, audience
from federation.communities.announcing import Matter
from federation.context import CONTEXT
from federation.document import id_of, type_of
from federation.incoming.arrived import Arrived
from federation.render import communities as render
from social.communities.pages import KIND as PAGE
from storage import accounts, communities, community_marks, community_pages, memberships, placements
from storage import posts as post_rows
from storage.accounts import AccountRow
from storage.communities import KnownRow
from storage.community_marks import MarkRow, Subject
from storage.engine.database import Tx
from storage.ids import AccountId, Millis
from storage.memberships import MemberState
from storage.placements import PlacementRow

_LISTS = ("Add", "Remove")


def refuse(tx: Tx, said: Arrived, known: KnownRow, about: str, context: sending.Context, now: Millis) -> None:
    """Tell those who may have it: a post is out, an act is undone. `about`: the id of what it is about."""
    actor = accounts.by_uri(tx, said.activity.actor)
    if actor is None:
        return
    mark = f"{known.account.uri}#refusals/{context.ids.make()}"
    home = sending.inboxes(tx, [actor.id])
    if said.page is not None:
        own = memberships.one(tx, known.account.id, actor.id)
        if own is None or not own.is_in:
            return
        what = {"type": PAGE, "id": said.page.id}
        page = community_pages.by_uri(tx, known.account.id, said.page.page)
        is_late = page is not None and page.version >= said.page.version
        inner = _own_act("Delete", mark, known, what) | {"summary": "page_changed" if is_late else "refused"}
        to = home
    elif said.activity.kind == "Create":
        if not _is_among(tx, known, actor):
            return
        inner = _own_act("Delete", mark, known, about) | {"summary": "refused"}
        to = sending.merged(home, audience.member_nodes(tx, known.account))
        # It stays so: where they took it, it is out, and a change of it brings nothing back here alone.
        community_marks.put(tx, _refused(tx, known, about, now))
    else:
        undone = _as_it_is(tx, said, known, mark)
        if undone is None:
            return
        inner, to = undone, home
    account = known.account
    proved = sending.proved(tx, account, {"@context": CONTEXT, **inner}, now)
    announcing.tell_only(tx, known, Matter(inner=proved, about=about), to, context, now)


def was_refused(tx: Tx, community: AccountId, about: str) -> bool:
    """Whether a community of this node did not take a post that is not here."""
    mark = community_marks.one(tx, community, about, Subject.REMOVED)
    return mark is not None and mark.is_on and mark.by_id == community


def _refused(tx: Tx, known: KnownRow, about: str, now: Millis) -> MarkRow:
    own = known.account.id
    place = communities.next_place(tx, own, now)
    out, why = Subject.REMOVED, "refused"
    return MarkRow(community_id=own, about=about, subject=out, place=place, is_on=True, by_id=own, reason=why)


def _as_it_is(tx: Tx, said: Arrived, known: KnownRow, mark: str) -> dict[str, Any] | None:
    """What an act was to change, as it is; None where that is what the act makes of it."""
    activity = said.activity
    if activity.kind in _LISTS:
        return _on_list(tx, said, known, mark)
    is_undone, fields = activity.kind == "Undo", (activity.object.fields if activity.object is not None else None) or {}
    kind = type_of(fields) if is_undone else activity.kind
    about = id_of(fields.get("object")) if is_undone else said.object_id
    if kind not in ("Delete", "Lock", "Block") or about is None:
        return None
    is_on, reason = _state(tx, known, kind, about)
    if is_on is not is_undone:
        return None
    target = {"target": known.account.uri} if kind == "Block" else {}
    if is_on:
        return _own_act(kind, mark, known, about) | target | {"summary": reason or "refused"}
    return _own_act("Undo", mark, known, _own_act(kind, f"{mark}/undone", known, about) | target)


def _state(tx: Tx, known: KnownRow, kind: str, about: str) -> tuple[bool, str]:
    if kind == "Block":
        whom = accounts.by_uri(tx, about)
        row = memberships.one(tx, known.account.id, whom.id) if whom is not None else None
        return row is not None and row.state is MemberState.BANNED, row.reason if row is not None else ""
    placed = _placed(tx, known, about)
    if placed is None:
        return False, ""
    return (placed.locked, "") if kind == "Lock" else (placed.removed_at is not None, placed.removed_reason)


def _on_list(tx: Tx, said: Arrived, known: KnownRow, mark: str) -> dict[str, Any] | None:
    """What is on top, and under which topic; who moderates is never for others to say."""
    about, target, uri = said.object_id, said.activity.target, known.account.uri
    if about is None or target is None or target.id is None:
        return None
    is_on, placed = said.activity.kind == "Add", _placed(tx, known, about)
    if placed is not None and target.id == render.featured_url(uri) and placed.sticky is is_on:
        return None
    if placed is not None and target.id.startswith(render.topic_uri(uri, "")):
        topic = render.topic_uri(uri, placed.topic) if placed.topic else ""
        if topic == (target.id if is_on else ""):
            return None
        if topic:
            return _own_act("Add", mark, known, about) | {"target": topic}
    return _own_act("Remove" if is_on else "Add", mark, known, about) | {"target": target.id}


def _placed(tx: Tx, known: KnownRow, uri: str) -> PlacementRow | None:
    post = post_rows.by_uri(tx, uri)
    placed = placements.one(tx, post.id) if post is not None else None
    return placed if placed is not None and placed.community_id == known.account.id else None


def _own_act(kind: str, id: str, known: KnownRow, object: object) -> dict[str, Any]:
    account = known.account
    made = render.act(kind, id, account.uri, object, account, is_closed=known.community.is_closed)
    del made["@context"]
    return made


def _is_among(tx: Tx, known: KnownRow, actor: AccountRow) -> bool:
    """Whether others may have taken the post from its author's node: it is listed, or was until they were put out."""
    if memberships.one(tx, known.account.id, actor.id) is not None:
        return True
    return actor.domain in {target.host for target in audience.member_nodes(tx, known.account)}
