"""Three real nodes: everybody of the group is found on each, though nobody follows them, and while one is cut off."""

from pathlib import Path
from time import monotonic
from typing import Any

import pytest

from federation.errors import Refused
from server.cli.manifest import own_member
from social import jobs
from social.clock import system_clock
from social.jobs import FetchDirectory
from social.trust import manifests, node_keys
from social.trust.manifest import made, signed
from storage.engine.database import Tx
from tests.interop.wires import Wires
from tests.nodes import eventually, running_group, settled
from tests.sites import LocalNode, Person


async def chartered(*sites: LocalNode) -> None:
    """All sign a manifest and take it; each reads the others' directories."""
    keys = [await site.write(node_keys.node_key, now=system_clock()) for site in sites]
    members = [own_member(site.settings, key.public) for site, key in zip(sites, keys, strict=True)]
    new = made(group="Groupe Armor", version=1, starts_at=system_clock(), threshold=2, entities=members)
    for member, key in zip(members, keys, strict=True):
        new = signed(new, member.id, key)
    for site in sites:
        await site.write(manifests.take, new.text, now=system_clock())
        await site.running.federation.group.look()


async def names(site: LocalNode, by: Person, text: str) -> list[str]:
    found = await site.api("GET", "/api/v1/accounts/search", by, q=text, limit=40)
    return sorted(account["acct"] for account in found)


def _read_all(tx: Tx, hosts: list[str]) -> None:
    for host in hosts:
        jobs.enqueue(tx, FetchDirectory(host=host), key=host, due=system_clock())


async def test_everybody_of_the_group_is_found_on_each_node(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with running_group(tmp_path, "siege", "usine", "filiale") as (siege, usine, filiale):
        sites = (siege, usine, filiale)
        wires = Wires(sites, monkeypatch)
        bruno, reader, ines = await siege.person("bruno"), await usine.person("luc"), await filiale.person("ines")
        await chartered(*sites)
        # Who joins after the nodes have met is told of by a letter; by nobody is anybody followed.
        amina = await usine.person("amina")
        carla = await filiale.person("carla")
        await settled(*sites)
        assert await names(siege, bruno, "amina") == [amina.acct]
        assert await names(usine, reader, "carla") == [carla.acct]
        # Who was there before is read from the directories.
        await eventually(lambda: names(usine, reader, "bruno"), seconds=20)

        async def are_listed() -> bool:
            listed = await usine.api("GET", "/api/v1/directory", reader, limit=80)
            return {bruno.acct, carla.acct, ines.acct} <= {account["acct"] for account in listed}

        await eventually(are_listed, seconds=20)

        # The subsidiary is cut off: it still finds everybody it knew, and hears nothing new.
        wires.cut = {(one.host, two.host) for one in sites for two in sites if filiale in (one, two) and one is not two}
        marc = await siege.person("marc")
        await hide(siege, bruno)
        assert await names(filiale, ines, "amina") == [amina.acct]
        assert await names(filiale, ines, "keller") == [bruno.acct]
        await eventually(lambda: names(usine, reader, "marc"), seconds=20)
        assert await names(filiale, ines, "marc") == []

        # It is back: the directory alone brings what the letters lost, and who left vanishes.
        wires.cut.clear()
        await filiale.write(_read_all, [siege.host, usine.host])
        await eventually(lambda: names(filiale, ines, "marc"), seconds=20)
        await eventually(lambda: vanished(filiale, ines, "keller"), seconds=20)
        assert marc.acct in await names(filiale, ines, "marc")


async def vanished(site: LocalNode, by: Person, text: str) -> bool:
    """Nobody is found by these letters any more."""
    return await names(site, by, text) == []


async def hide(site: LocalNode, person: Person) -> Any:
    """Somebody wants to be found no longer."""
    return await site.api("PATCH", "/api/v1/accounts/update_credentials", person, discoverable=False)


async def test_a_node_that_the_manifest_names_no_longer_is_refused_everywhere_within_a_minute(tmp_path: Path) -> None:
    async with running_group(tmp_path, "siege", "usine", "filiale") as (siege, usine, filiale):
        await chartered(siege, usine, filiale)
        assert await asks(filiale, usine) == 200
        since = monotonic()
        keys = [await site.write(node_keys.node_key, now=system_clock()) for site in (siege, usine)]
        members = [own_member(site.settings, key.public) for site, key in zip((siege, usine), keys, strict=True)]
        new = made(group="Groupe Armor", version=2, starts_at=system_clock(), threshold=2, entities=members)
        for member, key in zip(members, keys, strict=True):
            new = signed(new, member.id, key)
        # As `archipel manifest apply` does beside the running node: nobody tells it, it looks.
        await siege.write(manifests.take, new.text, now=system_clock())
        await eventually(lambda: refused(filiale, usine), seconds=60)
        await eventually(lambda: refused(filiale, siege), seconds=60)
        assert monotonic() - since < 60
        assert await asks(usine, siege) == 200


async def refused(one: LocalNode, other: LocalNode) -> bool:
    """Whether a node is answered 403 by another."""
    return await asks(one, other) == 403


async def asks(one: LocalNode, other: LocalNode) -> int:
    """What a node is answered by another to a signed question."""
    federation = one.running.federation
    url = f"{other.running.node.urls.base}/actor/outbox"
    try:
        key = await federation.resolver.key()
        await federation.client.fetch_document(url, key)
    except Refused as error:
        return error.status
    return 200
