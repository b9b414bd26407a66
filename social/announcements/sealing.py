"""The node signs what an announcement of here asks, as its post reads now."""

import msgspec

from social.announcements import audience, questions, statements
from social.announcements.statements import Asking
from social.trust.node_keys import node_key
from storage import announcements as rows
from storage import articles, holding
from storage.engine.database import Tx
from storage.ids import Millis
from storage.posts import PostRow


def seal(tx: Tx, post: PostRow, *, now: Millis) -> None:
    """Sign, and note what is shown from now on. Nothing for any other post, nor for one of elsewhere."""
    holding.announcement(tx, post.id)
    row = rows.by_post(tx, post.id)
    if row is None or row.host:
        return
    texts = statements.digests(post, articles.by_post(tx, post.id))
    # Later than what was said before, also within a moment and when the clock was put back: older words change nothing.
    at = max(now, Millis(row.said_at + 1))
    said = Asking(
        type=statements.KIND,
        post=post.uri,
        version=row.version,
        texts=texts,
        audience=audience.waves_of(row),
        valid_from=row.valid_from,
        valid_until=row.valid_until,
        urgent=row.urgent,
        reason=row.reason,
        version_at=row.version_at,
        answers=questions.answered(row),
        at=at,
    )
    rows.keep_texts(tx, post.id, row.version, texts)
    statement = statements.sign_asking(node_key(tx, now=now), said)
    rows.rewrite(tx, msgspec.structs.replace(row, statement=statement, said_at=at))
