"""The steps of an explanation in words a customer can read, in the language that is active."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sla.engine import Promise
from sla.engine.agreement import Strength
from sla.engine.explanation import Step, Why
from sla.wording import KINDS, PRIORITIES, SECOND, amount, channel_words, language, moment_words


def in_words(steps: Iterable[Step], zone: ZoneInfo, promised: Mapping[str, str]) -> list[str]:
    """One sentence a step. `promised` is the clause in short, by language."""
    tell = Teller(zone, promised)
    return [_SENTENCES[step.why](step, tell) for step in _in_whole_seconds(steps)]


def _in_whole_seconds(steps: Iterable[Step]) -> Iterator[Step]:
    """What counted, so that the seconds as they are told add up to the whole."""
    counted = timedelta()
    for step in steps:
        if step.why is Why.COUNTED and step.worked is not None:
            before, counted = counted, counted + step.worked
            yield replace(step, worked=counted // SECOND * SECOND - before // SECOND * SECOND)
        else:
            yield step


class Teller:
    """Writes moments on the calendar's wall clock, and the promise in the reader's language.

    To the second where there are any, and told apart in the hour that comes twice.
    """

    def __init__(self, zone: ZoneInfo, promised: Mapping[str, str]) -> None:
        self.zone = zone
        self.promised = promised

    def moment(self, at: datetime | None) -> str:
        """Day, year and time."""
        return moment_words(at, self.zone, f"D j M Y {_time_of(at)}") + self._which(at)

    def day(self, at: datetime | None) -> str:
        """The day alone."""
        return moment_words(at, self.zone, "D j M")

    def clock(self, at: datetime | None) -> str:
        """The time alone."""
        return moment_words(at, self.zone, _time_of(at)) + self._which(at)

    def _which(self, at: datetime | None) -> str:
        if at is None:
            return ""
        local = at.astimezone(self.zone)
        other = local.replace(fold=1 - local.fold)
        if other.utcoffset() == local.utcoffset():
            return ""
        return " " + (_("(summer time)") if local.fold == 0 else _("(winter time)"))

    def promise(self) -> str:
        """The clause in short."""
        return self.promised.get(language()) or self.promised.get("nl", "")


def _time_of(at: datetime | None) -> str:
    return "H:i:s" if at is not None and at.second else "H:i"


def _reported(step: Step, tell: Teller) -> str:
    what = [KINDS[step.ticket_kind]] if step.ticket_kind else []
    what += [PRIORITIES[step.priority]] if step.priority else []
    sentence = _("Reported %(moment)s, %(channel)s") % {
        "moment": tell.moment(step.at),
        "channel": channel_words(step.channel or ""),
    }
    if step.channel == "phone":
        allowed = _("by a contact who may phone")
        stranger = _("by somebody who is not authorised to phone")
        sentence += " " + (allowed if step.authorised else stranger)
    return sentence + (f" ({', '.join(map(str, what))})." if what else ".")


def _closed_days(step: Step, tell: Teller) -> str:
    first, last = tell.day(step.at), tell.day(step.until)
    days = first if first == last else _("%(first)s and %(last)s") % {"first": first, "last": last}
    if step.why is Why.WEEKEND:
        return _("%(days)s: no working day, does not count.") % {"days": days}
    return _("%(days)s: %(name)s, does not count.") % {"days": days, "name": step.name}


def _by_clause(step: Step) -> str:
    match step.strength:
        case Strength.EFFORT:
            return _("%(clause)s, an effort.")
        case Strength.GUARANTEE:
            return _("%(clause)s, a guarantee.")
    return "%(clause)s."


def _promised(step: Step, tell: Teller) -> str:
    words = {"clause": step.clause, "promise": tell.promise()}
    if not words["promise"]:  # nobody said it in short; how it counts follows
        return _by_clause(step) % words
    match step.strength:
        case Strength.EFFORT:
            return _("%(clause)s: “%(promise)s”, an effort.") % words
        case Strength.GUARANTEE:
            return _("%(clause)s: “%(promise)s”, a guarantee.") % words
    return _("%(clause)s: “%(promise)s”.") % words


def _in_days(step: Step, tell: Teller) -> str:
    """What working days come to in this calendar."""
    number = f"{step.number:n}" if step.number != int(step.number) else str(int(step.number))
    words = {
        "number": number.replace(".", "," if language() == "nl" else "."),
        "amount": amount(step.worked or timedelta(), exact=True),
        "moment": tell.moment(step.at),
    }
    if step.why is Why.DAY_END:
        return (
            _("Until the end of working day %(number)s after it: %(moment)s, %(amount)s from here.")
            % words
        )
    if step.number == 1:
        return _("One working day of this calendar is %(amount)s.") % words
    return _("%(number)s working days of this calendar are %(amount)s.") % words


def _counted(step: Step, tell: Teller) -> str:
    return _("%(day)s %(start)s-%(end)s: %(amount)s of working time counted.") % {
        "day": tell.day(step.at),
        "start": tell.clock(step.at),
        "end": tell.clock(step.until),
        "amount": amount(step.worked or timedelta(), exact=True),
    }


def _stood_still(step: Step, tell: Teller) -> str:
    words = {
        "start": tell.moment(step.at),
        "end": tell.moment(step.until),
        "amount": amount(step.worked or timedelta(), exact=True),
    }
    sentences = _STOOD_STILL if step.worked else _NOTHING_COUNTED
    return str(sentences[step.why]) % words


_NOTHING_COUNTED = {
    Why.LONG_IDLE: gettext_lazy(
        "Waiting for the customer, or solved, from %(start)s to %(end)s: a release that came "
        "meanwhile does not count."
    ),
    Why.RELEASE_PASSED: gettext_lazy(
        "While we wait for the customer a release does not count; there is no deadline now."
    ),
    Why.WAITED: gettext_lazy(
        "Waiting for the customer from %(start)s to %(end)s: no working time fell in it."
    ),
    Why.SOLVED: gettext_lazy(
        "Solved from %(start)s until reopened %(end)s: no working time fell in it."
    ),
    Why.OUTSIDE: gettext_lazy(
        "Outside this agreement from %(start)s until reopened %(end)s: no working time fell in it."
    ),
    Why.NOT_LATER: gettext_lazy(
        "Waiting for the customer, or solved, from %(start)s to %(end)s: "
        "no working time fell in it."
    ),
}


_STOOD_STILL = {
    Why.WAITED: gettext_lazy(
        "Waiting for the customer from %(start)s to %(end)s: "
        "%(amount)s of working time does not count."
    ),
    Why.SOLVED: gettext_lazy(
        "Solved from %(start)s until reopened %(end)s: %(amount)s of working time does not count."
    ),
    Why.OUTSIDE: gettext_lazy(
        "Outside this agreement from %(start)s until reopened %(end)s: "
        "%(amount)s of working time does not count."
    ),
    Why.LONG_IDLE: gettext_lazy(
        "Waiting for the customer, or solved, from %(start)s to %(end)s: a release that came when "
        "this had lasted %(amount)s of working time does not count."
    ),
    Why.NOT_LATER: gettext_lazy(
        "Waiting for the customer, or solved, from %(start)s to %(end)s: "
        "%(amount)s of working time does not make it later."
    ),
    Why.RELEASE_PASSED: gettext_lazy(
        "While we wait for the customer a release does not count once that has lasted %(amount)s "
        "of working time; there is no deadline now."
    ),
}


def _met(step: Step, tell: Teller) -> str:
    words = {"moment": tell.moment(step.at)}
    solved = step.name == Promise.RESOLUTION
    if step.why is Why.MET_LATE:
        if not solved:
            return _("Answered %(moment)s, after the deadline.") % words
        return _("Solved %(moment)s, after the deadline.") % words
    if step.why is Why.MET_AFTER_AIM:
        return _("Answered %(moment)s, later than we aimed for; that is no breach.") % words
    if not solved:
        return _("Answered %(moment)s: kept.") % words
    return _("Solved %(moment)s: kept.") % words


def cause_words(cause: Mapping[str, Any]) -> str:
    """Why deadlines moved without anybody touching the tickets, as `sla.changes` wrote it down."""
    sentence = _CAUSES.get(cause.get("what", ""))
    if sentence is None:
        return str(cause.get("words", ""))
    day = date.fromisoformat(cause["day"]) if cause.get("day") else None
    words = {
        "name": cause.get("name", ""),
        "day": moment_words(datetime.combine(day, time(), UTC), UTC, "D j M Y") if day else "",
    }
    said = str(sentence) % words
    return f"{said} ({cause['why']})" if cause.get("why") else said


def _moved(step: Step, tell: Teller) -> str:
    words = {
        "moment": tell.moment(step.at),
        "before": tell.moment(step.before) or _("no date"),
        "after": tell.moment(step.until) or _("no date"),
        "cause": "; ".join(cause_words(cause) for cause in step.causes),
    }
    return _("Moved on %(moment)s from %(before)s to %(after)s: %(cause)s.") % words


_CAUSES = {
    "day_closed": gettext_lazy("%(day)s became a closed day: %(name)s"),
    "day_hours": gettext_lazy("%(day)s got hours of its own: %(name)s"),
    "day_withdrawn": gettext_lazy("%(day)s became an ordinary day: %(name)s no longer counts"),
    "release_planned": gettext_lazy("%(name)s was planned"),
    "release_moved": gettext_lazy("%(name)s was moved"),
    "release_skipped": gettext_lazy("%(name)s was skipped"),
    "schedule_changed": gettext_lazy("the release schedule of %(name)s was changed"),
    "edition": gettext_lazy("the ticket was put under %(name)s"),
    "organisation": gettext_lazy("the report turned out to be of %(name)s"),
    "waived": gettext_lazy("the phone rule was waived for %(name)s"),
    "clock_ahead": gettext_lazy("the clock of the server was ahead; the deadline had not come yet"),
    "not_waived": gettext_lazy("the phone rule holds for %(name)s after all"),
}


def _at(sentence: object) -> Callable[[Step, Teller], str]:
    """A sentence about one moment and one clause."""
    return lambda step, tell: (
        str(sentence)
        % {
            "moment": tell.moment(step.at) if step.at else "",
            "clause": step.clause,
            "by_clause": f" ({step.clause})" if step.clause else "",
            "promise": tell.promise(),
            "kind": KINDS.get(step.ticket_kind or "", ""),
            "priority": PRIORITIES.get(step.priority or "", _("none")),
        }
    )


_SENTENCES: dict[Why, Callable[[Step, Teller], str]] = {
    Why.REPORTED: _reported,
    Why.KIND: _at(gettext_lazy("Classified as %(kind)s on %(moment)s.")),
    Why.PRIORITY: _at(gettext_lazy("Priority set to %(priority)s on %(moment)s%(by_clause)s.")),
    Why.FROM_REPORT: _at(gettext_lazy("After a change it still counts from the report.")),
    Why.FROM_CHANGE: _at(gettext_lazy("It counts from the last change, %(moment)s.")),
    Why.ASKED: _at(
        gettext_lazy("The customer wrote %(moment)s: the oldest message without an answer.")
    ),
    Why.MOVED: _moved,
    Why.PROMISE: _promised,
    Why.DAYS: _in_days,
    Why.DAY_END: _in_days,
    Why.WAIVED: _at(
        gettext_lazy("Agreed with your organisation: binds by whatever channel%(by_clause)s.")
    ),
    Why.NOT_PHONED: _at(
        gettext_lazy(
            "Not reported by phone, so the reaction time does not bind%(by_clause)s. "
            "A call by a contact who may phone starts it."
        )
    ),
    Why.CALLER: _at(
        gettext_lazy(
            "The caller is not authorised to phone, so the reaction time does not bind"
            "%(by_clause)s. A call by a contact who may phone starts it."
        )
    ),
    Why.UNASKED: _at(
        gettext_lazy(
            "Found by our own monitoring, not reported to us: nobody waits for a reaction, so its "
            "time does not bind. It starts once the customer writes or phones about it."
        )
    ),
    Why.HEARD: _at(
        gettext_lazy(
            "Found by our own monitoring; the reaction time counts from %(moment)s, when the "
            "customer first wrote or phoned about it."
        )
    ),
    Why.CALL: _at(
        gettext_lazy(
            "Phoned %(moment)s by a contact who may phone: from then on the reaction time binds"
            "%(by_clause)s."
        )
    ),
    Why.DIRECT: _at(gettext_lazy("Due at once: an answered call is itself the reaction.")),
    Why.COUNTED: _counted,
    Why.WEEKEND: _closed_days,
    Why.CLOSED: _closed_days,
    Why.WAITED: _stood_still,
    Why.SOLVED: _stood_still,
    Why.OUTSIDE: _stood_still,
    Why.LONG_IDLE: _stood_still,
    Why.NOT_LATER: _stood_still,
    Why.NOT_LATER_NOW: _at(
        gettext_lazy("Waiting for the customer since %(moment)s: it gets no later meanwhile.")
    ),
    Why.MERGED: _at(
        gettext_lazy(
            "Merged %(moment)s into another ticket: what happens there counts here, and the "
            "promise stands from its own report."
        )
    ),
    Why.RELEASE: _at(gettext_lazy("First release after the report: %(moment)s.")),
    Why.RELEASE_PASSED: _stood_still,
    Why.NO_RELEASE: _at(gettext_lazy("No release is planned yet, so there is no date.")),
    Why.PLANNED: _at(gettext_lazy("Planned for the release of %(moment)s; no date is promised.")),
    Why.NOT_PLANNED: _at(
        gettext_lazy("No date is promised; it must still be planned into a release.")
    ),
    Why.DUE: _at(gettext_lazy("Deadline: %(moment)s.")),
    Why.AIM: _at(gettext_lazy("We aim for %(moment)s; missing it is no breach.")),
    Why.PAUSED: _at(
        gettext_lazy(
            "Waiting for the customer since %(moment)s: the clock stands still, so no deadline."
        )
    ),
    Why.MET: _met,
    Why.MET_LATE: _met,
    Why.MET_AFTER_AIM: _met,
    Why.BREACHED: _at(gettext_lazy("Missed: the deadline passed %(moment)s.")),
    Why.DECLINED: _at(
        gettext_lazy(
            "Found on %(moment)s not to fall under this agreement%(by_clause)s: the clock ended."
        )
    ),
    Why.ENDED: _at(gettext_lazy("Ended %(moment)s with the ticket.")),
}
