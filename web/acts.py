"""What was done with rights that not everybody has, in words for people: the log keeps codes, its page shows these.

An act of a newer version, met after a step back to an older one, is shown as nothing more than its subject.
"""

from collections.abc import Mapping

from social.governance.audit import Act
from storage.audit import AuditRow
from web.codes import ACTIONS, CATEGORIES, PARTS, ROLES, SEVERITIES
from web.i18n import N_
from web.words import Say

OF_ACT: Mapping[str, str] = {
    Act.ACCOUNT_CREATE: N_("Account created"),
    Act.ACCOUNT_ROLE: N_("Role given"),
    Act.ACCOUNT_PASSWORD: N_("Password set anew"),
    Act.ACCOUNT_FACTOR: N_("Passkeys and code taken away"),
    Act.ACCOUNT_DISABLE: N_("Sign-in of the account closed"),
    Act.ACCOUNT_ENABLE: N_("Sign-in of the account opened again"),
    Act.ACCOUNT_SILENCE: N_("Account limited"),
    Act.ACCOUNT_UNSILENCE: N_("Limit of the account lifted"),
    Act.ACCOUNT_SENSITIVE: N_("Pictures of the account covered"),
    Act.ACCOUNT_UNSENSITIVE: N_("Pictures of the account uncovered"),
    Act.ACCOUNT_SUSPEND: N_("Account suspended"),
    Act.ACCOUNT_UNSUSPEND: N_("Suspension of the account lifted"),
    Act.ACCOUNT_DELETE: N_("Account deleted"),
    Act.ACCOUNT_WARN: N_("Account warned"),
    Act.APPEAL_APPROVE: N_("Objection granted"),
    Act.APPEAL_REJECT: N_("Objection rejected"),
    Act.INVITATION_MAKE: N_("Invitation made"),
    Act.INVITATION_WITHDRAW: N_("Invitation withdrawn"),
    Act.PEER_ALLOW: N_("Other site allowed"),
    Act.PEER_DENY: N_("Other site shut out"),
    Act.PEER_FORGET: N_("Decision on another site withdrawn"),
    Act.PEER_LIMIT: N_("Limits of another site changed"),
    Act.PEER_RETRY: N_("Delivery to another site tried again"),
    Act.POST_DELETE: N_("Post removed"),
    Act.COMMUNITY_REMOVE: N_("Post taken out of a community"),
    Act.COMMUNITY_RESTORE: N_("Post put back into a community"),
    Act.COMMUNITY_APPOINT: N_("Host of a community appointed"),
    Act.COMMUNITY_ARCHIVE: N_("Community archived"),
    Act.COMMUNITY_KEEP: N_("Silent community kept open"),
    Act.COMMUNITY_REOPEN: N_("Community opened again"),
    Act.COMMUNITY_MERGE: N_("Community made part of another"),
    Act.COMMUNITY_MOVE: N_("Community given to another site"),
    Act.COMMUNITY_BAN: N_("Somebody banned from a community"),
    Act.POST_SENSITIVE: N_("Pictures of a post covered"),
    Act.REPORT_ASSIGN: N_("Report taken on"),
    Act.REPORT_LOOK: N_("Posts of a report read"),
    Act.REPORT_NOTE: N_("Note on a report written"),
    Act.REPORT_REOPEN: N_("Report opened again"),
    Act.REPORT_RESOLVE: N_("Report closed"),
    Act.REPORT_SORT: N_("Report sorted anew"),
    Act.REPORT_UNASSIGN: N_("Report handed back"),
    Act.RULE_ADD: N_("Rule added"),
    Act.RULE_CHANGE: N_("Rule changed"),
    Act.RULE_REMOVE: N_("Rule removed"),
    Act.BULLETIN_WRITE: N_("Word to everybody written"),
    Act.BULLETIN_CHANGE: N_("Word to everybody changed"),
    Act.BULLETIN_REMOVE: N_("Word to everybody removed"),
    Act.ANNOUNCEMENT_URGENT: N_("People asked urgently to read something"),
    Act.ROLL_BEGIN: N_("Roll call begun"),
    Act.ROLL_END: N_("Roll call ended"),
    Act.SCREEN_MAKE: N_("Screen made"),
    Act.SCREEN_CHANGE: N_("Screen changed"),
    Act.SCREEN_REVOKE: N_("Link of a screen closed"),
    Act.OFFICE_GIVE: N_("Office given"),
    Act.OFFICE_TAKE: N_("Office taken away"),
    Act.EMOJI_ADD: N_("Emoji added"),
    Act.EMOJI_RETIRE: N_("Emoji retired"),
    Act.SITE_LOOK: N_("Look of the site changed"),
    Act.SITE_QUIET: N_("Quiet hours of the site changed"),
    Act.LOG_EXPORT: N_("Log taken away"),
}
OF_SUBJECT: Mapping[str, str] = {
    "account": N_("All about accounts"),
    "appeal": N_("All about objections"),
    "invitation": N_("All about invitations"),
    "peer": N_("All about other sites"),
    "post": N_("All about posts"),
    "community": N_("All about communities"),
    "report": N_("All about reports"),
    "rule": N_("All about rules"),
    "bulletin": N_("All words to everybody"),
    "announcement": N_("All that was urgent"),
    "roll": N_("All about roll calls"),
    "screen": N_("All about screens"),
    "office": N_("All about offices"),
    "emoji": N_("All about emoji"),
    "site": N_("All about the site"),
    "log": N_("All about the log"),
}
"""The acts of a subject together: what stands before the point of their codes."""
SUBJECTS: Mapping[str, Mapping[str, str]] = {
    Act.REPORT_SORT: CATEGORIES,
    Act.SITE_LOOK: PARTS,
    Act.LOG_EXPORT: {**OF_SUBJECT, **OF_ACT},
}
REASONS: Mapping[str, Mapping[str, str]] = {
    Act.INVITATION_MAKE: ROLES,
    Act.PEER_LIMIT: SEVERITIES,
    Act.REPORT_RESOLVE: ACTIONS,
    Act.SCREEN_CHANGE: {"link": N_("another link")},
}
"""The acts whose subject or reason is one code or several with commas between them; a reason may end in words."""
INDENT = "\u2003"
"""An em space before an act in the list of choices, below its subject."""


def done(act: str, say: Say) -> str:
    """An act of the log in words."""
    return say(OF_ACT[act]) if act in OF_ACT else ""


def subject(row: AuditRow, say: Say) -> str:
    """What an act was done to, in words."""
    return _in_words(SUBJECTS.get(row.act, {}), row.subject, say)


def reason(row: AuditRow, say: Say) -> str:
    """Why an act was done, in words."""
    return _in_words(REASONS.get(row.act, {}), row.reason, say)


def _in_words(known: Mapping[str, str], kept: str, say: Say) -> str:
    if not known:
        return kept
    found = []
    for one in kept.split(", "):
        number, _, unit = one.partition("/")
        if unit == "min" and number.isdecimal():
            found.append(say(N_("%(num)s activities a minute"), num=number))
        else:
            found.append(say(known[one]) if one in known else one)
    return ", ".join(found)


def choices(say: Say) -> list[tuple[str, str]]:
    """What the log can be searched for: everything, each subject, and below it each of its acts if it has several."""
    found = [("", say(N_("Everything")))]
    for subject, words in OF_SUBJECT.items():
        acts = [act for act in OF_ACT if act.partition(".")[0] == subject]
        found.append((subject, say(words)))
        found += [(str(act), f"{INDENT}{say(OF_ACT[act])}") for act in acts if len(acts) > 1]
    return found
