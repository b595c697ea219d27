"""What the widget asks of us: its words, and to take a report. No cookie, only known origins."""

from __future__ import annotations

import json
from contextlib import nullcontext
from dataclasses import replace
from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods

from sla import calling, telling
from sla.queries import cards_of, edition_of
from support import access, offer
from support import who as people
from support.asking.asked import Asked
from support.asking.forms import choices_of
from support.brands import face
from support.brands.face import Face
from support.forms.even import evenly
from support.help_centre import about, suggesting
from support.maintenance import shown
from support.reporting import guard
from support.reporting.forms import ReportForm, of_offer
from support.reporting.opening import opened_once
from support.reporting.place import place_of
from support.who import Reporter
from support.widget.models import WidgetSite
from support.widget.signed import is_signed
from tickets.models import Channel, Kind, Ticket

LANGUAGES = ("nl", "en")


@require_GET
def script(_request: HttpRequest) -> HttpResponse:
    """The script at an address that stays; the file itself changes its name with its content."""
    answer = HttpResponseRedirect(static("js/widget.js"))
    answer["Cache-Control"] = "public, max-age=3600"
    return answer


@csrf_exempt
@require_http_methods(["GET", "POST"])
def words(request: HttpRequest, key: str) -> HttpResponse:
    """What the dialog shows: labels, kinds and priorities; to a user whom the host has signed, who
    comes by POST so that no log keeps who that is, also what their agreement makes of them.
    """
    site = _site(request, key)
    with translation.override(_language(request)):
        who = _signed_user(request, site)
        told = _offered(request, site, who)
        form = ReportForm(**of_offer(told))
        shown = _face(request, site)
        answer = JsonResponse(
            {
                "labels": _labels(shown),
                "kinds": [_card(card) for card in told["kind_cards"]],
                "priorities": [_card(card) for card in told["priority_cards"]],
                "phone": _advice(told["advice"]),
                "news": _news(who),
                "signed": who.proved,
                "opened": form.initial["opened"],
                "asked": _asked(request, form.asked),
                "report": request.build_absolute_uri(reverse("report")),
                "help": _help(request),
                "colours": _colours(shown),
            }
        )
    return _for_origin(request, answer)


@csrf_exempt
@require_http_methods(["POST"])
def report(request: HttpRequest, key: str) -> HttpResponse:
    """Take a report. It carries no cookie, so there is nothing a forged one could use."""
    site = _site(request, key)
    with translation.override(_language(request)):
        return _for_origin(request, _report(request, site))


def _report(request: HttpRequest, site: WidgetSite) -> JsonResponse:
    known = _signed_user(request, site)
    offered = _offered(request, site, known)
    form = ReportForm(request.POST, request.FILES, **of_offer(offered))
    if form.is_valid() and not known.proved and guard.too_many(request, form.cleaned_data["email"]):
        form.add_error(None, guard.refusal())
    if form.errors:
        said = {"errors": _errors(form), "opened": form.data.get("opened")}
        return JsonResponse(said)  # not a 4xx, which would stand as a fault in the host's console
    with nullcontext() if known.proved else evenly():
        ticket = opened_once(form.cleaned_data, channel=Channel.WIDGET, as_whom=known)
    about.sent(request)
    promised = _promises(ticket) if ticket.reporter_proved else telling.in_general()
    return JsonResponse({"reference": ticket.reference, "promises": promised}, status=201)


def _offered(request: HttpRequest, site: WidgetSite, who: Reporter) -> dict[str, Any]:
    """What can be reported: under the agreement of who is signed, else of whose the site is."""
    place = place_of(request, organisation=site.organisation)
    return offer.context(who, channel=Channel.WIDGET, now=timezone.now(), place=place)


def _asked(request: HttpRequest, asked: Asked) -> dict[str, Any] | None:
    """The fields that a report may be asked, for its third script: by which rules, and how."""
    if not asked.visible:
        return None
    return {
        "script": request.build_absolute_uri(static("js/asked.js")),
        "questions": json.loads(asked.data),
        "fields": [
            {
                "key": field.pk,
                "label": field.label,
                "help": field.explanation,
                "type": field.type,
                "choices": choices_of(field),
            }
            for field in asked.visible
        ],
    }


def _site(request: HttpRequest, key: str) -> WidgetSite:
    """The site, if the request comes from one of its origins, or from our own demonstration."""
    site = get_object_or_404(WidgetSite, key=key, is_active=True)
    origin = request.headers.get("Origin", "")
    ours = request.build_absolute_uri("/").rstrip("/")
    own_page = not origin and request.headers.get("Sec-Fetch-Site") == "same-origin"
    if site.allows(origin) or origin == ours or own_page:
        return site
    raise Http404


def _for_origin(request: HttpRequest, answer: HttpResponse) -> HttpResponse:
    """Let the page that asked read the answer, and no other."""
    if origin := request.headers.get("Origin"):
        answer["Access-Control-Allow-Origin"] = origin
    answer["Cache-Control"] = "no-store"
    patch_vary_headers(answer, ["Origin"])
    return answer


def _language(request: HttpRequest) -> str:
    wanted = request.GET.get("lang", "")[:2]
    return wanted if wanted in LANGUAGES else "nl"


def _signed_user(request: HttpRequest, site: WidgetSite) -> Reporter:
    """Who is signed in at the host, if its server says so; else nobody in particular.

    The host of an organisation's own site vouches for its users: they are of that organisation.
    """
    email, name = request.POST.get("email", ""), request.POST.get("name", "")
    signed = is_signed(
        site,
        email=email,
        name=name,
        at=request.POST.get("signed_at", ""),
        given=request.POST.get("signature", ""),
        now=timezone.now(),
    )
    if not signed:
        return Reporter(brand=site.organisation.brand if site.organisation else None)
    known = people.by_address(email, name)
    organisation = known.their_organisation or site.organisation
    return replace(known, organisation=organisation, proved=True)


def _promises(ticket: Ticket) -> list[str]:
    """What may be expected, in a line each."""
    now, zone = timezone.now(), timezone.get_current_timezone()
    edition = edition_of(ticket)
    reader = telling.reader_of(ticket.contact, ticket.organisation, edition)
    cards = cards_of(ticket, now=now)
    said = telling.lines_for(cards, reader=reader, zone=zone, now=now)
    advice = calling.advice(cards, edition, ticket=ticket, reader=reader, now=now)
    if advice:
        said.append(f"{advice.title}: {advice.line.number}. {advice.text}")
    return said or telling.in_general()[:1]


def _advice(advice: calling.Advice | None) -> dict[str, str] | None:
    if advice is None:
        return None
    line = advice.line
    return {
        "title": advice.title,
        "text": advice.text,
        "number": line.number,
        "tel": line.tel,
        "hours": line.hours,
    }


def _errors(form: forms.Form) -> dict[str, list[str]]:
    return {name: [str(error) for error in errors] for name, errors in form.errors.items()}


def _card(card: dict[str, Any]) -> dict[str, Any]:
    """A choice, and what follows from it. Priorities are asked here of incidents alone."""

    def its(said: dict[str, str]) -> bool:
        return Kind.INCIDENT in said.get("kinds", Kind.INCIDENT).split()

    meant = [said["text"] for said in card.get("texts", ()) if its(said)]
    return {
        "value": card["value"],
        "label": str(card["label"]),
        "text": meant[0] if meant else str(card["text"]),
        "follows": [point["text"] for point in card.get("points", ()) if its(point)],
        "phone": bool({Kind.INCIDENT, card["value"]} & set(card.get("phone", "").split())),
    }


def _help(request: HttpRequest) -> dict[str, str]:
    """Where its second script asks what may answer a report."""
    return {
        "script": request.build_absolute_uri(static("js/widget-help.js")),
        "suggest": request.build_absolute_uri(reverse("help-suggest")),
        "opened": request.build_absolute_uri(reverse("help-opened")),
    }


def _news(who: Reporter) -> list[str]:
    """What goes on with the services of somebody whom the host has signed, or comes soon. To
    others nothing: it would tell who has what.
    """
    if not who.proved or who.organisation is None:
        return []
    near = shown.near_for(who.organisation, timezone.now())
    return [*suggesting.outages_of(who.organisation), *map(shown.in_a_line, near)]


def _face(request: HttpRequest, site: WidgetSite) -> Face:
    """Whose helpdesk it is: of the site's organisation, else of the address that was asked."""
    own = site.organisation
    return face.of_organisation(own) if own and own.brand_id else face.of_request(request)


def _colours(shown: Face) -> str:
    """Its colour as the dialog wears it, as rules of style: made of six digits that we checked."""
    if not shown.style:
        return ""
    light, dark = shown.light, shown.dark
    return (
        f":host{{--blue:{light.accent}!important}}"
        f"@media(prefers-color-scheme:dark){{:host{{--blue:{dark.accent}!important}}}}"
        f".open,.send{{background:{light.fill};color:{light.on}}}"
    )


def _labels(shown: Face) -> dict[str, str]:
    title = _("Report to the helpdesk")
    return {
        "title": title if shown.is_product else _("Report to %(name)s") % {"name": shown.name},
        "name": _("Your name"),
        "email": _("Your e-mail address"),
        "kind": _("What is it?"),
        "priority": _("How much does it hinder you?"),
        "subject": _("In one line"),
        "text": _("What happened?"),
        "attachments": _("Files"),
        "optional": _("(optional)"),
        "website": _("Leave this field empty"),
        "send": _("Send report"),
        "sending": _("Sending…"),
        "close": _("Close"),
        "thanks": _("Your report has come in"),
        "expect": _("What you may expect of us"),
        "failed": _("It could not be sent. What you typed is still here; please try again."),
    }


@access.agents_only
def demonstration(request: HttpRequest, key: str) -> HttpResponse:
    """A page like a host's, to try the widget on and to copy the tag from."""
    site = get_object_or_404(WidgetSite, key=key)
    context = {
        "site": site,
        "script": request.build_absolute_uri(reverse("widget-script")),
        "report": request.build_absolute_uri(reverse("report")),
    }
    return render(request, "widget/demonstration.html", context)
