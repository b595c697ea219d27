"""The chapters about what is provided."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

from django.utils.dateformat import format as format_date
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from sla.availability_words import percent_words
from sla.models import Credit, Maintenance
from sla.terms import in_language
from sla.wording import amount
from support.contracts.letters import euros, line_words
from support.monthly.document import Data, Row, moment
from support.monthly.told import Cell, Chapter, Chart, Line, Stat, Table, with_lines


def percent_of(service: Row) -> Fraction:
    """How available it was: the rows keep both spans to the second, as it was judged."""
    return Fraction(service["length"] - service["unavailable"], service["length"]) * 100


def availability(document: Data) -> Chapter | None:
    """Each service's month: the sum, day by day, and how it was calculated."""
    services: Sequence[Row] = document["services"]
    if not services:
        return None
    lines = [
        Line(
            service["service"],
            [
                service["service"],
                f"{percent_words(percent_of(service))} %",
                f"{percent_words(Fraction(service['guarantee']))} %",
                _("yes") if service["kept"] else _("no"),
                amount(timedelta(seconds=service["unavailable"]), exact=True),
            ],
        )
        for service in services
    ]
    every = Table(
        "services",
        _("All services"),
        [_("Service"), _("Available"), _("Promised"), _("Kept"), _("Down that counts")],
        lines,
    )
    return Chapter(
        key="availability",
        title=_("Availability and outages"),
        tables=[every],
        parts=[_service(service, at) for at, service in enumerate(services, start=1)],
    )


def _service(service: Row, at: int) -> Chapter:
    lines = [*in_language(service["told"]), in_language(service["measured"])]
    if not service["settled"]:
        lines.append(_("Something in this month goes on still, so this is not final."))
    outages = [
        Line(
            outage["begin"],
            [
                moment(outage["begin"]),
                moment(outage["end"]) or _("still down"),
                in_language(outage["cause"]),
                outage["reason"] or "–",
            ],
        )
        for outage in service["outages"]
    ]
    tables = [
        Table(
            f"outages-{at}",
            _("Outages"),
            [_("From"), _("Until"), _("Cause"), _("How we came to that")],
            outages,
            wide=(2, 3),
        )
    ]
    return Chapter(
        key=f"service-{at}",
        title=service["service"],
        lines=lines,
        charts=[_days(service)],
        tables=tables if outages else [],
    )


def look_words() -> dict[str, str]:
    """How a day can look."""
    return {
        "up": _("available"),
        "down": _("down"),
        "short": _("too short to count"),
        "excused": _("excepted"),
        "unmeasured": _("not measured"),
    }


def _days(service: Row) -> Chart:
    words = look_words()
    days = [
        {"day": date.fromisoformat(day["day"]).day, "look": day["look"]} for day in service["days"]
    ]
    remarkable = [
        f"{format_date(date.fromisoformat(day['day']), 'j F')}: {words[day['look']]}"
        for day in service["days"]
        if day["look"] not in {"up", "ahead"}
    ]
    said = "; ".join(remarkable) or _("available every day")
    return Chart("days", _("Day by day"), f"{service['service']}. {said}", days)


def availability_stats(document: Data) -> list[Stat]:
    """The service that was least available."""
    if not document["services"]:
        return []
    worst = min(document["services"], key=percent_of)
    said = _("promised is %(share)s %%") % {"share": percent_words(Fraction(worst["guarantee"]))}
    many = len(document["services"]) > 1
    note = f"{worst['service']}; {said}" if many else said
    label = _("Least available service") if many else _("Available")
    tone = "good" if all(each["kept"] for each in document["services"]) else "bad"
    return [Stat(label, f"{percent_words(percent_of(worst))} %", note, tone)]


def maintenance(document: Data) -> Chapter | None:
    """What was done, and what is to come."""
    done, coming = document["maintenance"], document["coming_maintenance"]
    if not done and not coming:
        return None
    return Chapter(
        key="maintenance",
        title=_("Maintenance"),
        tables=[
            _works("works", _("This month"), done, nothing=_("There was no maintenance.")),
            _works("works-coming", _("To come"), coming, nothing=_("Nothing is announced yet.")),
        ],
    )


def _works(key: str, title: str, rows: Sequence[Row], *, nothing: str) -> Table:
    return Table(
        key,
        title,
        [_("Work"), _("Services"), _("Kind"), _("From"), _("Until"), _("Expected down")],
        [
            Line(
                f"{row['title']} {row['begins']}",
                [
                    _("%(title)s (cancelled)") % row if row["cancelled"] else row["title"],
                    ", ".join(row["services"]),
                    str(Maintenance.Kind(row["kind"]).label),
                    moment(row["begins"]),
                    moment(row["ends"]),
                    _minutes(row["expected_minutes"]),
                ],
            )
            for row in rows
        ],
        wide=(0, 1),
        nothing=nothing,
    )


def _minutes(minutes: int | None) -> Cell:
    return None if minutes is None else amount(timedelta(minutes=minutes))


def backups(document: Data) -> Chapter | None:
    """What was kept safe, and when there was no good one for too long."""
    jobs: Sequence[Row] = document["backups"]
    if not jobs:
        return None
    return Chapter(
        key="backups", title=_("Backups"), tables=[_what_was_made(jobs), _without_a_good_one(jobs)]
    )


def _what_was_made(jobs: Sequence[Row]) -> Table:
    good, failed = pgettext("backups", "Good"), pgettext("backups", "Failed")
    return Table(
        "backups",
        _("What was made"),
        [
            *(_("Backup"), _("Goes to"), _("Every"), _("Kept for")),
            *(good, failed, _("Last good one")),
        ],
        [
            Line(
                f"{job['service']} {job['name']}",
                [
                    f"{job['service']}: {job['name']}",
                    job["destination"],
                    _("%(count)s hours") % {"count": job["every_hours"]},
                    _("%(count)s days") % {"count": job["keep_days"]},
                    job["good"],
                    job["failed"],
                    moment(job["last_good"]),
                ],
            )
            for job in jobs
        ],
        wide=(0, 1),
    )


def _without_a_good_one(jobs: Sequence[Row]) -> Table:
    return Table(
        "gaps",
        _("Longer without a good backup than agreed"),
        [_("Backup"), _("From"), _("Until")],
        [
            Line(
                f"{job['service']} {job['name']} {gap[0]}",
                [
                    f"{job['service']}: {job['name']}",
                    moment(gap[0]),
                    moment(gap[1]) or _("still without"),
                ],
            )
            for job in jobs
            for gap in job["gaps"]
        ],
        nothing=_("At no moment."),
    )


def credits(document: Data) -> Chapter | None:  # noqa: A001 - what it is about
    """What is paid back, and how that was calculated."""
    rows: Sequence[Row] = document["credits"]
    if not rows and not document["undecided"]:
        return None
    lines = []
    if document["undecided"]:
        lines.append(
            _(
                "A credit for this month is still to be decided. You hear of it as soon as it is, "
                "and this report is then corrected."
            )
        )
    for row in rows:
        lines += [line_words(line) for line in row["lines"]]
        if row["reason"]:
            lines.append(row["reason"])
    return Chapter(
        key="credits",
        title=_("Credits"),
        lines=lines,
        tables=with_lines(_granted(rows)),
    )


def _granted(rows: Sequence[Row]) -> Table:
    return Table(
        "credits",
        _("Granted"),
        [_("Ground"), _("Amount")],
        [
            Line(f"{at}", [str(Credit.Ground(row["ground"]).label), euros(Decimal(row["granted"]))])
            for at, row in enumerate(rows)
        ],
    )


def granted(document: Data) -> Decimal:
    """What is paid back in all."""
    return sum((Decimal(row["granted"]) for row in document["credits"]), Decimal(0))


def credit_stats(document: Data) -> list[Stat]:
    """What is paid back, where anything is."""
    total = granted(document)
    return [Stat(_("Credit"), euros(total))] if total else []


def releases(document: Data) -> Chapter | None:
    """What went live, and what is planned."""
    done, coming = document["releases"], document["coming_releases"]
    if not done and not coming:
        return None
    return Chapter(
        key="releases",
        title=_("Releases, and what is planned"),
        tables=[
            _releases("releases", _("This month"), done, nothing=_("There was no release.")),
            _releases(
                "releases-coming", _("Planned"), coming, nothing=_("Nothing is planned yet.")
            ),
        ],
    )


def _releases(key: str, title: str, rows: Sequence[Row], *, nothing: str) -> Table:
    return Table(
        key,
        title,
        [_("Release"), _("Goes live"), _("Moved from"), _("Of yours, planned into it")],
        [
            Line(
                row["name"],
                [
                    _("%(name)s (hotfix)") % row if row["hotfix"] else row["name"],
                    moment(row["at"]),
                    moment(row["moved_from"]),
                    ", ".join(row["tickets"]) or "–",
                ],
            )
            for row in rows
        ],
        wide=(0, 3),
        nothing=nothing,
    )
