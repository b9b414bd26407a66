"""Coming into a community and leaving it, by the member or by its hosts. Every way in or out is a follow that moves."""

import msgspec

from social import events, text
from social.communities import admission, bans, homes, requests, standing
from social.errors import Conflict, Forbidden, Invalid, NotFound
from social.governance.audit import Act, record_of
from social.people import accounts, relations
from social.people.follows import Verb, move, removed
from social.policy import Viewer, require_person
from social.urls import Urls
from storage import community_topics as topic_rows
from storage import holding
from storage import memberships as rows
from storage import relations as follow_rows
from storage.accounts import AccountKind
from storage.communities import KnownRow
from storage.engine.database import Tx
from storage.ids import AccountId, IdMaker, Millis
from storage.memberships import Level, MemberRole, MembershipRow, MemberState
from storage.passed_requests import Answer

REASON_LIMIT = 500


def join(
    tx: Tx, viewer: Viewer, id: AccountId, *, reason: str = "", ids: IdMaker, urls: Urls, now: Millis
) -> MemberState:
    """Join, or ask to: what the viewer is then. A community that became part of another leads into that one.

    Raises Unauthorized, NotFound, Forbidden(not_invited), Invalid(reason).
    """
    require_person(viewer)
    words = clean_reason(reason)
    known = standing.led(tx, viewer, id)
    holding.community(tx, known.account.id)
    _end_if_over(tx, rows.one(tx, known.account.id, viewer.account), now)
    relations.follow(tx, viewer, known.account.id, ids=ids, urls=urls, now=now)
    own = rows.one(tx, known.account.id, viewer.account)
    if own is None:
        raise Forbidden("not_invited")
    if own.state is MemberState.ASKED and words and words != own.reason:
        rows.put(tx, msgspec.structs.replace(own, reason=words))
        standing.requests_changed(tx, known.account.id, now)
    return own.state


def is_asked(tx: Tx, viewer: Viewer, id: AccountId) -> bool:
    """Whether who has just joined waits for somebody's decision, rather than for the answer of a node alone. Raises
    NotFound."""
    known = standing.led(tx, viewer, id)
    return known.community.is_closed


def leave(tx: Tx, viewer: Viewer, id: AccountId, *, now: Millis) -> None:
    """Leave, withdraw the request, or decline the invitation; nothing if there is none of them.

    Raises Forbidden(mandatory) where a rule keeps the viewer, Conflict(last_host) rather than leave nobody in charge.
    """
    require_person(viewer)
    holding.community(tx, id)
    own = rows.one(tx, id, viewer.account)
    if own is None or own.state is MemberState.BANNED:
        return
    admission.require_free(tx, viewer.account, id)
    if not removed(tx, follow_rows.between(tx, viewer.account, id), Verb.LEAVE, host="", now=now):
        rows.drop(tx, id, viewer.account)
        standing.say(tx, own, by=viewer.account, before=own.state.value, state="", now=now)


def invite(
    tx: Tx,
    viewer: Viewer,
    id: AccountId,
    account: AccountId,
    *,
    role: MemberRole = MemberRole.MEMBER,
    until: Millis | None = None,
    ids: IdMaker,
    now: Millis,
) -> MemberState | None:
    """Let somebody in who needs not be asked about then; who asked already is a member at once. `until` makes a guest.
    None: the node that keeps the community is asked to.

    Raises Forbidden unless the viewer moderates, Conflict for a member or a banned account, Invalid(until).
    """
    holding.community(tx, id)
    known = standing.require_moderator(tx, viewer, id)
    guest = until is not None or role is MemberRole.GUEST
    if guest and (until is None or until <= now):
        raise Invalid("until", "past")
    if role in standing.MODERATORS:
        standing.require_host(tx, viewer, id)
    target = accounts.account(tx, viewer, account)
    if target.kind not in (AccountKind.PERSON, AccountKind.SERVICE):
        raise NotFound("account")
    if not known.account.is_local:
        held = rows.one(tx, id, account)
        if held is not None and held.state in (MemberState.MEMBER, MemberState.BANNED):
            raise Conflict("banned" if held.state is MemberState.BANNED else "member")
        asked = events.HostAsked(by=viewer.account, at=now, community=id, of=account, verb="invite", until=until)
        events.append(tx, asked)
        return None
    return let_come(tx, id, account, by=viewer.account, role=MemberRole.GUEST if guest else role, until=until, now=now)


def let_come(
    tx: Tx,
    id: AccountId,
    account: AccountId,
    *,
    by: AccountId,
    role: MemberRole = MemberRole.MEMBER,
    until: Millis | None = None,
    now: Millis,
) -> MemberState:
    """The invitation to a community of here, by whoever may. Raises Conflict for a member or a banned account."""
    holding.community(tx, id)
    _end_if_over(tx, rows.one(tx, id, account), now)
    before = rows.one(tx, id, account)
    if before is not None and before.state in (MemberState.MEMBER, MemberState.BANNED):
        raise Conflict("banned" if before.state is MemberState.BANNED else "member")
    if until is not None:
        standing.ends(tx, until)
    if before is not None and before.state is MemberState.ASKED:
        rows.put(tx, msgspec.structs.replace(before, role=role, until=until))
        return let_in(tx, before, now=now)
    invited = MembershipRow(
        community_id=id,
        account_id=account,
        role=role,
        state=MemberState.INVITED,
        until=until,
        read_place=now,
        created_at=now,
    )
    rows.put(tx, invited)
    standing.say(tx, invited, by=by, now=now)
    return MemberState.INVITED


def answer_request(tx: Tx, viewer: Viewer, id: AccountId, account: AccountId, *, accept: bool, now: Millis) -> bool:
    """Let somebody in who asks, or not; False: the node that keeps the community is asked to.

    Raises Forbidden unless the viewer moderates, NotFound without a request, Conflict for one that they answered.
    """
    holding.community(tx, id)
    known = standing.require_moderator(tx, viewer, id)
    if not known.account.is_local:
        requests.answer(tx, viewer, id, account, Answer.ACCEPT if accept else Answer.REFUSE, now=now)
        return False
    if not decide(tx, id, account, accept=accept, now=now):
        raise NotFound("follow_request")
    return True


def decide(tx: Tx, id: AccountId, account: AccountId, *, accept: bool, follow: str = "", now: Millis) -> bool:
    """What becomes of a request to come into a community of here, by the word of whoever may say so; False if there is
    none. `follow`: that one alone, not one that was made since."""
    asked = rows.one(tx, id, account)
    row = follow_rows.between(tx, account, id)
    if asked is None or asked.state is not MemberState.ASKED or row is None or follow not in ("", row.uri):
        return False
    if accept:
        let_in(tx, asked, now=now)
    else:
        removed(tx, row, Verb.REJECT, host="", now=now)
    return True


def let_in(tx: Tx, asked: MembershipRow, *, now: Millis) -> MemberState:
    """Agree to a request, whoever decided it. Raises NotFound if it was withdrawn."""
    follow = follow_rows.between(tx, asked.account_id, asked.community_id)
    if follow is None or not move(tx, follow, Verb.ACCEPT, now=now):
        raise NotFound("follow_request")
    asker = accounts.by_id(tx, asked.account_id)
    accepted = events.FollowAccepted(
        by=asked.account_id,
        of=asked.community_id,
        uri=follow.uri,
        answered=asker is not None and not asker.is_local,
        at=now,
    )
    events.append(tx, accepted)
    return MemberState.MEMBER


def set_role(tx: Tx, viewer: Viewer, id: AccountId, account: AccountId, role: MemberRole, *, now: Millis) -> None:
    """Give a member another role. Raises Forbidden unless the viewer is a host, NotFound, Conflict(last_host)."""
    holding.community(tx, id)
    _require_here(standing.require_host(tx, viewer, id))
    member = _member(tx, id, account)
    if member.is_host and role is not MemberRole.HOST and _is_last_host(tx, member):
        raise Conflict("last_host")
    if role is MemberRole.GUEST and member.until is None:
        raise Invalid("until", "blank")
    if standing.seat_as(tx, member, role, by=viewer.account, now=now):
        events.append(tx, events.CommunityChanged(by=viewer.account, at=now, community=id))
        if MemberRole.HOST in (member.role, role):
            # Who hosts it is told to the nodes of the group with what it says of itself.
            events.append(tx, events.ProfileChanged(by=id, at=now))


def expel(tx: Tx, viewer: Viewer, id: AccountId, account: AccountId, reason: str = "", *, now: Millis) -> bool:
    """Put a member out, who may ask again and reads the reason; False: the node that keeps the community is asked to.

    Raises Forbidden for one who moderates, unless the viewer is a host.
    """
    if _is_asked(tx, viewer, id, account, "out", reason, now):
        return False
    member, words = _lower(tx, viewer, id, account), clean_reason(reason)
    if words:
        # Before they are out: what is said to a member is believed at their node.
        events.append(tx, events.MemberWarned(by=viewer.account, at=now, community=id, of=account, reason=words))
    put_out(tx, member, by=viewer.account, reason=words, now=now)
    return True


def ban(tx: Tx, viewer: Viewer, id: AccountId, account: AccountId, reason: str = "", *, now: Millis) -> bool:
    """Put somebody out who does not come in again; also somebody who never was in. False as `expel`.

    Raises Forbidden.
    """
    holding.community(tx, id)
    if _is_asked(tx, viewer, id, account, "ban", reason, now):
        return False
    if account == viewer.account:
        raise Forbidden("oneself")
    before = rows.one(tx, id, account)
    if before is not None and before.may_moderate:
        standing.require_host(tx, viewer, id)
    target = accounts.account(tx, viewer, account)
    record_of(tx, viewer, Act.COMMUNITY_BAN, target, why=reason, now=now)
    words = clean_reason(reason)
    if words and (before is None or before.state is not MemberState.BANNED):
        events.append(tx, events.MemberWarned(by=viewer.account, at=now, community=id, of=account, reason=words))
    bans.shut_out(tx, id, account, by=viewer.account, reason=words, now=now)
    return True


def unban(tx: Tx, viewer: Viewer, id: AccountId, account: AccountId, *, now: Millis) -> bool:
    """Let somebody ask again. Nothing if they are not banned. False as `expel`."""
    holding.community(tx, id)
    if _is_asked(tx, viewer, id, account, "return", "", now):
        return False
    bans.let_return(tx, id, account, by=viewer.account, now=now)
    return True


def put_out(tx: Tx, member: MembershipRow, *, by: AccountId, reason: str = "", host: str = "", now: Millis) -> bool:
    """End a membership from the community's side, whoever decided: the follow ends, addresses of pictures are new."""
    rows.put(tx, msgspec.structs.replace(member, reason=reason))
    follow = follow_rows.between(tx, member.account_id, member.community_id)
    if not removed(tx, follow, Verb.REJECT, host=host, now=now):
        if not rows.drop(tx, member.community_id, member.account_id):
            return False
        said = msgspec.structs.replace(member, reason=reason)
        standing.say(tx, said, by=by, before=member.state.value, state="", host=host, now=now)
    bans.recount(tx, member.community_id, now)
    return True


def prefer(
    tx: Tx,
    viewer: Viewer,
    id: AccountId,
    *,
    level: Level | None = None,
    muted: bool | None = None,
    topic_only: str | None = None,
    now: Millis,
) -> MembershipRow:
    """What the viewer wants to hear of a community; None leaves it. Raises NotFound unless they are a member."""
    require_person(viewer)
    own = _member(tx, id, viewer.account)
    changed = msgspec.structs.replace(
        own,
        level=own.level if level is None else level,
        muted=own.muted if muted is None else muted,
        topic_only=own.topic_only if topic_only is None else _topic(tx, id, topic_only),
    )
    if changed != own and rows.prefer(tx, changed):
        homes.settle(tx, changed.account_id, changed.community_id)
    return changed


def read(tx: Tx, viewer: Viewer, id: AccountId, *, now: Millis) -> None:
    """The viewer has read the community's list as it is now."""
    require_person(viewer)
    rows.read(tx, id, viewer.account, now)


def clean_reason(reason: str) -> str:
    """The words of a request or of a measure as they are kept. Raises Invalid."""
    if "\0" in reason:
        raise Invalid("reason", "nul")
    words = text.clean_text(reason).strip()
    if text.graphemes(words) > REASON_LIMIT:
        raise Invalid("reason", "too_long", maximum=REASON_LIMIT)
    return words


def _end_if_over(tx: Tx, held: MembershipRow | None, now: Millis) -> None:
    """What is over and was not taken away yet is, before anything else is made of it."""
    if held is not None and held.is_over:
        put_out(tx, held, by=held.community_id, now=now)


def _is_asked(tx: Tx, viewer: Viewer, id: AccountId, account: AccountId, verb: str, reason: str, now: Millis) -> bool:
    """Of a community of another node: its host puts people out, and is asked to. False for one of here.

    Raises Forbidden unless the viewer moderates it.
    """
    if standing.require_moderator(tx, viewer, id).account.is_local:
        return False
    if account == viewer.account:
        raise Forbidden("oneself")
    target = accounts.account(tx, viewer, account)
    held = rows.one(tx, id, account)
    if held is not None and held.may_moderate:
        raise Forbidden("hosts_only")
    words = clean_reason(reason)
    if verb == "ban":
        record_of(tx, viewer, Act.COMMUNITY_BAN, target, why=words, now=now)
    asked = events.HostAsked(by=viewer.account, at=now, community=id, of=account, verb=verb, reason=words)
    events.append(tx, asked)
    return True


def _require_here(known: KnownRow) -> None:
    if not known.account.is_local:
        raise Forbidden("elsewhere")


def _member(tx: Tx, id: AccountId, account: AccountId) -> MembershipRow:
    member = rows.one(tx, id, account)
    if member is None or not member.is_in:
        raise NotFound("member")
    return member


def _lower(tx: Tx, viewer: Viewer, id: AccountId, account: AccountId) -> MembershipRow:
    """A member of a community here whom the viewer may put out."""
    holding.community(tx, id)
    _require_here(standing.require_moderator(tx, viewer, id))
    if account == viewer.account:
        raise Forbidden("oneself")
    member = _member(tx, id, account)
    if member.may_moderate:
        standing.require_host(tx, viewer, id)
    return member


def _is_last_host(tx: Tx, own: MembershipRow) -> bool:
    hosts = rows.with_roles(tx, own.community_id, [MemberRole.HOST])
    return all(host.account.id == own.account_id for host in hosts)


def _topic(tx: Tx, id: AccountId, name: str) -> str:
    if name and all(topic.name != name for topic in topic_rows.of(tx, id)):
        raise NotFound("topic")
    return name
