"""What is asked of the reader, in words, each with the page where it is done; and whom they may want to meet."""

from collections.abc import Callable

import msgspec

from social.people.suggestions import Suggestion
from web.frame import Owed
from web.i18n import NN_


class Task(msgspec.Struct, frozen=True):
    """One kind of thing that waits."""

    words: str
    address: str


_TASKS: tuple[tuple[str, tuple[str, str], str], ...] = (
    ("named", NN_("%(num)s new for you", "%(num)s new for you"), "/notifications"),
    ("roll", NN_("A roll call: say that you are safe", "Roll calls: say that you are safe"), "/roll-call"),
    (
        "must_read",
        NN_("%(num)s announcement to read and confirm", "%(num)s announcements to read and confirm"),
        "/to-read",
    ),
    ("words", NN_("%(num)s word to everybody to read", "%(num)s words to everybody to read"), "/"),
    ("requests", NN_("%(num)s person asks to follow you", "%(num)s people ask to follow you"), "/requests"),
    (
        "silent",
        NN_("A silent community: keep it or archive it?", "%(num)s silent communities: keep or archive them?"),
        "/communities",
    ),
    ("answered", NN_("%(num)s of your reports was answered", "%(num)s of your reports were answered"), "/reports"),
    ("reports", NN_("%(num)s report waits for a moderator", "%(num)s reports wait for a moderator"), "/admin/reports"),
    ("appeals", NN_("%(num)s appeal waits for a moderator", "%(num)s appeals wait for a moderator"), "/admin/reports"),
)


def tasks(owed: Owed, count: Callable[[str, str, int], str]) -> list[Task]:
    """What waits, what is for the reader alone first."""
    numbers = ((getattr(owed, name), words, address) for name, words, address in _TASKS)
    return [Task(count(*words, number), address) for number, words, address in numbers if number]


def reason(one: Suggestion, say: Callable[..., str], count: Callable[..., str]) -> str:
    """Why somebody is suggested: the nearest of the reasons, in words."""
    if one.friends > 1:
        return count(
            "Followed by %(name)s and %(num)s other whom you follow",
            "Followed by %(name)s and %(num)s others whom you follow",
            one.friends - 1,
            name=one.friend,
        )
    if one.friends:
        return say("Followed by %(name)s, whom you follow", name=one.friend)
    if one.tags:
        return say("Writes about #%(tag)s, which you follow", tag=one.tag)
    return say("New at your site")
