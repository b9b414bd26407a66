"""A poll is seen, and voted in, by whoever may see its post, and nobody else learns that it is there."""

import pytest

from storage.visibility import Visibility
from tests.doors.askers import Person
from tests.doors.scene import WIRE, Scene, Subject

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_a_poll_is_seen_and_voted_in_by_whoever_may_see_its_post(scene: Scene) -> None:
    for visibility in Visibility:
        said = await scene.node.say(
            scene.person("author").person,
            "Quand ? @mentioned @blocked",
            visibility=WIRE[visibility],
            poll={"options": ["midi", "soir"], "expires_in": 3600},
        )
        subject = Subject(name=str(visibility), visibility=visibility, id=said["id"], uri=said["uri"], word="Quand")
        path = f"/api/v1/polls/{said['poll']['id']}"
        for name, asker in scene.askers.items():
            if not isinstance(asker, Person):
                continue
            sees = scene.sees(asker, subject)
            found = await asker.ask("GET", path)
            assert found.status == (200 if sees else 404 if asker.is_let_in(is_open=scene.is_open) else 401), name
            assert ("midi" in found.text) == sees, name
            voted = await asker.ask("POST", f"{path}/votes", {"choices[]": "1"})
            expected = 422 if name == "author" else 200 if sees else 404
            assert voted.status == (expected if asker.is_somebody else 401), name
            assert ("midi" in voted.text) == (sees and name != "author"), name
