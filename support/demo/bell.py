"""The demonstration's notifications: two notes that name a colleague, and what the sweep heard."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import F

from support import desk
from support.desk.conversation import Words
from support.notifications.models import Notification
from support.notifications.sweep import sweep
from tickets.models import Ticket, User

LATELY = timedelta(days=2)
"""What is older was seen long since."""


def begin(*, now: datetime) -> None:
    """From here on the bell hears what happens."""
    sweep(now=now)


def build(*, author: User, now: datetime) -> None:
    """Somebody asks for two colleagues; then everybody hears what is theirs to hear."""
    for subject, text in (
        ("Niemand kan doelen aanmaken", "@Noor de Wit, op welke twee scholen is dat?"),
        ("Rapport telt leerlingen dubbel", "@Mila Jansen, mag dit vóór de release mee?"),
    ):
        desk.note(Ticket.objects.get(subject=subject), Words(text=text), actor=author, at=now)
    sweep(now=now)
    Notification.objects.filter(at__lt=now - LATELY).update(seen_at=F("at"), mail_due_at=None)
