"""How somebody wants to be shown: words for their pictures, what their page holds, who may name them as author."""

from collections.abc import Sequence

import msgspec
from msgspec import UNSET, UnsetType

from social import events
from social.errors import Invalid, raise_all
from social.people import accounts
from social.people.domain_blocks import DOMAIN
from social.policy import Viewer, require_person
from social.text import clean_text, graphemes
from storage import accounts as rows
from storage.engine.database import Tx
from storage.ids import Millis

DESCRIPTION_LIMIT = 420
"""Characters of the description of an avatar or header."""
DOMAINS_LIMIT = 10


class ShowChange(msgspec.Struct, frozen=True, kw_only=True):
    """What is UNSET stays. `hide_collections`: whom one follows and by whom one is followed is for nobody else."""

    avatar_description: str | UnsetType = UNSET
    header_description: str | UnsetType = UNSET
    hide_collections: bool | UnsetType = UNSET
    show_media: bool | UnsetType = UNSET
    show_media_replies: bool | UnsetType = UNSET
    show_featured: bool | UnsetType = UNSET
    attribution_domains: tuple[str, ...] | UnsetType = UNSET


def show(tx: Tx, viewer: Viewer, change: ShowChange, *, now: Millis) -> None:
    """Change how the viewer is shown; nothing happens without a change. Raises Invalid with every wrong field."""
    require_person(viewer)
    changed = {name: value for name in change.__struct_fields__ if (value := getattr(change, name)) is not UNSET}
    if not changed:
        return
    raise_all(_problems(change))
    for name in ("avatar_description", "header_description"):
        if name in changed:
            changed[name] = clean_text(changed[name]).strip()
    if "attribution_domains" in changed:
        domains = (domain.strip().casefold() for domain in changed["attribution_domains"])
        changed["attribution_domains"] = " ".join(dict.fromkeys(domains))
    row = accounts.account(tx, viewer, viewer.account)
    rows.present(tx, msgspec.structs.replace(row, **changed))
    events.append(tx, events.ProfileChanged(by=viewer.account, at=now))


def _problems(change: ShowChange) -> list[Invalid]:
    problems = [
        Invalid(name, "too_long", maximum=DESCRIPTION_LIMIT)
        for name in ("avatar_description", "header_description")
        if graphemes(getattr(change, name) or "") > DESCRIPTION_LIMIT
    ]
    return problems + _domain_problems(change.attribution_domains or ())


def _domain_problems(domains: Sequence[str]) -> list[Invalid]:
    if len(domains) > DOMAINS_LIMIT:
        return [Invalid("attribution_domains", "too_many", maximum=DOMAINS_LIMIT)]
    if not all(DOMAIN.fullmatch(domain.strip().casefold()) for domain in domains):
        return [Invalid("attribution_domains", "invalid")]
    return []
