"""Reports: made by people, their answers read, and the queue of the moderators."""

from collections.abc import Sequence

import msgspec
from starlette.responses import Response

from social import reading
from social.errors import Invalid, NotFound
from social.governance import reports, sanctions, warnings
from social.governance import rules as rule_commands
from social.governance.reports import NewReport, ReportView
from social.governance.sanctions import Sanction
from social.paging import Page
from social.people import accounts
from social.policy import Role, Viewer
from social.reading import PostView
from storage.accounts import AccountRow
from storage.engine.database import Tx
from storage.ids import AccountId, PostId
from storage.reports import NoteRow, ReportId
from storage.rules import RuleRow
from storage.warnings import WarningRow
from web.codes import ACTIONS, CATEGORIES
from web.forms import Form
from web.pages.home import older
from web.visit import Visit


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """A report as its page shows it: open posts, or with `is_whole` all; what was before."""

    view: ReportView
    posts: Sequence[PostView]
    notes: Sequence[NoteRow]
    warnings: Sequence[WarningRow]
    others: Sequence[ReportView]
    is_whole: bool = False

    @property
    def withheld(self) -> int:
        """How many posts are for a few, and not shown yet."""
        return 0 if self.is_whole else len(self.view.posts) - len(self.posts)

    @property
    def gone(self) -> int:
        """How many posts were deleted since."""
        return self.view.report.posts_count - len(self.view.posts)


async def form(visit: Visit) -> Response:
    """GET /people/{id}/report: what is wrong, before it is sent."""
    return await _form_page(visit)


async def send(visit: Visit, form: Form) -> Response:
    """POST /people/{id}/report."""
    node, id = visit.node, _account(visit)
    new = NewReport(
        target=id,
        comment=form.text("comment"),
        category=form.chosen("category", tuple(CATEGORIES), "other"),
        rules=form.numbers("rules") if form.text("category") == "violation" else (),
        posts=tuple(PostId(post) for post in form.numbers("posts")),
        forward=form.flag("forward"),
    )
    try:
        await visit.write(reports.file, new, ids=node.ids, urls=node.urls, now=visit.now)
    except Invalid as wrong:
        return await _form_page(visit, form, wrong)
    return visit.back("/reports", done="reported")


async def own(visit: Visit) -> Response:
    """GET /reports: what the reader reported, and what became of it."""
    page = visit.paging()
    found = await visit.read(reports.own, page)
    if any(view.report.resolved_at and not view.report.seen_at for view in found):
        await visit.write(reports.read_answers, now=visit.now)
    ids = [view.report.id for view in found]
    return visit.page(
        "reports/own.html", reports=found, actions=_words(visit, ACTIONS), older=older(visit, ids, page.limit)
    )


async def queue(visit: Visit) -> Response:
    """GET /admin/reports: those that wait, or (`?closed=1`) those that were closed; and objections."""
    page, closed = visit.paging(), bool(visit.number("closed"))

    def found(tx: Tx, viewer: Viewer) -> tuple[list[ReportView], list[warnings.WarningView]]:
        return reports.reports(tx, viewer, page, resolved=closed), warnings.appealed(tx, viewer)

    shown, appeals = await visit.read(found)
    ids = [view.report.id for view in shown]
    return visit.page(
        "admin/reports.html",
        part="reports",
        reports=shown,
        appeals=() if closed else appeals,
        closed=closed,
        categories=_words(visit, CATEGORIES),
        actions=_words(visit, ACTIONS),
        older=older(visit, ids, page.limit),
    )


async def show(visit: Visit) -> Response:
    """GET /admin/reports/{id}: with the posts that are open."""
    return _report_page(visit, await visit.read(_told, _report(visit)))


async def look(visit: Visit, form: Form) -> Response:
    """POST /admin/reports/{id}/look: with those for a few too, which is written down."""

    def found(tx: Tx, viewer: Viewer) -> Told:
        told = _told(tx, viewer, _report(visit))
        posts = reports.all_posts(tx, viewer, told.view.report.id, now=visit.now)
        return msgspec.structs.replace(told, posts=posts, is_whole=True)

    told = await visit.write(found)
    await visit.read_frame()
    return _report_page(visit, told)


async def note(visit: Visit, form: Form) -> Response:
    """POST /admin/reports/{id}/note."""
    try:
        await visit.write(reports.write_note, _report(visit), form.text("text"), now=visit.now)
    except Invalid as wrong:
        return _report_page(visit, await visit.read(_told, _report(visit)), form, wrong)
    return visit.back(_path(visit), done="saved")


async def resolve(visit: Visit, form: Form) -> Response:
    """POST /admin/reports/{id}/resolve: with what is done, told to both sides."""
    try:
        sanction = Sanction(
            action=form.chosen("action", sanctions.ACTIONS, sanctions.NOTHING),
            text=form.text("text"),
            answer=form.text("answer"),
            why=form.text("why"),
            posts=tuple(PostId(id) for id in form.numbers("posts")),
        )
        await visit.write(sanctions.resolve, _report(visit), sanction, now=visit.now)
    except Invalid as wrong:
        return _report_page(visit, await visit.read(_told, _report(visit)), form, wrong)
    return visit.back("/admin/reports", done="closed")


async def act(visit: Visit, form: Form) -> Response:
    """POST /admin/reports/{id}/{act}: assign, unassign, reopen."""
    await visit.write(visit.act(ACTS), _report(visit), now=visit.now)
    return visit.back(_path(visit), done="saved")


async def _form_page(visit: Visit, form: Form | None = None, wrong: Invalid | None = None) -> Response:
    posts = form.numbers("posts") if form else (visit.number("post"),)

    def found(tx: Tx, viewer: Viewer) -> tuple[AccountRow, list[PostView], list[RuleRow]]:
        account = accounts.account(tx, viewer, _account(visit))
        named = reading.posts(tx, viewer, [PostId(id) for id in posts if id])
        return account, [view for view in named if view.post.author_id == account.id], rule_commands.rules(tx)

    account, views, rules = await visit.read(found)
    if account.id == visit.viewer.account:
        raise NotFound("account")
    return visit.form_page(
        "reports/form.html",
        wrong,
        account=account,
        views=views,
        rules=[(rule.id, rule_commands.in_language(rule, visit.locale)) for rule in rules],
        categories=[item for item in _words(visit, CATEGORIES).items() if rules or item[0] != "violation"],
        values={name: form.written(name) if form else "" for name in ("comment", "category")},
    )


def _told(tx: Tx, viewer: Viewer, id: ReportId) -> Told:
    view = reports.report(tx, viewer, id)
    others = reports.reports(tx, viewer, Page(limit=10), resolved=None, target=view.target.id)
    return Told(
        view=view,
        posts=reports.open_posts(tx, viewer, view),
        notes=reports.notes(tx, viewer, id),
        warnings=warnings.of_account(tx, viewer, view.target.id),
        others=[other for other in others if other.report.id != id],
    )


def _report_page(visit: Visit, told: Told, form: Form | None = None, wrong: Invalid | None = None) -> Response:
    of_posts = tuple(sanctions.OF_POSTS) if told.view.posts else ()
    offered = (sanctions.NOTHING, "none", *of_posts, *sanctions.OF_ACCOUNT)
    closed = () if visit.viewer.may(Role.ADMIN) else ("disable",)
    return visit.form_page(
        "admin/report.html",
        wrong,
        part="reports",
        told=told,
        view=told.view,
        report=told.view.report,
        rules=[rule_commands.in_language(rule, visit.locale) for rule in told.view.rules],
        categories=_words(visit, CATEGORIES),
        actions=_words(visit, ACTIONS),
        choices=[(name, visit.say(ACTIONS[name])) for name in offered if name not in closed],
        values={name: form.written(name) if form else "" for name in ("text", "answer", "why", "action")},
    )


def _words(visit: Visit, sentences: dict[str, str]) -> dict[str, str]:
    return {name: visit.say(words) for name, words in sentences.items()}


def _report(visit: Visit) -> ReportId:
    return ReportId(visit.request.path_params["id"])


def _account(visit: Visit) -> AccountId:
    return AccountId(visit.request.path_params["id"])


def _path(visit: Visit) -> str:
    return f"/admin/reports/{_report(visit)}"


ACTS = {"assign": reports.assign, "unassign": reports.unassign, "reopen": reports.reopen}
