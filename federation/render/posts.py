"""Posts as objects: Note for what people write, Question for what they ask, Tombstone for what was deleted."""

from typing import Any

import msgspec

from federation.context import CONTEXT
from federation.gathering_words import TERMS
from federation.headlines import headline
from federation.render.articles import article
from federation.render.communities import topic_uri
from federation.render.gatherings import event, website
from federation.render.polls import question
from federation.render.recognition import kudos
from federation.vocabulary import PUBLIC
from social import emojis
from social.clock import iso
from social.emojis import Emoji
from social.posts import languages, policies
from social.posts.media import addressed
from social.posts.policies import Choice
from social.reading import PostView
from social.recordings.kinds import SUFFIX as RECORDINGS
from social.urls import Urls
from storage.media import MediaRow
from storage.posts import MentionRow, PostRow, TagRow
from storage.tombstones import TombstoneRow
from storage.visibility import OPEN, Visibility

_WITHOUT_TITLE = frozenset({"Note", "Question"})
_UNAGREED = frozenset({"pending", "rejected", "revoked", "deleted"})


def addressing(visibility: Visibility, followers: str, mentioned: list[str]) -> tuple[list[str], list[str]]:
    """`to` and `cc`, by the table of FEDERATION.md. `followers` is the author's collection."""
    if visibility is Visibility.PUBLIC:
        return [PUBLIC], [followers, *mentioned]
    if visibility is Visibility.UNLISTED:
        return [followers], [PUBLIC, *mentioned]
    if visibility is Visibility.FOLLOWERS:
        return [followers], mentioned
    return mentioned, []


def audience(view: PostView) -> tuple[list[str], list[str]]:
    """`to` and `cc` of a post. In a community it is for that too, or (a closed one) for its members and nobody else."""
    author, mentioned = view.author, [mention.uri for mention in view.mentions]
    group = view.community
    if group is None:
        return addressing(view.post.visibility, author.followers_url, mentioned)
    others = [uri for uri in mentioned if uri != group.uri]
    if view.post.visibility in OPEN:
        return addressing(view.post.visibility, author.followers_url, [group.uri, *others])
    return [group.uri, group.followers_url], others


def note(view: PostView, urls: Urls, *, context: bool = True) -> dict[str, Any]:
    """The object of a local post."""
    post, author = view.post, view.author
    to, cc = audience(view)
    document: dict[str, Any] = {"@context": context_of(view)} if context else {}
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
        "tag": [
            *(_mention(mention, urls) for mention in view.mentions),
            *_group(view, urls),
            *(_hashtag(tag, urls) for tag in view.tags),
            *(emoji(one, urls) for one in emojis.shown(post.emojis)),
        ],
        "attachment": [
            *(_file(file, urls) for file in addressed(view, urls, for_peers=True)),
            *(website(view.gathering) if view.gathering is not None else ()),
        ],
        "context": post.conversation or urls.context(post.thread_id),
        "conversation": post.conversation or urls.context(post.thread_id),
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
    document |= _community(view)
    if view.poll is not None:
        document |= question(view.poll)
    if view.gathering is not None:
        document |= event(post, author, view.gathering)
    if post.visibility is Visibility.DIRECT:
        document["directMessage"] = True
    if post.approved_by:
        document["approvedBy"] = post.approved_by
    name = post.title or _headline(view)
    if name:
        document["name"] = name
    document |= _languages(post)
    if post.source:
        document["source"] = {"content": post.source, "mediaType": "text/plain"}
    if post.edited_at is not None:
        document["updated"] = iso(post.edited_at)
    if view.announcement is not None:
        document["mustRead"] = msgspec.json.decode(view.announcement.announcement.statement)
    document |= kudos(post, view.kudos)
    return document | article(view, urls) | _quote(view) | {"interactionPolicy": {"canQuote": _permission(view)}}


def context_of(view: PostView) -> list[Any]:
    """The context of a post, and of an activity that carries it."""
    return CONTEXT if view.gathering is None else [*CONTEXT, TERMS]


def emoji(one: Emoji, urls: Urls) -> dict[str, Any]:
    """A custom emoji of this node as a tag."""
    icon = {"type": "Image", "mediaType": one.mime or "image/png", "url": urls.media(one.token)}
    return {"id": urls.emoji(one.name), "type": "Emoji", "name": f":{one.name}:", "icon": icon}


def tombstone(row: TombstoneRow) -> dict[str, Any]:
    """The body of a 410."""
    return {
        "@context": CONTEXT,
        "id": row.uri,
        "type": "Tombstone",
        "formerType": row.kind,
        "deleted": iso(row.deleted_at),
    }


def _quote(view: PostView) -> dict[str, Any]:
    """What the post quotes, in the words of FEP-044f, Fedibird and Misskey; the stamp as long as it holds."""
    quote = view.quote
    if quote is None:
        return {}
    said = {"quote": quote.uri, "quoteUri": quote.uri, "_misskey_quote": quote.uri}
    return said | {"quoteAuthorization": quote.stamp} if quote.stamp and quote.state not in _UNAGREED else said


def _permission(view: PostView) -> dict[str, Any]:
    author = view.author
    ids = {Choice.PUBLIC: PUBLIC, Choice.FOLLOWERS: author.followers_url, Choice.NOBODY: author.uri}
    return {"automaticApproval": [ids[policies.choice(view.post.interactions)]], "manualApproval": []}


def _languages(post: PostRow) -> dict[str, Any]:
    """The maps of languages: the post's own first, since some read only that one."""
    if not post.language:
        return {}
    further = languages.versions(post)
    maps: dict[str, Any] = {
        "contentMap": {post.language: post.html} | {one.language: one.html for one in further if one.html}
    }
    if post.spoiler and further:
        spoilers = {one.language: one.spoiler for one in further if one.spoiler}
        maps["summaryMap"] = {post.language: post.spoiler} | spoilers
    if post.title and further:
        maps["nameMap"] = {post.language: post.title} | {one.language: one.title for one in further if one.title}
    return maps


def _mention(mention: MentionRow, urls: Urls) -> dict[str, Any]:
    name = f"@{mention.username}@{mention.domain or urls.host}"
    return {"type": "Mention", "href": mention.uri, "name": name}


def _group(view: PostView, urls: Urls) -> list[dict[str, Any]]:
    """The community as somebody who is named: so the answers of Mastodon's people are addressed to it (FEP-1b12)."""
    group = view.community
    if group is None or group.id in {mention.account_id for mention in view.mentions}:
        return []
    return [{"type": "Mention", "href": group.uri, "name": f"@{group.username}@{group.domain or urls.host}"}]


def _community(view: PostView) -> dict[str, Any]:
    """Where it was written, and under which topic."""
    if view.community is None:
        return {}
    named = {"audience": view.community.uri}
    return named | {"topic": topic_uri(view.community.uri, view.topic)} if view.topic else named


def _headline(view: PostView) -> str:
    """Under which line forums list it: what begins a thread of a community that they may have."""
    post = view.post
    if (
        view.community is None
        or post.visibility not in OPEN
        or post.parent_uri is not None
        or post.kind not in _WITHOUT_TITLE
    ):
        return ""
    return headline(post.source, post.spoiler)


def _hashtag(tag: TagRow, urls: Urls) -> dict[str, Any]:
    return {"type": "Hashtag", "href": urls.tag(tag.name), "name": f"#{tag.display}"}


def _file(file: MediaRow, urls: Urls) -> dict[str, Any]:
    """A picture or recording. The alternative text is said twice: some read `name`, some `summary` (FEP-1311)."""
    attachment: dict[str, Any] = {
        "type": "Document",
        "mediaType": file.mime,
        "url": urls.media(file.token, f"original{RECORDINGS.get(file.mime, '')}"),
        "name": file.description or None,
        "summary": file.description or None,
    }
    if file.width and file.height:
        attachment |= {"width": file.width, "height": file.height}
    if file.duration_ms:
        attachment["duration"] = f"PT{file.duration_ms / 1000:g}S"
    if file.kind != "image" and file.small_key:
        attachment["icon"] = {"type": "Image", "mediaType": file.small_mime, "url": urls.media(file.token, "small")}
    if file.blurhash:
        attachment["blurhash"] = file.blurhash
    if file.focus_x or file.focus_y:
        attachment["focalPoint"] = [file.focus_x, file.focus_y]
    return attachment
