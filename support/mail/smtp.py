"""Django's way to a mail server, which can be hung up on while it is still greeting, and which
tells whom the server did not take while it took others.
"""

from __future__ import annotations

import smtplib
import socket
from typing import Any

from django.core.mail.backends.smtp import EmailBackend


class Backend(EmailBackend):
    """`sock` is known from the first moment on: Django knows it when the greeting is over.

    refused: of the mail sent last, which the server took for somebody: for whom not, and why.
    """

    sock: socket.socket | None = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.refused: dict[str, tuple[int, bytes]] = {}

    @property
    def connection_class(self) -> Any:
        """Smtplib's own, noting its socket and what a server refuses."""
        usual: Any = smtplib.SMTP_SSL if self.use_ssl else smtplib.SMTP
        backend = self

        class Noted(usual):
            def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
                found: socket.socket = super()._get_socket(host, port, timeout)
                backend.sock = found
                return found

            def sendmail(self, *args: Any, **kwargs: Any) -> dict[str, tuple[int, bytes]]:
                backend.refused = super().sendmail(*args, **kwargs)
                return backend.refused

        return Noted
