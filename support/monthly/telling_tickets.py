"""The chapter about tickets: what came in, and what was done."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from sla.wording import CHANNELS, KINDS, PRIORITIES
from support.desk.opinions import MARKS
from support.monthly.document import Data, Row, moment, rows_behind
from support.monthly.told import Chapter, Figure, Line, Reference, Stat, Table, with_lines
from tickets.models import Kind


def tickets(document: Data) -> Chapter:
    """What came in and what was done."""
    rows = document["tickets"]

    def count(**asked: str) -> Figure:
        return Figure(len(rows_behind(document, "tickets", asked)), "tickets", asked)

    kinds = [kind for kind in Kind.values if any(row["kind"] == kind for row in rows)]
    lines = [
        Line(
            kind,
            [
                str(KINDS[kind]),
                count(came="yes", kind=kind),
                count(went="yes", kind=kind),
                count(open="yes", kind=kind),
            ],
        )
        for kind in kinds
    ]
    if len(kinds) > 1:
        every = [count(came="yes"), count(went="yes"), count(open="yes")]
        lines.append(Line("all", [_("All together"), *every]))
    return Chapter(
        key="tickets",
        title=_("What you reported"),
        lines=[] if rows else [_("Nothing was reported, and nothing was open.")],
        tables=[
            *with_lines(
                Table(
                    "by-kind",
                    _("In and out"),
                    [_("Kind"), _("Came in"), _("Done"), _("Open at the end of the month")],
                    lines,
                )
            ),
            *with_lines(_what_came(rows)),
        ],
    )


def _what_came(rows: Sequence[Row]) -> Table:
    """Each report of the month."""
    return Table(
        "came",
        _("What came in"),
        [
            *(_("Ticket"), _("Subject"), _("Kind"), _("Priority"), _("Channel")),
            *(_("Reported"), _("Done this month")),
        ],
        [
            Line(
                row["ticket"],
                [
                    Reference(row["ticket"]),
                    row["subject"],
                    str(KINDS[row["kind"]]),
                    str(PRIORITIES.get(row["priority"], "–")),
                    str(CHANNELS[row["channel"]]),
                    moment(row["reported"]),
                    moment(row["done"]),
                ],
            )
            for row in rows
            if row["came"]
        ],
        wide=(1,),
    )


def ticket_stats(document: Data) -> list[Stat]:
    """How many came in and were done."""
    asked = {"came": "yes"}
    came = Figure(len(rows_behind(document, "tickets", asked)), "tickets", asked)
    went = len(rows_behind(document, "tickets", {"went": "yes"}))
    note = ngettext("%(count)s was done", "%(count)s were done", went) % {"count": went}
    return [Stat(_("Came in"), str(came.count), note, figure=came)]


def opinions(document: Data) -> Chapter | None:
    """What customers said; nothing where nobody said anything."""
    rows = document["opinions"]
    if not rows:
        return None
    counts = Counter(row["mark"] for row in rows)
    said = ", ".join(f"{MARKS[mark]}: {counts[mark]}" for mark in MARKS)
    table = Table(
        "opinions",
        _("What was said"),
        [_("Ticket"), _("Subject"), _("Opinion"), _("What made it so?")],
        [
            Line(
                row["ticket"],
                [
                    Reference(row["ticket"]),
                    row["subject"],
                    str(MARKS.get(row["mark"], row["mark"])),
                    row["reason"] or None,
                ],
            )
            for row in rows
        ],
        wide=(1, 3),
    )
    return Chapter(
        key="opinions",
        title=_("What your people said"),
        lines=[_("Asked once after each solution: how was it? %(said)s.") % {"said": said}],
        tables=[table],
    )
