"""Reads the story of the example group (`deploy/armor/`) and gives its acts in the order they happened.

`deploy/armor/README.md` says how its files are written; `load` refuses a story that does not hold together.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from re import Match

from server.cli.armor import crowd
from server.cli.armor.acts import (
    Act,
    Block,
    Bookmark,
    Boost,
    Community,
    Delete,
    Edit,
    Field,
    Member,
    Mute,
    Person,
    Post,
    Site,
    Story,
)
from server.cli.armor.proof import MENTION, check_acts, check_names, check_people, may_see
from server.cli.armor.when import MINUTE, moment
from server.cli.armor.written import (
    WrittenCommunities,
    WrittenCommunity,
    WrittenPeople,
    WrittenPerson,
    WrittenPost,
    WrittenRelation,
    WrittenRelations,
    read,
    read_threads,
)

People = Mapping[str, Person]


def load(path: Path, now: int) -> Story:
    """The story in the folder `path`, its times counted back from `now` (milliseconds UTC).

    Raises StoryError with every fault found: an unknown name, a reply before its post, a picture nobody can draw.
    """
    cast = read(path / "people.toml", WrittenPeople)
    relations = read(path / "relations.toml", WrittenRelations).relation
    written = read_threads(path / "threads")
    told = path / "communities.toml"
    communities = read(told, WrittenCommunities).community if told.exists() else ()
    check_names(cast, relations, written, communities)
    people = tuple(_person(entry, cast.site, now) for entry in cast.person)
    check_people(cast.site, people)
    by_name = {person.username: person for person in people}
    acts = [*crowd.follows(people, _pairs(cast.person)), *_relations(relations, by_name, now)]
    acts += [act for entry in communities for act in _community(entry, by_name, now)]
    where = _places(written)
    acts += [act for entry in written for act in _posted(entry, by_name, where.get(entry.key, ""), now)]
    acts += _reactions(written, people, acts, now)
    story = Story(sites=tuple(cast.site), people=people, acts=tuple(sorted(acts, key=lambda act: (act.at, act.key))))
    check_acts(story, now)
    return story


def with_hosts(text: str, hosts: Mapping[str, str], home: str) -> str:
    """The text as it is typed at the site `home`: `@bruno@siege` there is `@bruno`, elsewhere `@bruno@<its host>`."""

    def typed(mention: Match[str]) -> str:
        name, site = mention["name"], mention["site"]
        return f"@{name}" if site == home else f"@{name}@{hosts[site]}"

    return MENTION.sub(typed, text)


def _person(entry: WrittenPerson, sites: Sequence[Site], now: int) -> Person:
    language = {site.name: site.language for site in sites}
    return Person(
        username=entry.username,
        site=entry.site,
        kind="service" if entry.emblem else "person",
        display_name=entry.display_name,
        job=entry.job,
        bio=entry.bio,
        fields=tuple(Field(name=name, value=value) for name, value in entry.fields.items()),
        role=entry.role,
        email=entry.email,
        language=entry.language or language[entry.site],
        locked=entry.locked,
        joined_at=moment(entry.joined, now, entry.username),
        avatar=entry.face or entry.emblem,
        header=entry.header,
        team=entry.team,
    )


def _pairs(cast: Iterable[WrittenPerson]) -> list[crowd.Pair]:
    return [(entry.username, followed) for entry in cast for followed in entry.follows]


def _relations(written: Iterable[WrittenRelation], people: People, now: int) -> Iterator[Act]:
    for entry in written:
        who, whom = people[entry.who], people[entry.whom]
        at = moment(entry.at, now, f"{entry.who}:{entry.whom}")
        if entry.act in ("follow", "request"):
            yield from crowd.follow(who, whom, at, answered=entry.act == "follow")
        else:
            kind = Block if entry.act == "block" else Mute
            key = f"{entry.act}:{entry.who}:{entry.whom}"
            yield kind(key=key, at=at, site=who.site, actor=who.username, target=whom.username)


def _community(entry: WrittenCommunity, people: People, now: int) -> Iterator[Act]:
    """The community, and who joins it in the week after, the moderators first."""
    host, at = people[entry.who], moment(entry.at, now, entry.key)
    yield Community(
        key=entry.key,
        at=at,
        site=host.site,
        actor=host.username,
        name=entry.name,
        username=entry.username,
        template=entry.template,
        language=entry.language,
        purpose=entry.purpose.strip(),
        emblem=entry.emblem,
        header=entry.header,
    )
    yield Member(key=f"member:{entry.key}:{entry.who}", at=at + 1, site=host.site, actor=entry.who, community=entry.key)
    for name in sorted(entry.members, key=lambda name: name not in entry.moderators):
        person, key = people[name], f"member:{entry.key}:{name}"
        joins = crowd.later(max(at + MINUTE, person.joined_at), key, now)
        role = "moderator" if name in entry.moderators else "member"
        yield Member(key=key, at=joins, site=person.site, actor=name, community=entry.key, role=role)


def _places(written: Sequence[WrittenPost]) -> dict[str, str]:
    """The community of each post that is in one: its own, or that of what it answers."""
    by_key = {entry.key: entry for entry in written}

    def place(entry: WrittenPost) -> str:
        parent = by_key.get(entry.re or "")
        return entry.community or (place(parent) if parent is not None else "")

    return {entry.key: place(entry) for entry in written}


def _posted(entry: WrittenPost, people: People, community: str, now: int) -> Iterator[Act]:
    """The post, its edits, and its end."""
    author = people[entry.who]
    site, actor = author.site, author.username
    yield Post(
        key=entry.key,
        at=moment(entry.at, now, entry.key),
        site=site,
        actor=actor,
        text=entry.text.strip(),
        language=entry.language or author.language,
        visibility=entry.visibility,
        spoiler=entry.spoiler,
        pictures=tuple(entry.pictures),
        in_reply_to=entry.re,
        community=community,
    )
    for count, edit in enumerate(entry.edits, start=1):
        key = f"edit:{entry.key}:{count}"
        at = moment(edit.at, now, key)
        yield Edit(key=key, at=at, site=site, actor=actor, post=entry.key, text=edit.text.strip(), spoiler=edit.spoiler)
    if entry.deleted:
        key = f"delete:{entry.key}"
        yield Delete(key=key, at=moment(entry.deleted, now, key), site=site, actor=actor, post=entry.key)


def _reactions(written: Iterable[WrittenPost], people: Sequence[Person], acts: Sequence[Act], now: int) -> list[Act]:
    """Likes by the crowd, boosts and bookmarks by name, all before `now` and before the post is deleted."""
    by_name = {person.username: person for person in people}
    posts = {act.key: act for act in acts if isinstance(act, Post)}
    deleted = {act.post: act.at for act in acts if isinstance(act, Delete)}
    relations = crowd.Relations.of(acts)
    reactions: list[Act] = []
    for entry in written:
        post, before = posts[entry.key], deleted.get(entry.key, now)
        readers = [reader for reader in people if _may_like(reader, post, relations)]
        reactions += crowd.likes(post, entry.likes, readers, relations, before)
        for kind, names in ((Boost, entry.boosts), (Bookmark, entry.kept)):
            for name in names:
                key = f"{kind.__name__.lower()}:{name}:{post.key}"
                at = crowd.later(max(post.at, by_name[name].joined_at), key, before)
                reactions.append(kind(key=key, at=at, site=by_name[name].site, actor=name, post=post.key))
    return reactions


def _may_like(reader: Person, post: Post, relations: crowd.Relations) -> bool:
    is_about = reader.kind == "person" and reader.username != post.actor and reader.joined_at < post.at
    return is_about and may_see(reader, post, relations) and not relations.apart(reader.username, post.actor)
