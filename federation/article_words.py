"""Articles in the words of nodes like this one: what `longForm` and the Markdown of `source` become."""

import msgspec


class Author(msgspec.Struct, frozen=True):
    """Who wrote with the author of an article."""

    id: str
    name: str


class Remark(msgspec.Struct, frozen=True):
    """What was put right in an article, in words for its readers. `by`: the id of who did it, if not its author."""

    at: int
    note: str
    by: str = ""


class LongForm(msgspec.Struct, frozen=True, kw_only=True):
    """What nodes like this one say of an article beside what everybody reads. `source` is Markdown."""

    source: str
    teaser: str
    authors: tuple[Author, ...] = ()
    corrections: tuple[Remark, ...] = ()
    series: str = ""
    part: int = 0
