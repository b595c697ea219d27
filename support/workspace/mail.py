"""Mail pages: the demo's outbox, and the mail that could not be read."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models.functions import Length
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from support import access
from support.intake import email as intake
from support.models import IncomingMail
from support.notices import outbox as outboxes

PER_PAGE = 50


@access.agents_only
def outbox(request: HttpRequest, name: str = "") -> HttpResponse:
    """What was mailed, where no mail server is set: the files under var/outbox."""
    if not outboxes.in_use():
        raise Http404
    chosen = outboxes.letter(name) if name else None
    if name and chosen is None:
        raise Http404
    letters = [
        {
            "id": letter.name,
            "to": letter.to,
            "subject": letter.subject,
            "at": letter.written_at,
            "state": "sent",
            "get_state_display": _("sent"),
            "url": reverse("outbox-mail", args=[letter.name]),
        }
        for letter in outboxes.letters()
    ]
    page = Paginator(letters, PER_PAGE).get_page(request.GET.get("page"))
    mail = chosen and {
        "id": chosen.name,
        "subject": chosen.subject,
        "headers": chosen.headers,
        "text": chosen.text,
    }
    context = {"mails": page.object_list, "mail": mail, "page_obj": page}
    return render(request, "support/outbox.html", context)


@access.agents_only
def quarantine(request: HttpRequest) -> HttpResponse:
    """Mail that could not be read, with the reason."""
    quarantined = IncomingMail.objects.filter(state=IncomingMail.State.QUARANTINE)
    waiting = quarantined.defer("raw").annotate(size=Length("raw"))
    page = Paginator(waiting.order_by("-received_at"), PER_PAGE).get_page(request.GET.get("page"))
    mails = [
        {
            "reason": mail.reason,
            "received_at": mail.received_at,
            "sender": mail.sender,
            "subject": mail.subject,
            "size": mail.size,  # type: ignore[attr-defined] # the page of a paginator forgets it
            "raw_url": reverse("quarantine-raw", args=[mail.pk]),
            "retry_url": reverse("quarantine-retry", args=[mail.pk]),
        }
        for mail in page.object_list
    ]
    return render(request, "support/quarantine.html", {"mails": mails, "page_obj": page})


@access.agents_only
def raw(_request: HttpRequest, pk: int) -> HttpResponse:
    """A mail's source, as a download."""
    mail = get_object_or_404(IncomingMail, pk=pk)
    response = HttpResponse(bytes(mail.raw), content_type="application/octet-stream")
    response["Content-Disposition"] = f'attachment; filename="mail-{mail.pk}.eml"'
    return response


@access.agents_only
@require_POST
def retry(request: HttpRequest, pk: int) -> HttpResponse:
    """Read a mail again."""
    mail = intake.process(get_object_or_404(IncomingMail, pk=pk))
    if mail.ticket:
        messages.success(request, _("Taken in as %(ticket)s.") % {"ticket": mail.ticket.reference})
    else:
        messages.warning(request, mail.reason)
    return redirect("quarantine")
