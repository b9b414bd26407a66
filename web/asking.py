"""A poll that is being written: what the composer shows of it, and what its fields mean."""

from collections.abc import Mapping, Sequence

import msgspec

from social.posts.polls import PollDraft
from social.reading import PostView
from web.forms import Form
from web.i18n import N_

FIRST, MORE = 4, 4
"""Fields for choices at first, and how many are added by asking for more."""
DAY = 86_400
OPEN_FOR: tuple[tuple[int, str], ...] = (
    (3_600, N_("an hour")),
    (DAY, N_("a day")),
    (3 * DAY, N_("three days")),
    (7 * DAY, N_("a week")),
    (14 * DAY, N_("two weeks")),
)


class Asking(msgspec.Struct, frozen=True, kw_only=True):
    """The fields of a poll as they are filled."""

    options: Sequence[str] = ("",) * FIRST
    open_for: str = str(DAY)
    is_multiple: bool = False
    hides_totals: bool = False
    is_open: bool = False


def filled(form: Form, most: int) -> Asking:
    """The fields as they came, to be shown again; with room for more choices when that was asked for."""
    written = [option for option in form.kept("option") if option.strip()]
    wanted = len(written) + MORE if form.written("do") == "choices" else max(FIRST, len(written))
    return Asking(
        options=[*written, *([""] * (min(wanted, most) - len(written)))],
        open_for=form.written("open_for") or str(DAY),
        is_multiple=form.has("several"),
        hides_totals=form.has("hides_totals"),
        is_open=bool(written) or form.written("do") == "choices",
    )


def taken_up(fields: Mapping[str, Sequence[str]], fresh: Asking) -> Asking:
    """The fields of a poll as a draft holds them."""
    written = [option for option in fields.get("option", ()) if option.strip()]
    if not written:
        return fresh
    return Asking(
        options=[*written, *([""] * (FIRST - len(written)))],
        open_for=next(iter(fields.get("open_for", ())), fresh.open_for),
        is_multiple="several" in fields,
        hides_totals="hides_totals" in fields,
        is_open=True,
    )


def asked(form: Form) -> PollDraft | None:
    """The poll of a form; None when no choice is written."""
    options = tuple(option for option in form.all("option", limit=10_000) if option)
    if not options:
        return None
    return PollDraft(
        options=options,
        expires_in=min(form.number("open_for") or 0, 2**40),
        is_multiple=form.flag("several"),
        hides_totals=form.flag("hides_totals"),
    )


def kept(view: PostView) -> PollDraft | None:
    """The poll of a post whose words are edited: it stays as it is, with its votes and its end."""
    if view.poll is None:
        return None
    return PollDraft(
        options=tuple(option.title for option in view.poll.options),
        is_multiple=view.poll.poll.is_multiple,
        hides_totals=view.poll.poll.hides_totals,
    )


def as_draft(view: PostView) -> dict[str, list[str]]:
    """The poll of a post as a draft holds it: open as long as it was to be, or for the next longer choice."""
    if view.poll is None:
        return {}
    row = view.poll.poll
    asked_for = ((row.expires_at or view.post.published_at) - view.post.published_at) // 1_000
    longer = [seconds for seconds, _ in OPEN_FOR if seconds >= asked_for]
    return {
        "option": [option.title for option in view.poll.options],
        "open_for": [str(longer[0] if longer else OPEN_FOR[-1][0])],
        **({"several": ["1"]} if row.is_multiple else {}),
        **({"hides_totals": ["1"]} if row.hides_totals else {}),
    }
