"""The group as it is in force here: a manifest is taken, comes into force, and parts from those it no longer names."""

from collections.abc import Collection

from social import events, jobs, peers
from social.communities import succession
from social.policy import NOBODY
from social.trust.manifest import BadManifest, Manifest, check_signed, read_manifest
from storage import days, skills
from storage import manifests as rows
from storage import peers as peer_rows
from storage.engine.database import Tx
from storage.ids import Millis
from storage.peers import Policy


def latest(tx: Tx) -> Manifest | None:
    """The highest version that was taken, in force or not yet."""
    row = rows.latest(tx)
    return None if row is None else read_manifest(row.body)


def active(tx: Tx, *, now: Millis) -> Manifest | None:
    """The version in force."""
    row = rows.active(tx, now)
    return None if row is None else read_manifest(row.body)


def take(tx: Tx, text: str, *, now: Millis) -> Manifest | None:
    """Take a version that is signed as it must be; None for the one that is here already. Raises BadManifest.

    The first one is believed by its own signatures alone: whoever takes it has looked at it. Each later one has to be
    above the last, and signed by as many entities of the last as that asks for.
    """
    manifest, before = read_manifest(text), latest(tx)
    if before is not None and before.document == manifest.document:
        return None
    check_signed(manifest, before)
    if not rows.take(tx, manifest.version, manifest.starts_at, manifest.text, now):
        raise BadManifest(f"version {manifest.version} is here already")
    events.append(tx, events.ManifestTaken(by=NOBODY, version=manifest.version, at=now))
    return manifest


def enter(tx: Tx, own: str, *, now: Millis) -> Manifest | None:
    """Do what the version in force asks for: greet its nodes, part from those that earlier ones named. Twice is once.

    `own` is this node's domain.
    """
    row = rows.active(tx, now)
    if row is None:
        return None
    manifest = read_manifest(row.body)
    former: set[str] = set()
    for old in rows.before(tx, row.version):
        former |= read_manifest(old.body).domains
    since = Millis(max(row.valid_from, row.taken_at))
    _part(tx, former - manifest.domains - {own}, since, now)
    succession.planned(tx, [(one.community, one.successor) for one in manifest.communities], now=now)
    for host in sorted(manifest.domains - {own}):
        jobs.enqueue(tx, jobs.Greet(host=host), key=host, due=now)
    return manifest


def _part(tx: Tx, hosts: Collection[str], since: Millis, now: Millis) -> None:
    for host in sorted(hosts):
        peer = peer_rows.by_host(tx, host)
        if peer is not None and peer.policy is Policy.ALLOWED:
            if max(peer.decided_at or 0, peer.created_at) > since:
                # An administrator let it in again, as a guest.
                continue
            peer_rows.decide(tx, host, Policy.UNKNOWN, now)
        peers.part(tx, host, now=now)
        # What was for colleagues alone is not for whoever is none any more, nor kept of them.
        days.forget_host(tx, host)
        skills.forget_host(tx, host)
