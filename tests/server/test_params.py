"""The one coercer: what clients write in many ways becomes one typed thing."""

from typing import Any, Literal

import msgspec
import pytest

from server.api.params import BLANK, Upload, fit, from_json, from_query
from social.errors import Invalid


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """A nested element."""

    name: str = ""
    value: str = ""


class Source(msgspec.Struct, frozen=True, kw_only=True):
    """A nested value."""

    privacy: Literal["public", "direct"] | None = None
    sensitive: bool | None = None


class Sent(msgspec.Struct, frozen=True, kw_only=True):
    """One of everything."""

    q: str = ""
    limit: int | None = None
    local: bool = False
    id: tuple[str, ...] = ()
    lines: tuple[Line, ...] = ()
    source: Source = Source()
    avatar: Upload | None = None


@pytest.mark.parametrize(
    "written",
    [
        pytest.param("id[]=1&id[]=2", id="brackets"),
        pytest.param("id=1&id=2", id="repeated"),
        pytest.param("id[0]=1&id[1]=2", id="indices"),
        pytest.param("id[1]=2&id[0]=1", id="indices out of order"),
        pytest.param("id%5B%5D=1&id%5B%5D=2", id="encoded brackets"),
        pytest.param("id[]=1&id[]=&id[]=2", id="an empty one"),
    ],
)
def test_a_list_is_a_list_in_every_writing(written: str) -> None:
    assert fit(from_query(written), Sent).id == ("1", "2")


@pytest.mark.parametrize("body", [b'{"id": ["1", "2"]}', b'{"id": [1, 2, null]}', b'{"id[]": ["1", 2]}'])
def test_a_json_list_may_hold_numbers_and_null(body: bytes) -> None:
    assert fit(from_json(body), Sent).id == ("1", "2")


@pytest.mark.parametrize(
    ("written", "value"),
    [(text, False) for text in ("0", "f", "F", "false", "FALSE", "False", "off", "OFF", "no")]
    + [(text, True) for text in ("1", "t", "true", "True", "on", "yes", "anything")]
    + [("", False)],
)
def test_truth_is_written_in_many_ways(written: str, value: bool) -> None:
    assert fit(from_query(f"local={written}"), Sent).local is value


@pytest.mark.parametrize(
    "written",
    [
        "lines[][name]=a&lines[][value]=1&lines[][name]=b",
        "lines[0][name]=a&lines[0][value]=1&lines[1][name]=b",
        "lines[5][name]=b&lines[2][name]=a&lines[2][value]=1",
    ],
)
def test_nested_elements_begin_anew_with_a_repeated_key(written: str) -> None:
    assert fit(from_query(written), Sent).lines == (Line(name="a", value="1"), Line(name="b"))


def test_json_elements_may_be_numbered() -> None:
    body = b'{"lines": {"0": {"name": "a"}, "1": {"name": "b"}}}'
    assert [line.name for line in fit(from_json(body), Sent).lines] == ["a", "b"]


def test_null_and_empty_are_as_good_as_absent() -> None:
    body = b'{"q": null, "limit": "", "local": null, "id": null, "lines": null, "source": null, "avatar": null}'
    assert fit(from_json(body), Sent) == Sent()
    assert fit(from_query("limit=&source[privacy]=&unknown=1"), Sent) == Sent()


def test_numbers_come_as_text_and_text_as_numbers() -> None:
    sent = fit(from_json(b'{"q": 12, "limit": "7", "source": {"sensitive": 0, "privacy": "direct"}}'), Sent)
    assert (sent.q, sent.limit, sent.source) == ("12", 7, Source(privacy="direct", sensitive=False))
    assert fit(from_query("q=1&q=2"), Sent).q == "2"


def test_a_file_field_is_a_file_or_blank() -> None:
    assert fit({"avatar": BLANK}, Sent).avatar is BLANK
    blank = fit(from_query("avatar="), Sent).avatar
    assert blank is not None
    assert blank.is_blank
    with pytest.raises(Invalid):
        fit(from_query("avatar=me.png"), Sent)


class Needy(msgspec.Struct, frozen=True, kw_only=True):
    """Something that must be there."""

    q: str


@pytest.mark.parametrize(
    ("plain", "kind", "field", "code"),
    [
        pytest.param({}, Needy, "q", "missing", id="missing"),
        pytest.param({"limit": "many"}, Sent, "limit", "not_a_number", id="no number"),
        pytest.param({"limit": True}, Sent, "limit", "not_a_number", id="truth for a number"),
        pytest.param({"limit": "9" * 30}, Sent, "limit", "not_a_number", id="endless number"),
        pytest.param({"q": {"a": 1}}, Sent, "q", "not_text", id="object for text"),
        pytest.param({"q": "a\0b"}, Sent, "q", "nul", id="NUL"),
        pytest.param({"q": "\ud800"}, Sent, "q", "not_text", id="half a character"),
        pytest.param({"source": "x"}, Sent, "source", "not_an_object", id="text for an object"),
        pytest.param({"source": {"privacy": "x"}}, Sent, "source.privacy", "inclusion", id="unknown choice"),
        pytest.param({"id": ["1"] * 2_000}, Sent, "id", "too_many", id="too many"),
    ],
)
def test_what_does_not_fit_is_refused_by_its_field(
    plain: dict[str, Any], kind: type[msgspec.Struct], field: str, code: str
) -> None:
    with pytest.raises(Invalid) as refused:
        fit(plain, kind)
    assert (refused.value.field, refused.value.code) == (field, code)


def test_a_key_of_a_thousand_steps_is_refused() -> None:
    with pytest.raises(Invalid):
        from_query("a" + "[b]" * 1_000 + "=1")
    with pytest.raises(Invalid):
        from_query("&".join(["a=1"] * 1_001))
