"""`archipel check`: is this node well? One line a finding; status 1 if something is wrong."""

import argparse
import asyncio
import shutil
import socket
import ssl
import tempfile
import time
from collections.abc import AsyncIterator
from email.utils import parsedate_to_datetime
from enum import StrEnum
from pathlib import Path

import aiohttp
import msgspec

from server.cli.toolbox import CommandFailed, Toolbox, say, toolbox
from server.config import load
from social import sandbox
from social.clock import DAY, HOUR
from social.recordings.tools import ENCODERS, PROBE, tools_of
from social.settings import Settings
from social.trust import manifests, node_keys
from storage import deliveries, inbox, jobs, log, peers
from storage.engine.database import Tx

LEAST_FREE = 512 * 1024 * 1024
GREATEST_SKEW_SECONDS = 60
DEADLINE = aiohttp.ClientTimeout(total=5)
CERTIFICATE_DAYS = 14
SHOWN = 10
"""Activities that were given up, the last ones."""


class Level(StrEnum):
    """How bad it is."""

    WELL = "ok"
    MIND = "mind"
    WRONG = "wrong"


class Finding(msgspec.Struct, frozen=True):
    """One thing looked at."""

    level: Level
    subject: str
    sentence: str


async def check(arguments: argparse.Namespace) -> None:
    """Look at configuration, clock, name, TLS, database, queues and disk. Raises CommandFailed if one is wrong."""
    settings = load(arguments.config)
    findings = [finding async for finding in _look(settings)]
    for finding in findings:
        say(f"{finding.level.value:<6}{finding.subject:<14}{finding.sentence}")
    wrong = sum(finding.level is Level.WRONG for finding in findings)
    if wrong:
        raise CommandFailed(f"{wrong} of {len(findings)} looks found something wrong")


async def _look(settings: Settings) -> AsyncIterator[Finding]:
    for finding in _configuration(settings):
        yield finding
    yield _disk(settings)
    yield await _recordings(settings)
    async with toolbox(settings) as tools:
        yield await _group(tools)
        for finding in await _queues(tools):
            yield finding
    yield await _name(settings)
    for finding in await _answer(settings):
        yield finding


def _configuration(settings: Settings) -> list[Finding]:
    found = [Finding(Level.WELL, "configuration", f"read; this node is {settings.node.domain}")]
    if settings.federation.insecure_loopback:
        found.append(
            Finding(
                Level.MIND,
                "federation",
                "federation.insecure_loopback is on: plain http and loopback peers are accepted",
            )
        )
    if settings.limits.password_grant:
        found.append(Finding(Level.MIND, "sign-in", "limits.password_grant is on: apps may send passwords"))
    if settings.limits.off:
        found.append(Finding(Level.MIND, "limits", "limits.off is on: nobody is held back"))
    if settings.node.open:
        found.append(Finding(Level.MIND, "node", "node.open is on: the anonymous internet reads public posts"))
    return found


async def _group(tools: Toolbox) -> Finding:
    settings, now = tools.settings, tools.clock()
    manifest = await tools.db.read(manifests.active, now=now)
    if manifest is None:
        if settings.entity_of("") is None:
            return Finding(Level.MIND, "group", "group.entities names no entity with this node's domain")
        return Finding(Level.WELL, "group", f"{len(settings.group.entities)} entities, by the configuration")
    key = await tools.db.write(node_keys.node_key, now=now)
    own = manifest.entity_at(settings.node.domain)
    if own is None or key.public not in own.keys:
        return Finding(
            Level.WRONG, "group", f"version {manifest.version} of the manifest does not name this node's key"
        )
    return Finding(Level.WELL, "group", f"{len(manifest.entities)} entities, by version {manifest.version}")


def _disk(settings: Settings) -> Finding:
    root = Path(settings.media.root)
    if not root.is_dir():
        return Finding(Level.WRONG, "disk", f"media.root {root} is not a folder: run `archipel init`")
    free = shutil.disk_usage(root).free
    level = Level.WELL if free >= LEAST_FREE else Level.WRONG
    return Finding(level, "disk", f"{free // 1024**2} MiB free where media.root is")


async def _recordings(settings: Settings) -> Finding:
    tools = tools_of(settings.media)
    if tools is None:
        why = f"media.ffmpeg {settings.media.ffmpeg} is not found" if settings.media.ffmpeg else "media.ffmpeg is empty"
        return Finding(Level.MIND, "recordings", f"{why}: video and sound are not taken")
    with tempfile.TemporaryDirectory() as folder:
        try:
            said = await sandbox.run([tools.ffmpeg, "-v", "error", "-encoders"], PROBE, Path(folder))
        except sandbox.ProgramFailed as error:
            return Finding(Level.WRONG, "recordings", f"{tools.ffmpeg} does not run: {error}")
    missing = [name for name in ENCODERS if f" {name} " not in said.decode(errors="replace")]
    if missing:
        return Finding(Level.WRONG, "recordings", f"{tools.ffmpeg} was built without {', '.join(missing)}")
    return Finding(Level.WELL, "recordings", f"{tools.ffmpeg} makes video and sound ready")


async def _queues(tools: Toolbox) -> list[Finding]:
    return await tools.db.read(_queue_findings, tools.clock())


def _queue_findings(tx: Tx, now: int) -> list[Finding]:
    found = [Finding(Level.WELL, "database", f"{tx.engine}, schema up to date")]
    for parked in log.parked(tx):
        found.append(
            Finding(Level.WRONG, "log", f"event {parked.seq} is parked for {parked.subscriber}: {parked.error}")
        )
    for job in jobs.dead(tx):
        found.append(Finding(Level.MIND, "jobs", f"{job.kind} {job.key or job.id} was given up: {job.last_error}"))
    for row in inbox.failed(tx, SHOWN):
        found.append(Finding(Level.MIND, "inbox", f"{row.kind} {row.activity_id} was given up: {row.error}"))
    failing = {row.host: row for row in peers.failing(tx)}
    for queue in deliveries.queues(tx):
        late = now - queue.oldest_at
        level = Level.WELL if late < HOUR else Level.MIND
        why = f"; {failing[queue.host].last_error}" if queue.host in failing else ""
        found.append(
            Finding(level, "deliveries", f"{queue.waiting} wait for {queue.host}, oldest {late // 60_000} min{why}")
        )
    return found


async def _name(settings: Settings) -> Finding:
    host = settings.node.domain.rsplit(":", 1)[0]
    if host == "localhost" or host.endswith(".localhost"):
        return Finding(Level.WELL, "dns", f"{host} is this machine (RFC 6761)")
    try:
        found = await asyncio.get_running_loop().getaddrinfo(host, 443, type=socket.SOCK_STREAM)
    except OSError as error:
        return Finding(Level.WRONG, "dns", f"{host} has no address here: {error}")
    return Finding(Level.WELL, "dns", f"{host} is {', '.join(sorted({str(entry[4][0]) for entry in found}))}")


async def _answer(settings: Settings) -> list[Finding]:
    """Asks the node at its public address, and compares clocks."""
    host, _, port = settings.node.domain.partition(":")
    address = "127.0.0.1" if host == "localhost" or host.endswith(".localhost") else host
    netloc = f"{address}:{port}" if port else address
    trust = ssl.create_default_context(cafile=settings.federation.ca_file or None)
    try:
        async with (
            aiohttp.ClientSession(timeout=DEADLINE) as session,
            session.get(
                f"{settings.node.scheme}://{netloc}/health", headers={"Host": settings.node.domain}, ssl=trust
            ) as response,
        ):
            answered, date = response.status, response.headers.get("Date", "")
    except (aiohttp.ClientError, TimeoutError, OSError) as error:
        return [
            Finding(
                Level.WRONG, "serving", f"{settings.base_url} does not answer: {str(error) or type(error).__name__}"
            )
        ]
    level = Level.WELL if answered == 200 else Level.WRONG
    found = [Finding(level, "serving", f"{settings.base_url}/health answers {answered}")]
    found.append(_clock(date))
    if settings.node.scheme == "https":
        found.append(await asyncio.to_thread(_certificate, address, int(port or 443), host, trust))
    return found


def _clock(date: str) -> Finding:
    from_header = _seconds(date)
    if from_header is None:
        return Finding(Level.MIND, "clock", "the answer had no Date to compare with")
    skew = abs(time.time() - from_header)
    level = Level.WELL if skew <= GREATEST_SKEW_SECONDS else Level.WRONG
    return Finding(level, "clock", f"{skew:.0f} s apart from the answer's Date; peers refuse signatures an hour off")


def _seconds(date: str) -> float | None:
    try:
        return parsedate_to_datetime(date).timestamp()
    except (TypeError, ValueError):
        return None


def _certificate(address: str, port: int, host: str, trust: ssl.SSLContext) -> Finding:
    try:
        with (
            socket.create_connection((address, port), timeout=5) as plain,
            trust.wrap_socket(plain, server_hostname=host) as secure,
        ):
            expires = ssl.cert_time_to_seconds(str((secure.getpeercert() or {})["notAfter"]))
    except (OSError, KeyError, ValueError) as error:
        return Finding(Level.WRONG, "tls", f"the certificate cannot be believed: {error}")
    days = int((expires - time.time()) * 1000 // DAY)
    return Finding(
        Level.WELL if days >= CERTIFICATE_DAYS else Level.MIND, "tls", f"the certificate is good for {days} days"
    )
