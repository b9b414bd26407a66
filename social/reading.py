"""Posts made ready to be shown: the one way from ids to what a face needs, in a fixed number of statements.

Used by the API, the pages, streaming and the protocol. Statements of `posts`: the posts with their authors and what
they boost (1), pictures (1), mentions and tags (1), what the viewer did (1, only if somebody asks), polls, gatherings,
articles, what must-read posts ask and whom kudos thank (1 each, only if there is one among them), the viewer's filters
(1, only for who has some).
"""

from collections.abc import Iterable, Mapping, Sequence

import msgspec

from social.errors import NotFound
from social.gatherings.drafts import KIND
from social.gatherings.views import GatheringView, gatherings
from social.matching import Filter, Match, Readable, matches, together
from social.policy import Viewer
from social.tally import ASKING, PollView, polls
from storage import announcements, communities, placements, threads
from storage import articles as article_rows
from storage import cards as card_rows
from storage import filters as filter_rows
from storage import kudos as kudos_rows
from storage import media as media_rows
from storage import posts as post_rows
from storage import reactions as reaction_rows
from storage.accounts import AccountRow
from storage.announcements import ReaderRow
from storage.articles import ArticleRow
from storage.cards import ShownCardRow
from storage.engine.database import Tx
from storage.ids import AccountId, PostId
from storage.kudos import ThankedRow
from storage.media import MediaRow
from storage.posts import MentionRow, PostRow, ShownRow, TagRow
from storage.visibility import Visibility


class Mine(msgspec.Struct, frozen=True):
    """What the viewer did with a post."""

    liked: bool = False
    boosted: bool = False
    bookmarked: bool = False
    muted: bool = False
    """The conversation."""
    pinned: bool = False
    wrote: bool = False
    """It is the viewer's own."""
    follows: bool = False
    """The viewer the author; `followed`: the author the viewer. Policies ask for it."""
    followed: bool = False


SHOWN_QUOTES = frozenset({"accepted", "blocked_account", "blocked_domain", "muted_account"})
"""States of a quote in which the quoted post goes to the viewer; whether it is unfolded at once is for the face."""


class QuoteView(msgspec.Struct, frozen=True, kw_only=True):
    """What a post quotes, as the viewer sees it: its state, and the post if it may be shown.

    `quoted` is missing inside what is quoted itself. `uri` and `stamp` are the words of the protocol.
    """

    state: str
    id: PostId | None = None
    quoted: "PostView | None" = None
    uri: str = ""
    stamp: str = ""


class PostView(msgspec.Struct, frozen=True, kw_only=True):
    """A post with everything around it. `mine` is None when nobody of this node asks."""

    post: PostRow
    author: AccountRow
    media: tuple[MediaRow, ...] = ()
    mentions: tuple[MentionRow, ...] = ()
    tags: tuple[TagRow, ...] = ()
    boost_of: "PostView | None" = None
    mine: Mine | None = None
    poll: PollView | None = None
    gathering: GatheringView | None = None
    quote: QuoteView | None = None
    card: ShownCardRow | None = None
    announcement: ReaderRow | None = None
    """What the post asks, if everybody has to read it, and how far the viewer is with it."""
    article: ArticleRow | None = None
    app_name: str | None = None
    app_website: str | None = None
    kudos: tuple[ThankedRow, ...] = ()
    """Whom it thanks: one statement, only if there is such a post among them."""
    community: AccountRow | None = None
    """Where it was written; only for the protocol."""
    within: MentionRow | None = None
    """The community that it stands in, as one would name it; `by_guest`: its author was a guest there."""
    by_guest: bool = False
    topic: str = ""
    """Under which topic of the community it stands; only for the protocol."""
    filtered: tuple[Match, ...] = ()
    """The viewer's filters that match what is read, those that ended too: `matching.good` leaves these out."""

    @property
    def shown(self) -> "PostView":
        """What is read: the boosted post of a boost, else the post itself."""
        return self.boost_of or self


def posts(tx: Tx, viewer: Viewer, ids: Sequence[PostId], *, shared: bool = False) -> list[PostView]:
    """The posts of `ids` that the viewer may see, in the order of `ids`.

    `shared`: only what everybody sees of them, without the viewer's own part, polls and quotes,
    for whoever has these already.
    """
    if not ids:
        return []
    if viewer.host and not viewer.account:
        found = post_rows.shown_to_host(tx, ids, viewer.host)
    else:
        found = post_rows.shown_to(tx, ids, viewer.account)
    views = assemble(tx, viewer, ids, found, shared=shared)
    if not viewer.host:
        return views
    views = with_communities(tx, views)
    return views if viewer.keeps else [view for view in views if not _is_withheld(view, viewer.host)]


def _is_withheld(view: PostView, host: str) -> bool:
    """What is for the members of a community, before a node that would not keep it so and is not its home."""
    if view.post.community_id is None or view.post.visibility is not Visibility.FOLLOWERS:
        return False
    return view.community is None or view.community.domain != host


def with_communities(tx: Tx, views: list[PostView]) -> list[PostView]:
    """The views with the communities that they were written in and their topics: two statements, none where there are
    none."""
    named = {view.post.community_id for view in views} - {None}
    found = communities.known_all(tx, [id for id in named if id is not None])
    if not found:
        return views
    placed = placements.many(tx, [view.post.id for view in views if view.post.community_id in found])
    return [
        msgspec.structs.replace(
            view,
            community=found[view.post.community_id].account,
            topic=placed[view.post.id].topic if view.post.id in placed else "",
        )
        if view.post.community_id in found
        else view
        for view in views
    ]


def post(tx: Tx, viewer: Viewer, id: PostId) -> PostView:
    """One post, also by the id it had before it surfaced. Raises NotFound if it is absent or not for the viewer."""
    views = posts(tx, viewer, [id])
    if not views and (later := threads.successor(tx, id)) is not None:
        views = posts(tx, viewer, [later])
    if not views:
        raise NotFound("post")
    return views[0]


def assemble(
    tx: Tx, viewer: Viewer, ids: Sequence[PostId], found: Iterable[ShownRow], *, shared: bool = False
) -> list[PostView]:
    """Views out of rows that visibility has already chosen; rows of boosted posts are among them."""
    rows = {row.post.id: row for row in found}
    if not rows:
        return []
    quoted = {} if shared else _quoted(tx, viewer, rows)
    every = quoted | rows
    keys = list(every)
    media = _grouped(media_rows.of_posts(tx, keys))
    mentions, tags = post_rows.around(tx, keys)
    cards = {row.post_id: row for row in card_rows.of_posts(tx, linking)} if (linking := _linking(every)) else {}
    must_read = [] if shared else [id for id in rows if rows[id].must_read]
    announced = {one.announcement.post_id: one for one in _announced(tx, viewer, must_read)}
    mine = _mine(tx, viewer, every) if viewer.is_person and not shared else None
    asking = [] if shared else [id for id in keys if every[id].post.kind == ASKING]
    asked = polls(tx, viewer, asking) if asking else {}
    held = _held(tx, viewer, every)
    written = [] if shared else [id for id in rows if rows[id].post.minutes]
    articles = article_rows.of_posts(tx, written) if written else {}
    filters = [] if shared else filters_of(tx, viewer)
    thanking = [id for id in keys if every[id].post.kudos]
    thanked = kudos_rows.of_posts(tx, thanking) if thanking and not shared else []

    def made(row: ShownRow, boost_of: PostView | None, quote: QuoteView | None) -> PostView:
        id = row.post.id
        return PostView(
            post=_marked(row),
            author=row.author,
            media=tuple(media.get(id, ())),
            mentions=tuple(mentions.get(id, ())),
            tags=tuple(tags.get(id, ())),
            boost_of=boost_of,
            mine=None if mine is None else mine[id],
            poll=_asked(asked.get(id), row, viewer),
            gathering=held.get(id),
            quote=quote,
            card=cards.get(id),
            announcement=announced.get(id),
            article=articles.get(id),
            app_name=row.app_name,
            app_website=row.app_website,
            kudos=tuple(one for one in thanked if one.post_id == id),
            within=_within(row),
            by_guest=row.by_guest,
        )

    def with_own_filters(view: PostView) -> PostView:
        return with_filters(view, filters, viewer.account) if filters else view

    def view(id: PostId, *, inner: bool) -> PostView | None:
        row = rows.get(id)
        if row is None:
            return None
        boosted = row.post.boost_of_id
        of = view(boosted, inner=True) if boosted is not None and not inner else None
        if boosted is not None and of is None:
            return None
        inside = quoted.get(row.quoted_id) if row.quoted_id is not None else None
        shown = None if inside is None else with_own_filters(made(inside, None, _quote(inside, None)))
        ready = made(row, of, _quote(row, shown))
        return ready if inner else with_own_filters(ready)

    return [ready for id in ids if (ready := view(id, inner=False)) is not None]


def _announced(tx: Tx, viewer: Viewer, ids: Sequence[PostId]) -> list[ReaderRow]:
    """What must-read posts ask: one more statement, only if there is any."""
    return announcements.of_posts(tx, ids, viewer.account) if ids else []


def _held(tx: Tx, viewer: Viewer, rows: Mapping[PostId, ShownRow]) -> dict[PostId, GatheringView]:
    """When and where: one more statement, only if there are gatherings among the posts."""
    local = [id for id, row in rows.items() if row.post.kind == KIND and row.post.is_local]
    others = [id for id, row in rows.items() if row.post.kind == KIND and not row.post.is_local]
    return gatherings(tx, viewer, local, others) if local or others else {}


def _linking(rows: Mapping[PostId, ShownRow]) -> list[PostId]:
    return [id for id, row in rows.items() if row.has_card]


def _within(row: ShownRow) -> MentionRow | None:
    community = row.post.community_id
    if community is None or row.group_name is None:
        return None
    return MentionRow(
        post_id=row.post.id,
        account_id=community,
        username=row.group_name,
        domain=row.group_domain or "",
        url=row.group_url or "",
        uri=row.group_uri or "",
        silent=False,
    )


def _marked(row: ShownRow) -> PostRow:
    """The post; of somebody whose pictures a moderator hid, as a sensitive one."""
    if row.author.sensitized_at is None or row.post.sensitive:
        return row.post
    return msgspec.structs.replace(row.post, sensitive=True)


def filters_of(tx: Tx, viewer: Viewer) -> list[Filter]:
    """The viewer's filters: one statement, and none for who never made one."""
    return together(filter_rows.of_accounts(tx, [viewer.account])) if viewer.is_person and viewer.filters else []


def with_filters(view: PostView, filters: Sequence[Filter], viewer: AccountId) -> PostView:
    """The view with the filters of `viewer` that match; around a boost those that match what it boosts."""
    inner = None if view.boost_of is None else with_filters(view.boost_of, filters, viewer)
    found = inner.filtered if inner else matches(filters, readable(view), viewer)
    return msgspec.structs.replace(view, boost_of=inner, filtered=found)


def readable(view: PostView, poll: PollView | None = None) -> Readable:
    """What filters look at; `poll` for a view that has none of its own with it."""
    shown = view.shown
    asked = shown.poll or poll
    options = [option.title for option in asked.options] if asked else []
    others = (shown.post.title, shown.post.spoiler, *(one.description for one in shown.media), *options)
    return Readable(id=shown.post.id, author=shown.author.id, html=shown.post.html, others=others)


def _quoted(tx: Tx, viewer: Viewer, rows: Mapping[PostId, ShownRow]) -> dict[PostId, ShownRow]:
    """What the posts quote: one more statement, only if there is any; another node asks for each by itself."""
    ids = {row.quoted_id for row in rows.values() if row.quoted_id is not None and row.quote_state in SHOWN_QUOTES}
    if not ids or (viewer.host and not viewer.account):
        return {}
    return {row.post.id: row for row in post_rows.shown_to(tx, sorted(ids), viewer.account)}


def _quote(row: ShownRow, quoted: PostView | None) -> QuoteView | None:
    if not row.quote_state:
        return None
    is_shown = row.quote_state in SHOWN_QUOTES
    return QuoteView(
        state=row.quote_state,
        id=row.quoted_id if is_shown else None,
        quoted=quoted if is_shown else None,
        uri=row.quoted_uri or "",
        stamp=row.quote_stamp or "",
    )


def _grouped(rows: Iterable[MediaRow]) -> dict[PostId, list[MediaRow]]:
    grouped: dict[PostId, list[MediaRow]] = {}
    for row in rows:
        if row.post_id is not None:
            grouped.setdefault(row.post_id, []).append(row)
    return grouped


def _asked(poll: PollView | None, row: ShownRow, viewer: Viewer) -> PollView | None:
    if poll is None or row.author.id != viewer.account:
        return poll
    return msgspec.structs.replace(poll, is_own=True)


def _mine(tx: Tx, viewer: Viewer, rows: Mapping[PostId, ShownRow]) -> dict[PostId, Mine]:
    did = {row.post_id: row for row in reaction_rows.mine(tx, viewer.account, list(rows))}
    return {id: _done(did.get(id), wrote=row.author.id == viewer.account) for id, row in rows.items()}


def _done(row: reaction_rows.MineRow | None, *, wrote: bool) -> Mine:
    if row is None:
        return Mine(wrote=wrote)
    return Mine(
        liked=row.liked,
        boosted=row.boosted,
        bookmarked=row.bookmarked,
        muted=row.muted,
        pinned=row.pinned,
        wrote=wrote,
        follows=row.follows,
        followed=row.followed,
    )
