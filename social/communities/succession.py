"""A community goes on at another node: handed over by the group's administrators when its host is gone, or by itself.

Threads keep their addresses, which are their authors'; what was in the former community is in the new one, on every
node that takes it so. Each node brings its own people along; the new host lets them in, by the list of member nodes
that the former one had published.
"""

from collections.abc import Iterable

import msgspec

from social import events, jobs
from social.communities import bringing, communities, pages_received, rules_received, standing, topics
from social.communities.communities import NewCommunity
from social.errors import Conflict, NotFound
from social.governance.audit import Act
from social.people import accounts, faces, moves, users
from social.people.keys import KeyPair
from social.policy import Viewer
from social.sanitise import plain
from social.text import shortened
from social.urls import Urls
from storage import accounts as account_rows
from storage import communities as rows
from storage import community_nodes, memberships, placements
from storage import moves as move_rows
from storage.accounts import AccountRow
from storage.communities import CommunityState
from storage.engine.database import Tx
from storage.ids import AccountId, IdMaker, Millis
from storage.memberships import MembershipRow, MemberState


def planned(tx: Tx, pairs: Iterable[tuple[str, str]], *, now: Millis) -> None:
    """Have done what the manifest in force says of communities, as (former, new) ids. Twice is once."""
    for community, successor in pairs:
        former = account_rows.by_uri(tx, community)
        row = rows.by_id(tx, former.id) if former is not None else None
        if row is not None and row.merged_into is None:
            jobs.enqueue(tx, jobs.Succeed(community=community, successor=successor), key=community, due=now)


def adopt(
    tx: Tx, former: str, username: str, host: AccountId, keys: KeyPair, *, ids: IdMaker, urls: Urls, now: Millis
) -> AccountRow:
    """Make the community here that goes on with one of another node, with all that it says of itself.

    It stands beside the former one until the manifest says that it follows it, or that moves: then members, threads,
    pages and rules of membership come. Raises NotFound, Invalid.
    """
    account = account_rows.by_uri(tx, former)
    known = rows.known(tx, account.id) if account is not None else None
    if known is None or known.account.is_local:
        raise NotFound("community")
    old = known.community
    new = NewCommunity(
        username=username,
        keys=keys,
        display_name=known.account.display_name,
        purpose=_source(known.account.note_html),
        rules=_source(old.rules_html),
        welcome=_source(old.welcome_html),
        language=known.account.language if known.account.language in accounts.LOCALES else "",
        template=old.template,
        entry=old.entry,
        posting=old.posting,
        listed=known.account.discoverable,
    )
    viewer = users.viewer_of(tx, host)
    made = communities.create(tx, viewer, new, ids=ids, urls=urls, now=now)
    topics.carry(tx, known.account.id, made.id)
    faces.take_over(tx, known.account, made.id, ids=ids, now=now)
    move_rows.call_also(tx, made.id, [former, *known.account.aliases.split()][: moves.MOST_ALIASES])
    return accounts.account(tx, viewer, made.id)


def move(tx: Tx, viewer: Viewer, id: AccountId, target: AccountId, *, ids: IdMaker, urls: Urls, now: Millis) -> None:
    """A community here goes on as one of another node that names it (`adopt`): who is in it is told, and goes along.

    Raises NotFound, Forbidden unless the viewer hosts it or administers its site, Invalid(target),
    Conflict(merged, moved_lately).
    """
    known = standing.require_keeper(tx, viewer, id, Act.COMMUNITY_MOVE, now=now)
    if known.community.merged_into is not None:
        raise Conflict("merged")
    if rows.known(tx, target) is None:
        raise NotFound("community")
    to = moves.leave_for(tx, known.account, target, later=True, now=now)
    take(tx, known.account.uri, to.id, ids=ids, urls=urls, now=now)


def believed(tx: Tx, actor: AccountRow, target: AccountRow, *, ids: IdMaker, urls: Urls, now: Millis) -> bool:
    """A community of elsewhere says itself that it goes on as another one, whose document was read anew and names it.

    False if that is not to be believed, or is done.
    """
    if not moves.receive_move(tx, actor, target, later=True, now=now):
        return False
    return take(tx, actor.uri, target.id, ids=ids, urls=urls, now=now)


def take(tx: Tx, former: str, successor: AccountId, *, ids: IdMaker, urls: Urls, now: Millis) -> bool:
    """The community goes on as another one, here too; False if it did already, or neither is known."""
    account = account_rows.by_uri(tx, former)
    known = rows.known(tx, account.id) if account is not None else None
    target = rows.known(tx, successor)
    if known is None or target is None or known.community.merged_into is not None or known.account.id == successor:
        return False
    placements.hand_over(tx, known.account.id, successor)
    if target.account.is_local:
        topics.carry(tx, known.account.id, successor)
        rules_received.carry(tx, known.account.id, successor, ids=ids, now=now)
        # Before its pages: who is told of them has to know what it goes on with.
        events.append(tx, events.ProfileChanged(by=successor, at=now))
    pages_received.carry_all(tx, known.account.id, successor, tell=target.account.is_local, now=now)
    ended = msgspec.structs.replace(
        known.community, state=CommunityState.ARCHIVED, archived_at=now, merged_into=successor, asked_at=None
    )
    rows.rewrite(tx, ended)
    for id in (known.account.id, successor):
        account_rows.touch(tx, id)
        # Of both it is the former host's, or the new one's, to tell: here it is only taken.
        event = events.CommunityChanged(by=id, host=known.account.domain or target.account.domain, at=now, community=id)
        events.append(tx, event)
    bringing.carry(tx, known.account.id, successor, ids=ids, urls=urls, now=now)
    return True


def awaited(tx: Tx, target: AccountRow, former: str, actor: AccountRow, *, now: Millis) -> None:
    """Somebody of elsewhere comes as a member of the community that this one follows: let in without being asked, if
    members of their node were in that, by its own list. Who moderated there moderates here, as far as that is known."""
    before = account_rows.by_uri(tx, former)
    if before is None or former not in target.aliases.split():
        return
    old, new = rows.by_id(tx, before.id), rows.by_id(tx, target.id)
    hosts = {row.host for row in community_nodes.of(tx, before.id)} | {before.domain}
    if old is None or new is None or memberships.one(tx, target.id, actor.id) is not None:
        return
    held = memberships.one(tx, before.id, actor.id)
    if held is not None and held.state is MemberState.BANNED:
        return
    is_known = held is not None and held.is_in
    # Of a community of here it is known who was in it, and no node's word is needed.
    if not is_known and (before.is_local or actor.domain not in hosts):
        return
    if not bringing.may_come(tx, old, new, actor.domain, now):
        return
    row = MembershipRow(
        community_id=target.id,
        account_id=actor.id,
        role=bringing.office(held, actor, old),
        state=MemberState.INVITED,
        read_place=now,
        created_at=now,
    )
    memberships.put(tx, row)


def seated(tx: Tx, target: AccountRow, actor: AccountRow, *, now: Millis) -> None:
    """Somebody of elsewhere came in with an office: said as if the community had just given it."""
    row = memberships.one(tx, target.id, actor.id)
    if row is not None and row.may_moderate:
        standing.say(tx, row, by=target.id, before=MemberState.MEMBER.value, now=now)


def _source(html: str) -> str:
    """The words of elsewhere, to be changed here like one's own."""
    return shortened(plain(html), communities.WORDS_LIMIT)
