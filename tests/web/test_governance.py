"""A report from the button to the answer, a warning from the moderator to the objection, and the log of it all."""

import csv
from io import StringIO

import pytest

from social.governance import audit
from social.governance.audit import Act
from social.people.accounts import create_instance_actor
from social.policy import Role
from storage.visibility import Visibility
from tests.web.conftest import Site
from tests.web.test_doors import counted
from tests.web.visitor import Picture, Visitor
from tests.world import PASSWORD, one_pair
from web import acts
from web.catalogue import SOURCE
from web.i18n import LOCALES, translations


async def people(site: Site) -> tuple[Visitor, Visitor, Visitor, Visitor]:
    """Amina, Luc, Marc who moderates, Ines who administers."""
    node = site.node
    await node.db.write(create_instance_actor, one_pair(), ids=node.ids, urls=node.urls, now=node.clock())
    return (
        await site.person("amina"),
        await site.person("luc"),
        await site.person("marc", role=Role.MODERATOR),
        await site.person("ines", role=Role.ADMIN),
    )


async def reported(site: Site, luc: Visitor, text: str = "Rude words", **draft: object) -> None:
    """Luc reports a post of Amina by the page's own form."""
    post = await site.world.say("amina", f"{text} @luc", **draft)
    await site.world.settle()
    page = await luc.read(f"/people/{site.world.id('amina')}/report?post={post}")
    assert text in page.words
    action = f"/people/{site.world.id('amina')}/report"
    done = await luc.fill(page, action, {"comment": "This hurts", "category": "other", "posts": str(post)})
    assert done.path.startswith("/reports") and "This hurts" in done.words
    await site.world.settle()


async def the_report(marc: Visitor) -> str:
    """The address of the only report that waits, found as a moderator finds it."""
    told = await marc.read("/notifications")
    link = told.page.select_one('a[href^="/admin/reports/"]')
    assert link is not None, told.words
    return str(link["href"])


async def test_a_report_goes_from_the_button_to_the_answer(site: Site) -> None:
    amina, luc, marc, ines = await people(site)
    await reported(site, luc)
    assert (await amina.read("/notifications")).page.select_one('a[href^="/admin/"]') is None
    address = await the_report(marc)
    page = await marc.read(address)
    assert "This hurts" in page.words and "Rude words" in page.words and "Luc Perrin" in page.words
    await marc.send(f"{address}/assign", {})
    await marc.fill(await marc.read(address), f"{address}/note", {"text": "Second time this week"})
    page = await marc.read(address)
    assert "Second time this week" in page.words and "Marc Dubois" in page.words
    closing = {"action": "delete_statuses", "text": "Not here, please.", "answer": "We removed it.", "why": "insult"}
    done = await marc.fill(page, f"{address}/resolve", closing)
    assert "No report waits" in done.words
    await site.world.settle()
    answer = await luc.read("/notifications")
    assert "1 of your reports was answered" in answer.words
    assert "We removed it." in (await luc.read("/reports")).words
    assert "of your reports" not in (await luc.read("/notifications")).words
    told = await amina.read("/notifications")
    assert "Not here, please." in told.words
    assert "Luc" not in told.words
    acts = [row["act"] for row in await taken_away(ines)]
    assert {"report.assign", "report.note", "report.resolve", "post.delete"} <= set(acts)


async def test_the_page_of_a_report_costs_the_same_whatever_was_before(site: Site) -> None:
    _, luc, marc, _ = await people(site)
    await reported(site, luc)
    address = await the_report(marc)
    costs = []
    for _ in range(2):
        statements = counted(site)
        assert (await marc.ask("GET", address)).status == 200
        costs.append(statements())
        await luc.send(f"/people/{site.world.id('amina')}/report", {"comment": "again"})
    # A page of administration: the report, its posts, and all that was before it.
    assert costs[0] == costs[1] <= 18


async def test_a_closed_post_is_read_only_by_an_act_that_is_written_down(site: Site) -> None:
    _, luc, marc, ines = await people(site)
    await reported(site, luc, "between-us", visibility=Visibility.DIRECT)
    address = await the_report(marc)
    page = await marc.read(address)
    assert "between-us" not in page.text and "Show the closed posts" in page.words
    whole = await marc.fill(page, f"{address}/look", {})
    assert "between-us" in whole.words
    assert [row["act"] for row in await taken_away(ines, act="report")] == ["report.look"]


async def test_a_warning_is_read_and_answered_once(site: Site) -> None:
    amina, luc, marc, _ = await people(site)
    await reported(site, luc)
    address = await the_report(marc)
    await marc.fill(await marc.read(address), f"{address}/resolve", {"action": "silence", "text": "Calm down."})
    await site.world.settle()
    link = (await amina.read("/notifications")).page.select_one('a[href^="/disputes/strikes/"]')
    assert link is not None
    strike = str(link["href"])
    page = await amina.read(strike)
    assert "Calm down." in page.words and "Limit the account" in page.words
    assert (await luc.read(strike)).status == 404
    blank = await amina.send(f"{strike}/appeal", {"text": " "})
    assert blank.status == 422
    await amina.fill(page, f"{strike}/appeal", {"text": "It was a joke"})
    assert (await amina.send(f"{strike}/appeal", {"text": "Again"})).status == 409
    queue = await marc.read("/admin/reports")
    assert "It was a joke" in queue.words
    id = strike.rpartition("/")[2]
    back = await marc.send(f"/admin/appeals/{id}", {"granted": "yes"})
    assert "Lift the limit" in back.words
    assert "agree" in (await amina.read(strike)).words


async def test_rules_are_written_read_and_named_in_reports(site: Site) -> None:
    _, luc, marc, ines = await people(site)
    page = await ines.read("/admin/rules")
    rule = {"text": "Soyez aimables", "text-en": "Be kind", "hint-en": "Say it as you would face to face"}
    await ines.fill(page, "/admin/rules", rule)
    assert "Be kind" in (await luc.read("/rules")).words
    report = await luc.read(f"/people/{site.world.id('amina')}/report")
    box = report.page.select_one("input[name=rules]")
    assert box is not None and "Be kind" in report.words
    await luc.send(f"/people/{site.world.id('amina')}/report", {"category": "violation", "rules": str(box["value"])})
    await site.world.settle()
    assert "Be kind" in (await marc.read(await the_report(marc))).words
    blank = await ines.send("/admin/rules", {"text": ""})
    assert blank.status == 422
    action = (await ines.read("/admin/rules")).page.select_one('form[action^="/admin/rules/"]')
    assert action is not None
    await ines.send(str(action["action"]), {"remove": "1"})
    assert "no rules of its own" in (await luc.read("/rules")).words


async def test_one_leaves_with_the_password_and_nothing_stays(site: Site) -> None:
    amina, luc, _, _ = await people(site)
    await site.world.say("amina", "I was here")
    wrong = await amina.send("/settings/leave", {"leaving": "guess"})
    assert wrong.status == 422 and "Nothing was deleted" in wrong.words
    left = await amina.send("/settings/leave", {"leaving": PASSWORD})
    assert "Your account is deleted" in left.text
    assert (await luc.read("/@amina")).status == 404
    again = await amina.send("/sign-in", {"name": "amina", "password": PASSWORD})
    assert again.status in (401, 403, 422)


async def test_an_administrator_deletes_by_writing_the_name(site: Site) -> None:
    _, luc, marc, ines = await people(site)
    address = f"/admin/people/{site.world.id('amina')}"
    assert (await ines.send(f"{address}/delete", {"name": "luc"})).status == 422
    assert (await marc.send(f"{address}/delete", {"name": "amina"})).status == 403
    await ines.send(f"{address}/delete", {"name": "amina", "why": "left"})
    assert (await luc.read("/@amina")).status == 404


async def test_people_are_found_by_name_state_and_role(site: Site) -> None:
    _, _, marc, _ = await people(site)
    await site.world.elsewhere("bruno")
    await marc.send(f"/admin/people/{site.world.id('luc')}/silence", {"why": "loud"})

    async def named(query: str) -> set[str]:
        page = await marc.read(f"/admin/people?{query}")
        return {str(link["href"]) for link in page.page.select(".person a[href^='/@']") if link.select("b")}

    assert await named("q=ami") == {"/@amina"}
    assert await named("state=silenced") == {"/@luc"}
    assert await named("role=admin") == {"/@ines"}
    assert await named("where=elsewhere") == {"/@bruno@siege.example"}


async def test_the_log_is_for_administrators_and_holds_no_formula(site: Site) -> None:
    _, luc, marc, ines = await people(site)
    await marc.send(f"/admin/people/{site.world.id('luc')}/silence", {"why": "=HYPERLINK(1)"})
    for visitor in (marc, luc):
        assert (await visitor.read("/admin/log")).status == 403
        assert (await visitor.send("/admin/log", {})).status == 403
    page = await ines.read("/admin/log?act=account&by=marc")
    assert "Account limited" in page.words and "@luc" in page.words and "127.0.0.1" in page.words
    only = await ines.read("/admin/log?act=account.silence")
    assert "Account limited" in {line.get_text() for line in only.page.select(".rows b")}
    chosen = only.page.select_one("select[name=act] option[selected]")
    assert chosen is not None and chosen["value"] == "account.silence"
    assert "Nothing of that kind" in (await ines.read("/admin/log?until=2020-01-01&since=nonsense")).words
    rows = await taken_away(ines, act="account")
    assert rows[0]["reason"] == "'=HYPERLINK(1)"
    assert (await taken_away(ines))[0]["act"] == "log.export"


async def test_the_log_says_each_act_in_words_and_shows_no_code(site: Site) -> None:
    ines = await site.person("ines", role=Role.ADMIN)
    viewer = site.world.viewer("ines")
    for act in Act:
        await site.node.db.write(audit.record, viewer, act, subject="@luc", now=site.node.clock())
    page = await ines.read("/admin/log")
    older = page.page.find("a", string="Older")
    assert older is not None
    pages = [page, await ines.read(str(older["href"]))]
    lines = [line.get_text() for one in pages for line in one.page.select(".rows b")]
    assert len(lines) >= len(Act) and all(lines)
    shown = [*lines, *(option.get_text() for option in page.page.select("select[name=act] option"))]
    for one in pages:
        assert {act.value for act in Act} & set(one.words.split()) == set()
    assert not {act.value.partition(".")[0] for act in Act} & {one.strip() for one in shown}


@pytest.mark.parametrize(
    ("act", "subject", "why", "words"),
    [
        (Act.REPORT_SORT, "violation", "", "Against the rules of this site"),
        (Act.SITE_LOOK, "colour, logo", "", "Colour of the site, Picture"),
        (Act.LOG_EXPORT, "account.silence", "", "Account limited"),
        (Act.INVITATION_MAKE, "Line 3", "moderator", "Moderator"),
        (
            Act.PEER_LIMIT,
            "loud.example",
            "silence, 60/min, too loud",
            "kept from strangers, 60 activities a minute, too",
        ),
        (Act.PEER_LIMIT, "loud.example", "none", "not limited"),
        (Act.REPORT_RESOLVE, "@luc", "suspend", "Suspend the account"),
        (Act.REPORT_RESOLVE, "@luc", "It was a joke", "It was a joke"),
        (Act.ACCOUNT_SUSPEND, "@luc", "spam", "spam"),
    ],
)
async def test_the_log_says_what_it_was_about_and_why_in_words(
    site: Site, act: Act, subject: str, why: str, words: str
) -> None:
    ines = await site.person("ines", role=Role.ADMIN)
    viewer, now = site.world.viewer("ines"), site.node.clock()
    await site.node.db.write(audit.record, viewer, act, subject=subject, why=why, now=now)
    line = (await ines.read("/admin/log")).page.select_one(".rows li")
    assert line is not None and words in line.get_text()


@pytest.mark.parametrize("locale", LOCALES)
def test_every_act_of_the_log_has_words_in_every_language(locale: str) -> None:
    known = translations(locale)
    assert set(acts.OF_ACT) == set(Act)
    assert {act.value.partition(".")[0] for act in Act} == set(acts.OF_SUBJECT)
    sentences = [*acts.OF_ACT.values(), *acts.OF_SUBJECT.values()]
    said = [known.gettext(sentence) for sentence in sentences]
    assert len(set(said)) == len(sentences) and all(said)
    if locale != SOURCE:
        assert not set(said) & set(sentences)


async def taken_away(ines: Visitor, **wanted: str) -> list[dict[str, str]]:
    """The log as a table."""
    answer = await ines.send("/admin/log", wanted)
    assert answer.headers["content-type"].startswith("text/csv"), answer.words
    return list(csv.DictReader(StringIO(answer.text.removeprefix("\ufeff"))))


async def test_another_site_is_limited_tried_again_and_put_on_a_list(site: Site) -> None:
    _, _, marc, ines = await people(site)
    assert (await marc.read("/admin/peers/loud.example")).status == 403
    await ines.send("/admin/peers", {"host": "loud.example"})
    page = await ines.read("/admin/peers/loud.example")
    assert "Allowed" in page.words and "0 deliveries" in page.words
    done = await ines.fill(page, "/admin/peers/loud.example", {"silence": "1", "per_minute": "60", "why": "loud"})
    assert "kept from strangers, 60 a minute" in done.words
    assert (await ines.send("/admin/peers/retry", {"host": "loud.example", "stay": "1"})).path.startswith(
        "/admin/peers/"
    )
    saved = await ines.send("/admin/peers/export", {"list": "blocks"})
    assert "loud.example,silence,false,false,,false" in saved.text
    taken = await ines.send("/admin/peers/import", {"list": "#domain,#severity\nbad.example,suspend\n..,suspend"})
    assert "1 line taken." in taken.words and "Line 3 was not taken" in taken.words
    assert (await ines.send("/admin/peers/import", {"list": '"' + "x" * 150_000 + '"'})).status == 422
    assert (await ines.send("/admin/peers/forget", {"host": "loud.example"})).status == 200
    assert (await ines.read("/admin/peers/nowhere.example")).status == 404
    assert (await ines.send("/admin/peers/retry", {"host": "nowhere.example"})).status == 404


async def test_many_are_invited_from_a_table_on_a_sheet(site: Site) -> None:
    luc, marc = await site.person("luc"), await site.person("marc", role=Role.MODERATOR)
    table = 'Inès Moreau;Human resources\nJean "Jo" Le Goff;Line 3\n\n'
    assert (await luc.send("/admin/invitations/many", {"names": table})).status == 403
    assert (await marc.send("/admin/invitations/many", {"names": " \n"})).status == 422
    sheet = await marc.send("/admin/invitations/many", {"names": table, "between": ";"})
    links = [code.get_text() for code in sheet.page.select(".rows code")]
    assert len({str(drawn) for drawn in sheet.page.select(".rows svg.qr[aria-hidden]")}) == 2
    assert len(set(links)) == 2 and "Inès Moreau" in sheet.words and "Line 3" not in sheet.words
    welcome = await site.stranger().read(links[0].removeprefix(site.node.urls.base))
    assert welcome.status == 200
    listed = await marc.read("/admin/invitations")
    assert "Inès Moreau" in listed.words and links[0] not in listed.text


async def test_many_are_invited_from_the_file_of_a_spreadsheet(site: Site) -> None:
    marc = await site.person("marc", role=Role.MODERATOR)
    files = {
        "utf-8": "\ufeffInès Moreau;RH\r\n;\r\nZoé;L3\r\n".encode(),
        "excel": "Inès Moreau;RH\r\nZoé;L3\r\n".encode("cp1252"),
        "commas": 'Inès Moreau,"a; b"\nZoé,x\n'.encode(),
    }
    for name, raw in files.items():
        page = await marc.read("/admin/invitations")
        table = Picture("noms.csv", raw, "text/csv")
        sheet = await marc.fill(page, "/admin/invitations/many", {"names": "", "table": table})
        assert [str(one.get_text()) for one in sheet.page.select(".rows b")] == ["Inès Moreau", "Zoé"], name
    for raw in (b"\x89PNG\0\0", b"x" * 600_000):
        refused = await marc.send("/admin/invitations/many", {"names": "", "table": Picture("x.csv", raw, "text/csv")})
        assert refused.status in (413, 422)


async def test_a_communicator_speaks_for_the_site_and_does_no_more(site: Site) -> None:
    await site.world.person("ines", role=Role.ADMIN)
    carla = await site.person("carla", role=Role.COMMUNICATOR)
    page = await carla.read("/admin/bulletins")
    assert page.status == 200
    assert [str(link["href"]) for link in page.page.select("main .parts a[href^='/admin']")] == ["/admin/bulletins"]
    for path in ("/admin", "/admin/people", "/admin/reports", "/admin/invitations", "/admin/log"):
        assert (await carla.read(path)).status == 403, path


async def test_administrators_choose_the_quiet_hours_of_the_site(site: Site) -> None:
    ines, amina = await site.person("ines", role=Role.ADMIN), await site.person("amina")
    page = await ines.read("/admin/quiet")
    values = [field["value"] for field in page.page.select("input[type=time]")]
    assert values == ["08:00", "19:00"] * 5 + [""] * 4
    answer = await ines.fill(page, "/admin/quiet", {"from": ["07:00"] * 7, "until": ["20:30"] * 7})
    assert "Saved." in answer.page.select_one(".toast").text
    assert "Monday to Sunday, 7:00 – 20:30" in (await amina.read("/settings/quiet")).words
    assert "Quiet hours of the site changed" in (await ines.read("/admin/log")).words
    assert (await amina.read("/admin/quiet")).status in (403, 404)
