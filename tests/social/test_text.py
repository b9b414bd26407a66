"""What people write: what it names, how long it is, and the HTML that Mastodon's clients expect of it."""

import time
from collections.abc import Callable

import pytest
from bs4 import BeautifulSoup
from hypothesis import given, settings
from hypothesis import strategies as st

from social import text
from social.sanitise import plain, sanitise
from social.text import MAX_FOUND, MAX_LINK, MAX_TAG, Mentioned

BRUNO = Mentioned(acct_name="bruno", host="siege.localhost:8401", url="http://siege.localhost:8401/@bruno")
BRUNO_ELSEWHERE = Mentioned(acct_name="Bruno", host="filiale.example", url="https://filiale.example/@Bruno")
AMINA = Mentioned(acct_name="amina", host=None, url="https://usine.example/@amina")
KNOWN = {"amina": AMINA, "bruno@siege.localhost:8401": BRUNO}


def tag_url(name: str) -> str:
    return f"https://usine.example/tags/{name}"


def render(written: str, **mentions: Mentioned) -> str:
    return text.render(written, mentions=mentions or KNOWN, tag_url=tag_url)


def link(url: str, prefix: str, shown: str, rest: str = "", rel: str = "nofollow noopener") -> str:
    return (
        f'<a href="{url}" target="_blank" rel="{rel}" translate="no"><span class="invisible">{prefix}</span>'
        f'<span class="{"ellipsis" if rest else ""}">{shown}</span><span class="invisible">{rest}</span></a>'
    )


@pytest.mark.parametrize(
    ("written", "mentions"),
    [
        pytest.param("@amina", ("amina",), id="local"),
        pytest.param("@bruno@siege.example", ("bruno@siege.example",), id="remote"),
        pytest.param("@bruno@siege.localhost:8401", ("bruno@siege.localhost:8401",), id="port"),
        pytest.param("@bruno@siege.example: bonjour", ("bruno@siege.example",), id="colon-after"),
        pytest.param("@bruno@siege.example:8401.", ("bruno@siege.example:8401",), id="port-and-full-stop"),
        pytest.param("@bruno@siege.example:123456", ("bruno@siege.example",), id="no-port-of-six-digits"),
        pytest.param("@bruno@siege.example.", ("bruno@siege.example",), id="full-stop"),
        pytest.param("(@amina, @jean-luc.picard!)", ("amina", "jean-luc.picard"), id="punctuation"),
        pytest.param("@Amina puis @amina", ("Amina",), id="twice"),
        pytest.param("amina@usine.example", (), id="e-mail"),
        pytest.param("https://usine.example/@amina", (), id="inside-a-link"),
        pytest.param("/@amina =@amina", (), id="after-slash-or-equals"),
        pytest.param("@", (), id="alone"),
        pytest.param("@я", (), id="no-such-name"),
        pytest.param("@anne@müller.example", ("anne@müller.example",), id="international-host"),
        pytest.param("@amina@" + "a" * 400, (), id="endless-host"),
        pytest.param("«@amina»", ("amina",), id="french-quotes"),
        pytest.param("@hélène@bb.example, @été", ("hélène@bb.example", "été"), id="with accents"),
    ],
)
def test_mentions_are_found_as_written(written: str, mentions: tuple[str, ...]) -> None:
    assert text.scan(written).mentions == mentions


@pytest.mark.parametrize(
    ("written", "tags"),
    [
        pytest.param("#sécurité", ("sécurité",), id="accents"),
        pytest.param("#Ligne3 #ligne3", ("Ligne3",), id="twice-in-any-case"),
        pytest.param("#2026 #3D", ("3D",), id="not-only-digits"),
        pytest.param("\uff03日本語", ("日本語",), id="wide-sign"),
        pytest.param("#हिन्दी", ("हिन्दी",), id="combining-marks"),
        pytest.param("#l·l #a·", ("l·l", "a"), id="middle-dot-inside"),
        pytest.param("#a-b", ("a",), id="ends-at-hyphen"),
        pytest.param("(#foot)", ("foot",), id="brackets"),
        pytest.param("a#b /#c =#d )#e", (), id="not-after-letter-slash-equals-bracket"),
        pytest.param("https://x.example/#ancre", (), id="inside-a-link"),
        pytest.param("# titre", (), id="alone"),
        pytest.param("##foot", ("foot",), id="two-signs"),
        pytest.param("#" + "a" * (MAX_TAG + 1), (), id="endless"),
        pytest.param("&#39;", (), id="entity"),
    ],
)
def test_tags_are_found_as_written(written: str, tags: tuple[str, ...]) -> None:
    assert text.scan(written).tags == tags


@pytest.mark.parametrize(
    ("written", "links"),
    [
        pytest.param("https://armor.example", ("https://armor.example",), id="plain"),
        pytest.param("Voir https://armor.example/a.", ("https://armor.example/a",), id="full-stop"),
        pytest.param("(https://armor.example/a_(b))", ("https://armor.example/a_(b)",), id="brackets"),
        pytest.param("«https://armor.example/a»", ("https://armor.example/a",), id="french-quotes"),
        pytest.param("HTTPS://Armor.example/A", ("HTTPS://Armor.example/A",), id="capitals"),
        pytest.param("http://intranet/plan", ("http://intranet/plan",), id="host-without-dot"),
        pytest.param("http://siege.localhost:8401/@a", ("http://siege.localhost:8401/@a",), id="port"),
        pytest.param("http://[::1]:8080/x", ("http://[::1]:8080/x",), id="ipv6"),
        pytest.param("https://müller.example/ä?ö#ü", ("https://müller.example/ä?ö#ü",), id="international"),
        pytest.param("www.armor.example armor.example", (), id="no-scheme"),
        pytest.param("javascript:alert(1) data:text/html,x file:///etc", (), id="other-schemes"),
        pytest.param("https://bank.example@evil.example/", (), id="name-before-at"),
        pytest.param("https://bank.example:443@evil.example/", (), id="name-and-port-before-at"),
        pytest.param("http://", (), id="no-host"),
        pytest.param("xhttp://a.example", (), id="after-a-letter"),
        pytest.param("見てhttps://a.example/、次", ("https://a.example/",), id="no-spaces-around"),
        pytest.param("https://a.example/\u202egpj.exe", ("https://a.example/",), id="reversed-ending"),
        pytest.param("https://a.example/" + "x" * MAX_LINK, (), id="endless"),
    ],
)
def test_links_are_found_without_the_sentence_around_them(written: str, links: tuple[str, ...]) -> None:
    assert text.scan(written).links == links


def test_no_text_names_more_than_is_honoured() -> None:
    crowd = " ".join(f"@u{i} #t{i} https://h{i}.example/" for i in range(MAX_FOUND + 50))
    scanned = text.scan(crowd)
    assert len(scanned.mentions) == len(scanned.tags) == len(scanned.links) == MAX_FOUND


@pytest.mark.parametrize(
    ("written", "html"),
    [
        pytest.param("", "", id="empty"),
        pytest.param(" \n\t\r\n ", "", id="blank"),
        pytest.param("Bonjour", "<p>Bonjour</p>", id="word"),
        pytest.param("a\nb", "<p>a<br />b</p>", id="line"),
        pytest.param("a\r\nb\rc", "<p>a<br />b<br />c</p>", id="other-line-ends"),
        pytest.param("a\n\n\n \n\nb\n", "<p>a</p><p>b</p>", id="paragraphs"),
        pytest.param(
            "1 < 2 & \"3\" '4' <b>", "<p>1 &lt; 2 &amp; &quot;3&quot; &#x27;4&#x27; &lt;b&gt;</p>", id="escape"
        ),
        pytest.param("a\0b\x07\ud800c", "<p>abc</p>", id="unfit-characters"),
        pytest.param(
            "@Amina !",
            '<p><span class="h-card" translate="no"><a href="https://usine.example/@amina" class="u-url mention">'
            "@<span>amina</span></a></span> !</p>",
            id="mention",
        ),
        pytest.param(
            "@bruno@siege.localhost:8401,",
            '<p><span class="h-card" translate="no"><a href="http://siege.localhost:8401/@bruno" class="u-url mention">'
            "@<span>bruno</span></a></span>,</p>",
            id="remote-mention",
        ),
        pytest.param("@personne", "<p>@personne</p>", id="unknown-mention"),
        pytest.param(
            "#Sécurité",
            '<p><a href="https://usine.example/tags/sécurité" class="mention hashtag" rel="tag">'
            "#<span>Sécurité</span></a></p>",
            id="hashtag",
        ),
        pytest.param(
            "https://armor.example/a&b",
            f"<p>{link('https://armor.example/a&amp;b', 'https://', 'armor.example/a&amp;b')}</p>",
            id="link",
        ),
        pytest.param(
            "http://www.armor.example/",
            f"<p>{link('http://www.armor.example/', 'http://www.', 'armor.example/')}</p>",
            id="link-with-www",
        ),
        pytest.param(
            "https://" + "a" * 30, f"<p>{link('https://' + 'a' * 30, 'https://', 'a' * 30)}</p>", id="link-of-thirty"
        ),
        pytest.param(
            "https://" + "a" * 31,
            f"<p>{link('https://' + 'a' * 31, 'https://', 'a' * 31)}</p>",
            id="link-of-thirty-one",
        ),
        pytest.param(
            "https://" + "a" * 32,
            f"<p>{link('https://' + 'a' * 32, 'https://', 'a' * 30, 'aa')}</p>",
            id="link-of-thirty-two",
        ),
        pytest.param(
            'https://a.example/"onmouseover="x',
            f"<p>{link('https://a.example/', 'https://', 'a.example/')}&quot;onmouseover=&quot;x</p>",
            id="quote-ends-a-link",
        ),
    ],
)
def test_a_text_becomes_the_html_of_mastodon(written: str, html: str) -> None:
    assert render(written) == html


def test_two_mentioned_persons_of_one_name_are_told_apart_by_their_host() -> None:
    both = {"bruno@siege.localhost:8401": BRUNO, "Bruno@filiale.example": BRUNO_ELSEWHERE}
    html = text.render("@bruno@siege.localhost:8401 @bruno@filiale.example", mentions=both, tag_url=tag_url)
    assert "@<span>bruno@siege.localhost:8401</span>" in html
    assert "@<span>Bruno@filiale.example</span>" in html


def test_a_local_person_keeps_the_short_name_beside_a_remote_one() -> None:
    local = Mentioned(acct_name="bruno", host=None, url="https://usine.example/@bruno")
    html = text.render(
        "@bruno @bruno@filiale.example",
        mentions={"bruno": local, "bruno@filiale.example": BRUNO_ELSEWHERE},
        tag_url=tag_url,
    )
    assert "@<span>bruno</span>" in html
    assert "@<span>Bruno@filiale.example</span>" in html


def test_one_person_mentioned_in_two_ways_keeps_the_short_name() -> None:
    html = text.render(
        "@amina @amina@usine.example", mentions={"amina": AMINA, "amina@usine.example": AMINA}, tag_url=str
    )
    assert html.count("@<span>amina</span>") == 2


def test_what_we_render_passes_our_own_sanitiser_with_all_that_clients_read() -> None:
    html = render("@amina #Foot https://www.armor.example/" + "x" * 40 + "\nb\n\nc")
    before, after = BeautifulSoup(html, "html.parser"), BeautifulSoup(sanitise(html), "html.parser")
    assert after.get_text() == before.get_text()
    for old, new in zip(before.find_all("a"), after.find_all("a"), strict=True):
        assert (old["href"], old.get("class")) == (new["href"], new.get("class"))
    assert len(after.select("span.h-card > a.mention")) == 1
    assert len(after.select("span.invisible")) == 2
    assert len(after.select("span.ellipsis")) == 1


def test_a_bio_and_a_profile_field_own_their_links() -> None:
    expected = link("https://amina.example", "https://", "amina.example", rel="nofollow noopener me")
    assert text.bio("Soudure\n\nhttps://amina.example @amina #a") == f"<p>Soudure</p><p>{expected} @amina #a</p>"
    assert text.profile_field("https://amina.example") == expected
    assert text.profile_field(" Lyon\n<3 ") == "Lyon &lt;3"
    assert 'class="mention hashtag"' in text.bio("#foot", tag_url=tag_url)
    assert "u-url mention" in text.bio("@amina", mentions=KNOWN)


@pytest.mark.parametrize(
    ("written", "spoiler", "count"),
    [
        pytest.param("", "", 0, id="empty"),
        pytest.param("bonjour", "", 7, id="letters"),
        pytest.param("bonjour", "attention", 16, id="with-warning"),
        pytest.param("e\u0301te\u0301", "", 3, id="combining"),
        pytest.param("👨‍👩‍👧‍👦🇫🇷👍🏽", "", 3, id="emoji"),
        pytest.param("a\r\nb", "", 3, id="line-end"),
        pytest.param("https://" + "a" * 200 + ".example", "", 23, id="long-link"),
        pytest.param("http://a.b", "", 23, id="short-link"),
        pytest.param("www." + "a" * 30, "", 34, id="no-link"),
        pytest.param("@bruno@siege.localhost:8401 oui", "", 10, id="mention"),
        pytest.param("#sécurité", "", 9, id="tag"),
        pytest.param("x https://a.b", "https://a.b", 36, id="link-in-warning-is-text"),
    ],
)
def test_length_is_counted_as_people_count(written: str, spoiler: str, count: int) -> None:
    assert text.length(written, spoiler) == count


@pytest.mark.parametrize(
    ("written", "limit", "short"),
    [
        pytest.param("bonjour", 7, "bonjour", id="fits"),
        pytest.param("bonjour à tous", 10, "bonjour à…", id="at-a-space"),
        pytest.param("a" * 30 + " " + "b" * 40, 60, "a" * 30 + " " + "b" * 28 + "…", id="in-a-long-word"),
        pytest.param("👨‍👩‍👧👨‍👩‍👧👨‍👩‍👧", 2, "👨‍👩‍👧…", id="never-in-a-cluster"),
        pytest.param("abc", 1, "…", id="nothing-but-the-mark"),
        pytest.param("abc", 0, "", id="nothing"),
    ],
)
def test_a_shortened_text_ends_where_a_reader_would_end_it(written: str, limit: int, short: str) -> None:
    assert text.shortened(written, limit) == short


@pytest.mark.parametrize(
    ("name", "normal"),
    [
        pytest.param("Foot", "foot", id="case"),
        pytest.param("#Foot", "foot", id="sign"),
        pytest.param("Straße", "strasse", id="folded"),
        pytest.param("\uff26\uff4f\uff4f\uff54", "foot", id="wide"),
        pytest.param("e\u0301te\u0301", "été", id="composed"),
        pytest.param("ÉTÉ", "été", id="accents-are-kept"),
        pytest.param("2026", None, id="digits"),
        pytest.param("__", None, id="connectors"),
        pytest.param("a b", None, id="space"),
        pytest.param("a-b", None, id="hyphen"),
        pytest.param("", None, id="empty"),
        pytest.param("#", None, id="sign-only"),
        pytest.param("##a", None, id="two-signs"),
        pytest.param("\ufdfa", None, id="unfolds-to-a-sentence"),
        pytest.param("a" * 101, None, id="endless"),
        pytest.param("<b>", None, id="markup"),
    ],
)
def test_a_tag_has_one_normal_name(name: str, normal: str | None) -> None:
    assert text.tag_normal(name) == normal


@pytest.mark.parametrize(
    ("written", "line"),
    [
        pytest.param("  Amina \t Benali\n", "Amina Benali", id="spaces"),
        pytest.param("a\0b\x1b[31mc", "ab[31mc", id="control"),
        pytest.param("gro\u202egpj.exe\u2066x\u200f", "grogpj.exex", id="bidi"),
        pytest.param("a\u200bb\ufeffc\u00add", "abcd", id="invisible"),
        pytest.param("a\u2028b\u2029c\x85d", "a b c d", id="other-line-ends"),
        pytest.param("👨‍👩‍👧 می‌خواهم", "👨‍👩‍👧 می‌خواهم", id="joiners-stay"),
        pytest.param("e\u0301", "é", id="composed"),
        pytest.param("\ud83d", "", id="half-a-pair"),
        pytest.param("\u202e\u200b ", "", id="nothing-to-see"),
    ],
)
def test_a_line_holds_only_what_can_be_seen(written: str, line: str) -> None:
    assert text.clean_line(written) == line


@pytest.mark.parametrize("code", ["fr", "en", "EN", "pt-BR", "zh-Hant-TW", "ckb", "oc"])
def test_a_language_is_known_by_its_first_part(code: str) -> None:
    assert text.is_language(code)


@pytest.mark.parametrize(
    "code", ["", "f", "xx", "qqq", "french", "fr_FR", "fr-", "-fr", "fr\n", "fr-" + "a" * 9, "fr" + "-a" * 40]
)
def test_what_is_no_language_is_refused(code: str) -> None:
    assert not text.is_language(code)


HOSTILE = [
    *("http://", "@a", "@a.-", "#a·", "#·", "https://a.b/)", "https://a.b/([", "http://a@", "\n \n", "a.", "@", "["),
    *(
        "http://[",
        "https://a.b/ ",
        "@a@",
        "https://a.b/.",
        "e\u0301",
        "\u200d",
        "&",
        "\U0001f468\u200d",
        "#a#",
        "@a@b:1",
    ),
]


@pytest.mark.parametrize("piece", HOSTILE)
@pytest.mark.parametrize("work", [text.scan, text.length, render, text.clean_line, text.profile_field])
def test_the_cost_grows_with_the_length_and_not_with_its_square(piece: str, work: Callable[[str], object]) -> None:
    def seconds(size: int) -> float:
        hostile = piece * (size // len(piece))
        start = time.process_time()
        work(hostile)
        return time.process_time() - start

    seconds(1_000)
    # A square would make it 16 times as much; the sum is for what the clock cannot see.
    assert seconds(80_000) < 10 * (seconds(20_000) + 0.02)


written_texts = st.text() | st.lists(
    st.sampled_from([*HOSTILE, "<script>", '"', "'", "\0", "\ud800", " ", "\n\n"])
).map("".join)


@settings(max_examples=300, deadline=None)
@given(written_texts)
def test_no_text_makes_a_tag_that_we_did_not_write(written: str) -> None:
    for html in (render(written), text.bio(written, tag_url=tag_url), text.profile_field(written)):
        # The space keeps the parser from warning that a text looks like an address.
        soup = BeautifulSoup(f" {html}", "html.parser")
        assert {tag.name for tag in soup.find_all(True)} <= {"p", "br", "a", "span"}
        attributes = {name for tag in soup.find_all(True) for name in tag.attrs}
        assert attributes <= {"href", "class", "rel", "target", "translate"}
        assert all(str(a["href"]).lower().startswith(("http://", "https://")) for a in soup.find_all("a"))
        assert "\n" not in html


@settings(max_examples=300, deadline=None)
@given(written_texts, written_texts)
def test_no_text_is_too_strange_to_be_read(written: str, spoiler: str) -> None:
    scanned = text.scan(written)
    assert all(text.tag_normal(tag) for tag in scanned.tags)
    assert text.length(written, spoiler) >= 0
    line = text.clean_line(written)
    assert text.clean_line(line) == line
    assert text.graphemes(text.shortened(written, 20)) <= 20
    normal = text.tag_normal(written)
    assert normal is None or text.tag_normal(normal) == normal
    text.is_language(written)


@settings(max_examples=200, deadline=None)
@given(
    st.lists(st.from_regex(r"[A-Za-z0-9é&<>'\"]{1,8}", fullmatch=True), max_size=12),
    st.sampled_from(["\n", "\n\n", " "]),
)
def test_the_plain_text_of_a_rendered_text_is_that_text(words: list[str], between: str) -> None:
    assert plain(render(between.join(words))) == between.join(words)
