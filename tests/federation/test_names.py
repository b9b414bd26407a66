"""Hosts, URLs, origins and handles."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from federation.names import (
    BadName,
    is_id,
    is_loopback_name,
    join_url,
    normal_authority,
    normal_host,
    origin,
    parse_handle,
    parse_url,
    same_origin,
    without_fragment,
)


@pytest.mark.parametrize(
    ("given_host", "expected"),
    [
        pytest.param("Usine.Example", "usine.example", id="case"),
        pytest.param("usine.example.", "usine.example", id="one trailing dot"),
        pytest.param("BÜCHER.example", "xn--bcher-kva.example", id="upper-case umlaut"),
        pytest.param("bu\u0308cher.example", "xn--bcher-kva.example", id="decomposed umlaut"),
        pytest.param("xn--bcher-kva.example", "xn--bcher-kva.example", id="already an A-label"),
        pytest.param("siege", "siege", id="a single label, as in intranets"),
        pytest.param("ab--cd.example", "ab--cd.example", id="two hyphens"),
    ],
)
def test_a_host_has_one_normal_form(given_host: str, expected: str) -> None:
    assert normal_host(given_host) == expected


@pytest.mark.parametrize(
    "host",
    [
        pytest.param("", id="empty"),
        pytest.param(".", id="only a dot"),
        pytest.param("a..example", id="empty label"),
        pytest.param("a.example..", id="two trailing dots"),
        pytest.param("a_b.example", id="underscore"),
        pytest.param("a b.example", id="space"),
        pytest.param("-a.example", id="leading hyphen"),
        pytest.param("\uff41.example", id="full-width letter"),
        pytest.param("a\u00ad.example", id="soft hyphen"),
        pytest.param("a\u3002example", id="ideographic full stop"),
        pytest.param("xn--a.example", id="A-label that is none"),
        pytest.param("127.0.0.1", id="IPv4"),
        pytest.param("127.1", id="short IPv4"),
        pytest.param("2130706433", id="decimal IPv4"),
        pytest.param("0x7f.0x1", id="hexadecimal IPv4"),
        pytest.param("[::1]", id="IPv6 in brackets"),
        pytest.param("::1", id="IPv6"),
        pytest.param("a%2e.example", id="percent"),
        pytest.param("a/b", id="slash"),
        pytest.param("a@b", id="at sign"),
        pytest.param("a" * 64 + ".example", id="label too long"),
        pytest.param(".".join(["a" * 60] * 5), id="host too long"),
        pytest.param("a\x00.example", id="NUL"),
    ],
)
def test_what_is_no_plain_host_is_refused(host: str) -> None:
    with pytest.raises(BadName):
        normal_host(host)


@pytest.mark.parametrize(
    "url",
    [
        pytest.param("ftp://a.example/", id="scheme"),
        pytest.param("HTTPS://a.example/", id="scheme in capitals"),
        pytest.param("//a.example/x", id="no scheme"),
        pytest.param("https:/a.example", id="one slash"),
        pytest.param("https://", id="no host"),
        pytest.param("https://user@a.example/", id="userinfo"),
        pytest.param("https://user:pw@a.example/", id="userinfo with password"),
        pytest.param("https://a.example@evil.example/", id="host as userinfo"),
        pytest.param("https://a.example\\@evil.example/", id="backslash"),
        pytest.param("https://a.example/\\..", id="backslash in the path"),
        pytest.param("https://a.example\t.evil.example/", id="tab"),
        pytest.param("https://a.example/\n", id="newline"),
        pytest.param(" https://a.example/", id="leading space"),
        pytest.param("https://a.example/\x00", id="NUL"),
        pytest.param("https://a.example/\ud800", id="lone surrogate"),
        pytest.param("https://b\u00fccher.example/", id="host not ASCII"),
        pytest.param("https://a%2eexample/", id="percent in the host"),
        pytest.param("https://[::1]/", id="IPv6"),
        pytest.param("https://127.0.0.1/", id="IPv4"),
        pytest.param("https://0x7f000001/", id="hexadecimal IPv4"),
        pytest.param("https://a.example:/", id="empty port"),
        pytest.param("https://a.example:0/", id="port 0"),
        pytest.param("https://a.example:65536/", id="port too large"),
        pytest.param("https://a.example:80:80/", id="two ports"),
        pytest.param("https://a.example/" + "a" * 2048, id="too long"),
        pytest.param("1", id="a number"),
        pytest.param("acct:a@b.example", id="acct"),
    ],
)
def test_what_is_no_strict_url_is_refused(url: str) -> None:
    with pytest.raises(BadName):
        parse_url(url)
    assert not is_id(url)


def test_a_url_is_taken_apart_without_being_changed() -> None:
    url = parse_url("https://A.example:444/a/../b%2Fc?x=1&y=%20#frag")
    assert (url.host, url.port, url.path, url.query, url.fragment) == (
        "a.example", 444, "/a/../b%2Fc", "?x=1&y=%20", "#frag",
    )  # fmt: skip
    assert url.origin == "https://a.example:444"
    assert url.target == "/a/../b%2Fc?x=1&y=%20"
    assert url.wire == "https://a.example:444/a/../b%2Fc?x=1&y=%20"
    assert url.text == "https://A.example:444/a/../b%2Fc?x=1&y=%20#frag"


def test_a_url_without_a_path_asks_for_the_root() -> None:
    assert parse_url("https://a.example?x=1").target == "/?x=1"
    assert parse_url("https://a.example").wire == "https://a.example/"


def test_a_path_outside_ascii_is_encoded_on_the_wire_only() -> None:
    url = parse_url("https://a.example/é")
    assert url.target == "/%C3%A9"
    assert url.text == "https://a.example/é"


def test_http_ids_exist_only_on_loopback_and_only_when_allowed() -> None:
    assert is_id("https://a.example/users/ann")
    assert not is_id("http://a.example/users/ann", insecure=True)
    assert not is_id("http://siege.localhost:8401/users/ann")
    assert is_id("http://siege.localhost:8401/users/ann", insecure=True)
    assert is_loopback_name("localhost")
    assert is_loopback_name("siege.localhost")
    assert not is_loopback_name("localhost.example")
    assert not is_loopback_name("notlocalhost")


@pytest.mark.parametrize(
    ("first", "second", "same"),
    [
        pytest.param("https://a.example/1", "https://A.EXAMPLE:443/2", True, id="case and default port"),
        pytest.param("https://a.example/1", "https://a.example./2", True, id="trailing dot"),
        pytest.param("https://a.example/1", "http://a.example/1", False, id="scheme"),
        pytest.param("https://a.example/1", "https://a.example:444/1", False, id="port"),
        pytest.param("https://a.example/1", "https://a.example.evil.example/1", False, id="suffix"),
        pytest.param("https://a.example/1", "1", False, id="no URL"),
        pytest.param("x", "x", False, id="two that are no URLs"),
    ],
)
def test_an_origin_is_scheme_host_and_port(first: str, second: str, same: bool) -> None:
    assert same_origin(first, second) is same
    assert same_origin(second, first) is same


def test_an_origin_leaves_the_default_port_out() -> None:
    assert origin("https://a.example:443/x") == "https://a.example"
    assert origin("http://a.localhost:80/x") == "http://a.localhost"
    assert origin("http://a.localhost:443/x") == "http://a.localhost:443"


def test_a_location_is_read_from_where_it_was_said() -> None:
    base = parse_url("https://a.example/users/ann?x=1")
    assert join_url(base, "/actor").text == "https://a.example/actor"
    assert join_url(base, "bob").text == "https://a.example/users/bob"
    assert join_url(base, "https://b.example/x").text == "https://b.example/x"
    assert join_url(base, "//b.example/x").text == "https://b.example/x"
    for reference in ("javascript:alert(1)", "https://u@b.example/", "\\\\b.example", "file:///etc/passwd", "//[::1"):
        with pytest.raises(BadName):
            join_url(base, reference)


@pytest.mark.parametrize(
    ("text", "name", "host"),
    [
        pytest.param("@amina@usine.example", "amina", "usine.example", id="as people write it"),
        pytest.param("amina@usine.example", "amina", "usine.example", id="without the first at"),
        pytest.param("acct:amina@Usine.Example", "amina", "usine.example", id="acct"),
        pytest.param(" @Amina.B-c_9@usine.localhost:8402 ", "Amina.B-c_9", "usine.localhost:8402", id="with a port"),
        pytest.param("@ébénisterie-co@bb.example", "ébénisterie-co", "bb.example", id="a name of NodeBB"),
        pytest.param("@a@bücher.example", "a", "xn--bcher-kva.example", id="host in letters"),
    ],
)
def test_a_handle_is_read(text: str, name: str, host: str) -> None:
    handle = parse_handle(text)
    assert (handle.name, handle.host) == (name, host)
    assert str(handle) == f"{name}@{host}"
    assert handle.key == (name.lower(), host)


@pytest.mark.parametrize(
    "text",
    ["", "@", "amina", "@amina", "@amina@", "@@usine.example", "@a b@c.example", "@a@b@c.example", "@.a@b.example",
     "@a.@b.example", "@\u0131@b.example", "@\u0430@b.example",
     "@e\u0301@b.example", "@a@127.0.0.1", "@a@b.example:0", "@" + "a" * 129 + "@b.example",
     "@a@b.example/x"],
)  # fmt: skip
def test_what_is_no_handle_is_refused(text: str) -> None:
    with pytest.raises(BadName):
        parse_handle(text)


def test_an_authority_keeps_its_port() -> None:
    assert normal_authority("A.Example:8401") == "a.example:8401"
    assert normal_authority("A.Example") == "a.example"


def test_a_fragment_belongs_to_its_document() -> None:
    assert without_fragment("https://a.example/u#main-key") == "https://a.example/u"


@given(st.text(max_size=60))
def test_any_text_is_a_host_or_refused_and_normal_forms_stay(text: str) -> None:
    try:
        host = normal_host(text)
    except BadName:
        return
    assert normal_host(host) == host
    assert parse_url(f"https://{host}/").host == host


@given(st.text(max_size=60))
def test_any_text_is_a_url_or_refused(text: str) -> None:
    try:
        url = parse_url("https://" + text)
    except BadName:
        return
    assert parse_url(url.wire).wire == url.wire
    assert url.wire.isascii()
