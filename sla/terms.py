"""What an edition promises, in words, from its data as written; in the language that is active."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.utils import formats
from django.utils.translation import get_language, gettext_lazy, ngettext, pgettext, pgettext_lazy
from django.utils.translation import gettext as _

from sla.engine.agreement import ANY, NOT_PHONE, Triage, channels_of
from sla.engine.calendars import WEEKDAYS
from sla.engine.events import Channel, Priority, TicketKind
from sla.models import EscalationStep, LiberationDay, OpeningBlock, Target
from sla.wording import CHANNELS, KINDS, PRIORITIES
from tickets.translated import Translated

Data = Mapping[str, Any]

TIMES: Mapping[str, Translated] = {
    "reaction": gettext_lazy("Reaction time"),
    "next_response": gettext_lazy("Next response"),
    "resolution": gettext_lazy("Solution time"),
}
CLAUSES: Mapping[str, Translated] = {
    "phone": gettext_lazy("What must be reported by phone"),
    "caller": gettext_lazy("Who may phone"),
    "declined": gettext_lazy("What is no incident"),
    "priority": gettext_lazy("Who sets the priority"),
    "amendments": gettext_lazy("Changes of the agreement"),
}


def target_names(targets: Iterable[Data]) -> dict[str, str]:
    """What each target is called, by key: "Reaction time Medium", told apart where need be."""
    targets = list(targets)
    short = {target["key"]: _name(target, with_kinds=False) for target in targets}
    alike = [name for name in short.values() if list(short.values()).count(name) > 1]
    return {
        target["key"]: _name(target, with_kinds=True)
        if short[target["key"]] in alike
        else short[target["key"]]
        for target in targets
    }


def _name(target: Data, *, with_kinds: bool) -> str:
    name = str(TIMES.get(target["promise"], target["promise"]))
    if channels_of(target.get("channels", ANY)):
        name += f", {channels_words(target)},"
    if target.get("priorities"):
        name += " " + priorities_words(target["priorities"])
        return f"{name} ({kinds_words(target['ticket_kinds'])})" if with_kinds else name
    return f"{name} {kinds_words(target['ticket_kinds'])}"


def kinds_words(kinds: Sequence[str]) -> str:
    """Kinds of ticket: "incident, question"; "any ticket" for all of them."""
    if set(kinds) == set(TicketKind):
        return _("any report")
    return ", ".join(str(KINDS[kind]).lower() for kind in TicketKind if kind in kinds)


def priorities_words(priorities: Sequence[str]) -> str:
    """Priorities: "High, Medium"; "any priority" for none."""
    if not priorities:
        return _("any priority")
    return ", ".join(str(PRIORITIES[name]) for name in Priority if name in priorities)


def time_words(target: Data, day: timedelta) -> str:
    """What a target promises: "within one working day", "within 4 working hours".

    day: how long a working day of its calendar is; without one, hours stay hours.
    """
    match target.get("measure", "work"):
        case "release":
            return _("in the next release")
        case "planning":
            return _("planned into a release, without a date")
        case "days":
            return _days_words(target["days"])
        case "day_end":
            return _day_end_words(int(target["days"]))
    return _work_words(target.get("hours", 0), day)


def _work_words(hours: float, day: timedelta) -> str:
    if not hours:
        return _("at once")
    if days := _whole_days(hours, day):
        return _days_words(days)
    text = ngettext(
        "within %(number)s working hour", "within %(number)s working hours", _count(hours)
    )
    return text % {"number": number_words(hours)}


def _whole_days(hours: float, day: timedelta) -> int:
    """How many working days an amount is, where it is whole ones; else 0."""
    worked = timedelta(hours=float(hours))
    return worked // day if day and not worked % day else 0


def in_days(target: Data, day: timedelta) -> bool:
    """Is its time told in working days, so that their length must be said?"""
    if target.get("measure", "work") == "work":
        return _whole_days(target.get("hours", 0), day) > 0
    return bool(target["measure"] == "days")


def _days_words(days: float) -> str:
    text = ngettext("within one working day", "within %(number)s working days", _count(days))
    return text % {"number": number_words(days)}


def _day_end_words(number: int) -> str:
    if number == 1:
        return _("by the end of the next working day")
    return _("by the end of working day %(number)d after the report") % {"number": number}


def channels_words(target: Data) -> str:
    """For reports by which channels: "only by e-mail"; "any channel" for all."""
    channels = channels_of(target.get("channels", ANY))
    if not channels:
        return _("any channel")
    if channels == NOT_PHONE:
        return _("not by phone")
    named = [str(CHANNELS[name]) for name in Channel if name in channels]
    return _(" or ").join(named)


def asks_for_a_call(target: Data) -> bool:
    """Does a call make it bind, or hold at all?"""
    by_phone = Channel.PHONE in channels_of(target.get("channels", ANY))
    return bool(target.get("phone_required")) or by_phone


def strength_words(target: Data) -> str:
    """Whether it is a guarantee or an effort, where that is said."""
    strength = target.get("strength")
    return str(Target.Strength(strength).label) if strength else ""


def _count(hours: float) -> int:
    """One or many: half an hour is not one."""
    return 1 if hours == 1 else 2


def number_words(number: object) -> str:
    """A number as people here write it: 99,5 in Dutch."""
    plain = Decimal(str(number)).normalize()
    return formats.localize(plain.quantize(1) if plain == plain.to_integral() else plain)


def phone_words(target: Data) -> str:
    """Whether it binds only by phone."""
    return _("only when reported by phone") if target.get("phone_required") else _("by any channel")


def pause_words(target: Data) -> str:
    """Whether waiting on the customer counts."""
    if target.get("pauses_while_waiting"):
        return _("pauses while we wait for the customer")
    return _("goes on while we wait for the customer")


def start_words(target: Data) -> str:
    """What it counts from after a change."""
    if target.get("from_change"):
        return _("from the last change of kind or priority")
    return _("from the report")


def warning_words(target: Data) -> str:
    """At which shares of the working time is warned."""
    shares = [f"{share} %" for share in target.get("warnings", (50, 80))]
    return ", ".join(shares) or _("none")


def short_words(target: Data) -> str:
    """The clause in short, in the reader's language."""
    return in_language(target.get("words", {}))


def in_language(words: Mapping[str, str]) -> str:
    """A text by language, in the one that is active, else in Dutch."""
    return words.get((get_language() or "nl")[:2]) or words.get("nl", "")


def notice_words(notice: Data) -> str:
    """How long before it takes force a change is told."""
    parts = []
    if days := notice.get("days"):
        text = ngettext("%(number)d day", "%(number)d days", days)
        parts.append(text % {"number": days})
    if months := notice.get("months"):
        text = ngettext("%(number)d month", "%(number)d months", months)
        parts.append(text % {"number": months})
    return _(" and ").join(parts) or _("none")


def guarantee_words(availability: Data) -> str:
    """The guaranteed availability: "99.5 % a month"."""
    if not availability.get("guarantee"):
        return _("none")
    share = number_words(availability["guarantee"])
    return _("%(share)s %% a calendar month") % {"share": share}


def counts_above_words(availability: Data) -> str:
    """Which outages count."""
    minutes = availability.get("counts_above_minutes", 0)
    if not minutes:
        return _("every outage")
    text = ngettext(
        "outages of more than %(n)d minute", "outages of more than %(n)d minutes", minutes
    )
    return text % {"n": minutes}


def counting_words(availability: Data) -> list[str]:
    """The causes of an outage that counts, each with its clause."""
    return [
        _with_clause(row, row["key"]) for row in availability.get("causes", ()) if row["counts"]
    ]


def excused_words(availability: Data) -> list[str]:
    """What an outage can come from that does not count."""
    causes = availability.get("causes", ())
    return [_with_clause(row, row["key"]) for row in causes if not row["counts"]]


EFFECTS: Mapping[str, Translated] = {
    "excused": gettext_lazy("does not count"),
    "unavailable": gettext_lazy("counts, even by itself"),
    "nothing": gettext_lazy("makes no difference: an outage meanwhile counts"),
}


def maintenance_words(availability: Data) -> list[str]:
    """What each kind of maintenance makes of an outage."""
    return [
        f"{_with_clause(row, row['kind'])}: {EFFECTS[row['effect']]}"
        for row in availability.get("maintenance", ())
    ]


def _with_clause(row: Data, key: str) -> str:
    words = in_language(row) or key
    return f"{words} ({row['clause']})" if row.get("clause") else words


def begins_words(availability: Data) -> str:
    """From when an outage is measured."""
    if availability.get("begins") == "report":
        return _("from your report or our own detection, whichever comes first")
    return _("from when the service went down")


def credit_words(availability: Data) -> list[str]:
    """The steps of credit: "99.2 % or lower: 40 %", the heaviest first."""
    said = []
    for step in sorted(availability.get("credits", ()), key=lambda step: -step["percent"]):
        edge = step.get("at_most") or step["below"]
        text = _("%(edge)s %% or lower: %(credit)s %%")
        if "at_most" not in step:
            text = _("below %(edge)s %%: %(credit)s %%")
        said.append(text % {"edge": number_words(edge), "credit": number_words(step["percent"])})
    return said


def cap_words(availability: Data) -> str:
    """How much of the monthly fee all credits of a month can be together; '' if nothing is said."""
    cap = availability.get("cap_percent")
    if cap is None:
        return ""
    said = _("%(share)d %% of the contract's monthly fee, all services together") % {"share": cap}
    if clause := availability.get("negligence_clause"):
        said += _("; also where negligence is shown (%(clause)s)") % {"clause": clause}
    return said


def planning_words(planning: Data) -> str:
    """After how long what has no release is listed."""
    days = planning.get("warn_after_days")
    if not days:
        return _("never")
    return ngettext("after %(n)d day", "after %(n)d days", days) % {"n": days}


def waiting_words(waiting: Data) -> str:
    """After how much waiting a release that comes does not count."""
    days = waiting.get("release_after_days", 1)
    if not days:
        return _("while we wait for the customer, however short")
    text = ngettext(
        "after %(number)s working day of waiting without a break",
        "after %(number)s working days of waiting without a break",
        _count(days),
    )
    return text % {"number": number_words(days)}


def triage_words(triage: Data) -> str:
    """By when somebody looks at what nobody has judged yet."""
    rule = Triage.read(triage)
    named = _(" or ").join(str(PRIORITIES[name]) for name in rule.priorities)
    if rule.within is None:
        return _("before it would be late as %(priorities)s") % {"priorities": named}
    hours = rule.within.total_seconds() / 3600
    text = ngettext(
        "within %(number)s working hour, as it may be %(priorities)s",
        "within %(number)s working hours, as it may be %(priorities)s",
        _count(hours),
    )
    return text % {"number": number_words(hours), "priorities": named}


def step_words(step: Data) -> str:
    """When a step of escalation is due."""
    if hours := step.get("after_hours"):
        text = ngettext(
            "%(number)s working hour after", "%(number)s working hours after", _count(hours)
        )
        return text % {"number": number_words(hours)}
    if step.get("at", 100) == 100:
        return pgettext("escalation", "at the deadline")
    return _("at %(share)d %% of the working time") % {"share": step["at"]}


def recipients_words(step: Data) -> str:
    """Whom a step of escalation tells."""
    labels = dict(EscalationStep.Recipient.choices)
    return ", ".join(str(labels[name]) for name in step["to"])


def clause_words(name: str) -> str:
    """What a clause is about; its own name for one that Werkdag has no use for."""
    return str(CLAUSES.get(name, name))


def week_words(week: Mapping[str, Sequence[Sequence[str]]]) -> str:
    """Opening hours: "Monday to Friday 09:00-17:00; Saturday 10:00-14:00"."""
    runs: list[tuple[list[str], str]] = []
    for index, day in enumerate(WEEKDAYS):
        hours = ", ".join("-".join(block) for block in week.get(day, ()))
        label = str(OpeningBlock.Weekday(index).label)
        if hours and runs and runs[-1][1] == hours and runs[-1][0]:
            runs[-1][0].append(label)
        else:
            runs.append(([label] if hours else [], hours))
    return "; ".join(f"{_run(days)} {hours}" for days, hours in runs if hours)


def _run(days: Sequence[str]) -> str:
    if len(days) == 1:
        return days[0]
    return _("%(first)s to %(last)s") % {"first": days[0], "last": days[-1]}


def liberation_words(value: str) -> str:
    """When Bevrijdingsdag is closed."""
    return str(dict(LiberationDay.choices).get(value, value))


YES_NO = (pgettext_lazy("term", "yes"), pgettext_lazy("term", "no"))


def yes_or_no(value: object) -> str:
    """A flag in a word."""
    return str(YES_NO[0] if value else YES_NO[1])
