"""Letters by mail in words: plain text and HTML, in the reader's language."""

import msgspec

from social.announcements.escalation import MustRead
from social.feeds.notifications import NotificationView
from social.letters.letters import Letter, Written
from social.node import Node
from social.posts import languages
from social.sanitise import excerpt
from storage.ids import Millis
from storage.visibility import Visibility
from web import icons, notices
from web.i18n import translations
from web.render import face, post_page

EXCERPT = 200


class Item(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that happened."""

    sentence: str
    text: str
    url: str
    at: Millis


def write(node: Node, letter: Letter, locale: str, out: str) -> Written:
    """The letter in a language. `out`: the address of the way out."""
    settings, look = node.settings, node.look
    total = len(letter.items) + letter.more
    subject = notices.count(locale, total)
    values = {
        "subject": subject,
        "items": [_item(one, locale, settings.base_url) for one in letter.items],
        "more": letter.more,
        "address": f"{settings.base_url}/notifications",
        "out": out,
    }
    ready = face(settings, look)
    text = ready.render("letters/plain.html", locale, **values)
    html = ready.render("letters/letter.html", locale, **values)
    return Written(subject=subject, text=text, html=html, logo=icons.small(look.picture) if look.logo else b"")


def must_read(node: Node, letter: MustRead, locale: str) -> Written:
    """The letter that asks somebody to read, in a language; of what is for some the words stay at home."""
    settings, look, view = node.settings, node.look, letter.view
    said = translations(locale).gettext("%(name)s asks you to read and confirm")
    subject = str(said) % {"name": view.author.name}
    post = languages.for_reader(view.post, [locale])
    words = (post.spoiler or excerpt(post.html, EXCERPT)) if post.visibility is Visibility.PUBLIC else ""
    at = letter.view.post.published_at
    item = Item(sentence=subject, text=words, url=f"{settings.base_url}{post_page(view)}", at=at)
    values = {
        "subject": subject,
        "items": [item],
        "more": 0,
        "address": f"{settings.base_url}/to-read",
        "out": "",
    }
    ready = face(settings, look)
    text = ready.render("letters/plain.html", locale, **values)
    html = ready.render("letters/letter.html", locale, **values)
    return Written(subject=subject, text=text, html=html, logo=icons.small(look.picture) if look.logo else b"")


def _item(one: NotificationView, locale: str, base: str) -> Item:
    # What stands behind a warning does not stand in a mailbox.
    post = one.post
    text = "" if post is None else (post.post.spoiler or excerpt(post.post.html, EXCERPT))
    about = notices.about(one)
    url = f"{base}{post_page(post)}" if post else f"{base}{about.address if about else f'/@{one.sender.acct}'}"
    return Item(sentence=notices.sentence(locale, one), text=text, url=url, at=one.created_at)
