"""The Ed25519 key of this node: what it signs, the node says for its entity."""

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ed25519

from social.people.keys import make_ed25519
from social.trust.multikey import BadMultikey, decoded, ed25519_key, encoded, text_of_pem
from storage import manifests as rows
from storage.engine.database import Tx
from storage.ids import Millis


class NodeKey(msgspec.Struct, frozen=True, kw_only=True):
    """A private key and its public half as Multikey text."""

    public: str
    private_pem: str

    def sign(self, message: bytes) -> str:
        """The signature of the message, as text."""
        private = serialization.load_pem_private_key(self.private_pem.encode(), password=None)
        if not isinstance(private, ed25519.Ed25519PrivateKey):
            raise TypeError("a node key is an Ed25519 key")
        return encoded(private.sign(message))


def make_node_key() -> NodeKey:
    """A new key."""
    public, private = make_ed25519()
    return NodeKey(public=text_of_pem(public), private_pem=private)


def node_key(tx: Tx, *, now: Millis) -> NodeKey:
    """This node's key, made when it is first asked for."""
    return known(tx) or renew(tx, now=now)


def known(tx: Tx) -> NodeKey | None:
    """This node's key, if one was made."""
    row = rows.node_key(tx)
    return None if row is None else NodeKey(public=row.public_key, private_pem=row.private_pem)


def renew(tx: Tx, *, now: Millis) -> NodeKey:
    """A new key for this node. It counts for others when a manifest names it."""
    made = make_node_key()
    rows.add_key(tx, made.public, made.private_pem, now)
    return made


def holds(public: str, signature: str, message: bytes) -> bool:
    """Whether the signature (text) is by the key (Multikey text) over the message."""
    try:
        ed25519_key(public).verify(decoded(signature), message)
    except (BadMultikey, InvalidSignature):
        return False
    return True
