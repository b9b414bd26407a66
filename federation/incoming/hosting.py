"""What comes to a community of this node: applied like anything else, and then passed on to its members, as it came.

What is refused there may be on other nodes already, which had it directly from its author: they are told so
(`refusing.py`).
"""

from collections.abc import Sequence
from typing import Any

import msgspec

from federation import sending
from federation.communities import announcing
from federation.communities.announcing import Matter
from federation.communities.named import named_community
from federation.communities.said import PageVersion
from federation.document import decode, id_of, ids_of, type_of
from federation.incoming import refusing
from federation.incoming.arrived import Arrived, Context, Disagreement, Outcome
from federation.incoming.community_pages import community_of, is_about
from federation.render import communities as render
from social.trust.canonical import NotCanonical
from storage import accounts, communities, community_log, community_pages, placements
from storage import posts as post_rows
from storage.communities import KnownRow
from storage.deliveries import InboxTarget
from storage.engine.database import Tx
from storage.ids import Millis
from storage.inbox import InboxRow

_POSTS = ("Create", "Update")
_ACTS = ("Delete", "Lock", "Like", "Dislike", "EmojiReact", "PollVote")
_ON_POSTS = ("Delete", "Lock")
_LISTS = ("Add", "Remove")
_OF_COMMUNITY = ("/collections/featured", "/featured", "/pinned", "/moderators")
"""Where the two lists of a community are, here and on forums (`/pinned`: Mbin)."""


class Task(msgspec.Struct, frozen=True, kw_only=True):
    """A community of this node that an activity is for, and the id of what it is about."""

    known: KnownRow
    about: str
    is_page: bool = False
    is_early: bool = False
    """It is about a post that has not come."""


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
        known = _of_object(tx, fields.get("object")) or _of_target(tx, fields.get("target"))
        return known or _of_early(tx, type_of(fields), id_of(fields.get("object")), ids_of(fields.get("audience")))
    if is_about(said.activity):
        return _of_dropped(tx, said)
    if kind in _ACTS:
        early = _of_early(tx, kind, said.object_id, said.activity.audience)
        return _of_object(tx, said.object_id) or early
    if kind in _LISTS or kind == "Block":
        return _of_target(tx, said.activity.target.id if said.activity.target else None)
    return None


def done(tx: Tx, row: InboxRow, said: Arrived, task: Task, outcome: Outcome, context: Context, now: Millis) -> None:
    """Pass on what was applied; of what was refused tell those who may have it."""
    out = sending.Context(context.ids, context.urls, context.settings)
    if outcome is Outcome.APPLIED:
        _pass_on(tx, row, said, task, out, now)
    elif outcome is Outcome.REFUSED:
        refusing.refuse(tx, said, task.known, task.about, out, now)


def _pass_on(tx: Tx, row: InboxRow, said: Arrived, task: Task, context: sending.Context, now: Millis) -> None:
    fields = decode(row.body.encode())
    if not isinstance(fields.get("id"), str):
        return
    post = post_rows.by_uri(tx, task.about)
    placed = None if post is None else placements.one(tx, post.id)
    if said.activity.kind == "Create" and post is not None and placed is None:
        return
    is_new = said.activity.kind == "Create" and placed is not None
    if said.page is not None:
        community_pages.carry(tx, task.known.account.id, said.page.id, row.body)
    if said.activity.kind == "Delete" and post is None and not task.is_early:
        # Its author took it back: nothing of it stays in the log.
        community_log.forget(tx, task.known.account.id, task.about)
    matter = Matter(
        inner=fields,
        about=task.about,
        thread=task.about if is_new and placed is not None and placed.is_root else "",
        place=placed.place if is_new and placed is not None else None,
        is_first=placements.is_first(tx, placed.post_id) if is_new and placed is not None else None,
        by_guest=is_new and placed is not None and placed.by_guest,
        is_page=task.is_page,
        is_out=is_new and placed is not None and placed.removed_at is not None,
        also=_shut_out(tx, said),
    )
    try:
        announcing.announce(tx, task.known, matter, context, now)
    except NotCanonical as cause:
        # A number that programs read differently: nobody could prove what it said, and to try again would not help.
        raise Disagreement(f"what cannot be passed on: {cause}") from cause


def _shut_out(tx: Tx, said: Arrived) -> tuple[InboxTarget, ...]:
    """The node of whom a moderator shut out, or let return: nobody else may be left there."""
    about = said.activity.object
    uri = said.object_id if said.activity.kind == "Block" else None
    if said.kind == "Undo/Block" and about is not None:
        uri = id_of((about.fields or {}).get("object"))
    whom = accounts.by_uri(tx, uri) if uri is not None else None
    return tuple(sending.inboxes(tx, [whom.id])) if whom is not None and not whom.is_local else ()


def _of_post(tx: Tx, said: Arrived) -> Task | None:
    post = said.post
    if post is None:
        return None
    here = post_rows.by_uri(tx, post.id)
    # What was only found here is in none until it comes itself.
    is_found = here is not None and here.community_id is None and said.activity.kind == "Create"
    if here is None or is_found:
        known = named_community(tx, post)
    else:
        known = None if here.community_id is None else communities.known(tx, here.community_id)
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


def _of_early(tx: Tx, kind: str | None, about: str | None, audience: Sequence[str]) -> Task | None:
    """The community that an act of a moderator names, where its post has not come yet."""
    account = accounts.by_uri(tx, audience[0]) if audience and kind in _ON_POSTS else None
    known = communities.known(tx, account.id) if account is not None and account.is_local else None
    if known is None or about is None or post_rows.by_uri(tx, about) is not None:
        return None
    return Task(known=known, about=about, is_early=True)


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
