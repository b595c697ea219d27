"""Maintenance: looked at by whom it concerns, announced and kept by the helpdesk."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any, ClassVar

from django.db.models import QuerySet
from django.http import HttpResponseBase
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from sla import upkeep
from sla.models import Maintenance, Service, UpdateDecision
from support import access
from support.api.bodies import ChosenBy, Moment, Number, Strict, Text
from support.api.etags import tagged
from support.api.idempotency import once
from support.api.resource import Doing, Page, Resource, Roles, found
from support.maintenance import shown
from support.maintenance.forms import MOST_MINUTES

MOST_SERVICES = 1000
_AGENTS: Roles = {"POST": lambda user: user.is_agent}


class MaintenanceAnswer(serializers.Serializer[Maintenance]):
    """Work on services. `services`: those that the owner of the token may see. `release`: which
    one brings it by itself. `phase`: coming, on, late (takes longer than announced), unsaid (its
    time has passed, nobody said that it is done), over or cancelled.
    """

    id = serializers.IntegerField()
    kind = serializers.ChoiceField(choices=Maintenance.Kind.choices)
    phase = serializers.SerializerMethodField()
    services = serializers.SerializerMethodField()
    nature = serializers.CharField()
    cause = serializers.CharField()
    work = serializers.CharField()
    begins_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField(allow_null=True)
    expected_minutes = serializers.IntegerField(allow_null=True)
    announced_at = serializers.DateTimeField()
    started_at = serializers.DateTimeField(allow_null=True)
    finished_at = serializers.DateTimeField(allow_null=True)
    cancelled_at = serializers.DateTimeField(allow_null=True)
    release = serializers.IntegerField(source="release_id", allow_null=True)
    version = serializers.IntegerField()

    def get_phase(self, maintenance: Maintenance) -> str:
        """How far it is."""
        return shown.phase_of(maintenance, timezone.now())

    def get_services(self, maintenance: Maintenance) -> list[int]:
        """Their numbers."""
        theirs: set[int] = self.context["services"]
        return sorted(each.pk for each in maintenance.services.all() if each.pk in theirs)


class Announced(Strict):
    """Maintenance to announce. Planned: with nature, ends_at and expected_minutes (2.B); emergency:
    with cause and work (2.C); a supplier's: with nature and ends_at. `decision`: on the update that
    it is for.
    """

    kind = serializers.ChoiceField(choices=Maintenance.Kind.choices)
    services = serializers.ListField(
        child=Number(queryset=Service.objects.all()), min_length=1, max_length=MOST_SERVICES
    )
    nature = Text(max_length=200, required=False, default="", allow_blank=True)
    cause = Text(max_length=400, required=False, default="", allow_blank=True)
    work = Text(max_length=10_000, required=False, default="", allow_blank=True)
    begins_at = Moment()
    ends_at = Moment(required=False, allow_null=True, default=None)
    expected_minutes = serializers.IntegerField(
        min_value=0, max_value=MOST_MINUTES, required=False, allow_null=True, default=None
    )
    decision = Number(
        queryset=UpdateDecision.objects.exclude(way=UpdateDecision.Way.SILENT),
        required=False,
        allow_null=True,
        default=None,
    )


class ChangedTimes(Strict):
    """Other times, and why; customers read it."""

    begins_at = Moment()
    ends_at = Moment(required=False, allow_null=True, default=None)
    expected_minutes = serializers.IntegerField(
        min_value=0, max_value=MOST_MINUTES, required=False, allow_null=True, default=None
    )
    reason = Text(max_length=2000)


class AtMoment(Strict):
    """When; now, if nothing is said."""

    at = Moment(required=False)


class CancelledWhy(Strict):
    """Why it will not be; customers read it."""

    reason = Text(max_length=2000)


class MaintenanceAsked(Strict):
    """Which maintenance."""

    service = ChosenBy(required=False)
    ends_after = Moment(required=False, help_text="What is not over by then.")
    begins_before = Moment(required=False)


class MaintenanceList(Page):
    """Maintenance."""

    asks = MaintenanceAsked
    roles: ClassVar[Roles] = _AGENTS

    @extend_schema(responses=MaintenanceAnswer(many=True), summary="List maintenance")
    def get(self, request: Request) -> Response:
        """List maintenance, what was announced last first."""
        rows = access.maintenance_of(self.user).prefetch_related("services")
        if "service" in self.asked:
            theirs = access.services_of(self.user).filter(pk=self.asked["service"])
            rows = rows.filter(services__in=theirs)
        if after := self.asked.get("ends_after"):
            rows = rows.until_after(after)
        if before := self.asked.get("begins_before"):
            rows = rows.filter(begins_at__lt=before)
        return self.page(rows, MaintenanceAnswer)

    def told_with(self, rows: list[Any]) -> dict[str, Any]:
        """Which services the owner of the token may see."""
        return _context(self)

    @extend_schema(
        operation_id="maintenance_announce",
        request=Announced,
        responses={201: MaintenanceAnswer},
        summary="Announce maintenance",
    )
    def post(self, request: Request) -> HttpResponseBase:
        """Announce maintenance; whom it concerns is told."""
        return once(request, lambda: self._announce(request))

    def _announce(self, request: Request) -> Response:
        body = Announced(data=request.data)
        body.is_valid(raise_exception=True)
        said = dict(body.validated_data)
        services, decision = said.pop("services"), said.pop("decision")
        made = upkeep.announce(
            Maintenance(decision=decision, **said),
            services,
            actor=self.user,
            now=timezone.now(),
        )
        place = reverse("api-one-maintenance", args=[made.pk])
        return _answer(self, request, made.pk, status=201, headers={"Location": place})


class OneMaintenance(Resource):
    """One of them."""

    @extend_schema(responses=MaintenanceAnswer, summary="One maintenance")
    def get(self, request: Request, pk: int) -> Response:
        """One of them."""
        return _answer(self, request, pk)


class _Doing(Doing):
    """Doing something with it."""

    def rows(self) -> QuerySet[Any]:
        """What the token's owner sees."""
        return access.maintenance_of(self.user)

    def told(self, request: Request, pk: int) -> Response:
        """It, as it is now."""
        return _answer(self, request, pk)


class ChangeMaintenance(_Doing):
    """Other times."""

    body = ChangedTimes

    @extend_schema(
        operation_id="maintenance_change",
        request=ChangedTimes,
        responses=MaintenanceAnswer,
        summary="Change its times",
    )
    def post(self, request: Request, pk: int) -> HttpResponseBase:
        """Change its times; whom it concerns is told."""
        return self.do(request, pk, upkeep.change)


class StartMaintenance(_Doing):
    """It began."""

    body = AtMoment

    @extend_schema(
        operation_id="maintenance_start",
        request=AtMoment,
        responses=MaintenanceAnswer,
        summary="Say that it began",
    )
    def post(self, request: Request, pk: int) -> HttpResponseBase:
        """Say that it began."""
        return self.do(request, pk, _at(upkeep.start))


class FinishMaintenance(_Doing):
    """It is done."""

    body = AtMoment

    @extend_schema(
        operation_id="maintenance_finish",
        request=AtMoment,
        responses=MaintenanceAnswer,
        summary="Say that it is done",
    )
    def post(self, request: Request, pk: int) -> HttpResponseBase:
        """Say that it is done."""
        return self.do(request, pk, _at(upkeep.finish))


class CancelMaintenance(_Doing):
    """It does not take place."""

    body = CancelledWhy

    @extend_schema(
        operation_id="maintenance_cancel",
        request=CancelledWhy,
        responses=MaintenanceAnswer,
        summary="Cancel it",
    )
    def post(self, request: Request, pk: int) -> HttpResponseBase:
        """Cancel it; whom it concerns is told."""
        return self.do(request, pk, upkeep.cancel)


def patterns() -> list[URLPattern]:
    """The addresses of maintenance."""
    one = "maintenance/<id:pk>/"
    doing = {
        "change": ChangeMaintenance,
        "start": StartMaintenance,
        "finish": FinishMaintenance,
        "cancel": CancelMaintenance,
    }
    return [
        path("maintenance/", MaintenanceList.as_view(), name="api-maintenance"),
        path(one, OneMaintenance.as_view(), name="api-one-maintenance"),
        *(
            path(f"{one}{name}/", view.as_view(), name=f"api-maintenance-{name}")
            for name, view in doing.items()
        ),
    ]


def _at(do: Callable[..., object]) -> Callable[..., object]:
    """With now for a moment that was not said."""

    def act(
        maintenance: Maintenance, *, now: datetime, at: datetime | None = None, **said: object
    ) -> object:
        return do(maintenance, at=at or now, now=now, **said)

    return act


def _context(view: Resource) -> dict[str, Any]:
    return {"services": set(access.services_of(view.user).values_list("pk", flat=True))}


def _answer(view: Resource, request: Request, pk: int, **how: Any) -> Response:
    rows = access.maintenance_of(view.user).prefetch_related("services")
    kept = found(rows.filter(pk=pk))
    data = MaintenanceAnswer(kept, context=_context(view)).data
    return tagged(request, data, version=kept.version, **how)
