"""How well promises were kept, for managers' programs."""

from __future__ import annotations

from datetime import date
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response

from sla.models import Target
from sla.reporting import MonthReport, month_report
from support import access
from support.api.answers import OrNone
from support.api.etags import tagged
from support.api.models import Scope
from support.api.resource import Resource
from support.reports.no_longer import NoLonger, all_of, listed
from tickets.models import Kind, Priority


class TallyAnswer(serializers.Serializer[Any]):
    """How often each outcome occurred; share_kept in whole percents, null if nothing is decided."""

    kept = serializers.IntegerField()
    breached = serializers.IntegerField()
    not_binding = serializers.IntegerField()
    running = serializers.IntegerField()
    share_kept = serializers.IntegerField(source="share", allow_null=True)


class PromiseTally(serializers.Serializer[Any]):
    """Of one promise: by priority, or where there is none by kind of ticket."""

    promise = serializers.ChoiceField(choices=Target.Promise.choices)
    priority = OrNone(Priority.choices)
    kind = OrNone(Kind.choices)
    tally = TallyAnswer()


class OrganisationTally(serializers.Serializer[Any]):
    """Of one organisation; id and name are null for reporters that are nobody's."""

    id = serializers.IntegerField(allow_null=True)
    name = serializers.CharField(allow_null=True)
    tally = TallyAnswer()


class NoLongerAnswer(serializers.Serializer[NoLonger]):
    """A promise that was missed and counts no more, because of what somebody did afterwards."""

    ticket = serializers.CharField(source="alert.ticket.reference")
    promise = serializers.ChoiceField(choices=Target.Promise.choices, source="alert.promise")
    clause = serializers.CharField(source="alert.clause")
    started_at = serializers.DateTimeField(source="alert.started_at")
    due_at = serializers.DateTimeField(source="alert.due_at")
    removed_at = serializers.DateTimeField(
        source="at", allow_null=True, help_text="Null where nothing that somebody did explains it."
    )
    removed_by = serializers.CharField(source="by.name", allow_null=True, default=None)
    why = serializers.CharField(source="said")


class MonthAnswer(serializers.Serializer[Any]):
    """The promises that started in a month."""

    month = serializers.CharField()
    total = TallyAnswer()
    by_promise = PromiseTally(many=True)
    by_organisation = OrganisationTally(many=True)
    no_longer_missed = NoLongerAnswer(many=True)


class Month(Resource):
    """A month's report."""

    scope = Scope.REPORTS
    roles = {"GET": lambda user: user.is_lead, "HEAD": lambda user: user.is_lead}

    @extend_schema(responses=MonthAnswer, summary="What was kept and missed in a month")
    def get(self, request: Request, year: int, month: int) -> Response:
        """Counts of the promises that started in a month, by promise and by organisation."""
        if not (2000 <= year < 2100 and 1 <= month <= 12):
            raise NotFound
        first = date(year, month, 1)
        counted = access.counted_clocks(self.user), access.counted_tallies(self.user)
        report = _month_answer(month_report(first, *counted))
        report["no_longer_missed"] = list(all_of(listed(self.user, first)))
        return tagged(request, MonthAnswer(report).data)


def _month_answer(report: MonthReport) -> dict[str, object]:
    return {
        "month": f"{report.month:%Y-%m}",
        "total": report.total,
        "by_promise": [
            {"promise": promise, "priority": priority, "kind": kind, "tally": tally}
            for (promise, priority, kind), tally in sorted(report.by_promise.items())
        ],
        "by_organisation": [
            {"id": pk or None, "name": name or None, "tally": tally}
            for (pk, name), tally in sorted(report.by_organisation.items())
        ],
    }
