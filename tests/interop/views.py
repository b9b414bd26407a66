"""What a node shows, in words that any node of the group would use: to hold nodes against one another.

Ids are a node's own, so posts are named by their URIs and people by `name@host`. Who likes a post is told to the
author's node alone, and left out; how many do is told to the group (decision 0016), and is the same everywhere.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec

from tests.nodes import eventually
from tests.sites import Person, Site

PAGE = 40
PUBLIC = "public"
BESIDE = re.compile(r' (?:rel|target)="[^"]*"')
"""How links open: those of elsewhere beside, and without our word for them."""


class Seen(msgspec.Struct, frozen=True, kw_only=True):
    """A post as it is read."""

    author: str
    content: str
    spoiler: str
    sensitive: bool
    visibility: str
    language: str | None
    created_at: str
    edited_at: str | None
    answers: str | None
    pictures: tuple[str, ...]
    mentions: tuple[str, ...]
    tags: tuple[str, ...]
    replies: int
    likes: int
    boosts: int
    boosters: tuple[str, ...]


class View(msgspec.Struct, frozen=True, kw_only=True):
    """Everything public: the group's timeline and each person's page, newest first, and threads, post by post.

    What is not public is for some nodes and not for others, and is left out.
    """

    group: tuple[str, ...]
    profiles: dict[str, tuple[str, ...]]
    threads: dict[str, tuple[str, ...]]
    posts: dict[str, Seen]


async def view(site: Site, reader: Person, people: Sequence[Person]) -> View:
    """What somebody at a node who follows nobody reads of these people."""
    known: dict[str, dict[str, Any]] = {}
    group = await _pages(site, reader, "/api/v1/timelines/public", known)
    profiles = {person.acct: await _profile(site, reader, person, known) for person in people}
    threads = {}
    for root in [status for status in known.values() if status["in_reply_to_id"] is None and not status["reblog"]]:
        context = await site.api("GET", f"/api/v1/statuses/{root['id']}/context", reader)
        answers = [status for status in context["descendants"] if status["visibility"] == PUBLIC]
        _note(answers, known)
        threads[root["uri"]] = tuple(status["uri"] for status in answers)
    uris = {id: status["uri"] for id, status in known.items()}
    posts = [status for status in known.values() if not status["reblog"]]
    return View(
        group=group,
        profiles=profiles,
        threads=threads,
        posts={status["uri"]: await _seen(site, reader, status, uris) for status in posts},
    )


async def home(site: Site, reader: Person) -> tuple[str, ...]:
    """Somebody's home, newest first; a boost as `<who> boosts <uri>`."""
    return await _pages(site, reader, "/api/v1/timelines/home", {}, None)


async def notified(site: Site, reader: Person) -> list[tuple[str, str, str | None]]:
    """What somebody was told, newest first: kind, from whom, about which post."""
    told = await site.api("GET", "/api/v1/notifications", reader, limit=PAGE)
    return [
        (one["type"], acct(site, one["account"]), one["status"]["uri"] if one.get("status") else None) for one in told
    ]


async def shows_picture(site: Site, reader: Person, uri: str) -> None:
    """Wait until the node has the first picture of a post itself."""
    status = await site.api("GET", f"/api/v1/statuses/{await site.find(reader, uri)}", reader)
    path = status["media_attachments"][0]["url"].removeprefix(site.base_url)

    async def is_here() -> bool:
        async with site.request("GET", path, headers={"Authorization": f"Bearer {reader.token}"}) as answer:
            return answer.status == 200 and answer.content_type.startswith("image/")

    await eventually(is_here)


async def equal(sites: Mapping[Site, Person], people: Sequence[Person], *, seconds: float) -> View:
    """Wait until all nodes show the same; that view. Fails with what differs."""
    found: list[str] = ["never looked"]
    views: list[View] = []

    async def is_equal() -> bool:
        try:
            views[:] = [await view(site, reader, people) for site, reader in sites.items()]
        except AssertionError as early:
            # A post went away between two questions, or somebody is not known yet.
            found[:] = [str(early)]
            return False
        names = [site.name for site in sites]
        found[:] = [
            f"{names[0]} and {name}: {line}"
            for name, other in zip(names[1:], views[1:], strict=True)
            for line in differences(views[0], other)
        ]
        return not found

    try:
        await eventually(is_equal, seconds=seconds, every=0.1)
    except AssertionError:
        raise AssertionError("\n".join([f"views differ after {seconds:.1f} s:", *found[:40]])) from None
    return views[0]


def differences(one: View, other: View) -> list[str]:
    """What one view shows otherwise than another, a line for each."""
    lines = [*_lists("group", one.group, other.group)]
    for acct in sorted(one.profiles.keys() | other.profiles.keys()):
        lines += _lists(f"profile of {acct}", one.profiles.get(acct, ()), other.profiles.get(acct, ()))
    for uri in sorted(one.threads.keys() | other.threads.keys()):
        lines += _lists(f"thread of {uri}", one.threads.get(uri, ()), other.threads.get(uri, ()))
    for uri in sorted(one.posts.keys() | other.posts.keys()):
        lines += _fields(uri, one.posts.get(uri), other.posts.get(uri))
    return lines


def acct(site: Site, account: Mapping[str, Any]) -> str:
    """`name@host`, wherever it is asked for."""
    name: str = account["acct"]
    return name if "@" in name else f"{name}@{site.host}"


async def _profile(site: Site, reader: Person, person: Person, known: dict[str, dict[str, Any]]) -> tuple[str, ...]:
    account = await site.account_of(reader, person)
    return await _pages(site, reader, f"/api/v1/accounts/{account}/statuses", known)


async def _pages(
    site: Site, reader: Person, path: str, known: dict[str, dict[str, Any]], visibility: str | None = PUBLIC
) -> tuple[str, ...]:
    """All pages of a list of posts of one visibility; what they hold is noted in `known` by its id."""
    entries: list[str] = []
    bound: dict[str, str] = {}
    while page := await site.api("GET", path, reader, limit=PAGE, **bound):
        shown = [status for status in page if visibility in (None, status["visibility"])]
        _note(shown, known)
        entries += [_entry(site, status) for status in shown]
        bound = {"max_id": page[-1]["id"]}
    return tuple(entries)


def _note(statuses: Iterable[dict[str, Any]], known: dict[str, dict[str, Any]]) -> None:
    for status in statuses:
        known[status["id"]] = status
        if status["reblog"]:
            known[status["reblog"]["id"]] = status["reblog"]


def _entry(site: Site, status: Mapping[str, Any]) -> str:
    uri: str = status["uri"]
    return f"{acct(site, status['account'])} boosts {status['reblog']['uri']}" if status["reblog"] else uri


async def _seen(site: Site, reader: Person, status: Mapping[str, Any], uris: Mapping[str, str]) -> Seen:
    path = f"/api/v1/statuses/{status['id']}/reblogged_by"
    boosters = await site.api("GET", path, reader, limit=80) if status["reblogs_count"] else []
    parent = status["in_reply_to_id"]
    return Seen(
        author=acct(site, status["account"]),
        content=BESIDE.sub("", status["content"]),
        spoiler=status["spoiler_text"],
        sensitive=status["sensitive"],
        visibility=status["visibility"],
        language=status["language"],
        created_at=status["created_at"],
        edited_at=status["edited_at"],
        answers=uris.get(parent, parent) if parent else None,
        pictures=tuple(f"{picture['type']}: {picture['description'] or ''}" for picture in status["media_attachments"]),
        mentions=tuple(sorted(acct(site, one) for one in status["mentions"])),
        tags=tuple(sorted(tag["name"] for tag in status["tags"])),
        replies=status["replies_count"],
        likes=status["favourites_count"],
        boosts=status["reblogs_count"],
        boosters=tuple(sorted(acct(site, one) for one in boosters)),
    )


def _lists(name: str, one: Sequence[str], other: Sequence[str]) -> list[str]:
    if set(one) == set(other) and len(one) == len(other):
        return []
    return [
        f"{name}: only the first has {sorted(set(one) - set(other))}, only the second {sorted(set(other) - set(one))}"
    ]


def _fields(uri: str, one: Seen | None, other: Seen | None) -> list[str]:
    if one is None or other is None:
        return [] if one is other else [f"{uri} is known to {'the second' if one is None else 'the first'} alone"]
    return [
        f"{uri}: {name} is {getattr(one, name)!r} and {getattr(other, name)!r}"
        for name in Seen.__struct_fields__
        if getattr(one, name) != getattr(other, name)
    ]
