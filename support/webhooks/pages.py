"""Webhooks for managers: how each fares, what was sent to it, and all that can be done to it."""

from __future__ import annotations

import json
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import OuterRef, QuerySet, Subquery
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from support import access
from support.audit import record
from support.forms import once
from support.webhooks import by_hand, switching
from support.webhooks.forms import WebhookForm
from support.webhooks.models import Webhook, WebhookDelivery, WebhookEvent

PER_PAGE = 50
State = WebhookDelivery.State


@access.managers_only
def webhooks(request: HttpRequest) -> HttpResponse:
    """Each webhook: where it goes, what it hears, how its last delivery went."""
    last = WebhookDelivery.objects.filter(webhook=OuterRef("pk")).order_by("-created_at")
    hooks: QuerySet[Any] = Webhook.objects.select_related("organisation").annotate(
        last=Subquery(last.values("pk")[:1])
    )
    found = WebhookDelivery.objects.defer("payload", "answer").in_bulk(
        [hook.last for hook in hooks]
    )
    cards = [{"webhook": hook, "last": found.get(hook.last)} for hook in hooks]
    return render(request, "workspace/webhooks.html", {"cards": cards})


@access.managers_only
def add(request: HttpRequest) -> HttpResponse:
    """Make a webhook; its secret is shown this once."""
    form = WebhookForm(request.POST or None)
    if form.is_valid():
        secret = switching.make(form.instance, now=timezone.now())
        return _secret_page(request, form.instance, secret, made=True)
    status = 422 if form.errors else 200
    return render(request, "workspace/webhook_form.html", {"form": form}, status=status)


@access.managers_only
def change(request: HttpRequest, pk: int) -> HttpResponse:
    """Change what it is called, where it goes and what it hears."""
    hook = get_object_or_404(Webhook, pk=pk)
    form = WebhookForm(request.POST or None, instance=hook)
    if form.is_valid():
        # Only these: how far it has heard is being written at the same time.
        hook.save(update_fields=["name", "url", "organisation", "events"])
        messages.success(request, _("%(name)s was changed.") % {"name": hook})
        return redirect("webhook", pk=pk)
    context = {"form": form, "webhook": Webhook.objects.get(pk=pk)}
    status = 422 if form.errors else 200
    return render(request, "workspace/webhook_form.html", context, status=status)


@access.managers_only
def webhook(request: HttpRequest, pk: int) -> HttpResponse:
    """One webhook and its log, the newest first."""
    hook = get_object_or_404(Webhook.objects.select_related("organisation"), pk=pk)
    state = request.GET.get("state", "")
    log = _log(hook)
    if state in State.values:
        log = log.filter(state=state)
    page = Paginator(log, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "webhook": hook,
        "events": [event for event in WebhookEvent if event in hook.events],
        "page_obj": page,
        "states": State.choices,
        "state": state,
    }
    return render(request, "workspace/webhook.html", context)


@access.managers_only
@require_POST
def switch(request: HttpRequest, pk: int) -> HttpResponse:
    """Switch it off, or on again."""
    hook, now = get_object_or_404(Webhook, pk=pk), timezone.now()
    if request.POST.get("to") == "on":
        switching.switch_on(hook, now=now)
        messages.success(request, _("%(name)s hears what happens from now on.") % {"name": hook})
    else:
        switching.switch_off(hook, why=Webhook.Off.HAND, now=now)
        messages.success(request, _("%(name)s is switched off.") % {"name": hook})
    return redirect("webhook", pk=pk)


@access.managers_only
@require_POST
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Remove one that is switched off, with its log."""
    hook = get_object_or_404(Webhook, pk=pk, active=False)
    hook.delete()
    messages.success(request, _("%(name)s was removed.") % {"name": hook})
    return redirect("webhooks")


@access.managers_only
@require_POST
def new_secret(request: HttpRequest, pk: int) -> HttpResponse:
    """Give it another secret, shown this once."""
    hook = get_object_or_404(Webhook, pk=pk)
    secret = switching.rotate(hook, now=timezone.now())
    return _secret_page(request, hook, secret, made=False)


@once.each_time
@access.managers_only
@require_POST
def test(request: HttpRequest, pk: int) -> HttpResponse:
    """Send a test event and show what came of it."""
    hook = get_object_or_404(Webhook, pk=pk)
    record.done(request, hook, "tested")
    return _say_outcome(request, by_hand.send_test(hook, now=timezone.now()))


@access.managers_only
def delivery(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """What was sent, and what came back."""
    found = _one(pk, number)
    payload = json.dumps(json.loads(found.payload), indent=2, ensure_ascii=False)
    context = {
        "webhook": found.webhook,
        "delivery": found,
        "payload": payload,
        "others": _log(found.webhook).filter(event_id=found.event_id).exclude(pk=found.pk),
    }
    return render(request, "workspace/webhook_delivery.html", context)


@once.each_time
@access.managers_only
@require_POST
def again(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """Send it again; what is still on its way is not sent twice."""
    found = _one(pk, number)
    if found.state == State.QUEUED:
        messages.info(request, _("This is still on its way."))
        return redirect("webhook-delivery", pk=pk, number=number)
    record.done(request, found.webhook, "sent_again")
    return _say_outcome(request, by_hand.send_again(found, now=timezone.now()))


def _one(pk: int, number: int) -> WebhookDelivery:
    deliveries = WebhookDelivery.objects.select_related("webhook", "ticket")
    return get_object_or_404(deliveries, pk=number, webhook=pk)


def _log(hook: Webhook) -> QuerySet[WebhookDelivery]:
    log = WebhookDelivery.objects.filter(webhook=hook).select_related("ticket")
    return log.defer("payload", "answer")


def _say_outcome(request: HttpRequest, sent: WebhookDelivery) -> HttpResponse:
    """Say what came of a delivery that somebody waited for, on its own page."""
    if sent.state == State.SENT:
        text = _("It arrived: the receiver answered %(status)s.")
        messages.success(request, text % {"status": sent.status})
    else:
        messages.error(
            request, _("It did not arrive: %(why)s.") % {"why": sent.get_fault_display()}
        )
    return redirect("webhook-delivery", pk=sent.webhook_id, number=sent.pk)


def _secret_page(request: HttpRequest, hook: Webhook, secret: str, *, made: bool) -> HttpResponse:
    context: dict[str, object] = {"webhook": hook, "secret": secret, "made": made}
    response = render(request, "workspace/webhook_secret.html", context)
    response["Cache-Control"] = "no-store"
    once.led_to(response, reverse("webhook", args=[hook.pk]))
    return response
