"""Recognition between nodes: for the group alone, each half by whose word it is, counts by whose signature."""

import datetime
import json
from typing import Any

import msgspec

from federation.kudos import SETTLED
from social import jobs, reading
from social.jobs import FetchPulse, ReadKudos
from social.people import received
from social.recognition import days, kudos, pulse, skills
from social.recognition.kudos import Thanks
from social.settings import RecognitionSettings
from social.trust.statements import sign_statement
from storage import jobs as job_rows
from storage import peers
from storage.days import Day
from storage.ids import Millis, PostId
from tests.federation.neighbour import PUBLIC, Neighbour, Somebody
from tests.federation.station import Station
from tests.federation.test_apply_posts import followed
from tests.federation.test_catching_up import away
from tests.federation.test_directory import SIEGE, chartered
from tests.federation.test_outgoing import _SENT, bodies, node_follows

SECRET = ("birthday", "workAnniversary", "knowsAbout", "endorses", "--03-14", "Soudure")


async def amina_tells(station: Station) -> None:
    """Amina lets her birthday and a skill be known."""
    await station.person("amina")
    amina = station.viewer("amina")
    await station.db.write(days.keep, amina, "birthday", 3, 14, now=station.clock.pass_by(minutes=1))
    await station.db.write(skills.claim, amina, "Soudure TIG", now=station.clock.pass_by(minutes=1))


async def test_nobody_outside_the_group_is_sent_a_birthday_or_a_skill(quick: Station, siege: Neighbour) -> None:
    await chartered(quick, siege)
    await bodies(quick)
    await node_follows(quick, siege)
    await quick.person("amina")
    stranger = await quick.elsewhere("mallory", "stranger.example", inbox_url="https://stranger.example/inbox")
    amina = await quick.row(quick.id("amina"))
    asked = "https://stranger.example/follows/1"
    await quick.db.write(received.receive_follow, stranger, amina, asked, ids=quick.ids, now=quick.clock())
    await bodies(quick)
    await amina_tells(quick)
    await quick.settle()
    sent = await quick.db.read(everything_sent)
    to_stranger = [body for host, body in sent if host == "stranger.example"]
    to_group = [json.loads(body) for host, body in sent if host == siege.authority]
    assert len(to_stranger) == 2, "it hears of the profile all the same"
    for body in to_stranger:
        assert not [word for word in SECRET if word in json.dumps(json.loads(body)["object"])]
        assert "--03-14" not in body and "Soudure" not in body
    last = to_group[-1]
    assert last["object"]["birthday"] == "--03-14"
    assert last["object"]["knowsAbout"] == [{"type": "DefinedTerm", "name": "Soudure TIG", "endorsedBy": []}]
    assert PUBLIC not in [*last["to"], *last["cc"]] and "proof" not in last


async def test_a_node_that_no_manifest_names_reads_none_of_it(quick: Station, siege: Neighbour) -> None:
    await node_follows(quick, siege)
    await amina_tells(quick)
    [*_, last] = await bodies(quick)
    document = (await quick.show(siege, "/users/amina", siege.node().key)).json()
    for said in (last, document):
        written = json.dumps({name: value for name, value in said.items() if name not in ("@context", "proof")})
        assert not [word for word in SECRET if word in written]
    assert (await quick.show(siege, "/users/amina/kudos", siege.node().key)).status == 404
    assert (await quick.show(siege, "/.well-known/archipel-pulse?week=2026-W48", siege.node().key)).status == 404


async def test_a_node_of_the_group_reads_it_in_the_document_and_in_the_directory(
    quick: Station, siege: Neighbour
) -> None:
    await chartered(quick, siege)
    await amina_tells(quick)
    await quick.settle()
    document = (await quick.show(siege, "/users/amina", siege.node().key)).json()
    directory = (await quick.show(siege, "/.well-known/archipel-directory?since=0", siege.node().key)).json()
    for said in (document, directory["people"][0]):
        assert (said["birthday"], said["knowsAbout"][0]["name"]) == ("--03-14", "Soudure TIG")
    assert "birthday" not in (await quick.show(siege, "/users/amina")).json(), "without a signature: the key alone"


async def test_what_a_document_says_is_kept_of_the_group_and_dropped_of_others(
    quick: Station, siege: Neighbour, bruno: Somebody
) -> None:
    said: dict[str, Any] = {
        "knowsAbout": [{"type": "DefinedTerm", "name": "Soudure TIG"}, "Anglais", 7, {"name": ""}],
        "endorses": "nonsense",
        "birthday": "--02-30",
        "workAnniversary": "--09-01",
    }
    await quick.person("amina")
    person = siege.person("carla", **said)
    await quick.federation.remote.account_by_url(person.id)
    carla = await quick.by_uri(person.id)
    assert carla is not None
    assert await quick.db.read(skills.of_person, quick.viewer("amina"), carla.id) == []
    await chartered(quick, siege)
    update = siege.about("Update", person.id, siege.actor(person, **said))
    await quick.accept(siege, update, by=person)
    found = await quick.db.read(skills.of_person, quick.viewer("amina"), carla.id)
    assert [one.display for one in found] == ["Soudure TIG", "Anglais"]
    assert await quick.db.read(days.of_person, carla.id) == {"anniversary": Day(9, 1)}


async def test_a_document_that_was_not_written_for_the_group_takes_nothing_away(
    quick: Station, siege: Neighbour
) -> None:
    await chartered(quick, siege)
    await quick.person("amina")
    person = siege.person("carla", knowsAbout=["Anglais"])
    await quick.federation.remote.account_by_url(person.id)
    carla = await quick.by_uri(person.id)
    assert carla is not None
    plain = siege.about("Update", person.id, siege.actor(person, name="Carla O."))
    await quick.accept(siege, plain, by=person)
    [one] = await quick.db.read(skills.of_person, quick.viewer("amina"), carla.id)
    assert one.display == "Anglais"


async def test_a_kudos_goes_out_as_a_note_with_our_property_and_consent_as_an_add(
    quick: Station, siege: Neighbour
) -> None:
    await chartered(quick, siege)
    await bodies(quick)
    await node_follows(quick, siege)
    for name in ("amina", "luc"):
        await quick.person(name)
    await bodies(quick)
    amina = quick.id("amina")
    thanks = Thanks(to=(amina,), value="Safety", text="Merci.", line="Kudos: Safety")
    post = await quick.db.write(kudos.give, quick.viewer("luc"), thanks, context=quick.context, now=quick.clock())
    [created] = await bodies(quick)
    note = created["object"]
    assert (created["type"], note["type"]) == ("Create", "Note")
    assert note["kudos"] == {"type": "Kudos", "value": "Safety", "thanks": [quick.urls.actor("amina")]}
    assert "Merci." in note["content"] and "Kudos: Safety" in note["content"]
    assert [tag["href"] for tag in note["tag"] if tag["type"] == "Mention"] == [quick.urls.actor("amina")]
    for shown, kind in ((True, "Add"), (False, "Remove")):
        now = quick.clock.pass_by(minutes=1)
        await quick.db.write(kudos.answer, quick.viewer("amina"), post, shown=shown, now=now)
        [told] = await bodies(quick)
        assert (told["type"], told["object"], told["target"]) == (kind, note["id"], quick.urls.kudos("amina"))
        listed = (await quick.show(siege, "/users/amina/kudos", siege.node().key)).json()
        assert listed["orderedItems"] == ([note["id"]] if shown else [])


async def test_a_kudos_comes_in_and_is_answered_for_by_whom_it_thanks_alone(
    quick: Station, siege: Neighbour, bruno: Somebody
) -> None:
    await chartered(quick, siege)
    await followed(quick, siege, bruno)
    carla, mallory = siege.person("carla", key=1), siege.person("mallory", key=2)
    for who in (carla, mallory):
        await quick.federation.remote.account_by_url(who.id)
    thanked = [carla.id, bruno.id, quick.urls.actor("amina")]
    note = siege.note(bruno, "Merci", kudos={"type": "Kudos", "value": "Audace", "thanks": thanked})
    assert await quick.accept(siege, siege.create(note), by=bruno) == ["applied"]
    [post] = await quick.posts()
    view = await quick.db.read(reading.post, quick.viewer("amina"), PostId(post.id))
    assert {one.username: one.state for one in view.kudos} == {"carla": "", "amina": "asked"}

    async def adds(who: Somebody, target: str) -> list[str]:
        return await quick.accept(siege, siege.about("Add", who.id, note["id"], target=target), by=who)

    row = await quick.by_uri(carla.id)
    assert row is not None
    assert await adds(mallory, f"{carla.id}/kudos") != ["applied"], "by another than whose page it is"
    assert await on_page(quick, row.id) == []
    assert await adds(carla, f"{carla.id}/kudos") == ["applied"]
    assert await on_page(quick, row.id) == ["Audace"]
    gone = siege.about("Remove", carla.id, note["id"], target=f"{carla.id}/kudos")
    assert await quick.accept(siege, gone, by=carla) == ["applied"]
    assert await on_page(quick, row.id) == []


async def test_an_answer_to_a_kudos_that_was_missed_is_read_of_whose_page_it_is(
    station: Station, siege: Neighbour, bruno: Somebody
) -> None:
    await chartered(station, siege)
    await followed(station, siege, bruno)
    people = [
        siege.person(name, key=1, shownKudos=siege.url(f"/shown/{name}")) for name in ("carla", "dina", "mallory")
    ]
    for who in people:
        await station.federation.remote.account_by_url(who.id)
    thanked = [who.id for who in people]
    notes = [
        siege.note(bruno, value, kudos={"type": "Kudos", "value": value, "thanks": thanked})
        for value in ("Audace", "Entraide")
    ]
    await station.accept(siege, *(siege.create(note) for note in notes), by=bruno)
    carla, dina, mallory = [row.id for who in people if (row := await station.by_uri(who.id)) is not None]

    def lists(name: str, *shown: object, **said: object) -> None:
        """What the page of somebody shows, by their node."""
        siege.document(f"/shown/{name}", {"type": "OrderedCollection", "orderedItems": list(shown), **said})

    lists("carla", notes[0]["id"], notes[0]["id"], 7, siege.url("/users/bruno/posts/unknown"))
    lists("dina", notes[1]["id"])
    lists("mallory", notes[0]["id"], id=siege.url("/shown/carla"))
    await away(station, days=100)
    assert await kudos_are_read(station) == [siege.authority]
    for _ in range(2):
        await station.federation.kudos.read(ReadKudos(host=siege.authority))
        pages = [await on_page(station, one) for one in (carla, dina, mallory)]
        assert pages == [["Audace"], ["Entraide"], []], "of mallory nothing is believed, of the others only their own"
    lists("carla", notes[1]["id"])
    lists("dina", first=siege.url("/shown/dina/1"))
    await away(station, days=1)
    assert await kudos_are_read(station) == [siege.authority]
    assert await on_page(station, carla) == ["Entraide"], "what is not listed is not shown"
    assert await on_page(station, dina) == ["Entraide"], "what is listed elsewhere is not known"
    now = station.clock()
    row = await station.by_uri(people[0].id)
    assert row is not None
    late = kudos.Listed(uris=(notes[0]["id"],), is_whole=True)
    changed = await station.db.write(kudos.receive_listed, row, late, asked_at=Millis(now - 10 * 60_000), now=now)
    assert changed == 0
    assert await on_page(station, carla) == ["Entraide"], "an answer that came after the question stays"


async def test_a_node_that_was_not_heard_is_asked_about_kudos_when_it_is_there_again(
    quick: Station, siege: Neighbour, bruno: Somebody
) -> None:
    await chartered(quick, siege)
    await followed(quick, siege, bruno)
    await quick.take(siege, siege.about("Like", bruno.id, "https://elsewhere.example/1"), bruno)
    later = Millis(quick.clock() + 2 * SETTLED)
    assert await quick.db.write(job_rows.claim, ["read_kudos"], later, 60_000, 10) == []
    await quick.db.write(peers.failed, siege.authority, "no answer", later, quick.clock())
    quick.federation.policy.forget()
    await quick.take(siege, siege.about("Like", bruno.id, "https://elsewhere.example/2"), bruno)
    [job] = await quick.db.write(job_rows.claim, ["read_kudos"], later, 60_000, 10)
    assert jobs.read(job.arguments) == ReadKudos(host=siege.authority)


async def test_kudos_that_are_none_are_plain_posts(quick: Station, siege: Neighbour, bruno: Somebody) -> None:
    await chartered(quick, siege)
    await followed(quick, siege, bruno)
    amina = quick.urls.actor("amina")
    wrong: list[Any] = [
        "text",
        {"type": "Kudos", "value": "", "thanks": [amina]},
        {"type": "Kudos", "value": "x", "thanks": []},
        {"type": "Kudos", "value": "x", "thanks": [bruno.id]},
        {"type": "Other", "value": "x", "thanks": [amina]},
        {"type": "Kudos", "value": ["x"], "thanks": {"id": 7}},
    ]
    for said in wrong:
        assert await quick.accept(siege, siege.create(siege.note(bruno, "Merci", kudos=said)), by=bruno) == ["applied"]
    assert [post.kudos for post in await quick.posts()] == [""] * len(wrong)


async def test_the_count_of_a_week_is_asked_of_each_node_and_kept_when_it_is_its_own(
    quick: Station, siege: Neighbour
) -> None:
    await chartered(quick, siege)
    settings = msgspec.structs.replace(quick.settings, recognition=RecognitionSettings(pulse=True))
    monday = _monday(quick.clock())
    await quick.db.write(pulse.keep_round, settings=settings, own=quick.host, now=Millis(monday + 10 * 3_600_000))
    friday = Millis(monday + (4 * 24 + 20) * 3_600_000)
    await quick.db.write(pulse.keep_round, settings=settings, own=quick.host, now=friday)
    week = pulse.week_of(friday, "Europe/Paris")
    own = await quick.show(siege, f"/.well-known/archipel-pulse?week={week}", siege.node().key)
    assert (own.status, own.json()["counts"]) == (200, None)
    assert (await quick.show(siege, "/.well-known/archipel-pulse?week=x", siege.node().key)).status == 404
    question = pulse.question_of(week, RecognitionSettings().questions)
    document = {"type": pulse.KIND, "node": siege.authority, "week": week, "question": question}
    siege.json("/.well-known/archipel-pulse", sign_statement(SIEGE, document | {"counts": [1, 1, 1, 1, 1]}))
    await quick.federation.pulse.fetch(FetchPulse(host=siege.authority, week=week))
    await quick.person("amina")
    [closed] = await quick.db.read(pulse.results, quick.viewer("amina"))
    assert closed.group.counts == (1, 1, 1, 1, 1)


async def kudos_are_read(station: Station) -> list[str]:
    """What follows an absence for kudos is done; which nodes were asked."""
    station.clock.pass_by(minutes=5)
    rows = await station.db.write(job_rows.claim, ["read_kudos"], station.clock(), 60_000, 10)
    asked = [job for row in rows if isinstance(job := jobs.read(row.arguments), ReadKudos)]
    for job in asked:
        await station.federation.kudos.read(job)
    for row in rows:
        await station.db.write(job_rows.finish, row.id)
    return [job.host for job in asked]


async def on_page(station: Station, account: Any) -> list[str]:
    found = await station.db.read(kudos.of_person, station.viewer("amina"), account, before=2**62, limit=9)
    return [view.post.kudos for view in found]


def _monday(now: Millis) -> int:
    day = datetime.datetime.fromtimestamp(now / 1000, datetime.UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    return int((day - datetime.timedelta(days=day.weekday())).timestamp() * 1000)


def everything_sent(tx: Any) -> list[tuple[str, str]]:
    """Host and body of each delivery."""
    return [(row.inbox_url.split("/")[2], row.body) for row in tx.rows(_SENT)]
