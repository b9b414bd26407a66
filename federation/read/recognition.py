"""What nodes of a group tell one another beside the common words: skills, days, kudos. What is wrong is left out."""

import re
from typing import Any

from federation.document import fields_of, id_of, ids_of, text_of, type_of
from federation.names import is_id
from federation.read.values import cut, gathered, optional_id
from social.posts.thanks import MOST, VALUE_LIMIT, SaidKudos
from social.recognition.facts import (
    MOST_ENDORSERS,
    MOST_GIVEN,
    MOST_SKILLS,
    SKILL_LIMIT,
    Facts,
    Given,
    Skill,
    is_day,
)
from storage.days import Day

_MONTH_DAY = re.compile(r"--(\d{2})-(\d{2})")
"""As `xsd:gMonthDay`: a day of any year."""


def read_facts(fields: dict[str, Any], *, insecure: bool) -> Facts | None:
    """What an actor's document says for its group. None when it has no list of skills: it was not written for us."""
    if "knowsAbout" not in fields:
        return None
    return Facts(
        skills=gathered(fields["knowsAbout"], lambda item: _skill(item, insecure), MOST_SKILLS),
        given=gathered(fields.get("endorses"), lambda item: _given(item, insecure), MOST_GIVEN),
        birthday=_day(fields.get("birthday")),
        anniversary=_day(fields.get("workAnniversary")),
    )


def read_kudos(fields: dict[str, Any], *, insecure: bool) -> SaidKudos | None:
    """Whom a post thanks, and for which value; None for nobody."""
    said = fields_of(fields.get("kudos"))
    if said is None or type_of(said) != "Kudos":
        return None
    thanked = tuple(id for id in ids_of(said.get("thanks")) if is_id(id, insecure=insecure))[:MOST]
    value = cut(text_of(said.get("value")), VALUE_LIMIT)
    return SaidKudos(value=value, thanked=thanked) if value and thanked else None


def _skill(item: Any, insecure: bool) -> Skill | None:
    said = fields_of(item) or {"name": item}
    name = cut(text_of(said.get("name")), SKILL_LIMIT)
    by = tuple(id for id in ids_of(said.get("endorsedBy")) if is_id(id, insecure=insecure))[:MOST_ENDORSERS]
    return Skill(name=name, endorsers=by) if name else None


def _given(item: Any, insecure: bool) -> Given | None:
    said = fields_of(item)
    if said is None:
        return None
    of, skill = optional_id(id_of(said.get("object")), insecure), cut(text_of(said.get("name")), SKILL_LIMIT)
    return Given(of=of, skill=skill) if of is not None and skill else None


def _day(value: Any) -> Day | None:
    found = _MONTH_DAY.fullmatch(text_of(value) or "")
    if found is None:
        return None
    month, day = int(found[1]), int(found[2])
    return Day(month, day) if is_day(month, day) else None
