"""What was done by macros and triggers, as entries of a ticket's line of time."""

from __future__ import annotations

from datetime import datetime
from typing import TypedDict

from django.urls import reverse
from django.utils.translation import gettext as _

from support.automation.models import AutomationRun


def said(run: AutomationRun) -> str:
    """A run in a line."""
    who = _("Macro “%(name)s”") if run.by_id else _("Automation “%(name)s”")
    did = run.problem or " · ".join(run.done) or _("nothing")
    return f"{who % {'name': run.name}}: {did}"


class Entry(TypedDict):
    """What `support.timeline` shows of a run."""

    kind: str
    at: datetime
    who: str
    text: str
    url: str
    icon: str


def entry(run: AutomationRun) -> Entry:
    """An entry for a run: what did it and what it did, or why it could not."""
    return {
        "kind": "event",
        "at": run.at,
        "who": run.by.name if run.by else "",
        "text": said(run),
        "url": reverse("automation-trigger", args=[run.trigger_id]) if run.trigger_id else "",
        "icon": "triangle-alert" if run.problem else "zap",
    }
