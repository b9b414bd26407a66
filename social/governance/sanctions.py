"""What a report ends with: an act upon the account or its posts, a warning to its owner, an answer to who reported.

One table of acts, in Mastodon's words; each is also a command of `states.py` or of the posts.
"""

from collections.abc import Callable, Sequence

import msgspec

from social import events
from social.errors import Invalid
from social.governance import reports, states, warnings
from social.governance.audit import Act, record, record_of
from social.governance.reports import ReportView
from social.people import accounts
from social.policy import Role, Viewer, require_role
from social.posts import edit
from storage import posts as post_rows
from storage import states as rows
from storage.accounts import AccountRow
from storage.engine.database import Tx
from storage.ids import AccountId, Millis, PostId
from storage.posts import PostRow
from storage.reports import ReportId

NOTHING = "nothing"
"""A report is closed and nothing is done."""


class Sanction(msgspec.Struct, frozen=True, kw_only=True):
    """What is done. `text` is read by the account's owner, `answer` by whoever reported, `why` by the log.

    `posts` narrows what is done to posts to some of those that the report names; none: all of them.
    """

    action: str
    text: str = ""
    answer: str = ""
    why: str = ""
    posts: tuple[PostId, ...] = ()


def resolve(tx: Tx, viewer: Viewer, id: ReportId, sanction: Sanction, *, now: Millis) -> ReportView:
    """Do what the sanction says, warn the owner, answer who reported and close the report.

    Raises NotFound, Forbidden, Invalid. Several things done for one report are several sanctions of it.
    """
    view = reports.report(tx, viewer, id)
    if sanction.action != NOTHING:
        act(tx, viewer, view.target.id, sanction, report=view, now=now)
    return reports.close(
        tx, viewer, id, action=sanction.action, answer=sanction.answer, why=sanction.why or sanction.text, now=now
    )


def act(
    tx: Tx,
    viewer: Viewer,
    target: AccountId,
    sanction: Sanction,
    *,
    report: ReportView | None = None,
    now: Millis,
) -> None:
    """Do something to an account and tell its owner. Raises NotFound, Forbidden, Invalid(action)."""
    account, _ = accounts.moderated(tx, viewer, target)
    posts = _posts(account, sanction, report, tx)
    of_posts, of_account = OF_POSTS.get(sanction.action), OF_ACCOUNT.get(sanction.action)
    # The warning first: whoever is suspended has no posts to be named any more.
    if of_posts is None and of_account is None and sanction.action != "none":
        raise Invalid("action", "not_a_choice")
    warnings.warn(
        tx,
        viewer,
        account,
        sanction.action,
        sanction.text,
        report=report.report.id if report else None,
        posts=[post.id for post in posts],
        now=now,
    )
    why = sanction.why or sanction.text
    if of_posts is not None:
        for post in posts:
            of_posts(tx, viewer, post, account, why, now)
    elif of_account is not None:
        of_account(tx, viewer, target, why=why, now=now)
    else:
        record_of(tx, viewer, Act.ACCOUNT_WARN, account, why=why, now=now)


def hide_post(tx: Tx, viewer: Viewer, post: PostRow, author: AccountRow, why: str, now: Millis) -> None:
    """Hide the pictures of a post behind a word; of a post of here, on other nodes too."""
    require_role(viewer, Role.MODERATOR)
    edited_at = Millis(max(now, (post.edited_at or post.published_at) + 1)) if author.is_local else post.edited_at
    if not rows.hide_post(tx, post.id, edited_at):
        return
    record(tx, viewer, Act.POST_SENSITIVE, id=post.id, subject=post.uri, why=why, now=now)
    events.append(tx, events.PostEdited(by=author.id, host=author.domain, at=now, post=post.id))


def remove_post(tx: Tx, viewer: Viewer, post: PostRow, author: AccountRow, why: str, now: Millis) -> None:
    """Delete a post, or the copy of one of elsewhere, which is not taken in again."""
    require_role(viewer, Role.MODERATOR)
    record(tx, viewer, Act.POST_DELETE, id=post.id, subject=post.uri, why=why, now=now)
    edit.remove_as_moderator(tx, post, author, now=now)


def _posts(account: AccountRow, sanction: Sanction, report: ReportView | None, tx: Tx) -> list[PostRow]:
    named: Sequence[PostId] = report.posts if report else ()
    wanted = [id for id in named if not sanction.posts or id in sanction.posts]
    if sanction.action in OF_POSTS and not wanted:
        raise Invalid("posts", "blank")
    found = [post_rows.by_id(tx, id) for id in wanted]
    return [post for post in found if post is not None and post.author_id == account.id]


OF_POSTS: dict[str, Callable[[Tx, Viewer, PostRow, AccountRow, str, Millis], None]] = {
    "mark_statuses_as_sensitive": hide_post,
    "delete_statuses": remove_post,
}
OF_ACCOUNT: dict[str, Callable[..., None]] = {
    "sensitive": states.sensitize,
    "silence": states.silence,
    "disable": states.disable,
    "suspend": states.suspend,
}
ACTIONS = (NOTHING, "none", *OF_POSTS, *OF_ACCOUNT)
"""What a report can end with; `none` is a warning and no more."""
