"""The verbs as the ticket page offers them: which are possible now, with their forms."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from support import correspondents, customer_side, desk, putting_right
from support.conversation import Words
from support.workspace.forms import (
    AnswerToForm,
    AssignForm,
    ClassifyForm,
    IdentifyForm,
    ParticipantForm,
    PlanForm,
    PrioritiseForm,
    ReasonForm,
    SubjectForm,
    TextForm,
)
from tickets import lifecycle
from tickets.models import EventKind, Status, Ticket, User

Act = Callable[[Ticket, User, Mapping[str, Any]], object]


@dataclass(frozen=True)
class Verb:
    """One verb: how it is called, what it asks, what it does, when it is possible.

    elsewhere: the page offers it in another place than among the actions. of_ticket: its form
    depends on the ticket. weighs: what it does to the deadlines is shown before it is done.
    place: where on the page one is afterwards.
    """

    name: str
    label: Any
    act: Act
    form: type[forms.Form] | None = None
    needs: EventKind | None = None
    confirm: Any = ""
    possible: Callable[[Ticket], bool] = lambda ticket: True
    elsewhere: bool = False
    of_ticket: bool = False
    weighs: bool = False
    place: str = ""

    def offered(self, ticket: Ticket) -> bool:
        """Is it possible for this ticket now?"""
        return (
            ticket.status != Status.MERGED
            and self.possible(ticket)
            and (self.needs is None or lifecycle.allows(ticket, self.needs))
        )

    def bound(self, ticket: Ticket, data: Any = None) -> forms.Form | None:
        """Its form, filled in with the present state or with what was typed."""
        if self.form is None:
            return None
        start = {
            "contact": ticket.contact_id,
            "subject": ticket.subject,
            "kind": ticket.kind,
            "priority": ticket.priority,
            "assignee": ticket.assignee_id,
            "team": ticket.team_id,
        }
        if self.name == "answer_to":
            start["email"] = ticket.answers_to or ticket.reporter_email
        extra: dict[str, Any] = {"ticket": ticket} if self.of_ticket else {}
        return self.form(data, initial=start, auto_id=f"{self.name}_%s", **extra)


VERBS = {
    verb.name: verb
    for verb in (
        Verb(
            "identify",
            _("Say whose it is"),
            lambda ticket, user, data: putting_right.identify(
                ticket, contact=data["contact"], reason=data["reason"], actor=user
            ),
            IdentifyForm,
            confirm=_(
                "The promises of that organisation then hold, from the report. Whoever it is"
                " can read the conversation."
            ),
            # Corrected on a page of its own: the list of all contacts is long.
            possible=lambda ticket: ticket.organisation_id is None,
            weighs=True,
        ),
        Verb(
            "prioritise",
            _("Set priority"),
            lambda ticket, user, data: desk.prioritise(
                ticket, priority=data["priority"], reason=data["reason"], actor=user
            ),
            PrioritiseForm,
            confirm=_("Deadlines count anew from the report; a late raise may miss one at once."),
            weighs=True,
        ),
        Verb(
            "classify",
            _("Change kind"),
            lambda ticket, user, data: desk.classify(ticket, kind=data["kind"], actor=user),
            ClassifyForm,
            confirm=_("Deadlines count anew from the report."),
            weighs=True,
        ),
        Verb(
            "assign",
            _("Assign"),
            lambda ticket, user, data: desk.assign(
                ticket, assignee=data["assignee"], team=data["team"], actor=user
            ),
            AssignForm,
        ),
        Verb(
            "plan",
            _("Plan into a release"),
            lambda ticket, user, data: desk.plan(ticket, release=data["release"], actor=user),
            PlanForm,
            EventKind.PLANNED,
            of_ticket=True,
        ),
        Verb(
            "call_back",
            _("Record our call"),
            lambda ticket, user, data: desk.call_back(ticket, Words(text=data["text"]), actor=user),
            TextForm,
            confirm=_("We phoned the customer: that counts as an answer."),
            possible=lambda ticket: ticket.is_active,
        ),
        Verb(
            "hold",
            _("Wait for the customer"),
            lambda ticket, user, data: desk.hold(ticket, Words(text=data["text"]), actor=user),
            TextForm,
            EventKind.WAITING,
            confirm=_("The time to solve it stands still until the customer writes."),
        ),
        Verb(
            "resume",
            _("Take up again"),
            lambda ticket, user, data: desk.resume(ticket, actor=user),
            needs=EventKind.RESUMED,
        ),
        Verb(
            "resolve",
            _("Solved"),
            lambda ticket, user, data: desk.resolve(ticket, Words(text=data["text"]), actor=user),
            TextForm,
            EventKind.RESOLVED,
        ),
        Verb(
            "decline",
            _("Not an incident"),
            lambda ticket, user, data: desk.decline(ticket, Words(text=data["text"]), actor=user),
            TextForm,
            EventKind.DECLINED,
            confirm=_("The customer is told at once and why (4.F); what was promised lapses."),
        ),
        Verb(
            "reopen",
            _("Reopen"),
            lambda ticket, user, data: desk.reopen(ticket, reason=data["reason"], actor=user),
            ReasonForm,
            EventKind.REOPENED,
            confirm=_(
                "The same clocks go on; the time since it was solved does not count, but what"
                " passed since the customer wrote that it isn't, does."
            ),
        ),
        Verb(
            "leave_closed",
            _("Leave it as it is"),
            lambda ticket, user, data: customer_side.leave_closed(ticket, actor=user),
            needs=EventKind.LEFT_CLOSED,
            possible=lambda ticket: ticket.wrote_after is not None,
            elsewhere=True,
        ),
        Verb(
            "close",
            _("Close"),
            lambda ticket, user, data: desk.close(ticket, actor=user),
            needs=EventKind.CLOSED,
        ),
        Verb(
            "rename",
            _("Change the subject"),
            lambda ticket, user, data: putting_right.rename(
                ticket, subject=data["subject"], actor=user
            ),
            SubjectForm,
        ),
        Verb(
            "add_participant",
            _("Add participant"),
            lambda ticket, user, data: correspondents.add_participant(
                ticket, email=data["email"], name=data["name"], actor=user
            ),
            ParticipantForm,
            elsewhere=True,
        ),
        Verb(
            "remove_participant",
            _("Remove participant"),
            lambda ticket, user, data: correspondents.remove_participant(
                ticket, email=data["email"], actor=user
            ),
            ParticipantForm,
            elsewhere=True,
        ),
        Verb(
            "answer_to",
            _("Send answers elsewhere"),
            lambda ticket, user, data: correspondents.answer_to(
                ticket, email=data["email"], actor=user
            ),
            AnswerToForm,
            elsewhere=True,
        ),
    )
}


def offered(
    ticket: Ticket, tried: str = "", form: forms.Form | None = None
) -> list[dict[str, Any]]:
    """The verbs for a ticket's page; the one that was tried keeps what was typed."""
    return [
        {
            "name": verb.name,
            "label": verb.label,
            "form": form if verb.name == tried and form else verb.bound(ticket),
            "url": reverse("verb", args=[ticket.reference, verb.name]),
            "confirm": verb.confirm,
            "weighs": verb.weighs,
        }
        for verb in VERBS.values()
        if (verb.offered(ticket) and not verb.elsewhere) or (form and verb.name == tried)
    ]
