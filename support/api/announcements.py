"""Announcements: read by leads and managers, and by customers what they were told themselves."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, Q
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from support.announcements import reading
from support.announcements.models import Announcement, Kind, State
from support.api.bodies import Strict
from support.api.resource import Page, Resource, found
from support.mail.models import came_back


class ReadersAnswer(serializers.Serializer[Any]):
    """How many people it went to, how many have read it, and whose letter came back."""

    people = serializers.IntegerField()
    read = serializers.IntegerField()
    came_back = serializers.IntegerField()


class AnnouncementAnswer(serializers.Serializer[Announcement]):
    """What customers are told, in Markdown. `state`: draft, planned, going or sent. `agreement`:
    its key. `readers`: null for customers, and before it goes.
    """

    id = serializers.IntegerField()
    kind = serializers.ChoiceField(choices=Kind.choices)
    state = serializers.ChoiceField(choices=State.choices)
    owed = serializers.BooleanField(source="is_owed")
    agreement = serializers.SerializerMethodField()
    organisation = serializers.IntegerField(source="organisation_id", allow_null=True)
    edition = serializers.SerializerMethodField()
    rates_from = serializers.DateField(allow_null=True)
    title_nl = serializers.CharField()
    body_nl = serializers.CharField()
    title_en = serializers.CharField()
    body_en = serializers.CharField()
    corrects = serializers.IntegerField(source="corrects_id", allow_null=True)
    send_at = serializers.DateTimeField(allow_null=True)
    begun_at = serializers.DateTimeField(allow_null=True)
    told_at = serializers.DateTimeField(allow_null=True)
    readers = serializers.SerializerMethodField()

    def get_agreement(self, announcement: Announcement) -> str | None:
        """Of the customers that it goes to, where not all."""
        return announcement.agreement.key if announcement.agreement else None

    def get_edition(self, announcement: Announcement) -> int | None:
        """The number of the edition that it is about."""
        return announcement.edition.number if announcement.edition else None

    @extend_schema_field(ReadersAnswer(allow_null=True))
    def get_readers(self, announcement: Any) -> dict[str, int] | None:
        """Counted for who may see them all."""
        if not self.context["counted"] or announcement.begun_at is None:
            return None
        return {
            "people": announcement.people,
            "read": announcement.readers,
            "came_back": announcement.came_back,
        }


class AnnouncementsAsked(Strict):
    """Which announcements."""

    kind = serializers.ChoiceField(choices=Kind.choices, required=False)


class _Announcements(Resource):
    """Those that the token's owner may see."""

    def rows(self) -> Any:
        """With their counts."""
        read = Q(letters__opened_at__isnull=False) | Q(letters__confirmed_at__isnull=False)
        rows = reading.announcements_of(self.user).select_related("agreement", "edition")
        return rows.annotate(
            people=Count("letters"),
            readers=Count("letters", filter=read),
            came_back=Count("letters", filter=came_back("letters__mail")),
        )

    def told_with(self, _rows: list[Any]) -> dict[str, object]:
        """Whether they may see who read it."""
        return {"counted": self.user.is_lead}


class AnnouncementList(_Announcements, Page):
    """Announcements."""

    asks = AnnouncementsAsked

    @extend_schema(responses=AnnouncementAnswer(many=True), summary="List announcements")
    def get(self, request: Request) -> Response:
        """List announcements, the newest first."""
        rows = self.rows()
        if kind := self.asked.get("kind"):
            rows = rows.filter(kind=kind)
        return self.page(rows, AnnouncementAnswer)


class OneAnnouncement(_Announcements):
    """One of them."""

    @extend_schema(responses=AnnouncementAnswer, summary="One announcement")
    def get(self, request: Request, pk: int) -> Response:
        """One of them."""
        kept = found(self.rows().filter(pk=pk))
        return Response(AnnouncementAnswer(kept, context=self.told_with([kept])).data)
