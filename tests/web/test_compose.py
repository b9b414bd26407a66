"""Writing: the composer, its pictures, and what comes back when something is wrong."""

import pytest

from social import peers
from social.feeds import timelines
from social.jobs import Transcode
from social.paging import FIRST
from social.reading import PostView
from social.recordings.transcode import transcode
from storage.ids import MediaId
from tests.recordings import film
from tests.social.pictures import encoded, png_of_size, workshop
from tests.web.conftest import Site
from tests.web.visitor import Answer, Picture, Visitor

GOOD = Picture("atelier.png", encoded(workshop(), "PNG"))


async def posts(site: Site, name: str = "amina") -> list[PostView]:
    """What is on somebody's home, newest first."""
    return await site.world.db.read(timelines.home, site.world.viewer(name), FIRST, now=site.world.clock())


def shots(answer: Answer) -> list[str]:
    """Ids of the pictures that wait in the composer."""
    return [str(field["value"]) for field in answer.page.select(".shot input[name=media]")]


async def test_a_post_is_on_the_home_at_once(site: Site) -> None:
    amina = await site.person("amina")
    page = await amina.read("/")
    answer = await amina.fill(page, "/compose", {"text": "La ligne 3 repart. #presse"})
    assert answer.page.select_one("h1").text == "Home"
    assert "La ligne 3 repart." in answer.words
    assert "Published." in answer.page.select_one(".toast").text


async def test_pressing_twice_publishes_once(site: Site) -> None:
    amina = await site.person("amina")
    page = await amina.read("/compose")
    await amina.fill(page, "/compose", {"text": "Une fois"})
    await amina.fill(page, "/compose", {"text": "Une fois"})
    assert len(await posts(site)) == 1


@pytest.mark.parametrize("visibility", ["public", "unlisted", "followers", "direct"])
async def test_the_chosen_audience_is_kept(site: Site, visibility: str) -> None:
    amina = await site.person("amina")
    await amina.send("/compose", {"text": "Pour qui ?", "visibility": visibility})
    assert (await posts(site))[0].post.visibility == visibility


async def said_before(visitor: Visitor, path: str = "/compose") -> list[str]:
    """What is said of each audience, in the order of the composer."""
    audience = (await visitor.read(path)).page.select_one(".audience")
    return [" ".join(each.get_text().replace("\u00a0", " ").split()) for each in audience.select(".said [data-for]")]


async def test_each_audience_is_said_in_words_with_its_number(site: Site) -> None:
    amina = await site.person("amina", language="fr")
    assert await said_before(amina) == [
        "Tout le groupe : personne d’autre que vous pour le moment.",
        "Tout le groupe, discrètement : personne d’autre que vous pour le moment.",
        "Vos abonnés : personne ne vous suit encore, seulement qui vous citez.",
        "Les personnes citées : personne d’autre.",
    ]
    await site.person("luc")
    for name, domain in (("bruno", "siege.example"), ("marc", "siege.example"), ("carla", "filiale.example")):
        await site.world.elsewhere(name, domain)
    await site.world.follow("luc", "amina")
    assert await said_before(amina, "/compose?to=bruno@siege.example") == [
        "Tout le groupe : 4 personnes sur 3 sites.",
        "Tout le groupe, discrètement : 4 personnes sur 3 sites.",
        "Vos abonnés : 1 personne, et qui vous citez.",
        "Les personnes citées : @bruno@siege.example, personne d’autre.",
    ]


async def test_a_site_that_is_shut_out_is_named_before_a_post_is_sent(site: Site) -> None:
    amina = await site.person("amina", language="fr")
    await site.world.person("luc")
    await site.world.elsewhere("bruno", "siege.example")
    await site.world.db.write(peers.deny, None, "siege.example", now=site.world.clock())
    assert (await said_before(amina))[0] == (
        "Tout le groupe : 1 personne de ce site. Sans Siège : rien n’y part, ce site n’est pas admis ici."
    )


async def test_an_empty_post_comes_back_with_its_error(site: Site) -> None:
    amina = await site.person("amina")
    answer = await amina.send("/compose", {"text": "  ", "spoiler": "Attention", "visibility": "followers"})
    assert answer.status == 422
    assert answer.page.select_one("#text-says").text == "Write something, or add a picture."
    assert answer.page.select_one("#text")["aria-describedby"] == "text-says"
    assert answer.page.select_one("#spoiler")["value"] == "Attention"
    assert answer.page.select_one("input[value=followers]").has_attr("checked")


async def test_a_text_over_the_limit_comes_back_whole(site: Site) -> None:
    amina = await site.person("amina")
    text = "Ligne 3. " * 400
    answer = await amina.send("/compose", {"text": text})
    assert answer.status == 422
    assert "the limit is 2000" in answer.page.select_one("#text-says").text
    assert answer.page.select_one("#text").text.strip() == text.strip()
    assert await posts(site) == []


@pytest.mark.parametrize(
    ("field", "value"), [("visibility", "everybody"), ("language", "klingon"), ("spoiler", "a\0b")]
)
async def test_a_value_that_the_form_does_not_offer_is_refused(site: Site, field: str, value: str) -> None:
    amina = await site.person("amina")
    answer = await amina.send("/compose", {"text": "Bonjour", field: value})
    assert answer.status == 422
    assert answer.page.select_one("#text").text.strip() == "Bonjour"
    assert await posts(site) == []


async def test_pictures_are_kept_and_their_words_asked_for_before_publishing(site: Site) -> None:
    amina = await site.person("amina")
    asked = await amina.send("/compose", {"text": "La halle", "pictures": [GOOD, GOOD]})
    assert asked.status == 200
    assert "Describe them, then publish" in asked.words
    assert await posts(site) == []
    first, second = shots(asked)
    words = {f"words-{first}": "La halle vue du fond", f"words-{second}": ""}
    answer = await amina.fill(asked, "/compose", words)
    pictures = (await posts(site))[0].media
    assert [picture.description for picture in pictures] == ["La halle vue du fond", ""]
    assert answer.page.select_one(".media img")["alt"] == "La halle vue du fond"


async def test_a_picture_may_be_left_out_again(site: Site) -> None:
    amina = await site.person("amina")
    asked = await amina.send("/compose", {"text": "La halle", "pictures": [GOOD, GOOD]})
    await amina.fill(asked, "/compose", {"without": shots(asked)[0]})
    assert [str(picture.id) for picture in (await posts(site))[0].media] == shots(asked)[1:]


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        pytest.param(b"no picture at all", "This is nothing that we can show", id="no picture"),
        pytest.param(GOOD.data[:300], "This file is damaged", id="cut off"),
        pytest.param(png_of_size(10_000, 10_000), "too many pixels", id="a hundred megapixels"),
        pytest.param(b"\x89PNG\r\n\x1a\n" + b"x" * 500_000, "Too large (0.5 MB, limit 0.4)", id="too heavy"),
    ],
)
async def test_a_bad_picture_is_explained_and_the_text_kept(site: Site, raw: bytes, words: str) -> None:
    amina = await site.person("amina")
    answer = await amina.send("/compose", {"text": "La halle", "pictures": Picture("a.png", raw)})
    assert answer.status == 422
    assert words in answer.words
    assert answer.page.select_one("#text").text.strip() == "La halle"
    assert await posts(site) == []


async def test_more_pictures_than_a_post_may_have_are_told(site: Site) -> None:
    amina = await site.person("amina")
    answer = await amina.send("/compose", {"text": "Trop", "pictures": [GOOD] * 5})
    assert answer.status == 422
    assert "At most 4 pictures" in answer.words


async def test_pictures_survive_an_error_of_the_text(site: Site) -> None:
    amina = await site.person("amina")
    asked = await amina.send("/compose", {"text": "La halle", "pictures": GOOD})
    held = shots(asked)
    words = {f"words-{held[0]}": "Vue du fond"}
    answer = await amina.fill(asked, "/compose", {"text": "x" * 2_001, **words})
    assert answer.status == 422
    assert shots(answer) == held
    assert answer.page.select_one(f"#words-{held[0]}")["value"] == "Vue du fond"


async def test_too_long_a_description_is_told_at_the_picture(site: Site) -> None:
    amina = await site.person("amina")
    asked = await amina.send("/compose", {"text": "La halle", "pictures": GOOD})
    field = f"words-{shots(asked)[0]}"
    answer = await amina.fill(asked, "/compose", {field: "x" * 1_501})
    assert answer.status == 422
    assert "at most 1500" in answer.page.select_one(f"#says-{shots(asked)[0]}").text


async def test_a_picture_of_somebody_else_is_not_attached(site: Site) -> None:
    amina, bruno = await site.person("amina"), await site.person("bruno")
    asked = await bruno.send("/compose", {"text": "À moi", "pictures": GOOD})
    answer = await amina.send("/compose", {"text": "À moi", "media": shots(asked)[0]})
    assert answer.status == 422
    assert "no longer here" in answer.words
    assert await posts(site) == []


async def test_a_script_gets_the_row_of_its_picture_or_the_reason(site: Site) -> None:
    amina = await site.person("amina")
    live = {"x-archipel-live": "1"}
    good = await amina.send("/compose/pictures", {"pictures": GOOD}, headers=live)
    assert len(shots(good)) == 1
    bad = await amina.send("/compose/pictures", {"pictures": Picture("a.png", b"x")}, headers=live)
    assert bad.page.select_one(".wrong[role=alert]")


async def answering(site: Site, text: str = "Qui décide ?", **draft: object) -> tuple[Visitor, Answer, str]:
    """Bruno before the composer that answers Amina."""
    await site.world.person("amina")
    bruno = await site.person("bruno")
    post = await site.world.say("amina", text, **draft)
    path = f"/@amina/{post}"
    return bruno, await bruno.read(path), path


async def test_an_answer_stands_under_what_it_answers(site: Site) -> None:
    bruno, page, _ = await answering(site)
    form = page.form("/compose")
    assert form.select_one("textarea").text.strip() == "@amina"
    answer = await bruno.fill(page, "/compose", {"text": "@amina Moi."})
    articles = answer.page.select("main article.post")
    assert [("root" in each["class"]) for each in articles] == [True, False]
    assert "Moi." in articles[1].text


async def test_an_answer_reaches_no_further_than_what_it_answers(site: Site) -> None:
    _, page, _ = await answering(site, "@bruno entre nous", visibility="direct")
    assert page.page.select_one("input[name=visibility][checked]")["value"] == "direct"


async def test_an_answer_keeps_the_warning(site: Site) -> None:
    _, page, _ = await answering(site, "Le banc a lâché", spoiler="Accident")
    assert page.page.select_one("#spoiler")["value"] == "Accident"


async def test_who_is_outside_the_group_is_named_before_sending(site: Site) -> None:
    amina = await site.person("amina")
    stranger = await site.world.elsewhere("eve", "mastodon.example")
    colleague = await site.world.elsewhere("carla", "filiale.example")
    for account, outside in ((stranger, True), (colleague, False)):
        post = await site.world.say("amina", f"@{account.acct} bonjour")
        audience = (await amina.read(f"/@amina/{post}")).page.select_one(".audience")
        assert ("out" in audience["class"]) is outside
        assert ("@eve@mastodon.example" in audience.text) is outside


async def test_those_whom_a_post_names_are_met_before_it_is_published(site: Site) -> None:
    amina = await site.person("amina")
    await amina.send("/compose", {"text": "Merci @carla@filiale.example et @bruno"})
    assert site.elsewhere.asked == ["carla@filiale.example"]


async def test_what_answers_a_hidden_post_is_not_found(site: Site) -> None:
    bruno = await site.person("bruno")
    await site.world.person("amina")
    post = await site.world.say("amina", "Pour moi seule", visibility="direct")
    assert (await bruno.send("/compose", {"text": "Ah ?", "parent": str(post)})).status == 404


async def test_the_composer_may_be_opened_with_words_and_for_somebody(site: Site) -> None:
    amina = await site.person("amina")
    answer = await amina.read("/compose?to=carla@filiale.example&text=Bonjour")
    assert answer.page.select_one("#text").text == "\n@carla@filiale.example Bonjour"


async def test_a_video_waits_in_the_composer_until_it_is_ready_and_is_then_played_on_request(site: Site) -> None:
    amina = await site.person("amina")
    page = await amina.read("/compose")
    assert "video/*" in page.page.select_one("#pictures")["accept"]
    answer = await amina.send(
        "/compose", {"text": "Regardez", "pictures": [Picture("presse.webm", film(), "video/webm")]}
    )
    (id,) = shots(answer)
    again = await amina.send("/compose", {"text": "Regardez", "media": id, "key": "k"})
    assert "still being made ready" in again.words
    await transcode(site.node, Transcode(media=MediaId(int(id))))
    shown = await amina.send("/compose", {"text": "Regardez", "media": id, f"words-{id}": "La presse", "key": "l"})
    (player,) = shown.page.select("figure video")
    assert player.has_attr("controls") and not player.has_attr("autoplay")
    assert (player["preload"], player["aria-label"]) == ("none", "La presse")


async def test_words_for_a_picture_are_asked_for_once(site: Site) -> None:
    amina = await site.person("amina")
    sent = await amina.send("/compose/pictures", {"pictures": GOOD})
    id = shots(sent)[0]
    asked = await amina.send("/compose", {"text": "La halle", "media": id, f"words-{id}": ""})
    assert "A picture has no words" in asked.words
    assert await posts(site) == []
    await amina.fill(asked, "/compose", {})
    assert len((await posts(site))[0].media) == 1


async def test_pictures_are_put_into_order_without_a_script(site: Site) -> None:
    amina = await site.person("amina")
    asked = await amina.send("/compose", {"text": "La halle", "pictures": [GOOD, GOOD]})
    first, second = shots(asked)
    turned = await amina.fill(asked, "/compose", {"earlier": second})
    assert shots(turned) == [second, first]
    assert await posts(site) == []
