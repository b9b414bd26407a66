"""Who knows: skills that people claim, colleagues who say so, posts that show it; and one's own settings of it."""

from collections.abc import Sequence

import msgspec
from starlette.responses import Response

from social.errors import Invalid
from social.people import accounts
from social.people.relations import Relationship
from social.policy import Viewer
from social.recognition import days, skills
from social.recognition.skills import Knows, SkillView
from storage.days import ANNIVERSARY, BIRTHDAY, Day
from storage.engine.database import Tx
from storage.ids import AccountId
from storage.skills import CountedRow, EndorsedRow
from web import recognition
from web.forms import Form
from web.pages.profile import ties
from web.render import page_of
from web.visit import Visit


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """Who knows, with the relationships of the reader; without a question what may be asked for."""

    people: Sequence[Knows] = ()
    ties: dict[AccountId, Relationship] = {}
    choices: Sequence[CountedRow] = ()


class Own(msgspec.Struct, frozen=True, kw_only=True):
    """What the reader lets colleagues know."""

    skills: Sequence[SkillView]
    awaiting: Sequence[EndorsedRow]
    days: dict[str, Day]


async def who_knows(visit: Visit) -> Response:
    """GET /who-knows?q=: people with the skill, and people who wrote of it."""
    q = " ".join(visit.request.query_params.get("q", "").replace("\0", "").split())[:200]
    found = await visit.read(_found, q, visit)
    return visit.page("recognition/knows.html", q=q, found=found)


async def act(visit: Visit, form: Form) -> Response:
    """POST /people/{id}/skills/{act}: say that somebody has a skill, or no longer."""
    does, done = visit.act({"endorse": (skills.endorse, "endorsed"), "leave": (skills.take_back, "endorsed_no_more")})
    id = AccountId(visit.request.path_params["id"])
    await visit.write(does, id, form.line("skill"), now=visit.now)
    account = await visit.read(accounts.account, id)
    return visit.back(f"{page_of(account)}/about", done=done, anchor="skills")


async def settings(visit: Visit) -> Response:
    """GET /settings/colleagues: skills, who says so, days."""
    return await _settings(visit)


async def claim(visit: Visit, form: Form) -> Response:
    """POST /settings/colleagues/skills."""
    try:
        await visit.write(skills.claim, form.line("skill"), now=visit.now)
    except Invalid as wrong:
        return await _settings(visit, form.written("skill"), wrong)
    return visit.back("/settings/colleagues", done="saved")


async def remove(visit: Visit, form: Form) -> Response:
    """POST /settings/colleagues/skills/remove."""
    await visit.write(skills.remove, form.line("skill"), now=visit.now)
    return visit.back("/settings/colleagues", done="saved")


async def answer(visit: Visit, form: Form) -> Response:
    """POST /settings/colleagues/endorsements/{id}/{act}: let what a colleague says be seen, or not."""
    shown, by = visit.act({"show": True, "hide": False}), AccountId(visit.request.path_params["id"])
    await visit.write(skills.answer, by, form.line("skill"), shown=shown, now=visit.now)
    return visit.back("/settings/colleagues", done="saved")


async def keep_days(visit: Visit, form: Form) -> Response:
    """POST /settings/colleagues/days: a day and a month of each; empty: nobody knows it."""
    try:
        for kind in (BIRTHDAY, ANNIVERSARY):
            month, day = form.number(f"{kind}_month") or 0, form.number(f"{kind}_day") or 0
            await visit.write(days.keep, kind, month, day, now=visit.now)
    except Invalid as wrong:
        return await _settings(visit, "", wrong)
    return visit.back("/settings/colleagues", done="saved")


async def _settings(visit: Visit, skill: str = "", wrong: Invalid | None = None) -> Response:
    def own(tx: Tx, viewer: Viewer) -> Own:
        return Own(
            skills=skills.of_person(tx, viewer, viewer.account),
            awaiting=skills.awaiting(tx, viewer),
            days=days.of_viewer(tx, viewer),
        )

    found = await visit.read(own)
    return visit.form_page(
        "settings/colleagues.html",
        wrong,
        part="colleagues",
        own=found,
        skill=skill,
        months=[(str(number), recognition.month(number, visit.locale)) for number in recognition.MONTHS],
        days_of_month=[(str(number), str(number)) for number in range(1, 32)],
    )


def _found(tx: Tx, viewer: Viewer, q: str, visit: Visit) -> Found:
    if not q:
        return Found(choices=skills.choices(tx, viewer))
    people = skills.who_knows(tx, viewer, q, settings=visit.node.settings, now=visit.now)
    return Found(people=people, ties=ties(tx, viewer, [one.account.id for one in people], visit.now))
