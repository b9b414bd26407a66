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
    languages_of,
    link_of,
    links_of,
    many,
    one,
    text_of,
    time_of,
    type_of,
    types_of,
)
from federation.headlines import headline
from federation.names import same_origin
from federation.read.articles import article_of
from federation.read.gatherings import gathering_of
from federation.read.pictures import inside
from federation.read.quotes import permissions_of, quote_of
from federation.read.recognition import read_kudos
from federation.read.values import (
    cut,
    description_of,
    emoji,
    file_url,
    gathered,
    hashtag,
    id_on,
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
    MAX_LANGUAGES,
    MAX_MENTIONS,
    MAX_OPTION_TEXT,
    MAX_OPTIONS,
    MAX_TITLE,
    NO_POSTS,
    POST_KINDS,
    Attachment,
    Option,
    Picture,
    Poll,
    Post,
    Version,
)
from social.sanitise import plain

MAX_CONVERSATION = 2048
MAX_KIND = 100
MAX_PIXELS = 100_000

MAX_DURATION = 24 * 3_600

_SUFFIXES = {
    "image": (".jpg", ".jpeg", ".png", ".gif", ".webp", ".avif"),
    "video": (".mp4", ".m4v", ".mov", ".webm"),
    "audio": (".mp3", ".m4a", ".ogg", ".oga", ".opus", ".flac", ".wav"),
}

_OF_NO_POST = ("object", "inbox", "items", "orderedItems", "publicKeyPem", "target")
"""What activities, actors, collections and keys have, and posts have not."""
_WORDS = ("content", "name", "summary")
_FILE_KINDS = frozenset({"Document", "Image", "Video", "Audio"})
_BLURHASH = re.compile(r"[0-9A-Za-z#$%*+,\-.:;=?@\[\]^_{|}~]{6,166}")
_DURATION = re.compile(r"PT(?:(\d{1,4})H)?(?:(\d{1,6})M)?(?:(\d{1,8}(?:\.\d{1,9})?)S)?")
_RECORDINGS = {"Video": "video/*", "Audio": "audio/*"}
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{1,8}){0,4}")


def read_post(fields: dict[str, Any], *, insecure: bool = False) -> Post:
    """The post that a document describes. Raises BadDocument.

    Refused: no id, nothing that shows as a post, no author on the origin of the id. Everything that is too long is
    cut, everything that cannot be read left out. `insecure` allows http on loopback.
    """
    id = own_id(fields, insecure)
    kind = shown_kind(fields)
    if kind is None:
        raise BadDocument("nothing that shows as a post")
    author = _author(fields, kind, insecure)
    if author is None or not same_origin(id, author):
        raise BadDocument("a post without an author on its own origin")
    content, title, summary = (language_text(fields, name)[0] for name in _WORDS)
    language = _own_language(fields)
    media_type = media_type_of(fields.get("mediaType")) or "text/html"
    said, pictures = inside(content or "", insecure=insecure) if media_type == "text/html" else (content, ())
    tags = fields.get("tag")
    article = article_of(fields, kind, insecure)
    gathering = gathering_of(fields) if kind == "Event" else None
    link = _preview(fields.get("attachment"), insecure)
    # Its pictures are attached, each in its place; what stands in the text are the same ones again.
    pictures = () if article is not None else pictures
    return Post(
        id=id,
        kind=kind,
        author=author,
        content=said or "",
        media_type=media_type,
        title=title[:MAX_TITLE] if title and not _is_headline(title, summary, fields, kind) else None,
        summary=summary,
        language=language,
        is_sensitive=flag_of(fields.get("sensitive")),
        url=link_of(fields.get("url")),
        # Where people meet online is no page to show a card of.
        link=link if gathering is None or link != gathering.link else None,
        image=_image(fields, kind, insecure),
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
        attachments=_attachments(fields, kind, pictures, insecure),
        poll=_poll(fields) if kind == "Question" else None,
        starts_at=time_of(fields.get("startTime")),
        ends_at=time_of(fields.get("endTime")),
        place=_place(fields.get("location")),
        languages=_versions(fields, language, insecure),
        replies=id_on(id, fields.get("replies")),
        likes_total=_total(fields.get("likes")),
        shares_total=_total(fields.get("shares")),
        replies_total=_total(fields.get("replies")),
        quote=quote_of(fields, insecure),
        permissions=permissions_of(fields),
        must_read=fields_of(fields.get("mustRead")),
        gathering=gathering,
        kudos=read_kudos(fields, insecure=insecure),
        article=article,
        topic=optional_id(fields.get("topic"), insecure),
    )


def shown_kind(fields: Any) -> str | None:
    """The type under which an object is shown as a post; None if it is none.

    An unknown type is one if it has words of its own and somebody who wrote them: no activity, no actor, no part.
    """
    known = type_of(fields, POST_KINDS)
    if known is not None:
        return known
    kind = type_of(fields)
    if kind is None or any(name in NO_POSTS for name in types_of(fields)):
        return None
    if len(kind) > MAX_KIND or any(fields.get(name) is not None for name in _OF_NO_POST):
        return None
    speaks = any(language_text(fields, name)[0] for name in _WORDS)
    return kind if speaks and author_of(fields.get("attributedTo"), insecure=True) is not None else None


def kind_of(url: str, media_type: str | None) -> str | None:
    """As what a file is shown (image, video, audio), by its type, else by its address; None for anything else."""
    if media_type is not None:
        kind = media_type.partition("/")[0]
        return kind if kind in _SUFFIXES else None
    path = url.partition("?")[0].lower()
    return next((kind for kind, suffixes in _SUFFIXES.items() if path.endswith(suffixes)), None)


def author_of(value: Any, insecure: bool) -> str | None:
    """The author among several: the first Person (videos and events name their channel or group too)."""
    people = [item for item in many(value) if type_of(item) == "Person"]
    named = [item for item in many(value) if optional_id(item, insecure) is not None]
    return optional_id(people or named, insecure)


def _is_headline(title: str, summary: str | None, fields: dict[str, Any], kind: str) -> bool:
    """Whether a title says again what the post begins with: of nodes of ours, for forums, and of PieFed's polls."""
    if kind not in ("Note", "Question"):
        return False
    source = fields_of(fields.get("source"))
    words = text_of(source.get("content")) if source else None
    if words is not None and title == headline(words, summary or ""):
        return True
    first = plain(language_text(fields, "content")[0] or "").strip().partition("\n")[0]
    return first.strip() == title.strip()


def _author(fields: dict[str, Any], kind: str, insecure: bool) -> str | None:
    """Whoever wrote it. Events are attributed to a group and name who organises them; some name only an `actor`."""
    actor = optional_id(fields.get("actor"), insecure)
    if kind == "Event" and actor is not None:
        return actor
    return author_of(fields.get("attributedTo"), insecure) or actor


def _total(value: Any) -> int | None:
    """How many a collection has, by its own word."""
    entry = fields_of(value)
    return count_of(entry.get("totalItems")) if entry else None


def _own_language(fields: dict[str, Any]) -> str | None:
    """The language that the post is written in: the one whose version is what it says, else the one it names."""
    said = [(*language_text(fields, name), languages_of(fields, name)) for name in _WORDS]
    sure = [language for text, language, versions in said if language and (versions.get(language) in (text, None))]
    named = [*sure, *(language for _, language, _ in said[:2]), _said_language(fields)]
    return next((language for language in named if _language(language)), None)


def _versions(fields: dict[str, Any], own: str | None, insecure: bool) -> tuple[Version, ...]:
    """What the post says in other languages than its own."""
    maps = [languages_of(fields, name) for name in _WORDS]
    tags = [tag for tag in dict.fromkeys(tag for versions in maps for tag in versions) if tag != own and _language(tag)]
    found = []
    for tag in tags[:MAX_LANGUAGES]:
        content, title, summary = (versions.get(tag) for versions in maps)
        said = None if content is None else inside(content, insecure=insecure)[0]
        found.append(Version(language=tag, content=said, title=title and title[:MAX_TITLE], summary=summary))
    return tuple(found) if own is not None else ()


def _said_language(fields: dict[str, Any]) -> str | None:
    """The language as forums, video and event servers say it."""
    value = one(fields.get("language")) or one(fields.get("inLanguage"))
    entry = fields_of(value)
    return text_of(entry.get("identifier")) if entry else text_of(value)


def _image(fields: dict[str, Any], kind: str, insecure: bool) -> Picture | None:
    """The picture of the whole: of a video or a sound, which come as links, also its icon."""
    shown = picture(fields.get("image"), insecure)
    return shown or (picture(fields.get("icon"), insecure) if kind in ("Video", "Audio") else None)


def _language(tag: str | None) -> str | None:
    return tag if tag is not None and tag != "und" and _LANGUAGE.fullmatch(tag) else None


def _conversation(fields: dict[str, Any]) -> str | None:
    """What groups a thread: an opaque URI, https or tag (FEP-7888, ostatus)."""
    text = id_of(fields.get("context")) or id_of(fields.get("conversation"))
    return text if text is not None and len(text) <= MAX_CONVERSATION else None


def _preview(value: Any, insecure: bool) -> str | None:
    links = (item for item in many(value) if type_of(item) == "Link" and _attachment(item, insecure) is None)
    return next((url for url in map(link_of, links) if url is not None), None)


def _place(value: Any) -> str | None:
    first = one(value)
    entry = fields_of(first)
    text = language_text(entry, "name")[0] if entry else text_of(first)
    return text[:MAX_TITLE] if text else None


def _attachments(
    fields: dict[str, Any], kind: str, inside: tuple[Attachment, ...], insecure: bool
) -> tuple[Attachment, ...]:
    files = many(fields.get("attachment"))
    if kind == "Image":
        # The post itself is the picture: its URLs of image types are the file.
        own = [
            {**fields, "url": href, "mediaType": media_type, "summary": None}
            for href, media_type in links_of(fields.get("url"))
            if media_type is not None and media_type.startswith("image/")
        ]
        files = own[:1] + files
    attached = gathered(files, lambda item: _attachment(item, insecure), MAX_ATTACHMENTS)
    known = {file.url for file in attached}
    return (attached + tuple(file for file in inside if file.url not in known))[:MAX_ATTACHMENTS]


def _attachment(value: Any, insecure: bool) -> Attachment | None:
    """A file. What says no type, or that it is a link, is one if what it points at is said or seen to be a picture."""
    entry = {"href": value} if isinstance(value, str) else value
    if not isinstance(entry, dict):
        return None
    media_type = media_type_of(entry.get("mediaType"))
    url = file_url(entry.get("url") or entry.get("href"), insecure, media_type)
    if url is None or not _is_file(entry, url, media_type):
        return None
    typed = [kind for href, kind in links_of(entry.get("url")) if href == url]
    blurhash = text_of(entry.get("blurhash"))
    shown = picture(entry.get("icon"), insecure)
    return Attachment(
        url=url,
        media_type=media_type or (media_type_of(typed[0]) if typed else None) or _RECORDINGS.get(type_of(entry) or ""),
        description=description_of(entry),
        blurhash=blurhash if blurhash and _BLURHASH.fullmatch(blurhash) else None,
        width=_pixels(entry.get("width")),
        height=_pixels(entry.get("height")),
        focus=_focus(entry.get("focalPoint")),
        duration=_duration(entry.get("duration")),
        preview=shown.url if shown else None,
    )


def _is_file(entry: dict[str, Any], url: str, media_type: str | None) -> bool:
    kind = type_of(entry)
    if kind in _FILE_KINDS:
        return True
    if kind not in (None, "Link"):
        return False
    return kind_of(url, media_type) is not None


def _pixels(value: Any) -> int | None:
    count = count_of(value)
    return count if count is not None and 0 < count <= MAX_PIXELS else None


def _duration(value: Any) -> int | None:
    """Milliseconds of an `xsd:duration` without days, or of a number of seconds."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        seconds = float(value)
    else:
        found = _DURATION.fullmatch(text_of(value) or "")
        if found is None:
            return None
        hours, minutes, rest = (float(part or 0) for part in found.groups())
        seconds = 3_600 * hours + 60 * minutes + rest
    return round(1000 * seconds) if 0 < seconds <= MAX_DURATION else None


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
