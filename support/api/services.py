"""What is provided, and how its months were judged."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from sla.models import Service, ServiceMonth
from support import access
from support.api.etags import tagged
from support.api.resource import Page, Resource, found


class ServiceAnswer(serializers.Serializer[Service]):
    """A service. `organisation`: whose alone it is; null if all under the agreement share it."""

    id = serializers.IntegerField()
    name = serializers.CharField()
    url = serializers.CharField()
    agreement = serializers.CharField(source="agreement.key")
    organisation = serializers.IntegerField(source="contract.organisation_id", default=None)
    starts_on = serializers.DateField(allow_null=True)
    ends_on = serializers.DateField(allow_null=True)


class PartAnswer(serializers.Serializer[Any]):
    """An outage or maintenance in a month. `ref`: such as outage:12. `what`: its cause or kind."""

    ref = serializers.CharField()
    begin = serializers.DateTimeField(source="from")
    end = serializers.DateTimeField(source="until")
    what = serializers.CharField()
    clause = serializers.CharField()


class StretchAnswer(serializers.Serializer[Any]):
    """A time without a break that it was down. `net`: seconds, without what is excused; `counted`:
    of those, what counts in this month.
    """

    begin = serializers.DateTimeField(source="from")
    end = serializers.DateTimeField(source="until")
    net = serializers.FloatField()
    counts = serializers.BooleanField()
    counted = serializers.FloatField()
    of = PartAnswer(many=True)
    excused = PartAnswer(many=True)


class ServiceMonthAnswer(serializers.Serializer[ServiceMonth]):
    """A judged month. `availability`: percent, as an exact fraction."""

    service = serializers.IntegerField(source="service_id")
    month = serializers.SerializerMethodField()
    max_seconds = serializers.SerializerMethodField()
    unavailable_seconds = serializers.SerializerMethodField()
    availability = serializers.CharField(source="percent")
    guarantee_met = serializers.BooleanField()
    credit_percent = serializers.IntegerField()
    settled = serializers.BooleanField()
    judged_at = serializers.DateTimeField()
    stretches = StretchAnswer(source="told.stretches", many=True)
    no_difference = PartAnswer(source="told.idle", many=True)

    def get_month(self, row: ServiceMonth) -> str:
        """Such as 2026-01."""
        return f"{row.month:%Y-%m}"

    def get_max_seconds(self, row: ServiceMonth) -> float:
        """How long it was provided in that month."""
        return _seconds(row.length)

    def get_unavailable_seconds(self, row: ServiceMonth) -> float:
        """How long it was down that counts."""
        return _seconds(row.unavailable)


class Services(Page):
    """Services."""

    @extend_schema(responses=ServiceAnswer(many=True), summary="List services")
    def get(self, request: Request) -> Response:
        """List services, the newest first."""
        return self.page(access.services_of(self.user), ServiceAnswer)


class OneService(Resource):
    """A service."""

    @extend_schema(responses=ServiceAnswer, summary="A service")
    def get(self, request: Request, pk: int) -> Response:
        """A service."""
        service = found(access.services_of(self.user).filter(pk=pk))
        return tagged(request, ServiceAnswer(service).data)


class ServiceMonths(Page):
    """The judged months of a service."""

    @extend_schema(responses=ServiceMonthAnswer(many=True), summary="List a service's months")
    def get(self, request: Request, pk: int) -> Response:
        """List the months of a service that are over, the last one judged first."""
        service = found(access.services_of(self.user).filter(pk=pk))
        return self.page(access.months_of(self.user).filter(service=service), ServiceMonthAnswer)


def _seconds(span: timedelta) -> float:
    return span.total_seconds()
