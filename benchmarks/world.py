"""2,000 accounts and 100,000 posts, written by the network's own commands, in big transactions.

600 accounts follow 100 others each, so that homes are full. The time of the world is the last 90 days.
"""

import random

import msgspec

from server.work.dispatcher import Dispatcher
from social.clock import DAY
from social.feeds.subscribers import FEEDS
from social.people import keys, relations, users
from social.policy import Viewer
from social.posts import publish, reactions
from social.settings import Settings
from social.urls import Urls
from storage.engine.database import Database, Tx
from storage.ids import IdMaker, Millis, PostId, millis
from storage.visibility import Visibility

ACCOUNTS = 2_000
POSTS = 100_000
FOLLOWERS = 600
FOLLOWED = 100
BATCH = 500
REPLIES = 30
MANY_REPLIES = 300
NAMED = 60
"""How often the first person is named by others, lately: their notifications."""
WORDS = [
    *("machine", "ligne", "presse", "équipe", "lot", "contrôle", "qualité", "pièce", "livraison", "maintenance"),
    *("palette", "réunion", "essai", "client", "réglage", "capteur", "courroie", "planning", "atelier", "sécurité"),
    *("rapport", "mesure", "retard", "stock", "fournisseur"),
]


class World(msgspec.Struct, frozen=True, kw_only=True):
    """What the figures need of it: who reads (and follows 100), who writes, threads of 30 and 300 answers."""

    people: tuple[Viewer, ...]
    thread: PostId
    long_thread: PostId


class _Time:
    """A clock that goes through 90 days in as many steps as there are posts."""

    def __init__(self) -> None:
        self.now = Millis(millis() - 90 * DAY)

    def __call__(self) -> Millis:
        return self.now

    def step(self) -> None:
        self.now = Millis(self.now + 90 * DAY // (POSTS + 1_000))


async def build(db: Database, settings: Settings, posts: int = POSTS) -> World:
    """Fill a migrated database that has its instance actor."""
    chance, clock = random.Random(7), _Time()  # the same world in each run
    ids, urls = IdMaker(clock), Urls(settings.base_url)
    pair = keys.make_keys()
    people: list[Viewer] = []
    for start in range(0, ACCOUNTS, BATCH):
        people += await db.write(_people, range(start, start + BATCH), pair, ids, urls, clock)
    for start in range(0, FOLLOWERS, 20):
        await db.write(_follows, people[start : start + 20], people, chance, ids, urls, clock)
    context = publish.Context(ids, urls, settings)
    recent: list[PostId] = []
    for _ in range(0, posts, BATCH):
        recent = await db.write(_posts, people, recent[-50:], chance, context, clock)
    thread = await db.write(_thread, people, REPLIES, chance, context, clock)
    long_thread = await db.write(_thread, people, MANY_REPLIES, chance, context, clock)
    await db.write(_notices, people, chance, context, clock)
    subscribers = FEEDS
    await Dispatcher(db, clock, subscribers).settle()
    return World(people=tuple(people), thread=thread, long_thread=long_thread)


def _people(tx: Tx, numbers: range, pair: keys.KeyPair, ids: IdMaker, urls: Urls, clock: _Time) -> list[Viewer]:
    made = []
    for number in numbers:
        name = f"person{number}"
        new = users.NewUser(username=name, password_hash="!", keys=pair, display_name=f"Person {number}")
        user = users.create(tx, None, new, ids=ids, urls=urls, now=clock())
        made.append(Viewer(account=users.account_of(tx, user), user=user, username=name, locale="fr"))
    return made


def _follows(
    tx: Tx, who: list[Viewer], whom: list[Viewer], chance: random.Random, ids: IdMaker, urls: Urls, clock: _Time
) -> None:
    for viewer in who:
        for other in chance.sample(whom, FOLLOWED):
            if other.account != viewer.account:
                relations.follow(tx, viewer, other.account, ids=ids, urls=urls, now=clock())


def _posts(
    tx: Tx, people: list[Viewer], recent: list[PostId], chance: random.Random, context: publish.Context, clock: _Time
) -> list[PostId]:
    made = list(recent)
    for _ in range(BATCH):
        clock.step()
        parent = chance.choice(made) if made and chance.random() < 0.4 else None
        made.append(_say(tx, people, parent, chance, context, clock))
    return made


def _thread(
    tx: Tx, people: list[Viewer], replies: int, chance: random.Random, context: publish.Context, clock: _Time
) -> PostId:
    made = [_say(tx, people, None, chance, context, clock)]
    for _ in range(replies):
        clock.step()
        made.append(_say(tx, people, chance.choice(made), chance, context, clock))
    return made[0]


def _notices(tx: Tx, people: list[Viewer], chance: random.Random, context: publish.Context, clock: _Time) -> None:
    """The first person is named, and what they said is liked and boosted."""
    own = _say(tx, people[:1], None, chance, context, clock)
    for one in people[1 : NAMED + 1]:
        clock.step()
        draft = publish.Draft(text=f"@{people[0].username} {' '.join(chance.choices(WORDS, k=12))}", language="fr")
        publish.publish(tx, one, draft, context=context, now=clock())
        reactions.like(tx, one, own, context=context, now=clock())
        if chance.random() < 0.3:
            reactions.boost(tx, one, own, context=context, now=clock())


def _say(
    tx: Tx,
    people: list[Viewer],
    parent: PostId | None,
    chance: random.Random,
    context: publish.Context,
    clock: _Time,
) -> PostId:
    tag = f" #{chance.choice(WORDS)}" if chance.random() < 0.2 else ""
    draft = publish.Draft(
        text=" ".join(chance.choices(WORDS, k=chance.randint(8, 40))) + tag,
        visibility=Visibility.PUBLIC,
        language="fr",
        parent=parent,
    )
    return publish.publish(tx, chance.choice(people), draft, context=context, now=clock())
