"""After an absence: one page of what concerns the reader, each thing with its reason, to be read or printed."""

import msgspec
from starlette.responses import Response

from social.feeds import absence, markers
from social.feeds.absence import Absence, Reason
from social.policy import Viewer
from storage.engine.database import Tx
from storage.ids import Millis
from web.forms import Form
from web.i18n import N_
from web.screens import is_hidden
from web.visit import Visit


class Why(msgspec.Struct, frozen=True, kw_only=True):
    """A reason as it is shown: its sign and its sentence."""

    sign: str
    words: str
    asks: bool = False


REASONS: dict[Reason, tuple[str, str]] = {
    Reason.MUST_READ: ("flare", N_("To read and confirm")),
    Reason.NAMED: ("flare", N_("Names you")),
    Reason.ANSWER: ("flare", N_("Answers you")),
    Reason.QUOTE: ("flare", N_("Quotes you")),
    Reason.ASKED: ("bell", N_("You asked to be told of each post")),
    Reason.READ: ("heart", N_("You often turn to this person")),
    Reason.FOLLOWED: ("people", N_("You follow this person")),
    Reason.SUBJECT: ("hash", N_("You follow this subject")),
}


async def show(visit: Visit) -> Response:
    """GET /absence: what came since the reader left; for who was not away, of the last days."""
    found, was_away = await visit.read(_absence, visit.now)
    path = visit.request.url.path
    return visit.page(
        "home/absence.html",
        since=found.since,
        was_away=was_away,
        words=found.words,
        parts=[
            (title, [(one.view, _why(visit, one.reason)) for one in part if not is_hidden(one.view, path, visit.now)])
            for title, part in (
                (visit.say("For you"), found.asking),
                (visit.say("Of those you follow"), found.others),
            )
            if part
        ],
    )


async def done(visit: Visit, form: Form) -> Response:
    """POST /absence: it is read, and no longer offered."""
    await visit.write(markers.caught_up)
    return visit.back("/")


def _absence(tx: Tx, viewer: Viewer, now: Millis) -> tuple[Absence, bool]:
    marker = next(iter(markers.markers(tx, viewer, ["home"])), None)
    since = markers.away_since(marker, now)
    return absence.absence(tx, viewer, since or Millis(now - markers.AWAY), now=now), since is not None


def _why(visit: Visit, reason: Reason) -> Why:
    sign, words = REASONS[reason]
    return Why(sign=sign, words=visit.say(words), asks=sign == "flare")
