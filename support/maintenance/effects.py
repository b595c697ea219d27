"""What maintenance means by the agreements of its services: what is excused, whom it concerns."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from sla import editions, months
from sla.calendars import hours_of, opening_words
from sla.engine.availability_terms import Effect
from sla.maintained import rule_of
from sla.models import Contract, Maintenance, Service
from sla.models.service import ServiceQuerySet
from tickets.models import Contact, Organisation


@dataclass(frozen=True)
class Meaning:
    """What one agreement makes of it. hours: its office hours, where it falls into them."""

    agreement: str
    words: str
    hours: str


def meanings(
    maintenance: Maintenance, services: Iterable[Service], *, told_at: datetime
) -> list[Meaning]:
    """What each agreement of some services makes of it; told_at: when its times were told."""
    by_agreement = {service.agreement_id: service for service in services}
    return [
        _meaning(maintenance, service, told_at)
        for service in sorted(by_agreement.values(), key=lambda each: each.agreement.name)
    ]


def office_hours(service: Service, begins_at: datetime, ends_at: datetime | None) -> str:
    """The office hours that a time falls into, by a service's agreement; '' for none of it."""
    last = editions.announced(service.agreement).first()
    if last is None:
        return ""
    today = editions.today_of(last, now=begins_at)
    edition = editions.in_force(service.agreement, today=today) or last
    hours = hours_of(edition.calendar)
    inside = hours.is_open(begins_at) or (ends_at and hours.elapsed(begins_at, ends_at))
    return opening_words(edition.calendar) if inside else ""


def organisations_of(services: Iterable[Service], *, today: date) -> QuerySet[Organisation]:
    """Whom services concern: whose they are, and all under the agreement of one that is shared."""
    chosen = list(services)
    own = [service.contract_id for service in chosen if service.contract_id]
    shared = [service.agreement_id for service in chosen if not service.contract_id]
    not_over = Contract.objects.exclude(ends_on__lt=today)
    concerned = not_over.filter(pk__in=own) | not_over.filter(agreement__in=shared)
    return Organisation.objects.filter(pk__in=concerned.values("organisation")).order_by("name")


def contacts_of(services: Iterable[Service], *, today: date) -> QuerySet[Contact]:
    """Everybody who must hear of it: the contacts of the organisations that it concerns."""
    theirs = Contact.objects.filter(organisation__in=organisations_of(services, today=today))
    return theirs.select_related("user", "organisation").prefetch_related("addresses")


def services_for(maintenance: Maintenance, organisation: Organisation) -> ServiceQuerySet:
    """Those of its services that an organisation has; of the others it hears nothing."""
    theirs = Service.objects.of(organisation).filter(maintenance=maintenance)
    return theirs.select_related("agreement")


def _meaning(maintenance: Maintenance, service: Service, told_at: datetime) -> Meaning:
    begins_at = maintenance.begins_at
    terms = months.terms_at(service, begins_at)
    hours = office_hours(service, begins_at, maintenance.ends_at)
    name = service.agreement.name
    if terms is None:
        return Meaning(name, _("The agreement promises no availability."), hours)
    kind = Maintenance.Kind(maintenance.kind)
    rule = rule_of(kind, terms, begins_at=begins_at, told_at=told_at)
    words = {
        Effect.EXCUSED: _("What is down in this time does not count, no longer than announced"),
        Effect.UNAVAILABLE: _("All of this time counts as unavailability"),
        Effect.NOTHING: _("What is down in this time counts as unavailability"),
    }[rule.effect]
    if rule.effect == Effect.EXCUSED and kind == Maintenance.Kind.EMERGENCY:
        words = _("What is down in this time does not count")
    late = kind != Maintenance.Kind.EMERGENCY and told_at > begins_at
    if late:
        words = _("%(what)s: it is announced too late") % {"what": words}
    said = f"{words} ({rule.clause})." if rule.clause else f"{words}."
    return Meaning(name, said, hours)
