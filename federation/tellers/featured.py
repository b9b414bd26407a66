"""What people here put forward on their page, told: pinned posts and hashtags, as they come and go."""

from urllib.parse import quote

from federation.render import activities
from federation.render.collections import featured_tag
from federation.render.posts import addressing
from federation.sending import Context, followers, merged, nodes, own_post, send
from social import events
from social.text import tag_normal
from storage import accounts
from storage.engine.database import Tx
from storage.ids import Millis
from storage.visibility import Visibility


def pinned(tx: Tx, event: events.PostPinned | events.PostUnpinned, context: Context, now: Millis) -> None:
    """A post is shown on top of its author's page, or no longer: told to whom the post itself is told."""
    view = own_post(tx, event.by, event.post)
    if view is None:
        return
    author, is_on = view.author, isinstance(event, events.PostPinned)
    id = f"{author.uri}#{'pins' if is_on else 'unpins'}/{event.post}-{event.at}"
    make = activities.add if is_on else activities.remove
    to, cc = addressing(view.post.visibility, author.followers_url, [])
    activity = make(id, author.uri, view.post.uri, context.urls.featured(author.username)) | {"to": to, "cc": cc}
    near = followers(tx, author.id)
    if view.post.visibility is Visibility.PUBLIC:
        near = merged(near, nodes(tx))
    send(tx, author, activity, near, context, now)


def tagged(tx: Tx, event: events.TagFeatured | events.TagUnfeatured, context: Context, now: Millis) -> None:
    """A hashtag is put forward, or no longer."""
    author = accounts.by_id(tx, event.by)
    if author is None or not author.is_local:
        return
    is_on = isinstance(event, events.TagFeatured)
    id = f"{author.uri}#{'features' if is_on else 'unfeatures'}/{quote(event.name)}-{event.at}"
    make = activities.add if is_on else activities.remove
    to, cc = addressing(Visibility.PUBLIC, author.followers_url, [])
    object = featured_tag(event.name, tag_normal(event.name) or event.name, author, context.urls)
    activity = make(id, author.uri, object, context.urls.featured(author.username)) | {"to": to, "cc": cc}
    send(tx, author, activity, merged(followers(tx, author.id), nodes(tx)), context, now)
