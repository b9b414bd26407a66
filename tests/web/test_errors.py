"""What goes wrong, as a page."""

import pytest

from social.policy import Role
from storage.engine.database import StorageBusy
from tests.web.conftest import Site
from web.words import OF_STATUS


@pytest.mark.parametrize(("language", "words"), [("fr", "Cette page n’existe pas"), ("en", "This page doesn't exist")])
async def test_nothing_is_told_alike_to_strangers_and_people(site: Site, language: str, words: str) -> None:
    amina = await site.person("amina", language=language)
    for visitor in (amina, site.stranger(language)):
        answer = await visitor.read("/nowhere")
        assert answer.status == 404
        assert words in answer.words
        assert answer.page.html["lang"] == language
        assert len(answer.page.select("h1")) == 1


async def test_a_database_that_fails_is_told_without_its_secrets(site: Site) -> None:
    amina = await site.person("amina")

    def fail(_: int, sql: str) -> None:
        raise StorageBusy(f"secret: {sql}")

    site.world.db.fail_at = fail
    answer = await amina.read("/")
    assert answer.status == 503
    assert "Try again in a moment" in answer.words
    assert "secret" not in answer.text and "SELECT" not in answer.text


async def test_a_screen_that_nobody_stands_before_tries_again(site: Site) -> None:
    bruno = await site.person("bruno", role=Role.COMMUNICATOR)
    page = await bruno.send("/screens", {"title": "Canteen"})
    link = page.page.select_one("a[href^='/screen/']")["href"]

    def fail(_: int, sql: str) -> None:
        raise StorageBusy(sql)

    site.world.db.fail_at = fail
    answer = await site.stranger().ask("GET", link)
    assert (answer.status, answer.headers["refresh"]) == (503, "20")
    assert "refresh" not in (await site.stranger().ask("GET", "/site")).headers
    site.world.db.fail_at = None
    # Its link was closed: there is nothing to come back for.
    gone = await site.stranger().ask("GET", f"{link}x")
    assert gone.status == 404 and "refresh" not in gone.headers


async def test_each_status_has_its_own_sentence_in_both_languages(site: Site) -> None:
    assert len({words for _, words in OF_STATUS.values()}) >= 10
    assert {400, 401, 403, 404, 413, 422, 429, 500, 503, 507} <= set(OF_STATUS)


async def test_what_the_role_forbids_is_told_with_a_way_home(site: Site) -> None:
    ines = await site.person("ines", role=Role.MODERATOR)
    answer = await ines.read("/admin/peers")
    assert answer.status == 403
    assert "another role" in answer.words
    assert answer.page.select_one("main .empty a")["href"] == "/"
