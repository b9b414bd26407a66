"""Windows of requests."""

import pytest

from server.limits import Limits, Standing, Window, nearest, network_of
from social.clock import MINUTE
from social.errors import TooMany
from social.settings import LimitSettings
from storage.engine.database import Database, Tx
from storage.engine.errors import StorageBusy
from storage.engine.query import Query
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


def test_what_other_processes_counted_counts_here_too() -> None:
    one, other = Window(5, MINUTE), Window(5, MINUTE)
    for _ in range(3):
        one.count("amina", NOON)
    other.count("amina", NOON)
    totals: dict[str, int] = {}
    for _ in range(2):
        for window in (one, other):
            for key, count in window.fresh().items():
                totals[key] = totals.get(key, 0) + count
            window.learn(totals, window.ends)
    standing = other.count("amina", NOON)
    assert standing is not None
    assert standing.remaining == 0
    with pytest.raises(TooMany):
        other.count("amina", NOON)
    assert one.count("luc", NOON) is not None
    later = Millis(NOON + MINUTE)
    one.learn({"amina": 100}, one.ends)
    assert one.count("amina", later) == Standing(5, 4, one._reset)
    one.learn({"amina": 100}, NOON)
    assert one.count("amina", later) == Standing(5, 3, one._reset)


async def test_two_processes_of_a_node_count_together(db: Database) -> None:
    settings = LimitSettings(per_token=4)
    one, other = Limits(settings, db), Limits(settings, db)
    for _ in range(3):
        one.token.count("secret token", NOON)
    await one.share(db)
    other.token.count("secret token", NOON)
    await other.share(db)
    with pytest.raises(TooMany):
        other.token.count("secret token", NOON)
    assert "secret" not in str(await db.read(_kept))


async def test_what_could_not_be_told_is_told_the_next_time(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = LimitSettings(per_token=4)
    one, other = Limits(settings, db), Limits(settings, db)

    async def away(*_: object) -> None:
        raise StorageBusy("away")

    one.token.count("luc", NOON)
    with monkeypatch.context() as outage, pytest.raises(StorageBusy):
        outage.setattr(db, "write", away)
        await one.share(db)
    one.token.count("luc", NOON)
    await one.share(db)
    other.token.count("luc", NOON)
    await other.share(db)
    standing = other.token.count("luc", NOON)
    assert standing is not None and standing.remaining == 0


def test_one_switch_ends_all_limits() -> None:
    limits = Limits(LimitSettings(off=True))
    assert all(window.count("amina", NOON) is None for window in limits.windows for _ in range(2_000))


def _kept(tx: Tx) -> list[str]:
    return tx.rows(Query(str, "SELECT c.key FROM limit_counts AS c"))
