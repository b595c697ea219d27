"""A month of a customer made into a document, as the rows say it now, by no rule of its own."""

from __future__ import annotations

from datetime import datetime

from sla.reporting import ZONE
from support.monthly import promises, services
from support.monthly.document import Document, plain, written
from support.monthly.promises import Scope


def document_of(scope: Scope, *, now: datetime) -> Document:
    """The report's document. A chapter more is a field more."""
    begin, end = scope.bounds
    provided = services.services(scope)
    granted, undecided = services.credit_rows(scope)
    fixed = scope.organisation.present_contact
    return Document(
        organisation={
            "number": scope.organisation.pk,
            "name": scope.organisation.name,
            "fixed_contact": fixed.name if fixed else "",
        },
        agreement=services.agreement_facts(scope),
        month=scope.month,
        begin=begin,
        end=end,
        zone=str(ZONE),
        made=now.replace(microsecond=0),
        promises=promises.of_month(scope, now=now),
        earlier=promises.of_earlier(scope, now=now),
        no_longer=promises.no_longer(scope),
        trend=promises.months_up_to(scope),
        tickets=promises.tickets(scope),
        opinions=promises.opinions(scope),
        services=services.availability(scope, provided, now=now),
        maintenance=services.maintenance(scope, provided),
        coming_maintenance=services.maintenance(scope, provided, coming=True),
        backups=services.backup_months(scope, provided, now=now),
        credits=granted,
        undecided=undecided,
        releases=services.releases(scope),
        coming_releases=services.releases(scope, coming=True),
    )


def drafted(scope: Scope, *, now: datetime) -> str:
    """The same as it is kept."""
    return written(plain(document_of(scope, now=now)))
