"""Other sites: who is let in, what each may do, how each is, and what to do when one does not answer."""

from collections.abc import Callable

import msgspec
from starlette.responses import Response

from federation.names import BadName, normal_authority
from social import peer_policy, peers
from social.errors import Invalid, NotFound
from social.peer_policy import Limits, Line
from social.peers import PeerView
from social.policy import Viewer
from social.settings import Entity
from storage.engine.database import Tx
from storage.ids import Millis
from storage.peers import PeerRow, Policy
from web.forms import Form
from web.i18n import N_
from web.visit import Visit

LIST_LIMIT = 1_000_000


class PeerShown(msgspec.Struct, frozen=True, kw_only=True):
    """Another site as the administrator reads it."""

    host: str
    peer: PeerRow
    entity: Entity | None
    standing: str
    trouble: str
    limits: str
    waiting: int
    oldest_at: Millis | None
    is_allowed: bool
    is_denied: bool
    is_decided: bool


async def show_all(visit: Visit) -> Response:
    """GET /admin/peers."""
    return await _page(visit)


async def allow(visit: Visit, form: Form) -> Response:
    """POST /admin/peers."""
    return await _decide(visit, form, peers.allow, "allowed")


async def deny(visit: Visit, form: Form) -> Response:
    """POST /admin/peers/deny."""
    return await _decide(visit, form, peers.deny, "denied")


async def forget(visit: Visit, form: Form) -> Response:
    """POST /admin/peers/forget."""
    return await _decide(visit, form, peer_policy.forget, "saved")


async def retry(visit: Visit, form: Form) -> Response:
    """POST /admin/peers/retry: what waits for the site is tried at once."""
    return await _decide(visit, form, peer_policy.retry, "retried")


async def show(visit: Visit) -> Response:
    """GET /admin/peers/{host}: how the site is, and what it may do."""
    return await _peer_page(visit)


async def limit(visit: Visit, form: Form) -> Response:
    """POST /admin/peers/{host}: what it may not do."""
    host = _named(visit)
    limits = Limits(
        severity="silence" if form.flag("silence") else "noop",
        refuses_media=form.flag("media"),
        refuses_reports=form.flag("reports"),
        per_minute=form.number("per_minute") or 0,
        private_comment=form.line("why"),
        public_comment=form.line("public"),
    )
    try:
        await visit.write(peer_policy.limit, host, limits, now=visit.now)
    except Invalid as wrong:
        return await _peer_page(visit, wrong)
    return visit.back(f"/admin/peers/{host}", done="saved")


async def take(visit: Visit, form: Form) -> Response:
    """POST /admin/peers/import: a list in Mastodon's format, as text."""
    own = visit.node.settings.node.domain
    try:
        text = form.text("list", limit=LIST_LIMIT)
        taken, refused = await visit.write(peer_policy.take_list, text, normal_authority, own=own, now=visit.now)
    except Invalid as wrong:
        return await _page(visit, form, wrong)
    return await _page(visit, taken=taken, refused=refused)


async def export(visit: Visit, form: Form) -> Response:
    """POST /admin/peers/export: the blocks, or the allows."""
    which = form.chosen("list", ("blocks", "allows"), "blocks")
    query = peer_policy.blocks_csv if which == "blocks" else peer_policy.allows_csv
    body = await visit.read(query)
    headers = {"Content-Disposition": f'attachment; filename="{which}.csv"', "Cache-Control": "private, no-store"}
    return Response(body, headers=headers, media_type="text/csv; charset=utf-8")


async def _decide(visit: Visit, form: Form, command: Callable[..., object], done: str) -> Response:
    try:
        host = _host(form)
        await visit.write(command, host, now=visit.now)
    except Invalid as wrong:
        return await _page(visit, form, wrong)
    return visit.back(f"/admin/peers/{host}" if form.flag("stay") else "/admin/peers", done=done)


def _host(form: Form) -> str:
    try:
        return normal_authority(form.line("host", limit=300))
    except BadName as bad:
        raise Invalid("host", "invalid") from bad


def _named(visit: Visit) -> str:
    try:
        return normal_authority(visit.request.path_params["host"])
    except BadName as bad:
        raise NotFound("peer") from bad


async def _page(
    visit: Visit,
    form: Form | None = None,
    wrong: Invalid | None = None,
    *,
    taken: int | None = None,
    refused: list[Line] | None = None,
) -> Response:
    known = await visit.read(peers.peers)
    return visit.form_page(
        "admin/peers.html",
        wrong,
        part="peers",
        peers=[_shown(visit, view) for view in known],
        values={name: form.written(name) if form else "" for name in ("host", "list")},
        taken=taken,
        refused=refused or [],
        is_open=visit.node.settings.federation.mode == "open",
    )


async def _peer_page(visit: Visit, wrong: Invalid | None = None) -> Response:
    host = _named(visit)

    def found(tx: Tx, viewer: Viewer) -> PeerView:
        view = next((view for view in peers.peers(tx, viewer) if view.peer.host == host), None)
        if view is None:
            raise NotFound("peer")
        return view

    shown = _shown(visit, await visit.read(found))
    return visit.form_page("admin/peer.html", wrong, part="peers", shown=shown)


def _shown(visit: Visit, view: PeerView) -> PeerShown:
    peer, settings = view.peer, visit.node.settings
    configured = {*settings.federation.allow, *(entity.domain for entity in settings.group.entities)}
    is_denied = peer.policy is Policy.DENIED
    is_allowed = peer.policy is Policy.ALLOWED or (peer.host in configured and not is_denied)
    standing = N_("Allowed") if is_allowed else N_("Refused") if is_denied else N_("Not decided")
    trouble = ""
    if view.waiting and peer.failures:
        trouble = visit.count(
            "%(num)s delivery waits: the site does not answer.",
            "%(num)s deliveries wait: the site does not answer.",
            view.waiting,
        )
    return PeerShown(
        host=peer.host,
        peer=peer,
        entity=settings.entity_of(peer.host),
        standing=visit.say(standing),
        trouble=trouble,
        limits=", ".join(_limits(visit, peer)),
        waiting=view.waiting,
        oldest_at=view.oldest_at,
        is_allowed=is_allowed,
        is_denied=is_denied,
        is_decided=peer.policy is not Policy.UNKNOWN or peer_policy.is_limited(peer),
    )


def _limits(visit: Visit, peer: PeerRow) -> list[str]:
    said = [
        (peer.is_silenced, visit.say("kept from strangers")),
        (peer.refuses_media, visit.say("no pictures")),
        (peer.refuses_reports, visit.say("no reports")),
    ]
    words = [sentence for holds, sentence in said if holds]
    if peer.per_minute:
        words.append(visit.count("%(num)s a minute", "%(num)s a minute", peer.per_minute))
    return words
