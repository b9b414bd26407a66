"""The weekly letter of communities in words: plain text and HTML, in the reader's language."""

from social.letters.digests import Digest
from social.letters.letters import Written
from social.node import Node
from web import icons
from web.i18n import translations
from web.render import face


def write(node: Node, digest: Digest, locale: str, out: str) -> Written:
    """The letter in a language. `out`: the address of the way out."""
    settings, look = node.settings, node.look
    total = sum(chapter.count for chapter in digest.chapters)
    said = translations(locale).ngettext(
        "Your week: %(num)s post in your communities", "Your week: %(num)s posts in your communities", total
    )
    subject = str(said) % {"num": total}
    values: dict[str, object] = {
        "subject": subject,
        "chapters": digest.chapters,
        "base": settings.base_url,
        "out": out,
    }
    ready = face(settings, look)
    return Written(
        subject=subject,
        text=ready.render("letters/digest_plain.html", locale, **values),
        html=ready.render("letters/digest.html", locale, **values),
        logo=icons.small(look.picture) if look.logo else b"",
    )
