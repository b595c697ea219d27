"""A real mail server for tests: Debian's Dovecot on loopback, its mail in a temporary folder."""

from __future__ import annotations

import grp
import json
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from pathlib import Path
from threading import Thread
from urllib.parse import parse_qs

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from django.conf import settings
from imapclient import SEEN, IMAPClient

_SKIPPED = "Mailbox tests skipped: install the Debian package dovecot-imapd"
USER, PASSWORD = "desk@mail.example", "geheim wachtwoord"
_SUBJECT = "BODY.PEEK[HEADER.FIELDS (SUBJECT)]"
_ANSWERED = _SUBJECT.replace(".PEEK", "").encode()


def dovecot_path() -> str | None:
    """The mail server, which Debian keeps out of an ordinary user's PATH."""
    return shutil.which("dovecot", path=f"{os.environ.get('PATH', os.defpath)}:/usr/sbin")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip tests that need a mail server where there is none, except under CI."""
    if dovecot_path() is None and os.environ.get("CI") != "true":
        for item in items:
            if "dovecot" in getattr(item, "fixturenames", ()):
                item.add_marker(pytest.mark.skip(reason=_SKIPPED))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """One line that says which tests did not run, and what to install."""
    for report in terminalreporter.stats.get("skipped", []):
        if isinstance(report.longrepr, tuple) and _SKIPPED in report.longrepr[2]:
            terminalreporter.write_line(_SKIPPED, yellow=True)
            return


class Tokens(ThreadingHTTPServer):
    """Gives out access tokens for a refresh token, and tells Dovecot which of them are good."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _TokenHandler)
        self.refresh = "ververs-1"
        self.given: list[str] = []
        self.asked: list[dict[str, str]] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class _TokenHandler(BaseHTTPRequestHandler):
    server: Tokens

    def do_POST(self) -> None:
        text = self.rfile.read(int(self.headers["Content-Length"])).decode()
        question = {name: values[0] for name, values in parse_qs(text).items()}
        self.server.asked.append(question)
        if question.get("refresh_token") != self.server.refresh:
            self._say(400, {"error": "invalid_grant"})
            return
        token = f"toegang-{len(self.server.given)}"
        self.server.given.append(token)
        self.server.refresh = f"ververs-{len(self.server.given) + 1}"
        said = {"access_token": token, "expires_in": 3600, "refresh_token": self.server.refresh}
        self._say(200, said)

    def do_GET(self) -> None:
        token = self.headers.get("Authorization", "").removeprefix("Bearer ")
        if token in self.server.given:
            self._say(200, {"email": USER, "active": True})
        else:
            self._say(401, {"error": "invalid_token"})

    def _say(self, status: int, said: dict[str, object]) -> None:
        body = json.dumps(said).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *said: object) -> None:
        """Say nothing."""


class Dovecot:
    """The server, and what happens to the mailbox from outside."""

    def __init__(self, folder: Path, tokens: Tokens) -> None:
        self.folder, self.tokens = folder, tokens
        self.port, self.tls_port = _free_port(), _free_port()
        self.certificate = folder / "certificate.pem"
        self.account = pwd.getpwnam("mail") if os.geteuid() == 0 else pwd.getpwuid(os.geteuid())
        self.numbers = count(1)
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def box(self) -> Path:
        return self.folder / "mail" / USER

    def start(self) -> None:
        """Start it and wait for its greeting."""
        _make_certificate(self.certificate, self.folder / "key.pem")
        (self.folder / "mail").mkdir()
        os.chown(self.folder / "mail", self.account.pw_uid, self.account.pw_gid)
        (self.folder / "users").write_text(f"{USER}:{{PLAIN}}{PASSWORD}\n")
        (self.folder / "oauth2").write_text(
            "introspection_mode = auth\n"
            f"introspection_url = {self.tokens.url}/check\n"
            "username_attribute = email\n"
        )
        config = self.folder / "dovecot.conf"
        config.write_text(self._config())
        path = dovecot_path()
        if path is None:
            pytest.fail("No Dovecot found: install the Debian package dovecot-imapd")
        self.process = subprocess.Popen([path, "-F", "-c", config], start_new_session=True)
        for _attempt in range(500):
            try:
                with socket.create_connection(("127.0.0.1", self.tls_port), 1):
                    return
            except ConnectionRefusedError:
                assert self.process.poll() is None, self.log()
                time.sleep(0.02)
        pytest.fail(f"Dovecot did not start:\n{self.log()}")

    def stop(self) -> None:
        """Stop it and its children."""
        if self.process is not None:
            os.killpg(self.process.pid, signal.SIGTERM)
            self.process.wait(10)

    def log(self) -> str:
        log = self.folder / "log"
        return log.read_text() if log.exists() else "(it wrote nothing)"

    def deliver(self, *raws: bytes, folder: str = "") -> None:
        """Put mails into the mailbox, byte for byte, in this order."""
        box = self.box / folder if folder else self.box
        for name in ("tmp", "new", "cur"):
            (box / name).mkdir(parents=True, exist_ok=True)
        for raw in raws:
            path = box / "new" / f"{next(self.numbers):010d}.werkdag.test"
            path.write_bytes(raw)
        self._give(self.box)

    def empty(self) -> None:
        """A mailbox as on the first day."""
        shutil.rmtree(self.box, ignore_errors=True)

    def renumber(self) -> None:
        """Lose the numbers of all mail: the folder gets another UIDVALIDITY."""
        for path in self.box.glob("dovecot*"):
            if path.name.startswith(("dovecot-uidlist", "dovecot.index")):
                path.unlink()

    def subjects(self, folder: str = "INBOX") -> list[str]:
        """The subjects of what lies in a folder, each with a star in front if marked as seen."""
        with IMAPClient("127.0.0.1", self.port, ssl=False, timeout=10) as box:
            box.login(USER, PASSWORD)
            if not box.folder_exists(folder):
                return []
            box.select_folder(folder, readonly=True)
            said = box.fetch(box.search(), ["FLAGS", _SUBJECT])
        return [
            ("*" if SEEN in each[b"FLAGS"] else "")
            + each[_ANSWERED].decode().removeprefix("Subject:").strip()
            for _uid, each in sorted(said.items())
        ]

    def _give(self, path: Path) -> None:
        for one in (path, *path.rglob("*")):
            os.chown(one, self.account.pw_uid, self.account.pw_gid)

    def _config(self) -> str:
        run, mail = self.folder, self.account
        users = ""
        if os.geteuid() != 0:
            users = (
                f"default_login_user = {mail.pw_name}\ndefault_internal_user = {mail.pw_name}\n"
                f"default_internal_group = {grp.getgrgid(mail.pw_gid).gr_name}\n"
                "service anvil {\n chroot =\n}\nservice imap-login {\n chroot =\n}\n"
            )
        return f"""
protocols = imap
listen = 127.0.0.1
base_dir = {run}/run
state_dir = {run}/state
log_path = {run}/log
ssl = yes
ssl_cert = <{self.certificate}
ssl_key = <{run}/key.pem
disable_plaintext_auth = no
auth_mechanisms = plain login xoauth2
auth_failure_delay = 0 secs
first_valid_uid = 1
mail_location = maildir:{run}/mail/%u
mail_fsync = never
passdb {{
  driver = oauth2
  mechanisms = xoauth2
  args = {run}/oauth2
}}
passdb {{
  driver = passwd-file
  mechanisms = plain login
  args = {run}/users
}}
userdb {{
  driver = static
  args = uid={mail.pw_uid} gid={mail.pw_gid} home={run}/mail/%u
}}
service anvil {{
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
service imap-login {{
  inet_listener imap {{
    port = {self.port}
  }}
  inet_listener imaps {{
    port = {self.tls_port}
    ssl = yes
  }}
}}
{users}"""


@pytest.fixture(scope="session")
def dovecot_server() -> Iterator[Dovecot]:
    """One mail server per process."""
    folder = Path(tempfile.mkdtemp(prefix="werkdag-dovecot-"))  # pytest's are closed to others
    folder.chmod(0o711)  # Dovecot's own accounts come through here
    with Tokens() as tokens:
        Thread(target=tokens.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        server = Dovecot(folder, tokens)
        try:
            server.start()
            yield server
        finally:
            server.stop()
            tokens.shutdown()
            shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def dovecot(dovecot_server: Dovecot, monkeypatch: pytest.MonkeyPatch) -> Dovecot:
    """The mail server with an empty mailbox, its certificate trusted, and where it is allowed."""
    hosts = ("localhost", "127.0.0.1", "mail.invalid")
    monkeypatch.setattr(settings, "OUTGOING_PRIVATE_HOSTS", frozenset(hosts))
    monkeypatch.setenv("WERKDAG_PRIVATE_HOSTS", " ".join(hosts))
    dovecot_server.empty()
    dovecot_server.tokens.refresh = "ververs-1"
    dovecot_server.tokens.given.clear()
    dovecot_server.tokens.asked.clear()
    monkeypatch.setenv("SSL_CERT_FILE", str(dovecot_server.certificate))
    return dovecot_server


def _free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


def _make_certificate(certificate: Path, key: Path) -> None:
    """A certificate for localhost, signed by itself."""
    private = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    names = [x509.DNSName("localhost")]
    built = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(private.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=2))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(
            x509.SubjectKeyIdentifier.from_public_key(private.public_key()), critical=False
        )
        .sign(private, SHA256())
    )
    certificate.write_bytes(built.public_bytes(Encoding.PEM))
    key.touch(0o600)
    key.write_bytes(private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
