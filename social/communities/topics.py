"""Topics of a community: its own shelves for threads, kept by its moderators. One can be followed alone.

The list is kept where the community is; a thread is put under a topic by its moderators, of whatever node.
"""

import unicodedata
from collections.abc import Iterable

from social import events, text
from social.communities import moderation, standing
from social.errors import Conflict, Forbidden, Invalid, NotFound
from social.people import names
from social.policy import Viewer
from storage import community_topics as rows
from storage import memberships, placements
from storage.community_topics import TopicRow
from storage.engine.database import Tx
from storage.ids import AccountId, Millis, PostId

MOST = 30
LENGTH = 40


def add(tx: Tx, viewer: Viewer, id: AccountId, display: str, *, now: Millis) -> TopicRow:
    """Put up a topic, the last of its community. Raises Forbidden, Invalid(topic), Conflict(topic) for one that is."""
    _require_here(tx, viewer, id)
    return put_up(tx, id, display, by=viewer.account, now=now)


def put_up(tx: Tx, id: AccountId, display: str, *, by: AccountId, now: Millis) -> TopicRow:
    """The topic of a community of here, by whoever may. Raises as `add`."""
    row = checked(tx, id, display)
    rows.put(tx, row)
    _say_changed(tx, by, id, now)
    return row


def checked(tx: Tx, id: AccountId, display: str) -> TopicRow:
    """The topic as it would be put up in a community, of whatever node. Raises Invalid(topic), Conflict(topic)."""
    shown = names.tidy(display)
    name = name_of(shown)
    if not name:
        raise Invalid("topic", "blank")
    if text.graphemes(shown) > LENGTH:
        raise Invalid("topic", "too_long", maximum=LENGTH)
    known = rows.of(tx, id)
    if any(topic.name == name for topic in known):
        raise Conflict("topic")
    if len(known) >= MOST:
        raise Invalid("topic", "too_many", maximum=MOST)
    return TopicRow(community_id=id, name=name, display=shown, position=max((t.position for t in known), default=0) + 1)


def drop(tx: Tx, viewer: Viewer, id: AccountId, name: str, *, now: Millis) -> bool:
    """Take a topic away: its threads are under none. False if there is none of that name."""
    _require_here(tx, viewer, id)
    return take_down(tx, id, name, by=viewer.account, now=now)


def take_down(tx: Tx, id: AccountId, name: str, *, by: AccountId, now: Millis) -> bool:
    """The end of a topic of a community of here, by whoever may. False as `drop`."""
    if not rows.drop(tx, id, name):
        return False
    _say_changed(tx, by, id, now)
    return True


def take(tx: Tx, id: AccountId, displays: Iterable[str]) -> bool:
    """The list of a community of elsewhere, as its host tells it; False if it is the one here. What is no topic, or one
    too many, is left out."""
    told: dict[str, TopicRow] = {}
    for display in displays:
        shown = names.tidy(display)
        name = name_of(shown)
        if name and name not in told and len(told) < MOST and text.graphemes(shown) <= LENGTH:
            told[name] = TopicRow(community_id=id, name=name, display=shown, position=len(told) + 1)
    known = {row.name: row for row in rows.of(tx, id)}
    if known == told:
        return False
    for name in known.keys() - told.keys():
        rows.drop(tx, id, name)
    for row in told.values():
        rows.put(tx, row)
    return True


def carry(tx: Tx, former: AccountId, into: AccountId) -> None:
    """The topics of a community are also those of the one of here that it became part of."""
    known = rows.of(tx, into)
    names_known = {topic.name for topic in known}
    last = max((topic.position for topic in known), default=0)
    missing = [topic for topic in rows.of(tx, former) if topic.name not in names_known]
    for place, topic in enumerate(missing[: max(MOST - len(known), 0)], last + 1):
        rows.put(tx, TopicRow(community_id=into, name=topic.name, display=topic.display, position=place))


def put(tx: Tx, viewer: Viewer, post: PostId, name: str, *, now: Millis) -> bool:
    """Put a thread under a topic, or under none; False if it stood there. Raises NotFound, Forbidden."""
    placed = placements.one(tx, post)
    if placed is None:
        raise NotFound("post")
    standing.require_moderator(tx, viewer, placed.community_id)
    topic = chosen(tx, placed.community_id, name)
    return moderation.apply_sort(tx, placed, viewer.account, topic, host="", now=now)


def offered(tx: Tx, viewer: Viewer, id: AccountId) -> list[TopicRow]:
    """Under what the viewer may begin a thread: the topics of a community, of whatever node, that they are a member of;
    none of another one."""
    own = memberships.one(tx, id, viewer.account)
    return rows.of(tx, id) if own is not None and own.is_in else []


def chosen(tx: Tx, id: AccountId, name: str) -> str:
    """The topic of that name in the community, empty for none. Raises Invalid for one it has not."""
    if name and not is_of(tx, id, name):
        raise Invalid("topic", "not_a_choice")
    return name


def is_of(tx: Tx, id: AccountId, name: str) -> bool:
    """Whether the community has a topic of that name."""
    return any(topic.name == name for topic in rows.of(tx, id))


def said(name: str) -> str:
    """The topic that a post of elsewhere names, as it is kept; empty for what cannot be one. It need not be on the list
    here yet: which of the two comes first is chance."""
    return name if name_of(name) == name and text.graphemes(name) <= LENGTH else ""


def name_of(display: str) -> str:
    """By what a topic is compared; empty for what has no letter or digit."""
    folded = unicodedata.normalize("NFKC", display).casefold()
    return "-".join("".join(letter if letter.isalnum() else " " for letter in folded).split())


def _require_here(tx: Tx, viewer: Viewer, id: AccountId) -> None:
    """Raises Forbidden: `elsewhere` for a community of another node."""
    if not standing.require_moderator(tx, viewer, id).account.is_local:
        raise Forbidden("elsewhere")


def _say_changed(tx: Tx, by: AccountId, id: AccountId, now: Millis) -> None:
    events.append(tx, events.CommunityChanged(by=by, at=now, community=id))
    events.append(tx, events.ProfileChanged(by=id, at=now))
