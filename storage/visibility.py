"""Who may see a post: the one SQL fragment behind every door.

Its twin predicate is `social/visibility.py`; a test compares the two over visibility × relation × door.
Parameters of the statement that uses a fragment: `:viewer`, the asking account (0: nobody), or `:host`, a node.

    public, unlisted    everybody the node lets in at all, whom the author does not block
    followers           the author, who follows with consent, who is mentioned
    the same in a       the author, the members of the community (who follow its account with consent); a mention
    community           lets nobody else in, and who was in for a time, or has notice, is in until then
                        (`:moment`, the time of the transaction). For a node: its host, and the nodes on its list
    direct              the author, who is mentioned
    taken out by a      its author
    moderator of the
    community
    a boost             as itself, and as what it boosts
    nobody              what a suspended or deleted account wrote
"""

from enum import StrEnum


class Visibility(StrEnum):
    """The four audiences of a post. The first two carry `as:Public`."""

    PUBLIC = "public"
    UNLISTED = "unlisted"
    FOLLOWERS = "followers"
    DIRECT = "direct"


OPEN = (Visibility.PUBLIC, Visibility.UNLISTED)
_NEVER = 2**62


def is_over(m: str) -> str:
    """Condition: the membership of alias `m` had an end, a guest's or that of a notice, and it has come. Nobody waits
    for what takes it away."""
    return f"(COALESCE({m}.until, {_NEVER}) <= :moment OR COALESCE({m}.leaves_at, {_NEVER}) <= :moment)"


def _in_time(p: str, account: str) -> str:
    """Condition: `account` is no member of the community of `p` whose time is over."""
    return f"""NOT EXISTS (
        SELECT 1 FROM memberships AS vu
        WHERE vu.community_id = {p}.community_id AND vu.account_id = {account} AND {is_over("vu")})"""


def _own_rule(p: str) -> str:
    return f"""(
        NOT EXISTS (
            SELECT 1 FROM accounts AS va
            WHERE va.id = {p}.author_id AND (va.suspended_at IS NOT NULL OR va.deleted_at IS NOT NULL))
        AND ({p}.author_id = :viewer
            OR ({p}.removed_at IS NULL
                AND NOT EXISTS (
                    SELECT 1 FROM blocks AS vb WHERE vb.target_id = :viewer AND vb.account_id = {p}.author_id)
                AND ({p}.visibility IN ('public', 'unlisted')
                    OR ({p}.community_id IS NULL AND EXISTS (
                        SELECT 1 FROM mentions AS vm WHERE vm.post_id = {p}.id AND vm.account_id = :viewer))
                    OR ({p}.visibility = 'followers' AND EXISTS (
                        SELECT 1 FROM follows AS vf
                        WHERE vf.follower_id = :viewer
                            AND vf.followee_id = COALESCE({p}.community_id, {p}.author_id)
                            AND vf.state = 'accepted' AND {_in_time(p, ":viewer")}))))))"""


def visible_to(p: str) -> str:
    """Condition: the post of alias `p` may be seen by the account `:viewer`."""
    return f"""({_own_rule(p)} AND ({p}.boost_of_id IS NULL OR EXISTS (
        SELECT 1 FROM posts AS vo WHERE vo.id = {p}.boost_of_id AND {_own_rule("vo")})))"""


def _host_rule(p: str) -> str:
    return f"""(
        NOT EXISTS (
            SELECT 1 FROM accounts AS va
            WHERE va.id = {p}.author_id AND (va.suspended_at IS NOT NULL OR va.deleted_at IS NOT NULL))
        AND {p}.removed_at IS NULL
        AND ({p}.visibility IN ('public', 'unlisted')
            OR ({p}.community_id IS NULL AND EXISTS (
                SELECT 1 FROM mentions AS vm JOIN accounts AS vx ON vx.id = vm.account_id
                WHERE vm.post_id = {p}.id AND vx.domain = :host))
            OR ({p}.visibility = 'followers' AND (
                EXISTS (
                    SELECT 1 FROM follows AS vf JOIN accounts AS vx ON vx.id = vf.follower_id
                    WHERE vf.followee_id = COALESCE({p}.community_id, {p}.author_id)
                        AND vf.state = 'accepted' AND vx.domain = :host AND {_in_time(p, "vf.follower_id")})
                OR EXISTS (
                    SELECT 1 FROM community_nodes AS vn
                    WHERE vn.community_id = {p}.community_id AND vn.host = :host)
                OR EXISTS (
                    SELECT 1 FROM accounts AS vg WHERE vg.id = {p}.community_id AND vg.domain = :host)))))"""


def visible_to_host(p: str) -> str:
    """Condition: the post of alias `p` may be handed to the node `:host`, which shows it only to whom it is for."""
    return f"""({_host_rule(p)} AND ({p}.boost_of_id IS NULL OR EXISTS (
        SELECT 1 FROM posts AS vo WHERE vo.id = {p}.boost_of_id AND {_host_rule("vo")})))"""


def wanted_by(p: str) -> str:
    """Condition: `:viewer` has neither blocked nor muted (past `:now`) the author of `p`, nor of what it boosts, nor
    the node of either."""
    return f"""NOT EXISTS (
        SELECT 1 FROM domain_blocks AS wd CROSS JOIN accounts AS wa
        WHERE wd.account_id = :viewer AND wa.domain = wd.domain AND wa.id IN (
            {p}.author_id, (SELECT wo.author_id FROM posts AS wo WHERE wo.id = {p}.boost_of_id)))
    AND NOT EXISTS (
        SELECT 1 FROM blocks AS wb
        WHERE wb.account_id = :viewer AND wb.target_id IN (
            {p}.author_id, (SELECT wo.author_id FROM posts AS wo WHERE wo.id = {p}.boost_of_id)))
    AND NOT EXISTS (
        SELECT 1 FROM mutes AS wm
        WHERE wm.account_id = :viewer AND (wm.expires_at IS NULL OR wm.expires_at > :now) AND wm.target_id IN (
            {p}.author_id, (SELECT wo.author_id FROM posts AS wo WHERE wo.id = {p}.boost_of_id)))"""


def at_home(viewer: str, entry: str) -> str:
    """Condition: the author of the home entry `entry` is on no list of `viewer` whose members stay out of home."""
    return f"""NOT EXISTS (
        SELECT 1 FROM lists AS xl CROSS JOIN list_members AS xm
        WHERE xl.account_id = {viewer} AND xl.exclusive = 1 AND xm.list_id = xl.id
            AND xm.account_id = {entry}.author_id)"""


def node_wanted(viewer: str, account: str) -> str:
    """Condition: `viewer` does not block the whole node of `account`."""
    return f"""NOT EXISTS (
        SELECT 1 FROM domain_blocks AS wd CROSS JOIN accounts AS wa
        WHERE wd.account_id = {viewer} AND wa.domain = wd.domain AND wa.id = {account})"""


def known_to(a: str) -> str:
    """Condition: the account of alias `a` is no hidden community, or `:viewer` is in it, or invited."""
    return f"""({a}.is_hidden = 0 OR EXISTS (
        SELECT 1 FROM memberships AS vk
        WHERE vk.community_id = {a}.id AND vk.account_id = :viewer AND vk.state IN ('member', 'invited', 'asked')
            AND NOT {is_over("vk")}))"""


def ties_told(a: str) -> str:
    """Condition: the account of alias `a` is no closed community, or `:viewer` is in it: who is in one is for its
    members to know, so nobody else is told that somebody follows it."""
    return f"""({a}.kind <> 'group' OR {a}.hide_collections = 0 OR EXISTS (
        SELECT 1 FROM memberships AS vt
        WHERE vt.community_id = {a}.id AND vt.account_id = :viewer AND vt.state = 'member' AND NOT {is_over("vt")}))"""


def heard_by(p: str) -> str:
    """Condition: the author of `p` is not limited by moderators, or is `:viewer`, or is followed by `:viewer`."""
    return f"""NOT EXISTS (
        SELECT 1 FROM accounts AS wl
        WHERE wl.id = {p}.author_id AND (wl.silenced_at IS NOT NULL OR wl.host_silenced = 1) AND wl.id <> :viewer
            AND NOT EXISTS (
                SELECT 1 FROM follows AS wf
                WHERE wf.follower_id = :viewer AND wf.followee_id = wl.id AND wf.state = 'accepted'))"""
