"""What is told of tickets and their conversation, as JSON."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils import timezone
from rest_framework import serializers

from sla import telling
from sla.models import Clock, Target
from sla.queries import Card
from tickets.models import Attachment, Channel, Kind, MessageKind, Priority, Status, Ticket


class OrNone(serializers.ChoiceField):
    """A choice that may not have been made: null."""

    def __init__(self, choices: Any) -> None:
        super().__init__(choices, allow_null=True)

    def to_representation(self, value: Any) -> Any:
        """The choice, or None."""
        return value or None


class Named(serializers.Serializer[Any]):
    """Somebody or something, by number and name."""

    id = serializers.IntegerField()
    name = serializers.CharField()


class TicketAnswer(serializers.Serializer[Ticket]):
    """A ticket as it stands. `version` counts what happened to it."""

    id = serializers.IntegerField()
    reference = serializers.CharField()
    url = serializers.SerializerMethodField()
    subject = serializers.CharField()
    kind = serializers.ChoiceField(choices=Kind.choices)
    status = serializers.ChoiceField(choices=Status.choices)
    proposed_priority = OrNone(Priority.choices)
    priority = OrNone(Priority.choices)
    priority_is_definitive = serializers.BooleanField()
    channel = serializers.ChoiceField(choices=Channel.choices)
    organisation = Named(allow_null=True)
    contact = Named(allow_null=True)
    reporter_name = serializers.CharField()
    reporter_email = serializers.CharField()
    answers_to = serializers.CharField(
        help_text="Where answers go, if not to the reporter's own address."
    )
    team = Named(allow_null=True)
    assignee = Named(allow_null=True)
    next_due_at = serializers.DateTimeField(
        source="next_due", allow_null=True, help_text="The nearest binding deadline still owed."
    )
    tags = serializers.SerializerMethodField()
    custom_fields = serializers.SerializerMethodField()
    reported_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()
    version = serializers.IntegerField()

    def get_url(self, ticket: Ticket) -> str:
        """Where it is."""
        return reverse("api-ticket", args=[ticket.reference])

    def get_tags(self, ticket: Ticket) -> list[str]:
        """Our own words; customers get none."""
        return [tag.name for tag in getattr(ticket, "told_tags", ())]

    def get_custom_fields(self, ticket: Ticket) -> dict[str, str]:
        """What is filled in, by the field's name: dates as 2026-12-31, yes or no as true, false."""
        return {kept.field.name: kept.value for kept in getattr(ticket, "told_values", ())}


class AttachmentAnswer(serializers.Serializer[Attachment]):
    """A file; `url` gives it as a download."""

    id = serializers.IntegerField()
    name = serializers.CharField()
    content_type = serializers.CharField()
    size = serializers.IntegerField()
    sha256 = serializers.CharField()
    url = serializers.SerializerMethodField()

    def get_url(self, attachment: Attachment) -> str:
        """Where it is."""
        return reverse("api-attachment", args=[attachment.pk])


class MessageAnswer(serializers.Serializer[Any]):
    """Something said on a ticket; `quoted` is what was repeated below it."""

    id = serializers.IntegerField()
    ticket = serializers.CharField(source="ticket.reference")
    kind = serializers.ChoiceField(choices=MessageKind.choices)
    public = serializers.BooleanField()
    channel = serializers.ChoiceField(choices=Channel.choices)
    sender = serializers.CharField()
    text = serializers.CharField()
    quoted = serializers.CharField()
    at = serializers.DateTimeField()
    attachments = AttachmentAnswer(many=True)


class ClockAnswer(serializers.Serializer[Card]):
    """A promise on a ticket, and in words how it was counted. Seconds are of working time."""

    name = serializers.CharField(help_text="By which a verb is told which promise is meant.")
    promise = serializers.ChoiceField(choices=Target.Promise.choices)
    promise_label = serializers.CharField()
    of = serializers.CharField(
        help_text="The ticket that it was promised on, where that was merged into this one."
    )
    clause = serializers.CharField()
    binding = serializers.BooleanField()
    state = serializers.ChoiceField(choices=Clock.State.choices)
    started_at = serializers.DateTimeField()
    due_at = serializers.DateTimeField(allow_null=True)
    met_at = serializers.DateTimeField(allow_null=True)
    breached_at = serializers.DateTimeField(allow_null=True)
    remaining_seconds = serializers.SerializerMethodField()
    overdue_seconds = serializers.SerializerMethodField()
    told = serializers.SerializerMethodField()
    explanation = serializers.ListField(child=serializers.CharField())

    def get_remaining_seconds(self, card: Card) -> int | None:
        """Working time left; null where nothing is counted."""
        return None if card.remaining is None else int(card.remaining.total_seconds())

    def get_overdue_seconds(self, card: Card) -> int | None:
        """Working time since a deadline that was missed and is still owed; else null."""
        return None if card.overdue is None else int(card.overdue.total_seconds())

    def get_told(self, card: Card) -> str:
        """How it stands, in the words in which the reporter reads it."""
        zone = timezone.get_current_timezone()
        return telling.said(card, **self.context, zone=zone)


class ClocksAnswer(serializers.Serializer[Any]):
    """The promises on a ticket."""

    results = ClockAnswer(many=True)
