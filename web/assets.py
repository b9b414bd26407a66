"""Style sheets, scripts and drawings, made ready at start: joined, hashed, compressed. There is no build.

All of `static/` is served under `/static/<version>/…`, where the version is a hash of everything, so that it may be
kept for ever; `/theme/…` holds what is drawn from the configuration of the group (pennants and their colours).
"""

import gzip
from collections.abc import Mapping
from functools import lru_cache
from hashlib import sha256
from pathlib import Path

import msgspec

from social.settings import GroupSettings
from web.pennants import COLOURS, Pennant, own_colour, pennants, picture, sheet, sprite

FOLDER = Path(__file__).parent / "static"
TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}
SHEET = "archipel.css"
LAYERS = ("tokens", "reset", "base", "layout")
# Where two components meet on one element (`class="post note"`), the later wins: hence an order and not the alphabet.
COMPONENTS = (
    "nav", "brand", "tabbar", "head", "tabs", "parts", "count", "button", "field", "choices", "flag", "avatar", "post",
    "why", "author", "body", "warning", "media", "actions", "menu", "dialog", "lightbox", "preview", "composer",
    "offers", "audience", "shot", "versions", "divider", "end", "empty", "rail", "note", "band", "thread", "hull",
    "facts", "links", "banner", "person", "rows", "notice", "toast", "gate", "card", "chart", "quoted", "strip",
    "hoist", "emoji", "ask", "board", "poll", "look", "codes", "difference", "digest", "sift", "passkey",
    "recognition", "pulse", "community", "gathering",
    "article", "calendar",
)  # fmt: skip

LONELY = Pennant("flag", "square", COLOURS["blue"])
"""The flag of a node that belongs to no entity of its group."""


class Asset(msgspec.Struct, frozen=True):
    """A file as it is sent: as it is, and compressed."""

    body: bytes
    packed: bytes
    type: str


class Assets(msgspec.Struct, frozen=True):
    """Everything that is the same for every reader. `version` changes whenever a byte of it changes."""

    version: str
    static: Mapping[str, Asset]
    theme: Mapping[str, Asset]
    flags: Mapping[str, Pennant]
    theme_names: Mapping[str, str]
    own: Pennant

    def url(self, name: str) -> str:
        """Address of a file of `static/`. Raises KeyError for one that is not there."""
        if name not in self.static:
            raise KeyError(name)
        return f"/static/{self.version}/{name}"

    def theme_url(self, name: str) -> str:
        """Address of a file drawn from the configuration: `entities.css`, `pennants.svg` or `site.svg`."""
        return f"/theme/{self.theme_names[name]}"


@lru_cache(maxsize=16)
def assets(group: GroupSettings, entity: str, colour: str = "") -> Assets:
    """The assets of a node of `group` whose own entity is `entity` (empty: none, and then `colour` is its own)."""
    static = {SHEET: _asset(SHEET, joined()), **_files()}
    digest = sha256()
    for name, asset in sorted(static.items()):
        digest.update(name.encode() + b"\0" + asset.body + b"\0")
    flags = pennants(group.entities)
    own = flags.get(entity) or LONELY._replace(colour=own_colour(colour) if colour else LONELY.colour)
    drawn = {"entities.css": sheet(flags, own), "pennants.svg": sprite(flags), "site.svg": picture(own)}
    names = {name: _hashed(name, text) for name, text in drawn.items()}
    theme = {names[name]: _asset(name, text) for name, text in drawn.items()}
    return Assets(digest.hexdigest()[:12], static, theme, flags, names, own)


def joined() -> str:
    """The one style sheet: layers in their order, components in theirs, utilities last."""
    css = FOLDER / "css"
    parts = [*LAYERS, *(f"components/{name}" for name in COMPONENTS), "utilities"]
    return "".join((css / f"{part}.css").read_text("utf-8") for part in parts)


def _files() -> dict[str, Asset]:
    found = (path for path in FOLDER.rglob("*") if path.suffix in TYPES and path.suffix != ".css")
    return {(name := path.relative_to(FOLDER).as_posix()): _asset(name, path.read_text("utf-8")) for path in found}


def _asset(name: str, text: str) -> Asset:
    body = text.encode()
    return Asset(body, gzip.compress(body, 9, mtime=0), TYPES[Path(name).suffix])


def _hashed(name: str, text: str) -> str:
    stem, _, suffix = name.partition(".")
    return f"{stem}.{sha256(text.encode()).hexdigest()[:12]}.{suffix}"
