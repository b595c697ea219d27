"""Mail that became no ticket, with the reason, and what somebody can make of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.db.models.functions import Length
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from support import access, desk
from support.intake import by_hand
from support.intake import email as intake
from support.intake.forms import NoteForm, OpenForm
from support.intake.reasons import REASONS, reason_words
from support.mail.counts import nav_counts
from support.mail.models import IncomingMail
from tickets.addresses import bare_address
from tickets.lifecycle import current
from tickets.models import Ticket, User

PER_PAGE = 50
State = IncomingMail.State
SHOWS: Mapping[str, object] = {
    "": gettext_lazy("To decide"),
    "machines": gettext_lazy("From machines"),
    "all": gettext_lazy("Everything set aside"),
}
_STATES = {
    "": (State.WAITING, State.QUARANTINE),
    "machines": (State.IGNORED,),
    "all": by_hand.ASIDE,
}


@access.agents_only
def aside(request: HttpRequest) -> HttpResponse:
    """What was set aside, the newest first; searched by sender, subject, reason and text."""
    show, query = request.GET.get("show", ""), request.GET.get("q", "").replace("\x00", "").strip()
    found = _mails_of(show if show in SHOWS else "", query[:200])
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "mails": [{"mail": mail, "reason": reason_words(mail)} for mail in page.object_list],
        "show": show,
        "shows": SHOWS,
        "query": query,
        "page_obj": page,
        "nav_counts": nav_counts(),
    }
    return render(request, "workspace/aside.html", context)


def _mails_of(show: str, query: str) -> QuerySet[IncomingMail]:
    mails = IncomingMail.objects.filter(state__in=_STATES[show]).defer("raw")
    for word in query.split()[:10]:
        meant = [key for key, said in REASONS.items() if word.lower() in str(said).lower()]
        mails = mails.filter(
            Q(sender__icontains=word)
            | Q(subject__icontains=word)
            | Q(text__icontains=word)
            | Q(reason__icontains=word)
            | Q(reason__in=meant)
        )
    return mails.select_related("ticket", "mentions").order_by("-received_at")


@access.agents_only
def mail(request: HttpRequest, pk: int) -> HttpResponse:
    """One of them, with what can become of it."""
    return _page(request, _one(pk))


@access.agents_only
@require_POST
def decide(request: HttpRequest, pk: int, what: str) -> HttpResponse:
    user, found = access.signed_in(request), _one(pk)
    if what not in _DOES:
        raise Http404
    form_class, act = _DOES[what]
    form = form_class(request.POST)
    if form.is_valid():
        try:
            ticket = act(pk, user, form.cleaned_data)
        except desk.DeskError as error:
            form.add_error(None, str(error))
        else:
            return _after_decision(request, ticket)
    return _page(request, found, tried=what, form=form)


def _after_decision(request: HttpRequest, ticket: Ticket | None) -> HttpResponse:
    if ticket is None:
        messages.success(request, _("Done."))
        return redirect("quarantine")
    messages.success(request, _("Taken in as %(ticket)s.") % {"ticket": ticket.reference})
    return redirect("ticket", ticket.reference)


def _note(pk: int, user: User, data: Mapping[str, Any]) -> Ticket:
    return by_hand.note(pk, user, ticket=current(data["ticket"]))


def _open(pk: int, user: User, data: Mapping[str, Any]) -> Ticket:
    return by_hand.open_ticket(pk, user, address=bare_address(data["email"]), name=data["name"])


_DOES: Mapping[
    str, tuple[type[forms.Form], Callable[[int, User, Mapping[str, object]], Ticket | None]]
] = {
    "answer": (forms.Form, lambda pk, user, _data: by_hand.answer(pk, user)),
    "note": (NoteForm, _note),
    "open": (OpenForm, _open),
    "leave": (forms.Form, lambda pk, user, _data: by_hand.leave(pk, user)),
}


def _one(pk: int) -> IncomingMail:
    mails = IncomingMail.objects.defer("raw").annotate(size=Length("raw"))
    return get_object_or_404(mails.select_related("ticket", "mentions", "settled_by"), pk=pk)


def _page(
    request: HttpRequest, found: IncomingMail, *, tried: str = "", form: forms.Form | None = None
) -> HttpResponse:
    start = {
        "note": {"ticket": found.mentions.reference if found.mentions else ""},
        "open": {"email": found.sender, "name": ""},
    }
    filled = {
        what: form if what == tried else form_class(initial=start.get(what), auto_id=f"{what}_%s")
        for what, (form_class, _act) in _DOES.items()
    }
    context = {
        "mail": found,
        "reason": reason_words(found),
        "forms": filled,
        "to_decide": by_hand.is_to_decide(found),
        "may_answer": by_hand.may_answer(found, access.signed_in(request)),
        "nav_counts": nav_counts(),
    }
    status = 422 if form is not None else 200
    return render(request, "workspace/aside_mail.html", context, status=status)


@access.agents_only
def raw(_request: HttpRequest, pk: int) -> HttpResponse:
    """A mail's source, as a download."""
    found = get_object_or_404(IncomingMail, pk=pk)
    response = HttpResponse(bytes(found.raw), content_type="application/octet-stream")
    response["Content-Disposition"] = f'attachment; filename="mail-{found.pk}.eml"'
    return response


@access.agents_only
@require_POST
def retry(request: HttpRequest, pk: int) -> HttpResponse:
    found = intake.process(get_object_or_404(IncomingMail, pk=pk), now=timezone.now())
    if found.ticket:
        messages.success(request, _("Taken in as %(ticket)s.") % {"ticket": found.ticket.reference})
    else:
        messages.warning(request, reason_words(found))
    return redirect("quarantine")
