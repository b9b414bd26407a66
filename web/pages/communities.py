"""Communities: one's own with what is new, those one may join, one with its posts; and a new one in two taps."""

from collections.abc import Mapping, Sequence
from urllib.parse import urlencode

import msgspec
from starlette.responses import Response

from social.clock import DAY
from social.communities import front, membership, reading
from social.communities.beginnings.beginning import beginnings
from social.communities.beginnings.start import Wanted, start
from social.communities.front import Placed
from social.communities.reading import CommunityView, Own
from social.errors import Invalid
from social.paging import MAX_ID
from social.people.keys import make_keys
from social.policy import Viewer
from storage.accounts import AccountRow
from storage.communities import CommunityRow, Entry, KnownRow
from storage.engine.database import Tx
from storage.ids import AccountId
from storage.memberships import MemberRole, MembershipRow, MemberState
from web import communities, writing
from web.communities import ENTRIES, TEMPLATES, address
from web.forms import Form
from web.i18n import N_
from web.pages.home import older
from web.render import place_of, site_of
from web.visit import Visit
from web.writing import LANGUAGES, Writing

_LONGEST = 200
_NEW = 7 * DAY
"""How long a new member reads the words of welcome."""


class Choice(msgspec.Struct, frozen=True, kw_only=True):
    """One link that narrows the list, or takes the choice back."""

    address: str
    words: str
    chosen: bool


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """One community of a list, in words."""

    account: AccountRow
    community: CommunityRow
    mine: MembershipRow | None
    fresh: int
    words: str


class Shelves(msgspec.Struct, frozen=True, kw_only=True):
    """One's own communities, those one has asked to join, those one is invited to, and those found."""

    own: Sequence[Own] = ()
    asked: Sequence[tuple[KnownRow, MembershipRow]] = ()
    invited: Sequence[tuple[KnownRow, MembershipRow]] = ()
    found: Sequence[CommunityView] = ()


class Reason(msgspec.Struct, frozen=True, kw_only=True):
    """Why a post stands on top of its community, or what holds of it."""

    sign: str
    words: str
    asks: bool = False


async def index(visit: Visit) -> Response:
    """GET /communities?q=&site=&kind=: one's own first, then those one may join."""
    query = visit.request.query_params
    asked = {name: " ".join(query.get(name, "").replace("\0", "").split())[:_LONGEST] for name in ("q", "site", "kind")}
    page = visit.paging()
    is_narrow = any(asked.values()) or page.before != MAX_ID
    domain, template = _domain(visit, asked["site"]), asked["kind"]

    def shelves(tx: Tx, viewer: Viewer) -> Shelves:
        found = reading.found(tx, viewer, asked["q"], page, domain=domain, template=template)
        if is_narrow:
            return Shelves(found=found)
        waiting = reading.pending(tx, viewer)
        known = reading.known_of(tx, viewer, [row.community_id for row in waiting])
        both = [(known[row.community_id], row) for row in waiting if row.community_id in known]
        return Shelves(
            own=reading.mine(tx, viewer),
            asked=[one for one in both if one[1].state is MemberState.ASKED],
            invited=[one for one in both if one[1].state is MemberState.INVITED],
            found=found,
        )

    shown = await visit.read(shelves)
    return visit.page(
        "communities/index.html",
        q=asked["q"],
        kept=[(name, value) for name, value in asked.items() if value and name != "q"],
        own=[_line(visit, one.account, one.community, one.mine, one.unread) for one in shown.own],
        asked=[_line(visit, known.account, known.community, mine) for known, mine in shown.asked],
        invited=[_line(visit, known.account, known.community, mine) for known, mine in shown.invited],
        found=[_line(visit, one.account, one.community, one.mine) for one in shown.found],
        searched=is_narrow,
        narrowed=bool(asked["site"] or asked["kind"]),
        filters=_filters(visit, asked),
        older=older(visit, [one.account.id for one in shown.found]),
    )


async def creation(visit: Visit) -> Response:
    """GET /communities/new."""
    await visit.read_frame()
    return _creation_page(visit, {"display_name": "", "entry": "open", "language": visit.locale})


async def create(visit: Visit, form: Form) -> Response:
    """POST /communities: a community with its guide, rules, topics and page."""
    node = visit.node
    try:
        wanted = Wanted(
            keys=await node.crunched(make_keys),
            display_name=form.line("display_name"),
            template=form.chosen("template", tuple(TEMPLATES), ""),
            entry=Entry(form.chosen("entry", tuple(ENTRIES), "open")),
            language=form.chosen("language", tuple(dict(_languages())), "fr"),
        )
        made = await visit.write(start, wanted, context=visit.context, now=visit.now)
    except Invalid as wrong:
        await visit.read_frame()
        return _creation_page(
            visit, {name: form.written(name) for name in ("display_name", "entry", "language")}, wrong
        )
    return visit.back(address(made.id), done="community_made")


async def show(visit: Visit) -> Response:
    """GET /communities/{id}?topic=: its posts, what is pinned first; that is then read."""
    page, topic = visit.paging(), visit.request.query_params.get("topic", "").replace("\0", "")[:_LONGEST]
    view, placed = await visit.read(front.front, community_id(visit), page, topic, now=visit.now)
    is_first = page.before == MAX_ID
    mooring = visit.frame.community(view.account.id)
    if is_first and not topic and mooring is not None and (mooring.fresh or mooring.is_muted):
        await visit.write(membership.read, view.account.id, now=visit.now)
    return communities.page(
        visit,
        "communities/show.html",
        view,
        "",
        sees=communities.who_sees(visit, view.community),
        gauges=communities.gauges(view.entities),
        reached=communities.reached(visit, view.entities),
        topics=view.topics,
        topic=topic,
        placed=[(one.post, _reason(visit, view, one)) for one in placed],
        older=older(visit, [one.placement.shown for one in placed if not one.placement.sticky]),
        writing=await _composer(visit, view, topic) if is_first else None,
        ghost=_ghost(visit, view),
        may_join=view.mine is None and view.community.state == "active",
        greets=is_first and not topic and _greets(visit, view),
    )


def _greets(visit: Visit, view: CommunityView) -> bool:
    """Whether its words of welcome are for the reader: a member of some days who does not run it."""
    mine = view.mine
    if mine is None or mine.state is not MemberState.MEMBER or mine.role in (MemberRole.HOST, MemberRole.MODERATOR):
        return False
    return bool(view.community.welcome_html) and mine.created_at > visit.now - _NEW


async def about(visit: Visit) -> Response:
    """GET /communities/{id}/about: its rules, and what it is."""
    view = await visit.read(front.view, community_id(visit))
    return communities.page(
        visit,
        "communities/about.html",
        view,
        "/about",
        sees=communities.who_sees(visit, view.community),
        kind=communities.template(visit, view.community.template),
    )


def community_id(visit: Visit) -> AccountId:
    """The community of the address."""
    return AccountId(visit.request.path_params["id"])


def _line(
    visit: Visit, account: AccountRow, community: CommunityRow, mine: MembershipRow | None, fresh: int = 0
) -> Line:
    words = communities.summary(visit, community, account.followers_count)
    return Line(account=account, community=community, mine=mine, fresh=fresh, words=words)


def _domain(visit: Visit, site: str) -> str | None:
    """The node of a site as accounts name it (empty: this one); None for none chosen."""
    if not site:
        return None
    entity = next((one for one in visit.node.settings.group.entities if one.id == site), None)
    if entity is None:
        return "?"
    return "" if entity.domain == visit.node.settings.node.domain else entity.domain


def _filters(visit: Visit, asked: Mapping[str, str]) -> list[tuple[str, list[Choice]]]:
    sites = [(entity.id, site_of(entity)) for entity in visit.node.settings.group.entities]
    kinds = [(key, visit.say(words[0])) for key, words in TEMPLATES.items()]
    found = ((visit.say("Site"), "site", sites), (visit.say("Kind"), "kind", kinds))
    return [(title, [_choice(asked, name, *one) for one in options]) for title, name, options in found if options]


def _choice(asked: Mapping[str, str], name: str, value: str, words: str) -> Choice:
    is_chosen = asked[name] == value
    query = {key: kept for key, kept in {**asked, name: "" if is_chosen else value}.items() if kept}
    return Choice(
        address=f"/communities?{urlencode(query)}" if query else "/communities", words=words, chosen=is_chosen
    )


def _creation_page(visit: Visit, values: Mapping[str, str], wrong: Invalid | None = None) -> Response:
    return visit.form_page(
        "communities/new.html",
        wrong,
        values=values,
        templates=communities.templates(visit),
        entries=communities.entries(visit),
        languages=_languages(),
    )


def _languages() -> list[tuple[str, str]]:
    """The languages that a beginning is written in."""
    return [(code, name) for code, name in LANGUAGES if code in beginnings()]


def _reason(visit: Visit, view: CommunityView, one: Placed) -> Reason | None:
    """What is said above a post: the most that one must know of it, once."""
    placement = one.placement
    if placement.removed_at is not None:
        why = placement.removed_reason
        if why:
            words = visit.say("Taken out by a moderator; you alone see it. Why: %(why)s", why=why)
        else:
            words = visit.say("Taken out by a moderator; you alone see it")
        return Reason(sign="alert", words=words)
    if placement.place is None:
        site = place_of(visit.node.settings, view.account.domain)
        return Reason(sign="clock", words=visit.say("Waits for %(site)s, where this community is kept", site=site))
    said = [
        words
        for holds, words in ((placement.sticky, N_("Pinned")), (placement.locked, N_("Closed to answers")))
        if holds
    ]
    if said:
        return Reason(sign="pin" if placement.sticky else "lock", words=", ".join(map(visit.say, said)))
    named = {topic.name: topic.display for topic in view.topics}
    return Reason(sign="hash", words=named[placement.topic]) if placement.topic in named else None


async def _composer(visit: Visit, view: CommunityView, topic: str) -> Writing | None:
    """The composer of this community, for who may begin a post in it."""
    mooring = visit.frame.community(view.account.id)
    if mooring is None or not mooring.may_begin:
        return None
    asked = await writing.fresh(visit, audiences=())
    within = writing.within(visit, asked, mooring, communities.reached(visit, view.entities))
    return msgspec.structs.replace(within, topics=[(one.name, one.display) for one in view.topics], topic=topic)


def _ghost(visit: Visit, view: CommunityView) -> str:
    return visit.say("Write to %(people)s…", people=communities.reached(visit, view.entities))
