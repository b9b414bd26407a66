"""Random words to every route as a member, or as who administers: no error of ours; a refusal changes nothing."""

import json
import re
from collections.abc import AsyncIterator, Iterator
from typing import Any, get_type_hints
from urllib.parse import urlencode

import msgspec
import pytest
import pytest_asyncio
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from server.api.routing import Endpoint
from server.api.table import ROUTES
from social.visibility import Door
from tests.attacks import forms, hosted
from tests.attacks.foe import Reply, asked
from tests.attacks.kept import Kept, changed, kept
from tests.doors.askers import Person, picture
from tests.nodes import settled
from tests.sites import LocalNode
from web.doors import PageRoute
from web.routes.table import routes

pytestmark = pytest.mark.asyncio(loop_scope="module")

TRIES = 6
EXAMPLES = settings(
    max_examples=TRIES,
    deadline=None,
    database=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
IDS = ["{post}", "{account}", "{media}", "0", "1", "9" * 19, "9" * 40, "-1", "x", "1.5", "{post}x", "%00", "\u0661"]
WORDS = [
    "", " ", "x", "\0", "a\0b", "\r\n", "\u202e", "é" * 300, "x" * 5_000, "@amina", "@x@nowhere.example", "#mot", "<b>",
    "true", "false", "null", "public", "direct", "everybody", "fr", "xx", "2030-01-01T00:00:00Z", "-1", "0", "1",
    "1e400", "9" * 40, "https://nowhere.example/x", "{post}", "{account}", "{media}", "home", "read write", "%s",
    "' OR 1=1 --", "admin", *forms.WORDS,
]  # fmt: skip
WORD = st.one_of(st.sampled_from(WORDS), st.text(max_size=20))
LEAF = st.one_of(
    WORD,
    st.none(),
    st.booleans(),
    st.integers(),
    st.integers(-(2**70), 2**70),
    st.floats(allow_nan=False, allow_infinity=False),
)
VALUE = st.recursive(
    LEAF,
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(WORD, inner, max_size=3)),
    max_leaves=6,
)


class Ground:
    """The node with a member or its administrator, and what it kept when it was last looked at."""

    def __init__(self, node: LocalNode, member: Person, names: dict[str, str]) -> None:
        self.node = node
        self.member = member
        self.names = names
        self.was: list[Kept] = []

    def with_others(self, member: Person, names: dict[str, str]) -> "Ground":
        """The same node for somebody else."""
        made = Ground(self.node, member, names)
        made.was = self.was
        return made

    def filled(self, value: Any) -> Any:
        """The value with real ids in the place of their names."""
        if isinstance(value, str):
            for name, id in self.names.items():
                value = value.replace(f"{{{name}}}", id)
            return value
        if isinstance(value, list):
            return [self.filled(one) for one in value]
        if isinstance(value, dict):
            return {self.filled(key): self.filled(one) for key, one in value.items()}
        return value

    async def judge(self, what: object, reply: Reply) -> None:
        """No error of ours, and nothing changed by a refusal."""
        assert reply.status < 500, (what, reply.status, reply.body[:300])
        if reply.status < 400:
            await settled(self.node)
            self.was[:] = [kept(self.node)]
            return
        now = kept(self.node)
        assert not changed(self.was[0], now), (what, reply.status)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def ground(usine: LocalNode, amina: Person, mallory: Person, chief: Person) -> AsyncIterator[Ground]:
    """Amina has a post, mallory an upload; ids of both are among the random words. Everybody is there before."""
    assert chief.person is not None
    post = (await usine.say(amina.person, "à tous"))["id"]
    names = {"post": post, "account": str(amina.account), "media": await mallory.upload(picture(), "x")}
    bystander = await usine.person("bystander")
    there = msgspec.structs.asdict(await hosted.hosted(usine, amina, chief, mallory))
    own = await forms.haunt(usine, mallory, chief)
    await settled(usine)
    made = Ground(usine, mallory, names | there | own | {"bystander": str(bystander.account)})
    made.was.append(kept(usine))
    yield made


@pytest.fixture
def governed(ground: Ground, chief: Person) -> Ground:
    """The same for who administers: what becomes of people becomes of somebody whom no other test needs."""
    return ground.with_others(chief, ground.names | {"account": ground.names["bystander"]})


def endpoints() -> Iterator[Any]:
    """Every method of every route but streams, which do not end."""
    for endpoint in ROUTES:
        if endpoint.door is not Door.STREAMING:
            for method in endpoint.methods:
                yield pytest.param(endpoint, method, id=f"{method} {endpoint.path}".replace("/", "|"))


def names_of(endpoint: Endpoint) -> list[str]:
    """The parameters that the endpoint reads, as clients write them."""
    hints = get_type_hints(endpoint.params)
    return [field.encode_name for field in msgspec.structs.fields(endpoint.params) if field.name in hints]


@pytest.mark.parametrize(("endpoint", "method"), list(endpoints()))
@EXAMPLES
@given(data=st.data())
async def test_random_parameters_are_answered(
    ground: Ground, governed: Ground, endpoint: Endpoint, method: str, data: st.DataObject
) -> None:
    if "/admin/" in endpoint.path:
        ground = governed
    keys = st.sampled_from([*names_of(endpoint), "unknown"]) if names_of(endpoint) else st.just("unknown")
    path = re.sub(r":\w+", lambda _: data.draw(st.sampled_from(IDS)), endpoint.path)
    params = ground.filled(data.draw(st.dictionaries(keys, VALUE, max_size=5)))
    kind = data.draw(st.sampled_from(["json", "form", "multipart"])) if method != "GET" else "query"
    headers = {"Authorization": f"Bearer {ground.member.person.token}"}
    if kind == "json":
        body: bytes | None = json.dumps(params).encode()
        headers["Content-Type"] = "application/json"
    elif kind == "multipart":
        body = in_parts(params, data.draw(st.booleans()))
        headers["Content-Type"] = "multipart/form-data; boundary=part"
    else:
        flat = {f"{key}[]" if isinstance(value, list) else key: value for key, value in params.items()}
        coded = urlencode(flat, doseq=True, errors="replace")
        body = None if kind == "query" else coded.encode()
        headers["Content-Type"] = "application/x-www-form-urlencoded"
        path += f"?{coded}" if kind == "query" else ""
    reply = await asked(ground.node, method, ground.filled(path), headers=headers, body=body)
    if reply.status >= 400:
        assert reply.headers["content-type"].startswith("application/json"), (path, reply.status)
        assert isinstance(reply.json["error"], str) and reply.json["error"], path
    await ground.judge((method, path, params), reply)


def in_parts(params: dict[str, Any], is_file: bool) -> bytes:
    """The parameters in multipart, as words or as files."""
    filed = '; filename="x.png"\r\nContent-Type: image/png' if is_file else ""
    parts = []
    for key, value in params.items():
        name = f"{key}[]" if isinstance(value, list) else key
        for one in value if isinstance(value, list) else [value]:
            parts.append(f'--part\r\nContent-Disposition: form-data; name="{name}"{filed}\r\n\r\n{one}\r\n')
    return ("".join(parts) + "--part--\r\n").encode(errors="replace")


FORMS = {
    route.path: route
    for route in sorted(routes(), key=lambda route: getattr(route, "path", ""))
    if isinstance(route, PageRoute) and "POST" in (route.methods or ()) and route.path not in ("/sign-out", "/sign-in")
}
OFFICE = ("/announcements", "/screens", "/calendar", "/campaigns", "/admin/offices")
"""Pages of those who speak for the site: random words come from one of them, else none of it is reached."""


def _ids(path: str) -> list[str]:
    """Ids for a path: those of what is there oftener than those of nothing."""
    return [*(id for begin, ids in forms.IDS.items() if path.startswith(begin) for id in ids), *IDS]


def _filled(path: str, data: st.DataObject) -> str:
    """The address with an id, an act and whatever else it takes."""
    acts = (*forms.ACTS.get(path, ()), "like", "follow", "x")
    kinds = {"id:int": _ids(path), "post:int": ["{own_inside}", "{inside}", *IDS], "act": list(acts)}
    kinds |= {"account:int": ["{account}", "{member}", *IDS], "slug": ["{own_leaf}", "{leaf}", "x"]}
    kinds |= {"week": ["2026-W48", "2026-W99", "x"], "token": ["made-up", "x" * 500]}
    others = [*IDS, "amina", "a@b.example"]
    return re.sub(r"\{([^}]+)\}", lambda found: data.draw(st.sampled_from(kinds.get(found[1], others))), path)


@pytest.mark.parametrize("path", FORMS, ids=lambda path: path.replace("/", "|"))
@EXAMPLES
@given(data=st.data())
async def test_random_forms_are_answered(ground: Ground, governed: Ground, path: str, data: st.DataObject) -> None:
    """A form that is in order, with some of its fields made others."""
    by = governed if path.startswith(OFFICE) else ground
    filled = by.filled(_filled(path, data))
    names = [*forms.fields_of(FORMS[path]), "back", "unknown"]
    right = dict(forms.RIGHT.get(path, {}))
    fields = by.filled(right | data.draw(st.dictionaries(st.sampled_from(names), WORD, max_size=4)))
    reply = await by.member.ask("POST", filled, fields)
    await by.judge((filled, fields), reply)


PAGES = sorted({route.path for route in routes() if isinstance(route, PageRoute) and "GET" in (route.methods or ())})
ASKED = (
    "before", "since", "q", "next", "reply", "to", "lang", "done", "kind", "start", "after", "topic", "site",
    "community", "view", "at", "post", "n", "key", "name",
)  # fmt: skip


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.replace("/", "|"))
@EXAMPLES
@given(data=st.data())
async def test_random_addresses_are_answered(ground: Ground, governed: Ground, path: str, data: st.DataObject) -> None:
    by = governed if path.startswith(OFFICE) else ground
    filled = by.filled(_filled(path, data))
    query = data.draw(st.dictionaries(st.sampled_from(ASKED), WORD))
    reply = await by.member.ask("GET", f"{filled}?{urlencode(by.filled(query), errors='replace')}")
    # The home notes how far its reader has come: what a page changed is no change of the next refusal.
    await by.judge((filled, query), reply)
