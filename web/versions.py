"""A post in further languages while it is written: the fields of the composer, and what they mean."""

from collections.abc import Mapping, Sequence

import msgspec

from social.posts import languages
from social.posts.languages import DraftVersion
from storage.posts import PostRow
from web.forms import Form

FIELDS = ("version_language", "version_text", "version_spoiler")
ROOM = 2
"""Further languages for which there is room at first."""


class VersionField(msgspec.Struct, frozen=True, kw_only=True):
    """One further language as its fields are filled."""

    language: str = ""
    text: str = ""
    spoiler: str = ""


BLANK = (VersionField(),) * ROOM


def asked(form: Form) -> tuple[DraftVersion, ...] | None:
    """The versions of a form, those without a text left out; None for a form without such fields."""
    if not form.has("version_text"):
        return None
    found = zip(*(form.kept(name) for name in FIELDS), strict=False)
    return tuple(
        DraftVersion(language=language, text=text.replace("\r\n", "\n"), spoiler=spoiler)
        for language, text, spoiler in found
        if text.strip()
    )


def filled(form: Form) -> Sequence[VersionField]:
    """The fields as they came, to be shown again."""
    return _with_room([form.kept(name) for name in FIELDS])


def kept(fields: Mapping[str, Sequence[str]]) -> Sequence[VersionField]:
    """The fields as a draft holds them."""
    return _with_room([fields.get(name, ()) for name in FIELDS])


def written(row: PostRow) -> Sequence[VersionField]:
    """The versions of a post, to be changed."""
    found = languages.versions(row)
    columns = [[one.language for one in found], [one.source for one in found], [one.spoiler for one in found]]
    return _with_room(columns)


def as_draft(row: PostRow) -> dict[str, list[str]]:
    """The versions of a post as a draft holds them."""
    found = languages.versions(row)
    if not found:
        return {}
    columns = ([one.language for one in found], [one.source for one in found], [one.spoiler for one in found])
    return dict(zip(FIELDS, columns, strict=True))


def _with_room(columns: Sequence[Sequence[str]]) -> Sequence[VersionField]:
    found = [
        VersionField(language=language, text=text, spoiler=spoiler)
        for language, text, spoiler in zip(*columns, strict=False)
        if text.strip()
    ]
    return [*found, *BLANK[: max(1, ROOM - len(found))]]
