"""The protocol's addresses, on one page. A route that shows posts says so: `shows`."""

from starlette.routing import Match, Route
from starlette.types import Scope

from federation.doors.actors import ActorDoors
from federation.doors.communities import CommunityDoors
from federation.doors.discovery import DiscoveryDoors
from federation.doors.featured import FeaturedDoors
from federation.doors.group import GroupDoors
from federation.doors.inboxes import InboxDoors
from federation.doors.posts import PostDoors
from federation.doors.reception import Door as Answerer
from federation.doors.reception import Reception, guarded
from federation.doors.recognition import RecognitionDoors
from federation.doors.relations import RelationDoors
from social.visibility import Door

_DOCUMENTS = (b"application/activity+json", b"application/ld+json")


def routes(reception: Reception) -> list[Route]:
    """Every route of the protocol, the most used first."""
    actors, posts = ActorDoors(reception), PostDoors(reception)
    relations, group = RelationDoors(reception), GroupDoors(reception)
    featured, recognition = FeaturedDoors(reception), RecognitionDoors(reception)
    communities = CommunityDoors(reception)
    discovery, inboxes = DiscoveryDoors(reception), InboxDoors(reception)
    return [
        _post("/inbox", inboxes.inbox),
        _post("/users/{name}/inbox", inboxes.inbox),
        _post("/actor/inbox", inboxes.inbox),
        _get("/users/{name}", actors.actor),
        _get("/users/{name}/outbox", actors.outbox, shows=Door.FEDERATION),
        _get("/users/{name}/followers", relations.followers),
        _get("/users/{name}/following", relations.following),
        _get("/users/{name}/collections/featured", featured.posts, shows=Door.FEDERATION),
        _get("/users/{name}/collections/tags", featured.tags),
        _get("/users/{name}/kudos", recognition.kudos),
        _get("/users/{name}/moderators", communities.moderators),
        _get("/users/{name}/nodes", communities.nodes),
        _get("/users/{name}/pages", communities.pages),
        _get("/users/{name}/announces/{place:int}", communities.announced),
        _get("/users/{name}/followers_synchronization", relations.synchronization),
        _get("/users/{name}/posts/{id:int}", posts.post, shows=Door.FEDERATION),
        _get("/users/{name}/posts/{id:int}/activity", posts.activity, shows=Door.FEDERATION),
        _get("/users/{name}/posts/{id:int}/replies", posts.replies, shows=Door.FEDERATION),
        _get("/users/{name}/posts/{id:int}/likes", posts.likes, shows=Door.FEDERATION),
        _get("/users/{name}/posts/{id:int}/attendees", posts.attendees, shows=Door.FEDERATION),
        _get("/users/{name}/posts/{id:int}/shares", posts.shares, shows=Door.FEDERATION),
        _get("/users/{name}/boosts/{id:int}", posts.boost, shows=Door.FEDERATION),
        _get("/users/{name}/stamps/{id:int}", posts.stamp, shows=Door.FEDERATION),
        _get("/emojis/{name}", posts.emoji),
        _get("/contexts", posts.context_of, shows=Door.FEDERATION),
        _get("/contexts/{id:int}", posts.context, shows=Door.FEDERATION),
        _get("/actor", actors.instance),
        _get("/actor/outbox", actors.instance_outbox),
        _get("/actor/followers", actors.instance_followers),
        _get("/actor/following", actors.instance_following),
        _get("/.well-known/webfinger", discovery.webfinger),
        _get("/.well-known/host-meta", discovery.host_meta),
        _get("/.well-known/archipel-manifest", group.manifest),
        _post("/.well-known/archipel-manifest", group.announced),
        _get("/.well-known/archipel-directory", group.directory),
        _get("/.well-known/archipel-pulse", recognition.pulse),
        _get("/.well-known/archipel-desk", group.desk),
        _post("/.well-known/archipel-desk", group.desk_changed),
        _get("/.well-known/nodeinfo", discovery.nodeinfo_links),
        _get("/nodeinfo/2.0", discovery.nodeinfo_2_0),
        _get("/nodeinfo/2.1", discovery.nodeinfo_2_1),
        DocumentRoute("/@{name}", posts.page),
        DocumentRoute("/@{name}/{id:int}", posts.page),
    ]


class PeerRoute(Route):
    """An address of the protocol. `door` is the one through which it shows posts."""

    def __init__(self, path: str, answer: Answerer, *, method: str = "GET", shows: Door = Door.NONE) -> None:
        super().__init__(path, guarded(answer), methods=[method])
        self.door = shows


class DocumentRoute(PeerRoute):
    """A page's address, for those only who ask for the document behind it; browsers go on to the page."""

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """Matches only a request for a document of somebody here."""
        match, child = super().matches(scope)
        if match is not Match.FULL or "@" in child["path_params"]["name"] or not _wants_document(scope):
            return Match.NONE, {}
        return match, child


def _wants_document(scope: Scope) -> bool:
    accepted = [value for name, value in scope["headers"] if name == b"accept"]
    return any(kind in value for value in accepted for kind in _DOCUMENTS)


def _get(path: str, answer: Answerer, *, shows: Door = Door.NONE) -> PeerRoute:
    return PeerRoute(path, answer, shows=shows)


def _post(path: str, answer: Answerer) -> PeerRoute:
    return PeerRoute(path, answer, method="POST")
