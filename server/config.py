"""The configuration of the node: one TOML file and `ARCHIPEL_*` variables, read once into `social.settings.Settings`.

A key `[node] domain` is the variable `ARCHIPEL_NODE__DOMAIN`; a list is written with commas, `[[group.entities]]` as
JSON. A variable wins over the file. Variables without `__` are not keys (`ARCHIPEL_CONFIG` names the file).
"""

import difflib
import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, get_args, get_origin, get_type_hints

import msgspec

from federation.names import is_loopback_name
from social.settings import Settings

PREFIX = "ARCHIPEL_"
FILE_VARIABLE = "ARCHIPEL_CONFIG"
DEFAULT_FILE = Path("archipel.toml")

_TRUE = {"1", "true", "yes", "on"}
_FALSE = {"0", "false", "no", "off"}
_MISSING = object()


class ConfigError(Exception):
    """The configuration is wrong; `problems` are sentences that name the key and what is allowed."""

    def __init__(self, problems: list[str]) -> None:
        self.problems = problems
        super().__init__("\n".join(problems))


def environment() -> Mapping[str, str]:
    """The process's variables: nothing else of the node looks at them."""
    return os.environ


def load(path: Path | None = None, variables: Mapping[str, str] | None = None) -> Settings:
    """The settings of `path` (else of `ARCHIPEL_CONFIG`, else `archipel.toml` if it is there) and of `variables`.

    Raises ConfigError with every problem at once.
    """
    variables = environment() if variables is None else variables
    named = path or (Path(variables[FILE_VARIABLE]) if variables.get(FILE_VARIABLE) else None)
    return parse(_file(named or DEFAULT_FILE, required=named is not None), variables)


def parse(written: Mapping[str, Any], variables: Mapping[str, str]) -> Settings:
    """Settings out of the tables of a file and of variables. Raises ConfigError."""
    problems: list[str] = []
    set_by_variable = _from_variables(variables, problems)
    sections: dict[str, msgspec.Struct] = {}
    kinds = get_type_hints(Settings)
    problems += [_unknown("table", name, kinds, "") for name in written if name not in kinds]
    for name, kind in kinds.items():
        table = written.get(name, {})
        if not isinstance(table, Mapping):
            problems.append(f"[{name}] is a table of keys, not {_shown(table)}")
            continue
        section = _section(name, kind, {**table, **set_by_variable.get(name, {})}, problems)
        if section is not None:
            sections[name] = section
    problems += _refused(sections)
    if problems:
        raise ConfigError(problems)
    return Settings(**sections)  # type: ignore[arg-type]  # each section was made by its own type above


def keys() -> list[tuple[str, msgspec.structs.FieldInfo]]:
    """Every key as `section.key` with its type and default, in the order of the file."""
    return [
        (f"{name}.{field.name}", field)
        for name, kind in get_type_hints(Settings).items()
        for field in msgspec.structs.fields(kind)
    ]


def variable(section: str, key: str) -> str:
    """The variable that sets the key."""
    return f"{PREFIX}{section.upper()}__{key.upper()}"


def _file(path: Path, *, required: bool) -> dict[str, Any]:
    if not required and not path.exists():
        return {}
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except OSError as trouble:
        raise ConfigError([f"{path}: cannot be read: {trouble.strerror}"]) from trouble
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as trouble:
        raise ConfigError([f"{path}: is not TOML: {trouble}"]) from trouble


def _section(name: str, kind: type[msgspec.Struct], table: Mapping[str, Any], problems: list[str]) -> Any:
    fields = {field.name: field for field in msgspec.structs.fields(kind)}
    before = len(problems)
    problems += [_unknown("key", key, fields, f"{name}.") for key in table if key not in fields]
    values: dict[str, Any] = {}
    for key, field in fields.items():
        value = table.get(key, _MISSING)
        if value is _MISSING:
            if field.required:
                problems.append(f"{name}.{key} is missing: {_allowed(kind, key)} ({variable(name, key)})")
            continue
        try:
            values[key] = msgspec.convert(value, field.type)
        except msgspec.ValidationError as trouble:
            problems.append(f"{name}.{key} cannot be {_shown(value)}: {_allowed(kind, key)} ({trouble})")
    return kind(**values) if len(problems) == before else None


def _refused(sections: Mapping[str, Any]) -> list[str]:
    """What each key allows and the others do not."""
    node = sections.get("node")
    if node is None or not node.design or is_loopback_name(node.domain.partition(":")[0]):
        return []
    return [f"node.design cannot be true on {node.domain}: the sheet of components is for a node on this machine"]


def _from_variables(variables: Mapping[str, str], problems: list[str]) -> dict[str, dict[str, Any]]:
    kinds = get_type_hints(Settings)
    found: dict[str, dict[str, Any]] = {}
    for name, text in variables.items():
        section, mark, key = name.removeprefix(PREFIX).lower().partition("__")
        if not name.startswith(PREFIX) or not mark:
            continue
        if section not in kinds:
            problems.append(_unknown("variable", name, [f"{PREFIX}{kind.upper()}__…" for kind in kinds], ""))
            continue
        hints = get_type_hints(kinds[section])
        # An unknown key goes on as it is and is refused with those of the file.
        found.setdefault(section, {})[key] = _typed(text, hints[key]) if key in hints else text
    return found


def _typed(text: str, kind: Any) -> Any:
    """What a variable says, in the key's own type; what does not fit stays text, and is refused with the others."""
    if kind is bool:
        return True if text.lower() in _TRUE else False if text.lower() in _FALSE else text
    if kind is int:
        return int(text) if text.strip().lstrip("-").isdecimal() else text
    if get_origin(kind) is tuple:
        item = get_args(kind)[0]
        if item is not str:
            try:
                return msgspec.json.decode(text)
            except msgspec.DecodeError:
                return text
        return [part.strip() for part in text.split(",") if part.strip()]
    return text


def _allowed(kind: type[msgspec.Struct], key: str) -> str:
    hint = get_type_hints(kind, include_extras=True)[key]
    base, *notes = get_args(hint) if get_origin(hint) is not tuple else (hint,)
    words = [_type_name(base)]
    for note in notes:
        if isinstance(note, msgspec.Meta):
            words += [f"from {note.ge}"] if note.ge is not None else []
            words += [f"to {note.le}"] if note.le is not None else []
            words += [f"like {note.pattern}"] if note.pattern else []
            words += [f"({note.description})"] if note.description else []
    return " ".join(words)


def _type_name(kind: Any) -> str:
    names = {str: "text", int: "a whole number", bool: "true or false"}
    if get_origin(kind) is tuple:
        return "a list"
    return names.get(kind, getattr(kind, "__name__", str(kind)))


def _unknown(what: str, name: str, known: Any, prefix: str) -> str:
    close = difflib.get_close_matches(name, list(known), n=1)
    hint = f"; did you mean {prefix}{close[0]}?" if close else f"; known: {', '.join(sorted(known))}"
    return f"{prefix}{name} is no {what} of the configuration{hint}"


def _shown(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}…"
