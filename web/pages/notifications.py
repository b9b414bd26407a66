"""« Pour moi »: what asks for the reader above, the rest below, put together by what it is about."""

from collections.abc import Sequence

import msgspec
from markupsafe import Markup
from starlette.responses import Response

from social.errors import SocialError
from social.feeds import markers, notifications
from social.feeds.notifications import NotificationView
from social.governance.reports import ReportView
from social.governance.warnings import WarningView
from social.paging import MAX_ID, Page
from social.policy import Viewer
from social.reading import PostView
from social.recognition import pulse
from social.settings import Settings
from storage.accounts import AccountRow
from storage.engine.database import Tx
from storage.ids import Millis
from storage.notifications import Kind
from web.forms import Form
from web.frame import ASKING
from web.i18n import NN_
from web.notices import ASKED_OF_PIECES, TOLD_OF_PIECES, About, about, of_subject
from web.pages.home import older
from web.screens import is_hidden
from web.visit import Visit

ASKED, OTHERS = 20, 40
"""Rows of the two lists."""
NAMED = 3
"""People named in a line before the rest is counted."""


class Note(msgspec.Struct, frozen=True, kw_only=True):
    """A notification that asks for the reader."""

    kind: Kind
    sender: AccountRow
    post: PostView | None
    created_at: Millis
    is_unread: bool
    answers: bool
    report: ReportView | None = None
    warning: WarningView | None = None
    about: About | None = None
    why: str = ""
    """Why it was not published."""
    words: str = ""
    """What moderators of a community said."""
    asked: str = ""
    """The sentence, if it says what is asked; `%(name)s` and `%(page)s` are of the sender."""


class Group(msgspec.Struct, frozen=True, kw_only=True):
    """Notifications of one kind about one post, together."""

    sign: str
    sentence: Markup
    post: PostView | None
    created_at: Millis
    about: About | None = None


_REST: dict[Kind, tuple[str, tuple[str, str]]] = {
    Kind.FAVOURITE: ("heart", NN_("%(who)s likes your post", "%(who)s like your post")),
    Kind.REBLOG: ("relay", NN_("%(who)s boosted your post", "%(who)s boosted your post")),
    Kind.FOLLOW: ("people", NN_("%(who)s follows you", "%(who)s follow you")),
    Kind.STATUS: ("pen", NN_("%(who)s wrote", "%(who)s wrote")),
    Kind.ADMIN_SIGN_UP: ("people", NN_("%(who)s joined this site", "%(who)s joined this site")),
    Kind.POLL: ("poll", NN_("The poll of %(who)s has ended", "The polls of %(who)s have ended")),
    Kind.QUOTE: ("quote", NN_("%(who)s quoted a post of yours", "%(who)s quoted a post of yours")),
    Kind.QUOTED_UPDATE: ("pen", NN_("%(who)s changed a post that you quote", "%(who)s changed a post that you quote")),
    Kind.COMMUNITY_ACCEPTED: ("people", NN_("You are a member of %(who)s", "You are a member of %(who)s")),
    Kind.COMMUNITY_GREETING: (
        "pen",
        NN_("%(who)s writes here for the first time", "%(who)s write here for the first time"),
    ),
    Kind.ROLL_CALL: ("alert", NN_("%(who)s asks whether you are safe", "%(who)s ask whether you are safe")),
    Kind.COMMUNITY_MOVED: (
        "people",
        NN_("A community of yours goes on as %(who)s", "Communities of yours go on as %(who)s"),
    ),
    Kind.COMMUNITY_PAGE: (
        "pen",
        NN_("What you wrote on a page of %(who)s was not taken", "What you wrote on a page of %(who)s was not taken"),
    ),
    Kind.GATHERING_GONE: (
        "clock",
        NN_("What you wanted to come to does not take place", "What you wanted to come to does not take place"),
    ),
    Kind.UPDATE: ("pen", NN_("%(who)s changed a post that you boosted", "%(who)s changed a post that you boosted")),
    Kind.ANNOUNCEMENT_ANSWERED: (
        "read",
        NN_(
            "%(who)s answers a question about what you were asked to read",
            "%(who)s answer questions about what you were asked to read",
        ),
    ),
    Kind.DESK_APPROVED: ("check", TOLD_OF_PIECES[Kind.DESK_APPROVED]["article"]),
    Kind.DESK_COMMENT: ("pen", TOLD_OF_PIECES[Kind.DESK_COMMENT]["article"]),
    Kind.DESK_SHARED: ("pen", NN_("%(who)s wants to write with you", "%(who)s want to write with you")),
    Kind.DESK_BESIDE: (
        "pen",
        NN_("%(who)s wrote at the same time: both are kept", "%(who)s wrote at the same time: all is kept"),
    ),
    Kind.DESK_CORRECTED: (
        "pen",
        NN_("%(who)s corrected what you wrote together", "%(who)s corrected what you wrote together"),
    ),
}


async def show(visit: Visit) -> Response:
    """GET /notifications: each of the two lists has its own way to older ones; `kind=new`: only what is not read."""
    only_new = visit.request.query_params.get("kind") == "new"
    asking = Page(before=visit.number("mine", MAX_ID), limit=ASKED)
    others = Page(before=visit.number("rest", MAX_ID), limit=OTHERS)
    (first, second), last_read, days_left = await visit.read(_found, asking, others, visit.node.settings, visit.now)
    path = visit.request.url.path
    floor = last_read if only_new else 0
    mine = [
        _note(one, visit, last_read) for one in first if one.id > floor and not is_hidden(one.post, path, visit.now)
    ]
    rest = [one for one in second if one.id > floor and not is_hidden(one.post, path, visit.now)]
    return visit.page(
        "notifications/notifications.html",
        mine=mine,
        unread=sum(1 for note in mine if note.is_unread),
        others=_grouped(visit, rest),
        days_left=days_left,
        waits=visit.tasks if asking.before == others.before == MAX_ID else [],
        tabs=[
            ("/notifications", visit.say("All"), not only_new),
            ("/notifications?kind=new", visit.say("Unread"), only_new),
            ("/notifications/requests", visit.say("Kept aside"), False),
        ],
        older_mine=older(visit, _above(first, floor), ASKED, "mine"),
        older=older(visit, _above(second, floor), OTHERS, "rest"),
    )


async def read(visit: Visit, form: Form) -> Response:
    """POST /notifications/read: everything so far is read."""
    await visit.write(_read_all, visit.now)
    return visit.back("/notifications", done="read")


def _found(
    tx: Tx, viewer: Viewer, asking: Page, others: Page, settings: Settings, now: Millis
) -> tuple[tuple[list[NotificationView], list[NotificationView]], int, int | None]:
    """What asks for the reader, the rest, the place up to which all is read, and how long the pulse asks them."""
    found = notifications.parted(tx, viewer, ASKING, asking, others, now=now)
    place = next(iter(markers.markers(tx, viewer, ["notifications"])), None)
    return found, place.last_read_id if place else 0, _days_left(tx, viewer, settings, now)


def _days_left(tx: Tx, viewer: Viewer, settings: Settings, now: Millis) -> int | None:
    """In how many days the question of the week closes; None: it is not open, or the reader has answered.

    It is a line that changes its words on the day before, and nothing that rings.
    """
    if not settings.recognition.pulse:
        return None
    row, has_answered = pulse.present(tx, viewer, settings=settings, now=now)
    return None if row is None or has_answered else pulse.days_left(row, settings.node.timezone, now=now)


def _above(found: Sequence[NotificationView], floor: int) -> list[int]:
    """Ids of a page, as far as it is asked for."""
    return [one.id for one in found if one.id > floor]


def _read_all(tx: Tx, viewer: Viewer, now: Millis) -> None:
    newest = notifications.notifications(tx, viewer, Page(limit=1), now=now)
    if newest:
        markers.mark(tx, viewer, "notifications", newest[0].id, now=now)


def _note(one: NotificationView, visit: Visit, last_read: int) -> Note:
    found = about(one)
    return Note(
        kind=one.kind,
        sender=one.sender,
        post=one.post,
        created_at=one.created_at,
        is_unread=one.id > last_read,
        answers=one.post is not None and one.post.post.parent_author_id == visit.viewer.account,
        report=one.report,
        warning=one.warning,
        about=found,
        asked=ASKED_OF_PIECES.get(one.kind, {}).get(found.channel if found else "article", ""),
        why=visit.sentence(SocialError(one.failed.error)) if one.failed is not None else "",
        words=one.words,
    )


def _grouped(visit: Visit, rest: Sequence[NotificationView]) -> list[Group]:
    """Those of one kind about one post in one line, at the place of the newest."""
    together: dict[tuple[Kind, int, str], list[NotificationView]] = {}
    for one in rest:
        post = one.post.post.id if one.post else one.piece.id if one.piece else _alone(one)
        together.setdefault((one.kind, post, of_subject(one.subject)), []).append(one)
    return [_group(visit, kind, members, said) for (kind, _, said), members in together.items()]


def _alone(one: NotificationView) -> int:
    """What tells it from others of its kind: each gathering that is no more has its own line."""
    return one.id if one.kind is Kind.GATHERING_GONE else 0


def _group(visit: Visit, kind: Kind, members: Sequence[NotificationView], said: str) -> Group:
    people = list({one.sender.id: one.sender for one in members}.values())
    sign, (one, many) = _REST[kind]
    if said:
        words = Markup(visit.say(said, name="%(name)s")) % {"name": _names(visit, people)}  # noqa: S704 — as below
        sign = "read" if kind is Kind.STATUS else "clock"
        return Group(sign=sign, sentence=words, post=members[0].post, created_at=members[0].created_at)
    found = about(members[0])
    if found is not None and kind in TOLD_OF_PIECES:
        one, many = TOLD_OF_PIECES[kind].get(found.channel, (one, many))
    # The sentence is ours; the names that go into it are escaped.
    sentence = Markup(visit.count(one, many, len(people), who="%(who)s")) % {"who": _names(visit, people)}  # noqa: S704
    return Group(
        sign=sign,
        sentence=sentence,
        post=members[0].post,
        created_at=members[0].created_at,
        about=found,
    )


def _names(visit: Visit, people: Sequence[AccountRow]) -> Markup:
    """`Inès, Marc and 28 others`, each in bold with a link."""
    shown = people if len(people) <= NAMED else people[: NAMED - 1]
    linked = [Markup('<a href="/@{}"><b>{}</b></a>').format(one.acct, one.name) for one in shown]
    left = len(people) - len(shown)
    others = Markup("<b>{}</b>").format(visit.count("%(num)s other", "%(num)s others", left))
    last = others if left else linked.pop()
    if not linked:
        return last
    return Markup(", ").join(linked) + Markup(" {} ").format(visit.say("and")) + last
