"""The rules of the site, for all and for who writes them, and the log of administration."""

import csv
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from io import StringIO

import msgspec
from starlette.responses import Response

from social.clock import iso
from social.errors import Invalid
from social.governance import audit, rules
from social.governance.audit import END_OF_TIME, Wanted
from social.governance.rules import RuleDraft, Wording
from social.policy import Viewer
from storage.audit import AuditRow
from storage.engine.database import Tx
from storage.ids import Millis
from storage.rules import RuleId, RuleRow
from web import acts
from web.forms import Form
from web.i18n import LOCALES
from web.pages.home import older
from web.visit import Visit


async def rule_list(visit: Visit) -> Response:
    """GET /rules: for everybody who may read here."""
    shown = [rules.in_language(rule, visit.locale) for rule in await visit.read(_rules)]
    return visit.page("reports/rules.html", rules=shown)


async def edit_rules(visit: Visit) -> Response:
    """GET /admin/rules."""
    return await _rules_page(visit)


async def add_rule(visit: Visit, form: Form) -> Response:
    """POST /admin/rules."""
    try:
        await visit.write(rules.add, _draft(form), now=visit.now)
    except Invalid as wrong:
        return await _rules_page(visit, form, wrong)
    return visit.back("/admin/rules", done="saved")


async def change_rule(visit: Visit, form: Form) -> Response:
    """POST /admin/rules/{id}: written anew, or taken away."""
    id = RuleId(visit.request.path_params["id"])
    try:
        if form.flag("remove"):
            await visit.write(rules.remove, id, now=visit.now)
        else:
            await visit.write(rules.change, id, _draft(form), now=visit.now)
    except Invalid as wrong:
        return await _rules_page(visit, form, wrong, id)
    return visit.back("/admin/rules", done="saved")


async def log(visit: Visit) -> Response:
    """GET /admin/log: who did what to whom, when, why and from where."""
    query = visit.request.query_params
    values = {name: query.get(name, "")[:200] for name in ("act", "by", "of", "since", "until")}
    before = visit.number("before", 2**62)
    found = await visit.read(audit.acts, _wanted(values), before=before)
    ids = [row.id for row in found]
    return visit.page(
        "admin/log.html",
        part="log",
        rows=[_shown(row, visit) for row in found],
        values=values,
        kinds=acts.choices(visit.say),
        older=older(visit, ids, audit.LIMIT),
        errors=visit.errors(),
    )


def _shown(row: AuditRow, visit: Visit) -> tuple[AuditRow, str]:
    """A row with its codes in words, and what was done."""
    said = {"subject": acts.subject(row, visit.say), "reason": acts.reason(row, visit.say)}
    return msgspec.structs.replace(row, **said), acts.done(row.act, visit.say)


async def log_csv(visit: Visit, form: Form) -> Response:
    """POST /admin/log: the same as a table to take away, which is an act of its own."""
    values = {name: form.line(name) for name in ("act", "by", "of", "since", "until")}
    found = await visit.write(audit.exported, _wanted(values), now=visit.now)
    written = StringIO()
    table = csv.writer(written)
    table.writerow(("at", "by", "act", "subject", "reason", "origin"))
    for row in found:
        table.writerow(
            [_harmless(cell) for cell in (iso(row.at), row.by_name, row.act, row.subject, row.reason, row.origin)]
        )
    headers = {"Content-Disposition": 'attachment; filename="log.csv"', "Cache-Control": "private, no-store"}
    return Response("\ufeff" + written.getvalue(), headers=headers, media_type="text/csv; charset=utf-8")


async def _rules_page(
    visit: Visit, form: Form | None = None, wrong: Invalid | None = None, id: RuleId | None = None
) -> Response:
    found = await visit.read(_rules)
    languages = [locale for locale in LOCALES if locale != visit.node.settings.node.locale]
    shown = [
        (rule, {locale: rules.translations(rule).get(locale, Wording(text="")) for locale in languages})
        for rule in found
    ]
    return visit.page(
        "admin/rules.html",
        HTTPStatus.UNPROCESSABLE_ENTITY if wrong else HTTPStatus.OK,
        part="rules",
        rules=shown,
        languages=languages,
        values={name: form.written(name) if form and id is None else "" for name in ("text", "hint")},
        errors=visit.errors(wrong if id is None else None),
        wrong=visit.sentence(wrong) if wrong and id is not None else "",
        wrong_id=id,
    )


def _rules(tx: Tx, viewer: Viewer) -> list[RuleRow]:
    return rules.rules(tx)


def _draft(form: Form) -> RuleDraft:
    return RuleDraft(
        text=form.text("text"),
        hint=form.text("hint"),
        position=form.number("position") or 0,
        translations={
            locale: Wording(text=form.text(f"text-{locale}"), hint=form.text(f"hint-{locale}")) for locale in LOCALES
        },
    )


def _wanted(values: dict[str, str]) -> Wanted:
    since, until = _day(values["since"]), _day(values["until"])
    return Wanted(
        act=values["act"],
        by=values["by"].strip().removeprefix("@"),
        of=values["of"].strip(),
        since=Millis(0) if since is None else _millis(since),
        until=END_OF_TIME if until is None else _millis(until + timedelta(days=1)),
    )


def _day(written: str) -> datetime | None:
    """A day as forms write it; anything else is none."""
    try:
        return datetime.strptime(written, "%Y-%m-%d").replace(tzinfo=UTC)
    except ValueError:
        return None


def _millis(at: datetime) -> Millis:
    return Millis(int(at.timestamp() * 1000))


def _harmless(cell: str) -> str:
    """A cell that no table program takes for a formula."""
    return f"'{cell}" if cell[:1] in ("=", "+", "-", "@", "\t", "\r") else cell
