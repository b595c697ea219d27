"""Sites of customers that carry the widget."""

from __future__ import annotations

from secrets import token_hex
from typing import ClassVar
from urllib.parse import urlsplit

from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from support.secrets.sealing import seal, unseal
from tickets.addresses import domain_in_ascii
from tickets.models import Organisation

PORTS = {"https": 443, "http": 80}


def new_key() -> str:
    """What a page names its site by; anybody may read it there."""
    return token_hex(8)


def new_secret() -> str:
    """What the host's server signs its users with, sealed."""
    return seal(token_hex(32))


class WidgetSite(models.Model):
    """A place where the widget may stand. Reports from other origins are refused.

    sealed_secret: with it the host's server says who is signed in there.
    """

    name = models.CharField(_("name"), max_length=80)
    key = models.SlugField(_("key"), max_length=32, unique=True, default=new_key, editable=False)
    organisation = models.ForeignKey(
        Organisation,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="widget_sites",
        verbose_name=_("organisation"),
        help_text=_("Whose agreement the widget shows. Empty: a site for everybody."),
    )
    origins = ArrayField(
        models.CharField(max_length=200),
        verbose_name=_("origins"),
        help_text=_("Where it may stand, such as https://app.example.nl; one a line."),
    )
    sealed_secret = models.TextField(default=new_secret, editable=False)
    is_active = models.BooleanField(_("active"), default=True)

    class Meta:
        verbose_name = _("widget site")
        verbose_name_plural = _("widget sites")
        ordering: ClassVar = ["name"]

    def __str__(self) -> str:
        return self.name

    @property
    def secret(self) -> str:
        """The secret itself."""
        return unseal(self.sealed_secret)

    def allows(self, origin: str) -> bool:
        """May a page of that origin, as a browser writes it, carry the widget?"""
        return origin in {as_browsers_write(known) for known in self.origins}

    def clean(self) -> None:
        """An origin is scheme, host and perhaps a port: no path, and not everything."""
        kept = [as_browsers_write(origin) for origin in self.origins or ()]
        for origin, written in zip(kept, self.origins or (), strict=True):
            if not origin:
                raise ValidationError(
                    {
                        "origins": _("%(origin)s is not an origin like https://app.example.nl.")
                        % {"origin": written}
                    }
                )
        self.origins = list(dict.fromkeys(kept))


def as_browsers_write(origin: str) -> str:
    """An origin as the Origin header has it (RFC 6454): small letters, no port that goes without
    saying, the host's name in ASCII. "" for what is none.
    """
    try:
        parts = urlsplit(origin.strip())
        host, port = parts.hostname or "", parts.port
        if not host.isascii():
            host = domain_in_ascii(host)
    except (UnicodeError, ValueError):
        return ""
    named = f"[{host}]" if ":" in host else host
    told = "" if port in {None, PORTS.get(parts.scheme)} else f":{port}"
    extra = parts.path or parts.query or parts.fragment or parts.username is not None
    known = parts.scheme in PORTS and host and named.isascii() and not set(named) & set("*?#@ ")
    return f"{parts.scheme}://{named}{told}" if known and not extra else ""
