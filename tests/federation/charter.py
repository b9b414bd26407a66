"""A manifest of our node and a scripted neighbour, and what the neighbour's node signs."""

from typing import Any

import msgspec

from social.announcements import asking as asking_here
from social.announcements import publish
from social.announcements.audience import Wave
from social.announcements.publish import NewAnnouncement
from social.announcements.statements import COUNT_KIND, KIND, Asking, Count, digests, sign_asking, sign_count
from social.policy import Role
from social.posts.publish import Draft
from social.rolls import calls
from social.rolls.calls import Said
from social.trust import manifests
from social.trust.manifest import Member, made, signed
from social.trust.node_keys import NodeKey, make_node_key, node_key
from social.trust.statements import sign_statement
from storage import posts as post_rows
from storage.ids import Millis, PostId
from tests.federation.neighbour import Neighbour, Somebody
from tests.federation.station import Station

Activity = dict[str, Any]


async def charter(station: Station, siege: Neighbour) -> NodeKey:
    """The group of both is in force at our node; the key of the neighbour's node."""
    own, theirs = await station.db.write(node_key, now=station.clock()), make_node_key()
    entities = [
        Member(id="usine", name="Usine", domain=station.host, keys=(own.public,)),
        Member(id="siege", name="Siège", domain=siege.authority, keys=(theirs.public,)),
    ]
    new = made(group="Groupe Armor", version=1, starts_at=station.clock(), threshold=2, entities=entities)
    new = signed(signed(new, "usine", own), "siege", theirs)
    await station.db.write(manifests.take, new.text, now=station.clock())
    await station.federation.group.look()
    return theirs


async def announced(station: Station) -> str:
    """Somebody here announces to everybody; the id of the post."""
    await station.person("speaker", role=Role.COMMUNICATOR)
    new = NewAnnouncement(draft=Draft(text="Quay 3 is closed", language="en"), waves=(Wave(at=0),))
    post = await station.db.write(
        publish.announce, station.viewer("speaker"), new, context=station.context, now=station.clock()
    )
    return station.urls.post_uri("speaker", post)


def stated(siege: Neighbour, node: Somebody, kind: str, statement: Activity) -> Activity:
    """The neighbour's node tells numbers."""
    object = {"id": f"{node.id}#numbers", "type": kind, "statement": statement}
    return siege.about("Update", node.id, object)


def counted(key: NodeKey, post: str, now: Millis, **said: int) -> Activity:
    """How many of the neighbour's people answered."""
    numbers = {"version": 1, "asked": 9, "seen": 4, "acknowledged": 3, "questions": 1} | said
    count = Count(type=COUNT_KIND, post=post, at=now, **numbers)
    return sign_count(key, count)


def called(key: NodeKey, now: Millis, **said: int) -> Activity:
    """How many of the neighbour's people are safe."""
    numbers = {"people": 9, "safe": 7, "help": 1} | said
    words = Said(type=calls.KIND, roll="1", title="Smoke", begun_at=now, at=now, **numbers)
    return sign_statement(key, msgspec.to_builtins(words))


async def asked(station: Station, siege: Neighbour, bruno: Somebody, key: NodeKey) -> PostId:
    """Bruno of the neighbour announces, and people here are asked."""
    note = siege.note(bruno, "Quay 3 is closed")
    await station.accept(siege, siege.create(note), by=bruno)
    post = await station.db.read(post_rows.by_uri, note["id"])
    assert post is not None
    now = station.clock()
    texts = digests(post)
    asking = Asking(type=KIND, post=post.uri, version=1, texts=texts, audience=(Wave(at=now),), valid_from=now, at=now)
    again = siege.update(note, "Quay 3 is closed", now)
    again["object"]["mustRead"] = msgspec.json.decode(sign_asking(key, asking))
    await station.accept(siege, again, by=bruno)
    await station.db.write(asking_here.tend, post.id, settings=station.settings, now=now)
    return post.id
