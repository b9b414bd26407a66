"""The guarded decoder, and the readings of what is written in many ways."""

import json
import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from federation.document import (
    BadDocument,
    addresses_of,
    count_of,
    decode,
    fields_of,
    flag_of,
    id_of,
    ids_of,
    is_public,
    language_text,
    link_of,
    many,
    one,
    text_of,
    time_of,
    type_of,
    types_of,
)
from federation.vocabulary import PUBLIC


def test_an_object_is_decoded() -> None:
    raw = '{"a": [1, -2.5, true, null, "é🎉"], "b": {"c": "\\u00e9\\ud83c\\udf89"}}'.encode()
    assert decode(raw) == {"a": [1, -2.5, True, None, "é🎉"], "b": {"c": "é🎉"}}


@pytest.mark.parametrize(
    "raw",
    [
        pytest.param(b"", id="empty"),
        pytest.param(b"null", id="null"),
        pytest.param(b"[]", id="an array"),
        pytest.param(b'"a"', id="a text"),
        pytest.param(b"{", id="cut off"),
        pytest.param(b"{} {}", id="two objects"),
        pytest.param(b"{'a': 1}", id="single quotes"),
        pytest.param(b'{"a": 1,}', id="trailing comma"),
        pytest.param(b'\xef\xbb\xbf{"a": 1}', id="byte order mark"),
        pytest.param('{"a": 1}'.encode("utf-16"), id="UTF-16"),
        pytest.param(b'{"a": "\xff"}', id="not UTF-8"),
        pytest.param(b'{"a": "\xed\xa0\x80"}', id="raw surrogate"),
        pytest.param(b'{"a": 1, "a": 2}', id="a key twice"),
        pytest.param(b'{"x": {"a": 1, "\\u0061": 2}}', id="a key twice, once escaped"),
        pytest.param(b'{"a": NaN}', id="NaN"),
        pytest.param(b'{"a": Infinity}', id="Infinity"),
        pytest.param(b'{"a": -Infinity}', id="-Infinity"),
        pytest.param(b'{"a": 1e400}', id="1e400"),
        pytest.param(b'{"a": 9223372036854775808}', id="integer of 65 bits"),
        pytest.param(b'{"a": -9223372036854775809}', id="negative integer of 65 bits"),
        pytest.param(b'{"a": ' + b"9" * 5000 + b"}", id="integer of 5000 digits"),
        pytest.param(b'{"a": "\\u0000"}', id="NUL in a text"),
        pytest.param(b'{"\\u0000": 1}', id="NUL in a key"),
        pytest.param(b'{"a": "x\x00"}', id="raw NUL"),
        pytest.param(b'{"a": "\\ud800"}', id="lone high surrogate"),
        pytest.param(b'{"a": ["\\uDC00x"]}', id="lone low surrogate"),
        pytest.param(b'{"\\udfff": 1}', id="lone surrogate in a key"),
        pytest.param(b'{"a": "\\udf89\\ud83c"}', id="surrogates the wrong way round"),
        pytest.param(b'{"a":' * 33 + b"1" + b"}" * 33, id="33 levels"),
        pytest.param(b'{"a":' + b"[" * 32 + b"]" * 32 + b"}", id="33 levels of arrays"),
        pytest.param(b"[" * 500_000, id="half a million brackets"),
        pytest.param(b'{"a":' * 200_000, id="as many braces"),
        pytest.param(b'{"a":[' + b"1," * 20_000 + b"1]}", id="20,003 values"),
        pytest.param(b'{"a":[' + b"{}," * 20_000 + b"{}]}", id="as many objects"),
        pytest.param(b'{"a":"' + b'\\"' * 400_000, id="a string that never ends"),
    ],
)
def test_what_is_not_safe_is_refused(raw: bytes) -> None:
    with pytest.raises(BadDocument) as caught:
        decode(raw)
    assert caught.value.status == 400


def test_what_is_too_large_is_refused_with_its_own_status() -> None:
    with pytest.raises(BadDocument) as caught:
        decode(b'{"a":"' + b"x" * (1024 * 1024) + b'"}')
    assert caught.value.status == 413


def test_limits_are_reached_and_not_passed() -> None:
    assert decode(b'{"a":' * 32 + b"1" + b"}" * 32)
    assert len(decode(b'{"a":[' + b"1," * 19_990 + b"1]}")["a"]) == 19_991
    assert decode(b'{"a": [9223372036854775807, -9223372036854775808]}')
    assert decode(b'{"a": "' + b"x" * 1_048_567 + b'"}')


def test_brackets_and_commas_inside_a_text_do_not_count() -> None:
    text = '[{,"\\' * 20_000
    assert decode(json.dumps({"a": text}).encode())["a"] == text


def test_an_escaped_backslash_before_u0000_is_no_nul() -> None:
    assert decode(b'{"a": "\\\\u0000"}') == {"a": "\\u0000"}


def test_the_worst_that_fits_is_refused_quickly() -> None:
    began = time.process_time()
    for raw in (b'{"a":' * 200_000, b"[" * 1_000_000, b'{"a":"' + b'\\"' * 500_000, b'"' * 1_000_000):
        with pytest.raises(BadDocument):
            decode(raw)
    assert time.process_time() - began < 2.0


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**63 - 1) | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"])),
    lambda inner: st.lists(inner) | st.dictionaries(
        st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"])), inner
    ),
)  # fmt: skip


@given(JSON, st.booleans())
def test_every_honest_document_comes_back_as_it_was(value: Any, ascii_only: bool) -> None:
    assert decode(json.dumps({"v": value}, ensure_ascii=ascii_only).encode()) == {"v": value}


@given(st.binary(max_size=200))
def test_any_bytes_are_an_object_or_refused(raw: bytes) -> None:
    try:
        assert isinstance(decode(raw), dict)
    except BadDocument as refusal:
        assert refusal.reason


@pytest.mark.parametrize(
    ("value", "expected"),
    [(None, []), ("a", ["a"]), (["a"], ["a"]), (["a", None, "b"], ["a", "b"]), ({"id": "a"}, [{"id": "a"}]), ([], [])],
)
def test_one_or_many_are_many(value: Any, expected: list[Any]) -> None:
    assert many(value) == expected
    assert one(value) == (expected[0] if expected else None)


@pytest.mark.parametrize("value", ["x:1", {"id": "x:1"}, ["x:1"], [{"id": "x:1", "type": "Note"}], [None, "x:1"]])
def test_an_id_is_found_in_every_writing(value: Any) -> None:
    assert id_of(value) == "x:1"


@pytest.mark.parametrize("value", [None, "", 1, {}, [], {"id": 1}, {"id": None}, {"id": ""}, True])
def test_what_has_no_id_has_none(value: Any) -> None:
    assert id_of(value) is None
    assert ids_of(value) == []


def test_ids_keep_their_order_and_come_once() -> None:
    assert ids_of(["b", {"id": "a"}, "b", 3]) == ["b", "a"]


def test_a_whole_object_is_told_from_an_id() -> None:
    assert fields_of([{"id": "a"}]) == {"id": "a"}
    assert fields_of("a") is None


def test_types_may_be_a_list_and_prefixed() -> None:
    assert types_of({"type": ["as:Note", 3, "https://www.w3.org/ns/activitystreams#Event"]}) == ["Note", "Event"]
    assert type_of({"type": ["Ticket", "Note"]}) == "Ticket"
    assert type_of({"type": ["Ticket", "Note"]}, frozenset({"Note"})) == "Note"
    assert type_of("Note") is None
    assert type_of({}) is None


def test_a_text_is_text_or_nothing() -> None:
    assert text_of(" a ") == "a"
    assert text_of([None, "a"]) == "a"
    nothing: list[Any] = [None, "", "  ", 1, {"a": "b"}, True]
    for value in nothing:
        assert text_of(value) is None


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({}, (None, None)),
        ({"content": "Hi"}, ("Hi", None)),
        ({"content": "Hi", "contentMap": {"en": "Hi"}}, ("Hi", "en")),
        ({"content": "Hi", "contentMap": {"fr": "Salut", "en": "Hi"}}, ("Hi", "en")),
        ({"content": "Hi", "contentMap": {"fr": "Salut"}}, ("Hi", "fr")),
        ({"contentMap": {"fr": "Salut", "en": "Hi"}}, ("Salut", "fr")),
        ({"content": None, "contentMap": [1]}, (None, None)),
        ({"content": "", "contentMap": {"de": 3, "en": "Hi"}}, ("Hi", "en")),
    ],
)
def test_a_map_of_languages_adds_the_language(fields: dict[str, Any], expected: tuple[Any, Any]) -> None:
    assert language_text(fields, "content") == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("https://a.example/x", "https://a.example/x"),
        ({"type": "Link", "href": "https://a.example/x"}, "https://a.example/x"),
        ([{"href": "https://a.example/v", "mediaType": "video/mp4"},
          {"href": "https://a.example/x", "mediaType": "text/html"}], "https://a.example/x"),
        ([{"href": "https://a.example/v", "mediaType": "video/mp4"}, "https://a.example/x"], "https://a.example/x"),
        ([{"href": "https://a.example/v", "mediaType": "video/mp4"}], "https://a.example/v"),
        (["javascript:alert(1)", "https://a.example/x"], "https://a.example/x"),
        ("javascript:alert(1)", None), ("https://u@a.example/", None), (None, None), (5, None), ([{}], None),
        ({"href": ["https://a.example/x"]}, "https://a.example/x"),
    ],
)  # fmt: skip
def test_a_link_to_a_page_is_found(value: Any, expected: str | None) -> None:
    assert link_of(value) == expected


def test_everybody_has_three_names() -> None:
    for name in (PUBLIC, "as:Public", "Public"):
        assert is_public(name)
    assert not is_public("public")
    assert addresses_of(["as:Public", {"id": "https://a.example/u"}, "Public"]) == (PUBLIC, "https://a.example/u")
    assert addresses_of("Public") == (PUBLIC,)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("2026-11-24T12:00:00Z", 1_795_521_600_000),
        ("2026-11-24T12:00:00.123Z", 1_795_521_600_123),
        ("2026-11-24T12:00:00.123456789Z", 1_795_521_600_123),
        ("2026-11-24T13:00:00+01:00", 1_795_521_600_000),
        ("2026-11-24t12:00:00z", 1_795_521_600_000),
        ("2026-11-24T12:00:00", 1_795_521_600_000),
        ("0001-01-02T00:00:00Z", -62_135_510_400_000), ("0001-01-01T00:00:00Z", None),
        ("9999-12-30T00:00:00Z", 253_402_128_000_000), ("9999-12-31T00:00:00Z", None),
        ("2026-11-24", None), ("2026-13-24T12:00:00Z", None), ("yesterday", None), ("", None), (5, None), (None, None),
        ("12026-11-24T12:00:00Z", None), ("0000-01-01T00:00:00Z", None),
    ],
)  # fmt: skip
def test_a_moment_is_read_or_is_none(value: Any, expected: int | None) -> None:
    assert time_of(value) == expected


def test_flags_and_counts_are_plain() -> None:
    assert flag_of(True) and flag_of([True])
    plainly_false: list[Any] = [False, None, "true", 1, {}]
    assert not any(flag_of(value) for value in plainly_false)
    assert count_of(0) == 0
    assert count_of([7]) == 7
    assert [count_of(value) for value in (-1, True, "1", 1.0, None)] == [None] * 5
