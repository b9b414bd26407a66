"""Lists that one takes along and brings, in Mastodon's CSV."""

from collections.abc import Mapping

import pytest

from server.work.imports import Imports
from social import imports, jobs
from social.errors import Invalid
from social.imports import Kind, Line
from social.people import domain_blocks, relations
from social.posts import reactions
from social.posts.publish import Context
from storage import jobs as job_rows
from storage.ids import Millis
from tests.web.conftest import Site
from tests.web.visitor import Picture, Visitor

CSV: Mapping[str, str] = {
    "following": 'Account address,Show boosts,Notify on new posts,Languages\nbruno@usine.example,false,true,"fr, en"\n',
    "lists": "Presse,bruno@usine.example\n",
    "blocks": "bruno@usine.example\n",
    "mutes": "Account address,Hide notifications\nbruno@usine.example,false\n",
    "domains": "loud.example\n",
}
"""What is brought, and comes out again as it was."""


async def bring(site: Site, amina: Visitor, kind: str, text: str) -> None:
    """Bring a file, and let the jobs run."""
    await site.world.person("bruno")
    site.elsewhere.accounts["bruno@usine.example"] = site.world.id("bruno")
    answer = await amina.send("/settings/lists", {"kind": kind, "file": Picture("x.csv", text.encode(), "text/csv")})
    assert answer.status == 200, answer.words
    await carried(site)


async def carried(site: Site) -> int:
    """Run what waits of the job, as the runner does; how often."""
    runs = 0
    while waiting := await site.world.db.write(job_rows.claim, ["carry_in"], site.world.clock(), 60_000, 5):
        for job in waiting:
            arguments = jobs.read(job.arguments)
            assert isinstance(arguments, jobs.CarryIn)
            await Imports(site.node).carry(arguments)
            await site.world.db.write(job_rows.finish, job.id)
            runs += 1
    return runs


@pytest.mark.parametrize("kind", CSV)
async def test_what_is_brought_can_be_taken_along_again(site: Site, kind: str) -> None:
    amina = await site.person("amina")
    await bring(site, amina, kind, CSV[kind])
    page = await amina.read("/settings/lists")
    assert "1 line, all done" in page.words
    file = await amina.read(f"/settings/lists/{kind}.csv")
    assert file.headers["content-type"].startswith("text/csv")
    assert file.text == CSV[kind]


async def test_a_kept_post_is_brought_by_its_address(site: Site) -> None:
    amina = await site.person("amina")
    await site.world.person("bruno")
    post = await site.world.say("bruno", "À garder")
    uri = site.world.urls.post_uri("bruno", post)
    site.elsewhere.posts[uri] = post
    await bring(site, amina, "bookmarks", f"#uri\n{uri}\nhttps://gone.example/1\n")
    assert (await amina.read("/settings/lists/bookmarks.csv")).text == f"{uri}\n"
    page = await amina.read("/settings/lists")
    assert "2 lines, 1 of them in vain" in page.words
    assert "https://gone.example/1 It was not found, or is not for you." in page.words


async def test_what_was_kept_and_is_no_longer_for_the_reader_is_not_in_the_file(site: Site) -> None:
    amina = await site.person("amina")
    world = site.world
    await world.person("bruno")
    post = await world.say("bruno", "Bientôt plus")
    context = Context(world.ids, world.urls, world.settings)
    await world.db.write(reactions.bookmark, world.viewer("amina"), post, context=context, now=world.clock())
    assert (await amina.read("/settings/lists/bookmarks.csv")).text
    viewer = world.viewer("bruno")
    await world.db.write(relations.block, viewer, world.id("amina"), ids=world.ids, urls=world.urls, now=world.clock())
    assert (await amina.read("/settings/lists/bookmarks.csv")).text == ""


async def test_a_long_list_is_done_in_lots_and_shows_how_far_it_is(site: Site) -> None:
    amina = await site.person("amina")
    domains = "".join(f"n{number}.example\n" for number in range(imports.LOT * 2 + 3))
    await amina.send("/settings/lists", {"kind": "domains", "file": Picture("x.csv", domains.encode(), "text/csv")})
    job = (await site.world.db.write(job_rows.claim, ["carry_in"], site.world.clock(), 60_000, 5))[0]
    arguments = jobs.read(job.arguments)
    assert isinstance(arguments, jobs.CarryIn)
    await Imports(site.node).carry(arguments)
    assert f"{imports.LOT} of {imports.LOT * 2 + 3} lines so far" in (await amina.read("/settings/lists")).words
    # The same job again, as after a kill: it goes on where it was.
    await Imports(site.node).carry(arguments)
    assert f"{imports.LOT * 2} of" in (await amina.read("/settings/lists")).words
    assert await carried(site) >= 1
    assert f"{imports.LOT * 2 + 3} lines, all done" in (await amina.read("/settings/lists")).words


async def test_a_line_in_vain_says_why_and_the_others_are_done(site: Site) -> None:
    amina = await site.person("amina")
    await bring(site, amina, "following", "nobody@nowhere.example\nbruno@usine.example\n")
    page = await amina.read("/settings/lists")
    assert "nobody@nowhere.example Nobody was found there." in page.words
    tie = await site.world.db.read(
        relations.relationship, site.world.viewer("amina"), site.world.id("bruno"), now=site.world.clock()
    )
    assert tie.following


async def test_an_import_takes_nothing_away(site: Site) -> None:
    amina = await site.person("amina")
    world = site.world
    await world.db.write(
        domain_blocks.block, world.viewer("amina"), "first.example", ids=world.ids, urls=world.urls, now=world.clock()
    )
    await bring(site, amina, "domains", "loud.example\nfirst.example\n")
    assert (await amina.read("/settings/lists/domains.csv")).text == "first.example\nloud.example\n"


async def test_nobody_sees_the_lists_of_another(site: Site) -> None:
    amina, carla = await site.person("amina"), await site.person("carla")
    await bring(site, amina, "following", "nobody@nowhere.example\n")
    assert "nobody@nowhere.example" not in (await carla.read("/settings/lists")).words


async def test_lists_that_were_through_a_month_ago_are_forgotten(site: Site) -> None:
    amina = await site.person("amina")
    await bring(site, amina, "following", "nobody@nowhere.example\n")
    await site.world.db.write(imports.prune, Millis(site.world.clock() + imports.KEPT + 1))
    assert "nobody@nowhere.example" not in (await amina.read("/settings/lists")).words


@pytest.mark.parametrize(
    ("body", "said"),
    [
        pytest.param(b"\xff\xfe\x00", "This is no list that can be read.", id="no text"),
        pytest.param(b"a\0b\n", "This is no list that can be read.", id="a NUL"),
        pytest.param(b" \n\n", "Choose a file with lines in it.", id="only empty lines"),
    ],
)
async def test_what_is_no_list_is_refused(site: Site, body: bytes, said: str) -> None:
    amina = await site.person("amina")
    answer = await amina.send("/settings/lists", {"kind": "following", "file": Picture("x.csv", body, "text/csv")})
    assert answer.status == 422
    assert said in answer.words


def test_more_lines_than_a_list_may_have_are_refused() -> None:
    with pytest.raises(Invalid):
        imports.read(Kind.DOMAINS, "a.example\n" * (imports.MOST_LINES + 1))


@pytest.mark.parametrize(
    ("kind", "text", "line"),
    [
        pytest.param(Kind.FOLLOWING, "\ufeff@b@x.example", Line(subject="b@x.example"), id="a mark of byte order"),
        pytest.param(
            Kind.FOLLOWING, "Account address,Show boosts\nb@x.example,false", Line(subject="b@x.example", boosts=False),
            id="fewer columns",
        ),
        pytest.param(Kind.BLOCKS, "Account address\nb@x.example", Line(subject="b@x.example"), id="a head"),
        pytest.param(Kind.MUTES, "b@x.example,false", Line(subject="b@x.example", hides=False), id="no head"),
        pytest.param(Kind.LISTS, "Presse,b@x.example", Line(subject="b@x.example", title="Presse"), id="a list"),
        pytest.param(Kind.DOMAINS, "#domain\nx.example", Line(subject="x.example"), id="a domain"),
    ],
)  # fmt: skip
def test_files_of_other_servers_are_read(kind: Kind, text: str, line: Line) -> None:
    assert imports.read(kind, text) == [line]
