"""Made posts of a sheet of components, one for each state in which a post can be."""

from collections.abc import Mapping, Sequence

import msgspec

from social.clock import DAY, HOUR, MINUTE
from social.reading import Mine, PostView, QuoteView
from social.tally import ASKING, PollView
from storage.accounts import AccountRow
from storage.cards import CardRow, ShownCardRow
from storage.ids import MediaId, Millis, PollId, PostId
from storage.media import MediaRow
from storage.polls import OptionRow, PollRow
from storage.posts import PostRow
from storage.visibility import Visibility
from web.design.people import NOW, People
from web.design.pictures import size

LINES = "Trois arrêts ce mois-ci pour la même courroie à 40 €. Le magasin dit que c’est le siège, le siège le magasin."


def posts(who: People) -> Mapping[str, PostView]:
    """The posts by the name of their state."""
    own = post(
        1, who.bruno, "La nouvelle presse de la ligne 4 tourne depuis 6 h 40. Bravo à Lyon.", likes=31, answers=4
    )
    afar = post(2, who.amina, LINES, title="Qui décide du stock de pièces ?", likes=14, boosts=3, answers=6)
    english = post(3, who.carla, "We now share one pallet format with Lyon. Two fewer transfers.", language="en")
    liked = post(4, who.ines, "Le port de Brest : trois grues.", likes=53, mine=Mine(liked=True, bookmarked=True))
    replace = msgspec.structs.replace
    return {
        "own": own,
        "afar": afar,
        "english": english,
        "liked": liked,
        "boost": replace(post(5, who.ines, ""), boost_of=english),
        "edited": post(6, who.ines, "Le seuil est corrigé.", visibility=Visibility.FOLLOWERS, edited_at=at(-2)),
        "direct": post(7, who.carla, "Le code du portail a changé.", visibility=Visibility.DIRECT),
        "warned": post(8, who.ines, "Le vôtre : parvis sud.", spoiler="Consigne d’évacuation", media=shots("quay")),
        "sensitive": post(9, who.ines, "Après la fuite.", sensitive=True, media=shots("quay")),
        "one": post(10, who.carla, "Vue de la halle ce matin à Lyon.", media=shots("hall")),
        "two": post(11, who.ines, "Deux vues.", media=shots("quay", "hall")),
        "three": post(12, who.ines, "Trois vues.", media=shots("tall", "quay", "hall")),
        "four": post(13, who.ines, "Quatre vues.", media=shots("quay", "hall", "crane", "dock")),
        "away": post(14, who.amina, "Photo en route.", media=(replace(shots("late")[0], file_key=None),)),
        "film": post(15, who.amina, "La presse en marche.", media=(_recording("video"), _recording("audio"))),
        "linked": post(16, who.ines, "À lire avant jeudi.", card=_card("design-dock")),
        "linking": post(17, who.ines, "Le compte rendu.", card=_card(None)),
        "asking": post(18, who.amina, "Les réunions de poste ?", poll=poll(own=())),
        "several": post(19, who.ines, "Quels jours ?", poll=poll(is_multiple=True, own=(), ends=None)),
        "voted": post(20, who.amina, "On garde 6 h 45 ?", poll=poll(own=(0,))),
        "secret": post(21, who.amina, "Un nom pour la gamme ?", poll=poll(own=(), hides_totals=True)),
        "closed": post(22, who.bruno, "Quel jour pour l’inventaire ?", poll=poll(ends=-1, is_own=True)),
        "quoting": post(23, who.ines, "Même question chez nous.", quote=QuoteView(state="accepted", quoted=afar)),
        "unagreed": post(24, who.ines, "Je cite.", quote=QuoteView(state="pending")),
        "muted": post(25, who.ines, "Je cite.", quote=QuoteView(state="muted_account", quoted=afar)),
        "answer": post(26, who.amina, "Merci Marc.", parent_uri="https://here.example/x", answers=1),
        "long": post(27, who.long, f"{who.long.name} {'⚓🚢🏗️👩‍🏭' * 10}"),
        "arabic": post(28, who.carla, "أمينة حداد، رئيسة ورشة الصيانة في مصنع ليون", language="ar"),
        "strange": replace(afar, mine=None),
    }


def post(
    id: int,
    author: AccountRow,
    words: str,
    *,
    language: str = "fr",
    likes: int = 0,
    boosts: int = 0,
    answers: int = 0,
    mine: Mine | None = None,
    media: Sequence[MediaRow] = (),
    poll: PollView | None = None,
    card: ShownCardRow | None = None,
    quote: QuoteView | None = None,
    **said: object,
) -> PostView:
    """A post of half an hour ago; `said` are fields of `PostRow`."""
    plain: dict[str, object] = {
        "id": PostId(id),
        "uri": f"https://here.example/{id}",
        "url": f"https://here.example/{id}",
        "author_id": author.id,
        "is_local": author.is_local,
        "is_history": False,
        "kind": ASKING if poll else "Note",
        "visibility": Visibility.PUBLIC,
        "title": "",
        "source": "",
        "html": f"<p>{words}</p>" if words else "",
        "spoiler": "",
        "sensitive": False,
        "language": language,
        "boost_of_id": None,
        "parent_id": None,
        "parent_uri": None,
        "parent_author_id": None,
        "thread_id": PostId(id),
        "app_id": None,
        "published_at": Millis(NOW - 30 * MINUTE),
        "received_at": NOW,
        "edited_at": None,
        "replies_count": answers,
        "boosts_count": boosts,
        "likes_count": likes,
        "revision": 0,
    }
    row = PostRow(**(plain | said))  # type: ignore[arg-type]  # fields of PostRow
    return PostView(post=row, author=author, media=tuple(media), mine=mine or Mine(), poll=poll, card=card, quote=quote)


def poll(
    *,
    own: tuple[int, ...] | None = None,
    is_own: bool = False,
    is_multiple: bool = False,
    hides_totals: bool = False,
    ends: int | None = 20,
) -> PollView:
    """A poll on the hours of the shifts; `ends`: in how many hours."""
    row = PollRow(
        id=PollId(1),
        post_id=PostId(1),
        is_multiple=is_multiple,
        hides_totals=hides_totals,
        expires_at=None if ends is None else at(ends),
        closed_at=None,
        voters_count=93,
        claimed_at=NOW,
        created_at=NOW,
    )
    taken = (("On garde 6 h 45", 43), ("7 h, après la relève, avec tout le monde", 35), ("Une semaine sur deux", 15))
    options = tuple(OptionRow(position=n, title=title, votes_count=votes) for n, (title, votes) in enumerate(taken))
    return PollView(poll=row, options=options, own=own, is_own=is_own)


def shots(*names: str) -> tuple[MediaRow, ...]:
    """Pictures, described."""
    return tuple(_picture(number, name) for number, name in enumerate(names))


def at(hours: int) -> Millis:
    """A moment of the sheet's day."""
    return Millis(NOW + hours * HOUR)


def _picture(number: int, name: str) -> MediaRow:
    width, height = size(name)
    return MediaRow(
        id=MediaId(number + 1),
        account_id=None,  # type: ignore[arg-type]  # of nobody
        post_id=None,
        position=number,
        purpose="post",
        token=f"design-{name}",
        mime="image/svg+xml",
        file_key="drawn",
        small_key="drawn",
        small_mime="image/svg+xml",
        width=width,
        height=height,
        small_width=width,
        small_height=height,
        bytes=1,
        blurhash=None,
        description="Cargo rouge à quai sous une grue.",
        focus_x=0,
        focus_y=0,
        remote_url=None,
        created_at=NOW,
    )


def _recording(kind: str) -> MediaRow:
    return msgspec.structs.replace(shots("dock")[0], kind=kind, duration_ms=DAY)


def _card(token: str | None) -> ShownCardRow:
    card = CardRow(
        id=1,
        url="https://port.example/brest",
        title="Le port de Brest, premier client de la nouvelle gamme",
        description="Trois grues, dix-huit mois d’essais au sel et au vent, et une panne qui a tout changé.",
        provider_name="Port de Brest",
        author_name="Inès Traoré",
        fetched_at=NOW,
    )
    return ShownCardRow(
        post_id=PostId(1), card=card, token=token, width=640, height=400, blurhash=None, image_description=""
    )
