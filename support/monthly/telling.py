"""A document in words, in the language that is active. No other place words monthly reports."""

from __future__ import annotations

from datetime import date
from zoneinfo import ZoneInfo

from django.utils.dateformat import format as format_date
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from sla.availability_words import month_words
from sla.terms import in_language
from sla.wording import moment_words
from support.monthly import telling_promises, telling_services, telling_tickets
from support.monthly.document import Data, moment
from support.monthly.telling_promises import rule_words, tally_of
from support.monthly.told import Chapter, Figure, Report, Stat


def told(document: Data) -> Report:
    """All of it. A chapter of which there is nothing is left out."""
    zone = ZoneInfo(document["zone"])
    chapters = [
        summary(document),
        telling_promises.promises(document),
        telling_services.availability(document),
        telling_services.maintenance(document),
        telling_services.backups(document),
        telling_services.credits(document),
        telling_services.releases(document),
        telling_tickets.tickets(document),
        telling_tickets.opinions(document),
        _changed(document),
        _about(document, zone),
    ]
    return Report(
        title=title_of(document),
        month=month_words(date.fromisoformat(document["month"])),
        organisation=document["organisation"]["name"],
        facts=_facts(document, zone),
        chapters=[chapter for chapter in chapters if chapter is not None],
        zone=zone,
    )


def title_of(document: Data) -> str:
    """What it is called."""
    month = format_date(date.fromisoformat(document["month"]), "F Y")
    return _("Monthly report %(month)s") % {"month": month}


def _facts(document: Data, zone: ZoneInfo) -> list[tuple[str, str]]:
    agreement = document["agreement"]
    editions = ", ".join(str(edition["number"]) for edition in agreement["editions"])
    facts = [
        (_("Organisation"), document["organisation"]["name"]),
        (_("Agreement"), agreement["name"]),
        (_("Edition of the agreement"), editions),
        (_("Contract"), ", ".join(agreement["contracts"])),
        (_("Fixed contact"), document["organisation"]["fixed_contact"]),
        (_("Version of this report"), _version(document)),
        (_("Made"), moment_words(moment(document["made"]), zone)),
        (_("Issued"), _issued(document, zone)),
    ]
    return [(name, value) for name, value in facts if value]


def _version(document: Data) -> str:
    number = document.get("version")
    if number is None:
        return _("draft, not issued")
    if number > 1:
        return _("%(number)s (correction of version %(before)s)") % {
            "number": number,
            "before": number - 1,
        }
    return str(number)


def _issued(document: Data, zone: ZoneInfo) -> str:
    if "issued" not in document:
        return ""
    at = moment_words(moment(document["issued"]), zone)
    return _("%(at)s, by %(who)s") % {"at": at, "who": document["issued_by"]}


def summary(document: Data) -> Chapter:
    """The few figures that say most, and what they come to."""
    rows = document["promises"]
    tally = tally_of(rows)
    decided = tally.kept + tally.breached
    stats = []
    if tally.share is not None:
        kept = Figure(tally.kept, "promises", {"outcome": "kept"})
        of = ngettext("of %(count)s that binds", "of %(count)s that bind", decided)
        tone = "bad" if tally.breached else "good"
        stats.append(
            Stat(_("Promises kept"), f"{tally.share} %", of % {"count": decided}, tone, kept)
        )
        missed = Figure(tally.breached, "promises", {"outcome": "breached"})
        stats.append(Stat(_("Missed"), str(tally.breached), "", tone, missed))
    stats += telling_services.availability_stats(document)
    stats += telling_services.credit_stats(document)
    stats += telling_tickets.ticket_stats(document)
    return Chapter(key="summary", title=_("In short"), lines=_sentences(document), stats=stats[:5])


def _sentences(document: Data) -> list[str]:
    tally = tally_of(document["promises"])
    decided = tally.kept + tally.breached
    lines = []
    if not decided:
        lines.append(_("In this month no promise that binds was decided."))
    elif not tally.breached:
        said = ngettext(
            "The %(count)s promise that binds was kept.",
            "All %(count)s promises that bind were kept.",
            decided,
        )
        lines.append(said % {"count": decided})
    else:
        said = ngettext(
            "Of %(all)s promises that bind, %(count)s was missed; it is listed with the reason.",
            "Of %(all)s promises that bind, %(count)s were missed; each is listed with the reason.",
            tally.breached,
        )
        lines.append(said % {"all": decided, "count": tally.breached})
    below = [each["service"] for each in document["services"] if not each["kept"]]
    if below:
        said = _("Less available than was promised: %(names)s.")
        lines.append(said % {"names": ", ".join(below)})
    elif document["services"]:
        lines.append(_("Every service was as available as was promised."))
    return lines


def _changed(document: Data) -> Chapter | None:
    """Of a correction: what it changes, and why."""
    correction = document.get("correction")
    if not correction:
        return None
    about = _("This version takes the place of version %(number)s (checksum %(sum)s).") % {
        "number": correction["version"],
        "sum": correction["sha256"],
    }
    why = _("Why: %(reason)s") % {"reason": correction["reason"]}
    return Chapter(
        key="changed",
        title=_("What this correction changes"),
        lines=[about, why, *in_language(correction["changes"])],
    )


def _about(document: Data, zone: ZoneInfo) -> Chapter:
    """How to read it, and how to check it."""
    lines = [
        rule_words(),
        _("Times are those of the clock in %(zone)s.") % {"zone": zone.key.rpartition("/")[2]},
        _(
            "Once issued this report does not change. If something proves to be otherwise, a new "
            "version says what changed and why; this one stays."
        ),
        _(
            "With the PDF comes a file of the same facts for a computer to read. The checksum at "
            "the bottom of each page is that file's SHA-256. Whoever runs Werkdag finds out with "
            "“manage.py report --check” whether a file is one that was issued."
        ),
    ]
    agreement = document["agreement"]
    reach = " · ".join(each for each in (agreement["phone"], agreement["email"]) if each)
    if reach:
        lines.append(_("Questions? You reach us here") + f": {reach}")
    return Chapter(key="about", title=_("About this report"), lines=lines)
