"""TLS: private authorities, wrong names, and names that change their address."""

import asyncio
import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from federation.addresses import AddressRules
from federation.client import Client, ClientSettings
from federation.errors import NotAllowed, Unreachable
from tests.peer import Peer, Seen, response

NOTE = {"type": "Note", "content": "Hi"}


def settings(**changes: Any) -> ClientSettings:
    defaults: dict[str, Any] = {"user_agent": "Archipel/test", "addresses": AddressRules(insecure_loopback=True)}
    return ClientSettings(**{**defaults, **changes})


def make_authority(folder: Path, host: str) -> tuple[Path, ssl.SSLContext]:
    """A private CA and a server context with its certificate for `host`."""
    key = ec.generate_private_key(ec.SECP256R1())
    now = datetime.now(UTC)

    def certificate(name: str, public: ec.EllipticCurvePublicKey, is_ca: bool) -> x509.Certificate:
        builder = x509.CertificateBuilder(
            subject_name=x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]),
            issuer_name=x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Armor CA")]),
            public_key=public,
            serial_number=x509.random_serial_number(),
            not_valid_before=now - timedelta(hours=1),
            not_valid_after=now + timedelta(hours=1),
        ).add_extension(x509.BasicConstraints(ca=is_ca, path_length=None), critical=True)
        if not is_ca:
            builder = builder.add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        return builder.sign(key, hashes.SHA256())

    authority = folder / "ca.pem"
    authority.write_bytes(certificate("Armor CA", key.public_key(), True).public_bytes(serialization.Encoding.PEM))
    server_key = ec.generate_private_key(ec.SECP256R1())
    chain = folder / f"{host}.pem"
    chain.write_bytes(
        server_key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        + certificate(host, server_key.public_key(), False).public_bytes(serialization.Encoding.PEM)
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(chain)
    return authority, context


async def test_a_private_authority_is_trusted_when_it_is_named(tmp_path: Path) -> None:
    authority, context = make_authority(tmp_path, "usine.localhost")
    async with Peer("usine.localhost", context) as peer:
        url = peer.document("/1", NOTE)
        async with Client(settings(ca_file=str(authority))) as client:
            assert (await client.fetch_document(url)).id == url
        async with Client(settings()) as client:
            with pytest.raises(Unreachable, match=r"(?i)certificate"):
                await client.fetch_document(url)


async def test_a_certificate_of_another_name_is_refused(tmp_path: Path) -> None:
    authority, context = make_authority(tmp_path, "siege.localhost")
    async with Peer("usine.localhost", context) as peer, Client(settings(ca_file=str(authority))) as client:
        with pytest.raises(Unreachable, match=r"(?i)certificate"):
            await client.fetch_document(peer.document("/1", NOTE))


async def test_the_connection_goes_to_the_checked_address_and_a_changed_name_is_checked_again(
    tmp_path: Path,
) -> None:
    """DNS rebinding: the second lookup of the name leads to another address, on a new connection."""
    authority, context = make_authority(tmp_path, "usine.armor.example")
    addresses = ["127.0.0.1", "127.0.0.2"]
    asked: list[str] = []

    async def lookup(host: str, port: int) -> list[str]:
        asked.append(host)
        return [addresses[len(asked) - 1]]

    async with Peer("usine.armor.example", context) as peer:
        rules = AddressRules(allowed=(("usine.armor.example", "127.0.0.1/32"),), ports=frozenset({peer.port}))

        async def close(seen: Seen, writer: asyncio.StreamWriter) -> None:
            writer.write(response(200, b"x", {"Connection": "close"}))

        url = peer.on("/1", close)
        async with Client(settings(addresses=rules, ca_file=str(authority)), lookup=lookup) as client:
            assert (await client.fetch(url)).body == b"x"
            assert peer.requests[0].header("Host") == f"usine.armor.example:{peer.port}"
            with pytest.raises(NotAllowed, match=r"127\.0\.0\.2"):
                await client.fetch(url)
    assert asked == ["usine.armor.example"] * 2
    assert len(peer.requests) == 1
