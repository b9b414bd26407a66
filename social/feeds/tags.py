"""Hashtags: their use over a week, following them, and putting some forward on one's page."""

from collections.abc import Sequence

import msgspec

from social import events
from social.clock import DAY
from social.errors import Invalid, NotFound
from social.paging import Page
from social.people import accounts
from social.policy import Viewer, require_person
from social.text import tag_normal
from storage import tags as rows
from storage.accounts import AccountRow
from storage.engine.database import Tx
from storage.ids import AccountId, IdMaker, Millis, TagId
from storage.relations import Bounds
from storage.tags import FeaturedRow, FeaturedTagId, TagFollowId

WEEK = 7
"""Days of a history, today among them."""
MOST_FEATURED = 10
SUGGESTED = 10


class DayUse(msgspec.Struct, frozen=True, kw_only=True):
    """Uses of a hashtag on a day, which begins at `at`."""

    at: Millis
    uses: int = 0
    people: int = 0


class TagView(msgspec.Struct, frozen=True, kw_only=True):
    """A hashtag with its week, newest day first, and what the viewer does with it."""

    name: str
    history: tuple[DayUse, ...]
    is_followed: bool = False
    is_featured: bool = False


def views(tx: Tx, viewer: Viewer, names: Sequence[str], *, now: Millis) -> list[TagView]:
    """The hashtags of these names, in their order: one statement."""
    if not names:
        return []
    today = now // DAY
    used = rows.uses(tx, viewer.account, names, Millis((today - WEEK + 1) * DAY))
    found = {(row.name, row.day): row for row in used}
    own = {row.name: row for row in used}
    return [
        TagView(
            name=name,
            history=tuple(
                DayUse(at=Millis(day * DAY), uses=use.uses, people=use.people)
                if (use := found.get((name, day)))
                else DayUse(at=Millis(day * DAY))
                for day in range(today, today - WEEK, -1)
            ),
            is_followed=name in own and own[name].is_followed,
            is_featured=name in own and own[name].is_featured,
        )
        for name in dict.fromkeys(names)
    ]


def view(tx: Tx, viewer: Viewer, name: str, *, now: Millis) -> TagView:
    """One hashtag, used or not. Raises NotFound for what cannot be one."""
    return views(tx, viewer, [_normal(name)], now=now)[0]


def follow(tx: Tx, viewer: Viewer, name: str, *, ids: IdMaker, now: Millis) -> TagView:
    """Have public posts with the hashtag at home from now on; again is fine. Raises NotFound."""
    require_person(viewer)
    rows.follow(tx, TagFollowId(ids.make()), viewer.account, _put(tx, name, ids, now), now)
    return view(tx, viewer, name, now=now)


def unfollow(tx: Tx, viewer: Viewer, name: str, *, now: Millis) -> TagView:
    """No longer; what came by it alone leaves home. Raises NotFound."""
    require_person(viewer)
    tag = rows.by_name(tx, _normal(name))
    if tag is not None:
        rows.unfollow(tx, viewer.account, tag)
    return view(tx, viewer, name, now=now)


def followed(tx: Tx, viewer: Viewer, page: Page, *, now: Millis) -> list[tuple[int, TagView]]:
    """Hashtags that the viewer follows, latest first, each with the id of the following to page by."""
    require_person(viewer)
    found = rows.followed(tx, viewer.account, Bounds(page.before, page.floor, page.limit, page.is_upward))
    seen = {one.name: one for one in views(tx, viewer, [row.name for row in found], now=now)}
    return [(row.relation, seen[row.name]) for row in found]


def feature(tx: Tx, viewer: Viewer, name: str, *, ids: IdMaker, now: Millis) -> FeaturedRow:
    """Put a hashtag forward. Raises Invalid(name) when it is no hashtag, is forward already, or there are too many."""
    require_person(viewer)
    normal = tag_normal(name)
    if normal is None:
        raise Invalid("name", "invalid" if name.strip() else "blank")
    if len(rows.featured(tx, viewer.account)) >= MOST_FEATURED:
        raise Invalid("base", "too_many_featured", maximum=MOST_FEATURED)
    if not _feature(tx, viewer.account, name, ids, now):
        raise Invalid("tag", "taken")
    events.append(tx, events.TagFeatured(by=viewer.account, at=now, name=_written(name)))
    return next(row for row in rows.featured(tx, viewer.account) if row.name == normal)


def unfeature(tx: Tx, viewer: Viewer, id: FeaturedTagId, *, now: Millis) -> None:
    """Put a hashtag forward no longer. Raises NotFound, also for those of others."""
    require_person(viewer)
    known = next((row for row in rows.featured(tx, viewer.account) if row.id == id), None)
    if known is None or not rows.unfeature(tx, viewer.account, id):
        raise NotFound("featured_tag")
    events.append(tx, events.TagUnfeatured(by=viewer.account, at=now, name=known.display))


def feature_by_name(tx: Tx, viewer: Viewer, name: str, *, ids: IdMaker, now: Millis) -> TagView:
    """Put a hashtag forward; again is fine. Raises NotFound, Invalid."""
    if not view(tx, viewer, name, now=now).is_featured:
        feature(tx, viewer, name, ids=ids, now=now)
    return view(tx, viewer, name, now=now)


def unfeature_by_name(tx: Tx, viewer: Viewer, name: str, *, now: Millis) -> TagView:
    """Put a hashtag forward no longer; again is fine. Raises NotFound."""
    require_person(viewer)
    tag = rows.by_name(tx, _normal(name))
    if tag is not None and rows.unfeature_tag(tx, viewer.account, tag):
        events.append(tx, events.TagUnfeatured(by=viewer.account, at=now, name=_normal(name)))
    return view(tx, viewer, name, now=now)


def featured(tx: Tx, viewer: Viewer, account: AccountId) -> list[FeaturedRow]:
    """Hashtags that somebody puts forward. Raises NotFound for an account that is not there."""
    return featured_by(tx, accounts.account(tx, viewer, account))


def featured_by(tx: Tx, account: AccountRow) -> list[FeaturedRow]:
    """Hashtags that an account puts forward which the viewer was found to see."""
    return rows.featured(tx, account.id)


def own_featured(tx: Tx, viewer: Viewer) -> list[FeaturedRow]:
    """Hashtags that the viewer puts forward."""
    require_person(viewer)
    return rows.featured(tx, viewer.account)


def suggested(tx: Tx, viewer: Viewer, *, now: Millis) -> list[TagView]:
    """Hashtags that the viewer uses and does not put forward, the most used first."""
    require_person(viewer)
    return views(tx, viewer, [row.name for row in rows.used(tx, viewer.account, SUGGESTED)], now=now)


def receive_one(tx: Tx, actor: AccountRow, name: str, *, ids: IdMaker, is_on: bool, now: Millis) -> bool:
    """`actor` of elsewhere puts a hashtag forward, or no longer; False if it was so. Raises NotFound."""
    if not is_on:
        known = rows.by_name(tx, _normal(name))
        if known is None or not rows.unfeature_tag(tx, actor.id, known):
            return False
        events.append(tx, events.TagUnfeatured(by=actor.id, host=actor.domain, at=now, name=_normal(name)))
        return True
    if len(rows.featured(tx, actor.id)) >= MOST_FEATURED:
        return False
    if not _feature(tx, actor.id, name, ids, now):
        return False
    events.append(tx, events.TagFeatured(by=actor.id, host=actor.domain, at=now, name=_written(name)))
    return True


def receive_featured(tx: Tx, account: AccountId, names: Sequence[str], *, ids: IdMaker, now: Millis) -> None:
    """What an account of elsewhere puts forward, as its node says, the latest first: replaces what was known."""
    said = ((tag_normal(name), name) for name in reversed(names))
    wanted = {normal: name for normal, name in said if normal is not None}
    latest = list(wanted)[-MOST_FEATURED:]
    if [row.name for row in reversed(rows.featured(tx, account))] == latest:
        return
    rows.unfeature_all(tx, account)
    for normal in latest:
        _feature(tx, account, wanted[normal], ids, now)


def _feature(tx: Tx, account: AccountId, name: str, ids: IdMaker, now: Millis) -> bool:
    return rows.feature(tx, FeaturedTagId(ids.make()), account, _put(tx, name, ids, now), _written(name), now)


def _put(tx: Tx, name: str, ids: IdMaker, now: Millis) -> TagId:
    return rows.put(tx, TagId(ids.make()), _normal(name), _written(name), now)


def _written(name: str) -> str:
    """As whoever names it writes it, without its sign."""
    return name.strip().lstrip("#")


def _normal(name: str) -> str:
    normal = tag_normal(name)
    if normal is None:
        raise NotFound("tag")
    return normal
