"""Outages: looked at by whom they concern, written into the ledger by the helpdesk."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, ClassVar

from django.db.models import Q, QuerySet
from django.http import HttpResponseBase
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from sla import outages
from sla.models import Outage, Service
from sla.models.outage import OutageQuerySet
from support import access
from support.api.bodies import ChosenBy, Moment, Number, Strict, Text
from support.api.etags import tagged
from support.api.idempotency import once
from support.api.resource import Doing, Page, Resource, Roles, found
from support.outages import reporters, verbs
from tickets.models import Ticket

_AGENTS: Roles = {"POST": lambda user: user.is_agent}


class OutageAnswer(serializers.Serializer[Outage]):
    """A time that a service was down. `cause`: a key of the agreement's own list; empty counts.
    `ticket`: the number of the ticket that it is dealt with on, for who may see that.
    """

    id = serializers.IntegerField()
    service = serializers.IntegerField(source="service_id")
    ticket = serializers.SerializerMethodField()
    reported_at = serializers.DateTimeField(allow_null=True)
    detected_at = serializers.DateTimeField(allow_null=True)
    down_since = serializers.DateTimeField(allow_null=True)
    accepted_from = serializers.DateTimeField(allow_null=True)
    restored_at = serializers.DateTimeField(allow_null=True)
    cause = serializers.CharField()
    withdrawn = serializers.BooleanField()
    version = serializers.IntegerField()

    def get_ticket(self, outage: Outage) -> str | None:
        """Such as WD-10423."""
        theirs: Mapping[int, str] = self.context["tickets"]
        return theirs.get(outage.ticket_id or 0)


class OutagesAsked(Strict):
    """Which outages."""

    service = ChosenBy(required=False)
    down_after = Moment(required=False, help_text="Down at some moment after this one.")
    down_before = Moment(required=False, help_text="Down at some moment before this one.")


class DownSaid(Strict):
    """That a service is down: seen by us at `at` (now, if nothing is said), or reported by a
    customer on a ticket, and then since that report.
    """

    service = Number(queryset=Service.objects.all())
    ticket = serializers.CharField(max_length=40, required=False)
    at = Moment(required=False)
    down_since = Moment(required=False, help_text="Since when it really was down, if known.")

    def validate(self, said: dict[str, object]) -> dict[str, object]:
        """A report has its own moment."""
        if "ticket" in said and {"at", "down_since"} & set(said):
            raise serializers.ValidationError({"ticket": _("The report itself says when.")})
        return said


class RestoredSaid(Strict):
    """Since when it is there again; now, if nothing is said."""

    at = Moment(required=False)


class CauseSaid(Strict):
    """What it came from: a key of the agreement's own list; and why that was decided."""

    cause = serializers.CharField(max_length=60)
    reason = Text(max_length=2000)


class CorrectedTimes(Strict):
    """Times to put right; null takes one away, what is not named stays."""

    reported_at = Moment(required=False, allow_null=True)
    detected_at = Moment(required=False, allow_null=True)
    down_since = Moment(required=False, allow_null=True)
    restored_at = Moment(required=False, allow_null=True)
    reason = Text(max_length=2000)


class WithdrawnWhy(Strict):
    """Why it was none."""

    reason = Text(max_length=2000)


class NoteSaid(Strict):
    """Something that colleagues should know of it."""

    text = Text(max_length=2000)


class AnswerSaid(Strict):
    """One answer to all who reported it. `solves`: their tickets are resolved with it."""

    text = Text(max_length=20_000)
    solves = serializers.BooleanField(default=False)


class Outages(Page):
    """Outages."""

    asks = OutagesAsked
    roles: ClassVar[Roles] = _AGENTS

    @extend_schema(responses=OutageAnswer(many=True), summary="List outages")
    def get(self, request: Request) -> Response:
        """List outages, the newest first."""
        rows = access.outages_of(self.user)
        if "service" in self.asked:
            rows = rows.filter(service=self.asked["service"])
        return self.page(_down(rows, self.asked), OutageAnswer)

    def told_with(self, rows: list[Any]) -> dict[str, Any]:
        """The tickets that the owner of the token may see."""
        return _context(self, rows)

    @extend_schema(
        operation_id="outages_begin",
        request=DownSaid,
        responses={201: OutageAnswer},
        summary="Say that a service is down",
    )
    def post(self, request: Request) -> HttpResponseBase:
        """Say that a service is down: it begins an outage, or joins the one that goes on."""
        return once(request, lambda: self._begin(request))

    def _begin(self, request: Request) -> Response:
        body = DownSaid(data=request.data)
        body.is_valid(raise_exception=True)
        said, now = dict(body.validated_data), timezone.now()
        service, reference = said.pop("service"), said.pop("ticket", None)
        if reference is None:
            at = said.pop("at", now)
            made = verbs.detected(service, at=at, now=now, actor=self.user, **said)
        else:
            ticket = access.tickets_of(self.user).by_reference(reference).first()
            if ticket is None:
                raise serializers.ValidationError({"ticket": _("There is no such ticket.")})
            made = verbs.reported(service, ticket, actor=self.user, now=now)
        place = reverse("api-outage", args=[made.pk])
        return _answer(self, request, made.pk, status=201, headers={"Location": place})


class OneOutage(Resource):
    """An outage."""

    @extend_schema(responses=OutageAnswer, summary="An outage")
    def get(self, request: Request, pk: int) -> Response:
        """An outage."""
        return _answer(self, request, pk)


class _Doing(Doing):
    """Something that is done with an outage."""

    def rows(self) -> QuerySet[Any]:
        """Those of the token's owner."""
        return access.outages_of(self.user).select_related("service__agreement", "ticket")

    def told(self, request: Request, pk: int) -> Response:
        """It, as it is now."""
        return _answer(self, request, pk)


def _verb(name: str, body: type[Strict], act: Callable[..., object], summary: str) -> type[_Doing]:
    """The view of one thing that can be done."""

    def post(self: _Doing, request: Request, pk: int) -> HttpResponseBase:
        return self.do(request, pk, act)

    post.__doc__ = f"{summary}."
    described = extend_schema(
        operation_id=f"outages_{name}", request=body, responses=OutageAnswer, summary=summary
    )(post)
    view = type(f"{name.title()}Outage", (_Doing,), {"body": body, "post": described})
    view.__doc__ = f"{summary}."
    return view


def _restore(outage: Outage, *, now: Any, at: Any = None, actor: Any) -> Any:
    return verbs.restored(outage, at=at or now, now=now, actor=actor)


def _correct(outage: Outage, *, reason: str, actor: Any, now: Any, **moments: Any) -> Any:
    return outages.correct(outage, moments, reason=reason, actor=actor, now=now)


DOING = {
    "restore": _verb("restore", RestoredSaid, _restore, "Say that it is there again"),
    "cause": _verb("cause", CauseSaid, outages.set_cause, "Say what it came from"),
    "correct": _verb("correct", CorrectedTimes, _correct, "Put its times right"),
    "withdraw": _verb("withdraw", WithdrawnWhy, outages.withdraw, "Say that it was none"),
    "note": _verb("note", NoteSaid, outages.note, "Write a note"),
    "answer": _verb("answer", AnswerSaid, reporters.answer, "Answer all who reported it"),
}


def patterns() -> list[URLPattern]:
    """The addresses of outages."""
    one = "outages/<id:pk>/"
    return [
        path("outages/", Outages.as_view(), name="api-outages"),
        path(one, OneOutage.as_view(), name="api-outage"),
        *(
            path(f"{one}{name}/", view.as_view(), name=f"api-outage-{name}")
            for name, view in DOING.items()
        ),
    ]


def _down(rows: OutageQuerySet, asked: Mapping[str, Any]) -> OutageQuerySet:
    if after := asked.get("down_after"):
        rows = rows.filter(Q(restored_at=None) | Q(restored_at__gt=after))
    if before := asked.get("down_before"):
        rows = rows.filter(first_known_at__lt=before)
    return rows


def _context(view: Resource, rows: list[Any]) -> dict[str, Any]:
    pks = [row.ticket_id for row in rows if row.ticket_id]
    found_of = access.tickets_of(view.user).filter(pk__in=pks) if pks else Ticket.objects.none()
    return {"tickets": {ticket.pk: ticket.reference for ticket in found_of}}


def _answer(view: Resource, request: Request, pk: int, **how: Any) -> Response:
    kept = found(access.outages_of(view.user).filter(pk=pk))
    data = OutageAnswer(kept, context=_context(view, [kept])).data
    return tagged(request, data, version=kept.version, **how)
