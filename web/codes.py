"""Codes that rows keep, in words for people."""

from social.policy import Role
from web.i18n import N_

ROLES = {
    Role.MEMBER.value: N_("Member"),
    Role.COMMUNICATOR.value: N_("Communicator"),
    Role.MODERATOR.value: N_("Moderator"),
    Role.ADMIN.value: N_("Administrator"),
}
CATEGORIES = {
    "spam": N_("Advertising or fraud"),
    "legal": N_("Against the law"),
    "violation": N_("Against the rules of this site"),
    "other": N_("Something else"),
}
ACTIONS = {
    "nothing": N_("Nothing"),
    "none": N_("Warn"),
    "mark_statuses_as_sensitive": N_("Hide the pictures of these posts"),
    "delete_statuses": N_("Delete these posts"),
    "sensitive": N_("Hide the pictures of all their posts"),
    "silence": N_("Limit the account"),
    "disable": N_("Close the sign-in"),
    "suspend": N_("Suspend the account"),
}
SEVERITIES = {
    "noop": N_("not limited"),
    "none": N_("not limited"),
    "silence": N_("kept from strangers"),
    "suspend": N_("shut out"),
    "reject_media": N_("no pictures"),
    "reject_reports": N_("no reports"),
}
"""What another site may not do."""
PARTS = {
    "title": N_("Name"),
    "description": N_("In one sentence"),
    "welcome": N_("Words at the door"),
    "colour": N_("Colour of the site"),
    "logo": N_("Picture"),
}
"""What the look of a site is made of."""
