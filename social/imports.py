"""Lists that somebody brings along, in Mastodon's CSV: read at once, done line by line by a job.

What is there already stays: an import adds, and takes nothing away.
"""

import csv
from collections.abc import Mapping
from enum import StrEnum
from io import StringIO

import msgspec

from social import jobs
from social.clock import DAY
from social.errors import Conflict, Invalid, NotFound, SocialError
from social.feeds import lists
from social.feeds.lists import ListChange
from social.people import domain_blocks, relations
from social.policy import Viewer, require_person
from social.posts import reactions
from social.posts.publish import Context
from storage import imports as rows
from storage.engine.database import Tx
from storage.ids import AccountId, IdMaker, Millis, PostId
from storage.imports import ImportId, ImportRow, LineRow

MOST_LINES = 20_000
MOST_UNDER_WAY = 5
MOST_SHOWN = 10
MOST_TROUBLES = 50
LOT = 25
"""Lines that one run of the job goes through: other jobs get their turn in between."""
KEPT = 30 * DAY
LONGEST = 2_048


class Kind(StrEnum):
    """What a list is of."""

    FOLLOWING = "following"
    LISTS = "lists"
    BLOCKS = "blocks"
    MUTES = "mutes"
    DOMAINS = "domains"
    BOOKMARKS = "bookmarks"


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """What one line says. `subject`: an address of a person, a domain, or the address of a post."""

    subject: str
    title: str = ""
    boosts: bool | None = None
    notify: bool | None = None
    languages: tuple[str, ...] | None = None
    hides: bool = True


class Trouble(msgspec.Struct, frozen=True, kw_only=True):
    """A line that failed, and the code of the reason."""

    subject: str
    code: str


_COLUMNS: Mapping[str, str] = {
    "account address": "subject",
    "domain": "subject",
    "uri": "subject",
    "list name": "title",
    "show boosts": "boosts",
    "notify on new posts": "notify",
    "languages": "languages",
    "hide notifications": "hides",
}
_PLAIN: Mapping[Kind, tuple[str, ...]] = {
    Kind.FOLLOWING: ("subject", "boosts", "notify", "languages"),
    Kind.LISTS: ("title", "subject"),
    Kind.MUTES: ("subject", "hides"),
}
"""The columns of a list without a first line that names them."""


def begin(tx: Tx, viewer: Viewer, kind: Kind, text: str, *, ids: IdMaker, now: Millis) -> ImportRow:
    """Take a list in: a job does what it says. Raises Invalid(file), Conflict(imports) while others are under way."""
    require_person(viewer)
    lines = read(kind, text)
    if rows.under_way(tx, viewer.account) >= MOST_UNDER_WAY:
        raise Conflict("imports")
    id = ImportId(ids.make())
    rows.insert(tx, id, viewer.account, kind, [msgspec.json.encode(line).decode() for line in lines], now)
    jobs.enqueue(tx, jobs.CarryIn(list=id), key=str(id), due=now)
    return ImportRow(
        id=id,
        account_id=viewer.account,
        kind=kind,
        total=len(lines),
        done=0,
        failed=0,
        created_at=now,
        ended_at=None,
    )


def read(kind: Kind, text: str) -> list[Line]:
    """The lines of a list. Raises Invalid(file) for none, too many, or what is no list."""
    if "\0" in text:
        raise Invalid("file", "unreadable")
    try:
        table = [cells for cells in csv.reader(StringIO(text.removeprefix("\ufeff"))) if any(map(str.strip, cells))]
    except csv.Error as bad:
        raise Invalid("file", "unreadable") from bad
    head = [_COLUMNS.get(cell.strip().lower().removeprefix("#"), "") for cell in table[0]] if table else []
    has_head = "subject" in head
    columns = head if has_head else list(_PLAIN.get(kind, ("subject",)))
    found = [_line(dict(zip(columns, map(str.strip, cells), strict=False))) for cells in table[has_head:]]
    lines = [line for line in found if line.subject]
    if not lines:
        raise Invalid("file", "blank")
    if len(lines) > MOST_LINES:
        raise Invalid("file", "too_many", maximum=MOST_LINES)
    return lines


def imports(tx: Tx, viewer: Viewer) -> tuple[list[ImportRow], list[Trouble]]:
    """The last lists that the viewer brought, and lines of them that failed."""
    require_person(viewer)
    troubles = [
        Trouble(subject=message(row).subject, code=row.trouble or "")
        for row in rows.failed(tx, viewer.account, MOST_TROUBLES)
    ]
    return rows.of(tx, viewer.account, MOST_SHOWN), troubles


def message(row: LineRow) -> Line:
    """What a kept line says."""
    return msgspec.json.decode(row.line, type=Line)


def follow_on(tx: Tx, id: ImportId, after: LineRow, *, now: Millis) -> None:
    """Have the lot after that line done, in a job of its own."""
    jobs.enqueue(tx, jobs.CarryIn(list=id), key=f"{id}:{after.place}", due=now)


def carry(
    tx: Tx,
    viewer: Viewer,
    row: LineRow,
    kind: Kind,
    person: AccountId | None,
    post: PostId | None,
    *,
    context: Context,
    now: Millis,
) -> None:
    """Do what a line says. `person` or `post`: what its subject was found to be. Raises what the act raises."""
    line = message(row)
    if kind is Kind.DOMAINS:
        domain_blocks.block(tx, viewer, line.subject, ids=context.ids, urls=context.urls, now=now)
    elif kind is Kind.BOOKMARKS:
        if post is None:
            raise NotFound("post")
        reactions.bookmark(tx, viewer, post, context=context, now=now)
    elif person is None:
        raise NotFound("account")
    else:
        _carry_person(tx, viewer, line, kind, person, context, now)


def _carry_person(
    tx: Tx, viewer: Viewer, line: Line, kind: Kind, person: AccountId, context: Context, now: Millis
) -> None:
    if kind is Kind.BLOCKS:
        relations.block(tx, viewer, person, ids=context.ids, urls=context.urls, now=now)
        return
    if kind is Kind.MUTES:
        relations.mute(tx, viewer, person, notifications=line.hides, ids=context.ids, now=now)
        return
    if kind is Kind.FOLLOWING or (person != viewer.account and not _is_followed(tx, viewer, person, now)):
        relations.follow(
            tx,
            viewer,
            person,
            boosts=line.boosts,
            notify=line.notify,
            languages=line.languages,
            ids=context.ids,
            urls=context.urls,
            now=now,
        )
    if kind is Kind.LISTS:
        _enlist(tx, viewer, line.title, person, context, now)


def _is_followed(tx: Tx, viewer: Viewer, person: AccountId, now: Millis) -> bool:
    tie = relations.relationship(tx, viewer, person, now=now)
    return tie.following or tie.requested


def _enlist(tx: Tx, viewer: Viewer, title: str, person: AccountId, context: Context, now: Millis) -> None:
    known = next((row for row in lists.lists(tx, viewer) if row.title == title), None)
    row = known or lists.create(tx, viewer, ListChange(title=title), ids=context.ids, now=now)
    if all(one.id != row.id for one in lists.with_member(tx, viewer, person)):
        lists.add(tx, viewer, row.id, [person], ids=context.ids)


def settled(tx: Tx, row: LineRow, error: SocialError | None, *, now: Millis) -> None:
    """Note that a line was gone through, and why it failed if it did."""
    rows.done(tx, row, error.code if error else None, now)


def prune(tx: Tx, now: Millis) -> None:
    """Forget lists that were through a month ago."""
    rows.prune(tx, Millis(now - KEPT))


def _line(cells: Mapping[str, str]) -> Line:
    languages = [word.strip() for word in cells.get("languages", "").split(",") if word.strip()]
    return Line(
        subject=cells.get("subject", "").removeprefix("@")[:LONGEST],
        title=cells.get("title", "")[:LONGEST],
        boosts=_truth(cells.get("boosts", "")),
        notify=_truth(cells.get("notify", "")),
        languages=tuple(languages) or None,
        hides=_truth(cells.get("hides", "")) is not False,
    )


def _truth(written: str) -> bool | None:
    return None if not written else written.lower() in ("true", "1", "yes", "t")
