"""What hosts look after: name, picture, purpose, rules, who comes in and writes, topics, rules of joining."""

from collections.abc import Mapping, Sequence
from statistics import median

import msgspec
from msgspec import UNSET, UnsetType
from starlette.responses import Response

from social.clock import DAY, HOUR, MINUTE
from social.communities import auto, changing, front
from social.communities.communities import CommunityChange
from social.communities.reading import CommunityView
from social.errors import Conflict, Forbidden, Invalid
from social.policy import Viewer
from social.posts import media
from storage import community_health
from storage.communities import Entry, KnownRow, Posting
from storage.community_health import AskedRow
from storage.community_rules import RuleField, RuleId, RuleRow
from storage.engine.database import Tx
from storage.ids import MediaId, Millis
from web import communities
from web.communities import ENTRIES, address
from web.forms import Form
from web.i18n import N_, NN_
from web.pages.communities import community_id
from web.pictures import stored
from web.render import site_of
from web.visit import Visit

LOOKED_BACK = 90 * DAY
_MOST_READ = 2_000
_FIELDS: Mapping[str, str] = {
    "site": N_("Everybody of the site %(value)s"),
    "job": N_("Whoever works as %(value)s"),
    "team": N_("Everybody of the team %(value)s"),
}
_UNITS = (
    (DAY, NN_("%(num)s day", "%(num)s days")),
    (HOUR, NN_("%(num)s hour", "%(num)s hours")),
    (MINUTE, NN_("%(num)s minute", "%(num)s minutes")),
)


class Health(msgspec.Struct, frozen=True, kw_only=True):
    """How a community fares, in sums."""

    posts: int
    answered: int
    by_hosts: int
    first_answer: int | None
    """Milliseconds within which half of those that were answered were."""


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """A rule by which people are members, in words."""

    id: int
    words: str
    mandatory: bool


async def settings(visit: Visit) -> Response:
    """GET /communities/{id}/settings."""
    return await _settings_page(visit)


async def save(visit: Visit, form: Form) -> Response:
    """POST /communities/{id}/settings."""
    try:
        change = CommunityChange(
            display_name=form.line("display_name"),
            purpose=form.text("purpose"),
            rules=form.text("rules"),
            welcome=form.text("welcome"),
            entry=Entry(form.chosen("entry", tuple(ENTRIES), "open")),
            posting=Posting(form.chosen("posting", tuple(Posting), Posting.MEMBERS)),
            avatar=await _picture(visit, form, "avatar"),
            header=await _picture(visit, form, "header"),
        )
        if not change.display_name:
            raise Invalid("display_name", "blank")
        is_done = await visit.write(changing.edit, community_id(visit), change, urls=visit.node.urls, now=visit.now)
    except Invalid as wrong:
        names = ("display_name", "purpose", "rules", "welcome", "entry", "posting")
        return await _settings_page(visit, {name: form.written(name) for name in names}, wrong)
    return visit.back(f"{address(community_id(visit))}/settings", done="saved" if is_done else "host_asked")


async def add_rule(visit: Visit, form: Form) -> Response:
    """POST /communities/{id}/rules: whoever is of a site, a job or a team is a member."""
    try:
        field = RuleField(form.chosen("field", tuple(_FIELDS), "site"))
        written = form.line("value", limit=200)
        await visit.write(
            auto.add_rule,
            community_id(visit),
            field,
            _node_of(visit, written) if field is RuleField.SITE else written,
            mandatory=form.flag("mandatory"),
            ids=visit.node.ids,
            now=visit.now,
        )
    except Conflict:
        return await _settings_page(visit, None, Invalid("value", "rule"))
    except Invalid as wrong:
        return await _settings_page(visit, None, wrong)
    return visit.back(f"{address(community_id(visit))}/settings", done="saved")


async def remove_rule(visit: Visit, form: Form) -> Response:
    """POST /communities/{id}/rules/remove."""
    await visit.write(auto.drop_rule, community_id(visit), RuleId(form.number("rule") or 0), now=visit.now)
    return visit.back(f"{address(community_id(visit))}/settings", done="saved")


async def topic_list(visit: Visit) -> Response:
    """GET /communities/{id}/topics."""
    return await _topics_page(visit)


async def add_topic(visit: Visit, form: Form) -> Response:
    """POST /communities/{id}/topics."""
    try:
        is_done = await visit.write(
            changing.add_topic, community_id(visit), form.line("topic", limit=200), now=visit.now
        )
    except Conflict:
        return await _topics_page(visit, form.written("topic"), Invalid("topic", "taken"))
    except Invalid as wrong:
        return await _topics_page(visit, form.written("topic"), wrong)
    return visit.back(f"{address(community_id(visit))}/topics", done="saved" if is_done else "host_asked")


async def remove_topic(visit: Visit, form: Form) -> Response:
    """POST /communities/{id}/topics/remove."""
    is_done = await visit.write(changing.drop_topic, community_id(visit), form.line("topic", limit=200), now=visit.now)
    return visit.back(f"{address(community_id(visit))}/topics", done="saved" if is_done else "host_asked")


async def health(visit: Visit) -> Response:
    """GET /communities/{id}/health: sums, for those who look after it."""

    def found(tx: Tx, viewer: Viewer) -> tuple[CommunityView, Health]:
        view = _of_host(tx, viewer, visit)
        rows = community_health.asked(tx, view.account.id, Millis(visit.now - LOOKED_BACK), _MOST_READ)
        return view, summed(rows)

    view, sums = await visit.read(found)
    return communities.page(
        visit,
        "communities/health.html",
        view,
        "/health",
        health=sums,
        median=duration(visit, sums.first_answer) if sums.first_answer is not None else "",
    )


def summed(rows: Sequence[AskedRow]) -> Health:
    """The sums of what was asked and answered."""
    waited = [row.answered_at - row.asked_at for row in rows if row.answered_at is not None]
    return Health(
        posts=len(rows),
        answered=len(waited),
        by_hosts=sum(row.by_host for row in rows),
        first_answer=max(int(median(waited)), 0) if waited else None,
    )


def duration(visit: Visit, length: int) -> str:
    """`3 hours`, in the largest unit that fits."""
    unit, words = next((one for one in _UNITS if length >= one[0]), _UNITS[-1])
    return visit.count(*words, max(round(length / unit), 1))


def _of_host(tx: Tx, viewer: Viewer, visit: Visit) -> CommunityView:
    view = front.view(tx, viewer, community_id(visit))
    if not communities.runs(view.mine):
        raise Forbidden("moderators_only")
    return view


async def _picture(visit: Visit, form: Form, name: str) -> MediaId | UnsetType | None:
    file = form.file(name)
    if file is None:
        return None if form.flag(f"without_{name}") else UNSET
    try:
        upload = await stored(visit.node, file, name)
    except Invalid as wrong:
        raise Invalid(name, wrong.code, **wrong.values) from wrong
    node = visit.node
    row = await visit.write(media.add, upload, purpose=name, settings=node.settings.media, ids=node.ids, now=visit.now)
    return row.id


def _settings(tx: Tx, viewer: Viewer, visit: Visit) -> tuple[CommunityView, list[Standing]]:
    """The community and its rules of joining, which are changed where it is kept."""
    view = _of_host(tx, viewer, visit)
    if not view.account.is_local:
        if not view.hosts_afar(viewer.account):
            raise Forbidden("hosts_only")
        return view, []
    rules = [
        Standing(id=row.id, words=visit.say(_FIELDS[row.field], value=_value(visit, row)), mandatory=row.mandatory)
        for row in auto.rules(tx, viewer, view.account.id)
    ]
    return view, rules


def _node_of(visit: Visit, written: str) -> str:
    """The node of a site of the group, which people call by its short name, its name or its place. Raises Invalid."""
    wanted = " ".join(written.split()).casefold()
    if not wanted:
        raise Invalid("value", "blank")
    for entity in visit.node.settings.group.entities:
        called = (entity.id, entity.domain, entity.name, entity.place, site_of(entity))
        if wanted in (one.casefold() for one in called):
            return entity.domain
    raise Invalid("value", "not_a_choice")


def _value(visit: Visit, rule: RuleRow) -> str:
    """Of whom a rule speaks, as people call it: a site not by its node."""
    if rule.field is not RuleField.SITE:
        return rule.value
    entities = visit.node.settings.group.entities
    return next((site_of(one) for one in entities if one.domain.casefold() == rule.value), rule.value)


async def _settings_page(
    visit: Visit, values: Mapping[str, str] | None = None, wrong: Invalid | None = None
) -> Response:
    view, rules = await visit.read(_settings, visit)
    return communities.page(
        visit,
        "communities/settings.html",
        view,
        "/settings",
        wrong,
        values=values or changing.written(KnownRow(account=view.account, community=view.community)),
        entries=communities.entries(visit),
        postings=communities.postings(visit),
        rules=rules,
        sites=[f"{entity.id} ({site_of(entity)})" for entity in visit.node.settings.group.entities],
    )


async def _topics_page(visit: Visit, written: str = "", wrong: Invalid | None = None) -> Response:
    view = await visit.read(_of_host, visit)
    return communities.page(
        visit,
        "communities/topics.html",
        view,
        "/topics",
        wrong,
        topics=view.topics,
        written=written,
    )
