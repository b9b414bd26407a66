"""What a page does with a post that the reader's filters match: show it, blur its pictures, fold it, leave it out."""

import re
from collections.abc import Sequence
from enum import StrEnum

import msgspec

from social.matching import Match, good
from social.reading import PostView
from storage.filters import FilterAction
from storage.ids import Millis


class Act(StrEnum):
    """What is done, from the mildest on."""

    SHOW = "show"
    BLUR = "blur"
    WARN = "warn"
    HIDE = "hide"


class Screen(msgspec.Struct, frozen=True, kw_only=True):
    """What is done with a post, and the names of the filters that want it."""

    act: Act = Act.SHOW
    titles: Sequence[str] = ()


CLEAR = Screen()
_OF_ACTION = {FilterAction.BLUR: Act.BLUR, FilterAction.WARN: Act.WARN, FilterAction.HIDE: Act.HIDE}
_RANK = list(Act)
_CONTEXTS = (
    (re.compile(r"/|/live/home|/absence|/lists/\d+"), "home"),
    (re.compile(r"/site|/group|/discover|/tags/.+|/explore.*"), "public"),
    (re.compile(r"/notifications.*"), "notifications"),
    (re.compile(r"/@[^/]+/\d+.*"), "thread"),
    (re.compile(r"/@.+"), "account"),
)


def context_of(path: str) -> str:
    """Which of the contexts of filters a page is; empty for those that filters leave alone."""
    return next((name for pattern, name in _CONTEXTS if pattern.fullmatch(path)), "")


def screen(found: Sequence[Match], context: str, now: Millis) -> Screen:
    """The strongest of what the filters want there that hold in the context."""
    holding = [match.filter for match in good(found, now) if context in match.filter.contexts]
    if not holding:
        return CLEAR
    act = max((_OF_ACTION[one.row.action] for one in holding), key=_RANK.index)
    return Screen(act=act, titles=[one.row.title for one in holding if _OF_ACTION[one.row.action] is act])


def is_hidden(view: PostView | None, path: str, now: Millis) -> bool:
    """Whether a post is left out on the page."""
    return view is not None and screen(view.filtered, context_of(path), now).act is Act.HIDE
