"""The text that people write: what it names, how long it is, and the HTML that it becomes.

Pure functions over strings, linear in their length. The HTML has Mastodon's form, because its clients look inside it
(Mastodon's `text_formatter.rb`, `status_length_validator.rb`, `hashtag.rb`). HTML from elsewhere is the subject of
`social/sanitise.py`. Results are plain `str`, not `Markup`: msgspec refuses subclasses of `str`, so the pages mark
them as safe where they are shown.

Two things differ from Mastodon: a host may carry a port (`@bruno@siege.localhost:8401`), and a link may name a host
without a dot (`http://intranet/plan`), which is what a plant's machines are called.
"""

import html
import itertools
import unicodedata
from collections.abc import Callable, Iterator, Mapping

import msgspec
import regex

URL_LENGTH = 23
"""Characters that a link counts for, however long it is."""
MAX_TAG = 100
"""Characters of a hashtag's name; a longer one is plain text."""
MAX_MENTION = 320
"""Characters of `user@host:port`; a longer one is plain text."""
MAX_LINK = 2_048
"""Characters of a link; a longer one is plain text."""
MAX_FOUND = 100
"""Mentions, tags and links honoured in one text, each."""
ELLIPSIS = "…"

ACCENTED = "À-ÖØ-öø-įĴ-ķĹ-ľŁ-ňŊ-ž"
"""Letters of names beside `A-Za-z0-9_`, for the inside of brackets: forums (NodeBB) name people and categories with the
accents of French, Czech or Polish. None that passes for another, as an i
without its dot does, or has two lower cases."""

_DISPLAYED = 30
_LONG_WORD = 20
_LINK_REL = "nofollow noopener"

_BIDI = r"\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
_WORD = r"\p{L}\p{M}\p{Nd}\p{Pc}"
_NAME = rf"A-Za-z0-9_{ACCENTED}"
_TAG = rf"[{_WORD}](?:[{_WORD}·・\u200c]*[{_WORD}])?"

# Possessive quantifiers (`++`) where a later part may refuse: a host is never tried again one letter shorter, so a
# hostile text costs one walk. A name before `@` in a link (`https://bank@evil`) is the oldest disguise: it stays text.
_TOKEN = regex.compile(
    rf"""
      (?<![A-Za-z0-9@\uff20$\#\uff03/])
      (?P<link>(?i:https?)://(?:[{_WORD}][{_WORD}.\-]*+|\[[0-9A-Fa-f:.]++\])(?::[0-9]{{1,5}}+)?+(?!@)
               (?:[/?\#][^\s<>"«»“”、。「」『』\uff08\uff09【】\p{{Cc}}{_BIDI}]*+)?+)
    | (?<![{_WORD}=/])
      @(?P<mention>[{_NAME}]+(?:[.\-]+[{_NAME}]+)*(?:@[{_WORD}]+(?:[.\-]+[{_WORD}]+)*(?::[0-9]{{1,5}}(?![0-9]))?)?)
    | (?<![{_WORD}=/\)&])
      [\#\uff03](?P<tag>{_TAG})
    """,
    regex.VERBOSE,
)
_TAG_NAME = regex.compile(_TAG)
_LETTER = regex.compile(r"\p{L}")
_GRAPHEME = regex.compile(r"\X")
_URL_PREFIX = regex.compile(r"(?i)https?://(?:www\.)?")
_TRAILING = frozenset(".,;:!?'’‘*~…")
_BRACKETS = {")": "(", "]": "[", "}": "{"}

# Control characters except tab and newline, halves of surrogate pairs and non-characters: no database, XML or JSON peer
# takes all of them.
_UNFIT = regex.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")
# In a name also what turns the line around or is not seen at all. U+200C and U+200D stay: Persian and emoji need them.
_UNFIT_IN_LINE = regex.compile(rf"[{_BIDI}\u200b\u2060\ufeff\u00ad]")

_LANGUAGE = regex.compile(r"([A-Za-z]{2,3})(?:-[A-Za-z0-9]{1,8})*+")
_MAX_LANGUAGE = 35
# ISO 639-1, and the three-letter codes of ISO 639 that Mastodon's clients offer beside it.
LANGUAGES = frozenset(
    str.split("""
    aa ab ae af ak am an ar as av ay az ba be bg bh bi bm bn bo br bs ca ce ch co cr cs cu cv cy da de dv dz ee
    el en eo es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy hz ia id ie ig ii ik io is
    it iu ja jv ka kg ki kj kk kl km kn ko kr ks ku kv kw ky la lb lg li ln lo lt lu lv mg mh mi mk ml mn mr ms
    mt my na nb nd ne ng nl nn no nr nv ny oc oj om or os pa pi pl ps pt qu rm rn ro ru rw sa sc sd se sg sh si
    sk sl sm sn so sq sr ss st su sv sw ta te tg th ti tk tl tn to tr ts tt tw ty ug uk ur uz ve vi vo wa wo xh
    yi yo za zh zu ast bar chr ckb cnr csb fil frp gcf gsw haw hsb jbo kab kmr ldn lfn lij mai moh mos nan nap
    nds pap pdc rom scn sco sma smj srn szl tok tum tzm vai vec war wuu xal yue zba zgh
    """)
)


class Scanned(msgspec.Struct, frozen=True, kw_only=True):
    """What a text names, in the order of the text, each once.

    `mentions` as written without the first `@` (`bruno`, `bruno@siege.example:8401`); `tags` as written without `#`;
    `links` without the punctuation that ends a sentence.
    """

    mentions: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    links: tuple[str, ...] = ()


class Mentioned(msgspec.Struct, frozen=True, kw_only=True):
    """A known account behind a mention: its name, its host (None: here) and the address of its profile page."""

    acct_name: str
    host: str | None
    url: str


_SAME: Mapping[str, Callable[[str], str | None]] = {
    "mention": str.casefold,
    "tag": lambda tag: tag_normal(tag),
    "link": str,
}
"""By kind: what makes two of them the same."""


def scan(text: str) -> Scanned:
    """The mentions, tags and links of `text`, at most `MAX_FOUND` of each."""
    found: dict[str, dict[str | None, str]] = {"mention": {}, "tag": {}, "link": {}}
    for kind, _, _, written in _tokens(clean_text(text)):
        if len(found[kind]) < MAX_FOUND:
            found[kind].setdefault(_SAME[kind](written), written)
    return Scanned(
        mentions=tuple(found["mention"].values()),
        tags=tuple(found["tag"].values()),
        links=tuple(found["link"].values()),
    )


def render(text: str, *, mentions: Mapping[str, Mentioned], tag_url: Callable[[str], str]) -> str:
    """A local text as HTML. Empty text gives "".

    `mentions` is keyed by what `scan` found (in any case of letters); a mention that is not in it stays text.
    `tag_url` gives the address of a tag from its normal name.
    """
    return _paragraphs(_linked(clean_text(text).strip(), mentions, tag_url, _LINK_REL))


def linked(text: str, mentions: Mapping[str, Mentioned], tag_url: Callable[[str], str] | None) -> str:
    """One line of text escaped, with its mentions, tags and links as elements; without `tag_url` tags stay text."""
    return _linked(clean_text(text), mentions, tag_url, _LINK_REL)


def bio(
    text: str, *, mentions: Mapping[str, Mentioned] | None = None, tag_url: Callable[[str], str] | None = None
) -> str:
    """What somebody says of themselves, as HTML: like `render`, but a link is also `rel="me"`."""
    return _paragraphs(_linked(clean_text(text).strip(), mentions or {}, tag_url, f"{_LINK_REL} me"))


def profile_field(text: str) -> str:
    """The value of a profile field as HTML: one line, links with `rel="me"`."""
    return _linked(clean_line(text), {}, None, f"{_LINK_REL} me")


def length(text: str, spoiler: str = "") -> int:
    """Characters as people count them (grapheme clusters) of a text and its content warning.

    A link counts `URL_LENGTH`, `@user@host` counts as `@user`.
    """
    text = clean_text(text)
    pieces, end = [clean_text(spoiler)], 0
    for kind, start, stop, written in _tokens(text):
        pieces.append(text[end:start])
        if kind == "link":
            pieces.append("x" * URL_LENGTH)
        elif kind == "mention":
            pieces.append("@" + written.partition("@")[0])
        else:
            pieces.append(text[start:stop])
        end = stop
    pieces.append(text[end:])
    return graphemes("".join(pieces))


def graphemes(text: str) -> int:
    """The number of grapheme clusters of `text` (UAX #29)."""
    return len(text) if text.isascii() and "\r" not in text else sum(1 for _ in _GRAPHEME.finditer(text))


def shortened(text: str, limit: int) -> str:
    """`text` cut to at most `limit` grapheme clusters, at a space if one is near, with an ellipsis if it was cut."""
    if graphemes(text) <= limit:
        return text
    clusters = [match.start() for match in itertools.islice(_GRAPHEME.finditer(text), max(limit, 1))]
    kept = text[: clusters[-1]]
    head, _, broken = kept.rpartition(" ")
    if head and len(broken) <= _LONG_WORD and not text[len(kept)].isspace():
        kept = head
    return kept.rstrip() + ELLIPSIS if limit > 0 else ""


def tag_normal(name: str) -> str | None:
    """The name under which a hashtag is kept and found (NFKC, case folded); None if `name` cannot be one.

    With or without its `#`. Letters, marks, digits and connectors of any script, with at least one letter; a middle
    dot may stand inside.
    """
    name = name[1:] if name[:1] in ("#", "\uff03") else name
    if len(name) > MAX_TAG:
        return None
    normal = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold())
    # Both are checked: compatibility forms may unfold to spaces and brackets, and to more than was allowed.
    fit = all(_TAG_NAME.fullmatch(form) and _LETTER.search(form) for form in (name, normal))
    return normal if fit and len(normal) <= MAX_TAG else None


def clean_text(text: str) -> str:
    """`text` with `\\n` as the only line end, without control characters and halves of surrogate pairs."""
    return _UNFIT.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def clean_line(text: str) -> str:
    """One line, for display names, titles and field names: no control or invisible characters, single spaces, NFC.

    Characters that turn the direction of writing are taken out: in a name they reverse what stands after it.
    """
    line = _UNFIT_IN_LINE.sub("", clean_text(" ".join(text.split())))
    return unicodedata.normalize("NFC", " ".join(line.split()))


def is_language(code: str) -> bool:
    """Whether `code` is a BCP 47 tag whose first part is a language of ISO 639 known here (`fr`, `pt-BR`, `ckb`)."""
    match = _LANGUAGE.fullmatch(code) if len(code) <= _MAX_LANGUAGE else None
    return match is not None and match[1].lower() in LANGUAGES


def language_base(code: str | None) -> str:
    """The language of a tag without its region: `pt` for `pt-BR`; empty for none."""
    return (code or "").partition("-")[0].lower()


def _tokens(text: str) -> Iterator[tuple[str, int, int, str]]:
    """(kind, start, end, written) of every mention, tag and link, from left to right, never overlapping."""
    position = 0
    while match := _TOKEN.search(text, position):
        kind = match.lastgroup or ""
        written = match[kind]
        position = match.end()
        if kind == "link":
            written = _without_ending(written)
            position = match.start() + len(written)
            fit = len(written) <= MAX_LINK
        elif kind == "tag":
            fit = tag_normal(written) is not None
        else:
            fit = len(written) <= MAX_MENTION
        if fit:
            yield kind, match.start(), position, written


def _without_ending(url: str) -> str:
    """The link without the punctuation of the sentence around it, and without brackets that it did not open."""
    surplus = {close: url.count(close) - url.count(start) for close, start in _BRACKETS.items()}
    end = len(url)
    while end:
        last = url[end - 1]
        if surplus.get(last, 0) > 0:
            surplus[last] -= 1
        elif last not in _TRAILING:
            break
        end -= 1
    return url[:end]


def _linked(text: str, mentions: Mapping[str, Mentioned], tag_url: Callable[[str], str] | None, rel: str) -> str:
    """`text` escaped, with its tokens as elements; newlines are still newlines."""
    known = {key.casefold(): account for key, account in mentions.items()}
    shared = _shared_names(mentions)
    pieces, end = [], 0
    for kind, start, stop, written in _tokens(text):
        account = known.get(written.casefold()) if kind == "mention" else None
        if kind == "link":
            element = _link(written, rel)
        elif account is not None:
            element = _mention(account, shared)
        elif kind == "tag" and tag_url is not None:
            element = _hashtag(written, tag_url(tag_normal(written) or written))
        else:
            continue
        pieces += [html.escape(text[end:start]), element]
        end = stop
    pieces.append(html.escape(text[end:]))
    return "".join(pieces)


def _shared_names(mentions: Mapping[str, Mentioned]) -> set[str]:
    """Names that more than one of the mentioned accounts bears."""
    hosts: dict[str, set[str | None]] = {}
    for account in mentions.values():
        hosts.setdefault(account.acct_name.casefold(), set()).add(account.host)
    return {name for name, where in hosts.items() if len(where) > 1}


def _link(url: str, rel: str) -> str:
    prefix = match[0] if (match := _URL_PREFIX.match(url)) else ""
    shown, rest = url[len(prefix) :][:_DISPLAYED], url[len(prefix) + _DISPLAYED :]
    if len(rest) == 1:
        shown, rest = shown + rest, ""
    return (
        f'<a href="{html.escape(url)}" target="_blank" rel="{rel}" translate="no">'
        f'<span class="invisible">{html.escape(prefix)}</span>'
        f'<span class="{"ellipsis" if rest else ""}">{html.escape(shown)}</span>'
        f'<span class="invisible">{html.escape(rest)}</span></a>'
    )


def _mention(account: Mentioned, shared: set[str]) -> str:
    name = account.acct_name
    if account.host is not None and name.casefold() in shared:
        name = f"{name}@{account.host}"
    return (
        f'<span class="h-card" translate="no"><a href="{html.escape(account.url)}" class="u-url mention">'
        f"@<span>{html.escape(name)}</span></a></span>"
    )


def _hashtag(written: str, url: str) -> str:
    return f'<a href="{html.escape(url)}" class="mention hashtag" rel="tag">#<span>{html.escape(written)}</span></a>'


def _paragraphs(content: str) -> str:
    """Blank lines part paragraphs, other line ends become `<br />`; no newline is left."""
    paragraphs: list[list[str]] = [[]]
    for line in content.split("\n"):
        if line.strip():
            paragraphs[-1].append(line)
        elif paragraphs[-1]:
            paragraphs.append([])
    return "".join(f"<p>{'<br />'.join(lines)}</p>" for lines in paragraphs if lines)
