"""Visibility × relation × door: what a door shows is what `social.visibility.may_see` says; on the whole node."""

from collections.abc import Sequence

import pytest

from social.feeds import trends
from social.visibility import Door
from tests.doors.askers import Person
from tests.doors.probes import Probe, at_home, authors, of_author, of_booster, trending
from tests.doors.scene import Scene
from tests.doors.table import PROBES

pytestmark = pytest.mark.asyncio(loop_scope="module")
EACH = pytest.mark.parametrize("probe", [pytest.param(one, id=one.name.replace("/", "|")) for one in PROBES])


FROM_OUTSIDE = ("anonymous", "stranger", "follower", "unsigned", "stranger's node")
LEFT_BEHIND = (
    "author", "follower", "mentioned", "booster", "stranger", "moderator", "admin", "anonymous", "follower's node",
    "follower elsewhere", "mentioned elsewhere",
)  # fmt: skip


async def mistakes(scene: Scene, probe: Probe, among: Sequence[str] = ()) -> list[str]:
    """Who sees at the door what they may not, or not what they may."""
    found = []
    for asker_name in among or scene.askers:
        asker = scene.askers[asker_name]
        if not probe.may_come(asker):
            continue
        once = await probe.ask(asker) if probe.is_list else None
        for subject in scene.subjects.values():
            if not probe.is_for(subject):
                continue
            reply = once or await probe.ask(asker, subject)
            assert reply.status < 500, (probe.name, asker_name, subject.name, reply.body)
            is_shown = probe.shows(subject, reply)
            if not is_shown and asker.relation in probe.long_for:
                continue
            if is_shown != probe.is_due(scene, asker, subject):
                found.append(f"{asker_name} {'sees' if is_shown else 'does not see'} {subject.name} ({reply.status})")
    return found


@EACH
async def test_a_door_shows_what_the_rule_says(scene: Scene, probe: Probe) -> None:
    assert not await mistakes(scene, probe)


@EACH
async def test_a_door_of_an_open_node_shows_nobody_more_than_what_is_open(open_to_all: Scene, probe: Probe) -> None:
    assert not await mistakes(open_to_all, probe, FROM_OUTSIDE)


@EACH
async def test_no_door_shows_what_a_suspended_author_wrote(suspended: Scene, probe: Probe) -> None:
    assert not await mistakes(suspended, probe, LEFT_BEHIND)


async def test_posts_of_an_account_are_shown_by_the_rule(scene: Scene) -> None:
    for narrows, owner in ((of_author, "author"), (of_booster, "booster")):
        path = f"/api/v1/accounts/{scene.person(owner).account}/statuses"
        probe = Probe(
            face="api", route=f"GET {path}", door=Door.FEEDS, path=f"{path}?limit=40", narrows=narrows, suffix=owner
        )
        assert not await mistakes(scene, probe)


async def test_a_list_is_shown_by_the_rule_and_to_its_owner_alone(scene: Scene) -> None:
    owner, author = scene.person("follower"), scene.person("author")
    made = await scene.node.api("POST", "/api/v1/lists", owner.person, title="Usine")
    place = f"/api/v1/lists/{made['id']}/accounts"
    await scene.node.api("POST", place, owner.person, account_ids=[str(author.account)])
    path = f"/api/v1/timelines/list/{made['id']}"
    probe = Probe(
        face="api", route=f"GET {path}", door=Door.FEEDS, path=f"{path}?limit=40", narrows=at_home, suffix="follower"
    )
    assert not await mistakes(scene, probe, ["follower"])
    page = Probe(
        face="page", route="GET /lists/{id:int}", door=Door.FEEDS, path=f"/lists/{made['id']}", narrows=at_home
    )
    assert not await mistakes(scene, page, ["follower"])
    for name, asker in scene.askers.items():
        if isinstance(asker, Person) and asker.is_somebody and asker is not owner:
            assert (await asker.ask("GET", path)).status == 404, name
            assert not page.shows(scene.subjects["public"], await page.ask(asker)), name


async def test_trends_show_public_posts_by_the_rule(scene: Scene) -> None:
    await scene.node.write(trends.compute, is_on=True, now=scene.node.clock())
    probe = Probe(
        face="api", route="GET /api/v1/trends/statuses", door=Door.FEEDS, path="/api/v1/trends/statuses?limit=40",
        narrows=trending,
    )  # fmt: skip
    assert not await mistakes(scene, probe)


async def test_a_notification_is_shown_to_whom_it_was_sent_and_with_its_post_by_the_rule(scene: Scene) -> None:
    for owner_name, owner in scene.askers.items():
        if not isinstance(owner, Person) or not owner.is_somebody:
            continue
        found = (await owner.ask("GET", "/api/v1/notifications?limit=80")).json
        for one in found[:3]:
            for asker_name, asker in scene.askers.items():
                if isinstance(asker, Person):
                    reply = await asker.ask("GET", f"/api/v1/notifications/{one['id']}")
                    assert (reply.status == 200) == (asker is owner), (owner_name, asker_name)
                    reply = await asker.ask("GET", f"/api/v2/notifications/ungrouped-{one['id']}")
                    assert (reply.status == 200) == (asker is owner), (owner_name, asker_name)


async def test_a_post_is_deleted_by_its_author_alone_and_hidden_from_the_others_as_ever(scene: Scene) -> None:
    path = "/api/v1/statuses/{id}"
    probe = Probe(
        face="api", route="DELETE /api/v1/statuses/:id", door=Door.REST, path=path, narrows=authors, spare=True
    )
    others = [name for name in scene.askers if name not in ("author", "moderator", "admin")]
    assert not await mistakes(scene, probe, others)
