"""Polls: their options, who voted, and for what. Figures of a poll of elsewhere are its author's node's word.

That nobody votes twice is the tables' work: one row a voter, one row a voter and option.
"""

from collections.abc import Sequence

from storage.engine.database import Tx
from storage.engine.query import Query, Row
from storage.ids import AccountId, Millis, PollId, PostId


class PollRow(Row, frozen=True, kw_only=True):
    """A poll as it is kept. Times are UTC ms.

    `expires_at` None: no end. `closed_at`: when its end was noticed. `voters_count` None: its node does not say.
    `claimed_at`: of when the figures of a poll of elsewhere are.
    """

    id: PollId
    post_id: PostId
    is_multiple: bool
    hides_totals: bool
    expires_at: Millis | None
    closed_at: Millis | None
    voters_count: int | None
    claimed_at: Millis
    created_at: Millis


class OptionRow(Row, frozen=True, kw_only=True):
    """One choice of a poll."""

    position: int
    title: str
    votes_count: int


class PolledRow(Row, frozen=True, kw_only=True):
    """A choice with its poll and whether the asking account took it."""

    poll: PollRow
    option: OptionRow
    is_mine: bool


class VoteRow(Row, frozen=True, kw_only=True):
    """A choice that somebody took."""

    account_id: AccountId
    position: int


class OursRow(Row, frozen=True, kw_only=True):
    """How often a choice was taken, of the votes that passed here."""

    position: int
    votes: int


_BY_ID = Query(PollRow, f"SELECT {PollRow.columns('q')} FROM polls AS q WHERE q.id = :id", hot=True)
_OF_POST = Query(PollRow, f"SELECT {PollRow.columns('q')} FROM polls AS q WHERE q.post_id = :post", hot=True)
_OPTIONS = Query(
    OptionRow,
    f"SELECT {OptionRow.columns('o')} FROM poll_options AS o WHERE o.poll_id = :poll ORDER BY o.position",
    hot=True,
)
_POLLED = Query(
    PolledRow,
    f"""
    SELECT {PollRow.columns("q")}, {OptionRow.columns("o")}, CASE WHEN EXISTS (
            SELECT 1 FROM poll_votes AS v
            WHERE v.poll_id = q.id AND v.account_id = :viewer AND v.position = o.position) THEN 1 ELSE 0 END AS is_mine
    FROM polls AS q JOIN poll_options AS o ON o.poll_id = q.id
    WHERE q.post_id IN (:ids[])
    ORDER BY q.id, o.position""",
    hot=True,
)
_INSERT = Query(
    None,
    """
    INSERT INTO polls (
        id, post_id, is_multiple, hides_totals, expires_at, closed_at, voters_count, claimed_at, created_at)
    VALUES (
        :id, :post_id, :is_multiple, :hides_totals, CAST(:expires_at AS BIGINT), CAST(:closed_at AS BIGINT),
        CAST(:voters_count AS BIGINT), :claimed_at, :created_at)""",
)
_INSERT_OPTION = Query(
    None,
    """
    INSERT INTO poll_options (poll_id, position, title, votes_count) VALUES (:poll, :position, :title, :votes_count)""",
)
_CHANGE = Query(
    None,
    """
    UPDATE polls
    SET is_multiple = :is_multiple, hides_totals = :hides_totals, expires_at = CAST(:expires_at AS BIGINT),
        closed_at = CAST(:closed_at AS BIGINT), voters_count = CAST(:voters_count AS BIGINT), claimed_at = :claimed_at
    WHERE id = :id""",
)
_CLAIM = Query(
    None, "UPDATE poll_options SET votes_count = :votes_count WHERE poll_id = :poll AND position = :position"
)
_CLOSE = Query(None, "UPDATE polls SET closed_at = :now WHERE id = :id AND closed_at IS NULL")
_TAKE_PART = Query(
    None,
    """
    INSERT INTO poll_voters (poll_id, account_id, voted_at) VALUES (:poll, :account, :now)
    ON CONFLICT (poll_id, account_id) DO NOTHING""",
)
_VOTE = Query(
    None,
    """
    INSERT INTO poll_votes (poll_id, account_id, position) VALUES (:poll, :account, :position)
    ON CONFLICT (poll_id, account_id, position) DO NOTHING""",
)
_COUNT_VOTER = Query(
    None, "UPDATE polls SET voters_count = voters_count + 1 WHERE id = :poll AND voters_count IS NOT NULL"
)
_COUNT_VOTE = Query(
    None, "UPDATE poll_options SET votes_count = votes_count + 1 WHERE poll_id = :poll AND position = :position"
)
_FORGET = Query(None, "DELETE FROM polls WHERE post_id = :post")
_FORGET_OPTIONS = Query(None, "DELETE FROM poll_options WHERE poll_id = :poll")
_FORGET_VOTES = Query(None, "DELETE FROM poll_votes WHERE poll_id = :poll")
_FORGET_VOTERS = Query(None, "DELETE FROM poll_voters WHERE poll_id = :poll")
_OURS = Query(
    OursRow,
    "SELECT v.position, COUNT(*) AS votes FROM poll_votes AS v WHERE v.poll_id = :poll GROUP BY v.position",
)
_OUR_VOTERS = Query(int, "SELECT COUNT(*) FROM poll_voters AS v WHERE v.poll_id = :poll")
_VOTES_OF = Query(
    VoteRow,
    """
    SELECT v.account_id, v.position FROM poll_votes AS v
    WHERE v.poll_id = :poll AND v.account_id IN (:accounts[])
    ORDER BY v.account_id, v.position""",
    hot=True,
)


def by_id(tx: Tx, id: PollId) -> PollRow | None:
    """The poll, whoever may see its post."""
    return tx.row(_BY_ID, id=id)


def of_post(tx: Tx, post: PostId) -> PollRow | None:
    """The poll of a post."""
    return tx.row(_OF_POST, post=post)


def options(tx: Tx, poll: PollId) -> list[OptionRow]:
    """The choices, in their order."""
    return tx.rows(_OPTIONS, poll=poll)


def polled(tx: Tx, posts: Sequence[PostId], viewer: AccountId) -> list[PolledRow]:
    """The polls of the posts, a row for each choice, with what the account took."""
    return tx.rows(_POLLED, ids=posts, viewer=viewer) if posts else []


def insert(tx: Tx, row: PollRow, choices: Sequence[OptionRow]) -> None:
    """Add a poll with its choices."""
    tx.run(
        _INSERT,
        id=row.id,
        post_id=row.post_id,
        is_multiple=row.is_multiple,
        hides_totals=row.hides_totals,
        expires_at=row.expires_at,
        closed_at=row.closed_at,
        voters_count=row.voters_count,
        claimed_at=row.claimed_at,
        created_at=row.created_at,
    )
    _insert_options(tx, row.id, choices)


def change(tx: Tx, row: PollRow) -> None:
    """Replace everything of a poll but its choices."""
    tx.run(
        _CHANGE,
        id=row.id,
        is_multiple=row.is_multiple,
        hides_totals=row.hides_totals,
        expires_at=row.expires_at,
        closed_at=row.closed_at,
        voters_count=row.voters_count,
        claimed_at=row.claimed_at,
    )


def replace_options(tx: Tx, poll: PollId, choices: Sequence[OptionRow]) -> None:
    """Other choices: all votes are gone."""
    tx.run(_FORGET_VOTES, poll=poll)
    tx.run(_FORGET_VOTERS, poll=poll)
    tx.run(_FORGET_OPTIONS, poll=poll)
    _insert_options(tx, poll, choices)


def claim(tx: Tx, poll: PollId, choices: Sequence[OptionRow]) -> None:
    """The figures that the author's node tells."""
    tx.many(_CLAIM, [{"poll": poll, "position": one.position, "votes_count": one.votes_count} for one in choices])


def votes_here(tx: Tx, poll: PollId) -> tuple[dict[int, int], int]:
    """The votes that passed here, by choice, and of how many people: of a poll of elsewhere, of people here."""
    votes = {row.position: row.votes for row in tx.rows(_OURS, poll=poll)}
    return votes, tx.value(_OUR_VOTERS, poll=poll)


def close(tx: Tx, id: PollId, now: Millis) -> bool:
    """The poll has ended; False if that was known."""
    return tx.run(_CLOSE, id=id, now=now) == 1


def take_part(tx: Tx, poll: PollId, account: AccountId, now: Millis) -> bool:
    """The account votes; False if it did before."""
    return tx.run(_TAKE_PART, poll=poll, account=account, now=now) == 1


def vote(tx: Tx, poll: PollId, account: AccountId, position: int) -> bool:
    """The account takes a choice; False if it did before."""
    return tx.run(_VOTE, poll=poll, account=account, position=position) == 1


def count_voter(tx: Tx, poll: PollId) -> None:
    """One more has voted, where the number is known."""
    tx.run(_COUNT_VOTER, poll=poll)


def count_vote(tx: Tx, poll: PollId, position: int) -> None:
    """The choice has one vote more."""
    tx.run(_COUNT_VOTE, poll=poll, position=position)


def forget(tx: Tx, post: PostId) -> bool:
    """The post asks nothing any more; False if it did not."""
    return tx.run(_FORGET, post=post) == 1


def votes_of(tx: Tx, poll: PollId, accounts: Sequence[AccountId]) -> list[VoteRow]:
    """What these accounts took."""
    return tx.rows(_VOTES_OF, poll=poll, accounts=accounts)


def _insert_options(tx: Tx, poll: PollId, choices: Sequence[OptionRow]) -> None:
    tx.many(
        _INSERT_OPTION,
        [
            {"poll": poll, "position": one.position, "title": one.title, "votes_count": one.votes_count}
            for one in choices
        ],
    )
