"""Letters to customers: composed in the language of the reader, queued with the ticket's change.

What a stranger typed (name, subject) stands in them only where it is sure that the address is
theirs: anybody can name somebody else's.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from sla import calling, telling
from sla.explaining import cause_words
from sla.models import Alert, Clock, Edition
from sla.queries import Card, edition_of, stated
from sla.wording import IN_FULL, moment_words
from support.brands.face import Face
from support.mail import addresses, origin
from support.mail.brand import brand_of
from support.mail.letters import read
from support.mail.models import IncomingMail, OutgoingMail
from support.mail.post import post
from tickets.addresses import bare_address
from tickets.models import Channel, EventKind, Message, MessageKind, Ticket, User
from tickets.questions import Kept


def confirm(
    ticket: Ticket,
    report: Message,
    *,
    edition: Edition | None,
    clocks: Sequence[Clock],
    at: datetime,
    to: str = "",
) -> OutgoingMail | None:
    """Tell the reporter that the report is in: number, promises, and if one does not bind, why.

    report: what was said with it, so far all of the conversation. to: where notices.confirming,
    which decides, says that it goes.

    None if there is no address to write to, or a machine reports. It never counts as an answer.
    """
    if not ticket.reporter_email or ticket.channel == Channel.MONITOR:
        return None
    with override(language_of(ticket)):
        context = promised(ticket, stated(clocks, edition), edition, at=at)
        follows = [report.mail_id] if report.mail_id else []
        return _write(
            ticket,
            "confirmation",
            context,
            at=at,
            automatic=True,
            unasked=True,
            follows=follows,
            to=to,
        )


def promised(
    ticket: Ticket, cards: Sequence[telling.Stands], edition: Edition | None, *, at: datetime
) -> dict[str, object]:
    """What a confirmation tells of promises, in the language of the moment."""
    reader = telling.reader_of(ticket.contact, ticket.organisation, edition)
    zone = timezone.get_current_timezone()
    return {
        "promises": telling.lines_for(cards, reader=reader, zone=zone, now=at),
        "advice": calling.advice(cards, edition, ticket=ticket, reader=reader, now=at),
    }


def send_reply(
    ticket: Ticket, message: Message, *, at: datetime, opinions: Sequence[object] = ()
) -> OutgoingMail | None:
    """Mail an agent's answer to the reporter, with a copy to the participants, as one mail.

    opinions: asks how it was, by these choices. None if there is nobody with an address.
    """
    if not (ticket.reporter_email or ticket.participants.exists()):
        return None
    with override(language_of(ticket)):
        context = {
            "message": message,
            "team": ticket.team.name if ticket.team else "",
            "opinions": opinions,
        }
        return _write(ticket, "reply", context, at=at, message=message)


def tell_changed(
    ticket: Ticket,
    *,
    before: Sequence[Card],
    after: Sequence[Card],
    was: Ticket,
    reason: str,
    at: datetime,
) -> OutgoingMail | None:
    """Tell the reporter that we see the kind or the priority otherwise than it `was`, why, what
    that does to the times, and that a call matters where it did not before (4.D, 4.G).
    """
    if not ticket.reporter_email or ticket.channel == Channel.MONITOR or not ticket.is_active:
        return None
    with override(language_of(ticket)):
        edition, zone = edition_of(ticket), timezone.get_current_timezone()
        reader = telling.reader_of(ticket.contact, ticket.organisation, edition)
        asked_before = calling.advice(before, edition, ticket=was, reader=reader, now=at)
        context = {
            "was": was,
            "reason": reason,
            "changes": telling.changes(before, after, reader=reader, zone=zone, now=at),
            "advice": None
            if asked_before
            else calling.advice(after, edition, ticket=ticket, reader=reader, now=at),
        }
        return _write(ticket, "changed", context, at=at, automatic=True)


def tell_moved(ticket: Ticket, alert: Alert, *, at: datetime) -> OutgoingMail | None:
    """Tell the reporter that a promise got later, from when to when and why."""
    if not ticket.reporter_email:
        return None
    with override(language_of(ticket)):
        causes = [cause_words(cause) for cause in alert.causes]
        zone = timezone.get_current_timezone()
        context = {
            "alert": alert,
            "before": moment_words(alert.due_before, zone, IN_FULL),
            "after": moment_words(alert.due_at, zone, IN_FULL),
            "causes": causes,
        }
        return _write(ticket, "moved", context, at=at, automatic=True)


def tell_merged(ticket: Ticket, into: Ticket, *, at: datetime) -> OutgoingMail | None:
    """Tell the reporter where their report goes on. Only the number of the other one is told."""
    if not ticket.reporter_email or ticket.channel == Channel.MONITOR:
        return None
    with override(language_of(ticket)):
        context = {"into": into.reference}
        return _write(ticket, "merged", context, at=at, automatic=True)


def say_by_itself(ticket: Ticket, text: str, *, at: datetime) -> OutgoingMail | None:
    """Mail the reporter something that nobody wrote just now. It never counts as an answer.

    None if there is no address to write to.
    """
    if not ticket.reporter_email:
        return None
    with override(language_of(ticket)):
        return _write(
            ticket,
            "automatic",
            {"said": text},
            at=at,
            automatic=True,
            unasked=True,
        )


def language_of(ticket: Ticket) -> str:
    """The language in which a ticket's customer is written to."""
    user = ticket.contact.user if ticket.contact else None
    return user.language if user else settings.LANGUAGE_CODE


def name_of(ticket: Ticket) -> str:
    """How the reporter is addressed: as we know them, else as they say where that is sure."""
    if ticket.contact and not ticket.reporter_proved:
        return ticket.contact.name
    return ticket.reporter_name if ticket.reporter_proved else ""


def subject_of(ticket: Ticket) -> str:
    """What the report is about, where those are not the words of a stranger."""
    return ticket.subject if ticket.reporter_proved else ""


def around(ticket: Ticket, brand: Face) -> dict[str, object]:
    """What every letter about a ticket has, whatever it says."""
    return {
        "ticket": ticket,
        "name": name_of(ticket),
        "about": subject_of(ticket),
        "brand": brand,
        "fixed_contact": ticket.organisation.present_contact if ticket.organisation else None,
        "link": _address_of(ticket, brand),
    }


_ACCOUNTS = Kept(
    lambda email: (
        User.objects.filter(is_active=True, email=email).order_by().values_list("pk", flat=True)
    ),
    email=str,
)


def _address_of(ticket: Ticket, brand: Face) -> str:
    """Where the reporter follows it, if they have an account to do so with."""
    if ticket.contact:
        follows = ticket.contact.user is not None and ticket.contact.user.is_active
    else:
        email = bare_address(ticket.reporter_email)
        follows = bool(email) and bool(_ACCOUNTS(email=email).asked())
    return brand.url + reverse("my-ticket", args=[ticket.reference]) if follows else ""


def _write(
    ticket: Ticket,
    name: str,
    said: Mapping[str, object],
    *,
    at: datetime,
    message: Message | None = None,
    automatic: bool = False,
    unasked: bool = False,
    follows: Sequence[str] | None = None,
    to: str = "",
) -> OutgoingMail | None:
    """Compose a letter for whoever may get it; None where that is nobody."""
    # What it was decided to send has been asked about already.
    readers = [to] if to else _readers(ticket, automatic=automatic, copies=message is not None)
    if not readers:
        return None
    brand = brand_of(ticket)
    letter = read(name, {**said, **around(ticket, brand)})
    text = letter.text.strip() + "\n"
    if message is None:
        message = Message.objects.create(
            ticket=ticket,
            kind=MessageKind.AUTOMATIC,
            public=True,
            channel=Channel.EMAIL,
            text=text,
            at=at,
        )
    return post(
        to=readers[0],
        cc=readers[1:],
        letter=name,
        sender=origin.sender_of(ticket, brand),
        subject=letter.subject,
        text=text,
        html=letter.html.strip(),
        at=at,
        ticket=ticket,
        message=message,
        automatic=automatic,
        unasked=unasked,
        follows=follows,
    )


def reader_of(ticket: Ticket, *, automatic: bool, proved: bool = False) -> str:
    """Where a letter to the reporter goes; '' where that is nowhere.

    An answer goes where they asked for it. What we say by ourselves tells what was promised to an
    organisation, so it goes to the address by which it is known, unless the other one is vouched
    for: by their mail server (proved, of a ticket that is not saved yet), or by a colleague.
    """
    asked, own = ticket.answers_to, ticket.reporter_email
    if not asked or not automatic or not own or ticket.organisation_id is None:
        return asked or own
    return asked if proved or (ticket.pk and _is_vouched_for(ticket)) else own


def _is_vouched_for(ticket: Ticket) -> bool:
    proved = ticket.mails.filter(
        verdict=IncomingMail.Verdict.PASS, reply_to__iexact=ticket.answers_to
    )
    chosen = ticket.events.filter(kind=EventKind.ANSWERS_GO_TO, actor__isnull=False)
    return proved.exists() or chosen.exists()


def _readers(ticket: Ticket, *, automatic: bool, copies: bool) -> list[str]:
    """Who gets a letter: the reporter, and a copy for the participants. Nobody of the house.

    What we say by ourselves is for the reporter alone, and never for a machine.
    """
    found = [reader_of(ticket, automatic=automatic)]
    if copies:
        found += ticket.participants.values_list("email", flat=True)
    unique = {bare_address(email): email for email in reversed(found) if email}
    ours = addresses.ours(unique)
    return [
        email
        for plain, email in reversed(unique.items())
        if plain not in ours and not (automatic and addresses.is_machine(plain))
    ]
