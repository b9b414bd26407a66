"""The sample objects of fediverse-pasture (`pasture.json`), sent to a node as they are: what can be shown is shown.

From the package `fediverse-pasture-inputs` 0.3.0 (MIT, © Helge; https://inputs.funfedi.dev). The package itself wants
a network of containers to run; its samples are all that a test of ours needs.
"""

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
import pytest_asyncio

from social.settings import FederationSettings
from tests.attacks.foe import PUBLIC, Foe
from tests.nodes import running_node, settled
from tests.sites import LocalNode, Person

pytestmark = pytest.mark.asyncio(loop_scope="module")

SAMPLES: dict[str, list[dict[str, Any]]] = json.loads(Path(__file__).with_name("pasture.json").read_text("utf-8"))
ABSENT: dict[tuple[str, int], str] = {
    ("necessary_properties", 1): "without an id nothing can be edited, deleted or answered",
    ("necessary_properties", 3): "without an author nobody has said it",
    ("necessary_properties", 4): "without a type it is nothing",
    ("object_types", 7): "a place is no post",
    ("object_types", 8): "a profile is no post",
    ("object_types", 9): "a relationship is no post",
    ("object_types", 10): "a tombstone is no post",
    ("object_types", 13): "without a type it is nothing",
}
"""Samples that are not shown, and why."""
DANGERS = ("<script", "<style", "<iframe", "onerror", "onclick", "javascript:", "<svg", "<math", "<form", "<input")


class Field(msgspec.Struct, frozen=True, kw_only=True):
    """A node with amina, who follows the writer of the samples."""

    node: LocalNode
    sender: Foe
    writer: str
    amina: Person


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def field(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Field]:
    async with Foe("pasture.localhost") as sender:
        federation = FederationSettings(insecure_loopback=True, allow=(sender.authority,))
        async with running_node(tmp_path_factory.mktemp("usine"), federation=federation) as node:
            writer, amina = sender.actor("actor", path="/actor"), await node.person("amina")
            found = await node.api("GET", "/api/v2/search", amina, q=f"@actor@{sender.authority}", resolve="true")
            await node.api("POST", f"/api/v1/accounts/{found['accounts'][0]['id']}/follow", amina)
            await settled(node)
            asked = next(seen.json() for seen in sender.peer.requests if seen.method == "POST")
            await sender.tell(node, sender.activity(writer, "Accept", asked))
            note = sender.note(writer, "<p>answered</p>")
            sender.peer.document("/assets/note1.jsonap", {**note, "id": sender.peer.url("/assets/note1.jsonap")})
            await settled(node)
            yield Field(node=node, sender=sender, writer=writer, amina=amina)


def _placed(on: Field, sample: dict[str, Any]) -> dict[str, Any]:
    """The sample with the addresses of this network."""
    text = json.dumps(sample).replace("http://pasture-one-actor", on.sender.peer.url(""))
    placed: dict[str, Any] = json.loads(text)
    return placed


@pytest.mark.parametrize("theme", SAMPLES)
async def test_each_sample_is_taken_and_what_can_be_shown_is_shown(
    field: Field, theme: str, caplog: pytest.LogCaptureFixture
) -> None:
    missing = []
    for number, sample in enumerate(SAMPLES[theme]):
        placed = _placed(field, sample)
        note = {key: value for key, value in field.sender.note(field.writer, "x").items()} | placed
        note = {key: value for key, value in note.items() if value is not None}
        to = placed.get("to", [PUBLIC])
        activity = field.sender.activity(field.writer, "Create", note, to=to, cc=[f"{field.writer}/followers"])
        status = await field.sender.tell(field.node, activity)
        assert status in (202, 400), (theme, number, status)
        await settled(field.node)
        shown = await field.node.api("GET", "/api/v1/timelines/home", field.amina, limit=5)
        seen = next((one for one in shown if one["uri"] == note.get("id")), None)
        if seen is None:
            missing.append(number)
        else:
            assert not [word for word in DANGERS if word in (seen["content"] + seen["spoiler_text"]).lower()], sample
    assert missing == [number for about, number in ABSENT if about == theme], [SAMPLES[theme][one] for one in missing]
    assert not [record for record in caplog.records if record.levelname == "ERROR"]
