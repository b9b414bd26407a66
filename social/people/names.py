"""Names: which user names may be had, and how a name is found again."""

import re
import unicodedata

from social.text import clean_line

USERNAME_LIMIT = 30
INSTANCE_ACTOR = "instance.actor"
"""Name of the actor that stands for the node; its dot keeps it out of what people may choose."""

_USERNAME = re.compile(r"[a-z0-9_]+")
_ALNUM = re.compile(r"[^\W_]+")
_SEARCH_LIMIT = 300

_RESERVED = """
    about abuse account accounts actor actors admin administrator all announcements anonymous api app apps
    archipel assets auth authorize avatars channel communities contact everybody everyone federation feed feeds
    files group groups health help here home host hostmaster image images inbox info instance invite invites
    login logout mail mailer_daemon media metrics moderation moderator moderators me nobody node nodeinfo
    noreply no_reply notifications ns oauth outbox owner people postmaster posts privacy public register robots
    root search security self service session sessions settings share shared sign_in sign_out signin signup site
    staff static status statuses streaming support sysadmin system tags team terms test theme timelines
    undefined unknown user users web webfinger webmaster well_known www
"""
RESERVED = frozenset(_RESERVED.split())


def username_key(username: str) -> str:
    """The name under which an account is unique on its node."""
    return username.casefold()


def name_problem(username: str) -> str | None:
    """What keeps `username` from being given to a person here: blank, too_long, invalid, reserved; None: nothing."""
    if not username:
        return "blank"
    if len(username) > USERNAME_LIMIT:
        return "too_long"
    if _USERNAME.fullmatch(username) is None or not username.strip("_"):
        return "invalid"
    return "reserved" if username in RESERVED else None


def words(text: str) -> list[str]:
    """The words of `text` as they are compared: compatibility forms unfolded, no accents, no case, no punctuation."""
    unfolded = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    return _ALNUM.findall("".join(letter for letter in unfolded if not unicodedata.combining(letter)))


def search_name(display_name: str, username: str, job: str, team: str = "", about: str = "") -> str:
    """What a search looks into: the words of name, user name, job and team, each with a space before it; of a community
    also those of what it is for (`about`)."""
    found = dict.fromkeys(words(" ".join((display_name, username, job, team, about))))
    return "".join(f" {word}" for word in found)[:_SEARCH_LIMIT]


def tidy(text: str) -> str:
    """A display name, job or team as it is kept: one line, no invisible characters."""
    return clean_line(text)
