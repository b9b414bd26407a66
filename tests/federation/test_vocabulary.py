"""Our JSON-LD context."""

from federation.context import CONTEXT
from federation.vocabulary import CONTEXT_URL


def test_our_context_begins_with_the_string_that_others_look_for() -> None:
    assert CONTEXT[0] == CONTEXT_URL
    terms = next(part for part in CONTEXT if isinstance(part, dict))
    prefixes = {value.partition(":")[0] for value in terms.values() if isinstance(value, str) and "://" not in value}
    assert prefixes <= {"as", "urn", *terms}
