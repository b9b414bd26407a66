"""What a search asks: words, and operators such as `from:amina has:image before:2026-10-01`, in English and French.

An operator that is not understood stays a word, so that nothing that was typed is ignored in silence.
"""

import datetime
import re
import zoneinfo
from collections.abc import Callable, Sequence

import msgspec

from social.feeds import lexicon
from social.people.names import words
from social.text import is_language, tag_normal
from storage.fulltext import Wanted
from storage.ids import Millis

LONGEST = 500
KEYS = {
    "from": "from", "de": "from", "has": "has", "avec": "has", "is": "is", "est": "is", "in": "in", "dans": "in",
    "before": "before", "avant": "before", "after": "after", "apres": "after", "during": "during", "pendant": "during",
    "language": "language", "lang": "language", "langue": "language",
}  # fmt: skip
HAS = {
    "media": "any", "image": "image", "photo": "image", "video": "video", "audio": "audio", "son": "audio",
    "link": "link", "lien": "link", "poll": "poll", "sondage": "poll",
}  # fmt: skip
SELVES = frozenset({"me", "moi"})
_OPERATOR = re.compile(r"(?<!\S)(?P<key>[^\W\d_]{2,9}):(?P<value>[^\s:\"“«][^\s\"“«]*)")
_TAG = re.compile(r"(?<!\S)#(?P<tag>\w+)")
_DATE = re.compile(r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?")


class Question(msgspec.Struct, frozen=True, kw_only=True):
    """A search, read. `author` is a handle, `me` for the asker; `place` an entity or domain, to be looked up."""

    terms: Sequence[lexicon.Term] = ()
    wanted: Wanted = Wanted()
    author: str = ""
    place: str = ""

    @property
    def is_empty(self) -> bool:
        """Whether nothing is asked."""
        return not self.terms and self.wanted == Wanted() and not self.author and not self.place


def read(text: str, timezone: str) -> Question:
    """The question in `text`; its days are days of that time zone. Never raises."""
    question = Question()
    left: list[str] = []
    end = 0
    asked = text[:LONGEST]
    for found in _OPERATOR.finditer(asked):
        key = KEYS.get("".join(words(found["key"])))
        changed = _READERS[key](question, found["value"].casefold(), zoneinfo.ZoneInfo(timezone)) if key else None
        if changed is not None:
            question = changed
            left.append(asked[end : found.start()])
            end = found.end()
    left.append(asked[end:])
    rest = " ".join(left)
    if (tag := _TAG.search(rest)) and (name := tag_normal(tag["tag"])):
        question = _with(question, tag=name)
        rest = rest[: tag.start()] + rest[tag.end() :]
    return msgspec.structs.replace(question, terms=lexicon.of_question(rest))


def _with(question: Question, **conditions: object) -> Question:
    return msgspec.structs.replace(question, wanted=msgspec.structs.replace(question.wanted, **conditions))


def _from(question: Question, value: str, _: zoneinfo.ZoneInfo) -> Question | None:
    handle = value.removeprefix("@")
    return msgspec.structs.replace(question, author="me" if handle in SELVES else handle) if handle else None


def _has(question: Question, value: str, _: zoneinfo.ZoneInfo) -> Question | None:
    kind = HAS.get("".join(words(value)))
    if kind == "link":
        return _with(question, has_link=True)
    if kind == "poll":
        return _with(question, has_poll=True)
    return _with(question, media=kind) if kind else None


def _is(question: Question, value: str, _: zoneinfo.ZoneInfo) -> Question | None:
    match "".join(words(value)):
        case "reply" | "reponse":
            return _with(question, is_reply=True)
        case "sensitive" | "sensible":
            return _with(question, is_sensitive=True)
    return None


def _in(question: Question, value: str, _: zoneinfo.ZoneInfo) -> Question | None:
    match value:
        case "library":
            return _with(question, own=True)
        case "public":
            return _with(question, public=True)
        case "all":
            return question
        case "site":
            return _with(question, domain=".")
    return msgspec.structs.replace(question, place=value)


def _before(question: Question, value: str, zone: zoneinfo.ZoneInfo) -> Question | None:
    span = _span(value, zone)
    return _with(question, until=span[0]) if span else None


def _after(question: Question, value: str, zone: zoneinfo.ZoneInfo) -> Question | None:
    span = _span(value, zone)
    return _with(question, since=span[1]) if span else None


def _during(question: Question, value: str, zone: zoneinfo.ZoneInfo) -> Question | None:
    span = _span(value, zone)
    return _with(question, since=span[0], until=span[1]) if span else None


def _language(question: Question, value: str, _: zoneinfo.ZoneInfo) -> Question | None:
    return _with(question, language=value) if is_language(value) else None


_READERS: dict[str, Callable[[Question, str, zoneinfo.ZoneInfo], Question | None]] = {
    "from": _from,
    "has": _has,
    "is": _is,
    "in": _in,
    "before": _before,
    "after": _after,
    "during": _during,
    "language": _language,
}


def _span(value: str, zone: zoneinfo.ZoneInfo) -> tuple[Millis, Millis] | None:
    """Beginning and end of a year, month or day; None for what is no date."""
    found = _DATE.fullmatch(value)
    if found is None:
        return None
    year, month, day = (int(part) if part else 0 for part in found.groups())
    try:
        begin = datetime.datetime(year, month or 1, day or 1, tzinfo=zone)
        if day:
            end = begin + datetime.timedelta(days=1)
        elif month:
            end = begin.replace(year=year + month // 12, month=month % 12 + 1)
        else:
            end = begin.replace(year=year + 1)
    except ValueError:
        return None
    return Millis(int(begin.timestamp() * 1000)), Millis(int(end.timestamp() * 1000))
