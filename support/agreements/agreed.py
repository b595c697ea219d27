"""Onze afspraken: an edition as those read it to whom it was promised, out of its data alone."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import QuerySet, prefetch_related_objects
from django.utils.translation import gettext as _

from sla import comparing, terms
from sla import editions as kept
from sla.availability_words import month_words, percent_words
from sla.engine.agreement import TIMED
from sla.engine.calendars import even_day, read_hours
from sla.engine.dates import before
from sla.models import CalendarDay, Contract, Edition, Release, Service, ServiceMonth
from sla.projection import waived_on
from sla.terms import Data
from sla.wording import amount
from sla.written import written
from support import offer
from support.agreements import worded
from support.icons import PRIORITY_ICONS
from tickets.models import Contact, Kind, Organisation, Priority
from tickets.validators import bare_number

AHEAD = timedelta(days=365)
RELEASES = 6


def edition_shown(
    editions: QuerySet[Edition], number: int | None, *, now: datetime
) -> Edition | None:
    """Of the announced editions of one agreement the one with a number, else the one in force;
    else the first that will be.
    """
    known = editions.filter(announced_at__isnull=False).select_related("agreement", "calendar")
    if number is not None:
        return known.filter(number=number).first()
    begun = [each for each in known if each.in_force_on <= kept.today_of(each, now=now)]
    latest = max(begun, key=lambda each: each.in_force_on, default=None)
    return latest or known.order_by("in_force_on").first()


def agreed(
    organisation: Organisation,
    edition: Edition,
    *,
    callers: Iterable[Contact],
    address: Callable[[int], str],
    now: datetime,
) -> dict[str, Any]:
    """The context of `promises/_agreed.html`: an announced edition of their agreement.

    callers: who may phone for them. address: where the edition with some number is shown.
    """
    data, today = written(edition), kept.today_of(edition, now=now)
    announced = _announced(edition)
    coming = _coming(announced, edition, today)
    contract = Contract.objects.governing(organisation)
    waived = contract is not None and _waives(contract, today)
    return {
        "edition": edition,
        "editions": [_row(each, edition, today, address) for each in announced],
        "replaced": kept.stage(edition, today=today) == Edition.Stage.REPLACED,
        "coming": coming,
        "coming_url": address(coming.number) if coming else "",
        "changes": comparing.promised_changes(edition, coming) if coming else [],
        "calling": _calling(data, callers, waived=waived),
        "waiver": contract if contract and _is_waived(contract, today) else None,
        "kinds": _kinds(data, waived=waived),
        # An agreement need not have them all, and a page asks for a name that must be there.
        "clauses": defaultdict(str, data.get("clauses", {})),
        "hours": terms.week_words(data["calendar"]["week"]),
        "day": amount(read_hours(data["calendar"]).day) if _in_days(data) else "",
        "days": _special_days(edition, today),
        "availability": worded.availability(data),
        "measured": _measured(organisation, edition, today),
        "releases": _releases(edition, data, now),
        "services": Service.objects.of(organisation),
        "notice": terms.notice_words(data.get("notice", {})),
        "leaving": worded.exit_words(data.get("notice", {})),
        "readings": worded.readings(data),
    }


def _in_days(data: Data) -> bool:
    """Is anything told in working days, so that their length must be said?"""
    day = even_day(data["calendar"]["week"].values())
    return any(terms.in_days(target, day) for target in data["targets"])


def _announced(edition: Edition) -> list[Edition]:
    """All announced editions of its agreement, the last to take force first."""
    prefetch_related_objects([edition.agreement], "editions")  # which the stage of each looks at
    found = list(kept.announced(edition.agreement))
    for each in found:
        each.agreement = edition.agreement
    return found


def _coming(announced: Sequence[Edition], edition: Edition, today: date) -> Edition | None:
    """The edition that takes the place of this one, where it is in force and that is announced."""
    if kept.stage(edition, today=today) != Edition.Stage.IN_FORCE:
        return None
    later = (each for each in announced if each.in_force_on > today)
    return min(later, key=lambda each: each.in_force_on, default=None)


def _row(
    each: Edition, shown: Edition, today: date, address: Callable[[int], str]
) -> dict[str, Any]:
    return {
        "edition": each,
        "stage": kept.stage(each, today=today).label,
        "url": address(each.number),
        "shown": each == shown,
    }


def _calling(data: Data, callers: Iterable[Contact], *, waived: bool) -> dict[str, Any] | None:
    """The number, what asks for a call, and who may phone; None where nothing hangs on one.

    waived: no priority binds only by phone now. everybody: no clause says who may phone.
    """
    asked = [target for target in data["targets"] if terms.asks_for_a_call(target)]
    if not asked or not data["phone"]:
        return None
    named = {
        priority
        for target in asked
        for priority in target["priorities"]
        if not (waived and target["phone_required"])
    }
    return {
        "number": data["phone"],
        "tel": bare_number(data["phone"]),
        "priorities": [each.label for each in Priority if each in named],
        "callers": list(callers),
        "binds": any(target["phone_required"] for target in asked),
        "by_phone_only": any(not target["phone_required"] for target in asked),
        "everybody": not data.get("clauses", {}).get("caller"),
    }


def _measured(organisation: Organisation, edition: Edition, today: date) -> list[dict[str, Any]]:
    """What the last month of each service came to, beside what was promised of it."""
    theirs = Service.objects.of(organisation).filter(agreement=edition.agreement_id)
    last = before(today.replace(day=1))
    rows = ServiceMonth.objects.filter(service__in=theirs, month=last).select_related("service")
    return [
        {
            "service": row.service,
            "month": month_words(row.month),
            "percent": percent_words(row.percent),
            "kept": row.guarantee_met,
        }
        for row in rows.order_by("service__name")
    ]


def _is_waived(contract: Contract, today: date) -> bool:
    """Is the phone rule waived now, or will it be?"""
    until = contract.waived_until
    return contract.waived_from is not None and (until is None or until >= today)


def _waives(contract: Contract, today: date) -> bool:
    """Does what is reported today bind by whatever channel?"""
    return waived_on(today, since=contract.waived_from, until=contract.waived_until)


def _kinds(data: Data, *, waived: bool) -> list[dict[str, Any]]:
    """The kinds of report; those with the same promises are said together."""
    said: list[dict[str, Any]] = []
    for kind in data.get("ticket_kinds") or Kind.values:
        card = _kind(kind, data, waived=waived)
        if said and all(said[-1][what] == card[what] for what in ("groups", "unset")):
            both = {"first": said[-1]["label"], "last": card["label"]}
            said[-1]["label"] = _("%(first)s and %(last)s") % both
            said[-1]["text"] += f" {card['text']}"
        else:
            said.append(card)
    return said


def _kind(kind: str, data: Data, *, waived: bool) -> dict[str, Any]:
    """A kind of report with its promises: those of any priority first, then by priority."""
    theirs = [target for target in data["targets"] if kind in target["ticket_kinds"]]
    always = [target for target in theirs if not target["priorities"]]
    day = even_day(data["calendar"]["week"].values())
    groups: list[dict[str, Any]] = []
    if always:
        groups.append(
            {"priority": None, "rows": [_promise(target, day, waived) for target in always]}
        )
    for priority in Priority:
        rows = [_promise(each, day, waived) for each in theirs if priority in each["priorities"]]
        if rows:
            groups.append({"priority": _priority(priority, kind, data), "rows": rows})
    return offer.kind_card(kind) | {
        "groups": groups,
        "proposed": kind == Kind.INCIDENT and any(group["priority"] for group in groups),
        "unset": kind != Kind.INCIDENT and not always,
    }


def _priority(priority: Priority, kind: str, data: Data) -> dict[str, Any]:
    """A priority; what it means stands in the agreement for incidents."""
    meant: Mapping[str, str] = data.get("priorities", {}).get(priority, {})
    return {
        "value": priority.value,
        "label": priority.label,
        "icon": PRIORITY_ICONS[priority],
        "text": terms.in_language(meant) if kind == Kind.INCIDENT else "",
    }


def _promise(target: Data, day: timedelta, waived: bool) -> dict[str, Any]:
    rules = []
    if target["channels"] != "any":
        rules.append(("inbox", terms.channels_words(target)))
    if target["phone_required"] and not waived:
        rules.append(("phone", terms.phone_words(target)))
    if target["pauses_while_waiting"]:
        rules.append(("circle-pause", _("stands still while we wait for you")))
    if target["from_change"]:
        rules.append(("refresh-cw", terms.start_words(target)))
    return {
        "name": terms.TIMES[target["promise"]],
        "time": terms.time_words(target, day),
        "short": terms.short_words(target),
        "strength": terms.strength_words(target),
        "rules": rules,
        "clause": target["clause"],
    }


def _special_days(edition: Edition, today: date) -> list[CalendarDay]:
    """The days of the coming year that are not like their weekday."""
    days = CalendarDay.objects.filter(calendar=edition.calendar, withdrawn_at=None)
    return list(days.filter(day__gte=today, day__lte=today + AHEAD).order_by("day"))


def _releases(edition: Edition, data: Data, now: datetime) -> list[Release] | None:
    """The coming releases that promises hang on; None where none do (2.A sets hotfixes apart)."""
    if all(target["measure"] in TIMED for target in data["targets"]):
        return None
    coming = edition.agreement.releases.filter(is_hotfix=False, skipped_at=None)
    return list(coming.filter(planned_at__gt=now).order_by("planned_at")[:RELEASES])
