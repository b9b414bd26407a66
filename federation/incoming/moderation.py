"""Flag: another node reports somebody here. All shapes come down to accounts and posts of this node, and words.

Mastodon names the account first and then posts, GoToSocial likewise, Lemmy one post with its reason in `summary`,
Misskey the account, with the addresses of posts in the words. What is not of here is left out, but for what stands in a
community of here.
"""

from collections.abc import Iterable

import regex

from federation.incoming.arrived import Arrived, Context, Disagreement, Outcome
from social import peer_rules
from social.errors import TooMany
from social.governance import reports
from social.sanitise import plain
from storage import accounts, communities
from storage import posts as post_rows
from storage.accounts import AccountKind, AccountRow
from storage.engine.database import Tx
from storage.ids import AccountId, Millis, PostId
from storage.posts import PostRow

ACCOUNTS = 5
"""Accounts of one Flag that get a report each."""
OBJECTS = 60
ADDRESSES = 20
"""Addresses in the words that are looked at."""
_ADDRESS = regex.compile(r"https?://[^\s<>\"'()]{4,500}")


def flag(tx: Tx, actor: AccountRow, arrived: Arrived, context: Context, now: Millis) -> Outcome:
    """Somebody here is reported: one report for each account, into the queue of the moderators."""
    if not arrived.activity.objects:
        raise Disagreement("a Flag about nothing")
    if peer_rules.rule_of(tx, actor.domain).refuses_reports:
        return Outcome.REFUSED
    comment = plain(arrived.activity.content or arrived.activity.summary or "")
    about = _about(tx, arrived, comment)
    if not about:
        return Outcome.UNRELATED
    try:
        made = [
            reports.receive(tx, actor, target, _uri(arrived.id, place), comment, posts, ids=context.ids, now=now)
            for place, (target, posts) in enumerate(list(about.values())[:ACCOUNTS])
        ]
    except TooMany:
        return Outcome.REFUSED
    return Outcome.APPLIED if any(made) else Outcome.ALREADY


def _about(tx: Tx, arrived: Arrived, comment: str) -> dict[AccountId, tuple[AccountRow, list[PostId]]]:
    """Accounts of this node that the Flag names, by themselves or by their posts, in its order."""
    found: dict[AccountId, tuple[AccountRow, list[PostId]]] = {}
    named = [object.id for object in arrived.activity.objects[:OBJECTS] if object.id]
    for uri in dict.fromkeys(named):
        account = accounts.by_uri(tx, uri)
        if account is not None:
            _add(found, account, None)
        else:
            _add_post(tx, found, uri)
    for url in _addresses(comment):
        _add_post(tx, found, url, only_known=bool(found))
    return found


def _add_post(
    tx: Tx, found: dict[AccountId, tuple[AccountRow, list[PostId]]], uri: str, *, only_known: bool = False
) -> None:
    post = post_rows.by_uri(tx, uri) or post_rows.by_url(tx, uri)
    author = accounts.by_id(tx, post.author_id) if post is not None and _is_of_here(tx, post) else None
    if post is not None and author is not None and (not only_known or author.id in found):
        _add(found, author, post.id)


def _is_of_here(tx: Tx, post: PostRow) -> bool:
    """Whether it is to be moderated here: of this node, or by whomever in a community of it, as PieFed tells hosts."""
    known = None if post.community_id is None else communities.known(tx, post.community_id)
    return post.is_local or (known is not None and known.account.is_local)


def _add(found: dict[AccountId, tuple[AccountRow, list[PostId]]], account: AccountRow, post: PostId | None) -> None:
    if not (account.is_local or post is not None):
        return
    if account.deleted_at is not None or account.kind is AccountKind.APPLICATION:
        return
    _, posts = found.setdefault(account.id, (account, []))
    if post is not None:
        posts.append(post)


def _addresses(comment: str) -> Iterable[str]:
    return list(dict.fromkeys(found.rstrip(".,;:!?") for found in _ADDRESS.findall(comment)))[:ADDRESSES]


def _uri(id: str, place: int) -> str:
    return id if place == 0 else f"{id}#{place}"
