"""What Word, Outlook and Google Docs put on a clipboard, as HTML that says what they mean: lists, headings, bold.

They say it by styles and by parts for themselves; whatever else they add is left to who reads the HTML.
A tag ends at the next one, nothing is tried in two ways, and parts have a longest length: whoever pastes what never
ends costs no time.
"""

import regex

_LIST = regex.compile(
    r"(?is)<p\b(?P<of>(?=[^<>]*(?:MsoListParagraph|mso-list:\s*l\d))[^<>]*+)>"
    r"(?P<inside>(?:[^<]|<(?!/?p\b)){0,20000}+)</p>"
)
_LEVEL = regex.compile(r"(?i)mso-list:[^;'\"]*?level(\d)")
_SIGN = regex.compile(r"(?is)<!(?:--)?\[if !supportLists\](?:--)?>(.{0,2000}?)<!(?:--)?\[endif\](?:--)?>")
_IGNORED = regex.compile(
    r"(?is)<span\b(?=[^<>]*mso-list:\s*Ignore)[^<>]*+>"
    r"((?:[^<]|<(?!/?span)|<span[^<>]*+>[^<]*+</span>)*+)</span>"
)
_NUMBERED = regex.compile(r"^\(?(?:\d{1,3}|[a-zA-Z]|[ivxIVX]{1,5})[.)]")
_TYPED = regex.compile(r"^(?:[·•▪◦\uf0b7\uf0a7o§\-–][\s\u00a0]+|(?P<number>\d{1,2})[.)][\s\u00a0]+)")
_TITLE = regex.compile(r"(?is)<p\b(?=[^<>]*class=[\"']?MsoTitle\b)[^<>]*+>((?:[^<]|<(?!/?p\b)){0,2000}+)</p>")
_TAG = regex.compile(r"<[^<>]*+>")
_SPACE = regex.compile(r"(?:&nbsp;|&#160;|\s|\u00a0)+")
_GONE = regex.compile(
    r"""(?is)<del\b(?=[^<>]*(?:cite|datetime)=)[^<>]*+>(?:[^<]|<(?!/?del\b)){0,5000}+</del>
    |<a\b(?=[^<>]*class=["']?msocomanchor)[^<>]*+>(?:[^<]|<(?!/?a\b)){0,500}+</a>
    |<span\b(?=[^<>]*MsoCommentReference)[^<>]*+>\s*+</span>
    |<div\b(?=[^<>]*mso-element:\s*comment-list).*$""",
    regex.VERBOSE,
)
"""What was struck out with tracked changes, and remarks in the margin."""
_TOUCHING = regex.compile(r"(?i)</(ul|ol)>\s*<\1>")
"""Lists of one item each that follow one another."""
_NO_BOLD = regex.compile(r"(?is)<b\b(?=[^<>]*font-weight:\s*normal)[^<>]*+>")
_STYLED = regex.compile(r"(?is)<span\b(?P<of>(?=[^<>]*style=)[^<>]*+)>(?P<inside>[^<]*+)</span>")
_BOLD = regex.compile(r"(?i)font-weight:\s*(?:bold|[6-9]00)")
_ITALIC = regex.compile(r"(?i)font-style:\s*italic")


def meant(html: str) -> str:
    """The same HTML with what its program means said by elements. Of any other page it changes nothing."""
    html = _unwrapped(_GONE.sub("", html))
    html = _TOUCHING.sub("", _LIST.sub(_as_item, _TITLE.sub(r"<h1>\1</h1>", html)))
    return _STYLED.sub(_as_marked, html)


def _unwrapped(html: str) -> str:
    """Without the bold that is none, which Google puts around everything."""
    opening, end = _NO_BOLD.search(html), html.rfind("</b>")
    if opening is None or end < opening.end():
        return html
    return html[: opening.start()] + html[opening.end() : end] + html[end + len("</b>") :]


def _as_item(found: "regex.Match[str]") -> str:
    """A paragraph that Word draws as an item of a list, as one: its sign is in a part of its own, or in the text."""
    inside, level = found["inside"], _LEVEL.search(found["of"])
    sign = _SIGN.search(inside) or _IGNORED.search(inside)
    if sign is not None:
        is_numbered = bool(_NUMBERED.match(_words(sign[1])))
        inside = inside[: sign.start()] + inside[sign.end() :]
    else:
        inside, is_numbered = _without_sign(inside)
    name, depth = "ol" if is_numbered else "ul", int(level[1]) if level else 1
    return f"<{name}>" * depth + f"<li>{inside}</li>" + f"</{name}>" * depth


def _without_sign(inside: str) -> tuple[str, bool]:
    """Without the sign that begins its words, if one does, and whether that is a number."""
    at = 0
    while (tag := _TAG.match(inside, at)) or (_SPACE.match(inside, at)):
        step = tag or _SPACE.match(inside, at)
        assert step is not None  # noqa: S101  # one of both matched
        at = step.end()
    head, words = inside[:at], inside[at:]
    plain = words.replace("&nbsp;", "\u00a0")
    sign = _TYPED.match(_TAG.sub("", plain[:200]))
    if sign is None:
        return inside, False
    mark = sign[0].strip("\u00a0 \n\r\t")
    return head + plain[len(mark) :], sign["number"] is not None


def _words(html: str) -> str:
    return _SPACE.sub(" ", _TAG.sub("", html)).strip()


def _as_marked(found: "regex.Match[str]") -> str:
    inside = found["inside"]
    if not inside.strip():
        return inside
    if _BOLD.search(found["of"]):
        inside = f"<b>{inside}</b>"
    return f"<i>{inside}</i>" if _ITALIC.search(found["of"]) else inside
