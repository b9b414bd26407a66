"""Quotes by people here and of their posts (FEP-044f): asked for, agreed to, taken back. What comes from elsewhere is
in `quotes_received.py`.

    pending → accepted (by the quoted author's policy, or by their node) → revoked (by the author)
    pending → rejected; any → deleted (what was quoted is gone)
"""

import html as entities

import msgspec

from social import events, reading
from social.errors import Forbidden, NotFound
from social.paging import Page
from social.policy import Viewer, require_person
from social.posts import policies
from social.posts.policies import Act, Between, Choice, Verdict
from social.urls import Urls
from storage import accounts, relations, tombstones
from storage import posts as post_rows
from storage import quotes as rows
from storage.accounts import AccountRow
from storage.engine.database import Tx
from storage.ids import AccountId, IdMaker, Millis, PostId
from storage.posts import PostRow
from storage.quotes import QuoteRow, QuoteState
from storage.relations import FollowState
from storage.visibility import OPEN, Visibility

STAMP_KIND = "QuoteAuthorization"


class Quoting(msgspec.Struct, frozen=True, kw_only=True):
    """What a draft quotes. `is_agreed`: the policy of a post here, or being one's own, needs nobody to be asked."""

    post: PostRow
    author: AccountRow
    is_agreed: bool


def quoting(
    tx: Tx,
    viewer: Viewer,
    quoted: PostId,
    visibility: Visibility,
    named: set[AccountId],
    community: AccountId | None = None,
) -> Quoting:
    """The post that the viewer wants to quote for that audience. Raises NotFound, or Forbidden if it may not be.

    What was written for the members of a community is quoted in that community alone.
    """
    shown = reading.post(tx, viewer, quoted).shown
    post, author = shown.post, shown.author
    own = author.id == viewer.account
    if post.visibility is Visibility.DIRECT or (post.visibility not in OPEN and not (own and visibility not in OPEN)):
        raise Forbidden("not_to_be_quoted")
    if post.community_id is not None and post.visibility not in OPEN and post.community_id != community:
        raise Forbidden("not_to_be_quoted")
    if visibility is Visibility.DIRECT and not own and author.id not in named:
        # Whoever is quoted is asked, and would read what is for others.
        raise Forbidden("quoted_unseen")
    if relations.block_between(tx, viewer.account, author.id) is not None:
        raise Forbidden("blocking")
    expected = policies.verdict(policies.rule(post.interactions, Act.QUOTE), between(tx, viewer.account, author.id))
    if expected is Verdict.DENIED:
        raise Forbidden("not_to_be_quoted")
    return Quoting(post=post, author=author, is_agreed=own or (author.is_local and expected is Verdict.AUTOMATIC))


def between(tx: Tx, account: AccountId, author: AccountId) -> Between:
    """What the account is to the author, as far as it is known here."""
    return Between(
        is_author=account == author,
        follows=_follows(tx, account, author),
        followed=_follows(tx, author, account),
    )


def require(tx: Tx, viewer: Viewer, post: PostRow, act: Act) -> None:
    """Raises Forbidden for what the author lets nobody like the viewer do; whoever may ask, or might, tries."""
    rule = policies.rule(post.interactions, act)
    if rule == policies.EVERYBODY:
        return
    if policies.verdict(rule, between(tx, viewer.account, post.author_id)) is Verdict.DENIED:
        raise Forbidden("not_permitted")


def marked(html: str, quoted: PostRow) -> str:
    """The HTML with a line that names the quoted post, for those who know no quotes; not if it links to it already."""
    url = entities.escape(quoted.url or quoted.uri)
    if f'href="{url}"' in html:
        return html
    link = f'<a href="{url}" rel="nofollow noopener" target="_blank">{url}</a>'
    return f'<p class="quote-inline">RE: {link}</p>{html}'


def store(tx: Tx, row: PostRow, of: Quoting, *, urls: Urls, ids: IdMaker, now: Millis) -> None:
    """Keep that the local post `row`, which was logged already, quotes; who has to be asked is asked."""
    quote = QuoteRow(
        post_id=row.id,
        author_id=row.author_id,
        quoted_id=of.post.id,
        quoted_uri=of.post.uri,
        quoted_author_id=of.author.id,
        state=QuoteState.PENDING,
        is_legacy=False,
        request_uri=f"{row.uri}#quote",
        stamp_uri="",
        created_at=now,
    )
    rows.insert(tx, quote)
    if of.author.id != row.author_id and row.visibility is Visibility.FOLLOWERS:
        # Whoever is quoted may read by whom and how.
        post_rows.mention(tx, row.id, [of.author.id], silent=True)
    if of.is_agreed:
        stamp = "" if of.author.id == row.author_id else new_stamp(of.author, urls, ids)
        settle(tx, quote, QuoteState.ACCEPTED, by=of.author, stamp=stamp, now=now)
    else:
        asked = events.QuoteChanged(by=row.author_id, at=now, post=row.id, quoted=of.post.id, state=quote.state)
        events.append(tx, asked)


def settle(
    tx: Tx, quote: QuoteRow, state: QuoteState, *, by: AccountRow, stamp: str = "", asked: str = "", now: Millis
) -> bool:
    """Another state of a quote, decided by `by`, logged; False if it was that already.

    `asked`: the QuoteRequest of another node that is answered by it.
    """
    if not rows.settle(tx, quote.post_id, state, stamp):
        return False
    step = (state is QuoteState.ACCEPTED) - (quote.state is QuoteState.ACCEPTED)
    if step and quote.quoted_id is not None and state is not QuoteState.DELETED:
        rows.count(tx, quote.quoted_id, step)
    log(tx, quote, state, by=by, stamp=stamp, asked=asked, now=now)
    post = post_rows.by_id(tx, quote.post_id)
    if post is not None and post.is_local and not (state is QuoteState.ACCEPTED and by.is_local):
        # Others learn of it from whoever wrote the quote.
        events.append(tx, events.PostRefreshed(by=post.author_id, at=now, post=post.id))
    return True


def log(
    tx: Tx, quote: QuoteRow, state: QuoteState, *, by: AccountRow, stamp: str = "", asked: str = "", now: Millis
) -> None:
    """Say in the log what became of a quote."""
    changed = events.QuoteChanged(
        by=by.id,
        host=by.domain,
        at=now,
        post=quote.post_id,
        quoted=quote.quoted_id,
        state=state.value,
        stamp=stamp or quote.stamp_uri,
        asked=asked,
    )
    events.append(tx, changed)


def new_stamp(author: AccountRow, urls: Urls, ids: IdMaker) -> str:
    """The id of a new QuoteAuthorization by somebody here."""
    return urls.stamp(author.username, ids.make())


def permit(tx: Tx, viewer: Viewer, post: PostId, choice: Choice, *, now: Millis) -> PostId:
    """Who may quote an own post from now on; what was agreed to stays. Raises NotFound, Forbidden."""
    require_person(viewer)
    view = reading.post(tx, viewer, post)
    if view.post.author_id != viewer.account or view.post.boost_of_id is not None:
        raise Forbidden("not_yours")
    if post_rows.permit(tx, view.post.id, policies.chosen(choice, view.post.visibility)):
        events.append(tx, events.PostRefreshed(by=viewer.account, at=now, post=view.post.id))
    return view.post.id


def revoke(tx: Tx, viewer: Viewer, quoted: PostId, post: PostId, *, now: Millis) -> PostId:
    """Take back that an own post is quoted in `post`. Raises NotFound, Forbidden."""
    require_person(viewer)
    view = reading.post(tx, viewer, quoted)
    if view.post.author_id != viewer.account:
        raise Forbidden("not_yours")
    quote = rows.of_post(tx, post)
    if quote is None or quote.quoted_id != view.post.id:
        raise NotFound("post")
    reading.post(tx, viewer, post)
    if quote.state is QuoteState.ACCEPTED:
        if quote.stamp_uri:
            tombstones.bury(tx, quote.stamp_uri, STAMP_KIND, view.author.uri, now)
        settle(tx, quote, QuoteState.REVOKED, by=view.author, stamp=quote.stamp_uri, now=now)
    return post


def revoke_in(tx: Tx, viewer: Viewer, post: PostId, *, now: Millis) -> PostId:
    """Take back that an own post is quoted in `post`, whichever it is. Raises NotFound, Forbidden."""
    quote = rows.of_post(tx, reading.post(tx, viewer, post).shown.post.id)
    if quote is None or quote.quoted_id is None:
        raise NotFound("post")
    return revoke(tx, viewer, quote.quoted_id, quote.post_id, now=now)


def is_offered(view: reading.PostView) -> bool:
    """Whether whoever reads the post may quote it, or ask to."""
    post, mine = view.post, view.mine
    if mine is None or post.visibility is Visibility.DIRECT or (post.visibility not in OPEN and not mine.wrote):
        return False
    facts = Between(is_author=mine.wrote, follows=mine.follows, followed=mine.followed)
    return policies.verdict(policies.rule(post.interactions, Act.QUOTE), facts) is not Verdict.DENIED


def quotes_of(tx: Tx, viewer: Viewer, post: PostId, page: Page) -> list[PostId]:
    """Posts that quote the post with its author's consent, newest first. Raises NotFound."""
    found = rows.page(tx, post, viewer.account, page.before, page.floor, page.limit, up=page.is_upward)
    # What a boost boosts comes with it, and may be open where the boost is not.
    if not found and not any(row.post.id == post for row in post_rows.shown_to(tx, [post], viewer.account)):
        raise NotFound("post")
    return list(found)


def of_stamp(tx: Tx, viewer: Viewer, author: AccountId, uri: str) -> tuple[QuoteRow, str] | None:
    """The quote to which somebody here agreed by that stamp, and the quoting post's uri; None if not for the viewer."""
    for quote in rows.by_stamp(tx, uri, author):
        post = post_rows.by_id(tx, quote.post_id)
        if quote.state is QuoteState.ACCEPTED and quote.quoted_id is not None and post is not None:
            return (quote, post.uri) if reading.posts(tx, viewer, [quote.quoted_id]) else None
    return None


def removed(tx: Tx, row: PostRow, by: AccountRow, *, now: Millis) -> None:
    """A post is about to be deleted: it is quoted no longer, and quotes nothing."""
    quote = rows.of_post(tx, row.id)
    if quote is not None and quote.state is QuoteState.ACCEPTED and quote.quoted_id is not None:
        rows.count(tx, quote.quoted_id, -1)
    for one in rows.of_quoted(tx, row.id):
        if one.state in (QuoteState.PENDING, QuoteState.ACCEPTED):
            settle(tx, one, QuoteState.DELETED, by=by, stamp=one.stamp_uri, now=now)


def _follows(tx: Tx, follower: AccountId, followee: AccountId) -> bool:
    found = relations.between(tx, follower, followee)
    return found is not None and found.state == FollowState.ACCEPTED


def author_of(tx: Tx, quote: QuoteRow) -> AccountRow | None:
    """Whoever is quoted, if known here."""
    return None if quote.quoted_author_id is None else accounts.by_id(tx, quote.quoted_author_id)
