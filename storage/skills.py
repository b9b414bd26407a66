"""Skills: what people say they know how to do, who says so too, and how they are found by it."""

from collections.abc import Sequence

from storage.accounts import AccountRow
from storage.engine.database import Tx
from storage.engine.query import Query, Row
from storage.ids import AccountId, Millis, PostId
from storage.kudos import Consent
from storage.wanted import person_wanted


class SkillRow(Row, frozen=True, kw_only=True):
    """A skill of somebody. `name`: as it is compared."""

    account_id: AccountId
    name: str
    display: str


class EndorsedRow(Row, frozen=True, kw_only=True):
    """Somebody known here who says that another has the skill."""

    account_id: AccountId
    name: str
    state: Consent
    given: bool
    by: AccountRow


class SaidRow(Row, frozen=True, kw_only=True):
    """One half or both of an endorsement, by ids of actors."""

    of_uri: str
    name: str
    by_uri: str
    given: bool
    state: Consent


class WroteRow(Row, frozen=True, kw_only=True):
    """A post and who wrote it."""

    id: PostId
    url: str
    published_at: Millis
    author: AccountRow


class CountedRow(Row, frozen=True, kw_only=True):
    """How many people share a skill."""

    name: str
    people: int


_LISTED = """a.suspended_at IS NULL AND a.deleted_at IS NULL AND a.silenced_at IS NULL AND a.host_silenced = 0
        AND a.kind <> 'application'"""
_OF = Query(
    SkillRow,
    f"""
    SELECT {SkillRow.columns("s")} FROM skills AS s
    WHERE s.account_id IN (:accounts[]) ORDER BY s.account_id, s.position""",
    hot=True,
)
_CLAIM = Query(
    None,
    """
    INSERT INTO skills (account_id, name, display, position) VALUES (:account, :name, :display, :position)
    ON CONFLICT (account_id, name) DO UPDATE SET display = excluded.display, position = excluded.position
    WHERE skills.display <> excluded.display OR skills.position <> excluded.position""",
)
_DROP = Query(None, "DELETE FROM skills WHERE account_id = :account AND name = :name")
_DROP_ENDORSED = Query(None, "DELETE FROM skill_endorsements WHERE of_uri = :of AND name = :name")
_GIVE = Query(
    None,
    """
    INSERT INTO skill_endorsements (of_uri, name, by_uri, given, state, at) VALUES (:of, :name, :by, 1, 'asked', :now)
    ON CONFLICT (of_uri, name, by_uri) DO UPDATE SET given = 1
    WHERE skill_endorsements.given = 0""",
)
_ANSWER = Query(
    None,
    """
    INSERT INTO skill_endorsements (of_uri, name, by_uri, given, state, at) VALUES (:of, :name, :by, 0, :state, :now)
    ON CONFLICT (of_uri, name, by_uri) DO UPDATE SET state = excluded.state
    WHERE skill_endorsements.state <> excluded.state""",
)
_TAKE_BACK = Query(
    None, "DELETE FROM skill_endorsements WHERE of_uri = :of AND name = :name AND by_uri = :by AND given = 1"
)
_GIVEN_BY = Query(
    SaidRow,
    f"""
    SELECT {SaidRow.columns("e")} FROM skill_endorsements AS e
    WHERE e.by_uri IN (:uris[]) AND e.given = 1 ORDER BY e.by_uri, e.at DESC, e.of_uri, e.name""",
    hot=True,
)
_SAID_OF = Query(
    SaidRow,
    f"""
    SELECT {SaidRow.columns("e")} FROM skill_endorsements AS e
    WHERE e.of_uri IN (:uris[]) ORDER BY e.of_uri, e.name, e.at DESC, e.by_uri""",
    hot=True,
)
_ENDORSED = Query(
    EndorsedRow,
    f"""
    SELECT a.id AS account_id, e.name, e.state, e.given, {AccountRow.columns("b")}
    FROM accounts AS a
    JOIN skill_endorsements AS e ON e.of_uri = a.uri
    JOIN skills AS s ON s.account_id = a.id AND s.name = e.name
    JOIN accounts AS b ON b.uri = e.by_uri
    WHERE a.id IN (:accounts[]) AND e.given = 1 AND e.state IN (:states[])
        AND b.suspended_at IS NULL AND b.deleted_at IS NULL
    ORDER BY a.id, e.name, e.at DESC, b.id""",
    hot=True,
)
# A scan of the skills: some for each of the thousands of a group.
_FOUND = Query(
    AccountRow,
    f"""
    SELECT {AccountRow.columns("a")}
    FROM accounts AS a
    WHERE a.id IN (
            SELECT s.account_id FROM skills AS s
            WHERE (' ' || s.name) LIKE :first AND (' ' || s.name) LIKE :second
                AND (' ' || s.name) LIKE :third AND (' ' || s.name) LIKE :fourth)
        AND {_LISTED} AND {person_wanted("a")}
    ORDER BY a.search_name, a.id
    LIMIT :limit""",
)
_MOST_SHARED = Query(
    CountedRow,
    f"""
    SELECT MIN(s.display) AS name, COUNT(*) AS people
    FROM skills AS s JOIN accounts AS a ON a.id = s.account_id
    WHERE {_LISTED}
    GROUP BY s.name
    ORDER BY COUNT(*) DESC, s.name
    LIMIT :limit""",
)
_WROTE = Query(
    WroteRow,
    f"""
    SELECT p.id, p.url, p.published_at, {AccountRow.columns("a")}
    FROM posts AS p JOIN accounts AS a ON a.id = p.author_id
    WHERE p.id IN (:posts[]) AND {_LISTED}
    ORDER BY p.id DESC""",
)
_FORGET_ENDORSED = Query(
    None,
    """
    DELETE FROM skill_endorsements
    WHERE of_uri IN (SELECT a.uri FROM accounts AS a WHERE a.domain = :host)
        OR by_uri IN (SELECT a.uri FROM accounts AS a WHERE a.domain = :host)""",
)
_FORGET_SKILLS = Query(
    None, "DELETE FROM skills WHERE account_id IN (SELECT a.id FROM accounts AS a WHERE a.domain = :host)"
)


def of(tx: Tx, accounts: Sequence[AccountId]) -> list[SkillRow]:
    """What these people say they know how to do, in their order."""
    return tx.rows(_OF, accounts=accounts) if accounts else []


def claim(tx: Tx, account: AccountId, name: str, display: str, position: int) -> bool:
    """Somebody has a skill; whether that is new."""
    return tx.run(_CLAIM, account=account, name=name, display=display, position=position) == 1


def drop(tx: Tx, account: AccountId, uri: str, name: str) -> bool:
    """Somebody has a skill no more, and nobody says so of them; False if they had it not."""
    tx.run(_DROP_ENDORSED, of=uri, name=name)
    return tx.run(_DROP, account=account, name=name) == 1


def give(tx: Tx, of: str, name: str, by: str, now: Millis) -> bool:
    """One says that another has the skill; whether that is new."""
    return tx.run(_GIVE, of=of, name=name, by=by, now=now) == 1


def take_back(tx: Tx, of: str, name: str, by: str) -> bool:
    """One says so no more; False if they did not."""
    return tx.run(_TAKE_BACK, of=of, name=name, by=by) == 1


def answer(tx: Tx, of: str, name: str, by: str, state: Consent, now: Millis) -> bool:
    """Whoever has the skill says whether that is shown; whether it is new."""
    return tx.run(_ANSWER, of=of, name=name, by=by, state=state.value, now=now) == 1


def given_by(tx: Tx, uris: Sequence[str]) -> list[SaidRow]:
    """What these people say of others, the latest first for each."""
    return tx.rows(_GIVEN_BY, uris=uris) if uris else []


def said_of(tx: Tx, uris: Sequence[str]) -> list[SaidRow]:
    """What is said of these people, the latest first for each skill; halves too."""
    return tx.rows(_SAID_OF, uris=uris) if uris else []


def endorsed(tx: Tx, accounts: Sequence[AccountId], states: Sequence[Consent]) -> list[EndorsedRow]:
    """Who says so of these people's skills, in these states of their consent."""
    return tx.rows(_ENDORSED, accounts=accounts, states=[state.value for state in states]) if accounts else []


def found(tx: Tx, viewer: AccountId, words: Sequence[str], limit: int, now: Millis) -> list[AccountRow]:
    """People with a skill that has each of the words, or words that begin so; four words count. By name."""
    patterns = [f"% {word}%" for word in words[:4]] + ["%"] * max(0, 4 - len(words))
    first, second, third, fourth = patterns
    return tx.rows(_FOUND, viewer=viewer, first=first, second=second, third=third, fourth=fourth, limit=limit, now=now)


def most_shared(tx: Tx, limit: int) -> list[CountedRow]:
    """Skills that most people have."""
    return tx.rows(_MOST_SHARED, limit=limit)


def wrote(tx: Tx, posts: Sequence[PostId]) -> list[WroteRow]:
    """Who wrote these posts, newest first."""
    return tx.rows(_WROTE, posts=posts) if posts else []


def forget_host(tx: Tx, host: str) -> None:
    """A node left the group: skills of its people, what others said of them, what they said of others."""
    tx.run(_FORGET_SKILLS, host=host)
    tx.run(_FORGET_ENDORSED, host=host)
