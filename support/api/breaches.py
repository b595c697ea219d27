"""The report on breaches, for leads' and managers' programs: the same question, the same rows."""

from __future__ import annotations

from typing import Any

from django.http import QueryDict
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from sla.models import Target
from support.api import pagination
from support.api.answers import OrNone
from support.api.bodies import Strict, Text
from support.api.models import Scope
from support.api.resource import Page
from support.reports.asking import PERIODS, BreachAsking, asked_by
from support.reports.missed import Row, found, rows
from tickets.models import Channel, Kind, Priority

NONE = "“-” for those without one."


class BreachesAsked(Strict):
    """Which missed promises. They belong to the period in which their clock started."""

    period = serializers.ChoiceField(
        choices=[value for value, _label in PERIODS if value], required=False
    )
    first = serializers.DateField(required=False)
    last = serializers.DateField(required=False)
    organisation = Text(max_length=20, required=False, help_text=f"An id; {NONE}")
    team = Text(max_length=200, required=False, help_text=f"The name it had then; {NONE}")
    agent = Text(max_length=200, required=False, help_text=f"Who had it then; {NONE}")
    kind = serializers.ChoiceField(choices=Kind.choices, required=False)
    priority = Text(max_length=8, required=False, help_text=f"One of the priorities; {NONE}")
    channel = serializers.ChoiceField(choices=Channel.choices, required=False)
    promise = serializers.ChoiceField(choices=Target.Promise.choices, required=False)
    cause = Text(max_length=20, required=False, help_text=f"An id; {NONE}")
    state = serializers.ChoiceField(choices=["late", "open"], required=False)
    binds = serializers.ChoiceField(
        choices=["no", "all"], required=False, help_text="Without it only what binds."
    )


class CauseAnswer(serializers.Serializer[Any]):
    """Why it was missed."""

    id = serializers.IntegerField(source="cause.pk")
    name = serializers.CharField(source="cause.__str__")
    note = serializers.CharField()
    by = serializers.CharField(source="by.name")
    at = serializers.DateTimeField()


class BreachAnswer(serializers.Serializer[Row]):
    """A missed promise. Seconds are of working time."""

    ticket = serializers.CharField(source="clock.ticket.reference")
    subject = serializers.CharField(source="clock.ticket.subject")
    organisation = serializers.IntegerField(source="clock.ticket.organisation_id", allow_null=True)
    promise = serializers.ChoiceField(choices=Target.Promise.choices, source="clock.promise")
    priority = OrNone(Priority.choices)
    kind = serializers.ChoiceField(choices=Kind.choices, source="clock.ticket.kind")
    channel = serializers.ChoiceField(choices=Channel.choices, source="clock.ticket.channel")
    clause = serializers.CharField(source="clock.clause")
    strength = OrNone(Target.Strength.choices)
    binding = serializers.BooleanField(source="clock.binding")
    not_binding_by = serializers.CharField(
        source="missed.unbound", help_text="The clause by which it does not bind."
    )
    started_at = serializers.DateTimeField(source="clock.started_at")
    due_at = serializers.DateTimeField(source="clock.due_at")
    met_at = serializers.DateTimeField(source="clock.met_at", allow_null=True)
    late_seconds = serializers.SerializerMethodField()
    agent = serializers.CharField(help_text="Who had it at the deadline.")
    team = serializers.CharField(help_text="Which team had it at the deadline.")
    cause = CauseAnswer(source="given", allow_null=True)

    def get_late_seconds(self, row: Row) -> int:
        """Working time from the deadline until it was done, or until now."""
        return int(row.missed.late.total_seconds()) if row.missed.late else 0


class Breaches(Page):
    """Missed promises."""

    scope = Scope.REPORTS
    roles = {"GET": lambda user: user.is_lead, "HEAD": lambda user: user.is_lead}
    asks = BreachesAsked

    @extend_schema(responses=BreachAnswer(many=True), summary="What was missed, by whom and why")
    def get(self, request: Request) -> Response:
        """The promises that were missed; of leads those of their own team."""
        asking, now = _asked(request), timezone.now()
        paginator = pagination.Cursor()
        clocks = found(asking, self.user, now=now).select_related("ticket")
        chosen = paginator.paginate_queryset(clocks, request, self)
        told: Any = rows(chosen, now=now)
        return paginator.get_paginated_response(BreachAnswer(told, many=True).data)


def _asked(request: Request) -> BreachAsking:
    query = QueryDict(mutable=True)
    for name in request.query_params:
        if name not in pagination.PARAMETERS:
            query[name] = request.query_params[name]
    asking = asked_by(query)
    if not asking.is_valid():
        said = {name: [*map(str, lines)] for name, lines in asking.errors.items()}
        raise ValidationError(said, "misread")
    return asking
