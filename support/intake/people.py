"""Who is it? By address, by number, by name."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from support.conversation import Reporter
from tickets.models import Contact, EmailDomain, Organisation
from tickets.validators import bare_number

MOST = 20


def by_address(email: str, name: str = "") -> Reporter:
    """The reporter behind a mail address: a contact, or somebody at a known mail domain."""
    email = email.strip().lower()
    contact = (
        Contact.objects.select_related("organisation__fixed_contact", "user")
        .filter(Q(addresses__email=email) | Q(user__email=email))
        .first()
    )
    organisation = None if contact else _organisation_of(email.rpartition("@")[2])
    return Reporter(name=name, email=email, contact=contact, organisation=organisation)


def _organisation_of(domain: str) -> Organisation | None:
    known = EmailDomain.objects.select_related("organisation__fixed_contact").filter(domain=domain)
    found = known.first()
    return found.organisation if found else None


def callers(query: str) -> QuerySet[Contact]:
    """The contacts that a number, a name or an organisation may mean; those who may phone first."""
    query = query.replace("\x00", "").strip()  # PostgreSQL has no text with it
    if not query:
        return Contact.objects.none()
    meant = Q(name__icontains=query) | Q(organisation__name__icontains=query)
    digits = bare_number(query)
    if len(digits) >= 4:
        meant |= Q(numbers__bare__endswith=digits.removeprefix("0"))
        meant |= Q(numbers__bare__startswith=digits)  # while it is being typed
    found = Contact.objects.filter(meant).select_related("organisation").distinct()
    return found.prefetch_related("numbers", "addresses").order_by("-may_phone", "name")[:MOST]
