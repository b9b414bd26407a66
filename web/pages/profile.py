"""Somebody's page: who they are, what they wrote, who follows them and whom they follow."""

from collections.abc import Callable, Mapping, Sequence
from http import HTTPStatus

import msgspec
from starlette.responses import RedirectResponse, Response

from social import reading
from social.communities import reading as communities
from social.feeds import tags, timelines
from social.paging import MAX_ID, Page
from social.people import accounts, familiar, featured, relations
from social.people.accounts import Field
from social.people.relations import Relationship
from social.policy import Viewer
from social.posts import pins
from social.reading import PostView
from social.recognition import days, kudos, skills
from social.recognition.skills import SkillView
from storage.accounts import AccountKind, AccountRow
from storage.days import Day
from storage.engine.database import Tx
from storage.ids import AccountId, Millis, PostId
from storage.tags import FeaturedRow
from web import recognition
from web.communities import address
from web.i18n import N_
from web.pages.home import answered, older
from web.render import page_of
from web.visit import Visit


class Profile(msgspec.Struct, frozen=True, kw_only=True):
    """What a profile page shows. `tie` is the relationship of the reader; None for nobody and for oneself."""

    account: AccountRow
    tie: Relationship | None
    pinned: Sequence[PostView]
    views: Sequence[PostView]
    parents: Mapping[AccountId, AccountRow]
    """Whom the posts answer, and in which communities they stand."""
    ids: Sequence[PostId]
    fields: Sequence[Field]
    featured: Sequence[FeaturedRow]
    is_stale: bool
    skills: Sequence[SkillView] = ()
    days: Mapping[str, Day] = {}
    is_community: bool = False


async def posts(visit: Visit) -> Response:
    """GET /@{acct}."""
    return await _profile(visit, "posts")


async def with_replies(visit: Visit) -> Response:
    """GET /@{acct}/with-replies."""
    return await _profile(visit, "with-replies")


async def media(visit: Visit) -> Response:
    """GET /@{acct}/media."""
    return await _profile(visit, "media")


async def tagged(visit: Visit) -> Response:
    """GET /@{acct}/tagged/{name}: what they wrote under a hashtag."""
    return await _profile(visit, "tagged")


async def about(visit: Visit) -> Response:
    """GET /@{acct}/about: who they are, in their own words and ours."""
    return await _profile(visit, "about")


async def thanked(visit: Visit) -> Response:
    """GET /@{acct}/kudos: what others thank them for, as far as they let it stand here."""
    return await _profile(visit, "kudos")


async def preview(visit: Visit) -> Response:
    """GET /live/person/{acct}: who somebody is, on a card, for a script."""
    name, domain = _acct(visit)
    account, tie, known = await visit.read(_card, name, domain, visit.now)
    return visit.fragment("live/person.html", account=account, tie=tie, known=known)


async def followers(visit: Visit) -> Response:
    """GET /@{acct}/followers."""
    return await _people(visit, relations.followers, N_("Followers of %(name)s"))


async def following(visit: Visit) -> Response:
    """GET /@{acct}/following."""
    return await _people(visit, relations.following, N_("Whom %(name)s follows"))


async def _profile(visit: Visit, part: str) -> Response:
    name, domain = _acct(visit)
    page = visit.paging()
    tag = visit.request.path_params.get("name")
    shown = await visit.read(_shown, name, domain, part, page, visit.now, tag)
    if shown.is_community:
        return RedirectResponse(address(shown.account.id), HTTPStatus.SEE_OTHER)
    if shown.is_stale:
        # What changed since is on the page the next time.
        await visit.write(featured.opened, shown.account.id, now=visit.now)
    return visit.page(
        "people/profile.html",
        account=shown.account,
        tie=shown.tie,
        fields=shown.fields,
        featured=shown.featured,
        skills=shown.skills,
        days=shown.days,
        written=recognition.written,
        tag=tag,
        pinned=shown.pinned,
        views=shown.views,
        parents=shown.parents,
        part=part,
        older=older(visit, shown.ids),
    )


def _acct(visit: Visit) -> tuple[str, str]:
    name, _, domain = visit.request.path_params["acct"].partition("@")
    return name, "" if domain.casefold() == visit.node.urls.host.casefold() else domain


def _shown(
    tx: Tx, viewer: Viewer, name: str, domain: str, part: str, page: Page, now: Millis, tag: str | None
) -> Profile:
    account = accounts.by_name(tx, viewer, name, domain)
    is_other = viewer.is_person and account.id != viewer.account
    tie = next(iter(relations.relationships(tx, viewer, [account.id], now=now)), None) if is_other else None
    on_top = pins.pinned_ids(tx, viewer, account.id) if part == "posts" and page.before == MAX_ID else []
    ids = _ids(tx, viewer, account.id, part, page, tag)
    views = reading.posts(tx, viewer, list(dict.fromkeys([*on_top, *ids])))
    return Profile(
        account=account,
        tie=tie,
        pinned=[view for view in views if view.post.id in on_top],
        views=[view for view in views if view.post.id not in on_top],
        parents=answered(tx, viewer, views),
        ids=ids,
        fields=accounts.fields(account),
        featured=tags.featured_by(tx, account) if part == "about" else (),
        skills=skills.of_person(tx, viewer, account.id) if part == "about" and viewer.is_person else (),
        days=days.of_person(tx, account.id) if part == "about" and viewer.is_person else {},
        is_stale=not account.is_local and featured.is_worth_reading(tx, viewer, account.id, now=now),
        is_community=account.kind is AccountKind.GROUP and bool(communities.known_of(tx, viewer, [account.id])),
    )


def _ids(tx: Tx, viewer: Viewer, account: AccountId, part: str, page: Page, tag: str | None) -> list[PostId]:
    if part == "about":
        return []
    if part == "kudos":
        return kudos.shown_ids(tx, viewer, account, before=page.before, limit=page.limit)
    return timelines.profile_ids(
        tx,
        viewer,
        account,
        page,
        replies=part in ("with-replies", "tagged"),
        boosts=part not in ("media", "tagged"),
        only_media=part == "media",
        tag=tag,
    )


def _card(
    tx: Tx, viewer: Viewer, name: str, domain: str, now: Millis
) -> tuple[AccountRow, Relationship | None, Sequence[AccountRow]]:
    """An account, the reader's relationship with it, and whom they follow that follows it too."""
    account = accounts.by_name(tx, viewer, name, domain)
    tie = ties(tx, viewer, [account.id], now).get(account.id)
    known = familiar.followers(tx, viewer, [account.id]) if tie else {}
    return account, tie, known.get(account.id, ())


async def _people(
    visit: Visit, who: Callable[[Tx, Viewer, AccountId, Page], list[tuple[int, AccountRow]]], title: str
) -> Response:
    name, domain = _acct(visit)
    page = visit.paging(40)

    def shown(tx: Tx, viewer: Viewer) -> tuple[AccountRow, list[tuple[int, AccountRow]], dict[AccountId, Relationship]]:
        account = accounts.by_name(tx, viewer, name, domain)
        found = who(tx, viewer, account.id, page)
        return account, found, ties(tx, viewer, [row.id for _, row in found], visit.now)

    account, found, known = await visit.read(shown)
    return visit.page(
        "people/list.html",
        title=visit.say(title, name=account.name),
        people=[row for _, row in found],
        ties=known,
        back=page_of(account),
        older=older(visit, [id for id, _ in found], page.limit),
        nothing=visit.say("Nobody yet."),
    )


def ties(tx: Tx, viewer: Viewer, ids: Sequence[AccountId], now: Millis) -> dict[AccountId, Relationship]:
    """The reader's relationships with others; with oneself there is none."""
    others = [id for id in ids if id != viewer.account]
    if not viewer.is_person or not others:
        return {}
    return {tie.id: tie for tie in relations.relationships(tx, viewer, others, now=now)}
