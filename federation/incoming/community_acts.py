"""What moderators do in a community: take out, put back, lock, put on top, name moderators, shut out (FEP-1b12).

To the host it comes from the moderator's node, and counts by what the moderator is at that moment. Everywhere else it
comes announced by the community, and counts if whoever did it is one of its moderators as they are known here, or the
community itself or somebody of its host. What comes past the community changes nothing.
"""

from collections.abc import Callable
from urllib.parse import unquote

from federation.communities.audience import Reading, reading_of
from federation.document import BadDocument
from federation.incoming import community_moves, community_pages, posts, recognition, relations
from federation.incoming.arrived import Arrived, Context, Disagreement, Outcome
from federation.incoming.hosting import community_of_target
from federation.incoming.moderators import LATE, might
from federation.names import same_origin
from federation.read.activities import read_activity
from federation.render.communities import moderators_url, topic_uri
from federation.vocabulary import Activity
from social.communities import moderation, received, standing, topics
from social.sanitise import plain
from storage import accounts, communities, community_marks, inbox, peers, placements
from storage import posts as post_rows
from storage.accounts import AccountRow
from storage.communities import KnownRow
from storage.community_marks import MarkRow, Subject
from storage.engine.database import Tx
from storage.ids import AccountId, Millis
from storage.placements import PlacementRow

_ON_POSTS = ("Delete", "Lock")
_SUBJECTS = {"Delete": Subject.REMOVED, "Lock": Subject.LOCKED, "Block": Subject.BANNED}
_REASON = 500
MOST = 500
"""Posts of somebody shut out that go with them, where that is asked for."""


def delete(tx: Tx, actor: AccountRow, arrived: Arrived, context: Context, now: Millis) -> Outcome:
    """A post taken out of a community by its moderator, or anything that its owner deletes."""
    if not is_act(tx, arrived, context) and not _is_early_here(tx, actor, arrived, context):
        return posts.delete(tx, actor, arrived, context, now)
    return _direct(tx, actor, arrived, context, now)


def lock(tx: Tx, actor: AccountRow, arrived: Arrived, context: Context, now: Millis) -> Outcome:
    """A thread takes no answers any more."""
    is_ours = is_act(tx, arrived, context) or _is_early_here(tx, actor, arrived, context)
    return _direct(tx, actor, arrived, context, now) if is_ours else Outcome.UNRELATED


def add(tx: Tx, actor: AccountRow, arrived: Arrived, context: Context, now: Millis) -> Outcome:
    """Something is put on top of a community or of a page, or somebody is named a moderator."""
    if not is_act(tx, arrived, context):
        return recognition.add(tx, actor, arrived, context, now)
    return _direct(tx, actor, arrived, context, now)


def remove(tx: Tx, actor: AccountRow, arrived: Arrived, context: Context, now: Millis) -> Outcome:
    """And no longer; or a thread is taken out of a community of elsewhere."""
    if not is_act(tx, arrived, context):
        if community_moves.is_of_community(tx, arrived):
            return community_moves.remove(tx, actor, arrived)
        return recognition.remove(tx, actor, arrived, context, now)
    return _direct(tx, actor, arrived, context, now)


def block(tx: Tx, actor: AccountRow, arrived: Arrived, context: Context, now: Millis) -> Outcome:
    """Somebody is shut out of a community, or blocked by a person."""
    if not is_act(tx, arrived, context):
        return relations.block(tx, actor, arrived, context, now)
    return _direct(tx, actor, arrived, context, now)


def undo(tx: Tx, actor: AccountRow, arrived: Arrived, context: Context, now: Millis) -> Outcome:
    """An act of a moderator is taken back."""
    is_ours = is_act(tx, arrived, context) or _is_early_here(tx, actor, arrived, context)
    return _direct(tx, actor, arrived, context, now) if is_ours else Outcome.UNSUPPORTED


def undo_block(tx: Tx, actor: AccountRow, arrived: Arrived, context: Context, now: Millis) -> Outcome:
    """Somebody is let into a community again, or a person's block is lifted."""
    if not is_act(tx, arrived, context):
        return relations.undo_block(tx, actor, arrived, context, now)
    return _direct(tx, actor, arrived, context, now)


def is_act(tx: Tx, said: Arrived, context: Context) -> bool:
    """Whether somebody does this as a moderator, by what it is about."""
    activity = _meant(said, context)
    return activity is not None and _is_act(tx, activity, is_undone=said.activity.kind == "Undo")


def is_early(tx: Tx, said: Arrived, context: Context) -> bool:
    """Whether a moderator did this to a post that has not come here yet: moderators give a reason, authors none."""
    activity = _meant(said, context)
    if activity is None or activity.kind not in _ON_POSTS or post_rows.by_uri(tx, _about(activity)) is not None:
        return False
    return activity.kind == "Lock" or said.activity.kind == "Undo" or bool(activity.summary)


def _is_early_here(tx: Tx, actor: AccountRow, said: Arrived, context: Context) -> bool:
    """The same, said to the host itself: the node of the post's author may be cut off from it, and not from theirs."""
    known, activity = _community(tx, said, context), _meant(said, context)
    if known is None or activity is None or not known.account.is_local or not is_early(tx, said, context):
        return False
    return not same_origin(_about(activity), actor.uri) or standing.may_moderate(tx, known.account.id, actor.id)


def announced(tx: Tx, known: KnownRow, said: Arrived, place: Millis | None, context: Context, now: Millis) -> Outcome:
    """An act that the community of another node announces, at a place of its order; None for what it takes back.

    What was done here counts by that order too: it comes back, maybe after what others did later.
    """
    by, activity = said.activity.actor, _meant(said, context)
    if activity is not None and activity.kind not in _ON_POSTS:
        named = _community_named(tx, activity)
        if named is None or named.account.id != known.account.id:
            raise Disagreement("a community announces what was done in another one")
    if not might(tx, known, by, now if place is None else place, now):
        return Outcome.REFUSED
    actor = accounts.by_uri(tx, by) or known.account
    if not _is_last(tx, known, actor, said, place, context):
        return Outcome.ALREADY
    return _done(tx, known, actor, said, context, now)


def _is_last(tx: Tx, known: KnownRow, actor: AccountRow, said: Arrived, place: Millis | None, context: Context) -> bool:
    """Whether nothing that is known here was done later with the same post or account."""
    activity = _meant(said, context)
    if activity is None:
        raise Disagreement("an Undo of nothing")
    is_on = (activity.kind != "Remove") is not (said.activity.kind == "Undo")
    mark = MarkRow(
        community_id=known.account.id,
        about=_about(activity),
        subject=_subject(known, activity),
        place=Millis(0) if place is None else place,
        is_on=is_on,
        by_id=actor.id,
        # Of a ban that is lifted too: its words may still be on their way as a letter.
        reason=_topic(known, activity) or _reason(activity),
    )
    if place is not None:
        return community_marks.put(tx, mark)
    # The community takes something back on the node that did it: what it has done itself stays.
    last = community_marks.one(tx, mark.community_id, mark.about, mark.subject)
    if last is None and post_rows.by_uri(tx, mark.about) is None:
        # It may be on its way from its author's node, who was not heard at the host.
        community_marks.put(tx, mark)
    return last is None or last.is_on is is_on


def _subject(known: KnownRow, activity: Activity) -> Subject:
    if activity.kind in ("Add", "Remove"):
        target = activity.target.id if activity.target is not None else None
        if _topic(known, activity) is not None:
            return Subject.TOPIC
        return Subject.MODERATOR if _is_moderators(known, target) else Subject.STICKY
    return _SUBJECTS[activity.kind]


def _direct(tx: Tx, actor: AccountRow, said: Arrived, context: Context, now: Millis) -> Outcome:
    known = _community(tx, said, context)
    if known is None or not known.account.is_local:
        return Outcome.UNSUPPORTED
    if not standing.may_moderate(tx, known.account.id, actor.id):
        return Outcome.REFUSED
    return _done(tx, known, actor, said, context, now)


def _done(tx: Tx, known: KnownRow, actor: AccountRow, said: Arrived, context: Context, now: Millis) -> Outcome:
    activity, is_undone = _meant(said, context), said.activity.kind == "Undo"
    if activity is None:
        raise Disagreement("an Undo of nothing")
    return _VERBS[activity.kind](tx, known, actor, activity, said.activity, is_undone, now)


def _taken_out(
    tx: Tx, known: KnownRow, actor: AccountRow, activity: Activity, outer: Activity, is_undone: bool, now: Millis
) -> Outcome:
    if community_pages.is_about(activity):
        return Outcome.UNSUPPORTED if is_undone else community_pages.dropped(tx, known, actor, activity, now)
    placed = _placed(tx, known, activity)
    if placed is None:
        return _for_later(tx, known, actor, activity, outer, is_on=not is_undone, now=now)
    host = received.host_of(known, actor)
    if is_undone:
        is_new = moderation.apply_restore(tx, placed, actor.id, host=host, now=now)
    else:
        is_new = moderation.apply_remove(tx, placed, actor.id, _reason(outer), host=host, now=now)
    return Outcome.APPLIED if is_new else Outcome.ALREADY


def _locked(
    tx: Tx, known: KnownRow, actor: AccountRow, activity: Activity, outer: Activity, is_undone: bool, now: Millis
) -> Outcome:
    placed = _placed(tx, known, activity)
    if placed is None:
        return _for_later(tx, known, actor, activity, outer, is_on=not is_undone, now=now)
    said, host = _reason(outer), received.host_of(known, actor)
    is_new = moderation.apply_lock(tx, placed, actor.id, locked=not is_undone, reason=said, host=host, now=now)
    return Outcome.APPLIED if is_new else Outcome.ALREADY


def _listed(
    tx: Tx, known: KnownRow, actor: AccountRow, activity: Activity, outer: Activity, is_undone: bool, now: Millis
) -> Outcome:
    is_on = (activity.kind == "Add") is not is_undone
    if activity.target is not None and _is_moderators(known, activity.target.id):
        whom = accounts.by_uri(tx, _about(activity))
        if not known.account.is_local:
            # What they did may have overtaken this.
            inbox.reconsider_acts(tx, known.account.uri, _about(activity), Millis(now - LATE), now)
        if whom is None:
            return Outcome.UNRELATED
        if known.account.is_local and not standing.is_host(tx, known.account.id, actor.id):
            return Outcome.REFUSED
        is_new = received.moderates(tx, known, actor, whom, is_on=is_on, now=now)
        return Outcome.APPLIED if is_new else Outcome.ALREADY
    placed = _placed(tx, known, activity)
    if placed is None:
        return _for_later(tx, known, actor, activity, outer, is_on=is_on, now=now)
    host = received.host_of(known, actor)
    if (topic := _topic(known, activity)) is not None:
        if known.account.is_local and not is_on and placed.topic != topic:
            return Outcome.ALREADY
        return _sorted_under(tx, placed, actor, topic, host, is_on=is_on, now=now)
    is_new = moderation.apply_stick(tx, placed, actor.id, stuck=is_on, host=host, now=now)
    return Outcome.APPLIED if is_new else Outcome.ALREADY


def _for_later(
    tx: Tx, known: KnownRow, actor: AccountRow, activity: Activity, outer: Activity, *, is_on: bool, now: Millis
) -> Outcome:
    """Done in a community of this node to a post that has not come: noted, so that it is so when it comes (of those of
    elsewhere `announced` has noted it)."""
    about, subject = _about(activity), _subject(known, activity)
    if not known.account.is_local or post_rows.by_uri(tx, about) is not None:
        return Outcome.UNRELATED
    last = community_marks.one(tx, known.account.id, about, subject)
    if subject is not Subject.TOPIC and (last is not None and last.is_on) is is_on:
        return Outcome.ALREADY
    mark = MarkRow(
        community_id=known.account.id,
        about=about,
        subject=subject,
        place=communities.next_place(tx, known.account.id, now),
        is_on=is_on,
        by_id=actor.id,
        reason=_topic(known, activity) or _reason(outer),
    )
    community_marks.put(tx, mark)
    return Outcome.APPLIED


def _sorted_under(
    tx: Tx, placed: PlacementRow, actor: AccountRow, topic: str, host: str, *, is_on: bool, now: Millis
) -> Outcome:
    """Under a topic, or under none: by the host's word whatever it was under here. The list itself is the host's: of
    what is not on it nothing is shown."""
    if topics.said(topic) != topic:
        return Outcome.REFUSED
    is_new = moderation.apply_sort(tx, placed, actor.id, topic if is_on else "", host=host, now=now)
    return Outcome.APPLIED if is_new else Outcome.ALREADY


def _shut_out(
    tx: Tx, known: KnownRow, actor: AccountRow, activity: Activity, outer: Activity, is_undone: bool, now: Millis
) -> Outcome:
    whom = accounts.by_uri(tx, _about(activity))
    if whom is None:
        return Outcome.UNRELATED
    reason, host = _reason(outer), received.host_of(known, actor)
    # Our nodes say of each request what became of it; forums forget those of whom they ban.
    answers = whom.is_local and reading_of(peers.by_host(tx, known.account.domain)) is Reading.OURS
    is_new = received.banned(tx, known, actor, whom, reason, is_on=not is_undone, still_asks=answers, now=now)
    if is_new and activity.removes_data and not is_undone and not known.account.is_local:
        # Forums say so once, and of no post again.
        for placed in placements.by_author(tx, known.account.id, whom.id, MOST):
            moderation.apply_remove(tx, placed, actor.id, reason, host=host, now=now)
    return Outcome.APPLIED if is_new else Outcome.ALREADY


_VERBS: dict[str, Callable[..., Outcome]] = {
    "Delete": _taken_out,
    "Lock": _locked,
    "Add": _listed,
    "Remove": _listed,
    "Block": _shut_out,
}


def _placed(tx: Tx, known: KnownRow, activity: Activity) -> PlacementRow | None:
    """Where the post stands that is acted upon, if it is in this community."""
    post = post_rows.by_uri(tx, _about(activity))
    placed = placements.one(tx, post.id) if post is not None else None
    return placed if placed is not None and placed.community_id == known.account.id else None


def _is_act(tx: Tx, activity: Activity, *, is_undone: bool) -> bool:
    if community_pages.is_about(activity):
        return True
    if activity.kind in _ON_POSTS:
        post = post_rows.by_uri(tx, _about(activity))
        if post is None or post.community_id is None:
            return False
        author = accounts.by_id(tx, post.author_id)
        if author is None or is_undone or activity.kind == "Lock" or author.uri != activity.actor:
            return author is not None
        return bool(activity.summary) and _gives_reasons(tx, post.community_id, author)
    if activity.kind not in _VERBS:
        return False
    named = _community_named(tx, activity)
    # To put something into a community itself is NodeBB's word for where a thread stands, and no list.
    is_itself = named is not None and activity.target is not None and activity.target.id == named.account.uri
    return named is not None and not (is_itself and activity.kind in ("Add", "Remove"))


def _gives_reasons(tx: Tx, community: AccountId, author: AccountRow) -> bool:
    """Whether somebody who deletes the own post and says why does that as a moderator; an author says nothing, and
    takes nothing back.

    So it is on our nodes and on forums, whatever they are here: else what they did while they were one, or before that
    came here, would be their post's end on some nodes and not on others. Elsewhere an author may say why too.
    """
    if author.is_local or reading_of(peers.by_host(tx, author.domain)) in (Reading.OURS, Reading.FORUM):
        return True
    return standing.may_moderate(tx, community, author.id)


def _community(tx: Tx, said: Arrived, context: Context) -> KnownRow | None:
    activity = _meant(said, context) or said.activity
    if community_pages.is_about(activity):
        return community_pages.community_of(tx, activity)
    if activity.kind in _ON_POSTS:
        post = post_rows.by_uri(tx, _about(activity))
        if post is None:
            return community_pages.community_of(tx, activity)
        return communities.known(tx, post.community_id) if post.community_id else None
    return _community_named(tx, activity)


def _community_named(tx: Tx, activity: Activity) -> KnownRow | None:
    return community_of_target(tx, activity.target.id if activity.target is not None else None)


def _is_moderators(known: KnownRow, target: str | None) -> bool:
    return target == moderators_url(known.account.uri) or (target or "").endswith("/moderators")


def _topic(known: KnownRow, activity: Activity) -> str | None:
    """The topic of the community that the target is; None for what is none."""
    target = (activity.target.id if activity.target is not None else None) or ""
    before, mark, name = target.partition(topic_uri("", ""))
    return unquote(name) if mark and before == known.account.uri else None


def _meant(said: Arrived, context: Context) -> Activity | None:
    """The act that is done or taken back; None for an Undo of what cannot be read."""
    return _undone(said, context) if said.activity.kind == "Undo" else said.activity


def _undone(said: Arrived, context: Context) -> Activity | None:
    """What an Undo takes back; of what another moderator did the words count, whoever did it."""
    about = said.activity.object
    if about is None or about.fields is None:
        return None
    try:
        return read_activity(about.fields, insecure=context.insecure)
    except BadDocument:
        return None


def _about(activity: Activity) -> str:
    return (activity.object.id if activity.object is not None else None) or ""


def _reason(activity: Activity) -> str:
    return plain(activity.summary or "")[:_REASON]
