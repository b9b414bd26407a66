"""The rules of the site, written by administrators, in as many languages as they like."""

from collections.abc import Mapping, Sequence

import msgspec

from social.errors import Invalid, NotFound, raise_all
from social.governance.audit import Act, record
from social.policy import Role, Viewer, require_role
from social.text import clean_line, clean_text, graphemes, is_language
from storage import rules as rows
from storage.engine.database import Tx
from storage.ids import Millis
from storage.rules import RuleId, RuleRow

TEXT_LIMIT = 300
HINT_LIMIT = 1_000
MOST = 50


class Wording(msgspec.Struct, frozen=True, kw_only=True):
    """A rule in one language."""

    text: str
    hint: str = ""


class RuleDraft(msgspec.Struct, frozen=True, kw_only=True):
    """A rule as it is written. `translations` by language."""

    text: str
    hint: str = ""
    position: int = 0
    translations: Mapping[str, Wording] = {}


_WORDINGS = msgspec.json.Decoder(dict[str, Wording])


def translations(row: RuleRow) -> dict[str, Wording]:
    """The rule in other languages."""
    return _WORDINGS.decode(row.translations)


def in_language(row: RuleRow, locale: str) -> Wording:
    """The rule as somebody of that language reads it."""
    return translations(row).get(locale) or Wording(text=row.text, hint=row.hint)


def rules(tx: Tx) -> list[RuleRow]:
    """The rules in force, in their order: anybody may read them."""
    return rows.rules(tx)


def add(tx: Tx, viewer: Viewer | None, draft: RuleDraft, *, now: Millis) -> RuleId:
    """Add a rule. Raises Forbidden, Invalid."""
    _require(viewer)
    draft = _checked(draft)
    if len(rows.rules(tx)) >= MOST:
        raise Invalid("text", "too_many", maximum=MOST)
    id = rows.insert(tx, draft.position, draft.text, draft.hint, _written(draft), now)
    record(tx, viewer, Act.RULE_ADD, id=id, subject=draft.text, now=now)
    return id


def change(tx: Tx, viewer: Viewer | None, id: RuleId, draft: RuleDraft, *, now: Millis) -> None:
    """Write a rule anew. Raises Forbidden, Invalid, NotFound."""
    _require(viewer)
    draft = _checked(draft)
    row = RuleRow(
        id=id,
        position=draft.position,
        text=draft.text,
        hint=draft.hint,
        translations=_written(draft),
        removed_at=None,
    )
    if not rows.change(tx, row):
        raise NotFound("rule")
    record(tx, viewer, Act.RULE_CHANGE, id=id, subject=draft.text, now=now)


def remove(tx: Tx, viewer: Viewer | None, id: RuleId, *, now: Millis) -> None:
    """Take a rule away; reports that name it still show it. Raises Forbidden, NotFound."""
    _require(viewer)
    known = next(iter(rows.by_ids(tx, [id])), None)
    if known is None or not rows.remove(tx, id, now):
        raise NotFound("rule")
    record(tx, viewer, Act.RULE_REMOVE, id=id, subject=known.text, now=now)


def named(written: str) -> list[RuleId]:
    """The ids of rules as a report keeps them."""
    return [RuleId(int(id)) for id in written.split()]


def as_written(ids: Sequence[int]) -> str:
    """Ids of rules as a report keeps them."""
    return " ".join(str(id) for id in dict.fromkeys(ids))


def _require(viewer: Viewer | None) -> None:
    if viewer is not None:
        require_role(viewer, Role.ADMIN)


def _checked(draft: RuleDraft) -> RuleDraft:
    tidy = RuleDraft(
        text=clean_line(draft.text),
        hint=clean_text(draft.hint).strip(),
        position=draft.position,
        translations={
            language: Wording(text=clean_line(one.text), hint=clean_text(one.hint).strip())
            for language, one in draft.translations.items()
            if one.text.strip()
        },
    )
    problems = [] if tidy.text else [Invalid("text", "blank")]
    every = [Wording(text=tidy.text, hint=tidy.hint), *tidy.translations.values()]
    if any(graphemes(one.text) > TEXT_LIMIT for one in every):
        problems.append(Invalid("text", "too_long", maximum=TEXT_LIMIT))
    if any(graphemes(one.hint) > HINT_LIMIT for one in every):
        problems.append(Invalid("hint", "too_long", maximum=HINT_LIMIT))
    if not all(is_language(language) for language in tidy.translations):
        problems.append(Invalid("translations", "invalid"))
    raise_all(problems)
    return tidy


def _written(draft: RuleDraft) -> str:
    return msgspec.json.encode(draft.translations).decode()
