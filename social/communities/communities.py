"""Communities come into being and change: by the person who makes one, then by its hosts."""

import msgspec
from msgspec import UNSET, UnsetType

from social import events, text
from social.communities import nodes, standing
from social.errors import Conflict, Forbidden, Invalid, NotFound, raise_all
from social.governance.audit import Act, record_of
from social.people import accounts, names
from social.people import keys as key_commands
from social.people.faces import show_pictures
from social.people.follows import Verb, move
from social.people.keys import KeyPair
from social.policy import Role, Viewer, require_person, require_role
from social.urls import Urls
from storage import accounts as account_rows
from storage import communities as rows
from storage import holding, memberships
from storage import relations as follow_rows
from storage.accounts import AccountKind, AccountRow
from storage.communities import CommunityRow, CommunityState, Entry, KnownRow, Posting
from storage.engine.database import Tx
from storage.ids import AccountId, IdMaker, MediaId, Millis
from storage.memberships import MemberRole, MembershipRow, MemberState
from storage.relations import FollowId, FollowRow, FollowState

TEMPLATES = ("", "maintenance", "launch", "project", "leisure", "practice", "entity")
WORDS_LIMIT = 5_000
"""Characters of the purpose, the rules and the welcome, each."""


class NewCommunity(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody makes. `purpose` is the account's note; keys are made before the transaction (`people.keys`).

    `listed` False: it is in no list, whoever knows its address finds it. `deputy` is a second host from the start.
    """

    username: str
    keys: KeyPair
    display_name: str = ""
    purpose: str = ""
    template: str = ""
    entry: Entry = Entry.OPEN
    posting: Posting = Posting.MEMBERS
    listed: bool = True
    rules: str = ""
    welcome: str = ""
    language: str = ""
    deputy: AccountId | None = None


class CommunityChange(msgspec.Struct, frozen=True, kw_only=True):
    """What its hosts change; what is UNSET stays. Pictures are media of the host who shows them."""

    display_name: str | UnsetType = UNSET
    purpose: str | UnsetType = UNSET
    template: str | UnsetType = UNSET
    entry: Entry | UnsetType = UNSET
    posting: Posting | UnsetType = UNSET
    listed: bool | UnsetType = UNSET
    rules: str | UnsetType = UNSET
    welcome: str | UnsetType = UNSET
    avatar: MediaId | UnsetType | None = UNSET
    header: MediaId | UnsetType | None = UNSET


def create(tx: Tx, viewer: Viewer, new: NewCommunity, *, ids: IdMaker, urls: Urls, now: Millis) -> AccountRow:
    """Make a community here, with the viewer as its host. Raises Unauthorized, Invalid with every wrong field."""
    require_person(viewer)
    username = new.username.strip().lower()
    raise_all(_problems(new, username))
    row = _account(AccountId(ids.make()), username, new, urls, now)
    if not account_rows.insert(tx, row, names.username_key(username), _search_name(row)):
        raise Invalid("username", "taken")
    key_commands.keep_pair(tx, row.id, urls.key(row.uri), new.keys, now=now)
    community = CommunityRow(
        account_id=row.id,
        template=new.template,
        entry=new.entry,
        posting=new.posting,
        rules_source=text.clean_text(new.rules),
        rules_html=text.bio(new.rules, tag_url=urls.tag),
        welcome_source=text.clean_text(new.welcome),
        welcome_html=text.bio(new.welcome, tag_url=urls.tag),
        created_at=now,
    )
    rows.insert(tx, community)
    _show(tx, row, community, listed=new.listed)
    events.append(tx, events.CommunityMade(by=viewer.account, at=now, community=row.id))
    seat(tx, row, accounts.account(tx, viewer, viewer.account), MemberRole.HOST, ids=ids, now=now)
    if new.deputy is not None and new.deputy != viewer.account:
        deputy = accounts.account(tx, viewer, new.deputy)
        if deputy.is_local and deputy.kind is AccountKind.PERSON:
            seat(tx, row, deputy, MemberRole.HOST, ids=ids, now=now)
    nodes.recount(tx, row.id, now=now)
    # The nodes of the group hear of a community that may be found, as of every account that says something of itself.
    events.append(tx, events.ProfileChanged(by=row.id, at=now))
    return accounts.account(tx, viewer, row.id)


def edit(tx: Tx, viewer: Viewer, id: AccountId, change: CommunityChange, *, urls: Urls, now: Millis) -> AccountRow:
    """Change a community of this node. Raises NotFound, Forbidden unless the viewer is a host, Invalid."""
    holding.community(tx, id)
    rewrite(tx, standing.require_host(tx, viewer, id), change, by=viewer.account, urls=urls, now=now)
    return accounts.account(tx, viewer, id)


def rewrite(tx: Tx, known: KnownRow, change: CommunityChange, *, by: AccountId, urls: Urls, now: Millis) -> None:
    """The change of a community of here, by whoever may. Raises Invalid."""
    raise_all(change_problems(change))
    account, community = _changed(known, change, urls)
    account_rows.rewrite(tx, account, names.username_key(account.username), _search_name(account))
    rows.rewrite(tx, community)
    listed = known.account.discoverable if change.listed is UNSET else change.listed
    _show(tx, account, community, listed=listed)
    show_pictures(tx, account.id, change.avatar, change.header, by=by, now=now)
    say_changed(tx, by, known.account.id, now)


def archive(tx: Tx, viewer: Viewer, id: AccountId, *, now: Millis) -> bool:
    """Close a community of this node for writing; it goes on being read. False if it was so.

    For its hosts, where none lives here for who moderates it, and on the record for who administers the site.
    """
    holding.community(tx, id)
    known = standing.require_answerable(tx, viewer, id, Act.COMMUNITY_ARCHIVE, now=now)
    return set_state(tx, viewer.account, known.community, CommunityState.ARCHIVED, now=now)


def reopen(tx: Tx, viewer: Viewer, id: AccountId, *, now: Millis) -> bool:
    """Open an archived community again; False if it was open. For its hosts, and who administers the site.

    Raises Conflict(merged).
    """
    holding.community(tx, id)
    known = standing.require_keeper(tx, viewer, id, Act.COMMUNITY_REOPEN, now=now)
    if known.community.merged_into is not None:
        raise Conflict("merged")
    return set_state(tx, viewer.account, known.community, CommunityState.ACTIVE, now=now)


def set_state(tx: Tx, by: AccountId, row: CommunityRow, state: CommunityState, *, now: Millis) -> bool:
    """Archived or active, by whoever may; False if it was so. Opened again, it is as if it had never been asked."""
    if row.state is state:
        return False
    archived = state is CommunityState.ARCHIVED
    rows.rewrite(tx, msgspec.structs.replace(row, state=state, archived_at=now if archived else None, asked_at=None))
    account_rows.touch(tx, row.account_id)
    events.append(tx, events.CommunityChanged(by=by, at=now, community=row.account_id))
    events.append(tx, events.ProfileChanged(by=row.account_id, at=now))
    return True


def hand_over(tx: Tx, viewer: Viewer, id: AccountId, account: AccountId, *, now: Millis) -> None:
    """Make a member the host in the viewer's place. Raises Forbidden, NotFound unless the account is a member."""
    holding.community(tx, id)
    standing.require_host(tx, viewer, id)
    heir = memberships.one(tx, id, account)
    if heir is None or not heir.is_in or account == viewer.account:
        raise NotFound("member")
    own = memberships.one(tx, id, viewer.account)
    standing.seat_as(tx, heir, MemberRole.HOST, by=viewer.account, now=now)
    if own is not None:
        standing.seat_as(tx, own, MemberRole.MEMBER, by=viewer.account, now=now)
    say_changed(tx, viewer.account, id, now)


def appoint(tx: Tx, viewer: Viewer, id: AccountId, account: AccountId, *, ids: IdMaker, now: Millis) -> None:
    """Give a community whose hosts are all gone a new one: for who administers the site.

    Raises Forbidden, NotFound, Conflict(has_host) while there is a host.
    """
    require_role(viewer, Role.ADMIN)
    holding.community(tx, id)
    known = standing.shown(tx, viewer, id)
    if not known.account.is_local:
        raise Forbidden("elsewhere")
    if memberships.with_roles(tx, id, [MemberRole.HOST]):
        raise Conflict("has_host")
    heir = accounts.account(tx, viewer, account)
    if not heir.is_local or heir.kind is not AccountKind.PERSON:
        raise NotFound("account")
    record_of(tx, viewer, Act.COMMUNITY_APPOINT, known.account, why=f"@{heir.acct}", now=now)
    seat(tx, known.account, heir, MemberRole.HOST, ids=ids, now=now)
    say_changed(tx, viewer.account, id, now)


def seat(tx: Tx, community: AccountRow, account: AccountRow, role: MemberRole, *, ids: IdMaker, now: Millis) -> bool:
    """Make somebody of this node a member with that role, whatever the way in; False if they are one already."""
    known = memberships.one(tx, community.id, account.id)
    if known is not None and known.is_in:
        return standing.seat_as(tx, known, role, by=account.id, now=now)
    seated = MembershipRow(
        community_id=community.id,
        account_id=account.id,
        role=role,
        state=MemberState.INVITED,
        read_place=now,
        created_at=now,
    )
    memberships.put(tx, seated)
    asked = follow_rows.between(tx, account.id, community.id)
    id = FollowId(ids.make())
    follow = asked or FollowRow(
        id=id,
        follower_id=account.id,
        followee_id=community.id,
        state=FollowState.ACCEPTED,
        boosts=True,
        notify=False,
        uri=f"{account.uri}#follows/{id}",
        created_at=now,
    )
    if not move(tx, follow, Verb.FOLLOW if asked is None else Verb.ACCEPT, now=now):
        return False
    events.append(tx, events.FollowAccepted(by=account.id, of=community.id, uri=follow.uri, at=now))
    return True


def say_changed(tx: Tx, by: AccountId, id: AccountId, now: Millis) -> None:
    """Log that a community of here says something else of itself."""
    events.append(tx, events.CommunityChanged(by=by, at=now, community=id))
    events.append(tx, events.ProfileChanged(by=id, at=now))


def change_problems(change: CommunityChange) -> list[Invalid]:
    """What is wrong with it."""
    said = (change.display_name, change.purpose, change.rules, change.welcome, change.template)
    return _word_problems(*("" if value is UNSET else value for value in said))


def _account(id: AccountId, username: str, new: NewCommunity, urls: Urls, now: Millis) -> AccountRow:
    purpose = text.clean_text(new.purpose).strip()
    return msgspec.structs.replace(
        accounts.new_row(id, username, urls, now=now),
        kind=AccountKind.GROUP,
        display_name=names.tidy(new.display_name),
        note_source=purpose,
        note_html=text.bio(purpose, tag_url=urls.tag),
        locked=new.entry is not Entry.OPEN,
        discoverable=new.listed and new.entry is not Entry.HIDDEN,
        language=new.language,
    )


def _show(tx: Tx, account: AccountRow, community: CommunityRow, *, listed: bool) -> None:
    hidden = community.entry is Entry.HIDDEN
    rows.show(tx, account.id, hidden=hidden, listed=listed and not hidden)
    # Who is in a closed community is for its members to know.
    account_rows.present(tx, msgspec.structs.replace(account, hide_collections=community.is_closed))


def _search_name(row: AccountRow) -> str:
    return names.search_name(row.display_name, row.username, row.job, about=row.note_source)


def _changed(known: KnownRow, change: CommunityChange, urls: Urls) -> tuple[AccountRow, CommunityRow]:
    account: dict[str, object] = {}
    community: dict[str, object] = {}
    if change.display_name is not UNSET:
        account["display_name"] = names.tidy(change.display_name)
    if change.purpose is not UNSET:
        purpose = text.clean_text(change.purpose).strip()
        account |= {"note_source": purpose, "note_html": text.bio(purpose, tag_url=urls.tag)}
    if change.entry is not UNSET:
        account["locked"] = change.entry is not Entry.OPEN
        community["entry"] = change.entry
    for name in ("template", "posting"):
        if (value := getattr(change, name)) is not UNSET:
            community[name] = value
    for name in ("rules", "welcome"):
        if (value := getattr(change, name)) is not UNSET:
            community[f"{name}_source"] = text.clean_text(value).strip()
            community[f"{name}_html"] = text.bio(value, tag_url=urls.tag)
    return msgspec.structs.replace(known.account, **account), msgspec.structs.replace(known.community, **community)


def _problems(new: NewCommunity, username: str) -> list[Invalid]:
    problems = _word_problems(new.display_name, new.purpose, new.rules, new.welcome, new.template)
    if (code := names.name_problem(username)) is not None:
        problems.insert(0, Invalid("username", code, maximum=names.USERNAME_LIMIT))
    if new.language not in accounts.LOCALES:
        problems.append(Invalid("language", "invalid"))
    return problems


def _word_problems(display_name: str, purpose: str, rules: str, welcome: str, template: str) -> list[Invalid]:
    problems = accounts.profile_problems(display_name, "")
    for field, value in (("purpose", purpose), ("rules", rules), ("welcome", welcome)):
        if "\0" in value:
            problems.append(Invalid(field, "nul"))
        elif text.graphemes(text.clean_text(value)) > WORDS_LIMIT:
            problems.append(Invalid(field, "too_long", maximum=WORDS_LIMIT))
    if template not in TEMPLATES:
        problems.append(Invalid("template", "not_a_choice"))
    return problems
