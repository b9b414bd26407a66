"""What a community begins with, by template: a file of data beside this one for each language.

Another language is another file, whose name is the language's (BCP 47), with every template in it.
"""

from collections.abc import Mapping
from functools import cache
from pathlib import Path

import msgspec

_FOLDER = Path(__file__).parent
_USUAL = "en"


class Beginning(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One template in one language: all of it is words, and hosts change all of them afterwards.

    `guide` is the pinned post; `topics` are shown as they are written here.
    """

    purpose: str
    guide: str
    rules: str
    welcome: str
    topics: tuple[str, ...] = ()
    page: str = ""
    """The title of the first page, and its words."""
    how: str = ""


@cache
def beginnings() -> Mapping[str, Mapping[str, Beginning]]:
    """All of them, by language, then by template. Read once, when somebody first needs one."""
    kind = dict[str, Beginning]
    return {file.stem: msgspec.toml.decode(file.read_bytes(), type=kind) for file in sorted(_FOLDER.glob("*.toml"))}


def beginning(template: str, language: str) -> Beginning | None:
    """What a community of that template begins with, in English where the language is none of ours.

    None for one that begins empty.
    """
    known = beginnings()
    return known.get(language, known[_USUAL]).get(template)
