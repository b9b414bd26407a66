"""Must-read posts as they come: what the author's node signed is taken with the post, by whatever way it came."""

import logging

from federation.vocabulary import Post
from social.announcements import received
from storage import posts as post_rows
from storage.accounts import AccountRow
from storage.engine.database import Tx
from storage.ids import Millis

logger = logging.getLogger("archipel.announcements")


def asks(tx: Tx, author: AccountRow, post: Post, now: Millis) -> bool:
    """Whether a node of the group asks people to read the post, whomever it is addressed to."""
    if post.must_read is None:
        return False
    return received.is_of_the_group(tx, post.id, author.domain, post.must_read, now=now)


def take(tx: Tx, author: AccountRow, post: Post, now: Millis) -> None:
    """Take what is asked with a post that is here by now. What is not believed makes it a plain post."""
    row = post_rows.by_uri(tx, post.id) if post.must_read is not None else None
    if row is None:
        return
    refused = received.take(tx, author, row, post.must_read, now=now)
    if refused:
        logger.warning("%s asks nobody: %s", post.id, refused)
