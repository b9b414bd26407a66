"""What happens in communities as notifications of people here; one of the reactions of `social/feeds/telling.py`."""

from collections.abc import Callable

from social import events
from social.communities import standing
from storage import accounts, alerts
from storage import community_notices as rows
from storage.engine.database import Tx
from storage.ids import Millis
from storage.memberships import MemberState
from storage.telling import WrittenRow


def changed(tx: Tx, event: events.MembershipChanged, now: Millis) -> list[WrittenRow]:
    """Who moderates hears of requests, others that they are invited or let in; who came in alone needs no word.

    Who begins to moderate a community of elsewhere hears of those that came before the word of that.
    """
    if event.state == MemberState.ASKED:
        return rows.asked(tx, event.community, event.of, event.at, now)
    if event.state == MemberState.INVITED:
        return rows.invited(tx, event.community, event.of, event.at, now)
    if event.state == MemberState.MEMBER and event.before == MemberState.ASKED:
        return rows.accepted(tx, event.community, event.of, event.at, now)
    if event.state == event.before == MemberState.MEMBER and event.role in standing.MODERATORS:
        return rows.passed(tx, event.community, event.of, event.at, now)
    return []


def passed(tx: Tx, event: events.RequestPassed, now: Millis) -> list[WrittenRow]:
    """The node that keeps a community says that somebody asks to come in."""
    return rows.passed(tx, event.community, event.to, event.at, now)


def uninvited(tx: Tx, event: events.InvitationRefused, now: Millis) -> list[WrittenRow]:
    """Whom somebody here invited cannot come in."""
    whom = accounts.by_uri(tx, event.whom)
    if not event.host or whom is None:
        return []
    words = f"@{whom.acct}"
    return rows.uninvited(tx, event.community, event.to, event.uri, words, event.at, now)


def written(tx: Tx, event: events.PostPublished | events.PostSurfaced, now: Millis) -> list[WrittenRow]:
    """A post in a community, once for each cause; a post elsewhere costs nothing."""
    return rows.written(tx, event.post, event.at, now) if event.community is not None else []


def placed(tx: Tx, event: events.PostPlaced, now: Millis) -> list[WrittenRow]:
    """The host gave a post its place, and says whether it is its author's first one there."""
    return rows.greeted(tx, event.post, event.at, now) if event.is_first else []


def warned(tx: Tx, event: events.MemberWarned, now: Millis) -> list[WrittenRow]:
    """A moderator wrote to a member."""
    return rows.warned(tx, event.community, event.of, event.reason, event.at, now)


def leaving(tx: Tx, event: events.MemberNoticed, now: Millis) -> list[WrittenRow]:
    """A rule holds no longer."""
    return rows.leaving(tx, event.community, event.of, event.at, now)


def brought(tx: Tx, event: events.MemberBrought, now: Millis) -> list[WrittenRow]:
    """A community goes on as another one: who went along hears of it once."""
    return rows.moved(tx, event.community, event.of, event.former, event.at, now)


def removed(tx: Tx, event: events.PostRemovedFrom, now: Millis) -> list[WrittenRow]:
    """A post was taken out: its author hears of it."""
    return [] if event.restored else rows.removed(tx, event.post, event.reason, event.at, now)


def page_refused(tx: Tx, event: events.CommunityPageRefused, now: Millis) -> list[WrittenRow]:
    """What somebody wrote on a page was not taken where the community is kept."""
    return rows.page(tx, event.community, event.of, event.at, now)


def quiet(tx: Tx, event: events.CommunityQuiet, now: Millis) -> list[WrittenRow]:
    """Nobody wrote for long: the hosts are asked, or whoever stands in for them here."""
    return [*rows.quiet(tx, event.community, event.at, now), *alerts.quiet(tx, event.community, event.at)]


def unhosted(tx: Tx, event: events.CommunityUnhosted, now: Millis) -> list[WrittenRow]:
    """Nobody looks after it: whoever administers the site may name somebody, or let it go on elsewhere."""
    return alerts.unhosted(tx, event.community, event.at)


REACTIONS: dict[type, Callable[..., list[WrittenRow]]] = {
    events.MembershipChanged: changed,
    events.RequestPassed: passed,
    events.InvitationRefused: uninvited,
    events.PostPlaced: placed,
    events.MemberWarned: warned,
    events.MemberNoticed: leaving,
    events.MemberBrought: brought,
    events.PostRemovedFrom: removed,
    events.CommunityQuiet: quiet,
    events.CommunityUnhosted: unhosted,
    events.CommunityPageRefused: page_refused,
}
