"""A host who lives at another site changes what a community says of itself from there: its site is asked."""

import msgspec
import pytest

from social import events
from storage import communities, community_topics
from storage.accounts import AccountRow
from storage.community_topics import TopicRow
from storage.engine.database import Tx
from tests.web.conftest import Site
from tests.web.test_community_moving import afar, moderated


async def hosted(site: Site) -> AccountRow:
    """A community that `filiale` keeps, hosted by amina of here, as its site says; luc moderates it."""
    made = await afar(site)
    for name in ("amina", "luc"):
        await moderated(site, name, made.id)
    amina = await site.world.row(site.world.id("amina"))

    def known(tx: Tx) -> None:
        row = communities.by_id(tx, made.id)
        assert row is not None
        communities.rewrite(tx, msgspec.structs.replace(row, hosts=amina.uri, rules_html="<p>Be on time</p>"))
        community_topics.put(tx, TopicRow(community_id=made.id, name="gear", display="Gear", position=1))

    await site.world.db.write(known)
    return made


SAID = {
    "en": ("keeps this community, and is asked for what you change", "Sent to the site that keeps this community"),
    "fr": ("tient cette communauté et reçoit vos changements", "Envoyé au site qui garde cette communauté"),
}


@pytest.mark.parametrize("language", ["en", "fr"])
async def test_its_host_reads_what_is_so_and_sends_what_is_to_be_another(site: Site, language: str) -> None:
    amina = await site.person("amina", language=language)
    await site.person("luc")
    made = await hosted(site)
    base, (note, sent) = f"/communities/{made.id}", SAID[language]
    page = await amina.read(f"{base}/settings")
    assert note in page.words and page.page.select_one(f'main a[href="{base}/settings"]')
    assert page.page.select_one("textarea[name=rules]").text.strip() == "Be on time"
    assert not page.page.select("input[type=file]") and not page.page.select("#s-auto")
    answer = await amina.fill(page, f"{base}/settings", {"rules": "Be early", "entry": "request"})
    assert sent in answer.text.replace("\u00a0", " ")
    (said,) = [one for one in await site.world.happened() if isinstance(one, events.ChangeAsked)]
    assert (said.rules, said.entry, said.display_name, said.purpose) == ("Be early", "request", None, None)
    wrong = await amina.fill(page, f"{base}/settings", {"display_name": ""})
    assert wrong.status == 422
    luc = await site.come_in("luc")
    assert not (await luc.read(base)).page.select(f'a[href="{base}/settings"]')
    assert (await luc.fill(page, f"{base}/settings", {"rules": "Mine"})).status == 403


async def test_topics_are_put_up_and_taken_down_from_here(site: Site) -> None:
    await site.person("amina")
    luc = await site.person("luc")
    made = await hosted(site)
    base = f"/communities/{made.id}"
    page = await luc.read(f"{base}/topics")
    assert "#Gear" in page.words
    assert "Sent to the site" in (await luc.fill(page, f"{base}/topics", {"topic": "Matches"})).text
    assert "Sent to the site" in (await luc.send(f"{base}/topics/remove", {"topic": "gear"})).text
    said = [one for one in await site.world.happened() if isinstance(one, events.ChangeAsked)]
    assert [(one.new_topic, one.old_topic) for one in said] == [("Matches", ""), ("", "gear")]
