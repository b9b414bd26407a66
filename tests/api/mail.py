"""A mail server on loopback, and a node that hands its letters to it."""

import dataclasses
import email
import email.policy
import socket
from email.message import EmailMessage
from functools import partial
from typing import Any

import msgspec

from server.app import digest, invitation, letter, must_read
from server.work.letters import Letters
from social.settings import MailSettings
from storage.engine.database import Tx
from storage.engine.query import Query
from tests.api.site import Site

ZONE = "Europe/Paris"
_ADDRESS = Query(None, "UPDATE users SET email = :email WHERE id = :id")


class Mailbox:
    """What a mail server took."""

    def __init__(self) -> None:
        self.letters: list[EmailMessage] = []
        self.refusal = ""
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port: int = free.getsockname()[1]

    async def take(self, server: Any, session: Any, envelope: Any) -> str:
        if self.refusal:
            return self.refusal
        message = email.message_from_bytes(envelope.content, policy=email.policy.default)
        assert isinstance(message, EmailMessage)
        self.letters.append(message)
        return "250 OK"

    handle_DATA = take  # aiosmtpd looks for this name


async def addressed(site: Site, name: str, address: str) -> None:
    """Give somebody an address: joining by invitation asks for one."""
    await site.world.person(name)
    user = site.world.viewer(name).user

    def write(tx: Tx) -> None:
        tx.run(_ADDRESS, id=user, email=address)

    await site.node.db.write(write)


def sender_of(site: Site, mailbox: Mailbox) -> Letters:
    """What sends the letters of the node, to this mail server."""
    mail = MailSettings(host="127.0.0.1", port=mailbox.port, security="none", sender="site@usine.example")
    node = dataclasses.replace(site.node, settings=msgspec.structs.replace(site.node.settings, mail=mail))
    return Letters(
        node,
        partial(letter, node),
        partial(digest, node),
        partial(must_read, node),
        partial(invitation, node),
    )


def words_of(message: EmailMessage, kind: str = "plain") -> str:
    """What stands in a letter, as plain text or as `html`; a no-break space is one space."""
    body = message.get_body((kind,))
    assert body is not None
    found: str = body.get_content()
    return found.replace("\u00a0", " ")
