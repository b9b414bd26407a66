"""A node with people of here and elsewhere who know each other, and one of each thing that they do."""

from collections.abc import Awaitable, Callable
from typing import Any

import msgspec

from social.announcements.audience import Wave
from social.announcements.publish import NewAnnouncement, announce
from social.communities import communities, membership
from social.communities.communities import NewCommunity
from social.gatherings.drafts import GatheringDraft
from social.people import accounts, received, relations
from social.policy import Role
from social.posts import edit, media, publish, reactions
from social.posts.attached import ReceivedMedia
from social.posts.media import Upload
from social.posts.publish import Draft, Received
from storage import posts as post_rows
from storage.accounts import AccountRow
from storage.communities import Entry
from storage.ids import AccountId, Millis, PostId
from storage.posts import PostRow
from storage.visibility import Visibility
from tests.world import World, one_pair

PICTURE = Upload(
    file_key="ab/cd/" + "abcd" + "0" * 60 + ".webp",
    small_key="ab/ce/" + "abce" + "0" * 60 + ".webp",
    mime="image/webp",
    small_mime="image/webp",
    width=1200,
    height=800,
    small_width=600,
    small_height=400,
    bytes=40_000,
    blurhash="LEHV6nWB2yk8pyo0adR*.7kCMdnj",
)
THEIR_POST = "https://siege.example/users/bruno/posts/1"
THEIR_ANSWER = "https://siege.example/users/bruno/posts/2"


class Stage(msgspec.Struct, frozen=True, kw_only=True):
    """Amina and carla are of here, carla follows amina; bruno is of elsewhere, he and carla follow each other's site.

    `mine` is amina's post with a picture, `theirs` is bruno's. Amina and carla host the closed community `workshop`.
    """

    world: World
    bruno: AccountRow
    diego: AccountRow
    mine: PostId
    mine_row: PostRow
    theirs: PostId
    theirs_row: PostRow
    workshop: AccountId

    async def write(self, verb: Callable[..., Any], *words: Any, **more: Any) -> Any:
        """Run a command at the world's time."""
        return await self.world.db.write(verb, *words, **more, now=self.world.clock())


async def stage(world: World) -> Stage:
    """Set the scene; its events wait in the log."""
    for name in ("amina", "carla", "ines"):
        await world.person(name)
    await world.db.write(accounts.create_instance_actor, one_pair(), ids=world.ids, urls=world.urls, now=world.clock())
    bruno, diego = await world.elsewhere("bruno"), await world.elsewhere("diego", "filiale.example")
    await world.follow("carla", "amina")
    await world.follow("carla", bruno.id)
    carla, amina = await world.row(world.id("carla")), await world.row(world.id("amina"))
    await world.db.write(received.receive_accept, bruno, None, carla, now=world.clock())
    follow = f"{bruno.uri}#follows/1"
    await world.db.write(received.receive_follow, bruno, amina, follow, ids=world.ids, now=world.clock())
    row = await world.db.write(
        media.add,
        world.viewer("amina"),
        PICTURE,
        settings=world.settings.media,
        ids=world.ids,
        now=world.clock(),
    )
    mine = await world.say("amina", "Line 3 stops #press", media=(row.id,))
    theirs = await world.db.write(
        publish.receive, bruno, their_post(world.clock()), ids=world.ids, live=True, now=world.clock()
    )
    workshop = await world.db.write(
        communities.create,
        world.viewer("amina"),
        NewCommunity(username="workshop", keys=one_pair(), entry=Entry.REQUEST, deputy=world.id("carla")),
        ids=world.ids,
        urls=world.urls,
        now=world.clock(),
    )
    return Stage(
        world=world,
        workshop=workshop.id,
        bruno=bruno,
        diego=diego,
        mine=mine,
        mine_row=await _row(world, mine),
        theirs=theirs,
        theirs_row=await _row(world, theirs),
    )


def their_post(now: Millis, uri: str = THEIR_POST, **said: Any) -> Received:
    """A post of bruno's as federation has verified it."""
    told: dict[str, Any] = {
        "uri": uri,
        "url": uri,
        "visibility": Visibility.PUBLIC,
        "html": "<p>The part is on its way</p>",
        "language": "en",
        "published_at": now,
    }
    return Received(**told | said)


async def publishes(on: Stage) -> Any:
    """Amina answers bruno, mentions him, names a hashtag."""
    draft = Draft(text="@bruno@siege.example we wait for it #press #line3", parent=on.theirs)
    return await on.write(publish.publish, on.world.viewer("amina"), draft, context=on.world.context)


async def receives(on: Stage) -> Any:
    """Bruno answers amina, with a picture and a mention of carla."""
    came = their_post(
        on.world.clock(),
        THEIR_ANSWER,
        parent_uri=on.mine_row.uri,
        mentions=(on.world.id("amina"), on.world.id("carla")),
        tags=("press",),
        media=(ReceivedMedia(remote_url="https://siege.example/p.png", mime="image/png"),),
    )
    return await on.write(publish.receive, on.bruno, came, ids=on.world.ids, live=True)


async def edits(on: Stage) -> Any:
    """Amina writes her post anew and takes the picture out of it."""
    draft = Draft(text="Line 3 runs again, thanks @carla #line3")
    return await on.write(edit.edit, on.world.viewer("amina"), on.mine, draft, context=on.world.context)


async def receives_an_edit(on: Stage) -> Any:
    """Bruno's post has another text and a picture."""
    picture = ReceivedMedia(remote_url="https://siege.example/q.png", mime="image/png")
    came = their_post(on.world.clock(), html="<p>The part is here</p>", media=(picture,))
    later = Millis(on.world.clock() + 60_000)
    return await on.write(edit.receive_edit, on.bruno, came, later, ids=on.world.ids)


async def deletes(on: Stage) -> Any:
    """Amina takes her post back, and its picture with it."""
    return await on.write(edit.delete, on.world.viewer("amina"), on.mine, keep_media=False)


async def receives_a_delete(on: Stage) -> Any:
    """Bruno takes his post back."""
    return await on.write(edit.receive_delete, on.bruno, THEIR_POST)


async def boosts(on: Stage) -> Any:
    """Amina boosts bruno's post."""
    return await on.write(reactions.boost, on.world.viewer("amina"), on.theirs, context=on.world.context)


async def receives_a_boost(on: Stage) -> Any:
    """Bruno boosts amina's post."""
    boost = f"{on.bruno.uri}/boosts/1"
    return await on.write(
        reactions.receive_boost,
        on.bruno,
        on.mine_row,
        boost,
        Visibility.PUBLIC,
        on.world.clock(),
        ids=on.world.ids,
        live=True,
    )


async def likes(on: Stage) -> Any:
    """Carla likes bruno's post."""
    return await on.write(reactions.like, on.world.viewer("carla"), on.theirs, context=on.world.context)


async def receives_a_like(on: Stage) -> Any:
    """Bruno likes amina's post."""
    return await on.write(reactions.receive_like, on.bruno, on.mine_row, f"{on.bruno.uri}#likes/1", ids=on.world.ids)


async def follows(on: Stage) -> Any:
    """Amina asks to follow bruno."""
    more = {"ids": on.world.ids, "urls": on.world.urls}
    return await on.write(relations.follow, on.world.viewer("amina"), on.bruno.id, **more)


async def follows_here(on: Stage) -> Any:
    """Ines follows amina."""
    more = {"ids": on.world.ids, "urls": on.world.urls}
    return await on.write(relations.follow, on.world.viewer("ines"), on.world.id("amina"), **more)


async def receives_a_follow(on: Stage) -> Any:
    """Diego follows amina."""
    amina = await on.world.row(on.world.id("amina"))
    return await on.write(received.receive_follow, on.diego, amina, f"{on.diego.uri}#follows/1", ids=on.world.ids)


async def blocks(on: Stage) -> Any:
    """Carla blocks bruno, whom she follows."""
    more = {"ids": on.world.ids, "urls": on.world.urls}
    return await on.write(relations.block, on.world.viewer("carla"), on.bruno.id, **more)


async def writes_in_a_community(on: Stage) -> Any:
    """Carla begins a thread in the workshop."""
    draft = Draft(text="The press needs oil", community=on.workshop)
    return await on.write(publish.publish, on.world.viewer("carla"), draft, context=on.world.context)


async def asks_to_join(on: Stage) -> Any:
    """Ines asks to join the workshop, and says why."""
    more = {"ids": on.world.ids, "urls": on.world.urls, "reason": "I look after the press"}
    return await on.write(membership.join, on.world.viewer("ines"), on.workshop, **more)


async def announces(on: Stage) -> Any:
    """Amina, who may, asks everybody to read something."""
    amina = msgspec.structs.replace(on.world.viewer("amina"), role=Role.COMMUNICATOR)
    new = NewAnnouncement(draft=Draft(text="Quay 3 is closed"), waves=(Wave(at=0),))
    return await on.write(announce, amina, new, context=on.world.context)


async def plans_a_gathering(on: Stage) -> Any:
    """Amina plans something with one seat."""
    held = GatheringDraft(starts_at=Millis(on.world.clock() + 86_400_000), timezone="Europe/Paris", seats=1)
    draft = Draft(text="Bring gloves", title="Safety day", gathering=held)
    return await on.write(publish.publish, on.world.viewer("amina"), draft, context=on.world.context)


Act = Callable[[Stage], Awaitable[Any]]
ACTS: tuple[Act, ...] = (
    publishes,
    receives,
    edits,
    receives_an_edit,
    deletes,
    receives_a_delete,
    boosts,
    receives_a_boost,
    likes,
    receives_a_like,
    follows,
    follows_here,
    receives_a_follow,
    blocks,
    writes_in_a_community,
    plans_a_gathering,
    asks_to_join,
    announces,
)


async def _row(world: World, post: PostId) -> PostRow:
    found = await world.db.read(post_rows.by_id, post)
    assert found is not None
    return found
