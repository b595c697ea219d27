"""Who is it? By address, by number, by name."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from support.conversation import Reporter
from tickets.models import Contact, ContactAddress, Organisation
from tickets.validators import bare_number

MOST = 20


def by_address(email: str, name: str = "") -> Reporter:
    """The reporter behind a mail address: a contact, or somebody at a known mail domain."""
    email = email.strip().lower()
    contact = _contact_at(email)
    organisation = None if contact else _organisation_of(email.rpartition("@")[2])
    return Reporter(name=name, email=email, contact=contact, organisation=organisation)


def _contact_at(email: str) -> Contact | None:
    # Of two indices, rather than "or" over both tables: that would read every contact.
    told = ContactAddress.objects.filter(email=email).order_by().values_list("contact")
    account = Contact.objects.filter(user__email=email).order_by().values_list("pk")
    found = sorted(told.union(account, all=True))
    if not found:
        return None
    known = Contact.objects.select_related("organisation__fixed_contact", "user")
    return known.get(pk=found[0][0])


def _organisation_of(domain: str) -> Organisation | None:
    known = Organisation.objects.select_related("fixed_contact").order_by()
    return next(iter(known.filter(domains__domain=domain)), None)  # at most one has a domain


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
