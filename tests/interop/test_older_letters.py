"""Every letter about communities comes once more after a week, signed anew by who had sent it: nothing is reopened.

As when a node starts again from a copy of its database that is a week old, and sends what waited in it.
"""

import sqlite3
from pathlib import Path
from typing import Any

import pytest

from social.clock import DAY
from social.communities import auto, changing, communities, merging, moderation, succession, topics
from social.communities.communities import CommunityChange
from social.gatherings.drafts import GatheringDraft
from social.people import accounts as people
from social.people.accounts import ProfileChange
from social.posts.edit import edit
from social.posts.publish import Context, Draft, publish
from social.recognition import kudos
from social.recognition.kudos import Thanks
from storage import accounts
from storage import communities as community_rows
from storage import posts as post_rows
from storage.community_rules import RuleField
from storage.ids import Millis
from storage.memberships import MemberRole
from tests.interop.football import Armor
from tests.interop.test_community_requests import WORDS, answers, club, is_empty, waits_at
from tests.interop.test_directory import chartered
from tests.interop.test_polls import Ahead
from tests.interop.wires import Letter, Wires
from tests.nodes import running_group, settled
from tests.sites import Site
from tests.world import one_pair

TABLES = (
    "communities", "community_topics", "community_pages", "community_page_versions", "community_rules",
    "memberships", "passed_requests", "follows", "placements", "gatherings", "kudos", "kudos_consents", "notifications",
)  # fmt: skip
FEWEST = 40
"""Letters of such a week."""


async def test_nothing_is_reopened_by_letters_that_come_once_more_after_a_week(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = Ahead()
    async with running_group(tmp_path, "siege", "usine", "filiale", clock=clock) as sites:
        wires = Wires(sites, monkeypatch)
        letters: list[Letter] = []
        wires.letters = letters
        armor = Armor(sites, wires)
        await armor.settle()
        await chartered(*sites)
        await settled(*sites)
        await lived(armor)
        await kept_ajar(armor)
        clock.ahead += 7 * DAY
        await settled(*sites)
        before = [kept(site) for site in sites]
        wires.letters = None
        assert len(letters) > FEWEST
        for letter in letters:
            assert await letter.again() == 202
        await settled(*sites)
        for site, was in zip(sites, before, strict=True):
            now = kept(site)
            for table in was:
                assert now[table] == was[table], (site.host, table)


async def lived(armor: Armor) -> None:
    """What happens in a community in its life: everything that can be changed is, and back."""
    football, tennis = await armor.with_members("bruno", "carla"), await armor.found()
    host, amina = armor.people["amina"]
    id, other = await armor.knows("amina", football), await armor.knows("amina", tennis)
    viewer, now = amina.viewer, host.clock()
    about: dict[str, Any] = {"ids": host.ids, "urls": host.urls, "now": now}
    context = Context(host.ids, host.urls, host.settings)

    await host.write(topics.add, viewer, id, "Matches", now=now)
    await settled(*armor.sites)
    first = await armor.says("carla", football, "The next match", topic="matches")
    await armor.writes("amina", football, "Seven against seven")
    await settled(*armor.sites)
    await armor.writes("carla", football, "Eight against eight", over=1)
    row = await host.read(post_rows.by_uri, first)
    assert row is not None
    for stuck in (True, False):
        act = moderation.stick if stuck else moderation.unstick
        await host.write(act, viewer, row.id, now=host.clock())
        await settled(*armor.sites)
    await armor.moderator("carla", football)
    await armor.moderator("carla", football, MemberRole.MEMBER)
    javier = armor.people["javier"][1]
    at = armor.filiale
    await at.write(people.edit_profile, javier.viewer, ProfileChange(job="Coach"), urls=at.urls, now=at.clock())
    rule = await host.write(
        auto.add_rule, viewer, id, RuleField.JOB, "coach", mandatory=False, ids=host.ids, now=host.clock()
    )
    await settled(*armor.sites)
    await host.write(auto.drop_rule, viewer, id, rule.id, now=host.clock())
    await settled(*armor.sites)

    match = GatheringDraft(starts_at=Millis(now + 30 * DAY), timezone="Europe/Paris", place="Gerland")
    draft = Draft(text="Come early", title="The match", community=id, gathering=match)
    post = await host.write(publish, viewer, draft, context=context, now=now)
    await settled(*armor.sites)
    elsewhere = GatheringDraft(starts_at=match.starts_at, timezone=match.timezone, place="Vallecas")
    changed = Draft(text="Come early", title="The match", gathering=elsewhere)
    await host.write(edit, viewer, post, changed, context=context, now=host.clock())
    bruno = await host.read(accounts.by_uri, armor.uri("bruno"))
    assert bruno is not None
    thanks = Thanks(to=(bruno.id,), value="Safety", text="Thank you.", line="Kudos: Safety")
    given = await host.read(post_rows.by_id, await host.write(kudos.give, viewer, thanks, context=context, now=now))
    assert given is not None
    await settled(*armor.sites)
    site, thanked = armor.people["bruno"]
    there = await armor.id(site, given.uri)
    for shown in (True, False):
        await site.write(kudos.answer, thanked.viewer, there, shown=shown, now=site.clock())
        await settled(*armor.sites)

    await host.write(topics.drop, viewer, id, "matches", now=host.clock())
    for close in (communities.archive, communities.reopen):
        await host.write(close, viewer, id, now=host.clock())
        await settled(*armor.sites)
    await host.write(merging.merge, viewer, id, other, **about)
    await settled(*armor.sites)
    made = await site.write(
        succession.adopt, tennis, "tennis", thanked.account, one_pair(), ids=site.ids, urls=site.urls, now=site.clock()
    )
    await host.write(succession.move, viewer, other, await armor.knows("amina", made.uri), **about)
    await settled(*armor.sites)
    assert await armor.leaves("carla", made.uri) != []


async def kept_ajar(armor: Armor) -> None:
    """Who asks to come into a community is answered by a host at another node, who also says what it is; and then the
    one at its own node says it otherwise."""
    uri = await club(armor, "bruno")
    await armor.moderator("bruno", uri, MemberRole.HOST)
    for name, accept in (("luc", True), ("javier", False)):
        await armor.joins(name, uri, WORDS)
        await waits_at(armor, uri, "bruno", asker=name)
        await answers(armor, "bruno", name, uri, accept=accept)
        await is_empty(armor, uri, "bruno", "amina")
    site, bruno = armor.people["bruno"]
    host, amina = armor.people["amina"]
    there, id = await armor.knows("bruno", uri), await armor.knows("amina", uri)
    asked = CommunityChange(rules="Be early", welcome="Hello")
    assert not await site.write(changing.edit, bruno.viewer, there, asked, urls=site.urls, now=site.clock())
    assert not await site.write(changing.add_topic, bruno.viewer, there, "Matches", now=site.clock())
    await settled(*armor.sites)
    last = CommunityChange(rules="Be on time")
    await host.write(communities.edit, amina.viewer, id, last, urls=host.urls, now=host.clock())
    await host.write(topics.drop, amina.viewer, id, "matches", now=host.clock())
    await settled(*armor.sites)
    row = await host.read(community_rows.by_id, id)
    assert row is not None and (row.rules_source, row.welcome_source) == ("Be on time", "Hello")


def kept(site: Site) -> dict[str, list[str]]:
    """The rows of what is said of communities, as the node's file has them."""
    path = site.settings.database.url.removeprefix("sqlite:///")
    with sqlite3.connect(f"file:{path}?mode=ro", uri=True) as file:
        return {table: sorted(map(str, file.execute(f"SELECT * FROM {table}"))) for table in TABLES}  # noqa: S608
