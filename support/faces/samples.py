"""What a letter would say now of a real ticket, to look at: what it lacks is made up."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from types import SimpleNamespace

from django.conf import settings
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from sla import telling
from sla.availability_words import month_words
from sla.models import Alert, Credit, Edition, Maintenance, Rate
from sla.queries import cards_of, edition_of
from sla.wording import IN_FULL, PROMISES, moment_words
from support.agreements.letters import letter_words
from support.brands.face import Face
from support.contracts.letters import credit_words, euros, rate_words
from support.desk import letters
from support.maintenance import effects
from support.maintenance.letters import What
from support.maintenance.letters import words as maintenance_words
from tickets.models import Brand, Contact, Kind, Message, MessageKind, Organisation, Ticket, User

Context = dict[str, object]
AWAY = "https://example.org/…"
MOST = 50
"""Announcements that are looked through for one of a customer."""


def ticket_of(brand: Brand, reference: str = "") -> Ticket | None:
    """The one that is named, else the latest of the brand, else the latest of all."""
    tickets = Ticket.objects.with_people().order_by("-reported_at", "-pk")
    if reference:
        return tickets.by_reference(reference).first()
    own = Q(organisation__brand=brand)
    if brand.is_default:
        own |= Q(organisation__brand=None)
    return tickets.filter(own, contact__isnull=False).first() or tickets.first()


def context_of(letter: str, ticket: Ticket | None, brand: Face, *, by: User) -> Context:
    """The context of a letter, in the language of the moment. by: who looks at it."""
    now = timezone.now()
    found = ticket or _made_up()
    if letter in _OF_TICKETS:
        return letters.around(found, brand) | _OF_TICKETS[letter](found, by, now)
    if letter in _OF_CONTRACTS:
        contact = found.contact or Contact(name="Carla Jansen", organisation=found.organisation)
        edition = edition_of(found) if found.pk else None
        edition = edition or Edition.objects.filter(announced_at__isnull=False).first()
        named = edition.agreement if edition else SimpleNamespace(name="SLA", email="", phone="")
        said: Context = {"contact": contact, "agreement": named, "brand": brand}
        return said | {"fixed_contact": None} | _OF_CONTRACTS[letter](found, edition, now)
    reader = found.contact.user if found.contact and found.contact.user else User(name="Carla")
    said = {"user": reader, "url": brand.url, "brand": brand, "link": AWAY, "page": brand.url}
    return said | {
        "by": "Carla Jansen",
        "organisation": str(found.organisation or _("your organisation")),
        "sentence": _("The password of your account was changed."),
        "at": now,
        "days": 3,
        "hours": 24,
        "over": False,
        "title": _("%(service)s is down") % {"service": "Webwinkel"},
        "text": _("Since %(moment)s.") % {"moment": _in_words(now)},
        "anchor": "",
        "leaves_at": AWAY,
    }


def _made_up() -> Ticket:
    organisation = Organisation(name="OBS De Regenboog")
    return Ticket(
        subject=_("The screen stays white"),
        kind=Kind.INCIDENT,
        organisation=organisation,
        reporter_name="Carla Jansen",
        reporter_proved=True,
    )


def _in_words(moment: datetime | None) -> str:
    return moment_words(moment, timezone.get_current_timezone(), IN_FULL)


def _confirmation(ticket: Ticket, _by: User, now: datetime) -> Context:
    if ticket._state.adding:
        return {"promises": [], "advice": None}
    return letters.promised(ticket, cards_of(ticket, now=now), edition_of(ticket), at=now)


def _reply(ticket: Ticket, by: User, now: datetime) -> Context:
    said = ticket.messages.filter(kind=MessageKind.REPLY) if ticket.pk else Message.objects.none()
    last = said.select_related("author").exclude(author=None).last()
    text = _("We look into it, and let you hear from us.")
    message = last or Message(text=text, author=by, at=now)
    return {"message": message, "team": ticket.team.name if ticket.team else "", "opinions": ()}


def _changed(ticket: Ticket, _by: User, now: datetime) -> Context:
    changes: list[telling.Change] = []
    if not ticket._state.adding:
        reader = telling.reader_of(ticket.contact, ticket.organisation, edition_of(ticket))
        cards, zone = cards_of(ticket, now=now), timezone.get_current_timezone()
        changes = telling.changes(cards, cards, reader=reader, zone=zone, now=now)
    reason = _("There is a way around it.")
    return {"was": ticket, "reason": reason, "changes": changes, "advice": None}


def _moved(ticket: Ticket, _by: User, now: datetime) -> Context:
    moved = Alert.objects.filter(ticket=ticket.pk, kind=Alert.Kind.MOVED).order_by("at").last()
    alert = moved or SimpleNamespace(
        get_promise_display=lambda: PROMISES["resolution"],
        clause="Bijlage 1",
        due_before=now + timedelta(days=7),
        due_at=now + timedelta(days=14),
    )
    return {
        "alert": alert,
        "before": _in_words(alert.due_before),
        "after": _in_words(alert.due_at),
        "causes": [],
    }


def _edition(_ticket: Ticket, edition: Edition | None, _now: datetime) -> Context:
    if edition is None:
        made_up = SimpleNamespace(in_force_on=timezone.localdate(), number=2)
        said: Context = {"changes": [], "notice": "", "clause": "", "may_end": False}
        return said | {"edition": made_up, "url": settings.ORIGIN.url}
    return letter_words(edition) | {"url": settings.ORIGIN.url}


def _rate(ticket: Ticket, _edition: Edition | None, _now: datetime) -> Context:
    rates = Rate.objects.filter(announced_at__isnull=False).order_by("pk")
    last = rates.filter(contract__organisation=ticket.organisation_id).last() or rates.last()
    if last is not None:
        return dict(rate_words(last))
    return {
        "service": None,
        "from_on": _in_words(timezone.now()),
        "was": euros_of(100),
        "becomes": euros_of(110),
        "notice": "",
        "clause": "",
        "may_end": False,
        "leaves_on": "",
    }


def _credit(ticket: Ticket, _edition: Edition | None, _now: datetime) -> Context:
    granted = Credit.objects.filter(granted__isnull=False).order_by("pk")
    last = granted.filter(contract__organisation=ticket.organisation_id).last() or granted.last()
    if last is not None:
        return dict(credit_words(last))
    return {
        "credit": SimpleNamespace(reason=""),
        "month": month_words(timezone.localdate().replace(day=1)),
        "granted": euros_of(10),
        "taken_back": False,
        "negligence": False,
        "lines": [],
        "sum": "",
        "cap": 40,
    }


def _maintenance(ticket: Ticket, _edition: Edition | None, now: datetime) -> Context:
    customer = ticket.organisation
    for row in Maintenance.objects.announced().order_by("-pk")[:MOST]:
        if customer is None or customer._state.adding:
            break
        if theirs := list(effects.services_for(row, customer)):
            return maintenance_words(row, theirs, What.ANNOUNCED, now) | {"url": AWAY}
    return {
        "what": What.ANNOUNCED.value,
        "phase": "coming",
        "kind": "planned",
        "named": "Webwinkel",
        "url": AWAY,
        "begin": _in_words(now + timedelta(days=3)),
        "end": _in_words(now + timedelta(days=3, hours=2)),
        "finished": "",
        "length": _("2 hours"),
        "reason": "",
        "hours": "",
        "meanings": [],
        "maintenance": SimpleNamespace(nature="", cause="", work="", expected_minutes=None),
    }


def _monthly(ticket: Ticket, _edition: Edition | None, _now: datetime) -> Context:
    return {
        "month": month_words(timezone.localdate().replace(day=1)),
        "organisation": ticket.organisation or Organisation(name="OBS De Regenboog"),
        "correction": False,
        "reason": "",
        "link": AWAY,
    }


def euros_of(amount: int) -> str:
    """A made-up amount."""
    from decimal import Decimal

    return euros(Decimal(amount))


_OF_TICKETS: Mapping[str, Callable[[Ticket, User, datetime], Context]] = {
    "confirmation": _confirmation,
    "reply": _reply,
    "changed": _changed,
    "moved": _moved,
    "merged": lambda ticket, by, now: {"into": "WD-10424"},
    "automatic": lambda ticket, by, now: {"said": _("We are still at work on it.")},
}
_OF_CONTRACTS: Mapping[str, Callable[[Ticket, Edition | None, datetime], Context]] = {
    "edition": _edition,
    "rate": _rate,
    "credit": _credit,
    "maintenance": _maintenance,
    "monthly": _monthly,
}
