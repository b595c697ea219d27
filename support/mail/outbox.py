"""Without a mail server: mail becomes files under var/outbox, which a page shows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage as ParsedMessage
from email.policy import default
from pathlib import Path
from uuid import uuid4

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.utils.translation import gettext as _


class OutboxBackend(BaseEmailBackend):
    """Writes each message to a file of its own, whole or not at all."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Write them; an OSError is the caller's to handle, as a mail server's would be."""
        folder = outbox()
        folder.mkdir(parents=True, exist_ok=True)
        for message in email_messages:
            now = datetime.now(UTC)
            path = folder / f"{now:%Y%m%dT%H%M%S.%f}-{uuid4().hex[:8]}.eml"
            half = path.with_suffix(".half")
            half.write_bytes(message.message().as_bytes())
            half.rename(path)
        return len(email_messages)


@dataclass(frozen=True)
class Letter:
    """A mail in the outbox."""

    name: str
    to: str
    subject: str
    written_at: datetime
    headers: Sequence[tuple[str, str]]
    text: str


def outbox() -> Path:
    """The folder that mail goes to without a mail server."""
    return Path(settings.VAR_DIR) / "outbox"


def letters(limit: int = 100) -> Iterator[Letter]:
    """The newest mails in the outbox, newest first."""
    names = sorted((path.name for path in outbox().glob("*.eml")), reverse=True)
    for name in names[:limit]:
        if found := letter(name):
            yield found


def letter(name: str) -> Letter | None:
    """One mail by its file's name; None if there is none."""
    path = outbox() / Path(name).name
    if path.suffix != ".eml" or not path.is_file():
        return None
    parsed = message_from_bytes(path.read_bytes(), policy=default)
    body = parsed.get_body(("plain",)) if isinstance(parsed, ParsedMessage) else None
    written = datetime.fromtimestamp(path.stat().st_mtime, UTC)
    headers = [(key, str(value)) for key, value in parsed.items()]
    text = body.get_content() if body else ""
    if parsed["sensitivity"]:
        text = _("What this letter says is for its reader alone.")
    return Letter(path.name, str(parsed["to"]), str(parsed["subject"]), written, headers, text)


def in_use() -> bool:
    """Does mail go to this folder?"""
    return f"{__name__}.{OutboxBackend.__name__}" == settings.EMAIL_BACKEND
