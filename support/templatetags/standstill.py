"""What stands on every page: what stands still, and the way to the status page."""

from __future__ import annotations

from django.urls import reverse
from django.utils import timezone

from support.mail.models import Mailbox
from support.standing.said import lines as standing_lines
from support.status_page import stored


def standstill(user: object) -> dict[str, object]:
    """What stands still, for everybody who works here. On most pages it asks nothing anew."""
    if not getattr(user, "is_agent", False):
        return {}
    now = timezone.now()
    lines = standing_lines(now=now)
    late = any(line.name == "mailboxes" for line in lines)
    return {
        "lines": lines,
        "mailboxes": Mailbox.objects.late(now=now) if late else [],
        "user": user,
    }


def status_url() -> str:
    """The public status page; empty where nothing is on it."""
    return reverse("status") if stored.is_public() else ""
