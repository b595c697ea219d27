"""What a table would change of organisations and contacts, line by line, and changing it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.db.models import Model
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from support.customers.table import TableError, TableLine
from tickets.addresses import bare_address, domain_in_ascii
from tickets.models import (
    Contact,
    ContactAddress,
    ContactNumber,
    EmailDomain,
    Organisation,
    User,
)
from tickets.validators import bare_number, validate_domain, validate_phone

NEW, CHANGED, SAME, WRONG = "new", "changed", "same", "wrong"
YES, NO = (
    {"ja", "j", "yes", "y", "1", "true", "waar", "x"},
    {"nee", "n", "no", "0", "false", "onwaar"},
)

ORGANISATIONS, CONTACTS = "organisations", "contacts"
LONGEST = 120
_SHOWN = 40  # characters of what is too long
# What each column may be called, ours first.
HEADINGS = {
    CONTACTS: {
        "organisation": ("organisatie", "organisation", "organization", "klant"),
        "name": ("naam", "name"),
        "email": ("e-mail", "email", "e-mailadres", "mail"),
        "phone": ("telefoon", "phone", "telefoonnummer"),
        "may_phone": ("mag bellen", "may phone"),
    },
    ORGANISATIONS: {
        "name": ("naam", "name"),
        "domains": ("maildomeinen", "mail domains", "domeinen", "domains"),
        "fixed_contact": ("vast aanspreekpunt", "fixed contact"),
    },
}
_SEVERAL = re.compile(r"\s*[;,|]\s*")


@dataclass
class Line:
    """What becomes of one line: its state, what is wrong with it, and what would change."""

    number: int
    title: str
    state: str = SAME
    problems: list[str] = field(default_factory=list)
    changes: list[str] = field(default_factory=list)
    act: Callable[[], None] | None = None


@dataclass(frozen=True)
class Plan:
    """What a table would do."""

    kind: str
    lines: Sequence[Line]

    def count(self, state: str) -> int:
        """How many lines are new, changed, the same or wrong."""
        return sum(line.state == state for line in self.lines)

    @property
    def to_do(self) -> int:
        """How many would change something."""
        return self.count(NEW) + self.count(CHANGED)


def plan(rows: Sequence[TableLine]) -> Plan:
    """Compare a table with what there is. TableError if its headings say nothing."""
    named = set(rows[0].cells)
    kind = CONTACTS if named & set(HEADINGS[CONTACTS]["organisation"]) else ORGANISATIONS
    if not named & set(HEADINGS[kind]["name"]):
        raise TableError(
            _("The first line must name the columns: one of them is “naam” (or “name”).")
        )
    read = [(row.number, _by_field(row, HEADINGS[kind])) for row in rows]
    return Plan(kind, _contacts(read) if kind == CONTACTS else _organisations(read))


@transaction.atomic
def carry_out(planned: Plan) -> int:
    """Do what the lines say that are right; gives how many changed something."""
    for line in planned.lines:
        if line.state in (NEW, CHANGED) and line.act:
            line.act()
    return planned.to_do


def _by_field(row: TableLine, headings: Mapping[str, Sequence[str]]) -> dict[str, str]:
    return {
        name: next((row.cells[word] for word in words if row.cells.get(word)), "")
        for name, words in headings.items()
    }


def _several(text: str) -> list[str]:
    return list(dict.fromkeys(part for part in _SEVERAL.split(text) if part))


@dataclass(frozen=True)
class _Directory:
    """The organisations that there are, by name; whose each domain is; colleagues by address."""

    known: Mapping[str, Organisation]
    owners: dict[str, str]
    agents: Mapping[str, User]
    seen: set[str] = field(default_factory=set)


def _organisations(read: Sequence[tuple[int, dict[str, str]]]) -> list[Line]:
    everybody = Organisation.objects.select_related("fixed_contact").prefetch_related("domains")
    directory = _Directory(
        known={each.name.lower(): each for each in everybody},
        owners=dict(EmailDomain.objects.values_list("domain", "organisation__name")),
        agents={user.email: user for user in User.objects.can_be_given_work()},
    )
    return [_organisation(number, cells, directory) for number, cells in read]


def _organisation(number: int, cells: Mapping[str, str], directory: _Directory) -> Line:
    name = cells["name"]
    line = Line(number, name)
    if not name or len(name) > LONGEST:
        line.problems.append(_("The name is missing or longer than 120 characters."))
    if name.lower() in directory.seen:
        line.problems.append(_("This name stands in the file twice."))
    directory.seen.add(name.lower())
    domains = [domain_in_ascii(domain) for domain in _several(cells["domains"])]
    for domain in domains:
        _check(line, validate_domain, domain, _most(EmailDomain, "domain"))
        if directory.owners.get(domain, name).lower() != name.lower():
            words = {"email": domain, "name": directory.owners[domain]}
            line.problems.append(_("%(email)s belongs to %(name)s.") % words)
        # The next line that names it comes too late, as it will when both are made.
        directory.owners.setdefault(domain, name)
    fixed = directory.agents.get(bare_address(cells["fixed_contact"]))
    if cells["fixed_contact"] and fixed is None:
        said = _("Nobody at the helpdesk has the address %(email)s.")
        line.problems.append(said % {"email": cells["fixed_contact"]})
    return _organised(line, directory.known.get(name.lower()), name, domains, fixed)


def _organised(
    line: Line,
    found: Organisation | None,
    name: str,
    domains: Sequence[str],
    fixed: User | None,
) -> Line:
    there = {each.domain for each in found.domains.all()} if found else set()
    added = [domain for domain in domains if domain not in there]
    line.changes += [_("mail domain %(domain)s") % {"domain": domain} for domain in added]
    if fixed and (found is None or found.fixed_contact != fixed):
        line.changes.append(_("fixed contact %(name)s") % {"name": fixed.name})

    def act() -> None:
        kept = found or Organisation(name=name)
        kept.fixed_contact = fixed or kept.fixed_contact
        kept.save()
        for domain in added:
            EmailDomain.objects.create(organisation=kept, domain=domain)

    return _settled(line, new=found is None, act=act)


@dataclass(frozen=True)
class _AddressBook:
    """The organisations by name, and the contacts by name and by address."""

    organisations: Mapping[str, Organisation]
    by_name: Mapping[tuple[int, str], Contact]
    by_email: Mapping[str, Contact]
    seen: set[str] = field(default_factory=set)
    named: set[tuple[int, str]] = field(default_factory=set)


@dataclass(frozen=True)
class _Person:
    """A contact as a line tells of them; may_phone None where nothing is said."""

    organisation: Organisation
    name: str
    emails: Sequence[str]
    numbers: Sequence[str]
    may_phone: bool | None


def _contacts(read: Sequence[tuple[int, dict[str, str]]]) -> list[Line]:
    people = Contact.objects.select_related("organisation").prefetch_related("addresses", "numbers")
    book = _AddressBook(
        organisations={each.name.lower(): each for each in Organisation.objects.all()},
        by_name={(each.organisation_id, each.name.lower()): each for each in people},
        by_email={address.email: each for each in people for address in each.addresses.all()},
    )
    return [_contact(number, cells, book) for number, cells in read]


def _contact(number: int, cells: Mapping[str, str], book: _AddressBook) -> Line:
    name, organisation = cells["name"], book.organisations.get(cells["organisation"].lower())
    line = Line(number, name or cells["email"])
    if not name or len(name) > LONGEST:
        line.problems.append(_("The name is missing or longer than 120 characters."))
    if organisation is None:
        said = _("There is no organisation “%(name)s”.")
        line.problems.append(said % {"name": cells["organisation"]})
        return _settled(line, new=False)
    person = _Person(
        organisation,
        name,
        emails=[bare_address(email) for email in _several(cells["email"])],
        numbers=_several(cells["phone"]),
        may_phone=_yes_or_no(line, cells["may_phone"]),
    )
    found = next((book.by_email[each] for each in person.emails if each in book.by_email), None)
    found = found or _of_that_name(person, book)
    _check_person(line, person, found, book)
    if line.problems:
        return _settled(line, new=False)
    line = _compared(line, person, found)
    other = book.by_name.get((organisation.pk, name.lower()))
    if found is None and other is not None:
        words = {"name": other.name, "email": other.email}
        line.changes.append(_("another person than %(name)s, %(email)s") % words)
    return line


def _of_that_name(person: _Person, book: _AddressBook) -> Contact | None:
    """Whom the name alone means. Not somebody with another address: two people may have one name,
    and an address brings the account with it and the right to phone.
    """
    found = book.by_name.get((person.organisation.pk, person.name.lower()))
    return None if found and person.emails and found.addresses.all() else found


def _check_person(line: Line, person: _Person, found: Contact | None, book: _AddressBook) -> None:
    key = (person.organisation.pk, person.name.lower())
    if not person.emails and key in book.named:
        line.problems.append(_("This name stands in the file twice."))
    book.named.add(key)
    for email in person.emails:
        _check(line, validate_email, email, _most(ContactAddress, "email"))
        if email in book.seen:
            line.problems.append(_("%(email)s stands in the file twice.") % {"email": email})
        owner = book.by_email.get(email)
        if owner is not None and owner != found:
            words = {"email": email, "name": owner.name}
            line.problems.append(_("%(email)s belongs to %(name)s.") % words)
    book.seen.update(person.emails)
    for telephone in person.numbers:
        _check(line, validate_phone, telephone, _most(ContactNumber, "number"))
    if found is not None and found.organisation_id != person.organisation.pk:
        words = {"email": found.name, "name": found.organisation.name}
        line.problems.append(_("%(email)s belongs to %(name)s.") % words)


def _compared(line: Line, person: _Person, found: Contact | None) -> Line:
    there = {address.email for address in found.addresses.all()} if found else set()
    known = {each.bare for each in found.numbers.all()} if found else set()
    emails = [email for email in person.emails if email not in there]
    numbers = [each for each in person.numbers if bare_number(each) not in known]
    may_phone = found is not None and found.may_phone
    line.changes += [*emails, *numbers]
    if found is not None and found.name != person.name:
        line.changes.append(_("name, was %(name)s") % {"name": found.name})
    if person.may_phone is not None and may_phone != person.may_phone:
        line.changes.append(_("may phone") if person.may_phone else _("may not phone"))

    def act() -> None:
        kept = found or Contact(organisation=person.organisation)
        kept.name = person.name
        kept.may_phone = may_phone if person.may_phone is None else person.may_phone
        kept.save()
        for email in emails:
            ContactAddress.objects.create(contact=kept, email=email)
        for telephone in numbers:
            ContactNumber.objects.create(contact=kept, number=telephone)

    return _settled(line, new=found is None, act=act)


def _yes_or_no(line: Line, text: str) -> bool | None:
    """None where nothing is said, so that nothing changes."""
    if not text or text.lower() in YES | NO:
        return text.lower() in YES if text else None
    line.problems.append(_("“%(text)s” is neither yes nor no.") % {"text": text})
    return None


def _most(model: type[Model], name: str) -> tuple[str, int]:
    """What a field is called, and how many characters it holds."""
    known = model._meta.get_field(name)
    return str(known.verbose_name), known.max_length or LONGEST  # type: ignore[union-attr]


def _check(line: Line, check: Callable[[str], None], value: str, longest: tuple[str, int]) -> None:
    called, most = longest
    if len(value) > most:
        words = {"field": called, "most": most, "value": Truncator(value).chars(_SHOWN)}
        said = _("%(value)s is too long for the field “%(field)s”: at most %(most)s characters.")
        line.problems.append(said % words)
        return
    try:
        check(value)
    except ValidationError as error:
        line.problems.append(f"{value}: {' '.join(error.messages)}")


def _settled(line: Line, *, new: bool, act: Callable[[], None] | None = None) -> Line:
    if line.problems:
        line.state = WRONG
    elif new:
        line.state = NEW
    elif line.changes:
        line.state = CHANGED
    line.act = act
    return line
