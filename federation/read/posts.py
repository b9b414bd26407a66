"""Posts, from the JSON of their servers: notes and polls, and everything else that can be shown like one."""

import re
from typing import Any

from federation.document import (
    BadDocument,
    addresses_of,
    count_of,
    fields_of,
    flag_of,
    id_of,
    language_text,
    link_of,
    links_of,
    many,
    one,
    text_of,
    time_of,
    type_of,
)
from federation.names import same_origin
from federation.read.values import (
    cut,
    description_of,
    emoji,
    file_url,
    gathered,
    hashtag,
    media_type_of,
    mention,
    optional_id,
    own_id,
    picture,
)
from federation.vocabulary import (
    MAX_ATTACHMENTS,
    MAX_EMOJIS,
    MAX_HASHTAGS,
    MAX_MENTIONS,
    MAX_OPTION_TEXT,
    MAX_OPTIONS,
    MAX_TITLE,
    POST_KINDS,
    Attachment,
    Option,
    Poll,
    Post,
)

MAX_CONVERSATION = 2048
MAX_PIXELS = 100_000

_FILE_KINDS = frozenset({"Document", "Image", "Video", "Audio"})
_BLURHASH = re.compile(r"[0-9A-Za-z#$%*+,\-.:;=?@\[\]^_{|}~]{6,166}")
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{1,8}){0,4}")


def read_post(fields: dict[str, Any], *, insecure: bool = False) -> Post:
    """The post that a document describes. Raises BadDocument.

    Refused: no id, no kind that shows as a post, no author on the origin of the id. Everything that is too long is
    cut, everything that cannot be read left out. `insecure` allows http on loopback.
    """
    id = own_id(fields, insecure)
    kind = type_of(fields, POST_KINDS)
    if kind is None:
        raise BadDocument("nothing that shows as a post")
    author = author_of(fields.get("attributedTo"), insecure)
    if author is None or not same_origin(id, author):
        raise BadDocument("a post without an author on its own origin")
    content, language = language_text(fields, "content")
    title, title_language = language_text(fields, "name")
    summary, _ = language_text(fields, "summary")
    tags = fields.get("tag")
    return Post(
        id=id,
        kind=kind,
        author=author,
        content=content or "",
        media_type=media_type_of(fields.get("mediaType")) or "text/html",
        title=title[:MAX_TITLE] if title else None,
        summary=summary,
        language=_language(language or title_language),
        is_sensitive=flag_of(fields.get("sensitive")),
        url=link_of(fields.get("url")),
        link=_preview(fields.get("attachment")),
        image=picture(fields.get("image"), insecure),
        published=time_of(fields.get("published")),
        updated=time_of(fields.get("updated")),
        in_reply_to=optional_id(fields.get("inReplyTo"), insecure),
        conversation=_conversation(fields),
        to=addresses_of(fields.get("to")),
        cc=addresses_of(fields.get("cc")),
        audience=addresses_of(fields.get("audience")),
        mentions=gathered(tags, lambda tag: mention(tag, insecure), MAX_MENTIONS),
        hashtags=gathered(tags, hashtag, MAX_HASHTAGS),
        emojis=gathered(tags, lambda tag: emoji(tag, insecure), MAX_EMOJIS),
        attachments=_attachments(fields, kind, insecure),
        poll=_poll(fields) if kind == "Question" else None,
        starts_at=time_of(fields.get("startTime")),
        ends_at=time_of(fields.get("endTime")),
        place=_place(fields.get("location")),
    )


def author_of(value: Any, insecure: bool) -> str | None:
    """The author among several: the first Person (videos and events name their channel or group too)."""
    people = [item for item in many(value) if type_of(item) == "Person"]
    return optional_id(people or value, insecure)


def _language(tag: str | None) -> str | None:
    return tag if tag is not None and tag != "und" and _LANGUAGE.fullmatch(tag) else None


def _conversation(fields: dict[str, Any]) -> str | None:
    """What groups a thread: an opaque URI, https or tag (FEP-7888, ostatus)."""
    text = id_of(fields.get("context")) or id_of(fields.get("conversation"))
    return text if text is not None and len(text) <= MAX_CONVERSATION else None


def _preview(value: Any) -> str | None:
    links = (item for item in many(value) if type_of(item) == "Link")
    return next((url for url in map(link_of, links) if url is not None), None)


def _place(value: Any) -> str | None:
    first = one(value)
    entry = fields_of(first)
    text = language_text(entry, "name")[0] if entry else text_of(first)
    return text[:MAX_TITLE] if text else None


def _attachments(fields: dict[str, Any], kind: str, insecure: bool) -> tuple[Attachment, ...]:
    files = many(fields.get("attachment"))
    if kind == "Image":
        # The post itself is the picture: its URLs of image types are the file.
        own = [
            {**fields, "url": href, "mediaType": media_type, "summary": None}
            for href, media_type in links_of(fields.get("url"))
            if media_type is not None and media_type.startswith("image/")
        ]
        files = own[:1] + files
    return gathered(files, lambda item: _attachment(item, insecure), MAX_ATTACHMENTS)


def _attachment(value: Any, insecure: bool) -> Attachment | None:
    if type_of(value) not in _FILE_KINDS:
        return None
    media_type = media_type_of(value.get("mediaType"))
    url = file_url(value.get("url") or value.get("href"), insecure, media_type)
    if url is None:
        return None
    typed = [kind for href, kind in links_of(value.get("url")) if href == url]
    blurhash = text_of(value.get("blurhash"))
    return Attachment(
        url=url,
        media_type=media_type or (media_type_of(typed[0]) if typed else None),
        description=description_of(value),
        blurhash=blurhash if blurhash and _BLURHASH.fullmatch(blurhash) else None,
        width=_pixels(value.get("width")),
        height=_pixels(value.get("height")),
        focus=_focus(value.get("focalPoint")),
    )


def _pixels(value: Any) -> int | None:
    count = count_of(value)
    return count if count is not None and 0 < count <= MAX_PIXELS else None


def _focus(value: Any) -> tuple[float, float] | None:
    numbers = [number for number in many(value) if isinstance(number, int | float) and not isinstance(number, bool)]
    if len(numbers) != 2 or not all(-1 <= number <= 1 for number in numbers):
        return None
    return float(numbers[0]), float(numbers[1])


def _poll(fields: dict[str, Any]) -> Poll | None:
    is_multiple = bool(many(fields.get("anyOf")))
    options = gathered(fields.get("anyOf" if is_multiple else "oneOf"), _option, MAX_OPTIONS)
    if len({option.name for option in options}) != len(options) or not options:
        return None
    closed = one(fields.get("closed"))
    return Poll(
        options=options,
        is_multiple=is_multiple,
        is_closed=closed is True or time_of(closed) is not None,
        ends_at=time_of(fields.get("endTime")) or time_of(closed),
        voters=count_of(fields.get("votersCount")),
    )


def _option(value: Any) -> Option | None:
    entry = fields_of(value)
    name = text_of(entry.get("name")) if entry else None
    if entry is None or name is None:
        return None
    replies = fields_of(entry.get("replies")) or {}
    return Option(name=cut(name, MAX_OPTION_TEXT), votes=count_of(replies.get("totalItems")) or 0)
