"""What can be done to a ticket: each verb of the desk is a POST under the ticket's address."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django.http import HttpResponseBase
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from sla.models import Release
from sla.releases import of_ticket
from support import who
from support.api.answers import MessageAnswer, TicketAnswer
from support.api.bodies import TEXT_MOST, Files, Flag, Json, Number, Strict, Text
from support.api.etags import require_version
from support.api.idempotency import once
from support.api.resource import Resource, found
from support.api.tickets import MULTIPART, answer_with, has_files, ticket_of
from support.causes.models import Cause
from support.desk import customer_side
from support.desk.conversation import Words
from support.desk.faces import Face, Verb
from support.desk.table import on
from tickets.models import (
    BY_HAND,
    Channel,
    Contact,
    Kind,
    LinkKind,
    Message,
    Priority,
    Team,
    Ticket,
    User,
)
from tickets.models.field import LONGEST


class Nothing(Strict):
    """A verb that asks nothing: an empty object, or no body at all."""


class Said(Strict):
    """Something to say."""

    text = Text(max_length=TEXT_MOST)


class SaidWithFiles(Said):
    """Something to say, with files."""

    attachments = Files(required=False)


class Why(Strict):
    """A reason."""

    reason = Text(max_length=300)


class Classified(Strict):
    """Which kind of report it is."""

    kind = serializers.ChoiceField(choices=Kind.choices)


class Prioritised(Strict):
    """The definitive priority, with the reason where it differs from what the customer proposed;
    the customer reads it.
    """

    priority = serializers.ChoiceField(choices=Priority.choices)
    reason = Text(max_length=300, required=False, default="")


class Assigned(Strict):
    """Who takes it; null for nobody."""

    assignee = Number(queryset=User.objects.can_be_given_work(), allow_null=True)
    team = Number(queryset=Team.objects.all(), allow_null=True)


class Planned(Strict):
    """Into which release of the ticket's agreement; null for none."""

    release = Number(queryset=Release.objects.all(), allow_null=True)


class Identified(Strict):
    """Whose report it is."""

    contact = Number(queryset=Contact.objects.select_related("organisation__fixed_contact"))
    reason = Text(
        max_length=300,
        required=False,
        help_text="Needed where it was another organisation's until now.",
    )


class Renamed(Strict):
    """What it is about, in a line."""

    subject = Text(max_length=200)


class Tagged(Strict):
    """A tag."""

    name = Text(max_length=40)


class OneValue(Strict):
    """A field by its number, and its value: text, a number, 2026-12-31, true or false; "" takes out
    what is there.
    """

    field = serializers.IntegerField(min_value=1, max_value=2**31 - 1)
    value = serializers.CharField(allow_blank=True, max_length=LONGEST)


class Filled(Strict):
    """What is filled in; `around/` under the ticket's address tells the fields."""

    values = OneValue(many=True)

    def validate_values(self, values: list[dict[str, Any]]) -> dict[int, str]:
        """By number."""
        return {each["field"]: each["value"] for each in values}


class Item(Strict):
    """Something to do."""

    text = Text(max_length=200)


class Numbered(Strict):
    """Which one, by its number in `around/` under the ticket's address."""

    number = serializers.IntegerField(min_value=1, max_value=2**62)


class Ticked(Numbered):
    """Which one, and whether it is done."""

    done = Flag()


class Explained(Strict):
    """Why a promise was missed, which the helpdesk's list of causes says; a note for colleagues."""

    cause = Number(queryset=Cause.objects.in_use())
    note = Text(max_length=300, required=False, default="")
    promise = Text(
        max_length=100,
        required=False,
        default="",
        help_text="The `name` of one in `clocks/`; without it all that nobody explained.",
    )


class Linked(Strict):
    """What this ticket is to which other."""

    kind = serializers.ChoiceField(choices=[(kind.value, LinkKind(kind).label) for kind in BY_HAND])
    other = Text(max_length=24, help_text="The other ticket's reference.")


class Merged(Strict):
    """Into which ticket, by its reference. There is no undo."""

    into = Text(max_length=24)


class SplitOff(Strict):
    """Which message of the customer, and what it is about as a report of its own."""

    message = serializers.IntegerField(min_value=1, max_value=2**62)
    subject = Text(max_length=200)
    kind = serializers.ChoiceField(choices=Kind.choices)
    priority = serializers.ChoiceField(choices=Priority.choices, required=False)

    def validate(self, attrs: dict[str, object]) -> dict[str, object]:
        """What is promised for an incident hangs on its priority."""
        if attrs["kind"] == Kind.INCIDENT and "priority" not in attrs:
            said = _("Choose how much the incident hinders the customer.")
            raise serializers.ValidationError({"priority": said}, "required")
        return attrs


class Addressed(Strict):
    """An e-mail address."""

    email = serializers.EmailField(max_length=254)


class Participant(Addressed):
    """Somebody who takes part."""

    name = Text(max_length=120, required=False, default="")


BODIES: Mapping[str, type[Strict]] = {
    "reply": SaidWithFiles,
    "note": SaidWithFiles,
    "call_back": Said,
    "classify": Classified,
    "prioritise": Prioritised,
    "assign": Assigned,
    "identify": Identified,
    "hold": Said,
    "plan": Planned,
    "resolve": Said,
    "reopen": Why,
    "decline": Said,
    "rename": Renamed,
    "tag": Tagged,
    "untag": Tagged,
    "fill": Filled,
    "add_item": Item,
    "tick_item": Ticked,
    "remove_item": Numbered,
    "give_cause": Explained,
    "link": Linked,
    "unlink": Numbered,
    "merge": Merged,
    "split": SplitOff,
    "add_participant": Participant,
    "remove_participant": Addressed,
    "answer_to": Addressed,
}
_IN_JSON: Mapping[type[Strict], type[Strict]] = {SaidWithFiles: Said}
"""Files come in multipart only."""
_SAYS = ("reply", "note", "call_back")
"""What these did is told as the message that they wrote."""


def _body_for(verb: Verb, ticket: Ticket, user: User, said: Mapping[str, Any]) -> Mapping[str, Any]:
    """The body, with tickets for references. NotFound for what isn't there for them."""
    release: Release | None = said.get("release")
    if release is not None:
        found(of_ticket(ticket).filter(pk=release.pk))
    named = {name: ticket_of(user, said[name]) for name in ("other", "into") if name in said}
    if verb.name == "split":
        found(ticket.messages.filter(pk=said["message"]))
    return {**said, **named}


def _do(verb: Verb, ticket: Ticket, user: User, said: Mapping[str, Any]) -> Ticket | Message:
    """Agents do what the table says; a customer's reply adds to their own report."""
    if user.is_agent:
        return verb.do(ticket, user, _body_for(verb, ticket, user, said))
    reporter = replace(who.by_address(user.email, user.name), proved=True)
    words = Words(text=said["text"], files=said.get("attachments", ()))
    return customer_side.writes(ticket, reporter, words, channel=Channel.API)


class Doing(Resource):
    """Doing something to a ticket."""

    guarded = True
    parser_classes = (Json,)
    verb: Verb

    def do(self, request: Request, reference: str) -> Response:
        """Do it, if the ticket still is as the client saw it."""
        visible = ticket_of(self.user, reference)
        ticket = Ticket.objects.select_for_update(no_key=True).get(pk=visible.pk)
        body = _body_of(self.verb, files=has_files(request))(data=request.data)
        body.is_valid(raise_exception=True)
        require_version(request, ticket.version)
        did = _do(self.verb, ticket, self.user, body.validated_data)
        if isinstance(did, Ticket):
            return self._at(request, did, made=self.verb.name == "split")
        now = ticket_of(self.user, reference)
        place = reverse("api-message", args=[did.pk])
        tag = answer_with(request, now)["ETag"]
        said = MessageAnswer(did).data
        return Response(said, status=201, headers={"Location": place, "ETag": tag})

    def _at(self, request: Request, ticket: Ticket, *, made: bool) -> Response:
        """The ticket that it is about now: another one where it was merged or split off."""
        now = ticket_of(self.user, ticket.reference)
        if not made:
            return answer_with(request, now)
        place = reverse("api-ticket", args=[now.reference])
        return answer_with(request, now, status=201, headers={"Location": place})


def _body_of(verb: Verb, *, files: bool) -> type[Strict]:
    body = BODIES.get(verb.name, Nothing)
    return body if files else _IN_JSON.get(body, body)


def patterns() -> list[URLPattern]:
    """The addresses of the verbs."""
    return [
        path(f"tickets/<reference:reference>/{_name(verb)}/", _view(verb)) for verb in on(Face.API)
    ]


def _name(verb: Verb) -> str:
    """In an address."""
    return verb.name.replace("_", "-")


def _view(verb: Verb) -> Any:
    """A view of its own for each verb, so that the schema tells its body."""
    plain, full = (_body_of(verb, files=files) for files in (False, True))
    body: Any = plain if plain is full else {"application/json": plain, MULTIPART: full}

    def post(view: Doing, request: Request, reference: str) -> HttpResponseBase:
        return once(request, lambda: view.do(request, reference))

    told = MessageAnswer if verb.name in _SAYS else TicketAnswer
    described = extend_schema(
        operation_id=f"tickets_{verb.name}",
        summary=verb.does,
        description=f"{verb.does}.",
        request=None if plain is Nothing else body,
        responses={201 if verb.name in (*_SAYS, "split") else 200: told},
    )
    fields: dict[str, object] = {
        "verb": verb,
        "post": described(post),
        "roles": {} if verb.customers else {"POST": lambda user: user.is_agent},
        "parser_classes": (Json,) if plain is full else (Json, MultiPartParser),
    }
    view: type[Doing] = type(f"Do{verb.name.title().replace('_', '')}", (Doing,), fields)
    return view.as_view()
