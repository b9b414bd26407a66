"""Who moderates a community of another site sees who asks to come in, answers there, and reads what cannot be."""

import pytest

from social import events
from social.communities import received, requests
from storage import communities, memberships
from storage.accounts import AccountRow
from storage.communities import Entry
from storage.engine.database import Tx
from storage.memberships import MemberRole, MembershipRow, MemberState
from tests.web.conftest import Site
from tests.web.test_community_moving import afar, moderated

WAITS = {
    "en": ("You accept: waits for Filiale, Madrid", "You refuse: waits for Filiale, Madrid", "Accept"),
    "fr": ("Vous acceptez : en attente de Filiale, Madrid", "Vous refusez : en attente de Filiale, Madrid", "Accepter"),
}


async def asked(site: Site, made: AccountRow, name: str, words: str) -> AccountRow:
    """The site that keeps it says to amina that somebody of a third one asks."""
    asker = await site.world.elsewhere(name, "siege.example")
    amina = await site.world.row(site.world.id("amina"))

    def pass_on(tx: Tx) -> None:
        known = communities.known(tx, made.id)
        assert known is not None
        follow = f"{asker.uri}#follows/1"
        uri = f"{made.uri}#offers/{name}"
        requests.passed(tx, known, asker, amina, uri, follow, words, now=site.world.clock())

    await site.world.db.write(pass_on)
    await site.world.settle()
    return asker


@pytest.mark.parametrize("language", ["en", "fr"])
async def test_a_request_is_seen_and_answered_from_here_and_the_answer_waits(site: Site, language: str) -> None:
    amina = await site.person("amina", language=language)
    luc = await site.person("luc", language=language)
    made = await afar(site, entry=Entry.REQUEST)
    await moderated(site, "amina", made.id)
    own = MembershipRow(
        community_id=made.id, account_id=site.world.id("luc"), state=MemberState.MEMBER, created_at=site.world.clock()
    )
    await site.world.db.write(memberships.put, own)
    bruno = await asked(site, made, "bruno", "I keep goals <b>")
    ines = await asked(site, made, "ines", "")
    base = f"/communities/{made.id}"
    door = (await amina.read("/notifications")).page.select_one(f'main a.ask[href="{base}/requests"]')
    assert door is not None
    assert not (await luc.read("/notifications")).page.select(f'main a[href="{base}/requests"]')
    assert (await luc.read(f"{base}/requests")).status == 403
    desk = await amina.read(f"{base}/requests")
    accepts, refuses, word = WAITS[language]
    assert "I keep goals <b>" in desk.words and len(desk.page.select("#asking button.ask")) == 2
    assert desk.page.select_one("#asking button.ask").text == word
    assert "data-behaviour" not in desk.page.select_one("#asking").attrs
    await amina.send(f"{base}/members/{bruno.id}/accept", {})
    await amina.send(f"{base}/members/{ines.id}/refuse", {})
    desk = await amina.read(f"{base}/requests")
    words = " ".join(desk.words.replace("\u00a0", " ").split())
    assert accepts in words and refuses in words
    assert not desk.page.select("#asking .do"), "the words stand under the name, which they would press together"
    assert not desk.page.select("#asking button") and desk.page.select_one("#asking noscript a")["href"] == (
        f"{base}/requests"
    )
    assert (desk.page.select_one("#asking")["data-behaviour"], desk.page.select_one("#asking")["data-state"]) == (
        *("turn", "2"),
    )
    said = [one for one in await site.world.happened() if isinstance(one, events.HostAsked)]
    assert [(one.of, one.verb) for one in said] == [(bruno.id, "accept"), (ines.id, "refuse")]
    again = await amina.send(f"{base}/members/{bruno.id}/refuse", {})
    assert again.status == 409
    for name in ("bruno", "ines"):
        await site.world.db.write(requests.taken_back, made.id, f"{made.uri}#offers/{name}")
    assert "I keep goals" not in (await amina.read(f"{base}/requests")).words


async def test_who_moderates_no_more_sees_nothing_of_it(site: Site) -> None:
    amina = await site.person("amina")
    made = await afar(site, entry=Entry.REQUEST)
    await moderated(site, "amina", made.id)
    bruno = await asked(site, made, "bruno", "I keep goals")
    own = MembershipRow(
        community_id=made.id,
        account_id=site.world.id("amina"),
        role=MemberRole.MEMBER,
        state=MemberState.MEMBER,
        created_at=site.world.clock(),
    )
    await site.world.db.write(memberships.put, own)
    for path in ("/requests", "", "/members", "/about"):
        assert "I keep goals" not in (await amina.read(f"/communities/{made.id}{path}")).text
    assert (await amina.send(f"/communities/{made.id}/members/{bruno.id}/accept", {})).status == 403


@pytest.mark.parametrize(("language", "said"), [("en", "cannot come into"), ("fr", "n’a pas abouti")])
async def test_who_invited_somebody_who_cannot_come_reads_so(site: Site, language: str, said: str) -> None:
    amina = await site.person("amina", language=language)
    made = await afar(site, entry=Entry.INVITED)
    await moderated(site, "amina", made.id)
    carla = await site.world.elsewhere("carla", "siege.example")
    row = await site.world.row(site.world.id("amina"))

    def refused(tx: Tx) -> None:
        known = communities.known(tx, made.id)
        assert known is not None
        received.uninvited(tx, known, row, f"{row.uri}#invites/1", carla.uri, now=site.world.clock())

    await site.world.db.write(refused)
    await site.world.settle()
    notes = (await amina.read("/notifications")).words
    assert said in notes and "@carla@siege.example" in notes and "Football de Madrid" in notes
