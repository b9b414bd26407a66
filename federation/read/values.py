"""The parts that actors, posts and activities have in common: ids, references, pictures, tags."""

import re
from collections.abc import Callable
from typing import Any, TypeVar
from urllib.parse import unquote

from federation.document import BadDocument, fields_of, id_of, link_of, many, one, text_of, time_of, type_of
from federation.names import is_id, same_origin
from federation.vocabulary import (
    MAX_DESCRIPTION,
    MAX_EMOJI,
    MAX_HASHTAG,
    MAX_NAME,
    Emoji,
    Hashtag,
    Mention,
    Picture,
    Reference,
)

T = TypeVar("T")

_EMOJI = re.compile(r"[\w.+-]+")
_MEDIA_TYPE = re.compile(r"[a-z]+/[a-z0-9.+-]{1,100}")


def own_id(fields: dict[str, Any], insecure: bool) -> str:
    """The id of a document. Raises BadDocument."""
    id = fields.get("id")
    if not isinstance(id, str) or not is_id(id, insecure=insecure):
        raise BadDocument("an object without an absolute id")
    return id


def optional_id(value: Any, insecure: bool) -> str | None:
    """The id that a value names, if it is one."""
    id = id_of(value)
    return id if id is not None and is_id(id, insecure=insecure) else None


def id_on(origin_of: str, value: Any) -> str | None:
    """The id that a value names, if it is on the origin of another id."""
    id = id_of(value)
    return id if id is not None and same_origin(origin_of, id) else None


def reference(value: Any, insecure: bool) -> Reference | None:
    """The id or whole object that a value is; None if it is neither."""
    first = one(value)
    id = optional_id(first, insecure)
    if isinstance(first, dict):
        return Reference(id=id, kind=type_of(first) or "", fields=first)
    return Reference(id=id) if id is not None else None


def references(value: Any, insecure: bool, limit: int) -> tuple[Reference, ...]:
    """All references in a value, up to a limit."""
    return gathered(value, lambda item: reference(item, insecure), limit)


def gathered(value: Any, read: Callable[[Any], T | None], limit: int) -> tuple[T, ...]:
    """What can be read of the values, in their order, up to a limit; what cannot be read is left out."""
    found: list[T] = []
    for item in many(value):
        made = read(item)
        if made is not None:
            found.append(made)
        if len(found) == limit:
            break
    return tuple(found)


def cut(text: str | None, length: int) -> str:
    """The text up to a length, "" for none."""
    return (text or "")[:length]


def media_type_of(value: Any) -> str | None:
    """A media type, in lower case and without parameters; None if it is none."""
    text = text_of(value)
    kind = text.partition(";")[0].strip().lower() if text else ""
    return kind if _MEDIA_TYPE.fullmatch(kind) else None


def file_url(value: Any, insecure: bool, media_type: str | None = None) -> str | None:
    """The URL of a file, written as text, Link or list."""
    url = link_of(value, media_type or "image/png")
    return url if url is not None and is_id(url, insecure=insecure) else None


def description_of(fields: dict[str, Any]) -> str:
    """The alternative text: some write it as `summary`, some as `name`, some as both (FEP-1311)."""
    return cut(text_of(fields.get("summary")) or text_of(fields.get("name")), MAX_DESCRIPTION)


def picture(value: Any, insecure: bool) -> Picture | None:
    """An image, written as an object, a URL, or a list whose first counts."""
    first = one(value)
    fields = fields_of(first)
    url = file_url(fields.get("url") or fields.get("href") if fields else first, insecure)
    if url is None:
        return None
    if fields is None:
        return Picture(url=url)
    return Picture(url=url, media_type=media_type_of(fields.get("mediaType")), description=description_of(fields))


def emoji(value: Any, insecure: bool) -> Emoji | None:
    """A custom emoji among the tags; its id may be missing, its picture may not."""
    if type_of(value) != "Emoji":
        return None
    name = (text_of(value.get("name")) or "").strip(":")
    icon = picture(value.get("icon"), insecure)
    if icon is None or len(name) > MAX_EMOJI or not _EMOJI.fullmatch(name):
        return None
    return Emoji(name=name, url=icon.url, media_type=icon.media_type, updated=time_of(value.get("updated")))


def mention(value: Any, insecure: bool) -> Mention | None:
    """A mention among the tags."""
    if type_of(value) != "Mention":
        return None
    href = optional_id(value.get("href"), insecure)
    return Mention(href=href, name=cut(text_of(value.get("name")), MAX_NAME)) if href is not None else None


def hashtag(value: Any) -> Hashtag | None:
    """A hashtag among the tags; without a name it is the last part of its address."""
    if type_of(value) != "Hashtag":
        return None
    href = text_of(value.get("href")) or ""
    written = text_of(value.get("name")) or unquote(href.partition("?")[0].rstrip("/").rpartition("/")[2])
    name = written.removeprefix("#")
    return Hashtag(name=name) if 0 < len(name) <= MAX_HASHTAG and not re.search(r"[\s#]", name) else None
