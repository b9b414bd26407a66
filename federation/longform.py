"""Articles of nodes like this one, on their way in: their HTML is made here, of their source."""

from collections.abc import Mapping
from urllib.parse import quote

from federation.article_words import LongForm
from federation.names import parse_url
from federation.vocabulary import Post
from social import prose
from social.articles.words import CoAuthor, Correction, ReceivedArticle
from social.text import Mentioned, clean_line, clean_text
from storage.accounts import AccountRow
from storage.ids import Millis


def received_article(post: Post, accounts: Mapping[str, AccountRow]) -> ReceivedArticle | None:
    """The article as it is kept; `accounts` are those known here, by their ids."""
    said = post.article
    if said is None:
        return None
    home = parse_url(post.author).authority
    return ReceivedArticle(
        teaser=clean_text(said.teaser),
        source=clean_text(said.source),
        prose=prose.render(said.source, _named(post, accounts, home), lambda name: f"/tags/{quote(name)}"),
        authors=tuple(CoAuthor(one.id, clean_line(one.name)) for one in said.authors),
        corrections=_corrections(said),
        series=clean_line(said.series),
        part=said.part,
    )


def _corrections(said: LongForm) -> tuple[Correction, ...]:
    """What was put right: by the author, or by one of those whom the article itself names as who wrote it with them."""
    names = {one.id: clean_line(one.name) for one in said.authors}
    found = []
    for one in said.corrections:
        by = one.by if one.by in names else ""
        if one.note or by:
            found.append(Correction(Millis(one.at), clean_text(one.note), by, names.get(by, "")))
    return tuple(found)


def _named(post: Post, accounts: Mapping[str, AccountRow], home: str) -> dict[str, Mentioned]:
    """Whom the words name, as they may be written there: a neighbour of the author without a host."""
    found: dict[str, Mentioned] = {}
    for mention in post.mentions:
        row = accounts.get(mention.href)
        if row is None:
            continue
        host = parse_url(mention.href).authority
        person = Mentioned(acct_name=row.username, host=row.domain or None, url=row.url)
        found[f"{row.username}@{host}"] = person
        if host == home:
            found[row.username] = person
    return found
