"""What was agreed: agreements with their editions and targets, and the releases."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from sla import terms
from sla.agreements import calendar_data, step_data, target_data
from sla.calendars import length_of_a_day
from sla.editions import stage, today_of
from sla.models import Agreement, Edition, Release, Target
from support import access
from support.api.bodies import Moment, Strict, Text
from support.api.etags import tagged
from support.api.resource import Page, Resource, found
from tickets.models import Channel, Kind, Priority


class EditionInShort(serializers.Serializer[Edition]):
    """An edition of an agreement, and how far it is."""

    number = serializers.IntegerField()
    in_force_on = serializers.DateField()
    announced_at = serializers.DateTimeField(allow_null=True)
    stage = serializers.SerializerMethodField()

    def get_stage(self, edition: Edition) -> Edition.Stage:
        """How far it is today."""
        return stage(edition, today=today_of(edition, now=timezone.now()))


class AgreementAnswer(serializers.Serializer[Agreement]):
    """An agreement with its editions."""

    key = serializers.CharField()
    name = serializers.CharField()
    provider = serializers.CharField()
    phone = serializers.CharField()
    email = serializers.CharField()
    editions = serializers.SerializerMethodField()

    @extend_schema_field(EditionInShort(many=True))
    def get_editions(self, agreement: Agreement) -> list[Any]:
        """Those that whoever asks may see, by the date on which they take force."""
        visible: list[Edition] = self.context["editions"].get(agreement.pk, [])
        return [EditionInShort(edition).data for edition in visible]


class TargetAnswer(serializers.Serializer[Target]):
    """One promise: for what, how long, by what it is measured, and in which clause it stands."""

    key = serializers.CharField()
    promise = serializers.ChoiceField(choices=Target.Promise.choices)
    clause = serializers.CharField()
    ticket_kinds = serializers.ListField(child=serializers.ChoiceField(choices=Kind.choices))
    priorities = serializers.ListField(child=serializers.ChoiceField(choices=Priority.choices))
    measure = serializers.ChoiceField(choices=Target.Measure.choices)
    hours = serializers.FloatField(help_text="Working hours, with the measure work.")
    days = serializers.FloatField(
        help_text="Working days of the calendar, with the measures days and day_end."
    )
    channels = serializers.ListField(
        child=serializers.ChoiceField(choices=Channel.choices), help_text="Empty: any."
    )
    strength = serializers.ChoiceField(choices=Target.Strength.choices, allow_blank=True)
    phone_required = serializers.BooleanField()
    pauses_while_waiting = serializers.BooleanField()
    from_change = serializers.BooleanField()
    warnings = serializers.ListField(child=serializers.IntegerField())
    told = serializers.SerializerMethodField()

    def get_told(self, target: Target) -> str:
        """How long it gives, in the words in which customers read it."""
        return terms.time_words(target_data(target), length_of_a_day(target.edition.calendar))


class EditionAnswer(EditionInShort):
    """An edition, whole. `escalation` is for the helpdesk."""

    agreement = serializers.CharField(source="agreement.key")
    targets = TargetAnswer(many=True)
    calendar = serializers.SerializerMethodField()
    terms = serializers.DictField()
    escalation = serializers.SerializerMethodField()

    # Any, as the schema reads it: object is no type to it.
    def get_calendar(self, edition: Edition) -> dict[str, Any]:
        """The hours and days that count."""
        return calendar_data(edition.calendar)

    def get_escalation(self, edition: Edition) -> list[dict[str, Any]]:
        """Who of us hears when."""
        if not self.context["user"].is_agent:
            return []
        return [step_data(step) for step in edition.escalation.all()]


class ReleaseAnswer(serializers.Serializer[Release]):
    """A planned release; what is due with it is due at `planned_at`."""

    id = serializers.IntegerField()
    agreement = serializers.CharField(source="agreement.key")
    name = serializers.CharField()
    planned_at = serializers.DateTimeField()
    is_hotfix = serializers.BooleanField()
    skipped_at = serializers.DateTimeField(allow_null=True)
    live_at = serializers.DateTimeField(allow_null=True)


class ReleasesAsked(Strict):
    """Which releases."""

    agreement = Text(max_length=60, required=False, help_text="The key of one.")
    planned_before = Moment(required=False)
    planned_after = Moment(required=False)


class Agreements(Page):
    """Agreements."""

    @extend_schema(responses=AgreementAnswer(many=True), summary="List agreements")
    def get(self, request: Request) -> Response:
        """List agreements, the newest first."""
        return self.page(access.agreements_of(self.user), AgreementAnswer)

    def told_with(self, rows: list[Agreement]) -> dict[str, object]:
        """The editions of these agreements."""
        return {"editions": _editions(access.editions_of(self.user), rows)}


class OneAgreement(Resource):
    """An agreement."""

    @extend_schema(responses=AgreementAnswer, summary="An agreement")
    def get(self, request: Request, key: str) -> Response:
        """An agreement with its editions."""
        agreement = found(access.agreements_of(self.user).filter(key=key))
        context = {"editions": _editions(access.editions_of(self.user), [agreement])}
        return tagged(request, AgreementAnswer(agreement, context=context).data)


class OneEdition(Resource):
    """An edition of an agreement."""

    @extend_schema(responses=EditionAnswer, summary="An edition with its targets")
    def get(self, request: Request, key: str, number: int) -> Response:
        """What an edition promises."""
        editions = access.editions_of(self.user).select_related("agreement", "calendar")
        edition = found(editions.filter(agreement__key=key, number=number))
        return tagged(request, EditionAnswer(edition, context={"user": self.user}).data)


class Releases(Page):
    """Releases."""

    asks = ReleasesAsked

    @extend_schema(responses=ReleaseAnswer(many=True), summary="List releases")
    def get(self, request: Request) -> Response:
        """List releases, the last one made first."""
        rows = access.releases_of(self.user).select_related("agreement")
        wanted = {
            lookup: self.asked[name]
            for name, lookup in (
                ("agreement", "agreement__key"),
                ("planned_before", "planned_at__lt"),
                ("planned_after", "planned_at__gt"),
            )
            if name in self.asked
        }
        return self.page(rows.filter(**wanted), ReleaseAnswer)


class OneRelease(Resource):
    """A release."""

    @extend_schema(responses=ReleaseAnswer, summary="A release")
    def get(self, request: Request, pk: int) -> Response:
        """A release."""
        release = found(access.releases_of(self.user).select_related("agreement").filter(pk=pk))
        return tagged(request, ReleaseAnswer(release).data)


def _editions(editions: QuerySet[Edition], of: list[Agreement]) -> dict[int, list[Edition]]:
    """The editions of some agreements, each with the others beside it, in two queries."""
    told: dict[int, list[Edition]] = {}
    rows = editions.filter(agreement__in=of).select_related("agreement", "calendar")
    rows = rows.prefetch_related("agreement__editions").order_by("in_force_on")
    for edition in rows:
        told.setdefault(edition.agreement_id, []).append(edition)
    return told
