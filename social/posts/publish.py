"""Posts come into being: `publish` by a person here, `receive` from a verified actor elsewhere.

Both end in one store function, so that no local rule (permission, length, charter) can make two nodes differ.
"""

import msgspec

from social import emojis, events, jobs, peer_rules, reading, text
from social.articles import storing
from social.articles import words as articles
from social.articles.words import ArticleDraft, ReceivedArticle
from social.communities import posting, topics
from social.communities.posting import Destination
from social.emojis import ReceivedEmoji
from social.errors import Conflict, Gone, Invalid, NotFound, raise_all
from social.gatherings import keeping
from social.gatherings.drafts import KIND, GatheringDraft
from social.gatherings.keeping import ReceivedGathering
from social.policy import Viewer, require_person
from social.posts import cards, languages, policies, polls, quotes, quotes_received, repeats, thanks, wording
from social.posts.attached import ReceivedMedia, attach, receive_media
from social.posts.connecting import connect
from social.posts.defaults import chosen
from social.posts.languages import DraftVersion, Version
from social.posts.policies import Act, Choice
from social.posts.polls import PollDraft, ReceivedPoll
from social.posts.quotes_received import SaidQuote
from social.posts.thanks import SaidKudos
from social.settings import Settings
from social.tally import ASKING
from social.urls import Urls
from storage import accounts, homes, lists, numbers, threads, tombstones
from storage import posts as post_rows
from storage.accounts import AccountRow
from storage.engine.database import Tx
from storage.ids import AccountId, AppId, IdMaker, MediaId, Millis, PostId
from storage.posts import PostRow
from storage.visibility import Visibility

TRIES = 4


class Context(msgspec.Struct, frozen=True):
    """What writing a local post needs beside the transaction."""

    ids: IdMaker
    urls: Urls
    settings: Settings


class Draft(msgspec.Struct, frozen=True, kw_only=True):
    """What a person wants to say. `visibility`, `language` and `quote_policy` None: the person's default.

    `written_at`: when it was written, if it waited for the network since.
    `versions` say the same in further languages; None in an edit leaves those that are there.
    `community`: where a thread begins, under `topic` of it; its audience is the community's, whatever was chosen.
    """

    text: str = ""
    title: str | None = None
    """None in an edit leaves the one that is there."""
    spoiler: str = ""
    visibility: Visibility | None = None
    sensitive: bool = False
    language: str | None = None
    parent: PostId | None = None
    media: tuple[MediaId, ...] = ()
    quoted: PostId | None = None
    quote_policy: Choice | None = None
    app: AppId | None = None
    idempotency: str = ""
    poll: PollDraft | None = None
    written_at: Millis | None = None
    versions: tuple[DraftVersion, ...] | None = None
    community: AccountId | None = None
    topic: str = ""
    gathering: GatheringDraft | None = None
    article: ArticleDraft | None = None
    """What the post is if it is an article; its `text` is then the teaser."""


class Received(msgspec.Struct, frozen=True, kw_only=True):
    """A post of another node, verified, sanitised, its addressees known here."""

    uri: str
    url: str
    kind: str = "Note"
    visibility: Visibility
    title: str = ""
    html: str = ""
    spoiler: str = ""
    sensitive: bool = False
    language: str | None = None
    published_at: Millis
    edited_at: Millis | None = None
    parent_uri: str | None = None
    mentions: tuple[AccountId, ...] = ()
    silent: tuple[AccountId, ...] = ()
    tags: tuple[str, ...] = ()
    media: tuple[ReceivedMedia, ...] = ()
    poll: ReceivedPoll | None = None
    quote: SaidQuote | None = None
    quote_depth: int = 0
    interactions: str = ""
    emojis: tuple[ReceivedEmoji, ...] = ()
    versions: tuple[Version, ...] = ()
    conversation: str = ""
    replies_url: str = ""
    claims: tuple[int | None, int | None, int | None] = (None, None, None)
    """Likes, boosts and answers, by the word of the author's node."""
    community: AccountId | None = None
    """Where it was written; with `followers`, its members are the audience."""
    topic: str = ""
    """Under which topic of the community it begins, if the author said so."""
    gathering: ReceivedGathering | None = None
    kudos: SaidKudos | None = None
    article: ReceivedArticle | None = None


def mentioned(draft: str) -> tuple[str, ...]:
    """Handles in the text (`bruno`, `bruno@host`): those unknown here are looked up before the transaction."""
    return text.scan(draft).mentions


def publish(tx: Tx, viewer: Viewer, draft: Draft, *, context: Context, now: Millis) -> PostId:
    """Store a local post, log it, and put it into its author's home. The same idempotency key gives the first post.

    Raises Unauthorized, Invalid (text, spoiler, media, language) or NotFound (the post answered).
    """
    require_person(viewer)
    check_words(draft, context.settings)
    is_later = keeping.require(draft.gathering, draft.title or "", is_new=True, now=now)
    id = PostId(context.ids.make())
    held = repeats.claim(tx, viewer, draft.idempotency, id, now)
    if held is not None:
        return held
    author = _author(tx, viewer)
    parent = _parent(tx, viewer, draft.parent)
    if parent is not None:
        quotes.require(tx, viewer, parent, Act.REPLY)
    said = chosen(tx, viewer, author, draft.visibility, draft.language, draft.quote_policy)
    written = wording.write(tx, draft.text, draft.spoiler, draft.versions or (), context.urls, draft.article)
    to = posting.destination(tx, author.id, draft.community, parent, said.visibility, list(written.mentions))
    if to is not None:
        said = msgspec.structs.replace(said, visibility=to.visibility)
    quoting = _quoting(tx, viewer, draft, said.visibility, written, to)
    row = PostRow(
        id=id,
        uri=context.urls.post_uri(author.username, id),
        url=context.urls.post_page(author.username, id),
        author_id=author.id,
        is_local=True,
        is_history=is_later,
        kind=kind_of(draft),
        visibility=said.visibility,
        title=draft.article.title if draft.article else text.clean_line(draft.title or ""),
        source=written.source,
        html=quotes.marked(written.html, quoting.post) if quoting else written.html,
        spoiler=written.spoiler,
        sensitive=draft.sensitive or bool(written.spoiler),
        language=said.language,
        boost_of_id=None,
        parent_id=parent.id if parent else None,
        parent_uri=parent.uri if parent else None,
        parent_author_id=parent.author_id if parent else None,
        thread_id=parent.thread_id if parent else id,
        app_id=draft.app,
        published_at=_written_at(draft, now),
        received_at=now,
        edited_at=None,
        replies_count=0,
        boosts_count=0,
        likes_count=0,
        revision=0,
        interactions=policies.chosen(said.quotes, said.visibility),
        emojis=written.emojis,
        versions=written.versions,
        conversation=(parent.conversation if parent else "")
        or context.urls.context(parent.thread_id if parent else id),
        community_id=to.community if to else None,
        minutes=written.prose.minutes if written.prose else 0,
    )
    row = storing.faced(row, draft.article)
    if not post_rows.insert(tx, row):
        raise Conflict("try_again")
    if not is_later:
        posting.enter(tx, row, topic=topics.chosen(tx, to.community, draft.topic) if to else "", now=now)
    attach(tx, viewer, row.id, draft.media)
    storing.publish(tx, row.id, draft.article, written.prose)
    if draft.poll is not None:
        polls.ask(tx, row.id, draft.poll, ids=context.ids, now=now)
    connect(tx, row, parent, [account.id for account in written.mentions], (), written.tags, context.ids, now)
    keeping.hold(tx, row, draft.gathering, now=now)
    cards.wish(tx, row, now=now)
    if not is_later:
        homes.enter(tx, row.author_id, row.id, row.id, row.author_id)
    published = events.PostPublished(by=author.id, at=now, post=row.id, history=is_later, community=row.community_id)
    events.append(tx, published)
    if quoting is not None:
        quotes.store(tx, row, quoting, urls=context.urls, ids=context.ids, now=now)
    return row.id


def receive(tx: Tx, author: AccountRow, received: Received, *, ids: IdMaker, live: bool, now: Millis) -> PostId:
    """Store a post of another node once; again gives the same id, or surfaces it when it was here as history.

    `live`: a local timeline would have received it, so its id is of now; else of the (clamped) time of writing.
    Raises Conflict when the uri is another author's, Gone when it was deleted before it came.
    """
    known = post_rows.by_uri(tx, received.uri)
    if known is not None:
        if known.author_id != author.id:
            raise Conflict("another_author")
        return _surfaced(tx, known, author, ids, now) if live and known.is_history else known.id
    if tombstones.by_uri(tx, received.uri, author.uri) is not None:
        raise Gone("post")
    published_at = Millis(min(received.published_at, now))
    parent = post_rows.by_uri(tx, received.parent_uri) if received.parent_uri else None
    row = _insert_received(tx, author, received, parent, published_at, ids, live=live, now=now)
    if received.media and not peer_rules.rule_of(tx, author.domain).refuses_media:
        receive_media(tx, author.id, row.id, received.media, ids, now)
    storing.receive(tx, row, received.article)
    if received.poll is not None:
        polls.receive(tx, row.id, received.poll, ids=ids, now=now)
    keeping.receive(tx, row, received.gathering, now=now)
    connect(tx, row, parent, received.mentions, received.silent, received.tags, ids, now)
    if parent is None and received.parent_uri:
        jobs.enqueue(tx, jobs.FetchParent(uri=received.parent_uri), key=received.parent_uri, due=now)
    appeared = events.PostPublished(
        by=author.id, host=author.domain, at=now, post=row.id, history=not live, community=row.community_id
    )
    events.append(tx, appeared)
    quotes_received.receive(tx, row, received.quote, depth=received.quote_depth, now=now)
    thanks.receive(tx, row, author, received.kudos, now=now)
    cards.wish(tx, row, now=now)
    return row.id


def check_words(draft: Draft, settings: Settings, *, is_new: bool = True) -> None:
    """Raises Invalid for words that cannot be a post: empty, too long, with a NUL, in no language."""
    problems: list[Invalid] = []
    further = draft.versions or ()
    languages.check(further, draft.language)
    if "\0" in draft.text or any("\0" in version.text + version.spoiler for version in further):
        problems.append(Invalid("text", "nul"))
    if "\0" in draft.spoiler:
        problems.append(Invalid("spoiler", "nul"))
    limit = settings.posts.max_characters
    lengths = [text.length(version.text, version.spoiler) for version in further]
    length = max([text.length(draft.text, draft.spoiler), *lengths])
    if length > limit:
        problems.append(Invalid("text", "too_long", limit=limit, length=length))
    if not (draft.text.strip() or draft.media or draft.poll or draft.quoted or draft.gathering):
        problems.append(Invalid("text", "blank"))
    most = settings.media.per_post if draft.article is None else articles.MAX_PICTURES
    if len(draft.media) > most:
        problems.append(Invalid("media", "too_many", limit=most))
    if draft.article is not None:
        problems += articles.problems(draft.article)
    if draft.poll is not None:
        problems += polls.problems(draft.poll, settings.polls, is_new=is_new)
        if draft.media:
            problems.append(Invalid("media", "beside_poll"))
    raise_all(problems)


def kind_of(draft: Draft) -> str:
    """The kind of a post that is written as `draft`."""
    if draft.gathering is not None:
        return KIND
    if draft.article is not None:
        return articles.KIND
    return ASKING if draft.poll else "Note"


def _written_at(draft: Draft, now: Millis) -> Millis:
    """The writer's word for a post that waited, never the future nor longer ago than a post may wait."""
    return now if draft.written_at is None else Millis(max(min(draft.written_at, now), now - repeats.LONGEST_WAIT))


def _author(tx: Tx, viewer: Viewer) -> AccountRow:
    author = accounts.by_id(tx, viewer.account)
    if author is None:
        raise NotFound("account")
    return author


def _parent(tx: Tx, viewer: Viewer, id: PostId | None) -> PostRow | None:
    return None if id is None else reading.post(tx, viewer, id).shown.post


def _quoting(
    tx: Tx, viewer: Viewer, draft: Draft, visibility: Visibility, written: wording.Written, to: Destination | None
) -> quotes.Quoting | None:
    if draft.quoted is None:
        return None
    named = {account.id for account in written.mentions}
    return quotes.quoting(tx, viewer, draft.quoted, visibility, named, to.community if to else None)


def _insert_received(
    tx: Tx,
    author: AccountRow,
    received: Received,
    parent: PostRow | None,
    published_at: Millis,
    ids: IdMaker,
    *,
    live: bool,
    now: Millis,
) -> PostRow:
    brought = emojis.receive(tx, author.domain, received.emojis, ids=ids, now=now)
    told = numbers.take_early(tx, received.uri)
    likes, boosts, replies = received.claims
    for _ in range(TRIES):
        id = PostId(ids.make() if live else ids.make(published_at))
        row = PostRow(
            id=id,
            uri=received.uri,
            url=received.url,
            author_id=author.id,
            is_local=False,
            is_history=not live,
            kind=received.kind,
            visibility=received.visibility,
            title=received.title,
            source="",
            html=received.html,
            spoiler=received.spoiler,
            sensitive=received.sensitive,
            language=received.language,
            boost_of_id=None,
            parent_id=parent.id if parent else None,
            parent_uri=received.parent_uri,
            parent_author_id=parent.author_id if parent else None,
            thread_id=parent.thread_id if parent else id,
            app_id=None,
            published_at=published_at,
            received_at=now,
            edited_at=received.edited_at,
            replies_count=0,
            boosts_count=0,
            likes_count=0,
            revision=0,
            interactions=received.interactions,
            emojis=brought,
            versions=languages.kept(received.versions),
            conversation=received.conversation or (parent.conversation if parent else ""),
            replies_url=received.replies_url,
            claimed_likes=likes or 0,
            claimed_boosts=boosts or 0,
            claimed_replies=replies or 0,
            community_id=received.community,
            minutes=received.article.prose.minutes if received.article else 0,
        )
        if post_rows.insert(tx, row):
            if received.gathering is None or received.gathering.occurrence == 1:
                posting.enter(tx, row, topic=topics.said(received.topic), now=now)
            if told is not None:
                numbers.tell(tx, row.id, told)
            # What moderators did before it came may have taken it out at once.
            return row if row.community_id is None else post_rows.by_id(tx, row.id) or row
    raise Conflict("try_again")


def _surfaced(tx: Tx, known: PostRow, author: AccountRow, ids: IdMaker, now: Millis) -> PostId:
    id = PostId(ids.make())
    threads.surface(tx, known.id, id, now)
    homes.rename_shown(tx, known.id, id)
    lists.rename_shown(tx, known.id, id)
    surfaced = events.PostSurfaced(
        by=author.id, host=author.domain, at=now, post=id, former=known.id, community=known.community_id
    )
    events.append(tx, surfaced)
    return id
