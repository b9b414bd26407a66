"""Every call of Mastodon is served, or the reference says why not."""

from docs import left_out


def test_every_call_of_mastodon_is_served_or_left_out_with_its_reason() -> None:
    silent = [call for call in left_out.unserved() if left_out.reason(call) is None]
    assert not silent, f"serve them, or add a line to REASONS in docs/left_out.py that fits each: {silent}"


def test_the_list_of_calls_is_whole_and_sorted_once_each() -> None:
    calls = left_out.CALLS.read_text().splitlines()
    assert len(calls) > 280 and len(set(calls)) == len(calls)
    assert all(call.split(" ")[0] in ("GET", "POST", "PUT", "PATCH", "DELETE") for call in calls)
    assert len(left_out.unserved()) < len(calls) / 3


def test_a_call_that_nobody_knows_has_no_reason() -> None:
    assert left_out.reason("GET /api/v1/nonsense") is None


def test_no_reason_is_left_for_what_is_served_by_now() -> None:
    given = {left_out.reason(call) for call in left_out.unserved()}
    assert [why for _, why in left_out.REASONS if why not in given] == []
