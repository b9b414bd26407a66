"""Custom emoji on pages: `:name:` in a text becomes its picture, whose alternative text is `:name:` again."""

import re
from html import escape

from markupsafe import Markup

from social import emojis
from social.urls import Urls
from storage.accounts import AccountRow

_TAG = re.compile(r"(<[^<>]*>)")
_CODE = re.compile(r":([\w.+-]+):")


def pictured(html: str, written: str, urls: Urls) -> str:
    """Safe HTML with the emoji kept beside it (`written`); nothing inside a tag is touched."""
    known = {one.name: one.token for one in emojis.shown(written)}
    if not known:
        return html

    def picture(code: "re.Match[str]") -> str:
        token = known.get(code[1])
        if token is None:
            return code[0]
        source = urls.media(token).removeprefix(urls.base)
        return (
            f'<img class="emoji" src="{escape(source)}" alt="{escape(code[0])}" title="{escape(code[0])}" '
            'width="20" height="20" loading="lazy">'
        )

    parts = _TAG.split(html)
    return "".join(part if place % 2 else _CODE.sub(picture, part) for place, part in enumerate(parts))


def spoken(text: str, written: str, urls: Urls) -> Markup:
    """Plain text as HTML with its emoji."""
    return Markup(pictured(escape(text), written, urls))  # noqa: S704 — escaped just now


def named(account: AccountRow, urls: Urls) -> Markup:
    """The name of somebody as they write it."""
    return spoken(account.name, account.emojis, urls)
