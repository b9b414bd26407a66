"""Three files name the packages, and they name the same: the project, the constraints and the page with the reasons."""

import re
import tomllib

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

from tests.docs import markdown
from tests.docs.markdown import ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
PAGE = ROOT / "docs" / "reference" / "dependencies.md"


def _required() -> list[Requirement]:
    optional = PROJECT["optional-dependencies"]
    return [Requirement(line) for line in (*PROJECT["dependencies"], *optional["test"])]


def _constrained() -> dict[str, Version]:
    lines = [line for line in (ROOT / "constraints.txt").read_text().splitlines() if line and not line.startswith("#")]
    pinned = [re.fullmatch(r"([A-Za-z0-9._-]+)==([^\s;]+)", line) for line in lines]
    assert all(pinned), "a constraint is one package at one release"
    return {canonicalize_name(pin[1]): Version(pin[2]) for pin in pinned if pin}


def test_every_package_has_its_reason_and_every_reason_its_package() -> None:
    named = [cell.strip("`") for cell in markdown.cells(PAGE, 0)]
    assert sorted(named, key=str.lower) == sorted((need.name for need in _required()), key=str.lower)


def test_what_a_node_may_have_beside_is_tested() -> None:
    optional = PROJECT["optional-dependencies"]
    assert list(optional) == ["paper", "test"]
    assert set(optional["paper"]) <= set(optional["test"])


def test_every_package_is_constrained_to_a_release_that_the_project_takes() -> None:
    constrained = _constrained()
    wrong = [
        str(need)
        for need in _required()
        if (name := canonicalize_name(need.name)) not in constrained or constrained[name] not in need.specifier
    ]
    assert not wrong


def test_every_range_ends_before_the_next_release_that_may_break() -> None:
    open_ended = [
        str(need)
        for need in _required()
        if not any(each.operator in {"<", "=="} for each in need.specifier) and not need.name.startswith("types-")
    ]
    assert not open_ended
