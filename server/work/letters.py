"""Letters by mail: written in the reader's language, handed to the mail server of the configuration."""

import asyncio
import logging
import smtplib
import ssl
from collections.abc import Callable
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, formataddr
from typing import cast

from social import jobs
from social.announcements import escalation
from social.announcements.escalation import MustRead
from social.clock import DAY
from social.errors import Unavailable
from social.letters import digests, invitations, letters
from social.letters.digests import WEEK, Digest
from social.letters.invitations import Invitation
from social.letters.letters import Letter, Written
from social.node import Node
from social.settings import MailSettings
from social.text import clean_line
from storage.ids import Millis, NotificationId, UserId
from storage.users import UserRow

logger = logging.getLogger("archipel.letters")

TIMEOUT_SECONDS = 30
_POLICY = SMTP.clone(max_line_length=200)
"""Long enough for the address of the way out on the line of its name: some mail programs do not unfold it."""


Write = Callable[[Letter, str, str], Written]
"""Words for a letter: in a language, with the address of its way out."""
WriteInvitation = Callable[[Invitation, str, str, Millis], Written]
"""The same for a gathering, at a moment."""
WriteDigest = Callable[[Digest, str, str], Written]
"""The same for the weekly letter of communities."""

WriteMustRead = Callable[[MustRead, str], Written]
"""The letter that asks somebody to read, in a language. It has no way out: all have to."""


class Letters:
    """Sends the letters of one node."""

    def __init__(
        self,
        node: Node,
        write: Write,
        write_digest: WriteDigest,
        write_must_read: WriteMustRead,
        write_invitation: WriteInvitation,
    ) -> None:
        self._node = node
        self._write = write
        self._write_digest = write_digest
        self._write_must_read = write_must_read
        self._write_invitation = write_invitation

    async def send(self, job: jobs.SendLetter) -> None:
        """One letter, if there is something to tell. Raises Unavailable when it is to be tried again."""
        node, user = self._node, UserId(job.user)
        if not node.settings.mail.host:
            return
        now = node.clock()
        letter = await node.db.read(letters.letter, user, now=now)
        if letter is None:
            await node.db.write(letters.told, user, NotificationId(0), now)
            return
        until = await node.db.read(letters.held, letter, timezone=node.settings.node.timezone, now=now)
        if until is not None:
            await node.db.write(letters.hold, user, until)
            return
        locale, out = self._addressed(letter.user, letter.token)
        written = self._write(letter, locale, out)
        await self._hand_over(self._message(written, letter.email, out, f"letter-{user}-{letter.newest}"))
        await node.db.write(letters.told, user, letter.newest, now)

    async def send_digest(self, job: jobs.SendDigest) -> None:
        """One weekly letter, if there is something to tell. Raises Unavailable when it is to be tried again."""
        node, user = self._node, UserId(job.user)
        if not node.settings.mail.host:
            return
        now = node.clock()
        until = await node.db.read(digests.held, user, timezone=node.settings.node.timezone, now=now)
        if until is not None:
            await node.db.write(digests.hold, user, until)
            return
        digest = await node.db.read(digests.digest, user, now=now)
        if digest is not None:
            locale, out = self._addressed(digest.user, digest.token)
            written = self._write_digest(digest, locale, out)
            await self._hand_over(self._message(written, digest.email, out, f"week-{user}-{now // WEEK}"))
        await node.db.write(digests.sent, user, now)

    async def send_must_read(self, job: jobs.SendMustRead) -> None:
        """One letter, if its reader still has not answered. Raises Unavailable when it is to be tried again."""
        node, user = self._node, UserId(job.user)
        if not node.settings.mail.host:
            return
        now = node.clock()
        letter = await node.db.read(escalation.letter, job.post, user, now=now)
        if letter is None:
            return
        until = await node.db.read(escalation.held, job.post, user, timezone=node.settings.node.timezone, now=now)
        if until is not None:
            await node.db.write(escalation.write_at, job.post, user, until)
            return
        written = self._write_must_read(letter, letter.user.locale or node.settings.node.locale)
        await self._hand_over(self._message(written, letter.email, "", f"read-{job.post}-{user}-{now // DAY}"))

    async def send_invitation(self, job: jobs.SendInvitation) -> None:
        """Put right what a calendar holds, if it is wrong. Raises Unavailable when it is to be tried again."""
        node, user, post = self._node, UserId(job.user), job.post
        if not node.settings.mail.host:
            return
        now = node.clock()
        one = await node.db.read(invitations.invitation, user, post)
        if one is None:
            return
        until = await node.db.read(invitations.held, user, timezone=node.settings.node.timezone, now=now)
        if until is not None:
            await node.db.write(invitations.hold, user, post, until)
            return
        locale, out = self._addressed(one.user, one.token)
        written = self._write_invitation(one, locale, out, now)
        await self._hand_over(self._message(written, one.email, out, f"gathering-{user}-{post}-{now}"))
        await node.db.write(invitations.sent, one)

    async def take_out(self, job: jobs.TakeOutOfCalendar) -> None:
        """Take a gathering that was deleted out of a calendar. Raises Unavailable when it is to be tried again."""
        node, user = self._node, UserId(job.user)
        if not node.settings.mail.host:
            return
        now = node.clock()
        one = await node.db.read(invitations.withdrawal, job)
        if one is None:
            return
        until = await node.db.read(invitations.held, user, timezone=node.settings.node.timezone, now=now)
        if until is not None:
            await node.db.write(invitations.hold_withdrawal, job, until)
            return
        locale, out = self._addressed(one.user, one.token)
        written = self._write_invitation(one, locale, out, now)
        await self._hand_over(self._message(written, one.email, out, f"gathering-{user}-{job.held.post_id}-gone"))

    async def _hand_over(self, message: EmailMessage) -> None:
        """Give it to the mail server. Raises Unavailable."""
        try:
            await asyncio.to_thread(_deliver, self._node.settings.mail, message)
        except smtplib.SMTPRecipientsRefused:
            # The address takes no letters: asking again each minute would change nothing. The next one tries again.
            logger.info("an address takes no letters")
        except (smtplib.SMTPException, OSError) as trouble:
            raise Unavailable("mail_server") from trouble

    def _addressed(self, user: UserRow, token: str) -> tuple[str, str]:
        """The language of a person's letters, and the address of the way out."""
        return user.locale or self._node.settings.node.locale, f"{self._node.urls.base}/letters/{token}"

    def _message(self, written: Written, email: str, out: str, name: str) -> EmailMessage:
        settings = self._node.settings
        message = EmailMessage(policy=_POLICY)
        # One line, whatever another site calls what the letter is about: the header refuses any other.
        message["Subject"] = clean_line(written.subject)
        message["From"] = formataddr((settings.node.title, settings.mail.sender))
        message["To"] = email
        message["Date"] = format_datetime(datetime.fromtimestamp(self._node.clock() / 1000, UTC))
        # The same letter tried twice has the same name.
        message["Message-ID"] = f"<{name}@{settings.node.domain.partition(':')[0]}>"
        if out:
            message["List-Unsubscribe"] = f"<{out}>"
            message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(written.text)
        message.add_alternative(written.html, subtype="html")
        if written.logo:
            page = cast(EmailMessage, message.get_payload(1))
            page.add_related(written.logo, "image", "png", cid="<logo>", disposition="inline")
        if written.calendar:
            # As one of the forms of the letter for programs that take it in, as a file for those that do not.
            method = {"method": written.method}
            message.add_alternative(written.calendar, subtype="calendar", params=method)
            message.add_attachment(written.calendar, subtype="calendar", filename="invite.ics", params=method)
        return message


def _deliver(mail: MailSettings, message: EmailMessage) -> None:
    trust = ssl.create_default_context()
    if mail.security == "tls":
        server: smtplib.SMTP = smtplib.SMTP_SSL(mail.host, mail.port, timeout=TIMEOUT_SECONDS, context=trust)
    else:
        server = smtplib.SMTP(mail.host, mail.port, timeout=TIMEOUT_SECONDS)
    with server:
        if mail.security == "starttls":
            server.starttls(context=trust)
        if mail.username:
            server.login(mail.username, mail.password)
        server.send_message(message)
