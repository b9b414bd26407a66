"""Pictures have no door-keeper but their address: it is shown with the post, and dies when somebody loses the post."""

from collections.abc import AsyncIterator, Callable
from pathlib import Path

import msgspec
import pytest

from social.clock import DAY, system_clock
from social.governance import states
from social.people import accounts
from social.policy import Role
from social.seals import Seals, seal_key
from storage.ids import Millis
from tests.attacks.foe import asked
from tests.doors.askers import Person, picture
from tests.doors.scene import Scene
from tests.nodes import running_node
from tests.sites import LocalNode, Refused
from tests.sites import Person as Login
from tests.world import StoryClock

MODULE = pytest.mark.asyncio(loop_scope="module")


class Album(msgspec.Struct, frozen=True, kw_only=True):
    """Amina with one post of each audience, ines who follows her, luc whom she names, each with an address."""

    node: LocalNode
    people: dict[str, Login]
    posts: dict[str, str]

    async def address(self, name: str, visibility: str) -> str:
        """The path of the post's picture as somebody is shown it."""
        status = await self.node.api("GET", f"/api/v1/statuses/{self.posts[visibility]}", self.people[name])
        url: str = status["media_attachments"][0]["url"]
        return url.removeprefix(self.node.base_url)

    async def former_address(self, name: str, visibility: str) -> str:
        """The path of the picture that the post's first version had, as somebody is shown it."""
        path = f"/api/v1/statuses/{self.posts[visibility]}/history"
        first, *_ = await self.node.api("GET", path, self.people[name])
        url: str = first["media_attachments"][0]["url"]
        return url.removeprefix(self.node.base_url)

    async def drop(self, visibility: str) -> None:
        """Amina takes the picture off her post."""
        path = f"/api/v1/statuses/{self.posts[visibility]}"
        changed = await self.node.api("PUT", path, self.people["amina"], status="@luc sans image")
        assert changed["media_attachments"] == []

    async def act(self, act: str, on: str) -> None:
        """What amina does with somebody."""
        await self.node.api("POST", f"/api/v1/accounts/{self.people[on].account}/{act}", self.people["amina"])


@pytest.fixture
async def album(tmp_path: Path) -> AsyncIterator[Album]:
    """A node of its own: these tests change it."""
    async with running_node(tmp_path) as node:
        people = {name: await node.person(name) for name in ("amina", "ines", "luc")}
        await node.api("POST", f"/api/v1/accounts/{people['amina'].account}/follow", people["ines"])
        browser = await Person.of(node, "author", people["amina"])
        posts = {}
        for visibility in ("public", "unlisted", "private", "direct"):
            ids = [await browser.upload(picture(), visibility)]
            posts[visibility] = (await node.say(people["amina"], "@luc voyez", visibility=visibility, media_ids=ids))[
                "id"
            ]
        yield Album(node=node, people=people, posts=posts)


async def is_there(node: LocalNode, path: str) -> bool:
    """Whether anybody who has the address gets the picture, in both sizes."""
    found = [(await asked(node, "GET", path.replace("original", size))).status for size in ("original", "small")]
    assert found in ([200, 200], [404, 404])
    return found == [200, 200]


@MODULE
async def test_a_picture_is_shown_with_its_post_and_its_former_address_is_dead(scene: Scene) -> None:
    for name, subject in scene.subjects.items():
        if not subject.is_post:
            continue
        for asker in scene.askers.values():
            if isinstance(asker, Person):
                status = await asker.ask("GET", f"/api/v1/statuses/{subject.id}")
                pictures = status.json.get("media_attachments", [])
                assert bool(pictures) == scene.sees(asker, subject)
                for one in pictures:
                    assert await is_there(scene.node, one["url"].removeprefix(scene.node.base_url))
        # As it was before the author blocked one and removed another.
        is_closed = subject.visibility in ("followers", "direct")
        assert await is_there(scene.node, f"/media/{subject.token}/original") != is_closed, name


@MODULE
async def test_an_upload_is_its_owners_alone(scene: Scene) -> None:
    id = await scene.person("author").upload(picture(), "brouillon")
    for name, asker in scene.askers.items():
        if isinstance(asker, Person):
            reply = await asker.ask("GET", f"/api/v1/media/{id}")
            assert (reply.status == 200) == (name == "author"), name


async def test_whoever_is_removed_or_blocked_has_dead_addresses(album: Album) -> None:
    node = album.node
    for act, name, visibility in (("remove_from_followers", "ines", "private"), ("block", "luc", "direct")):
        path = await album.address(name, visibility)
        assert await is_there(node, path)
        await album.act(act, name)
        assert not await is_there(node, path)
        assert await is_there(node, await album.address("amina", visibility))


async def test_a_picture_of_a_deleted_post_is_gone_also_when_it_is_kept_for_another(album: Album) -> None:
    node, amina = album.node, album.people["amina"]
    path = await album.address("amina", "public")
    kept = await node.api("DELETE", f"/api/v1/statuses/{album.posts['public']}", amina)
    assert not await is_there(node, path)
    fresh = kept["media_attachments"][0]["url"].removeprefix(node.base_url)
    assert fresh != path
    assert await is_there(node, fresh)
    path = await album.address("amina", "unlisted")
    await node.api("DELETE", f"/api/v1/statuses/{album.posts['unlisted']}", amina, delete_media=True)
    assert not await is_there(node, path)


@pytest.mark.parametrize("end", [accounts.suspend, states.delete])
async def test_pictures_of_an_account_that_is_suspended_or_deleted_are_gone_also_those_that_an_edit_took_off(
    album: Album, end: Callable[..., object]
) -> None:
    node = album.node
    await album.drop("public")
    await album.drop("private")
    paths = [
        await album.former_address("amina", "public"),
        await album.former_address("amina", "private"),
        await album.address("amina", "unlisted"),
    ]
    assert [await is_there(node, path) for path in paths] == [True, True, True]
    boss = await node.person("boss", role=Role.ADMIN)
    await node.write(end, boss.viewer, album.people["amina"].account, now=node.clock())
    assert [await is_there(node, path) for path in paths] == [False, False, False]


@pytest.mark.parametrize("visibility", ["public", "private", "direct"])
@pytest.mark.parametrize("keeps", [True, False])
async def test_a_picture_that_an_edit_took_off_stays_in_the_history_until_the_post_is_deleted(
    album: Album, visibility: str, keeps: bool
) -> None:
    node, amina = album.node, album.people["amina"]
    await album.drop(visibility)
    path = await album.former_address("amina", visibility)
    assert await is_there(node, path)
    await node.api("DELETE", f"/api/v1/statuses/{album.posts[visibility]}", amina, delete_media=not keeps)
    assert not await is_there(node, path)
    assert not await is_there(node, f"/media/{path.split('/')[2].split('.')[0]}/original")


async def test_a_former_picture_of_a_closed_post_is_for_those_alone_who_may_see_the_post(album: Album) -> None:
    node = album.node
    for act, name, stranger, visibility in (
        ("remove_from_followers", "ines", "boss", "private"),
        ("block", "luc", "ines", "direct"),
    ):
        await album.drop(visibility)
        path = await album.former_address(name, visibility)
        token, until, seal = path.split("/")[2].split(".")
        assert await is_there(node, path)
        for forged in (token, f"{token}.{until}", f"{token}.{int(until) + 1}.{seal}"):
            assert not await is_there(node, f"/media/{forged}/original"), forged
        with pytest.raises(Refused) as refused:
            await node.api("GET", f"/api/v1/statuses/{album.posts[visibility]}/history", await node.person(stranger))
        assert refused.value.status == 404
        await album.act(act, name)
        assert not await is_there(node, path)
        assert await is_there(node, await album.former_address("amina", visibility))


async def test_a_picture_is_no_document_and_runs_nowhere(album: Album) -> None:
    path = await album.address("amina", "public")
    reply = await asked(album.node, "GET", path)
    assert reply.headers["content-type"] == "image/png"
    assert reply.headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in reply.headers["content-security-policy"]
    assert "private" in reply.headers["cache-control"]
    refused = await asked(album.node, "GET", path, headers={"Accept": "application/activity+json"})
    assert refused.status == 406


async def test_the_address_of_a_closed_picture_is_sealed_and_that_of_an_open_one_is_not(album: Album) -> None:
    node = album.node
    for visibility in ("public", "unlisted"):
        assert "." not in (await album.address("amina", visibility)).split("/")[2]
    for visibility, name in (("private", "ines"), ("direct", "luc")):
        path = await album.address(name, visibility)
        token, until, seal = path.split("/")[2].split(".")
        assert await is_there(node, path)
        other = await album.address("amina", "direct" if visibility == "private" else "private")
        stranger = other.split("/")[2].split(".")[2]
        for forged in (token, f"{token}.{until}", f"{token}.{until}.{stranger}", f"{token}.{int(until) + 1}.{seal}",
                       f"{token}..{seal}", f"{token}.{until}.{seal}x", f"{token}.{'9' * 30}.{seal}"):  # fmt: skip
            assert not await is_there(node, f"/media/{forged}/original"), forged


class Later:
    """The clock of the system, and as many days more as the test says."""

    def __init__(self) -> None:
        self.days = 0

    def __call__(self) -> Millis:
        return Millis(system_clock() + self.days * DAY)

    def pass_by(self, *, days: int) -> None:
        """Let days pass."""
        self.days += days


async def test_a_sealed_address_ends_after_a_day_or_two_and_is_shown_anew(tmp_path: Path) -> None:
    clock = Later()
    async with running_node(tmp_path, clock=clock) as node:
        amina = await node.person("amina")
        browser = await Person.of(node, "author", amina)
        ids = [await browser.upload(picture(), "private")]
        post = (await node.say(amina, "à moi", visibility="private", media_ids=ids))["id"]

        async def address() -> str:
            home = await node.api("GET", "/api/v1/timelines/home", amina)
            (shown,) = [one for one in home if one["id"] == post]
            url: str = shown["media_attachments"][0]["url"]
            return url.removeprefix(node.base_url)

        first = await address()
        assert await address() == first
        assert await is_there(node, first)
        clock.pass_by(days=1)
        assert await is_there(node, first)
        second = await address()
        assert second != first
        clock.pass_by(days=1)
        assert not await is_there(node, first)
        assert await is_there(node, second)


def test_what_peers_are_given_is_good_for_months_and_the_same_for_long() -> None:
    clock = StoryClock()
    seals = Seals(seal_key("secret"), clock)
    given = seals.sealed("token", for_peers=True)
    clock.pass_by(days=1)
    assert seals.sealed("token") != given
    clock.pass_by(days=62)
    assert seals.opened(given) == ("token", True)
    clock.pass_by(days=66)
    assert seals.opened(given) == ("token", False)
    assert Seals(seal_key("another"), clock).opened(seals.sealed("token")) == ("token", False)
    assert seals.opened("token") == ("token", False)
