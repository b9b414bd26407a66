"""Write the reference pages that are made from the code: `make docs`. A test says when one is not current."""

import argparse
import inspect
import re
import sys
import types
import typing
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Annotated, Any

import msgspec
from msgspec import Meta
from starlette.routing import Route

from docs import left_out
from federation.doors.reception import Reception
from federation.routes import routes
from server.api.routing import Auth, Endpoint
from server.api.table import ROUTES
from server.cli.main import parser
from server.config import variable
from social import events
from social.happened.event import Event
from social.settings import Settings
from storage.notifications import Kind
from web.doors import Door
from web.routes import table as pages

REFERENCE = Path(__file__).parent / "reference"
WHO = {
    Auth.NONE: "anybody; a token is not looked at",
    Auth.READER: "a person with a token, and anybody where the node is open (`node.open`)",
    Auth.APP: "any token, also one of an app alone",
    Auth.USER: "a token of a person",
}
NAMES: dict[type, str] = {str: "text", int: "whole number", bool: "`true` or `false`"}


def configuration() -> str:
    """Every key of the configuration file, from `social/settings.py`."""
    lines = [
        "# Configuration",
        "",
        _made_from("social/settings.py"),
        "",
        "A node reads one TOML file: the one given as `--config`, else the one that `ARCHIPEL_CONFIG` names, else"
        " `archipel.toml` in the folder where it starts.",
        f"A variable wins over the file: `{variable('listen', 'port')}=8500` is `port` of `[listen]`.",
        "In a variable a list is written with commas, and a list of tables as JSON.",
        "A key that is unknown, missing, of the wrong type or out of its limits stops the start.",
        "The message names every such key and what is allowed.",
        "Nothing is read twice: a change holds from the next start.",
        "",
    ]
    for section, kind in typing.get_type_hints(Settings).items():
        lines += [f"## `[{section}]`", "", _purpose(kind), "", *_table(kind)]
        for key, member in _members(kind):
            lines += [f"## `[[{section}.{key}]]`", "", _purpose(member), "", *_table(member)]
    return "\n".join(lines)


def event_log() -> str:
    """Every event of the log, as `social/events.py` joins them."""
    common = [field.name for field in msgspec.structs.fields(Event)]
    lines = [
        "# Events",
        "",
        _made_from("social/happened/"),
        "",
        "What happened is a row of the log, written in the transaction of the command that did it.",
        "Subscribers (timelines, notifications, streams, federation) read the log in order, each from its own cursor.",
        "Every event carries " + ", ".join(f"`{name}`" for name in common) + ".",
        "`by` is the account that did it, `host` the node it came from (empty: here), `at` the UTC time in ms.",
        "",
        "| event | happened | carries besides |",
        "|---|---|---|",
    ]
    for event in typing.get_args(events.AnyEvent):
        fields = [field.name for field in msgspec.structs.fields(event) if field.name not in common]
        carries = ", ".join(f"`{name}`" for name in fields) or "nothing"
        lines.append(f"| `{event.__name__}` | {_cell(' '.join(_purpose(event).split()))} | {carries} |")
    return "\n".join([*lines, ""])


def commands() -> str:
    """Every command and option, from the parser of `archipel`."""
    lines = [
        "# Commands",
        "",
        _made_from("server/cli/main.py"),
        "",
        "`archipel` is the one program of a node.",
        "Every command takes `--config`, the file of [the configuration](configuration.md).",
        "A command that changes something may be used while the node runs.",
        "What goes wrong is one sentence on standard error, and the status says which kind it was.",
        "",
        "| status | means |",
        "|---|---|",
        "| 0 | done |",
        "| 1 | it could not be done |",
        "| 2 | the words of the command are wrong |",
        "",
    ]
    for words, help_text, command in _commands("archipel", parser()):
        lines += [f"## `{words}`", "", f"{help_text[:1].upper()}{help_text[1:]}.", ""]
        shown = [action for action in command._actions if action.help != argparse.SUPPRESS]
        rows = [each for each in shown if each.dest not in ("help", "config") and (each.help or each.choices)]
        if rows:
            lines += ["| word | means | default |", "|---|---|---|"]
            lines += [_word(action) for action in rows] + [""]
    return "\n".join(lines)


def mastodon_api() -> str:
    """Every call of the Mastodon client API, from `server/api/table.py`."""
    lines = [
        "# Mastodon client API",
        "",
        _made_from("server/api/table.py"),
        "",
        "What an app of Mastodon can call; the node announces itself as `4.6.0 (compatible; Archipel …)`.",
        "A path under `/api` that is not here answers 404, and every error is JSON with `error`.",
        "A slash at the end of a path changes nothing.",
        "Parameters are read from the query, a form, a multipart form or JSON alike; ids are strings.",
        "Lists are paged by the `Link` header; limits are told by `X-RateLimit-…`.",
        "",
        "| who may call | means |",
        "|---|---|",
        *(f"| {who.value} | {_cell(sentence)} |" for who, sentence in WHO.items()),
        "",
        "Where several scopes are named, one of them is enough.",
        "",
        "Some kinds of notifications are not Mastodon's: " + ", ".join(f"`{k.value}`" for k in Kind if k.is_own) + ".",
        "An app hears of them only if it names them, in `types[]` or in the alerts of its push subscription, or if it"
        " says by `supported_types[]` which kinds it knows: then each other one brings a sentence, as `fallback`.",
        "",
    ]
    subjects: dict[str, list[Endpoint]] = {}
    for endpoint in ROUTES.endpoints:
        subjects.setdefault(endpoint.run.__module__, []).append(endpoint)
    for module, endpoints in subjects.items():
        lines += [f"## {module.rpartition('.')[2].capitalize()}", "", _first_sentence(sys.modules[module]), ""]
        lines += ["| call | who | scopes |", "|---|---|---|"]
        for endpoint in endpoints:
            rest = f"{endpoint.auth.value} | {', '.join(f'`{scope}`' for scope in endpoint.scopes)}"
            lines += [f"| `{method} {endpoint.path}` | {rest} |" for method in endpoint.methods]
        lines.append("")
    lines += [
        "## WebSocket",
        "",
        "`GET /api/v1/streaming` opens a WebSocket that carries as many streams as are asked for.",
        "The token comes as `access_token` in the query, as `Authorization`, or as the offered subprotocol.",
        "",
    ]
    return "\n".join([*lines, *left_out.section()])


def http_routes() -> str:
    """Every address outside the client API, from `federation/routes.py` and `web/routes/`."""
    lines = [
        "# Addresses",
        "",
        _made_from("federation/routes.py and web/routes/"),
        "",
        "Every address of a node but those of [the Mastodon client API](mastodon-api.md).",
        "",
        "## For other nodes",
        "",
        "Read by signed requests; what is readable unsigned is said in [FEDERATION.md](../../FEDERATION.md).",
        "",
        "| address | answer |",
        "|---|---|",
    ]
    for route in protocol_routes():
        lines.append(f"| `{_method(route)} {_path(route)}` | {_says(route)} |")
    lines += [
        "",
        "## For people",
        "",
        "Forms are protected by a token; a page that needs a sign-in leads there and back.",
        "",
    ]
    lines += ["| address | who | what |", "|---|---|---|"]
    for page in pages.routes():
        if isinstance(page, Route):
            lines.append(f"| `{_method(page)} {_path(page)}` | {_door(page)} | {_says(page)} |")
    return "\n".join([*lines, ""])


def protocol_routes() -> list[Route]:
    """The routes of the protocol, to be read and not to be asked: nothing is behind them."""
    nothing: dict[str, Any] = dict.fromkeys(field.name for field in msgspec.structs.fields(Reception))
    return routes(Reception(**nothing))


PAGES: dict[Path, Callable[[], str]] = {
    REFERENCE / "configuration.md": configuration,
    REFERENCE / "events.md": event_log,
    REFERENCE / "commands.md": commands,
    REFERENCE / "mastodon-api.md": mastodon_api,
    REFERENCE / "http-routes.md": http_routes,
}


def main() -> None:
    """Write each page whose text is not what the code says, and name it."""
    for path, made in PAGES.items():
        text = made()
        if not path.exists() or path.read_text() != text:
            path.write_text(text)
            sys.stdout.write(f"{path.relative_to(Path.cwd())}\n")


def _made_from(source: str) -> str:
    return f"<!-- Made from {source} by `make docs`; a change here is overwritten. -->"


def _purpose(kind: type) -> str:
    """The docstring, without the name of the table that some begin with: here it is the heading."""
    text = re.sub(r"^`\[+[^\]]*\]+`[:.] ?", "", inspect.getdoc(kind) or "")
    return text[:1].upper() + text[1:]


def _commands(words: str, top: argparse.ArgumentParser) -> Iterator[tuple[str, str, argparse.ArgumentParser]]:
    """Every command that does something, with its words and its help."""
    for action in top._actions:
        if not isinstance(action, argparse._SubParsersAction):
            continue
        helps = {choice.dest: choice.help or "" for choice in action._choices_actions}
        for name, command in action.choices.items():
            if any(isinstance(inner, argparse._SubParsersAction) for inner in command._actions):
                yield from _commands(f"{words} {name}", command)
            else:
                given = [f"<{action.dest}>" for action in command._actions if not action.option_strings]
                yield " ".join([words, name, *given]), helps[name], command


def _word(action: argparse.Action) -> str:
    name = ", ".join(action.option_strings) or action.metavar or action.dest
    choices = f" ({', '.join(map(str, action.choices))})" if action.choices else ""
    is_shown = action.default not in (None, False, argparse.SUPPRESS)
    return f"| `{name}` | {_cell(action.help or '')}{choices} | {f'`{action.default}`' if is_shown else ''} |"


def _method(route: Route) -> str:
    return "POST" if "POST" in (route.methods or ()) else "GET"


def _path(route: Route) -> str:
    return re.sub(r"\{(\w+)(?::\w+)?\}", r"<\1>", route.path)


def _says(route: Route) -> str:
    """The first sentence of the function behind the route's own wrapping, without the address that some begin with."""
    inner = inspect.getclosurevars(route.endpoint).nonlocals
    behind = next((inner[name] for name in ("door", "show", "act") if callable(inner.get(name))), route.endpoint)
    text = re.sub(r"^(GET|POST) /[^ ]*?[:.] ?", "", _first_sentence(behind))
    return _cell(text[:1].upper() + text[1:])


def _door(route: Route) -> str:
    door = inspect.getclosurevars(route.endpoint).nonlocals.get("door")
    return door.value if isinstance(door, Door) else Door.ANYBODY.value


def _first_sentence(documented: object) -> str:
    text = " ".join((inspect.getdoc(documented) or "").split("\n\n")[0].split())
    return text.partition(". ")[0].rstrip(".") + "."


def _members(kind: type) -> Iterator[tuple[str, type]]:
    """Keys that hold a list of tables, with the type of one table."""
    for key, annotation in typing.get_type_hints(kind).items():
        for inner in typing.get_args(annotation):
            if isinstance(inner, type) and issubclass(inner, msgspec.Struct):
                yield key, inner


def _table(kind: type) -> Iterator[str]:
    hints = typing.get_type_hints(kind, include_extras=True)
    yield "| key | type | default | meaning |"
    yield "|---|---|---|---|"
    for field in msgspec.structs.fields(kind):
        annotation, meta = _parts(hints[field.name])
        limits = ", ".join([_kind(annotation), *_limits(meta)])
        default = "required" if field.required else f"`{_toml(field.default)}`"
        yield f"| `{field.name}` | {_cell(limits)} | {_cell(default)} | {_cell(meta.description or '')} |"
    yield ""


def _parts(annotation: Any) -> tuple[Any, Meta]:
    if typing.get_origin(annotation) is Annotated:
        kind, meta = typing.get_args(annotation)
        return kind, meta
    raise TypeError(f"a setting without a description: {annotation}")


def _kind(annotation: Any) -> str:
    if typing.get_origin(annotation) is tuple:
        inner = typing.get_args(annotation)[0]
        return "list of tables" if issubclass(inner, msgspec.Struct) else f"list of {NAMES[inner]}s"
    if isinstance(annotation, types.UnionType):
        return " or ".join(_kind(part) for part in typing.get_args(annotation) if part is not types.NoneType)
    return NAMES[annotation]


def _limits(meta: Meta) -> Iterator[str]:
    if meta.ge is not None:
        yield f"at least {meta.ge}"
    if meta.le is not None:
        yield f"at most {meta.le}"
    if meta.pattern is not None:
        yield f"as `{meta.pattern}`"


def _toml(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, tuple):
        return "[" + ", ".join(_toml(item) for item in value) + "]"
    return f'"{value}"' if isinstance(value, str) else str(value)


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


if __name__ == "__main__":
    main()
