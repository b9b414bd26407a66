"""A gathering in a letter: when and where, and the calendar's own words of it, which mail programs take in (iMIP)."""

from social.letters.invitations import Invitation
from social.letters.letters import Written
from social.node import Node
from storage.gatherings import Status
from storage.ids import Millis
from web import calendars, icons
from web.i18n import N_, translations
from web.render import face, post_page

_FIRST = N_("In your calendar: %(title)s")
_CHANGED = N_("Changed: %(title)s")
_CALLED_OFF = N_("Called off: %(title)s")
_OUT = N_("Out of your calendar: %(title)s")


def write(node: Node, one: Invitation, locale: str, out: str, now: Millis) -> Written:
    """The letter in a language. `out`: the address of the way out."""
    settings, look = node.settings, node.look
    subject = str(translations(locale).gettext(_words(one))) % {"title": one.title}
    values: dict[str, object] = {
        "subject": subject,
        "known": one.held,
        "name": one.name,
        "address": f"{settings.base_url}{post_page(one.view)}" if one.view is not None else "",
        "is_left": one.is_off and not _is_called_off(one),
        "out": out,
    }
    ready = face(settings, look)
    method = calendars.CANCEL if one.is_off else calendars.REQUEST
    organiser, guest = (one.name, settings.mail.sender), (one.user_name, one.email)
    calendar = (
        calendars.invitation(one.view, method, organiser, guest, now)
        if one.view is not None
        else calendars.withdrawal(one.uri, one.title, one.held, organiser, guest, now)
    )
    return Written(
        subject=subject,
        text=ready.render("letters/gathering_plain.html", locale, **values),
        html=ready.render("letters/gathering.html", locale, **values),
        logo=icons.small(look.picture) if look.logo else b"",
        calendar=calendar.decode(),
        method=method,
    )


def _words(one: Invitation) -> str:
    if not one.is_off:
        return _FIRST if one.is_first else _CHANGED
    return _CALLED_OFF if _is_called_off(one) else _OUT


def _is_called_off(one: Invitation) -> bool:
    return one.view is None or one.held.status is Status.CANCELLED
