"""A post among what it answers and what answers it."""

import msgspec

from social import reading
from social.policy import Viewer
from social.reading import PostView
from storage import threads
from storage.engine.database import Tx
from storage.ids import PostId
from storage.threads import KnotRow

MAX_POSTS = 4_000
SHOWN_ANCESTORS = 400
SHOWN_DESCENDANTS = 1_000


class Thread(msgspec.Struct, frozen=True, kw_only=True):
    """`ancestors` oldest first; `descendants` depth first, siblings by time of writing."""

    ancestors: tuple[PostView, ...]
    post: PostView
    descendants: tuple[PostView, ...]
    depths: tuple[int, ...]
    """Depth of each descendant: 1 answers the post itself."""


def thread(
    tx: Tx,
    viewer: Viewer,
    id: PostId,
    *,
    max_ancestors: int = SHOWN_ANCESTORS,
    max_descendants: int = SHOWN_DESCENDANTS,
) -> Thread:
    """The thread around a post, without what the viewer may not see. Raises NotFound for the post itself."""
    above, below = order(tx, viewer, id, max_ancestors=max_ancestors, max_descendants=max_descendants)
    views = {view.post.id: view for view in reading.posts(tx, viewer, [*above, id, *(post for post, _ in below)])}
    shown = [(views[post], depth) for post, depth in below if post in views]
    return Thread(
        ancestors=tuple(views[post] for post in above if post in views),
        post=views[id] if id in views else reading.post(tx, viewer, id),
        descendants=tuple(view for view, _ in shown),
        depths=tuple(depth for _, depth in shown),
    )


def order(
    tx: Tx, viewer: Viewer, id: PostId, *, max_ancestors: int, max_descendants: int
) -> tuple[list[PostId], list[tuple[PostId, int]]]:
    """The ids of `thread`: ancestors, and descendants with their depths. Raises NotFound for the post itself."""
    knots = {knot.id: knot for knot in threads.knots(tx, id, viewer.account, MAX_POSTS)}
    if id not in knots:
        # A boost is in no thread, and a very long one is cut: only then the post must be looked for by itself.
        reading.post(tx, viewer, id)
    above = _ancestors(knots, id)[-max_ancestors:] if max_ancestors else []
    return above, _descendants(knots, id)[:max_descendants]


def _ancestors(knots: dict[PostId, KnotRow], id: PostId) -> list[PostId]:
    path: list[PostId] = []
    knot = knots.get(id)
    seen = {id}
    while knot is not None and knot.parent_id is not None and knot.parent_id not in seen:
        seen.add(knot.parent_id)
        knot = knots.get(knot.parent_id)
        if knot is not None:
            path.append(knot.id)
    return path[::-1]


def _descendants(knots: dict[PostId, KnotRow], id: PostId) -> list[tuple[PostId, int]]:
    children: dict[PostId, list[PostId]] = {}
    for knot in knots.values():
        if knot.parent_id is not None:
            children.setdefault(knot.parent_id, []).append(knot.id)
    order: list[tuple[PostId, int]] = []
    stack = [(child, 1) for child in reversed(children.get(id, []))]
    seen = {id}
    while stack:
        post, depth = stack.pop()
        if post in seen:
            continue
        seen.add(post)
        order.append((post, depth))
        stack.extend((child, depth + 1) for child in reversed(children.get(post, [])))
    return order
