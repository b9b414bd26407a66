"""Articles and the editorial calendar in a browser without JavaScript."""

from datetime import UTC, datetime
from urllib.parse import urlencode

import pytest

from social.policy import Role
from tests.social.pictures import encoded, workshop
from tests.web.conftest import Site
from tests.web.visitor import Answer, Picture, Visitor

WORDS = """## The press

Line 3 **stops** on Monday. Ask @bruno, see #ligne3.

![The press](photo:1 "Press number 3")

## The crew

<script>alert(1)</script> and ![far](https://evil.example/p.png)

### By day

Six to noon."""


async def written(visitor: Visitor, **fields: str | Picture) -> Answer:
    """The page of a new piece."""
    return await visitor.send("/articles/new", {"title": "Line 3 stops", "source": WORDS, "language": "en", **fields})


async def test_an_article_is_written_looked_at_published_and_read(site: Site) -> None:
    amina = await site.person("amina")
    bruno = await site.person("bruno")
    picture = Picture("press.png", encoded(workshop(64, 40), "PNG"))
    page = await amina.send(
        "/articles/new", {"title": "Line 3 stops", "source": WORDS, "pictures": picture, "do": "add"}
    )
    assert page.status == 200 and page.page.select_one("input[name=media]")
    looked = await amina.fill(page, "/articles/new", {"do": "preview", "teaser": "Two words for feeds."})
    shown = looked.page.select_one(".look")
    assert "Two words for feeds." in shown.text, "whoever reviews it sees what feeds say"
    assert shown.select_one("figure img[src^='/media/']") and shown.select_one("figcaption").text == "Press number 3"
    assert "<script>" in shown.text and not shown.select("script") and not shown.select("img[src*='evil']")
    kept = await amina.fill(looked, "/articles/new", {})
    published = await amina.fill(kept, kept.path.partition("?")[0], {"do": "publish"})
    assert published.page.select_one(".state")["data-state"] == "published"

    feed = await bruno.read("/site")
    card = feed.page.select_one(".teaser")
    assert card.select_one("h2").text == "Line 3 stops" and "minute" in card.text and card.select_one("img")
    assert "By day" not in card.text
    article = await bruno.read(card.select_one("h2 a")["href"])
    assert [one.text for one in article.page.select(".contents a")] == ["The press", "The crew", "By day"]
    assert article.page.select_one(".long figure img") and article.page.select_one(".long h3").text == "By day"
    assert article.page.select_one(".long a[href='/tags/ligne3']")
    assert article.page.select_one("form[action='/compose']"), "comments are answers"
    # Read twice by one person, it was opened by one person; the author is not counted.
    again = article.path
    await bruno.read(again)
    mine = await amina.read(again)
    assert "Opened by 1 person" in mine.words
    assert "Opened by" not in (await bruno.read(again)).words


async def test_a_correction_says_so_and_the_versions_show_what_changed(site: Site) -> None:
    amina = await site.person("amina")
    kept = await written(amina)
    await amina.fill(kept, kept.path.partition("?")[0], {"do": "publish"})
    page = (await amina.read("/@amina")).page.select_one(".teaser h2 a")["href"]
    edit = await amina.read((await amina.read(page)).page.select_one("a[href^='/articles/of/']")["href"])
    action = edit.path
    changed = {"source": WORDS.replace("Monday", "Tuesday"), "note": "It is Tuesday."}
    read = await amina.fill(edit, action, changed)
    assert "Corrected on" in read.words and "It is Tuesday." in read.words
    versions = await amina.read(f"{action}/versions")
    assert versions.page.select_one("del").text == "[removed: Monday]"
    assert versions.page.select_one("ins").text == "[added: Tuesday]"
    # The same form again, begun before that: refused, with both in sight.
    late = await amina.fill(edit, action, {"source": "Mine."})
    assert late.status == 409 and late.page.select_one("#source").text.strip() == "Mine."
    assert late.page.select_one("del") and "Somebody changed it" in late.words
    # The composer does not change an article.
    post = page.rpartition("/")[2]
    assert (await amina.read(f"/posts/{post}/edit")).path == action


async def test_what_word_copies_comes_clean(site: Site) -> None:
    amina = await site.person("amina")
    copied = (
        "<html xmlns:o='urn:x'><head><style>p.MsoNormal{color:red}</style></head><body><!--StartFragment-->"
        "<h1>Plan<o:p></o:p></h1><p class=MsoNormal style='mso-x:y'><span lang=FR>Le <b>lundi </b>matin"
        "<o:p>&nbsp;</o:p></span></p><p class=MsoListParagraph style='mso-list:l0'><span>·<span>&nbsp; </span></span>Un"
        "</p><script>alert(1)</script><p>voir <a href='https://a.example/x' onclick='y()'>là</a> et "
        "<a href='javascript:alert(1)'>pas là</a></p></body></html>"
    )
    answer = await amina.send("/articles/clean", {"html": copied})
    assert answer.text == "# Plan\n\nLe **lundi** matin\n\n- Un\n\nvoir [là](https://a.example/x) et pas là"
    # Without a script the source of a page, pasted as it is, is cleaned when it is published.
    kept = await written(amina, source="<p>One <b>two</b></p><p>Three</p><div>Four</div>")
    done = await amina.fill(kept, kept.path.partition("?")[0], {"do": "publish"})
    assert done.status == 200
    page = (await amina.read("/@amina")).page.select_one(".teaser h2 a")["href"]
    assert [one.text for one in (await amina.read(page)).page.select(".long p")] == ["One two", "Three", "Four"]


async def test_two_must_reads_of_one_day_warn_before_they_are_sent(site: Site) -> None:
    nora = await site.person("nora", role=Role.COMMUNICATOR)
    day = datetime.fromtimestamp(site.world.clock() / 1000, UTC).date().isoformat()
    for title, hour in (("Bonus", "09"), ("Safety", "15")):
        slot = {"title": title, "slot_at": f"{day}T{hour}:00", "channel": "announcement", "must_read": "1"}
        last = await nora.send("/calendar", slot)
    assert "Another must-read is planned for that day: Bonus" in last.words
    for view in ("month", "week"):
        page = await nora.read(f"/calendar?view={view}")
        assert "More than one must-read on this day" in page.words and "Safety" in page.words
    wrong = await nora.send("/calendar", {"title": "x", "slot_at": "never"})
    assert wrong.status == 422
    # It is for communicators, and so is a slot.
    amina = await site.person("amina")
    assert (await amina.read("/calendar")).status == 403
    assert (await amina.read("/campaigns")).status == 403
    piece = last.path.partition("?")[0]
    assert (await amina.read(piece)).status == 404
    assert (await amina.send(piece, {"do": "drop"})).status == 404


async def test_the_calendar_shows_one_channel_one_owner_one_state(site: Site) -> None:
    nora = await site.person("nora", role=Role.COMMUNICATOR)
    bruno = await site.person("bruno", role=Role.COMMUNICATOR)
    day = datetime.fromtimestamp(site.world.clock() / 1000, UTC).date().isoformat()
    slots = ((nora, "Bonus", "announcement"), (nora, "Canteen", "post"), (bruno, "Gala", "post"))
    for visitor, title, channel in slots:
        must_read = {"must_read": "1"} if channel == "announcement" else {}
        await visitor.send("/calendar", {"title": title, "slot_at": f"{day}T09:00", "channel": channel, **must_read})
    month = await nora.read("/calendar")
    owner = {one.text: one["value"] for one in month.page.select("#of-owner option")}["Bruno Keller"]
    for asked, shown in (
        ({"channel": "post"}, {"Canteen", "Gala"}),
        ({"channel": "post", "owner": owner}, {"Gala"}),
        ({"state": "scheduled"}, set()),
        ({"state": "idea", "channel": "announcement"}, {"Bonus"}),
        ({"channel": "nonsense", "state": "nonsense"}, {"Bonus", "Canteen", "Gala"}),
    ):
        for view in ("month", "week"):
            page = await nora.read(f"/calendar?{urlencode({'view': view, **asked})}")
            assert {one.text for one in page.page.select(".calendar a b")} == shown, asked
    # What was chosen stays chosen in the next month.
    page = await nora.read("/calendar?channel=post")
    assert all("channel=post" in one["href"] for one in page.page.select(".turn a"))
    assert page.page.select_one("#of-channel option[selected]")["value"] == "post"


async def test_a_must_read_is_written_and_reviewed_at_the_desk_before_it_is_sent(site: Site) -> None:
    nora = await site.person("nora", role=Role.COMMUNICATOR)
    bruno = await site.person("bruno", role=Role.COMMUNICATOR)
    amina = await site.person("amina")
    at = datetime.fromtimestamp(site.world.clock() / 1000 + 7_200, UTC).isoformat(timespec="minutes")[:16]
    slot = {"title": "Gate 3", "slot_at": at, "channel": "announcement", "must_read": "1"}
    piece = (await nora.send("/calendar", slot)).path.partition("?")[0]
    words = {"title": "Gate 3", "source": "Gate 3 is shut.\nUse gate 4.", "language": "en", "base": "1"}
    await nora.send(piece, {**words, "do": "save"})
    asked = await nora.send(piece, {"do": "ask", "uri": site.world.urls.actor("bruno"), "part_of": "reviewer"})
    assert asked.page.select_one(".state")["data-state"] == "review"
    # Who is asked reads what they are asked about.
    seen = await bruno.read(piece)
    assert "Gate 3 is shut." in seen.page.select_one("blockquote.as-typed").text
    id = piece.rpartition("/")[2]
    fields = {"text": "Gate 3 is shut.\nUse gate 4.", "language": "en", "hours": "2", "piece": id}
    early = await nora.send("/announcements/new", fields)
    assert (early.status, "Its reviewers have not said yes to these words" in early.words) == (422, True)
    version = seen.page.select_one("[name=version]")["value"]
    await bruno.send(f"{piece}/answer", {"answer": "approved", "version": version})
    form = await nora.read(f"/announcements/new?piece={id}")
    assert form.page.select_one("#text").text.strip() == "Gate 3 is shut.\nUse gate 4."
    other = await nora.send("/announcements/new", fields | {"text": "Gate 5 is shut."})
    assert (other.status, "Its reviewers have not said yes to these words" in other.words) == (422, True)
    assert "Gate" not in (await amina.read("/to-read")).words
    await nora.send("/announcements/new", fields)
    assert "Gate 3 is shut." in (await amina.read("/to-read")).words
    assert (await nora.read(piece)).page.select_one(".state")["data-state"] == "published"


async def test_a_must_read_that_is_out_joins_a_campaign(site: Site) -> None:
    nora = await site.person("nora", role=Role.COMMUNICATOR)
    fields = {"name": "Safe hands", "objective": "No cut", "starts_at": "2026-11-01", "ends_at": "2026-11-30"}
    campaign = (await nora.send("/campaigns", fields)).path.partition("?")[0]
    await nora.send("/announcements/new", {"text": "Wear gloves.", "language": "en", "hours": "2"})
    piece = (await nora.read("/calendar")).page.select_one(".calendar a")["href"]
    uri = (await nora.read(piece)).page.select("#campaign option")[1]["value"]
    await nora.send(piece, {"do": "campaign", "campaign": uri})
    report = await nora.read(campaign)
    assert "1 piece" in report.words and "Wear gloves." in report.words


async def test_an_article_that_everybody_must_read_is_confirmed_and_asks_again(site: Site) -> None:
    nora = await site.person("nora", role=Role.COMMUNICATOR)
    amina = await site.person("amina")
    kept = await written(nora, place="followers")
    piece = kept.path.partition("?")[0]
    await nora.send(piece, {"do": "plan", "channel": "article", "must_read": "1", "campaign": "", "slot_at": ""})
    some = await nora.fill(await nora.read(piece), piece, {"do": "publish"})
    assert (some.status, "What everybody must read is for the whole group" in some.words) == (422, True)
    out = await nora.fill(await nora.read(piece), piece, {"do": "publish", "place": "public"})
    assert out.page.select_one(".state")["data-state"] == "published"

    # Its teaser leads to it; there it is confirmed, and only there it was seen.
    asked = await amina.read("/to-read")
    strip = asked.page.select_one(".ask-strip")
    assert "I have read and understood" not in strip.text
    link = strip.select_one("a.ask")["href"]
    post = link.rpartition("/")[2]
    figures = await nora.read(f"/announcements/{post}")
    assert [one.text for one in figures.page.select("table.counted .number")] == ["1", "0", "0", "0"]
    article = await amina.read(link)
    assert "I have read and understood" in article.page.select_one(".ask-strip").text
    figures = await nora.read(f"/announcements/{post}")
    assert [one.text for one in figures.page.select("table.counted .number")] == ["1", "1", "0", "0"]
    # A word of the article that is not in its teaser changes meanwhile: what was on the screen stays good.
    editor = await nora.read(f"/articles/of/{post}")
    await nora.fill(editor, f"/articles/of/{post}", {"source": WORDS.replace("Six to noon.", "Six to one.")})
    done = await amina.fill(article, f"/to-read/{post}/confirm", {})
    assert "Confirmed on" in done.words
    figures = await nora.read(f"/announcements/{post}")
    assert "1 of 1 have confirmed" in figures.words and not figures.page.select_one("form #text")

    # It is corrected as an article, and asks again if that is meant.
    editor = await nora.read(figures.page.select_one("a[href^='/articles/of/']")["href"])
    again = await nora.fill(editor, editor.path, {"source": "## Closed\n\nFor good.", "material": "1"})
    assert again.status == 200
    asked = await amina.read(link)
    assert "Changed since you confirmed it" in asked.words and "For good." in asked.words
    await amina.fill(asked, f"/to-read/{post}/confirm", {})
    figures = await nora.read(f"/announcements/{post}")
    assert "1 of 1 have confirmed" in figures.words and "Earlier versions" in figures.words


async def test_the_pictures_of_a_published_article_are_corrected_too(site: Site) -> None:
    amina, bruno = await site.person("amina"), await site.person("bruno")
    wrong = Picture("press.png", encoded(workshop(64, 40), "PNG"))
    kept = await written(amina, pictures=wrong)
    await amina.fill(kept, kept.path.partition("?")[0], {"do": "publish"})
    page = (await amina.read("/@amina")).page.select_one(".teaser h2 a")["href"]
    editor = await amina.read((await amina.read(page)).page.select_one("a[href^='/articles/of/']")["href"])
    was = editor.page.select_one("input[name=media]")["value"]
    right = Picture("other.png", encoded(workshop(80, 50), "PNG"))
    added = await amina.fill(editor, editor.path, {"do": "add", "pictures": right, f"words-{was}": "The old press"})
    fresh = added.page.select("input[name=media]")[1]["value"]
    assert added.page.select_one(f"#words-{was}")["value"] == "The old press"
    looked = await amina.fill(added, editor.path, {"do": "preview", "without": was, f"words-{fresh}": "The new press"})
    assert looked.page.select_one(".look figure img[width='80']")
    await amina.fill(looked, editor.path, {"note": "Another picture."})
    read = await bruno.read(page)
    assert read.page.select_one(".long figure img")["width"] == "80"
    assert "Another picture." in read.words
    # Its words alone are put right as well.
    editor = await amina.read(editor.path)
    assert editor.page.select_one(f"#words-{fresh}")["value"] == "The new press"
    await amina.fill(editor, editor.path, {f"words-{fresh}": "Press number 4", "source": "Without it in the text."})
    assert (await bruno.read(page)).page.select_one(".cover img")["alt"] == "Press number 4"


async def test_a_campaign_has_an_objective_dates_and_a_report(site: Site) -> None:
    nora = await site.person("nora", role=Role.COMMUNICATOR)
    fields = {"name": "Safe hands", "objective": "No cut in winter", "hashtag": "#mains"}
    wrong = await nora.send("/campaigns", {**fields, "starts_at": "2026-12-31", "ends_at": "2026-12-01"})
    assert wrong.status == 422 and "cannot end before it begins" in wrong.words
    page = await nora.send("/campaigns", {**fields, "starts_at": "2026-11-01", "ends_at": "2026-11-05"})
    assert "No cut in winter" in page.words and "0 pieces" in page.words
    kept = await written(nora)
    piece = kept.path.partition("?")[0]
    uri = (await nora.read(piece)).page.select("#campaign option")[1]["value"]
    await nora.send(piece, {"do": "plan", "channel": "article", "slot_at": "2026-11-03T10:00", "campaign": uri})
    assert "1 piece" in (await nora.read(page.path.partition("?")[0])).words


async def test_a_piece_is_published_at_its_time_and_says_so(site: Site) -> None:
    amina = await site.person("amina")
    kept = await written(amina)
    piece = kept.path.partition("?")[0]
    soon = datetime.fromtimestamp(site.world.clock() / 1000 + 7_200, UTC).isoformat(timespec="minutes")[:16]
    page = await amina.fill(kept, piece, {"do": "schedule", "scheduled_at": soon})
    assert page.page.select_one(".state")["data-state"] == "scheduled"
    back = await amina.send(piece, {"do": "take_back"})
    assert back.page.select_one(".state")["data-state"] == "writing"
    wrong = await amina.fill(back, piece, {"do": "schedule", "scheduled_at": ""})
    assert wrong.status == 422
    dropped = await amina.send(piece, {"do": "drop"})
    assert "Line 3 stops" not in dropped.words and (await amina.read(piece)).status == 404


async def test_who_reviews_is_told_talks_about_it_and_answers(site: Site) -> None:
    nora = await site.person("nora", role=Role.COMMUNICATOR)
    bruno = await site.person("bruno", role=Role.COMMUNICATOR)
    kept = await written(nora)
    piece, uri = kept.path.partition("?")[0], site.world.urls.actor("bruno")
    await nora.send(piece, {"do": "ask", "uri": uri, "part_of": "reviewer"})
    told = await bruno.read("/notifications")
    assert "asks you to review an article" in told.words and "Line 3 stops" in told.words
    assert told.page.select_one(f'article.note a[href="{piece}"]').text == "Read and answer"
    said = await bruno.send(f"{piece}/comment", {"comment": "Which press?"})
    assert "Which press?" in said.words
    assert (await bruno.send(f"{piece}/comment", {"comment": " "})).status == 422
    await bruno.send(f"{piece}/answer", {"answer": "changes", "version": "1", "note": "Say the hour."})
    told = await nora.read("/notifications")
    assert "asks for changes to an article" in told.words and "says something about an article" in told.words
    assert "Say the hour." in (await nora.read(piece)).words
    over = await bruno.read("/notifications")
    assert over.page.select_one(f'article.note a[href="{piece}"]').text == "Open it"


@pytest.mark.parametrize(
    ("channel", "language", "asked", "changes", "said", "approved"),
    [
        pytest.param(
            "announcement", "en", "asks you to review a must-read", "asks for changes to a must-read",
            "says something about a must-read", "approved your must-read", id="a must-read",
        ),
        pytest.param(
            "announcement", "fr", "vous demande de relire une annonce", "demande des changements dans une annonce",
            "commente une annonce", "approuve votre annonce", id="a must-read in French",
        ),
        pytest.param(
            "post", "en", "asks you to review a post", "asks for changes to a post",
            "says something about a post", "approved your post", id="a post",
        ),
        pytest.param(
            "event", "fr", "vous demande de relire un événement", "demande des changements dans un événement",
            "commente un événement", "approuve votre événement", id="an event in French",
        ),
    ],
)  # fmt: skip
async def test_what_is_reviewed_is_called_what_it_is_to_be(
    site: Site, channel: str, language: str, asked: str, changes: str, said: str, approved: str
) -> None:
    nora = await site.person("nora", role=Role.COMMUNICATOR)
    bruno = await site.person("bruno", role=Role.COMMUNICATOR)
    for visitor in (nora, bruno):
        visitor.language = language
    piece = (await written(nora)).path.partition("?")[0]
    await nora.send(piece, {"do": "plan", "channel": channel})
    await nora.send(piece, {"do": "ask", "uri": site.world.urls.actor("bruno"), "part_of": "reviewer"})
    assert asked in (await bruno.read("/notifications")).words
    await bruno.send(f"{piece}/comment", {"comment": "Which press?"})
    await bruno.send(f"{piece}/answer", {"answer": "changes", "version": "1", "note": "Say the hour."})
    site.world.clock.pass_by(minutes=1)
    await bruno.send(f"{piece}/answer", {"answer": "approved", "version": "1"})
    told = (await nora.read("/notifications")).words
    assert changes in told and said in told and approved in told
    assert "article" not in told.replace("Line 3", "")


async def test_an_article_for_followers_is_nobody_elses_at_any_page(site: Site) -> None:
    amina, luc, stranger = await site.person("amina"), await site.person("luc"), site.stranger()
    kept = await written(amina, place="followers")
    await amina.fill(kept, kept.path.partition("?")[0], {"do": "publish"})
    page = (await amina.read("/@amina")).page.select_one(".teaser h2 a")["href"]
    of = f"/articles/of/{page.rpartition('/')[2]}"
    assert (await amina.read(f"{of}/versions")).status == 200
    for visitor in (luc, stranger):
        for path in (page, of, f"{of}/versions"):
            assert "stops" not in (await visitor.read(path)).text
    assert (await luc.read(f"{of}/versions")).status == 404
    assert (await luc.send(of, {"title": "Mine", "source": "Mine."})).status == 404
    note = (await amina.send("/compose", {"text": "A note", "key": "k" * 16})).page.select_one("article.post")["id"][1:]
    assert (await amina.read(f"/articles/of/{note}/versions")).status == 404
    assert (await amina.send(f"/articles/of/{note}", {"title": "x", "source": "x"})).status == 404
