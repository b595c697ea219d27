"""The demo's outbox: what was mailed, where no mail server is set."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from support import access
from support.mail import outbox as outboxes

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
