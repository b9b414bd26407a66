"""Languages: which one a page gets, and whether it has all of it."""

import ast
import re
from pathlib import Path

import pytest
from babel.messages.catalog import Message

from tests.web.conftest import Site
from web import catalogue, words
from web.i18n import choose, translations

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(
    ("wish", "accepted", "locale"),
    [
        pytest.param("en", "fr", "en", id="the person's wish wins"),
        pytest.param("", "fr-FR,fr;q=0.9,en;q=0.8", "fr", id="the browser's first"),
        pytest.param("", "es,en;q=0.5,fr;q=0.9", "fr", id="the heaviest that is known"),
        pytest.param("", "es,de", "fr", id="none known: the site's"),
        pytest.param("", "", "fr", id="nothing said"),
        pytest.param("xx", "en;q=0", "fr", id="refused"),
        pytest.param("", "en;q=abc, ;;,,", "fr", id="nonsense"),
    ],
)
def test_a_page_speaks_the_language_that_fits_best(wish: str, accepted: str, locale: str) -> None:
    assert choose(wish, accepted, "fr") == locale


def test_the_catalogues_are_complete() -> None:
    assert list(catalogue.problems()) == []


@pytest.mark.parametrize(
    ("id", "string", "wrong"),
    [
        pytest.param("Hello", "", "not translated", id="empty"),
        pytest.param("Hello %(name)s", "Bonjour", "values differ", id="a value lost"),
        pytest.param("<b>Hello</b>", "Bonjour", "values differ", id="a tag lost"),
        pytest.param("Why?", "Pourquoi ?", "no no-break space", id="a space that breaks"),
        pytest.param("Why?", "Pourquoi\u00a0?", "", id="as it should be"),
    ],
)
def test_a_poor_translation_is_told(id: str, string: str, wrong: str) -> None:
    found = " ".join(catalogue._of(Message(id, string), "fr"))
    assert wrong in found if wrong else not found


def test_every_code_of_an_error_has_a_sentence() -> None:
    kinds = {kind.__name__ for kind, _ in words.OF_KIND}
    codes = {code for _, code in words.OF_FIELD} | set(words.OF_CODE)
    used: set[str] = set()
    for path in (ROOT / "social").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
                continue
            place = {"Invalid": 1, "Forbidden": 0, "Conflict": 0, "Unauthorized": 0, "TooMany": 1}.get(node.func.id)
            if node.func.id in kinds and place is not None and len(node.args) > place:
                argument = node.args[place]
                if isinstance(argument, ast.Constant):
                    used.add(str(argument.value))
    assert used - codes <= EXPLAINED_ELSEWHERE


EXPLAINED_ELSEWHERE = {
    # Of the protocol and the API: no page can cause them.
    "another_author", "instance_actor", "invalid_client", "invalid_code_challenge", "invalid_code_challenge_method",
    "invalid_grant", "invalid_redirect_uri", "out_of_range", "try_again", "unauthorized_client",
}  # fmt: skip


@pytest.mark.parametrize("locale", ["fr", "en"])
async def test_pages_are_in_the_language_that_they_say(site: Site, locale: str) -> None:
    page = (await site.stranger(locale).read("/sign-in")).page
    assert page.html and page.html["lang"] == locale
    assert page.select_one("h1").text == str(translations(locale).gettext("Hello. Come in."))


async def test_a_stranger_chooses_the_language_at_the_door(site: Site) -> None:
    door = await site.stranger("fr").read("/sign-in?next=/group")
    english = door.page.select_one("a[hreflang=en]")
    assert english
    answer = await site.stranger("fr").read(str(english["href"]))
    assert answer.headers["content-language"] == "en"
    assert answer.page.select_one("input[name=next]")["value"] == "/group"


async def test_french_pages_keep_their_punctuation_together(site: Site) -> None:
    amina = await site.person("amina", language="fr")
    for path in ("/", "/settings", "/settings/account", "/notifications", "/search"):
        text = (await amina.read(path)).page.get_text()
        assert not re.search(r"\w [?!;:»]|« \w", text), path
