"""From ActivityPub's words to the network's: actors and posts of elsewhere as `social` keeps them, HTML made safe.

Pure functions, run before the transaction. What shows as a post but is none of ours (an article, an event, a video)
becomes title, text and link; a file that is no picture, video or sound becomes a link.
"""

import html as entities
from collections.abc import Mapping
from typing import Protocol

import msgspec

from federation.gatherings import received_gathering
from federation.longform import received_article
from federation.names import parse_url
from federation.questions import received_poll
from federation.read.posts import kind_of
from federation.signing.keys import BadKey, verify_key
from federation.vocabulary import PUBLIC, Actor, Attachment, Emoji, Permissions, Post, PublicKey
from social.articles.words import face
from social.clock import iso
from social.communities.received import SaidCommunity
from social.emojis import ReceivedEmoji
from social.people.accounts import Field
from social.people.remote import RemoteActor
from social.posts import languages, policies
from social.posts.attached import ReceivedMedia
from social.posts.languages import Version
from social.posts.policies import Act, Circle, Rule
from social.posts.publish import Received
from social.posts.quotes_received import SaidQuote
from social.sanitise import plain, sanitise
from social.text import clean_line, is_language
from storage.accounts import AccountKind, AccountRow
from storage.communities import Entry
from storage.ids import AccountId, Millis
from storage.visibility import OPEN, Visibility

MAX_ADDRESSED = 200
MAX_SPOILER = 2_000
MAX_CLAIM = 1_000_000_000
_OWN_WORDS = frozenset({"Note", "ChatMessage", "Question"})


class Words(msgspec.Struct, frozen=True, kw_only=True):
    """What a post of elsewhere says here: plain title and warning, safe HTML."""

    title: str
    html: str
    spoiler: str
    versions: tuple[Version, ...] = ()


class Circled(Protocol):
    """Whoever has followers and follows others, by ids."""

    @property
    def uri(self) -> str:
        """The actor."""

    @property
    def followers_url(self) -> str:
        """The collection of followers, empty if there is none."""

    @property
    def following_url(self) -> str:
        """The collection of whom they follow."""


class Addressed(msgspec.Struct, frozen=True, kw_only=True):
    """Whom a post goes to: actors named in the text, and those addressed without a word."""

    visibility: Visibility
    named: tuple[str, ...]
    silent: tuple[str, ...]

    @property
    def everybody(self) -> tuple[str, ...]:
        """All actors."""
        return self.named + self.silent


def remote_actor(actor: Actor, key_id: str | None = None) -> RemoteActor:
    """What is kept of an actor, with all of its keys that can be read, `key_id` first."""
    keys = [key for key in actor.keys if _is_readable(key)]
    keys.sort(key=lambda key: key.id != key_id)
    key = keys[0] if keys else None
    return RemoteActor(
        uri=actor.id,
        url=actor.url or actor.id,
        username=actor.name,
        domain=parse_url(actor.id).authority,
        kind=AccountKind(actor.kind.lower()),
        display_name=plain(actor.title),
        note_html=sanitise(actor.summary),
        fields=tuple(
            Field(name=plain(field.name), value=plain(field.value), html=sanitise(field.value))
            for field in actor.fields
        ),
        locked=actor.is_locked,
        discoverable=actor.is_discoverable,
        indexable=actor.is_indexable,
        inbox_url=actor.inbox,
        shared_inbox_url=actor.shared_inbox or "",
        outbox_url=actor.outbox or "",
        followers_url=actor.followers or "",
        following_url=actor.following or "",
        created_at=Millis(actor.published) if actor.published is not None and actor.published > 0 else None,
        avatar_url=actor.avatar.url if actor.avatar else None,
        header_url=actor.header.url if actor.header else None,
        key_id=key.id if key else "",
        key_pem=key.pem if key else "",
        more_keys=tuple((more.id, more.pem) for more in keys[1:]),
        job=plain(actor.job),
        team=plain(actor.team),
        language=_language(actor.language) or "",
        emojis=emojis(actor.emojis),
        aliases=actor.also_known_as,
        moved_to=actor.moved_to or "",
        featured_url=actor.featured or "",
        featured_tags_url=actor.featured_tags or "",
        facts=actor.facts,
        community=_community(actor),
    )


def _community(actor: Actor) -> SaidCommunity | None:
    said = actor.community
    if said is None:
        return None
    return SaidCommunity(
        moderators_url=said.moderators or "",
        nodes_url=said.nodes or "",
        pages_url=said.pages or "",
        entry=Entry(said.entry) if said.entry else (Entry.REQUEST if actor.is_locked else Entry.OPEN),
        is_restricted=said.is_restricted,
        is_archived=said.is_archived,
        template=plain(said.template),
        rules=said.rules,
        welcome=said.welcome,
        topics=said.topics,
        member_rules=said.member_rules,
        merged_into=said.merged_into or "",
        hosts=said.hosts,
    )


def words(post: Post, limit: int) -> Words:
    """Title, HTML and warning of a post; `limit` is in characters of its HTML."""
    if post.article is not None:
        teaser = _safe(post.article.teaser, "text/plain", limit)
        return Words(title=clean_line(plain(post.title or "")), html=face(teaser, post.url or post.id), spoiler="")
    if post.kind in _OWN_WORDS:
        parts = [_safe(post.content, post.media_type, limit)]
        spoiler = plain(post.summary or "")[:MAX_SPOILER]
    else:
        body = _safe(post.content, post.media_type, limit)
        if received_gathering(post) is None:
            body = body or _safe(post.summary or "", "text/html", limit)
            parts = [*_occasion(post), body, _link(post.url or post.id)]
        else:
            # When, where, and the address are kept by themselves; of these a summary is made.
            parts = [body]
        spoiler = ""
    parts += [_link(file.url, file.description) for file in post.attachments if _kind(file) is None]
    if post.link:
        parts.append(_link(post.link))
    return Words(title=_title(post), html="".join(parts), spoiler=spoiler, versions=_versions(post, limit))


def addressed(post: Post, followers: str, community: AccountRow | None = None) -> Addressed:
    """Who a post is for. `followers` is the author's collection, empty if it has none.

    What is in a community is for its members: those who follow it.
    """
    if community is not None and not {PUBLIC, followers}.intersection(post.to + post.cc):
        followers = community.followers_url
    visibility = visibility_of(post.to, post.cc, followers)
    if community is not None and visibility is Visibility.DIRECT:
        visibility = Visibility.FOLLOWERS
    circles = (PUBLIC, followers, community.followers_url if community is not None else "")
    actors = [id for id in dict.fromkeys(post.to + post.cc) if id not in circles][:MAX_ADDRESSED]
    named = [mention.href for mention in post.mentions]
    silent = [id for id in actors if id not in named]
    if visibility in OPEN:
        # Named but not addressed: nobody is told, and nobody sees what they could not see without it.
        silent += [id for id in named if id not in actors]
    return Addressed(
        visibility=visibility,
        named=tuple(dict.fromkeys(id for id in named if id in actors)),
        silent=tuple(dict.fromkeys(silent)),
    )


def visibility_of(to: tuple[str, ...], cc: tuple[str, ...], followers: str) -> Visibility:
    """The audience that `to` and `cc` mean (FEDERATION.md, Visibility)."""
    if PUBLIC in to:
        return Visibility.PUBLIC
    if PUBLIC in cc:
        return Visibility.UNLISTED
    return Visibility.FOLLOWERS if followers and followers in to else Visibility.DIRECT


def received(
    post: Post, said: Words, to: Addressed, author: Circled, accounts: Mapping[str, AccountRow], now: Millis
) -> Received:
    """A post as it is stored; `accounts` are those known here, by their ids."""
    return Received(
        uri=post.id,
        url=post.url or post.id,
        kind=post.kind,
        visibility=to.visibility,
        title=said.title,
        html=said.html,
        spoiler=said.spoiler,
        sensitive=post.is_sensitive or bool(said.spoiler),
        language=_language(post.language),
        published_at=Millis(max(post.published, 0) if post.published is not None else now),
        edited_at=_edited_at(post, now),
        parent_uri=post.in_reply_to if post.in_reply_to != post.id else None,
        mentions=_known(to.named, accounts),
        silent=_known(to.silent, accounts),
        tags=tuple(tag.name for tag in post.hashtags),
        media=_media(post),
        quote=_quote(post),
        interactions=_interactions(post.permissions, author),
        emojis=emojis(post.emojis),
        versions=said.versions,
        conversation=post.conversation or "",
        replies_url=post.replies or "",
        claims=(claim(post.likes_total), claim(post.shares_total), claim(post.replies_total)),
        poll=received_poll(post),
        gathering=received_gathering(post),
        kudos=post.kudos,
        article=received_article(post, accounts),
    )


def emojis(found: tuple[Emoji, ...]) -> tuple[ReceivedEmoji, ...]:
    """Custom emoji as they are kept."""
    return tuple(ReceivedEmoji(name=one.name, url=one.url, updated_at=Millis(one.updated or 0)) for one in found)


def is_vote(post: Post) -> bool:
    """Whether a note is an answer to a poll: a name, no words, and a question that it replies to."""
    return post.kind == "Note" and bool(post.title) and not post.content and post.in_reply_to is not None


def _title(post: Post) -> str:
    """An answer of NodeBB carries the title of its topic, which tops the thread; a vote has nothing else."""
    is_answer = post.kind == "Note" and post.in_reply_to is not None and bool(post.content)
    return "" if is_answer else clean_line(plain(post.title or ""))


def _quote(post: Post) -> SaidQuote | None:
    quote = post.quote
    return None if quote is None else SaidQuote(uri=quote.id, stamp=quote.stamp or "", is_legacy=quote.is_legacy)


def _interactions(said: Permissions, author: Circled) -> str:
    """Who may do what, by what they are to the author."""
    circles = {PUBLIC: Circle.PUBLIC, author.followers_url: Circle.FOLLOWERS, author.following_url: Circle.FOLLOWING}

    def circle(ids: tuple[str, ...]) -> tuple[Circle, ...]:
        return tuple(dict.fromkeys(circles.get(id, Circle.OTHERS) for id in ids if id and id != author.uri))

    spoken = {Act.QUOTE: said.quote, Act.LIKE: said.like, Act.REPLY: said.reply, Act.BOOST: said.announce}
    return policies.written(
        {act: Rule(circle(one.automatic), circle(one.manual)) for act, one in spoken.items() if one is not None}
    )


def _versions(post: Post, limit: int) -> tuple[Version, ...]:
    """Further languages, made safe; of what is none of ours the summary is no warning, but words."""
    own = post.kind in _OWN_WORDS
    found = []
    for version in post.languages:
        tag = _language(version.language)
        html = _safe(version.content or "", post.media_type, limit)
        if not own:
            html = html or _safe(version.summary or "", "text/html", limit)
            html += _link(post.url or post.id) if html and post.gathering is None else ""
        spoiler = plain(version.summary or "")[:MAX_SPOILER] if own else ""
        title = clean_line(plain(version.title or ""))
        if tag is not None and (html or spoiler or title):
            found.append(Version(language=tag, html=html, spoiler=spoiler, title=title))
    return tuple(found[: languages.MOST])


def claim(total: int | None) -> int | None:
    """A number by somebody else's word, if it is said; nothing is as many as a database cannot hold."""
    return None if total is None else min(total, MAX_CLAIM)


def _is_readable(key: PublicKey) -> bool:
    try:
        verify_key(key.id, key.owner, key.pem)
    except BadKey:
        return False
    return True


def _safe(text: str, media_type: str, limit: int) -> str:
    if media_type == "text/html":
        return sanitise(text, limit=limit)
    paragraphs = [part.strip() for part in text[:limit].split("\n\n") if part.strip()]
    return "".join(f"<p>{entities.escape(part).replace(chr(10), '<br>')}</p>" for part in paragraphs)


def _occasion(post: Post) -> list[str]:
    facts = [iso(Millis(at))[:16].replace("T", " ") + " UTC" for at in (post.starts_at, post.ends_at) if at is not None]
    line = " – ".join(facts)
    told = ", ".join(part for part in (line, plain(post.place or "")) if part)
    return [f"<p>{entities.escape(told)}</p>"] if told else []


def _link(url: str, description: str = "") -> str:
    shown = description.strip() or url
    return sanitise(f'<p><a href="{entities.escape(url)}">{entities.escape(shown)}</a></p>')


def _kind(file: Attachment) -> str | None:
    return kind_of(file.url, file.media_type)


def _media(post: Post) -> tuple[ReceivedMedia, ...]:
    files = [file for file in post.attachments if _kind(file) is not None]
    if post.image is not None and post.image.url not in [file.url for file in files]:
        shown = post.image
        picture = shown.media_type or "image/*"
        files.insert(0, Attachment(url=shown.url, media_type=picture, description=shown.description))
    unique = {file.url: file for file in reversed(files)}
    return tuple(_received(file, _kind(file) or "image") for file in reversed(unique.values()))


def _received(file: Attachment, kind: str) -> ReceivedMedia:
    return ReceivedMedia(
        remote_url=file.url,
        mime=file.media_type or f"{kind}/*",
        description=file.description,
        blurhash=file.blurhash,
        width=file.width or 0,
        height=file.height or 0,
        focus_x=file.focus[0] if file.focus else 0.0,
        focus_y=file.focus[1] if file.focus else 0.0,
        kind=kind,
        duration_ms=file.duration or 0,
        preview_url=file.preview if kind != "image" else None,
    )


def _edited_at(post: Post, now: Millis) -> Millis | None:
    """When the post was changed; some say so of every post, with the time of writing."""
    if post.updated is None or (post.published is not None and post.updated <= post.published):
        return None
    return Millis(max(min(post.updated, now), 0))


def _language(tag: str | None) -> str | None:
    return tag if tag is not None and is_language(tag) else None


def _known(ids: tuple[str, ...], accounts: Mapping[str, AccountRow]) -> tuple[AccountId, ...]:
    found = (accounts.get(id) for id in ids)
    return tuple(row.id for row in found if row is not None and row.deleted_at is None)
