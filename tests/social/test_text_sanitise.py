"""HTML from elsewhere: what is kept is Mastodon's list, what is not kept can do nothing."""

import html as entities
import time
import warnings
from urllib.parse import urlsplit

import pytest
from bs4 import BeautifulSoup, MarkupResemblesLocatorWarning
from hypothesis import given, settings
from hypothesis import strategies as st

from social.sanitise import MAX_HTML, MAX_TAGS, SCHEMES, TAGS, excerpt, plain, sanitise

REL = 'rel="nofollow noopener" target="_blank"'
CLASSES = {"mention", "hashtag", "ellipsis", "invisible", "quote-inline"}
ATTRIBUTES = {
    "a": {"href", "rel", "class", "translate", "target", "lang"},
    "span": {"class", "translate", "lang"},
    "p": {"class", "lang"},
    "ol": {"start", "reversed", "lang"},
    "li": {"value", "lang"},
}


def is_safe(html: str) -> bool:
    """Read by another parser than the one that wrote it: only what the list allows."""
    with warnings.catch_warnings():
        # Of a text that looks like an address or a file name it warns; here it is a text.
        warnings.simplefilter("ignore", MarkupResemblesLocatorWarning)
        tags = BeautifulSoup(f" {html}", "html.parser").find_all(True)
    for tag in tags:
        assert tag.name in TAGS, tag
        assert set(tag.attrs) <= ATTRIBUTES.get(tag.name, {"lang"}), tag
        assert all(c in CLASSES or c.split("-")[0] in ("h", "p", "u", "dt", "e") for c in tag.get("class") or []), tag
        if tag.name == "a":
            assert urlsplit(str(tag["href"]).strip()).scheme.lower() in SCHEMES, tag
            assert tag["rel"] == ["nofollow", "noopener"], tag
            assert tag["target"] == "_blank", tag
    return True


KEPT = [
    "<p>a<br>b</p>",
    "<del>a</del><s>b</s><pre>c</pre><blockquote>d</blockquote><code>e</code><b>f</b><strong>g</strong><u>h</u><i>i</i>"
    "<em>j</em><ul><li>k</li></ul><ruby>l<rp>(</rp><rt>m</rt></ruby>",
    '<ol start="3" reversed=""><li value="2">a</li></ol>',
    '<p lang="fr">a</p><span lang="zh-Hant">b</span>',
    '<p class="quote-inline">RE: x</p>',
    '<span class="h-card" translate="no">a</span><span class="invisible">b</span><span class="ellipsis">c</span>',
    f'<a href="https://a.example/?b=1&amp;c=2" class="u-url mention" {REL}>@<span>b</span></a>',
    "".join(f'<a href="{scheme}:x" {REL}>a</a>' for scheme in sorted(SCHEMES - {"http", "https"})),
]


@pytest.mark.parametrize("html", KEPT)
def test_what_the_list_allows_is_kept(html: str) -> None:
    assert sanitise(html) == html
    assert is_safe(html)


@pytest.mark.parametrize(
    ("html", "safe"),
    [
        pytest.param("<h1>T</h1><h6>t</h6>", "<p><strong>T</strong></p><p><strong>t</strong></p>", id="headings"),
        pytest.param("a<script>alert(1)</script><style>b{}</style>c", "ac", id="script-and-style"),
        pytest.param('<img src="x" onerror="alert(1)">a', "a", id="picture"),
        pytest.param('<p onclick="x" style="y" id="z">a</p>', "<p>a</p>", id="attributes"),
        pytest.param('<p class="admin-bar h-entry mention">a</p>', '<p class="h-entry mention">a</p>', id="classes"),
        pytest.param('<p class="admin">a</p>', "<p>a</p>", id="no-class-left"),
        pytest.param('<span translate="yes">a</span>', "<span>a</span>", id="translate"),
        pytest.param('<p lang="x y">a</p>', "<p>a</p>", id="lang"),
        pytest.param('<ol start="x"><li value="9999999999">a</li></ol>', "<ol><li>a</li></ol>", id="numbers"),
        pytest.param('<a href="javascript:alert(1)">a</a>', "a", id="javascript"),
        pytest.param('<a href=" jAvA&#x09;script:alert(1)">a</a>', "a", id="javascript-in-disguise"),
        pytest.param('<a href="data:text/html,x">a</a>', "a", id="data"),
        pytest.param('<a href="mailto:a@b.example">a</a>', "a", id="mailto"),
        pytest.param('<a href="/x">a</a><a href="//x">b</a><a>c</a>', "abc", id="relative"),
        pytest.param(
            '<a href="x:y"><b>a</b></a> <a href="https://b.example">c</a>',
            f'<b>a</b> <a href="https://b.example" {REL}>c</a>',
            id="bad-link-before-a-good-one",
        ),
        pytest.param(
            '<a href="https://b.example" rel="me opener" target="_top">c</a>',
            f'<a href="https://b.example" {REL}>c</a>',
            id="rel-and-target",
        ),
        pytest.param("<svg><a xlink:href='javascript:1'>a</a></svg>", "", id="svg"),
        pytest.param("<table><tr><td>a</td><td>b</td></tr></table>", "a b", id="table"),
        pytest.param("<div>a</div><div>b</div>", "a b", id="blocks"),
        pytest.param("<!-- a --><!DOCTYPE x><?php b ?>c", "c", id="comments"),
        pytest.param(
            '<math><semantics><annotation encoding="application/x-tex">x &lt; 2</annotation></semantics></math>',
            "$x &lt; 2$",
            id="formula",
        ),
        pytest.param(
            '<math display="block"><semantics><mi>x</mi><annotation encoding="application/x-tex">x^2</annotation>'
            '<annotation encoding="text/plain">x squared</annotation></semantics></math>',
            "$$x^2$$",
            id="formula-apart",
        ),
        pytest.param(
            '<math><semantics><mi>x</mi><annotation encoding="text/plain">x squared</annotation></semantics></math>',
            "x squared",
            id="formula-as-text",
        ),
        pytest.param("a\0b\ud800c", "abc", id="unfit-characters"),
        pytest.param("", "", id="empty"),
        pytest.param("a < b", "a &lt; b", id="no-tag"),
        pytest.param("<p>a", "<p>a</p>", id="open"),
    ],
)
def test_what_the_list_does_not_allow_is_unwrapped_or_dropped(html: str, safe: str) -> None:
    assert " ".join(sanitise(html).split()) == safe


MUTATIONS = [
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
    "<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=1 onerror=alert(1)&gt;'>",
    "<svg></p><style><a id='</style><img src=1 onerror=alert(1)>'>",
    "<form><math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
    "<math><annotation encoding='application/x-tex'><script>alert(1)</script></annotation></math>",
    "<math><semantics><annotation-xml encoding='text/html'><img src=x onerror=alert(1)></annotation-xml></semantics>",
    "<math><semantics><annotation encoding='text/plain'>&lt;img src=x onerror=alert(1)&gt;</annotation></semantics>",
    '<a href="https://a.example/&quot;><img src=x onerror=alert(1)>">a</a>',
    '<a href="https://a.example/<h1>">a</a>',
    '<a href="https://a.example"><math><a href="javascript:1">b</a></math></a>',
    "<b <img src=x onerror=alert(1)>>a",
    '<i title="><script>alert(1)</script>">',
    "<textarea><p></textarea><script>alert(1)</script>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe><object data=x><embed src=x>",
    "<base href='https://evil.example/'><meta http-equiv=refresh content='0;url=x'><link rel=stylesheet href=x>",
    "<a href='https://a.example' href='javascript:1' HREF='javascript:2'>x</a>",
]


@pytest.mark.parametrize("html", MUTATIONS)
def test_tricks_between_parsers_come_to_nothing(html: str) -> None:
    safe = sanitise(html)
    assert is_safe(safe)
    assert is_safe(sanitise(safe))


# What costs an HTML parser more than it looks: reopened formatting, deep trees, tables, links in everything.
HEAVY = {
    "reopened formatting": "".join(f"<p><b id={i}>" for i in range(5_000)),
    "reopened formatting of all names": "<b><i><s><u><em><code><font><strong>" * 3 + "<p>x" * 6_000,
    "formatting with a slash": "".join(f"<p><b/{i}>" for i in range(6_000)),
    "formatting never closed": "<b " * 30_000,
    "formatting in formatting": "<b <" * 20_000 + ">",
    "deep": "<blockquote>" * 8_000,
    "deep lists": "<ul><li>" * 4_900,
    "deep formulas": "<math>" * 9_000,
    "deep ruby": "<ruby><rt>" * 4_900,
    "tables": "<table><b>" * 4_900,
    "links": "<a href='https://x'>" * 4_900,
    "links in objects": "".join(f"<p><a href=https://{i}><object>" for i in range(3_000)),
    "open brackets": "<" * 1_000_000,
    "ampersands": "&" * MAX_HTML,
    "long": "<p>" + "x" * 5_000_000,
    "quotes": '<a href="' * 9_000,
    "closing": "</b></i></p>" * 3_000,
}


@pytest.mark.parametrize("name", list(HEAVY))
def test_no_html_is_heavy(name: str) -> None:
    start = time.process_time()
    safe = sanitise(HEAVY[name])
    text = plain(HEAVY[name])
    assert time.process_time() - start < 1.5
    assert len(safe) < 20 * MAX_HTML
    assert len(text) <= 2 * MAX_HTML


def test_what_is_too_long_is_cut_and_shown_as_text() -> None:
    assert sanitise("<p>a</p><p>b &amp; c</p>", limit=18) == "<p>a b &amp;</p>"
    assert sanitise("<b>x</b>" * MAX_TAGS) == "<p>" + ("x " * MAX_TAGS).strip()[: 2 * (MAX_HTML // 8)].strip() + "</p>"


def test_a_parser_that_gives_up_leaves_the_text(monkeypatch: pytest.MonkeyPatch) -> None:
    class PanicException(BaseException):
        """As a panic inside the parser looks: not an Exception, of a class that cannot be imported."""

    class Panicking:
        def clean(self, _: str) -> str:
            raise PanicException("called `Option::unwrap()` on a `None` value")

    class Refusing:
        def clean(self, _: str) -> str:
            raise ValueError("no")

    for broken in (Panicking(), Refusing()):
        for cleaner in ("_REGULAR", "_STRICT", "_STRUCTURE"):
            monkeypatch.setattr(f"social.sanitise.{cleaner}", broken)
        assert sanitise("<p>a <b>&lt;b&gt;</b></p><script>x") == "<p>a &lt;b&gt; x</p>"
        assert plain("<p>a <b>b</b></p>") == "a b"


def test_an_interruption_is_not_taken_for_bad_html(monkeypatch: pytest.MonkeyPatch) -> None:
    class Interrupted:
        def clean(self, _: str) -> str:
            raise KeyboardInterrupt

    monkeypatch.setattr("social.sanitise._REGULAR", Interrupted())
    with pytest.raises(KeyboardInterrupt):
        sanitise("<p>a</p>")


@pytest.mark.parametrize(
    ("html", "text"),
    [
        pytest.param("<p>a</p><p>b<br>c</p>", "a\n\nb\nc", id="paragraphs"),
        pytest.param("<ul><li>a</li><li>b</li></ul>c", "a\nb\n\nc", id="list"),
        pytest.param("<h1>T</h1>a", "T\n\na", id="heading"),
        pytest.param("<div>a</div><div>b</div>", "a\nb", id="blocks"),
        pytest.param("a &lt;b&gt; &amp;amp; c", "a <b> &amp; c", id="entities-once"),
        pytest.param("<script>x</script>a<style>y</style>", "a", id="script-and-style"),
        pytest.param('<a href="https://a.example/b"><span class="invisible">https://</span>a.example/b</a>',
                     "https://a.example/b", id="link-in-full"),
        pytest.param("a\n b", "a  b", id="newlines-are-spaces"),
        pytest.param("<p> </p><p></p>\0", "", id="nothing"),
    ],
)  # fmt: skip
def test_plain_text_reads_like_the_page(html: str, text: str) -> None:
    assert plain(html) == text


def test_an_excerpt_is_one_short_line() -> None:
    assert excerpt("<p>La ligne 3</p><p>s'arrête à midi</p>", 100) == "La ligne 3 s'arrête à midi"
    assert excerpt("<p>La ligne 3</p><p>s'arrête à midi</p>", 12) == "La ligne 3…"


PIECES = [
    *(
        *KEPT,
        *MUTATIONS,
        "<a href='",
        "'>",
        "</a>",
        "<h1>",
        "</h1>",
        "<math>",
        "</math>",
        "<semantics>",
        "<svg>",
        "<p>",
    ),
    *(
        "</p>",
        "<table>",
        "<td>",
        "<b>",
        "<b x=1>",
        "</b>",
        "<script>",
        "javascript:alert(1)",
        "https://x",
        "<!--",
        "-->",
    ),
    *("<![CDATA[", "<style>", "</style>", "\0", "\ud800", "&lt;", "<plaintext>", "<template>", "<select>"),
    "<annotation encoding='text/plain'>",
]
documents = st.text() | st.lists(st.sampled_from(PIECES) | st.text(max_size=5), max_size=25).map("".join)


@settings(max_examples=500, deadline=None)
@given(documents)
def test_no_html_yields_anything_but_the_list(html: str) -> None:
    safe = sanitise(html)
    assert is_safe(safe)
    assert is_safe(sanitise(safe))


@settings(max_examples=300, deadline=None)
@given(documents)
def test_no_html_is_too_strange_for_plain_text(html: str) -> None:
    text = plain(html)
    assert "\0" not in text
    assert is_safe(entities.escape(text))
    assert plain(entities.escape(text)).split() == text.split()
    text.encode()
