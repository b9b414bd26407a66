"""`python -m web.press`: a page of HTML comes in, its PDF goes out. `web.paper` starts it."""

import sys
from pathlib import Path

from weasyprint import CSS, HTML

SHEET = Path(__file__).parent / "static" / "css" / "paper.css"


def refuse(url: str, *_: object, **__: object) -> object:
    """What the page refers to is not fetched: WeasyPrint leaves it out. Raises ValueError."""
    raise ValueError(f"{url} is not fetched")


def main() -> None:
    """Set what stands at the input, and write it to the output."""
    page = HTML(string=sys.stdin.buffer.read().decode(), url_fetcher=refuse)
    sys.stdout.buffer.write(page.write_pdf(stylesheets=[CSS(string=SHEET.read_text("utf-8"), url_fetcher=refuse)]))


if __name__ == "__main__":
    main()
