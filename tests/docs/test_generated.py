"""Pages that are made from the code say what the code says now."""

from pathlib import Path

import pytest

from docs import generate


@pytest.mark.parametrize("path", [pytest.param(path, id=path.stem) for path in generate.PAGES])
def test_a_page_made_from_the_code_is_current(path: Path) -> None:
    assert path.read_text() == generate.PAGES[path](), "make docs"
