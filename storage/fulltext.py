"""The index of the words of posts: FTS5 on SQLite, `tsvector` on PostgreSQL, asked in one form."""

from collections.abc import Sequence

import msgspec

from storage.engine.database import Tx
from storage.engine.query import Query, Row
from storage.engine.statement import Engine
from storage.ids import AccountId, Millis, PostId
from storage.visibility import heard_by, visible_to, wanted_by


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """Conditions on posts beside their words; zero and empty mean: any. Times are UTC ms of writing."""

    author: AccountId = AccountId(0)
    domain: str = ""
    """A node; `.` for this one."""
    tag: str = ""
    language: str = ""
    since: Millis = Millis(0)
    until: Millis = Millis(0)
    media: str = ""
    """`any`, or the beginning of a MIME type: image, video, audio."""
    has_link: bool = False
    has_poll: bool = False
    is_reply: bool | None = None
    is_sensitive: bool | None = None
    own: bool = False
    """Only what the viewer wrote, liked, kept, boosted or is named in."""
    public: bool = False


class IndexedRow(Row, frozen=True, kw_only=True):
    """What of a post is indexed."""

    id: PostId
    title: str
    spoiler: str
    html: str
    language: str | None
    minutes: int = 0
    """Of an article: its words are elsewhere."""


_FORGET = Query(
    None,
    "DELETE FROM post_index WHERE rowid = :post",
    postgres="DELETE FROM post_index WHERE post_id = :post",
)
_KEEP = Query(
    None,
    "INSERT INTO post_index (rowid, plain, stems) VALUES (:post, :plain, :stems)",
    postgres="""
    INSERT INTO post_index (post_id, words)
    VALUES (:post, setweight(to_tsvector('simple', :plain), 'A') || setweight(to_tsvector('simple', :stems), 'B'))
    ON CONFLICT (post_id) DO UPDATE SET words = excluded.words""",
)
_TEXT = Query(
    IndexedRow,
    f"SELECT {IndexedRow.columns('p')} FROM posts AS p WHERE p.id = :post AND p.boost_of_id IS NULL",
    hot=True,
)
_NEXT = Query(
    IndexedRow,
    f"""
    SELECT {IndexedRow.columns("p")} FROM posts AS p
    WHERE p.id > :after AND p.boost_of_id IS NULL ORDER BY p.id LIMIT :limit""",
    hot=True,
)
_DESCRIPTIONS = Query(
    str,
    """
    SELECT m.description FROM media AS m
    WHERE m.post_id = :post AND m.is_former = 0 AND m.description <> ''
    ORDER BY m.position""",
    hot=True,
)
_OWN = """(p.author_id = :viewer
        OR EXISTS (SELECT 1 FROM likes AS sl WHERE sl.account_id = :viewer AND sl.post_id = p.id)
        OR EXISTS (SELECT 1 FROM bookmarks AS sb WHERE sb.account_id = :viewer AND sb.post_id = p.id)
        OR EXISTS (SELECT 1 FROM posts AS sp WHERE sp.boost_of_id = p.id AND sp.author_id = :viewer)
        OR EXISTS (SELECT 1 FROM mentions AS sm WHERE sm.post_id = p.id AND sm.account_id = :viewer))"""
_CONDITIONS = f"""p.boost_of_id IS NULL AND p.id < :before AND p.id > :floor
    AND (:author = 0 OR p.author_id = :author)
    AND (CAST(:domain AS TEXT) = '' OR EXISTS (
        SELECT 1 FROM accounts AS sd
        WHERE sd.id = p.author_id AND sd.domain = CASE WHEN :domain = '.' THEN '' ELSE :domain END))
    AND (CAST(:tag AS TEXT) = '' OR EXISTS (
        SELECT 1 FROM post_tags AS st JOIN tags AS sn ON sn.id = st.tag_id
        WHERE st.post_id = p.id AND sn.name = :tag))
    AND (CAST(:language AS TEXT) = '' OR p.language = :language OR p.language LIKE :language_region)
    AND (:since = 0 OR p.published_at >= :since)
    AND (:until = 0 OR p.published_at < :until)
    AND (CAST(:media AS TEXT) = '' OR EXISTS (
        SELECT 1 FROM media AS se
        WHERE se.post_id = p.id AND se.is_former = 0 AND (:media = 'any' OR se.mime LIKE :mime)))
    AND (:has_link = 0 OR p.html LIKE '%rel="nofollow%')
    AND (:has_poll = 0 OR p.kind = 'Question')
    AND (:is_reply = -1 OR :is_reply = CASE WHEN p.parent_uri IS NULL THEN 0 ELSE 1 END)
    AND (:is_sensitive = -1 OR :is_sensitive = CASE WHEN p.sensitive = 1 OR p.spoiler <> '' THEN 1 ELSE 0 END)
    AND (:own = 0 OR {_OWN})
    AND (:public = 0 OR p.visibility = 'public')
    AND (p.visibility <> 'unlisted' OR {_OWN} OR EXISTS (
        SELECT 1 FROM follows AS sf
        WHERE sf.follower_id = :viewer AND sf.followee_id = p.author_id AND sf.state = 'accepted'))
    AND {visible_to("p")} AND {wanted_by("p")} AND {heard_by("p")}
    ORDER BY p.id DESC LIMIT :limit OFFSET :offset"""
_WITH_WORDS = Query(
    PostId,
    f"""
    SELECT p.id FROM post_index AS w CROSS JOIN posts AS p ON p.id = w.rowid
    WHERE post_index MATCH :words AND {_CONDITIONS.replace("ORDER BY p.id", "ORDER BY w.rowid")}""",
    postgres=f"""
    SELECT p.id FROM post_index AS w JOIN posts AS p ON p.id = w.post_id
    WHERE w.words @@ CAST(:words AS tsquery) AND {_CONDITIONS}""",
)
_WITHOUT = Query(PostId, f"SELECT p.id FROM posts AS p WHERE {_CONDITIONS}")


def keep(tx: Tx, post: PostId, plain: str, stems: str) -> None:
    """Index the post under these words, in place of those it had."""
    tx.run(_FORGET, post=post)
    tx.run(_KEEP, post=post, plain=plain, stems=stems)


def text(tx: Tx, post: PostId) -> IndexedRow | None:
    """What of the post is indexed; None for a boost and for what is gone."""
    return tx.row(_TEXT, post=post)


def descriptions(tx: Tx, post: PostId) -> list[str]:
    """What the post's pictures show, in words."""
    return tx.rows(_DESCRIPTIONS, post=post)


def following(tx: Tx, after: PostId, limit: int) -> list[IndexedRow]:
    """Posts above an id in the order of ids: for indexing all of them."""
    return tx.rows(_NEXT, after=after, limit=limit)


def find(
    tx: Tx,
    viewer: AccountId,
    words: str,
    wanted: Wanted,
    *,
    before: int,
    floor: int,
    limit: int,
    offset: int,
    now: Millis,
) -> list[PostId]:
    """Posts that the viewer may see, newest first; quiet ones (unlisted) only if they follow the author or had to do
    with the post. `words` is a question of `question()`, or empty: any words."""
    query = _WITH_WORDS if words else _WITHOUT
    asked: dict[str, object] = {"words": words} if words else {}
    return tx.rows(
        query,
        **asked,
        viewer=viewer,
        author=wanted.author,
        domain=wanted.domain,
        tag=wanted.tag,
        language=wanted.language,
        language_region=f"{wanted.language}-%",
        since=wanted.since,
        until=wanted.until,
        media=wanted.media,
        mime=f"{wanted.media}/%",
        has_link=wanted.has_link,
        has_poll=wanted.has_poll,
        is_reply=_three(wanted.is_reply),
        is_sensitive=_three(wanted.is_sensitive),
        own=wanted.own,
        public=wanted.public,
        before=before,
        floor=floor,
        limit=limit,
        offset=offset,
        now=now,
    )


class Asked(msgspec.Struct, frozen=True):
    """One term of a question, in words that are letters and digits only."""

    plain: tuple[str, ...]
    stems: tuple[str, ...] = ()
    is_beginning: bool = False
    is_unwanted: bool = False


def question(engine: Engine, terms: Sequence[Asked]) -> str:
    """The terms in the engine's own language of questions; empty if none is wanted."""
    wanted = [term for term in terms if not term.is_unwanted]
    unwanted = [term for term in terms if term.is_unwanted]
    if not wanted:
        return ""
    form = _FTS5 if engine == "sqlite" else _TSQUERY
    both = form.all.join(form.term(term) for term in wanted)
    return "".join([f"({both})", *(f"{form.but}{form.term(term)}" for term in unwanted)])


class _Fts5:
    all = " AND "
    but = " NOT "

    @staticmethod
    def term(term: Asked) -> str:
        row = " ".join(term.plain)
        either = [f'{{plain}} : "{row}"' + (" *" if term.is_beginning else "")]
        either += [f'{{stems plain}} : "{stem}"' for stem in term.stems]
        return "(" + " OR ".join(either) + ")"


class _TsQuery:
    all = " & "
    but = " & !"

    @staticmethod
    def term(term: Asked) -> str:
        ending = ":*A" if term.is_beginning else ":A"
        either = ["(" + " <-> ".join(f"'{word}'{ending}" for word in term.plain) + ")"]
        either += [f"'{stem}'" for stem in term.stems]
        return "(" + " | ".join(either) + ")"


_FTS5 = _Fts5()
_TSQUERY = _TsQuery()


def _three(truth: bool | None) -> int:
    return -1 if truth is None else int(truth)
