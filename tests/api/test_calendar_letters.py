"""By mail: a gathering for the calendar when one has a seat, when it moves, when it is off; and one's week."""

from datetime import UTC, datetime
from email.message import EmailMessage
from typing import Any

import msgspec
from icalendar import Calendar

from social import jobs
from social.gatherings import answers
from social.governance import states
from social.letters import digests, letters
from social.letters.letters import Rhythm
from social.people import accounts
from social.people.accounts import ProfileChange
from social.posts import edit
from social.posts.publish import Draft
from storage import jobs as job_rows
from storage.engine.query import Query
from storage.gatherings import Status
from storage.ids import PostId
from tests.api.mail import ZONE, Mailbox, addressed, sender_of, words_of
from tests.api.site import Site
from tests.api.test_communities import made
from tests.api.test_gatherings import MATCH, planned

_RENAME = Query(None, "UPDATE posts SET title = :title WHERE id = :id")


async def send(site: Site, mailbox: Mailbox, kind: str) -> int:
    """Send what is due now of a kind of letters; how many jobs that were."""
    await site.settle()
    sender = sender_of(site, mailbox)
    rows = await site.node.db.write(job_rows.claim, [kind], site.node.clock(), 60_000, 100)
    for row in rows:
        job = jobs.read(row.arguments)
        if isinstance(job, jobs.SendInvitation):
            await sender.send_invitation(job)
        elif isinstance(job, jobs.TakeOutOfCalendar):
            await sender.take_out(job)
        else:
            assert isinstance(job, jobs.SendDigest)
            await sender.send_digest(job)
        await site.node.db.write(job_rows.finish, row.id)
    return len(rows)


async def answer(site: Site, post: PostId, said: str) -> None:
    world = site.world
    await world.db.write(
        answers.answer, world.viewer("luc"), post, said, ids=world.ids, urls=world.urls, now=world.clock()
    )


async def held_by_luc(site: Site, mailbox: Mailbox) -> PostId:
    """A gathering of amina that stands in luc's calendar by letter."""
    post = await planned(site)
    await addressed(site, "luc", "luc@usine.example")
    clock = site.world.clock
    await site.node.db.write(letters.choose, site.world.viewer("luc"), Rhythm.WEEKLY, now=clock())
    await answer(site, post, "yes")
    await site.settle()
    clock.pass_by(minutes=1)
    assert await send(site, mailbox, "send_invitation") == 1
    return post


def event_of(message: EmailMessage) -> tuple[str, Any]:
    """What a mail program takes in: the method, the same in the letter and in the calendar, and the one event."""
    forms = [part for part in message.walk() if part.get_content_type() == "text/calendar"]
    assert [part.get_filename() for part in forms] == [None, "invite.ics"]
    assert {part.get_param("method") for part in forms} == {forms[0].get_param("method")}
    held: Any = Calendar.from_ical(forms[0].get_content())
    assert Calendar.from_ical(forms[1].get_content()).to_ical() == held.to_ical()
    assert not held.errors and str(held["METHOD"]) == forms[0].get_param("method")
    (event,) = held.walk("VEVENT")
    assert str(event["DTSTART"].params["TZID"]) in {str(zone["TZID"]) for zone in held.walk("VTIMEZONE")}
    return str(held["METHOD"]), event


async def test_a_gathering_goes_into_the_calendar_by_mail_changes_there_and_goes_out(
    site: Site, mailbox: Mailbox
) -> None:
    post = await planned(site)
    await addressed(site, "luc", "luc@usine.example")
    luc, clock = site.world.viewer("luc"), site.world.clock
    await site.node.db.write(letters.choose, luc, Rhythm.WEEKLY, now=clock())
    await answer(site, post, "yes")
    await send(site, mailbox, "send_invitation")
    assert mailbox.letters == []  # whoever pressed the wrong button has half a minute
    clock.pass_by(minutes=1)
    assert await send(site, mailbox, "send_invitation") == 1
    [first] = mailbox.letters
    assert (first["To"], first["Subject"].replace("\u00a0", " ")) == (
        "luc@usine.example",
        "Dans votre agenda : Football & more",
    )
    assert "Pitch <2>" in words_of(first) and "Pitch &lt;2&gt;" in words_of(first, "html")
    assert first["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    method, event = event_of(first)
    assert method == "REQUEST" and str(event["STATUS"]) == "CONFIRMED"
    assert event.decoded("DTSTART").astimezone(UTC) == datetime.fromtimestamp(MATCH.starts_at / 1000, UTC)
    assert str(event["ATTENDEE"]) == "mailto:luc@usine.example"
    assert str(event["ATTENDEE"].params["PARTSTAT"]) == "ACCEPTED"
    # The address of the organiser is nobody's business: the site stands for them.
    assert str(event["ORGANIZER"]) == "mailto:site@usine.example"
    for minutes, status in ((60, Status.CONFIRMED), (120, Status.CANCELLED)):
        moved = msgspec.structs.replace(MATCH, place="Hall 3", status=status)
        now = clock.pass_by(minutes=minutes)
        draft = Draft(text="Bring boots.", gathering=moved)
        await site.world.db.write(
            edit.edit, site.world.viewer("amina"), post, draft, context=site.world.context, now=now
        )
        await send(site, mailbox, "send_invitation")
        clock.pass_by(minutes=1)
        assert await send(site, mailbox, "send_invitation") == 1
    changed, off = (event_of(one) for one in mailbox.letters[1:])
    assert (changed[0], off[0]) == ("REQUEST", "CANCEL")
    assert {str(one["UID"]) for one in (event, changed[1], off[1])} == {str(event["UID"])}
    assert event["SEQUENCE"] < changed[1]["SEQUENCE"] < off[1]["SEQUENCE"]
    assert str(changed[1]["LOCATION"]) == "Hall 3" and str(off[1]["STATUS"]) == "CANCELLED"
    assert [one["Subject"].replace("\u00a0", " ") for one in mailbox.letters[1:]] == [
        "Modifié : Football & more",
        "Annulé : Football & more",
    ]


async def test_a_gathering_that_is_deleted_leaves_the_calendars_that_hold_it(site: Site, mailbox: Mailbox) -> None:
    clock = site.world.clock
    post = await held_by_luc(site, mailbox)
    clock.pass_by(hours=9)
    await site.node.db.write(edit.delete, site.world.viewer("amina"), post, now=clock())
    assert await send(site, mailbox, "take_out_of_calendar") == 1
    assert len(mailbox.letters) == 1, "at night nothing is written"
    clock.pass_by(hours=11)
    assert await send(site, mailbox, "take_out_of_calendar") == 1
    (_, was), (method, now) = (event_of(one) for one in mailbox.letters)
    assert (method, str(now["STATUS"]), str(now["UID"])) == ("CANCEL", "CANCELLED", str(was["UID"]))
    assert now["SEQUENCE"] > was["SEQUENCE"] and now["DTSTART"].dt == was["DTSTART"].dt
    last = mailbox.letters[-1]
    assert last["Subject"].replace("\u00a0", " ") == "Annulé : Football & more"
    assert "You said" not in words_of(last) and f"/{post}" not in words_of(last)
    other = await planned(site)
    await site.node.db.write(edit.delete, site.world.viewer("amina"), other, now=clock())
    assert await send(site, mailbox, "take_out_of_calendar") == 0, "it was in nobody's calendar"


async def test_a_letter_about_a_title_in_many_lines_goes(site: Site, mailbox: Mailbox) -> None:
    """Such a title came from another site before they were made one line."""
    post = await planned(site)
    await addressed(site, "luc", "luc@usine.example")
    await site.node.db.write(letters.choose, site.world.viewer("luc"), Rhythm.DAILY, now=site.node.clock())
    await site.node.db.write(lambda tx: tx.run(_RENAME, id=post, title="Foot\n\nBcc:\u2028x@example.org"))
    await answer(site, post, "yes")
    await send(site, mailbox, "send_invitation")
    site.world.clock.pass_by(minutes=1)
    assert await send(site, mailbox, "send_invitation") == 1
    (letter,) = mailbox.letters
    assert letter["Subject"].endswith("Foot Bcc: x@example.org") and letter["Bcc"] is None
    assert event_of(letter)[0] == "REQUEST"


async def test_what_somebody_held_whose_account_ends_leaves_the_calendars_too(site: Site, mailbox: Mailbox) -> None:
    await held_by_luc(site, mailbox)
    clock = site.world.clock
    await site.node.db.write(states.leave, site.world.viewer("amina"), now=clock())
    assert await send(site, mailbox, "take_out_of_calendar") == 1
    assert [event_of(one)[0] for one in mailbox.letters] == ["REQUEST", "CANCEL"]


async def test_who_leaves_takes_it_out_once_and_at_night_nothing_is_written(site: Site, mailbox: Mailbox) -> None:
    post = await planned(site)
    await addressed(site, "luc", "luc@usine.example")
    luc, clock = site.world.viewer("luc"), site.world.clock
    english = ProfileChange(locale="en")
    await site.node.db.write(accounts.edit_profile, luc, english, urls=site.node.urls, now=clock())
    await site.node.db.write(letters.choose, luc, Rhythm.DAILY, now=clock())
    for said in ("yes", "no"):
        await answer(site, post, said)
        await site.settle()
    clock.pass_by(minutes=1)
    await send(site, mailbox, "send_invitation")
    assert mailbox.letters == []  # it was never in
    clock.pass_by(hours=9)
    await answer(site, post, "yes")
    await send(site, mailbox, "send_invitation")
    clock.pass_by(minutes=1)
    assert await send(site, mailbox, "send_invitation") == 1
    assert mailbox.letters == []
    clock.pass_by(hours=10)
    assert await send(site, mailbox, "send_invitation") == 1
    assert [one["Subject"] for one in mailbox.letters] == ["In your calendar: Football & more"]
    await answer(site, post, "no")
    await send(site, mailbox, "send_invitation")
    clock.pass_by(minutes=1)
    assert await send(site, mailbox, "send_invitation") == 1
    method, event = event_of(mailbox.letters[1])
    assert (method, str(event["STATUS"])) == ("CANCEL", "CANCELLED")
    assert mailbox.letters[1]["Subject"] == "Out of your calendar: Football & more"
    await site.node.db.write(letters.choose, luc, Rhythm.DAILY, calendar=False, now=clock())
    await answer(site, post, "yes")
    await send(site, mailbox, "send_invitation")
    clock.pass_by(minutes=1)
    assert await send(site, mailbox, "send_invitation") == 0


async def test_the_week_of_communities_comes_by_mail_outside_quiet_hours_until_it_is_stopped(
    site: Site, mailbox: Mailbox
) -> None:
    community = await made(site)
    await addressed(site, "amina", "amina@usine.example")
    amina, clock = site.world.viewer("amina"), site.world.clock
    await site.node.db.write(digests.choose, amina, wanted=True, now=clock())
    await site.settle()
    clock.pass_by(hours=1)
    await site.world.say("amina", "The <b>final</b> is on Thursday", community=community)
    await site.settle()
    clock.pass_by(days=7, hours=9)
    await site.node.db.write(digests.enqueue_due, ZONE, clock())
    assert await send(site, mailbox, "send_digest") == 0
    clock.pass_by(hours=12)
    await site.node.db.write(digests.enqueue_due, ZONE, clock())
    assert await send(site, mailbox, "send_digest") == 1
    [message] = mailbox.letters
    assert message["Subject"].replace("\u00a0", " ").startswith("Votre semaine : 1 message")
    assert "The <b>final</b> is on Thursday" in words_of(message)
    assert "The &lt;b&gt;final&lt;/b&gt; is on Thursday" in words_of(message, "html")
    way = message["List-Unsubscribe"].strip("<>").removeprefix(site.base)
    await site.call("POST", way, form={"List-Unsubscribe": "One-Click"})
    assert not await site.node.db.read(digests.wanted, amina)
