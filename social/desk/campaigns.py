"""Campaigns: several pieces to one end, with an objective, dates and a hashtag, and at the end a report of totals."""

import msgspec

from social import events
from social.desk.pieces import reach_of, self_of
from social.errors import Forbidden, Invalid, NotFound
from social.policy import Role, Viewer, require_role
from social.posts.publish import Context
from social.text import clean_line, clean_text, tag_normal
from storage import desk
from storage import posts as post_rows
from storage.desk import CampaignId, CampaignRow, PieceRow
from storage.engine.database import Tx
from storage.ids import Millis
from storage.posts import PostRow

MAX_NAME = 200
MAX_OBJECTIVE = 2_000


class CampaignDraft(msgspec.Struct, frozen=True, kw_only=True):
    """What a campaign is to be."""

    name: str
    objective: str
    hashtag: str = ""
    starts_at: Millis
    ends_at: Millis


class Result(msgspec.Struct, frozen=True, kw_only=True):
    """What became of a piece: its post as far as it is here, and how many read it, by node."""

    piece: PieceRow
    post: PostRow | None
    readers: dict[str, int]


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """A campaign with its pieces; the totals hold no names."""

    campaign: CampaignRow
    results: tuple[Result, ...]
    is_own: bool

    @property
    def readers(self) -> dict[str, int]:
        """How often pieces were read, by node."""
        totals: dict[str, int] = {}
        for result in self.results:
            for host, count in result.readers.items():
                totals[host] = totals.get(host, 0) + count
        return dict(sorted(totals.items()))

    @property
    def likes(self) -> int:
        """Likes of all pieces."""
        return sum(one.post.likes_shown for one in self.results if one.post is not None)

    @property
    def boosts(self) -> int:
        """Boosts of all pieces."""
        return sum(one.post.boosts_shown for one in self.results if one.post is not None)

    @property
    def replies(self) -> int:
        """Answers to all pieces."""
        return sum(one.post.replies_shown for one in self.results if one.post is not None)


def campaigns(tx: Tx, viewer: Viewer) -> list[CampaignRow]:
    """All campaigns of all entities."""
    require_role(viewer, Role.COMMUNICATOR)
    return desk.campaigns(tx)


def report(tx: Tx, viewer: Viewer, id: CampaignId) -> Report:
    """A campaign and what became of it. Raises Forbidden, NotFound."""
    require_role(viewer, Role.COMMUNICATOR)
    row = desk.campaign(tx, id)
    if row is None:
        raise NotFound("record")
    results = [
        Result(piece=piece, post=_post(tx, piece), readers=reach_of(piece)) for piece in desk.of_campaign(tx, row.uri)
    ]
    return Report(campaign=row, results=tuple(results), is_own=row.owner_uri == self_of(tx, viewer).uri)


def create(tx: Tx, viewer: Viewer, draft: CampaignDraft, *, context: Context, now: Millis) -> CampaignRow:
    """Begin a campaign. Raises Forbidden, Invalid."""
    require_role(viewer, Role.COMMUNICATOR)
    me = self_of(tx, viewer)
    id = CampaignId(context.ids.make())
    row = CampaignRow(
        id=id,
        uri=f"{context.urls.base}/campaigns/{id}",
        host="",
        owner_uri=me.uri,
        owner_name=me.name,
        name="",
        objective="",
        hashtag="",
        starts_at=draft.starts_at,
        ends_at=draft.ends_at,
        updated_at=now,
        seq=0,
    )
    return _keep(tx, viewer, _filled(row, draft), now)


def change(tx: Tx, viewer: Viewer, id: CampaignId, draft: CampaignDraft, *, now: Millis) -> CampaignRow:
    """Another name, objective, hashtag or dates. Raises Forbidden for one of somebody else."""
    require_role(viewer, Role.COMMUNICATOR)
    row = desk.campaign(tx, id)
    if row is None:
        raise NotFound("record")
    if row.owner_uri != self_of(tx, viewer).uri or row.host:
        raise Forbidden("not_yours")
    return _keep(tx, viewer, _filled(row, draft), now)


def _filled(row: CampaignRow, draft: CampaignDraft) -> CampaignRow:
    name, hashtag = clean_line(draft.name), draft.hashtag.strip().lstrip("#")
    if not name or len(name) > MAX_NAME:
        raise Invalid("name", "blank" if not name else "too_long", limit=MAX_NAME, length=len(name))
    if len(draft.objective) > MAX_OBJECTIVE or "\0" in draft.objective:
        raise Invalid("objective", "too_long", limit=MAX_OBJECTIVE, length=len(draft.objective))
    if hashtag and tag_normal(hashtag) is None:
        raise Invalid("hashtag", "invalid")
    if draft.ends_at < draft.starts_at:
        raise Invalid("ends_at", "ends_before_start")
    return msgspec.structs.replace(
        row,
        name=name,
        objective=clean_text(draft.objective).strip(),
        hashtag=hashtag,
        starts_at=draft.starts_at,
        ends_at=draft.ends_at,
    )


def _keep(tx: Tx, viewer: Viewer, row: CampaignRow, now: Millis) -> CampaignRow:
    row = msgspec.structs.replace(row, seq=desk.next_seq(tx), updated_at=now)
    desk.keep_campaign(tx, row)
    events.append(tx, events.DeskChanged(by=viewer.account, at=now, piece=row.uri))
    return row


def _post(tx: Tx, piece: PieceRow) -> PostRow | None:
    return post_rows.by_uri(tx, piece.post_uri) if piece.post_uri else None
