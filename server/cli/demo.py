"""`archipel demo`: three nodes of Groupe Armor on this machine, with three months of what their people wrote.

The first start plays the story on the three nodes (`replay.py`), then each goes on as a process of its own. Whatever
interrupts that leaves no `demo.json`, and the next start begins anew; with it, a start only starts what does not run.
"""

import argparse
import asyncio
import fcntl
import json
import shutil
import sys
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import msgspec

from server.cli.accounts import issue_token
from server.cli.agenda import Agenda
from server.cli.announcing import Announcing
from server.cli.armor import story as stories
from server.cli.armor.acts import Person, Site, Story
from server.cli.armor.colleagues import VALUES
from server.cli.armor.written import StoryError
from server.cli.manifest import own_member
from server.cli.processes import Detached, is_healthy, pid_of, require_free
from server.cli.processes import start as start_process
from server.cli.processes import stop as stop_process
from server.cli.publishing import Publishing
from server.cli.recognition import Recognition
from server.cli.replay import ROLES, Replay, StoryClock, everything_arrived
from server.cli.serve import Running, bound, running
from server.cli.setup import prepare
from server.cli.toolbox import CommandFailed, Toolbox, say, toolbox
from server.config import load
from server.work.quiet import NeverQuiet
from social import jobs
from social.clock import HOUR, system_clock
from social.people import accounts, relations
from social.trust import manifests, node_keys
from social.trust.manifest import made, signed
from storage import accounts as account_rows
from storage import spread
from storage.engine.database import Tx
from storage.engine.migrate import SchemaRefused

GROUP = "Groupe Armor"
PASSWORD = "bonjour-armor"  # noqa: S105  # it is printed: a toy on loopback
APP = "Démonstration"
ZONES = {"filiale": "Europe/Madrid"}
DATA_ZONES = {"filiale": "Spain"}
ARRIVAL_SECONDS = 30.0
LOOK_SECONDS = 0.3

CONFIGURATION = """\
# Made by `archipel demo start`. Every key: docs/reference/configuration.md

[node]
domain = {domain}
scheme = "http"
title = {title}
description = {description}
locale = {locale}
timezone = {zone}
design = true

[listen]
port = {port}

[database]
url = {database}

[media]
root = {media}

[federation]
insecure_loopback = true

[recognition]
values = {values}
pulse = true

[group]
name = {group}
{entities}"""
ENTITY = """
[[group.entities]]
id = {id}
name = {name}
place = {place}
domain = {domain}
colour = {colour}
"""


OWN_STORY = Path("deploy/armor")
FIRST_PORT = 8401
LAST_CHAPTERS = (Recognition, Announcing, Publishing, Agenda)
"""How Armor's own story ends. They name its people, so a story of others ends without."""


class DemoAccount(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody of `demo.json`. The token has all scopes that the role allows."""

    username: str
    email: str | None
    password: str
    token: str
    role: str


class DemoNode(msgspec.Struct, frozen=True, kw_only=True):
    """A node of `demo.json`. The first account is of somebody who writes much."""

    name: str
    base_url: str
    accounts: list[DemoAccount]


class Demo(msgspec.Struct, frozen=True, kw_only=True):
    """`demo.json`."""

    nodes: list[DemoNode]


async def start(arguments: argparse.Namespace) -> None:
    """Start the example group, or what of it does not run; the first time with its story."""
    folder: Path = arguments.folder.resolve()
    with _alone(folder):
        try:
            story = stories.load(arguments.story, system_clock())
        except StoryError as error:
            raise CommandFailed(f"the story in {arguments.story} cannot be played:\n{error}") from error
        nodes = _nodes(story, folder, arguments.first_port or _first_port(folder))
        if not _seed_of(folder).exists():
            await _seed(story, nodes, folder, is_own=arguments.story == OWN_STORY)
        await asyncio.gather(*(_started(node) for node in nodes))
        await _arrived(nodes)
        _tell(story, nodes, arguments.folder)


async def _started(node: Detached) -> None:
    if pid_of(node) is None:
        require_free(node)
        try:
            await prepare(load(node.config))
        except (SchemaRefused, CommandFailed) as error:
            raise CommandFailed(
                f"{node.folder} does not fit this version ({error}): remove {node.folder.parent} and start again"
            ) from error
        await start_process(node)
    elif not await is_healthy(node):
        raise CommandFailed(f"{node.name} runs and is not well: see {node.log}")


async def stop(arguments: argparse.Namespace) -> None:
    """Stop the example group, or one site of it. Its data stay."""
    folder: Path = arguments.folder.resolve()
    stopped = 0
    for node in _found(folder, arguments.site):
        if await stop_process(node):
            say(f"Stopped {node.name}.")
            stopped += 1
    if not stopped:
        say("Nothing was running.")


def _found(folder: Path, site: str | None) -> list[Detached]:
    """The nodes in the folder, or the one of `site`. Raises CommandFailed."""
    folders = [path.parent for path in sorted(folder.glob("*/archipel.toml")) if site in (None, path.parent.name)]
    if site is not None and not folders:
        raise CommandFailed(f"there is no site {site} in {folder}")
    return [Detached(name=path.name, folder=path, domain="", port=0) for path in folders]


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Make the folder, and keep others out: two commands at once would seed into each other's nodes."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / ".lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise CommandFailed(f"another `archipel demo start` is at work in {folder}") from error
        yield


def _first_port(folder: Path) -> int:
    """Where the first node of a demo that was made listens, so that a start needs to be told once only."""
    seed = _seed_of(folder)
    if not seed.exists():
        return FIRST_PORT
    made = msgspec.json.decode(seed.read_bytes(), type=Demo)
    return urlsplit(made.nodes[0].base_url).port or FIRST_PORT


def _nodes(story: Story, folder: Path, first_port: int) -> list[Detached]:
    return [
        Detached(
            name=site.name,
            folder=folder / site.name,
            domain=f"{site.name}.localhost:{first_port + place}",
            port=first_port + place,
        )
        for place, site in enumerate(story.sites)
    ]


def _seed_of(folder: Path) -> Path:
    return folder / "demo.json"


async def _seed(story: Story, nodes: Sequence[Detached], folder: Path, *, is_own: bool) -> None:
    """Play the story from nothing, and of Armor's own also its end. Raises CommandFailed."""
    for node in nodes:
        await stop_process(node)
        require_free(node)
    for node in nodes:
        shutil.rmtree(node.folder, ignore_errors=True)
        node.folder.mkdir()
        site = next(site for site in story.sites if site.name == node.name)
        node.config.write_text(_configuration(site, node, story.sites, nodes), "utf-8")
    posts, people = len(story.posts()), len(story.people)
    say(f"Playing three months of {GROUP}: {people} people, {posts} posts, {len(story.acts) - posts} reactions.")
    clock = StoryClock(min(person.joined_at for person in story.people) - HOUR)
    try:
        async with _stages(nodes, clock) as stages:
            await _sign_manifest(stages, clock)
            await _acquaint(stages, clock)
            await Replay(story=story, stages=stages, clock=clock, password=PASSWORD, told=_progress).play()
            for chapter in LAST_CHAPTERS if is_own else ():
                await chapter(story, stages, clock).play()
    except NeverQuiet as error:
        raise CommandFailed(f"the story did not arrive everywhere: {error}") from error
    finally:
        _progress(0, 0)
    seeded = Demo(nodes=[await _described(node, story.people_of(node.name)) for node in nodes])
    _write_whole(_seed_of(folder), msgspec.json.format(msgspec.json.encode(seeded), indent=2) + b"\n")


@asynccontextmanager
async def _stages(nodes: Sequence[Detached], clock: StoryClock) -> AsyncIterator[Mapping[str, Running]]:
    """All nodes running in this process, by the story's clock. Their ports answer before the first one speaks."""
    async with AsyncExitStack() as stack:
        settings = {node.name: load(node.config) for node in nodes}
        for each in settings.values():
            await prepare(each, clock=clock)
        sockets = {name: stack.enter_context(bound(each)) for name, each in settings.items()}
        yield {
            name: await stack.enter_async_context(running(each, clock=clock, listener=sockets[name]))
            for name, each in settings.items()
        }


async def _sign_manifest(stages: Mapping[str, Running], clock: StoryClock) -> None:
    """Each site signs the manifest of the group, and each takes it."""
    keys = {name: await stage.node.db.write(node_keys.node_key, now=clock()) for name, stage in stages.items()}
    members = [
        msgspec.structs.replace(own_member(stage.node.settings, keys[name].public), zone=DATA_ZONES.get(name, "France"))
        for name, stage in stages.items()
    ]
    manifest = made(group=GROUP, version=1, starts_at=clock(), threshold=2, entities=members)
    for member, key in zip(members, keys.values(), strict=True):
        manifest = signed(manifest, member.id, key)
    for stage in stages.values():
        await stage.node.db.write(manifests.take, manifest.text, now=clock())
        await stage.federation.group.look()


async def _acquaint(stages: Mapping[str, Running], clock: StoryClock) -> None:
    """The nodes follow one another, as they do when they meet. Raises CommandFailed."""
    hosts = {stage.node.urls.host for stage in stages.values()}
    for stage in stages.values():
        for host in hosts - {stage.node.urls.host}:
            await stage.node.db.write(jobs.enqueue, jobs.Greet(host=host), key=host, due=clock())
    await everything_arrived(stages.values(), clock)
    for name, stage in stages.items():
        following = await stage.node.db.read(_following_nodes)
        if following != len(hosts) - 1:
            raise CommandFailed(f"{name} is followed by {following} of {len(hosts) - 1} nodes")


def _following_nodes(tx: Tx) -> int:
    return len(relations.inboxes_of_followers(tx, accounts.instance_actor(tx).id))


async def _described(node: Detached, people: Sequence[Person]) -> DemoNode:
    settings = load(node.config)
    async with toolbox(settings) as tools:
        found = [await _account(tools, person) for person in people]
    return DemoNode(name=node.name, base_url=settings.base_url, accounts=found)


async def _account(tools: Toolbox, person: Person) -> DemoAccount:
    row = await tools.db.read(account_rows.by_name, person.username, "")
    if row is None:
        raise CommandFailed(f"nobody is called {person.username}")
    token = await tools.db.write(issue_token, row, None, APP, tools, tools.clock())
    return DemoAccount(
        username=person.username, email=person.email, password=PASSWORD, token=token, role=ROLES[person.role].value
    )


async def _arrived(nodes: Sequence[Detached]) -> None:
    """Wait until each node has every public post of all. Raises CommandFailed when one does not."""
    deadline = asyncio.get_running_loop().time() + ARRIVAL_SECONDS
    while True:
        found = await _public(nodes)
        if len({frozenset(uris) for uris in found.values()}) == 1:
            return
        if asyncio.get_running_loop().time() > deadline:
            counts = ", ".join(f"{name} has {len(uris)}" for name, uris in found.items())
            raise CommandFailed(f"the public posts are not the same everywhere: {counts}")
        await asyncio.sleep(LOOK_SECONDS)


async def _public(nodes: Sequence[Detached]) -> dict[str, set[str]]:
    found = {}
    for node in nodes:
        async with toolbox(load(node.config)) as tools:
            found[node.name] = await tools.db.read(spread.public_uris)
    return found


def _configuration(site: Site, node: Detached, sites: Sequence[Site], nodes: Sequence[Detached]) -> str:
    domains = {other.name: other.domain for other in nodes}
    entities = "".join(
        ENTITY.format(
            id=_toml(other.name),
            name=_toml(other.title),
            place=_toml(other.place),
            domain=_toml(domains[other.name]),
            colour=_toml(other.colour),
        )
        for other in sites
    )
    return CONFIGURATION.format(
        domain=_toml(node.domain),
        title=_toml(site.title),
        description=_toml(f"{GROUP}, {site.place}"),
        locale=_toml(site.language),
        values=msgspec.json.encode(VALUES).decode(),
        zone=_toml(ZONES.get(site.name, "Europe/Paris")),
        port=node.port,
        database=_toml(f"sqlite:///{node.folder / 'archipel.db'}"),
        media=_toml(str(node.folder / "media")),
        group=_toml(GROUP),
        entities=entities,
    )


def _toml(text: str) -> str:
    """A JSON string is a TOML string."""
    return json.dumps(text, ensure_ascii=False)


def _write_whole(path: Path, content: bytes) -> None:
    unfinished = path.with_suffix(".unfinished")
    unfinished.touch(mode=0o600)
    unfinished.write_bytes(content)
    unfinished.replace(path)


def _progress(done: int, of: int) -> None:
    """A line that rewrites itself on a terminal, and nothing in a log file."""
    if not sys.stderr.isatty():
        return
    if not of:
        sys.stderr.write("\r\033[K")
    elif done % 20 == 0 or done == of:
        sys.stderr.write(f"\r{done * 100 // of:3} %")
    sys.stderr.flush()


def _tell(story: Story, nodes: Sequence[Detached], folder: Path) -> None:
    say(f"{GROUP} is running; everybody's password is {PASSWORD}")
    for site, node in zip(story.sites, nodes, strict=True):
        people = story.people_of(site.name)
        shown = [people[0], *(person for person in people[1:] if person.role != "user")]
        names = ", ".join(f"{person.username} ({ROLES[person.role].value})" for person in shown)
        say(f"  {site.title:<8} http://{node.domain}   {names}")
    say(f"All {len(story.people)} accounts, with tokens: {_seed_of(folder)}")
    say(f"Stop one site:          {sys.argv[0]} demo stop {nodes[1].name} --folder {folder}")
    say(f"Start what is stopped:  {sys.argv[0]} demo start --folder {folder}")
