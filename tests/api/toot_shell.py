"""toot in one process for many commands: reads the words of each as a line of JSON, and answers with one.

    python -m tests.api.toot_shell

The first line tells every command that toot's own help lists, as words: `["lists", "add"]`.
"""

import json
import sys
from collections.abc import Iterator

from click import Command, Group
from click.testing import CliRunner
from toot.cli import cli


def commands(group: Group, words: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Every command, whose name leads to something that is done."""
    for name, command in group.commands.items():
        if isinstance(command, Group):
            yield from commands(command, (*words, name))
        elif not command.hidden:
            yield (*words, name)


def named(words: list[str]) -> tuple[str, ...]:
    """The command that the words call."""
    command: Command = cli
    found: list[str] = []
    for word in words:
        if not isinstance(command, Group) or word not in command.commands:
            break
        found.append(word)
        command = command.commands[word]
    return tuple(found)


def main() -> None:
    """Answer until there is no more."""
    _say(list(commands(cli)))
    for line in sys.stdin:
        words = json.loads(line)
        done = CliRunner().invoke(cli, words, env={"COLUMNS": "200"})
        why = repr(done.exception) if done.exception and not isinstance(done.exception, SystemExit) else ""
        _say({"name": named(words), "status": done.exit_code, "output": done.output + why})


def _say(what: object) -> None:
    sys.stdout.write(json.dumps(what) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
