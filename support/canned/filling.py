"""Standard answers: their variables, filled in by a renderer that knows nothing else."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from sla.models import Clock, Target
from sla.wording import IN_FULL, moment_words
from support.brands import variables
from support.canned.models import CannedReply
from support.desk import letters
from support.desk.letters import language_of
from tickets.models import Ticket, User
from tickets.translated import Translated


@dataclass(frozen=True)
class Facts:
    """What the variables are about."""

    customer: str
    organisation: str
    reference: str
    subject: str
    agent: str
    due_at: datetime | None


@dataclass(frozen=True)
class Variable:
    """What a variable stands for: in words, and on a ticket."""

    label: Translated
    value: Callable[[Facts], str]


# Their names are part of the texts that people wrote, and therefore not translated.
VARIABLES: Mapping[str, Variable] = {
    "klant.naam": Variable(gettext_lazy("the customer's name"), lambda facts: facts.customer),
    "klant.voornaam": Variable(
        gettext_lazy("the customer's first name"), lambda facts: _first(facts.customer)
    ),
    "klant.organisatie": Variable(
        gettext_lazy("the customer's organisation"), lambda facts: facts.organisation
    ),
    "ticket.nummer": Variable(gettext_lazy("the ticket's number"), lambda facts: facts.reference),
    "ticket.onderwerp": Variable(gettext_lazy("the subject"), lambda facts: facts.subject),
    "agent.naam": Variable(gettext_lazy("your name"), lambda facts: facts.agent),
    "agent.voornaam": Variable(gettext_lazy("your first name"), lambda facts: _first(facts.agent)),
    "deadline": Variable(
        gettext_lazy(
            "when it will be solved at the latest; without such a date its sentence is left out"
        ),
        lambda facts: _deadline(facts.due_at),
    ),
}


def problems(body: str) -> list[str]:
    """What is wrong with the variables in a text, in sentences."""
    return variables.problems(body, VARIABLES)


def filled(body: str, facts: Facts) -> str:
    """A text with its variables filled in; where there is no deadline, without its sentence."""
    values = {name: variable.value(facts) for name, variable in VARIABLES.items()}
    return variables.filled(body, values, without=() if facts.due_at else ("deadline",))


def facts_of(ticket: Ticket, *, agent: User, now: datetime, by_itself: bool = False) -> Facts:
    """The facts of a ticket. Its deadline is that of the solution that we are held to, to come.

    by_itself: nobody reads what becomes of it before the customer does, so it has no words of
    somebody who may not be the customer.
    """
    promised = Clock.objects.filter(ticket=ticket, promise=Target.Promise.RESOLUTION, binding=True)
    clock = promised.filter(state=Clock.State.RUNNING, due_at__gt=now).order_by("due_at").first()
    known = ticket.contact.name if ticket.contact else ""
    return Facts(
        customer=letters.name_of(ticket) if by_itself else ticket.reporter_name or known,
        organisation=ticket.organisation.name if ticket.organisation else "",
        reference=ticket.reference,
        subject=letters.subject_of(ticket) if by_itself else ticket.subject,
        agent=agent.name,
        due_at=clock.due_at if clock else None,
    )


def examples(*, agent: User, now: datetime) -> Facts:
    """Facts to preview a text with."""
    return Facts(
        customer="Carla Jansen",
        organisation="OBS De Regenboog",
        reference="WD-10423",
        subject=_("The screen stays white"),
        agent=agent.name,
        due_at=now,
    )


def for_ticket(ticket: Ticket, *, agent: User) -> list[dict[str, object]]:
    """The standard answers that an agent may use, filled in for a ticket.

    Those in the customer's language, or in any, come first.
    """
    language = language_of(ticket)
    facts = facts_of(ticket, agent=agent, now=timezone.now())
    replies = sorted(
        CannedReply.objects.usable_by(agent), key=lambda reply: reply.language not in ("", language)
    )
    return [
        {
            "pk": reply.pk,
            "title": reply.title,
            "shortcut": reply.shortcut,
            "scope": str(reply.get_scope_display()),
            "language": reply.language,
            "then": reply.then,
            "text": filled_for(ticket, reply, facts),
        }
        for reply in replies
    ]


def filled_for(ticket: Ticket, reply: CannedReply, facts: Facts) -> str:
    """A standard answer for a ticket, its words in the language of the answer or the customer."""
    with override(reply.language or language_of(ticket)):
        return filled(reply.body, facts)


def _first(name: str) -> str:
    """A first name; who gave none is addressed as a customer."""
    return name.split(maxsplit=1)[0] if name.split() else _("customer")


def _deadline(due_at: datetime | None) -> str:
    zone = timezone.get_current_timezone()
    return moment_words(due_at, zone, IN_FULL)
