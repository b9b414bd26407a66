"""What is no note, and what this version does not know."""

from typing import Any

import pytest

from storage import media
from tests.federation.neighbour import Neighbour, Somebody
from tests.federation.station import Station
from tests.federation.test_apply_posts import followed, the_post


@pytest.mark.parametrize(
    ("said", "title", "html"),
    [
        pytest.param(
            {"type": "Article", "name": "Safety", "content": "<p>Wear a helmet</p>", "summary": "In short"},
            "Safety",
            "<p>Wear a helmet</p>",
            id="article",
        ),
        pytest.param(
            {
                "type": "Event",
                "name": "Match",
                "content": "",
                "summary": "<p>Come</p>",
                "startTime": "soon",
                "location": {"type": "Place", "name": "Stade"},
            },
            "Match",
            "<p>Stade</p><p>Come</p>",
            id="event that says no time",
        ),
        pytest.param(
            {"type": "Recipe", "name": "Soup", "content": "<p>Boil it</p>", "cookTime": "PT5M"},
            "Soup",
            "<p>Boil it</p>",
            id="a type that nobody knows",
        ),
    ],
)
async def test_what_is_no_note_becomes_title_text_and_link(
    quick: Station, siege: Neighbour, bruno: Somebody, said: dict[str, Any], title: str, html: str
) -> None:
    await followed(quick, siege, bruno)
    page = siege.url("/@bruno/1")
    note = siege.note(bruno, **said, url=page)
    assert await quick.accept(siege, siege.create(note), by=bruno) == ["applied"]
    post = await the_post(quick)
    assert (post.title, post.kind, post.url) == (title, said["type"], page)
    assert post.html.startswith(html) and f'href="{page}"' in post.html


async def test_a_file_that_is_neither_shown_nor_played_becomes_a_link(
    quick: Station, siege: Neighbour, bruno: Somebody
) -> None:
    await followed(quick, siege, bruno)
    film = {"type": "Document", "mediaType": "application/pdf", "url": siege.url("/f.pdf"), "name": "The press at work"}
    await quick.accept(siege, siege.create(siege.note(bruno, attachment=[film])), by=bruno)
    post = await the_post(quick)
    assert f'<a href="{siege.url("/f.pdf")}"' in post.html and "The press at work" in post.html
    assert await quick.db.read(media.of_posts, [post.id]) == []


@pytest.mark.parametrize("kind", ["Add", "Remove", "Arrive", "several posts"])
async def test_what_this_version_does_not_know_is_kept_as_unsupported(
    quick: Station, siege: Neighbour, bruno: Somebody, kind: str
) -> None:
    made = {
        "several posts": siege.about("Create", bruno.id, [siege.note(bruno), siege.note(bruno)]),
    }
    activity = made.get(kind) or siege.about(kind, bruno.id, bruno.id)
    assert await quick.accept(siege, activity, by=bruno) == ["unsupported"]
