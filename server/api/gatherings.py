"""A gathering as apps show it that know only posts: title, when and where, words, and the way to its page."""

from html import escape

from social.gatherings.wording import line
from social.reading import PostView


def content(view: PostView) -> str:
    """The HTML of a post under its title, as Mastodon shows the pages of forums and articles; of a gathering more."""
    post, held = view.post, view.gathering
    if held is None:
        return titled(post.title, post.html)
    url = escape(post.url)
    when = f"<p>{escape(line(held.gathering, post.language))}</p>"
    more = f'<p><a href="{url}" rel="nofollow noopener" target="_blank">{url}</a></p>'
    return titled(post.title, f"{when}{post.html}{more}")


def titled(title: str, html: str) -> str:
    """HTML under the title that a post, or a version of it, has."""
    return f"<p><strong>{escape(title)}</strong></p>{html}" if title else html
