"""What the sheet of components shows beside posts: what is being written, notices, proofs, words to everybody."""

from collections.abc import Mapping, Sequence

import msgspec
from markupsafe import Markup

from social.clock import DAY, HOUR
from social.communities.reading import Presence
from social.errors import Invalid
from social.governance.bulletins import BulletinView
from social.posts.arrivals import Arrival, State
from social.posts.reach import Reach
from social.reading import PostView
from social.settings import Entity
from storage.bulletins import BulletinId, BulletinRow, ReactionRow
from storage.ids import Millis
from storage.notifications import Kind
from web.asking import OPEN_FOR, Asking
from web.audience import Audience, worded
from web.communities import Gauge, gauges
from web.design.people import ELSEWHERE, NOW, People
from web.design.posts import shots
from web.pages.notifications import Group, Note
from web.pages.post import Reply
from web.pennants import Pennant, pennants, sprite
from web.versions import VersionField
from web.visit import Visit
from web.writing import Writing, quoters

FLAGS = 33
"""So many entities have each a drawing of their own."""
CHANGED = ("La presse s’arrête à midi, sans doute.", "La presse s’arrête à une heure, ce jeudi.")
"""A post before and after it was edited."""


def opened(markup: Markup) -> Markup:
    """The same with its folds and dialogs open."""
    return Markup(str(markup).replace("<details", "<details open").replace("<dialog", "<dialog open"))  # noqa: S704  # ours


def writings(visit: Visit, views: Mapping[str, PostView]) -> Mapping[str, Writing]:
    """The composer in its states."""
    empty = Writing(
        key="design",
        audiences=audiences(visit),
        language=visit.locale,
        quoters=quoters(visit),
        open_for=[(str(seconds), visit.say(words)) for seconds, words in OPEN_FOR],
        errors=visit.errors(),
    )
    wrong = visit.errors(Invalid("text", "blank"))
    replace = msgspec.structs.replace
    words = "La presse de la ligne 4 tourne depuis 6 h 40. Bravo à Lyon."
    return {
        "empty": empty,
        "draft": replace(empty, text=words, draft_at=Millis(NOW - HOUR), media=shots("quay", "hall")),
        "wrong": replace(empty, errors=wrong, asking=Asking(is_open=True, options=("Jeudi", "", "", ""))),
        "answer": replace(empty, text="@amina ", parent=views["afar"], outside=("Robin Meyer",), visibility="direct"),
        "quote": replace(empty, text=words, quoted=views["english"], visibility="followers"),
        "change": replace(empty, action="/posts/1/edit", text=words, audiences=(), spoiler="Consigne"),
        "versions": replace(empty, text=words, versions=(VersionField(language="en", text="The press runs."),)),
    }


def audiences(visit: Visit) -> list[Audience]:
    """The four audiences on a group of three sites, with a follower beyond it and a site that is shut out."""
    sites = {"": 268, "usine.example": 741, "filiale.example": 231}
    followers = {"": 12, "usine.example": 29}
    return worded(
        visit, Reach(group=sites, followers=followers, outside={ELSEWHERE: 1}, left_out=frozenset({"x.example"}))
    )


def notes(who: People, views: Mapping[str, PostView]) -> Mapping[str, Note]:
    """Notices that ask for the reader."""
    new = Note(kind=Kind.MENTION, sender=who.amina, post=views["afar"], created_at=NOW, is_unread=True, answers=False)
    replace = msgspec.structs.replace
    return {
        "new": new,
        "answer": replace(new, sender=who.ines, post=views["liked"], answers=True, is_unread=False),
        "request": replace(new, kind=Kind.FOLLOW_REQUEST, sender=who.stranger, post=None),
    }


def rest(view: PostView) -> Group:
    """Notices that ring nobody."""
    sentence = Markup("<b>Inès Traoré</b>, <b>Carla Ortega</b>, 28 ♥")
    return Group(sign="heart", sentence=sentence, post=view, created_at=NOW)


def proofs(settings_hosts: Sequence[str]) -> Mapping[str, list[Arrival]]:
    """What the author sees of a post's way."""
    usine, filiale = [*settings_hosts, ELSEWHERE, ELSEWHERE][:2]
    there = Arrival(host=usine, state=State.ARRIVED, since=NOW)
    late = Arrival(host=filiale, state=State.LATE, since=Millis(NOW - 14 * HOUR), reason="timeout")
    failed = Arrival(host=ELSEWHERE, state=State.FAILED, since=Millis(NOW - DAY), reason="403")
    return {
        "arrived": [there, Arrival(host=filiale, state=State.ARRIVED, since=NOW)],
        "late": [there, late],
        "failed": [there, late, failed],
    }


def crews(hosts: Sequence[str]) -> list[Gauge]:
    """The members of a community by site."""
    return gauges([Presence(domain=host, members=members) for host, members in zip(hosts, (9, 27, 38), strict=False)])


def bulletin() -> BulletinView:
    """A word to everybody."""
    row = BulletinRow(
        id=BulletinId(1),
        source="",
        html="<p>Le portail sud est fermé jusqu’à lundi.</p>",
        starts_at=None,
        ends_at=None,
        all_day=False,
        published_at=NOW,
        created_at=NOW,
        updated_at=NOW,
    )
    signs = (ReactionRow(bulletin_id=row.id, name="👍", total=14, mine=True),)
    return BulletinView(bulletin=row, is_read=False, reactions=signs)


def folded(views: Mapping[str, PostView]) -> Reply:
    """An answer with a branch below it that is folded."""
    return Reply(view=views["answer"], depth=2, divider="", folded=(views["english"], views["liked"]))


def flags() -> tuple[Markup, Sequence[str]]:
    """Every outline and pattern: a sprite, and the names in it."""
    made = tuple(Entity(id=f"design-{number}", name=f"{number}", domain=f"{number}.example") for number in range(FLAGS))
    drawn: dict[str, Pennant] = pennants(made)
    return Markup(sprite(drawn)), list(drawn)  # noqa: S704  # drawn by ourselves
