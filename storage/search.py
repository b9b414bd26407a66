"""Finding people and hashtags by the beginning of their words."""

from collections.abc import Sequence

from storage.accounts import AccountRow
from storage.engine.database import Tx
from storage.engine.query import Query, Row
from storage.ids import AccountId
from storage.visibility import known_to, visible_to

WORDS = 6
"""Words of a question that are looked at."""


class TagFoundRow(Row, frozen=True, kw_only=True):
    """A hashtag that somebody used in public."""

    name: str
    display: str


_FOUND = f"""
    SELECT {AccountRow.columns("a")}
    FROM accounts AS a
    LEFT JOIN follows AS f ON f.follower_id = :viewer AND f.followee_id = a.id AND f.state = 'accepted'
    WHERE a.suspended_at IS NULL AND a.deleted_at IS NULL AND a.kind <> 'application'
        AND {known_to("a")} AND (:following = 0 OR f.id IS NOT NULL)"""
_ORDER = """
    ORDER BY CASE WHEN a.username_key = :exact THEN 0 ELSE 1 END, CASE WHEN f.id IS NULL THEN 1 ELSE 0 END,
        CASE WHEN a.domain = '' THEN 0 ELSE 1 END, a.followers_count DESC, a.id
    LIMIT :limit OFFSET :offset"""
HAS_WORDS = " AND ".join(f"a.search_name LIKE :word{place} ESCAPE '!'" for place in range(WORDS))
"""Condition: some word of the search name of `a` begins with each of the words of `patterns`."""
# A scan of the accounts, bounded by the size of a group (thousands); measured at 2,000 accounts: under 2 ms.
_BY_WORDS = Query(
    AccountRow,
    f"""{_FOUND}
        AND ((a.discoverable = 1 AND a.silenced_at IS NULL AND a.host_silenced = 0)
            OR f.id IS NOT NULL OR a.id = :viewer OR a.username_key = :exact)
        AND {HAS_WORDS} {_ORDER}""",
)
_BY_HANDLE = Query(
    AccountRow,
    f"""{_FOUND}
        AND a.username_key LIKE :name ESCAPE '!'
        AND (a.domain LIKE :domain ESCAPE '!' OR (a.domain = '' AND a.uri LIKE :origin ESCAPE '!'))
        AND ((a.discoverable = 1 AND a.silenced_at IS NULL AND a.host_silenced = 0)
            OR f.id IS NOT NULL OR a.id = :viewer OR a.username_key = :exact) {_ORDER}""",
)
_TAGS = Query(
    TagFoundRow,
    f"""
    SELECT t.name, t.display
    FROM tags AS t
    WHERE t.name LIKE :prefix ESCAPE '!' AND EXISTS (
        SELECT 1 FROM post_tags AS x JOIN posts AS p ON p.id = x.post_id
        WHERE x.tag_id = t.id AND p.visibility = 'public' AND {visible_to("p")})
    ORDER BY CASE WHEN t.name = :exact THEN 0 ELSE 1 END, t.name
    LIMIT :limit OFFSET :offset""",
)


def _prefix(text: str) -> str:
    """A LIKE pattern of what begins with `text`."""
    return "".join(f"!{letter}" if letter in "!%_" else letter for letter in text) + "%"


def patterns(words: Sequence[str]) -> dict[str, str]:
    """The parameters of `HAS_WORDS`: the first `WORDS` of the words; none of them: everybody."""
    begun = [f"% {_prefix(word)}" for word in words[:WORDS]]
    return {f"word{place}": begun[place] if place < len(begun) else "%" for place in range(WORDS)}


def by_words(
    tx: Tx, viewer: AccountId, words: list[str], exact: str, limit: int, offset: int, *, following: bool
) -> list[AccountRow]:
    """Accounts of whose search name some word begins with each of the words (the first `WORDS` of them)."""
    return tx.rows(
        _BY_WORDS,
        viewer=viewer,
        exact=exact,
        limit=limit,
        offset=offset,
        following=following,
        **patterns(words),
    )


def by_handle(
    tx: Tx, viewer: AccountId, name: str, domain: str, limit: int, offset: int, *, following: bool
) -> list[AccountRow]:
    """Accounts whose name begins with `name` on nodes, this one included, whose domain begins with `domain`."""
    return tx.rows(
        _BY_HANDLE,
        viewer=viewer,
        exact=name,
        name=_prefix(name),
        domain=_prefix(domain),
        origin=f"%://{_prefix(domain)}",
        limit=limit,
        offset=offset,
        following=following,
    )


def tags(tx: Tx, viewer: AccountId, name: str, limit: int, offset: int) -> list[TagFoundRow]:
    """Hashtags that begin with `name` and stand in a public post that the viewer may see."""
    return tx.rows(_TAGS, viewer=viewer, prefix=_prefix(name), exact=name, limit=limit, offset=offset)
