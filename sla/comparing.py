"""What changes from one edition to the next, in words, field by field from their data."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

from django.utils.translation import gettext as _

from sla import terms
from sla.engine.calendars import even_day
from sla.models import Edition
from sla.terms import Data
from sla.wording import PRIORITIES
from sla.written import written

AS_WRITTEN = timedelta()  # hours as hours
Field = tuple[str, Callable[[Data], str]]


def changes(before: Edition, after: Edition) -> list[str]:
    """Everything that changes, in the active language; nothing for editions that say the same."""
    return differences(written(before), written(after))


def promised_changes(before: Edition, after: Edition) -> list[str]:
    """What changes for customers: without what is our own business, such as escalation."""
    return list(_promised(written(before), written(after)))


def untouched_words(before: Edition, after: Edition) -> list[str]:
    """The promises whose time changes while their words in short still say the old one."""
    old, new = _by_key(written(before)), _by_key(written(after))
    names = terms.target_names(new.values())
    return [
        names[key]
        for key, target in new.items()
        if key in old
        and target["words"] == old[key]["words"] != {}
        and terms.time_words(target, AS_WRITTEN) != terms.time_words(old[key], AS_WRITTEN)
    ]


def differences(before: Data, after: Data) -> list[str]:
    """The same of two agreements as written in TOML."""
    return [*_about(before, after), *_promised(before, after), *_internal(before, after)]


def _about(before: Data, after: Data) -> Iterator[str]:
    """The agreement's own facts, which are the same in all its editions."""
    for name, label in (
        ("name", _("Name")),
        ("provider", _("Provider")),
        ("phone", _("Helpdesk number")),
        ("email", _("Helpdesk address")),
    ):
        yield from _field(label, before.get(name) or _("none"), after.get(name) or _("none"))


def _promised(before: Data, after: Data) -> Iterator[str]:
    yield from _targets(before, after, _promised_fields())
    yield from _calendar(before["calendar"], after["calendar"])
    yield from _notice(before.get("notice", {}), after.get("notice", {}))
    yield from _availability(before.get("availability", {}), after.get("availability", {}))
    waiting = [terms.waiting_words(each.get("waiting", {})) for each in (before, after)]
    yield from _field(_("A release does not count"), *waiting)
    yield from _clauses(before.get("clauses", {}), after.get("clauses", {}))
    yield from _texts(before, after)
    kinds = [terms.kinds_words(each.get("ticket_kinds", ())) for each in (before, after)]
    yield from _field(_("Kinds of report offered"), *kinds)


def _internal(before: Data, after: Data) -> Iterator[str]:
    yield from _known_targets(before, after, [(_("warnings"), terms.warning_words)])
    planning = [terms.planning_words(each.get("planning", {})) for each in (before, after)]
    yield from _field(_("Listed when no release has it"), *planning)
    looks = [terms.triage_words(each.get("triage", {})) for each in (before, after)]
    yield from _field(_("What nobody has judged yet is judged"), *looks)
    old, new = _steps(before), _steps(after)
    for name in {**old, **new}:
        what = _("Escalation %(when)s") % {"when": name}
        yield from _field(what, old.get(name, _("nobody")), new.get(name, _("nobody")))


def _steps(data: Data) -> dict[str, str]:
    steps = data.get("escalation", ())
    return {terms.step_words(step): terms.recipients_words(step) for step in steps}


def _promised_fields() -> list[Field]:
    return [
        (_("for reports by"), terms.channels_words),
        (_("promised as"), lambda target: terms.strength_words(target) or _("not said")),
        (_("binds"), terms.phone_words),
        (_("waiting"), terms.pause_words),
        (_("counts"), terms.start_words),
        (_("clause"), lambda target: target["clause"]),
        (_("in short"), lambda target: f"“{terms.short_words(target)}”"),
        (_("kinds of report"), lambda target: terms.kinds_words(target["ticket_kinds"])),
        (_("priorities"), lambda target: terms.priorities_words(target.get("priorities", ()))),
    ]


def _targets(before: Data, after: Data, fields: list[Field]) -> Iterator[str]:
    """Targets that went, those that changed, and those that came."""
    old, new = _by_key(before), _by_key(after)
    names = terms.target_names(old.values()) | terms.target_names(new.values())
    for key in old:
        if key not in new:
            yield _("%(what)s (%(clause)s): is no longer promised") % {
                "what": names[key],
                "clause": old[key]["clause"],
            }
    yield from _times(before, after)
    yield from _known_targets(before, after, fields)
    for key, target in new.items():
        if key not in old:
            yield _("%(what)s (%(clause)s): new, %(promise)s, %(phone)s") % {
                "what": names[key],
                "clause": target["clause"],
                "promise": terms.time_words(target, _day(after)),
                "phone": terms.phone_words(target),
            }


def _known_targets(before: Data, after: Data, fields: list[Field]) -> Iterator[str]:
    old, new = _by_key(before), _by_key(after)
    names = terms.target_names(new.values())
    for key in (key for key in new if key in old):
        for label, words in fields:
            yield from _field(f"{names[key]}, {label}", words(old[key]), words(new[key]))


def _times(before: Data, after: Data) -> Iterator[str]:
    """How long each gives, as customers read it, where what is written differs.

    Eight hours that become a day of eight hours read alike: then as it is written.
    """
    old, new = _by_key(before), _by_key(after)
    names = terms.target_names(new.values())
    for key in (key for key in new if key in old):
        literal = [terms.time_words(each[key], AS_WRITTEN) for each in (old, new)]
        if literal[0] != literal[1]:
            told = [
                terms.time_words(old[key], _day(before)),
                terms.time_words(new[key], _day(after)),
            ]
            yield from _field(names[key], *(told if told[0] != told[1] else literal))


def _day(data: Data) -> timedelta:
    return even_day(data["calendar"]["week"].values())


def _by_key(data: Data) -> dict[str, Data]:
    return {target["key"]: target for target in data.get("targets", ())}


def _calendar(before: Data, after: Data) -> Iterator[str]:
    yield from _field(_("Calendar"), before["name"], after["name"])
    hours = [terms.week_words(each["week"]) for each in (before, after)]
    yield from _field(_("Opening hours"), *hours)
    yield from _field(_("Time zone"), before["zone"], after["zone"])
    countries = [each.get("country") or _("none") for each in (before, after)]
    yield from _field(_("Public holidays of"), *countries)
    fridays = [terms.yes_or_no(each.get("good_friday", True)) for each in (before, after)]
    yield from _field(_("Closed on Good Friday"), *fridays)
    days = [each.get("liberation_day", "lustrum") for each in (before, after)]
    yield from _field(_("Closed on Liberation Day"), *map(terms.liberation_words, days))


def _notice(before: Data, after: Data) -> Iterator[str]:
    yield from _field(_("Notice of changes"), terms.notice_words(before), terms.notice_words(after))
    exits = [terms.yes_or_no(each.get("exit_at_renewal")) for each in (before, after)]
    yield from _field(_("Contract may be ended at its renewal after a change"), *exits)


def _availability(before: Data, after: Data) -> Iterator[str]:
    yield from _field(
        _("Guaranteed availability"), terms.guarantee_words(before), terms.guarantee_words(after)
    )
    yield from _field(
        _("Outages that count"), terms.counts_above_words(before), terms.counts_above_words(after)
    )
    credit = ["; ".join(terms.credit_words(each)) or _("none") for each in (before, after)]
    yield from _field(_("Credit on the monthly fee"), *credit)
    for what, words in (
        (_("Outages are measured"), terms.begins_words),
        (_("What counts"), lambda each: "; ".join(terms.counting_words(each))),
        (_("What does not count"), lambda each: "; ".join(terms.excused_words(each))),
        (_("Maintenance"), lambda each: "; ".join(terms.maintenance_words(each))),
        (_("Credit at most"), terms.cap_words),
    ):
        yield from _field(what, words(before) or _("not said"), words(after) or _("not said"))
    clauses = [each.get("clause") or _("none") for each in (before, after)]
    yield from _field(_("Clause on availability"), *clauses)


def _clauses(before: Data, after: Data) -> Iterator[str]:
    for name in {**before, **after}:
        what = _("Clause “%(name)s”") % {"name": terms.clause_words(name)}
        yield from _field(what, before.get(name) or _("none"), after.get(name) or _("none"))


def _texts(before: Data, after: Data) -> Iterator[str]:
    """Descriptions of the priorities and the readings: long, so only named."""
    for table, text in (
        ("priorities", _("The description of %(name)s changes")),
        ("readings", _("How “%(name)s” is read changes")),
    ):
        old, new = before.get(table, {}), after.get(table, {})
        for name in {**old, **new}:
            if old.get(name) != new.get(name):
                said = terms.in_language(new.get(name, {}))
                line = text % {"name": PRIORITIES.get(name, name)}
                yield f"{line}: “{said}”" if said else line


def _field(what: str, before: Any, after: Any) -> Iterator[str]:
    if before != after:
        yield _("%(what)s: was %(before)s, becomes %(after)s") % {
            "what": what,
            "before": before,
            "after": after,
        }
