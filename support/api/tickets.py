"""Tickets: list, report, look at one, and its clocks."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django.db.models import Exists, F, OuterRef, Prefetch, Q, QuerySet
from django.http import HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from sla import projection, telling
from sla.models import Clock, Coverage
from sla.queries import cards_of, edition_of
from support import access, desk, offer, who
from support.api.answers import ClocksAnswer, TicketAnswer
from support.api.bodies import (
    TEXT_MOST,
    ChosenBy,
    Files,
    Json,
    Moment,
    Number,
    NumberInForm,
    Strict,
    Text,
)
from support.api.etags import tagged
from support.api.fields import answers_taken
from support.api.idempotency import once
from support.api.resource import Page, Resource, found
from support.desk.conversation import Words
from support.queue.filters import Asking
from support.search import finding
from support.search.language import MOST_CHARACTERS, read
from support.search.meanings import misread
from support.who import Reporter
from tickets.models import (
    Channel,
    Contact,
    FieldValue,
    Kind,
    Priority,
    Status,
    Tag,
    Ticket,
    TicketQuerySet,
    User,
)
from tickets.models.field import LONGEST

MULTIPART = "multipart/form-data"


class TicketsAsked(Strict):
    """Which tickets; `due_` is about the promises that are still owed."""

    q = Text(
        max_length=MOST_CHARACTERS,
        required=False,
        help_text=(
            'Searched for as at the desk: words, "a phrase", -without, and operators such as '
            "status:open, org:school, from:carla, is:open, due:late, after:2026-05-18, "
            "attachment:report. A customer's token searches what that customer may read. "
            "An operator or a value that is not known is a 400 that names those that are."
        ),
    )
    status = serializers.ChoiceField(choices=Status.choices, required=False)
    kind = serializers.ChoiceField(choices=Kind.choices, required=False)
    priority = serializers.ChoiceField(choices=Priority.choices, required=False)
    organisation = ChosenBy(required=False)
    assignee = ChosenBy(required=False)
    due_before = Moment(required=False)
    due_after = Moment(required=False)
    updated_since = Moment(required=False)


_CONTACTS = Contact.objects.select_related("organisation__fixed_contact", "user").prefetch_related(
    "addresses"
)


class Answers(serializers.DictField):
    """What is asked besides, by the name of the field."""

    child = Text(allow_blank=True, max_length=LONGEST)


class AnswersInForm(Text):
    """The same in a form, where everything is text: as an object in JSON."""

    def to_internal_value(self, data: Any) -> Any:
        """The answers."""
        try:
            given = json.loads(super().to_internal_value(data))
        except (ValueError, RecursionError):
            given = None
        if not isinstance(given, dict):
            raise serializers.ValidationError(_("Send the answers as an object in JSON."), "unfit")
        return Answers().run_validation(given)


class Report(Strict):
    """A report. An incident needs the priority as the reporter sees it.

    Of whom it is: a contact by number, or a name and an address. Only the helpdesk can say that;
    a customer reports for themselves.
    """

    subject = Text(max_length=200)
    text = Text(max_length=TEXT_MOST)
    kind = serializers.ChoiceField(choices=Kind.choices)
    priority = serializers.ChoiceField(choices=Priority.choices, required=False)
    contact = Number(queryset=_CONTACTS, required=False)
    reporter_name = Text(max_length=120, required=False)
    reporter_email = serializers.EmailField(required=False, max_length=254)
    custom_fields: serializers.Field[Any, Any, Any, Any] = Answers(
        required=False,
        help_text=(
            "Answers to what is asked besides, by the field's name as in `fields/`, which says of "
            "which reports: text, a number, 2026-12-31, true or false, a choice as it is kept; of "
            "several choices a line each."
        ),
    )

    def validate(self, attrs: dict[str, object]) -> dict[str, object]:
        """What is promised for an incident hangs on its priority."""
        if attrs["kind"] == Kind.INCIDENT and "priority" not in attrs:
            raise serializers.ValidationError(
                {"priority": _("Choose how much the incident hinders you.")}, "required"
            )
        if "contact" in attrs and "reporter_email" in attrs:
            raise serializers.ValidationError(
                {"contact": _("Give a contact or an address, not both.")}, "ambiguous"
            )
        return attrs


class ReportWithFiles(Report):
    """The same, with files."""

    contact = NumberInForm(queryset=_CONTACTS, required=False)
    custom_fields = AnswersInForm(
        required=False, max_length=TEXT_MOST, help_text="The same, as an object in JSON."
    )
    attachments = Files(required=False)


def with_answer(tickets: TicketQuerySet, reader: User | None = None) -> QuerySet[Ticket]:
    """Tickets with all that their answer tells; for nobody named, what a customer may see."""
    told = tickets.with_people().annotate(next_due=F("coverage__next_due_at"))
    values = FieldValue.objects.select_related("field").order_by("field__position", "field__name")
    if reader is None or not reader.is_agent:
        values = values.filter(field__customers_see=True)
    else:
        told = told.prefetch_related(Prefetch("tags", Tag.objects.all(), to_attr="told_tags"))
    return told.prefetch_related(Prefetch("field_values", values, to_attr="told_values"))


def ticket_of(user: User, reference: str) -> Ticket:
    """A ticket that somebody may see, with all that its answer tells; else 404."""
    ticket: Ticket = found(with_answer(access.tickets_of(user).by_reference(reference), user))
    return ticket


def reported(ticket: Ticket) -> Ticket:
    """A ticket that was opened here and now, with what its answer tells besides."""
    coverage: Coverage | None = getattr(ticket, "coverage", None)
    ticket.next_due = coverage.next_due_at if coverage else None  # type: ignore[attr-defined]
    return ticket


def answer_with(request: Request, ticket: Ticket, **how: Any) -> Response:
    """A ticket as it stands, with its ETag."""
    return tagged(request, TicketAnswer(ticket).data, version=ticket.version, **how)


def has_files(request: Request) -> bool:
    """Did it come as a form with files?"""
    return (request.content_type or "").startswith(MULTIPART)


class Tickets(Page):
    """All that the token's owner may see, the newest first."""

    asks = TicketsAsked
    parser_classes = (Json, MultiPartParser)

    @extend_schema(responses=TicketAnswer(many=True), summary="List tickets")
    def get(self, request: Request) -> Response:
        """List tickets, the newest first."""
        chosen = _chosen(access.tickets_of(self.user), self.asked)
        if "q" in self.asked:
            chosen = _answering(chosen, self.asked["q"], Asking(self.user, timezone.now()))
        return self.page(with_answer(chosen, self.user), TicketAnswer)

    @extend_schema(
        request={"application/json": Report, MULTIPART: ReportWithFiles},
        responses={201: TicketAnswer},
        summary="Report something",
    )
    def post(self, request: Request) -> HttpResponseBase:
        """Report something. The clocks start now; the reporter gets a confirmation by mail."""
        return once(request, lambda: self._report(request))

    def _report(self, request: Request) -> Response:
        _require_own(self.user, request.data)
        body = (ReportWithFiles if has_files(request) else Report)(data=request.data)
        body.is_valid(raise_exception=True)
        report = body.validated_data
        reporter = _reporter(self.user, report)
        if not self.user.is_agent:
            _require_offered(reporter, report["kind"])
        values = answers_taken(
            report.get("custom_fields", {}),
            reporter,
            kind=report["kind"],
            priority=report.get("priority", ""),
        )
        ticket = desk.open_ticket(
            reporter,
            Words(text=report["text"], files=report.get("attachments", ())),
            subject=report["subject"],
            kind=report["kind"],
            channel=Channel.API,
            priority=report.get("priority", ""),
            values=values,
        )
        if values:
            ticket = ticket_of(self.user, ticket.reference)
        place = reverse("api-ticket", args=[ticket.reference])
        told = ticket if values else reported(ticket)
        return answer_with(request, told, status=201, headers={"Location": place})


class OneTicket(Resource):
    """A ticket."""

    @extend_schema(responses=TicketAnswer, summary="Look at a ticket")
    def get(self, request: Request, reference: str) -> Response:
        """Look at a ticket. Its ETag goes into If-Match of what you do to it."""
        return answer_with(request, ticket_of(self.user, reference))


class Clocks(Resource):
    """The promises on a ticket."""

    @extend_schema(responses=ClocksAnswer, summary="What is promised, and why so")
    def get(self, request: Request, reference: str) -> Response:
        """Every promise on a ticket, with in words how its deadline was counted."""
        ticket = ticket_of(self.user, reference)
        now = timezone.now()
        reader = telling.reader_of(ticket.contact, ticket.organisation, edition_of(ticket))
        answer = ClocksAnswer(
            {"results": cards_of(ticket, now=now)}, context={"reader": reader, "now": now}
        )
        return tagged(request, answer.data)


def _chosen(tickets: TicketQuerySet, asked: Mapping[str, Any]) -> TicketQuerySet:
    for name in ("status", "kind", "priority", "organisation", "assignee"):
        if name in asked:
            tickets = tickets.filter(**{name: asked[name]})
    if "updated_since" in asked:
        since = asked["updated_since"]
        tickets = tickets.filter(Q(updated_at__gte=since) | Q(change__at__gte=since))
    due = {
        lookup: asked[name]
        for name, lookup in (("due_before", "due_at__lt"), ("due_after", "due_at__gt"))
        if name in asked
    }
    if due:
        owed = Clock.objects.filter(met_at=None, **due).exclude(state=Clock.State.CANCELLED)
        own = Exists(owed.filter(ticket=OuterRef("pk"), carried_by=None))
        # What was promised on a merged ticket is owed on the one that stays.
        tickets = tickets.filter(own | Exists(owed.filter(carried_by=OuterRef("pk"))))
    return tickets


def _answering(tickets: TicketQuerySet, text: str, asking: Asking) -> TicketQuerySet:
    """Those that answer to a search. ValidationError if it is not understood whole."""
    asked = read(text)
    if problems := misread(asked, asking):
        raise serializers.ValidationError(
            {"q": [ErrorDetail(problem, "misread") for problem in problems]}
        )
    return finding.answering(tickets, asked, asking)[0]


def _require_own(user: User, report: object) -> None:
    """ValidationError if a customer reports for somebody else, before anybody is looked up: what
    is said of one who exists must not differ from what is said of one who doesn't.
    """
    if user.is_agent or not isinstance(report, Mapping):
        return
    others = [name for name in ("contact", "reporter_name", "reporter_email") if name in report]
    if others:
        message = ErrorDetail(_("Only the helpdesk can report for somebody else."), "forbidden")
        raise serializers.ValidationError({name: [message] for name in others})


def _require_offered(reporter: Reporter, kind: str) -> None:
    """ValidationError for a kind of report that the customer's agreement does not speak of."""
    agreed = projection.agreed_at(timezone.now(), reporter.their_organisation)
    if kind not in offer.kinds(agreed["edition"] if agreed else None):
        message = ErrorDetail(_("Your agreement does not have this kind of report."), "not_offered")
        raise serializers.ValidationError({"kind": [message]})


def _reporter(user: User, report: Mapping[str, Any]) -> Reporter:
    """Whose report it is: a customer's own."""
    if not user.is_agent:
        return replace(who.by_address(user.email, user.name), proved=True)
    if "contact" in report:
        name = report.get("reporter_name", "")
        return Reporter(name=name, contact=report["contact"], proved=True)
    name, email = report.get("reporter_name", ""), report.get("reporter_email", "")
    return who.by_address(email, name) if email else Reporter(name=name)
