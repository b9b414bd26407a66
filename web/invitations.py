"""A gathering in a letter: when and where, and the calendar's own words of it, which mail programs take in (iMIP)."""

from social.letters.invitations import Invitation
from social.letters.letters import Written
from social.node import Node
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
    settings, look, held = node.settings, node.look, one.view.gathering
    if held is None:
        raise ValueError("no gathering")
    subject = str(translations(locale).gettext(_words(one))) % {"title": one.view.post.title}
    values: dict[str, object] = {
        "subject": subject,
        "view": one.view,
        "name": one.name,
        "address": f"{settings.base_url}{post_page(one.view)}",
        "is_off": one.is_off,
        "out": out,
    }
    ready = face(settings, look)
    method = calendars.CANCEL if one.is_off else calendars.REQUEST
    organiser, guest = (one.name, settings.mail.sender), (one.user_name, one.email)
    return Written(
        subject=subject,
        text=ready.render("letters/gathering_plain.html", locale, **values),
        html=ready.render("letters/gathering.html", locale, **values),
        logo=icons.small(look.picture) if look.logo else b"",
        calendar=calendars.invitation(one.view, method, organiser, guest, now).decode(),
        method=method,
    )


def _words(one: Invitation) -> str:
    if not one.is_off:
        return _FIRST if one.is_first else _CHANGED
    return _CALLED_OFF if one.view.gathering is not None and one.view.gathering.is_cancelled else _OUT
