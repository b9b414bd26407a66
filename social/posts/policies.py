"""Who may do what with a post (FEP-044f, GoToSocial's interaction policies): advice of its author, kept as text.

Each kind of interaction has who may do it at once and who may ask: `quote=followers/following like=public/`. A kind
that is not there was not spoken of: whoever sees the post may like, answer and boost it, but not quote it.
"""

from collections.abc import Mapping, Sequence
from enum import StrEnum

import msgspec

from storage.visibility import OPEN, Visibility


class Circle(StrEnum):
    """People by what they are to the author; in the words of Mastodon's API."""

    PUBLIC = "public"
    FOLLOWERS = "followers"
    FOLLOWING = "following"
    """Whom the author follows."""
    OTHERS = "unsupported_policy"
    """Somebody else, whom only the author's node can tell."""


class Act(StrEnum):
    """What a policy is about."""

    QUOTE = "quote"
    LIKE = "like"
    REPLY = "reply"
    BOOST = "boost"


class Choice(StrEnum):
    """What people here choose of for quotes."""

    PUBLIC = "public"
    FOLLOWERS = "followers"
    NOBODY = "nobody"


class Verdict(StrEnum):
    """What somebody may expect."""

    AUTOMATIC = "automatic"
    MANUAL = "manual"
    """They may ask."""
    DENIED = "denied"
    UNKNOWN = "unknown"
    """Only the author's node can tell."""


class Rule(msgspec.Struct, frozen=True):
    """Who may do it at once, and who may ask. Nobody in both: only the author."""

    automatic: tuple[Circle, ...] = ()
    manual: tuple[Circle, ...] = ()


class Between(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody is to the author of a post."""

    is_author: bool = False
    follows: bool = False
    followed: bool = False


NOBODY = Rule()
EVERYBODY = Rule((Circle.PUBLIC,))
_CHOICES: Mapping[Choice, Rule] = {
    Choice.PUBLIC: EVERYBODY,
    Choice.FOLLOWERS: Rule((Circle.FOLLOWERS,)),
    Choice.NOBODY: NOBODY,
}
_UNSPOKEN: Mapping[Act, Rule] = {
    Act.QUOTE: NOBODY,
    Act.LIKE: EVERYBODY,
    Act.REPLY: EVERYBODY,
    Act.BOOST: EVERYBODY,
}


def written(rules: Mapping[Act, Rule]) -> str:
    """The rules as they are kept."""
    return " ".join(f"{act}={','.join(rule.automatic)}/{','.join(rule.manual)}" for act, rule in sorted(rules.items()))


def rule(kept: str, act: Act) -> Rule:
    """The rule of one kind."""
    for part in kept.split():
        name, _, circles = part.partition("=")
        if name == act:
            automatic, _, manual = circles.partition("/")
            return Rule(_circles(automatic), _circles(manual))
    return _UNSPOKEN[act]


def chosen(choice: Choice, visibility: Visibility) -> str:
    """What is kept of a choice here: what not everybody may read, nobody else quotes."""
    return written({Act.QUOTE: _CHOICES[choice] if visibility in OPEN else NOBODY})


def choice(kept: str) -> Choice:
    """The choice that was kept."""
    quoting = rule(kept, Act.QUOTE)
    return next((choice for choice, one in _CHOICES.items() if one == quoting), Choice.NOBODY)


def verdict(rule: Rule, between: Between) -> Verdict:
    """What somebody may expect by a rule."""
    if between.is_author or _holds(rule.automatic, between):
        return Verdict.AUTOMATIC
    if _holds(rule.manual, between):
        return Verdict.MANUAL
    others = Circle.OTHERS in rule.automatic or Circle.OTHERS in rule.manual
    return Verdict.UNKNOWN if others else Verdict.DENIED


def _holds(circles: Sequence[Circle], between: Between) -> bool:
    return (
        Circle.PUBLIC in circles
        or (between.follows and Circle.FOLLOWERS in circles)
        or (between.followed and Circle.FOLLOWING in circles)
    )


def _circles(text: str) -> tuple[Circle, ...]:
    return tuple(Circle(word) for word in text.split(",") if word)
