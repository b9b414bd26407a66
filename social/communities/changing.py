"""What a community says of itself, changed by a host who lives at another node than the one that keeps it.

The node that keeps it is asked, and goes by what its author is there at that moment: of a community there is one text.
Pictures and the rules of joining are changed where it is kept.
"""

import msgspec
from msgspec import UNSET

from social import events
from social.clock import HOUR
from social.communities import communities, standing, topics
from social.communities.communities import CommunityChange
from social.errors import Forbidden, raise_all
from social.policy import Viewer
from social.sanitise import plain
from social.urls import Urls
from storage import community_marks, holding
from storage.accounts import AccountRow
from storage.communities import KnownRow
from storage.community_marks import MarkRow, Subject
from storage.engine.database import Tx
from storage.ids import AccountId, Millis

AHEAD = HOUR
"""How far the clock of who asks may be ahead of ours."""
FIELDS = ("display_name", "purpose", "rules", "welcome", "entry", "posting")
"""What is asked for, each for itself: what somebody else changed meanwhile stays."""


def edit(tx: Tx, viewer: Viewer, id: AccountId, change: CommunityChange, *, urls: Urls, now: Millis) -> bool:
    """Change a community; False: the node that keeps it is asked to. Raises Forbidden unless the viewer hosts it."""
    known = standing.shown(tx, viewer, id)
    if known.account.is_local:
        communities.edit(tx, viewer, id, change, urls=urls, now=now)
        return True
    if not standing.hosts_afar(tx, known, viewer.account):
        raise Forbidden("hosts_only")
    if any(picture is not UNSET for picture in (change.avatar, change.header)):
        raise Forbidden("elsewhere")
    raise_all(communities.change_problems(change))
    before = written(known)
    wanted = {name: getattr(change, name) for name in FIELDS}
    asked = {name: value for name, value in wanted.items() if value is not UNSET and _differs(value, before[name])}
    if asked:
        events.append(tx, events.ChangeAsked(by=viewer.account, at=now, community=id, **asked))
    return not asked


def written(known: KnownRow) -> dict[str, str]:
    """What a community says of itself, as its hosts write it; of one of elsewhere without what marked it up."""
    account, row = known.account, known.community
    sources = (account.note_source, row.rules_source, row.welcome_source)
    shown = (account.note_html, row.rules_html, row.welcome_html)
    purpose, rules, welcome = sources if account.is_local else (plain(html) for html in shown)
    said = (account.display_name, purpose, rules, welcome, row.entry.value, row.posting.value)
    return dict(zip(FIELDS, said, strict=True))


def add_topic(tx: Tx, viewer: Viewer, id: AccountId, display: str, *, now: Millis) -> bool:
    """Put up a topic; False: the node that keeps the community is asked to. Raises as `topics.add`."""
    if standing.require_moderator(tx, viewer, id).account.is_local:
        topics.add(tx, viewer, id, display, now=now)
        return True
    row = topics.checked(tx, id, display)
    events.append(tx, events.ChangeAsked(by=viewer.account, at=now, community=id, new_topic=row.display))
    return False


def drop_topic(tx: Tx, viewer: Viewer, id: AccountId, name: str, *, now: Millis) -> bool:
    """Take a topic down; False: the node that keeps the community is asked to."""
    if standing.require_moderator(tx, viewer, id).account.is_local:
        topics.drop(tx, viewer, id, name, now=now)
        return True
    if not topics.is_of(tx, id, name):
        return True
    events.append(tx, events.ChangeAsked(by=viewer.account, at=now, community=id, old_topic=name))
    return False


class SaidChange(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody of elsewhere wants changed, and when they said so by their own clock."""

    change: CommunityChange
    new_topic: str = ""
    old_topic: str = ""
    at: Millis


def received(tx: Tx, known: KnownRow, actor: AccountRow, said: SaidChange, *, urls: Urls, now: Millis) -> bool:
    """A host of elsewhere changes a community of here; False if they said something later already.

    Raises Forbidden by what they are here now, Invalid, Conflict.
    """
    id = known.account.id
    holding.community(tx, id)
    wanted = {name: getattr(said.change, name) for name in FIELDS}
    named = [name for name, value in wanted.items() if value is not UNSET]
    if not (standing.is_host(tx, id, actor.id) if named else standing.may_moderate(tx, id, actor.id)):
        raise Forbidden("hosts_only")
    raise_all(communities.change_problems(said.change))
    fresh = {name: wanted[name] for name in named if _is_last(tx, id, actor, name, said.at)}
    if fresh:
        communities.rewrite(tx, known, CommunityChange(**fresh), by=actor.id, urls=urls, now=now)
    return _sorted(tx, id, actor, said, now) or bool(fresh)


def _sorted(tx: Tx, id: AccountId, actor: AccountRow, said: SaidChange, now: Millis) -> bool:
    old, name = said.old_topic, topics.name_of(said.new_topic)
    changed = False
    if old and _is_last(tx, id, actor, f"topic/{old}", said.at):
        changed = topics.take_down(tx, id, old, by=actor.id, now=now)
    if name and not topics.is_of(tx, id, name) and _is_last(tx, id, actor, f"topic/{name}", said.at):
        topics.put_up(tx, id, said.new_topic, by=actor.id, now=now)
        changed = True
    return changed


def _is_last(tx: Tx, id: AccountId, actor: AccountRow, what: str, at: Millis) -> bool:
    """Whether the same person said nothing later about it, nor this already: what they send may overtake what they sent
    before, and come once more when others have changed it since."""
    about = f"{actor.uri}#{what}"
    last = community_marks.one(tx, id, about, Subject.CHANGED)
    if last is not None and last.place >= at:
        return False
    mark = MarkRow(community_id=id, about=about, subject=Subject.CHANGED, place=at, is_on=True, by_id=actor.id)
    return community_marks.put(tx, mark)


def _differs(value: str, before: str) -> bool:
    return "\n".join(value.split("\r\n")).strip() != before.strip()
