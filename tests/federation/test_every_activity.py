"""Every activity in and out, in two stories: each row of the table is applied once, each kind of activity is sent once.

What each does is tried beside (`test_apply_*`, …); here, that none is forgotten, in the code and in FEDERATION.md.
"""

import re
from functools import partial
from typing import Any

import msgspec

from federation.incoming.apply import HANDLERS
from federation.incoming.arrived import arrived
from federation.vocabulary import ACTOR_KINDS, POST_KINDS, PUBLIC
from social import reading
from social.feeds import tags
from social.gatherings import keeping
from social.governance import reports, states
from social.governance.reports import NewReport
from social.jobs import TellAcknowledgements, TellRollCall
from social.people import accounts, moves, relations
from social.people.accounts import ProfileChange
from social.policy import Role
from social.posts import edit, pins, polls, quotes, reactions
from social.posts.policies import Choice
from social.posts.polls import PollDraft
from social.posts.publish import Draft
from social.rolls import calls
from storage import posts as post_rows
from storage.ids import AccountId, Millis, PostId
from storage.tags import FeaturedTagId
from tests.docs.test_federation import TEXT
from tests.federation.charter import announced, asked, called, charter, counted, stated
from tests.federation.chess import hosted, moderated
from tests.federation.neighbour import Neighbour, Somebody
from tests.federation.peers_rules import ACTIVITIES, FETCHED, depth
from tests.federation.station import Station
from tests.federation.test_apply_posts import followed
from tests.federation.test_featured import featuring
from tests.federation.test_gatherings import MATCH, answer, event
from tests.federation.test_outgoing import bodies
from tests.federation.test_polls import ballot, question
from tests.federation.test_tallies import numbers

IGNORED = {"Dislike", "Undo/Dislike"}
"""Understood, and by rule without effect."""

SENT = {
    *("Create/Note", "Create/Question", "Create/vote", "Update/Note", "Update/Question", "Update/Person"),
    *("Update/several", "Delete/Tombstone", "Delete/QuoteAuthorization", "Delete", "Announce", "Like", "Follow"),
    *("Accept/Follow", "Reject/Follow", "QuoteRequest", "Accept/QuoteRequest", "Reject/QuoteRequest", "Move", "Block"),
    *("Create/Event", "Update/Event", "Join", "Leave", "TentativeAccept"),
    *("Accept/Join", "TentativeAccept/Join", "Reject/Join"),
    *("Update/Acknowledgements", "Update/RollCall"),
    *("Announce/Create", "Announce/Lock", "Update/Group", "Invite"),
    *("Flag", "Add", "Remove", "Add/Hashtag", "Remove/Hashtag"),
    *("Undo/Follow", "Undo/Like", "Undo/Announce", "Undo/Block"),
}
"""All that this node ever says: kind, and kind of what is embedded."""


class Inward:
    """What the neighbour says, one activity for each row of the table, in an order in which each has an effect."""

    def __init__(self, station: Station, siege: Neighbour, bruno: Somebody) -> None:
        self.station, self.siege, self.bruno = station, siege, bruno
        self.amina = station.urls.actor("amina")

    def posts(self) -> list[dict[str, Any]]:
        """A Create and an Update of each kind of post, and of one that nobody knows."""
        made = []
        for place, kind in enumerate((*sorted(POST_KINDS), "Recipe"), 1):
            note = (
                question(self.siege, self.bruno)
                if kind == "Question"
                else self.siege.note(self.bruno, type=kind, name=None if kind == "Note" else "Title")
            )
            made += [self.siege.create(note), self.siege.update(note, "Else", Millis(self.station.clock() + place))]
        return made

    def actors(self) -> list[dict[str, Any]]:
        """An Update of each kind of actor: the same one says that it is another kind."""
        kinds = sorted(ACTOR_KINDS - {"Application"})
        said = [self.siege.actor(self.bruno, type=kind, name=kind, featured=f"{self.bruno.id}/top") for kind in kinds]
        return [self.siege.about("Update", self.bruno.id, one) for one in [*said, said[-1] | {"type": "Person"}]]

    def reactions(self, post: str, note: dict[str, Any]) -> list[dict[str, Any]]:
        """What one does with a post of ours."""
        about, by = self.siege.about, self.bruno.id
        like, wow = about("Like", by, post), about("EmojiReact", by, post, content="🎉")
        boost = about("Announce", by, post, to=[PUBLIC])
        pin = {"object": note["id"], "target": f"{self.bruno.id}/top"}
        dislike = about("Dislike", by, post)
        return [
            *(like, about("Undo", by, like), wow, about("Undo", by, wow), boost, about("Undo", by, boost)),
            *(dislike, about("Undo", by, dislike)),
            *(about("Add", by, pin["object"], target=pin["target"]), about("Remove", by, **pin)),
            self.siege.delete(note),
        ]

    def relations(self) -> list[dict[str, Any]]:
        """What one does with a person of ours."""
        about, by = self.siege.about, self.bruno.id
        follow, block, again = (about(kind, by, self.amina) for kind in ("Follow", "Block", "Follow"))
        return [
            *(follow, about("Undo", by, follow), block, about("Undo", by, block)),
            *(again, about("Undo", by, again["id"])),
            about("Flag", by, [self.amina], content="Why"),
        ]


async def test_every_row_of_the_table_is_applied(quick: Station, siege: Neighbour) -> None:
    seen: dict[str, str] = {}
    for activity, _, outcome in await told_inward(quick, siege):
        kind = arrived(activity["id"], activity, insecure=True, limit=10_000).kind
        seen[kind] = outcome if seen.get(kind) != "applied" else "applied"
    assert {kind: outcome for kind, outcome in seen.items() if outcome != "applied"} == dict.fromkeys(
        IGNORED, "ignored"
    )
    assert set(HANDLERS) - set(seen) == set()


async def told_inward(quick: Station, siege: Neighbour) -> list[tuple[dict[str, Any], Somebody, str]]:
    """Tell the story; each activity, who said it, and what became of it."""
    bruno, node = featuring(siege), siege.node()
    story = Inward(quick, siege, bruno)
    told: list[tuple[dict[str, Any], Somebody, str]] = []

    async def say(*activities: dict[str, Any], by: Somebody = bruno) -> None:
        for activity in activities:
            (outcome,) = await quick.accept(siege, activity, by=by)
            told.append((activity, by, outcome))

    await followed(quick, siege, bruno)
    await say(*story.posts(), *story.actors())
    node_said = siege.about("Update", node.id, siege.actor(node, kind="Application", summary="Ours"))
    await say(node_said, siege.about("Follow", node.id, quick.urls.instance_actor), by=node)
    counted = siege.note(bruno, "Counted")
    likes = {"id": f"{counted['id']}/likes", "type": "Collection", "totalItems": 3}
    await say(siege.create(counted))
    await say(siege.about("Update", node.id, likes), numbers(siege, node, counted["id"], likes=4, shares=5), by=node)
    mine = quick.urls.post_uri("amina", await quick.say("amina", "Line 3 stops"))
    note = siege.note(bruno, "Mine")
    await say(siege.create(note), *story.reactions(mine, note), *story.relations())
    await _polls(quick, siege, bruno, say)
    await _answers(quick, siege, bruno, say)
    await _gatherings(quick, siege, bruno, say)
    await _numbers(quick, siege, node, say)
    await moderated(quick, siege, bruno, say)
    new = siege.person("bruno2", key=1, alsoKnownAs=[bruno.id])
    await say(siege.about("Move", bruno.id, bruno.id, target=new.id))
    return told


async def _polls(quick: Station, siege: Neighbour, bruno: Somebody, say: Any) -> None:
    """Two in one Create, one of PieFed's."""
    asked = PollDraft(options=("Soup", "Rice", "Bread"), expires_in=3600, is_multiple=True)
    uri = quick.urls.post_uri("amina", await quick.say("amina", "Lunch?", poll=asked))
    ballots = [ballot(siege, bruno, uri, title) for title in ("Soup", "Rice")]
    await say(siege.about("Create", bruno.id, ballots), siege.about("PollVote", bruno.id, uri, choice_text="Bread"))


async def _answers(quick: Station, siege: Neighbour, bruno: Somebody, say: Any) -> None:
    """Consent to what somebody here asked, and its end: a follow and a quote, whole and by their ids."""
    account = await quick.federation.remote.account_by_url(bruno.id)
    assert account is not None
    await quick.person("luc")

    async def asked() -> dict[str, Any]:
        await quick.db.write(relations.unfollow, quick.viewer("luc"), account, now=quick.clock())
        await bodies(quick)
        await quick.follow("luc", account)
        (follow,) = [one for one in await bodies(quick) if one["type"] == "Follow"]
        quick.clock.pass_by(minutes=1)
        return {name: part for name, part in follow.items() if name != "@context"}

    follow = await asked()
    accept = siege.about("Accept", bruno.id, follow["id"])
    await say(accept, siege.about("Reject", bruno.id, follow["id"]))
    follow = await asked()
    accept = siege.about("Accept", bruno.id, follow)
    await say(accept, siege.about("Undo", bruno.id, accept))
    await say(siege.about("Accept", bruno.id, await asked()))
    mine = await quick.say("amina", "To be quoted")
    quoting = siege.note(bruno, quote=quick.urls.post_uri("amina", mine))
    await say(siege.about("QuoteRequest", bruno.id, quoting["quote"], instrument=quoting))
    theirs = siege.note(bruno, interactionPolicy={"canQuote": {"automaticApproval": [PUBLIC]}})
    await say(siege.create(theirs))
    row = await quick.db.read(post_rows.by_uri, theirs["id"])
    assert row is not None
    await bodies(quick)
    await quick.say("amina", "Look", quoted=row.id)
    (ask,) = [one for one in await bodies(quick) if one["type"] == "QuoteRequest"]
    about = {"type": "QuoteRequest", "id": ask["id"], "actor": ask["actor"], "object": ask["object"]}
    await say(siege.about("Accept", bruno.id, about, result=siege.url("/users/bruno/stamps/1")))
    await say(siege.about("Reject", bruno.id, about))


async def _numbers(quick: Station, siege: Neighbour, node: Somebody, say: Any) -> None:
    """How many read an announcement of ours, and how many are safe, by the neighbour's signed word."""
    key = await charter(quick, siege)
    post = await announced(quick)
    await say(stated(siege, node, "Acknowledgements", counted(key, post, quick.clock())), by=node)
    await say(stated(siege, node, "RollCall", called(key, quick.clock())), by=node)


async def _count(quick: Station, siege: Neighbour, bruno: Somebody) -> None:
    """People here are asked to read something of bruno's, and a roll is called."""
    key = await charter(quick, siege)
    post, counter = await asked(quick, siege, bruno, key), quick.federation.counter
    await counter.tell(TellAcknowledgements(post=post))
    roll = await quick.db.write(calls.begin, quick.viewer("boss"), "Smoke", ids=quick.ids, now=quick.clock())
    await counter.tell_roll_call(TellRollCall(roll=roll))


async def _gatherings(quick: Station, siege: Neighbour, bruno: Somebody, say: Any) -> None:
    """Who comes to a gathering of ours, in all words for it; and what bruno's node says of a Join from here."""
    uri = quick.urls.post_uri("amina", await quick.say("amina", "", title="Football", gathering=MATCH))
    join, leave = siege.about("Join", bruno.id, uri), siege.about("Leave", bruno.id, uri)
    await say(join, siege.about("TentativeAccept", bruno.id, uri), siege.about("Join", bruno.id, uri), leave)
    await say(siege.about("TentativeReject", bruno.id, uri))
    again = siege.about("Join", bruno.id, uri)
    await say(again, siege.about("Undo", bruno.id, again))
    await say(siege.create(said := event(siege, bruno)))
    row = await quick.db.read(post_rows.by_uri, said["id"])
    assert row is not None
    await bodies(quick)
    await answer(quick, row.id)
    (asked,) = await bodies(quick)
    about = {name: part for name, part in asked.items() if name != "@context"}
    for kind in ("TentativeAccept", "Accept", "TentativeReject", "Reject"):
        await say(siege.about(kind, bruno.id, about))


async def _meet(quick: Station, siege: Neighbour, bruno: Somebody) -> None:
    """Amina answers to a gathering of bruno's in each way, and gives one seat, a place in the queue, and neither."""
    said = event(siege, bruno)
    await quick.accept(siege, siege.create(said), by=bruno)
    row = await quick.db.read(post_rows.by_uri, said["id"])
    assert row is not None
    for words in ("yes", "maybe", "no"):
        quick.clock.pass_by(seconds=1)
        await answer(quick, row.id, words)
    for has_waiting in (True, False):
        planned = msgspec.structs.replace(MATCH, has_waiting=has_waiting)
        post = await quick.say("amina", "", title="Football", gathering=planned)
        for name in ("bruno", "zoe"):
            who = bruno if name == "bruno" else siege.person(name, key=1)
            join = siege.about("Join", who.id, quick.urls.post_uri("amina", post))
            await quick.accept(siege, join, by=who)
        await quick.db.write(keeping.tell_numbers, post, quick.clock.pass_by(minutes=1))


async def test_every_activity_that_is_named_is_sent_and_every_one_that_is_sent_is_named(
    quick: Station, siege: Neighbour
) -> None:
    """What somebody here does, thing by thing; a follower and the node of siege hear it."""
    bruno, node = siege.person("bruno"), siege.node()
    await quick.person("boss", role=Role.ADMIN)
    await followed(quick, siege, bruno)
    for who, target in ((bruno, quick.urls.actor("amina")), (node, quick.urls.instance_actor)):
        await quick.accept(siege, siege.about("Follow", who.id, target), by=who)
    lunch = question(siege, bruno)
    theirs = siege.note(bruno, interactionPolicy={"canQuote": {"automaticApproval": [PUBLIC]}})
    await quick.accept(siege, siege.create(theirs), siege.create(lunch), by=bruno)
    sent = await bodies(quick)
    await _speak(quick, siege, bruno, theirs, lunch)
    await _meet(quick, siege, bruno)
    sent += await bodies(quick)
    await hosted(quick, siege, bruno)
    await _count(quick, siege, bruno)
    # The manifest that is brought to the neighbour is no activity.
    sent += [body for body in await bodies(quick) if body["type"] != "ArchipelManifest"]
    await _relate(quick, siege, bruno)
    sent += await bodies(quick)
    seen = {_named(activity) for activity in sent}
    for activity in sent:
        assert activity["@context"][0] == "https://www.w3.org/ns/activitystreams"
        assert activity["id"].startswith(quick.urls.base) and activity["actor"].startswith(quick.urls.base)
    assert seen == SENT
    broken = [(name, activity) for activity in sent for name, rule in ACTIVITIES.items() if not rule(activity)]
    assert not broken
    told = {kind for row in _rows() if row[2].strip() != "–" for kind in re.findall(r"`([A-Z]\w+)`", row[0])}
    assert {kind.partition("/")[0] for kind in seen} <= told
    named = {part for kind in seen for part in kind.split("/")} | {"Hashtag", "Collection", "Collections"}
    # Of pages, requests and changes there are other stories (`test_community_…`): they are for our own kind of nodes.
    named |= {"CommunityPage", "CommunityChange", "Offer"}
    # Of what is read in the same row, these are never said by this node.
    assert told - named == {"EmojiReact", "TentativeReject"}


async def _speak(
    quick: Station, siege: Neighbour, bruno: Somebody, theirs: dict[str, Any], lunch: dict[str, Any]
) -> None:
    """What one does with posts."""
    amina, clock = quick.viewer("amina"), quick.clock

    async def act(command: Any, *args: Any, **named: Any) -> Any:
        made = await quick.db.write(command, amina, *args, now=clock.pass_by(seconds=1), **named)
        await quick.settle()
        return made

    async def here(uri: str) -> PostId:
        row = await quick.db.read(post_rows.by_uri, uri)
        assert row is not None
        return row.id

    post = await quick.say("amina", "Line 3 stops")
    uri = quick.urls.post_uri("amina", post)
    await act(edit.edit, post, Draft(text="Line 3 runs"), context=quick.context)
    await act(pins.pin, post, ids=quick.ids)
    await act(pins.unpin, post)
    row = await act(tags.feature, "Line3", ids=quick.ids)
    await act(tags.unfeature, FeaturedTagId(row.id))
    other = await here(theirs["id"])
    await act(reactions.like, other, context=quick.context)
    await act(reactions.boost, other, context=quick.context)
    await act(reactions.unlike, other)
    await act(reactions.unboost, other)
    await act(quotes.permit, post, Choice.PUBLIC)
    asked = siege.note(bruno, quote=uri)
    refused = siege.note(bruno, quote=uri)
    await quick.accept(siege, siege.about("QuoteRequest", bruno.id, uri, instrument=asked), by=bruno)
    await act(quotes.permit, post, Choice.NOBODY)
    await quick.accept(siege, siege.about("QuoteRequest", bruno.id, uri, instrument=refused), by=bruno)
    await act(quotes.revoke, post, await here(asked["id"]))
    await quick.say("amina", "Look", quoted=other)
    poll = (await quick.db.read(reading.post, amina, await here(lunch["id"]))).poll
    assert poll is not None
    await act(polls.vote, poll.poll.id, (0,))
    ours = await quick.say("amina", "Lunch?", poll=PollDraft(options=("Soup", "Rice"), expires_in=3600))
    cast = ballot(siege, bruno, quick.urls.post_uri("amina", ours), "Soup")
    likes = siege.about("Like", bruno.id, uri)
    await quick.accept(siege, siege.about("Create", bruno.id, cast), likes, by=bruno)
    asked_for = (await quick.db.read(reading.post, amina, ours)).poll
    assert asked_for is not None and await quick.db.write(polls.count, asked_for.poll.id, clock.pass_by(minutes=1))
    await quick.run_jobs()
    await act(edit.delete, post)


async def _relate(quick: Station, siege: Neighbour, bruno: Somebody) -> None:
    """What one does with people, with oneself, and what administers does with them."""
    now = partial(quick.clock.pass_by, minutes=1)
    account = await _account(quick, bruno)
    eve = siege.person("eve", key=1)
    await quick.accept(siege, siege.about("Follow", eve.id, quick.urls.actor("amina")), by=eve)
    amina, boss, db = quick.viewer("amina"), quick.viewer("boss"), quick.db
    await db.write(relations.remove_follower, amina, await _account(quick, eve), now=now())
    new = NewReport(target=account, comment="Why", forward=True)
    await db.write(reports.file, amina, new, ids=quick.ids, urls=quick.urls, now=now())
    await db.write(relations.unfollow, amina, account, now=now())
    await db.write(relations.block, amina, account, ids=quick.ids, urls=quick.urls, now=now())
    await db.write(relations.unblock, amina, account, now=now())
    await db.write(accounts.edit_profile, amina, ProfileChange(note="Presses"), urls=quick.urls, now=now())
    place = siege.person("amina2", key=1, alsoKnownAs=[quick.urls.actor("amina")])
    await db.write(moves.move, amina, await _account(quick, place), now=now())
    await db.write(states.delete, boss, quick.id("amina"), now=now())


async def _account(quick: Station, who: Somebody) -> AccountId:
    found = await quick.federation.remote.account_by_url(who.id)
    assert found is not None
    return found


def _named(activity: dict[str, Any]) -> str:
    """Kind of an activity and, where it embeds one, of its object."""
    about = activity["object"]
    if isinstance(about, list):
        return f"{activity['type']}/several" if isinstance(about[0], dict) else activity["type"]
    kind = about["type"] if isinstance(about, dict) else ""
    kind = "vote" if kind == "Note" and "content" not in about else kind
    return f"{activity['type']}/{kind}" if kind else activity["type"]


def _rows() -> list[list[str]]:
    """The table of activities in FEDERATION.md."""
    section = TEXT.partition("\n## Activities\n")[2].partition("\n## ")[0]
    return [line.strip("|").split("|") for line in section.splitlines() if line.startswith("| `")]


async def test_what_is_fetched_is_as_other_servers_want_it(quick: Station, siege: Neighbour) -> None:
    bruno = siege.person("bruno")
    amina = await quick.person("amina")
    asked = await quick.say("amina", "Lunch?", poll=PollDraft(options=("Soup", "Rice"), expires_in=3600))
    said = await quick.say("amina", f"Hello @bruno@{siege.authority} #panne", spoiler="Noise", language="en")
    await quick.db.write(pins.pin, quick.viewer("amina"), said, ids=quick.ids, now=quick.clock())
    posts = [
        f"/users/amina/posts/{id}{part}" for id in (asked, said) for part in ("", "/activity", "/replies", "/likes")
    ]
    parts = ("", "/outbox", "/outbox?page=true", "/followers", "/collections/featured", "/collections/tags")
    for path in (*posts, *(f"/users/amina{part}" for part in parts), "/actor", f"/contexts/{said}"):
        shown = await quick.show(siege, path, bruno.key)
        assert shown.status == 200, path
        document = shown.json()
        assert document["id"] == f"http://{quick.host}{path}"
        broken = [name for name, rule in FETCHED.items() if not rule(document)]
        # Only what is asked for page by page is deeper, and nobody of these asks for that.
        assert not broken or (path.endswith("page=true") and depth(document) < 10), (path, broken)
    assert amina == quick.id("amina")
