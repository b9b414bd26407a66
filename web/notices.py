"""Notifications in one sentence each, as a device or a letter tells them."""

from typing import NamedTuple
from urllib.parse import urlsplit

from social.desk.pieces import State
from social.feeds.notifications import NotificationView
from social.feeds.telling import GATHERING
from social.posts.scheduled import read_draft
from social.text import shortened
from storage.notifications import Kind
from storage.telling import READING
from web.i18n import N_, NN_, translations

SENTENCES: dict[Kind, str] = {
    Kind.MENTION: N_("%(name)s names you"),
    Kind.STATUS: N_("%(name)s wrote"),
    Kind.REBLOG: N_("%(name)s boosted your post"),
    Kind.FOLLOW: N_("%(name)s follows you"),
    Kind.FOLLOW_REQUEST: N_("%(name)s asks to follow you"),
    Kind.FAVOURITE: N_("%(name)s likes your post"),
    Kind.POLL: N_("The poll of %(name)s has ended"),
    Kind.UPDATE: N_("%(name)s changed a post that you boosted"),
    Kind.QUOTE: N_("%(name)s quotes your post"),
    Kind.QUOTED_UPDATE: N_("%(name)s changed a post that you quoted"),
    Kind.ADMIN_SIGN_UP: N_("%(name)s has joined"),
    Kind.ADMIN_REPORT: N_("%(name)s reports somebody"),
    Kind.MODERATION_WARNING: N_("The moderators of this site wrote to you"),
    Kind.COMMUNITY_REQUEST: N_("Somebody asks to join %(name)s"),
    Kind.COMMUNITY_ACCEPTED: N_("You are a member of %(name)s"),
    Kind.COMMUNITY_INVITED: N_("%(name)s invites you"),
    Kind.COMMUNITY_GREETING: N_("%(name)s writes in your community for the first time"),
    Kind.COMMUNITY_WARNING: N_("Those who moderate %(name)s wrote to you"),
    Kind.COMMUNITY_LEAVING: N_("Your membership of %(name)s ends soon"),
    Kind.COMMUNITY_MOVED: N_("A community of yours goes on as %(name)s"),
    Kind.COMMUNITY_UNHOSTED: N_("Nobody looks after %(name)s any more"),
    Kind.COMMUNITY_QUIET: N_("Nobody writes in %(name)s any more: keep it, or archive it?"),
    Kind.DESK_REVIEW: N_("%(name)s asks you to review “%(title)s”"),
    Kind.DESK_APPROVED: N_("%(name)s approved “%(title)s”"),
    Kind.DESK_CHANGES: N_("%(name)s asks for changes to “%(title)s”"),
    Kind.DESK_COMMENT: N_("%(name)s says something about “%(title)s”"),
    Kind.DESK_SHARED: N_("%(name)s wants to write “%(title)s” with you"),
    Kind.DESK_BESIDE: N_("%(name)s wrote “%(title)s” at the same time: both versions are kept"),
    Kind.DESK_CORRECTED: N_("%(name)s corrected “%(title)s”, which you wrote together"),
    Kind.ANNOUNCEMENT_ANSWERED: N_("%(name)s answers a question about what you were asked to read"),
    Kind.ANNOUNCEMENT_LEFT: N_("Some were reminded three times and have not confirmed: here is the list to print"),
    Kind.SCHEDULED_FAILED: N_("“%(title)s” was not published at its time: it is kept"),
    Kind.ROLL_CALL: N_("%(name)s asks whether you are safe"),
    Kind.GATHERING_GONE: N_("“%(title)s” does not take place: it was taken away"),
    Kind.COMMUNITY_UNINVITED: N_("Somebody whom you invited cannot come into %(name)s"),
    Kind.COMMUNITY_PAGE: N_("What you wrote on a page of %(name)s was not taken"),
}

GREETING = N_("%(name)s has joined us. Welcome! Say hello: a word in answer is enough.")


ASKED_OF_PIECES: dict[Kind, dict[str, str]] = {
    Kind.DESK_REVIEW: {
        "article": N_('<a href="%(page)s"><b>%(name)s</b></a> asks you to review an article'),
        "announcement": N_('<a href="%(page)s"><b>%(name)s</b></a> asks you to review a must-read'),
        "post": N_('<a href="%(page)s"><b>%(name)s</b></a> asks you to review a post'),
        "event": N_('<a href="%(page)s"><b>%(name)s</b></a> asks you to review an event'),
    },
    Kind.DESK_CHANGES: {
        "article": N_('<a href="%(page)s"><b>%(name)s</b></a> asks for changes to an article'),
        "announcement": N_('<a href="%(page)s"><b>%(name)s</b></a> asks for changes to a must-read'),
        "post": N_('<a href="%(page)s"><b>%(name)s</b></a> asks for changes to a post'),
        "event": N_('<a href="%(page)s"><b>%(name)s</b></a> asks for changes to an event'),
    },
}
"""What asks something of the reader on the page, by what a piece is to be."""


TOLD_OF_PIECES: dict[Kind, dict[str, tuple[str, str]]] = {
    Kind.DESK_APPROVED: {
        "article": NN_("%(who)s approved your article", "%(who)s approved your article"),
        "announcement": NN_("%(who)s approved your must-read", "%(who)s approved your must-read"),
        "post": NN_("%(who)s approved your post", "%(who)s approved your post"),
        "event": NN_("%(who)s approved your event", "%(who)s approved your event"),
    },
    Kind.DESK_COMMENT: {
        "article": NN_("%(who)s says something about an article", "%(who)s say something about an article"),
        "announcement": NN_("%(who)s says something about a must-read", "%(who)s say something about a must-read"),
        "post": NN_("%(who)s says something about a post", "%(who)s say something about a post"),
        "event": NN_("%(who)s says something about an event", "%(who)s say something about an event"),
    },
}
"""What only tells something, in the same way."""


OF_GATHERING: dict[str, str] = {
    "going": N_("%(name)s has a seat for you"),
    "waiting": N_("You wait for a seat: %(name)s tells you when there is one"),
    "refused": N_("There is no seat left at what %(name)s organises"),
    "changed": N_("%(name)s changed when or where you meet"),
    "cancelled": N_("%(name)s called off the gathering"),
    "near": N_("You meet soon: %(name)s organises it"),
}
"""What is told of gatherings: to apps it is a change of the post."""


OF_READING = N_("%(name)s asks you to read and confirm")
"""What is told of a post that everybody has to read: to apps it is a new one."""


TITLE = 80
"""Characters of a post that has no title."""


class About(NamedTuple):
    """What a notification is about, if it is no post, and where it is."""

    title: str
    address: str
    is_over: bool = False
    """What was asked is asked no more: the words were judged, or taken back."""
    channel: str = ""
    """Of a piece of the desk: what it is to be (`social/desk/pieces.py`)."""


def of_subject(subject: str) -> str:
    """The sentence of what an app sees as a post or a change of it, by its subject; empty for anything else."""
    if subject.startswith(READING):
        return OF_READING
    return OF_GATHERING.get(subject.split(":")[1], "") if subject.startswith(GATHERING) else ""


def sentence(locale: str, view: NotificationView) -> str:
    """What happened, in a language of the pages."""
    said = of_subject(view.subject) or SENTENCES[view.kind]
    found = about(view)
    return str(translations(locale).gettext(said)) % {"name": view.sender.name, "title": found.title if found else ""}


def about(view: NotificationView) -> About | None:
    """What a notification about no post leads to: a piece, what was not published at its time, the agenda."""
    if view.piece is not None:
        is_over = view.kind is Kind.DESK_REVIEW and view.piece.state != State.REVIEW
        return About(view.piece.title, f"/desk/{view.piece.id}", is_over, view.piece.channel)
    if view.kind is Kind.ANNOUNCEMENT_LEFT:
        return About("", f"/announcements/{view.subject.partition(':')[0]}/missing")
    if view.kind is Kind.GATHERING_GONE:
        return About(view.subject.split(":", 4)[-1], "/agenda")
    if view.failed is None:
        return None
    draft = read_draft(view.failed)
    if draft.article is not None and draft.article.piece_uri:
        return About(draft.article.title, urlsplit(draft.article.piece_uri).path)
    return About(shortened(draft.text, TITLE), "/scheduled")


def count(locale: str, things: int) -> str:
    """That so many things happened, in a language."""
    said = translations(locale).ngettext("%(num)s thing happened for you", "%(num)s things happened for you", things)
    return str(said) % {"num": things}


def greeting(locale: str) -> str:
    """What greets a newcomer before everybody; `%(name)s` is for their handle."""
    return str(translations(locale).gettext(GREETING))
