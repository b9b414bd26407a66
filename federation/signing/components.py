"""What a signature after RFC 9421 is over, for requests as ActivityPub's peers send them.

Components stand without parameters (`;req`, `;sf` and the like): nobody needs them for a request to an inbox, and
whoever sends some is refused before. A node signs one base for each peer it delivers to, so this is plain text.
"""

from collections.abc import Callable, Mapping, Sequence

from federation.names import Url

_DERIVED: Mapping[str, Callable[[Url], str]] = {
    "@target-uri": lambda url: url.origin + (url.path or "/") + url.query,
    "@request-target": lambda url: (url.path or "/") + url.query,
    "@authority": lambda url: url.authority,
    "@scheme": lambda url: url.scheme,
    "@path": lambda url: url.path or "/",
    "@query": lambda url: url.query or "?",
}


def signature_base(method: str, url: Url, headers: Mapping[str, str], covered: Sequence[str], parameters: str) -> bytes:
    """The signature base (RFC 9421 §2.5). `headers` by name in lower case, lines of one name joined.

    `parameters` is what `Signature-Input` says after the label. Raises ValueError for a component that the request
    does not have, and for a value that would not be one line of printable ASCII.
    """
    lines = [f'"{name}": {_value(name, method, url, headers)}' for name in covered]
    lines.append(f'"@signature-params": {parameters}')
    if not all(line.isascii() and line.replace("\t", " ").isprintable() for line in lines):
        raise ValueError("a signature base with something else than printable ASCII")
    return "\n".join(lines).encode("ascii")


def signature_parameters(covered: Sequence[str], parameters: Mapping[str, int | str | None]) -> str:
    """The covered components and the parameters as `Signature-Input` says them (RFC 8941 §4.1); None is left out."""
    members = " ".join(f'"{name}"' for name in covered)
    return f"({members})" + "".join(
        f";{name}={value if isinstance(value, int) else _quoted(value)}"
        for name, value in parameters.items()
        if value is not None
    )


def _value(name: str, method: str, url: Url, headers: Mapping[str, str]) -> str:
    if name == "@method":
        return method
    if name in _DERIVED:
        return _DERIVED[name](url)
    if name not in headers:
        raise ValueError(f"a covered component that the request does not have: {name}")
    return headers[name].strip(" \t")


def _quoted(text: str) -> str:
    """A string of RFC 8941 §3.3.3."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
