"""Quotes, stamps and interaction policies, as FEP-044f, GoToSocial, Fedibird and Misskey write them."""

from typing import Any

from federation.document import BadDocument, addresses_of, fields_of, type_of
from federation.read.values import optional_id, own_id
from federation.vocabulary import Permission, Permissions, Quote, Stamp

_LEGACY = ("quoteUri", "quoteUrl", "_misskey_quote")
_STAMP = "QuoteAuthorization"
MOST_ALLOWED = 20


def quote_of(fields: dict[str, Any], insecure: bool) -> Quote | None:
    """What a post quotes, if it says so."""
    said = optional_id(fields.get("quote"), insecure)
    if said is not None:
        return Quote(id=said, stamp=optional_id(fields.get("quoteAuthorization"), insecure))
    legacy = next((id for name in _LEGACY if (id := optional_id(fields.get(name), insecure)) is not None), None)
    return None if legacy is None else Quote(id=legacy, is_legacy=True)


def permissions_of(fields: dict[str, Any]) -> Permissions:
    """Who may do what with a post."""
    policy = fields_of(fields.get("interactionPolicy")) or {}
    return Permissions(
        quote=_permission(policy.get("canQuote")),
        like=_permission(policy.get("canLike")),
        reply=_permission(policy.get("canReply")),
        announce=_permission(policy.get("canAnnounce")),
    )


def read_stamp(fields: dict[str, Any], *, insecure: bool = False) -> Stamp:
    """The QuoteAuthorization that a document is. Raises BadDocument."""
    if type_of(fields, frozenset({_STAMP})) is None:
        raise BadDocument("no QuoteAuthorization")
    names = ("attributedTo", "interactingObject", "interactionTarget")
    author, interacting, target = (optional_id(fields.get(name), insecure) for name in names)
    if author is None or interacting is None or target is None:
        raise BadDocument("a QuoteAuthorization that does not say who lets what be quoted where")
    return Stamp(id=own_id(fields, insecure), author=author, interacting=interacting, target=target)


def _permission(value: Any) -> Permission | None:
    """One rule; older ones say `always` and `approvalRequired`."""
    rule = fields_of(value)
    if rule is None:
        return None
    automatic = addresses_of(rule.get("automaticApproval", rule.get("always")))
    manual = addresses_of(rule.get("manualApproval", rule.get("approvalRequired")))
    return Permission(automatic=automatic[:MOST_ALLOWED], manual=manual[:MOST_ALLOWED])
