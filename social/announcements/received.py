"""Announcements of other nodes of the group: what their node signed is believed, whatever else the post says."""

from typing import Any

import msgspec

from social.announcements import asking, audience, questions, validity
from social.announcements import publish as own
from social.announcements.statements import Asking, digests, verify_asking, verify_count
from social.desk import entering
from social.errors import Invalid
from social.policy import Viewer
from social.trust import manifests
from social.trust.statements import BadStatement
from storage import acknowledgements, articles, holding
from storage import announcements as rows
from storage import posts as post_rows
from storage.accounts import AccountRow
from storage.acknowledgements import CountRow
from storage.announcements import AnnouncementRow
from storage.engine.database import Tx
from storage.ids import Millis
from storage.posts import PostRow

URGENT_PER_WEEK = 5
"""More urgent announcements of one node than this are not urgent here, whatever it says."""


def is_of_the_group(tx: Tx, uri: str, host: str, signed: dict[str, Any], *, now: Millis) -> bool:
    """Whether a node of the group asks people to read this post: then it is taken in, whomever it is addressed to."""
    manifest = manifests.active(tx, now=now)
    if manifest is None:
        return False
    try:
        verify_asking(manifest, signed, uri, host)
    except BadStatement:
        return False
    return True


def take(tx: Tx, author: AccountRow, post: PostRow, signed: dict[str, Any] | None, *, now: Millis) -> str:
    """Take what is asked about a post that came, or came anew; why not, or empty. Twice is once.

    What was said before what is known changes nothing, so that nobody asks again by an old word for what was closed; a
    post whose words are not the signed ones asks nothing.
    """
    manifest = manifests.active(tx, now=now) if signed is not None else None
    if signed is None or manifest is None:
        return "" if signed is None else "no manifest is in force here"
    try:
        said = verify_asking(manifest, signed, post.uri, author.domain)
        audience.check(said.audience)
    except BadStatement as wrong:
        return str(wrong)
    except Invalid:
        return "an audience that is none"
    if said.texts != digests(post, articles.by_post(tx, post.id)):
        return "other words than were signed"
    holding.announcement(tx, post.id)
    known = rows.by_post(tx, post.id)
    statement = msgspec.json.encode(signed).decode()
    if known is None:
        _begin(tx, author, post, said, statement, now)
    elif said.at > known.said_at and said.version >= known.version:
        _go_on(tx, known, said, statement, now)
    return ""


def take_count(tx: Tx, host: str, signed: dict[str, Any], *, now: Millis) -> bool:
    """Keep how many people of the node `host` answered an announcement of here; False for what is no newer.

    Raises BadStatement: an unknown node, one that speaks for another, figures that cannot be, another's announcement.
    """
    manifest = manifests.active(tx, now=now)
    if manifest is None:
        raise BadStatement("no manifest is in force here")
    said = verify_count(manifest, signed, host)
    post = post_rows.by_uri(tx, said.post)
    row = rows.by_post(tx, post.id) if post is not None else None
    if row is None or row.host or not rows.has_version(tx, row.post_id, said.version):
        raise BadStatement("about no announcement of this node")
    if not any(wave.reaches(host) for wave in audience.waves_of(row)):
        raise BadStatement("about an announcement that asks nobody there")
    count = CountRow(
        host=host,
        version=said.version,
        asked=said.asked,
        seen=said.seen,
        acknowledged=said.acknowledged,
        questions=said.questions,
        at=Millis(said.at),
    )
    if post is None or not acknowledgements.take(tx, row.post_id, count):
        return False
    entering.counted(tx, post, asking.seen(tx, post.id, now), now=now)
    return True


def _begin(tx: Tx, author: AccountRow, post: PostRow, said: Asking, statement: str, now: Millis) -> None:
    urgent = said.urgent and bool(said.reason) and not own.is_too_often(tx, author.domain, URGENT_PER_WEEK, now)
    row = AnnouncementRow(
        post_id=post.id,
        author_id=author.id,
        host=author.domain,
        version=said.version,
        statement=statement,
        audience=audience.kept(said.audience),
        valid_from=Millis(said.valid_from),
        valid_until=None if said.valid_until is None else Millis(said.valid_until),
        urgent=urgent,
        reason=said.reason,
        version_at=Millis(said.version_at),
        created_at=now,
        answers=questions.kept(said.answers),
        said_at=Millis(said.at),
    )
    rows.insert(tx, row)
    rows.keep_texts(tx, post.id, said.version, said.texts)
    asking.tend_soon(tx, row, now=now)
    own.record_urgent(tx, Viewer(account=author.id, username=author.acct, host=author.domain), row, now=now)


def _go_on(tx: Tx, known: AnnouncementRow, said: Asking, statement: str, now: Millis) -> None:
    row = msgspec.structs.replace(
        known,
        version=said.version,
        statement=statement,
        audience=audience.kept(said.audience),
        valid_from=Millis(said.valid_from),
        valid_until=None if said.valid_until is None else Millis(said.valid_until),
        version_at=Millis(said.version_at),
        answers=questions.kept(said.answers),
        said_at=Millis(said.at),
    )
    rows.rewrite(tx, row)
    questions.tell(tx, known, row, now=now)
    rows.keep_texts(tx, row.post_id, said.version, said.texts)
    validity.follow(tx, known, row, now=now)
    if said.version > known.version:
        asking.ask_again(tx, row, now=now)
        asking.tell_later(tx, row.post_id, now=now)
