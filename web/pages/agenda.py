"""The agenda: what takes place, planning it, and saying whether one comes."""

import asyncio
from collections.abc import Sequence
from datetime import datetime
from itertools import groupby

import msgspec
from starlette.responses import Response

from social import reading
from social.clock import HOUR
from social.communities import standing
from social.errors import Invalid, NotFound
from social.gatherings import agenda, answers, planning, times
from social.gatherings.drafts import CATEGORIES, GatheringDraft
from social.gatherings.times import Every, Repeat
from social.policy import Viewer
from social.posts import edit, repeats
from social.posts.publish import Draft
from social.reading import PostView
from storage.accounts import AccountRow
from storage.engine.database import Tx
from storage.gatherings import Status, Which
from storage.ids import AccountId, Millis, PostId, new_token
from storage.participations import State
from storage.visibility import Visibility
from web.forms import Form
from web.gatherings import REPEAT_WORDS, STATUS_WORDS, Speaker, categories, zones
from web.i18n import N_
from web.render import post_page
from web.visit import Visit

PER_PAGE = 30
PATIENCE = 3.0
"""Seconds that a form waits for the node of the organiser: nearly all answers are there by then."""
_AUDIENCES = (("public", N_("Everybody in the group")), ("followers", N_("Those who follow me")))


class Values(msgspec.Struct, frozen=True, kw_only=True):
    """What the form holds."""

    title: str = ""
    starts_at: str = ""
    ends_at: str = ""
    timezone: str = ""
    place: str = ""
    address: str = ""
    link: str = ""
    text: str = ""
    category: str = "MEETING"
    seats: str = ""
    has_waiting: bool = True
    status: str = Status.CONFIRMED.value
    every: str = ""
    times: str = ""
    audience: str = "public"
    key: str = ""


class Day(msgspec.Struct, frozen=True, kw_only=True):
    """What takes place on one day."""

    heading: str
    views: Sequence[PostView]


async def show(visit: Visit) -> Response:
    """GET /agenda?kind=, /communities/{id}/agenda: what is to come, the reader's own part of it, or what is over."""
    kind = visit.request.query_params.get("kind", "")
    which = Which(is_mine=kind == "mine", community=visit.request.path_params.get("id", 0))
    after = (Millis(visit.number("start")), PostId(visit.number("after")))
    is_past = kind == "past"

    def found(tx: Tx, viewer: Viewer) -> tuple[list[PostView], AccountRow | None]:
        community = standing.shown(tx, viewer, AccountId(which.community)).account if which.community else None
        query = agenda.over if is_past else agenda.coming
        known = {"after": after} if after[0] else {}
        return query(tx, viewer, which, now=visit.now, limit=PER_PAGE, **known), community

    views, community = await visit.read(found)
    speaker = _speaker(visit)
    days = [
        Day(heading=heading, views=list(those))
        for heading, those in groupby(
            views, lambda one: speaker.heading(one.gathering.gathering) if one.gathering else ""
        )
    ]
    return visit.page(
        "agenda/agenda.html",
        days=days,
        kinds=_kinds(visit, kind),
        is_past=is_past,
        community=community,
        older=_further(visit, views, kind),
    )


async def blank(visit: Visit) -> Response:
    """GET /agenda/new?community=."""
    zone = visit.node.settings.node.timezone
    soon = times.local(Millis(visit.now + 24 * HOUR), zone).replace(minute=0)
    community = visit.number("community")
    values = Values(
        starts_at=soon.strftime("%Y-%m-%dT%H:%M"),
        timezone=zone,
        audience=str(community) if community else "public",
        key=new_token(),
    )
    return await _page(visit, values)


async def plan(visit: Visit, form: Form) -> Response:
    """POST /agenda/new."""
    try:
        draft = _with_audience(form, _draft(form))
        post = await visit.write(planning.plan, draft, context=visit.context, now=visit.now)
    except Invalid as wrong:
        return await _page(visit, _again(form), wrong)
    view = await visit.read(reading.post, post)
    return visit.back(post_page(view), done="planned")


async def editor(visit: Visit) -> Response:
    """GET /gatherings/{id}/edit."""
    view = await visit.read(edit.source, _id(visit))
    return await _page(visit, _values(view), view=view)


async def save(visit: Visit, form: Form) -> Response:
    """POST /gatherings/{id}/edit: who comes is told of what they have to know."""
    view = await visit.read(edit.source, _id(visit))
    if view.gathering is None:
        raise NotFound("gathering")
    try:
        post, known = view.post, _draft(form)
        draft = msgspec.structs.replace(
            known,
            language=post.language,
            spoiler=post.spoiler,
            sensitive=post.sensitive,
            media=tuple(one.id for one in view.media),
        )
        await visit.write(edit.edit, post.id, draft, context=visit.context, now=visit.now)
    except Invalid as wrong:
        return await _page(visit, _again(form), wrong, view=view)
    return visit.back(post_page(view), done="edited")


async def answer(visit: Visit, form: Form) -> Response:
    """POST /gatherings/{id}/answer: yes, maybe, no. The page says what the organiser's node made of it."""
    post = _id(visit)
    node = visit.node
    state = await visit.write(answers.answer, post, form.line("answer"), ids=node.ids, urls=node.urls, now=visit.now)
    if state is State.ASKED:
        state = await _settled(visit, post)
    return visit.back(form.written("back"), done=state.value, anchor=f"p{post}")


async def note_attendance(visit: Visit, form: Form) -> Response:
    """POST /gatherings/{id}/attendance: who was there, noted by the organiser."""
    came = tuple(AccountId(id) for id in form.numbers("came"))
    await visit.write(answers.note_attendance, _id(visit), came, now=visit.now)
    return visit.back(form.written("back"), done="saved")


async def _settled(visit: Visit, post: PostId) -> State:
    """What became of a yes that another node decides about, as far as it has answered by now."""
    changed = asyncio.Event()
    forget = visit.node.db.on_commit(changed.set)

    def mine(tx: Tx) -> State:
        view = reading.post(tx, visit.viewer, post)
        return (view.gathering and view.gathering.mine) or State.ASKED

    state = State.ASKED
    try:
        async with asyncio.timeout(PATIENCE):
            while (state := await visit.node.db.read(mine)) is State.ASKED:
                await changed.wait()
                changed.clear()
    except TimeoutError:
        return State.ASKED
    finally:
        forget()
    return state


def _kinds(visit: Visit, kind: str) -> list[tuple[str, str, bool]]:
    path = visit.request.url.path
    named = (("", visit.say("To come")), ("mine", visit.say("I take part")), ("past", visit.say("Over")))
    return [(f"{path}?kind={name}" if name else path, words, name == kind) for name, words in named]


def _further(visit: Visit, views: Sequence[PostView], kind: str) -> str:
    last = views[-1] if len(views) == PER_PAGE else None
    if last is None or last.gathering is None:
        return ""
    return f"{visit.request.url.path}?kind={kind}&start={last.gathering.gathering.starts_at}&after={last.post.id}"


def _speaker(visit: Visit) -> Speaker:
    return Speaker(visit.locale, visit.node.settings.node.timezone, visit.say)


def _draft(form: Form) -> Draft:
    zone = form.line("timezone")
    repeat = form.chosen("every", tuple(REPEAT_WORDS), "")
    return Draft(
        title=form.line("title"),
        text=form.text("text"),
        gathering=GatheringDraft(
            starts_at=_moment(form, "starts_at", zone),
            ends_at=_moment(form, "ends_at", zone) if form.line("ends_at") else None,
            timezone=zone,
            place=form.line("place"),
            address=form.line("address"),
            link=form.line("link", limit=2_000),
            category=form.chosen("category", CATEGORIES, "MEETING"),
            status=Status(form.chosen("status", tuple(Status), Status.CONFIRMED)),
            seats=_whole(form, "seats") if form.line("seats") else None,
            has_waiting=form.flag("has_waiting"),
            repeat=Repeat(every=Every(repeat), times=_whole(form, "times")) if repeat else None,
        ),
    )


def _with_audience(form: Form, draft: Draft) -> Draft:
    said = form.line("audience") or "public"
    key = repeats.of_page(form.line("key"))
    if said.isascii() and said.isdecimal():
        return msgspec.structs.replace(draft, community=AccountId(form.number("audience") or 0), idempotency=key)
    if said not in dict(_AUDIENCES):
        raise Invalid("audience", "not_a_choice")
    return msgspec.structs.replace(draft, visibility=Visibility(said), idempotency=key)


def _moment(form: Form, name: str, zone: str) -> Millis:
    """The moment that the clocks of a zone show. Raises Invalid."""
    if times.zone(zone) is None:
        raise Invalid("timezone", "not_a_choice")
    try:
        wall = datetime.fromisoformat(form.line(name))
        at = times.moment(wall.replace(tzinfo=None), zone)
    except (ValueError, OverflowError) as cause:
        raise Invalid(name, "no_time") from cause
    if at is None:
        raise Invalid(name, "no_time")
    return at


def _whole(form: Form, name: str) -> int:
    written = form.line(name)
    if not (written.isascii() and written.isdecimal() and len(written) < 10):
        raise Invalid(name, "out_of_range")
    return int(written)


def _again(form: Form) -> Values:
    written = {name: form.written(name) for name in Values.__struct_fields__ if name != "has_waiting"}
    return Values(**written, has_waiting=form.has("has_waiting"))


def _values(view: PostView) -> Values:
    if view.gathering is None:
        raise NotFound("gathering")
    known = view.gathering.gathering

    def field(at: Millis) -> str:
        return times.local(at, known.timezone).strftime("%Y-%m-%dT%H:%M")

    return Values(
        title=view.post.title,
        starts_at=field(known.starts_at),
        ends_at="" if known.is_open_end else field(known.ends_at),
        timezone=known.timezone,
        place=known.place,
        address=known.address,
        link=known.link,
        text=view.post.source,
        category=known.category,
        seats="" if known.seats is None else str(known.seats),
        has_waiting=known.has_waiting,
        status=known.status.value,
    )


async def _page(
    visit: Visit, values: Values, wrong: Invalid | None = None, *, view: PostView | None = None
) -> Response:
    if visit.frame.me is None:
        await visit.read_frame()
    posting = [(str(one.id), one.name) for one in visit.frame.communities if one.may_begin]
    zone = visit.node.settings.node.timezone
    return visit.form_page(
        "agenda/form.html",
        wrong,
        title=visit.say("Change the gathering") if view else visit.say("Plan a gathering"),
        back=post_page(view) if view else "/agenda",
        action=f"/gatherings/{view.post.id}/edit" if view else "/agenda/new",
        is_new=view is None,
        values=values,
        zones=[(one, one.replace("_", " ")) for one in zones(zone, values.timezone)],
        categories=categories(visit.say),
        states=[(state.value, visit.say(words)) for state, words in STATUS_WORDS.items()],
        repeats=[(every, visit.say(words)) for every, words in REPEAT_WORDS.items()],
        audiences=[*((name, visit.say(words)) for name, words in _AUDIENCES), *posting],
    )


def _id(visit: Visit) -> PostId:
    return PostId(visit.request.path_params["id"])
