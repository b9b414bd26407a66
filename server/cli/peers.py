"""`archipel peer …`: which nodes are let in, and how they are."""

import argparse
from datetime import UTC, datetime

from federation.names import BadName, normal_authority
from server.cli.toolbox import CommandFailed, say, toolbox
from server.config import load
from social import peer_policy as policy
from social import peers as commands
from social.settings import Settings
from social.trust import manifests
from storage import deliveries
from storage import peers as rows
from storage.ids import Millis
from storage.peers import PeerRow


async def listed(arguments: argparse.Namespace) -> None:
    """Every peer with its policy and what waits for it."""
    settings = load(arguments.config)
    async with toolbox(settings) as tools:
        known = await tools.db.read(rows.peers)
        waiting = {row.host: row.waiting for row in await tools.db.read(deliveries.queues)}
        manifest = await tools.db.read(manifests.active, now=tools.clock())
    group = manifest.domains if manifest is not None else {entity.domain for entity in settings.group.entities}
    configured = {*settings.federation.allow, *group}
    shown = {peer.host for peer in known}
    for peer in known:
        policy = "allowed" if peer.host in configured and peer.policy is rows.Policy.UNKNOWN else peer.policy.value
        state = f"failing since {_time(peer.last_failure_at)}" if peer.failures else "well"
        say(f"{peer.host}\t{policy}\t{state}\t{waiting.get(peer.host, 0)} waiting")
    for host in sorted(configured - shown - {settings.node.domain}):
        say(f"{host}\tallowed\tnever spoken with\t{waiting.get(host, 0)} waiting")


async def allow(arguments: argparse.Namespace) -> None:
    """Let a node in."""
    settings = load(arguments.config)
    host = _other(arguments.host, settings)
    async with toolbox(settings) as tools:
        await tools.db.write(commands.allow, None, host, now=tools.clock())
    say(f"{host} is allowed. Allow this node there too.")


async def deny(arguments: argparse.Namespace) -> None:
    """Shut a node out; what waits for it is dropped."""
    settings = load(arguments.config)
    host = _other(arguments.host, settings)
    async with toolbox(settings) as tools:
        await tools.db.write(commands.deny, None, host, now=tools.clock())
    say(f"{host} is denied.")


async def forget(arguments: argparse.Namespace) -> None:
    """Neither allow a node nor shut it out."""
    host = _host(arguments.host)
    async with toolbox(load(arguments.config)) as tools:
        await tools.db.write(policy.forget, None, host, now=tools.clock())
    say(f"nothing is decided about {host} any more.")


async def retry(arguments: argparse.Namespace) -> None:
    """Try at once what waits for a node."""
    host = _host(arguments.host)
    async with toolbox(load(arguments.config)) as tools:
        count = await tools.db.write(policy.retry, None, host, now=tools.clock())
    say(f"{host}: {count} of what waits is due now.")


async def limit(arguments: argparse.Namespace) -> None:
    """Replace the limits of a node; without any word none is left."""
    settings = load(arguments.config)
    host = _other(arguments.host, settings)
    limits = policy.Limits(
        severity="silence" if arguments.silence else "noop",
        refuses_media=arguments.refuse_media,
        refuses_reports=arguments.refuse_reports,
        per_minute=arguments.per_minute,
        private_comment=arguments.why,
    )
    async with toolbox(settings) as tools:
        row = await tools.db.write(policy.limit, None, host, limits, now=tools.clock())
    say(f"{host} is limited." if policy.is_limited(row) else f"{host} is not limited.")


async def export(arguments: argparse.Namespace) -> None:
    """Print a list."""
    async with toolbox(load(arguments.config)) as tools:
        query = policy.blocks_csv if arguments.list == "blocks" else policy.allows_csv
        say((await tools.db.read(query, None)).rstrip("\n"))


async def take(arguments: argparse.Namespace) -> None:
    """Decide as a list says; lines that cannot be taken are named."""
    settings = load(arguments.config)
    text = arguments.file.read_text("utf-8")
    async with toolbox(settings) as tools:
        taken, refused = await tools.db.write(
            policy.take_list, None, text, normal_authority, own=settings.node.domain, now=tools.clock()
        )
    for line in refused:
        say(f"line {line.number} was not taken: {line.text}")
    say(f"{taken} taken, {len(refused)} not.")


async def inspect(arguments: argparse.Namespace) -> None:
    """All that is known of one peer."""
    host = _host(arguments.host)
    async with toolbox(load(arguments.config)) as tools:
        peer = await tools.db.read(rows.by_host, host)
        queue = {row.host: row for row in await tools.db.read(deliveries.queues)}.get(host)
    if peer is None:
        raise CommandFailed(f"{host} was never decided upon nor spoken with")
    for name, value in _facts(peer):
        say(f"{name:<14}{value}")
    if queue is None:
        say(f"{'waiting':<14}nothing")
    else:
        say(f"{'waiting':<14}{queue.waiting} since {_time(queue.oldest_at)}")


def _facts(peer: PeerRow) -> list[tuple[str, str]]:
    return [
        ("host", peer.host),
        ("policy", peer.policy.value),
        ("software", peer.software or "unknown"),
        ("title", peer.title or "unknown"),
        ("last success", _time(peer.last_success_at)),
        ("last failure", _time(peer.last_failure_at)),
        ("last error", peer.last_error or "none"),
        ("failures", f"{peer.failures} in a row"),
        ("limits", _limits(peer)),
        ("closed until", _time(peer.closed_until) if peer.closed_until else "open"),
    ]


def _limits(peer: PeerRow) -> str:
    said = [
        (peer.is_silenced, "silenced"),
        (peer.refuses_media, "no pictures"),
        (peer.refuses_reports, "no reports"),
        (peer.per_minute > 0, f"{peer.per_minute} a minute"),
    ]
    return ", ".join(words for holds, words in said if holds) or "none"


def _time(at: Millis | None) -> str:
    return "never" if at is None else f"{datetime.fromtimestamp(at / 1000, UTC):%Y-%m-%d %H:%M:%S} UTC"


def _other(text: str, settings: Settings) -> str:
    host = _host(text)
    if host == settings.node.domain:
        raise CommandFailed(f"{host} is this node itself")
    return host


def _host(text: str) -> str:
    try:
        return normal_authority(text)
    except BadName as error:
        raise CommandFailed(f"{text} is no host name: {error}") from error
