"""The inbox worker: applies what was accepted, many activities in one transaction.

What needs the network (an unknown actor, an object named by its id) is fetched before, beside the others, and applied
when it is there. A batch in which something fails is undone and done again, each activity in a savepoint of its own; so
a poisoned one costs itself and nobody else. The order of arrival is kept as far as nothing has to wait: what overtakes
another ends in the same state.
"""

import asyncio
import logging
import random
from collections.abc import Callable, Sequence

import msgspec

from federation.communities.belief import Believer
from federation.document import BadDocument, decode, id_of
from federation.errors import PeerError, Refused, TooLarge, Unreachable
from federation.incoming import featured, forwarding, hosting, reactions
from federation.incoming.apply import Half, apply
from federation.incoming.arrived import (
    ASKING,
    Arrived,
    Context,
    Disagreement,
    Outcome,
    Stranger,
    arrived,
    with_object,
)
from federation.names import BadName, parse_url
from federation.policy import Policy
from federation.resolver import Budget, Exhausted, Resolver
from federation.wire import Wire
from social.clock import DAY, HOUR, MINUTE, SECOND
from social.errors import Conflict, SocialError
from storage import inbox, known
from storage.accounts import AccountKind, AccountRow
from storage.engine.database import Tx
from storage.engine.errors import StorageError
from storage.ids import InboxId, Millis
from storage.inbox import InboxRow, Settled

logger = logging.getLogger("archipel.inbox")

BATCH = 60
FETCHING = 16
"""Activities for which something is being fetched at the same time."""
WAITING = 500
IDLE_SECONDS = 30.0
DELAYS = (2 * SECOND, 15 * SECOND, MINUTE, 10 * MINUTE, HOUR, 6 * HOUR, DAY)
STRANGERS = 5


def retry_after(attempt: int) -> int | None:
    """Milliseconds until the try after `attempt` (1 is the first), or None: given up, kept for the operator."""
    return DELAYS[attempt - 1] if attempt <= len(DELAYS) else None


class Needs(msgspec.Struct, frozen=True, kw_only=True):
    """What has to be fetched before an activity can be applied; `people` are fetched if it can be done.

    `belief`: what a community brings has to be looked at.
    """

    actor: str | None = None
    object: str | None = None
    post: str | None = None
    people: tuple[str, ...] = ()
    belief: bool = False

    def __bool__(self) -> bool:
        return bool(self.actor or self.object or self.post or self.people or self.belief)


class Ready(msgspec.Struct, frozen=True, kw_only=True):
    """A row of the inbox and what it says."""

    row: InboxRow
    arrived: Arrived


class InboxWorker:
    """One task of the node."""

    def __init__(self, wire: Wire, policy: Policy, resolver: Resolver, believer: Believer) -> None:
        self._wire = wire
        self._policy = policy
        self._resolver = resolver
        self._believer = believer
        self._wake = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._fetching: dict[InboxId, asyncio.Task[None]] = {}
        self._slots = asyncio.Semaphore(FETCHING)
        self._unsubscribe: Callable[[], None] = lambda: None

    async def start(self) -> None:
        """Begin with what waits."""
        if self._wire.db.engine == "postgres":
            # Another process may have stored something; this one's own door calls `wake`.
            self._unsubscribe = self._wire.db.on_commit(self._wake.set)
        self._task = asyncio.create_task(self._run(), name="inbox")

    def wake(self) -> None:
        """Something was stored."""
        self._wake.set()

    async def stop(self) -> None:
        """End; what was not applied waits for the next start."""
        self._unsubscribe()
        tasks = [*self._fetching.values(), *([self._task] if self._task else [])]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def settle(self) -> None:
        """Apply everything that is due now, fetches included; for tests and for the demo's seed."""
        while await self._turn() or self._fetching:
            if self._fetching:
                await asyncio.wait(list(self._fetching.values()), return_when=asyncio.FIRST_COMPLETED)

    async def _run(self) -> None:
        while True:
            self._wake.clear()
            try:
                while await self._turn():
                    continue
                wait = await self._until_next()
            except Exception:
                # Whatever it is: an inbox that stands still is worse than one that tries once more.
                logger.exception("the inbox could not be worked off; trying again")
                wait = 1.0
            try:
                async with asyncio.timeout(wait):
                    await self._wake.wait()
            except TimeoutError:
                continue

    async def _turn(self) -> int:
        """One batch. How many activities it had; 0 when nothing is due, or too much is being fetched."""
        if len(self._fetching) >= WAITING:
            return 0
        rows = await self._wire.db.read(inbox.due, self._wire.clock(), list(self._fetching), BATCH)
        if not rows:
            return 0
        context = await self._context()
        ready, settled = self._opened(rows)
        allowed = await self._policy.admits()
        needs = await self._wire.db.read(_needs, ready, context, allowed)
        for one in ready:
            if needs[one.row.id]:
                self._fetch(one, needs[one.row.id], context)
        at_once = [one for one in ready if one.row.id not in self._fetching]
        await self._apply(at_once, settled, context)
        return len(rows)

    def _opened(self, rows: Sequence[InboxRow]) -> tuple[list[Ready], list[Settled]]:
        """What the rows say; what cannot be read is settled."""
        ready: list[Ready] = []
        refused: list[Settled] = []
        limit = self._wire.settings.posts.remote_limit
        for row in rows:
            try:
                said = arrived(row.activity_id, decode(row.body.encode()), insecure=self._wire.insecure, limit=limit)
                ready.append(Ready(row=row, arrived=said))
            except (BadDocument, Disagreement) as error:
                refused.append(Settled(id=row.id, state=Outcome.REFUSED, error=str(error)))
            except Exception as error:
                # A mistake of ours: it costs this activity, and not all that others sent.
                logger.exception("activity %s could not be read", row.activity_id)
                refused.append(Settled(id=row.id, state=inbox.FAILED, error=repr(error)[:500]))
        return ready, refused

    async def _apply(self, ready: Sequence[Ready], settled: Sequence[Settled], context: Context) -> None:
        if not ready and not settled:
            return
        now = self._wire.clock()
        try:
            await self._wire.db.write(_apply_all, ready, settled, context, now)
        except StorageError as error:
            logger.warning("a batch of the inbox failed (%s); going on one by one", error)
            await self._wire.db.write(_apply_each, ready, settled, context, now)
        except Exception as error:
            # Whatever it was, each activity answers for itself now, and the one that is broken keeps its error.
            logger.info("a batch of the inbox failed (%r); going on one by one", error)
            await self._wire.db.write(_apply_each, ready, settled, context, now)

    def _fetch(self, one: Ready, needs: Needs, context: Context) -> None:
        task = asyncio.create_task(self._after_fetching(one, needs, context), name=f"inbox {one.row.id}")
        self._fetching[one.row.id] = task
        task.add_done_callback(lambda done: self._fetched(one.row.id, done))

    def _fetched(self, id: InboxId, task: "asyncio.Task[None]") -> None:
        self._fetching.pop(id, None)
        self._wake.set()
        if not task.cancelled() and task.exception() is not None:
            logger.error("an activity could not be prepared", exc_info=task.exception())

    async def _after_fetching(self, one: Ready, needs: Needs, context: Context) -> None:
        async with self._slots:
            try:
                one = await self._prepared(one, needs)
            except Disagreement as error:
                await self._settle(one.row, Outcome.REFUSED, str(error))
                return
            except (Unreachable, Exhausted) as error:
                await self._wire.db.write(_put_off, one.row, str(error), self._wire.clock())
                return
            except Refused as error:
                if error.status >= 500 or error.status in (401, 403, 408, 429):
                    await self._wire.db.write(_put_off, one.row, str(error), self._wire.clock())
                else:
                    await self._settle(one.row, Outcome.UNRELATED, str(error))
                return
            except PeerError as error:
                outcome = Outcome.REFUSED if isinstance(error, TooLarge) else Outcome.UNRELATED
                await self._settle(one.row, outcome, str(error))
                return
            except Exception as error:
                # A mistake of ours: tried again later, not at once and for ever.
                logger.exception("activity %s could not be prepared", one.arrived.id)
                await self._wire.db.write(_put_off, one.row, repr(error), self._wire.clock())
                return
        await self._apply([one], [], context)

    async def _prepared(self, one: Ready, needs: Needs) -> Ready:
        """The activity with what it needs stored here. Raises PeerError, Disagreement."""
        budget = Budget()
        said = one.arrived
        if needs.actor is not None:
            await self._resolver.actor(needs.actor, budget)
        if needs.object is not None:
            document = await self._resolver.document(needs.object, budget)
            limit = self._wire.settings.posts.remote_limit
            said = with_object(said, document.fields, insecure=self._wire.insecure, limit=limit)
        if needs.post is not None:
            await self._resolver.post(needs.post, budget)
        if needs.belief:
            said = await self._believer.believe(said, budget)
        if needs.people:
            await self._resolver.introduce(needs.people, budget)
        return Ready(row=one.row, arrived=said)

    async def _settle(self, row: InboxRow, outcome: Outcome, error: str) -> None:
        await self._wire.db.write(inbox.settle, [Settled(id=row.id, state=outcome, error=error[:500])])

    async def _context(self) -> Context:
        node = await self._resolver.node()
        return Context(self._wire.ids, self._wire.urls, node, self._wire.settings, self._wire.insecure)

    async def _until_next(self) -> float:
        due = await self._wire.db.read(inbox.next_due, list(self._fetching))
        if due is None or len(self._fetching) >= WAITING:
            return IDLE_SECONDS
        return min(max(due - self._wire.clock(), 0) / 1000, IDLE_SECONDS)


def _needs(tx: Tx, ready: Sequence[Ready], context: Context, allowed: Callable[[str], bool]) -> dict[InboxId, Needs]:
    """What each activity needs, asked in two statements for all of them (and one for each boost of an unknown post)."""
    said = [one.arrived for one in ready]
    brought = [one.wrapped for one in said if one.wrapped is not None]
    actors = {one.activity.actor for one in [*said, *brought]}
    named = {uri for one in [*said, *brought] for uri in _named(one)}
    here = {row.uri: row for row in known.accounts(tx, sorted(actors | named))}
    boosted = {one.id: reactions.announced(one.activity.object) for one in said if one.activity.kind == "Announce"}
    asking = {one.wanted for one in said if one.kind == ASKING and one.wanted}
    brought_ids = {one.object_id for one in brought if one.object_id}
    posts = set(known.posts(tx, sorted({*asking, *brought_ids, *(uri for uri in boosted.values() if uri)})))
    return {
        one.row.id: Needs(
            actor=None if one.arrived.activity.actor in here else one.arrived.activity.actor,
            object=None if one.arrived.kind == ASKING and one.arrived.wanted in posts else one.arrived.wanted,
            post=_post_needed(tx, one.arrived, boosted.get(one.arrived.id), posts, here, context),
            people=_people_needed(one.arrived.wrapped or one.arrived, here, allowed),
            belief=_belief_needed(one.arrived, posts, here),
        )
        for one in ready
    }


def _post_needed(
    tx: Tx, said: Arrived, target: str | None, posts: set[str], here: dict[str, AccountRow], context: Context
) -> str | None:
    actor = here.get(said.activity.actor)
    if actor is not None and said.kind == "Add":
        pinned = featured.wanted_post(tx, actor, said, context)
        return pinned if pinned is not None and not known.posts(tx, [pinned]) else None
    if target is None or target in posts or actor is None or _is_of_community(said, here):
        return None
    visibility = reactions.boost_visibility(said.activity, actor.followers_url)
    return target if reactions.is_wanted(tx, actor, visibility, context) else None


def _belief_needed(said: Arrived, posts: set[str], here: dict[str, AccountRow]) -> bool:
    """Not where an author's own node was faster: then only the place is told, and that is the announcer's to say."""
    if said.wrapped is None or not _is_of_community(said, here):
        return False
    author = here.get(said.wrapped.activity.actor)
    if author is not None and author.is_local:
        return False
    if said.is_believed:
        return author is None
    return not (said.wrapped.activity.kind == "Create" and said.wrapped.object_id in posts)


def _is_of_community(said: Arrived, here: dict[str, AccountRow]) -> bool:
    """Whether a Group brings an activity; who announces it may be unknown yet."""
    by = here.get(said.activity.actor)
    return said.wrapped is not None and (by is None or by.kind is AccountKind.GROUP)


def _people_needed(said: Arrived, here: dict[str, AccountRow], allowed: Callable[[str], bool]) -> tuple[str, ...]:
    strangers = [uri for uri in _named(said) if uri not in here]
    return tuple(uri for uri in strangers if allowed(_host(uri)))[:STRANGERS]


def _named(said: Arrived) -> list[str]:
    """Whom a post mentions; who is to come into which community, and who asks to."""
    if said.kind == "Offer" and said.activity.object is not None:
        asker = id_of((said.activity.object.fields or {}).get("actor"))
        return [asker] if asker else []
    if said.kind == "Invite":
        target = said.activity.target
        return [uri for uri in (said.object_id, target.id if target is not None else None) if uri]
    return [mention.href for mention in said.post.mentions] if said.post is not None else []


def _host(uri: str) -> str:
    try:
        return parse_url(uri).authority
    except BadName:
        return ""


def _apply_all(
    tx: Tx, ready: Sequence[Ready], settled: Sequence[Settled], context: Context, now: Millis
) -> list[Settled]:
    """The quick way: all or nothing."""
    held = set(inbox.hold(tx, [one.row.id for one in ready]))
    done = [_settled(one, _applied(tx, one, context, now)) for one in ready if one.row.id in held]
    inbox.settle(tx, [*settled, *done])
    return done


def _apply_each(
    tx: Tx, ready: Sequence[Ready], settled: Sequence[Settled], context: Context, now: Millis
) -> list[Settled]:
    """The careful way: each for itself."""
    held = set(inbox.hold(tx, [one.row.id for one in ready]))
    done: list[Settled] = []
    for one in ready:
        if one.row.id not in held:
            continue
        try:
            with tx.savepoint():
                done.append(_settled(one, _applied(tx, one, context, now)))
        except Disagreement as error:
            done.append(Settled(id=one.row.id, state=Outcome.REFUSED, error=str(error)))
        except Half as error:
            if isinstance(error.__cause__, Conflict):
                _put_off(tx, one.row, repr(error.__cause__), now)
            else:
                done.append(Settled(id=one.row.id, state=Outcome.REFUSED, error=repr(error.__cause__)[:500]))
        except (SocialError, StorageError, Stranger) as error:
            _put_off(tx, one.row, repr(error), now)
        except Exception as error:
            logger.exception("activity %s", one.arrived.id)
            _put_off(tx, one.row, repr(error), now)
    inbox.settle(tx, [*settled, *done])
    return done


def _applied(tx: Tx, one: Ready, context: Context, now: Millis) -> Outcome:
    way = forwarding.way_of(tx, one.row, one.arrived)
    task = hosting.task_of(tx, one.arrived)
    outcome = apply(tx, one.arrived, context, now)
    if task is not None:
        hosting.done(tx, one.row, one.arrived, task, outcome, context, now)
    elif outcome is Outcome.APPLIED:
        forwarding.forward(tx, one.row, one.arrived, way, context, now)
    return outcome


def _settled(one: Ready, outcome: Outcome) -> Settled:
    return Settled(id=one.row.id, state=outcome)


def _put_off(tx: Tx, row: InboxRow, error: str, now: Millis) -> None:
    delay = retry_after(row.attempts + 1)
    if delay is None:
        inbox.settle(tx, [Settled(id=row.id, state=inbox.FAILED, error=error[:500])])
    else:
        spread = random.uniform(0.7, 1.0)  # noqa: S311  # spreads retries, guards nothing
        inbox.later(tx, row.id, Millis(now + int(delay * spread)), error[:500])
