"""What comes to a community of this node: applied like anything else, and then passed on to its members, as it came.

What is refused there may be on other nodes already, which had it directly from its author: they are told so.
"""

from typing import Any

import msgspec

from federation import sending
from federation.communities import announcing, audience
from federation.communities.announcing import Matter
from federation.communities.named import named_community
from federation.communities.said import PageVersion
from federation.context import CONTEXT
from federation.document import decode
from federation.incoming.arrived import Arrived, Context, Disagreement, Outcome
from federation.incoming.community_pages import community_of, is_about
from federation.render import communities as render
from social.communities.pages import KIND as PAGE
from social.trust.canonical import NotCanonical
from storage import accounts, communities, community_log, community_pages, memberships, placements
from storage import posts as post_rows
from storage.accounts import AccountRow
from storage.communities import KnownRow
from storage.engine.database import Tx
from storage.ids import Millis
from storage.inbox import InboxRow

_POSTS = ("Create", "Update")
_ACTS = ("Delete", "Lock", "Like", "Dislike", "EmojiReact", "PollVote")
_LISTS = ("Add", "Remove")
_OF_COMMUNITY = ("/collections/featured", "/featured", "/pinned", "/moderators")
"""Where the two lists of a community are, here and on forums (`/pinned`: Mbin)."""


class Task(msgspec.Struct, frozen=True, kw_only=True):
    """A community of this node that an activity is for, and the id of what it is about."""

    known: KnownRow
    about: str
    is_page: bool = False


def task_of(tx: Tx, said: Arrived) -> Task | None:
    """Which community of this node has to do with an activity: asked before that is applied."""
    kind = said.activity.kind
    if said.page is not None:
        return _of_page(tx, said.page)
    if kind in _POSTS:
        return None if said.post is None else _of_post(tx, said)
    if kind == "Undo":
        undone = said.activity.object
        fields = (undone.fields if undone is not None else None) or {}
        return _of_object(tx, fields.get("object")) or _of_target(tx, fields.get("target"))
    if is_about(said.activity):
        return _of_dropped(tx, said)
    if kind in _ACTS:
        return _of_object(tx, said.object_id)
    if kind in _LISTS or kind == "Block":
        return _of_target(tx, said.activity.target.id if said.activity.target else None)
    return None


def done(tx: Tx, row: InboxRow, said: Arrived, task: Task, outcome: Outcome, context: Context, now: Millis) -> None:
    """Pass on what was applied; of what was refused tell those who may have it."""
    out = sending.Context(context.ids, context.urls, context.settings)
    if outcome is Outcome.APPLIED:
        _pass_on(tx, row, said, task, out, now)
    elif outcome is Outcome.REFUSED:
        _refuse(tx, said, task, out, now)


def _pass_on(tx: Tx, row: InboxRow, said: Arrived, task: Task, context: sending.Context, now: Millis) -> None:
    fields = decode(row.body.encode())
    if not isinstance(fields.get("id"), str):
        return
    post = post_rows.by_uri(tx, task.about)
    placed = None if post is None else placements.one(tx, post.id)
    is_new = said.activity.kind == "Create" and placed is not None
    if said.page is not None:
        community_pages.carry(tx, task.known.account.id, said.page.id, row.body)
    if said.activity.kind == "Delete" and post is None:
        # Its author took it back: nothing of it stays in the log.
        community_log.forget(tx, task.known.account.id, task.about)
    matter = Matter(
        inner=fields,
        about=task.about,
        thread=task.about if is_new and placed is not None and placed.is_root else "",
        place=placed.place if is_new and placed is not None else None,
        is_first=placements.is_first(tx, placed.post_id) if is_new and placed is not None else None,
        is_page=task.is_page,
    )
    try:
        announcing.announce(tx, task.known, matter, context, now)
    except NotCanonical as cause:
        # A number that programs read differently: nobody could prove what it said, and to try again would not help.
        raise Disagreement(f"what cannot be passed on: {cause}") from cause


def _refuse(tx: Tx, said: Arrived, task: Task, context: sending.Context, now: Millis) -> None:
    """The community's own word against what its member nodes may have taken: a post out, an act undone."""
    actor = accounts.by_uri(tx, said.activity.actor)
    if actor is None:
        return
    known = task.known
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
        inner = _own_act("Delete", mark, known, task.about) | {"summary": "refused"}
        to = sending.merged(home, audience.member_nodes(tx, known.account))
    else:
        undone = _opposite(said, known, mark)
        if undone is None:
            return
        inner, to = undone, home
    account = known.account
    proved = sending.proved(tx, account, {"@context": CONTEXT, **inner}, now)
    announcing.tell_only(tx, known, Matter(inner=proved, about=task.about), to, context, now)


def _opposite(said: Arrived, known: KnownRow, mark: str) -> dict[str, Any] | None:
    """What takes back an act of somebody who may not do it, on the node where it was done."""
    kind, target = said.activity.kind, said.activity.target
    about = said.object_id
    if about is None:
        return None
    if kind in ("Delete", "Lock"):
        return _own_act("Undo", mark, known, _own_act(kind, f"{mark}/undone", known, about))
    if kind in _LISTS and target is not None:
        other = "Remove" if kind == "Add" else "Add"
        return _own_act(other, mark, known, about) | {"target": target.id}
    if kind == "Block":
        undone = _own_act(kind, f"{mark}/undone", known, about) | {"target": known.account.uri}
        return _own_act("Undo", mark, known, undone)
    return None


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


def _of_post(tx: Tx, said: Arrived) -> Task | None:
    post = said.post
    if post is None:
        return None
    here = post_rows.by_uri(tx, post.id)
    if here is not None:
        known = None if here.community_id is None else communities.known(tx, here.community_id)
    else:
        known = named_community(tx, post)
    return Task(known=known, about=post.id) if known is not None and known.account.is_local else None


def _of_page(tx: Tx, page: PageVersion) -> Task | None:
    account = accounts.by_uri(tx, page.community)
    known = communities.known(tx, account.id) if account is not None and account.is_local else None
    return Task(known=known, about=page.page, is_page=True) if known is not None else None


def _of_dropped(tx: Tx, said: Arrived) -> Task | None:
    known, uri = community_of(tx, said.activity), said.object_id
    if known is None or not known.account.is_local or uri is None:
        return None
    page = community_pages.by_uri(tx, known.account.id, uri)
    return Task(known=known, about=uri, is_page=True) if page is not None else None


def _of_object(tx: Tx, about: Any) -> Task | None:
    uri = about.get("id") if isinstance(about, dict) else about
    post = post_rows.by_uri(tx, uri) if isinstance(uri, str) else None
    if post is None or post.community_id is None:
        return None
    known = communities.known(tx, post.community_id)
    return Task(known=known, about=post.uri) if known is not None and known.account.is_local else None


def _of_target(tx: Tx, target: Any) -> Task | None:
    """The community whose list of moderators or of what stands on top it is, or that itself."""
    known = community_of_target(tx, target)
    if known is None or not known.account.is_local:
        return None
    return Task(known=known, about=known.account.uri)


def community_of_target(tx: Tx, target: Any) -> KnownRow | None:
    """The community that a target names by itself or by one of its lists."""
    uri = target.get("id") if isinstance(target, dict) else target
    if not isinstance(uri, str):
        return None
    account = accounts.by_uri(tx, uri)
    if account is None and uri.count("/") > 3:
        uri = uri.partition(render.topic_uri("", ""))[0]
        bare = next((uri.removesuffix(end) for end in _OF_COMMUNITY if uri.endswith(end)), uri)
        account = accounts.by_uri(tx, bare)
    return None if account is None else communities.known(tx, account.id)
