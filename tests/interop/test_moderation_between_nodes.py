"""Two real nodes and what people and moderators do against one another: it holds at both."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from social.policy import Role
from tests.nodes import running_group, settled
from tests.sites import LocalNode, Person, Refused

pytestmark = pytest.mark.asyncio(loop_scope="module")


class Harbour:
    """The nodes of siege (bruno, carla; marc moderates) and usine (amina, luc; ines administers)."""

    def __init__(self, siege: LocalNode, usine: LocalNode) -> None:
        self.siege, self.usine = siege, usine
        self.people: dict[str, Person] = {}

    async def settle(self) -> None:
        await settled(self.siege, self.usine)

    def __getitem__(self, name: str) -> Person:
        return self.people[name]

    async def home(self, site: LocalNode, name: str) -> list[str]:
        """Addresses of the posts in somebody's home."""
        return [one["uri"] for one in await site.api("GET", "/api/v1/timelines/home?limit=40", self[name])]


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def harbour(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Harbour]:
    folder: Path = tmp_path_factory.mktemp("harbour")
    async with running_group(folder, "siege", "usine") as (siege, usine):
        made = Harbour(siege, usine)
        for site, name, role in (
            (siege, "bruno", Role.MEMBER), (siege, "carla", Role.MEMBER), (siege, "marc", Role.MODERATOR),
            (usine, "amina", Role.MEMBER), (usine, "luc", Role.MEMBER), (usine, "ines", Role.ADMIN),
        ):  # fmt: skip
            made.people[name] = await site.person(name, role=role)
        await siege.follow(made["bruno"], made["amina"])
        await usine.follow(made["amina"], made["bruno"])
        await siege.follow(made["carla"], made["amina"])
        await made.settle()
        yield made


async def test_a_block_holds_at_the_node_of_the_blocked(harbour: Harbour) -> None:
    siege, usine = harbour.siege, harbour.usine
    bruno_there = await usine.account_of(harbour["amina"], harbour["bruno"])
    amina_there = await siege.account_of(harbour["bruno"], harbour["amina"])
    await usine.api("POST", f"/api/v1/accounts/{bruno_there}/block", harbour["amina"])
    await harbour.settle()
    post = await usine.say(harbour["amina"], "Not for bruno")
    await harbour.settle()
    assert post["uri"] not in await harbour.home(siege, "bruno")
    assert post["uri"] in await harbour.home(siege, "carla")
    seen = await siege.find(harbour["carla"], post["uri"])
    with pytest.raises(Refused, match="404"):
        await siege.api("GET", f"/api/v1/statuses/{seen}", harbour["bruno"])
    (tie,) = await siege.api("GET", f"/api/v1/accounts/relationships?id[]={amina_there}", harbour["bruno"])
    assert not tie["following"] and not tie["followed_by"] and tie["blocked_by"]
    with pytest.raises(Refused, match="403"):
        await siege.api("POST", f"/api/v1/accounts/{amina_there}/follow", harbour["bruno"])
    await usine.api("POST", "/api/v1/notifications/clear", harbour["amina"])
    answer = await siege.say(harbour["bruno"], f"@{harbour['amina'].acct} why?")
    await harbour.settle()
    assert await usine.api("GET", "/api/v1/notifications", harbour["amina"]) == []
    assert answer["uri"] not in await harbour.home(usine, "amina")
    await usine.api("POST", f"/api/v1/accounts/{bruno_there}/unblock", harbour["amina"])
    await harbour.settle()
    assert (await siege.api("GET", f"/api/v1/statuses/{seen}", harbour["bruno"]))["uri"] == post["uri"]
    await siege.follow(harbour["bruno"], harbour["amina"])
    await harbour.settle()
    (tie,) = await siege.api("GET", f"/api/v1/accounts/relationships?id[]={amina_there}", harbour["bruno"])
    assert tie["following"]


async def test_a_forwarded_report_reaches_the_moderators_there_and_hides_who_reports(harbour: Harbour) -> None:
    siege, usine = harbour.siege, harbour.usine
    post = await usine.say(harbour["amina"], "Something rude")
    await harbour.settle()
    body = {
        "account_id": await siege.account_of(harbour["bruno"], harbour["amina"]),
        "status_ids": [await siege.find(harbour["bruno"], post["uri"])],
        "comment": "Look at this",
        "forward": True,
    }
    report = await siege.api("POST", "/api/v1/reports", harbour["bruno"], **body)
    assert report["forwarded"] is True
    await harbour.settle()
    (there,) = await usine.api("GET", "/api/v1/admin/reports", harbour["ines"])
    assert (there["comment"], there["target_account"]["username"]) == ("Look at this", "amina")
    assert [one["uri"] for one in there["statuses"]] == [post["uri"]]
    assert there["account"]["domain"] == siege.host and "bruno" not in str(there)
    (here,) = await siege.api("GET", "/api/v1/admin/reports", harbour["marc"])
    assert here["account"]["username"] == "bruno"


async def test_a_suspension_at_home_hides_everywhere_and_is_lifted_everywhere(harbour: Harbour) -> None:
    siege, usine = harbour.siege, harbour.usine
    post = await usine.say(harbour["luc"], "Before")
    await harbour.settle()
    seen = await siege.find(harbour["carla"], post["uri"])
    path = f"/api/v1/admin/accounts/{harbour['luc'].account}"
    await usine.api("POST", f"{path}/action", harbour["ines"], type="suspend")
    await harbour.settle()
    with pytest.raises(Refused, match="404"):
        await siege.api("GET", f"/api/v1/statuses/{seen}", harbour["carla"])
    with pytest.raises(Refused, match="401"):
        await usine.api("GET", "/api/v1/accounts/verify_credentials", harbour["luc"])
    await usine.api("POST", f"{path}/unsuspend", harbour["ines"])
    await harbour.settle()
    assert (await siege.api("GET", f"/api/v1/statuses/{seen}", harbour["carla"]))["uri"] == post["uri"]


async def test_a_moderator_elsewhere_takes_the_copies_and_the_follows_of_one(harbour: Harbour) -> None:
    siege, usine = harbour.siege, harbour.usine
    denis, elise = await usine.person("denis"), await siege.person("elise")
    await siege.follow(elise, denis)
    await usine.follow(denis, elise)
    post = await usine.say(denis, "For both sites")
    await harbour.settle()
    assert post["uri"] in str(await siege.api("GET", "/api/v1/timelines/home", elise))
    denis_there = await siege.account_of(harbour["marc"], denis)
    elise_there = await usine.account_of(denis, elise)
    path = f"/api/v1/admin/accounts/{denis_there}"
    await siege.api("POST", f"{path}/action", harbour["marc"], type="suspend")
    await harbour.settle()
    assert post["uri"] not in str(await siege.api("GET", "/api/v1/timelines/home", elise))
    (tie,) = await usine.api("GET", f"/api/v1/accounts/relationships?id[]={elise_there}", denis)
    assert not tie["following"] and not tie["followed_by"]
    await usine.say(denis, "Nobody there hears this")
    await harbour.settle()
    assert "Nobody there hears this" not in str(await siege.api("GET", "/api/v1/timelines/public", elise))


async def test_the_end_of_an_account_is_its_end_everywhere(harbour: Harbour) -> None:
    siege, usine = harbour.siege, harbour.usine
    paul = await usine.person("paul")
    post = await usine.say(paul, "Farewell")
    await harbour.settle()
    seen = await siege.find(harbour["carla"], post["uri"])
    paul_there = await siege.account_of(harbour["carla"], paul)
    path = f"/api/v1/admin/accounts/{paul.account}"
    await usine.api("POST", f"{path}/action", harbour["ines"], type="suspend")
    await usine.api("DELETE", path, harbour["ines"])
    await harbour.settle()
    for gone in (f"/api/v1/statuses/{seen}", f"/api/v1/accounts/{paul_there}"):
        with pytest.raises(Refused, match="404"):
            await siege.api("GET", gone, harbour["carla"])
