"""Checks a JSON value against the schema of a Mastodon entity (`schemas/`).

    python -m tests.api.validate Status < status.json          one object
    python -m tests.api.validate 'Status[]' < timeline.json    an array of them
    python -m tests.api.validate --check                       every schema and every reference between them

Exit status: 0 valid, 1 violations (one a line), 2 wrong words.
"""

import json
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator
from referencing import Registry, Resource
from referencing.exceptions import Unresolvable
from referencing.jsonschema import DRAFT202012

SCHEMAS = Path(__file__).resolve().parent / "schemas"
SUFFIX = ".schema.json"
BASE = "https://archipel.invalid/mastodon/entities/"


@cache
def registry() -> Registry[Any]:
    """All schemas, by their address."""
    pairs = [
        (BASE + path.name, Resource.from_contents(json.loads(path.read_text("utf-8")), DRAFT202012))
        for path in sorted(SCHEMAS.glob(f"*{SUFFIX}"))
    ]
    return Registry().with_resources(pairs)


def entities() -> list[str]:
    """The names of all entities."""
    return sorted(path.name.removesuffix(SUFFIX) for path in SCHEMAS.glob(f"*{SUFFIX}"))


@cache
def validator(entity: str) -> Draft202012Validator:
    """For `Name` or `Name[]`; `Admin::Name` is the file Admin_Name. Raises KeyError for an unknown one."""
    name = entity.removesuffix("[]").replace("::", "_")
    if name not in entities():
        raise KeyError(f"no schema for entity {name!r}")
    reference: dict[str, Any] = {"$ref": f"{BASE}{name}{SUFFIX}"}
    schema = {"type": "array", "items": reference} if entity.endswith("[]") else reference
    return Draft202012Validator(schema, registry=registry())


def validate(entity: str, value: object) -> list[str]:
    """Every violation as `path: message`; none means valid."""
    errors = sorted(validator(entity).iter_errors(value), key=lambda error: [str(step) for step in error.absolute_path])
    return [line for error in errors for line in _lines(error)]


def check() -> list[str]:
    """What is wrong with the schemas themselves."""
    problems: list[str] = []
    for name in entities():
        schema = json.loads((SCHEMAS / f"{name}{SUFFIX}").read_text("utf-8"))
        Draft202012Validator.check_schema(schema)
        resolver = registry().resolver(f"{BASE}{name}{SUFFIX}")
        for reference in _references(schema):
            try:
                resolver.lookup(reference)
            except Unresolvable as problem:
                problems.append(f"{name}: {reference}: {problem!r}")
    return problems


def _lines(error: Any) -> list[str]:
    where = "$" + "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in error.absolute_path)
    inner = [one for one in error.context or [] if one.validator != "type" or "null" not in str(one.validator_value)]
    if inner:
        return [line for one in inner for line in _lines(one)]
    return [f"{where}: {error.message[:300]}"]


def _references(part: Any) -> Iterator[str]:
    if isinstance(part, dict):
        if isinstance(part.get("$ref"), str):
            yield part["$ref"]
        for below in part.values():
            yield from _references(below)
    elif isinstance(part, list):
        for below in part:
            yield from _references(below)


def main(words: list[str]) -> int:
    """The command."""
    if len(words) != 1:
        sys.stderr.write(f"{__doc__}\n")
        return 2
    problems = check() if words[0] == "--check" else validate(words[0], json.load(sys.stdin))
    sys.stdout.write("".join(f"{line}\n" for line in problems))
    return 1 if problems else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
