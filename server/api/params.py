"""One coercer for what clients send: query, form, JSON and multipart become one plain dict, then a typed struct.

Clients differ in how they write a list (`a[]=1`, `a[0]=1`, `a=1&a=2`, JSON), a nested value (`source[privacy]`), a
truth value (`1`, `on`, `False`) and nothing at all (`null`, empty): every endpoint understands all of it. Unknown
parameters are ignored, `null` means absent. What cannot be kept (NUL, half a character) or read (depth, doubled
keys) is refused.
"""

import re
import types
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from io import BytesIO
from typing import Any, BinaryIO, Literal, TypeVar, Union, get_args, get_origin, get_type_hints
from urllib.parse import parse_qsl

import msgspec

from federation.document import BadDocument, decode
from social.errors import Invalid

MAX_DEPTH = 16
MAX_FIELDS = 1_000
FALSE = frozenset({"0", "f", "false", "off", "no"})
"""Written in any case. Rails takes `False` and `no` for true; nobody who writes them means that."""

P = TypeVar("P", bound=msgspec.Struct)
Plain = dict[str, Any]
_Fit = Callable[[Any, str], Any]

_ABSENT: Any = object()
_KEY = re.compile(r"\[([^\[\]]*)\]")
_INTEGER = re.compile(r"[+-]?\d{1,18}")


class Upload:
    """A file of a multipart body, spooled: in memory while small, on the disk when not."""

    def __init__(self, name: str, mime: str, file: BinaryIO) -> None:
        self.name = name
        self.mime = mime
        self._file = file

    @property
    def is_blank(self) -> bool:
        """The field was sent without a file: what was there shall go."""
        return self is BLANK

    @property
    def file(self) -> BinaryIO:
        """What was sent, to be read in pieces."""
        return self._file

    def read(self, most: int = -1) -> bytes:
        """All of it (the limit on bodies bounds it), or one byte more than `most`: enough to refuse it."""
        self._file.seek(0)
        return self._file.read(most + 1 if most >= 0 else -1)

    def close(self) -> None:
        """Give the memory or the temporary file back."""
        self._file.close()


BLANK = Upload("", "", BytesIO())


class Empty(msgspec.Struct, frozen=True):
    """For endpoints without parameters."""


def from_query(text: str) -> Plain:
    """A query string or an urlencoded body. Raises Invalid when it has too many fields, or bytes that are no text."""
    if not text:
        return {}
    try:
        pairs = parse_qsl(text, keep_blank_values=True, max_num_fields=MAX_FIELDS, errors="strict")
    except UnicodeDecodeError as trouble:
        raise Invalid("body", "unreadable", reason="not UTF-8") from trouble
    except ValueError as trouble:
        raise Invalid("body", "too_many_fields", maximum=MAX_FIELDS) from trouble
    return nested(pairs)


def from_json(body: bytes) -> Plain:
    """A JSON object, read by the same guarded decoder as what peers send. Raises Invalid with its reason."""
    try:
        found = decode(body)
    except BadDocument as trouble:
        raise Invalid("body", "unreadable", reason=trouble.reason) from trouble
    return {key.removesuffix("[]"): value for key, value in found.items()}


def nested(pairs: Sequence[tuple[str, Any]]) -> Plain:
    """`a[b]=1`, `a[]=1`, `a[][b]=1` and `a[0][b]=1` as dicts and lists; a key given twice becomes a list."""
    plain: Plain = {}
    for name, value in pairs:
        start = name.find("[")
        if start <= 0:
            plain[name] = _with(plain[name], value) if name in plain else value
            continue
        steps = _KEY.findall(name, start)
        if len(steps) > MAX_DEPTH:
            raise Invalid(name[:start], "too_deep", maximum=MAX_DEPTH)
        plain[name[:start]] = _grafted(plain.get(name[:start]), steps, value)
    return plain


def fit(plain: Mapping[str, Any], kind: type[P]) -> P:
    """The parameters as `kind`. Raises Invalid for the first field that is wrong or missing."""
    values = _members(kind)(plain, "")
    try:
        return msgspec.convert(values, kind)
    except msgspec.ValidationError as trouble:
        raise _refused(str(trouble)) from trouble


def _with(former: Any, value: Any) -> list[Any]:
    return [*former, value] if isinstance(former, list) else [former, value]


def _grafted(former: Any, steps: list[str], value: Any) -> Any:
    """`former` with `value` put below it at the steps of a key."""
    if not steps:
        return value
    step, *rest = steps
    if step:
        branch = former if isinstance(former, dict) else {}
        branch[step] = _grafted(branch.get(step), rest, value)
        return branch
    items = former if isinstance(former, list) else []
    if not rest:
        items.append(value)
    # A repeated key begins the next element: keywords[][id]=1&keywords[][id]=2.
    elif items and isinstance(items[-1], dict) and (rest[0] == "" or rest[0] not in items[-1]):
        items[-1] = _grafted(items[-1], rest, value)
    else:
        items.append(_grafted(None, rest, value))
    return items


def _refused(message: str) -> Invalid:
    """msgspec's words (`… missing required field `q``, `… - at `$.q``) as a field and a code."""
    missing = re.search(r"missing required field `(\w+)`", message)
    where = re.search(r"at `\$\.?([^`]*)`", message)
    field = ".".join(part for part in (where[1] if where else "", missing[1] if missing else "") if part)
    return Invalid(field or "body", "missing" if missing else "invalid")


@cache
def _members(kind: type[msgspec.Struct]) -> _Fit:
    hints = get_type_hints(kind, include_extras=True)
    fits = {field.encode_name: _fit_for(hints[field.name]) for field in msgspec.structs.fields(kind)}

    def members(value: Any, name: str) -> Any:
        if not isinstance(value, Mapping):
            if value is None or value == "":
                return _ABSENT
            raise Invalid(name, "not_an_object")
        found = {}
        for key, one in value.items():
            convert = fits.get(key)
            if convert is not None:
                fitted = convert(one, f"{name}.{key}" if name else key)
                if fitted is not _ABSENT:
                    found[key] = fitted
        return found

    return members


def _fit_for(hint: Any) -> _Fit:
    """The coercion that belongs to a type of a parameter struct."""
    origin, inside = get_origin(hint), get_args(hint)
    if hasattr(hint, "__metadata__"):
        return _fit_for(inside[0])
    if origin in (Union, types.UnionType):
        return _fit_for(next(kind for kind in inside if kind not in (types.NoneType, msgspec.UnsetType)))
    if origin in (list, tuple):
        return _items(_fit_for(inside[0]))
    if origin is Literal:
        return _choice(frozenset(inside))
    if isinstance(hint, type) and issubclass(hint, msgspec.Struct):
        return _members(hint)
    return {bool: _truth, int: _integer, str: _text, Upload: _upload}[hint]


def _truth(value: Any, name: str) -> Any:
    value = _last(value)
    if value is None or value == "":
        return _ABSENT
    if isinstance(value, str):
        return value.lower() not in FALSE
    return bool(value)


def _integer(value: Any, name: str) -> Any:
    value = _last(value)
    if value is None or value == "":
        return _ABSENT
    if isinstance(value, str) and _INTEGER.fullmatch(value.strip()):
        return int(value)
    if isinstance(value, float) and value.is_integer() and abs(value) < 2**53:
        return int(value)
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) < 2**63:
        return value
    raise Invalid(name, "not_a_number")


def _text(value: Any, name: str) -> Any:
    value = _last(value)
    if value is None:
        return _ABSENT
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return str(value)
    if not isinstance(value, str):
        raise Invalid(name, "not_text")
    if "\0" in value:
        raise Invalid(name, "nul")
    try:
        value.encode()
    except UnicodeEncodeError as trouble:
        raise Invalid(name, "not_text") from trouble
    return value


def _choice(allowed: frozenset[str]) -> _Fit:
    def choice(value: Any, name: str) -> Any:
        text = _text(value, name)
        if text is _ABSENT or text == "":
            return _ABSENT
        if text not in allowed:
            raise Invalid(name, "inclusion", allowed=", ".join(sorted(allowed)))
        return text

    return choice


def _items(convert: _Fit) -> _Fit:
    def items(value: Any, name: str) -> Any:
        if value is None or value == "":
            return _ABSENT
        if isinstance(value, Mapping):
            numbered = [(int(key), one) for key, one in value.items() if key.isdecimal() and len(key) < 6]
            value = [one for _, one in sorted(numbered, key=lambda pair: pair[0])]
        listed = value if isinstance(value, list) else [value]
        if len(listed) > MAX_FIELDS:
            raise Invalid(name, "too_many", maximum=MAX_FIELDS)
        fitted = [convert(one, name) for one in listed]
        return [one for one in fitted if one is not _ABSENT and one != ""]

    return items


def _upload(value: Any, name: str) -> Any:
    value = _last(value)
    if value is None:
        return _ABSENT
    if isinstance(value, Upload):
        return value
    if value == "":
        return BLANK
    raise Invalid(name, "not_a_file")


def _last(value: Any) -> Any:
    return value[-1] if isinstance(value, list) and value else value
