"""Mail that a provider posts to us: acknowledged with 200 only after its source is stored.

Only providers whose post holds the whole mail: Brevo's has tokens, for which anymail would go out
by itself, past our one gate.
"""

from __future__ import annotations

import hashlib
import logging

from anymail.inbound import AnymailInboundMessage
from anymail.signals import AnymailInboundEvent
from anymail.webhooks.base import AnymailBaseWebhookView, AnymailBasicAuthMixin
from anymail.webhooks.mailersend import MailerSendInboundWebhookView
from anymail.webhooks.mailgun import MailgunInboundWebhookView
from anymail.webhooks.mailjet import MailjetInboundWebhookView
from anymail.webhooks.postmark import PostmarkInboundWebhookView
from anymail.webhooks.sparkpost import SparkPostInboundWebhookView
from django.conf import settings
from django.core.exceptions import SuspiciousOperation
from django.db import Error
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from support.intake import email
from support.mail.models import IncomingMail

log = logging.getLogger(__name__)

PROVIDERS: dict[str, type[AnymailBaseWebhookView]] = {
    "mailersend": MailerSendInboundWebhookView,
    "mailgun": MailgunInboundWebhookView,
    "mailjet": MailjetInboundWebhookView,
    "postmark": PostmarkInboundWebhookView,
    "sparkpost": SparkPostInboundWebhookView,
}


@csrf_exempt
def posted(request: HttpRequest, provider: str) -> HttpResponseBase:
    """A provider's post. 400 without the secret, 404 where none is set."""
    view = PROVIDERS.get(provider)
    if view is None or not settings.ANYMAIL_WEBHOOK_SECRET:
        raise Http404
    AnymailBasicAuthMixin.validate_request(view(), request)
    as_json = request.content_type == "application/json"
    if as_json:
        # Read here, after the secret: Django's ceiling is for what people type into fields.
        request._body = request.read()
    try:
        answer: HttpResponseBase = view.as_view()(request)
        return answer
    except (SuspiciousOperation, Error):
        raise
    except Exception:
        if not as_json:
            raise  # 500: the provider tries again, and keeps the files
        log.exception("a post of %s could not be read", provider)
        _set_aside(request.body, provider)
        return HttpResponse()


def take(event: AnymailInboundEvent, **_rest: object) -> None:
    """Receiver of anymail's inbound signal."""
    email.receive(source(event), now=timezone.now())


def source(event: AnymailInboundEvent) -> bytes:
    """The mail as it came, where the provider posts that, else put together from its parts."""
    given = event.esp_event
    if isinstance(given, dict) and isinstance(given.get("RawEmail"), str):
        return str(given["RawEmail"]).encode("utf-8", "surrogateescape")
    message: AnymailInboundMessage = event.message
    for number, part in enumerate(message.walk()):
        if part.is_multipart() and part.get_boundary() is None:
            # Not by chance: the same post delivered again has to be the same mail.
            part.set_boundary(f"=_werkdag_{number}_{_mark(event)}")
    return bytes(message)


def _mark(event: AnymailInboundEvent) -> str:
    """Something that its own text won't hold, the same at each delivery."""
    of_it = f"{event.message.get('Message-ID', '')} {event.message.get('Date', '')}"
    return hashlib.sha256(of_it.encode("utf-8", "replace")).hexdigest()[:16]


def _set_aside(body: bytes, provider: str) -> None:
    """A post that anymail can't read: kept and shown, so that nothing that came is lost."""
    reason = _("A post of %(provider)s that could not be read as a mail.")
    IncomingMail.objects.get_or_create(
        digest=hashlib.sha256(b"post\n" + body).hexdigest(),
        defaults={
            "raw": body,
            "received_at": timezone.now(),
            "state": IncomingMail.State.QUARANTINE,
            "reason": reason % {"provider": provider},
            "attempts": email.ATTEMPTS,
        },
    )
