"""Filters on pages: made in the settings, honoured everywhere."""

import pytest

from tests.web.conftest import Site
from tests.web.visitor import Fields, Visitor


async def filter_of(visitor: Visitor, **more: str | list[str]) -> str:
    """A filter of the word crane, made by the form; its id."""
    fields: Fields = {
        "title": "Machines", "word_id": ["", ""], "word": ["crane", ""], "whole": ["whole", "whole"],
        "context": ["home", "public", "thread", "account", "notifications"], "action": "warn", "ends": "", **more,
    }  # fmt: skip
    answer = await visitor.send("/settings/filters/new", fields)
    link = answer.page.select_one('main a[href^="/settings/filters/"][aria-label]')
    return str(link["href"]).rsplit("/", 1)[1]


async def test_a_filter_is_made_changed_and_removed(site: Site) -> None:
    bruno = await site.person("bruno")
    id = await filter_of(bruno, ends="7")
    assert "crane" in (await bruno.read("/settings/filters")).words
    form = (await bruno.read(f"/settings/filters/{id}")).page
    word = form.select_one('input[name="word_id"]')["value"]
    assert form.select_one('option[value="keep"][selected]')
    changed: Fields = {
        "title": "Lifts", "word_id": [word, ""], "word": ["", "press"], "whole": ["whole", "part"],
        "context": ["home"], "action": "hide", "ends": "keep",
    }  # fmt: skip
    answer = await bruno.send(f"/settings/filters/{id}", changed)
    assert "Lifts" in answer.words
    assert "press" in answer.words
    assert "crane" not in answer.words
    await bruno.send(f"/settings/filters/{id}/delete", {})
    assert "Lifts" not in (await bruno.read("/settings/filters")).words


@pytest.mark.parametrize(
    "wrong", [{"title": ""}, {"context": []}, {"context": ["kitchen"]}, {"action": "burn"}, {"ends": "400"}]
)
async def test_a_filter_that_is_wrong_is_shown_again(site: Site, wrong: dict[str, str | list[str]]) -> None:
    bruno = await site.person("bruno")
    fields: Fields = {
        "title": "Machines", "word_id": [""], "word": ["crane"], "whole": ["whole"], "context": ["home"], **wrong
    }  # fmt: skip
    answer = await bruno.send("/settings/filters/new", fields)
    assert answer.status == 422
    assert answer.page.select_one('input[name="word"]')["value"] == "crane"


async def test_a_filter_of_somebody_else_is_not_there(site: Site) -> None:
    bruno, carla = await site.person("bruno"), await site.person("carla")
    id = await filter_of(bruno)
    assert (await carla.read(f"/settings/filters/{id}")).status == 404
    assert (await carla.send(f"/settings/filters/{id}", {"title": "mine", "context": "home"})).status == 404
    assert (await carla.send(f"/settings/filters/{id}/delete", {})).status == 404


async def test_a_warned_post_is_folded_with_the_name_of_the_filter(site: Site) -> None:
    bruno = await site.person("bruno")
    await site.world.person("amina")
    post = await site.world.say("amina", "The crane stands still")
    await filter_of(bruno)
    for path in ("/site", "/@amina", f"/@amina/{post}"):
        folded = (await bruno.read(path)).page.select_one("article details.warning")
        assert "Filtered: Machines" in folded.select_one("summary").text, path
        assert "The crane stands still" in folded.text, path


async def test_a_hidden_post_is_left_out_but_by_its_own_address(site: Site) -> None:
    bruno = await site.person("bruno")
    await site.world.person("amina")
    post = await site.world.say("amina", "@bruno The crane stands still")
    await site.world.settle()
    await filter_of(bruno, action="hide")
    for path in ("/site", "/group", "/@amina", "/notifications"):
        assert "crane" not in (await bruno.read(path)).words, path
    assert "crane" in (await bruno.read(f"/@amina/{post}")).words
    carla = await site.person("carla")
    assert "crane" in (await carla.read("/site")).words


async def test_a_filter_holds_only_where_it_is_wanted(site: Site) -> None:
    bruno = await site.person("bruno")
    await site.world.person("amina")
    await site.world.say("amina", "The crane stands still")
    await filter_of(bruno, action="hide", context=["home"])
    assert "crane" in (await bruno.read("/site")).words
