"""Whose notifications the reader wants: the policy among the settings, and those who wait."""

from typing import NamedTuple

from starlette.responses import Response

from social import reading
from social.errors import Invalid, NotFound
from social.feeds import notice_requests
from social.feeds.notice_requests import PolicyChange
from social.letters import letters
from social.letters.letters import Rhythm
from social.paging import Page
from social.policy import Viewer
from social.push import subscriptions
from social.reading import PostView
from storage.engine.database import Tx
from storage.ids import PostId
from storage.notice_requests import Answer, PolicyRow, RequestId, RequestRow, SummaryRow
from storage.notifications import Kind
from storage.push import SubscriptionRow
from web.forms import Form
from web.i18n import N_
from web.pages.home import older
from web.pages.push import USUAL
from web.visit import Visit

_LISTED = 40
CATEGORIES = {
    "not_following": (N_("People you do not follow"), ""),
    "not_followers": (N_("People who do not follow you"), N_("Or only for less than three days.")),
    "new_accounts": (N_("New accounts"), N_("Of the last thirty days.")),
    "private_mentions": (N_("Messages you did not ask for"), N_("Unless you follow the sender, or wrote first.")),
    "limited_accounts": (N_("Accounts that moderators limited"), ""),
    "bots": (N_("Automatic accounts"), N_("Unless you follow them.")),
}
"""Categories of the policy: what they mean, and a word more."""
ANSWERS = {
    Answer.ACCEPT: N_("Tell me"),
    Answer.FILTER: N_("Keep aside"),
    Answer.DROP: N_("Never tell me"),
}

ALERTS = {
    Kind.MENTION: N_("Somebody names you, answers you or asks you to read; a gathering you come to"),
    Kind.FOLLOW_REQUEST: N_("Somebody asks to follow you"),
    Kind.QUOTE: N_("Somebody quotes you"),
    Kind.POLL: N_("A poll has ended in which you took part"),
    Kind.STATUS: N_("Somebody wrote of whom you want to hear of each post"),
    Kind.DESK_REVIEW: N_("You are asked to review what is planned"),
    Kind.DESK_CHANGES: N_("A reviewer asks for changes to what you planned"),
    Kind.SCHEDULED_FAILED: N_("What you planned was not published"),
    Kind.FOLLOW: N_("Somebody follows you"),
    Kind.REBLOG: N_("Somebody boosts what you wrote"),
    Kind.FAVOURITE: N_("Somebody likes what you wrote"),
}
"""What a device may ring for, what asks something of the reader first."""


async def show(visit: Visit) -> Response:
    """GET /notifications/requests."""
    rows, posts = await visit.read(_found, visit.paging(_LISTED))
    last = {post.post.id: post for post in posts}
    waiting = [(row, last.get(row.last_post_id) if row.last_post_id else None) for row in rows]
    way = older(visit, [row.id for row in rows], _LISTED)
    return visit.page("notifications/requests.html", waiting=waiting, older=way)


async def act(visit: Visit, form: Form) -> Response:
    """POST /notifications/requests/{id}/{act}: let through, or not. One answered meanwhile needs no answer."""
    accepts = visit.act({"accept": True, "dismiss": False})
    ids = [RequestId(visit.request.path_params["id"])]
    try:
        if accepts:
            await visit.write(notice_requests.accept, ids, now=visit.now)
        else:
            await visit.write(notice_requests.dismiss, ids)
    except NotFound:
        return visit.back("/notifications/requests")
    return visit.back("/notifications/requests", done="saved")


async def policy(visit: Visit) -> Response:
    """GET /settings/notifications."""
    return _policy_page(visit, await visit.read(_settings, visit.session_token))


async def save_policy(visit: Visit, form: Form) -> Response:
    """POST /settings/notifications."""
    try:
        change = PolicyChange(**{name: Answer(form.chosen(name, tuple(Answer), Answer.ACCEPT)) for name in CATEGORIES})
    except Invalid as wrong:
        return _policy_page(visit, await visit.read(_settings, visit.session_token), wrong)
    await visit.write(notice_requests.change_policy, change)
    return visit.back("/settings/notifications", done="saved")


def _found(tx: Tx, viewer: Viewer, page: Page) -> tuple[list[RequestRow], list[PostView]]:
    rows = notice_requests.requests(tx, viewer, page)
    ids: list[PostId] = [row.last_post_id for row in rows if row.last_post_id is not None]
    return rows, reading.posts(tx, viewer, ids)


class _Settings(NamedTuple):
    """What the page of notifications holds."""

    policy: PolicyRow
    summary: SummaryRow
    rhythm: Rhythm
    address: str
    keeps_calendar: bool
    device: SubscriptionRow | None


def _settings(tx: Tx, viewer: Viewer, session: str) -> _Settings:
    device = subscriptions.browser(tx, viewer, session)
    return _Settings(
        *notice_requests.policy(tx, viewer), *letters.rhythm(tx, viewer), letters.keeps_calendar(tx, viewer), device
    )


def _policy_page(visit: Visit, found: _Settings, wrong: Invalid | None = None) -> Response:
    answers = [(answer.value, visit.say(words)) for answer, words in ANSWERS.items()]
    categories = [
        (name, visit.say(words), visit.say(more) if more else "", getattr(found.policy, name).value)
        for name, (words, more) in CATEGORIES.items()
    ]
    return visit.form_page(
        "settings/notifications.html",
        wrong,
        part="notifications",
        categories=categories,
        answers=answers,
        waiting=found.summary.requests,
        rhythm=found.rhythm,
        address=found.address,
        keeps_calendar=found.keeps_calendar,
        rings=found.device.alerts.split() if found.device else None,
        alerts=[(kind.value, visit.say(words)) for kind, words in ALERTS.items()],
        usual=[kind.value for kind in USUAL],
    )
