"""Ids that sort by time."""

from __future__ import annotations

import threading
import time

import pytest

from storage.ids import GREATEST_ID, GREATEST_TIME, SEQUENCES, IdMaker, Millis, millis, time_of


class Clock:
    """A clock that is set by hand."""

    def __init__(self, at: int) -> None:
        self.at = at

    def __call__(self) -> Millis:
        return Millis(self.at)


def test_an_id_holds_its_time() -> None:
    made = IdMaker(Clock(1_800_000_000_123)).make()
    assert time_of(made) == 1_800_000_000_123
    assert made >> 16 == 1_800_000_000_123


def test_ids_increase_within_a_millisecond_beyond_it_and_when_the_clock_goes_back() -> None:
    clock = Clock(1_000)
    maker = IdMaker(clock, process=3)
    made = [maker.make() for _ in range(3 * SEQUENCES)]
    clock.at = 500
    made += [maker.make() for _ in range(10)]
    clock.at = 2_000
    made.append(maker.make())
    assert made == sorted(set(made))
    assert time_of(made[-1]) == 2_000


def test_processes_do_not_meet_in_a_millisecond() -> None:
    clock = Clock(1_000)
    makers = [IdMaker(clock, process=number) for number in range(64)]
    made = [maker.make() for maker in makers for _ in range(SEQUENCES)]
    assert len(set(made)) == len(made)
    assert {time_of(one) for one in made} == {1_000}


def test_threads_share_a_maker() -> None:
    maker = IdMaker()
    made: list[list[int]] = [[] for _ in range(4)]

    def work(mine: list[int]) -> None:
        mine.extend(maker.make() for _ in range(2_000))

    threads = [threading.Thread(target=work, args=(mine,)) for mine in made]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({one for mine in made for one in mine}) == 8_000
    assert all(mine == sorted(mine) for mine in made)


def test_history_has_its_own_time_and_a_new_id_at_each_attempt() -> None:
    maker = IdMaker(Clock(9_000))
    last = maker.make()
    past = [maker.make(Millis(1_000)) for _ in range(100)]
    assert len(set(past)) == 100
    assert {time_of(one) for one in past} == {1_000}
    assert maker.make() > last


def test_a_time_before_1970_counts_as_1970() -> None:
    assert time_of(IdMaker().make(Millis(-5))) == 0


def test_a_time_that_no_id_can_hold_is_refused() -> None:
    assert IdMaker().make(GREATEST_TIME) <= GREATEST_ID
    with pytest.raises(ValueError, match="no id"):
        IdMaker().make(Millis(GREATEST_TIME + 1))


@pytest.mark.parametrize("process", [-1, 64])
def test_a_process_has_a_small_number(process: int) -> None:
    with pytest.raises(ValueError, match="64"):
        IdMaker(process=process)


def test_now_is_in_milliseconds() -> None:
    assert abs(millis() - time.time() * 1000) < 5_000
