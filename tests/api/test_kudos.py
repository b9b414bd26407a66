"""Kudos through the API: to an app a plain status, for one statement more when there is one on the page."""

from social.recognition import kudos
from social.recognition.kudos import Thanks
from tests.api.site import Site


async def test_a_kudos_is_a_plain_status_in_the_feed_of_an_app(site: Site) -> None:
    world = site.world
    amina = await world.person("amina")
    await world.person("luc")
    thanks = Thanks(to=(amina,), value="Safety", text="Merci.", line="Kudos: Safety")
    id = await world.db.write(kudos.give, world.viewer("luc"), thanks, context=world.context, now=world.clock())
    status = (await site.get(f"/api/v1/statuses/{id}", "Status", by="amina")).json
    assert (status["visibility"], status["in_reply_to_id"], status["poll"]) == ("public", None, None)
    assert "Merci." in status["content"] and "Kudos: Safety" in status["content"]
    assert [one["acct"] for one in status["mentions"]] == ["amina"]
    await world.settle()
    [told] = (await site.get("/api/v1/notifications", by="amina")).json
    assert (told["type"], told["status"]["id"]) == ("mention", str(id))
