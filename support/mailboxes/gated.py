"""Connections to mail servers by the gate: an address that was judged, and a line with an end."""

from __future__ import annotations

import imaplib
import socket
import ssl
from typing import Any

from django.conf import settings
from imap_tools.errors import MailboxStarttlsError
from imap_tools.mailbox import BaseMailBox
from imap_tools.utils import check_command_status

from support.mail.models import Mailbox
from support.outgoing import gate
from tickets.addresses import domain_in_ascii


class GatedMailBox(BaseMailBox):
    """A mailbox of imap-tools whose connection goes to the very address that was judged.

    Raises outgoing.Refused, and what imaplib and ssl raise.
    """

    def __init__(self, host: str, port: int, security: str, ending: gate.Ending) -> None:
        self._place = (_in_ascii(host), port)
        self._security = security
        self._ending = ending
        super().__init__()

    def _get_mailbox_client(self) -> imaplib.IMAP4:
        context = ssl.create_default_context()
        if self._security == Mailbox.Security.TLS:
            return _client(imaplib.IMAP4_SSL, *self._place, self._ending, ssl_context=context)
        client = _client(imaplib.IMAP4, *self._place, self._ending)
        if self._security == Mailbox.Security.STARTTLS:
            check_command_status(client.starttls(context), MailboxStarttlsError)
        return client


def _client(
    kind: type[imaplib.IMAP4], host: str, port: int, ending: gate.Ending, **how: Any
) -> imaplib.IMAP4:
    """A client of imaplib, which is asked for its connection by a name of its own."""
    context: ssl.SSLContext | None = how.get("ssl_context")

    class Gated(kind):  # type: ignore[valid-type, misc]
        def _create_socket(self, timeout: float) -> socket.socket:
            address = gate.resolve(self.host, self.port, timeout=timeout)
            line = socket.create_connection((address, self.port), timeout)
            ending.hold(line)
            if context is None:
                return line
            return context.wrap_socket(line, server_hostname=self.host)

    client: imaplib.IMAP4 = Gated(host, port, timeout=settings.IMAP_TIMEOUT, **how)
    return client


def _in_ascii(host: str) -> str:
    """A server's name as it is asked for. Raises NoName."""
    found = domain_in_ascii(host)
    if not found.isascii():
        raise gate.NoName(f"{host}: there is no such name")
    return found
