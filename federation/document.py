"""A peer's JSON: the one guarded decoder, and the readings that make it regular.

Everything that another server wrote goes through `decode` first. ActivityStreams lets one value be written in many
ways (AS2 §4): one or many, an id or a whole object, a string or a map of languages.
The functions after it take any of these and give one.
"""

import json
import math
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, NoReturn

import msgspec

from federation.names import BadName, parse_url
from federation.vocabulary import CONTEXT_URL, PUBLIC
from social.clock import is_writable

MAX_BYTES = 1024 * 1024
MAX_DEPTH = 32
MAX_NODES = 20_000
LARGEST_INTEGER = 2**63 - 1

_PUBLIC_FORMS = frozenset({PUBLIC, "as:Public", "Public"})

# A string that never ends is taken to the end of the text: otherwise each quote in it would be tried anew.
_STRING = re.compile(rb'"[^"\\]*(?:\\.[^"\\]*)*+"?', re.DOTALL)
_BRACKET = re.compile(rb"[\[\]{}]")
_SUSPECT_ESCAPE = re.compile(rb"\\u(?:0000|[dD][89a-fA-F])")
_SURROGATE_OR_NUL = re.compile("[\x00\ud800-\udfff]")
_TIME = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ][0-9:.]{5,30}(?:[Zz]|[+-][0-9]{2}:?[0-9]{2})?")


class BadDocument(ValueError):
    """JSON from a peer that is not read. `reason` is for the log, `status` for the answer (400 or 413)."""

    def __init__(self, reason: str, status: int = 400) -> None:
        super().__init__(reason)
        self.reason = reason
        self.status = status


class Document(msgspec.Struct, frozen=True, kw_only=True):
    """An object fetched from its own id. `raw` are its bytes as they came: what is forwarded is never re-encoded."""

    id: str
    fields: dict[str, Any]
    raw: bytes


def decode(raw: bytes) -> dict[str, Any]:
    """The JSON object in these bytes. Raises BadDocument.

    Refused: more than 1 MiB, 32 levels or 20,000 values; a key twice (two readers would see two documents); NaN,
    infinities and integers beyond 64 bits; NUL (PostgreSQL stores none) and lone surrogates; anything but an object.
    """
    if len(raw) > MAX_BYTES:
        raise BadDocument("more than 1 MiB", 413)
    _check_shape(raw)
    try:
        value = _DECODER.decode(raw.decode("utf-8"))
    except UnicodeDecodeError as cause:
        raise BadDocument("not UTF-8") from cause
    except json.JSONDecodeError as cause:
        raise BadDocument(f"no JSON: {cause.msg} at {cause.pos}") from cause
    if not isinstance(value, dict):
        raise BadDocument("not an object")
    if _SUSPECT_ESCAPE.search(raw):
        _check_texts(value)
    return value


def many(value: Any) -> list[Any]:
    """The values, however many there are: none for null, one for a bare value."""
    if value is None:
        return []
    if isinstance(value, list):
        return [item for item in value if item is not None]
    return [value]


def one(value: Any) -> Any:
    """The first value, or None."""
    values = many(value)
    return values[0] if values else None


def fields_of(value: Any) -> dict[str, Any] | None:
    """The first value if it is a whole object."""
    first = one(value)
    return first if isinstance(first, dict) else None


def id_of(value: Any) -> str | None:
    """The id of the first value, written as an id or as an object with one."""
    first = one(value)
    if isinstance(first, dict):
        first = first.get("id")
    return first if isinstance(first, str) and first else None


def ids_of(value: Any) -> list[str]:
    """The ids of all values that have one, each once, in their order."""
    return list(dict.fromkeys(found for found in map(id_of, many(value)) if found))


def types_of(value: Any) -> list[str]:
    """The types of an object (`type` may be a list), without the vocabulary's prefix."""
    if not isinstance(value, dict):
        return []
    names = [name for name in many(value.get("type")) if isinstance(name, str)]
    return [name.removeprefix(CONTEXT_URL + "#").removeprefix("as:") for name in names]


def type_of(value: Any, known: frozenset[str] | None = None) -> str | None:
    """The first type of an object; the first among `known`, if that is given."""
    return next((name for name in types_of(value) if known is None or name in known), None)


def text_of(value: Any) -> str | None:
    """The first value if it is text, without surrounding space; None if that is empty."""
    first = one(value)
    return (first.strip() or None) if isinstance(first, str) else None


def language_text(fields: dict[str, Any], name: str) -> tuple[str | None, str | None]:
    """A natural-language property and its language, from `name` and `nameMap` (BCP 47 → text).

    The map only adds the language: the plain value decides, the map's first entry stands in when it is missing.
    """
    plain, said = _plain_text(fields.get(name))
    translations = languages_of(fields, name)
    if plain is None:
        first = next(iter(translations.items()), None)
        return (first[1], first[0]) if first else (None, None)
    same = [language for language, text in translations.items() if text == plain]
    return plain, said or next(iter([*same, *translations]), None)


def languages_of(fields: dict[str, Any], name: str) -> dict[str, str]:
    """All versions of a natural-language property by language: `nameMap`, and a `name` that is itself a map or a list
    of JSON-LD's language-tagged values."""
    written = [*_entries(fields.get(name)), *_entries(fields.get(name + "Map"))]
    tagged = [(item.get("@language"), item.get("@value")) for item in many(fields.get(name)) if isinstance(item, dict)]
    return {
        language: text.strip()
        for language, text in [*tagged, *written]
        if isinstance(language, str) and not language.startswith("@") and isinstance(text, str) and text.strip()
    }


def link_of(value: Any, media_type: str = "text/html") -> str | None:
    """The http(s) URL in a `url`: a string, a Link, or a list of both, of which the wanted media type comes first."""
    links = list(links_of(value))
    preferred = [href for href, kind in links if kind == media_type]
    untyped = [href for href, kind in links if kind is None]
    return next(iter([*preferred, *untyped, *(href for href, _ in links)]), None)


def links_of(value: Any) -> Iterator[tuple[str, str | None]]:
    """All http(s) URLs in a `url`, each with its media type if that is said."""
    for item in many(value):
        href, kind = item, None
        if isinstance(item, dict):
            href, kind = text_of(item.get("href")) or text_of(item.get("url")), text_of(item.get("mediaType"))
        if isinstance(href, str) and _is_url(href):
            yield href, kind


def is_public(address: str) -> bool:
    """Whether an address means everybody, in any of its three writings."""
    return address in _PUBLIC_FORMS


def addresses_of(value: Any) -> tuple[str, ...]:
    """The addressed ids (`to`, `cc`, `audience`), everybody always written in full."""
    return tuple(dict.fromkeys(PUBLIC if is_public(address) else address for address in ids_of(value)))


def time_of(value: Any) -> int | None:
    """A moment (RFC 3339, without an offset taken as UTC) in milliseconds; None if it is none that can be written."""
    text = text_of(value)
    if text is None or not _TIME.fullmatch(text):
        return None
    try:
        moment = datetime.fromisoformat(text.upper())
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=UTC)
        at = round(moment.timestamp() * 1000)
    except (ValueError, OverflowError):
        return None
    return at if is_writable(at) else None


def flag_of(value: Any) -> bool:
    """Whether a property is plainly true; everything else, absence included, is false."""
    return one(value) is True


def count_of(value: Any) -> int | None:
    """A count: an integer that is not negative, or None."""
    first = one(value)
    return first if isinstance(first, int) and not isinstance(first, bool) and first >= 0 else None


def _check_shape(raw: bytes) -> None:
    """Refuse what is too deep or too wide before it is parsed: parsing recurses, and builds every value."""
    nodes = 1 + raw.count(b",") + raw.count(b"[") + raw.count(b"{")
    if nodes <= MAX_NODES and raw.count(b"[") + raw.count(b"{") <= MAX_DEPTH:
        return
    bare = _STRING.sub(b"", raw)
    if 1 + bare.count(b",") + bare.count(b"[") + bare.count(b"{") > MAX_NODES:
        raise BadDocument("more than 20,000 values")
    depth = 0
    for bracket in _BRACKET.finditer(bare):
        depth += 1 if bracket[0] in b"[{" else -1
        if depth > MAX_DEPTH:
            raise BadDocument("more than 32 levels")


def _check_texts(value: Any) -> None:
    pending = [value]
    while pending:
        item = pending.pop()
        if isinstance(item, dict):
            pending.extend(item)
            pending.extend(item.values())
        elif isinstance(item, list):
            pending.extend(item)
        elif isinstance(item, str) and _SURROGATE_OR_NUL.search(item):
            raise BadDocument("a text with NUL or half a character")


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    fields = dict(pairs)
    if len(fields) != len(pairs):
        raise BadDocument("a key twice in one object")
    return fields


def _integer(text: str) -> int:
    if len(text) > 20 or not -LARGEST_INTEGER - 1 <= int(text) <= LARGEST_INTEGER:
        raise BadDocument("an integer beyond 64 bits")
    return int(text)


def _number(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise BadDocument("a number beyond every measure")
    return number


def _no_constant(name: str) -> NoReturn:
    raise BadDocument(f"{name} is no JSON")


def _plain_text(value: Any) -> tuple[str | None, str | None]:
    """The text of a plain value, or of one that names its language; a map of languages has none."""
    first = one(value)
    if isinstance(first, dict):
        return text_of(first.get("@value")), text_of(first.get("@language"))
    return text_of(first), None


def _entries(value: Any) -> list[tuple[str, Any]]:
    return list(value.items()) if isinstance(value, dict) else []


def _is_url(text: str) -> bool:
    try:
        parse_url(text)
    except BadName:
        return False
    return True


_DECODER = json.JSONDecoder(
    object_pairs_hook=_unique, parse_int=_integer, parse_float=_number, parse_constant=_no_constant
)
