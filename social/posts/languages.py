"""A post in several languages: one that it was written in, and further versions beside it (JSON in the row).

Each reader gets the version in the language that they prefer; whoever asks for none of them gets the post as written.
"""

from collections.abc import Mapping, Sequence
from functools import lru_cache

import msgspec

from social import text
from social.errors import Invalid
from social.text import is_language
from social.urls import Urls
from storage.posts import PostRow

MOST = 16
MAX_HEADER = 500


class Version(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a post says in one further language; empty parts are as in the post. `source` is what was typed here."""

    language: str
    html: str = ""
    spoiler: str = ""
    title: str = ""
    source: str = ""


class DraftVersion(msgspec.Struct, frozen=True, kw_only=True):
    """What a person writes in one further language."""

    language: str
    text: str
    spoiler: str = ""


_DECODER = msgspec.json.Decoder(tuple[Version, ...])


def versions(row: PostRow) -> tuple[Version, ...]:
    """The further versions of a post."""
    return _DECODER.decode(row.versions) if row.versions else ()


def kept(found: Sequence[Version]) -> str:
    """Versions as they are kept."""
    return msgspec.json.encode(tuple(found)).decode() if found else ""


def check(drafts: Sequence[DraftVersion], own: str | None) -> None:
    """Raises Invalid for too many, for what is no language, and for a language twice or that of the post itself."""
    languages = [draft.language for draft in drafts]
    if len(languages) > MOST:
        raise Invalid("versions", "too_many", maximum=MOST)
    if any(not is_language(language) or language == own for language in languages):
        raise Invalid("versions", "invalid")
    if len(set(languages)) != len(languages) or any(not draft.text.strip() for draft in drafts):
        raise Invalid("versions", "invalid")


def written(drafts: Sequence[DraftVersion], mentions: Mapping[str, text.Mentioned], urls: Urls) -> tuple[Version, ...]:
    """Versions as HTML, with the mentions that were found for the whole."""
    return tuple(
        Version(
            language=draft.language,
            html=text.render(draft.text, mentions=mentions, tag_url=urls.tag),
            spoiler=text.clean_line(draft.spoiler),
            source=text.clean_text(draft.text),
        )
        for draft in drafts
    )


def languages_of(row: PostRow) -> tuple[str, ...]:
    """In which languages the post is here, its own first."""
    return tuple(dict.fromkeys([row.language or "", *(version.language for version in versions(row))]))


def chosen(languages: Sequence[str], wanted: Sequence[str]) -> str:
    """The language that suits a reader best: the first of their list that there is, else the post's own.

    `fr` and `fr-CA` are the same language to somebody who wants either, if there is nothing nearer.
    """
    for want in wanted:
        nearest = sorted((one for one in languages if _base(one) == _base(want)), key=lambda one: one != want)
        if nearest:
            return nearest[0]
    return languages[0]


@lru_cache(maxsize=256)
def accepted(header: str) -> tuple[str, ...]:
    """The languages of an `Accept-Language` header, best first (RFC 9110 §12.5.4), without what cannot be read."""
    weighed: list[tuple[float, int, str]] = []
    for place, part in enumerate(header[:MAX_HEADER].split(",")):
        name, _, parameter = part.partition(";")
        weight = _weight(parameter)
        if is_language(name.strip()) and weight > 0:
            weighed.append((-weight, place, name.strip()))
    return tuple(name for _, _, name in sorted(weighed))


def in_language(row: PostRow, language: str) -> PostRow:
    """The post as it reads in one of its languages."""
    found = next((version for version in versions(row) if version.language == language), None)
    if found is None or language == row.language:
        return row
    return msgspec.structs.replace(
        row,
        language=language,
        html=found.html or row.html,
        spoiler=found.spoiler or row.spoiler,
        title=found.title or row.title,
    )


def for_reader(row: PostRow, wanted: Sequence[str]) -> PostRow:
    """The post as a reader gets it who prefers these languages, the most wanted first."""
    return in_language(row, chosen(languages_of(row), wanted)) if row.versions else row


def _weight(parameter: str) -> float:
    key, _, value = parameter.strip().partition("=")
    if key != "q":
        return 1.0
    try:
        return float(value)
    except ValueError:
        return 0.0


def _base(language: str) -> str:
    return language.partition("-")[0].lower()
