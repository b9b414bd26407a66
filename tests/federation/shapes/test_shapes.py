"""Documents of many kinds of servers: each is read as far as it can be, and a broken part costs only itself."""

import pytest

from tests.federation.shapes import (
    blogs,
    events,
    forums,
    gotosocial,
    mastodon,
    misskey,
    pictures,
    piefed,
    pleroma,
    snac,
    threads,
    video,
)
from tests.federation.shapes.shape import Shape, outcome

SERVERS = (mastodon, gotosocial, threads, misskey, pleroma, snac, blogs, video, events, pictures, forums, piefed)
EVERY = [
    pytest.param(shape, id=f"{server.__name__.rpartition('.')[2]}: {shape.name}")
    for server in SERVERS
    for shape in server.SHAPES
]


def as_far(found: object, said: object) -> object:
    """What was found, of parts within it only what something is said of."""
    return {name: found.get(name) for name in said} if isinstance(found, dict) and isinstance(said, dict) else found


@pytest.mark.parametrize("shape", EVERY)
def test_a_document_is_read_as_far_as_it_can_be(shape: Shape) -> None:
    found = outcome(shape.document)
    assert {name: as_far(found.get(name, found.get("refused")), said) for name, said in shape.expected.items()} == (
        shape.expected
    )


def test_there_are_enough_of_them() -> None:
    assert len(EVERY) >= 150


@pytest.mark.parametrize("junk", [None, 0, True, "x", [], {}, [[]], {"id": 3}, [None, {"type": "?"}]], ids=str)
@pytest.mark.parametrize("shape", [server.SHAPES[0] for server in SERVERS], ids=lambda shape: shape.name)
def test_no_broken_part_loses_the_whole(shape: Shape, junk: object) -> None:
    """Whatever stands in any one property: the post is there, or it is the id, type or author that was broken."""
    whole = outcome(shape.document)
    for name in shape.document:
        found = outcome({**shape.document, name: junk})
        if name in ("id", "type", "attributedTo", "actor"):
            continue
        assert found.get("post") == whole["post"], name
