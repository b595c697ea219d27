"""One mailbox over IMAP: in, what is new, a message's source, and what to do with it afterwards.

Deleting never expunges the whole folder, with what others marked as deleted in it.
"""

from __future__ import annotations

import imaplib
import re
import ssl
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import date, datetime

from django.conf import settings
from imapclient import DELETED, SEEN
from imapclient.exceptions import LoginError

from support.mail.models import Mailbox
from support.mailboxes import oauth
from support.mailboxes.gated import GatedClient
from support.outgoing import gate
from support.secrets.sealing import Unsealable, unseal

Fault = Mailbox.Fault
HEAD = 64 * 1024
_UNWELL = re.compile(r"\[(?:UNAVAILABLE|SERVERBUG|INUSE|LIMIT)\]", re.IGNORECASE)


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
    except imaplib.IMAP4.abort as error:
        raise Trouble(Fault.CUT, error) from None
    except (imaplib.IMAP4.error, UnicodeError, ValueError) as error:
        raise Trouble(Fault.OTHER, error) from None
    except OSError as error:
        raise Trouble(Fault.CUT, error) from None


@contextmanager
def opened(mailbox: Mailbox, *, now: datetime) -> Iterator[GatedClient]:
    """A connection to the mailbox, signed in, its folder selected. Raises Trouble."""
    with gate.ending_after(settings.IMAP_WHOLE_TIME) as ending:
        box = _connect(mailbox, ending)
        try:
            _sign_in(box, mailbox, now=now)
            _select(box, mailbox.folder)
            yield box
        finally:
            try:
                box.logout()
            except (imaplib.IMAP4.error, OSError):
                with suppress(OSError):  # hung up on already
                    box.shutdown()


@_explained()
def _select(box: GatedClient, folder: str) -> None:
    try:
        box.uid_validity = int(box.select_folder(folder).get(b"UIDVALIDITY", 0))
    except imaplib.IMAP4.abort:
        raise
    except imaplib.IMAP4.error as error:
        raise Trouble(_unless_unwell(Fault.FOLDER, str(error)), error) from None


def _connect(mailbox: Mailbox, ending: gate.Ending) -> GatedClient:
    if mailbox.security == Mailbox.Security.PLAIN and not settings.IMAP_PLAIN_ALLOWED:
        raise Trouble(Fault.PLAIN)
    try:
        return GatedClient(mailbox.host, mailbox.port, mailbox.security, ending)
    except gate.Refused as error:
        raise Trouble(Fault.PRIVATE, error) from None
    except gate.NoName:
        raise Trouble(Fault.NAME) from None
    except ssl.SSLCertVerificationError as error:
        raise Trouble(Fault.CERTIFICATE, error.verify_message) from None
    except ssl.SSLError as error:
        raise Trouble(Fault.TLS, error.reason or error) from None
    except (imaplib.IMAP4.error, ValueError) as error:
        secure = mailbox.security != Mailbox.Security.PLAIN
        raise Trouble(Fault.TLS if secure else Fault.OTHER, error) from None
    except OSError as error:
        raise Trouble(Fault.UNREACHABLE, error.strerror or error) from None


def _sign_in(box: GatedClient, mailbox: Mailbox, *, now: datetime) -> None:
    """Sign in. What the server says of a refusal is kept, without the secret itself."""
    by_token = mailbox.sign_in == Mailbox.SignIn.OAUTH2
    secret = _token(mailbox, now=now) if by_token else _password(mailbox)
    try:
        if by_token:
            box.oauth2_login(mailbox.username, secret)
        elif (mailbox.username + secret).isascii():
            box.login(mailbox.username, secret)
        else:
            box.plain_login(mailbox.username, secret)
    except imaplib.IMAP4.error as error:
        # Whatever imaplib met, IMAPClient makes a refusal of it.
        met = error.__context__ if isinstance(error, LoginError) else error
        said = _hidden(_server_words(met), secret)
        if isinstance(met, imaplib.IMAP4.abort):
            raise Trouble(Fault.CUT, said) from None
        if by_token:
            oauth.forget(mailbox)
        fault = Fault.CONSENT if by_token else Fault.REFUSED
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


@_explained()
def new_uids(box: GatedClient, *, after: int, since: date) -> list[int]:
    """The UIDs above one, of mail that came on a day or later, lowest first."""
    found = box.search(["UID", f"{after + 1}:*", "SINCE", since])
    return sorted(uid for uid in found if uid > after)  # "n:*" gives the last one in any case


@dataclass(frozen=True, slots=True)
class Lying:
    """What a server says of a mail that lies there: its bytes, and when it came there."""

    size: int
    since: datetime | None


@_explained()
def lying(box: GatedClient, uids: Iterable[int]) -> dict[int, Lying]:
    """What lies there, by UID; what is gone meanwhile is left out."""
    said = box.fetch(uids, ["RFC822.SIZE", "INTERNALDATE"])
    return {
        uid: Lying(each[b"RFC822.SIZE"], each.get(b"INTERNALDATE"))
        for uid, each in said.items()
        if b"RFC822.SIZE" in each
    }


def source(box: GatedClient, uid: int) -> bytes | None:
    """A message as it lies at the server, still unread there; None if it is gone."""
    return _part(box, uid, "BODY.PEEK[]")


def head(box: GatedClient, uid: int) -> bytes:
    """The first 64 kB of a message's header."""
    return _part(box, uid, f"BODY.PEEK[HEADER]<0.{HEAD}>") or b""


@_explained()
def _part(box: GatedClient, uid: int, part: str) -> bytes | None:
    try:
        said = box.fetch([uid], [part]).get(uid, {})
    except imaplib.IMAP4.abort:
        raise
    except imaplib.IMAP4.error as error:
        raise NotGiven(Fault.OTHER, error) from None
    body = next((each for key, each in said.items() if key.startswith(b"BODY[")), None)
    return None if body is None else bytes(body)


@_explained()
def acknowledge(box: GatedClient, uid: int, *, how: str, folder: str) -> None:
    """Do at the server with a stored message what was chosen. Raises NotGiven if it won't."""
    try:
        if how == Mailbox.Afterwards.SEEN:
            box.add_flags([uid], [SEEN], silent=True)
        elif how == Mailbox.Afterwards.DELETE:
            _delete(box, uid)
        else:
            _move(box, uid, folder)
    except imaplib.IMAP4.abort:
        raise
    except imaplib.IMAP4.error as error:
        raise NotGiven(Fault.AFTERWARDS, error) from None


def _delete(box: GatedClient, uid: int) -> None:
    box.add_flags([uid], [DELETED], silent=True)
    if box.has_capability("UIDPLUS"):
        # This one alone. Without UIDPLUS the mark has to do: a plain EXPUNGE takes others along.
        box.uid_expunge([uid])


def _move(box: GatedClient, uid: int, folder: str) -> None:
    if not box.folder_exists(folder):
        box.create_folder(folder)
    if box.has_capability("MOVE"):
        box.move([uid], folder)
    else:
        box.copy([uid], folder)
        _delete(box, uid)


def _server_words(error: BaseException | None) -> str:
    """Imaplib gives them as they came."""
    said = error.args[0] if error and error.args else ""
    return said.decode("utf-8", "replace") if isinstance(said, bytes) else str(said)


def _hidden(text: str, secret: str) -> str:
    return text.replace(secret, "***") if secret else text
