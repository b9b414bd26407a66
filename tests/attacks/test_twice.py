"""The same thing sent several times at the same moment counts once, and two who want the one thing do not both get it.

On PostgreSQL each statement waits a little, so that transactions do run beside each other.
"""

from collections.abc import Awaitable, Callable
from typing import Any

import msgspec
import pytest

from social.announcements import publish as announcing
from social.announcements import questions, validity
from social.communities import communities, membership, moderation, pages
from social.gatherings import answers as coming
from social.gatherings.drafts import GatheringDraft
from social.people import received, relations
from social.policy import Role
from social.posts import edit, pins, polls, publish, reactions
from social.posts.polls import PollDraft
from social.posts.publish import Draft
from social.recognition import kudos, pulse, skills
from social.recognition.kudos import Thanks
from social.rolls import calls
from storage import announcements as announcement_rows
from storage import communities as community_rows
from storage import memberships
from storage import pins as pin_rows
from storage import posts as post_rows
from storage.communities import CommunityState, Entry
from storage.engine.database import Database, Tx
from storage.engine.query import Query, Row
from storage.ids import AccountId, Millis, PollId, PostId
from storage.memberships import Level, MemberRole, MemberState
from storage.visibility import Visibility
from tests.attacks.meeting import TIMES, at_once
from tests.outages.snapshot import counts, snapshot
from tests.social.announcements.newsroom import Newsroom
from tests.social.communities.harbour import community, join
from tests.social.recognition.test_pulse import opened
from tests.world import World


class SumRow(Row, frozen=True, kw_only=True):
    """A figure that is kept, and what it is when it is counted."""

    kept: int
    counted: int


_POLL = Query(PollId, "SELECT c.id FROM polls AS c WHERE c.post_id = :post")
_POST_OF = Query(PostId, "SELECT c.post_id FROM polls AS c WHERE c.id = :poll")
_ROLLS = Query(int, "SELECT COUNT(*) FROM roll_calls AS r WHERE r.ended_at IS NULL")
_SUMS = Query(
    SumRow,
    """
    SELECT p.likes_count AS kept, (SELECT COUNT(*) FROM likes AS l WHERE l.post_id = p.id) AS counted FROM posts AS p
    UNION ALL
    SELECT p.boosts_count, (SELECT COUNT(*) FROM posts AS b WHERE b.boost_of_id = p.id) FROM posts AS p
    UNION ALL
    SELECT a.followers_count, (
            SELECT COUNT(*) FROM follows AS f WHERE f.followee_id = a.id AND f.state = 'accepted')
    FROM accounts AS a
    UNION ALL
    SELECT c.voters_count, (SELECT COUNT(*) FROM poll_voters AS v WHERE v.poll_id = c.id) FROM polls AS c
    UNION ALL
    SELECT o.votes_count, (
            SELECT COUNT(*) FROM poll_votes AS v WHERE v.poll_id = o.poll_id AND v.position = o.position)
    FROM poll_options AS o""",
)


class Quay(msgspec.Struct, frozen=True, kw_only=True):
    """What amina and bruno have put before everybody."""

    world: World
    post: PostId
    poll: PollId
    gathering: PostId
    must_read: PostId
    open: AccountId
    closed: AccountId
    week: str

    async def write(self, verb: Callable[..., Any], *words: Any, **more: Any) -> Any:
        """Run a command now."""
        return await self.world.db.write(verb, *words, **more, now=self.world.clock())


@pytest.fixture
async def quay(crowded: Database) -> Quay:
    world = World(crowded)
    week = await opened(world)
    await world.person("bruno", role=Role.COMMUNICATOR)
    await world.person("chief", role=Role.ADMIN)
    await world.db.write(skills.claim, world.viewer("amina"), "TIG", now=world.clock())
    asked = await world.say("amina", "Soup?", poll=PollDraft(options=("Yes", "No"), expires_in=3_600))
    gathering = GatheringDraft(starts_at=Millis(world.clock() + 86_400_000), timezone="Europe/Paris")
    return Quay(
        world=world,
        post=await world.say("amina", "Line 3 stops"),
        poll=await world.db.read(lambda tx: tx.value(_POLL, post=asked)),
        gathering=await world.say("amina", "Come", title="Match", gathering=gathering),
        must_read=await Newsroom(world).announce(),
        open=await community(world, "amina", "football"),
        closed=await community(world, "amina", "chess", entry=Entry.REQUEST),
        week=week,
    )


async def votes(on: Quay, name: str) -> None:
    await on.write(polls.vote, on.world.viewer(name), on.poll, [0])


async def says_how_it_is(on: Quay, name: str) -> None:
    await on.write(pulse.answer, on.world.viewer(name), on.week, 3)


async def has_read(on: Quay, name: str) -> None:
    await Newsroom(on.world).confirm(name, on.must_read)


async def comes(on: Quay, name: str) -> None:
    more = {"ids": on.world.ids, "urls": on.world.urls}
    await on.write(coming.answer, on.world.viewer(name), on.gathering, "yes", **more)


async def thanks(on: Quay, name: str) -> None:
    said = Thanks(to=(on.world.id("amina"),), value="Safety", text="Merci.", line="Kudos", idempotency=name)
    await on.write(kudos.give, on.world.viewer(name), said, context=on.world.context)


async def endorses(on: Quay, name: str) -> None:
    await on.write(skills.endorse, on.world.viewer(name), on.world.id("amina"), "tig")


async def claims(on: Quay, name: str) -> None:
    await on.write(skills.claim, on.world.viewer(name), "Welding")


async def likes(on: Quay, name: str) -> None:
    await on.world.like(name, on.post)


async def boosts(on: Quay, name: str) -> None:
    await on.world.boost(name, on.post)


async def bookmarks(on: Quay, name: str) -> None:
    await on.write(reactions.bookmark, on.world.viewer(name), on.post, context=on.world.context)


async def follows(on: Quay, name: str) -> None:
    await on.world.follow(name, "amina")


async def blocks(on: Quay, name: str) -> None:
    more = {"ids": on.world.ids, "urls": on.world.urls}
    await on.write(relations.block, on.world.viewer(name), on.world.id("bruno"), **more)


async def joins(on: Quay, name: str) -> None:
    await join(on.world, name, on.open)


async def asks_to_join(on: Quay, name: str) -> None:
    await join(on.world, name, on.closed, reason="I play")


async def publishes(on: Quay, name: str) -> None:
    draft = Draft(text=f"From {name} #quay @amina", idempotency=name)
    await on.write(publish.publish, on.world.viewer(name), draft, context=on.world.context)


async def likes_from_elsewhere(on: Quay, name: str) -> None:
    them = await on.world.elsewhere(name)
    row = await on.world.db.read(post_rows.by_id, on.post)
    assert row is not None
    await on.write(reactions.receive_like, them, row, f"{them.uri}#likes/1", ids=on.world.ids)


async def boosts_from_elsewhere(on: Quay, name: str) -> None:
    them = await on.world.elsewhere(name)
    row = await on.world.db.read(post_rows.by_id, on.post)
    boost = f"{them.uri}/boosts/1"
    more = {"ids": on.world.ids, "live": True}
    await on.write(reactions.receive_boost, them, row, boost, Visibility.PUBLIC, on.world.clock(), **more)


async def follows_from_elsewhere(on: Quay, name: str) -> None:
    them, amina = await on.world.elsewhere(name), await on.world.row(on.world.id("amina"))
    await on.write(received.receive_follow, them, amina, f"{them.uri}#follows/1", ids=on.world.ids)


async def votes_from_elsewhere(on: Quay, name: str) -> None:
    them = await on.world.elsewhere(name)
    row = await on.world.db.read(post_rows.by_id, await on.world.db.read(lambda tx: tx.value(_POST_OF, poll=on.poll)))
    await on.write(polls.receive_vote, them, row, "Yes")


async def begins_a_page(on: Quay, name: str) -> None:
    more = {"ids": on.world.ids, "urls": on.world.urls}
    await on.write(pages.write, on.world.viewer("amina"), on.open, f"Rules of {name}", "Be kind.", **more)


Act = Callable[[Quay, str], Awaitable[None]]
ACTS: tuple[Act, ...] = (
    votes, says_how_it_is, has_read, comes, thanks, endorses, claims, likes, boosts, bookmarks, follows, blocks,
    joins, asks_to_join, publishes, likes_from_elsewhere, boosts_from_elsewhere, follows_from_elsewhere,
    votes_from_elsewhere, begins_a_page,
)  # fmt: skip

SAID_AGAIN = {follows_from_elsewhere}
"""What is answered each time, for the answer may have been lost."""


@pytest.mark.usefixtures("slow")
@pytest.mark.parametrize("act", [pytest.param(act, id=act.__name__) for act in ACTS])
async def test_what_is_sent_several_times_at_once_counts_once(quay: Quay, db_url: str, act: Act) -> None:
    for name in ("luc", "karim", "noor"):
        if "elsewhere" in act.__name__:
            await quay.world.elsewhere(name)
    await act(quay, "luc")
    begin = counts(snapshot(db_url))
    await act(quay, "karim")
    once = counts(snapshot(db_url))
    refused = await at_once(*(act(quay, "noor") for _ in range(TIMES)))
    assert len(refused) < TIMES
    several = counts(snapshot(db_url))
    alone, together = grown(begin, once), grown(once, several)
    if act in SAID_AGAIN:
        alone["events"] = together["events"]
    assert together == alone != {}
    sums = await quay.world.db.read(lambda tx: tx.rows(_SUMS))
    assert [one for one in sums if one.kept != one.counted] == []


def grown(before: dict[str, int], after: dict[str, int]) -> dict[str, int]:
    """By table, by how many rows."""
    return {table: after[table] - before[table] for table in after if after[table] != before[table]}


@pytest.mark.usefixtures("slow")
async def test_two_answers_to_questions_at_once_are_both_kept(quay: Quay) -> None:
    """Two communicators answer two readers: neither writes over the other."""
    bruno = quay.world.viewer("bruno")
    asked = [f"Which quay {number}?" for number in range(TIMES)]
    refused = await at_once(*(quay.write(announcing.answer, bruno, quay.must_read, one, "Quay 3") for one in asked))
    row = await quay.world.db.read(announcement_rows.by_post, quay.must_read)
    assert row is not None
    assert len(questions.answered(row)) == TIMES - len(refused)


@pytest.mark.usefixtures("slow")
async def test_a_close_and_an_answer_at_once_leave_it_closed_and_answered(quay: Quay) -> None:
    bruno = quay.world.viewer("bruno")
    await at_once(
        quay.write(announcing.answer, bruno, quay.must_read, "Which?", "Quay 3"),
        quay.write(validity.close, bruno, quay.must_read),
    )
    row = await quay.world.db.read(announcement_rows.by_post, quay.must_read)
    assert row is not None and row.valid_until == quay.world.clock()
    assert len(questions.answered(row)) == 1


@pytest.mark.usefixtures("slow")
async def test_of_several_who_begin_a_roll_call_at_once_one_does(quay: Quay) -> None:
    chief, bruno = (quay.world.viewer(name) for name in ("chief", "bruno"))
    await at_once(*(quay.write(calls.begin, who, "Fire", ids=quay.world.ids) for who in (chief, bruno, chief, bruno)))
    assert await quay.world.db.read(lambda tx: tx.value(_ROLLS)) == 1


@pytest.mark.usefixtures("slow")
async def test_two_hosts_who_leave_at_once_leave_one(quay: Quay) -> None:
    for name in ("luc", "noor"):
        await joins(quay, name)
        more = {"id": quay.open, "account": quay.world.id(name), "role": MemberRole.HOST}
        await quay.write(membership.set_role, quay.world.viewer("amina"), **more)
    await quay.write(membership.leave, quay.world.viewer("amina"), quay.open)
    refused = await at_once(
        *(quay.write(membership.leave, quay.world.viewer(name), quay.open) for name in ("luc", "noor"))
    )
    assert len(refused) == 1
    assert len(await quay.world.db.read(memberships.with_roles, quay.open, [MemberRole.HOST])) == 1


@pytest.mark.usefixtures("slow")
async def test_of_two_who_write_over_one_version_one_is_told(quay: Quay) -> None:
    await begins_a_page(quay, "play")
    (row,) = await quay.world.db.read(pages.pages, quay.world.viewer("amina"), quay.open)
    for name in ("luc", "noor"):
        await joins(quay, name)
    more = {"version": 1, "ids": quay.world.ids, "urls": quay.world.urls}
    refused = await at_once(
        *(
            quay.write(pages.change, quay.world.viewer(name), quay.open, row.slug, row.title, f"Of {name}", **more)
            for name in ("luc", "noor")
        )
    )
    assert len(refused) == 1
    assert [
        one.version for one in await quay.world.db.read(pages.history, quay.world.viewer("luc"), quay.open, row.slug)
    ] == [2, 1]


@pytest.mark.usefixtures("slow")
async def test_no_more_are_pinned_than_may_be_however_fast(quay: Quay) -> None:
    posts = [await quay.world.say("luc", f"Number {number}") for number in range(pins.MOST + 3)]
    await at_once(*(quay.write(pins.pin, quay.world.viewer("luc"), post, ids=quay.world.ids) for post in posts))
    assert await quay.world.db.read(pin_rows.count, quay.world.id("luc")) <= pins.MOST


@pytest.mark.usefixtures("slow")
@pytest.mark.parametrize("how", ["reads", "prefers", "is warned"])
async def test_a_member_who_is_banned_meanwhile_stays_banned(quay: Quay, how: str) -> None:
    """What is written of a membership takes nothing back of what moderators did."""
    world, chief = quay.world, quay.world.viewer("amina")
    await joins(quay, "luc")
    luc = world.viewer("luc")
    own: Callable[[], Awaitable[Any]] = {
        "reads": lambda: quay.write(membership.read, luc, quay.open),
        "prefers": lambda: quay.write(membership.prefer, luc, quay.open, level=Level.ALL),
        "is warned": lambda: quay.write(moderation.warn, chief, quay.open, luc.account, "Calm down."),
    }[how]
    for _ in range(3):
        world.clock.pass_by(minutes=1)
        await at_once(quay.write(membership.ban, chief, quay.open, luc.account), *(own() for _ in range(TIMES - 1)))
        row = await world.db.read(memberships.one, quay.open, luc.account)
        assert row is not None and row.state is MemberState.BANNED
        await quay.write(membership.unban, chief, quay.open, luc.account)
        await joins(quay, "luc")


@pytest.mark.usefixtures("slow")
async def test_what_is_done_with_a_post_that_is_deleted_meanwhile_is_done_or_refused(quay: Quay) -> None:
    world = quay.world
    amina, luc = world.viewer("amina"), world.viewer("luc")
    post = await world.say("amina", "Now you see it")
    answers = (
        quay.write(publish.publish, luc, Draft(text=f"{number}.", parent=post), context=world.context)
        for number in range(3)
    )
    acts = (reactions.like, reactions.boost, reactions.bookmark)
    await at_once(
        *answers,
        quay.write(edit.delete, amina, post),
        *(quay.write(act, luc, post, context=world.context) for act in acts),
    )
    assert await world.db.read(post_rows.by_id, post) is None


@pytest.mark.usefixtures("slow")
async def test_a_community_that_is_archived_while_somebody_writes_stays_so(quay: Quay) -> None:
    for number in range(3):
        await quay.world.db.write(_asks_whether_it_lives, quay.open, quay.world.clock())
        writes = (
            quay.write(publish.publish, quay.world.viewer("amina"), Draft(text=f"{number}.{n}", community=quay.open),
                context=quay.world.context)
            for n in range(TIMES - 1)
        )  # fmt: skip
        await at_once(*writes, quay.write(communities.archive, quay.world.viewer("amina"), quay.open))
        row = await quay.world.db.read(community_rows.by_id, quay.open)
        assert row is not None and row.state is CommunityState.ARCHIVED
        await quay.write(communities.reopen, quay.world.viewer("amina"), quay.open)


def _asks_whether_it_lives(tx: Tx, id: AccountId, now: Millis) -> None:
    row = community_rows.by_id(tx, id)
    assert row is not None
    community_rows.rewrite(tx, msgspec.structs.replace(row, asked_at=now))
