"""Cards: what the page behind a link says of itself."""

from collections.abc import Mapping, Sequence
from typing import Literal

from server.api.entities.entity import Entity


class CardAuthor(Entity, frozen=True, kw_only=True):
    """Whoever wrote a page."""

    name: str
    url: str
    account: None = None


class PreviewCard(Entity, frozen=True, kw_only=True):
    """The preview of a page; `html` and `embed_url` are empty: nothing of others runs in an app."""

    url: str
    title: str
    description: str
    type: Literal["link", "photo"]
    language: str | None
    authors: Sequence[CardAuthor]
    author_name: str
    author_url: str
    provider_name: str
    provider_url: str
    html: str = ""
    width: int
    height: int
    image: str | None
    image_description: str
    embed_url: str = ""
    blurhash: str | None
    published_at: str | None


class TrendsLink(PreviewCard, frozen=True, kw_only=True):
    """A page that many people link to, with how many did on each day of a week."""

    history: Sequence[Mapping[str, str]]
