"""Connections to mail servers by the gate: an address that was judged, and a line with an end."""

from __future__ import annotations

import imaplib
import socket
import ssl

from django.conf import settings
from imapclient import IMAPClient

from support.mail.models import Mailbox
from support.outgoing import gate
from tickets.addresses import domain_in_ascii


class GatedClient(IMAPClient):
    """A client whose connection goes to the very address that was judged.

    Raises outgoing.Refused, and what imaplib and ssl raise. uid_validity: the number under which
    the UIDs of the selected folder hold.
    """

    uid_validity = 0

    def __init__(self, host: str, port: int, security: str, ending: gate.Ending) -> None:
        self._ending = ending
        context = ssl.create_default_context()
        is_tls = security == Mailbox.Security.TLS
        timeout = settings.IMAP_TIMEOUT
        super().__init__(_in_ascii(host), port, ssl=is_tls, ssl_context=context, timeout=timeout)
        self.normalise_times = False
        self._imap.debug = 0
        if security == Mailbox.Security.STARTTLS:
            self.starttls(context)

    def _create_IMAP4(self) -> imaplib.IMAP4:  # noqa: N802 - so it is called
        return _Gated(self)


class _Gated(imaplib.IMAP4):
    """imaplib's client, which is asked for its connection by a name of its own."""

    def __init__(self, client: GatedClient) -> None:
        self._client = client
        super().__init__(client.host, client.port, timeout=settings.IMAP_TIMEOUT)

    def _create_socket(self, timeout: float) -> socket.socket:
        address = gate.resolve(self.host, self.port, timeout=timeout)
        line = socket.create_connection((address, self.port), timeout)
        self._client._ending.hold(line)
        if not self._client.ssl:
            return line
        context: ssl.SSLContext = self._client.ssl_context
        return context.wrap_socket(line, server_hostname=self.host)


def _in_ascii(host: str) -> str:
    """A server's name as it is asked for. Raises NoName."""
    found = domain_in_ascii(host)
    if not found.isascii():
        raise gate.NoName(f"{host}: there is no such name")
    return found
