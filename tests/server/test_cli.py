"""The command as its user types it: a process of its own, what it prints, its status."""

import argparse
import inspect
import socket
import sqlite3
import subprocess
import sys
import tomllib
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from server.cli.main import loaded, parser
from social.trust.manifest import Member, read_manifest, signed
from social.trust.manifest import made as made_manifest
from social.trust.node_keys import make_node_key
from tests.sites import ROOT, clean_environment

TOML = """\
[node]
domain = "usine.localhost:{port}"
scheme = "http"
title = "Usine"

[listen]
port = {port}

[database]
url = "sqlite:///{folder}/archipel.db"

[media]
root = "{folder}/media"

[people]
argon2_memory = 8
argon2_passes = 1

[federation]
insecure_loopback = true
"""

Archipel = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """A configuration, and nothing else yet."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    path = tmp_path / "archipel.toml"
    path.write_text(TOML.format(port=port, folder=tmp_path))
    return path


@pytest.fixture
def archipel(config: Path) -> Archipel:
    """Types `archipel WORDS --config …` and gives what came of it."""

    def run(
        *words: str, typed: str = "", configured: bool = True, environment: dict[str, str] | None = None
    ) -> "subprocess.CompletedProcess[str]":
        more = ["--config", str(config)] if configured else []
        return subprocess.run(
            [sys.executable, "-m", "server.cli.main", *words, *more],
            cwd=config.parent,
            env=clean_environment() | {"PYTHONPATH": str(ROOT)} | (environment or {}),
            input=typed,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    return run


@pytest.fixture
def ready(archipel: Archipel) -> Archipel:
    """The same, on a node that has its database and an administrator `denis`."""
    done = archipel("init", "--admin", "denis", "--password-stdin", typed="harbour-crane-42\n")
    assert done.returncode == 0, done.stderr
    return archipel


@pytest.mark.parametrize(
    ("words", "said"),
    [
        pytest.param([], "COMMAND", id="nothing"),
        pytest.param(["fly"], "invalid choice: 'fly'", id="no such command"),
        pytest.param(["account"], "required", id="half a command"),
        pytest.param(["account", "create"], "name", id="no name"),
        pytest.param(["account", "create", "luc", "--role", "king"], "invalid choice: 'king'", id="no such role"),
        pytest.param(["serve", "--role", "cook"], "invalid choice: 'cook'", id="no such process"),
        pytest.param(["serve", "--colour", "red"], "unrecognized arguments: --colour red", id="no such option"),
    ],
)
def test_wrong_words_are_explained_with_status_2(archipel: Archipel, words: Sequence[str], said: str) -> None:
    done = archipel(*words, configured=False)
    assert done.returncode == 2
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_help_names_every_command(archipel: Archipel) -> None:
    done = archipel("--help", configured=False)
    assert done.returncode == 0
    for command in ("init", "serve", "migrate", "account", "token", "peer", "check", "demo"):
        assert f"    {command} " in done.stdout


def test_a_wrong_key_of_the_configuration_is_named_with_what_was_meant(archipel: Archipel, config: Path) -> None:
    config.write_text(config.read_text().replace("title =", "tilte ="))
    done = archipel("serve")
    assert done.returncode == 1
    assert "node.tilte" in done.stderr
    assert "node.title" in done.stderr
    assert not (config.parent / "archipel.db").exists()


def test_a_variable_with_a_wrong_value_is_named_with_what_is_allowed(archipel: Archipel) -> None:
    done = archipel("check", environment={"ARCHIPEL_LISTEN__PORT": "many"})
    assert done.returncode == 1
    assert "listen.port" in done.stderr
    assert "65535" in done.stderr


def test_a_configuration_that_is_not_there_is_said(archipel: Archipel, config: Path) -> None:
    config.unlink()
    done = archipel("serve")
    assert done.returncode == 1
    assert "archipel.toml" in done.stderr


def test_init_writes_a_configuration_for_a_domain(archipel: Archipel, config: Path) -> None:
    config.unlink()
    done = archipel("init", "--domain", "usine.armor.example", "--title", "Usine", "--locale", "en")
    assert done.returncode == 0, done.stderr
    assert 'domain = "usine.armor.example"' in config.read_text()
    assert (config.parent / "archipel.db").exists()


def test_init_twice_changes_nothing(ready: Archipel, config: Path) -> None:
    before = _rows(config, "SELECT uri, public_pem FROM accounts JOIN account_keys ON account_id = accounts.id")
    assert ready("init").returncode == 0
    assert _rows(config, "SELECT uri, public_pem FROM accounts JOIN account_keys ON account_id = accounts.id") == before


def test_an_account_without_a_password_is_not_made(ready: Archipel, config: Path) -> None:
    done = ready("account", "create", "amina")
    assert done.returncode == 1
    assert "no password" in done.stderr
    assert _rows(config, "SELECT username FROM accounts WHERE username = 'amina'") == []


@pytest.mark.parametrize(
    ("name", "password", "said"),
    [
        pytest.param("amina", "short", "password: too_short", id="short password"),
        pytest.param("denis", "harbour-crane-42", "username: taken", id="taken name"),
        pytest.param("Amina Benali", "harbour-crane-42", "username: invalid", id="name with a space"),
    ],
)
def test_an_account_that_cannot_be_is_refused(ready: Archipel, name: str, password: str, said: str) -> None:
    done = ready("account", "create", name, "--password-stdin", typed=f"{password}\n")
    assert done.returncode == 1
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_an_account_is_made_changed_and_shut(ready: Archipel, config: Path) -> None:
    made = ready("account", "create", "amina", "--display-name", "Amina", "--generate")
    assert made.returncode == 0, made.stderr
    assert "Password: " in made.stdout
    assert ready("account", "role", "amina", "moderator").stdout == "amina is moderator now.\n"
    assert ready("account", "disable", "amina").returncode == 0
    role, disabled = _rows(config, "SELECT role, disabled_at FROM users ORDER BY id DESC LIMIT 1")[0]
    assert role == "moderator"
    assert disabled is not None
    assert ready("account", "enable", "amina").returncode == 0
    before = _hashes(config)
    assert ready("account", "reset-password", "amina", "--generate").returncode == 0
    assert [name for name, hashed in _hashes(config).items() if before[name] != hashed] == ["amina"]


def test_keys_are_replaced_for_one_and_for_all(ready: Archipel, config: Path) -> None:
    def shown() -> set[str]:
        return {id for (id,) in _rows(config, "SELECT id FROM account_keys WHERE retired_at IS NULL")}

    before = shown()
    assert ready("account", "rotate-key", "denis").stdout == "1 account has new keys.\n"
    assert {id for id in before if "/denis#" in id}.isdisjoint(shown())
    assert {id for id in before if "/actor#" in id} <= shown()
    assert ready("account", "rotate-key", "--all", "--leaked").stdout == "2 accounts have new keys.\n"
    assert before.isdisjoint(id for (id,) in _rows(config, "SELECT id FROM account_keys"))
    neither = ready("account", "rotate-key")
    assert (neither.returncode, neither.stderr) == (1, "archipel: say whose keys: a name, or --all\n")


def test_a_manifest_goes_from_hand_to_hand(ready: Archipel, config: Path, tmp_path: Path) -> None:
    file = tmp_path / "group.json"
    assert "the key of this node is z6Mk" in ready("manifest", "show").stderr
    made = ready(
        "manifest", "create", str(file), "--group", "Armor", "--id", "usine", "--place", "Lyon", "--zone", "France"
    )
    assert made.stdout == f"Wrote version 1 to {file}: 1 entities, nobody has signed.\n"
    assert ready("manifest", "create", str(file)).returncode == 1
    assert ready("manifest", "sign", str(file)).stdout == "Signed for usine: 1 of 2 signatures that are needed.\n"
    refused = ready("manifest", "apply", str(file))
    assert (refused.returncode, "signed by 1 of its entities" in refused.stderr) == (1, True)
    # The other node's part, as that node's own commands do it.
    manifest, key = read_manifest(file.read_text()), make_node_key()
    siege = Member(id="siege", name="Siège", domain="siege.example", keys=(key.public,))
    both = made_manifest(
        group="Armor", version=1, starts_at=manifest.starts_at, threshold=2, entities=[*manifest.entities, siege]
    )
    file.write_text(signed(both, "siege", key).text)
    assert ready("manifest", "sign", str(file)).returncode == 0
    assert ready("manifest", "verify", str(file)).stdout.startswith("Version 1 would be taken: 2 of 2")
    assert ready("manifest", "apply", str(file)).stdout.startswith("Version 1 of Armor is taken: 2 entities")
    assert ready("manifest", "apply", str(file)).stdout == "This version is here already.\n"
    shown = ready("manifest", "show").stdout.splitlines()
    assert shown[0].startswith("Armor, version 1, from ")
    assert [line.split("\t")[0] for line in shown[1:] if not line.startswith("\t")] == ["usine", "siege"]
    assert "siege.example\tallowed\tnever spoken with" in ready("peer", "list").stdout
    # The next version: another name, then without the other one.
    second = tmp_path / "second.json"
    assert ready("manifest", "create", str(second)).returncode == 0
    assert ready("manifest", "add", str(second), "--name", "Fonderie", "--new-key").returncode == 0
    usine = read_manifest(second.read_text()).entity("usine")
    assert usine is not None
    assert (usine.name, usine.place, len(usine.keys)) == ("Fonderie", "Lyon", 2)
    assert ready("manifest", "remove", str(second), "agence").returncode == 1
    assert ready("manifest", "remove", str(second), "siege").returncode == 0


def test_the_last_administrator_stays_one(ready: Archipel) -> None:
    done = ready("account", "role", "denis", "member")
    assert done.returncode == 1
    assert "last_admin" in done.stderr


def test_a_command_about_nobody_says_so(ready: Archipel) -> None:
    done = ready("token", "create", "zoe")
    assert (done.returncode, done.stderr) == (1, "archipel: nobody here is called zoe\n")


def test_a_token_is_printed_alone_so_that_a_script_can_take_it(ready: Archipel) -> None:
    done = ready("token", "create", "denis", "--scopes", "read write:statuses")
    assert done.returncode == 0, done.stderr
    assert len(done.stdout.split()) == 1
    assert len(done.stdout.strip()) >= 32


def test_a_token_with_a_scope_that_does_not_exist_is_refused(ready: Archipel) -> None:
    done = ready("token", "create", "denis", "--scopes", "read fly")
    assert done.returncode == 1
    assert "scope" in done.stderr


def test_a_peer_is_allowed_looked_at_and_denied(ready: Archipel) -> None:
    assert ready("peer", "allow", "Social.Example").stdout.startswith("social.example is allowed.")
    assert "social.example\tallowed\twell\t0 waiting" in ready("peer", "list").stdout
    shown = ready("peer", "inspect", "social.example")
    assert "policy        allowed" in shown.stdout
    assert ready("peer", "deny", "social.example").returncode == 0
    assert "social.example\tdenied" in ready("peer", "list").stdout


def test_peers_are_limited_listed_and_forgotten(ready: Archipel, tmp_path: Path) -> None:
    limits = ("--silence", "--refuse-media", "--per-minute", "60", "--why", "loud")
    assert ready("peer", "limit", "loud.example", *limits).stdout == "loud.example is limited.\n"
    assert "silenced, no pictures, 60 a minute" in ready("peer", "inspect", "loud.example").stdout
    written = ready("peer", "export", "blocks").stdout
    assert "loud.example,silence,true,false,,false" in written.splitlines()
    mine = tmp_path / "blocks.csv"
    mine.write_text("#domain,#severity\nbad.example,suspend\nunder..score,suspend\n")
    taken = ready("peer", "import", str(mine)).stdout
    assert "line 3 was not taken: under..score" in taken and "1 taken, 1 not." in taken
    assert "bad.example\tdenied" in ready("peer", "list").stdout
    assert ready("peer", "forget", "loud.example").returncode == 0
    assert "loud" not in ready("peer", "export", "blocks").stdout
    assert ready("peer", "retry", "bad.example").stdout.startswith("bad.example: 0 of what waits")
    assert ready("peer", "retry", "nowhere.example").returncode == 1


def test_a_host_that_is_none_is_refused(ready: Archipel) -> None:
    done = ready("peer", "allow", "https://social.example/")
    assert done.returncode == 1
    assert "is no host name" in done.stderr


@pytest.mark.parametrize("verb", ["allow", "deny"])
def test_a_node_is_no_peer_of_itself(ready: Archipel, config: Path, verb: str) -> None:
    own = tomllib.loads(config.read_text())["node"]["domain"]
    done = ready("peer", verb, own)
    assert (done.returncode, done.stderr) == (1, f"archipel: {own} is this node itself\n")


def test_a_database_that_is_not_migrated_is_refused_by_all_but_migrate(archipel: Archipel) -> None:
    for words in (["serve"], ["account", "create", "amina", "--generate"], ["peer", "list"]):
        done = archipel(*words)
        assert done.returncode == 1
        assert "archipel migrate" in done.stderr
    done = archipel("migrate")
    assert done.returncode == 0
    assert "Applied 0001" in done.stdout
    assert archipel("migrate").stdout == "Nothing to do.\n"


def test_a_database_of_another_story_is_refused_and_left_alone(ready: Archipel, config: Path) -> None:
    with sqlite3.connect(config.parent / "archipel.db") as connection:
        connection.execute("UPDATE migrations SET checksum = 'other' WHERE number = 1")
    for words in (["migrate"], ["serve"]):
        done = ready(*words)
        assert done.returncode == 1
        assert "Traceback" not in done.stderr


def test_check_says_what_is_well_and_what_is_not(ready: Archipel) -> None:
    done = ready("check")
    assert done.returncode == 1
    levels = {line[6:20].strip(): line[:6].strip() for line in done.stdout.splitlines()}
    assert levels["configuration"] == "ok"
    assert levels["federation"] == "mind"
    assert levels["database"] == "ok"
    assert levels["serving"] == "wrong"
    assert "does not answer" in done.stdout


def test_every_command_can_be_loaded_and_says_what_it_does() -> None:
    for place in _places(parser()):
        command = loaded(place)
        assert inspect.iscoroutinefunction(command), place
        assert command.__doc__, place


def _places(words: argparse.ArgumentParser) -> Iterator[str]:
    """Where the commands of a parser are, those of its sub-commands included."""
    if place := words.get_default("command"):
        yield place
    for action in words._actions:
        if isinstance(action, argparse._SubParsersAction):
            for below in action.choices.values():
                yield from _places(below)


def _hashes(config: Path) -> dict[object, object]:
    return dict(
        _rows(config, "SELECT username, password_hash FROM users JOIN accounts ON accounts.id = users.account_id")
    )


def _rows(config: Path, sql: str) -> list[tuple[Any, ...]]:
    with sqlite3.connect(config.parent / "archipel.db") as connection:
        return connection.execute(sql).fetchall()
