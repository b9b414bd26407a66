"""What the client API leaves out, and why: Mastodon's calls (`mastodon_calls.txt`) that no route of ours serves.

A test compares the list with the routes. A call that nobody serves needs a reason here; a reason whose call is served
by now is no longer shown and may be taken away.
"""

import re
from collections.abc import Iterable
from pathlib import Path

from server.api.table import ROUTES

CALLS = Path(__file__).parent / "mastodon_calls.txt"

ELSEWHERE = (
    r"GET /\.well-known/nodeinfo|GET /nodeinfo/2\.0|(GET|POST) /oauth/authorize|GET /api/v1/streaming",
    "Served beside the API: see [the addresses](http-routes.md) and the end of this page.",
)
REASONS: tuple[tuple[str, str], ...] = (
    ELSEWHERE,
    (
        r"POST /api/v1/(accounts|emails/confirmations)|\w+ /api/v1/accounts/:id/email_subscriptions",
        "Nobody signs up by themselves: people join by invitation, or an administrator makes the account;"
        " nobody needs a mail address.",
    ),
    (
        r"\w+ /api/v1/admin/(canonical_email_blocks|email_domain_blocks).*",
        "Nobody signs up with a mail address, so there is none to refuse.",
    ),
    (
        r"\w+ /api/v1/admin/ip_blocks.*",
        "Which networks reach a node is decided before it, by its proxy or firewall: a node behind a company's gate"
        " sees few addresses of many people. Too many tries from one address wait by themselves.",
    ),
    (
        r"\w+ /api/v1/admin/(trends|tags).*",
        "Nothing waits for approval before it may be seen among what is talked about: that is made of what everybody"
        " of the group may read. Whoever abuses it is limited, and is gone from it.",
    ),
    (
        r"\w+ /api/v1/annual_reports.*",
        "A year's figures of a person are a ranking of persons, which this product has not.",
    ),
    (
        r"\w+ /api/v1/(collections|accounts/:id/(in_)?collections).*",
        "Collections of accounts came with Mastodon 4.6; lists and the directory do their work here so far.",
    ),
    (
        r"GET /api/(oembed|proofs)|GET /api/v1/accounts/:id/identity_proofs",
        "Embedding elsewhere and Keybase's proofs are for the open internet; the second is gone from Mastodon too.",
    ),
    (
        r"POST /api/v1/statuses/:id/translate|GET /api/v1/instance/translation_languages",
        "A node translates nothing: words do not leave it for another's service. Instances say that it is off.",
    ),
    (r"\w+ /api/v1/pleroma/.*", "A call of Pleroma's; `notify` of `POST /api/v1/accounts/:id/follow` does the same."),
    (
        r"GET /api/v1/(search|statuses/:id/card)",
        "Gone from Mastodon since 3.0: `GET /api/v2/search`, and `card` of the post, do it.",
    ),
    (
        r"GET /api/v1/instance/(privacy_policy|terms_of_service)(/:date)?",
        "The terms of a company's network are its employer's, and stand where those are kept.",
    ),
    (r"GET /api/v1_alpha/async_refreshes/:id", "Nothing is refreshed in the background of an answer."),
)
"""Pattern of `METHOD path` → why. The first that fits counts."""


def unserved() -> list[str]:
    """Mastodon's calls that no route of the API serves."""
    served = {f"{method} {_plain(endpoint.path)}" for endpoint in ROUTES for method in endpoint.methods}
    return [call for call in CALLS.read_text().splitlines() if _plain(call) not in served]


def reason(call: str) -> str | None:
    """Why a call is not served."""
    return next((why for pattern, why in REASONS if re.fullmatch(pattern, call)), None)


def section() -> list[str]:
    """The lines of the reference page."""
    lines = [
        "## What is left out, and why",
        "",
        "Of the calls that Mastodon's documentation and source name, these are answered 404.",
        "",
    ]
    calls = unserved()
    for why in dict.fromkeys(why for _, why in REASONS):
        named = [call for call in calls if reason(call) == why]
        if named:
            lines += [*_sentences(why), "", *(f"- `{call}`" for call in named), ""]
    return lines


def _sentences(text: str) -> Iterable[str]:
    return re.split(r"(?<=[.]) (?=[A-Z])", text)


def _plain(call: str) -> str:
    """A call without the names of its parameters: they differ between servers."""
    return re.sub(r":\w+", ":", call.rstrip("/"))
