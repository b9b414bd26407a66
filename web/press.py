"""`python -m web.press <page.html> <page.pdf>`: sets a page of HTML on paper. `web.paper` starts it."""

import sys
from pathlib import Path

from weasyprint import CSS, HTML

SHEET = Path(__file__).parent / "static" / "css" / "paper.css"


def refuse(url: str, *_: object, **__: object) -> object:
    """What the page refers to is not fetched: WeasyPrint leaves it out. Raises ValueError."""
    raise ValueError(f"{url} is not fetched")


def main() -> None:
    """Read the first file, write the second."""
    page = HTML(string=Path(sys.argv[1]).read_text("utf-8"), url_fetcher=refuse)
    page.write_pdf(sys.argv[2], stylesheets=[CSS(string=SHEET.read_text("utf-8"), url_fetcher=refuse)])


if __name__ == "__main__":
    main()
