"""Organisations and contacts as tables that the import reads back."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from support.customers.importing import CONTACTS, HEADINGS, ORGANISATIONS
from tickets.models import Contact, Organisation

KINDS = (ORGANISATIONS, CONTACTS)
Table = Iterator[Sequence[str]]


def table(kind: str) -> Table:
    """The heads, then a line for each organisation or contact."""
    yield [words[0] for words in HEADINGS[kind].values()]
    yield from _organisations() if kind == ORGANISATIONS else _contacts()


def _organisations() -> Table:
    known = Organisation.objects.select_related("fixed_contact").prefetch_related("domains")
    for each in known.iterator(chunk_size=500):
        domains = "; ".join(domain.domain for domain in each.domains.all())
        yield [each.name, domains, each.fixed_contact.email if each.fixed_contact else ""]


def _contacts() -> Table:
    people = Contact.objects.select_related("organisation").order_by("organisation__name", "name")
    for each in people.prefetch_related("addresses", "numbers").iterator(chunk_size=500):
        emails = "; ".join(address.email for address in each.addresses.all())
        numbers = "; ".join(number.number for number in each.numbers.all())
        yield [
            each.organisation.name,
            each.name,
            emails,
            numbers,
            "ja" if each.may_phone else "nee",
        ]
