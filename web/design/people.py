"""Made people of a sheet of components: of the own site, of two others of the group, and of none."""

import msgspec

from social.people.relations import Relationship
from social.people.suggestions import Suggestion
from social.policy import Role, Viewer
from social.settings import Settings
from storage.accounts import AccountKind, AccountRow
from storage.ids import AccountId, Millis, UserId
from storage.users import UserRow
from storage.visibility import Visibility
from web.frame import Frame, Owed

NOW = Millis(1_795_511_520_000)
"""2026-11-24T09:12:00Z: on the sheet it is always the same morning."""
ELSEWHERE = "harbour.example"
LONG = "Wolfeschlegelsteinhausenbergerdorff-Weltmeisterschaftsqualifikation"


class People(msgspec.Struct, frozen=True, kw_only=True):
    """Who is on the sheet. `bruno` looks at it."""

    bruno: AccountRow
    ines: AccountRow
    amina: AccountRow
    carla: AccountRow
    stranger: AccountRow
    team: AccountRow
    long: AccountRow
    tints: tuple[AccountRow, ...]


def people(settings: Settings) -> People:
    """The people, each at a site of the node's own group as far as it has others."""
    own = settings.entity_of("")
    others = [one.domain for one in settings.group.entities if one != own]
    usine, filiale = [*others, ELSEWHERE, ELSEWHERE][:2]
    return People(
        bruno=_account(1, "bruno", "Bruno Le Gall", job="Directeur industriel", avatar="bruno"),
        ines=_account(2, "ines", "Inès Traoré", job="Ressources humaines"),
        amina=_account(3, "amina", "Amina Haddad", usine, job="Cheffe d’atelier, lignes 2 et 4", avatar="amina"),
        carla=_account(4, "carla", "Carla Ortega", filiale, job="Responsable qualité"),
        stranger=_account(5, "robin", "Robin Meyer", ELSEWHERE, locked=True),
        team=_account(6, "securite", "Sécurité au poste", kind=AccountKind.GROUP),
        long=_account(7, "long", LONG, usine, job=LONG),
        tints=tuple(_account(20 + number, f"tint{number}", f"Zoé {chr(65 + number)}") for number in range(8)),
    )


def viewer(who: AccountRow) -> Viewer:
    """Somebody of the sheet as who asks."""
    return Viewer(account=who.id, user=UserId(1), role=Role.ADMIN, username=who.username)


def frame(who: AccountRow, theme: str, looks: str) -> Frame:
    """What stands around the sheet: its reader's wishes, and three things that wait."""
    user = UserRow(
        id=UserId(1),
        account_id=who.id,
        email=None,
        role=Role.ADMIN,
        locale="",
        theme=theme,
        post_visibility=Visibility.PUBLIC,
        post_sensitive=False,
        post_language=None,
        created_at=NOW,
        disabled_at=None,
        looks=looks,
    )
    return Frame(me=who, user=user, unread=3, owed=Owed(named=2, requests=1, words=1, reports=3))


def meet(who: People) -> list[Suggestion]:
    """People whom the reader may want to meet, each for another reason."""
    nothing = Suggestion(account=who.ines, friends=0, friend="", tags=0, tag="", is_near=True)
    return [
        msgspec.structs.replace(nothing, account=who.carla, friends=3, friend=who.amina.name),
        msgspec.structs.replace(nothing, account=who.amina, tags=1, tag="maintenance"),
        nothing,
    ]


def tie(who: AccountRow, **is_so: bool) -> Relationship:
    """What is between the reader and somebody; keywords are those of `Relationship`."""
    return msgspec.structs.replace(Relationship(id=who.id), **is_so)


def _account(
    id: int,
    username: str,
    name: str,
    domain: str = "",
    *,
    job: str = "",
    avatar: str | None = None,
    kind: AccountKind = AccountKind.PERSON,
    locked: bool = False,
) -> AccountRow:
    uri = f"https://{domain or 'here.example'}/users/{username}"
    return AccountRow(
        id=AccountId(id),
        username=username,
        domain=domain,
        uri=uri,
        url=uri,
        kind=kind,
        display_name=name,
        note_source="",
        note_html="<p>Seize ans de presses et de réglages. Demandez-moi comment relancer une ligne.</p>",
        fields="",
        job=job,
        locked=locked,
        discoverable=True,
        indexable=True,
        avatar_token=f"design-{avatar}" if avatar else None,
        header_token=None,
        inbox_url="",
        shared_inbox_url="",
        outbox_url="",
        followers_url="",
        following_url="",
        posts_count=86,
        followers_count=41,
        following_count=12,
        last_post_at=NOW,
        created_at=NOW,
        fetched_at=None,
        suspended_at=None,
        deleted_at=None,
        revision=0,
    )
