"""The form that anybody can report with, and what is told once the report is in."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import nullcontext
from typing import Any

from django.core.signing import BadSignature, Signer
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from sla import telling
from support import access, offer, who
from support.asking.forms import SEEN
from support.brands import hosts
from support.forms import once
from support.forms.even import evenly
from support.forms.uploads import posted
from support.help_centre import about, shown, suggesting
from support.portal.pages import promises_on
from support.reporting import guard, opening, proving
from support.reporting.forms import ReportForm, of_offer
from support.reporting.place import place_of
from support.who import Reporter
from tickets.models import Channel, Ticket, User

_thanks = Signer(salt="thanks")


@once.each_time
def report(request: HttpRequest, token: str = "") -> HttpResponse:
    """The form. token: of a letter's link, which proves whose it is."""
    known, too_old = _known(request, token)
    now = timezone.now()
    offered = offer.context(known, channel=Channel.WEB, now=now, place=place_of(request))
    how = of_offer(offered)
    organisation = known.their_organisation if known.proved else None
    user = shown.reader(request)
    context = offered | {
        "organisation": organisation,
        "disturbed": suggesting.outages_of(organisation) if organisation and not user else [],
        "proved": known.proved,
        "too_old": too_old,
        "whose_asked": False,
        "whose_wrong": [],
        "read": about.article_in(request),
        "going_on": suggesting.known(user, "", now=now),
    }
    if "whose" in request.POST and not known.proved:
        return _mail_link(request, context, how)
    form = ReportForm(
        **posted(request), **how, initial={"name": known.their_name, "email": known.their_email}
    )
    refused = 422
    if request.method == "POST" and form.is_valid():
        if too_old:
            form.add_error(
                None,
                _(
                    "The link that you came by is too old. What you typed stands here: send it as "
                    "it is, or ask for a new link."
                ),
            )
        elif known.proved or not guard.too_many(request, form.cleaned_data["email"]):
            return _taken(request, form, known)
        else:
            form.add_error(None, guard.refusal())
            refused = 429
    status = refused if form.errors else 200
    return render(request, "portal/report.html", context | {"form": form}, status=status)


def _taken(request: HttpRequest, form: ReportForm, known: Reporter) -> HttpResponse:
    read = about.article_in(request)
    with nullcontext() if known.proved else evenly():
        said = form.cleaned_data | {"text": about.with_article(form.cleaned_data["text"], read)}
        ticket = opening.opened_once(said, channel=Channel.WEB, as_whom=known)
    about.sent(request)
    return redirect("thanks", token=_thanks.sign(str(ticket.pk)))


def _mail_link(request: HttpRequest, context: dict[str, Any], how: dict[str, Any]) -> HttpResponse:
    """Mail whoever was typed a link to their form, and show this one with all that was typed. What
    is answered is the same for every address.
    """
    typed = ReportForm(request.POST, request.FILES, **how)
    wrong: Sequence[Any] = typed.errors.get("email", [])
    if not wrong and guard.too_many(request, typed.cleaned_data["email"], of="whose form "):
        wrong = [_("You asked for this often in a short time. Please try again in ten minutes.")]
    if not wrong:
        with evenly():
            email, host = typed.cleaned_data["email"], hosts.of(request)
            proving.ask(email, host=host, now=timezone.now())
    values = {name: typed[name].value() for name in typed.fields if name != "attachments"}
    form = ReportForm(**how, initial=values | {SEEN: request.POST.getlist(SEEN)})
    context |= {"form": form, "whose_wrong": wrong, "whose_asked": not wrong}
    return render(request, "portal/report.html", context, status=422 if wrong else 200)


def _known(request: HttpRequest, token: str) -> tuple[Reporter, bool]:
    """What we know of whoever opens the form, and whether their link is too old to tell."""
    if isinstance(request.user, User):
        return who.proved(request.user.email, request.user.name), False
    found = proving.reporter_of(token) if token else None
    return found or Reporter(brand=hosts.brand_of(request)), bool(token) and found is None


def thanks(request: HttpRequest, token: str) -> HttpResponse:
    """That the report is in, and what may be expected: in general, and to whoever is proved to
    have sent it what was agreed with them. Others must not learn here whose address it is.
    """
    try:
        ticket = get_object_or_404(Ticket, pk=_thanks.unsign(token))
    except BadSignature:
        raise Http404 from None
    user = request.user
    own = isinstance(user, User) and access.tickets_of(user).filter(pk=ticket.pk).exists()
    if own:
        told = promises_on(ticket) | {"confirmed": ticket.outgoing.exists()}
    else:
        told = {"general": telling.in_general()}
    return render(request, "portal/thanks.html", told | {"ticket": ticket, "own": own})
