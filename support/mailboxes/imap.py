"""One mailbox over IMAP: in, what is new, a message's source, and what to do with it afterwards.

Of imap-tools the connection, the names of folders and the search are used. Its `flag` and `delete`
are not: both expunge the whole folder, with what others marked as deleted in it.
"""

from __future__ import annotations

import imaplib
import re
import ssl
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime

from django.conf import settings
from imap_tools import AND, U
from imap_tools.errors import ImapToolsError, MailboxFolderSelectError, UnexpectedCommandStatusError
from imap_tools.mailbox import BaseMailBox
from imap_tools.utils import encode_folder

from support.mail.models import Mailbox
from support.mailboxes import oauth
from support.mailboxes.gated import GatedMailBox
from support.outgoing import gate
from support.secrets.sealing import Unsealable, unseal

Fault = Mailbox.Fault
HEAD = 64 * 1024
_UNWELL = re.compile(r"\[(?:UNAVAILABLE|SERVERBUG|INUSE|LIMIT)\]", re.IGNORECASE)
_UID = re.compile(rb"\bUID (\d+)\b")
_SIZE = re.compile(rb"\bRFC822\.SIZE (\d+)\b")


class Trouble(Exception):
    """Why it did not work: a fault in plain words, and what the other side said of it."""

    def __init__(self, fault: Mailbox.Fault, said: object = "") -> None:
        self.fault = fault
        self.said = "".join(char for char in str(said) if char.isprintable())[:300]
        super().__init__(f"{fault} ({self.said})" if self.said else str(fault))


class NotGiven(Trouble):
    """The server would not hand over or change this one message; others may be well."""


@contextmanager
def _explained() -> Iterator[None]:
    """Turn whatever goes wrong between us and the server into Trouble."""
    try:
        yield
    except MailboxFolderSelectError as error:
        raise Trouble(
            _unless_unwell(Fault.FOLDER, _error_words(error)), _error_words(error)
        ) from None
    except UnexpectedCommandStatusError as error:
        raise Trouble(Fault.OTHER, _error_words(error)) from None
    except imaplib.IMAP4.abort as error:
        raise Trouble(Fault.CUT, error) from None
    except (imaplib.IMAP4.error, ImapToolsError, UnicodeError, ValueError) as error:
        raise Trouble(Fault.OTHER, error) from None
    except OSError as error:
        raise Trouble(Fault.CUT, error) from None


@contextmanager
def opened(mailbox: Mailbox, *, now: datetime) -> Iterator[BaseMailBox]:
    """A connection to the mailbox, signed in, its folder selected. Raises Trouble."""
    with gate.ending_after(settings.IMAP_WHOLE_TIME) as ending:
        box = _connect(mailbox, ending)
        try:
            _sign_in(box, mailbox, now=now)
            with _explained():
                box.folder.set(mailbox.folder)
                box.client.capabilities = _capabilities(box)
            yield box
        finally:
            try:
                box.client.logout()
            except (imaplib.IMAP4.error, OSError):
                with suppress(OSError):  # hung up on already
                    box.client.shutdown()


def _connect(mailbox: Mailbox, ending: gate.Ending) -> BaseMailBox:
    if mailbox.security == Mailbox.Security.PLAIN and not settings.IMAP_PLAIN_ALLOWED:
        raise Trouble(Fault.PLAIN)
    try:
        return GatedMailBox(mailbox.host, mailbox.port, mailbox.security, ending)
    except gate.Refused as error:
        raise Trouble(Fault.PRIVATE, error) from None
    except gate.NoName:
        raise Trouble(Fault.NAME) from None
    except ssl.SSLCertVerificationError as error:
        raise Trouble(Fault.CERTIFICATE, error.verify_message) from None
    except ssl.SSLError as error:
        raise Trouble(Fault.TLS, error.reason or error) from None
    except (imaplib.IMAP4.error, ImapToolsError, ValueError) as error:
        secure = mailbox.security != Mailbox.Security.PLAIN
        raise Trouble(Fault.TLS if secure else Fault.OTHER, error) from None
    except OSError as error:
        raise Trouble(Fault.UNREACHABLE, error.strerror or error) from None


def _sign_in(box: BaseMailBox, mailbox: Mailbox, *, now: datetime) -> None:
    """Sign in. What the server says of a refusal is kept, without the secret itself."""
    by_token = mailbox.sign_in == Mailbox.SignIn.OAUTH2
    secret = _token(mailbox, now=now) if by_token else _password(mailbox)
    try:
        if by_token:
            box.xoauth2(mailbox.username, secret, None)
        elif (mailbox.username + secret).isascii():
            box.login(mailbox.username, secret, None)
        else:
            box.login_utf8(mailbox.username, secret, None)
    except imaplib.IMAP4.abort as error:
        raise Trouble(Fault.CUT, _hidden(str(error), secret)) from None
    except (imaplib.IMAP4.error, UnexpectedCommandStatusError) as error:
        if by_token:
            oauth.forget(mailbox)
        fault = Fault.CONSENT if by_token else Fault.REFUSED
        said = _hidden(_error_words(error), secret)
        raise Trouble(_unless_unwell(fault, said), said) from None
    except OSError as error:
        raise Trouble(Fault.CUT, error) from None


def _unless_unwell(fault: Mailbox.Fault, said: str) -> Mailbox.Fault:
    """A server that says of itself that it is unwell (RFC 5530) has judged nothing of ours."""
    return Fault.OTHER if _UNWELL.search(said) else fault


def _password(mailbox: Mailbox) -> str:
    try:
        return unseal(mailbox.password)
    except Unsealable as error:
        raise Trouble(Fault.SECRET, error) from None


def _token(mailbox: Mailbox, *, now: datetime) -> str:
    try:
        return oauth.access_token(mailbox, now=now)
    except Unsealable as error:
        raise Trouble(Fault.SECRET, error) from None
    except oauth.NoToken as error:
        raise Trouble(Fault.CONSENT if error.refused else Fault.TOKEN, error) from None
    except (gate.Refused, gate.Unreachable) as error:
        raise Trouble(Fault.TOKEN, error) from None


def uid_validity(box: BaseMailBox) -> int:
    """The number under which the selected folder's UIDs hold."""
    _kind, said = box.client.response("UIDVALIDITY")
    return int(said[0]) if said and said[0] else 0


@_explained()
def new_uids(box: BaseMailBox, *, after: int, since: date) -> list[int]:
    """The UIDs above one, of mail that came on a day or later, lowest first."""
    wanted = AND(uid=U(str(after + 1), "*"), date_gte=since)
    found = (int(uid) for uid in box.uids(wanted, charset=None))
    return sorted(uid for uid in found if uid > after)  # "n:*" gives the last one in any case


@dataclass(frozen=True, slots=True)
class Lying:
    """What a server says of a mail that lies there: its bytes, and when it came there."""

    size: int
    since: datetime | None


@_explained()
def lying(box: BaseMailBox, uids: Iterable[int]) -> dict[int, Lying]:
    """What lies there, by UID; what is gone meanwhile is left out."""
    listed = ",".join(map(str, uids))
    found: dict[int, Lying] = {}
    for line in _accepted(box.client.uid("FETCH", listed, "(UID RFC822.SIZE INTERNALDATE)")):
        if not isinstance(line, bytes):
            continue
        uid, size = _UID.search(line), _SIZE.search(line)
        if uid and size:
            found[int(uid[1])] = Lying(int(size[1]), _since(line))
    return found


def _since(line: bytes) -> datetime | None:
    """The INTERNALDATE in a line, None if there is none that can be."""
    local = imaplib.Internaldate2tuple(line)
    return datetime.fromtimestamp(time.mktime(local), UTC) if local else None


def source(box: BaseMailBox, uid: int) -> bytes | None:
    """A message as it lies at the server, still unread there; None if it is gone."""
    return _part(box, uid, "BODY.PEEK[]")


def head(box: BaseMailBox, uid: int) -> bytes:
    """The first 64 kB of a message's header."""
    return _part(box, uid, f"BODY.PEEK[HEADER]<0.{HEAD}>") or b""


@_explained()
def _part(box: BaseMailBox, uid: int, part: str) -> bytes | None:
    try:
        said = _accepted(box.client.uid("FETCH", str(uid), f"(UID {part})"))
    except imaplib.IMAP4.abort:
        raise
    except imaplib.IMAP4.error as error:
        raise NotGiven(Fault.OTHER, error) from None
    for item in said:
        if isinstance(item, tuple) and b"BODY[" in item[0]:
            return bytes(item[1])
        if isinstance(item, bytes) and b'BODY[] ""' in item:
            return b""
    return None


@_explained()
def acknowledge(box: BaseMailBox, uid: int, *, how: str, folder: str) -> None:
    """Do at the server with a stored message what was chosen. Raises NotGiven if it won't."""
    try:
        if how == Mailbox.Afterwards.SEEN:
            _accepted(box.client.uid("STORE", str(uid), "+FLAGS.SILENT", r"(\Seen)"))
        elif how == Mailbox.Afterwards.DELETE:
            _delete(box, uid)
        else:
            _move(box, uid, folder)
    except imaplib.IMAP4.abort:
        raise
    except (imaplib.IMAP4.error, UnexpectedCommandStatusError) as error:
        raise NotGiven(Fault.AFTERWARDS, _error_words(error)) from None


def _delete(box: BaseMailBox, uid: int) -> None:
    _accepted(box.client.uid("STORE", str(uid), "+FLAGS.SILENT", r"(\Deleted)"))
    if "UIDPLUS" in box.client.capabilities:
        # This one alone. Without UIDPLUS the mark has to do: a plain EXPUNGE takes others along.
        _accepted(box.client.uid("EXPUNGE", str(uid)))


def _move(box: BaseMailBox, uid: int, folder: str) -> None:
    if not box.folder.exists(folder):
        box.folder.create(folder)
    name = encode_folder(folder)
    if "MOVE" in box.client.capabilities:
        _accepted(box.client.uid("MOVE", str(uid), name))  # type: ignore[arg-type]
    else:
        _accepted(box.client.uid("COPY", str(uid), name))  # type: ignore[arg-type]
        _delete(box, uid)


def _accepted(answer: tuple[str, list]) -> list:
    kind, said = answer
    if kind != "OK":
        raise imaplib.IMAP4.error(_server_words(said))
    return said


def _capabilities(box: BaseMailBox) -> tuple[str, ...]:
    """What the server can do now: many tell more after signing in."""
    said = _accepted(box.client.capability())
    return tuple(said[0].decode("ascii", "replace").upper().split()) if said and said[0] else ()


def _error_words(error: Exception) -> str:
    if isinstance(error, UnexpectedCommandStatusError):
        return _server_words(error.command_result[1])
    return str(error)


def _server_words(said: object) -> str:
    parts = said if isinstance(said, list) else [said]
    return " ".join(
        part.decode("utf-8", "replace") if isinstance(part, bytes) else str(part)
        for part in parts
        if part
    )


def _hidden(text: str, secret: str) -> str:
    return text.replace(secret, "***") if secret else text
