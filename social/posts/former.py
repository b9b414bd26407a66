"""What a post said before it was changed: its words, and what stood beside them."""

from collections.abc import Mapping, Sequence

import msgspec

from social import reading
from social.policy import NOBODY, Viewer
from social.reading import QuoteView
from social.tally import ASKING
from storage import media as media_rows
from storage import polls as poll_rows
from storage import revisions
from storage.accounts import AccountRow
from storage.engine.database import Tx
from storage.ids import MediaId, Millis, PostId
from storage.media import MediaRow
from storage.posts import PostRow
from storage.quotes import QuoteRow
from storage.revisions import RevisionRow


class Hung(msgspec.Struct, frozen=True):
    """A picture, film or sound of a version, with the words and the focus of then."""

    id: MediaId
    kind: str
    description: str
    focus_x: float = 0.0
    focus_y: float = 0.0


class Cited(msgspec.Struct, frozen=True):
    """What a version quoted, and what had become of that then."""

    state: str
    id: PostId | None


class Beside(msgspec.Struct, frozen=True):
    """What stood beside the words: pictures in their order, the choices of the poll, emoji as in the post, a quote."""

    media: tuple[Hung, ...] = ()
    options: tuple[str, ...] = ()
    emojis: str = ""
    quote: Cited | None = None


class Version(msgspec.Struct, frozen=True, kw_only=True):
    """What a post said from a moment on. `beside` None: it was not kept. `pictures`: those of `beside`, with files."""

    at: Millis
    title: str
    html: str
    spoiler: str
    sensitive: bool
    beside: Beside | None
    pictures: tuple[MediaRow, ...] = ()
    quote: QuoteView | None = None


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
            beside=Beside(_hung(self.post.media), options, row.emojis),
            pictures=self.post.media,
            quote=self.post.quote,
        )
        return (*self.former, now)


def beside(tx: Tx, row: PostRow, media: Sequence[MediaRow], quote: QuoteRow | None) -> Beside:
    """What stands beside the words of a post now. One statement for a poll, else none."""
    asked = poll_rows.polled(tx, [row.id], NOBODY) if row.kind == ASKING else []
    cited = None if quote is None else Cited(quote.state, quote.quoted_id)
    return Beside(_hung(media), tuple(one.option.title for one in asked), row.emojis, cited)


def keep(tx: Tx, id: int, row: PostRow, was: Beside) -> None:
    """Keep what a post says, before it is changed."""
    revisions.revise(tx, id, row, msgspec.json.encode(was).decode())


def history(tx: Tx, viewer: Viewer, post: PostId) -> History:
    """Former versions of a post and the present one. Raises NotFound."""
    view = reading.post(tx, viewer, post)
    former = [_version(row) for row in revisions.revisions(tx, view.post.id)]
    pictures = _pictures(tx, view, former)
    quotes = _Quotes(tx, viewer, view.quote, former)
    return History(
        author=view.author,
        former=tuple(
            msgspec.structs.replace(one, pictures=_as_they_were(one, pictures), quote=quotes.of(one)) for one in former
        ),
        post=view,
    )


class _Quotes:
    """What versions quoted, as far as the viewer may see it: one statement more if something else than now.

    What is still quoted stands as it stands now; what became of a former quote later was not kept.
    """

    def __init__(self, tx: Tx, viewer: Viewer, now: QuoteView | None, versions: Sequence[Version]) -> None:
        self.now = now
        ids = {one.id for version in versions if (one := _cited(version)) is not None and one.id is not None}
        others = sorted(ids - {now.id} if now is not None and now.id is not None else ids)
        self.shown = {view.post.id for view in reading.posts(tx, viewer, others, shared=True)} if others else set()

    def of(self, version: Version) -> QuoteView | None:
        cited = _cited(version)
        if cited is None:
            return None
        if self.now is not None and self.now.id in (cited.id, None):
            return self.now
        if cited.state not in reading.SHOWN_QUOTES:
            return QuoteView(state=cited.state)
        is_shown = cited.id in self.shown
        return QuoteView(state=cited.state, id=cited.id) if is_shown else QuoteView(state="unauthorized")


def _cited(version: Version) -> Cited | None:
    return version.beside.quote if version.beside is not None else None


def _pictures(tx: Tx, view: reading.PostView, versions: Sequence[Version]) -> dict[MediaId, MediaRow]:
    """Those of all versions: one statement, only if a former one had any."""
    if not any(one.beside is not None and one.beside.media for one in versions):
        return {}
    return {row.id: row for row in media_rows.ever_of_post(tx, view.post.id)}


def _as_they_were(version: Version, pictures: Mapping[MediaId, MediaRow]) -> tuple[MediaRow, ...]:
    hung = () if version.beside is None else version.beside.media
    return tuple(
        msgspec.structs.replace(pictures[one.id], description=one.description, focus_x=one.focus_x, focus_y=one.focus_y)
        for one in hung
        if one.id in pictures
    )


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
    return tuple(Hung(one.id, one.kind, one.description, one.focus_x, one.focus_y) for one in media)
