"""Rules of membership between the nodes of a group: those of communities kept elsewhere, and who comes by one of ours.

A rule of a community is taken of a node of the group alone, and each node says of its own people for whom it holds.
"""

from collections.abc import Iterable

import msgspec

from social.communities import auto
from social.people import names
from social.trust import group
from storage import community_rules as rows
from storage import memberships
from storage.accounts import AccountRow
from storage.community_rules import RuleField, RuleId, RuleRow
from storage.engine.database import Tx
from storage.ids import AccountId, IdMaker, Millis
from storage.memberships import MembershipRow, MemberState


class SaidRule(msgspec.Struct, frozen=True, kw_only=True):
    """A rule as the host of a community tells it."""

    field: RuleField
    value: str
    mandatory: bool = False


def take(tx: Tx, id: AccountId, host: str, said: Iterable[SaidRule], *, ids: IdMaker, now: Millis) -> bool:
    """The whole list of a community of elsewhere; False if it is the one here, or its node is none of the group."""
    told: dict[str, SaidRule] = {}
    for one in said:
        value = names.tidy(one.value).casefold()
        rule = msgspec.structs.replace(one, value=value)
        if value and len(value) <= auto.LENGTH and len(told) < auto.MOST:
            told.setdefault(f"{rule.field}={value}", rule)
    if told and host not in group.domains(tx, now):
        return False
    known = {row.name: row for row in rows.of(tx, id)}
    gone = [row for name, row in known.items() if name not in told or told[name].mandatory is not row.mandatory]
    for row in gone:
        rows.drop(tx, row.id, id)
    fresh = [rule for name, rule in told.items() if name not in known or known[name] in gone]
    for rule in fresh:
        row = RuleRow(
            id=RuleId(ids.make()), community_id=id, field=rule.field, value=rule.value, mandatory=rule.mandatory
        )
        rows.insert(tx, row)
    if not gone and not fresh:
        return False
    auto.look_soon(tx, now)
    return True


def awaited(tx: Tx, target: AccountRow, actor: AccountRow, field: RuleField, value: str, *, now: Millis) -> bool:
    """Somebody of another node of the group comes into a community of here, by a rule that their node says holds for
    them: let in without being asked. False, and nothing changes, where there is no such rule, or it is about a site
    that is not theirs."""
    compared = names.tidy(value).casefold()
    if field is RuleField.SITE and compared != actor.domain:
        return False
    if actor.domain not in group.domains(tx, now):
        return False
    is_ours = any(row.field is field and row.value == compared for row in rows.of(tx, target.id))
    if not is_ours or memberships.one(tx, target.id, actor.id) is not None:
        return False
    row = MembershipRow(
        community_id=target.id, account_id=actor.id, state=MemberState.INVITED, read_place=now, created_at=now
    )
    memberships.put(tx, row)
    return True


def carry(tx: Tx, former: AccountId, into: AccountId, *, ids: IdMaker, now: Millis) -> None:
    """The rules of a community are also those of the one of here that it became part of."""
    known = {row.name for row in rows.of(tx, into)}
    missing = [row for row in rows.of(tx, former) if row.name not in known][: max(auto.MOST - len(known), 0)]
    for row in missing:
        rows.insert(tx, msgspec.structs.replace(row, id=RuleId(ids.make()), community_id=into))
    if missing:
        auto.look_soon(tx, now)
