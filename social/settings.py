"""The configuration of a node, typed. `server/config.py` reads it once from a TOML file and `ARCHIPEL_*` variables.

Each key has a type, a default and the sentence that `docs/reference/configuration.md` prints: its description here.
"""

from typing import Annotated

import msgspec
from msgspec import Meta


class _Section(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A table of the configuration file: unknown keys are refused."""


class Entity(_Section, frozen=True, kw_only=True):
    """A member of the group, as people see it: `[[group.entities]]`."""

    id: Annotated[
        str,
        Meta(
            description="Short name of the entity, never changed: its pennant is drawn from it.",
            pattern=r"^[a-z0-9-]{1,40}$",
        ),
    ]
    name: Annotated[str, Meta(description="Name shown to people, such as `Usine`.")]
    place: Annotated[str, Meta(description="Where it is, such as `Lyon`.")] = ""
    domain: Annotated[str, Meta(description="Domain of its node, with the port if there is one.")]
    colour: Annotated[
        str,
        Meta(description="Colour of its pennant as `#rrggbb`; empty: drawn from the id.", pattern=r"^(#[0-9a-f]{6})?$"),
    ] = ""


class GroupSettings(_Section, frozen=True, kw_only=True):
    """`[group]`: the company group this node belongs to."""

    name: Annotated[str, Meta(description="Name of the group.")] = "Archipel"
    entities: Annotated[
        tuple[Entity, ...], Meta(description="The entities of the group, each with its node, in the order of joining.")
    ] = ()


class NodeSettings(_Section, frozen=True, kw_only=True):
    """`[node]`: this node."""

    domain: Annotated[
        str, Meta(description="Public domain of the node, with the port if it is not the usual one. Never changes.")
    ]
    scheme: Annotated[str, Meta(description="`https`, or `http` for tests on loopback.", pattern=r"^https?$")] = "https"
    title: Annotated[str, Meta(description="Name of the site, shown on pages and in apps.")] = "Archipel"
    description: Annotated[str, Meta(description="One sentence about the site.")] = ""
    contact: Annotated[str, Meta(description="Mail address of whoever runs the node; may be empty.")] = ""
    locale: Annotated[
        str, Meta(description="Language of pages for those who did not choose one: `fr` or `en`.", pattern=r"^(fr|en)$")
    ] = "fr"
    timezone: Annotated[str, Meta(description="IANA name of the time zone of the site.")] = "Europe/Paris"
    trends: Annotated[bool, Meta(description="Whether the node tells what many people speak of these days.")] = True
    open: Annotated[bool, Meta(description="Whether the anonymous internet may read public posts and profiles.")] = (
        False
    )
    design: Annotated[
        bool,
        Meta(
            description="Whether `/design` shows every component of the pages in each state. For work on the pages: "
            "refused but on a `localhost` domain."
        ),
    ] = False


class ListenSettings(_Section, frozen=True, kw_only=True):
    """`[listen]`: where the server listens."""

    host: Annotated[str, Meta(description="Address to bind.")] = "127.0.0.1"
    port: Annotated[int, Meta(description="Port to bind; 0 takes a free one.", ge=0, le=65535)] = 8400
    trusted_proxies: Annotated[
        tuple[str, ...], Meta(description="Addresses of proxies whose `X-Forwarded-For` is believed.")
    ] = ("127.0.0.1", "::1")


class DatabaseSettings(_Section, frozen=True, kw_only=True):
    """`[database]`."""

    url: Annotated[str, Meta(description="`sqlite:///path/to/file.db` or `postgresql://…`.")] = "sqlite:///archipel.db"
    readers: Annotated[int, Meta(description="Reading connections.", ge=1, le=64)] = 3
    max_pages: Annotated[
        int, Meta(description="Greatest number of SQLite pages (4 KiB each); 0: no limit but the disk.", ge=0)
    ] = 0


class MediaSettings(_Section, frozen=True, kw_only=True):
    """`[media]`: pictures, video and sound."""

    root: Annotated[str, Meta(description="Folder of the media store.")] = "media"
    max_bytes: Annotated[int, Meta(description="Greatest size of a picture in bytes.", ge=1024)] = 16_777_216
    max_pixels: Annotated[int, Meta(description="Greatest number of pixels of a picture.", ge=1)] = 33_177_600
    per_post: Annotated[int, Meta(description="Pictures per post.", ge=1, le=16)] = 4
    description_limit: Annotated[int, Meta(description="Characters of a picture's description.", ge=1)] = 1_500
    ffmpeg: Annotated[
        str, Meta(description="Program that makes video and sound ready: its name or path; empty: they are not taken.")
    ] = "ffmpeg"
    max_video_bytes: Annotated[
        int, Meta(description="Greatest size of a video or sound in bytes, as sent and as kept.", ge=1024)
    ] = 103_809_024
    max_video_pixels: Annotated[int, Meta(description="Greatest number of pixels of a video.", ge=1)] = 8_294_400
    max_seconds: Annotated[int, Meta(description="Longest video or sound, in seconds.", ge=1)] = 1_800
    remote_video_bytes: Annotated[
        int,
        Meta(
            description="Greatest size of a video or sound of a peer that is fetched; a larger one stays a link.", ge=0
        ),
    ] = 41_943_040
    transcode_seconds: Annotated[
        int, Meta(description="Seconds that making one video or sound ready may take.", ge=1)
    ] = 1_800
    transcode_memory: Annotated[int, Meta(description="MiB of memory that it may take.", ge=256)] = 1_024


class PostSettings(_Section, frozen=True, kw_only=True):
    """`[posts]`."""

    max_characters: Annotated[
        int, Meta(description="Characters of a post, content warning included.", ge=1, le=100_000)
    ] = 2_000
    remote_limit: Annotated[int, Meta(description="Characters of HTML kept of a post from elsewhere.", ge=1_000)] = (
        100_000
    )


class PollSettings(_Section, frozen=True, kw_only=True):
    """`[polls]`."""

    max_options: Annotated[int, Meta(description="Choices of a poll.", ge=2, le=20)] = 20
    option_characters: Annotated[int, Meta(description="Characters of one choice.", ge=1, le=2_000)] = 100
    min_seconds: Annotated[int, Meta(description="Shortest time that a poll is open, in seconds.", ge=60)] = 300
    max_seconds: Annotated[int, Meta(description="Longest time that a poll is open, in seconds.", ge=60)] = 2_629_746


class PeopleSettings(_Section, frozen=True, kw_only=True):
    """`[people]`: sign-in and accounts."""

    registrations: Annotated[
        bool, Meta(description="Whether anybody may make an account through an app; else only with an invitation.")
    ] = False
    session_days: Annotated[int, Meta(description="Days after which an unused session ends.", ge=1)] = 30
    invitation_days: Annotated[int, Meta(description="Days an invitation link is good.", ge=1)] = 14
    password_length: Annotated[int, Meta(description="Shortest password.", ge=6)] = 10
    attempts: Annotated[int, Meta(description="Failed sign-ins of one name or address before it waits.", ge=1)] = 8
    attempts_minutes: Annotated[int, Meta(description="How long it waits, in minutes.", ge=1)] = 10
    argon2_memory: Annotated[int, Meta(description="KiB of memory of one password hash.", ge=8)] = 19_456
    argon2_passes: Annotated[int, Meta(description="Passes of one password hash.", ge=1)] = 2


class FederationSettings(_Section, frozen=True, kw_only=True):
    """`[federation]`: other nodes."""

    mode: Annotated[
        str,
        Meta(
            description="`allow`: this node speaks with allowed nodes only; `open`: with all but those shut out.",
            pattern=r"^(allow|open)$",
        ),
    ] = "allow"
    allow: Annotated[
        tuple[str, ...],
        Meta(description="Domains always allowed, beside those of `archipel peer allow` and of the group's entities."),
    ] = ()
    insecure_loopback: Annotated[
        bool, Meta(description="Accept plain http and loopback addresses of peers: for tests and the demo only.")
    ] = False
    private_ranges: Annotated[
        tuple[str, ...], Meta(description="`host=CIDR` pairs: peers that may live on private addresses.")
    ] = ()
    ca_file: Annotated[str, Meta(description="PEM file of a private certificate authority; may be empty.")] = ""
    proxy: Annotated[
        str,
        Meta(
            description="HTTP proxy through which other servers are reached, as `http://[name:password@]host:port`;"
            " empty: directly.",
            pattern=r"^(https?://[^/?#\s]+/?)?$",
        ),
    ] = ""
    direct: Annotated[
        tuple[str, ...], Meta(description="Hosts, with all below them, that are reached without the proxy.")
    ] = ()
    backfill_posts: Annotated[int, Meta(description="Posts fetched of a newly followed account.", ge=0, le=100)] = 20
    retry_days: Annotated[
        int, Meta(description="Days a delivery is tried ever more seldom; then it is parked.", ge=1)
    ] = 7
    keep_days: Annotated[
        int, Meta(description="Days a parked delivery is kept for a node that is away: tried once a day.", ge=1)
    ] = 90


class CardSettings(_Section, frozen=True, kw_only=True):
    """`[cards]`: previews of the pages that posts link to, fetched by this node."""

    enabled: Annotated[bool, Meta(description="Fetch them at all.")] = True
    allow: Annotated[
        tuple[str, ...], Meta(description="Hosts whose pages are read, with all below them; empty: all public ones.")
    ] = ()
    deny: Annotated[tuple[str, ...], Meta(description="Hosts whose pages are never read, with all below them.")] = ()
    private_ranges: Annotated[
        tuple[str, ...], Meta(description="`host=CIDR` pairs: pages that may live on private addresses, over https.")
    ] = ()


class LimitSettings(_Section, frozen=True, kw_only=True):
    """`[limits]`: requests per window; 0 switches a limit off."""

    per_user: Annotated[int, Meta(description="API requests of one person in 5 minutes.", ge=0)] = 1_500
    per_token: Annotated[int, Meta(description="API requests of one token in 5 minutes.", ge=0)] = 300
    per_address: Annotated[int, Meta(description="Requests of one address without a token in 5 minutes.", ge=0)] = 300
    per_peer: Annotated[int, Meta(description="Inbox requests of one peer in a minute.", ge=0)] = 6_000
    paging: Annotated[
        int, Meta(description="Requests for a further page, by one person or address, in 15 minutes.", ge=0)
    ] = 300
    media_uploads: Annotated[int, Meta(description="Uploads of one person in 30 minutes.", ge=0)] = 30
    deletes: Annotated[int, Meta(description="Posts deleted and boosts undone by one person in 30 minutes.", ge=0)] = 30
    sign_ups: Annotated[int, Meta(description="Accounts made from one address in 30 minutes.", ge=0)] = 5
    app_registrations: Annotated[int, Meta(description="App registrations of one address in 10 minutes.", ge=0)] = 30
    off: Annotated[bool, Meta(description="Switch off all of these limits: for tests only.")] = False
    password_grant: Annotated[
        bool, Meta(description="Accept the OAuth password grant: for compatibility tests only.")
    ] = False


class MailSettings(_Section, frozen=True, kw_only=True):
    """`[mail]`: the server that takes letters; without a host none is written."""

    host: Annotated[str, Meta(description="Mail server; empty: no letters.")] = ""
    port: Annotated[int, Meta(description="Its port.", ge=1, le=65535)] = 587
    security: Annotated[
        str,
        Meta(
            description="`starttls`, `tls`, or `none` for a server on this machine.", pattern=r"^(starttls|tls|none)$"
        ),
    ] = "starttls"
    username: Annotated[str, Meta(description="Name to sign in with; empty: without.")] = ""
    password: Annotated[str, Meta(description="Password to sign in with.")] = ""
    sender: Annotated[str, Meta(description="Address that letters come from.")] = ""


class AnnouncementSettings(_Section, frozen=True, kw_only=True):
    """`[announcements]`: posts that everybody has to read."""

    names: Annotated[
        bool,
        Meta(
            description="Whether the author of an announcement sees who of this site has confirmed it, if five people "
            "or more are asked. Ask what the law of the site says. Other sites never see names."
        ),
    ] = False
    working_from: Annotated[int, Meta(description="Hour of the day from which people are reminded.", ge=0, le=23)] = 8
    working_until: Annotated[int, Meta(description="Hour until which people are reminded.", ge=1, le=24)] = 18
    working_days: Annotated[
        str, Meta(description="Days on which people are reminded: 1 is Monday, 7 Sunday.", pattern=r"^[1-7]{1,7}$")
    ] = "12345"
    remind_after_hours: Annotated[
        int, Meta(description="Hours after which who has not answered is reminded, three times at most.", ge=1, le=720)
    ] = 24
    mail_from_reminder: Annotated[
        int,
        Meta(
            description="From which reminder on a letter goes out too, to whoever has an address; 0: never.", ge=0, le=3
        ),
    ] = 2
    urgent_per_week: Annotated[
        int, Meta(description="Urgent announcements that the site may send in seven days.", ge=0, le=50)
    ] = 2


class RecognitionSettings(_Section, frozen=True, kw_only=True):
    """`[recognition]`: kudos, greetings, and the question of the week, which has to be the same on all nodes."""

    values: Annotated[
        tuple[str, ...],
        Meta(description="Values of the company, one of which each kudos names.", min_length=1, max_length=20),
    ] = ("Helping one another", "Safety", "Care for customers", "Daring")
    greeter: Annotated[
        str,
        Meta(description="User name of who greets newcomers before everybody, on the next weekday; empty: nobody."),
    ] = ""
    pulse: Annotated[
        bool, Meta(description="Whether people are asked a question each week, answered by one of five faces.")
    ] = False
    questions: Annotated[
        tuple[str, ...],
        Meta(description="The questions, one a week, each in its turn.", min_length=1, max_length=53),
    ] = (
        "How was your week at work?",
        "Could you count on others this week?",
        "Did you have what you needed to work well?",
        "Did you know what was expected of you?",
        "Was your work seen by others?",
    )


class Settings(_Section, frozen=True, kw_only=True):
    """All of it."""

    node: NodeSettings
    group: GroupSettings = GroupSettings()
    listen: ListenSettings = ListenSettings()
    database: DatabaseSettings = DatabaseSettings()
    media: MediaSettings = MediaSettings()
    posts: PostSettings = PostSettings()
    polls: PollSettings = PollSettings()
    people: PeopleSettings = PeopleSettings()
    federation: FederationSettings = FederationSettings()
    cards: CardSettings = CardSettings()
    limits: LimitSettings = LimitSettings()
    mail: MailSettings = MailSettings()
    announcements: AnnouncementSettings = AnnouncementSettings()
    recognition: RecognitionSettings = RecognitionSettings()

    @property
    def base_url(self) -> str:
        """`https://siege.example`, without a slash at the end."""
        return f"{self.node.scheme}://{self.node.domain}"

    def entity_of(self, host: str) -> Entity | None:
        """The entity whose node is `host` (empty: this node), or None for a stranger."""
        domain = host or self.node.domain
        return next((entity for entity in self.group.entities if entity.domain == domain), None)
