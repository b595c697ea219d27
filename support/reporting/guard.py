"""What keeps machines from the public forms, without a third party: a field that people don't see,
the time that reading takes, and a limit a visitor and an address. Nothing typed is ever lost.
"""

from __future__ import annotations

import logging
import secrets
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.conf import settings
from django.core import signing
from django.core.cache import cache
from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from support.who import visitor

log = logging.getLogger(__name__)

SPAN = timedelta(minutes=10)
_opened = signing.TimestampSigner(salt="form opened")


class GuardedForm(forms.Form):
    """A form that people fill in, at the pace of people."""

    website = forms.CharField(
        label=gettext_lazy("Leave this field empty"),
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "tabindex": "-1"}),
    )
    opened = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("opened", _begun())

    def clean_website(self) -> str:
        """Only a machine fills in what can't be seen."""
        if self.cleaned_data["website"]:
            raise forms.ValidationError(
                _("This field must stay empty: machines fill it in. Empty it and send again.")
            )
        return ""

    def clean_opened(self) -> str:
        """Sent within the blink of an eye: again, please. An old form is fine, and its random word
        tells it from every other.
        """
        try:
            _opened.unsign(self.cleaned_data["opened"], max_age=settings.FORM_QUICKEST)
        except signing.SignatureExpired:
            return str(_opened.unsign(self.cleaned_data["opened"]))
        except signing.BadSignature:
            data: Any = self.data
            self.data = data = data.copy()
            data[self.add_prefix("opened")] = _begun()
        raise forms.ValidationError(_("That was very quick. Please send it once more."))


def _begun() -> str:
    """When a form was opened, signed, with a random word of its own."""
    return _opened.sign(secrets.token_urlsafe(12))


def too_many(
    request: HttpRequest, email: str, *, of: str = "", now: datetime | None = None
) -> bool:
    """Has this visitor, or this address, reported more than people do? Counts this time too.

    of: what is counted, if not reports.
    """
    counts = [
        _count(f"{of}visitor {visitor(request)}", now) > settings.REPORTS_PER_VISITOR,
        _count(f"{of}address {email.lower()}", now) > settings.REPORTS_PER_ADDRESS,
    ]
    return any(counts)


def too_often(request: HttpRequest, *, of: str, most: int, now: datetime | None = None) -> bool:
    """Has this visitor done something more than so often lately? Counts this time too."""
    return _count(f"{of} {visitor(request)}", now) > most


def refusal() -> str:
    """What whoever reported too often is told. It is the same for all: no number of a contract."""
    return _("Many reports came from you in a short time. Please send this again in ten minutes.")


def _count(who: str, now: datetime | None) -> int:
    """How often, in this stretch of time. Without Redis nobody is counted, and nobody refused."""
    moment = now or timezone.now()
    key = f"reports:{salted_hmac('reports', who).hexdigest()}"
    stretch = int(moment.timestamp() // SPAN.total_seconds())
    try:
        cache.add(f"{key}:{stretch}", 0, timeout=2 * SPAN.total_seconds())
        return int(cache.incr(f"{key}:{stretch}"))
    except Exception:  # noqa: BLE001 - a limit that can't be kept must not keep people out
        log.warning("reports can't be counted: no cache")
        return 0
