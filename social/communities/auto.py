"""Members by a rule: who works at a site, as something, or in a team is in; who moves on is told, and leaves in time.

A rule is carried out by each node for its own people: where the community is kept at another node of the group, they
ask to come in, and are let in by the rule that they name.
"""

from collections.abc import Iterable, Sequence
from urllib.parse import urlsplit

import msgspec

from social import events, jobs
from social.clock import DAY
from social.communities import communities, membership, standing
from social.errors import Conflict, Forbidden, Invalid, NotFound
from social.people import names, relations, users
from social.people.follows import Verb, removed
from social.policy import Viewer, require_person
from social.trust import group
from social.urls import Urls
from storage import accounts as account_rows
from storage import communities as community_rows
from storage import community_rules as rows
from storage import domain_blocks, memberships
from storage import relations as relation_rows
from storage import users as user_rows
from storage.accounts import AccountKind, AccountRow
from storage.communities import KnownRow
from storage.community_rules import RuleField, RuleId, RuleRow
from storage.engine.database import Tx
from storage.ids import AccountId, IdMaker, Millis
from storage.memberships import MemberRole, MembershipRow, MemberState

NOTICE = 14 * DAY
AT_ONCE = 200
LENGTH = 100
FIRST = AccountId(0)
MOST = 20


def rules(tx: Tx, viewer: Viewer, id: AccountId) -> list[RuleRow]:
    """The rules of a community: for its hosts. Raises NotFound, Forbidden."""
    standing.require_host(tx, viewer, id)
    return rows.of(tx, id)


def add_rule(
    tx: Tx, viewer: Viewer, id: AccountId, field: RuleField, value: str, *, mandatory: bool, ids: IdMaker, now: Millis
) -> RuleRow:
    """Make everybody a member for whom it holds; `mandatory`: who may mute but not leave. Work follows as a job.

    Raises NotFound, Forbidden, Invalid(value), Conflict(rule).
    """
    standing.require_host(tx, viewer, id)
    compared = names.tidy(value).casefold()
    if not compared:
        raise Invalid("value", "blank")
    if len(compared) > LENGTH:
        raise Invalid("value", "too_long", maximum=LENGTH)
    if len(rows.of(tx, id)) >= MOST:
        raise Invalid("value", "too_many", maximum=MOST)
    row = RuleRow(id=RuleId(ids.make()), community_id=id, field=field, value=compared, mandatory=mandatory)
    if not rows.insert(tx, row):
        raise Conflict("rule")
    _changed(tx, id, now)
    return row


def drop_rule(tx: Tx, viewer: Viewer, id: AccountId, rule: RuleId, *, now: Millis) -> None:
    """Take a rule away: who is a member by it gets notice. Raises NotFound, Forbidden."""
    standing.require_host(tx, viewer, id)
    if not rows.drop(tx, rule, id):
        raise NotFound("rule")
    _changed(tx, id, now)


def stay(tx: Tx, viewer: Viewer, id: AccountId, *, now: Millis) -> MembershipRow:
    """Somebody with notice stays of the own will, where one may come in so. Twice is once.

    Raises NotFound for who is no member, Forbidden(not_invited) where members are let in.
    """
    require_person(viewer)
    own = memberships.one(tx, id, viewer.account)
    known = standing.shown(tx, viewer, id)
    if own is None or not own.is_in:
        raise NotFound("member")
    if own.leaves_at is None:
        return own
    if known.community.is_closed:
        raise Forbidden("not_invited")
    kept = msgspec.structs.replace(own, by_rule="", leaves_at=None)
    memberships.put(tx, kept)
    return kept


def look_at_all(tx: Tx, after: AccountId, *, ids: IdMaker, urls: Urls, now: Millis) -> None:
    """Job: look at the people here, some at a time, after a rule changed."""
    found = rows.people(tx, after, AT_ONCE)
    for account in found:
        look_at(tx, account, ids=ids, urls=urls, now=now)
    if len(found) == AT_ONCE:
        look_soon(tx, now, found[-1].id)


def look_at_one(tx: Tx, account: AccountId, *, ids: IdMaker, urls: Urls, now: Millis) -> None:
    """Job: look at somebody who came, or whose job or team changed."""
    row = account_rows.by_id(tx, account)
    if row is not None and row.suspended_at is None and row.deleted_at is None and user_rows.by_account(tx, account):
        look_at(tx, row, ids=ids, urls=urls, now=now)


def look_at(tx: Tx, account: AccountRow, *, ids: IdMaker, urls: Urls, now: Millis) -> None:
    """Make the memberships by rules of a person here what the rules say now."""
    if not account.is_local or account.kind not in (AccountKind.PERSON, AccountKind.SERVICE):
        return
    site = urlsplit(account.uri).netloc.casefold()
    hosts = sorted(group.domains(tx, now))
    holding = rows.holding(tx, account, site, hosts)
    # A mandatory rule of a community comes before its others.
    wanted = {rule.community_id: rule for rule in reversed(holding)}
    own = {row.community_id: row for row in memberships.of_account(tx, account.id)}
    former = {id: row for id, row in community_rows.known_all(tx, list(wanted)).items() if row.community.merged_into}
    for id, rule in wanted.items():
        if id not in former:
            _hold(tx, account, own.get(id), rule, ids=ids, urls=urls, now=now)
    kept = {*wanted, *_led(former.values(), now)}
    for id, row in own.items():
        if row.by_rule and id not in kept:
            _let_go(tx, row, now=now)


def end_due(tx: Tx, now: Millis) -> int:
    """Members whose notice is over leave, and guests whose time is over; how many."""
    due: Sequence[MembershipRow] = [*memberships.ended(tx, now, AT_ONCE), *memberships.leaving(tx, now, AT_ONCE)]
    for row in due:
        community = account_rows.by_id(tx, row.community_id)
        if community is not None and not community.is_local:
            _withdraw(tx, row, now=now)
        else:
            membership.put_out(tx, row, by=row.community_id, now=now)
    return len(due)


def apply(tx: Tx, event: events.AnyEvent, now: Millis) -> None:
    """Subscriber: somebody here came or changed their profile, other nodes are of the group now, or a community with
    rules changed, of here or of elsewhere: it may have been opened again."""
    if isinstance(event, events.ManifestTaken) and rows.are_any(tx):
        look_soon(tx, now)
    if isinstance(event, events.CommunityChanged) and rows.of(tx, event.community):
        look_soon(tx, now)
    came_or_changed = isinstance(event, events.AccountJoined | events.ProfileChanged) and not event.host
    if came_or_changed and (rows.are_any(tx) or memberships.is_by_rule(tx, event.by)):
        jobs.enqueue(tx, jobs.LookAtMemberships(account=event.by), key=str(event.by), due=now)


def _led(former: Iterable[KnownRow], now: Millis) -> Iterable[AccountId]:
    """Where communities went on, of whose rules one holds: until that one's own are known here, but for no longer than
    a notice would run."""
    for known in former:
        into, archived = known.community.merged_into, known.community.archived_at
        if into is not None and archived is not None and now - archived < NOTICE:
            yield into


def _hold(
    tx: Tx,
    account: AccountRow,
    own: MembershipRow | None,
    rule: RuleRow,
    *,
    ids: IdMaker,
    urls: Urls,
    now: Millis,
) -> None:
    """The rule holds: in, unless banned, or gone of the own will where one may."""
    mandatory = rule.name if rule.mandatory else ""
    left = own is not None and own.state is MemberState.INVITED and bool(own.by_rule)
    if own is not None and (own.state is MemberState.BANNED or (left and not mandatory)):
        return
    if own is None or not own.is_in:
        community = community_rows.known(tx, rule.community_id)
        if community is None:
            return
        if not community.account.is_local:
            _ask_in(tx, account, own, rule, ids=ids, urls=urls, now=now)
            return
        role = own.role if own is not None else MemberRole.MEMBER
        communities.seat(tx, community.account, account, role, ids=ids, now=now)
        own = memberships.one(tx, rule.community_id, account.id)
        if own is None or not own.is_in:
            return
        own = msgspec.structs.replace(own, by_rule=rule.name)
    elif not own.by_rule and not mandatory:
        return  # here of the own will
    held = msgspec.structs.replace(own, by_rule=rule.name, mandatory=mandatory, leaves_at=None)
    memberships.put(tx, held)


def _ask_in(
    tx: Tx,
    account: AccountRow,
    own: MembershipRow | None,
    rule: RuleRow,
    *,
    ids: IdMaker,
    urls: Urls,
    now: Millis,
) -> None:
    """A community of another node: its host lets in whom a node of the group says that its rule holds for."""
    if own is not None and own.state is MemberState.ASKED:
        return
    between = relation_rows.blocks(tx, account.id, rule.community_id)
    community = account_rows.by_id(tx, rule.community_id)
    if community is None or between.is_blocked or between.is_blocking:
        return
    if domain_blocks.is_blocked(tx, account.id, community.domain):
        return
    viewer = users.viewer_of(tx, account.id)
    relations.follow(tx, viewer, rule.community_id, ids=ids, urls=urls, now=now)
    asked = memberships.one(tx, rule.community_id, account.id)
    if asked is not None:
        mandatory = rule.name if rule.mandatory else ""
        memberships.put(tx, msgspec.structs.replace(asked, by_rule=rule.name, mandatory=mandatory))


def _withdraw(tx: Tx, row: MembershipRow, *, now: Millis) -> None:
    """Leave a community of another node, because of a rule and not of the own will: a rule may bring back."""
    memberships.put(tx, msgspec.structs.replace(row, by_rule="", mandatory="", leaves_at=None))
    follow = relation_rows.between(tx, row.account_id, row.community_id)
    if not removed(tx, follow, Verb.LEAVE, host="", now=now):
        memberships.drop(tx, row.community_id, row.account_id)


def _let_go(tx: Tx, row: MembershipRow, *, now: Millis) -> None:
    """No rule holds any more: notice to a member, and nothing is left of what somebody had declined."""
    if row.state is MemberState.ASKED:
        _withdraw(tx, row, now=now)
    elif not row.is_in:
        memberships.drop(tx, row.community_id, row.account_id)
    elif row.leaves_at is None:
        until = Millis(now + NOTICE)
        memberships.put(tx, msgspec.structs.replace(row, mandatory="", leaves_at=until))
        standing.ends(tx, until)
        community = community_rows.by_id(tx, row.community_id)
        if community is not None and community.merged_into is not None:
            return  # It is the one that this went on as of which one is told.
        noticed = events.MemberNoticed(
            by=row.community_id, at=now, community=row.community_id, of=row.account_id, leaves_at=until
        )
        events.append(tx, noticed)


def look_soon(tx: Tx, now: Millis, after: AccountId = FIRST) -> None:
    """Have all people here looked at, those after that account."""
    jobs.enqueue(tx, jobs.ApplyRules(after=after), key=f"rules-{after}", due=now)


def _changed(tx: Tx, id: AccountId, now: Millis) -> None:
    """Look at the people here; the nodes of the group hear of it with what the community says of itself."""
    look_soon(tx, now)
    events.append(tx, events.ProfileChanged(by=id, at=now))
