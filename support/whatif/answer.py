"""What came out of a what-if, for its page and its file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext

from sla import comparing
from sla.models import Edition
from sla.reporting import OUTCOMES, Tally
from sla.whatif import WhatIfAnswer
from sla.wording import KINDS, PRIORITIES, PROMISES
from sla.written import written
from support.whatif.forms import period_words
from support.whatif.models import WhatIf
from support.whatif.working import GONE, KEPT, edited
from tickets.models import Organisation, Priority, User

ERRORS: Mapping[str, object] = {
    GONE: gettext_lazy("The draft that this was about is no longer there."),
}
# Why a promise ends otherwise, as `sla.whatif` found it.
REASONS: Mapping[str, object] = {
    "new": gettext_lazy("is promised then"),
    "gone": gettext_lazy("is not promised then"),
    "binds": gettext_lazy("binds then"),
    "unbinds": gettext_lazy("does not bind then"),
    "dated": gettext_lazy("has a deadline then"),
    "undated": gettext_lazy("has no deadline then"),
    "earlier": gettext_lazy("deadline is earlier"),
    "later": gettext_lazy("deadline is later"),
    "other": gettext_lazy("is read otherwise"),
}
WORST_FIRST = ("breached", "running", "not_binding", "", "kept")


@dataclass(frozen=True)
class _Known:
    """The editions and organisations that some what-ifs are about, fetched together."""

    editions: Mapping[int, Edition]
    organisations: Mapping[int, Organisation]

    @classmethod
    def of(cls, runs: Sequence[WhatIf]) -> _Known:
        editions = Edition.objects.select_related("agreement", "calendar")
        editions = editions.prefetch_related("targets", "escalation", "calendar__blocks")
        customers = {run.question["organisation"] for run in runs} - {None}
        return cls(
            editions.in_bulk({run.question["edition"] for run in runs}),
            Organisation.objects.in_bulk(customers),
        )


def earlier(user: User) -> list[dict[str, object]]:
    """A user's last what-ifs, newest first."""
    runs = list(WhatIf.objects.filter(asked_by=user).order_by("-asked_at", "-pk")[:KEPT])
    known = _Known.of(runs)
    return [_about(run, known) for run in runs]


def about(run: WhatIf) -> dict[str, object]:
    """What was asked, and how far it is."""
    return _about(run, _Known.of([run]))


def _about(run: WhatIf, known: _Known) -> dict[str, object]:
    question = run.question
    edition = known.editions.get(question["edition"])
    first, last = (date.fromisoformat(question[name]) for name in ("first", "last"))
    failed = ERRORS.get(run.error, _("This could not be worked out. It has been logged."))
    return {
        "run": run,
        "edition": edition,
        "edits": _edits(edition, question) if edition else [],
        "period": period_words(first, last),
        "whose": _whose(question, edition, known.organisations),
        "changed": WhatIfAnswer(**run.outcome).changed,
        "error": failed if run.error else "",
        "again_url": f"{reverse('what-if')}?again={run.pk}",
    }


def answer(run: WhatIf) -> dict[str, Any]:
    """The counts on both sides, and the promises that change."""
    found = WhatIfAnswer(**run.outcome)
    rows = [
        _row(_promise_words(key), sides)
        for key, sides in sorted(found.counts.items(), key=_in_order)
    ]
    both = {
        side: {name: sum(row[side]["cells"][name]["count"] for row in rows) for name in OUTCOMES}
        for side in ("before", "after")
    }
    return {
        "found": found,
        "rows": rows,
        "totals": _row(_("Together"), both),
        "stats": [_stat(name, both) for name in OUTCOMES],
        "ways": sorted(map(_way, found.ways.items()), key=lambda way: -way["count"]),
        "changes": sorted(map(_change, found.changes), key=_worst_first),
        "csv_url": reverse("what-if-csv", args=[run.pk]),
    }


def csv_rows(run: WhatIf) -> Iterator[Sequence[object]]:
    """The promises that change, under their heads."""
    yield (
        _("Ticket"),
        _("Subject"),
        _("Organisation"),
        _("Promise"),
        _("Outcome as it was"),
        _("Outcome as it would be"),
        _("Due as it was"),
        _("Due as it would be"),
        _("Done"),
        _("Why"),
    )
    for change in sorted(map(_change, run.outcome["changes"]), key=_worst_first):
        yield (
            change["reference"],
            change["subject"],
            change["organisation"],
            change["promise"],
            outcome_words(change["before"]),
            outcome_words(change["after"]),
            change["due_before"],
            change["due_after"],
            change["met_at"],
            change["why"],
        )


def outcome_words(outcome: str) -> str:
    """An outcome as people read it."""
    return {
        "kept": _("kept"),
        "breached": _("breached"),
        "not_binding": _("not binding"),
        "running": _("running"),
    }.get(outcome) or _("does not count")


def _edits(edition: Edition, question: Mapping[str, object]) -> list[str]:
    """What was edited, in words; the targets as they were when it was asked."""
    if not question["edits"]:
        return []
    data = written(edition)
    before, after = ({**data, "targets": each} for each in (question["targets"], edited(question)))
    return comparing.differences(before, after)


def _whose(
    question: Mapping[str, Any],
    edition: Edition | None,
    organisations: Mapping[int, Organisation],
) -> str:
    if question["organisation"]:
        return str(organisations.get(question["organisation"], ""))
    if question["agreement"]:
        return _("all organisations under %(agreement)s") % {
            "agreement": edition.agreement if edition else _("this agreement")
        }
    return _("everyone, under whichever agreement")


def _row(label: str, sides: Mapping[str, Mapping[str, int]]) -> dict[str, Any]:
    row: dict[str, Any] = {"label": label}
    side_words = {
        "before": pgettext("what-if", "as it was"),
        "after": pgettext("what-if", "as it would be"),
    }
    for side, words in side_words.items():
        cells = {
            name: {
                "count": sides[side][name],
                "changed": sides["before"][name] != sides["after"][name],
            }
            for name in OUTCOMES
        }
        share = Tally(**sides[side]).share
        row[side] = {"cells": cells, "share": share, "label": f"{label}, {words}"}
    before, after = row["before"]["share"], row["after"]["share"]
    row["difference"] = None if before is None or after is None else _signed(after - before)
    row["same"] = sides["before"] == sides["after"]
    return row


def _stat(name: str, both: Mapping[str, Mapping[str, int]]) -> dict[str, object]:
    before, after = both["before"][name], both["after"][name]
    note = _("was %(count)s") % {"count": before} if before != after else _("the same")
    return {"outcome": name, "number": after, "note": note}


def _signed(number: int) -> str:
    """With a true minus sign, as wide as a figure."""
    return f"+{number}" if number > 0 else str(number).replace("-", "\N{MINUS SIGN}")


def _way(item: tuple[str, int]) -> dict[str, object]:
    before, after = item[0].split("|")
    words = ngettext("%(count)s promise", "%(count)s promises", item[1]) % {"count": item[1]}
    return {"before": before, "after": after, "count": item[1], "words": words}


def _change(change: Mapping[str, Any]) -> dict[str, Any]:
    moments = {
        name: datetime.fromisoformat(change[name]) if change[name] else None
        for name in ("due_before", "due_after", "met_at")
    }
    return {
        **change,
        **moments,
        "reference": f"WD-{change['ticket']}",
        "promise": _promise_words(change["promise"]),
        "why": str(REASONS[change["why"]]),
    }


def _worst_first(change: Mapping[str, Any]) -> tuple[int, int, int]:
    before, after = change["before"], change["after"]
    return WORST_FIRST.index(after), -WORST_FIRST.index(before), change["ticket"]


def _promise_words(key: str) -> str:
    promise, priority, kind = key.split("|")
    words = PRIORITIES.get(priority) or KINDS.get(kind)
    label = str(PROMISES.get(promise, promise))
    return f"{label}, {words}" if words else label


def _in_order(item: tuple[str, object]) -> tuple[str, int, str]:
    promise, priority, kind = item[0].split("|")
    return promise, [*Priority.values, ""].index(priority), kind
