"""Posts: what people write, and boosts of it (a boost is a post with `boost_of_id`)."""

from collections.abc import Sequence

from storage import quotes
from storage.accounts import AccountRow
from storage.engine.database import Tx
from storage.engine.query import Query, Row
from storage.ids import AccountId, AppId, Millis, PostId, TagId
from storage.visibility import Visibility, visible_to, visible_to_host


class PostRow(Row, frozen=True, kw_only=True):
    """One post as it is kept. Times are UTC ms; `received_at` is arrival here, `published_at` the author's word.

    `emojis` and `versions` are JSON (`social/emojis.py`, `social/posts/languages.py`), empty for none. `conversation`
    is the id of the thread's collection; the claims are what the author's node says of a post of elsewhere.
    """

    id: PostId
    uri: str
    url: str
    author_id: AccountId
    is_local: bool
    is_history: bool
    kind: str
    visibility: Visibility
    title: str
    source: str
    html: str
    spoiler: str
    sensitive: bool
    language: str | None
    boost_of_id: PostId | None
    parent_id: PostId | None
    parent_uri: str | None
    parent_author_id: AccountId | None
    thread_id: PostId
    app_id: AppId | None
    published_at: Millis
    received_at: Millis
    edited_at: Millis | None
    replies_count: int
    boosts_count: int
    likes_count: int
    revision: int
    quotes_count: int = 0
    interactions: str = ""
    emojis: str = ""
    versions: str = ""
    conversation: str = ""
    replies_url: str = ""
    claimed_likes: int = 0
    claimed_boosts: int = 0
    claimed_replies: int = 0
    approved_by: str = ""
    """By what the author of the answered post agreed, where its node asks for that."""
    community_id: AccountId | None = None
    """The community that it was written in; with `followers`, its members are the audience."""
    removed_at: Millis | None = None
    """When a moderator of the community took it out: nobody but its author sees it."""
    kudos: str = ""
    """The value of the company in whose name it thanks somebody; empty: it thanks nobody."""
    minutes: int = 0
    """About how long one reads an article; 0 for what is none."""

    @property
    def likes_shown(self) -> int:
        """Likes known here, or as many as the author's node says if those are more: its word, which nobody checked."""
        return max(self.likes_count, self.claimed_likes)

    @property
    def boosts_shown(self) -> int:
        """The same of boosts."""
        return max(self.boosts_count, self.claimed_boosts)

    @property
    def replies_shown(self) -> int:
        """The same of answers."""
        return max(self.replies_count, self.claimed_replies)


class ShownRow(Row, frozen=True, kw_only=True):
    """A post with its author, the app it was written with, and what it quotes.

    `group_…` is the community that it stands in, `by_guest` whether its author was a guest there.
    `quote_state` is as the viewer sees it, empty without a quote; `quoted_id` only of one that was agreed to.
    """

    post: PostRow
    author: AccountRow
    app_name: str | None
    app_website: str | None
    quoted_uri: str | None
    quote_stamp: str | None
    has_card: bool
    must_read: bool
    by_guest: bool
    group_name: str | None
    group_domain: str | None
    group_url: str | None
    group_uri: str | None
    quote_state: str
    quoted_id: PostId | None


class MentionRow(Row, frozen=True, kw_only=True):
    """Somebody a post is addressed to. `silent`: addressed without being named in the text."""

    post_id: PostId
    account_id: AccountId
    username: str
    domain: str
    url: str
    uri: str
    silent: bool


class TagRow(Row, frozen=True, kw_only=True):
    """A hashtag of a post: `name` for comparing, `display` as first written."""

    post_id: PostId
    name: str
    display: str


class _AroundRow(Row, frozen=True, kw_only=True):
    post_id: PostId
    account_id: AccountId
    username: str
    domain: str
    url: str
    uri: str
    silent: bool
    is_tag: bool


_SHOWN_COLUMNS = f"""{PostRow.columns("p")}, {AccountRow.columns("a")}, app.name AS app_name,
        app.website AS app_website, q.quoted_uri, q.stamp_uri AS quote_stamp,
        CASE WHEN EXISTS (SELECT 1 FROM post_cards AS pc WHERE pc.post_id = p.id) THEN 1 ELSE 0 END AS has_card,
        CASE WHEN EXISTS (SELECT 1 FROM announcements AS pw WHERE pw.post_id = p.id) THEN 1 ELSE 0 END AS must_read,
        CASE WHEN p.community_id IS NOT NULL AND EXISTS (
            SELECT 1 FROM placements AS pg WHERE pg.post_id = p.id AND pg.by_guest = 1) THEN 1 ELSE 0 END AS by_guest,
        g.username AS group_name, g.domain AS group_domain, g.url AS group_url, g.uri AS group_uri"""
_SHOWN_TABLES = """
    FROM posts AS p
    JOIN accounts AS a ON a.id = p.author_id
    LEFT JOIN apps AS app ON app.id = p.app_id
    LEFT JOIN quotes AS q ON q.post_id = p.id
    LEFT JOIN accounts AS g ON g.id = p.community_id"""
_WITH_BOOSTED = """p.id IN (
        SELECT i.id FROM posts AS i WHERE i.id IN (:ids[])
        UNION SELECT i.boost_of_id FROM posts AS i WHERE i.id IN (:ids[]) AND i.boost_of_id IS NOT NULL)"""

_SHOWN_TO = Query(
    ShownRow,
    f"""
    SELECT {_SHOWN_COLUMNS}, {quotes.seen()} {_SHOWN_TABLES}
    WHERE {_WITH_BOOSTED} AND {visible_to("p")}""",
    hot=True,
)
_SHOWN_TO_HOST = Query(
    ShownRow,
    f"""
    SELECT {_SHOWN_COLUMNS}, {quotes.seen_by_host()} {_SHOWN_TABLES}
    WHERE {_WITH_BOOSTED} AND {visible_to_host("p")}""",
)
_BY_ID = Query(PostRow, f"SELECT {PostRow.columns('p')} FROM posts AS p WHERE p.id = :id", hot=True)
_BY_URI = Query(PostRow, f"SELECT {PostRow.columns('p')} FROM posts AS p WHERE p.uri = :uri", hot=True)
_BY_URL = Query(
    PostRow, f"SELECT {PostRow.columns('p')} FROM posts AS p WHERE p.url = :url ORDER BY p.id LIMIT 1", hot=True
)
_BOOST_BY = Query(
    PostRow,
    f"SELECT {PostRow.columns('p')} FROM posts AS p WHERE p.boost_of_id = :post AND p.author_id = :author",
    hot=True,
)
_WRITTEN = tuple(
    name
    for name in PostRow.__struct_fields__
    if name not in ("replies_count", "boosts_count", "likes_count", "quotes_count", "revision")
)
_OPTIONAL = ("edited_at", "community_id", "removed_at")
_VALUES = ", ".join(f"CAST(:{name} AS BIGINT)" if name in _OPTIONAL else f":{name}" for name in _WRITTEN)
_INSERT = Query(
    None,
    f"INSERT INTO posts ({', '.join(_WRITTEN)}) VALUES ({_VALUES}) ON CONFLICT DO NOTHING",
)
_REWRITE = Query(
    None,
    """
    UPDATE posts
    SET kind = :kind, title = :title, source = :source, html = :html, spoiler = :spoiler, sensitive = :sensitive,
        language = :language, edited_at = :edited_at, emojis = :emojis, versions = :versions, minutes = :minutes,
        revision = revision + 1
    WHERE id = :id""",
)
_PERMIT = Query(
    None,
    """
    UPDATE posts SET interactions = :interactions, revision = revision + 1
    WHERE id = :id AND interactions <> :interactions""",
)
_APPROVE = Query(
    None, "UPDATE posts SET approved_by = :uri, revision = revision + 1 WHERE id = :id AND approved_by <> :uri"
)
_ADOPT_INTO = Query(
    None, "UPDATE posts SET community_id = :community, revision = revision + 1 WHERE id = :id AND community_id IS NULL"
)
_TOUCH = Query(None, "UPDATE posts SET revision = revision + 1 WHERE id = :id")
_DELETE = Query(None, "DELETE FROM posts WHERE id = :id")
_BOOSTS_OF = Query(PostRow, f"SELECT {PostRow.columns('p')} FROM posts AS p WHERE p.boost_of_id = :post")
_MENTION = Query(
    None,
    """
    INSERT INTO mentions (post_id, account_id, silent) VALUES (:post_id, :account_id, :silent)
    ON CONFLICT (post_id, account_id) DO NOTHING""",
)
_MENTIONED = Query(AccountId, "SELECT account_id FROM mentions WHERE post_id = :post ORDER BY account_id", hot=True)
_TAG = Query(
    TagId,
    """
    INSERT INTO tags (id, name, display, created_at) VALUES (:id, :name, :display, :now)
    ON CONFLICT (name) DO UPDATE SET name = tags.name
    RETURNING id""",
)
_TAGGED = Query(
    None, "INSERT INTO post_tags (tag_id, post_id) VALUES (:tag_id, :post_id) ON CONFLICT (tag_id, post_id) DO NOTHING"
)
_FORGET_TAGS = Query(None, "DELETE FROM post_tags WHERE post_id = :post")
_AROUND = Query(
    _AroundRow,
    """
    SELECT m.post_id, m.account_id, a.username, a.domain, a.url, a.uri, m.silent, 0 AS is_tag
    FROM mentions AS m JOIN accounts AS a ON a.id = m.account_id
    WHERE m.post_id IN (:ids[])
    UNION ALL
    SELECT pt.post_id, t.id, t.name, t.display, '', '', 0, 1
    FROM post_tags AS pt JOIN tags AS t ON t.id = pt.tag_id
    WHERE pt.post_id IN (:ids[])
    ORDER BY 1, 2""",
    hot=True,
)
_COUNT_REPLY = Query(
    None, "UPDATE posts SET replies_count = replies_count + :by, revision = revision + 1 WHERE id = :id"
)
_COUNT_BOOST = Query(None, "UPDATE posts SET boosts_count = boosts_count + :by, revision = revision + 1 WHERE id = :id")
_COUNT_LIKE = Query(None, "UPDATE posts SET likes_count = likes_count + :by, revision = revision + 1 WHERE id = :id")
_COUNT_OF_AUTHOR = Query(
    None,
    """
    UPDATE accounts
    SET posts_count = posts_count + :by,
        last_post_at = CASE WHEN :by > 0 AND COALESCE(last_post_at, 0) < :at THEN :at ELSE last_post_at END,
        revision = revision + 1
    WHERE id = :author""",
)


def shown_to(tx: Tx, ids: Sequence[PostId], viewer: AccountId) -> list[ShownRow]:
    """The posts of `ids`, and what they boost, that the account may see; no order."""
    return tx.rows(_SHOWN_TO, ids=ids, viewer=viewer)


def shown_to_host(tx: Tx, ids: Sequence[PostId], host: str) -> list[ShownRow]:
    """The posts of `ids`, and what they boost, that may be handed to the node `host`; no order."""
    return tx.rows(_SHOWN_TO_HOST, ids=ids, host=host)


def around(tx: Tx, ids: Sequence[PostId]) -> tuple[dict[PostId, list[MentionRow]], dict[PostId, list[TagRow]]]:
    """Mentions and tags of the posts, by post, in one statement."""
    mentions: dict[PostId, list[MentionRow]] = {}
    tags: dict[PostId, list[TagRow]] = {}
    for row in tx.rows(_AROUND, ids=ids):
        if row.is_tag:
            tag = TagRow(post_id=row.post_id, name=row.username, display=row.domain)
            tags.setdefault(row.post_id, []).append(tag)
        else:
            mention = MentionRow(**{name: getattr(row, name) for name in MentionRow.__struct_fields__})
            mentions.setdefault(row.post_id, []).append(mention)
    return mentions, tags


def by_id(tx: Tx, id: PostId) -> PostRow | None:
    """The post, whoever may see it: for commands that check themselves."""
    return tx.row(_BY_ID, id=id)


def by_uri(tx: Tx, uri: str) -> PostRow | None:
    """The post with that ActivityPub id."""
    return tx.row(_BY_URI, uri=uri)


def by_url(tx: Tx, url: str) -> PostRow | None:
    """The post with that page."""
    return tx.row(_BY_URL, url=url)


def boost_by(tx: Tx, post: PostId, author: AccountId) -> PostRow | None:
    """The boost of `post` by `author`."""
    return tx.row(_BOOST_BY, post=post, author=author)


def boosts_of(tx: Tx, post: PostId) -> list[PostRow]:
    """Every boost of the post."""
    return tx.rows(_BOOSTS_OF, post=post)


def insert(tx: Tx, row: PostRow) -> bool:
    """Add the post with zero counters; False if its id, uri or (boosted, author) is taken."""
    return tx.run(_INSERT, **{name: getattr(row, name) for name in _WRITTEN}) == 1


def rewrite(tx: Tx, row: PostRow) -> None:
    """Replace what an edit may change: kind, title, words, warning, language, time of the edit."""
    tx.run(
        _REWRITE,
        id=row.id,
        kind=row.kind,
        title=row.title,
        source=row.source,
        html=row.html,
        spoiler=row.spoiler,
        sensitive=row.sensitive,
        language=row.language,
        edited_at=row.edited_at,
        emojis=row.emojis,
        versions=row.versions,
        minutes=row.minutes,
    )


def permit(tx: Tx, id: PostId, interactions: str) -> bool:
    """Who may do what with the post from now on; False if it was so before."""
    return tx.run(_PERMIT, id=id, interactions=interactions) == 1


def approve(tx: Tx, id: PostId, uri: str) -> bool:
    """By what an answer was agreed to (empty: it was not); False if it was so before."""
    return tx.run(_APPROVE, id=id, uri=uri) == 1


def adopt_into(tx: Tx, id: PostId, community: AccountId) -> bool:
    """The post was written in the community; False if it is in one."""
    return tx.run(_ADOPT_INTO, id=id, community=community) == 1


def touch(tx: Tx, id: PostId) -> None:
    """Mark what was rendered of the post as old."""
    tx.run(_TOUCH, id=id)


def remove(tx: Tx, id: PostId) -> bool:
    """Delete the row and all that hangs on it (boosts, mentions, likes, entries, notifications)."""
    return tx.run(_DELETE, id=id) == 1


def mention(tx: Tx, post: PostId, accounts: Sequence[AccountId], *, silent: bool = False) -> None:
    """Address the post to the accounts."""
    if accounts:
        tx.many(_MENTION, [{"post_id": post, "account_id": account, "silent": silent} for account in accounts])


def mentioned(tx: Tx, post: PostId) -> list[AccountId]:
    """Accounts the post is addressed to, silent ones too."""
    return tx.rows(_MENTIONED, post=post)


def tag(tx: Tx, post: PostId, id: TagId, name: str, display: str, now: Millis) -> None:
    """Put the post under a hashtag, made with `id` if it is new."""
    tx.run(_TAGGED, tag_id=tx.value(_TAG, id=id, name=name, display=display, now=now), post_id=post)


def forget_tags(tx: Tx, post: PostId) -> None:
    """Take the post out of its hashtags."""
    tx.run(_FORGET_TAGS, post=post)


def count_reply(tx: Tx, id: PostId, by: int) -> None:
    """Add `by` to the number of answers."""
    tx.run(_COUNT_REPLY, id=id, by=by)


def count_boost(tx: Tx, id: PostId, by: int) -> None:
    """Add `by` to the number of boosts."""
    tx.run(_COUNT_BOOST, id=id, by=by)


def count_like(tx: Tx, id: PostId, by: int) -> None:
    """Add `by` to the number of likes."""
    tx.run(_COUNT_LIKE, id=id, by=by)


def count_of_author(tx: Tx, author: AccountId, by: int, at: Millis) -> None:
    """Add `by` to the author's number of posts; a new post also moves the time of the last one."""
    tx.run(_COUNT_OF_AUTHOR, author=author, by=by, at=at)
