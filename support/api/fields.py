"""What is asked with a report: the fields with their rules, and answers taken or refused."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail
from rest_framework.request import Request
from rest_framework.response import Response

from sla import projection
from support import access, who
from support.api.bodies import MOST_TOLD, ChosenBy, Strict
from support.api.etags import tagged
from support.api.resource import Resource
from support.asking.asked import NOTHING, Asked, NotTaken, asked_of
from support.asking.deciding import Question
from support.who import Reporter
from tickets.models import WITH_CHOICES, CustomField, FieldType, Kind, Organisation, Priority
from tickets.questions import Kept


class FieldsAsked(Strict):
    """Of whom; a customer asks for themselves, whatever it says."""

    organisation = ChosenBy(required=False)


class WhereAnswer(serializers.Serializer[Any]):
    """Another field, and the answers to it for which a rule holds."""

    field = serializers.CharField()
    answers = serializers.ListField(child=serializers.CharField())


class FieldRuleAnswer(serializers.Serializer[Any]):
    """When a field is asked; an empty list is of all, and of several rules one is enough."""

    needed = serializers.BooleanField()
    kinds = serializers.ListField(child=serializers.ChoiceField(choices=Kind.choices))
    priorities = serializers.ListField(child=serializers.ChoiceField(choices=Priority.choices))
    where = WhereAnswer(allow_null=True)


class AskedFieldAnswer(serializers.Serializer[Any]):
    """A field that a report may be asked; what reports in `custom_fields` name."""

    id = serializers.IntegerField()
    name = serializers.CharField()
    title = serializers.CharField(help_text="Its name in the language of the answer.")
    explanation = serializers.CharField()
    type = serializers.ChoiceField(choices=FieldType.choices)
    choices = serializers.ListField(child=serializers.CharField())
    asked = FieldRuleAnswer(many=True)


class FieldsAnswer(serializers.Serializer[Any]):
    """All of them."""

    results = AskedFieldAnswer(many=True)


class Fields(Resource):
    """The fields that a report is asked."""

    asks = FieldsAsked

    @extend_schema(responses=FieldsAnswer, summary="What is asked with a report")
    def get(self, request: Request) -> Response:
        """The fields of a report by this token, or of one of an organisation, with when they are
        asked. What is not asked is refused, and so is a report without what is needed.
        """
        reporter = who.by_address(self.user.email) if not self.user.is_agent else Reporter()
        organisation = reporter.their_organisation
        if self.user.is_agent and "organisation" in self.asked:
            theirs = access.organisations_of(self.user)
            organisation = theirs.filter(pk=self.asked["organisation"]).first()
        asked = _asked(organisation)
        names = {field.pk: field.name for field in asked.fields}
        questions = {question.key: question for question in asked.questions}
        rows = [_field_answer(field, questions[field.pk], names) for field in asked.visible]
        return tagged(request, FieldsAnswer({"results": rows}).data)


def answers_taken(
    given: Mapping[str, str], reporter: Reporter, *, kind: str, priority: str
) -> dict[int, str]:
    """What a report is kept with. ValidationError names, by the field, what can't be taken."""
    asked = _asked(reporter.their_organisation)
    known = {field.name: field for field in asked.visible}
    wrong = {
        name: (_("There is no such field."), "does_not_exist")
        for name in given
        if name not in known
    }
    answers: dict[int, str] = {}
    for name in given.keys() & known.keys():
        try:
            answers[known[name].pk] = known[name].written(given[name])
        except ValueError:
            said = _("“%(field)s” can't be that.") % {"field": known[name].label}
            wrong[name] = (said, "unfit")
    if not wrong:
        try:
            return asked.taken(kind=kind, priority=priority, given=answers)
        except NotTaken as said:
            names = {field.pk: field.name for field in asked.visible}
            wrong = {names[key]: (words, "not_as_asked") for key, words in said.wrong.items()}
    told = {
        name[:100]: [ErrorDetail(words, code)]
        for name, (words, code) in list(wrong.items())[:MOST_TOLD]
    }
    raise serializers.ValidationError({"custom_fields": told})


_ANY_ASKED = Kept(
    lambda: (
        CustomField.objects.in_use()
        .filter(rules__isnull=False)
        .order_by()
        .values_list("pk", flat=True)[:1]
    )
)


def _asked(organisation: Organisation | None) -> Asked:
    """What is asked of an organisation; nothing is looked up where nobody is asked anything."""
    if not _ANY_ASKED().asked():
        return NOTHING
    agreed = projection.agreed_at(timezone.now(), organisation)
    return asked_of(
        agreement=agreed["edition"].agreement_id if agreed else None,
        organisation=organisation.pk if organisation else None,
    )


def _field_answer(
    field: CustomField, question: Question, names: Mapping[int, str]
) -> dict[str, Any]:
    return {
        "id": field.pk,
        "name": field.name,
        "title": field.label,
        "explanation": field.explanation,
        "type": field.type,
        "choices": field.options if field.type in WITH_CHOICES else [],
        "asked": [
            {
                "needed": rule.does == "require",
                "kinds": rule.kinds or question.kinds,
                "priorities": rule.priorities,
                "where": {"field": names.get(rule.other, ""), "answers": rule.values}
                if rule.other
                else None,
            }
            for rule in question.rules
            if rule.does != "fill"
        ],
    }
