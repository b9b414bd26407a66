"""Posts change and go: edits that keep what was before, and deletion that leaves a tombstone."""

import msgspec

from social import contexts, emojis, events, reading, text
from social.announcements.sealing import seal
from social.articles import storing
from social.articles import words as articles
from social.articles.words import CoAuthor
from social.communities import posting
from social.errors import Conflict, Forbidden, NotFound
from social.gatherings import keeping
from social.governance.audit import Act, record
from social.policy import Role, Viewer, require_person
from social.posts import cards, former, languages, media, polls, quotes, quotes_received, wording
from social.posts.attached import attach, receive_media
from social.posts.connecting import counts, name_tags
from social.posts.publish import Context, Draft, Received, check_words
from social.tally import ASKING
from storage import communities as community_rows
from storage import holding, numbers, tombstones
from storage import media as media_rows
from storage import posts as post_rows
from storage import quotes as quote_rows
from storage.accounts import AccountRow
from storage.engine.database import Tx
from storage.ids import IdMaker, MediaId, Millis, PostId, new_token
from storage.numbers import NumbersRow
from storage.posts import PostRow
from storage.visibility import OPEN, Visibility


class Description(msgspec.Struct, frozen=True, kw_only=True):
    """New words and focus for a picture of the post."""

    media: MediaId
    description: str | None = None
    focus: tuple[float, float] | None = None


def edit(
    tx: Tx,
    viewer: Viewer,
    post: PostId,
    draft: Draft,
    *,
    descriptions: tuple[Description, ...] = (),
    context: Context,
    now: Millis,
) -> PostId:
    """Replace words, warning, language and pictures of an own post; who may see it and what it answers stay.

    Nothing changed means nothing is logged. Raises NotFound, Forbidden or Invalid.
    """
    holding.post(tx, post)
    row = _own(tx, viewer, post)
    return change(tx, viewer, row, draft, descriptions=descriptions, context=context, now=now)


def change(
    tx: Tx,
    viewer: Viewer,
    row: PostRow,
    draft: Draft,
    *,
    by: CoAuthor | None = None,
    descriptions: tuple[Description, ...] = (),
    context: Context,
    now: Millis,
) -> PostId:
    """The same of a post that is held and that the viewer may change. `by`: who corrects an article of another's."""
    if row.community_id is not None and (known := community_rows.known(tx, row.community_id)) is not None:
        posting.require_open(known)
    _require_same_kind(tx, row, draft)
    if draft.quote_policy is not None:
        quotes.permit(tx, viewer, row.id, draft.quote_policy, now=now)
    quote = quote_rows.of_post(tx, row.id)
    quoted = post_rows.by_id(tx, quote.quoted_id) if quote is not None and quote.quoted_id is not None else None
    held = draft if quoted is None else msgspec.structs.replace(draft, quoted=quoted.id)
    check_words(held, context.settings, is_new=not polls.is_asked(tx, row.id))
    title = row.title if draft.title is None else text.clean_line(draft.title)
    keeping.require(draft.gathering, title, is_new=False, now=now)
    written = wording.write(tx, draft.text, draft.spoiler, draft.versions or (), context.urls, draft.article)
    # Others take a version only if it is newer: of the same moment, or by a clock that was put back, it would be lost.
    at = Millis(max(now, (row.edited_at or row.published_at) + 1))
    before = media_rows.of_posts(tx, [row.id])
    was = former.beside(tx, row, before, quote)
    changed = msgspec.structs.replace(
        row,
        kind=_kind(row, draft),
        title=title,
        source=written.source,
        html=quotes.marked(written.html, quoted) if quoted else written.html,
        spoiler=written.spoiler,
        sensitive=draft.sensitive or bool(written.spoiler),
        language=draft.language or row.language,
        edited_at=at,
        emojis=written.emojis,
        versions=row.versions if draft.versions is None else written.versions,
    )
    if draft.article is not None and written.prose is not None:
        html = articles.face(changed.html, row.url)
        changed = msgspec.structs.replace(changed, title=draft.article.title, html=html, minutes=written.prose.minutes)
    described = _describe(tx, before, descriptions)
    same_media = [picture.id for picture in before] == list(draft.media)
    asks_other = polls.ask_again(tx, row.id, draft.poll, ids=context.ids, now=now)
    is_moved = keeping.hold_again(tx, row, draft.gathering, now=now)
    same_words = msgspec.structs.replace(changed, edited_at=row.edited_at) == row
    same_words = same_words and not (draft.article and storing.is_changed(tx, row.id, draft.article))
    if same_words and same_media and not described and not (asks_other or is_moved):
        return row.id
    former.keep(tx, context.ids.make(), row, was)
    if draft.article is not None and written.prose is not None:
        storing.edit(tx, row, draft.article, written.prose, by=by, now=at)
    if not same_media:
        for picture in before:
            if picture.id not in draft.media:
                media_rows.take_off(tx, picture.id)
        attach(tx, viewer, row.id, draft.media)
    post_rows.rewrite(tx, changed)
    cards.wish(tx, changed, now=now)
    post_rows.forget_tags(tx, row.id)
    name_tags(tx, row.id, written.tags, context.ids, now)
    post_rows.mention(tx, row.id, [account.id for account in written.mentions])
    seal(tx, changed, now=now)
    events.append(tx, events.PostEdited(by=row.author_id, at=now, post=row.id))
    return row.id


def receive_edit(
    tx: Tx, author: AccountRow, received: Received, updated_at: Millis, *, ids: IdMaker, now: Millis
) -> bool:
    """Apply a newer version of a remote post; False when it is unknown or not newer than what is here.

    Raises Conflict when the post is another author's.
    """
    holding.post_of(tx, received.uri)
    row = post_rows.by_uri(tx, received.uri)
    if row is None:
        return False
    if row.author_id != author.id:
        raise Conflict("another_author")
    _mention_numbers(tx, row, received)
    is_newer = updated_at > (row.edited_at or row.published_at)
    is_permitted = post_rows.permit(tx, row.id, received.interactions)
    ever = media_rows.ever_of_post(tx, row.id) if is_newer else []
    known = [picture for picture in ever if not picture.is_former]
    was = former.beside(tx, row, known, quote_rows.of_post(tx, row.id)) if is_newer else former.Beside()
    is_quoted = quotes_received.receive_change(tx, row, received.quote, is_newer=is_newer, now=now)
    if not is_newer:
        # An older text changes nothing; who may quote, and whether it may, is of now.
        return is_permitted or is_quoted
    former.keep(tx, ids.make(), row, was)
    changed = msgspec.structs.replace(
        row,
        kind=received.kind,
        title=received.title,
        html=received.html,
        spoiler=received.spoiler,
        sensitive=received.sensitive,
        language=received.language,
        edited_at=Millis(min(updated_at, now)),
        emojis=emojis.receive(tx, author.domain, received.emojis, ids=ids, now=now),
        versions=languages.kept(received.versions),
        minutes=received.article.prose.minutes if received.article else 0,
    )
    storing.receive(tx, row, received.article)
    post_rows.rewrite(tx, changed)
    cards.wish(tx, changed, now=now)
    _receive_pictures(tx, author, row, ever, received, ids, now)
    polls.receive_edit(tx, author, row.id, received.poll, ids=ids, now=now)
    keeping.receive_edit(tx, author, changed, received.gathering, now=now)
    post_rows.forget_tags(tx, row.id)
    name_tags(tx, row.id, received.tags, ids, now)
    post_rows.mention(tx, row.id, received.mentions)
    post_rows.mention(tx, row.id, received.silent, silent=True)
    events.append(tx, events.PostEdited(by=author.id, host=author.domain, at=now, post=row.id))
    return True


def delete(tx: Tx, viewer: Viewer, post: PostId, *, keep_media: bool = True, now: Millis) -> reading.PostView:
    """Delete an own post (or, as a moderator, any local one); what it was is returned for writing it anew.

    Raises NotFound or Forbidden.
    """
    require_person(viewer)
    view = reading.post(tx, viewer, post)
    own = view.post.author_id == viewer.account
    if not own and not (viewer.may(Role.MODERATOR) and view.post.is_local):
        raise Forbidden("not_yours")
    if not own:
        record(tx, viewer, Act.POST_DELETE, id=view.post.id, subject=view.post.uri, now=now)
    _remove(tx, view.post, view.author, by_moderator=not own, keep_media=keep_media and own, now=now)
    return view


def receive_delete(tx: Tx, author: AccountRow, uri: str, *, now: Millis) -> bool:
    """A remote author deletes `uri`. Unknown: remembered, so that it is refused when it comes late; False then."""
    row = post_rows.by_uri(tx, uri)
    if row is None:
        tombstones.bury(tx, uri, "Note", author.uri, now)
        return False
    if row.author_id != author.id:
        raise Conflict("another_author")
    _remove(tx, row, author, by_moderator=False, keep_media=False, now=now)
    return True


def remove_as_moderator(tx: Tx, row: PostRow, author: AccountRow, *, now: Millis) -> None:
    """Take away a post of anybody. Of somebody elsewhere it is the copy, and it is not taken in again."""
    _remove(tx, row, author, by_moderator=True, keep_media=False, now=now)


def remove_with_account(tx: Tx, post: PostId, author: AccountRow, *, now: Millis) -> None:
    """Take away a post whose author's account ends: whoever had it is told of its end, not of the account's alone."""
    row = post_rows.by_id(tx, post)
    if row is not None:
        _remove(tx, row, author, by_moderator=False, keep_media=False, now=now)


def source(tx: Tx, viewer: Viewer, post: PostId) -> reading.PostView:
    """An own post with its source. Raises NotFound for one of somebody else."""
    view = reading.post(tx, viewer, post)
    if view.post.author_id != viewer.account:
        raise NotFound("post")
    return view


def _own(tx: Tx, viewer: Viewer, post: PostId) -> PostRow:
    require_person(viewer)
    view = reading.post(tx, viewer, post)
    if view.post.author_id != viewer.account or view.post.boost_of_id is not None:
        raise Forbidden("not_yours")
    return view.post


def _require_same_kind(tx: Tx, row: PostRow, draft: Draft) -> None:
    """An article is changed as one. Raises Forbidden, or Conflict when somebody changed it meanwhile."""
    if (row.kind == articles.KIND) != (draft.article is not None):
        raise Forbidden("is_article")
    if draft.article is not None:
        storing.require_base(tx, row.id, draft.article)


def _kind(row: PostRow, draft: Draft) -> str:
    if draft.poll is not None:
        return ASKING
    return "Note" if row.kind == ASKING else row.kind


def _describe(tx: Tx, before: list[media_rows.MediaRow], descriptions: tuple[Description, ...]) -> bool:
    pictures = {picture.id: picture for picture in before}
    changed = False
    for new in descriptions:
        picture = pictures.get(new.media)
        if picture is None:
            continue
        words = picture.description if new.description is None else new.description
        x, y = new.focus or (picture.focus_x, picture.focus_y)
        if (words, x, y) != (picture.description, picture.focus_x, picture.focus_y):
            media_rows.describe(tx, picture.id, words, x, y)
            changed = True
    return changed


def _receive_pictures(
    tx: Tx,
    author: AccountRow,
    row: PostRow,
    before: list[media_rows.MediaRow],
    received: Received,
    ids: IdMaker,
    now: Millis,
) -> None:
    known = {picture.remote_url: picture for picture in before}
    kept = {picture.remote_url for picture in received.media}
    for url, picture in known.items():
        if url not in kept:
            media_rows.take_off(tx, picture.id)
    fresh = tuple(picture for picture in received.media if picture.remote_url not in known)
    receive_media(tx, author.id, row.id, fresh, ids, now)
    for position, new in enumerate(received.media):
        old = known.get(new.remote_url)
        if old is not None:
            media_rows.describe(tx, old.id, new.description, new.focus_x, new.focus_y)
            media_rows.place(tx, old.id, position)


def _remove(tx: Tx, row: PostRow, author: AccountRow, *, by_moderator: bool, keep_media: bool, now: Millis) -> None:
    """Rows go, the event keeps what subscribers need, a tombstone stays."""
    for boost in post_rows.boosts_of(tx, row.id):
        post_rows.count_of_author(tx, boost.author_id, -1, now)
    boosted = post_rows.by_id(tx, row.boost_of_id) if row.boost_of_id else None
    addressed = post_rows.mentioned(tx, row.id)
    quotes.removed(tx, row, author, now=now)
    keeping.removed(tx, row, author, now)
    for picture in media_rows.ever_of_post(tx, row.id):
        if keep_media and not picture.is_former:
            media_rows.release(tx, picture.id, new_token())
        else:
            media.forget(tx, picture, now=now)
    post_rows.remove(tx, row.id)
    if row.visibility is not Visibility.DIRECT:
        post_rows.count_of_author(tx, row.author_id, -1, now)
    if boosted is not None:
        post_rows.count_boost(tx, boosted.id, -1)
    parent = post_rows.by_id(tx, row.parent_id) if row.parent_id is not None else None
    if parent is not None and counts(row, parent):
        post_rows.count_reply(tx, parent.id, -1)
        contexts.counted(tx, parent.id, now=now)
    if row.visibility in OPEN or not author.is_local:
        # Of a closed post here nothing says to strangers that it was there; whoever had it is told of its end.
        tombstones.bury(tx, row.uri, "Announce" if boosted else row.kind, author.uri, now)
    gone = events.PostDeleted(
        by=author.id,
        host=author.domain,
        at=now,
        post=row.id,
        uri=row.uri,
        visibility=row.visibility,
        boost_of=row.boost_of_id,
        boost_of_uri=boosted.uri if boosted else "",
        boost_of_author=boosted.author_id if boosted else None,
        mentioned=tuple(addressed),
        by_moderator=by_moderator,
        community=row.community_id,
    )
    events.append(tx, gone)


def _mention_numbers(tx: Tx, row: PostRow, received: Received) -> None:
    """What the document says of likes, boosts and answers; of what it does not say, what was said before."""
    before = (row.claimed_likes, row.claimed_boosts, row.claimed_replies)
    likes, boosts, replies = (old if said is None else said for said, old in zip(received.claims, before, strict=True))
    numbers.mention(tx, row.id, NumbersRow(likes=likes, boosts=boosts, replies=replies))
