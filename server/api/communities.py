"""A post of a community as apps show it that know no communities: at its end it names where it stands, as people of
Mastodon and Lemmy do who write there. Only what begins a thread: its answers stand below it.

Nothing of it leaves the node: others are told by `audience`.
"""

from html import escape

from server.api import gatherings
from social.reading import PostView
from storage.posts import MentionRow


def content(view: PostView) -> str:
    """The HTML of a post."""
    html, place = gatherings.content(view), _place(view)
    if place is None or any(escape(one) in html for one in (place.url, place.uri) if one):
        return html
    name, url = escape(place.username), escape(place.url or place.uri)
    return f'{html}<p><span class="h-card"><a href="{url}" class="u-url mention">@<span>{name}</span></a></span></p>'


def named(view: PostView) -> list[MentionRow]:
    """Whom the post names, its community among them."""
    found, place = [one for one in view.mentions if not one.silent], _place(view)
    is_named = place is None or any(one.account_id == place.account_id for one in found)
    return found if is_named or place is None or view.boost_of is not None else [*found, place]


def _place(view: PostView) -> MentionRow | None:
    return view.within if view.post.parent_uri is None else None
