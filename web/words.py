"""What went wrong, in sentences for people: from class, code and values of an error.

Invalid is looked up by (field, code) first, then by code. Sentences name no names of tables, fields or files.
"""

from collections.abc import Callable, Mapping
from typing import Protocol

from social.errors import (
    Conflict,
    Forbidden,
    Gone,
    Invalid,
    NotFound,
    SocialError,
    TooMany,
    Unauthorized,
    Unavailable,
)
from storage.ids import Millis
from web.i18n import N_


class Say(Protocol):
    """Translates a sentence and fills it."""

    def __call__(self, sentence: str, /, **values: object) -> str: ...


OF_FIELD: Mapping[tuple[str, str], str] = {
    ("text", "blank"): N_("Write something, or add a picture."),
    ("text", "too_long"): N_("%(length)s characters, the limit is %(limit)s. Your text is kept: shorten it."),
    ("source", "blank"): N_("Write the article first."),
    ("source", "too_long"): N_("%(length)s characters, the limit is %(limit)s. Your text is kept: shorten it."),
    ("source", "too_intricate"): N_("Too many marks, lines or cells of tables. Your text is kept: make it simpler."),
    ("note", "blank"): N_("Say what should be changed."),
    ("media", "too_many"): N_("At most %(limit)s pictures in a post."),
    ("status", "not_to_be_pinned"): N_("What is for few cannot be pinned."),
    ("status", "too_many_pins"): N_("At most %(maximum)s posts are pinned."),
    ("status", "taken"): N_("It is pinned already."),
    ("media", "beside_poll"): N_("A post has either pictures or a poll."),
    ("options", "too_few"): N_("A poll needs two choices at least."),
    ("options", "too_many"): N_("At most %(maximum)s choices."),
    ("options", "too_long"): N_("A choice is too long: at most %(maximum)s characters."),
    ("options", "doubled"): N_("Two choices say the same."),
    ("expires_in", "out_of_range"): N_("Choose how long it is open."),
    ("poll", "over"): N_("This poll has ended."),
    ("poll", "own"): N_("You do not vote in your own poll."),
    ("poll", "voted"): N_("You voted already."),
    ("choices", "blank"): N_("Choose first."),
    ("choices", "too_many"): N_("Only one choice."),
    ("choices", "not_found"): N_("There is no such choice."),
    ("media", "not_found"): N_("A picture is no longer here. Add it again."),
    ("media", "not_ready"): N_("Your video or sound is still being made ready. Publish it again in a moment."),
    ("media", "mixed"): N_("A video or sound stands alone in its post: leave the other files out."),
    ("username", "blank"): N_("Choose a user name."),
    ("username", "invalid"): N_("Only small letters without accents, digits and _."),
    ("username", "reserved"): N_("This name is kept for the site itself. Choose another."),
    ("username", "taken"): N_("Somebody already has this name. Choose another."),
    ("email", "taken"): N_("Another account has this address."),
    ("email", "invalid"): N_("This is no e-mail address. It may stay empty."),
    ("password", "too_short"): N_("Too short: at least %(minimum)s characters."),
    ("password", "too_simple"): N_("Too easy to guess. Take several words."),
    ("former", "wrong"): N_("This is not your present password. Nothing was changed."),
    ("leaving", "wrong"): N_("This is not your present password. Nothing was deleted."),
    ("colour", "no_colour"): N_("Write a colour as in #1d5a9c."),
    ("colour", "too_faint"): N_(
        "Too faint on our paper, by day or by night: %(contrast)s to 1, and %(least)s are needed. Take a darker one."
    ),
    ("passkey", "no_passkey"): N_("This passkey could not be added. Nothing is lost: try again."),
    ("passkey", "no_name"): N_("Passkeys need a site with a name: this one is reached by a bare address."),
    ("removing", "wrong"): N_("This is not your present password. Nothing was removed."),
    ("stepping", "wrong"): N_("This is not your present password. Nothing was changed."),
    ("fields", "too_many"): N_("At most %(maximum)s facts."),
    ("redirect_uri", "invalid"): N_("The app gave an address that it did not register."),
    ("scope", "invalid_scope"): N_("The app asks for rights that do not exist."),
    ("name", "invalid"): N_("Two letters at least, without accents; digits and _ are fine."),
    ("name", "not_the_name"): N_("This is not the user name. Nothing was deleted."),
    ("list", "too_long"): N_("The list is too long: at most %(maximum)s characters."),
    ("file", "blank"): N_("Choose a file with lines in it."),
    ("file", "too_many"): N_("The file is too long: at most %(maximum)s lines."),
    ("file", "too_large"): N_("The file is too large."),
    ("file", "unreadable"): N_("This is no list that can be read."),
    ("file", "imports"): N_("Several lists are still under way. Wait until one is through."),
    ("list", "too_many"): N_("The list is too long: at most %(maximum)s lines."),
    ("table", "too_large"): N_("The file is too large."),
    ("table", "unreadable"): N_("This is no list that can be read."),
    ("list", "unreadable"): N_("This is no list that can be read."),
    ("names", "blank"): N_("Write a name a line."),
    ("names", "too_many"): N_("At most %(maximum)s links at once."),
    ("posts", "blank"): N_("There is no post left to do this with."),
    ("password", "wrong"): N_("This is not your present password. Nothing was changed."),
    ("seconds", "out_of_range"): N_("Between 5 seconds and 10 minutes."),
    ("hours", "out_of_range"): N_("Between one hour and two weeks."),
    ("reason", "blank"): N_("Say why it cannot wait: it is kept in the log of each site."),
    ("valid_until", "out_of_range"): N_("Choose a day after people are asked, within a year."),
    ("audience", "invalid"): N_("Choose who is to read it."),
    ("digest", "invalid"): N_("This is not the text that is shown here. Open the page again."),
    ("title", "blank"): N_("Give it a title."),
    ("seats", "out_of_range"): N_("One seat at least, or leave it empty."),
    ("times", "out_of_range"): N_("Between 2 and 52 times."),
    ("versions", "invalid"): N_("Each version needs words, and a language that no other has."),
    ("versions", "too_many"): N_("At most %(maximum)s further languages."),
    ("week", "blank"): N_("Leave at least one day on which you may be reached."),
    ("week", "no_time"): N_("Say from when and until when, as in 8:00 and 18:30, or leave both empty."),
    ("until", "out_of_range"): N_("Choose a day to come, within a year."),
    ("until", "no_time"): N_("Choose a day."),
    ("host", "invalid"): N_("This is no domain. Write it as in site.example."),
    ("skill", "blank"): N_("Write what you know how to do."),
    ("skill", "too_many"): N_("At most %(maximum)s skills: remove one first."),
    ("to", "blank"): N_("Name somebody, as @name or @name@site."),
    ("to", "too_many"): N_("At most %(maximum)s people in one kudos."),
    ("to", "nobody"): N_("Nobody of that name was found: %(name)s"),
    ("value", "no_value"): N_("Choose one of the values."),
}
OF_CODE: Mapping[str, str] = {
    "another_community": N_("That page belongs to another community."),
    "changed_meanwhile": N_("This was changed while you read it. Read it again: what you confirm is what you saw."),
    "urgent_not_yours": N_("Who may call something urgent is said by those who look after your site."),
    "urgent_too_often": N_("This site sent %(limit)s urgent announcements this week: that is all it may."),
    "names_stay": N_("At this site nobody sees who has confirmed: only how many."),
    "too_few": N_("Fewer than %(fewest)s people are asked here: their names are not shown."),
    "unchanged": N_("Nothing changed. Change what everybody is to read again."),
    "roll_goes_on": N_("A roll call is going on already."),
    "too_many_screens": N_("There are %(maximum)s screens already: close one first."),
    "order": N_("Who is informed first must come first."),
    "blank": N_("This is needed."),
    "missing": N_("This is needed."),
    "too_long": N_("Too long: at most %(maximum)s characters."),
    "too_short": N_("Too short: at least %(minimum)s characters."),
    "too_many_featured": N_("At most %(maximum)s subjects on your page: remove one first."),
    "too_many_filters": N_("You have %(maximum)s filters already: remove one first."),
    "too_many_lists": N_("You have %(maximum)s lists already: remove one first."),
    "too_big": N_("Too large (%(size)s MB, limit %(allowed)s). Make it smaller and add it again."),
    "too_many_pixels": N_("Picture with too many pixels. Make it smaller and add it again."),
    "too_long_recording": N_("Too long: at most %(maximum)s seconds."),
    "no_recordings": N_("This site takes neither video nor sound."),
    "not_processed": N_("This video or sound could not be made ready."),
    "too_many_frames": N_("This animation is too long."),
    "unsupported": N_("This is nothing that we can show: take a picture (JPEG, PNG, GIF, WebP), a video or a sound."),
    "broken": N_("This file is damaged."),
    "nul": N_("This holds a character that no text can have."),
    "unreadable": N_("This holds a character that no text can have."),
    "not_a_choice": N_("Choose one of the list."),
    "not_for_everybody": N_("What everybody must read is for the whole group."),
    "inclusion": N_("Choose one of the list."),
    "taken": N_("Somebody already has it."),
    "no_address": N_("Your account has no mail address."),
    "push_service": N_("This cannot be done now. Try again in a moment."),
    "mail_server": N_("This cannot be done now. Try again in a moment."),
    "not_an_emoji": N_("This is no emoji."),
    "end_before_start": N_("The end must come after the beginning, by a month at most."),
    "in_past": N_("This is over already."),
    "no_link": N_("This is no address of a page."),
    "out_of_range": N_("This number is too small or too large."),
    "cancelled": N_("This gathering was called off."),
    "gathering_over": N_("This gathering is over."),
    "answered_elsewhere": N_("Whether you come is said on the page of the organiser."),
    "not_begun": N_("It has not begun yet."),
    "before_start": N_("The end must come after the beginning."),
    "invalid": N_("This cannot be right."),
    "no_day": N_("There is no such day in the year."),
    "own_skill": N_("Only others say of you that you know something."),
    "own_kudos": N_("Kudos are for others."),
    "no_value": N_("Choose one of the list."),
    "kudos_blocked": N_("You blocked %(name)s. Unblock first."),
    "too_many_endorsements": N_("You say so of %(maximum)s skills already: take one back first."),
    "already_answered": N_("You answered this question already, and nobody can find your answer again."),
    "wrong_code": N_("This is not the code of now. Wait for the next one, or take one of your codes on paper."),
    "wrong_passkey": N_("This passkey does not open this site. Take another, or come in with your password."),
    "passkey_is_here": N_("This passkey is in your list already."),
    "too_many_passkeys": N_("You have %(maximum)s passkeys already: remove one first."),
    "too_late": N_("That took too long. Nothing is lost: begin again."),
    "factor_is_on": N_("The code from your phone is asked for already."),
    "wrong_password": N_("This name and password do not go together. Nothing is lost: try again."),
    "too_many_attempts": N_("Too many tries. Wait until %(time)s, then try again."),
    "account_disabled": N_("This sign-in is closed. Ask whoever looks after your site."),
    "account_suspended": N_("This account is suspended. Ask whoever looks after your site."),
    "invitation_used": N_("This invitation was used already. Ask for another."),
    "invitation_expired": N_("This invitation is too old. Ask for another."),
    "not_to_be_boosted": N_("This post may not be boosted: it is not for everybody."),
    "not_permitted": N_("The author of this post does not let you do this."),
    "not_to_be_quoted": N_("This post may not be quoted: its author does not let it, or it is not for everybody."),
    "quoted_unseen": N_("In a post for those named, name also whom you quote."),
    "no_time": N_("This is no day and time."),
    "too_soon": N_("Choose a time at least %(minutes)s minutes from now."),
    "too_many_that_day": N_("At most %(maximum)s posts wait for the same day: choose another."),
    "too_many_scheduled": N_("You have %(maximum)s posts waiting already: remove one first."),
    "draft_there": N_("The composer holds a draft already: send or forget it first."),
    "too_many_drafts": N_("You have many drafts already: send or forget one first."),
    "another_person": N_("Somebody else is signed in now. What you wrote is kept for you."),
    "not_yours": N_("This post is not yours."),
    "not_a_member": N_("Only members of this community do this. Join it first."),
    "only_hosts": N_("In this community only hosts and moderators begin threads. You can answer."),
    "hosts_only": N_("Only the hosts of this community do this."),
    "moderators_only": N_("Only those who moderate this community do this."),
    "archived": N_("This community is archived: it is read, and nothing is written there any more."),
    "locked": N_("This thread is locked: nobody answers any more."),
    "elsewhere": N_("This community lives on another site: it is changed there."),
    "not_invited": N_("One comes into this community by invitation."),
    "mandatory": N_("Your place of work keeps you in this community. You can mute it."),
    "too_many_sticky": N_("At most %(maximum)s posts stand on top of a community: take one down first."),
    "last_host": N_("A community needs a host: make somebody else host first."),
    "has_host": N_("This community has a host."),
    "kept_here": N_("This community is kept here already."),
    "made_ready": N_("It is ready here already: a host over there has it go on here."),
    "no_community": N_("No community of that address was found."),
    "not_of_the_group": N_("Name a community of another site of the group."),
    "not_made_ready": N_(
        "That community does not say yet that it follows this one. Somebody there makes it ready first."
    ),
    "more_open": N_("More people would read there what was written for the members here. Let it be as closed first."),
    "merged": N_("This community is part of another one."),
    "merged_with_itself": N_("Choose another community."),
    "member": N_("This person is a member already."),
    "answered": N_("You have answered this request: the site that keeps the community decides."),
    "banned": N_("This person is banned from the community."),
    "oneself": N_("You cannot do this to yourself."),
    "topic": N_("The community has this topic already."),
    "page_there": N_("The community has a page of that name already."),
    "page_waits": N_("Other words of yours wait for the site that keeps this page. Let them arrive first."),
    "page_changed": N_("Somebody changed this page meanwhile. Look at what it is now, then save again."),
    "rule": N_("The community has this rule already."),
    "past": N_("Choose a day to come."),
    "is_article": N_("An article is changed on its own page."),
    "edited_meanwhile": N_("Somebody changed it while you wrote. Your words are kept here: compare, then save again."),
    "not_in_this_state": N_("That cannot be done with it now. Open the page again."),
    "not_reviewed": N_("Its reviewers have not said yes to these words."),
    "no_reviewer": N_("Choose a reviewer first."),
    "too_many_answers": N_("At most %(maximum)s questions are answered under one announcement."),
    "ends_before_start": N_("It cannot end before it begins."),
    "role_needed": N_("This needs another role than yours."),
    "instance_actor": N_("This is the site itself."),
    "not_suspended": N_("Only a suspended account can be deleted. Suspend it first."),
    "nobody_waits": N_("Nobody waits to be let in: people join by invitation."),
    "last_admin": N_("Somebody must stay to administer this site."),
    "not_to_be_deleted": N_("This account cannot be removed."),
    "appealed_already": N_("You answered this already."),
    "answered_already": N_("This was answered already."),
    "not_accepted": N_("This must be accepted."),
    "registrations_closed": N_("This site takes new people by invitation only."),
    "app_token_needed": N_("This is for apps, before somebody is signed in."),
    "not_followed": N_("Follow this person first."),
    "nobody": N_("Nobody of that name was found."),
    "moved_lately": N_("You moved less than seven days ago."),
    "no_alias": N_("That account does not name this one as its former one yet. Say so there first."),
    "yourself": N_("You cannot follow yourself."),
    "blocked": N_("This person does not want to be followed by you."),
    "blocking": N_("You blocked this person. Unblock first."),
    "scope_needs_role": N_("The app asks for rights that your role does not have."),
    "form_expired": N_("This form is too old. Open the page again; what you wrote is still behind “Back”."),
    "foreign_form": N_("This form came from another site. Nothing was done."),
    "no_paper": N_("This site makes no PDF itself. Print the page with the browser."),
    "paper": N_("The PDF could not be made. Print the page with the browser."),
    "sign_in_needed": N_("You were signed out. Come in again."),
}
OF_KIND: tuple[tuple[type[SocialError], str], ...] = (
    (NotFound, N_("This page doesn't exist, or isn't open to you.")),
    (Gone, N_("This was removed.")),
    (Forbidden, N_("This is not yours to do.")),
    (Unauthorized, N_("Come in first.")),
    (Conflict, N_("Somebody was faster. Open the page again.")),
    (TooMany, N_("Too many at once. Wait until %(time)s, then go on.")),
    (Unavailable, N_("This cannot be done now. Try again in a moment.")),
    (Invalid, N_("This cannot be right.")),
)
OF_STATUS: Mapping[int, tuple[str, str]] = {
    400: (N_("Not understood"), N_("The browser sent something that cannot be read.")),
    401: (N_("Come in first"), N_("You were signed out. Come in again.")),
    403: (N_("Not yours to do"), N_("This is not yours to do.")),
    404: (N_("Nothing here"), N_("This page doesn't exist, or isn't open to you.")),
    405: (N_("Nothing here"), N_("This page doesn't exist, or isn't open to you.")),
    409: (N_("Changed meanwhile"), N_("Somebody was faster. Open the page again.")),
    410: (N_("Removed"), N_("This was removed.")),
    413: (N_("Too large"), N_("That is more than this site takes at once. Send less, or smaller pictures.")),
    415: (N_("Not understood"), N_("This is no form.")),
    422: (N_("Not yet right"), N_("Something in the form cannot be right. Go back and look at it again.")),
    429: (N_("Slowly"), N_("Too many requests at once. Wait a moment, then go on.")),
    500: (N_("Our fault"), N_("Something broke on our side. It is noted; try again.")),
    503: (N_("Not now"), N_("This cannot be done now. Try again in a moment.")),
    507: (N_("No room left"), N_("This site has no room left. Whoever looks after it must make some.")),
}


def sentence(say: Say, error: SocialError, time: Callable[[Millis], str]) -> str:
    """The sentence of an error; `time` writes the moment when a limit opens."""
    written = _written(error)
    values: dict[str, object] = {**error.values, **_numbers(error)}
    if isinstance(error, TooMany):
        values["time"] = time(error.until)
    try:
        return say(written, **values)
    except KeyError:
        # The error came without the number that its sentence tells: the sentence of its kind stays true.
        return say(_of_kind(error), **values)


def by_field(say: Say, error: Invalid, time: Callable[[Millis], str]) -> dict[str, str]:
    """The sentences of a form's errors, by the field they stand at."""
    return {one.field: sentence(say, one, time) for one in reversed(error.all())}


def of_status(say: Say, status: int) -> tuple[str, str]:
    """Title and sentence for an HTTP status."""
    title, words = OF_STATUS.get(status, OF_STATUS[500 if status >= 500 else 404])
    return say(title), say(words)


def _written(error: SocialError) -> str:
    if isinstance(error, Invalid) and (error.field, error.code) in OF_FIELD:
        return OF_FIELD[error.field, error.code]
    return OF_CODE.get(error.code) or _of_kind(error)


def _of_kind(error: SocialError) -> str:
    return next((words for kind, words in OF_KIND if isinstance(error, kind)), OF_KIND[0][1])


def _numbers(error: SocialError) -> dict[str, object]:
    """Megabytes of the sizes in bytes; a limit under either of the two names that the domain gives it."""
    found: dict[str, object] = {}
    for name in ("maximum", "limit"):
        if name in error.values:
            found["maximum"] = found["limit"] = error.values[name]
    if error.code == "too_big" and isinstance(maximum := error.values.get("maximum"), int):
        found["allowed"] = _megabytes(maximum)
        found["size"] = _megabytes(size) if isinstance(size := error.values.get("size", maximum), int) else size
    return found


def _megabytes(size: int) -> str:
    """`14` or `0.5`."""
    return f"{size / 1_000_000:.1f}".removesuffix(".0")
