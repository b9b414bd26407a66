"""A gathering as somebody plans it, and what may be wrong with it."""

from urllib.parse import urlsplit

import msgspec

from social.clock import DAY, HOUR
from social.errors import Invalid
from social.gatherings import times
from social.gatherings.times import MOST_TIMES, Repeat
from social.text import clean_line
from storage.gatherings import GatheringRow, JoinMode, Status
from storage.ids import Millis, PostId

KIND = "Event"
"""The kind of posts that are gatherings."""
MAX_TITLE = 200
MAX_PLACE = 200
MAX_LINK = 1_000
MOST_SEATS = 100_000
LONGEST = 31 * DAY
OPEN_HOURS = 3 * HOUR
"""How long one without an end stands among those to come."""
PAST_HOURS = DAY
"""What began so long ago may still be entered: somebody forgot."""
CATEGORIES = (
    "MEETING",
    "LEARNING",
    "WORKSHOPS_SKILL_SHARING",
    "NETWORKING",
    "SPORTS",
    "OUTDOORS_ADVENTURE",
    "FOOD_DRINK",
    "MUSIC",
    "GAMES",
    "PARTY",
    "HEALTH",
    "FAMILY_EDUCATION",
    "CAUSES",
    "SCIENCE_TECH",
)
"""Those words of FEP-8a8e (and Mobilizon) that a company needs."""


class GatheringDraft(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody plans. `ends_at` None: open end; `seats` None: for everybody.

    `repeat` makes further ones of a new one; `series` and `occurrence` are then theirs.
    """

    starts_at: Millis
    ends_at: Millis | None = None
    timezone: str
    place: str = ""
    address: str = ""
    link: str = ""
    category: str = "MEETING"
    status: Status = Status.CONFIRMED
    seats: int | None = None
    has_waiting: bool = True
    repeat: Repeat | None = None
    series: str = ""
    occurrence: int = 1


def problems(draft: GatheringDraft, title: str, *, is_new: bool, now: Millis) -> list[Invalid]:
    """What is wrong with a gathering as somebody wrote it."""
    return [*_of_words(draft, title), *_of_times(draft, is_new=is_new, now=now), *_of_seats(draft)]


def row(post: PostId, draft: GatheringDraft) -> GatheringRow:
    """The gathering of a post here."""
    open_end = draft.ends_at is None
    return GatheringRow(
        post_id=post,
        starts_at=draft.starts_at,
        ends_at=Millis(draft.starts_at + OPEN_HOURS) if draft.ends_at is None else draft.ends_at,
        is_open_end=open_end,
        timezone=draft.timezone,
        place=clean_line(draft.place),
        address=clean_line(draft.address),
        link=draft.link.strip(),
        category=draft.category,
        status=draft.status,
        seats=draft.seats,
        has_waiting=draft.has_waiting,
        join_mode=JoinMode.FREE,
        outside_url="",
        series=draft.series,
        occurrence=draft.occurrence,
        version=0,
        turn=0,
        claimed_going=0,
        claimed_left=None,
        claimed_waiting=0,
        claimed_at=Millis(0),
    )


def is_link(written: str) -> bool:
    """Whether a text is an address of the web."""
    try:
        parts = urlsplit(written)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.netloc) and written.isprintable() and " " not in written


def _of_words(draft: GatheringDraft, title: str) -> list[Invalid]:
    found: list[Invalid] = []
    if not clean_line(title):
        found.append(Invalid("title", "blank"))
    if len(title) > MAX_TITLE:
        found.append(Invalid("title", "too_long", maximum=MAX_TITLE))
    for name, limit in (("place", MAX_PLACE), ("address", MAX_PLACE), ("link", MAX_LINK)):
        if len(getattr(draft, name)) > limit:
            found.append(Invalid(name, "too_long", maximum=limit))
    if any("\0" in text for text in (title, draft.place, draft.address, draft.link)):
        found.append(Invalid("title", "nul"))
    if draft.link.strip() and not is_link(draft.link.strip()):
        found.append(Invalid("link", "no_link"))
    if draft.category not in CATEGORIES:
        found.append(Invalid("category", "not_a_choice"))
    return found


def _of_times(draft: GatheringDraft, *, is_new: bool, now: Millis) -> list[Invalid]:
    found: list[Invalid] = []
    if times.zone(draft.timezone) is None:
        found.append(Invalid("timezone", "not_a_choice"))
    if draft.ends_at is not None and not draft.starts_at < draft.ends_at <= draft.starts_at + LONGEST:
        found.append(Invalid("ends_at", "end_before_start"))
    if is_new and draft.starts_at < now - PAST_HOURS:
        found.append(Invalid("starts_at", "in_past"))
    if draft.repeat is not None and not 2 <= draft.repeat.times <= MOST_TIMES:
        found.append(Invalid("times", "out_of_range"))
    return found


def _of_seats(draft: GatheringDraft) -> list[Invalid]:
    if draft.seats is not None and not 1 <= draft.seats <= MOST_SEATS:
        return [Invalid("seats", "out_of_range")]
    return []
