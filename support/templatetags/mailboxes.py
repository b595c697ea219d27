"""What agents see of the mail on every page: a mailbox that is not read, the way to the outbox."""

from __future__ import annotations

from typing import Any

from django import template
from django.urls import reverse
from django.utils import timezone

from support.models import Mailbox
from support.notices import outbox

register = template.Library()


@register.inclusion_tag("workspace/_mailbox_alarm.html")
def mailbox_alarm(user: Any) -> dict[str, Any]:
    """Which mailboxes are late, for everybody who works here."""
    late = Mailbox.objects.late(now=timezone.now()) if getattr(user, "is_agent", False) else []
    return {"mailboxes": late, "user": user}


@register.simple_tag
def outbox_url() -> str:
    """Where the letters lie that nobody sends; empty where mail goes out for real."""
    return reverse("outbox") if outbox.in_use() else ""
