"""A gathering as apps show it that know only posts: title, when and where, words, and the way to its page."""

from html import escape

from social.gatherings.wording import line
from social.reading import PostView


def content(view: PostView) -> str:
    """The HTML of a post under its title, as Mastodon shows the pages of forums and articles; of a gathering more."""
    post, held = view.post, view.gathering
    title = f"<p><strong>{escape(post.title)}</strong></p>" if post.title else ""
    if held is None:
        return f"{title}{post.html}"
    url = escape(post.url)
    when = f"<p>{escape(line(held.gathering, post.language))}</p>"
    return f'{title}{when}{post.html}<p><a href="{url}" rel="nofollow noopener" target="_blank">{url}</a></p>'
