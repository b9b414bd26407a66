"""Whether the story holds together: every name known, everything after what it builds on, nobody seeing too much."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import Final

from server.cli.armor.acts import (
    Accept,
    Act,
    Block,
    Boost,
    Community,
    Delete,
    Edit,
    Follow,
    Like,
    Member,
    Mute,
    Person,
    Post,
    Site,
    Story,
)
from server.cli.armor.crowd import Relations
from server.cli.armor.draw import EMBLEMS, SCENES
from server.cli.armor.written import StoryError, WrittenCommunity, WrittenPeople, WrittenPost, WrittenRelation

MENTION: Final = re.compile(r"(?<![\w/@])@(?P<name>[a-z0-9_]+)@(?P<site>[a-z]+)\b(?!\.\w)")
USERNAME: Final = re.compile(r"[a-z][a-z0-9_]{1,29}")
# Mastodon's own limits of a profile (apps cut what is longer), and a node's default for a post.
NAME_LENGTH: Final = 30
BIO_LENGTH: Final = 500
MOST_FIELDS: Final = 4
FIELD_LENGTH: Final = 255
POST_LENGTH: Final = 2000
ALT_LENGTH: Final = 1500
MOST_PICTURES: Final = 4


def check_names(
    cast: WrittenPeople,
    relations: Iterable[WrittenRelation],
    posts: Sequence[WrittenPost],
    communities: Sequence[WrittenCommunity] = (),
) -> None:
    """Raises StoryError when a name, a site or a key is used that nobody has, or is had twice."""
    names = [entry.username for entry in cast.person]
    keys = [*(post.key for post in posts), *(one.key for one in communities)]
    used = [(f"{entry.username}: follows", name) for entry in cast.person for name in entry.follows]
    used += [(f"{entry.act} {entry.at}", name) for entry in relations for name in (entry.who, entry.whom)]
    used += [(post.key, name) for post in posts for name in (post.who, *post.boosts, *post.kept)]
    used += [(one.key, name) for one in communities for name in (one.who, *one.moderators, *one.members)]
    faults = [f"{where}: nobody is called {name}" for where, name in used if name not in names]
    faults += [f"{name}: there are two" for name, count in Counter(names + keys).items() if count > 1]
    faults += [f"{post.key}: no post is called {post.re}" for post in posts if post.re and post.re not in keys]
    hosted = {one.key for one in communities}
    faults += [f"{post.key}: no community {post.community}" for post in posts if post.community not in ("", *hosted)]
    faults += [f"{one.key}: no emblem {one.emblem}" for one in communities if one.emblem not in ("", *EMBLEMS)]
    faults += [f"{one.key}: no scene {one.header}" for one in communities if one.header not in (None, *SCENES)]
    sites = {site.name for site in cast.site}
    faults += [f"{entry.username}: no site is called {entry.site}" for entry in cast.person if entry.site not in sites]
    faults += [
        f"{entry.username}: a face or an emblem, not both"
        for entry in cast.person
        if bool(entry.face) is bool(entry.emblem)
    ]
    _raise(faults)


def check_people(sites: Sequence[Site], people: Sequence[Person]) -> None:
    """Raises StoryError when a profile is too long for a Mastodon app, or a site lacks its two officers."""
    rules: tuple[tuple[str, Callable[[Person], bool]], ...] = (
        ("username", lambda person: USERNAME.fullmatch(person.username) is not None),
        ("display name", lambda person: 0 < len(person.display_name) <= NAME_LENGTH),
        ("bio", lambda person: 0 < len(person.bio) <= BIO_LENGTH),
        ("number of fields", lambda person: 1 <= len(person.fields) <= MOST_FIELDS),
        (
            "field",
            lambda person: all(len(f.name) <= FIELD_LENGTH and len(f.value) <= FIELD_LENGTH for f in person.fields),
        ),
        ("emblem", lambda person: not isinstance(person.avatar, str) or person.avatar in EMBLEMS),
        ("header", lambda person: person.header is None or person.header in SCENES),
    )
    faults = [f"{person.username}: {rule} refused" for person in people for rule, holds in rules if not holds(person)]
    for site in sites:
        roles = Counter(person.role for person in people if person.site == site.name)
        faults += [f"{site.name}: {roles[role]} {role}s, not 1" for role in ("admin", "moderator") if roles[role] != 1]
    _raise(faults)


def check_acts(story: Story, now: int) -> None:
    """Raises StoryError with every act that comes too early, is seen by the wrong person, or cannot be drawn."""
    book = _Book(story)
    faults = [f"{key}: twice" for key, count in Counter(act.key for act in story.acts).items() if count > 1]
    for act in story.acts:
        faults += [f"{act.key}: {fault}" for fault in (*book.timely(act, now), *book.fitting(act))]
    _raise(faults)


def may_see(reader: Person, post: Post, relations: Relations) -> bool:
    """Whether a post is open to somebody and has reached their site.

    A public post reaches every site of the group, an unlisted one those of its followers and of whom it mentions.
    """
    if post.visibility == "public" or reader.username == post.actor or reader.username in mentions(post.text):
        return True
    if post.visibility == "unlisted" and reader.site == post.site:
        return True
    return post.visibility != "direct" and relations.follows(reader.username, post.actor, post.at)


def mentions(text: str) -> tuple[str, ...]:
    """The usernames that a text mentions, each once, in order."""
    return tuple(dict.fromkeys(mention["name"] for mention in MENTION.finditer(text)))


class _Book:
    """The whole story by name, to look things up in."""

    def __init__(self, story: Story) -> None:
        self.people = {person.username: person for person in story.people}
        self.acts = {act.key: act for act in story.acts}
        self.ends = {act.post: act.at for act in story.acts if isinstance(act, Delete)}
        self.relations = Relations.of(story.acts)

    def timely(self, act: Act, now: int) -> list[str]:
        """What is wrong with its place in time."""
        faults = [] if self.people[act.actor].joined_at < act.at < now else ["before its author joined, or after now"]
        for key in act.needs:
            basis = self.acts.get(key)
            if basis is None or basis.at >= act.at:
                faults.append(f"not after {key}")
            if act.at > self.ends.get(key, now) and not isinstance(act, Delete):
                faults.append(f"{key} is deleted by then")
        return faults

    def fitting(self, act: Act) -> list[str]:
        """What is wrong with what it says or does."""
        if isinstance(act, Post):
            return [*self._text(act, act.text), *self._pictures(act), *self._answer(act)]
        if isinstance(act, Edit):
            return self._text(act, act.text)
        if isinstance(act, Community | Member):
            return []
        if isinstance(act, Follow | Accept | Block | Mute):
            return ["towards oneself"] if act.target == act.actor else []
        return self._reaction(act)

    def _text(self, act: Act, text: str) -> list[str]:
        faults = [] if 0 < len(text) <= POST_LENGTH else [f"{len(text)} characters"]
        for mention in MENTION.finditer(text):
            person = self.people.get(mention["name"])
            if person is None or person.site != mention["site"]:
                faults.append(f"nobody is {mention[0]}")
        return faults

    def _pictures(self, post: Post) -> list[str]:
        faults = [f"no scene {picture.scene}" for picture in post.pictures if picture.scene not in SCENES]
        faults += [f"alt of {picture.scene}" for picture in post.pictures if not 0 < len(picture.alt) <= ALT_LENGTH]
        return faults + ([f"{len(post.pictures)} pictures"] if len(post.pictures) > MOST_PICTURES else [])

    def _answer(self, post: Post) -> list[str]:
        parent = self.acts.get(post.in_reply_to or "")
        named = mentions(post.text)
        if post.visibility == "direct" and not named:
            return ["a direct post without a mention"]
        if not isinstance(parent, Post) or parent.actor == post.actor:
            return []
        faults = self._reach(post.actor, parent, post.at)
        if post.visibility != "public" and parent.actor not in named:
            faults.append(f"an answer not for everybody names {parent.actor}, or it does not arrive")
        return faults

    def _reaction(self, act: Act) -> list[str]:
        post = self.acts[act.needs[0]]
        if not isinstance(post, Post):
            return [f"{post.key} is no post"]
        if isinstance(act, Delete):
            return []
        if isinstance(act, Boost) and post.visibility not in ("public", "unlisted"):
            return ["a boost of a closed post"]
        if isinstance(act, Like) and act.actor == post.actor:
            return ["a like of one's own post"]
        return self._reach(act.actor, post, act.at)

    def _reach(self, actor: str, post: Post, at: int) -> list[str]:
        faults = [] if may_see(self.people[actor], post, self.relations) else [f"{actor} may not see {post.key}"]
        if self.relations.apart(actor, post.actor, at):
            faults.append(f"{actor} and {post.actor} are apart")
        return faults


def _raise(faults: list[str]) -> None:
    if faults:
        raise StoryError(faults)
