"""What a node says about an announcement, signed: what it asks of others, and how many here have answered.

Both are statements (`social/trust/statements.py`): believed only of an entity of the group, and only about its own.
"""

import hashlib
from typing import Annotated, Any, TypeVar

import msgspec
from msgspec import Meta

from social.announcements.audience import MOST_WAVES, Wave
from social.clock import LATEST
from social.posts import languages
from social.sanitise import plain
from social.trust.manifest import Manifest
from social.trust.node_keys import NodeKey
from social.trust.statements import BadStatement, said_by, sign_statement
from storage.articles import ArticleRow
from storage.posts import PostRow

KIND = "ArchipelAnnouncement"
COUNT_KIND = "ArchipelAcknowledgements"
UNKNOWN = "und"
"""The language of a post that names none (BCP 47)."""

MOST_ANSWERS = 30
MAX_QUESTION = 500
MAX_ANSWER = 2_000

_Moment = Annotated[int, Meta(ge=0, le=LATEST)]
_Number = Annotated[int, Meta(ge=0, le=10_000_000)]


class Answered(msgspec.Struct, frozen=True, kw_only=True):
    """A question, in the words of who answers it, and the answer, for everybody who is asked to read."""

    question: Annotated[str, Meta(min_length=1, max_length=MAX_QUESTION)]
    answer: Annotated[str, Meta(min_length=1, max_length=MAX_ANSWER)]
    at: _Moment


class Asking(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """What is asked. `texts`: for each language the digest of what it says; `reason`: why it is urgent.

    `at`: when this was said, later than whatever was said of it before.
    """

    type: str
    post: str
    version: Annotated[int, Meta(ge=1, le=10_000)]
    texts: dict[str, str]
    audience: Annotated[tuple[Wave, ...], Meta(min_length=1, max_length=MOST_WAVES)]
    valid_from: _Moment
    valid_until: _Moment | None = None
    urgent: bool = False
    reason: Annotated[str, Meta(max_length=500)] = ""
    version_at: _Moment = 0
    answers: Annotated[tuple[Answered, ...], Meta(max_length=MOST_ANSWERS)] = ()
    at: _Moment = 0


class Count(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """How many people of a node are asked, had it before their eyes, confirmed and have a question."""

    type: str
    post: str
    version: Annotated[int, Meta(ge=1, le=10_000)]
    asked: _Number
    seen: _Number
    acknowledged: _Number
    questions: _Number
    at: _Moment


T = TypeVar("T", Asking, Count)


def digests(post: PostRow, article: ArticleRow | None = None) -> dict[str, str]:
    """For each language of a post the digest of what it says: of its words, however they are marked up.

    Of an article it is the whole of it, as its Markdown, and not the teaser that stands in feeds.
    """
    found = {}
    for language in languages.languages_of(post):
        said = languages.in_language(post, language) if language else post
        title, words = said.title, plain(said.html)
        if article is not None:
            title, words = plain(title), f"{article.teaser}\n{article.source}"
        lines = "\n".join([language, title, said.spoiler, " ".join(words.split())])
        found[language or UNKNOWN] = hashlib.sha256(lines.encode()).hexdigest()
    return found


def sign_asking(key: NodeKey, asking: Asking) -> str:
    """The signed statement as text."""
    return msgspec.json.encode(sign_statement(key, msgspec.to_builtins(asking))).decode()


def verify_asking(manifest: Manifest, signed: dict[str, Any], post: str, host: str) -> Asking:
    """What the node `host` asks about a post of its own. Raises BadStatement."""
    return _verified(manifest, signed, Asking, KIND, post, host)


def sign_count(key: NodeKey, count: Count) -> dict[str, Any]:
    """The signed statement."""
    return sign_statement(key, msgspec.to_builtins(count))


def verify_count(manifest: Manifest, signed: dict[str, Any], host: str) -> Count:
    """What the node `host` says of its own people. Raises BadStatement."""
    count = _verified(manifest, signed, Count, COUNT_KIND, "", host)
    if count.acknowledged + count.questions > count.asked or count.seen > count.asked:
        raise BadStatement("more people answered than were asked")
    return count


def _verified(manifest: Manifest, signed: dict[str, Any], kind: type[T], name: str, post: str, host: str) -> T:
    said = said_by(manifest, signed, host, kind)
    if said.type != name or (post and said.post != post):
        raise BadStatement("about something else")
    return said
