"""What a status page shows, in words of the active language."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta, tzinfo
from fractions import Fraction
from itertools import groupby
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from sla.availability_words import month_words, percent_words
from sla.models import Maintenance
from sla.terms import in_language
from sla.wording import amount, moment_words
from support.status_page.days import Day, MonthSeen
from support.status_page.facts import OutageSeen, Seen, State, View, WorksSeen

ICONS = {
    State.WORKS: "circle-check",
    State.MAINTENANCE: "wrench",
    State.UNMEASURED: "circle-dashed",
    State.DISTURBED: "triangle-alert",
    State.DOWN: "circle-x",
}
LOOKS = {
    "none": gettext_lazy("not provided"),
    "down": gettext_lazy("%(amount)s down"),
    "short": gettext_lazy("%(amount)s down, too short to count"),
    "excused": gettext_lazy("%(amount)s excepted"),
    "disturbed": gettext_lazy("%(amount)s disturbed, without an outage"),
    "unmeasured": gettext_lazy("not measured"),
    "partly": gettext_lazy("worked as far as it was measured"),
    "up": gettext_lazy("worked all of it"),
}
MOMENT = "j M Y H:i"


def page(view: View, *, old: bool = False) -> dict[str, Any]:
    """What the templates of a status page ask. old: how it is now, is not known."""
    zone = timezone.get_current_timezone()
    return {
        "at": view.at,
        "old": old,
        "state": "unknown" if old else view.state.value,
        "icon": "circle-question-mark" if old else ICONS[view.state],
        "whole": _("How it is now, is not known") if old else whole_words(view),
        "groups": [
            {"provider": provider, "services": [_service(seen, old) for seen in theirs]}
            for provider, theirs in groupby(
                view.services, key=lambda seen: seen.service.agreement.provider
            )
        ],
        "several": len({seen.service.agreement.provider for seen in view.services}) > 1,
        "going_on": [outage_words(each, zone) for each in view.going_on],
        "works_now": [works_words(each, zone) for each in view.works_in("now")],
        "works_ahead": [works_words(each, zone) for each in reversed(view.works_in("ahead"))],
        "history": _history(view, zone),
    }


def whole_words(view: View) -> str:
    """How all of it is, in one sentence."""
    if not view.services:
        return _("There is nothing to see here yet")
    return {
        State.WORKS: _("Everything works"),
        State.MAINTENANCE: _("We are at work on something"),
        State.UNMEASURED: _("Not everything is measured just now"),
        State.DISTURBED: _("Something is disturbed"),
        State.DOWN: _("Something is down"),
    }[view.state]


def outage_words(outage: OutageSeen, zone: tzinfo) -> dict[str, Any]:
    """An outage with its updates."""
    return {
        "id": outage.id,
        "title": _("%(service)s was down") % {"service": outage.name}
        if outage.end
        else _("%(service)s is down") % {"service": outage.name},
        "progress": outage.progress.label,
        "begin": outage.begin,
        "end": outage.end,
        "length": amount(outage.end - outage.begin, exact=True) if outage.end else "",
        "updates": [
            {
                "at": update.at,
                "progress": update.progress.label,
                "text": in_language(update.words),
                "lang": "" if get_language() in update.words else "nl",
            }
            for update in outage.updates
        ],
        "when": span(outage.begin, outage.end, zone),
    }


def works_words(works: WorksSeen, zone: tzinfo) -> dict[str, Any]:
    """Maintenance: what, of what, when, and how long it is down."""
    row = works.maintenance
    return {
        "id": works.id,
        "title": works_title(works),
        "names": ", ".join(works.names),
        "when": span(row.started_at or row.begins_at, row.finished_at or row.ends_at, zone),
        "down": amount(timedelta(minutes=row.expected_minutes)) if row.expected_minutes else "",
        "begin": row.started_at or row.begins_at,
    }


def works_title(works: WorksSeen) -> str:
    """What is done, as it was announced; else what kind of work it is."""
    row = works.maintenance
    named = {
        Maintenance.Kind.PLANNED: _("Planned maintenance"),
        Maintenance.Kind.EMERGENCY: _("Emergency maintenance"),
        Maintenance.Kind.SUPPLIER: _("Maintenance of a supplier"),
    }[Maintenance.Kind(row.kind)]
    return f"{named}: {row.nature}" if works.named and row.nature.strip() else named


def span(begin: datetime, end: datetime | None, zone: tzinfo) -> str:
    """From when until when, the day once if it is the same."""
    first = moment_words(begin, zone, MOMENT)
    if end is None:
        return _("since %(moment)s") % {"moment": first}
    same = begin.astimezone(zone).date() == end.astimezone(zone).date()
    last = moment_words(end, zone, "H:i" if same else MOMENT)
    return _("%(begin)s to %(end)s") % {"begin": first, "end": last}


def day_words(day: Day) -> str:
    """How a day was; what was not measured of it is never left out."""
    spans = {"down": day.counted, "short": day.short, "excused": day.excused}
    span = spans.get(day.look, day.failed)
    said = str(LOOKS[day.look]) % {"amount": amount(span, exact=True)}
    if day.gap and day.look != "unmeasured":
        gone = _("%(amount)s not measured") % {"amount": amount(day.unmeasured, exact=True)}
        return f"{said}; {gone}"
    return said


def _service(seen: Seen, old: bool) -> dict[str, Any]:
    return {
        "id": seen.id,
        "pk": seen.service.pk,
        "name": seen.name,
        "state": "unknown" if old else seen.state.value,
        "icon": "circle-question-mark" if old else ICONS[seen.state],
        "words": _("not known") if old else seen.state.label,
        "days": [
            {
                "look": day.look,
                "gap": day.gap,
                "words": f"{date_format(day.day, 'j F')}: {day_words(day)}",
            }
            for day in seen.days
        ],
        "months": [_month(month) for month in seen.months],
    }


def _month(month: MonthSeen) -> dict[str, object]:
    """A figure that nothing measured stands behind is none."""
    share = Fraction(month.measured)
    return {
        "name": month_words(month.month),
        "percent": percent_words(month.percent) if share else "",
        "measured": percent_words(100 * share) if share < 1 else "",
        "goes_on": month.goes_on,
    }


def _history(view: View, zone: tzinfo) -> list[dict[str, Any]]:
    """What is over, by month and day, the last day first."""
    found: list[tuple[date, dict[str, Any]]] = [
        *((_day(each.begin, zone), outage_words(each, zone)) for each in view.outages if each.end),
        *(
            (_day(words["begin"], zone), words | {"works": True})
            for words in (works_words(each, zone) for each in view.works_in("over"))
        ),
    ]
    found.sort(key=lambda pair: (pair[0], pair[1]["begin"]), reverse=True)
    return [
        {"name": month_words(month), "days": _by_day(list(entries))}
        for month, entries in groupby(found, key=lambda pair: pair[0].replace(day=1))
    ]


def _by_day(entries: Sequence[tuple[date, dict[str, Any]]]) -> list[dict[str, Any]]:
    return [
        {"day": day, "entries": [words for _day_of, words in theirs]}
        for day, theirs in groupby(entries, key=lambda pair: pair[0])
    ]


def _day(moment: datetime, zone: tzinfo) -> date:
    return moment.astimezone(zone).date()


def names_of(seen: Iterable[Seen]) -> str:
    """The providers whose services these are."""
    return ", ".join(dict.fromkeys(each.service.agreement.provider for each in seen))
