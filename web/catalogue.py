"""`python -m web.catalogue extract|check`: the sentences of the pages and their translations.

`extract` writes every sentence found in code and templates into the catalogues of all languages, keeping what is
translated. `check` changes nothing and fails when a sentence is missing, left over, untranslated or fuzzy, when a
translation loses a value or a tag, or when French punctuation stands without its no-break space.
"""

import re
import sys
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import write_po

from web.i18n import DOMAIN, LOCALES, catalogue, catalogue_path

ROOT = Path(__file__).parent
METHODS = [("**.py", "python"), ("templates/**.html", "jinja2"), ("templates/**.svg", "jinja2")]
OPTIONS = {
    "templates/**.html": {"trimmed": "false", "trim_blocks": "true", "lstrip_blocks": "true"},
    "templates/**.svg": {"trim_blocks": "true"},
}
KEYWORDS: dict[str, tuple[int, ...] | None] = {
    "_": None, "gettext": None, "ngettext": (1, 2), "N_": None, "NN_": (1, 2), "say": None, "count": (1, 2),
}  # fmt: skip
WIDTH = 120
SOURCE = "en"
"""The language of the sentences in the code."""

_NOISE = re.compile(rb'"(?:[A-Za-z-]+-(?:Date|To|Translator|Team)|Generated-By):')
_VALUE = re.compile(r"%\([a-z_]+\)s|</?[a-z]+(?: [^>]*)?>|\{[a-z]+\}")
_LOOSE = re.compile(r"\w [?!;:»%€]|« \w|\d [hs](?:\b|$)")


def main(arguments: list[str]) -> int:
    """Exit status of the command: 0, or 1 with what is wrong on standard error."""
    match arguments:
        case ["extract"]:
            extract()
            return 0
        case ["check"]:
            wrong = list(problems())
            sys.stderr.write("".join(f"{line}\n" for line in wrong))
            return 1 if wrong else 0
    sys.stderr.write("usage: python -m web.catalogue extract|check\n")
    return 2


def extract() -> None:
    """Bring the catalogues up to the sentences of code and templates."""
    found = sentences()
    for locale in LOCALES:
        path = catalogue_path(locale)
        kept = catalogue(locale) if path.exists() else Catalog(locale=locale, domain=DOMAIN)
        kept.update(found, no_fuzzy_matching=True)
        kept.obsolete.clear()
        if locale == SOURCE:
            for message in kept:
                _spoken(message)
        path.parent.mkdir(parents=True, exist_ok=True)
        written = BytesIO()
        write_po(written, kept, width=WIDTH, omit_header=False, no_location=True, sort_output=True)
        path.write_bytes(_plain(written.getvalue()))


def sentences() -> Catalog:
    """Every sentence of code and templates."""
    found = Catalog(domain=DOMAIN, project="Archipel", version="", copyright_holder="Archipel")
    for name, line, message, _comments, _context in extract_from_dir(
        ROOT, METHODS, OPTIONS, keywords=KEYWORDS, strip_comment_tags=True
    ):
        found.add(message, None, [(name, line)])
    return found


def problems() -> Iterator[str]:
    """What is wrong with the catalogues, one line each."""
    wanted = {message.id: message for message in sentences() if message.id}
    for locale in LOCALES:
        held = {message.id: message for message in catalogue(locale) if message.id}
        yield from (f"{locale}: not in the catalogue: {_shown(id)}" for id in wanted if id not in held)
        yield from (f"{locale}: no longer used: {_shown(id)}" for id in held if id not in wanted)
        for id, message in held.items():
            if id in wanted:
                yield from (f"{locale}: {problem}: {_shown(id)}" for problem in _of(message, locale))


def _of(message: Message, locale: str) -> Iterator[str]:
    translated = [message.string] if isinstance(message.string, str) else list(message.string or [""])
    if message.fuzzy:
        yield "fuzzy"
    if not all(translated):
        yield "not translated"
        return
    ids = [message.id] if isinstance(message.id, str) else list(message.id)
    values = {value for id in ids for value in _VALUE.findall(id)}
    for string in translated:
        has = set(_VALUE.findall(string))
        # A plural may leave the number out (« une réponse »), never anything else.
        if has - values or (values - has) - {"%(num)s", "%(shown)s"}:
            yield f"values differ in {string!r}"
        if locale == "fr" and (loose := _LOOSE.search(re.sub(r"%\([a-z_]+\)s", "x", string))):
            yield f"no no-break space at {loose[0]!r}"


def _shown(id: str | list[str] | tuple[str, ...]) -> str:
    return id if isinstance(id, str) else id[0]


def _spoken(message: Message) -> None:
    """English says what the code says, unless somebody wrote another sentence."""
    if not message.string or not all(message.string):
        message.string = message.id if isinstance(message.id, str) else tuple(message.id)


def _plain(po: bytes) -> bytes:
    """The file without the header lines that name a time, a tool or nobody."""
    lines = po.lstrip().splitlines(keepends=True)
    return b"".join(line for line in lines if not _NOISE.match(line))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
