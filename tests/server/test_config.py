"""The configuration: one file and variables, every problem at once, each naming its key and what is allowed."""

import re
from pathlib import Path
from typing import Any

import pytest

from server.config import ConfigError, keys, load, parse, variable

NODE = {"node": {"domain": "usine.example"}}


def problems(written: dict[str, Any], variables: dict[str, str] | None = None) -> list[str]:
    """What is wrong with a configuration."""
    with pytest.raises(ConfigError) as refused:
        parse(written, variables or {})
    return refused.value.problems


def test_a_domain_is_enough() -> None:
    settings = parse(NODE, {})
    assert settings.base_url == "https://usine.example"
    assert settings.node.open is False


def test_a_variable_wins_over_the_file_in_every_type() -> None:
    settings = parse(
        {**NODE, "media": {"per_post": 2}},
        {
            "ARCHIPEL_NODE__OPEN": "yes",
            "ARCHIPEL_MEDIA__PER_POST": "8",
            "ARCHIPEL_FEDERATION__ALLOW": "siege.example, filiale.example",
            "ARCHIPEL_GROUP__ENTITIES": '[{"id": "usine", "name": "Usine", "domain": "usine.example"}]',
            "ARCHIPEL_CONFIG": "elsewhere.toml",
            "PATH": "/bin",
        },
    )
    assert (settings.node.open, settings.media.per_post) == (True, 8)
    assert settings.federation.allow == ("siege.example", "filiale.example")
    assert settings.group.entities[0].name == "Usine"


@pytest.mark.parametrize(
    ("written", "variables", "said"),
    [
        pytest.param({}, {}, r"node\.domain is missing: text .*ARCHIPEL_NODE__DOMAIN", id="missing"),
        pytest.param({"node": {"domian": "x"}}, {}, r"node\.domian .* did you mean node\.domain\?", id="misspelt key"),
        pytest.param({**NODE, "mdeia": {}}, {}, r"mdeia is no table .* did you mean media\?", id="misspelt table"),
        pytest.param({**NODE, "media": 3}, {}, r"\[media\] is a table of keys, not 3", id="no table"),
        pytest.param({**NODE, "media": {"per_post": 99}}, {}, r"media\.per_post .* from 1 to 16", id="too large"),
        pytest.param({**NODE, "media": {"per_post": "two"}}, {}, r"media\.per_post .* a whole number", id="type"),
        pytest.param(NODE, {"ARCHIPEL_NODE__OPEN": "perhaps"}, r"node\.open .* true or false", id="no truth value"),
        pytest.param(NODE, {"ARCHIPEL_NODE__SCHEME": "ftp"}, r"node\.scheme .*https\?", id="pattern"),
        pytest.param(NODE, {"ARCHIPEL_X__Y": "1"}, r"ARCHIPEL_X__Y is no variable", id="unknown variable"),
        pytest.param(NODE, {"ARCHIPEL_NODE__SIZE": "1"}, r"node\.size is no key", id="unknown key in a variable"),
        pytest.param(NODE, {"ARCHIPEL_GROUP__ENTITIES": "usine"}, r"group\.entities .* a list", id="no JSON"),
    ],
)
def test_a_problem_names_its_key_and_what_is_allowed(
    written: dict[str, Any], variables: dict[str, str], said: str
) -> None:
    found = problems(written, variables)
    assert any(re.search(said, problem) for problem in found), found


def test_the_sheet_of_components_is_refused_on_a_domain_of_the_world() -> None:
    with pytest.raises(ConfigError, match=r"node\.design cannot be true on usine\.example"):
        parse({"node": {"domain": "usine.example", "design": True}}, {})
    assert parse({"node": {"domain": "usine.localhost:8402", "design": True}}, {}).node.design


def test_all_problems_are_told_at_once() -> None:
    found = problems({"node": {"scheme": "ftp"}, "media": {"per_post": 0}}, {"ARCHIPEL_NODE__OPEN": "x"})
    assert len(found) == 4


def test_a_file_is_read_from_where_it_is_said_to_be(tmp_path: Path) -> None:
    path = tmp_path / "node.toml"
    path.write_text('[node]\ndomain = "usine.example"\n')
    assert load(path, {}).node.domain == "usine.example"
    assert load(None, {"ARCHIPEL_CONFIG": str(path)}).node.domain == "usine.example"


def test_a_file_that_is_missing_or_no_toml_is_said_so(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot be read"):
        load(tmp_path / "missing.toml", {})
    path = tmp_path / "bad.toml"
    path.write_text("[node\n")
    with pytest.raises(ConfigError, match="is not TOML"):
        load(path, {})


def test_every_key_has_a_type_and_a_variable() -> None:
    names = [name for name, _ in keys()]
    assert "node.domain" in names
    assert len(names) == len(set(names)) > 30
    assert variable("node", "domain") == "ARCHIPEL_NODE__DOMAIN"
