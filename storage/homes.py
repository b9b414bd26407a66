"""Homes as rows: what enters one, and what leaves it once nothing holds it there any more.

A post stands in somebody's home because they wrote it, follow who wrote it, are in its community, or follow one of its
hashtags. Each reason is a condition here, by which posts enter and by which they stay: what one reason brought is not
taken away while another one holds it.
"""

from storage.engine.database import Tx
from storage.engine.query import Query
from storage.ids import AccountId, PostId
from storage.visibility import heard_by, is_over, visible_to

NO_REPETITION = """(p.kind <> 'Event' OR NOT EXISTS (
        SELECT 1 FROM gatherings AS lg WHERE lg.post_id = p.id AND lg.occurrence > 1))"""
"""Condition: the post is not a further occurrence of a gathering: those stand in agendas."""


def _wanted_of_followee(f: str, p: str) -> str:
    """Condition: who follows (`f`, a row of an accepted follow) wants `p`, which is by the followee.

    An answer is for those who follow both, what is for few for whom it names; of a community in which they want to
    hear nothing it is not wanted, and of a closed one they have to be a member.
    """
    return f"""({f}.state = 'accepted'
        AND ({p}.boost_of_id IS NULL OR {f}.boosts = 1)
        AND ({f}.languages = '' OR EXISTS (
            SELECT 1 FROM posts AS rl
            WHERE rl.id = COALESCE({p}.boost_of_id, {p}.id) AND (
                COALESCE(rl.language, '') = ''
                OR {f}.languages LIKE '% ' || LOWER(SUBSTR(rl.language, 1, 3)) || ' %'
                OR (SUBSTR(rl.language, 3, 1) = '-'
                    AND {f}.languages LIKE '% ' || LOWER(SUBSTR(rl.language, 1, 2)) || ' %'))))
        AND ({p}.parent_author_id IS NULL OR {p}.parent_author_id IN ({p}.author_id, {f}.follower_id) OR EXISTS (
            SELECT 1 FROM follows AS rg
            WHERE rg.follower_id = {f}.follower_id AND rg.followee_id = {p}.parent_author_id AND rg.state = 'accepted'))
        AND ({p}.visibility <> 'direct' OR EXISTS (
            SELECT 1 FROM mentions AS rm WHERE rm.post_id = {p}.id AND rm.account_id = {f}.follower_id))
        AND ({p}.community_id IS NULL OR (
            NOT EXISTS (
                SELECT 1 FROM memberships AS rw
                WHERE rw.community_id = {p}.community_id AND rw.account_id = {f}.follower_id AND rw.state = 'member'
                    AND (rw.muted = 1 OR rw.level IN ('mentions', 'none')))
            AND ({p}.visibility <> 'followers' OR EXISTS (
                SELECT 1 FROM follows AS rc
                WHERE rc.follower_id = {f}.follower_id AND rc.followee_id = {p}.community_id
                    AND rc.state = 'accepted')))))"""


def _wanted_of_community(u: str, p: str) -> str:
    """Condition: a member (`u`, a row of a membership in the community of `p`) wants `p`: its threads, and answers to
    the own words, unless the whole community is muted."""
    return f"""({u}.state = 'member' AND NOT {is_over(u)} AND {u}.account_id <> {p}.author_id
        AND {u}.muted = 0 AND {u}.level IN ('all', 'posts')
        AND ({u}.topic_only = '' OR {u}.topic_only = COALESCE((
            SELECT rp.topic FROM placements AS rp WHERE rp.post_id = {p}.id), ''))
        AND ({p}.parent_uri IS NULL OR {p}.parent_author_id = {u}.account_id)
        AND NOT EXISTS (
            SELECT 1 FROM mutes AS rn
            WHERE rn.account_id = {u}.account_id AND rn.target_id = {u}.community_id
                AND (rn.expires_at IS NULL OR rn.expires_at > :moment)))"""


def _by_follow(owner: str, p: str) -> str:
    return f"""EXISTS (
        SELECT 1 FROM follows AS rf
        WHERE rf.follower_id = {owner} AND rf.followee_id = {p}.author_id AND {_wanted_of_followee("rf", p)})"""


def _by_community(owner: str, p: str) -> str:
    return f"""EXISTS (
        SELECT 1 FROM memberships AS ru
        WHERE ru.community_id = {p}.community_id AND ru.account_id = {owner} AND {_wanted_of_community("ru", p)})"""


def _by_tag(owner: str, p: str) -> str:
    return f"""({p}.visibility = 'public' AND {p}.boost_of_id IS NULL AND EXISTS (
        SELECT 1 FROM post_tags AS rx JOIN followed_tags AS rt ON rt.tag_id = rx.tag_id
        WHERE rx.post_id = {p}.id AND rt.account_id = {owner}))"""


_HELD = f"({_by_follow(':viewer', 'p')} OR {_by_community(':viewer', 'p')} OR {_by_tag(':viewer', 'p')})"

_ENTER = Query(
    None,
    """
    INSERT INTO home_entries (owner_id, post_id, shows_id, author_id) VALUES (:owner, :post, :shows, :author)
    ON CONFLICT (owner_id, post_id) DO NOTHING""",
)
_ENTER_FOLLOWERS = Query(
    None,
    f"""
    INSERT INTO home_entries (owner_id, post_id, shows_id, author_id)
    SELECT f.follower_id, p.id, COALESCE(p.boost_of_id, p.id), p.author_id
    FROM posts AS p
    JOIN follows AS f ON f.followee_id = p.author_id
    JOIN accounts AS o ON o.id = f.follower_id
    WHERE p.id = :post AND o.domain = '' AND {_wanted_of_followee("f", "p")}
        AND (p.boost_of_id IS NULL OR NOT EXISTS (
            SELECT 1 FROM home_entries AS e WHERE e.owner_id = f.follower_id AND e.shows_id = p.boost_of_id))
    ON CONFLICT (owner_id, post_id) DO NOTHING""",
)
_ENTER_MEMBERS = Query(
    None,
    f"""
    INSERT INTO home_entries (owner_id, post_id, shows_id, author_id)
    SELECT u.account_id, p.id, p.id, p.author_id
    FROM posts AS p
    JOIN memberships AS u ON u.community_id = p.community_id
    JOIN accounts AS o ON o.id = u.account_id
    WHERE p.id = :post AND o.domain = '' AND {_wanted_of_community("u", "p")}
    ON CONFLICT (owner_id, post_id) DO NOTHING""",
)
_ENTER_TAGGED = Query(
    None,
    f"""
    INSERT INTO home_entries (owner_id, post_id, shows_id, author_id)
    SELECT DISTINCT t.account_id, p.id, p.id, p.author_id
    FROM posts AS p
    JOIN post_tags AS x ON x.post_id = p.id
    JOIN followed_tags AS t ON t.tag_id = x.tag_id
    WHERE p.id = :post AND p.visibility = 'public' AND p.boost_of_id IS NULL
        AND {heard_by("p").replace(":viewer", "t.account_id")}
    ON CONFLICT (owner_id, post_id) DO NOTHING""",
)
_FILL = Query(
    None,
    f"""
    INSERT INTO home_entries (owner_id, post_id, shows_id, author_id)
    SELECT :viewer, p.id, COALESCE(p.boost_of_id, p.id), p.author_id
    FROM posts AS p
    WHERE p.author_id = :author AND p.visibility <> 'direct'
        AND (p.parent_uri IS NULL OR p.parent_author_id = p.author_id) AND {NO_REPETITION}
        AND {visible_to("p")} AND {_by_follow(":viewer", "p")}
    ORDER BY p.id DESC
    LIMIT :limit
    ON CONFLICT (owner_id, post_id) DO NOTHING""",
)
_FILL_COMMUNITY = Query(
    None,
    f"""
    INSERT INTO home_entries (owner_id, post_id, shows_id, author_id)
    SELECT o.id, p.id, p.id, p.author_id
    FROM accounts AS o JOIN posts AS p ON p.community_id = :community
    WHERE o.id = :viewer AND o.domain = '' AND p.parent_uri IS NULL
        AND {visible_to("p")} AND ({_by_community(":viewer", "p")} OR {_by_follow(":viewer", "p")})
    ORDER BY p.id DESC
    LIMIT :limit
    ON CONFLICT (owner_id, post_id) DO NOTHING""",
)
_RELEASE = Query(
    None,
    f"""
    DELETE FROM home_entries
    WHERE owner_id = :viewer AND author_id <> :viewer AND post_id IN (
        SELECT h.post_id FROM home_entries AS h JOIN posts AS p ON p.id = h.post_id
        WHERE h.owner_id = :viewer
            AND (p.author_id = :account OR p.community_id = :account OR p.parent_author_id = :account)
            AND NOT {_HELD})""",
)
_RELEASE_TAGGED = Query(
    None,
    f"""
    DELETE FROM home_entries
    WHERE owner_id = :viewer AND author_id <> :viewer AND post_id IN (
        SELECT h.post_id FROM home_entries AS h JOIN posts AS p ON p.id = h.post_id
        WHERE h.owner_id = :viewer
            AND EXISTS (SELECT 1 FROM post_tags AS x WHERE x.tag_id = :tag AND x.post_id = p.id)
            AND NOT {_HELD})""",
)
_RENAME_SHOWN = Query(None, "UPDATE home_entries SET shows_id = :id WHERE shows_id = :former")


def enter(tx: Tx, owner: AccountId, post: PostId, shows: PostId, author: AccountId) -> None:
    """Put the post into one home."""
    tx.run(_ENTER, owner=owner, post=post, shows=shows, author=author)


def enter_followers(tx: Tx, post: PostId) -> int:
    """Put a post or boost into the home of each follower here who wants it; a boost not where what it shows is shown.

    Their number.
    """
    return tx.run(_ENTER_FOLLOWERS, post=post)


def enter_members(tx: Tx, post: PostId) -> int:
    """Put a post of a community into the home of each member here who wants it; their number."""
    return tx.run(_ENTER_MEMBERS, post=post)


def enter_tagged(tx: Tx, post: PostId) -> int:
    """Put a public post into the home of each who follows a hashtag of it; their number."""
    return tx.run(_ENTER_TAGGED, post=post)


def fill(tx: Tx, owner: AccountId, author: AccountId, limit: int) -> int:
    """Put the last posts of a newly followed account into a home; their number."""
    return tx.run(_FILL, viewer=owner, author=author, limit=limit)


def fill_community(tx: Tx, owner: AccountId, community: AccountId, limit: int) -> int:
    """Put the last threads of a community that the owner wants, by whatever reason, into a home; their number."""
    return tx.run(_FILL_COMMUNITY, viewer=owner, community=community, limit=limit)


def release(tx: Tx, owner: AccountId, account: AccountId) -> int:
    """Take out of a home what `account` wrote or is answered in, and what was written in it if it is a community, but
    for what something else holds there. How much that was."""
    return tx.run(_RELEASE, viewer=owner, account=account)


def release_tagged(tx: Tx, owner: AccountId, tag: int) -> int:
    """Take out of a home what is under a hashtag, but for what something else holds there."""
    return tx.run(_RELEASE_TAGGED, viewer=owner, tag=tag)


def rename_shown(tx: Tx, former: PostId, id: PostId) -> None:
    """A post surfaced under a new id: entries that show it (boosts) follow."""
    tx.run(_RENAME_SHOWN, former=former, id=id)
