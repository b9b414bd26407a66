"""Kudos: a public post that thanks people for something, in the name of a value of the company.

It is a plain post to everybody who knows no kudos. It stands on the page of whom it thanks when they agree, and no
longer when they change their mind. Nobody is ranked, and nothing is counted by person.
"""

import msgspec

from social import events, reading
from social.errors import Forbidden, Invalid, NotFound, raise_all
from social.people import accounts as people
from social.policy import Viewer, require_person
from social.posts import publish
from social.posts.publish import Context, Draft
from social.posts.thanks import MOST, ask
from social.reading import PostView
from social.recognition import facts
from storage import kudos as rows
from storage import posts as post_rows
from storage import relations
from storage.accounts import AccountKind, AccountRow
from storage.engine.database import Tx
from storage.ids import AccountId, Millis, PostId
from storage.kudos import Consent
from storage.posts import PostRow
from storage.visibility import Visibility

TOLD = 100
"""Posts of a page that other nodes may read."""
COMPARED = 1_000
"""Posts that are taken for shown here and are compared with the list of another node."""


class Listed(msgspec.Struct, frozen=True, kw_only=True):
    """What a node lists of the page of one of its people. `is_whole`: what is not in it is not shown."""

    uris: tuple[str, ...]
    is_whole: bool


class Thanks(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody wants to say. `line` names the value at the end of the text, for who knows no kudos."""

    to: tuple[AccountId, ...]
    value: str
    text: str
    line: str
    idempotency: str = ""


def give(tx: Tx, viewer: Viewer, thanks: Thanks, *, context: Context, now: Millis) -> PostId:
    """Publish it. Raises Invalid (nobody, oneself, no such value, no words), NotFound, Forbidden for blocked people."""
    require_person(viewer)
    values = context.settings.recognition.values
    problems: list[Invalid] = []
    if thanks.value not in values:
        problems.append(Invalid("value", "no_value"))
    if not thanks.text.strip():
        problems.append(Invalid("text", "blank"))
    if not thanks.to:
        problems.append(Invalid("to", "blank"))
    if viewer.account in thanks.to:
        problems.append(Invalid("to", "own_kudos"))
    if len(thanks.to) > MOST:
        problems.append(Invalid("to", "too_many", maximum=MOST))
    raise_all(problems)
    thanked = [_thanked(tx, viewer, id) for id in dict.fromkeys(thanks.to)]
    names = " ".join(f"@{row.acct}" for row in thanked)
    draft = Draft(
        text=f"{names} {thanks.text.strip()}\n\n{thanks.line}",
        visibility=Visibility.PUBLIC,
        idempotency=thanks.idempotency,
    )
    post = publish.publish(tx, viewer, draft, context=context, now=now)
    row = post_rows.by_id(tx, post)
    if row is not None and not row.kudos:
        rows.mark(tx, post, thanks.value, [one.id for one in thanked])
        for one in thanked:
            ask(tx, row, one, now)
    return post


def answer(tx: Tx, viewer: Viewer, post: PostId, *, shown: bool, now: Millis) -> None:
    """Let it stand on one's page, or not; it can be changed. Raises NotFound for a post that does not thank one."""
    require_person(viewer)
    row = reading.post(tx, viewer, post).shown.post
    if rows.state(tx, row.uri, viewer.account) is None or not _is_thanked(tx, row, viewer.account):
        raise NotFound("kudos")
    if rows.answer(tx, row.uri, viewer.account, Consent.SHOWN if shown else Consent.REFUSED, now):
        events.append(tx, events.KudosAnswered(by=viewer.account, at=now, post=row.id, uri=row.uri, shown=shown))


def receive_answer(tx: Tx, actor: AccountRow, uri: str, *, shown: bool, now: Millis) -> bool:
    """Somebody of another node of the group shows a kudos on their page, or no longer; whether that is new.

    The post itself may come later.
    """
    if not facts.is_of_group(tx, actor.domain, now=now):
        return False
    if not rows.answer(tx, uri, actor.id, Consent.SHOWN if shown else Consent.REFUSED, now):
        return False
    post = post_rows.by_uri(tx, uri)
    if post is not None:
        events.append(
            tx, events.KudosAnswered(by=actor.id, host=actor.domain, at=now, post=post.id, uri=uri, shown=shown)
        )
    return True


def receive_listed(tx: Tx, actor: AccountRow, listed: Listed, *, asked_at: Millis, now: Millis) -> int:
    """The kudos on the page of somebody of another node, as that node lists them: what was missed; how much that was.

    What they said after `asked_at` may be later than the list, and stays.
    """
    uris = tuple(dict.fromkeys(listed.uris))[:TOLD]
    known = {row.post_uri: row for row in rows.answers(tx, actor.id, uris)}
    gone = [
        row.post_uri
        for row in (rows.shown_here(tx, actor.id, COMPARED) if listed.is_whole else [])
        if row.post_uri not in listed.uris and row.at < asked_at
    ]
    fresh = [uri for uri in uris if uri not in known or known[uri].at < asked_at]
    missed = [receive_answer(tx, actor, uri, shown=True, now=now) for uri in fresh]
    missed += [receive_answer(tx, actor, uri, shown=False, now=now) for uri in gone]
    return sum(missed)


def shown_ids(tx: Tx, viewer: Viewer, account: AccountId, *, before: int, limit: int) -> list[PostId]:
    """The kudos on somebody's page that the viewer may see, the latest first."""
    return rows.of_account(tx, viewer.account, account, Consent.SHOWN, before, limit)


def of_person(tx: Tx, viewer: Viewer, account: AccountId, *, before: int, limit: int) -> list[PostView]:
    """The same as they are read."""
    return reading.posts(tx, viewer, shown_ids(tx, viewer, account, before=before, limit=limit))


def awaiting(tx: Tx, viewer: Viewer, *, before: int, limit: int) -> list[PostView]:
    """Those that thank the viewer, who has said nothing yet."""
    require_person(viewer)
    ids = rows.of_account(tx, viewer.account, viewer.account, Consent.ASKED, before, limit)
    return reading.posts(tx, viewer, ids)


def shown_uris(tx: Tx, account: AccountId) -> list[str]:
    """Ids of the kudos on somebody's page, for other nodes of the group."""
    return rows.shown_uris(tx, account, TOLD)


def _thanked(tx: Tx, viewer: Viewer, id: AccountId) -> AccountRow:
    row = people.account(tx, viewer, id)
    between = relations.blocks(tx, viewer.account, row.id)
    if between.is_blocking:
        raise Forbidden("kudos_blocked", name=row.name)
    if between.is_blocked:
        # Who blocks is not told to whom: as for any post.
        raise NotFound("account")
    if row.kind is AccountKind.GROUP:
        # Nobody could answer whether it may stand on its page.
        raise NotFound("account")
    return row


def _is_thanked(tx: Tx, row: PostRow, account: AccountId) -> bool:
    return any(one.account_id == account for one in rows.of_posts(tx, [row.id]))
