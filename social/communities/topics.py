"""Topics of a community: its own shelves for threads, kept by its moderators. One can be followed alone."""

import unicodedata

from social import events, text
from social.communities import standing
from social.errors import Conflict, Invalid, NotFound
from social.people import names
from social.policy import Viewer
from storage import community_topics as rows
from storage import placements
from storage.community_topics import TopicRow
from storage.engine.database import Tx
from storage.ids import AccountId, Millis, PostId

MOST = 30
LENGTH = 40


def add(tx: Tx, viewer: Viewer, id: AccountId, display: str, *, now: Millis) -> TopicRow:
    """Put up a topic, the last of its community. Raises Forbidden, Invalid(topic), Conflict(topic) for one that is."""
    standing.require_moderator(tx, viewer, id)
    shown = names.tidy(display)
    name = _name(shown)
    if not name:
        raise Invalid("topic", "blank")
    if text.graphemes(shown) > LENGTH:
        raise Invalid("topic", "too_long", maximum=LENGTH)
    known = rows.of(tx, id)
    if any(topic.name == name for topic in known):
        raise Conflict("topic")
    if len(known) >= MOST:
        raise Invalid("topic", "too_many", maximum=MOST)
    row = TopicRow(community_id=id, name=name, display=shown, position=max((t.position for t in known), default=0) + 1)
    rows.put(tx, row)
    events.append(tx, events.CommunityChanged(by=viewer.account, at=now, community=id))
    return row


def drop(tx: Tx, viewer: Viewer, id: AccountId, name: str, *, now: Millis) -> bool:
    """Take a topic away: its threads are under none. False if there is none of that name."""
    standing.require_moderator(tx, viewer, id)
    if not rows.drop(tx, id, name):
        return False
    events.append(tx, events.CommunityChanged(by=viewer.account, at=now, community=id))
    return True


def put(tx: Tx, viewer: Viewer, post: PostId, name: str) -> bool:
    """Put a thread under a topic, or under none; False if it stood there. Raises NotFound, Forbidden."""
    placed = placements.one(tx, post)
    if placed is None:
        raise NotFound("post")
    standing.require_moderator(tx, viewer, placed.community_id)
    return placements.set_topic(tx, post, chosen(tx, placed.community_id, name))


def chosen(tx: Tx, id: AccountId, name: str) -> str:
    """The topic of that name in the community, empty for none. Raises Invalid for one it has not."""
    if name and all(topic.name != name for topic in rows.of(tx, id)):
        raise Invalid("topic", "not_a_choice")
    return name


def _name(display: str) -> str:
    folded = unicodedata.normalize("NFKC", display).casefold()
    return "-".join("".join(letter if letter.isalnum() else " " for letter in folded).split())
