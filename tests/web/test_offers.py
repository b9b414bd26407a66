"""What is offered while one writes."""

from urllib.parse import quote

from social.policy import Role
from tests.social.pictures import encoded, workshop
from tests.web.conftest import Site
from tests.web.test_doors import counted
from tests.web.test_emojis import ready
from tests.web.visitor import Picture, Visitor


async def offered(visitor: Visitor, words: str) -> list[str]:
    """What a choice would write."""
    page = (await visitor.read(f"/compose/offers?q={quote(words)}")).page
    return [option["data-insert"] for option in page.select("[role=option]")]


async def test_people_subjects_and_emoji_are_offered_by_their_beginning(site: Site) -> None:
    await ready(site)
    amina = await site.person("amina", role=Role.ADMIN)
    await site.world.person("bruno")
    await site.world.elsewhere("brigitte", "siege.example")
    await site.world.say("bruno", "#Presse et #prévention")
    picture = Picture("ok.png", encoded(workshop(64, 64), "PNG"))
    added = await amina.send("/admin/emojis", {"name": "pressing", "picture": picture})
    assert added.status == 200, added.words
    assert await offered(amina, "@br") == ["@bruno", "@brigitte@siege.example"]
    assert await offered(amina, "@brigitte@si") == ["@brigitte@siege.example"]
    assert await offered(amina, "#pr") == ["#Presse", "#prévention"]
    assert await offered(amina, ":PRE") == [":pressing:"]


async def test_nothing_is_offered_for_nothing(site: Site) -> None:
    amina = await site.person("amina")
    for words in ("", "@", "#", ":", "bruno", "@\0", "@" + "x" * 500, "@%"):
        assert await offered(amina, words) == []


async def test_an_offer_costs_four_statements_at_most_and_is_for_people_here(site: Site) -> None:
    amina = await site.person("amina")
    statements = counted(site)
    await offered(amina, "@am")
    assert statements() <= 4
    assert (await site.stranger().ask("GET", "/compose/offers?q=@am")).status == 303
