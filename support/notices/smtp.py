"""Django's way to a mail server, which can be hung up on while it is still greeting."""

from __future__ import annotations

import smtplib
import socket
from typing import Any

from django.core.mail.backends.smtp import EmailBackend


class Backend(EmailBackend):
    """`sock` is known from the first moment on: Django knows it when the greeting is over."""

    sock: socket.socket | None = None

    @property
    def connection_class(self) -> Any:
        """Smtplib's own, noting its socket."""
        usual: Any = smtplib.SMTP_SSL if self.use_ssl else smtplib.SMTP
        backend = self

        class Noted(usual):
            def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
                found: socket.socket = super()._get_socket(host, port, timeout)
                backend.sock = found
                return found

        return Noted
