"""Work that needs the network or time, as rows in the caller's transaction. Runners: `server/work/runner.py`."""

import msgspec

from storage import jobs
from storage.engine.database import Tx
from storage.gatherings import GatheringRow
from storage.ids import AccountId, MediaId, Millis, PollId, PostId, ScheduledId


class Job(msgspec.Struct, frozen=True, kw_only=True, tag_field="kind"):
    """Arguments of a job: small, and safe to run twice."""


class FetchMedia(Job, frozen=True, kw_only=True, tag="fetch_media"):
    """Bring a picture of elsewhere here."""

    media: MediaId


class FetchParent(Job, frozen=True, kw_only=True, tag="fetch_parent"):
    """Fetch the missing ancestors of answers to `uri`."""

    uri: str


class Backfill(Job, frozen=True, kw_only=True, tag="backfill"):
    """Fetch the last posts of a newly followed account by its actor id."""

    actor: str


class CatchUp(Job, frozen=True, kw_only=True, tag="catch_up"):
    """After an absence: read what an actor published since then."""

    actor: str
    since: Millis


class ReadKudos(Job, frozen=True, kw_only=True, tag="read_kudos"):
    """After an absence: read which kudos people of another node of the group show, those with a later id."""

    host: str
    after: AccountId = AccountId(0)


class TellNodes(Job, frozen=True, kw_only=True, tag="tell_nodes"):
    """Send the list of the nodes where members of a community of this node live."""

    community: AccountId


class Succeed(Job, frozen=True, kw_only=True, tag="succeed"):
    """The community goes on as another one, by their ids: the group's manifest says so."""

    community: str
    successor: str


class BelieveMerge(Job, frozen=True, kw_only=True, tag="believe_merge"):
    """The host of a community says that it became part of another, by their ids: that one is asked."""

    community: str
    into: str


class EndMemberships(Job, frozen=True, kw_only=True, tag="end_memberships"):
    """Take away the memberships whose time is over."""


class ReadCommunity(Job, frozen=True, kw_only=True, tag="read_community"):
    """Read of the host of a community what was missed: moderators, member nodes, what was announced."""

    actor: str


class RefreshAccount(Job, frozen=True, kw_only=True, tag="refresh_account"):
    """Read an actor anew."""

    actor: str


class Greet(Job, frozen=True, kw_only=True, tag="greet"):
    """Say to the node `host` that we are back, or that it is allowed now: follow it, learn its name.

    `asks_only`: learn what it runs, once, and follow nobody.
    """

    host: str
    asks_only: bool = False


class PurgeAccount(Job, frozen=True, kw_only=True, tag="purge_account"):
    """Take away the copies of an account that its own node suspended, if it still is."""

    account: AccountId


class Transcode(Job, frozen=True, kw_only=True, tag="transcode"):
    """Make a video or sound ready that was sent or fetched."""

    media: MediaId


class VerifyQuote(Job, frozen=True, kw_only=True, tag="verify_quote"):
    """Fetch what a post of elsewhere quotes, or the stamp that its author showed. `depth`: quotes that led to it."""

    post: PostId
    depth: int = 0


class FetchPulse(Job, frozen=True, kw_only=True, tag="fetch_pulse"):
    """Ask a node of the group what it counted of the question of a week."""

    host: str
    week: str


class GreetNewcomer(Job, frozen=True, kw_only=True, tag="greet_newcomer"):
    """Greet somebody who joined, before everybody."""

    account: AccountId


class FetchDirectory(Job, frozen=True, kw_only=True, tag="fetch_directory"):
    """Read what changed in the directory of a node of the group."""

    host: str


class FetchDesk(Job, frozen=True, kw_only=True, tag="fetch_desk"):
    """Read what changed at the editorial desk of a node of the group."""

    host: str


class SyncFollowers(Job, frozen=True, kw_only=True, tag="sync_followers"):
    """Read which of our people another node counts among the followers of `actor`: its list hashes to `digest`."""

    actor: str
    url: str
    digest: str


class BelieveMove(Job, frozen=True, kw_only=True, tag="believe_move"):
    """Ask whether the actor `target` says that it is `actor` too."""

    actor: str
    target: str


class TransferFollowers(Job, frozen=True, kw_only=True, tag="transfer_followers"):
    """Let people here who follow `former` follow `target`."""

    former: AccountId
    target: AccountId


class ReadThread(Job, frozen=True, kw_only=True, tag="read_thread"):
    """Fetch what others said in the thread of a post of elsewhere."""

    post: PostId


class ReadFeatured(Job, frozen=True, kw_only=True, tag="read_featured"):
    """Read which posts and hashtags an account of elsewhere puts forward."""

    account: AccountId


class FetchCard(Job, frozen=True, kw_only=True, tag="fetch_card"):
    """Read the page that a post links to first."""

    post: PostId


class TellTallies(Job, frozen=True, kw_only=True, tag="tell_tallies"):
    """Tell the nodes of the group how many like and boost posts of here."""


class PruneFile(Job, frozen=True, kw_only=True, tag="prune_file"):
    """Remove a file from the store if no picture uses it any more."""

    key: str


class IndexPosts(Job, frozen=True, kw_only=True, tag="index_posts"):
    """Put the words of all posts above the id `after` into the index: once, when the index is new."""

    after: PostId


class ClosePoll(Job, frozen=True, kw_only=True, tag="close_poll"):
    """End a poll whose time has come."""

    poll: PollId


class CountPoll(Job, frozen=True, kw_only=True, tag="count_poll"):
    """Tell the figures of a poll here after some votes."""

    poll: PollId


class RefreshPoll(Job, frozen=True, kw_only=True, tag="refresh_poll"):
    """Ask for the result of a poll of elsewhere, by the id of its post."""

    uri: str


class CountGathering(Job, frozen=True, kw_only=True, tag="count_gathering"):
    """Tell how many come to a gathering here, after some answers."""

    post: PostId


class RemindGathering(Job, frozen=True, kw_only=True, tag="remind_gathering"):
    """Remind people here who come to a gathering, by the id of its post, if it still begins then."""

    uri: str
    starts_at: Millis


class PublishScheduled(Job, frozen=True, kw_only=True, tag="publish_scheduled"):
    """Publish what was written for this moment."""

    scheduled: ScheduledId


class SendPush(Job, frozen=True, kw_only=True, tag="send_push"):
    """Push a notification to the device of a subscription."""

    subscription: int
    notification: int


class SendHeldPushes(Job, frozen=True, kw_only=True, tag="send_held_pushes"):
    """The quiet time is over: push once for all that waited for the device of a subscription."""

    subscription: int


class SendLetter(Job, frozen=True, kw_only=True, tag="send_letter"):
    """Write to a person by mail what happened for them since the last letter."""

    user: int


class SendMustRead(Job, frozen=True, kw_only=True, tag="send_must_read"):
    """Ask somebody by mail to read an announcement, if they still have not."""

    post: PostId
    user: int


class SendInvitation(Job, frozen=True, kw_only=True, tag="send_invitation"):
    """Put right by mail what a person's calendar holds of a gathering."""

    user: int
    post: PostId


class TakeOutOfCalendar(Job, frozen=True, kw_only=True, tag="take_out_of_calendar"):
    """A gathering was deleted: take it out of a person's calendar by mail, with what is left of it here."""

    user: int
    uri: str
    title: str
    organiser: str
    held: GatheringRow


class TendAnnouncement(Job, frozen=True, kw_only=True, tag="tend_announcement"):
    """Ask those to read an announcement who are to be asked by now, and remind those who have not answered."""

    post: PostId


class TellAcknowledgements(Job, frozen=True, kw_only=True, tag="tell_acknowledgements"):
    """Tell the node of an announcement how many people here answered."""

    post: PostId


class LookAtMemberships(Job, frozen=True, kw_only=True, tag="look_at_memberships"):
    """See which communities somebody here is a member of by their rules now."""

    account: AccountId


class ApplyRules(Job, frozen=True, kw_only=True, tag="apply_rules"):
    """The rules of a community changed: look at the people here, those after `after`."""

    after: AccountId


class CarryMembers(Job, frozen=True, kw_only=True, tag="carry_members"):
    """A community became part of another: bring its members there, those whose account comes before `before`."""

    community: AccountId
    into: AccountId
    before: AccountId = AccountId(2**63 - 1)


class SendDigest(Job, frozen=True, kw_only=True, tag="send_digest"):
    """Write the weekly letter of their communities to somebody."""

    user: int


class TellRollCall(Job, frozen=True, kw_only=True, tag="tell_roll_call"):
    """Tell the nodes of the group how many people here are safe."""

    roll: int


class CarryIn(Job, frozen=True, kw_only=True, tag="carry_in"):
    """Do the next lines of a list that somebody brought."""

    list: int


AnyJob = (
    FetchMedia
    | Transcode
    | FetchParent
    | Backfill
    | CatchUp
    | RefreshAccount
    | TellNodes
    | Succeed
    | BelieveMerge
    | ReadCommunity
    | EndMemberships
    | BelieveMove
    | TransferFollowers
    | ReadThread
    | ReadFeatured
    | ReadKudos
    | TellTallies
    | Greet
    | VerifyQuote
    | FetchCard
    | SyncFollowers
    | FetchDirectory
    | FetchPulse
    | GreetNewcomer
    | FetchDesk
    | PruneFile
    | ClosePoll
    | CountPoll
    | RefreshPoll
    | CountGathering
    | RemindGathering
    | PublishScheduled
    | IndexPosts
    | PurgeAccount
    | SendPush
    | SendHeldPushes
    | SendLetter
    | SendInvitation
    | TakeOutOfCalendar
    | SendDigest
    | CarryIn
    | LookAtMemberships
    | ApplyRules
    | CarryMembers
    | SendMustRead
    | TendAnnouncement
    | TellAcknowledgements
    | TellRollCall
)

_ENCODER = msgspec.json.Encoder()
_DECODER: msgspec.json.Decoder[AnyJob] = msgspec.json.Decoder(AnyJob)


def enqueue(tx: Tx, job: AnyJob, *, key: str, due: Millis) -> None:
    """Have the job done at `due` or after; the same kind and key waiting already is kept."""
    jobs.enqueue(tx, str(job.__struct_config__.tag), _ENCODER.encode(job).decode(), key=key, due=due)


def replace(tx: Tx, job: AnyJob, *, key: str, due: Millis) -> None:
    """Have the job done at `due`, and not what waits under the same kind and key."""
    jobs.replace(tx, str(job.__struct_config__.tag), _ENCODER.encode(job).decode(), key=key, due=due)


def drop(tx: Tx, job: AnyJob, *, key: str) -> None:
    """Have nothing of that kind and key done."""
    jobs.drop(tx, str(job.__struct_config__.tag), key)


def read(arguments: str) -> AnyJob:
    """The job of a row. Raises msgspec.ValidationError for one this version does not know."""
    return _DECODER.decode(arguments)
