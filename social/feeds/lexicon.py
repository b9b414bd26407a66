"""The words of posts and of questions, made comparable: without accents and case, as written and by their stems.

What is indexed and what is asked go through the same hands, so both databases compare plain words and need no
dictionary of their own. A word is kept as it was written (folded) and by its stem in the language of the post; a
question knows no language, so its words are tried by their stems in each language of the group.
"""

import re
import threading
from collections.abc import Iterable, Iterator

import msgspec
import Stemmer

from social.people.names import words as folded_words

STEMMERS = {"fr": "french", "en": "english", "es": "spanish"}
LONGEST_WORD = 40
MOST_WORDS = 4_000
MOST_ASKED = 12
"""Words of a question that are looked for."""

_WORD = re.compile(r"[^\W_]+")
_LOCAL = threading.local()


class Words(msgspec.Struct, frozen=True):
    """The words of a text, parted by spaces: as written, and the stems that differ from them."""

    plain: str
    stems: str


class Term(msgspec.Struct, frozen=True):
    """One thing a question asks for: words in a row, or one word with the stems that are as good."""

    plain: tuple[str, ...]
    stems: tuple[str, ...] = ()
    is_beginning: bool = False
    """The word may go on: it is the last one, perhaps not typed to its end."""
    is_unwanted: bool = False


def of_text(text: str, language: str | None) -> Words:
    """The words of a text in that language; in each of ours if it is in none of them."""
    plain = [word[:LONGEST_WORD] for word in folded_words(text)[:MOST_WORDS]]
    named = (language or "").partition("-")[0]
    languages = [named] if named in STEMMERS else list(STEMMERS)
    stems = dict.fromkeys(_stems(_WORD.findall(text.casefold())[:MOST_WORDS], languages))
    return Words(plain=" ".join(plain), stems=" ".join(stem for stem in stems if stem not in set(plain)))


def of_question(text: str) -> list[Term]:
    """What a question asks for: “quoted words” in a row, a word with - before it unwanted, all others each."""
    terms: list[Term] = []
    parts = re.findall(r"""(-?)(?:["“«]([^"”»]*)["”»]?|([^\s"“«]+))""", text)
    for minus, quoted, bare in parts:
        if quoted:
            row = tuple(word[:LONGEST_WORD] for word in folded_words(quoted))
            terms += [Term(row, is_unwanted=bool(minus))] if row else []
        else:
            terms += [_term(word, is_unwanted=bool(minus)) for word in _WORD.findall(bare)]
    terms = [term for term in terms if term.plain][:MOST_ASKED]
    if terms and parts[-1][2] and not terms[-1].is_unwanted and len(terms[-1].plain[0]) > 1:
        terms[-1] = msgspec.structs.replace(terms[-1], is_beginning=True)
    return terms


def folded(text: str) -> str:
    """A name as it is compared with another: its words without accents and case."""
    return " ".join(folded_words(text))


def _term(word: str, *, is_unwanted: bool) -> Term:
    folded = tuple(part[:LONGEST_WORD] for part in folded_words(word))
    stems = dict.fromkeys(_stems([word.casefold(), *folded], STEMMERS))
    return Term(folded, tuple(stems), is_unwanted=is_unwanted)


def _stems(words: Iterable[str], languages: Iterable[str]) -> Iterator[str]:
    known = list(words)
    for language in languages:
        for stem in _stemmer(language).stemWords(known):
            yield from (part[:LONGEST_WORD] for part in folded_words(stem))


def _stemmer(language: str) -> "Stemmer.Stemmer":
    """A stemmer of this thread: one is not to be used by two at once."""
    held: dict[str, Stemmer.Stemmer] = _LOCAL.__dict__.setdefault("stemmers", {})
    if language not in held:
        held[language] = Stemmer.Stemmer(STEMMERS[language])
    return held[language]
