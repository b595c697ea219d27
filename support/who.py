"""Who is it? By address, by number, by name; and from where."""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace

from allauth.core.internal.httpkit import get_client_ip
from django.core.exceptions import ImproperlyConfigured
from django.db.models import Q, QuerySet
from django.http import HttpRequest

from tickets.addresses import bare_address
from tickets.models import Brand, Contact, ContactAddress, Organisation
from tickets.questions import Kept, together
from tickets.validators import bare_number

log = logging.getLogger(__name__)

MOST = 20
NOWHERE = "0.0.0.0"  # noqa: S104 - a visitor without address: a proxy on a socket that says nothing


@dataclass(frozen=True, kw_only=True)
class Reporter:
    """Who reports: a contact we know, or a name and an address.

    proved: it is sure that whoever reports has this address: signed in, signed by the host of a
    widget, or chosen by a colleague. A sender's address alone is a claim.
    answers_to: where they asked for answers, if not at that address. came_to: which address of ours
    they wrote to. brand: at whose own address they filled in the form.
    """

    name: str = ""
    email: str = ""
    contact: Contact | None = None
    organisation: Organisation | None = None
    proved: bool = False
    answers_to: str = ""
    came_to: str = ""
    brand: Brand | None = None

    @property
    def their_organisation(self) -> Organisation | None:
        """The contact's, or the one that the address is known to be of."""
        return self.contact.organisation if self.contact else self.organisation

    @property
    def their_name(self) -> str:
        """The name given, or the contact's."""
        return (self.name or (self.contact.name if self.contact else ""))[:120]

    @property
    def their_email(self) -> str:
        """The address given, or the contact's first."""
        return self.email or (self.contact.email if self.contact else "")


def by_address(email: str, name: str = "") -> Reporter:
    """The reporter behind a mail address: a contact, or somebody at a known mail domain."""
    email = bare_address(email)
    told, accounts, theirs = together(
        _TOLD(email=email), _ACCOUNTS(email=email), _OF_DOMAIN(domain=email.rpartition("@")[2])
    )
    if found := sorted({*told, *accounts}):
        (contact,) = _CONTACT(contact=found[0]).asked()
        return Reporter(name=name, email=email, contact=contact)
    organisation = theirs[0] if theirs else None  # at most one has a domain
    return Reporter(name=name, email=email, organisation=organisation)


def proved(email: str, name: str = "") -> Reporter:
    """The same, of an address that is proved to be theirs."""
    return replace(by_address(email, name), proved=True)


# Asked of every report. Two indices, rather than "or" over both tables: that reads every contact.
_TOLD = Kept(
    lambda email: (
        ContactAddress.objects.filter(email=email).order_by().values_list("contact", flat=True)
    ),
    email=str,
)
_ACCOUNTS = Kept(
    lambda email: Contact.objects.filter(user__email=email).order_by().values_list("pk", flat=True),
    email=str,
)
_CONTACT = Kept(
    lambda contact: Contact.objects.select_related("organisation__fixed_contact", "user").filter(
        pk=contact
    ),
    contact=int,
)
_OF_DOMAIN = Kept(
    lambda domain: (
        Organisation.objects.select_related("fixed_contact")
        .filter(domains__domain=domain)
        .order_by()
    ),
    domain=str,
)


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


def visitor(request: HttpRequest) -> str:
    """The address that a request comes from, past the proxies that are ours."""
    found: str | None = None
    try:
        found = get_client_ip(request)
    except ImproperlyConfigured:
        log.warning("WERKDAG_PROXIES counts more proxies than X-Forwarded-For names")
    return found or request.META.get("REMOTE_ADDR") or NOWHERE
