"""Which entity a call answers with (`answers.tsv`, from Mastodon's documentation): what a test does not name itself."""

import re
from functools import cache
from pathlib import Path

TABLE = Path(__file__).with_name("answers.tsv")


@cache
def _table() -> tuple[tuple[str, re.Pattern[str], tuple[str, ...]], ...]:
    rows = [line.split("\t") for line in TABLE.read_text("utf-8").splitlines()]
    # A name goes before a parameter: `/accounts/search` is no id.
    rows.sort(key=lambda row: [step.startswith(":") for step in row[1].split("/")])
    return tuple(
        (method, re.compile(re.sub(r":\w+", "[^/]+", re.escape(path).replace(r"\:", ":"))), tuple(kinds.split("|")))
        for method, path, kinds in rows
    )


def entities_of(method: str, path: str) -> tuple[str, ...]:
    """The entities that a good answer may be, empty where nothing is said."""
    plain = path.partition("?")[0].rstrip("/")
    return next(
        (kinds for of, pattern, kinds in _table() if of == method and pattern.fullmatch(plain)),
        (),
    )
