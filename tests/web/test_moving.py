"""Moving to another account by the page."""

from social.people import moves
from tests.web.conftest import Site
from tests.world import PASSWORD


async def test_somebody_moves_with_the_password_when_the_new_account_agrees(site: Site) -> None:
    amina = await site.person("amina")
    new = await site.world.elsewhere("amina", aliases=(site.world.urls.actor("amina"),))
    other = await site.world.elsewhere("eve")
    site.elsewhere.accounts = {"amina@siege.example": new.id, "eve@siege.example": other.id}
    page = await amina.read("/settings/moving")
    for target, password in (
        ("amina@siege.example", "wrong"),
        ("eve@siege.example", PASSWORD),
        ("x@y.example", PASSWORD),
    ):
        answer = await amina.fill(page, "/settings/moving", {"target": target, "password": password})
        assert answer.status == 422
    answer = await amina.fill(page, "/settings/moving", {"target": "amina@siege.example", "password": PASSWORD})
    assert "You moved to @amina@siege.example" in answer.words
    again = await amina.fill(answer, "/settings/moving", {"target": "amina@siege.example", "password": PASSWORD})
    assert again.status == 422
    assert "You moved to" not in (await amina.send("/settings/moving/stay", {})).words


async def test_former_accounts_are_named_and_taken_away(site: Site) -> None:
    amina = await site.person("amina")
    old = await site.world.elsewhere("bruno")
    site.elsewhere.accounts = {"bruno@siege.example": old.id}
    page = await amina.read("/settings/moving")
    answer = await amina.fill(page, "/settings/moving/aliases", {"alias": "bruno@siege.example"})
    assert "@bruno@siege.example" in answer.words
    assert moves.aliases(await site.world.row(site.world.id("amina"))) == (old.uri,)
    await amina.send("/settings/moving/aliases/drop", {"uri": old.uri})
    assert moves.aliases(await site.world.row(site.world.id("amina"))) == ()
