"""The banner for agents while a mailbox is not being read."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils import timezone

from support.models import Mailbox

register = template.Library()


@register.inclusion_tag("workspace/_mailbox_alarm.html")
def mailbox_alarm(user: Any) -> dict[str, Any]:
    """Which mailboxes are late, for everybody who works here."""
    late = Mailbox.objects.late(now=timezone.now()) if getattr(user, "is_agent", False) else []
    return {"mailboxes": late, "user": user}
