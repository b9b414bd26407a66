"""Reports: made by people here (`file`) or told by other nodes (`receive`), looked after by moderators.

Both end in one queue. A report of another node comes from its instance actor: who complained there is not said.
"""

from collections.abc import Sequence

import msgspec

from social import events, reading
from social.clock import DAY
from social.errors import Invalid, NotFound, TooMany
from social.governance import rules as rule_commands
from social.governance.audit import Act, record
from social.paging import Page
from social.people import accounts
from social.policy import Role, Viewer, require_person, require_role
from social.reading import PostView
from social.text import clean_text, graphemes
from social.urls import Urls
from storage import accounts as account_rows
from storage import reports as rows
from storage import rules as rule_rows
from storage.accounts import AccountRow
from storage.engine.database import Tx
from storage.ids import AccountId, IdMaker, Millis, PostId
from storage.reports import NoteRow, ReportId, ReportRow
from storage.rules import RuleId, RuleRow

CATEGORIES = ("spam", "legal", "violation", "other")
COMMENT_LIMIT = 1_000
REMOTE_COMMENT_LIMIT = 5_000
POSTS_LIMIT = 50
A_DAY_OF_A_PERSON = 50
A_DAY_OF_A_NODE = 200
"""Reports in a day; more are refused: a queue that is flooded is no queue."""


class NewReport(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody reports. `forward`: tell the node of the reported account too, without saying who reports."""

    target: AccountId
    comment: str = ""
    category: str = "other"
    rules: tuple[int, ...] = ()
    posts: tuple[PostId, ...] = ()
    forward: bool = False


class ReportView(msgspec.Struct, frozen=True, kw_only=True):
    """A report with the accounts and rules that it names; `posts` are ids, of those that are still here."""

    report: ReportRow
    reporter: AccountRow
    target: AccountRow
    assigned: AccountRow | None
    resolver: AccountRow | None
    rules: tuple[RuleRow, ...]
    posts: tuple[PostId, ...]


def file(tx: Tx, viewer: Viewer, new: NewReport, *, ids: IdMaker, urls: Urls, now: Millis) -> ReportView:
    """Report an account. Raises NotFound (account, rule), Invalid, TooMany.

    Posts that are not the account's, or not for the viewer's eyes, are left out.
    """
    require_person(viewer)
    target = accounts.account(tx, viewer, new.target)
    comment = clean_text(new.comment).strip()
    if graphemes(comment) > COMMENT_LIMIT:
        raise Invalid("comment", "too_long", maximum=COMMENT_LIMIT)
    if new.category not in CATEGORIES:
        raise Invalid("category", "not_a_choice")
    _require_rare(tx, viewer, now)
    named = [row.id for row in rule_rows.by_ids(tx, [RuleId(id) for id in new.rules])]
    if len(named) != len(set(new.rules)):
        raise NotFound("rule")
    views = reading.posts(tx, viewer, list(dict.fromkeys(new.posts))[:POSTS_LIMIT])
    posts = [view.post.id for view in views if view.post.author_id == target.id]
    is_forwarded = new.forward and not target.is_local
    id = ReportId(ids.make())
    row = _row(
        id,
        f"{urls.instance_actor}#reports/{id}",
        viewer.account,
        target,
        comment,
        now,
        category="violation" if named else new.category,
        rules=rule_commands.as_written(named),
        posts_count=len(posts),
        is_forwarded=is_forwarded,
    )
    rows.insert(tx, row, posts)
    events.append(tx, events.ReportFiled(by=viewer.account, at=now, report=id, of=target.id, is_forwarded=is_forwarded))
    return _views(tx, [row])[0]


def receive(
    tx: Tx,
    actor: AccountRow,
    target: AccountRow,
    uri: str,
    comment: str,
    posts: Sequence[PostId],
    *,
    ids: IdMaker,
    now: Millis,
) -> bool:
    """Another node reports somebody here; False if it did before. Raises TooMany."""
    if rows.count_from_host(tx, actor.domain, Millis(now - DAY)) >= A_DAY_OF_A_NODE:
        raise TooMany(Millis(now + DAY))
    kept = list(dict.fromkeys(posts))[:POSTS_LIMIT]
    row = _row(
        ReportId(ids.make()),
        uri,
        actor.id,
        target,
        clean_text(comment).strip()[:REMOTE_COMMENT_LIMIT],
        now,
        posts_count=len(kept),
    )
    if not rows.insert(tx, row, kept):
        return False
    events.append(tx, events.ReportFiled(by=actor.id, host=actor.domain, at=now, report=row.id, of=target.id))
    return True


def reports(
    tx: Tx,
    viewer: Viewer,
    page: Page,
    *,
    resolved: bool | None = False,
    account: AccountId | None = None,
    target: AccountId | None = None,
) -> list[ReportView]:
    """The queue of moderators, newest first; `resolved` None: all. Raises Forbidden."""
    require_role(viewer, Role.MODERATOR)
    found = rows.page(
        tx,
        resolved=resolved,
        account=account,
        target=target,
        before=page.before,
        floor=page.floor,
        limit=page.limit,
        up=page.is_upward,
    )
    return _views(tx, found)


def report(tx: Tx, viewer: Viewer, id: ReportId) -> ReportView:
    """One report. Raises Forbidden, NotFound."""
    require_role(viewer, Role.MODERATOR)
    views = by_ids(tx, [id])
    if not views:
        raise NotFound("report")
    return views[0]


def by_ids(tx: Tx, ids: Sequence[ReportId]) -> list[ReportView]:
    """Reports by id, in any order, for what moderators were told of."""
    return _views(tx, rows.by_ids(tx, ids))


def own(tx: Tx, viewer: Viewer, page: Page) -> list[ReportView]:
    """What the viewer reported, and what became of it, newest first."""
    require_person(viewer)
    found = rows.page(
        tx,
        resolved=None,
        account=viewer.account,
        target=None,
        before=page.before,
        floor=page.floor,
        limit=page.limit,
        up=page.is_upward,
    )
    return _views(tx, found)


def read_answers(tx: Tx, viewer: Viewer, *, now: Millis) -> None:
    """The viewer has seen what became of their reports."""
    require_person(viewer)
    rows.seen(tx, viewer.account, now)


def notes(tx: Tx, viewer: Viewer, id: ReportId) -> list[NoteRow]:
    """What moderators wrote down for one another. Raises Forbidden."""
    require_role(viewer, Role.MODERATOR)
    return rows.notes(tx, id)


def open_posts(tx: Tx, viewer: Viewer, view: ReportView) -> list[PostView]:
    """The reported posts that the moderator may see as anybody in their place may."""
    require_role(viewer, Role.MODERATOR)
    return reading.posts(tx, viewer, view.posts)


def all_posts(tx: Tx, viewer: Viewer, id: ReportId, *, now: Millis) -> list[PostView]:
    """All reported posts, those for a few too: the one use of a moderator's eyes, which is written down."""
    found = report(tx, viewer, id)
    record(tx, viewer, Act.REPORT_LOOK, id=id, subject=f"@{found.target.acct}", now=now)
    eyes = msgspec.structs.replace(viewer, account=found.target.id, user=None)
    return reading.posts(tx, eyes, found.posts)


def assign(tx: Tx, viewer: Viewer, id: ReportId, *, now: Millis) -> ReportView:
    """Take a report."""
    return _assigned(tx, viewer, id, viewer.account, Act.REPORT_ASSIGN, now)


def unassign(tx: Tx, viewer: Viewer, id: ReportId, *, now: Millis) -> ReportView:
    """Give a report back to all."""
    return _assigned(tx, viewer, id, None, Act.REPORT_UNASSIGN, now)


def write_note(tx: Tx, viewer: Viewer, id: ReportId, text: str, *, now: Millis) -> None:
    """Write something down for the other moderators. Raises Invalid, NotFound."""
    found = report(tx, viewer, id)
    said = clean_text(text).strip()
    if not said:
        raise Invalid("text", "blank")
    if graphemes(said) > COMMENT_LIMIT:
        raise Invalid("text", "too_long", maximum=COMMENT_LIMIT, limit=COMMENT_LIMIT, length=graphemes(said))
    rows.note(tx, id, viewer.account, said, now)
    record(tx, viewer, Act.REPORT_NOTE, id=id, subject=f"@{found.target.acct}", now=now)


def sort(
    tx: Tx, viewer: Viewer, id: ReportId, *, category: str | None, rules: Sequence[int] | None, now: Millis
) -> ReportView:
    """Say anew what a report is about; None leaves it. Raises Invalid, NotFound."""
    found = report(tx, viewer, id)
    if category is not None and category not in CATEGORIES:
        raise Invalid("category", "not_a_choice")
    named = rule_commands.named(found.report.rules) if rules is None else [RuleId(id) for id in rules]
    if len(rule_rows.by_ids(tx, named)) != len(set(named)):
        raise NotFound("rule")
    kind = category or ("violation" if rules else found.report.category)
    kept = rule_commands.as_written(named) if kind == "violation" else ""
    rows.sort(tx, id, kind, kept, now)
    record(tx, viewer, Act.REPORT_SORT, id=id, subject=kind, now=now)
    return report(tx, viewer, id)


def reopen(tx: Tx, viewer: Viewer, id: ReportId, *, now: Millis) -> ReportView:
    """Open a closed report again."""
    found = report(tx, viewer, id)
    if rows.reopen(tx, id, now):
        record(tx, viewer, Act.REPORT_REOPEN, id=id, subject=f"@{found.target.acct}", now=now)
    return report(tx, viewer, id)


def close(
    tx: Tx, viewer: Viewer, id: ReportId, *, action: str = "nothing", answer: str = "", why: str = "", now: Millis
) -> ReportView:
    """Close a report, saying what was done and answering who reported. What is done is `sanctions.resolve`'s."""
    found = report(tx, viewer, id)
    said = clean_text(answer).strip()
    if graphemes(said) > COMMENT_LIMIT:
        raise Invalid("answer", "too_long", maximum=COMMENT_LIMIT)
    if rows.resolve(tx, id, viewer.account, action, said, now):
        record(tx, viewer, Act.REPORT_RESOLVE, id=id, subject=f"@{found.target.acct}", why=why or action, now=now)
    return report(tx, viewer, id)


def _assigned(tx: Tx, viewer: Viewer, id: ReportId, to: AccountId | None, act: Act, now: Millis) -> ReportView:
    found = report(tx, viewer, id)
    rows.assign(tx, id, to, now)
    record(tx, viewer, act, id=id, subject=f"@{found.target.acct}", now=now)
    return report(tx, viewer, id)


def _require_rare(tx: Tx, viewer: Viewer, now: Millis) -> None:
    recent = rows.page(
        tx,
        resolved=None,
        account=viewer.account,
        target=None,
        before=2**62,
        floor=0,
        limit=A_DAY_OF_A_PERSON,
        up=False,
    )
    if len(recent) == A_DAY_OF_A_PERSON and recent[-1].created_at > now - DAY:
        raise TooMany(Millis(recent[-1].created_at + DAY))


def _row(
    id: ReportId,
    uri: str,
    account: AccountId,
    target: AccountRow,
    comment: str,
    now: Millis,
    *,
    category: str = "other",
    rules: str = "",
    posts_count: int = 0,
    is_forwarded: bool = False,
) -> ReportRow:
    return ReportRow(
        id=id,
        uri=uri,
        account_id=account,
        target_id=target.id,
        category=category,
        comment=comment,
        rules=rules,
        posts_count=posts_count,
        is_forwarded=is_forwarded,
        assigned_id=None,
        resolved_at=None,
        resolved_id=None,
        action="",
        answer="",
        seen_at=None,
        created_at=now,
        updated_at=now,
    )


def _views(tx: Tx, found: Sequence[ReportRow]) -> list[ReportView]:
    """Reports made ready: three statements for all of them."""
    if not found:
        return []
    wanted = {id for row in found for id in (row.account_id, row.target_id, row.assigned_id, row.resolved_id) if id}
    people = {row.id: row for row in account_rows.by_ids(tx, sorted(wanted))}
    posts = rows.named(tx, [row.id for row in found])
    rules = {id for row in found for id in rule_commands.named(row.rules)}
    known = {row.id: row for row in rule_rows.by_ids(tx, sorted(rules))}
    return [
        ReportView(
            report=row,
            reporter=people[row.account_id],
            target=people[row.target_id],
            assigned=people.get(row.assigned_id) if row.assigned_id else None,
            resolver=people.get(row.resolved_id) if row.resolved_id else None,
            rules=tuple(known[id] for id in rule_commands.named(row.rules) if id in known),
            posts=tuple(posts.get(row.id, ())),
        )
        for row in found
    ]
