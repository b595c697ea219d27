"""What forms say of their fields: which may stay empty, and what is wrong with one."""

from __future__ import annotations

from typing import Any

import pytest
from django import forms
from django.utils.translation import override

from support.automation.forms import TriggerForm
from support.automation.models import TriggerEvent
from support.calendars.calculator import ReportForm as CalculatorForm
from support.calendars.forms import HOURS, DayForm
from support.customers.pages import ContactForm
from support.reporting.forms import ReplyForm
from support.reporting.forms import ReportForm as PortalForm
from support.templatetags.components import component
from support.whatif.forms import OWN, QuestionForm
from support.workspace.bulk_forms import BulkAssignForm
from support.workspace.forms import NEW_REPORT, CallForm, PrioritiseForm
from support.workspace.marking_forms import SplitForm
from tickets.models import Kind

OPTIONAL = "(optioneel)"
INCIDENT = {"kind": Kind.INCIDENT}


def shown(field: forms.BoundField) -> str:
    """A field as its page shows it."""
    with override("nl"):
        return component("field", field)


# A form, in which case it refuses a field that is empty, and which.
NEEDED_SOMETIMES: list[tuple[Any, dict[str, Any], list[str]]] = [
    (lambda data: CallForm(data, tickets=[]), {"about": NEW_REPORT}, ["subject"]),
    (lambda data: CallForm(data, tickets=[]), {"about": NEW_REPORT} | INCIDENT, ["priority"]),
    (SplitForm, INCIDENT, ["priority"]),
    (lambda data: PortalForm(data, kinds=[*Kind.values]), INCIDENT, ["priority"]),
    (DayForm, {"what": HOURS}, ["opens", "closes"]),
    (QuestionForm, {"period": OWN}, ["first", "last"]),
    (
        CalculatorForm,
        {"reported_at": "2026-05-18T10:00", "waiting_until": "2026-05-19T10:00"},
        ["waiting_from"],
    ),
    (TriggerForm, {"events": [TriggerEvent.WAITING]}, ["werkdagen"]),
]


@pytest.mark.django_db
@pytest.mark.parametrize(("form", "data", "names"), NEEDED_SOMETIMES)
def test_a_field_that_is_sometimes_needed_is_not_called_optional(
    form: Any, data: dict[str, Any], names: list[str]
) -> None:
    filled = form(data)
    assert [name for name in names if name not in filled.errors] == []
    assert [name for name in names if OPTIONAL in shown(filled[name])] == []


@pytest.mark.django_db
def test_of_two_of_which_one_is_needed_neither_is_called_optional() -> None:
    filled = BulkAssignForm({"agent": "", "team": ""})
    assert filled.errors
    assert OPTIONAL not in shown(filled["agent"]) + shown(filled["team"])


def test_a_reason_that_is_needed_for_another_priority_is_not_called_optional() -> None:
    assert OPTIONAL not in shown(PrioritiseForm()["reason"])


def test_a_box_to_tick_is_not_called_optional_and_what_may_stay_empty_is() -> None:
    assert OPTIONAL not in shown(ContactForm()["may_phone"])
    assert OPTIONAL in shown(ContactForm()["number"])
    assert OPTIONAL in shown(ReplyForm()["attachments"])
    assert OPTIONAL not in shown(ReplyForm()["text"])
