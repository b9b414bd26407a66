"""The entry point of `archipel`: words → command. Every error is one sentence on standard error and a status.

A command is named by its place and loaded when it is chosen: `archipel account create` beside a running node must not
pay half a second and 60 MiB for the web server and the pictures of the demo.
"""

import argparse
import asyncio
import importlib
import sys
from collections.abc import Callable, Coroutine, Sequence
from pathlib import Path
from typing import Any

import uvloop

from server.cli.toolbox import CommandFailed
from server.config import DEFAULT_FILE, ConfigError
from social.errors import Invalid, SocialError
from social.policy import Role
from storage.engine.errors import StorageError

Command = Callable[[argparse.Namespace], Coroutine[Any, Any, None]]


def main(words: Sequence[str] | None = None) -> int:
    """Run a command. 0: done; 1: it cannot be done; 2: the words are wrong."""
    arguments = parser().parse_args(words)
    command = loaded(arguments.command)
    try:
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            runner.run(command(arguments))
    except ConfigError as error:
        return _fail("\n".join(error.problems))
    except Invalid as error:
        return _fail(", ".join(f"{each.field}: {each.code} {dict(each.values) or ''}".strip() for each in error.all()))
    except (CommandFailed, SocialError, StorageError, OSError) as error:
        return _fail(str(error))
    except KeyboardInterrupt:
        return 130
    return 0


def parser() -> argparse.ArgumentParser:
    """All commands, with their help."""
    top = argparse.ArgumentParser(prog="archipel", description="A node of a federated enterprise social network.")
    commands = top.add_subparsers(required=True, metavar="COMMAND")
    _setup(commands)
    _accounts(commands.add_parser("account", help="people of this node").add_subparsers(required=True))
    _tokens(commands.add_parser("token", help="access tokens").add_subparsers(required=True))
    _peers(commands.add_parser("peer", help="other nodes").add_subparsers(required=True))
    _manifest(commands.add_parser("manifest", help="the signed list of the group").add_subparsers(required=True))
    _communities(commands.add_parser("community", help="communities of this node").add_subparsers(required=True))
    _emojis(commands.add_parser("emoji", help="emoji of this site").add_subparsers(required=True))
    _push(commands.add_parser("push", help="pushes to devices").add_subparsers(required=True))
    _demo(commands.add_parser("demo", help="three nodes of an example group").add_subparsers(required=True))
    return top


def loaded(place: str) -> Command:
    """The command at `module:function` of this package."""
    module, _, function = place.partition(":")
    command: Command = getattr(importlib.import_module(f"server.cli.{module}"), function)
    return command


def _fail(text: str) -> int:
    sys.stderr.write(f"archipel: {text}\n")
    return 1


def _command(commands: Any, name: str, place: str, help: str) -> argparse.ArgumentParser:
    made: argparse.ArgumentParser = commands.add_parser(name, help=help, description=f"{help[:1].upper()}{help[1:]}.")
    made.set_defaults(command=place)
    made.add_argument("--config", type=Path, default=DEFAULT_FILE, help="configuration file (archipel.toml)")
    return made


def _setup(commands: Any) -> None:
    init = _command(commands, "init", "setup:init", "make a node: configuration, database, key, first administrator")
    init.add_argument("--domain", help="write a configuration for this domain if there is none")
    init.add_argument("--title", help="name of the site, for a new configuration")
    init.add_argument("--port", type=int, default=8400, help="port to listen on, for a new configuration")
    init.add_argument("--admin", metavar="NAME", help="user name of the first administrator")
    _person(init)
    init.set_defaults(locale="fr")
    serve_command = _command(commands, "serve", "serve:serve", "run the node")
    serve_command.add_argument(
        "--role", choices=("all", "web", "worker"), default="all", help="with PostgreSQL: what this process does"
    )
    _command(commands, "migrate", "setup:migrate", "bring the database to this version")
    _command(commands, "check", "check:check", "look at configuration, clock, database, queues and disk")


def _person(command: argparse.ArgumentParser) -> None:
    command.add_argument("--display-name", help="name that people read")
    command.add_argument("--email", help="mail address; optional")
    command.add_argument("--locale", choices=("fr", "en"), help="language of the pages; that of the site if left out")
    _password(command)


def _password(command: argparse.ArgumentParser) -> None:
    command.add_argument("--password-stdin", action="store_true", help="read the password from standard input")
    command.add_argument("--generate", action="store_true", help="make a password and print it")


def _accounts(commands: Any) -> None:
    create = _command(commands, "create", "accounts:create", "make an account")
    create.add_argument("name")
    create.add_argument("--role", choices=[role.value for role in Role], default=Role.MEMBER.value)
    _person(create)
    role = _command(commands, "role", "accounts:role", "change what somebody may do")
    role.add_argument("name")
    role.add_argument("role", choices=[role.value for role in Role])
    reset = _command(commands, "reset-password", "accounts:reset_password", "give somebody a new password")
    reset.add_argument("name")
    _password(reset)
    _command(commands, "disable", "accounts:disable", "keep somebody from signing in").add_argument("name")
    _command(commands, "enable", "accounts:enable", "let somebody sign in again").add_argument("name")
    alias = _command(commands, "alias", "moves:alias", "name a former account of somebody, who moves here from it")
    alias.add_argument("name")
    alias.add_argument("former", help="its address, such as https://old.example/users/name")
    move = _command(commands, "move", "moves:move", "move somebody to another account, which must name this one")
    move.add_argument("name")
    move.add_argument("target", help="`name@site.example`, known here")
    rotate = _command(commands, "rotate-key", "accounts:rotate_key", "replace the keys with which somebody signs")
    rotate.add_argument("name", nargs="?", help="whose keys; or --all")
    rotate.add_argument("--all", action="store_true", help="of everybody here, and of the node itself")
    rotate.add_argument("--leaked", action="store_true", help="the old keys are known to others: refuse them at once")


def _tokens(commands: Any) -> None:
    create = _command(commands, "create", "accounts:create_token", "make an access token and print it")
    create.add_argument("name", help="whose token")
    create.add_argument("--scopes", help="such as `read write:statuses`; all that the role allows if left out")
    create.add_argument("--app", default="archipel token", help="name shown among the authorised apps")


def _peers(commands: Any) -> None:
    _command(commands, "list", "peers:listed", "every peer and what waits for it")
    _command(commands, "allow", "peers:allow", "let a node in").add_argument("host")
    _command(commands, "deny", "peers:deny", "shut a node out").add_argument("host")
    _command(commands, "forget", "peers:forget", "decide nothing about a node any more").add_argument("host")
    _command(commands, "retry", "peers:retry", "try at once what waits for a node").add_argument("host")
    limit = _command(commands, "limit", "peers:limit", "say what a node and all below its name may not do")
    limit.add_argument("host")
    limit.add_argument("--silence", action="store_true", help="keep its people from strangers")
    limit.add_argument("--refuse-media", action="store_true", help="take no pictures of it")
    limit.add_argument("--refuse-reports", action="store_true", help="take no reports of it")
    limit.add_argument("--per-minute", type=int, default=0, help="activities in a minute; 0: as all may")
    limit.add_argument("--why", default="", help="reason, for administrators")
    export = _command(commands, "export", "peers:export", "print a list in Mastodon's CSV format")
    export.add_argument("list", choices=("blocks", "allows"))
    take = _command(commands, "import", "peers:take", "decide as a list in Mastodon's CSV format says")
    take.add_argument("file", type=Path, help="the list")
    _command(commands, "inspect", "peers:inspect", "all that is known of a peer").add_argument("host")


def _manifest(commands: Any) -> None:
    create = _command(commands, "create", "manifest:create", "begin a manifest, or its next version, in a new file")
    create.add_argument("file", type=Path)
    create.add_argument("--group", help="name of the group; else as it is, or as configured")
    create.add_argument("--threshold", type=int, help="how many entities have to sign")
    create.add_argument("--valid-from", help="when it comes into force, such as 2027-01-31T08:00:00Z; else at once")
    _member(create)
    add = _command(commands, "add", "manifest:add", "put this node's entity into the file")
    add.add_argument("file", type=Path)
    _member(add)
    remove = _command(commands, "remove", "manifest:remove", "take an entity out of the file")
    remove.add_argument("file", type=Path)
    remove.add_argument("entity", help="its short name")
    hand = _command(commands, "hand-over", "manifest:hand_over", "say that a community goes on at another node")
    hand.add_argument("file", type=Path)
    hand.add_argument("community", help="the id of the one whose host is gone")
    hand.add_argument("successor", help="the id of the one that goes on")
    _command(commands, "sign", "manifest:sign", "sign the file for this node").add_argument("file", type=Path)
    _command(commands, "verify", "manifest:verify", "would the file be taken here").add_argument("file", type=Path)
    _command(commands, "apply", "manifest:apply", "take the file, and tell the nodes it names").add_argument(
        "file", type=Path
    )
    show = _command(commands, "show", "manifest:show", "entities, keys and signatures of a file, or of what is here")
    show.add_argument("file", type=Path, nargs="?")


def _communities(commands: Any) -> None:
    adopt = _command(commands, "adopt", "communities:adopt", "make the community that goes on with one of another node")
    adopt.add_argument("former", help="its id")
    adopt.add_argument("username", help="the name that it has here")
    adopt.add_argument("host", help="login name of whoever is its host here")
    move = _command(commands, "move", "communities:move", "have a community go on at another node, which adopted it")
    move.add_argument("username", help="the name that it has here")
    move.add_argument("target", help="its handle there")
    move.add_argument("host", help="login name of whoever is its host here")


def _member(command: argparse.ArgumentParser) -> None:
    for name, meaning in (
        ("id", "short name of the entity"),
        ("name", "its name that people read"),
        ("place", "where it is"),
        ("colour", "of its pennant, such as #1d5fa8"),
        ("zone", "where its data lie, such as `France`"),
    ):
        command.add_argument(f"--{name}", help=f"{meaning}; else as configured")
    command.add_argument("--new-key", action="store_true", help="make a new key for this node")


def _emojis(commands: Any) -> None:
    add = _command(commands, "add", "emojis:add", "add an emoji, or give one another picture")
    add.add_argument("name", help="what people write between colons")
    add.add_argument("picture", help="file of the picture: JPEG, PNG, GIF or WebP")
    add.add_argument("--category", default="", help="emoji of one category stand together")
    _command(commands, "list", "emojis:listed", "every emoji of this site")
    _command(commands, "retire", "emojis:retire", "offer an emoji no longer").add_argument("name")


def _push(commands: Any) -> None:
    _command(commands, "rotate-key", "push:rotate_key", "push new devices under another key; those known keep theirs")


def _demo(commands: Any) -> None:
    start = _command(commands, "start", "demo:start", "start the example group, with its story")
    start.add_argument("--folder", type=Path, default=Path("var/demo"), help="where the three nodes keep their data")
    start.add_argument("--story", type=Path, default=Path("deploy/armor"), help="folder of the story")
    start.add_argument(
        "--first-port", type=int, help="port of the first node; the others follow (those of the folder, or 8401)"
    )
    stop = _command(commands, "stop", "demo:stop", "stop the example group, or one site of it")
    stop.add_argument("site", nargs="?", help="such as `usine`; all if left out")
    stop.add_argument("--folder", type=Path, default=Path("var/demo"), help="where the nodes keep their data")


if __name__ == "__main__":
    raise SystemExit(main())
