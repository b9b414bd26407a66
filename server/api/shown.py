"""Pictures and recordings as Mastodon's entity."""

from typing import Literal

from msgspec import UNSET, UnsetType

from server.api.entities.media import Dimensions, Focus, MediaAttachment, Meta, Played
from social.posts.images import SUFFIX as PICTURES
from social.recordings.kinds import SUFFIX as RECORDINGS
from social.seals import is_sealed
from social.urls import Urls
from storage.media import READY, MediaRow

Kind = Literal["image", "gifv", "video", "audio", "unknown"]
_KINDS: dict[str, Kind] = {"image": "image", "gifv": "gifv", "video": "video", "audio": "audio"}


def media(row: MediaRow, urls: Urls) -> MediaAttachment:
    """A picture or recording. What a peer's recording was not fetched of is a link to it.

    Where it is at its author's node is not told of what is not for everybody: that address opens for whoever has it.
    """
    is_closed = is_sealed(row.token)
    return MediaAttachment(
        id=str(row.id),
        type=_kind(row),
        url=_url(row, urls),
        preview_url=_preview(row, urls),
        remote_url=None if is_closed else row.remote_url,
        preview_remote_url=None if is_closed else row.preview_url,
        meta=_image(row) if row.kind == "image" else _recording(row),
        description=row.description or None,
        blurhash=row.blurhash,
    )


def _kind(row: MediaRow) -> Kind:
    if row.file_key is not None or row.remote_url is None:
        return _KINDS[row.kind]
    return "image" if row.kind == "image" and row.mime.startswith("image/") else "unknown"


def _url(row: MediaRow, urls: Urls) -> str | None:
    if row.kind == "image":
        return urls.media(row.token)
    if row.file_key is None:
        return row.remote_url
    return urls.media(row.token, f"original{RECORDINGS.get(row.mime, '')}") if row.state == READY else None


def _preview(row: MediaRow, urls: Urls) -> str | None:
    if row.kind == "image":
        return urls.media(row.token, "small")
    return urls.media(row.token, f"small{PICTURES.get(row.small_mime, '')}") if row.small_key else None


def _image(row: MediaRow) -> Meta:
    return Meta(
        original=_size(row.width, row.height), small=_size(row.small_width, row.small_height), focus=_focus(row)
    )


def _recording(row: MediaRow) -> Meta:
    seconds = row.duration_ms / 1000
    size = _size(row.width, row.height)
    fields = {} if size is UNSET else {"width": size.width, "height": size.height, "aspect": size.aspect}
    named = fields if size is UNSET else {**fields, "size": size.size}
    return Meta(
        original=Played(duration=seconds, bitrate=row.bitrate, frame_rate=row.frame_rate or UNSET, **named),
        small=_size(row.small_width, row.small_height),
        focus=_focus(row),
        length=f"{int(seconds // 3600)}:{int(seconds // 60 % 60):02}:{seconds % 60:05.2f}",
        duration=seconds,
        fps=_fps(row.frame_rate),
        **named,
    )


def _size(width: int, height: int) -> Dimensions | UnsetType:
    if not width or not height:
        return UNSET
    return Dimensions(width=width, height=height, size=f"{width}x{height}", aspect=width / height)


def _focus(row: MediaRow) -> Focus:
    return Focus(x=row.focus_x, y=row.focus_y)


def _fps(rate: str) -> float | UnsetType:
    over, _, under = rate.partition("/")
    return round(int(over) / int(under), 2) if over.isdecimal() and under.isdecimal() and int(under) else UNSET
