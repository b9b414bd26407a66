"""What a person does in a browser when an app sends them to the node: sign in, let the app in, take the code."""

import re
from http.cookiejar import CookieJar
from urllib.parse import parse_qs, urljoin, urlsplit

import requests
from bs4 import BeautifulSoup, Tag


def let_in(address: str, name: str, password: str) -> str:
    """Open the address an app gave, sign in, agree: the code, shown on a page or in the app's own address.

    The app's address is never opened. Blocks: call it in a thread.
    """
    with requests.Session() as browser:
        browser.cookies = requests.cookies.cookiejar_from_dict({}, CookieJar())  # type: ignore[assignment]
        page = browser.get(address, timeout=10)
        assert page.status_code == 200, page.text
        if "/sign-in" in page.url:
            page = _send(browser, page, name=name, password=password)
        assert page.status_code == 200, page.text
        assert "/oauth/authorize" in page.url, page.url
        answer = _send(browser, page, answer="yes", follow=False)
        if answer.is_redirect:
            return parse_qs(urlsplit(answer.headers["Location"]).query)["code"][0]
        assert answer.status_code == 200, answer.text
        field = BeautifulSoup(answer.text, "html.parser").find(id="code")
        assert isinstance(field, Tag), answer.text
        code = str(field["value"])
        assert re.fullmatch(r"[A-Za-z0-9_-]{20,}", code)
        return code


def _send(
    browser: requests.Session, page: requests.Response, *, follow: bool = True, **typed: str
) -> requests.Response:
    """Fill the page's form and send it, as its hidden fields say."""
    form = BeautifulSoup(page.text, "html.parser").find("form", method="post")
    assert isinstance(form, Tag), page.text
    fields = {str(one["name"]): str(one.get("value", "")) for one in form.find_all("input") if one.get("name")}
    target = urljoin(page.url, str(form["action"]))
    return browser.post(target, data={**fields, **typed}, timeout=10, allow_redirects=follow)
