"""The application and the node put together."""

from pathlib import Path

import pytest

from server.app import create_app
from server.assemble import NotMigrated, Parts, build_node, close_node
from social.node import Node, Remote
from storage.engine.database import DatabaseInUse
from storage.engine.migrate import migrate
from tests.api.site import Alone, site_settings


def alone(parts: Parts) -> Remote:
    """No way to other nodes."""
    return Alone()


class Part:
    """Notes when it begins and ends."""

    def __init__(self, name: str, diary: list[str], *, fails: bool = False) -> None:
        self.name = name
        self.diary = diary
        self.fails = fails

    def start(self) -> None:
        """Begin, or not."""
        if self.fails:
            raise RuntimeError(self.name)
        self.diary.append(f"{self.name} begins")

    async def stop(self) -> None:
        """End."""
        self.diary.append(f"{self.name} ends")


async def test_parts_end_in_the_reverse_order_of_their_beginning(tmp_path: Path) -> None:
    node = await _node(tmp_path)
    diary: list[str] = []
    app = create_app(node, parts=[Part("first", diary), Part("second", diary)])
    async with app.router.lifespan_context(app):
        assert diary == ["first begins", "second begins"]
    assert diary[2:] == ["second ends", "first ends"]
    await close_node(node)


async def test_a_part_that_cannot_begin_ends_those_before_it(tmp_path: Path) -> None:
    node = await _node(tmp_path)
    diary: list[str] = []
    app = create_app(node, parts=[Part("first", diary), Part("second", diary, fails=True)])
    with pytest.raises(RuntimeError, match="second"):
        async with app.router.lifespan_context(app):
            diary.append("served")
    assert diary == ["first begins", "first ends"]
    await close_node(node)


async def test_a_database_of_another_version_is_refused_and_let_go(tmp_path: Path) -> None:
    settings = site_settings(8400, tmp_path / "media", database=f"sqlite:///{tmp_path / 'node.db'}")

    with pytest.raises(NotMigrated):
        await build_node(settings, alone)
    await migrate(settings.database.url)
    node = await build_node(settings, alone)
    assert node.urls.base == "http://localhost:8400"
    with pytest.raises(DatabaseInUse):
        await build_node(settings, alone)
    await close_node(node)


async def _node(folder: Path) -> Node:
    settings = site_settings(8400, folder / "media", database=f"sqlite:///{folder / 'node.db'}")
    await migrate(settings.database.url)
    return await build_node(settings, alone)
