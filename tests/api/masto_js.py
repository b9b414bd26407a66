"""masto.js as its type declarations say it is: every call that it has, and the entity that each gives.

    calls(FOLDER)["v1.blocks.list"]     Call(gives="Account[]", asks=("GET /api/v1/blocks",))

The library itself is a proxy that knows no names: only the declarations beside it tell them.
"""

import re
from pathlib import Path

import msgspec

ROOTS = {"": "rest/client.d.ts", "oauth": "oauth/client.d.ts", "streaming": "streaming/client.d.ts"}
METHODS = {"list": ("GET",), "fetch": ("GET",), "create": ("POST",), "update": ("PUT", "PATCH"), "remove": ("DELETE",)}
"""The methods of HTTP behind the names that are no step of the path."""
BY_NAME = {
    "v1.accounts.lookup": "GET",
    "v1.accounts.verifyCredentials": "GET",
    "v1.accounts.updateCredentials": "PATCH",
    "v1.apps.verifyCredentials": "GET",
}
"""What is no POST, among the names that are one."""
ENTITIES = {
    "v1.apps.create": "CredentialApplication",
    "v1.apps.verifyCredentials": "Application",
    "v1.filters": "V1_Filter",
    "v1.instance.fetch": "V1_Instance",
    "v1.instance.domainBlocks": "DomainBlock",
    "v1.markers": "Markers",
    "v1.mutes": "MutedAccount",
    "v1.preferences": "Preferences",
    "v1.statuses.$select.remove": "DeletedStatus",
    "v1.trends.links": "TrendsLink",
    "v1.notifications.requests.merged": "MergedRequests",
    "v1.notifications.unreadCount": "UnreadCount",
    "v2.notifications.unreadCount": "UnreadCount",
    "v1.instance.activity": "InstanceActivity",
    "v1.instance.translationLanguages": "TranslationLanguages",
}
"""Where the library has another name for an entity than Mastodon, or no name: start of a call → entity."""


class Call(msgspec.Struct, frozen=True):
    """A call: the entity it gives, with `[]` for many, nothing when it gives none; what it asks of a node."""

    gives: str
    asks: tuple[str, ...]


def calls(folder: Path) -> dict[str, Call]:
    """Every call, by its name."""
    declared = _Declarations(folder / "node_modules" / "masto" / "dist" / "mastodon")
    found: dict[str, str] = {}
    for name, file in ROOTS.items():
        declared.walk(file, "Client", (name,) if name else (), found)
    return {name: Call(_entity(name, type), _asks(name)) for name, type in found.items()}


class _Declarations:
    """The interfaces of the package, by file and name."""

    def __init__(self, folder: Path) -> None:
        self.members: dict[tuple[str, str], list[tuple[str, str]]] = {}
        for path in sorted(folder.rglob("*.d.ts")):
            text = re.sub(r"/\*.*?\*/", "", path.read_text(), flags=re.DOTALL)
            for name, body in re.findall(r"interface ([\w$]+)[^{]* \{\n(.*?)\n\}", text, flags=re.DOTALL):
                # A member stands four spaces deep; what it is made of, deeper.
                one_line = re.sub(r"\n {8,}|\n {4}(?=[}])", " ", body)
                self.members[str(path.relative_to(folder)), name] = re.findall(
                    r"^\s{4}(?:readonly )?([$\w]+)((?:\(|:).*);$", one_line, flags=re.MULTILINE
                )

    def walk(self, file: str, interface: str, names: tuple[str, ...], found: dict[str, str]) -> None:
        """Follow an interface to its calls."""
        for member, type in self.members[file, interface]:
            below = re.sub(r"^(\([^)]*\))?: ?", "", type)
            place = self._place(file, below)
            if place is None:
                found[".".join((*names, member))] = below
            else:
                self.walk(*place, (*names, member), found)

    def _place(self, file: str, type: str) -> tuple[str, str] | None:
        """The file and name of the interface that a member leads to: that of its own file first, then of its folder."""
        version, _, name = type.rpartition(".")
        places = [place for place in self.members if place[1] == name and name.endswith("Resource")]
        folder = f"rest/{version}" if version else str(Path(file).parent)
        for fits in (lambda where: where == file, lambda where: str(Path(where).parent) == folder, lambda _: True):
            best = [place for place in places if fits(place[0])]
            if best:
                assert len(best) == 1, (file, type, best)
                return best[0]
        return None


def _entity(name: str, type: str) -> str:
    for start, entity in ENTITIES.items():
        if name.startswith(start):
            return "" if "<void" in type else entity + "[]" * bool(re.search(r"<[\w.]+\[\]", type))
    found = re.match(r"(?:Method|Promise|\{ \(.*?\): Promise)<(?:Paginator<)?(admin\.)?(\w+)(\[\])?", type)
    if found is None or found[2] in {"void", "string"}:
        return ""
    return f"{'Admin_' if found[1] else ''}{found[2]}{found[3] or ''}"


def _asks(name: str) -> tuple[str, ...]:
    """What the library makes of a name: each step in snake case is a step of the path."""
    *steps, last = re.sub(r"\$select", ":id", re.sub(r"([A-Z])", lambda at: f"_{at[1].lower()}", name)).split(".")
    own = name.rpartition(".")[2]
    if own not in METHODS:
        steps.append(last)
    path = "/".join([*([""] if steps[0] == "oauth" else ["/api"]), *steps])
    return tuple(f"{method} {path}" for method in METHODS.get(own, (BY_NAME.get(name, "POST"),)))
