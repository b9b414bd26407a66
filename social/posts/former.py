"""What a post said before it was changed: its words, and what stood beside them."""

from collections.abc import Sequence

import msgspec

from social import reading
from social.policy import NOBODY, Viewer
from social.tally import ASKING
from storage import polls as poll_rows
from storage import revisions
from storage.accounts import AccountRow
from storage.engine.database import Tx
from storage.ids import MediaId, Millis, PostId
from storage.media import MediaRow
from storage.posts import PostRow
from storage.revisions import RevisionRow


class Hung(msgspec.Struct, frozen=True):
    """A picture, film or sound of a version; the file may be gone by now."""

    id: MediaId
    kind: str
    description: str


class Beside(msgspec.Struct, frozen=True):
    """What stood beside the words: pictures in their order, and the choices of the poll."""

    media: tuple[Hung, ...] = ()
    options: tuple[str, ...] = ()


class Version(msgspec.Struct, frozen=True, kw_only=True):
    """What a post said from a moment on. `beside` None: it was not kept."""

    at: Millis
    title: str
    html: str
    spoiler: str
    sensitive: bool
    beside: Beside | None


class History(msgspec.Struct, frozen=True, kw_only=True):
    """What a post said, oldest first, and what it says."""

    author: AccountRow
    former: tuple[Version, ...]
    post: reading.PostView

    @property
    def versions(self) -> tuple[Version, ...]:
        """All versions, oldest first, the present one last."""
        row = self.post.post
        options = tuple(one.title for one in self.post.poll.options) if self.post.poll else ()
        now = Version(
            at=row.edited_at or row.published_at,
            title=row.title,
            html=row.html,
            spoiler=row.spoiler,
            sensitive=row.sensitive,
            beside=Beside(_hung(self.post.media), options),
        )
        return (*self.former, now)


def beside(tx: Tx, row: PostRow, media: Sequence[MediaRow]) -> Beside:
    """What stands beside the words of a post now. One statement for a poll, else none."""
    asked = poll_rows.polled(tx, [row.id], NOBODY) if row.kind == ASKING else []
    return Beside(_hung(media), tuple(one.option.title for one in asked))


def keep(tx: Tx, id: int, row: PostRow, was: Beside) -> None:
    """Keep what a post says, before it is changed."""
    revisions.revise(tx, id, row, msgspec.json.encode(was).decode())


def history(tx: Tx, viewer: Viewer, post: PostId) -> History:
    """Former versions of a post and the present one. Raises NotFound."""
    view = reading.post(tx, viewer, post)
    former = tuple(_version(row) for row in revisions.revisions(tx, view.post.id))
    return History(author=view.author, former=former, post=view)


def _version(row: RevisionRow) -> Version:
    return Version(
        at=row.created_at,
        title=row.title,
        html=row.html,
        spoiler=row.spoiler,
        sensitive=row.sensitive,
        beside=msgspec.json.decode(row.beside, type=Beside) if row.beside else None,
    )


def _hung(media: Sequence[MediaRow]) -> tuple[Hung, ...]:
    return tuple(Hung(one.id, one.kind, one.description) for one in media)
