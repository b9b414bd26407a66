"""Lists on pages: made, filled from somebody's page, read, changed, removed."""

from tests.web.conftest import Site


async def test_a_list_is_made_filled_and_read(site: Site) -> None:
    bruno = await site.person("bruno")
    amina = await site.world.person("amina")
    made = await bruno.send("/lists", {"title": "Hall 3"})
    list = made.path.split("/")[2]
    await site.world.follow("bruno", "amina")
    await site.world.say("amina", "The crane stands still")
    page = await bruno.read("/@amina")
    assert page.page.select_one(f'a[href="/people/{amina}/lists"]')
    await bruno.send(f"/people/{amina}/lists", {"list": list, "back": "/@amina"})
    assert (await bruno.read(f"/people/{amina}/lists")).page.select_one(f'input[value="{list}"][checked]')
    assert "The crane stands still" in (await bruno.read(f"/lists/{list}")).words
    assert "Amina Benali" in (await bruno.read(f"/lists/{list}/edit")).words
    await bruno.send(f"/lists/{list}/members/{amina}/remove", {})
    assert "The crane stands still" not in (await bruno.read(f"/lists/{list}")).words


async def test_a_list_keeps_its_people_out_of_home_when_asked(site: Site) -> None:
    bruno = await site.person("bruno")
    amina = await site.world.person("amina")
    await site.world.follow("bruno", "amina")
    list = (await bruno.send("/lists", {"title": "Hall 3"})).path.split("/")[2]
    await bruno.send(f"/people/{amina}/lists", {"list": list})
    await bruno.send(f"/lists/{list}/edit", {"title": "Hall 4", "replies": "none", "exclusive": "1"})
    await site.world.say("amina", "Only on the list")
    await site.world.settle()
    assert "Only on the list" not in (await bruno.read("/")).words
    answer = await bruno.read(f"/lists/{list}")
    assert "Only on the list" in answer.words
    assert answer.page.select_one("h1").text == "Hall 4"
    await bruno.send(f"/lists/{list}/delete", {})
    assert "Hall 4" not in (await bruno.read("/lists")).words
    assert "Only on the list" in (await bruno.read("/")).words


async def test_a_list_needs_a_name(site: Site) -> None:
    bruno = await site.person("bruno")
    answer = await bruno.send("/lists", {"title": "   "})
    assert (answer.status, "Give it a title." in answer.words) == (422, True)
    list = (await bruno.send("/lists", {"title": "Hall 3"})).path.split("/")[2]
    assert (await bruno.send(f"/lists/{list}/edit", {"title": ""})).status == 422
    assert (await bruno.send(f"/lists/{list}/edit", {"title": "x", "replies": "all"})).status == 422


async def test_a_list_of_somebody_else_is_not_there(site: Site) -> None:
    bruno, carla = await site.person("bruno"), await site.person("carla")
    list = (await bruno.send("/lists", {"title": "Hall 3"})).path.split("/")[2]
    for path in (f"/lists/{list}", f"/lists/{list}/edit"):
        assert (await carla.read(path)).status == 404
    assert (await carla.send(f"/lists/{list}/edit", {"title": "mine"})).status == 404
    assert (await carla.send(f"/lists/{list}/delete", {})).status == 404
    marc = await site.world.person("marc")
    assert (await carla.send(f"/people/{marc}/lists", {"list": list})).status == 404
