"""The words of a local post on their way from what was typed to HTML: whom and what they name, in every language."""

from collections.abc import Mapping, Sequence

import msgspec

from social import emojis, prose, text
from social.articles.words import ArticleDraft
from social.posts import languages
from social.posts.languages import DraftVersion
from social.prose import Prose
from social.urls import Urls
from storage import accounts
from storage.accounts import AccountRow
from storage.engine.database import Tx

MAX_MENTIONS = 100


class Written(msgspec.Struct, frozen=True, kw_only=True):
    """The words of a local post made ready: HTML, and whom and what it names."""

    source: str
    html: str
    spoiler: str
    mentions: tuple[AccountRow, ...]
    tags: tuple[str, ...]
    emojis: str = ""
    versions: str = ""
    prose: Prose | None = None
    """Of an article."""


def write(
    tx: Tx,
    words: str,
    spoiler: str,
    further: Sequence[DraftVersion],
    urls: Urls,
    article: ArticleDraft | None = None,
) -> Written:
    """A draft's words as HTML, with the accounts known here that it mentions, its hashtags and its emoji."""
    texts = [words, *(version.text for version in further)]
    scans = [text.scan(one) for one in texts]
    if article is not None:
        scans.append(prose.scan(article.source))
    handles = dict.fromkeys(handle for scanned in scans for handle in scanned.mentions)
    found: dict[str, AccountRow] = {}
    for handle in list(handles)[:MAX_MENTIONS]:
        name, _, host = handle.partition("@")
        account = accounts.by_name(tx, name, "" if host.casefold() == urls.host.casefold() else host)
        # That a hidden community is there is told to nobody, not even by a link.
        is_there = account is not None and account.suspended_at is None and account.deleted_at is None
        if account is not None and is_there and not account.is_hidden:
            found[handle] = account
    links = _links(found)
    unique = {account.id: account for account in found.values()}
    return Written(
        source=text.clean_text(words if article is None else article.source),
        html=text.render(words, mentions=links, tag_url=urls.tag),
        spoiler=text.clean_line(spoiler),
        mentions=tuple(unique.values()),
        tags=tuple(dict.fromkeys(tag for scanned in scans for tag in scanned.tags)),
        emojis=emojis.of_texts(tx, *texts, spoiler, *(version.spoiler for version in further)),
        versions=languages.kept(languages.written(further, links, urls)),
        prose=None if article is None else prose.render(article.source, links, urls.tag),
    )


def _links(found: Mapping[str, AccountRow]) -> dict[str, text.Mentioned]:
    return {
        handle: text.Mentioned(acct_name=account.username, host=account.domain or None, url=account.url)
        for handle, account in found.items()
    }
