"""The languages of the pages: which one a request gets, and its sentences.

Catalogues are `locale/<language>/LC_MESSAGES/archipel.po`, read and compiled in memory once; no binary file is kept.
Sentences are English in the code (`_("…")`, `ngettext`); `N_` marks one that is translated where it is shown.
"""

from functools import cache
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import Translations

from social.posts import languages

LOCALES = ("fr", "en")
NAMES = {"fr": "Français", "en": "English"}
DOMAIN = "archipel"
FOLDER = Path(__file__).parent / "locale"


def N_(message: str) -> str:
    """Marks `message` for the catalogue and gives it back unchanged."""
    return message


def NN_(one: str, many: str) -> tuple[str, str]:
    """Marks a sentence with its plural for the catalogue and gives both back unchanged."""
    return one, many


def catalogue_path(locale: str) -> Path:
    """Where the catalogue of a language is kept."""
    return FOLDER / locale / "LC_MESSAGES" / f"{DOMAIN}.po"


def catalogue(locale: str) -> Catalog:
    """The catalogue of a language as it is written."""
    with catalogue_path(locale).open("rb") as file:
        return read_po(file, locale=locale, domain=DOMAIN)


@cache
def translations(locale: str) -> Translations:
    """The sentences of a language, ready for `gettext` and `ngettext`."""
    compiled = BytesIO()
    write_mo(compiled, catalogue(locale))
    compiled.seek(0)
    return Translations(compiled, DOMAIN)


def choose(wish: str, accepted: str, default: str) -> str:
    """The language of a page: the person's `wish`, else the first known of `Accept-Language`, else the site's."""
    if wish in LOCALES:
        return wish
    preferred = (name.partition("-")[0].lower() for name in languages.accepted(accepted))
    return next((locale for locale in preferred if locale in LOCALES), default)
