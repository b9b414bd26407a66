"""A new post takes its place: whom it addresses, its hashtags, the thread that it stands in, the counters."""

from collections.abc import Sequence

from social import contexts, text
from social.posts import quotes_received
from storage import posts as post_rows
from storage import threads
from storage.engine.database import Tx
from storage.ids import AccountId, IdMaker, Millis, PostId, TagId
from storage.posts import PostRow
from storage.visibility import OPEN, Visibility


def connect(
    tx: Tx,
    row: PostRow,
    parent: PostRow | None,
    mentions: Sequence[AccountId],
    silent: Sequence[AccountId],
    tags: Sequence[str],
    ids: IdMaker,
    now: Millis,
) -> None:
    """Tie a stored post to people, hashtags and its thread."""
    post_rows.mention(tx, row.id, mentions)
    post_rows.mention(tx, row.id, silent, silent=True)
    name_tags(tx, row.id, tags, ids, now)
    if row.visibility is not Visibility.DIRECT:
        # That somebody writes to somebody is for the two of them to know.
        post_rows.count_of_author(tx, row.author_id, 1, row.published_at)
    if parent is not None and counts(row, parent):
        post_rows.count_reply(tx, parent.id, 1)
        contexts.counted(tx, parent.id, now=now)
    for orphan in threads.orphans(tx, row.uri):
        threads.join_threads(tx, orphan.thread_id, row.thread_id)
        if counts(orphan, row):
            post_rows.count_reply(tx, row.id, 1)
            contexts.counted(tx, row.id, now=now)
    threads.adopt(tx, row.uri, row.id, row.author_id)
    quotes_received.adopt(tx, row, now)


def counts(answer: PostRow, parent: PostRow) -> bool:
    """Whether the answer is counted below what it answers: everybody who reads that one reads it too."""
    same = answer.community_id is not None and answer.community_id == parent.community_id
    return answer.removed_at is None and (answer.visibility in OPEN or same)


def name_tags(tx: Tx, post: PostId, tags: Sequence[str], ids: IdMaker, now: Millis) -> None:
    """Put the post under its hashtags; what is no hashtag is left out."""
    for display in tags:
        name = text.tag_normal(display)
        if name is not None:
            post_rows.tag(tx, post, TagId(ids.make()), name, display.lstrip("#"), now)
