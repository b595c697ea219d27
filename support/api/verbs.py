"""What can be done to a ticket: each verb of the desk is a POST under the ticket's address."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.http import HttpResponseBase
from django.urls import URLPattern, path, reverse
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from sla.models import Release
from support import customer_side, desk, putting_right
from support.api.answers import MessageAnswer, TicketAnswer
from support.api.bodies import TEXT_MOST, Files, Json, Number, Strict, Text
from support.api.etags import require_version
from support.api.idempotency import once
from support.api.resource import Resource, found
from support.api.tickets import MULTIPART, answer_with, has_files, ticket_of
from support.conversation import Words
from support.intake import people
from tickets.models import Channel, Contact, Kind, Message, Priority, Team, Ticket, User


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
    """The definitive priority; the reason where it differs from what the customer proposed."""

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


Did = Ticket | Message
Act = Callable[[Ticket, User, Mapping[str, Any]], Did]


@dataclass(frozen=True)
class Verb:
    """A verb: its place in the address, what it does, its body, and whether customers have it."""

    name: str
    does: str
    body: type[Strict]
    act: Act
    with_files: type[Strict] | None = None
    customers: bool = False


def _words(said: Mapping[str, Any]) -> Words:
    return Words(text=said["text"], files=said.get("attachments", ()))


def _reply(ticket: Ticket, user: User, said: Mapping[str, Any]) -> Message:
    """Agents answer; a customer adds to their own report."""
    if user.is_agent:
        return desk.reply(ticket, _words(said), actor=user)
    reporter = replace(people.by_address(user.email, user.name), proved=True)
    return customer_side.writes(ticket, reporter, _words(said), channel=Channel.API)


def _plan(ticket: Ticket, user: User, said: Mapping[str, Any]) -> Ticket:
    release: Release | None = said["release"]
    if release is not None:
        own = Release.objects.filter(agreement__editions__coverages__ticket=ticket)
        found(own.filter(pk=release.pk))
    return desk.plan(ticket, release=release, actor=user)


VERBS = (
    Verb(
        "reply",
        "Answer the customer, or as a customer write to us",
        Said,
        _reply,
        SaidWithFiles,
        customers=True,
    ),
    Verb(
        "note",
        "Write something for colleagues only",
        Said,
        lambda ticket, user, said: desk.note(ticket, _words(said), actor=user),
        SaidWithFiles,
    ),
    Verb(
        "call-back",
        "Record that we phoned the customer, which is an answer",
        Said,
        lambda ticket, user, said: desk.call_back(ticket, _words(said), actor=user),
    ),
    Verb(
        "classify",
        "Say what kind of report it is",
        Classified,
        lambda ticket, user, said: desk.classify(ticket, kind=said["kind"], actor=user),
    ),
    Verb(
        "prioritise",
        "Set the definitive priority",
        Prioritised,
        lambda ticket, user, said: desk.prioritise(
            ticket, priority=said["priority"], reason=said["reason"], actor=user
        ),
    ),
    Verb(
        "assign",
        "Give it to somebody, to a team, or to nobody",
        Assigned,
        lambda ticket, user, said: desk.assign(
            ticket, assignee=said["assignee"], team=said["team"], actor=user
        ),
    ),
    Verb(
        "identify",
        "Say whose report it is",
        Identified,
        lambda ticket, user, said: putting_right.identify(
            ticket, contact=said["contact"], reason=said.get("reason", ""), actor=user
        ),
    ),
    Verb(
        "hold",
        "Wait for the customer, who is told what for",
        Said,
        lambda ticket, user, said: desk.hold(ticket, _words(said), actor=user),
    ),
    Verb(
        "resume",
        "Go on without waiting any longer",
        Nothing,
        lambda ticket, user, said: desk.resume(ticket, actor=user),
    ),
    Verb("plan", "Plan it into a release, or out of one", Planned, _plan),
    Verb(
        "resolve",
        "Solved; the customer is told how",
        Said,
        lambda ticket, user, said: desk.resolve(ticket, _words(said), actor=user),
    ),
    Verb(
        "reopen",
        "Not solved after all",
        Why,
        lambda ticket, user, said: desk.reopen(ticket, reason=said["reason"], actor=user),
    ),
    Verb(
        "decline",
        "No incident (4.F); the customer is told why",
        Said,
        lambda ticket, user, said: desk.decline(ticket, _words(said), actor=user),
    ),
    Verb(
        "close",
        "Put away what is solved or declined",
        Nothing,
        lambda ticket, user, said: desk.close(ticket, actor=user),
    ),
)


class Doing(Resource):
    """Doing something to a ticket."""

    guarded = True
    parser_classes = (Json,)
    verb: Verb

    def do(self, request: Request, reference: str) -> Response:
        """Do it, if the ticket still is as the client saw it."""
        visible = ticket_of(self.user, reference)
        ticket = Ticket.objects.select_for_update(no_key=True).get(pk=visible.pk)
        kind = self.verb.body
        if self.verb.with_files is not None and has_files(request):
            kind = self.verb.with_files
        body = kind(data=request.data)
        body.is_valid(raise_exception=True)
        require_version(request, ticket.version)
        did = self.verb.act(ticket, self.user, body.validated_data)
        now = ticket_of(self.user, reference)
        if isinstance(did, Ticket):
            return answer_with(request, now)
        place = reverse("api-message", args=[did.pk])
        tag = answer_with(request, now)["ETag"]
        said = MessageAnswer(did).data
        return Response(said, status=201, headers={"Location": place, "ETag": tag})


def patterns() -> list[URLPattern]:
    """The addresses of the verbs."""
    return [path(f"tickets/<reference:reference>/{verb.name}/", _view(verb)) for verb in VERBS]


def _view(verb: Verb) -> Any:
    """A view of its own for each verb, so that the schema tells its body."""
    said = verb.body is Said and verb.name in ("reply", "note", "call-back")
    body: Any = verb.body
    if verb.with_files is not None:
        body = {"application/json": verb.body, MULTIPART: verb.with_files}

    def post(view: Doing, request: Request, reference: str) -> HttpResponseBase:
        return once(request, lambda: view.do(request, reference))

    described = extend_schema(
        operation_id=f"tickets_{verb.name.replace('-', '_')}",
        summary=verb.does,
        description=f"{verb.does}.",
        request=None if verb.body is Nothing else body,
        responses={201: MessageAnswer} if said else {200: TicketAnswer},
    )
    fields: dict[str, Any] = {
        "verb": verb,
        "post": described(post),
        "roles": {} if verb.customers else {"POST": lambda user: user.is_agent},
        "parser_classes": (Json, MultiPartParser) if verb.with_files else (Json,),
    }
    view: type[Doing] = type(f"Do{verb.name.title().replace('-', '')}", (Doing,), fields)
    return view.as_view()
