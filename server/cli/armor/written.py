"""The story as it is written: the tables of `people.toml`, `relations.toml`, `communities.toml`, `threads/*.toml`."""

from pathlib import Path
from typing import Literal, TypeVar

import msgspec

from server.cli.armor.acts import Picture, Role, Site, Visibility
from server.cli.armor.faces import Face

Form = TypeVar("Form")


class StoryError(ValueError):
    """The story does not hold together; `faults` says where, one sentence each."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("\n".join(faults))
        self.faults = faults


class WrittenPerson(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A `[[person]]`. `face` or `emblem`; `follows` adds to the own site, which is drawn."""

    username: str
    site: str
    display_name: str
    job: str
    bio: str
    fields: dict[str, str]
    face: Face | None = None
    emblem: str = ""
    role: Role = "user"
    email: str | None = None
    language: str = ""
    locked: bool = False
    joined: str = "-12w mon 07:30"
    header: str | None = None
    follows: list[str] = []
    team: str = ""


class WrittenPeople(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`people.toml`."""

    site: list[Site]
    person: list[WrittenPerson]


class WrittenEdit(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An edit of a post: its new text, whole."""

    at: str
    text: str
    spoiler: str = ""


class WrittenPost(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A `[[post]]`. `re` is the key of what it answers; `likes` is how many; `boosts` and `kept` are who."""

    key: str
    at: str
    who: str
    text: str
    re: str | None = None
    visibility: Visibility = "public"
    spoiler: str = ""
    language: str = ""
    pictures: list[Picture] = []
    likes: int = 0
    boosts: list[str] = []
    kept: list[str] = []
    edits: list[WrittenEdit] = []
    deleted: str = ""
    community: str = ""


class WrittenCommunity(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A `[[community]]`: `who` makes and hosts it; `members` join in the days after."""

    key: str
    at: str
    who: str
    name: str
    username: str
    template: str
    language: str
    purpose: str
    emblem: str = ""
    header: str | None = None
    moderators: list[str] = []
    members: list[str] = []


class WrittenCommunities(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`communities.toml`."""

    community: list[WrittenCommunity]


class WrittenThread(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A file of `threads/`."""

    post: list[WrittenPost]


class WrittenRelation(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What `who` does towards `whom`."""

    act: Literal["follow", "request", "block", "mute"]
    at: str
    who: str
    whom: str


class WrittenRelations(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`relations.toml`. A `request` is a follow of a locked account that nobody has answered yet."""

    relation: list[WrittenRelation]


def read(file: Path, form: type[Form]) -> Form:
    """The file, decoded. Raises StoryError when it is missing or is not of that form."""
    try:
        return msgspec.toml.decode(file.read_bytes(), type=form)
    except (OSError, msgspec.DecodeError) as error:
        raise StoryError([f"{file.name}: {error}"]) from error


def read_threads(folder: Path) -> list[WrittenPost]:
    """All posts of the folder, files by name."""
    return [post for file in sorted(folder.glob("*.toml")) for post in read(file, WrittenThread).post]
