"""A slice of the matrix on PostgreSQL: the fragment of visibility is the same text on both engines."""

from pathlib import Path

from tests.conftest import NewDatabase
from tests.doors.scene import open_scene
from tests.doors.table import PROBES
from tests.doors.test_matrix import mistakes

SLICE = (
    "GET /api/v1/statuses/:id",
    "GET /api/v1/timelines/home",
    "GET /api/v1/timelines/tag/:hashtag",
    "GET /api/v1/notifications",
    "GET /api/v1/bookmarks",
    "GET /@{acct}",
    "GET /@{acct}/{id:int}",
    "GET /search",
    "GET /users/{name}/outbox",
    "GET /users/{name}/posts/{id:int}",
)


async def test_doors_show_what_the_rule_says_on_postgresql(new_database: NewDatabase, tmp_path: Path) -> None:
    async with open_scene(tmp_path, database_url=new_database("postgres")) as scene:
        tried = [probe for probe in PROBES if probe.name in SLICE]
        assert len(tried) == len(SLICE)
        for probe in tried:
            assert not await mistakes(scene, probe), probe.name
        await scene.suspend()
        for probe in tried:
            assert not await mistakes(scene, probe), probe.name
