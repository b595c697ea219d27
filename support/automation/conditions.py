"""The conditions of triggers, as data: {"field": …, "operator": …, "value": …}."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from sla.models import Alert, Target
from support.automation.models import Trigger
from support.notifications.mentions import colleagues
from tickets.models import (
    Channel,
    Kind,
    MessageKind,
    Organisation,
    Priority,
    Status,
    Team,
    Ticket,
)
from tickets.translated import Translated

MOST = 12
"""Conditions of one trigger."""
VALUE_MOST = 200
NONE = "none"

Condition = Mapping[str, str]
Choices = Sequence[tuple[str, str]]

OPERATORS = {
    "is": pgettext_lazy("condition", "is"),
    "is_not": pgettext_lazy("condition", "is not"),
    "contains": pgettext_lazy("condition", "contains"),
    "contains_not": pgettext_lazy("condition", "does not contain"),
}
_OF_CHOICES, _OF_TEXTS = ("is", "is_not"), ("contains", "contains_not", "is", "is_not")


@dataclass(frozen=True)
class Field:
    """Something that a condition asks of a ticket: its value as text, and what it can be."""

    label: Translated
    value: Callable[[Ticket, Alert | None], str]
    choices: Callable[[], Choices] | None = None

    @property
    def operators(self) -> Sequence[str]:
        """How it can be compared."""
        return _OF_CHOICES if self.choices else _OF_TEXTS


def _fixed(
    choices: Iterable[tuple[object, object]], *, none: bool = False
) -> Callable[[], Choices]:
    def listed() -> Choices:
        known = [(str(value), str(label)) for value, label in choices]
        return [(NONE, _("none")), *known] if none else known

    return listed


def _rows(queryset: Callable[[], Any]) -> Callable[[], Choices]:
    return lambda: [
        (NONE, _("none")),
        *((str(pk), name) for pk, name in queryset().values_list("pk", "name")),
    ]


def _last_said(ticket: Ticket, _alert: Alert | None) -> str:
    said = ticket.messages.filter(kind__in=[MessageKind.CUSTOMER, MessageKind.CALL])
    message = said.order_by("-at", "-pk").first()
    return message.text if message else ""


FIELDS: Mapping[str, Field] = {
    "kind": Field(gettext_lazy("Kind"), lambda ticket, _: ticket.kind, _fixed(Kind.choices)),
    "priority": Field(
        gettext_lazy("Priority"),
        lambda ticket, _: ticket.priority or NONE,
        _fixed(Priority.choices, none=True),
    ),
    "status": Field(
        gettext_lazy("Status"), lambda ticket, _: ticket.status, _fixed(Status.choices)
    ),
    "channel": Field(
        gettext_lazy("Channel"), lambda ticket, _: ticket.channel, _fixed(Channel.choices)
    ),
    "team": Field(
        gettext_lazy("Team"), lambda ticket, _: str(ticket.team_id or NONE), _rows(Team.objects.all)
    ),
    "assignee": Field(
        gettext_lazy("Agent"),
        lambda ticket, _: str(ticket.assignee_id or NONE),
        _rows(colleagues),
    ),
    "organisation": Field(
        gettext_lazy("Organisation"),
        lambda ticket, _: str(ticket.organisation_id or NONE),
        _rows(Organisation.objects.all),
    ),
    "subject": Field(gettext_lazy("Subject"), lambda ticket, _: ticket.subject),
    "text": Field(gettext_lazy("What the customer wrote last"), _last_said),
    "sender": Field(
        gettext_lazy("The reporter's address"), lambda ticket, _: ticket.reporter_email
    ),
    "promise": Field(
        gettext_lazy("Which promise (of a deadline)"),
        lambda _ticket, alert: alert.promise if alert else NONE,
        _fixed(Target.Promise.choices),
    ),
}


def problems(condition: Any) -> list[str]:
    """What is wrong with a condition, in sentences."""
    field = FIELDS.get(str(condition.get("field"))) if isinstance(condition, Mapping) else None
    if field is None:
        return [_("There is no such condition.")]
    said = []
    if condition.get("operator") not in field.operators:
        said.append(_("This can't be compared so."))
    value = str(condition.get("value", ""))
    if field.choices and value not in dict(field.choices()):
        said.append(_("Choose one of the list."))
    if not field.choices and not value.strip():
        said.append(_("Say what to compare with."))
    if len(value) > VALUE_MOST:
        said.append(_("This text is too long."))
    return said


def holds(condition: Condition, ticket: Ticket, alert: Alert | None = None) -> bool:
    """Does a ticket, as it stands, meet a condition? Capitals do not matter."""
    found = FIELDS[condition["field"]].value(ticket, alert).casefold()
    wanted = condition["value"].strip().casefold()
    operator = condition["operator"]
    met = wanted in found if operator.startswith("contains") else wanted == found
    return met != operator.endswith("_not")


def met(trigger: Trigger, ticket: Ticket, alert: Alert | None = None) -> bool:
    """Does a ticket meet the conditions of a trigger, all or one of them? None asks nothing."""
    together = any if trigger.match == Trigger.Match.ANY and trigger.conditions else all
    return together(holds(condition, ticket, alert) for condition in trigger.conditions)


def words(condition: Condition) -> str:
    """A condition in words."""
    field = FIELDS[condition["field"]]
    value = condition["value"]
    shown = dict(field.choices()).get(value, "?") if field.choices else f"“{value}”"
    return f"{field.label} {OPERATORS[condition['operator']]} {shown}"
