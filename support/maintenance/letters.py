"""Maintenance, mailed to every contact whom it concerns, each what is new to them, once.

A letter is written from how things stand when it is written: who was never told reads the times of
now, and not those that were changed since; who was told and for whom nothing changed hears nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils.translation import override

from sla.models import Maintenance, MaintenanceEvent, Service
from sla.wording import IN_FULL, amount, moment_words
from support.brands import face
from support.mail import letters
from support.mail.models import OutgoingMail
from support.maintenance import effects, icalendar, shown
from support.maintenance.models import MaintenanceLetter
from tickets.models import Contact

BATCH = 200
What = MaintenanceLetter.What


def tell(*, now: datetime) -> int:
    """Write the letters that are due; gives how many contacts were looked at.

    Each batch is one transaction of mails with their rows, and two tellers never hold the same
    maintenance, so each contact is told once whatever is killed. The minutes of releases are told
    on pages and in calendars.
    """
    told = 0
    for pk in _behind().order_by("pk").values_list("pk", flat=True):
        while batch := _news_batch(pk, now):
            told += batch
    for pk in _running_over(now).order_by("pk").values_list("pk", flat=True):
        while batch := _over_batch(pk, now):
            told += batch
    return told


def due(now: datetime) -> list[QuerySet[Maintenance]]:
    """Where neither finds something, there is nothing to tell."""
    return [_behind(), _running_over(now)]


def _behind() -> QuerySet[Maintenance]:
    return Maintenance.objects.announced().filter(release=None, told_version__lt=F("version"))


def _running_over(now: datetime) -> QuerySet[Maintenance]:
    standing = Maintenance.objects.filter(
        release=None,
        started_at__isnull=False,
        finished_at=None,
        cancelled_at=None,
        ends_at__lt=now,
        told_version=F("version"),
    )
    return standing.filter(Q(over_told_at=None) | Q(over_told_at__lt=F("ends_at")))


@transaction.atomic
def _news_batch(pk: int, now: datetime) -> int:
    """Tell some who did not hear of its last version."""
    maintenance = _held(pk, told_version__lt=F("version"))
    if maintenance is None:
        return 0
    contacts = _untold(maintenance, now, MaintenanceLetter.objects.exclude(what=What.OVER))
    for contact in contacts:
        _tell(contact, maintenance, _news(maintenance, contact), now)
    if not contacts:
        maintenance.told_version = maintenance.version
        maintenance.save(update_fields=["told_version"])
    return len(contacts)


@transaction.atomic
def _over_batch(pk: int, now: datetime) -> int:
    """Tell some that it takes longer than was announced."""
    maintenance = _held(pk, told_version=F("version"))
    if maintenance is None or not _running_over(now).filter(pk=pk).exists():
        return 0
    contacts = _untold(maintenance, now, MaintenanceLetter.objects.filter(what=What.OVER))
    for contact in contacts:
        _tell(contact, maintenance, What.OVER, now)
    if not contacts:
        maintenance.over_told_at = now
        maintenance.save(update_fields=["over_told_at"])
    return len(contacts)


def _held(pk: int, **still: object) -> Maintenance | None:
    waiting = Maintenance.objects.select_for_update(skip_locked=True, no_key=True)
    return waiting.filter(pk=pk, **still).first()


def _untold(maintenance: Maintenance, now: datetime, of: Any) -> list[Contact]:
    told = of.filter(maintenance=maintenance, version=maintenance.version, contact=OuterRef("pk"))
    services = list(maintenance.services.all())
    concerned = effects.contacts_of(services, today=now.date())
    return list(concerned.exclude(Exists(told)).order_by("pk")[:BATCH])


def _news(maintenance: Maintenance, contact: Contact) -> What:
    """What is new to somebody since they were told last."""
    letters_to = MaintenanceLetter.objects.filter(maintenance=maintenance, contact=contact)
    last = letters_to.exclude(what=What.NOTHING).order_by("-version", "-pk").first()
    if last is None:
        return What.NOTHING if maintenance.cancelled_at else What.ANNOUNCED
    if maintenance.cancelled_at:
        return What.NOTHING if last.what == What.CANCELLED else What.CANCELLED
    if maintenance.finished_at:
        waiting = last.ends_at is None or last.what == What.OVER
        return What.DONE if waiting else What.NOTHING
    same = (last.begins_at, last.ends_at) == (maintenance.begins_at, maintenance.ends_at)
    return What.NOTHING if same else What.CHANGED


def _tell(contact: Contact, maintenance: Maintenance, what: What, now: datetime) -> None:
    mail = None
    if what != What.NOTHING:
        with override(contact.user.language if contact.user else settings.LANGUAGE_CODE):
            mail = _write(contact, maintenance, what, now)
    MaintenanceLetter.objects.create(
        maintenance=maintenance,
        version=maintenance.version,
        what=what,
        begins_at=maintenance.begins_at,
        ends_at=maintenance.ends_at,
        contact=contact,
        mail=mail,
    )


def _write(
    contact: Contact, maintenance: Maintenance, what: What, now: datetime
) -> OutgoingMail | None:
    """A mail to one contact; None without an address, which its page shows."""
    to = contact.email or (contact.user.email if contact.user else "")
    services = list(effects.services_for(maintenance, contact.organisation))
    if not to or not services:
        return None
    brand = face.of_organisation(contact.organisation)
    context = words(maintenance, services, what, now) | {"contact": contact, "brand": brand}
    context["url"] = brand.url + reverse("our-maintenance")
    calendar = ""
    if maintenance.ends_at is not None:
        calendar = icalendar.letter(maintenance, services, now, who=brand.name)
    return letters.write(
        "maintenance", context, to=to, at=now, html=False, broadcast=True, calendar=calendar
    )


def words(
    maintenance: Maintenance, services: Sequence[Service], what: What, now: datetime
) -> dict[str, object]:
    """What a letter says, in the active language, to somebody who has these services."""
    zone, ends_at = shown.zone_for(services), maintenance.ends_at
    meaning = shown.meaning_of(maintenance, services)
    return {
        "what": what.value,
        "phase": shown.phase_of(maintenance, now),
        "kind": maintenance.kind,
        "named": ", ".join(service.name for service in services),
        "agreement": services[0].agreement,
        "maintenance": maintenance,
        "begin": moment_words(maintenance.started_at or maintenance.begins_at, zone, IN_FULL),
        "end": moment_words(ends_at, zone, IN_FULL),
        "finished": moment_words(maintenance.finished_at, zone, IN_FULL),
        "length": amount(ends_at - maintenance.begins_at) if ends_at else "",
        "reason": _last_reason(maintenance),
        "hours": next((each.hours for each in meaning if each.hours), ""),
        "meanings": [each.words for each in meaning],
    }


def _last_reason(maintenance: Maintenance) -> str:
    kinds = (MaintenanceEvent.Kind.CHANGED, MaintenanceEvent.Kind.CANCELLED)
    last = maintenance.events.filter(kind__in=kinds).order_by("-version").first()
    return last.data["reason"] if last else ""
