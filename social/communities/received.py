"""Communities as their hosts tell of them, and what moderators of elsewhere do in them.

`federation` has verified who says so: for a community of another node that is its host; for one of this node a
moderator whose role was looked at. Each verb may come twice, late, or for something unknown.
"""

from collections.abc import Collection

import msgspec

from social import events
from social.clock import HOUR
from social.communities import bans, merging, moderation, rules_received, standing, topics
from social.communities.rules_received import SaidRule
from social.sanitise import plain, sanitise
from social.trust import group
from storage import accounts, communities, community_log, community_marks, holding, memberships, placements
from storage import posts as post_rows
from storage.accounts import AccountRow
from storage.communities import CommunityRow, CommunityState, Entry, KnownRow, Posting
from storage.community_marks import MarkRow, Subject
from storage.engine.database import Tx
from storage.ids import AccountId, IdMaker, Millis, PostId
from storage.memberships import MemberRole, MembershipRow, MemberState

AHEAD = HOUR
"""How far the clock of a host may be ahead of ours."""


class SaidCommunity(msgspec.Struct, frozen=True, kw_only=True):
    """What a Group says of itself beside what every actor says. HTML is made safe here."""

    moderators_url: str = ""
    nodes_url: str = ""
    pages_url: str = ""
    entry: Entry = Entry.OPEN
    is_restricted: bool = False
    is_archived: bool = False
    template: str = ""
    rules: str = ""
    welcome: str = ""
    topics: tuple[str, ...] = ()
    """As they are read, in their order."""
    member_rules: tuple[SaidRule, ...] | None = None
    """By which rules one is a member; None: nothing was said about it."""
    hosts: tuple[str, ...] | None = None
    """The ids of who hosts it; None: nothing was said about it."""
    merged_into: str = ""
    """The id of what it became part of: its host's word alone."""


def described(
    tx: Tx, id: AccountId, said: SaidCommunity, *, host: str, has_moved: bool = False, ids: IdMaker, now: Millis
) -> None:
    """Keep what the host of a community says of it. Who hosted it stays known once it went on as another one: they
    leave it then, and that may be heard of before they come to the other."""
    before = communities.by_id(tx, id)
    row = CommunityRow(account_id=id, created_at=now) if before is None else before
    is_archived = said.is_archived or row.merged_into is not None
    goes_on = bool(before is not None and (has_moved or said.merged_into or row.merged_into is not None))
    is_told = said.hosts is not None and not goes_on and host in group.domains(tx, now)
    after = msgspec.structs.replace(
        row,
        template=said.template,
        entry=said.entry,
        posting=Posting.HOSTS if said.is_restricted else Posting.MEMBERS,
        rules_html=sanitise(said.rules),
        welcome_html=sanitise(said.welcome),
        state=CommunityState.ARCHIVED if is_archived else CommunityState.ACTIVE,
        archived_at=(row.archived_at or now) if is_archived else None,
        hosts=" ".join(said.hosts or ()) if is_told else row.hosts,
    )
    if before is None:
        communities.insert(tx, after)
    elif after != before:
        communities.rewrite(tx, after)
    account = accounts.by_id(tx, id)
    if account is not None and (before is None or before.entry is not said.entry):
        is_hidden = said.entry is Entry.HIDDEN
        communities.show(tx, id, hidden=is_hidden, listed=account.discoverable and not is_hidden)
        # As of one of here: who is in a closed community is for its members to know.
        accounts.present(tx, msgspec.structs.replace(account, hide_collections=after.is_closed))
    community_log.told(tx, id, said.moderators_url, said.nodes_url, said.pages_url)
    if said.member_rules is not None:
        rules_received.take(tx, id, host, said.member_rules, ids=ids, now=now)
    if said.merged_into and account is not None and after.merged_into is None:
        merging.look_soon(tx, account.uri, said.merged_into, now)
    is_sorted_anew = topics.take(tx, id, said.topics)
    if after != before or is_sorted_anew:
        events.append(tx, events.CommunityChanged(by=id, host=host, at=now, community=id))


def moderates(tx: Tx, known: KnownRow, actor: AccountRow, whom: AccountRow, *, is_on: bool, now: Millis) -> bool:
    """Somebody is a moderator now, or a member like others; False if they were. Hosts are made and unmade by hosts."""
    row = memberships.one(tx, known.account.id, whom.id)
    if not is_on and not known.account.is_local:
        # Whether it was known here that they did or not: what they did before may still be on its way.
        community_log.demoted(tx, known.account.id, whom.id, now)
    if row is None or not row.is_in:
        # Nobody of here is made a member by what another node says.
        is_strange = known.account.is_local or whom.is_local
        if not is_on or is_strange or (row is not None and row.state is MemberState.BANNED):
            return False
        row = MembershipRow(
            community_id=known.account.id, account_id=whom.id, state=MemberState.MEMBER, read_place=now, created_at=now
        )
        memberships.put(tx, row)
    if row.is_host and (is_on or known.account.is_local):
        return False
    role = MemberRole.MODERATOR if is_on else MemberRole.MEMBER
    return standing.seat_as(tx, row, role, by=actor.id, host=host_of(known, actor), now=now)


def moderators(
    tx: Tx, known: KnownRow, listed: Collection[AccountId], *, before: Collection[MarkRow] = (), now: Millis
) -> None:
    """The whole list of those who moderate a community of elsewhere; `listed` are known here.

    `before`: what was known of them when it was asked for. Of whom the host said something while the list was on its
    way that counts: the list may be older.
    """
    host, known_before = known.account, {mark.about: mark for mark in before}
    after = {mark.about: mark for mark in community_marks.of_subject(tx, host.id, Subject.MODERATOR)}
    is_settled = {uri for uri, mark in after.items() if known_before.get(uri) != mark}
    for id in listed:
        account = accounts.by_id(tx, id)
        if account is not None and account.uri not in is_settled:
            moderates(tx, known, host, account, is_on=True, now=now)
    for row in memberships.with_roles(tx, host.id, standing.MODERATORS):
        if row.account.id not in listed and row.account.uri not in is_settled:
            moderates(tx, known, host, row.account, is_on=False, now=now)
    community_log.moderators_read(tx, host.id, now)


def on_top(tx: Tx, known: KnownRow, listed: Collection[PostId], *, now: Millis) -> None:
    """The whole list of what stands on top of a community of elsewhere; `listed` are known here.

    Of what the host announced in its order the last word counts: a list may be older than that when it arrives. And a
    list leaves out what is taken out, which stands where it stood when it is put back.
    """
    host = known.account
    for id in {*listed, *placements.sticky(tx, host.id)}:
        placed, post = placements.one(tx, id), post_rows.by_id(tx, id)
        if placed is None or post is None or placed.community_id != host.id or placed.removed_at is not None:
            continue
        if community_marks.one(tx, host.id, post.uri, Subject.STICKY) is None:
            moderation.apply_stick(tx, placed, host.id, stuck=id in listed, host=host.domain, now=now)


def admitted(tx: Tx, community: AccountRow, whom: AccountRow, at: int | None, *, now: Millis) -> bool:
    """The host let somebody of here come in, or invited them, at a time of its clock: a ban of before that is over,
    however late it comes, and one of after that holds; then False."""
    if at is None:
        return True
    place = Millis(min(at, now + AHEAD))
    mark = MarkRow(community_id=community.id, about=whom.uri, subject=Subject.BANNED, place=place, is_on=False)
    if not community_marks.put(tx, mark):
        return False
    bans.let_return(tx, community.id, whom.id, by=community.id, host=community.domain, now=now)
    return True


def invited(
    tx: Tx,
    known: KnownRow,
    actor: AccountRow,
    whom: AccountRow,
    *,
    at: int | None = None,
    until: int | None = None,
    now: Millis,
) -> bool:
    """A community of elsewhere invites somebody here; `until`: as a guest, who sees nothing of it afterwards. False for
    who is in it or invited, and for who was shut out since (`at`)."""
    holding.community(tx, known.account.id)
    before = memberships.one(tx, known.account.id, whom.id)
    if before is not None and (before.state is not MemberState.BANNED or at is None):
        return False
    if not admitted(tx, known.account, whom, at, now=now):
        return False
    row = MembershipRow(
        community_id=known.account.id,
        account_id=whom.id,
        role=MemberRole.MEMBER if until is None else MemberRole.GUEST,
        state=MemberState.INVITED,
        until=None if until is None else Millis(until),
        read_place=now,
        created_at=now,
    )
    if row.until is not None:
        standing.ends(tx, row.until)
    memberships.put(tx, row)
    standing.say(tx, row, by=actor.id, host=host_of(known, actor), now=now)
    return True


def uninvited(tx: Tx, known: KnownRow, by: AccountRow, uri: str, whom: str, *, now: Millis) -> None:
    """Whom somebody invited from another node cannot come in: they are told, at that node."""
    community = known.account
    refused = events.InvitationRefused(
        by=community.id, host=community.domain, at=now, community=community.id, to=by.id, uri=uri, whom=whom
    )
    events.append(tx, refused)


def warned(tx: Tx, known: KnownRow, actor: AccountRow, whom: AccountRow, words: str, *, now: Millis) -> bool:
    """A moderator of elsewhere wrote to a member who lives here, or to whom they put out; False if neither."""
    holding.community(tx, known.account.id)
    row = memberships.one(tx, known.account.id, whom.id)
    if not words:
        return False
    if row is None or not row.is_in:
        mark = community_marks.one(tx, known.account.id, whom.uri, Subject.BANNED)
        if mark is None or not (mark.is_on or mark.reason):
            return False
        if _is_same(words, mark.reason):
            # The ban overtook the letter, and has told its words.
            return True
    else:
        memberships.put(tx, msgspec.structs.replace(row, reason=words))
    event = events.MemberWarned(
        by=actor.id, host=host_of(known, actor), at=now, community=known.account.id, of=whom.id, reason=words
    )
    events.append(tx, event)
    return True


def explained(tx: Tx, community: AccountId, account: AccountId, reason: str, *, now: Millis) -> None:
    """The words with which somebody of elsewhere asks to come in."""
    holding.community(tx, community)
    row = memberships.one(tx, community, account)
    if row is not None and row.state is MemberState.ASKED and row.reason != reason:
        memberships.put(tx, msgspec.structs.replace(row, reason=reason))
        standing.requests_changed(tx, community, now)


def banned(
    tx: Tx,
    known: KnownRow,
    actor: AccountRow,
    whom: AccountRow,
    reason: str,
    *,
    is_on: bool,
    still_asks: bool = False,
    now: Millis,
) -> bool:
    """Somebody is shut out, or let in again; False if it was so. Those who moderate are shut out by hosts alone.

    `still_asks` as of `bans.shut_out`.
    """
    community = known.account
    holding.community(tx, community.id)
    # Of a community of this node the follow's end is this node's to tell.
    host = "" if community.is_local else host_of(known, actor)
    if not is_on:
        return bans.let_return(tx, community.id, whom.id, by=actor.id, host=host, now=now)
    row = memberships.one(tx, community.id, whom.id)
    if row is not None and row.may_moderate and community.is_local:
        return False
    if reason and _is_news(community, row, whom, reason):
        event = events.MemberWarned(by=actor.id, host=host, at=now, community=community.id, of=whom.id, reason=reason)
        events.append(tx, event)
    if row is not None and row.may_moderate:
        community_log.demoted(tx, community.id, whom.id, now)
    return bans.shut_out(
        tx, community.id, whom.id, by=actor.id, reason=reason, host=host, still_asks=still_asks, now=now
    )


def _is_news(community: AccountRow, row: MembershipRow | None, whom: AccountRow, reason: str) -> bool:
    """Whether the words of a ban are still to be told. Its host writes them to the member as a letter, which overtakes
    the ban or is overtaken by it: at the node of the member the first of both tells them."""
    if community.is_local:
        return row is None or row.state is not MemberState.BANNED
    return whom.is_local and row is not None and row.is_in and not _is_same(row.reason, reason)


def _is_same(words: str, summary: str) -> bool:
    """Whether the words of a letter are those of a ban, whose summary was read as markup."""
    return summary != "" and plain(words)[: len(summary)] == summary


def host_of(known: KnownRow, actor: AccountRow) -> str:
    """Where it was done. Never here: then this node would tell it as its own."""
    return actor.domain or known.account.domain
