"""An article on a page: its HTML with pictures under the addresses of today, and links that stay on this node."""

from collections.abc import Sequence
from html import escape

from markupsafe import Markup

from social import prose
from social.posts.media import addressed
from social.reading import PostView
from social.urls import Urls
from storage.media import MediaRow
from web.bodies import linked
from web.emojis import pictured


def whole(view: PostView, urls: Urls) -> Markup:
    """The words of an article."""
    if view.article is None:
        return Markup()
    led = linked(view.article.html, view.mentions)
    return Markup(pictured(shown(led, addressed(view, urls), urls), view.post.emojis, urls))  # noqa: S704 — made by us


def preview(source: str, pictures: Sequence[MediaRow], urls: Urls) -> Markup:
    """What an article would look like: names are not looked up yet."""
    ready = prose.render(source, {}, urls.tag)
    return Markup(shown(ready.html, pictures, urls))  # noqa: S704 — made by us


def shown(html: str, pictures: Sequence[MediaRow], urls: Urls) -> str:
    """The HTML with its pictures; one that is not here is its words."""

    def element(place: int, alt: str) -> str:
        picture = pictures[place - 1] if 0 < place <= len(pictures) else None
        words = escape(alt or (picture.description if picture else ""))
        if picture is None or not picture.file_key:
            return f'<span class="away">{words}</span>' if words else ""
        source = escape(urls.media(picture.token).removeprefix(urls.base))
        width, height = picture.width or 640, picture.height or 360
        return f'<img src="{source}" alt="{words}" width="{width}" height="{height}" loading="lazy">'

    return prose.placed(html, element)
