"""Whether who did something in a community of elsewhere might: by what is known here of its moderators, then and now.

Acts and the words that somebody moderates, or no more, come in any order.
"""

from federation.names import same_origin
from social.clock import DAY
from social.communities import standing
from storage import accounts, community_log, community_marks
from storage.communities import KnownRow
from storage.community_marks import Subject
from storage.engine.database import Tx
from storage.ids import Millis

LATE = Millis(DAY)
"""So long after this node learned that somebody moderates no more it takes what they did before."""


def might(tx: Tx, known: KnownRow, actor: str, place: Millis, now: Millis) -> bool:
    """Whether the actor moderated, or is of the host, at that place of its order."""
    if same_origin(actor, known.account.uri):
        return True
    row = accounts.by_uri(tx, actor)
    if row is not None and standing.may_moderate(tx, known.account.id, row.id):
        return True
    former = community_log.former_moderator(tx, known.account.id, row.id) if row is not None else None
    mark = community_marks.one(tx, known.account.id, actor, Subject.MODERATOR)
    if former is not None:
        # Sent before it was over, by the host's clock or ours, and on its way: not for ever, whatever time the host
        # gives it (decision 0038).
        until = former.learned_at if mark is None or mark.is_on else max(former.learned_at, mark.place)
        return place <= until and now <= former.learned_at + LATE
    if mark is not None and mark.is_on and mark.place <= place:
        # Named before anything else was known of them here.
        return True
    source = community_log.source(tx, known.account.id)
    # Who moderated before this node knew the community it cannot know: the host looked when it announced it.
    return source is not None and place <= source.moderators_since
