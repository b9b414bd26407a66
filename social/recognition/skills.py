"""Skills: claimed by oneself, endorsed by colleagues, each endorsement shown when its subject agrees."""

from collections.abc import Sequence

import msgspec

from social.errors import Conflict, Invalid, NotFound
from social.feeds import fulltext
from social.people import accounts as people
from social.people import names
from social.policy import Viewer, require_person
from social.recognition import facts
from social.settings import Settings
from storage import accounts, relations
from storage import skills as rows
from storage.accounts import AccountRow
from storage.engine.database import Tx
from storage.ids import AccountId, Millis
from storage.kudos import Consent
from storage.skills import EndorsedRow, WroteRow

PROOFS = 3
"""Posts shown with one person."""
_LOOKED_AT = 120
FOUND = 40
WRITERS = 10
CHOICES = 24


class SkillView(msgspec.Struct, frozen=True, kw_only=True):
    """A skill of somebody; `endorsed`: by whom, as far as shown; `mine`: whether the viewer says so."""

    name: str
    display: str
    endorsed: Sequence[EndorsedRow] = ()
    mine: bool = False


class Knows(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody who knows: skills that match, and posts that show it, the newest first."""

    account: AccountRow
    skills: Sequence[SkillView] = ()
    posts: Sequence[WroteRow] = ()


def claim(tx: Tx, viewer: Viewer, display: str, *, now: Millis) -> None:
    """Say that one has a skill; again is fine. Raises Invalid."""
    require_person(viewer)
    name, display = facts.key(display), names.tidy(display)
    if not name:
        raise Invalid("skill", "blank")
    if len(display) > facts.SKILL_LIMIT:
        raise Invalid("skill", "too_long", maximum=facts.SKILL_LIMIT)
    known = rows.of(tx, [viewer.account])
    if any(one.name == name for one in known):
        return
    if len(known) >= facts.MOST_SKILLS:
        raise Invalid("skill", "too_many", maximum=facts.MOST_SKILLS)
    if rows.claim(tx, viewer.account, name, display, len(known)):
        facts.told(tx, viewer.account, now)


def remove(tx: Tx, viewer: Viewer, name: str, *, now: Millis) -> None:
    """Have a skill no more, with all that others said of it. Raises NotFound."""
    require_person(viewer)
    if not rows.drop(tx, viewer.account, _uri(tx, viewer.account), name):
        raise NotFound("skill")
    facts.told(tx, viewer.account, now)


def endorse(tx: Tx, viewer: Viewer, of: AccountId, name: str, *, now: Millis) -> None:
    """Say that somebody has a skill which they claim; again is fine.

    Raises NotFound (the person, or the skill: it may have been removed since), Invalid for oneself, Conflict for too
    many.
    """
    require_person(viewer)
    target = people.account(tx, viewer, of)
    if target.id == viewer.account:
        raise Invalid("skill", "own_skill")
    between = relations.blocks(tx, viewer.account, target.id)
    if between.is_blocking or between.is_blocked:
        raise NotFound("account")
    if not any(one.name == name for one in rows.of(tx, [target.id])):
        raise NotFound("skill")
    own = _uri(tx, viewer.account)
    if len(rows.given_by(tx, [own])) >= facts.MOST_GIVEN:
        raise Conflict("too_many_endorsements", maximum=facts.MOST_GIVEN)
    if rows.give(tx, target.uri, name, own, now):
        facts.told(tx, viewer.account, now)


def take_back(tx: Tx, viewer: Viewer, of: AccountId, name: str, *, now: Millis) -> None:
    """Say so no more. Raises NotFound."""
    require_person(viewer)
    target = people.account(tx, viewer, of)
    if not rows.take_back(tx, target.uri, name, _uri(tx, viewer.account)):
        raise NotFound("endorsement")
    facts.told(tx, viewer.account, now)


def answer(tx: Tx, viewer: Viewer, by: AccountId, name: str, *, shown: bool, now: Millis) -> None:
    """Let an endorsement of oneself be seen, or not; it can be changed. Raises NotFound."""
    require_person(viewer)
    found = rows.endorsed(tx, [viewer.account], list(Consent))
    one = next((row for row in found if row.by.id == by and row.name == name), None)
    if one is None:
        raise NotFound("endorsement")
    state = Consent.SHOWN if shown else Consent.REFUSED
    if rows.answer(tx, _uri(tx, viewer.account), name, one.by.uri, state, now):
        facts.told(tx, viewer.account, now)


def of_person(tx: Tx, viewer: Viewer, account: AccountId) -> list[SkillView]:
    """Somebody's skills in their order. Two statements, and one more for who has any."""
    return _views(tx, viewer, [account]).get(account, [])


def awaiting(tx: Tx, viewer: Viewer) -> list[EndorsedRow]:
    """What others say of the viewer and the viewer has said nothing to."""
    require_person(viewer)
    return rows.endorsed(tx, [viewer.account], [Consent.ASKED])


def who_knows(tx: Tx, viewer: Viewer, q: str, *, settings: Settings, now: Millis) -> list[Knows]:
    """People who have the skill, and people who wrote of it, from what is on this node. Raises Unauthorized.

    Who claims it comes first, by name; then who wrote of it, the latest first. Nobody is put before another for having
    more of either.
    """
    require_person(viewer)
    words = names.words(q)
    if not words:
        return []
    claimed = rows.found(tx, viewer.account, words, FOUND, now)
    ids = fulltext.posts(tx, viewer, " ".join(words), settings=settings, now=now, limit=_LOOKED_AT)
    wrote: dict[AccountId, list[WroteRow]] = {}
    for row in rows.wrote(tx, ids):
        wrote.setdefault(row.author.id, []).append(row)
    views = _views(tx, viewer, [row.id for row in claimed])
    known = {row.id for row in claimed}
    others = [posts[0].author for id, posts in wrote.items() if id not in known]
    # However many claim it, some of those who only wrote of it are shown too.
    claimed = claimed[: FOUND - min(len(others), WRITERS)]
    others = others[: FOUND - len(claimed)]
    return [
        Knows(
            account=row,
            skills=[one for one in views.get(row.id, []) if _matches(one.name, words)],
            posts=wrote.get(row.id, [])[:PROOFS],
        )
        for row in [*claimed, *others]
    ]


def choices(tx: Tx, viewer: Viewer) -> list[rows.CountedRow]:
    """Skills that one may look for. Raises Unauthorized."""
    require_person(viewer)
    return rows.most_shared(tx, CHOICES)


def _views(tx: Tx, viewer: Viewer, ids: Sequence[AccountId]) -> dict[AccountId, list[SkillView]]:
    found = rows.of(tx, ids)
    said = rows.endorsed(tx, ids, [Consent.ASKED, Consent.SHOWN]) if found else []
    views: dict[AccountId, list[SkillView]] = {}
    for one in found:
        of_it = [row for row in said if (row.account_id, row.name) == (one.account_id, one.name)]
        shown = [row for row in of_it if row.state is Consent.SHOWN][: facts.MOST_ENDORSERS]
        mine = any(row.by.id == viewer.account for row in of_it)
        view = SkillView(name=one.name, display=one.display, endorsed=shown, mine=mine)
        views.setdefault(one.account_id, []).append(view)
    return views


def _matches(name: str, words: Sequence[str]) -> bool:
    return all(any(part.startswith(word) for part in name.split()) for word in words[:4])


def _uri(tx: Tx, account: AccountId) -> str:
    row = accounts.by_id(tx, account)
    if row is None:
        raise NotFound("account")
    return row.uri
