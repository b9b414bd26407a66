"""toot in one process for many commands: reads the words of each as a line of JSON, and answers with one.

    python -m tests.api.toot_shell

The first line tells every command that toot's own help lists, as words: `["lists", "add"]`.
"""

import json
import sys
from collections.abc import Iterator
from contextlib import redirect_stderr, redirect_stdout
from io import StringIO
from typing import Any

from toot.cli import cli


def commands(group: Any, words: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Every command, whose name leads to something that is done."""
    for name, command in group.commands.items():
        if hasattr(command, "commands"):
            yield from commands(command, (*words, name))
        elif not command.hidden:
            yield (*words, name)


def named(words: list[str]) -> tuple[str, ...]:
    """The command that the words call."""
    command: Any = cli
    found: list[str] = []
    for word in words:
        if word not in getattr(command, "commands", ()):
            break
        found.append(word)
        command = command.commands[word]
    return tuple(found)


def run(words: list[str]) -> tuple[int, str]:
    """The status of a command, and what it printed."""
    said = StringIO()
    with redirect_stdout(said), redirect_stderr(said):
        try:
            cli.main(args=words, prog_name="toot")
        except SystemExit as end:
            return int(end.code or 0), said.getvalue()
        except Exception as error:
            # A trouble of toot's own, such as an answer that it cannot read.
            return 70, f"{said.getvalue()}{error!r}"
    return 0, said.getvalue()


def main() -> None:
    """Answer until there is no more."""
    _say(list(commands(cli)))
    for line in sys.stdin:
        words = json.loads(line)
        status, output = run(words)
        _say({"name": named(words), "status": status, "output": output})


def _say(what: object) -> None:
    sys.stdout.write(json.dumps(what) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
