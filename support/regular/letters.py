"""The letter: what the report or the cockpit shows its receiver at that moment, and no more."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from sla.kept import by_month
from sla.models import Target
from sla.wording import PROMISES
from support import access
from support.cockpit import figures
from support.cockpit.behind import FIGURES, Asking, url_of
from support.mail import letters
from support.mail.models import OutgoingMail
from support.regular.leaving import leaving_address
from support.regular.models import RegularReport
from support.reports.asking import COLUMNS, GROUPS, BreachAsking, address_of, query_of
from support.reports.missed import found, groups, in_order, rows
from support.reports.models import KeptGoal, SavedReport
from support.reports.wording import told_by_column
from tickets.models import User

ROWS = 25
"""Promises that a letter tells one by one; it says how many more there are."""
LINES = 12
"""Of a table of counts."""
PLAIN = ("organisation", "promise", "state")
"""Columns that say by themselves what they are."""
COUNTED = ("late", "today", "week", "backlog")
"""Figures of the cockpit, each with its number."""


def write(regular: RegularReport, *, now: datetime) -> OutgoingMail:
    """Queue the letter, in its receiver's language and with what they may see now."""
    reader, report = regular.receiver, regular.report
    told: Callable[[], dict[str, object]] = (
        (lambda: of_breaches(report, reader, now=now))
        if report
        else (lambda: of_cockpit(reader, now=now))
    )
    leaves_at = leaving_address(regular)
    with override(reader.language):
        context = told() | {
            "regular": regular,
            "leaves_at": leaves_at,
            "url": settings.ORIGIN.url,
        }
        return letters.write(
            "regular_breaches" if report else "regular_cockpit",
            context,
            to=reader.email,
            at=now,
            broadcast=True,
            leaves_at=leaves_at,
        )


def of_breaches(report: SavedReport, reader: User, *, now: datetime) -> dict[str, object]:
    """What a kept report finds for somebody; where it can't be asked any more, why."""
    asking = BreachAsking(query_of(report), today=timezone.localdate(now))
    context: dict[str, object] = {"report": report, "address": address_of(report), "asking": asking}
    if not asking.is_valid():
        return context | {"errors": [str(each) for each in _errors(asking)]}
    clocks = found(asking, reader, now=now)
    count, lines = clocks.count(), groups(asking, clocks)
    shown = rows(in_order(clocks)[:ROWS], now=now)
    return context | {
        "errors": [],
        "report_url": f"{reverse('breach-report')}?",
        "first": asking.cleaned_data["first"],
        "last": asking.cleaned_data["last"],
        "count": count,
        "open": clocks.filter(met_at=None).count(),
        "group_label": GROUPS.get(asking.cleaned_data["by"], ""),
        "groups": lines[:LINES],
        "more_groups": max(0, len(lines) - LINES),
        "columns": {name: COLUMNS[name] for name in asking.columns},
        "plain": PLAIN,
        "rows": [{"row": row, "cells": told_by_column(row)} for row in shown],
        "more": max(0, count - len(shown)),
    }


def _errors(asking: BreachAsking) -> list[object]:
    return [
        f"{asking.fields[name].label if name in asking.fields else ''}: {each}"
        for name, all_of_it in asking.errors.items()
        for each in all_of_it
    ]


def of_cockpit(reader: User, *, now: datetime) -> dict[str, object]:
    """The figures of somebody's cockpit."""
    asking = Asking(reader, now)
    counts = {name: FIGURES[name][1](asking, "").count() for name in COUNTED}
    said, tone = figures.sentence(counts["late"], counts["today"])
    marks = figures.at_risk(asking)
    services, others = figures.availability(asking)
    return {
        "said": said,
        "tone": tone,
        "counted": [(FIGURES[name][0], counts[name], url_of(name)) for name in COUNTED],
        "late": counts["late"],
        "kept": _kept_rows(asking),
        "marks": marks[:LINES],
        "more": max(0, counts["week"] - len(marks[:LINES])),
        "worst": figures.worst(asking),
        "causes": figures.causes(asking)[:LINES],
        "breaches_url": f"{reverse('breach-report')}?",
        "services": services,
        "other_services": others,
    }


def _kept_rows(asking: Asking) -> list[dict[str, object]]:
    """This month so far and the one before, by promise and how firmly it is given."""
    month = asking.this_month
    before = (month - timedelta(days=1)).replace(day=1)
    counted = access.counted_clocks(asking.user), access.counted_tallies(asking.user)
    goals, strengths = KeptGoal.now(), dict(Target.Strength.choices)
    lines = by_month([before, month], *counted)
    return [
        {
            "promise": PROMISES[promise],
            "strength": strengths.get(strength, ""),
            "now": lines[promise, strength][month],
            "before": lines[promise, strength][before],
            "goal": goals.get(strength),
        }
        for promise, strength in sorted(lines)
        if any(tally.share is not None for tally in lines[promise, strength].values())
    ]
