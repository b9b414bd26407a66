"""The container file and the compose file agree with each other, with the proxy and with the settings of the nodes."""

import ipaddress
import re
import tomllib
from pathlib import Path
from typing import Any

import msgspec
import pytest
import yaml

from social.settings import Settings

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
NODES = ("siege", "usine", "filiale")
COMPOSE: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text())
SUBNET = ipaddress.ip_network(COMPOSE["networks"]["group"]["ipam"]["config"][0]["subnet"])


def _settings(node: str) -> Settings:
    return msgspec.convert(tomllib.loads((DEPLOY / "compose" / f"{node}.toml").read_text()), Settings)


def _instructions() -> list[tuple[str, str]]:
    text = (DEPLOY / "Containerfile").read_text().replace("\\\n", " ")
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    return [(line.split(None, 1)[0], " ".join(line.split()[1:])) for line in lines]


def test_compose_has_a_service_for_each_node() -> None:
    assert set(NODES) < set(COMPOSE["services"])


@pytest.mark.parametrize("name", list(COMPOSE["services"]))
def test_every_mounted_file_exists_and_every_volume_is_declared(name: str) -> None:
    for mount in COMPOSE["services"][name].get("volumes", []):
        source = mount.split(":")[0]
        if source.startswith("."):
            assert (DEPLOY / source).is_file()
        else:
            assert source in COMPOSE["volumes"]


@pytest.mark.parametrize("node", NODES)
def test_a_node_of_compose_is_found_under_its_domain(node: str) -> None:
    settings = _settings(node)
    assert settings.node.domain in COMPOSE["services"]["proxy"]["networks"]["group"]["aliases"]
    sites = dict(re.findall(r"^(\S+) \{\n\timport node\n\treverse_proxy (\S+)$", _proxy(), re.MULTILINE))
    assert sites[settings.node.domain] == f"{node}:{settings.listen.port}"
    assert settings.listen.host == "0.0.0.0"  # noqa: S104  # inside the container's own network only


@pytest.mark.parametrize("node", NODES)
def test_a_node_of_compose_believes_the_proxy_and_nobody_else(node: str) -> None:
    address = COMPOSE["services"]["proxy"]["networks"]["group"]["ipv4_address"]
    assert _settings(node).listen.trusted_proxies == (address,)
    assert ipaddress.ip_address(address) in SUBNET


@pytest.mark.parametrize("node", NODES)
def test_a_node_of_compose_may_reach_its_peers_where_they_are(node: str) -> None:
    settings = _settings(node)
    peers = {f"{_settings(other).node.domain}={SUBNET}" for other in NODES if other != node}
    assert set(settings.federation.private_ranges) == peers
    assert not settings.federation.insecure_loopback


@pytest.mark.parametrize("node", NODES)
def test_a_node_of_compose_keeps_its_data_on_its_volume(node: str) -> None:
    settings = _settings(node)
    state = next(m.split(":")[1] for m in COMPOSE["services"][node]["volumes"] if m.startswith(f"{node}:"))
    assert settings.database.url.startswith(f"sqlite:///{state}/")
    assert settings.media.root.startswith(f"{state}/")
    assert ("VOLUME", state) in _instructions()


@pytest.mark.parametrize("node", NODES)
def test_a_node_of_compose_trusts_the_authority_of_the_proxy(node: str) -> None:
    folder, _, name = _settings(node).federation.ca_file.rpartition("/")
    assert f"trust:{folder}:ro" in COMPOSE["services"][node]["volumes"]
    assert f"/trust/{name}" in COMPOSE["services"]["trust"]["command"][-1]


def test_the_nodes_of_compose_know_the_same_group() -> None:
    groups = {_settings(node).group for node in NODES}
    assert len(groups) == 1
    assert [entity.id for entity in groups.pop().entities] == list(NODES)


@pytest.mark.parametrize("node", NODES)
def test_a_node_of_compose_runs_with_a_file_system_that_it_cannot_change(node: str) -> None:
    service = COMPOSE["services"][node]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert "no-new-privileges:true" in service["security_opt"]
    assert (DEPLOY / service["build"]["context"] / service["build"]["dockerfile"]).is_file()


def test_the_image_copies_only_what_exists_and_what_the_ignore_file_lets_through() -> None:
    allowed = {line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")}
    copied = {
        source
        for word, rest in _instructions()
        if word == "COPY" and not rest.startswith("--from")
        for source in rest.split()[:-1]
    }
    assert copied == allowed
    assert all((ROOT / source).exists() for source in copied)


def test_the_image_runs_as_nobody_in_particular() -> None:
    last_stage = _instructions()[max(n for n, (word, _) in enumerate(_instructions()) if word == "FROM") :]
    users = [rest for word, rest in last_stage if word == "USER"]
    assert users == ["archipel"]
    assert "HEALTHCHECK" in [word for word, _ in last_stage]


def test_the_image_builds_and_runs_on_the_same_python() -> None:
    assert len({rest.split()[0] for word, rest in _instructions() if word == "FROM"}) == 1


def _proxy() -> str:
    return (DEPLOY / "compose" / "Caddyfile").read_text()
