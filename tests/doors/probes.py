"""Every door of the application: how it is tried, and what it shows beside the rule of visibility.

A probe asks one route. `narrows` says which of the visible posts it is about at all: home has only whom one follows,
an editor is the author's. What a door shows is `scene.sees` and `narrows`, and nothing else.
"""

from collections.abc import Callable, Mapping
from typing import Literal

import msgspec

from social.visibility import Door
from storage.visibility import OPEN, Visibility
from tests.attacks.foe import Reply
from tests.doors.askers import Asker, Peer, Person
from tests.doors.scene import Scene, Subject

Face = Literal["api", "page", "peer"]
Narrows = Callable[[Scene, Asker, Subject], bool]


def everything(scene: Scene, asker: Asker, subject: Subject) -> bool:
    """The door shows whatever may be seen."""
    return True


def post_only(scene: Scene, asker: Asker, subject: Subject) -> bool:
    """Posts, no boosts."""
    return subject.is_post


def own(scene: Scene, asker: Asker, subject: Subject) -> bool:
    """What only whoever wrote or boosted it may see."""
    return asker.relation == (subject.booster or "author")


def authors(scene: Scene, asker: Asker, subject: Subject) -> bool:
    """What only the author may do with a post."""
    return subject.is_post and asker.relation == "author"


class Probe(msgspec.Struct, frozen=True, kw_only=True):
    """How a route is tried. `route` is `METHOD path` of the table that declares `door`.

    `path` and `form` are filled with the subject (`{id}`, `{uri}`, `{parent}`, `{word}`); without any it is a list,
    asked once for all subjects. `about`: which subjects are tried. `bare`: the answer shows the post by being there,
    not by its words. `spare`: the door changes something, so it is tried with spare posts.
    `people`: nobody comes in, on an open node either. `long_for`: in whose list more may stand than on one page, so
    that only what it shows is judged.
    """

    face: Face
    route: str
    door: Door
    path: str
    narrows: Narrows = everything
    form: Mapping[str, str] = {}
    headers: Mapping[str, str] = {}
    about: Callable[[Subject], bool] = lambda subject: True
    bare: bool = False
    spare: bool = False
    people: bool = False
    long_for: tuple[str, ...] = ()
    suffix: str = ""

    @property
    def name(self) -> str:
        """For the report."""
        return f"{self.route}{self.suffix}"

    @property
    def is_list(self) -> bool:
        """Whether one answer is about all subjects."""
        return not any("{" in text for text in (self.path, *self.form.values()))

    def is_for(self, subject: Subject) -> bool:
        """Whether the subject is tried at this door: spare ones are for doors that change something."""
        return subject.is_spare == self.spare and self.about(subject)

    def may_come(self, asker: Asker) -> bool:
        """Other nodes do not open pages, people do not ask for documents; nobody does neither."""
        return isinstance(asker, Peer) == (self.face == "peer")

    def is_due(self, scene: Scene, asker: Asker, subject: Subject) -> bool:
        """Whether it is to show the subject: by itself, or in a list within a boost of it."""
        if (self.people or self.spare) and asker.relation == "anonymous":
            return False
        around = [one for one in scene.subjects.values() if one.boost_of is subject] if self.is_list else []
        return any(scene.sees(asker, one) and self.narrows(scene, asker, one) for one in (subject, *around))

    async def ask(self, asker: Asker, subject: Subject | None = None) -> Reply:
        """The answer."""
        method, _, _ = self.route.partition(" ")
        fields = {} if subject is None else _fields(subject)
        form = {name: value.format(**fields) for name, value in self.form.items()}
        return await asker.ask(method, self.path.format(**fields), form or None, self.headers)

    def shows(self, subject: Subject, reply: Reply) -> bool:
        """Whether the answer shows the subject."""
        if reply.status >= 400 or reply.headers.get("location", "").startswith("/sign-in"):
            assert self.mark(subject) not in reply.body, f"{self.name}: a refusal shows {subject.name}"
            return False
        return (self.bare and not self.is_list) or self.mark(subject) in reply.body

    def mark(self, subject: Subject) -> bytes:
        """What stands in an answer that shows the subject: its word; of a boost its id in the way of the face."""
        if subject.is_post:
            return (subject.uri if self.bare and self.is_list else subject.word).encode()
        return {"api": f'"id":"{subject.id}"', "page": f'id="p{subject.id}"', "peer": f'"{subject.uri}"'}[
            self.face
        ].encode()


def _fields(subject: Subject) -> dict[str, str]:
    return {
        "id": subject.id,
        "uri": subject.uri,
        "word": subject.word,
        "parent": subject.parent.id if subject.parent else subject.id,
        "author": "luc" if subject.booster == "booster" else "amina",
    }


def at_home(scene: Scene, asker: Asker, subject: Subject) -> bool:
    """Own posts; for a follower what the author wrote, but what names others and the boost of what is there."""
    if asker.relation == "author" or subject.booster == "booster":
        return asker.relation == (subject.booster or "author")
    return asker.relation == "follower" and subject.is_post and subject.visibility is not Visibility.DIRECT


def in_public(scene: Scene, asker: Asker, subject: Subject) -> bool:
    """Public posts that answer nothing."""
    return subject.is_post and subject.visibility is Visibility.PUBLIC and subject.parent is None


def trending(scene: Scene, asker: Asker, subject: Subject) -> bool:
    """Public posts that everybody liked."""
    return subject.is_post and subject.visibility is Visibility.PUBLIC


def kept(scene: Scene, asker: Asker, subject: Subject) -> bool:
    """What everybody liked and kept when they saw it."""
    return subject.is_post and isinstance(asker, Person) and asker.is_somebody and scene.saw(asker, subject)


def told(scene: Scene, asker: Asker, subject: Subject) -> bool:
    """What notifications are about: likes of the author's posts, being named, and whom one asked to be told of."""
    if not subject.is_post:
        return False
    return asker.relation in ("author", "mentioned", "blocked", "follower", "former")


def conversed(scene: Scene, asker: Asker, subject: Subject) -> bool:
    """Direct posts by or for oneself."""
    return subject.is_post and subject.visibility is Visibility.DIRECT and asker.relation in ("author", "mentioned")


def of_author(scene: Scene, asker: Asker, subject: Subject) -> bool:
    """What stands on the author's profile."""
    return subject.booster != "booster"


def of_booster(scene: Scene, asker: Asker, subject: Subject) -> bool:
    """What stands on the booster's profile."""
    return subject.booster == "booster"


def with_pictures(scene: Scene, asker: Asker, subject: Subject) -> bool:
    """Posts with pictures."""
    return subject.is_post


def may_be_boosted(scene: Scene, asker: Asker, subject: Subject) -> bool:
    """Open posts by everybody, those for followers by their author."""
    if subject.visibility in OPEN:
        return subject.is_post
    return subject.is_post and subject.visibility is Visibility.FOLLOWERS and asker.relation == "author"


def in_outbox(scene: Scene, asker: Asker, subject: Subject) -> bool:
    """What is not only for those named."""
    return subject.booster != "booster" and subject.visibility is not Visibility.DIRECT
