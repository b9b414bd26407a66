"""FEDERATION.md says what the code does, where the two can be compared."""

import re

from docs.generate import protocol_routes
from federation import client, document, patience
from federation.context import CONTEXT
from federation.incoming.apply import HANDLERS
from tests.docs.markdown import ROOT

PAGE = ROOT / "FEDERATION.md"
TEXT = PAGE.read_text()


def _section(title: str) -> str:
    return TEXT.partition(f"\n## {title}\n")[2].partition("\n## ")[0]


def test_every_term_that_is_sent_is_named() -> None:
    terms = {name for part in CONTEXT if isinstance(part, dict) for name, meaning in part.items() if _is_term(meaning)}
    named = set(re.findall(r"`([A-Za-z_]+)`", _section("Terms on the wire")))
    assert named == terms


def test_every_activity_that_is_applied_is_named() -> None:
    words = {word for kind in HANDLERS for word in kind.split("/")}
    actors = {"Person", "Service", "Group", "Application", "Organization"}
    ours = {"several"}
    assert words - actors - ours <= set(re.findall(r"`([A-Za-z]+)`", _section("Activities")))


def test_the_limits_are_those_of_the_code() -> None:
    limits = _section("Limits")
    settings = client.ClientSettings(user_agent="Archipel")
    assert document.MAX_BYTES == 1024**2
    assert f"1 MiB, depth {document.MAX_DEPTH}, {document.MAX_NODES:,} values" in limits
    assert f"| redirects of a fetch | {settings.redirects}," in limits
    seconds = (settings.connect_seconds, settings.silence_seconds, settings.total_seconds)
    assert "{:.0f} seconds to connect, {:.0f} of silence, {:.0f} in all".format(*seconds) in limits


def test_the_pauses_of_deliveries_are_those_of_the_code() -> None:
    minutes = [delay // 60_000 for delay in patience.DELAYS]
    assert minutes == [1, 5, 15, 60, 180, 360, 720]
    assert "after 1, 5 and 15 minutes, after 1, 3, 6 and 12 hours, then every 12 hours" in _section("Deliveries")
    assert (patience.OPEN_AFTER, patience.PAUSES[0], patience.PAUSES[-1]) == (4, 30_000, 3_600_000)


def test_every_supported_proposal_is_linked() -> None:
    linked = re.findall(r"^- \[FEP-([0-9a-f]{4}): .+\]\(\S+/fep/\1/fep-\1\.md\)$", TEXT, re.MULTILINE)
    assert len(linked) == _section("Supported FEPs").count("\n- ") > 0


def test_every_address_of_the_protocol_is_named() -> None:
    named = " ".join(re.findall(r"`(/[^`]*)`", TEXT))
    paths = [re.sub(r"\{(\w+)(?::\w+)?\}", r"<\1>", route.path) for route in protocol_routes()]
    missing = [path for path in paths if path not in named and f"/{path.rpartition('/')[2]}" not in named]
    assert not missing


def _is_term(meaning: object) -> bool:
    """A prefix ends with `#`; a term does not."""
    return not (isinstance(meaning, str) and meaning.endswith("#"))
