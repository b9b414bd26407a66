"""Letters by mail: a mail server on loopback gets what happened, once, with a way out that needs no sign-in."""

import io

import pytest
from PIL import Image

from social import jobs
from social.announcements.audience import Wave
from social.clock import DAY
from social.errors import Invalid, Unavailable
from social.governance import look
from social.letters import letters
from social.letters.letters import Rhythm
from social.look import Look
from social.policy import Role
from social.rolls import calls
from storage import jobs as job_rows
from storage import users as user_rows
from storage.ids import Millis
from tests.api.mail import ZONE, Mailbox, addressed, sender_of, words_of
from tests.api.site import Site
from tests.api.test_must_reads import announced


async def choose(site: Site, name: str, rhythm: Rhythm) -> None:
    await site.node.db.write(letters.choose, site.world.viewer(name), rhythm, now=site.node.clock())


async def send(site: Site, mailbox: Mailbox) -> int:
    """Send what is due now; how many jobs that were."""
    await site.settle()
    await site.node.db.write(letters.enqueue_due, ZONE, site.node.clock())
    rows = await site.node.db.write(job_rows.claim, ["send_letter"], site.node.clock(), 60_000, 100)
    sender = sender_of(site, mailbox)
    for row in rows:
        job = jobs.read(row.arguments)
        assert isinstance(job, jobs.SendLetter)
        await sender.send(job)
        await site.node.db.write(job_rows.finish, row.id)
    return len(rows)


async def test_a_daily_letter_tells_what_happened_once(site: Site, mailbox: Mailbox) -> None:
    await addressed(site, "amina", "amina@usine.example")
    await site.say("luc", "@amina before anybody asked for letters")
    await site.settle()
    await choose(site, "amina", Rhythm.DAILY)
    post = await site.say("amina", "hello")
    await site.post(f"/api/v1/statuses/{post}/favourite", by="luc")
    await site.say("luc", "@amina the <b>crane</b> & the gate")
    assert await send(site, mailbox) == 0
    site.world.clock.pass_by(days=1)
    assert await send(site, mailbox) == 1
    [message] = mailbox.letters
    assert (message["To"], message["From"]) == ("amina@usine.example", "Usine <site@usine.example>")
    assert message["Subject"].replace("\u00a0", " ") == "2 choses se sont passées pour vous"
    plain = message.get_body(("plain",))
    html = message.get_body(("html",))
    assert plain is not None
    assert html is not None
    text, page = plain.get_content(), html.get_content()
    assert "Luc Perrin vous nomme" in text
    assert "Luc Perrin aime votre message" in text
    assert "@amina the <b>crane</b> & the gate" in text
    assert "&lt;b&gt;crane&lt;/b&gt; &amp; the gate" in page
    assert "before anybody asked" not in text + page
    site.world.clock.pass_by(days=1)
    assert await send(site, mailbox) == 1
    assert len(mailbox.letters) == 1


async def test_a_must_read_comes_by_mail_to_who_still_owes_it_whatever_they_chose(site: Site, mailbox: Mailbox) -> None:
    await addressed(site, "amina", "amina@usine.example")
    post, secret = await announced(site), await announced(site, Wave(at=0, roles=("job:Maintenance",)))
    sender = sender_of(site, mailbox)
    user = site.world.viewer("amina").user
    assert user is not None
    for asked in (post, secret):
        await sender.send_must_read(jobs.SendMustRead(post=asked, user=user))
    first, second = mailbox.letters
    assert first["Subject"].replace("\u00a0", " ") == "Bruno Keller vous demande de lire et de confirmer"
    assert first["List-Unsubscribe"] is None
    plain, closed = first.get_body(("plain",)), second.get_body(("plain",))
    assert plain is not None and closed is not None
    assert "Le quai est fermé" in plain.get_content() and f"/{post}" in plain.get_content()
    # Of what is for some the words stay at home.
    assert "quai" not in closed.get_content() and f"/{secret}" in closed.get_content()


async def test_a_letter_has_the_name_and_the_picture_of_the_site(site: Site, mailbox: Mailbox) -> None:
    out = io.BytesIO()
    Image.new("RGB", (300, 100), "#0b6e3f").save(out, "PNG")
    site.node.dress(Look(title="Forge", logo=look.encoded(out.getvalue())))
    await addressed(site, "amina", "amina@usine.example")
    await choose(site, "amina", Rhythm.DAILY)
    await site.say("luc", "@amina hello")
    site.world.clock.pass_by(days=1)
    await send(site, mailbox)
    [message] = mailbox.letters
    assert message["From"] == "Forge <site@usine.example>"
    html = message.get_body(("html",))
    [picture] = [part for part in message.walk() if part.get_content_type() == "image/png"]
    assert html is not None and 'src="cid:logo"' in html.get_content() and picture["Content-ID"] == "<logo>"
    with Image.open(io.BytesIO(picture.get_content())) as drawn:
        assert drawn.size == (288, 96)


async def test_what_was_read_is_not_told_again(site: Site, mailbox: Mailbox) -> None:
    await addressed(site, "amina", "amina@usine.example")
    await choose(site, "amina", Rhythm.WEEKLY)
    await site.say("luc", "@amina hello")
    await site.settle()
    newest = (await site.get("/api/v1/notifications", by="amina")).json[0]["id"]
    await site.post("/api/v1/markers", by="amina", form={"notifications[last_read_id]": newest})
    site.world.clock.pass_by(days=7)
    assert await send(site, mailbox) == 1
    assert mailbox.letters == []


async def test_a_letter_holds_twenty_things_at_most(site: Site, mailbox: Mailbox) -> None:
    await addressed(site, "amina", "amina@usine.example")
    await choose(site, "amina", Rhythm.DAILY)
    for number in range(22):
        await site.say("luc", f"@amina number {number}.")
    site.world.clock.pass_by(days=1)
    assert await send(site, mailbox) == 1
    body = mailbox.letters[0].get_body(("plain",))
    assert body is not None
    assert body.get_content().count("Luc Perrin vous nomme") == 20
    assert "Et 2 de plus." in body.get_content().replace("\u00a0", " ")


async def test_what_asks_something_is_written_at_once_and_together(site: Site, mailbox: Mailbox) -> None:
    await addressed(site, "amina", "amina@usine.example")
    await choose(site, "amina", Rhythm.IMMEDIATE)
    post = await site.say("amina", "hello")
    await site.post(f"/api/v1/statuses/{post}/favourite", by="luc")
    assert await send(site, mailbox) == 0
    await site.say("luc", "@amina one")
    await site.say("luc", "@amina two")
    assert await send(site, mailbox) == 0
    site.world.clock.pass_by(minutes=2)
    assert await send(site, mailbox) == 1
    assert mailbox.letters[0]["Subject"].replace("\u00a0", " ") == "3 choses se sont passées pour vous"


async def test_a_letter_waits_for_the_end_of_a_quiet_time_and_what_is_urgent_does_not(
    site: Site, mailbox: Mailbox
) -> None:
    await addressed(site, "amina", "amina@usine.example")
    await choose(site, "amina", Rhythm.IMMEDIATE)
    await site.world.person("marc", role=Role.ADMIN)
    clock = site.world.clock
    clock.pass_by(hours=9)
    await site.say("luc", "@amina good night")
    await send(site, mailbox)
    clock.pass_by(minutes=2)
    assert await send(site, mailbox) == 1
    assert mailbox.letters == []
    clock.pass_by(hours=9)
    assert await send(site, mailbox) == 0
    clock.pass_by(hours=2)
    assert await send(site, mailbox) == 1
    assert "Luc Perrin vous nomme" in words_of(mailbox.letters[0])
    clock.pass_by(hours=13)
    marc = site.world.viewer("marc")
    await site.node.db.write(calls.begin, marc, "Fuite de gaz", ids=site.node.ids, now=clock())
    await send(site, mailbox)
    clock.pass_by(minutes=2)
    assert await send(site, mailbox) == 1
    assert "demande si vous" in words_of(mailbox.letters[1])


async def test_the_way_out_needs_one_request_and_no_sign_in(site: Site, mailbox: Mailbox) -> None:
    await addressed(site, "amina", "amina@usine.example")
    await choose(site, "amina", Rhythm.DAILY)
    await site.say("luc", "@amina hello")
    site.world.clock.pass_by(days=1)
    await send(site, mailbox)
    [message] = mailbox.letters
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    way = message["List-Unsubscribe"].strip("<>").removeprefix(site.base)
    assert (await site.get(way)).status == 200
    rhythm, _ = await site.node.db.read(letters.rhythm, site.world.viewer("amina"))
    assert rhythm is Rhythm.DAILY
    await site.call("POST", way, form={"List-Unsubscribe": "One-Click"})
    rhythm, _ = await site.node.db.read(letters.rhythm, site.world.viewer("amina"))
    assert rhythm is Rhythm.OFF
    async with site.http.post(f"{site.base}/letters/made-up", data={"List-Unsubscribe": "One-Click"}) as answer:
        assert answer.status == 404
    await site.say("luc", "@amina hello again")
    site.world.clock.pass_by(days=1)
    assert await send(site, mailbox) == 0


async def test_a_mail_server_in_trouble_is_tried_again(site: Site, mailbox: Mailbox) -> None:
    await addressed(site, "amina", "amina@usine.example")
    await choose(site, "amina", Rhythm.DAILY)
    await site.say("luc", "@amina hello")
    site.world.clock.pass_by(days=1)
    mailbox.refusal = "451 later"
    with pytest.raises(Unavailable):
        await send(site, mailbox)
    user = site.world.viewer("amina").user
    assert user is not None
    due = await site.node.db.read(letters.letter, user, now=site.node.clock())
    assert due is not None


async def test_nobody_is_written_to_without_asking_or_without_an_address(site: Site, mailbox: Mailbox) -> None:
    await addressed(site, "amina", "amina@usine.example")
    await site.world.person("luc")
    with pytest.raises(Invalid):
        await choose(site, "luc", Rhythm.DAILY)
    await site.say("luc", "@amina hello")
    site.world.clock.now = Millis(site.world.clock.now + 30 * DAY)
    assert await send(site, mailbox) == 0
    login = await site.node.db.read(user_rows.by_account, site.world.id("amina"))
    assert login is not None
    assert login.email
