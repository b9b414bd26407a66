"""What a node holds in memory before anybody has asked it anything."""

import subprocess
import sys

from server.api import about

MOST_MIB = 115
"""A resting node may have 110 with its database open; a table of all the world's words would be far more."""
LOAD = "import server.cli.serve, psutil; print(psutil.Process().memory_info().rss // 2**20)"
NAMES = """
from babel import Locale, UnknownLocaleError
from social.text import LANGUAGES
for code in sorted(LANGUAGES):
    try:
        name = Locale.parse(code).get_language_name()
    except (UnknownLocaleError, ValueError):
        continue
    if name:
        print(code, name, sep="\\t")
"""


def _printed(program: str) -> str:
    """In a process of its own: what it loads is gone with it."""
    done = subprocess.run([sys.executable, "-X", "utf8", "-c", program], check=True, capture_output=True)
    return done.stdout.decode("utf-8")


def test_the_whole_node_loaded_is_small() -> None:
    assert int(_printed(LOAD)) <= MOST_MIB


def test_the_names_of_languages_are_babels() -> None:
    # Whoever adds a language to `social.text` or takes a newer Babel writes what is printed into the file.
    assert about.NAMES.read_text(encoding="utf-8") == _printed(NAMES)
