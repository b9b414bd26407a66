"""Posts as objects: Note for what people write, Tombstone for what was deleted."""

from typing import Any

from federation.vocabulary import CONTEXT, PUBLIC
from social.clock import iso
from social.reading import PostView
from social.urls import Urls
from storage.media import MediaRow
from storage.posts import MentionRow, TagRow
from storage.tombstones import TombstoneRow
from storage.visibility import Visibility


def addressing(visibility: Visibility, followers: str, mentioned: list[str]) -> tuple[list[str], list[str]]:
    """`to` and `cc`, by the table of FEDERATION.md. `followers` is the author's collection."""
    if visibility is Visibility.PUBLIC:
        return [PUBLIC], [followers, *mentioned]
    if visibility is Visibility.UNLISTED:
        return [followers], [PUBLIC, *mentioned]
    if visibility is Visibility.FOLLOWERS:
        return [followers], mentioned
    return mentioned, []


def note(view: PostView, urls: Urls, *, context: bool = True) -> dict[str, Any]:
    """The object of a local post."""
    post, author = view.post, view.author
    to, cc = addressing(post.visibility, author.followers_url, [mention.uri for mention in view.mentions])
    document: dict[str, Any] = {"@context": CONTEXT} if context else {}
    document |= {
        "id": post.uri,
        "type": post.kind,
        "attributedTo": author.uri,
        "published": iso(post.published_at),
        "url": post.url,
        "inReplyTo": post.parent_uri,
        "summary": post.spoiler or None,
        "sensitive": post.sensitive,
        "content": post.html,
        "to": to,
        "cc": cc,
        "tag": [*(_mention(mention, urls) for mention in view.mentions), *(_hashtag(tag, urls) for tag in view.tags)],
        "attachment": [_picture(picture, urls) for picture in view.media],
        "replies": {
            "id": f"{post.uri}/replies",
            "type": "Collection",
            "first": {
                "type": "CollectionPage",
                "partOf": f"{post.uri}/replies",
                "next": f"{post.uri}/replies?page=true",
                "items": [],
            },
        },
        "likes": {"id": f"{post.uri}/likes", "type": "Collection", "totalItems": post.likes_count},
        "shares": {"id": f"{post.uri}/shares", "type": "Collection", "totalItems": post.boosts_count},
    }
    if post.visibility is Visibility.DIRECT:
        document["directMessage"] = True
    if post.title:
        document["name"] = post.title
    if post.language:
        document["contentMap"] = {post.language: post.html}
    if post.source:
        document["source"] = {"content": post.source, "mediaType": "text/plain"}
    if post.edited_at is not None:
        document["updated"] = iso(post.edited_at)
    return document


def tombstone(row: TombstoneRow) -> dict[str, Any]:
    """The body of a 410."""
    return {
        "@context": CONTEXT,
        "id": row.uri,
        "type": "Tombstone",
        "formerType": row.kind,
        "deleted": iso(row.deleted_at),
    }


def _mention(mention: MentionRow, urls: Urls) -> dict[str, Any]:
    name = f"@{mention.username}@{mention.domain or urls.host}"
    return {"type": "Mention", "href": mention.uri, "name": name}


def _hashtag(tag: TagRow, urls: Urls) -> dict[str, Any]:
    return {"type": "Hashtag", "href": urls.tag(tag.name), "name": f"#{tag.display}"}


def _picture(picture: MediaRow, urls: Urls) -> dict[str, Any]:
    attachment: dict[str, Any] = {
        "type": "Document",
        "mediaType": picture.mime,
        "url": urls.media(picture.token),
        "name": picture.description or None,
        "summary": picture.description or None,
        "width": picture.width,
        "height": picture.height,
    }
    if picture.blurhash:
        attachment["blurhash"] = picture.blurhash
    if picture.focus_x or picture.focus_y:
        attachment["focalPoint"] = [picture.focus_x, picture.focus_y]
    return attachment
