"""Messages, their files, and calls."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import FileResponse, HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from support import access, desk, who
from support.api.answers import MessageAnswer, TicketAnswer
from support.api.bodies import TEXT_MOST, Flag, Number, Strict, Text
from support.api.etags import tagged
from support.api.idempotency import once
from support.api.resource import Page, Resource, found
from support.api.tickets import answer_with, ticket_of
from support.desk.conversation import Words
from support.who import Reporter
from tickets.addresses import bare_address
from tickets.models import Channel, Contact, Kind, Message, Priority, User


def _with_files(messages: QuerySet[Message]) -> QuerySet[Message]:
    return messages.select_related("ticket", "author").prefetch_related("attachments")


class Messages(Page):
    """The conversation on a ticket."""

    oldest_first = True

    @extend_schema(responses=MessageAnswer(many=True), summary="The conversation on a ticket")
    def get(self, request: Request, reference: str) -> Response:
        """What was said on a ticket, the oldest first; notes are for the helpdesk alone."""
        ticket = ticket_of(self.user, reference)
        messages = access.messages_of(self.user).filter(ticket=ticket)
        return self.page(_with_files(messages), MessageAnswer)


class OneMessage(Resource):
    """A message."""

    @extend_schema(responses=MessageAnswer, summary="A message")
    def get(self, request: Request, pk: int) -> Response:
        """Something that was said."""
        message = found(_with_files(access.messages_of(self.user)).filter(pk=pk))
        return tagged(request, MessageAnswer(message).data)


class OneAttachment(Resource):
    """A file."""

    @extend_schema(
        responses={(200, "application/octet-stream"): OpenApiTypes.BINARY}, summary="A file"
    )
    def get(self, request: Request, pk: int) -> HttpResponseBase:
        """A file, always as a download: what came from outside is never shown from our address."""
        attachment = found(access.attachments_of(self.user).filter(pk=pk))
        response = FileResponse(
            attachment.file.open(), as_attachment=True, filename=attachment.name
        )
        response["Content-Type"] = "application/octet-stream"
        response["Content-Security-Policy"] = "sandbox; default-src 'none'"
        return response


class Call(Strict):
    """A call about a ticket, or with `subject` and `kind` a new report.

    answered: an agent took the call, which is itself the reaction; otherwise we call back.
    """

    ticket = Text(max_length=24, required=False)
    contact = Number(
        queryset=Contact.objects.select_related("organisation__fixed_contact", "user"),
        required=False,
    )
    caller = Text(max_length=120, required=False, default="")
    email = serializers.EmailField(max_length=254, required=False)
    text = Text(max_length=TEXT_MOST)
    answered = Flag()
    subject = Text(max_length=200, required=False)
    kind = serializers.ChoiceField(choices=Kind.choices, required=False)
    priority = serializers.ChoiceField(choices=Priority.choices, required=False)

    def validate(self, attrs: dict[str, object]) -> dict[str, object]:
        """Either about a ticket, or a report with what a report needs."""
        new = {"subject", "kind"} - attrs.keys()
        if "ticket" in attrs:
            extra = {"subject", "kind", "priority", "email"} & attrs.keys()
            wrong = {name: _("This is for a new report.") for name in extra}
        else:
            wrong = {name: _("A new report needs this.") for name in new}
            if attrs.get("kind") == Kind.INCIDENT and "priority" not in attrs:
                wrong["priority"] = _("Ask how much the incident hinders them.")
        if wrong:
            raise serializers.ValidationError(wrong)
        return attrs


class Calls(Resource):
    """The telephone."""

    roles = {"POST": lambda user: user.is_agent}

    @extend_schema(request=Call, responses={201: TicketAnswer}, summary="Record a call")
    def post(self, request: Request) -> HttpResponseBase:
        """Record a call: a new report by phone, or about a ticket. Gives the ticket."""
        return once(request, lambda: self._record(request))

    def _record(self, request: Request) -> Response:
        body = Call(data=request.data)
        body.is_valid(raise_exception=True)
        reference = _recorded(self.user, body.validated_data)
        place = reverse("api-ticket", args=[reference])
        now = ticket_of(self.user, reference)
        return answer_with(request, now, status=201, headers={"Location": place})


def _recorded(user: User, call: dict[str, Any]) -> str:
    """Record a call; gives the ticket's reference."""
    said, contact = Words(text=call["text"]), call.get("contact")
    if "ticket" in call:
        ticket = ticket_of(user, call["ticket"])
        desk.log_call(
            ticket,
            said,
            actor=user,
            contact=contact,
            caller=call["caller"],
            answered=call["answered"],
        )
        return ticket.reference
    return desk.open_ticket(
        _caller(call),
        said,
        subject=call["subject"],
        kind=call["kind"],
        channel=Channel.PHONE,
        priority=call.get("priority", ""),
        answered=call["answered"],
        actor=user,
    ).reference


def _caller(call: dict[str, Any]) -> Reporter:
    """Who phones. An address that we know does not make a stranger somebody who may phone."""
    name, email, contact = call["caller"], call.get("email", ""), call.get("contact")
    if contact is not None or not email:
        own = contact is not None and bare_address(email) in ("", contact.email)
        return Reporter(name=name, email=email, contact=contact, proved=own)
    known = who.by_address(email)
    organisation = known.contact.organisation if known.contact else known.organisation
    return Reporter(name=name, email=email, organisation=organisation)
