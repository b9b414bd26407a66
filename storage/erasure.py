"""The end of an account: everything it said and did goes, the row stays so that its name is not given to another."""

from storage.engine.database import Tx
from storage.engine.query import Query
from storage.ids import AccountId, Millis

_BLANK = Query(
    None,
    """
    UPDATE accounts
    SET deleted_at = :now, display_name = '', search_name = '', note_source = '', note_html = '', fields = '[]',
        job = '', team = '', avatar_id = NULL, avatar_token = NULL, header_id = NULL, header_token = NULL,
        posts_count = 0, followers_count = 0, following_count = 0, last_post_at = NULL, emojis = '', aliases = '',
        moved_to = '', moved_id = NULL, revision = revision + 1
    WHERE id = :id AND deleted_at IS NULL""",
)
_UNCOUNT_LIKES = Query(
    None,
    """
    UPDATE posts SET likes_count = likes_count - 1, revision = revision + 1
    WHERE id IN (SELECT l.post_id FROM likes AS l WHERE l.account_id = :id)""",
)
_UNCOUNT_BOOSTS = Query(
    None,
    """
    UPDATE posts SET boosts_count = boosts_count - 1, revision = revision + 1
    WHERE id IN (SELECT b.boost_of_id FROM posts AS b WHERE b.author_id = :id AND b.boost_of_id IS NOT NULL)""",
)
_UNCOUNT_QUOTES = Query(
    None,
    """
    UPDATE posts
    SET quotes_count = quotes_count - (
            SELECT COUNT(*) FROM quotes AS q
            WHERE q.quoted_id = posts.id AND q.state = 'accepted' AND q.author_id = :id),
        revision = revision + 1
    WHERE id IN (SELECT q.quoted_id FROM quotes AS q WHERE q.author_id = :id AND q.state = 'accepted')""",
)
_UNCOUNT_REPLIES = Query(
    None,
    """
    UPDATE posts
    SET replies_count = replies_count - (
            SELECT COUNT(*) FROM posts AS r WHERE r.parent_id = posts.id AND r.author_id = :id),
        revision = revision + 1
    WHERE id IN (SELECT r.parent_id FROM posts AS r WHERE r.author_id = :id AND r.parent_id IS NOT NULL)""",
)
_UNCOUNT_BOOSTERS = Query(
    None,
    """
    UPDATE accounts
    SET posts_count = posts_count - (
            SELECT COUNT(*) FROM posts AS b JOIN posts AS o ON o.id = b.boost_of_id
            WHERE b.author_id = accounts.id AND o.author_id = :id),
        revision = revision + 1
    WHERE id IN (
        SELECT b.author_id FROM posts AS b JOIN posts AS o ON o.id = b.boost_of_id WHERE o.author_id = :id)""",
)
_UNCOUNT_FOLLOWERS = Query(
    None,
    """
    UPDATE accounts SET followers_count = followers_count - 1, revision = revision + 1
    WHERE id IN (SELECT f.followee_id FROM follows AS f WHERE f.follower_id = :id AND f.state = 'accepted')""",
)
_UNCOUNT_FOLLOWING = Query(
    None,
    """
    UPDATE accounts SET following_count = following_count - 1, revision = revision + 1
    WHERE id IN (SELECT f.follower_id FROM follows AS f WHERE f.followee_id = :id AND f.state = 'accepted')""",
)
_DROP_POSTS = Query(None, "DELETE FROM posts WHERE author_id = :id")
_DROP_LIKES = Query(None, "DELETE FROM likes WHERE account_id = :id")
_DROP_REACTIONS = Query(None, "DELETE FROM reactions WHERE account_id = :id")
_DROP_FOLLOWS = Query(None, "DELETE FROM follows WHERE follower_id = :id OR followee_id = :id")
_DROP_BLOCKS = Query(None, "DELETE FROM blocks WHERE account_id = :id OR target_id = :id")
_DROP_MUTES = Query(None, "DELETE FROM mutes WHERE account_id = :id OR target_id = :id")
# Their votes stay in the figures, as they were cast; who cast them is forgotten.
_DROP_VOTES = Query(None, "DELETE FROM poll_votes WHERE account_id = :id")
_DROP_VOTERS = Query(None, "DELETE FROM poll_voters WHERE account_id = :id")
_DROP_PARTICIPATIONS = Query(None, "DELETE FROM participations WHERE account_id = :id")
_DROP_CALENDARS = Query(None, "DELETE FROM calendars WHERE account_id = :id")
_DROP_SCHEDULED = Query(None, "DELETE FROM scheduled_posts WHERE account_id = :id")
_DROP_THREAD_MUTES = Query(None, "DELETE FROM thread_mutes WHERE account_id = :id")
_DROP_NOTIFICATIONS = Query(None, "DELETE FROM notifications WHERE account_id = :id OR from_id = :id")
_DROP_PLACES = Query(None, "DELETE FROM list_members WHERE account_id = :id")
_DROP_LISTS = Query(None, "DELETE FROM lists WHERE account_id = :id")
_DROP_FILTERS = Query(None, "DELETE FROM filters WHERE account_id = :id")
_DROP_ENDORSEMENTS = Query(None, "DELETE FROM endorsements WHERE account_id = :id OR target_id = :id")
_DROP_NOTES = Query(None, "DELETE FROM account_notes WHERE account_id = :id OR target_id = :id")
_DROP_FOLLOWED_TAGS = Query(None, "DELETE FROM followed_tags WHERE account_id = :id")
_DROP_FEATURED_TAGS = Query(None, "DELETE FROM featured_tags WHERE account_id = :id")
_DROP_DOMAIN_BLOCKS = Query(None, "DELETE FROM domain_blocks WHERE account_id = :id")
_DROP_MEDIA = Query(None, "DELETE FROM media WHERE account_id = :id")
_DROP_KEYS = Query(None, "DELETE FROM account_keys WHERE account_id = :id")
_DROP_BOOKMARKS = Query(None, "DELETE FROM bookmarks WHERE account_id = :id")
_DROP_HOME = Query(None, "DELETE FROM home_entries WHERE owner_id = :id")
_DROP_MARKERS = Query(None, "DELETE FROM markers WHERE account_id = :id")
_DROP_MENTIONS = Query(None, "DELETE FROM mentions WHERE account_id = :id")
_DROP_WARNINGS = Query(None, "DELETE FROM warnings WHERE target_id = :id")
_DROP_LOGIN = Query(None, "DELETE FROM users WHERE account_id = :id")
_EMPTY = Query(
    None,
    """
    UPDATE accounts
    SET avatar_id = NULL, avatar_token = NULL, header_id = NULL, header_token = NULL, posts_count = 0,
        followers_count = 0, following_count = 0, last_post_at = NULL, revision = revision + 1
    WHERE id = :id""",
)
_DROP_DISMISSED = Query(None, "DELETE FROM dismissed_suggestions WHERE account_id = :id OR target_id = :id")
_DROP_IMPORTS = Query(None, "DELETE FROM imports WHERE account_id = :id")
_DROP_NOTICE_POLICY = Query(None, "DELETE FROM notification_policies WHERE account_id = :id")
_DROP_NOTICE_PERMITS = Query(None, "DELETE FROM notification_permissions WHERE account_id = :id OR from_id = :id")
_DROP_NOTICE_REQUESTS = Query(None, "DELETE FROM notification_requests WHERE account_id = :id OR from_id = :id")
_DROP_CONVERSATIONS = Query(None, "DELETE FROM conversations WHERE account_id = :id")
_DROP_BULLETIN_READS = Query(None, "DELETE FROM bulletin_reads WHERE account_id = :id")
_DROP_BULLETIN_REACTIONS = Query(None, "DELETE FROM bulletin_reactions WHERE account_id = :id")
_DROP_DRAFTS = Query(None, "DELETE FROM drafts WHERE account_id = :id")
_DROP_PINS = Query(None, "DELETE FROM pins WHERE account_id = :id")
_DROP_ASKED = Query(None, "DELETE FROM announcement_asked WHERE account_id = :id")
_DROP_ANSWERS = Query(None, "DELETE FROM acknowledgements WHERE account_id = :id")
_DROP_OFFICES = Query(None, "DELETE FROM offices WHERE account_id = :id")
_DROP_LEAVES = Query(None, "DELETE FROM leaves WHERE account_id = :id")
_DROP_ROLL_ANSWERS = Query(None, "DELETE FROM roll_answers WHERE account_id = :id")
_DROP_KUDOS = Query(None, "DELETE FROM kudos WHERE account_id = :id")
_DROP_CONSENTS = Query(None, "DELETE FROM kudos_consents WHERE account_id = :id")
_DROP_DAYS = Query(None, "DELETE FROM days WHERE account_id = :id")
_DROP_SKILLS = Query(None, "DELETE FROM skills WHERE account_id = :id")
_DROP_ENDORSED = Query(
    None,
    """
    DELETE FROM skill_endorsements
    WHERE of_uri = (SELECT a.uri FROM accounts AS a WHERE a.id = :id)
        OR by_uri = (SELECT a.uri FROM accounts AS a WHERE a.id = :id)""",
)
_DROP_READ_ARTICLES = Query(None, "DELETE FROM article_readers WHERE account_id = :id")
_OWN = "(SELECT a.uri FROM accounts AS a WHERE a.id = :id)"
_DROP_PIECE_VERSIONS = Query(
    None,
    f"""
    DELETE FROM piece_versions
    WHERE by_uri = {_OWN} OR piece_id IN (SELECT d.id FROM pieces AS d WHERE d.host = '' AND d.owner_uri = {_OWN})""",
)
_DROP_PIECE_COMMENTS = Query(
    None,
    f"""
    DELETE FROM piece_comments
    WHERE by_uri = {_OWN} OR piece_id IN (SELECT d.id FROM pieces AS d WHERE d.host = '' AND d.owner_uri = {_OWN})""",
)
_DROP_PIECE_ACTS = Query(None, f"DELETE FROM piece_acts WHERE by_uri = {_OWN}")
# What they planned is told to other nodes as dropped.
_NEXT_OF_DESK = Query(
    None,
    f"""
    UPDATE desk SET seq = seq + 1
    WHERE EXISTS (SELECT 1 FROM pieces AS d WHERE d.host = '' AND d.owner_uri = {_OWN})""",
)
_BLANK_PIECES = Query(
    None,
    f"""
    UPDATE pieces
    SET state = 'dropped', title = '', words = '', owner_name = '', people = '', slot_at = NULL,
        seq = (SELECT k.seq FROM desk AS k WHERE k.id = 1)
    WHERE host = '' AND owner_uri = {_OWN}""",
)
_BLANK_CAMPAIGNS = Query(None, f"UPDATE campaigns SET owner_name = '' WHERE host = '' AND owner_uri = {_OWN}")
_DROP_MEMBERSHIPS = Query(None, "DELETE FROM memberships WHERE account_id = :id")
# Of a community that ends: where its posts stood goes with it, and what its members kept together.
_DROP_COMMUNITY = Query(None, "DELETE FROM communities WHERE account_id = :id")
_DROP_PAGE_EDITS = Query(None, "DELETE FROM community_page_edits WHERE account_id = :id")
# What a community of here passed on it takes back itself, where it was sent.
_DROP_PASSED = Query(
    None,
    """
    DELETE FROM passed_requests
    WHERE (account_id = :id OR moderator_id = :id)
        AND community_id IN (SELECT a.id FROM accounts AS a WHERE a.domain <> '')""",
)
# What was done with them in communities of elsewhere, and in one that ends.
_DROP_FORMER = Query(None, "DELETE FROM community_former_moderators WHERE account_id = :id OR community_id = :id")
_DROP_MARKS = Query(
    None,
    """
    DELETE FROM community_marks
    WHERE community_id = :id OR about = (SELECT a.uri FROM accounts AS a WHERE a.id = :id)""",
)
_DROP_WELCOME = Query(None, "DELETE FROM welcomes WHERE account_id = :id")
# What they answered stays in the number, as a vote does.
_DROP_ANSWERED = Query(None, "DELETE FROM pulse_answered WHERE account_id = :id")
# Counters of others first: they are told by the rows that go.
_STEPS = (
    _UNCOUNT_LIKES,
    _UNCOUNT_BOOSTS,
    _UNCOUNT_QUOTES,
    _UNCOUNT_REPLIES,
    _UNCOUNT_BOOSTERS,
    _UNCOUNT_FOLLOWERS,
    _UNCOUNT_FOLLOWING,
    _DROP_READ_ARTICLES,
    _DROP_PIECE_VERSIONS,
    _DROP_PIECE_COMMENTS,
    _DROP_PIECE_ACTS,
    _NEXT_OF_DESK,
    _BLANK_PIECES,
    _BLANK_CAMPAIGNS,
    _DROP_POSTS,
    _DROP_LIKES,
    _DROP_REACTIONS,
    _DROP_FOLLOWS,
    _DROP_BLOCKS,
    _DROP_MUTES,
    _DROP_VOTES,
    _DROP_VOTERS,
    _DROP_PARTICIPATIONS,
    _DROP_CALENDARS,
    _DROP_SCHEDULED,
    _DROP_THREAD_MUTES,
    _DROP_NOTIFICATIONS,
    _DROP_PLACES,
    _DROP_LISTS,
    _DROP_FILTERS,
    _DROP_ENDORSEMENTS,
    _DROP_NOTES,
    _DROP_FOLLOWED_TAGS,
    _DROP_FEATURED_TAGS,
    _DROP_DOMAIN_BLOCKS,
    _DROP_MEDIA,
    _DROP_DISMISSED,
    _DROP_IMPORTS,
    _DROP_NOTICE_POLICY,
    _DROP_NOTICE_PERMITS,
    _DROP_NOTICE_REQUESTS,
    _DROP_CONVERSATIONS,
    _DROP_BULLETIN_READS,
    _DROP_BULLETIN_REACTIONS,
    _DROP_DRAFTS,
    _DROP_PINS,
    _DROP_KUDOS,
    _DROP_CONSENTS,
    _DROP_DAYS,
    _DROP_SKILLS,
    _DROP_ENDORSED,
    _DROP_PAGE_EDITS,
    _DROP_PASSED,
    _DROP_MEMBERSHIPS,
    _DROP_FORMER,
    _DROP_MARKS,
    _DROP_COMMUNITY,
    _DROP_WELCOME,
    _DROP_ANSWERED,
)
_OF_PEOPLE = (
    _DROP_BOOKMARKS,
    _DROP_HOME,
    _DROP_MARKERS,
    _DROP_MENTIONS,
    _DROP_WARNINGS,
    _DROP_ASKED,
    _DROP_ANSWERS,
    _DROP_OFFICES,
    _DROP_LEAVES,
    _DROP_ROLL_ANSWERS,
    _DROP_LOGIN,
)


def blank(tx: Tx, id: AccountId, now: Millis) -> bool:
    """Mark the account as deleted and take away all it said and did, counters of others included; False if it was."""
    if not tx.run(_BLANK, id=id, now=now):
        return False
    for query in (*_STEPS, _DROP_KEYS):
        tx.run(query, id=id)
    return True


def blank_local(tx: Tx, id: AccountId, now: Millis) -> bool:
    """The same of an account of this node, with its login, sessions and tokens; its key stays to sign the farewell."""
    if not tx.run(_BLANK, id=id, now=now):
        return False
    for query in (*_STEPS, *_OF_PEOPLE):
        tx.run(query, id=id)
    return True


def purge(tx: Tx, id: AccountId) -> None:
    """Take away the copies of what an account of elsewhere said and did; the account stays, in its state."""
    for query in (*_STEPS, _EMPTY):
        tx.run(query, id=id)
