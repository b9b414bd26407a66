"""Whether it is really the person: the password is asked for again before what cannot be taken back."""

from functools import partial

from social.errors import Invalid
from social.people import passwords, sessions, users
from web.forms import Form
from web.visit import Visit

_LONGEST = 1_000


async def require_password(visit: Visit, form: Form, field: str) -> None:
    """Raises Invalid naming the field for a wrong password, and TooMany after as many tries as at the door: who found
    an open session guesses no faster here than there."""
    settings, given = visit.node.settings.people, form.text(field, limit=_LONGEST)
    name = sessions.name_key(visit.viewer.username)
    keys = [name, sessions.address_key(visit.address)]
    kept = await visit.read(users.password_of)
    await visit.node.db.write(sessions.note_failure, keys, settings=settings, now=visit.now)
    if not await visit.node.crunched(partial(passwords.verify, settings, kept, given)):
        raise Invalid(field, "wrong")
    await visit.node.db.write(sessions.clear, [name])
