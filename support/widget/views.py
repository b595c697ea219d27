"""What the widget asks of us: its words, and to take a report. No cookie, only known origins."""

from __future__ import annotations

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

from sla.models import Agreement
from sla.queries import cards_of
from sla.wording import moment_words
from support import access
from support.conversation import Reporter
from support.models import WidgetSite
from support.portal import guard, offer
from support.portal.forms import ReportForm
from support.portal.views import opened
from support.widget.signed import is_signed
from tickets.models import Channel, Ticket

LANGUAGES = ("nl", "en")


@require_GET
def script(_request: HttpRequest) -> HttpResponse:
    """The script at an address that stays; the file itself changes its name with its content."""
    answer = HttpResponseRedirect(static("js/widget.js"))
    answer["Cache-Control"] = "public, max-age=3600"
    return answer


@require_GET
def words(request: HttpRequest, key: str) -> HttpResponse:
    """What the dialog shows: labels, kinds, priorities with what follows from them, phone rule."""
    site = _site(request, key)
    with translation.override(_language(request)):
        agreement = _agreement(site)
        shown = offer.context(agreement)
        answer = JsonResponse(
            {
                "labels": _labels(),
                "kinds": [_card(card) for card in shown["kind_cards"]],
                "priorities": [_card(card) for card in shown["priority_cards"]],
                "phone": shown["phone"],
                "opened": ReportForm(kinds=offer.kinds(agreement)).initial["opened"],
                "report": request.build_absolute_uri(reverse("report")),
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
    agreement = _agreement(site)
    form = ReportForm(request.POST, request.FILES, kinds=offer.kinds(agreement))
    if form.is_valid():
        signed = _is_signed(request, site, form)
        if not signed and guard.too_many(request, form.cleaned_data["email"]):
            form.add_error(None, guard.refusal(agreement))
    if form.errors:
        said = {"errors": _errors(form), "opened": form.data.get("opened")}
        return JsonResponse(said)  # not a 4xx, which would stand as a fault in the host's console
    ticket = opened(form.cleaned_data, channel=Channel.WIDGET)
    return JsonResponse({"reference": ticket.reference, "promises": _promises(ticket)}, status=201)


def _site(request: HttpRequest, key: str) -> WidgetSite:
    """The site, if the request comes from one of its origins, or from our own demonstration."""
    site = get_object_or_404(WidgetSite, key=key, is_active=True)
    origin = request.headers.get("Origin", "")
    ours = request.build_absolute_uri("/").rstrip("/")
    own_page = not origin and request.headers.get("Sec-Fetch-Site") == "same-origin"
    if origin in (*site.origins, ours) or own_page:
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


def _agreement(site: WidgetSite) -> Agreement | None:
    return offer.agreement_for(Reporter(organisation=site.organisation))


def _is_signed(request: HttpRequest, site: WidgetSite, form: forms.Form) -> bool:
    return is_signed(
        site,
        email=form.cleaned_data["email"],
        name=form.cleaned_data["name"],
        at=request.POST.get("signed_at", ""),
        given=request.POST.get("signature", ""),
        now=timezone.now(),
    )


def _promises(ticket: Ticket) -> list[str]:
    """What may be expected, in a line each."""
    zone = timezone.get_current_timezone()
    said = []
    for card in cards_of(ticket, now=ticket.reported_at):
        if card.due_at is None:
            when = _("no date is promised")
        elif card.binding:
            when = _("at the latest %(moment)s") % {"moment": moment_words(card.due_at, zone)}
        elif card.direct:
            when = _("at once, from your call on")
        else:
            when = _("we aim for %(moment)s, not binding") % {
                "moment": moment_words(card.due_at, zone)
            }
        said.append(f"{card.promise_label}: {when} ({card.clause})")
    return said


def _errors(form: forms.Form) -> dict[str, list[str]]:
    return {name: [str(error) for error in errors] for name, errors in form.errors.items()}


def _card(card: dict[str, Any]) -> dict[str, Any]:
    points = [point["text"] for point in card.get("points", ())]
    shown = {"value": card["value"], "label": str(card["label"]), "text": str(card["text"])}
    return shown | {"follows": points, "phone": card.get("phone", False)}


def _labels() -> dict[str, str]:
    return {
        "title": _("Report to the helpdesk"),
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
        "phone": _("Please phone us as well"),
        "rule": _("Only then does the reaction time bind us"),
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
