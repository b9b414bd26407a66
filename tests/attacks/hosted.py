"""What is amina's, or her office's, beside her posts: a community that she hosts, pieces of the desk, a gathering, …

With it the routes by which one has or changes such a thing, to be tried by who is nothing there.
"""

import msgspec

from social.announcements import publish as announcements
from social.announcements import screens
from social.announcements.audience import Wave
from social.announcements.publish import NewAnnouncement
from social.clock import DAY, HOUR
from social.communities import auto, communities, membership, nodes, pages, topics
from social.communities.communities import NewCommunity
from social.desk import campaigns, writing
from social.desk.campaigns import CampaignDraft
from social.desk.pieces import Plan, Words
from social.gatherings import planning
from social.gatherings.drafts import GatheringDraft
from social.policy import Viewer
from social.posts.publish import Context, Draft, publish
from social.recognition import kudos, skills
from social.recognition.kudos import Thanks
from storage import community_page_edits
from storage.communities import Entry
from storage.community_page_edits import EditId, EditRow
from storage.community_rules import RuleField
from storage.desk import PieceRow
from storage.engine.database import Tx
from storage.ids import AccountId, Millis, PostId
from tests.doors.askers import Person
from tests.sites import LocalNode
from tests.world import one_pair
from web.pages import community_mine, community_people, community_posts


class Hosted(msgspec.Struct, frozen=True, kw_only=True):
    """By id; `lair` alone is mallory's own."""

    club: str
    hidden: str
    lair: str
    member: str
    inside: str
    leaf: str
    edit: str
    rule: str
    topic: str
    piece: str
    article: str
    gathering: str
    closed: str
    kudos: str
    announcement: str
    digest: str
    screen: str
    campaign: str
    slot: str


async def hosted(node: LocalNode, amina: Person, chief: Person, mallory: Person) -> Hosted:
    """Amina hosts a closed community with a friend in it, and a hidden one; the chief speaks for the site."""
    friend = (await node.person("friend")).viewer
    context = Context(node.ids, node.urls, node.settings)

    def made(tx: Tx) -> dict[str, object]:
        club = _community(tx, node, amina.viewer, "club", Entry.INVITED)
        hidden = _community(tx, node, amina.viewer, "hidden", Entry.HIDDEN)
        lair = _community(tx, node, mallory.viewer, "lair", Entry.OPEN)
        now = node.clock()
        membership.invite(tx, amina.viewer, club, friend.account, ids=node.ids, now=now)
        membership.join(tx, friend, club, ids=node.ids, urls=node.urls, now=now)
        # What the job would do some seconds later, while somebody is refused.
        nodes.recount(tx, club, now=now)
        rule = auto.add_rule(tx, amina.viewer, club, RuleField.JOB, "Vigie", mandatory=False, ids=node.ids, now=now)
        found = _written(tx, amina.viewer, club, context, now) | _office(tx, node, chief.viewer, club, context)
        thanks = Thanks(to=(amina.account,), value=node.settings.recognition.values[0], text="Merci.", line="Merci")
        skills.claim(tx, amina.viewer, "Soudure", now=now)
        skills.endorse(tx, friend, amina.account, "soudure", now=now)
        return found | {
            "club": club,
            "hidden": hidden,
            "lair": lair,
            "member": friend.account,
            "rule": rule.id,
            "topic": topics.add(tx, amina.viewer, club, "Matches", now=now).name,
            "kudos": kudos.give(tx, friend, thanks, context=context, now=now),
        }

    found = await node.write(made)
    (asked,) = await node.api("GET", "/api/v1/archipel/must_reads", amina.person)
    ids = {name: str(id) for name, id in found.items()}
    return Hosted(**ids, announcement=asked["id"], digest=asked["texts"]["fr"])


def _community(tx: Tx, node: LocalNode, host: Viewer, name: str, entry: Entry) -> AccountId:
    new = NewCommunity(username=name, keys=one_pair(), entry=entry, listed=entry is not Entry.HIDDEN)
    return communities.create(tx, host, new, ids=node.ids, urls=node.urls, now=node.clock()).id


def _written(tx: Tx, amina: Viewer, club: AccountId, context: Context, now: Millis) -> dict[str, object]:
    """What amina wrote: in the community, at the desk, for a day to come."""

    def gathering(community: AccountId | None) -> PostId:
        held = GatheringDraft(starts_at=Millis(now + DAY), ends_at=Millis(now + DAY + HOUR), timezone="Europe/Paris")
        draft = Draft(title="Visite", text="Du quai", gathering=held, community=community)
        return planning.plan(tx, amina, draft, context=context, now=now)

    def piece(title: str) -> PieceRow:
        words = Words(title=title, source="Les mots.", language="fr")
        return writing.create(tx, amina, Plan(), words, context=context, now=now)

    leaf = pages.write(tx, amina, club, "Le guide", "Entre nous", ids=context.ids, urls=context.urls, now=now)
    return {
        "inside": publish(tx, amina, Draft(text="entre membres", community=club), context=context, now=now),
        "leaf": leaf.slug if leaf is not None else "",
        "edit": refused(tx, amina, club, context, now),
        "piece": piece("Brouillon").id,
        "article": writing.publish(tx, amina, piece("Le quai").id, context=context, now=now),
        "gathering": gathering(None),
        "closed": gathering(club),
    }


def refused(tx: Tx, amina: Viewer, club: AccountId, context: Context, now: Millis) -> EditId:
    """Words of hers that were not taken where a page is kept."""
    id = EditId(context.ids.make())
    uri = f"{context.urls.actor(amina.username)}#pages/{id}"
    edit = EditRow(
        id=id,
        uri=uri,
        community_id=club,
        account_id=amina.account,
        page_uri=uri,
        version=1,
        title="Le quai",
        source="Entre nous",
        refused="page_changed",
        created_at=now,
    )
    community_page_edits.insert(tx, edit)
    return id


def _office(tx: Tx, node: LocalNode, chief: Viewer, club: AccountId, context: Context) -> dict[str, object]:
    """What the chief keeps as a communicator; the announcement is for the community alone."""
    now = node.clock()
    waves = (Wave(at=0, communities=(node.urls.actor("club"),)),)
    new = NewAnnouncement(draft=Draft(text="À lire", language="fr"), waves=waves)
    announcements.announce(tx, chief, new, context=context, now=now)
    draft = CampaignDraft(name="Casques", objective="Tous", starts_at=now, ends_at=Millis(now + DAY))
    host = node.settings.node.domain
    plan, words = Plan(slot_at=Millis(now + DAY)), Words(title="Casques", source="Les mots.", language="fr")
    return {
        "screen": screens.make(tx, chief, "Cantine", host=host, ids=node.ids, now=now),
        "campaign": campaigns.create(tx, chief, draft, context=context, now=now).id,
        "slot": writing.create(tx, chief, plan, words, context=context, now=now).id,
    }


POST_ACTS = tuple(community_posts.ACTS)
"""What those who look after a community do with a post."""
_CLUB = "/communities/{id:int}"
TRIED = {f"{method} {_CLUB}/{end}": "{club}" for methods, ends in (
    ("GET", "keeping keeping/archive keeping/merge"),
    ("GET", "members requests health log pages pages/{slug} pages/{slug}/history posts/{post:int}"),
    ("GET POST", "mine settings topics new-page pages/{slug}/edit page-edits/{edit:int} members/{account:int}/{act}"),
    ("POST", "merge archive reopen keep appoint keeping/here keeping/move"),
    ("POST", "join invite rules rules/remove topics/remove log pages/{slug}/remove {act}"),
    ("POST", "posts/{post:int}/{act}"),
) for method in methods.split() for end in ends.split()} | {
    "GET /desk/{id:int}": "{piece}",
    "POST /desk/{id:int}": "{piece}",
    "POST /desk/{id:int}/answer": "{piece}",
    "POST /desk/{id:int}/comment": "{piece}",
    "GET /articles/of/{id:int}": "{article}",
    "POST /articles/of/{id:int}": "{article}",
    "GET /campaigns/{id:int}": "{campaign}",
    "POST /campaigns/{id:int}": "{campaign}",
    "GET /gatherings/{id:int}/edit": "{gathering}",
    "POST /gatherings/{id:int}/edit": "{gathering}",
    "POST /gatherings/{id:int}/attendance": "{gathering}",
    "POST /gatherings/{id:int}/answer": "{closed}",
    "POST /kudos/{id:int}/{act}": "{kudos}",
    "POST /settings/colleagues/endorsements/{id:int}/{act}": "{member}",
    "POST /to-read/{id:int}/{act}": "{announcement}",
    "POST /api/v1/archipel/must_reads/:id/acknowledge": "{announcement}",
    "GET /announcements/{id:int}": "{announcement}",
    "POST /announcements/{id:int}": "{announcement}",
    "POST /announcements/{id:int}/close": "{announcement}",
    "POST /announcements/{id:int}/until": "{announcement}",
    "POST /announcements/{id:int}/answers": "{announcement}",
    "GET /announcements/{id:int}/missing": "{announcement}",
    "POST /screens/{id:int}/{act}": "{screen}",
}  # fmt: skip
"""Routes by which one has or changes what is one's own there, or one's office's."""
ACTS = {
    # Who leaves what they are not in is refused nothing and changes nothing: that is a test of its own.
    f"POST {_CLUB}/{{act}}": tuple(act for act in community_mine.ACTS if act != "leave"),
    f"GET {_CLUB}/members/{{account:int}}/{{act}}": ("expel", "hand-over"),
    f"POST {_CLUB}/members/{{account:int}}/{{act}}": tuple(community_people.ACTS),
    f"POST {_CLUB}/posts/{{post:int}}/{{act}}": POST_ACTS,
    "POST /kudos/{id:int}/{act}": ("show", "hide"),
    "POST /settings/colleagues/endorsements/{id:int}/{act}": ("show", "hide"),
    "POST /to-read/{id:int}/{act}": ("confirm", "question"),
    "POST /screens/{id:int}/{act}": ("change", "renew", "revoke"),
}
"""What each form with several buttons does."""
_GATHERING = {"title": "mine now", "starts_at": "2100-01-02T18:00", "timezone": "Europe/Paris", "place": "x"}
_READ = {"version": "1", "language": "fr", "digest": "{digest}"}
FORMS = {
    f"POST {_CLUB}/invite": {"name": "mallory"},
    f"POST {_CLUB}/rules": {"field": "job", "value": "x"},
    f"POST {_CLUB}/rules/remove": {"rule": "{rule}"},
    f"POST {_CLUB}/merge": {"into": "{lair}"},
    f"POST {_CLUB}/appoint": {"heir": "mallory"},
    f"POST {_CLUB}/keeping/here": {"username": "mine"},
    f"POST {_CLUB}/keeping/move": {"target": "@mine@siege.example", "sure": "1"},
    f"POST {_CLUB}/topics": {"topic": "mine now"},
    f"POST {_CLUB}/topics/remove": {"topic": "{topic}"},
    f"POST {_CLUB}/log": {"post": "{inside}"},
    f"POST {_CLUB}/settings": {"display_name": "mine now", "entry": "open", "posting": "members"},
    f"POST {_CLUB}/members/{{account:int}}/{{act}}": {"role": "host", "reason": "x", "ban": "1"},
    f"POST {_CLUB}/posts/{{post:int}}/{{act}}": {"reason": "x", "words": "x", "topic": "{topic}"},
    f"POST {_CLUB}/{{act}}": {"topic": "{topic}"},
    f"POST {_CLUB}/new-page": {"title": "mine now", "source": "mine now"},
    f"POST {_CLUB}/pages/{{slug}}/edit": {"title": "mine now", "source": "mine now", "version": "1"},
    "POST /desk/{id:int}": {"do": "publish", "source": "mine now", "title": "mine now", "base": "1"},
    "POST /desk/{id:int}/answer": {"answer": "approved", "version": "1"},
    "POST /desk/{id:int}/comment": {"comment": "mine now"},
    "POST /announcements/{id:int}/until": {"until": "2100-01-02T10:00"},
    "POST /announcements/{id:int}/answers": {"question": "mine now", "answer": "mine now"},
    "POST /articles/of/{id:int}": {"source": "mine now", "title": "mine now"},
    "POST /campaigns/{id:int}": {"name": "mine now", "starts_at": "2100-01-02", "ends_at": "2100-01-03"},
    "POST /gatherings/{id:int}/edit": _GATHERING,
    "POST /gatherings/{id:int}/attendance": {"came": "{member}"},
    "POST /gatherings/{id:int}/answer": {"answer": "yes"},
    "POST /settings/colleagues/endorsements/{id:int}/{act}": {"skill": "soudure"},
    "POST /screens/{id:int}/{act}": {"title": "mine now", "seconds": "20"},
    "POST /to-read/{id:int}/{act}": _READ,
    "POST /api/v1/archipel/must_reads/:id/acknowledge": _READ,
}
"""Forms that are right in all else, so that what is refused is refused for being another's."""
