"""`archipel demo`: three nodes with a story, as whoever types the command gets them. A part of the story is enough."""

import asyncio
import http.client
import json
import random
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from tests.nodes import eventually
from tests.sites import ROOT, clean_environment

SITES = {"siege": ("Siège", "Paris", "fr"), "usine": ("Usine", "Lyon", "fr"), "filiale": ("Filiale", "Madrid", "en")}
PEOPLE = {
    "siege": ("bruno", "ines", "thomas"),
    "usine": ("amina", "sophie", "denis"),
    "filiale": ("carla", "elena", "diego"),
}
ROLES = ("user", "moderator", "admin")
PORTS = len(SITES)
MOST_SECONDS = 600
"""Armor's own story takes a tenth of it on a machine at rest."""
BELOW_GIVEN_PORTS = (12_000, 30_000)

SITE = """
[[site]]
name = "{name}"
title = "{title}"
place = "{place}"
language = "{language}"
colour = "#1d5a9c"
"""
PERSON = """
[[person]]
username = "{name}"
site = "{site}"
display_name = "{display_name}"
job = "Atelier"
bio = "Bonjour de @bruno@siege."
fields = {{ "Parle" = "français" }}
role = "{role}"
follows = {follows}
face = {{ skin = "sand", cut = "short", hair = "brown", clothes = "shirt", cloth = "#22383f", ground = "#bcd3d1" }}
"""
RELATIONS = """
[[relation]]
act = "mute"
at = "-2w mon 09:00"
who = "diego"
whom = "bruno"
"""
THREAD = """
[[post]]
key = "press"
at = "-4w tue 08:12"
who = "amina"
text = "La presse 3 est à l’arrêt. @bruno@siege, la pièce arrive quand ?"
pictures = [{ scene = "hall", alt = "La presse 3, capot ouvert" }]
likes = 5
boosts = ["carla"]
kept = ["bruno"]

[[post]]
key = "press-answer"
at = "-4w tue 08:40"
who = "bruno"
re = "press"
text = "@amina@usine demain à dix heures."
likes = 3
edits = [{ at = "-4w tue 08:50", text = "@amina@usine demain à neuf heures." }]

[[post]]
key = "press-thanks"
at = "-3w wed 10:00"
who = "carla"
re = "press-answer"
text = "We have a spare one in Madrid, too. #press"
likes = 2

[[post]]
key = "mistake"
at = "-2d 09:00"
who = "sophie"
text = "Essai."
deleted = "-2d 09:05"

[[post]]
key = "team"
at = "-1d 17:00"
who = "ines"
text = "Jeudi, réunion du comité."
visibility = "private"

[[post]]
key = "now"
at = "-20m"
who = "denis"
text = "La ligne 3 tourne. #press"
likes = 4
"""


class Demo:
    """A folder in which the demo is played, and its ports."""

    interrupted: "Interrupted"
    first_words: str

    def __init__(self, home: Path) -> None:
        self.folder = home / "demo"
        self.first_port = _free_ports()
        story = home / "story"
        (story / "threads").mkdir(parents=True)
        (story / "people.toml").write_text(_people())
        (story / "relations.toml").write_text(RELATIONS)
        (story / "threads" / "01-press.toml").write_text(THREAD)
        self.words = ["--folder", str(self.folder)]
        self.start_words = [*self.words, "--story", str(story), "--first-port", str(self.first_port)]

    def start(self) -> "subprocess.CompletedProcess[str]":
        """`archipel demo start`."""
        return self._run("start", *self.start_words)

    def again(self) -> subprocess.CompletedProcess[str]:
        """A start as the printed line says it: the folder knows its ports."""
        return self._run("start", *self.start_words[:-2])

    def stop(self, *site: str) -> "subprocess.CompletedProcess[str]":
        """`archipel demo stop`."""
        return self._run("stop", *site, *self.words)

    def started(self) -> "subprocess.Popen[str]":
        """The same as `start`, to be interrupted."""
        return subprocess.Popen(self._command("start", *self.start_words), **self._surroundings())

    @property
    def nodes(self) -> list[dict[str, Any]]:
        """What `demo.json` says."""
        found: list[dict[str, Any]] = json.loads((self.folder / "demo.json").read_text())["nodes"]
        return found

    def pids(self) -> dict[str, str]:
        """The processes, by site."""
        return {path.parent.name: path.read_text().strip() for path in self.folder.glob("*/node.pid")}

    def ask(self, node: dict[str, Any], path: str, token: str) -> Any:
        """The API's answer."""
        host = node["base_url"].removeprefix("http://")
        connection = http.client.HTTPConnection("127.0.0.1", int(host.rpartition(":")[2]), timeout=10)
        try:
            connection.request("GET", path, headers={"Host": host, "Authorization": f"Bearer {token}"})
            answer = connection.getresponse()
            assert answer.status == 200, (path, answer.status)
            return json.loads(answer.read())
        finally:
            connection.close()

    def _run(self, *words: str) -> "subprocess.CompletedProcess[str]":
        process = subprocess.Popen(self._command(*words), **self._surroundings())
        out, err = process.communicate(timeout=MOST_SECONDS)
        return subprocess.CompletedProcess(words, process.returncode, out, err)

    def _command(self, *words: str) -> list[str]:
        return [sys.executable, "-m", "server.cli.main", "demo", *words]

    def _surroundings(self) -> dict[str, Any]:
        pipe = subprocess.PIPE
        return {"cwd": ROOT, "env": clean_environment(), "stdout": pipe, "stderr": pipe, "text": True}


class Interrupted(NamedTuple):
    """How a first start ended that was interrupted, and whether it left the file that says it is complete."""

    status: int
    said: str
    is_complete: bool


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """The demo, whose first start was interrupted and whose second was not."""
    demo = Demo(tmp_path_factory.mktemp("demo"))
    demo.interrupted = _interrupted(demo)
    done = demo.start()
    assert done.returncode == 0, done.stderr
    demo.first_words = done.stdout
    assert "bonjour-armor" in done.stdout
    assert str(demo.folder / "demo.json") in done.stdout
    yield demo
    demo.stop()


@pytest.fixture
def running(demo: Demo) -> Demo:
    """The demo with all its nodes running, whatever the test before has stopped."""
    if set(demo.pids()) != set(SITES):
        assert demo.start().returncode == 0
    return demo


def test_the_file_names_everybody_with_a_password_and_a_token(running: Demo) -> None:
    assert [node["name"] for node in running.nodes] == list(SITES)
    assert [[one["username"] for one in node["accounts"]] for node in running.nodes] == list(map(list, PEOPLE.values()))
    for place, node in enumerate(running.nodes):
        assert node["base_url"] == f"http://{node['name']}.localhost:{running.first_port + place}"
        assert {account["role"] for account in node["accounts"]} == {"member", "moderator", "admin"}
        for account in node["accounts"]:
            assert set(account) == {"username", "email", "password", "token", "role"}
            assert account["email"] is None or "@" in account["email"]
    assert not (running.folder / "demo.json").stat().st_mode & 0o077


def test_each_token_is_its_owners(running: Demo) -> None:
    for node in running.nodes:
        for account in node["accounts"][:3]:
            said = running.ask(node, "/api/v1/accounts/verify_credentials", account["token"])
            assert said["username"] == account["username"]


def test_the_first_of_each_site_has_written(running: Demo) -> None:
    for node in running.nodes:
        first = node["accounts"][0]
        said = running.ask(node, "/api/v1/accounts/verify_credentials", first["token"])
        assert said["statuses_count"] > 0


def test_the_same_posts_are_everywhere_in_the_order_of_the_story(running: Demo) -> None:
    seen = []
    for node in running.nodes:
        posts = running.ask(node, "/api/v1/timelines/public?limit=40", node["accounts"][0]["token"])
        times = [post["created_at"] for post in posts]
        assert times == sorted(times, reverse=True)
        seen.append([post["uri"] for post in posts])
    assert seen[0]
    assert seen[0] == seen[1] == seen[2]


def test_faces_and_pictures_are_there(running: Demo) -> None:
    node = running.nodes[1]
    token = node["accounts"][0]["token"]
    posts = running.ask(node, "/api/v1/timelines/public?limit=40", token)
    assert any(picture["description"] for post in posts for picture in post["media_attachments"])
    own = running.ask(node, "/api/v1/accounts/verify_credentials", token)
    assert "/media/" in own["avatar"]


def test_a_second_start_finds_them_running(running: Demo) -> None:
    before = running.pids()
    assert running.start().returncode == 0
    assert running.pids() == before
    assert len(set(before.values())) == len(SITES)


def test_one_site_is_stopped_and_started_again(running: Demo) -> None:
    before = running.pids()
    assert running.stop("usine").stdout == "Stopped usine.\n"
    assert set(running.pids()) == {"siege", "filiale"}
    assert running.again().returncode == 0
    after = running.pids()
    assert after["usine"] != before["usine"]
    assert after["siege"] == before["siege"]


def test_all_are_stopped_and_their_data_stay(running: Demo) -> None:
    tokens = [node["accounts"][0]["token"] for node in running.nodes]
    assert running.stop().stdout.count("Stopped ") == len(SITES)
    assert running.stop().stdout == "Nothing was running.\n"
    assert running.start().returncode == 0
    assert [node["accounts"][0]["token"] for node in running.nodes] == tokens


def test_a_site_that_is_none_is_said(running: Demo) -> None:
    done = running.stop("paris")
    assert done.returncode == 1
    assert "there is no site paris" in done.stderr


def test_a_seed_that_was_interrupted_begins_anew(demo: Demo) -> None:
    assert demo.interrupted.status == 130
    assert demo.interrupted.said.startswith("Playing")
    assert not demo.interrupted.is_complete
    assert demo.first_words.startswith("Playing")


@pytest.mark.full
def test_the_story_of_armor_is_played_to_its_end(tmp_path: Path) -> None:
    demo = Demo(tmp_path)
    demo.start_words = [*demo.words, "--first-port", str(demo.first_port)]
    try:
        done = demo.start()
        assert done.returncode == 0, done.stderr
        luc = next(person for node in demo.nodes for person in node["accounts"] if person["username"] == "luc")
        home = next(node for node in demo.nodes if node["name"] == "usine")
        assert "Football du jeudi" in json.dumps(demo.ask(home, "/api/v1/timelines/home", luc["token"]))
    finally:
        demo.stop()


def test_a_port_that_is_taken_is_said_and_nothing_is_begun(tmp_path: Path) -> None:
    demo = Demo(tmp_path)
    with socket.socket() as other:
        other.bind(("127.0.0.1", demo.first_port + 1))
        other.listen()
        done = demo.start()
    assert done.returncode == 1
    assert f"port {demo.first_port + 1}, where usine would listen, is taken" in done.stderr
    assert not list(demo.folder.glob("*/archipel.db"))


def test_a_story_that_does_not_hold_together_is_not_played(tmp_path: Path) -> None:
    demo = Demo(tmp_path)
    people = tmp_path / "story" / "people.toml"
    people.write_text(people.read_text().replace('username = "amina"', 'username = "amin"'))
    done = demo.start()
    assert done.returncode == 1
    assert "nobody is called amina" in done.stderr
    assert "Traceback" not in done.stderr


def _people() -> str:
    """`people.toml` of nine people, three at each site."""
    sites = [
        SITE.format(name=name, title=title, place=place, language=language)
        for name, (title, place, language) in SITES.items()
    ]
    people = [
        PERSON.format(
            name=name,
            site=site,
            display_name=name.capitalize(),
            role=role,
            follows=json.dumps([other for other in ("amina", "carla") if other != name]),
        )
        for site, names in PEOPLE.items()
        for name, role in zip(names, ROLES, strict=True)
    ]
    return "".join(sites + people)


def _free_ports() -> int:
    """The first of some ports in a row that nobody has, below those that the system gives to who asks for any."""
    while True:
        first = random.randrange(*BELOW_GIVEN_PORTS)
        if all(_is_free(first + place) for place in range(PORTS)):
            return first


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def _interrupted(demo: Demo) -> Interrupted:
    # What is started in the background of a shell ignores interruptions, and so would its children.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    process = demo.started()
    try:
        # Any site's first face: a small story is soon over.
        asyncio.run(eventually(lambda: _has_faces(demo.folder), seconds=60))
        process.send_signal(signal.SIGINT)
        said, _ = process.communicate(timeout=30)
    finally:
        process.kill()
    return Interrupted(process.returncode, said, (demo.folder / "demo.json").exists())


def _has_faces(folder: Path) -> bool:
    """Whether somebody's face has been drawn at one of the sites: the story is under way."""
    return any(folder.glob("*/media/??/??/*"))
