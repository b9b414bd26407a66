"""The hub by itself: which stream is which, and what happens to a reader who is too slow."""

import pytest

from server.listening import QUEUE, Frame, Waiting, stream_of


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
        ("direct", "", False, ("direct",)),
        ("", "", False, None),
    ],
)
def test_a_stream_is_known_by_the_name_clients_give(
    name: str, tag: str, only_media: bool, stream: tuple[str, ...] | None
) -> None:
    assert stream_of(name, tag, only_media=only_media) == stream


@pytest.mark.parametrize(("written", "stream"), [("12", ("list", "12")), ("012", ("list", "12")), ("x", None)])
def test_a_list_is_known_by_its_number(written: str, stream: tuple[str, ...] | None) -> None:
    assert stream_of("list", list_id=written) == stream


async def test_a_reader_who_is_too_slow_is_dropped_and_not_waited_for() -> None:
    ear = Waiting()
    for number in range(QUEUE):
        ear.tell(Frame(("user",), "update", str(number)))
    first = await ear.next(1)
    assert first is not None
    assert first.payload == "0"
    for number in range(2):
        ear.tell(Frame(("user",), "update", str(number)))
    assert await ear.next(1) is None


async def test_silence_ends_after_a_while() -> None:
    with pytest.raises(TimeoutError):
        await Waiting().next(0.01)


def test_a_frame_carries_its_payload_as_text() -> None:
    frame = Frame(("hashtag", "line3"), "delete", "12")
    assert frame.text() == '{"stream":["hashtag","line3"],"event":"delete","payload":"12"}'
