"""Attacks on what people of several nodes have in common: communities, gatherings, must-reads.

ground = await laid(node, foe, stage, amina)        amina keeps a community and plans a gathering of two seats
plays = attacks(ground)                             by name; each raises AssertionError if it was not refused
await unharmed(ground)                              afterwards, when the node has nothing more to do
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import msgspec

from social.announcements.audience import Wave
from social.announcements.statements import COUNT_KIND, KIND, Asking, Count, sign_asking, sign_count
from social.clock import DAY, HOUR, iso
from social.communities import communities
from social.communities.communities import NewCommunity
from social.gatherings.drafts import GatheringDraft
from social.posts.publish import Context, Draft, publish
from social.trust.node_keys import make_node_key
from storage.communities import Entry
from storage.engine.database import Tx
from storage.engine.query import Query
from storage.ids import AccountId, Millis
from tests.attacks.foe import PUBLIC, Foe
from tests.attacks.stage import Stage
from tests.sites import Person, ProcessNode
from tests.world import one_pair

FLOOD = 30
SEATS = 2
MANY = 3_000
"""Topics in one document: as many as are still read."""
REFUSED = {202, 400, 401, 403, 429, 503}
"""Some are taken in and then come to nothing: what is kept afterwards shows it."""
MOMENTS = ("9999-12-31T23:59:59-23:59", "10000-01-01T00:00:00Z", "+10000-01-01T00:00:00Z", "0000-01-01T00:00:00Z")

_COMING = Query(
    int,
    """
    SELECT COUNT(*) FROM participations AS p JOIN posts AS q ON q.id = p.post_id
    WHERE q.uri = :uri AND p.state = 'going'""",
)
_IN_CLUB = Query(int, "SELECT COUNT(*) FROM posts AS p WHERE p.community_id = :club")
_PAGES = Query(int, "SELECT COUNT(*) FROM community_pages AS g WHERE g.community_id = :club")
_MEMBERS = Query(int, "SELECT COUNT(*) FROM memberships AS m WHERE m.community_id = :club AND m.state = 'member'")
_MOVED = Query(int, "SELECT COUNT(*) FROM accounts AS a WHERE a.id = :club AND a.moved_to <> ''")
_ASKED = Query(int, "SELECT COUNT(*) FROM announcements")
_COUNTED = Query(int, "SELECT COUNT(*) FROM announcement_counts")


class Ground(msgspec.Struct, frozen=True, kw_only=True):
    """A community that is entered on request, a gathering of two seats, and a foe's community."""

    node: ProcessNode
    foe: Foe
    stage: Stage
    amina: Person
    club: AccountId
    group: str
    gathering: str
    theirs: str


Play = Callable[[Ground], Awaitable[None]]


async def laid(node: ProcessNode, foe: Foe, stage: Stage, amina: Person) -> Ground:
    """What is attacked."""
    now = node.clock()
    new = NewCommunity(username="club", keys=one_pair(), entry=Entry.REQUEST)
    row = await node.write(communities.create, amina.viewer, new, ids=node.ids, urls=node.urls, now=now)
    match = GatheringDraft(
        starts_at=Millis(now + DAY), ends_at=Millis(now + DAY + HOUR), timezone="Europe/Paris", seats=SEATS
    )
    context, draft = Context(node.ids, node.urls, node.settings), Draft(text="x", title="Match", gathering=match)
    post = await node.write(publish, amina.viewer, draft, context=context, now=now)
    return Ground(
        node=node,
        foe=foe,
        stage=stage,
        amina=amina,
        club=row.id,
        group=node.urls.actor("club"),
        gathering=node.urls.post_uri("amina", post),
        theirs=foe.actor("lure_group", type="Group"),
    )


def attacks(on: Ground) -> dict[str, Callable[[], Awaitable[None]]]:
    """All of them, by name."""
    return {name: _bound(play, on) for name, play in PLAYS.items()}


async def unharmed(on: Ground) -> None:
    """Nobody got in, nothing was put into the community of here, no seat was given twice, nothing counted."""

    def counted(tx: Tx) -> list[int]:
        of_club = [tx.value(query, club=on.club) for query in (_IN_CLUB, _PAGES, _MOVED)]
        return [*of_club, tx.value(_MEMBERS, club=on.club), tx.value(_ASKED), tx.value(_COUNTED)]

    assert await on.node.read(counted) == [0, 0, 0, 1, 0, 0]
    coming = await on.node.read(lambda tx: tx.value(_COMING, uri=on.gathering))
    assert coming <= SEATS, coming
    for path in ("/api/v1/timelines/home", "/api/v1/notifications"):
        await on.node.api("GET", path, on.amina, limit=40)


def _bound(play: Play, on: Ground) -> Callable[[], Awaitable[None]]:
    return lambda: play(on)


async def _told(on: Ground, *activities: dict[str, Any], by: str = "") -> None:
    statuses = await asyncio.gather(*(on.foe.tell(on.node, activity, by=by) for activity in activities))
    assert set(statuses) <= REFUSED, statuses


async def _forged_announce(on: Ground) -> None:
    """A group that is not the host says what was said in the community; so does the host's name by another key."""
    note = on.foe.note(on.stage.eve, "<p>faux</p>", to=[on.group, PUBLIC], audience=on.group)
    create = on.foe.activity(on.stage.eve, "Create", note, to=note["to"], audience=on.group)
    await _told(on, on.foe.activity(on.theirs, "Announce", create, to=[PUBLIC], audience=on.group))
    await _told(on, on.foe.activity(on.theirs, "Announce", note["id"], to=[PUBLIC], audience=on.group))
    await _told(on, on.foe.activity(on.group, "Announce", create, to=[PUBLIC]), by=on.theirs)
    ended = on.foe.activity(on.stage.eve, "Delete", on.stage.post)
    await _told(on, on.foe.activity(on.theirs, "Announce", ended, to=[PUBLIC], audience=on.group))


async def _joins(on: Ground) -> None:
    """Thirty actors made for the purpose want two seats, and to be members."""
    comers = [on.foe.actor(f"lure_comer{number}") for number in range(FLOOD)]
    await _told(on, *(on.foe.activity(comer, "Join", on.gathering) for comer in comers))
    await _told(on, *(on.foe.activity(comer, "Join", on.group) for comer in comers[:5]))
    accept = {"type": "Join", "actor": comers[0], "object": on.gathering}
    await _told(on, on.foe.activity(comers[0], "Accept", accept))


async def _counts(on: Ground) -> None:
    """Numbers, and something to read, of a node that no manifest names."""
    key, now = make_node_key(), on.node.clock()
    count = Count(type=COUNT_KIND, post=on.stage.post, version=1, asked=9, seen=9, acknowledged=9, questions=0, at=now)
    said = {"id": f"{on.foe.node}#n", "type": "Acknowledgements", "statement": sign_count(key, count)}
    await _told(on, *(on.foe.activity(by, "Update", said) for by in (on.foe.node, on.stage.eve)))
    post = on.foe.create(on.foe.actor("lure_speaker"), "<p>faux</p>", to=on.stage.names())
    asking = Asking(
        type=KIND, post=post["object"]["id"], version=1, texts={"und": "0" * 64}, audience=(Wave(at=now),),
        valid_from=now, urgent=True, reason="faux", at=now,
    )  # fmt: skip
    post["object"]["mustRead"] = msgspec.json.decode(sign_asking(key, asking))
    await _told(on, post)


async def _far_events(on: Ground) -> None:
    """Events at moments that no calendar holds."""
    author = on.foe.actor("lure_late")
    kinds = [{"startTime": at, "endTime": at, "updated": at, "timezone": zone}
             for at in MOMENTS for zone in ("Etc/GMT+12", "Pacific/Kiritimati")]  # fmt: skip
    kinds += [{"startTime": iso(on.node.clock()), "endTime": at} for at in MOMENTS]
    made = [on.foe.create(author, "x", to=on.stage.names(), type="Event", name="x", **said) for said in kinds]
    await _told(on, *made)


async def _topics_and_pages(on: Ground) -> None:
    """A community of thousands of topics, and thirty pages for one of here by somebody who is no member."""
    topics = [{"type": "Topic", "id": f"{on.theirs}#t{number}", "name": f"t{number}"} for number in range(MANY)]
    rich = on.foe.actor("lure_topics", type="Group", topics=topics)
    await _told(on, on.foe.create(rich, "x", to=on.stage.names()))
    document = {"id": rich, "type": "Group", "preferredUsername": "lure_topics", "inbox": f"{rich}/inbox"}
    await _told(on, on.foe.activity(rich, "Update", {**document, "topics": topics}))
    await _told(on, *(_page(on, number) for number in range(FLOOD)))
    brought = (on.foe.activity(on.theirs, "Announce", _page(on, number), to=[PUBLIC]) for number in range(10))
    await _told(on, *brought)


def _page(on: Ground, number: int) -> dict[str, Any]:
    id = f"{on.stage.eve}#pages/{number}"
    page = {
        "id": id,
        "type": "CommunityPage",
        "attributedTo": on.stage.eve,
        "audience": on.group,
        "ofPage": id,
        "version": 1,
        "name": f"Page {number}",
        "source": {"content": "faux " * 1_000, "mediaType": "text/plain"},
        "published": iso(on.node.clock()),
    }
    return on.foe.activity(on.stage.eve, "Create", page, to=[PUBLIC], cc=[on.group], audience=on.group)


async def _moves(on: Ground) -> None:
    """Another says that the community went elsewhere: by its own name, and by that of the community."""
    for by in (on.theirs, on.stage.eve):
        await _told(on, on.foe.activity(by, "Move", on.group, target=on.theirs))
        await _told(on, on.foe.activity(on.group, "Move", on.group, target=on.theirs), by=by)
    # A third's community is none of theirs either, whatever theirs says that it was.
    heir = on.foe.actor("lure_heir", type="Group", alsoKnownAs=[on.group, on.theirs])
    await _told(on, on.foe.activity(on.theirs, "Move", on.theirs, target=heir), by=on.stage.eve)
    await _told(on, on.foe.activity(heir, "Move", on.group, target=heir))


PLAYS: dict[str, Play] = {
    "an announce by a group that is not the host": _forged_announce,
    "joins in masses": _joins,
    "counts and must-reads of no node of the group": _counts,
    "events that no calendar holds": _far_events,
    "topics and pages in masses": _topics_and_pages,
    "moves of a community by another": _moves,
}
