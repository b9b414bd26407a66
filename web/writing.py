"""A post that is being written: what the composer shows, and whom it would reach, in words."""

import secrets
from collections.abc import Mapping, Sequence

import msgspec

from social import reading
from social.communities import topics as shelves
from social.errors import Forbidden, Invalid, NotFound
from social.policy import Viewer
from social.posts import drafts
from social.posts import media as uploads
from social.posts.drafts import SavedDraft
from social.posts.policies import Choice
from social.posts.publish import mentioned
from social.reading import PostView
from social.settings import Settings
from social.text import is_language
from storage.engine.database import Tx
from storage.ids import MediaId, Millis, PostId
from storage.media import MediaRow
from storage.visibility import OPEN, Visibility
from web.asking import OPEN_FOR, Asking
from web.asking import taken_up as taken_up_poll
from web.audience import Audience, audiences, of_community
from web.forms import Form
from web.frame import Mooring
from web.i18n import N_
from web.versions import BLANK, VersionField, kept
from web.visit import Errors, Visit

LANGUAGES = (
    ("fr", "Français"), ("en", "English"), ("es", "Español"), ("de", "Deutsch"), ("it", "Italiano"),
    ("pt", "Português"), ("nl", "Nederlands"), ("pl", "Polski"), ("ro", "Română"), ("tr", "Türkçe"),
    ("ar", "العربية"), ("zh", "中文"),
)  # fmt: skip
"""Languages offered for a post, each in its own words."""


class Writing(msgspec.Struct, frozen=True, kw_only=True):
    """What the composer holds. `audiences` is empty when the audience is fixed (an edit)."""

    action: str = "/compose"
    key: str
    text: str = ""
    spoiler: str = ""
    sensitive: bool = False
    visibility: str = Visibility.PUBLIC
    language: str = ""
    parent: PostView | None = None
    quoted: PostView | None = None
    quote_policy: str = ""
    quoters: Sequence[tuple[str, str]] = ()
    media: Sequence[MediaRow] = ()
    words: Mapping[MediaId, str] = {}
    audiences: Sequence[Audience] = ()
    outside: Sequence[str] = ()
    languages: Sequence[tuple[str, str]] = LANGUAGES
    versions: Sequence[VersionField] = BLANK
    notice: str = ""
    asking: Asking = Asking()
    open_for: Sequence[tuple[str, str]] = ()
    is_asked: bool = False
    """Whether the words for a picture were asked for: they are once."""
    scheduled_at: str = ""
    """The time to be published at, as the field of the form holds it."""
    community: Mooring | None = None
    """Where it is written; then its members are the audience, whatever else the person chooses by default."""
    communities: Sequence[Mooring] = ()
    """Where else it may be written."""
    topics: Sequence[tuple[str, str]] = ()
    """Those of the community, where a thread begins: name and words."""
    topic: str = ""
    draft_at: Millis | None = None
    """When the draft was last written on with which this begins."""
    errors: Errors

    @property
    def named(self) -> str:
        """Whom the text names, one after the other."""
        return ", ".join(f"@{handle}" for handle in mentioned(self.text))


_QUOTERS: Mapping[Choice, str] = {
    Choice.PUBLIC: N_("Everybody who may read it"),
    Choice.FOLLOWERS: N_("Those who follow you"),
    Choice.NOBODY: N_("Nobody but you"),
}
_REACH = {Visibility.PUBLIC: 0, Visibility.UNLISTED: 1, Visibility.FOLLOWERS: 2, Visibility.DIRECT: 3}


async def fresh(visit: Visit, **values: object) -> Writing:
    """An empty composer with the person's own defaults."""
    user = visit.frame.user
    language = str(values.get("language") or (user.post_language if user else None) or visit.locale)
    start: dict[str, object] = {
        "key": secrets.token_urlsafe(12),
        "visibility": user.post_visibility if user else Visibility.PUBLIC,
        "sensitive": bool(user and user.post_sensitive),
        "language": language,
        "languages": languages(language),
        "audiences": values["audiences"] if "audiences" in values else await audiences(visit),
        "quote_policy": user.quote_policy if user else Choice.NOBODY.value,
        "quoters": quoters(visit),
        "open_for": [(str(seconds), visit.say(words)) for seconds, words in OPEN_FOR],
        "communities": [one for one in visit.frame.communities if one.may_begin],
        "errors": visit.errors(),
    }
    return Writing(**(start | values))  # type: ignore[arg-type]  # the names are Writing's own


def within(visit: Visit, asked: Writing, community: Mooring, reached: str = "") -> Writing:
    """The composer of a post of a community. `reached`: how many people on how many sites, if it was counted."""
    return msgspec.structs.replace(
        asked,
        community=community,
        visibility=(Visibility.PUBLIC if community.is_open else Visibility.FOLLOWERS).value,
        audiences=[of_community(visit, community, reached)],
    )


async def inside(visit: Visit, asked: Writing, community: Mooring) -> Writing:
    """The composer of a thread that begins in a community, with its topics to choose from. One statement."""
    found = await visit.node.db.read(shelves.offered, visit.viewer, community.id)
    offered = [(one.name, one.display) for one in found]
    return msgspec.structs.replace(within(visit, asked, community), topics=offered)


def quoters(visit: Visit) -> list[tuple[str, str]]:
    """Who may be let quote a post, each in words."""
    return [(one.value, visit.say(name)) for one, name in _QUOTERS.items()]


def quote(visit: Visit, asked: Writing, quoted: PostView) -> Writing:
    """The composer with a post that is quoted in it; one's own for followers stays for them."""
    if quoted.post.visibility in OPEN:
        return msgspec.structs.replace(asked, quoted=quoted)
    narrowest = max((Visibility(asked.visibility), quoted.post.visibility), key=lambda one: _REACH[one])
    return msgspec.structs.replace(asked, quoted=quoted, visibility=narrowest.value)


def policy_of(form: Form) -> Choice | None:
    """Who may quote, as a form chooses; None if it does not say."""
    return Choice(form.chosen("quote_policy", tuple(Choice), Choice.NOBODY)) if form.has("quote_policy") else None


def language_of(form: Form) -> str | None:
    """The language that a form chooses; None for none. Raises Invalid for what is no language."""
    code = form.text("language", limit=100)
    if code and not is_language(code):
        raise Invalid("language", "not_a_choice")
    return code or None


def languages(present: str) -> list[tuple[str, str]]:
    """What may be chosen: the usual ones, and the present one if it is another."""
    known = list(LANGUAGES)
    return known if not present or present in dict(known) else [*known, (present, present)]


async def reply(visit: Visit, parent: PostView) -> Writing:
    """A composer that answers `parent`: names whom it answers, and reaches no further than it."""
    if parent.post.community_id is not None:
        return await _reply_within(visit, parent)
    asked = await fresh(visit)
    narrowest = max((Visibility(asked.visibility), parent.post.visibility), key=lambda one: _REACH[one])
    return msgspec.structs.replace(
        asked,
        parent=parent,
        text=named(visit, parent),
        visibility=narrowest.value,
        spoiler=parent.post.spoiler,
        outside=strangers(visit.node.settings, parent),
    )


async def _reply_within(visit: Visit, parent: PostView) -> Writing:
    """An answer in a community reaches who reads what it answers. Who is no member has no composer: see `may_reply`."""
    community = visit.frame.community(parent.post.community_id)
    if community is None:
        raise Forbidden("not_a_member")
    asked = await fresh(visit, audiences=())
    filled = msgspec.structs.replace(
        asked, parent=parent, text=named(visit, parent), spoiler=parent.post.spoiler, communities=()
    )
    return within(visit, filled, community)


def may_reply(visit: Visit, parent: PostView) -> bool:
    """Whether the reader may answer: in a community, who is a member of it."""
    id = parent.post.community_id
    return visit.viewer.is_person and (id is None or visit.frame.community(id) is not None)


async def begun(visit: Visit, asked: Writing) -> Writing:
    """The composer with what was begun in its place, on whatever device. Who has no draft pays no statement."""
    if not visit.frame.drafts:
        return asked
    held = await visit.node.db.read(_held, visit.viewer, asked.parent.post.id if asked.parent else None)
    return asked if held is None else await _taken_up(visit, asked, *held)


def own_media(tx: Tx, viewer: Viewer, ids: Sequence[int]) -> list[MediaRow]:
    """The person's own pictures of these ids; what is gone is left out."""
    found = []
    for id in ids:
        try:
            found.append(uploads.own(tx, viewer, MediaId(id)))
        except NotFound:
            continue
    return found


def _held(tx: Tx, viewer: Viewer, parent: PostId | None) -> tuple[SavedDraft, list[MediaRow], PostView | None] | None:
    """A draft with its pictures and the post that it quotes."""
    draft = drafts.of(tx, viewer, parent)
    if draft is None:
        return None
    pictures = own_media(tx, viewer, [int(value) for value in draft.fields.get("media", ()) if value.isdecimal()])
    return draft, pictures, _readable(tx, viewer, draft.first("quoted"))


def _readable(tx: Tx, viewer: Viewer, id: str) -> PostView | None:
    """The post that a draft quotes; None if it is gone or not for the viewer any more."""
    try:
        return reading.post(tx, viewer, PostId(int(id))).shown if id.isdecimal() else None
    except NotFound:
        return None


async def _taken_up(
    visit: Visit, asked: Writing, draft: SavedDraft, media: Sequence[MediaRow], quoted: PostView | None
) -> Writing:
    known = {one.key for one in asked.audiences}
    visibility = draft.first("visibility")
    language = draft.first("language")
    asked = asked if quoted is None else quote(visit, asked, quoted)
    chosen = draft.first("community")
    community = visit.frame.community(int(chosen)) if chosen.isdecimal() and asked.community is None else None
    asked = await inside(visit, asked, community) if community is not None else asked
    return msgspec.structs.replace(
        asked,
        text=draft.first("text"),
        spoiler=draft.first("spoiler"),
        sensitive="sensitive" in draft.fields,
        visibility=visibility if visibility in known else asked.visibility,
        language=language or asked.language,
        languages=languages(language or asked.language),
        media=media,
        words={row.id: draft.first(f"words-{row.id}") for row in media},
        quote_policy=draft.first("quote_policy") or asked.quote_policy,
        scheduled_at=draft.first("scheduled_at"),
        asking=taken_up_poll(draft.fields, asked.asking),
        draft_at=draft.updated_at,
        topic=draft.first("topic"),
        versions=kept(draft.fields),
    )


def named(visit: Visit, parent: PostView) -> str:
    """`@amina @carla@filiale.example `: whom an answer addresses, without the person who writes."""
    author = parent.author
    handles = [author.acct] if author.id != visit.viewer.account else []
    others = (
        f"{one.username}@{one.domain}" if one.domain else one.username
        for one in parent.mentions
        if one.account_id not in (visit.viewer.account, author.id) and not one.silent
    )
    return "".join(f"@{handle} " for handle in dict.fromkeys([*handles, *others]))


def strangers(settings: Settings, parent: PostView) -> tuple[str, ...]:
    """Whom an answer would reach outside the group: those of domains that are no entity's."""
    people = [(parent.author.username, parent.author.domain), *((one.username, one.domain) for one in parent.mentions)]
    if not settings.group.entities:
        return ()
    return tuple(dict.fromkeys(f"@{name}@{domain}" for name, domain in people if settings.entity_of(domain) is None))
