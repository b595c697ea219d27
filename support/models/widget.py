"""Sites of customers that carry the widget."""

from __future__ import annotations

from secrets import token_hex
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from support.sealed import seal, unseal
from tickets.models import Organisation


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

    def clean(self) -> None:
        """An origin is scheme, host and perhaps a port: no path, and not everything."""
        for origin in self.origins:
            scheme, _colon, rest = origin.partition("://")
            if scheme not in ("https", "http") or not rest or set(rest) & set("/*?#@ "):
                raise ValidationError(
                    {
                        "origins": _("%(origin)s is not an origin like https://app.example.nl.")
                        % {"origin": origin}
                    }
                )
