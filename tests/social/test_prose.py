"""Markdown of articles: the same HTML everywhere, nothing of anybody else's in it; what is pasted comes clean."""

import re
import time

import pytest

from social import pasting, prose
from social.articles import words
from social.articles.words import ArticleDraft
from social.text import Mentioned


def html(source: str) -> str:
    names = {"bruno": Mentioned(acct_name="bruno", host=None, url="https://siege.example/@bruno")}
    return prose.render(source, names, lambda name: f"/tags/{name}").html


@pytest.mark.parametrize(
    ("source", "made"),
    [
        pytest.param("<script>x</script>", "<p>&lt;script&gt;x&lt;/script&gt;</p>", id="a_tag_is_text"),
        pytest.param("[x](javascript:x)", "<p>[x](javascript:x)</p>", id="a_link_that_runs_is_text"),
        pytest.param("[x](/settings)", "<p><span>x</span></p>", id="a_link_into_this_site_is_its_words"),
        pytest.param("![far](https://a.example/p.png)", "<p>far</p>", id="a_picture_of_elsewhere_is_its_words"),
        pytest.param("![p](photo:0)", "<p>p</p>", id="there_is_no_place_zero"),
        pytest.param(
            '![p](photo:2 "a <b> *c*")',
            '<figure><img src="photo:2" alt="p" /><figcaption>a &lt;b&gt; *c*</figcaption></figure>',
            id="a_picture_alone_has_its_caption",
        ),
        pytest.param("`@bruno`", "<p><code>@bruno</code></p>", id="code_names_nobody"),
        pytest.param("# A\n\n## B", '<h2 id="s-a">A</h2>\n<h3 id="s-b">B</h3>', id="the_title_is_above_all_headings"),
        pytest.param("## A\n\n## A", '<h2 id="s-a">A</h2>\n<h2 id="s-a-2">A</h2>', id="headings_of_one_name"),
        pytest.param('[a"b](https://x.example/"onx)', None, id="a_quote_ends_no_attribute"),
    ],
)  # fmt: skip
def test_markdown_becomes_this_and_no_more(source: str, made: str | None) -> None:
    found = html(source)
    assert found == made if made is not None else '"onx' not in found and "<a" in found


def test_people_and_subjects_are_links_and_counted_once() -> None:
    found = html("Ask @bruno or @nobody of #Ligne3, not `#code`.")
    assert 'href="https://siege.example/@bruno"' in found and 'href="/tags/ligne3"' in found
    assert "@nobody" in found and found.count("<a ") == 2
    assert prose.scan("Ask @bruno. `@code` #Ligne3 #ligne3").mentions == ("bruno",)
    assert prose.photos("![a](photo:3) ![b](photo:3) photo:1") == (3, 1)


def test_reading_time_is_of_the_words() -> None:
    assert prose.render("word " * 10, {}, str).minutes == 1
    assert prose.render("word " * 1_100, {}, str).minutes == 5


def test_a_hostile_article_costs_no_time() -> None:
    for source in ("[" * 50_000, "> " * 20_000, "*a" * 30_000, "|" * 50_000, "![" * 30_000):
        prose.render(source, {}, str)
    pasting.markdown("<b>" * 9_000 + "x")
    pasting.markdown("<ul><li>" * 4_000)
    begun = time.process_time()
    for part in (
        "<p class=MsoListParagraph>",
        "<b style='font-weight:normal'>",
        "<![if !supportLists]>",
        "<p class=MsoTitle>",
    ):
        pasting.markdown("<p class=MsoListParagraph>" + part * 9_000)
    assert time.process_time() - begun < 4


@pytest.mark.parametrize(
    ("pasted", "made"),
    [
        pytest.param("<p>a <b> b </b>c</p>", "a **b** c", id="a_mark_touches_its_words"),
        pytest.param("<ul><li>a<ul><li>b</li></ul></li></ul>", "- a\n    - b", id="lists_in_lists"),
        pytest.param(
            "<p class=MsoTitle>Plan<o:p></o:p></p>"
            "<p class=MsoListParagraphCxSpFirst style='text-indent:-18.0pt;mso-list:l0 level1 lfo1'>"
            "<![if !supportLists]><span style='font-family:Symbol;mso-fareast-font-family:Symbol'>"
            "<span style='mso-list:Ignore'>·<span style='font:7.0pt \"Times New Roman\"'>&nbsp;&nbsp; </span></span>"
            "</span><![endif]>Stop <b>the press</b><o:p></o:p></p>"
            "<p class=MsoListParagraphCxSpMiddle style='margin-left:72.0pt;mso-list:l0 level2 lfo1'>"
            "<![if !supportLists]><span style='font-family:\"Courier New\"'><span style='mso-list:Ignore'>o"
            "<span>&nbsp;&nbsp; </span></span></span><![endif]>on two lines</p>"
            "<p class=MsoListParagraphCxSpLast style='mso-list:l1 level1 lfo2'><![if !supportLists]>"
            "<span style='mso-list:Ignore'>1.<span>&nbsp; </span></span><![endif]>then begin</p>",
            "# Plan\n\n- Stop **the press**\n    - on two lines\n\n1. then begin",
            id="lists_of_word_with_their_levels_and_signs",
        ),
        pytest.param(
            "<p class=MsoListParagraph style='mso-list:l0 level1 lfo1'><!--[if !supportLists]-->"
            "<span>-<span>&nbsp; </span></span><!--[endif]-->from Outlook, well-known</p>",
            "- from Outlook, well-known",
            id="a_list_of_outlook",
        ),
        pytest.param(
            "<p class=MsoNormal>It is <del cite='mailto:a' datetime='2026-11-01T10:00'>Monday</del>"
            "<ins cite='mailto:a'>Tuesday</ins><a class=msocomanchor id='_anchor_1' href='#_msocom_1'>[NB1]</a>"
            "<a href='#_ftn1' name='_ftnref1'><span class=MsoFootnoteReference>[1]</span></a>.</p>"
            "<p class=MsoNormal><o:p>&nbsp;</o:p></p><p class=MsoNormal><!--[if gte vml 1]><v:shape/><![endif]-->"
            "<![if !vml]><img src='file:///C:/a.png'><![endif]>End</p>"
            "<div style='mso-element:comment-list'><p>Secret remark</p></div>",
            "It is Tuesday\\[1\\].\n\nEnd",
            id="tracked_changes_and_remarks_of_word",
        ),
        pytest.param(
            '<meta charset="utf-8"><b style="font-weight:normal;" id="docs-internal-guid-1"><h2>Why</h2>'
            '<p dir="ltr"><span style="font-size:11pt;font-weight:400;">Line 3 is </span>'
            '<span style="font-weight:700;">old</span><span style="font-style:italic;"> indeed</span></p>'
            '<ul><li dir="ltr"><p role="presentation"><span>one</span></p></li></ul></b>',
            "## Why\n\nLine 3 is **old** *indeed*\n\n- one",
            id="a_page_of_google_docs",
        ),
        pytest.param(
            '<div class="OutlineElement"><p class="Paragraph"><span class="TextRun" style="font-weight:bold">'
            '<span class="NormalTextRun">Bold</span></span><span class="EOP">&nbsp;</span></p></div>'
            '<div class="ListContainerWrapper"><ul><li><p class="Paragraph"><span class="TextRun">a</span></p></li>'
            "</ul></div>",
            "Bold\n\n- a",
            id="word_in_a_browser",
        ),
        pytest.param(
            "<table class=MsoTableGrid><tr><td><p class=MsoNormal><b>Hour</b></p></td>"
            "<td><p class=MsoNormal>Who</p></td></tr><tr><td><p class=MsoNormal>8</p></td>"
            "<td><p class=MsoNormal>Amina</p></td></tr></table>",
            "| **Hour** | Who |\n| --- | --- |\n| 8 | Amina |",
            id="a_table_of_word",
        ),
        pytest.param("<p>1 * 2_3 [x]</p>", r"1 \* 2\_3 \[x\]", id="signs_stay_signs"),
        pytest.param("<img src=x onerror=alert(1)>a", "a", id="pictures_go"),
        pytest.param("<table><tr><th>a</th><th>b</th></tr><tr><td>1</td><td>2</td></tr></table>",
                     "| a | b |\n| --- | --- |\n| 1 | 2 |", id="tables"),
    ],
)  # fmt: skip
def test_what_is_pasted_becomes_markdown(pasted: str, made: str) -> None:
    assert pasting.markdown(pasted).strip() == made


def test_plain_words_are_left_alone() -> None:
    words = "A line\n\n- a\n- b\n\n5 < 6 and a<b"
    assert pasting.tidy(words) == words
    assert pasting.tidy("• a\n•\tb") == "- a\n- b"


HOSTILE = {
    "brackets": "[", "pictures": "![", "links": "[a](b)", "weight": "*a", "cells": "|",
    "paragraphs": "a\n\n", "lines": "a\n", "lists": "- a\n", "code": "`a",
    "quotes": "> " * 20 + "\n", "numbers": "1. " * 20 + "\n",
}  # fmt: skip
"""100,000 characters of each cost up to two seconds, and more where other things go on."""


@pytest.mark.parametrize("marks", HOSTILE)
def test_what_is_nothing_but_marks_is_not_read(marks: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(prose, "_markdown", lambda: pytest.fail("it is read"))
    source = (HOSTILE[marks] * prose.MAX_SOURCE)[: prose.MAX_SOURCE]
    assert prose.is_too_intricate(source)
    assert "<a " not in prose.render(source, {}, str).html and not prose.scan(source).mentions
    draft = ArticleDraft(title="x", source=source)
    assert [(one.field, one.code) for one in words.problems(draft)] == [("source", "too_intricate")]


def test_a_table_counts_the_cells_that_it_is_filled_up_to() -> None:
    wide = "|a" * 300 + "|\n" + "|-" * 300 + "|\n"
    assert prose.is_too_intricate(wide + "|\n" * 500)
    assert not prose.is_too_intricate(wide + "\n" + "a\n" * 500)


def test_a_long_article_is_far_below_the_limit() -> None:
    part = (
        "## A heading (with *weight*)\n\n"
        + "Some words of [a link](https://a.example/x) that says what is meant here, and `code`. " * 8
        + "\n\n"
    )
    part += "| a | b |\n| --- | --- |\n| 1 | 2 |\n\n- one\n- two\n\n"
    source = (part * 1_000)[: prose.MAX_SOURCE]
    assert prose.effort(source) < 20_000 and not prose.is_too_intricate(source)
    assert not words.problems(ArticleDraft(title="x", source=source))


def test_the_end_of_each_link_is_that_of_its_beginning() -> None:
    """Known without looking back through all that stands before: thousands of links cost no more each."""
    found = html("[a](/b) " * 2 + "[c](https://x.example/) " * 2 + "[d](/e)")
    assert re.findall(r"</?(?:a|span)", found) == ["<span", "</span"] * 2 + ["<a", "</a"] * 2 + ["<span", "</span"]


def test_an_article_of_nothing_but_headings_costs_no_more_than_its_words() -> None:
    """Each has an anchor of its own, and none is looked for from the beginning."""
    found = prose.render("# a\n" * 5_000, {}, str).contents
    anchors = [heading.anchor for heading in found]
    assert len(set(anchors)) == 5_000 and anchors[:2] == ["s-a", "s-a-2"] and anchors[-1] == "s-a-5000"
