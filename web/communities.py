"""Communities in words: who may come in, who may write, what one is told of, and the parts of a community's page."""

from collections.abc import Mapping, Sequence

import msgspec
from babel.numbers import format_decimal
from starlette.responses import Response

from social.communities.reading import CommunityView, Presence
from social.errors import Invalid
from social.policy import Role, Viewer
from storage.communities import CommunityRow
from storage.memberships import MembershipRow
from web.i18n import N_, NN_
from web.render import place_of
from web.visit import Visit

Option = tuple[str, str, str]
"""Value, words, help."""

TEMPLATES: Mapping[str, tuple[str, str]] = {
    "maintenance": (N_("Maintenance"), N_("Faults, parts and procedures of a shop floor or a line")),
    "launch": (N_("Launch"), N_("A product, an opening, a campaign with a date")),
    "project": (N_("Project"), N_("A team, its week and what stands in its way")),
    "leisure": (N_("Leisure"), N_("Sport, music, outings: whatever one does together")),
    "practice": (N_("Practice"), N_("One trade, learning from site to site")),
    "entity": (N_("Whole site"), N_("Everybody of a site: what goes on there")),
}
ENTRIES: Mapping[str, tuple[str, str, str]] = {
    "open": (
        N_("Open to all"),
        N_("Everybody of the group reads, and joins with one press"),
        N_("Open: the whole group reads, members write"),
    ),
    "request": (
        N_("On request"),
        N_("Members alone read; a host lets each of them in"),
        N_("On request: members alone read and write"),
    ),
    "invited": (
        N_("By invitation"),
        N_("Members alone read; hosts invite them"),
        N_("By invitation: members alone read and write"),
    ),
    "hidden": (
        N_("Hidden"),
        N_("As by invitation, and in no list: only members know of it"),
        N_("Hidden: only members know of it"),
    ),
}
"""How one comes in: its name, what that means, and what is said on the page of such a community."""
_POSTINGS: Mapping[str, tuple[str, str]] = {
    "members": (N_("All members"), ""),
    "hosts": (N_("Hosts and moderators only"), N_("For announcements: the others answer below them")),
}
_LEVELS: Mapping[str, tuple[str, str]] = {
    "all": (N_("Everything"), N_("New posts and every answer")),
    "posts": (N_("New posts"), N_("Not each answer")),
    "mentions": (N_("When I am named"), ""),
    "none": (N_("Nothing"), ""),
}
ROLES: Mapping[str, tuple[str, str]] = {
    "host": (N_("Host"), N_("Make them a host")),
    "moderator": (N_("Moderator"), N_("Make them a moderator")),
    "member": (N_("Member"), N_("Make them a plain member")),
    "guest": (N_("Guest"), ""),
}
"""The name of each role, and the words of the button that gives it."""
PARTS: Sequence[tuple[str, str]] = (
    ("", N_("Posts")),
    ("/agenda", N_("Gatherings")),
    ("/pages", N_("Pages")),
    ("/members", N_("Members")),
    ("/about", N_("Rules")),
)
"""The parts of a community's page that everybody sees who may see it: the end of their address, and their name."""
OFFICES: Sequence[tuple[str, str, str]] = (
    ("/settings", N_("Settings"), "host"),
    ("/requests", N_("Entry"), ""),
    ("/topics", N_("Topics"), ""),
    ("/log", N_("Taken out"), ""),
    ("/health", N_("How it fares"), ""),
    ("/keeping", N_("Its future"), "keeper"),
)
"""What those who look after it have beside them: only its hosts, or all; its future also who administers that site."""
_PEOPLE = NN_("%(shown)s person", "%(shown)s people")
_REACHED = NN_("%(people)s on %(num)s site", "%(people)s on %(num)s sites")


class Gauge(msgspec.Struct, frozen=True, kw_only=True):
    """The members of one site. `most`: how long the scale is, the next ten above the largest site."""

    domain: str
    people: int
    most: int


def address(id: int) -> str:
    """The page of a community."""
    return f"/communities/{id}"


def templates(visit: Visit) -> list[Option]:
    """What a community may begin as."""
    return _options(visit, TEMPLATES)


def template(visit: Visit, key: str) -> str:
    """The name of a template; empty for none."""
    return visit.say(TEMPLATES[key][0]) if key in TEMPLATES else ""


def entries(visit: Visit) -> list[Option]:
    """How one may come in."""
    return _options(visit, ENTRIES)


def postings(visit: Visit) -> list[Option]:
    """Who may begin a post."""
    return _options(visit, _POSTINGS)


def levels(visit: Visit) -> list[Option]:
    """What a member may be told of."""
    return _options(visit, _LEVELS)


def role(visit: Visit, key: str) -> str:
    """A role in a word; nothing for a plain member."""
    return visit.say(ROLES[key][0]) if key in ROLES and key != "member" else ""


def who_sees(visit: Visit, community: CommunityRow) -> str:
    """Who reads and who writes, in a sentence."""
    said = visit.say(ENTRIES[community.entry][2])
    return f"{said}. {visit.say('New posts are for hosts.')}" if community.posting == "hosts" else said


def summary(visit: Visit, community: CommunityRow, members: int) -> str:
    """One community of a list in a line: what it is, how one comes in, how many are there."""
    said = [
        *filter(None, [template(visit, community.template)]),
        visit.say(ENTRIES[community.entry][0]),
        people(visit, members),
    ]
    return ", ".join([said[0], *(one[:1].lower() + one[1:] for one in said[1:])])


def people(visit: Visit, number: int) -> str:
    """`74 people`."""
    return visit.count(*_PEOPLE, number, shown=format_decimal(number, locale=visit.locale))


def reached(visit: Visit, counts: Sequence[Presence]) -> str:
    """`74 people on 3 sites`; beside them those of a site whose number is not known here."""
    told = [one for one in counts if one.members]
    said = people(visit, sum(one.members for one in told))
    said = visit.count(*_REACHED, len(told), people=said) if len(told) > 1 else said
    untold = [place_of(visit.node.settings, one.domain) for one in counts if not one.members]
    return visit.say("%(reached)s and those of %(site)s", reached=said, site=untold[0]) if untold else said


def gauges(counts: Sequence[Presence]) -> list[Gauge]:
    """The members by site, the largest first, on one scale."""
    most = (max((one.members for one in counts), default=0) // 10 + 1) * 10
    found = sorted(counts, key=lambda one: -one.members)
    return [Gauge(domain=one.domain, people=one.members, most=most) for one in found]


def runs(mine: MembershipRow | None) -> bool:
    """Whether somebody looks after the community."""
    return mine is not None and mine.may_moderate


def keeps(viewer: Viewer, view: CommunityView) -> bool:
    """Whether somebody has a say in how a community goes on: a host, or of one of another site, which may come to be
    kept here, whoever moderates it; and who administers this site."""
    mine, is_local = view.mine, view.account.is_local
    return viewer.may(Role.ADMIN) or (mine is not None and (mine.is_host if is_local else mine.may_moderate))


def group_hosts(visit: Visit) -> frozenset[str]:
    """The domains of the other sites of the group."""
    settings = visit.node.settings
    return frozenset(one.domain for one in settings.group.entities) - {settings.node.domain}


def page(
    visit: Visit, template: str, view: CommunityView, part: str, wrong: Invalid | None = None, **values: object
) -> Response:
    """A page of a community: around it its parts, and what hosts have beside. `part`: the end of its address."""
    base = address(view.account.id)
    return visit.form_page(
        template,
        wrong,
        view=view,
        part=part,
        runs=runs(view.mine),
        parts=[(f"{base}{end}", visit.say(words), end == part) for end, words in PARTS],
        offices=[
            (f"{base}{end}", visit.say(words), end == part)
            for end, words, for_ in OFFICES
            if _holds(visit.viewer, view, for_)
        ],
        **values,
    )


def _holds(viewer: Viewer, view: CommunityView, office: str) -> bool:
    """Whether the reader has that part of looking after it; of what is kept elsewhere its site is asked."""
    if office == "keeper":
        return keeps(viewer, view)
    if not runs(view.mine) or view.mine is None:
        return False
    if office == "host":
        return view.mine.is_host if view.account.is_local else view.hosts_afar(viewer.account)
    return True


def _options(visit: Visit, among: Mapping[str, tuple[str, ...]]) -> list[Option]:
    return [(key, visit.say(words[0]), visit.say(words[1]) if words[1] else "") for key, words in among.items()]
