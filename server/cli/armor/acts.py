"""What the story is made of once it is loaded: sites, people, and the acts in the order they happened.

Every reference is by name: people by username (unique in the whole story), posts by key, times in milliseconds UTC.
"""

from typing import Literal

import msgspec

from server.cli.armor.faces import Face

Visibility = Literal["public", "unlisted", "private", "direct"]
Role = Literal["user", "moderator", "admin"]


class Site(msgspec.Struct, frozen=True, kw_only=True):
    """One entity of the group."""

    name: str
    title: str
    place: str
    language: str
    colour: str


class Field(msgspec.Struct, frozen=True, kw_only=True):
    """A line of a profile's table."""

    name: str
    value: str


class Person(msgspec.Struct, frozen=True, kw_only=True):
    """A login of the story. `kind` is "service" for an account that speaks for a team.

    `bio` may mention people as `@bruno@siege`. `avatar` goes to `draw.avatar`, `header` (or None) to `draw.header`.
    """

    username: str
    site: str
    kind: Literal["person", "service"]
    display_name: str
    job: str
    bio: str
    fields: tuple[Field, ...]
    role: Role
    email: str | None
    language: str
    locked: bool
    joined_at: int
    avatar: Face | str
    header: str | None
    team: str = ""


class Picture(msgspec.Struct, frozen=True, kw_only=True):
    """A scene of `draw.SCENES` and its description, in the language of the post."""

    scene: str
    alt: str


class Act(msgspec.Struct, frozen=True, kw_only=True, tag_field="act", tag=str.lower):
    """Something that `actor` does at `site` at `at`. `key` is unique; what it `needs` must have arrived there first."""

    key: str
    at: int
    site: str
    actor: str

    @property
    def needs(self) -> tuple[str, ...]:
        """Keys of the acts that this one builds on."""
        return ()


class Post(Act, frozen=True, kw_only=True):
    """A post, or a reply when `in_reply_to` is the key of another post."""

    text: str
    language: str
    visibility: Visibility
    spoiler: str
    pictures: tuple[Picture, ...]
    in_reply_to: str | None
    community: str = ""
    """The key of the community that it is written in; an answer is where its post is."""

    @property
    def needs(self) -> tuple[str, ...]:
        membership = (f"member:{self.community}:{self.actor}",) if self.community else ()
        return membership if self.in_reply_to is None else (self.in_reply_to, *membership)


class Community(Act, frozen=True, kw_only=True):
    """`actor` makes a community at their site, from a template."""

    name: str
    username: str
    template: str
    language: str
    purpose: str
    emblem: str
    header: str | None


class Member(Act, frozen=True, kw_only=True):
    """`actor` joins the community of that key; `role` is given to them by its host."""

    community: str
    role: str = "member"

    @property
    def needs(self) -> tuple[str, ...]:
        return (self.community,)


class _OnPost(Act, frozen=True, kw_only=True):
    """An act on the post of that key."""

    post: str

    @property
    def needs(self) -> tuple[str, ...]:
        return (self.post,)


class Edit(_OnPost, frozen=True, kw_only=True):
    """The author's new text and content warning for a post; its pictures and language stay."""

    text: str
    spoiler: str


class Delete(_OnPost, frozen=True, kw_only=True):
    """The author takes a post back."""


class Like(_OnPost, frozen=True, kw_only=True):
    """A favourite."""


class Boost(_OnPost, frozen=True, kw_only=True):
    """A boost."""


class Bookmark(_OnPost, frozen=True, kw_only=True):
    """A bookmark, seen by nobody else."""


class _OnPerson(Act, frozen=True, kw_only=True):
    """An act towards the person of that username."""

    target: str


class Follow(_OnPerson, frozen=True, kw_only=True):
    """A follow, or a request to follow when the target is locked."""


class Accept(_OnPerson, frozen=True, kw_only=True):
    """`actor`, who is locked, accepts the follow request of `target`."""

    @property
    def needs(self) -> tuple[str, ...]:
        return (f"follow:{self.target}:{self.actor}",)


class Block(_OnPerson, frozen=True, kw_only=True):
    """A block."""


class Mute(_OnPerson, frozen=True, kw_only=True):
    """A mute, notifications included."""


class Story(msgspec.Struct, frozen=True, kw_only=True):
    """Three months of the group. `people` begins, for each site, with somebody who writes much; `acts` are by time."""

    sites: tuple[Site, ...]
    people: tuple[Person, ...]
    acts: tuple[Act, ...]

    def people_of(self, site: str) -> tuple[Person, ...]:
        """The accounts of one site, in the order of the file."""
        return tuple(person for person in self.people if person.site == site)

    def posts(self) -> dict[str, Post]:
        """All posts by key, by time."""
        return {act.key: act for act in self.acts if isinstance(act, Post)}
