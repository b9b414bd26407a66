"""Several languages of a post, in and out."""

from social.posts import languages
from social.posts.languages import DraftVersion
from tests.federation.neighbour import Neighbour, Somebody
from tests.federation.station import Station
from tests.federation.test_apply_posts import followed, the_post


async def test_every_version_comes_in_safe_and_an_edit_replaces_them(
    station: Station, siege: Neighbour, bruno: Somebody
) -> None:
    await followed(station, siege, bruno)
    note = siege.note(
        bruno,
        "Line 3",
        contentMap={"en": "<p>Line 3</p>", "fr": "<p>Ligne 3<script>x</script></p>", "xx-bad!": "<p>no</p>"},
        summaryMap={"fr": "Alerte"},
        summary="Warning",
    )
    await station.accept(siege, siege.create(note), by=bruno)
    post = await the_post(station)
    (french,) = languages.versions(post)
    assert (post.language, french.language, french.html, french.spoiler) == ("en", "fr", "<p>Ligne 3</p>", "Alerte")
    at = station.clock.pass_by(minutes=1)
    edited = siege.update({**note, "contentMap": {"en": "<p>Line 4</p>", "de": "<p>Linie 4</p>"}}, "Line 4", at)
    assert await station.accept(siege, edited, by=bruno) == ["applied"]
    assert [one.language for one in languages.versions(await the_post(station)) if one.html] == ["de"]


async def test_every_version_goes_out(quick: Station, siege: Neighbour, bruno: Somebody) -> None:
    await quick.person("amina")
    further = (DraftVersion(language="fr", text="Ligne 3", spoiler="Alerte"),)
    id = await quick.say("amina", "Line 3", language="en", spoiler="Warning", versions=further)
    document = (await quick.show(siege, f"/users/amina/posts/{id}", bruno.key)).json()
    assert document["contentMap"] == {"en": "<p>Line 3</p>", "fr": "<p>Ligne 3</p>"}
    assert document["summaryMap"] == {"en": "Warning", "fr": "Alerte"}
    assert document["content"] == "<p>Line 3</p>"
