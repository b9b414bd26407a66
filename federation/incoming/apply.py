"""The inbox as a table: kind of activity → what it does here.

Every handler may come twice, late, and in any order with the others, and ends in the same state.
"""

from collections.abc import Callable

from federation.incoming import (
    accounts,
    announcements,
    communities,
    community_acts,
    community_changes,
    community_pages,
    community_requests,
    gatherings,
    invitations,
    moderation,
    moves,
    polls,
    posts,
    quotes,
    reactions,
    rejections,
    relations,
    tallies,
)
from federation.incoming.arrived import OTHER, Arrived, Context, Disagreement, Outcome, Stranger
from federation.vocabulary import ACTOR_KINDS, POST_KINDS
from social.errors import Conflict, Forbidden, Gone, Invalid, NotFound, SocialError
from storage import accounts as account_rows
from storage.accounts import AccountRow
from storage.engine.database import Tx
from storage.ids import Millis

Handler = Callable[[Tx, AccountRow, Arrived, Context, Millis], Outcome]

HANDLERS: dict[str, Handler] = {
    **{f"Create/{kind}": posts.create for kind in [*sorted(POST_KINDS), OTHER]},
    **{f"Update/{kind}": posts.update for kind in [*sorted(POST_KINDS), OTHER]},
    **{f"Update/{kind}": accounts.update for kind in sorted(ACTOR_KINDS)},
    "Create/several": polls.several,
    "Create/CommunityPage": community_pages.create,
    "Update/CommunityChange": community_changes.update,
    "Delete": community_acts.delete,
    "Lock": community_acts.lock,
    "Update/RollCall": announcements.roll_call,
    "Update/Collection": tallies.update,
    "Update/several": tallies.update,
    "Add": community_acts.add,
    "Remove": community_acts.remove,
    "Announce": lambda tx, actor, arrived, context, now: communities.announce(tx, actor, arrived, context, now, apply),
    "Update/Acknowledgements": announcements.count,
    "Join": gatherings.join,
    "Leave": gatherings.leave,
    "TentativeAccept": gatherings.tentative,
    "TentativeAccept/Join": gatherings.tentative,
    "TentativeReject": gatherings.tentative,
    "TentativeReject/Join": gatherings.tentative,
    "Accept/Join": gatherings.accept,
    "Reject/Join": gatherings.reject,
    "Undo/Join": gatherings.undo_join,
    "Like": reactions.like,
    "EmojiReact": reactions.like,
    "Dislike": reactions.dislike,
    "PollVote": polls.choose,
    "Move": moves.move,
    "Follow": relations.follow,
    "Accept": quotes.accept_named,
    "Accept/QuoteRequest": quotes.accept,
    "Reject": rejections.reject,
    "Reject/QuoteRequest": quotes.reject,
    "QuoteRequest": quotes.request,
    "Block": community_acts.block,
    "Invite": invitations.invite,
    "Reject/Invite": invitations.uninvited,
    "Offer": community_requests.offer,
    "Undo/Offer": community_requests.undo,
    "Accept/Offer": community_requests.accept,
    "Reject/Offer": community_requests.reject,
    "Flag": moderation.flag,
    "Undo": relations.undo,
    "Undo/Accept": relations.undo_accept,
    "Undo/Announce": reactions.undo_announce,
    "Undo/Block": community_acts.undo_block,
    **{f"Undo/{kind}": community_acts.undo for kind in ("Delete", "Lock", "Add", "Remove")},
    "Undo/Follow": relations.undo_follow,
    "Undo/Like": reactions.undo_like,
    "Undo/EmojiReact": reactions.undo_like,
    "Undo/Dislike": reactions.dislike,
}
"""Whatever is not here is kept as unsupported."""

OF_SUSPENDED = frozenset({"Delete", "Undo", "Reject", "Update"})
"""What may still come from somebody who is suspended here (CVE-2026-23961)."""

OUTCOMES: tuple[tuple[type[SocialError], Outcome], ...] = (
    (Gone, Outcome.GONE),
    (NotFound, Outcome.UNRELATED),
    (Forbidden, Outcome.REFUSED),
    (Invalid, Outcome.REFUSED),
)


class Half(Exception):
    """A handler changed something and then gave up: all has to be undone and done again, each in a savepoint."""


def apply(tx: Tx, arrived: Arrived, context: Context, now: Millis) -> Outcome:
    """Do what the activity says. Raises Stranger, Half, Disagreement, StorageError, and Conflict for another try."""
    handler = HANDLERS.get(arrived.kind)
    if handler is None:
        return Outcome.UNSUPPORTED
    actor = account_rows.by_uri(tx, arrived.activity.actor)
    if actor is None:
        raise Stranger(arrived.activity.actor)
    if actor.is_local:
        raise Disagreement("an activity of an actor of this node")
    if actor.deleted_at is not None:
        return Outcome.GONE
    if actor.suspended_at is not None and arrived.activity.kind not in OF_SUSPENDED:
        return Outcome.REFUSED
    before, tx.changed = tx.changed, False
    try:
        return handler(tx, actor, arrived, context, now)
    except SocialError as error:
        if tx.changed:
            raise Half(arrived.id) from error
        return _outcome(error)
    finally:
        tx.changed = tx.changed or before


def _outcome(error: SocialError) -> Outcome:
    if isinstance(error, Conflict) and error.code == "another_author":
        return Outcome.REFUSED
    found = next((outcome for kind, outcome in OUTCOMES if isinstance(error, kind)), None)
    if found is None:
        raise error
    return found
