"""Whom somebody wants to hear of: one fragment for lists of people that nobody asked for by name."""


def person_wanted(a: str) -> str:
    """Condition: between `:viewer` and the account `a` stands no block, no mute (past `:now`), no shut node."""
    return f"""NOT EXISTS (
            SELECT 1 FROM blocks AS wb
            WHERE (wb.account_id = :viewer AND wb.target_id = {a}.id)
                OR (wb.account_id = {a}.id AND wb.target_id = :viewer))
        AND NOT EXISTS (
            SELECT 1 FROM mutes AS wm
            WHERE wm.account_id = :viewer AND wm.target_id = {a}.id
                AND (wm.expires_at IS NULL OR wm.expires_at > :now))
        AND NOT EXISTS (
            SELECT 1 FROM domain_blocks AS wd WHERE wd.account_id = :viewer AND wd.domain = {a}.domain)"""
