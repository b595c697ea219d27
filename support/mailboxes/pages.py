"""The mailboxes and how they fare, for managers; read now, try out."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from support import access
from support.forms import once
from support.mail.models import Mailbox
from support.mailboxes import sweep as intake
from support.mailboxes.imap import Trouble

# A person waits for this page; what is left is read by the next run.
PATIENCE = timedelta(seconds=15)


@access.managers_only
def mailboxes(request: HttpRequest) -> HttpResponse:
    """Each mailbox: when it was last read, what came today, what is wrong."""
    now = timezone.now()
    late = set(Mailbox.objects.late(now=now).values_list("pk", flat=True))
    cards = [_card(one, late=one.pk in late, now=now) for one in Mailbox.objects.all()]
    return render(request, "workspace/mailboxes.html", {"cards": cards})


@once.each_time
@access.managers_only
@require_POST
def read_now(request: HttpRequest, pk: int) -> HttpResponse:
    """Read a mailbox at once and say what came of it."""
    mailbox = get_object_or_404(Mailbox, pk=pk, active=True)
    try:
        outcome = intake.read(pk, patience=PATIENCE)
    except intake.Busy:
        messages.info(request, _("%(name)s is being read at this moment.") % {"name": mailbox})
        return redirect("mailboxes")
    text = ngettext(
        "%(name)s: %(count)s new mail.", "%(name)s: %(count)s new mails.", outcome.taken
    )
    messages.success(request, text % {"name": mailbox, "count": outcome.taken})
    if outcome.trouble:
        messages.error(request, _trouble_words(mailbox, outcome.trouble))
    return redirect("mailboxes")


@once.each_time
@access.managers_only
@require_POST
def try_out(request: HttpRequest, pk: int) -> HttpResponse:
    """Get in and count what waits, without taking it."""
    mailbox = get_object_or_404(Mailbox, pk=pk)
    try:
        waiting = intake.try_out(pk)
    except intake.Busy:
        messages.info(request, _("%(name)s is being read at this moment.") % {"name": mailbox})
    except Trouble as trouble:
        messages.error(request, _trouble_words(mailbox, trouble))
    else:
        text = ngettext(
            "%(name)s works: %(count)s mail waits there.",
            "%(name)s works: %(count)s mails wait there.",
            waiting,
        )
        messages.success(request, text % {"name": mailbox, "count": waiting})
    return redirect("mailboxes")


def _card(mailbox: Mailbox, *, late: bool, now: datetime) -> dict[str, object]:
    return {
        "mailbox": mailbox,
        "late": late,
        "taken_today": mailbox.taken_today(now=now),
        "change_url": reverse("admin:support_mailbox_change", args=[mailbox.pk]),
        "read_url": reverse("mailbox-read", args=[mailbox.pk]),
        "try_url": reverse("mailbox-try", args=[mailbox.pk]),
    }


def _trouble_words(mailbox: Mailbox, trouble: Trouble) -> str:
    said = f" ({trouble.said})" if trouble.said else ""
    return f"{mailbox}: {trouble.fault.label}{said}"
