"""What colleagues know of one another and nobody else: skills, who says so, a birthday, a work anniversary.

It travels in the actor's document, to the nodes of the group alone (by the manifest in force; without one to nobody).
An endorsement has two halves, each in the document of whose word it is: it counts where both are.
"""

from collections import defaultdict
from collections.abc import Sequence

import msgspec

from social import events
from social.people import names
from social.trust import manifests
from storage import accounts, days, relations, skills
from storage.accounts import AccountRow
from storage.days import Day
from storage.engine.database import Tx
from storage.ids import AccountId, Millis
from storage.kudos import Consent

MOST_SKILLS = 15
SKILL_LIMIT = 60
MOST_ENDORSERS = 8
"""Shown with one skill: enough to ask somebody, too few to compare people by."""
MOST_GIVEN = 60
"""Endorsements that one person gives."""
LONGEST_MONTHS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


class Skill(msgspec.Struct, frozen=True, kw_only=True):
    """A skill as it is written, and the ids of those whose endorsement is shown."""

    name: str
    endorsers: tuple[str, ...] = ()


class Given(msgspec.Struct, frozen=True, kw_only=True):
    """That its author says of another (an actor's id) that they have a skill."""

    of: str
    skill: str


class Facts(msgspec.Struct, frozen=True, kw_only=True):
    """All of it, of one person."""

    skills: tuple[Skill, ...] = ()
    given: tuple[Given, ...] = ()
    birthday: Day | None = None
    anniversary: Day | None = None


NOTHING = Facts()


def key(name: str) -> str:
    """A skill as it is compared: its words without accents and case."""
    return " ".join(names.words(name))[:SKILL_LIMIT]


def is_day(month: int, day: int) -> bool:
    """Whether the year has such a day, leap years included."""
    return 1 <= month <= 12 and 1 <= day <= LONGEST_MONTHS[month - 1]


def of(tx: Tx, people: Sequence[AccountRow]) -> dict[AccountId, Facts]:
    """The facts of people here. Four statements."""
    ids, uris = [row.id for row in people], [row.uri for row in people]
    shown: dict[tuple[str, str], list[str]] = defaultdict(list)
    for said in skills.said_of(tx, uris):
        if said.given and said.state is Consent.SHOWN:
            shown[said.of_uri, said.name].append(said.by_uri)
    given: dict[str, list[Given]] = defaultdict(list)
    for said in skills.given_by(tx, uris):
        given[said.by_uri].append(Given(of=said.of_uri, skill=said.name))
    known = {(row.account_id, row.kind): Day(row.month, row.day) for row in days.of(tx, ids)}
    claimed: dict[AccountId, list[skills.SkillRow]] = defaultdict(list)
    for row in skills.of(tx, ids):
        claimed[row.account_id].append(row)
    return {
        person.id: Facts(
            skills=tuple(
                Skill(name=one.display, endorsers=tuple(shown[person.uri, one.name][:MOST_ENDORSERS]))
                for one in claimed[person.id]
            ),
            given=tuple(given[person.uri][:MOST_GIVEN]),
            birthday=known.get((person.id, days.BIRTHDAY)),
            anniversary=known.get((person.id, days.ANNIVERSARY)),
        )
        for person in people
    }


def is_of_group(tx: Tx, host: str, *, now: Millis) -> bool:
    """Whether the node is one of the group, by the manifest in force."""
    manifest = manifests.active(tx, now=now)
    return manifest is not None and manifest.entity_at(host) is not None


def receive(tx: Tx, account: AccountId, facts: Facts | None, *, now: Millis) -> bool:
    """Keep what somebody of another node of the group says of themselves (None: nothing); whether it is new.

    Of a node that is not of the group nothing is kept. What is too much is left out, from the end.
    """
    if facts is None:
        return False
    row = accounts.by_id(tx, account)
    if row is None or row.is_local or not is_of_group(tx, row.domain, now=now):
        return False
    changed = [
        days.put(tx, row.id, kind, day if day is not None and is_day(*day) else None)
        for kind, day in ((days.BIRTHDAY, facts.birthday), (days.ANNIVERSARY, facts.anniversary))
    ]
    changed.append(_receive_skills(tx, row, facts.skills[:MOST_SKILLS], now))
    changed.append(_receive_given(tx, row, facts.given[:MOST_GIVEN], now))
    return any(changed)


def _receive_skills(tx: Tx, row: AccountRow, said: Sequence[Skill], now: Millis) -> bool:
    claimed = {name: one for one in said if (name := key(one.name))}
    known = {one.name for one in skills.of(tx, [row.id])}
    changed = [skills.drop(tx, row.id, row.uri, name) for name in sorted(known - claimed.keys())]
    changed += [
        skills.claim(tx, row.id, name, names.tidy(one.name)[:SKILL_LIMIT], position)
        for position, (name, one) in enumerate(claimed.items())
    ]
    shown = {(name, by) for name, one in claimed.items() for by in one.endorsers[:MOST_ENDORSERS] if by != row.uri}
    before = {(old.name, old.by_uri): old.state for old in skills.said_of(tx, [row.uri])}
    for name, by in sorted(shown):
        changed.append(skills.answer(tx, row.uri, name, by, Consent.SHOWN, now))
    for (name, by), state in before.items():
        if state is Consent.SHOWN and (name, by) not in shown:
            changed.append(skills.answer(tx, row.uri, name, by, Consent.ASKED, now))
    return any(changed)


def _receive_given(tx: Tx, row: AccountRow, said: Sequence[Given], now: Millis) -> bool:
    wanted = {(one.of, name) for one in said if (name := key(one.skill)) and one.of != row.uri}
    known = {(old.of_uri, old.name) for old in skills.given_by(tx, [row.uri])}
    changed = [skills.take_back(tx, of, name, row.uri) for of, name in sorted(known - wanted)]
    changed += [
        skills.give(tx, of, name, row.uri, now) for of, name in sorted(wanted - known) if _is_welcome(tx, row, of, name)
    ]
    return any(changed)


def _is_welcome(tx: Tx, row: AccountRow, of: str, name: str) -> bool:
    """Of somebody here only what they claim, from whom they have not blocked; of others it is for their node to say."""
    target = accounts.by_uri(tx, of)
    if target is None or not target.is_local:
        return True
    between = relations.blocks(tx, target.id, row.id)
    has_skill = any(one.name == name for one in skills.of(tx, [target.id]))
    return has_skill and not between.is_blocking and not between.is_blocked


def told(tx: Tx, account: AccountId, now: Millis) -> None:
    """Have the facts of somebody here told to the group."""
    events.append(tx, events.ProfileChanged(by=account, at=now))
