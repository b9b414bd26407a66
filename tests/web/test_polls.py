"""A poll on pages, without JavaScript: asked, voted in, read, kept by an edit."""

from social.posts.polls import PollDraft
from tests.web.conftest import Site

CHOICES = {"option": ["Soup", "Rice", "", ""], "open_for": "3600"}


async def test_a_poll_is_asked_and_voted_in(site: Site) -> None:
    amina, luc = await site.person("amina"), await site.person("luc")
    page = await amina.read("/compose")
    more = await amina.fill(page, "/compose", {"text": "Lunch?", **CHOICES, "do": "choices"})
    assert len(more.form("/compose").select("input[name=option]")) == 6
    await amina.fill(more, "/compose", {})
    shown = await luc.read("/group")
    (poll,) = shown.page.select("form.poll")
    assert [one["type"] for one in poll.select("input[name=choice]")] == ["radio", "radio"]
    assert "not secret" in page.words and "sees who voted for what" in shown.words
    after = await luc.fill(shown, poll["action"], {"choice": "1"})
    (voted,) = after.page.select("form.poll")
    assert not voted.select("input[name=choice]")
    assert voted.select_one(".mine").get_text(" ", strip=True).startswith("Rice")
    assert [one["value"] for one in voted.select("progress")] == ["0", "100"]
    again = await luc.send(poll["action"], {"choice": "0", "back": "/group"})
    assert (again.status, "You voted already." in again.words) == (422, True)
    own = await amina.read("/group")
    assert not own.page.select("form.poll input[name=choice]")


async def test_a_poll_that_cannot_be_comes_back_with_what_is_wrong(site: Site) -> None:
    amina = await site.person("amina")
    page = await amina.read("/compose")
    again = await amina.fill(page, "/compose", {"text": "Lunch?", "option": ["Soup", ""], "open_for": "3600"})
    assert (again.status, "two choices at least" in again.words) == (422, True)
    assert again.form("/compose").select_one("input[name=option]")["value"] == "Soup"


async def test_an_edit_of_the_words_keeps_the_poll_and_its_votes(site: Site) -> None:
    amina, luc = await site.person("amina"), await site.person("luc")
    post = await site.world.say("amina", "Lunch?", poll=PollDraft(options=("Soup", "Rice"), expires_in=3600))
    shown = await luc.read("/group")
    await luc.fill(shown, shown.page.select_one("form.poll")["action"], {"choice": "0"})
    site.world.clock.pass_by(minutes=1)
    page = await amina.read(f"/posts/{post}/edit")
    after = await amina.fill(page, f"/posts/{post}/edit", {"text": "Lunch today?"})
    assert "Lunch today?" in after.words
    assert [one["value"] for one in after.page.select("form.poll progress")] == ["100", "0"]
