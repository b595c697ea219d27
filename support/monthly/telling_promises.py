"""The chapter about promises."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from django.utils.dateformat import format as format_date
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from sla.models import Target
from sla.reporting import OUTCOMES, Tally
from sla.terms import in_language
from sla.wording import KINDS, PRIORITIES, PROMISES
from support.monthly.document import Data, Row, moment
from support.monthly.told import Chapter, Chart, Figure, Line, Reference, Span, Table, with_lines
from support.reports.wording import outcome_words
from tickets.models import Kind, Priority


def tally_of(rows: Iterable[Row]) -> Tally:
    """How often each outcome occurs."""
    tally = Tally()
    for row in rows:
        tally.add(row["outcome"], 1)
    return tally


def rule_words() -> str:
    """Which month a promise belongs to: the one rule of `sla.reporting`."""
    return _(
        "A promise belongs to the month in which its clock started: that is the month of the "
        "report, or of the call, that it is about. So a month's total stands still."
    )


def promises(document: Data) -> Chapter:
    """What was kept and missed, with the reasons."""
    rows = document["promises"]
    lines = [rule_words()]
    if not rows:
        lines.append(_("Nothing was promised this month: no report started a clock."))
    return Chapter(
        key="promises",
        title=_("What we promised and kept"),
        lines=lines,
        charts=_charts(document),
        tables=[
            *with_lines(_by_promise(rows)),
            *with_lines(_missed(rows, nothing=_("No promise was missed.") if rows else "")),
            *with_lines(_unbound(rows)),
            *with_lines(_running(rows)),
            *with_lines(_no_longer(document["no_longer"])),
            *with_lines(_earlier(document["earlier"])),
        ],
    )


def _charts(document: Data) -> list[Chart]:
    rows = document["promises"]
    groups = by_promise(rows)
    charts = []
    if groups:
        words = outcome_words()
        told = []
        for label, tally, _asked in groups:
            counted = [
                f"{getattr(tally, name)} {words[name]}" for name in OUTCOMES if getattr(tally, name)
            ]
            told.append(f"{label}: {', '.join(counted)}")
        charts.append(
            Chart(
                "outcomes",
                _("Kept and missed, by promise"),
                "; ".join(told),
                [{"label": label, **vars(tally)} for label, tally, _asked in groups],
            )
        )
    if any(sum(month[name] for name in OUTCOMES) for month in document["trend"]):
        charts.append(trend_chart(document["trend"]))
    return charts


def trend_chart(months: Sequence[Row]) -> Chart:
    """The share kept in each of the last months."""
    rows: list[dict[str, object]] = []
    said = []
    for month in months:
        tally = Tally(**{name: month[name] for name in OUTCOMES})
        first = date.fromisoformat(month["month"])
        share = tally.share
        rows.append({"label": format_date(first, "M"), "share": share, **vars(tally)})
        kept = _("nothing was decided") if share is None else f"{share} %"
        said.append(f"{format_date(first, 'F Y')}: {kept}")
    return Chart("trend", _("Share kept, month by month"), "; ".join(said), rows)


def promise_label(promise: str, priority: str, kind: str) -> str:
    """A promise with the priority it is for, or the kind where it is for any."""
    words = PRIORITIES.get(priority) or KINDS.get(kind)
    label = str(PROMISES[promise])
    return f"{label}, {words}" if words else label


def by_promise(rows: Iterable[Row]) -> list[tuple[str, Tally, dict[str, str]]]:
    """The counts of each promise, in a fixed order, with what each asks of the rows."""
    order = {name: at for at, name in enumerate(Target.Promise.values)}
    priorities = [*Priority.values, ""]
    kinds = [*Kind.values]
    groups: dict[tuple[str, str, str], list[Row]] = {}
    for row in rows:
        kind = "" if row["priority"] else row["kind"]
        groups.setdefault((row["promise"], row["priority"], kind), []).append(row)

    def place(key: tuple[str, str, str]) -> tuple[int, int, int]:
        promise, priority, kind = key
        return order[promise], priorities.index(priority), kinds.index(kind) if kind else 0

    found = []
    for key in sorted(groups, key=place):
        promise, priority, kind = key
        asked = {"promise": promise, "priority": priority} | ({"kind": kind} if kind else {})
        found.append((promise_label(*key), tally_of(groups[key]), asked))
    return found


def _by_promise(rows: Sequence[Row]) -> Table:
    groups = by_promise(rows)
    lines = [
        _counts(label, tally, asked, key=" ".join(asked.values())) for label, tally, asked in groups
    ]
    if len(groups) > 1:
        lines.append(_counts(_("All together"), tally_of(rows), {}, key="all"))
    words = outcome_words()
    return Table(
        "by-promise",
        _("By promise and priority"),
        [_("Promise"), *(words[name].capitalize() for name in OUTCOMES), _("Share kept")],
        lines,
    )


def _counts(label: str, tally: Tally, asked: dict[str, str], *, key: str) -> Line:
    figures = [
        Figure(getattr(tally, name), "promises", {"outcome": name, **asked}) for name in OUTCOMES
    ]
    share = "–" if tally.share is None else f"{tally.share} %"
    return Line(key, [label, *figures, share])


def _missed(rows: Sequence[Row], *, nothing: str) -> Table:
    """What was missed: by how much, why, and who had it."""
    return Table(
        "missed",
        _("Missed"),
        [
            *(_("Ticket"), _("Subject"), _("Promise"), _("Clause"), _("Deadline")),
            *(_("Done"), _("Too late by"), _("Cause"), _("Who had it")),
        ],
        [
            Line(
                _key(row),
                [
                    Reference(row["ticket"]),
                    row["subject"],
                    _promise_of(row),
                    row["clause"],
                    moment(row["due"]),
                    moment(row["done"]) or _("still open"),
                    _late(row),
                    in_language(row["cause"]) if row["cause"] else _("not given yet"),
                    row["had"] or _("nobody"),
                ],
            )
            for row in rows
            if row["outcome"] == "breached"
        ],
        wide=(1, 2, 7),
        under={3: 2, 5: 4, 8: 7},
        nothing=nothing,
    )


def _late(row: Row) -> Span | None:
    if row["late"] is None:
        return None
    return Span(timedelta(seconds=row["late"]), timedelta(seconds=row["day"] or 0))


def _promise_of(row: Row) -> str:
    label = promise_label(row["promise"], row["priority"], "" if row["priority"] else row["kind"])
    if row["strength"]:
        return f"{label} ({Target.Strength(row['strength']).label})"
    return label


def _key(row: Row) -> str:
    return f"{row['ticket']} {row['promise']} {row['priority']} {row['started']}"


def _unbound(rows: Sequence[Row]) -> Table:
    """Aimed at, and why it does not bind."""
    return Table(
        "unbound",
        _("Targets that do not bind, and why"),
        [
            *(_("Ticket"), _("Subject"), _("Promise"), _("Does not bind by")),
            *(_("Target"), _("Done"), _("In time")),
        ],
        [
            Line(
                _key(row),
                [
                    Reference(row["ticket"]),
                    row["subject"],
                    _promise_of(row),
                    row["unbound"],
                    moment(row["due"]),
                    moment(row["done"]),
                    _in_time(row),
                ],
            )
            for row in rows
            if row["outcome"] == "not_binding"
        ],
        wide=(1, 3),
    )


def _in_time(row: Row) -> str:
    due, done = moment(row["due"]), moment(row["done"])
    if due is None or done is None:
        return "–"
    return _("yes") if done <= due else _("no")


def _running(rows: Sequence[Row]) -> Table:
    return Table(
        "running",
        _("Still running when this report was made"),
        [_("Ticket"), _("Subject"), _("Promise"), _("Deadline")],
        [
            Line(
                _key(row),
                [
                    Reference(row["ticket"]),
                    row["subject"],
                    _promise_of(row),
                    moment(row["due"]) or _("no date"),
                ],
            )
            for row in rows
            if row["outcome"] == "running"
        ],
        wide=(1,),
        note=_("What becomes of them is told in the report of the month in which it is decided."),
    )


def _no_longer(rows: Sequence[Row]) -> Table:
    how = {
        "declined": _("found to be no incident of ours"),
        "prioritised": _("got another priority"),
        "classified": _("became another kind"),
        "called": _("was phoned about by somebody who may"),
        "identified": _("turned out to be somebody else's"),
        "corrected": _("its agreement was corrected"),
    }
    return Table(
        "no-longer",
        _("Missed, but no longer counted"),
        [
            *(_("Ticket"), _("Subject"), _("Promise"), _("Deadline")),
            *(pgettext("of a missed promise", "Why no longer"), _("By"), _("Since")),
        ],
        [
            Line(
                f"{row['ticket']} {row['promise']} {row['started']}",
                [
                    Reference(row["ticket"]),
                    row["subject"],
                    str(PROMISES[row["promise"]]),
                    moment(row["due"]),
                    how.get(row["how"], "–"),
                    row["by"] or "–",
                    moment(row["at"]),
                ],
            )
            for row in rows
        ],
        wide=(1, 4),
        note=_("These were missed, and count no more because of what was done afterwards."),
    )


def _earlier(rows: Sequence[Row]) -> Table:
    words = outcome_words()
    return Table(
        "earlier",
        _("Of earlier months, decided in this one"),
        [
            _("Ticket"),
            _("Subject"),
            _("Promise"),
            _("Since"),
            _("Deadline"),
            _("Done"),
            _("Outcome"),
        ],
        [
            Line(
                _key(row),
                [
                    Reference(row["ticket"]),
                    row["subject"],
                    _promise_of(row),
                    moment(row["started"]),
                    moment(row["due"]),
                    moment(row["done"]),
                    words[row["outcome"]],
                ],
            )
            for row in rows
        ],
        wide=(1,),
        note=_("They count in the month in which their clock started, not in this one."),
    )
