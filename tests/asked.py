"""What checks ask in tests: web, ports and name servers on loopback, whose answers can be set."""

from __future__ import annotations

import socket
import ssl
import struct
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import IPv4Address
from pathlib import Path
from threading import Thread

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID


class Site(ThreadingHTTPServer):
    """Answers GET with `status` and `said`; `endless` goes on until the caller hangs up."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.status, self.said, self.endless = 200, b"<h1>Webwinkel</h1>", False
        self.asked = 0
        self.sent = 0

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.server_port}/"


class _Handler(BaseHTTPRequestHandler):
    server: Site

    def do_GET(self) -> None:
        self.server.asked += 1
        with suppress(OSError):
            self.send_response(self.server.status)
            self.end_headers()
            self.wfile.write(self.server.said)
            while self.server.endless:
                self.wfile.write(b"x" * 65536)
                self.server.sent += 65536

    def log_message(self, *said: object) -> None:
        """Say nothing."""


@contextmanager
def site(*, certificate: Path | None = None) -> Iterator[Site]:
    """A website, over TLS if it has a certificate."""
    with Site() as server:
        if certificate is not None:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate)
            server.socket = context.wrap_socket(server.socket, server_side=True)
        Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        try:
            yield server
        finally:
            server.endless = False
            server.shutdown()


def write_certificate(path: Path, *, ends: datetime) -> Path:
    """A certificate of this machine with its key, that vouches for itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(ends - timedelta(days=90))
        .not_valid_after(ends)
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(IPv4Address("127.0.0.1"))]), critical=False
        )
        .sign(key, hashes.SHA256())
    )
    kept = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    path.write_bytes(made.public_bytes(serialization.Encoding.PEM) + kept)
    return path


class NameServer:
    """Answers every question with one address, or with an error."""

    def __init__(self) -> None:
        self.address, self.error, self.garbled = "192.0.2.7", 0, False
        self._line = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._line.bind(("127.0.0.1", 0))
        self.port: int = self._line.getsockname()[1]

    def serve(self) -> None:
        """Until it is closed."""
        with suppress(OSError):
            while True:
                asked, caller = self._line.recvfrom(4096)
                self._line.sendto(self._answer(asked), caller)

    def _answer(self, asked: bytes) -> bytes:
        if self.garbled:
            return asked[:2] + b"\xff" * 40
        count = 0 if self.error else 1
        head = struct.pack("!6H", int.from_bytes(asked[:2]), 0x8180 | self.error, 1, count, 0, 0)
        record = struct.pack("!HHHIH", 0xC00C, 1, 1, 60, 4) + IPv4Address(self.address).packed
        return head + asked[12:] + record * count

    def close(self) -> None:
        """Answer no more."""
        self._line.close()


@contextmanager
def name_server() -> Iterator[NameServer]:
    """A name server that runs until the block ends."""
    server = NameServer()
    Thread(target=server.serve, daemon=True).start()
    try:
        yield server
    finally:
        server.close()


def in_days(number: int) -> datetime:
    """A moment so many days from now."""
    return datetime.now(UTC).replace(microsecond=0) + timedelta(days=number)
