"""What stands around a ticket: tags, fields, checklist, links and who takes part, with the numbers
by which verbs ask for them.
"""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from support.api.etags import tagged
from support.api.resource import Resource
from support.api.tickets import ticket_of
from tickets.models import WITH_CHOICES, CustomField, FieldType, Link, LinkKind, Ticket


class FieldAnswer(serializers.Serializer[Any]):
    """A field that is asked of such a ticket, and what is filled in."""

    id = serializers.IntegerField()
    name = serializers.CharField()
    type = serializers.ChoiceField(choices=FieldType.choices)
    choices = serializers.ListField(child=serializers.CharField())
    needed = serializers.BooleanField(help_text="Before the ticket can be solved.")
    value = serializers.CharField(allow_blank=True)


class ItemAnswer(serializers.Serializer[Any]):
    """Something to do."""

    number = serializers.IntegerField(source="pk")
    text = serializers.CharField()
    done_at = serializers.DateTimeField(allow_null=True)


class LinkAnswer(serializers.Serializer[Any]):
    """What it is to another ticket; back: as the other says it of this one."""

    number = serializers.IntegerField()
    kind = serializers.ChoiceField(choices=LinkKind.choices)
    other = serializers.CharField()
    back = serializers.BooleanField()


class ParticipantAnswer(serializers.Serializer[Any]):
    """Somebody who gets our answers too."""

    email = serializers.CharField()
    name = serializers.CharField()


class AroundAnswer(serializers.Serializer[Any]):
    """What stands around a ticket."""

    tags = serializers.ListField(child=serializers.CharField())
    fields_asked = FieldAnswer(many=True)
    checklist = ItemAnswer(many=True)
    links = LinkAnswer(many=True)
    participants = ParticipantAnswer(many=True)


class Around(Resource):
    """What stands around a ticket."""

    roles = {"GET": lambda user: user.is_agent}

    @extend_schema(responses=AroundAnswer, summary="What stands around a ticket")
    def get(self, request: Request, reference: str) -> Response:
        """Tags, fields, checklist, links and participants: for the helpdesk alone."""
        ticket = ticket_of(self.user, reference)
        told = {
            "tags": list(ticket.tags.values_list("name", flat=True)),
            "fields_asked": _fields(ticket),
            "checklist": ticket.checklist.all(),
            "links": _links(ticket),
            "participants": ticket.participants.all(),
        }
        return tagged(request, AroundAnswer(told).data)


def _fields(ticket: Ticket) -> list[dict[str, object]]:
    kept = dict(ticket.field_values.values_list("field_id", "value"))
    return [
        {
            "id": field.pk,
            "name": field.name,
            "type": field.type,
            "choices": field.options if field.type in WITH_CHOICES else [],
            "needed": field.required,
            "value": kept.get(field.pk, ""),
        }
        for field in CustomField.objects.asked_of(ticket)
    ]


def _links(ticket: Ticket) -> list[dict[str, object]]:
    found = Link.objects.filter(Q(ticket=ticket) | Q(other=ticket))
    return [
        {
            "number": link.pk,
            "kind": link.kind,
            "other": (link.ticket if link.other_id == ticket.pk else link.other).reference,
            "back": link.other_id == ticket.pk,
        }
        for link in found.select_related("ticket", "other").order_by("pk")
    ]
