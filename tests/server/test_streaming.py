"""The hub by itself: which stream is which, and what happens to a reader who is too slow."""

import pytest

from server.streaming import QUEUE, Frame, Listener, stream_of
from social.policy import Viewer
from storage.ids import AccountId, UserId

AMINA = Viewer(account=AccountId(1), user=UserId(1))


@pytest.mark.parametrize(
    ("name", "tag", "only_media", "stream"),
    [
        ("user", "", False, ("user",)),
        ("user:notification", "", False, ("user:notification",)),
        ("public", "", False, ("public",)),
        ("public", "", True, ("public:media",)),
        ("public:local", "", True, ("public:local:media",)),
        ("public:remote:media", "", False, ("public:remote:media",)),
        ("hashtag", "Line3", False, ("hashtag", "line3")),
        ("hashtag:local", "line3", False, ("hashtag:local", "line3")),
        ("hashtag", "", False, None),
        ("list", "", False, None),
        ("direct", "", False, None),
        ("", "", False, None),
    ],
)
def test_a_stream_is_known_by_the_name_clients_give(
    name: str, tag: str, only_media: bool, stream: tuple[str, ...] | None
) -> None:
    assert stream_of(name, tag, only_media=only_media) == stream


async def test_a_reader_who_is_too_slow_is_dropped_and_not_waited_for() -> None:
    listener = Listener(AMINA, hears_posts=True, hears_notifications=True)
    for number in range(QUEUE):
        listener.tell(Frame(("user",), "update", str(number)))
    first = await listener.next(1)
    assert first is not None
    assert first.payload == "0"
    for number in range(2):
        listener.tell(Frame(("user",), "update", str(number)))
    assert await listener.next(1) is None


async def test_silence_ends_after_a_while() -> None:
    listener = Listener(AMINA, hears_posts=True, hears_notifications=True)
    with pytest.raises(TimeoutError):
        await listener.next(0.01)


def test_a_frame_carries_its_payload_as_text() -> None:
    frame = Frame(("hashtag", "line3"), "delete", "12")
    assert frame.text() == '{"stream":["hashtag","line3"],"event":"delete","payload":"12"}'
