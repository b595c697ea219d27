"""The priority that urgency and impact together propose (4.G)."""

from __future__ import annotations

from typing import TypedDict

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from tickets.models import Priority

LEVELS = {
    "high": pgettext_lazy("level", "high"),
    "middle": pgettext_lazy("level", "middle"),
    "low": pgettext_lazy("level", "low"),
}
_H, _M, _L = Priority.HIGH, Priority.MEDIUM, Priority.LOW
# Rows: urgency; columns: impact. A proposal: what binds is what a colleague decides (4.G).
PROPOSED = {"high": (_H, _H, _M), "middle": (_H, _M, _L), "low": (_M, _L, _L)}


class Weighed(TypedDict):
    """A field of the grid."""

    priority: Priority
    reason: str


class Urgency(TypedDict):
    """A row of it."""

    label: Promise
    cells: list[Weighed]


def grid() -> list[Urgency]:
    """Urgency × impact, a row for each urgency, with the priority that each gives."""
    return [
        {
            "label": LEVELS[urgency],
            "cells": [
                {
                    "priority": priority,
                    "reason": _("Urgency %(urgency)s, impact %(impact)s.")
                    % {"urgency": LEVELS[urgency], "impact": impact},
                }
                for priority, impact in zip(row, LEVELS.values(), strict=True)
            ],
        }
        for urgency, row in PROPOSED.items()
    ]
