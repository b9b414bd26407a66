"""Windows of requests."""

import pytest

from server.limits import Window, nearest, network_of
from social.clock import MINUTE
from social.errors import TooMany
from storage.ids import Millis

NOON = Millis(1_795_521_600_000)


def test_a_window_counts_down_and_opens_again() -> None:
    window = Window(2, 5 * MINUTE)
    first, second = window.count("amina", NOON), window.count("amina", NOON)
    assert first is not None and second is not None
    assert (first.remaining, second.remaining) == (1, 0)
    assert first.reset == b"2026-11-24T12:05:00.000000Z"
    with pytest.raises(TooMany) as refused:
        window.count("amina", NOON)
    assert refused.value.until == NOON + 5 * MINUTE
    assert window.count("luc", NOON) is not None
    assert window.count("amina", Millis(NOON + 5 * MINUTE)) is not None


def test_a_limit_of_nothing_counts_nothing() -> None:
    window = Window(0, MINUTE)
    assert all(window.count("amina", NOON) is None for _ in range(10))


def test_a_flood_of_keys_does_not_fill_the_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("server.limits.MOST_KEYS", 100)
    window = Window(5, MINUTE)
    for number in range(1_000):
        window.count(str(number), NOON)
    assert len(window._counts) <= 101


def test_the_headers_tell_the_limit_that_is_closer() -> None:
    wide, narrow = Window(10, MINUTE).count("a", NOON), Window(3, MINUTE).count("a", NOON)
    assert nearest(wide, narrow) == nearest(narrow, wide) == narrow
    assert nearest(None, wide) == wide
    assert nearest(None, None) is None


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:aaaa::1", "2001:0db8:0001:0002"),
        ("2001:db8:1:2:bbbb::9", "2001:0db8:0001:0002"),
        ("nowhere", "nowhere"),
        ("", ""),
    ],
)
def test_one_customer_of_ipv6_is_one_asker(address: str, network: str) -> None:
    assert network_of(address) == network
