"""Every public method of Mastodon.py is driven by the tests beside this one, or named here with the reason why not."""

import ast
import inspect
from pathlib import Path

from mastodon import Mastodon

from docs import left_out

OF_THE_LIBRARY = {
    "await_async_refresh": "polls `get_async_refresh_status`, which is left out",
    "clear_caches": "forgets what the library keeps",
    "decode_blurhash": "computes on the client",
    "follows": "only raises: Mastodon lost the call in 3.0",
    "get_async_refresh_info": "reads a header that no answer of ours has",
    "get_status_length": "computes on the client",
    "get_supported_version": "says a constant",
    "persistable_login_credentials": "writes out what the library keeps",
    "push_subscription_decrypt_push": "computes on the client",
    "reports": "only raises: Mastodon lost the call in 2.5",
    "set_language": "sets a header of later calls",
}
"""Methods that ask no node anything, or never did a thing."""
LEFT_OUT = {
    "account_collections": "GET /api/v1/accounts/:id/collections",
    "account_in_collections": "GET /api/v1/accounts/:id/in_collections",
    "admin_approve_trending_link": "POST /api/v1/admin/trends/links/:id/approve",
    "admin_approve_trending_status": "POST /api/v1/admin/trends/statuses/:id/approve",
    "admin_approve_trending_tag": "POST /api/v1/admin/trends/tags/:id/approve",
    "admin_canonical_email_block": "GET /api/v1/admin/canonical_email_blocks/:id",
    "admin_canonical_email_blocks": "GET /api/v1/admin/canonical_email_blocks",
    "admin_create_canonical_email_block": "POST /api/v1/admin/canonical_email_blocks",
    "admin_create_email_domain_block": "POST /api/v1/admin/email_domain_blocks",
    "admin_create_ip_block": "POST /api/v1/admin/ip_blocks",
    "admin_delete_canonical_email_block": "DELETE /api/v1/admin/canonical_email_blocks/:id",
    "admin_delete_email_domain_block": "DELETE /api/v1/admin/email_domain_blocks/:id",
    "admin_delete_ip_block": "DELETE /api/v1/admin/ip_blocks/:id",
    "admin_email_domain_block": "GET /api/v1/admin/email_domain_blocks/:id",
    "admin_email_domain_blocks": "GET /api/v1/admin/email_domain_blocks",
    "admin_ip_block": "GET /api/v1/admin/ip_blocks/:id",
    "admin_ip_blocks": "GET /api/v1/admin/ip_blocks",
    "admin_reject_trending_link": "POST /api/v1/admin/trends/links/:id/reject",
    "admin_reject_trending_status": "POST /api/v1/admin/trends/statuses/:id/reject",
    "admin_reject_trending_tag": "POST /api/v1/admin/trends/tags/:id/reject",
    "admin_test_canonical_email_block": "POST /api/v1/admin/canonical_email_blocks/test",
    "admin_trending_links": "GET /api/v1/admin/trends/links",
    "admin_trending_statuses": "GET /api/v1/admin/trends/statuses",
    "admin_trending_tags": "GET /api/v1/admin/trends/tags",
    "admin_update_ip_block": "PUT /api/v1/admin/ip_blocks/:id",
    "annual_report": "GET /api/v1/annual_reports/:year",
    "annual_report_generate": "POST /api/v1/annual_reports/:year/generate",
    "annual_report_read": "POST /api/v1/annual_reports/:year/read",
    "annual_report_state": "GET /api/v1/annual_reports/:year/state",
    "annual_reports": "GET /api/v1/annual_reports",
    "collection": "GET /api/v1/collections/:id",
    "collection_create": "POST /api/v1/collections",
    "collection_delete": "DELETE /api/v1/collections/:id",
    "collection_item_add": "POST /api/v1/collections/:collection_id/items",
    "collection_item_delete": "DELETE /api/v1/collections/:collection_id/items/:id",
    "collection_item_revoke": "POST /api/v1/collections/:collection_id/items/:id/revoke",
    "collection_update": "PATCH /api/v1/collections/:id",
    "email_resend_confirmation": "POST /api/v1/emails/confirmations",
    "get_async_refresh_status": "GET /api/v1_alpha/async_refreshes/:id",
    "instance_terms_of_service": "GET /api/v1/instance/terms_of_service",
    "search_v1": "GET /api/v1/search",
    "status_card": "GET /api/v1/statuses/:id/card",
    "status_translate": "POST /api/v1/statuses/:id/translate",
}
"""Methods whose call is not served: what `docs/left_out.py` gives a reason for."""


def methods() -> set[str]:
    """What the library offers."""
    return {name for name, _ in inspect.getmembers(Mastodon, callable) if not name.startswith("_")}


def driven() -> set[str]:
    """Names that the tests beside this one speak."""
    trees = [ast.parse(path.read_text()) for path in Path(__file__).parent.glob("test_mastodon_py*.py")]
    trees.append(ast.parse((Path(__file__).parent / "mastodon_py.py").read_text()))
    return {node.attr for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Attribute)}


def test_every_method_of_the_library_is_driven_or_named() -> None:
    named = OF_THE_LIBRARY.keys() | LEFT_OUT.keys()
    assert methods() - driven() == named, (methods() - driven() - named, named - (methods() - driven()))


def test_what_is_left_out_is_so_for_a_reason_that_the_docs_tell() -> None:
    unserved = set(left_out.unserved())
    for name, call in LEFT_OUT.items():
        assert call in unserved, f"{name}: {call} is served by now: drive it"
        assert left_out.reason(call), name
