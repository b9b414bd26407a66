"""The two reverse-proxy configurations of `deploy/`, each started for real on free ports before a small upstream."""

import asyncio
import contextlib
import datetime
import os
import socket
import ssl
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import msgspec
from aiohttp import web as http
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

DEPLOY = Path(__file__).parents[2] / "deploy"
NODE = "siege.armor.example"


class Proxy(msgspec.Struct, frozen=True, kw_only=True):
    """A running proxy: `port` speaks TLS and sends everything to the upstream."""

    port: int
    plain_port: int | None = None

    @property
    def url(self) -> str:
        """Address of the proxy for a client on this machine."""
        return f"https://localhost:{self.port}"


def free_port() -> int:
    """A port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextlib.asynccontextmanager
async def upstream() -> AsyncIterator[int]:
    """A server in the place of the node; it answers what it was asked, or echoes on a WebSocket. Gives its port."""
    app = http.Application(client_max_size=256 * 1024 * 1024)
    app.router.add_get("/api/v1/streaming", _echo_socket)
    app.router.add_route("*", "/{path:.*}", _what_was_asked)
    runner = http.AppRunner(app, access_log=None)
    await runner.setup()
    port = free_port()
    await http.TCPSite(runner, "127.0.0.1", port).start()
    try:
        yield port
    finally:
        await runner.cleanup()


@contextlib.asynccontextmanager
async def nginx(folder: Path, upstream_port: int) -> AsyncIterator[Proxy]:
    """nginx with `deploy/nginx.conf`, only ports, name and certificate changed."""
    proxy = Proxy(port=free_port(), plain_port=free_port())
    configuration = nginx_configuration(folder, upstream_port, proxy)
    async with _program("nginx", "-p", str(folder), "-c", str(configuration), "-g", "daemon off;", port=proxy.port):
        yield proxy


def nginx_configuration(folder: Path, upstream_port: int, proxy: Proxy) -> Path:
    """A whole nginx configuration around the site file of `deploy/`, with a certificate made for this test."""
    _self_signed(folder)
    site = (DEPLOY / "nginx.conf").read_text()
    for there, here in (
        ("listen 80;", f"listen 127.0.0.1:{proxy.plain_port};"),
        ("listen 443 ssl http2;", f"listen 127.0.0.1:{proxy.port} ssl http2;"),
        ("    listen [::]:80;\n", ""),
        ("    listen [::]:443 ssl http2;\n", ""),
        ("server 127.0.0.1:8400;", f"server 127.0.0.1:{upstream_port};"),
        ("/etc/archipel/tls/", f"{folder}/"),
    ):
        if there not in site:
            raise AssertionError(f"deploy/nginx.conf has no more {there!r}")
        site = site.replace(there, here)
    (folder / "site.conf").write_text(site)
    scratch = "\n".join(
        f"    {kind}_temp_path {folder}/{kind};" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    # As root nginx gives its workers another user, who may not enter the folder of a test.
    user = "user root;\n" if os.geteuid() == 0 else ""
    whole = folder / "nginx.conf"
    whole.write_text(
        f"{user}pid {folder}/nginx.pid;\nerror_log {folder}/error.log;\nevents {{}}\n"
        f"http {{\n    access_log off;\n{scratch}\n    include {folder}/site.conf;\n}}\n"
    )
    return whole


@contextlib.asynccontextmanager
async def caddy(folder: Path, upstream_port: int) -> AsyncIterator[Proxy]:
    """Caddy with `deploy/Caddyfile` and an authority of its own in `folder`."""
    proxy = Proxy(port=free_port())
    # Without these lines it would take port 80, an administration port, and a place in the machine's trust store.
    quiet = "{\n\tadmin off\n\tauto_https disable_redirects\n\tskip_install_trust\n"
    configuration = folder / "Caddyfile"
    configuration.write_text((DEPLOY / "Caddyfile").read_text().replace("\n{\n", f"\n{quiet}", 1))
    environment = os.environ | {
        "ARCHIPEL_DOMAIN": f"localhost:{proxy.port}",
        "ARCHIPEL_UPSTREAM": f"127.0.0.1:{upstream_port}",
        "XDG_DATA_HOME": str(folder / "data"),
        "XDG_CONFIG_HOME": str(folder / "config"),
        "HOME": str(folder),
    }
    command = ("caddy", "run", "--adapter", "caddyfile", "--config", str(configuration))
    async with _program(*command, port=proxy.port, environment=environment):
        yield proxy


def trusting() -> ssl.SSLContext:
    """TLS that takes any certificate: the ones here are made a moment before."""
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


@contextlib.asynccontextmanager
async def _program(*command: str, port: int, environment: dict[str, str] | None = None) -> AsyncIterator[None]:
    process = await asyncio.create_subprocess_exec(
        *command, env=environment, stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.PIPE
    )
    try:
        await _answers(port, process)
        yield
    finally:
        if process.returncode is None:
            process.terminate()
        await process.communicate()


async def _answers(port: int, process: asyncio.subprocess.Process) -> None:
    """Wait until a TLS handshake on `port` succeeds. AssertionError with what the program said, if it ended first."""
    async with asyncio.timeout(30):
        while process.returncode is None:
            try:
                _, writer = await asyncio.open_connection(
                    "127.0.0.1", port, ssl=trusting(), server_hostname="localhost"
                )
            except (OSError, ssl.SSLError):
                await asyncio.sleep(0.02)
                continue
            writer.close()
            with contextlib.suppress(OSError, ssl.SSLError):
                await writer.wait_closed()
            return
    said = await process.stderr.read() if process.stderr else b""
    raise AssertionError(f"the proxy ended with {process.returncode}: {said.decode()}")


async def _what_was_asked(request: http.Request) -> http.Response:
    body = await request.read()
    return http.json_response(
        {"path": request.raw_path, "length": len(body), "headers": {k.lower(): v for k, v in request.headers.items()}}
    )


async def _echo_socket(request: http.Request) -> http.WebSocketResponse:
    answer = http.WebSocketResponse()
    await answer.prepare(request)
    async for message in answer:
        if message.type is aiohttp.WSMsgType.TEXT:
            await answer.send_str(f"heard: {message.data}")
    return answer


def _self_signed(folder: Path) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, NODE)])
    today = datetime.datetime.now(datetime.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(today - datetime.timedelta(days=1))
        .not_valid_after(today + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(NODE), x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    (folder / "fullchain.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    (folder / "privkey.pem").write_bytes(private)
