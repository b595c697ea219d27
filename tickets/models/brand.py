"""Brands: a provider as customers meet it. How one looks stands in versions that are only added."""

from __future__ import annotations

from typing import ClassVar

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tickets.addresses import AddressField, DomainField
from tickets.validators import validate_domain, validate_phone

COLOUR = r"^#[0-9a-f]{6}$"
LOGO_LARGEST = 60_000
"""In bytes, as it is kept: a logo travels with every letter."""
LOGO_WIDEST, LOGO_HIGHEST = 480, 120
"""In pixels, as it is kept: twice as many as it is shown at."""


class Brand(models.Model):
    """A provider in this house. The default one is met by whoever belongs to no other.

    shown: the version of its face that customers see. links_to_host: letters lead to the first of
    its own host names instead of to the address of the house.
    """

    name = models.CharField(
        _("name in the house"),
        max_length=80,
        unique=True,
        help_text=_("How colleagues call it; customers read the name of its face."),
    )
    is_default = models.BooleanField(_("of the house"), default=False, editable=False)
    links_to_host = models.BooleanField(
        _("letters lead to its own address"),
        default=False,
        help_text=_("Once the first address above works; else they lead to that of the house."),
    )
    shown = models.ForeignKey(
        "BrandFace", models.PROTECT, null=True, blank=True, related_name="+", editable=False
    )

    class Meta:
        verbose_name = pgettext_lazy("provider", "brand")
        verbose_name_plural = pgettext_lazy("provider", "brands")
        ordering: ClassVar = ["-is_default", "name"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["is_default"], condition=Q(is_default=True), name="brand_default_once"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class BrandFace(models.Model):
    """How a brand looks, from some moment on: name, logo, colour, how it is reached, who its mail
    is from. logo: a PNG that we drew ourselves, or nothing.
    """

    brand = models.ForeignKey(Brand, models.PROTECT, related_name="faces")
    number = models.PositiveIntegerField()
    name = models.CharField(
        pgettext_lazy("provider", "name"),
        max_length=80,
        help_text=_("As customers read it, on pages and under letters."),
    )
    colour = models.CharField(
        _("colour"),
        max_length=7,
        default="#21468b",
        validators=[RegexValidator(COLOUR, _("Write it as #21468b."))],
    )
    logo = models.BinaryField(default=bytes, blank=True, max_length=LOGO_LARGEST, editable=False)
    logo_width = models.PositiveSmallIntegerField(_("width of the logo"), default=0, editable=False)
    logo_height = models.PositiveSmallIntegerField(
        _("height of the logo"), default=0, editable=False
    )
    address = models.TextField(
        _("postal address"), max_length=300, blank=True, help_text=_("Some lines; on pages too.")
    )
    phone = models.CharField(
        _("telephone number"), max_length=32, blank=True, validators=[validate_phone]
    )
    footer = models.TextField(
        _("under every letter and page"),
        max_length=300,
        blank=True,
        help_text=_("Such as a register number or opening hours; some lines of plain text."),
    )
    sender_name = models.CharField(
        _("mail is from"), max_length=80, blank=True, help_text=_("Empty: the name above.")
    )
    sender_address = AddressField(
        _("mail leaves from"),
        blank=True,
        help_text=_(
            "Empty: from the address of the house. Your mail server must let us send as it."
        ),
    )
    at = models.DateTimeField()
    by = models.ForeignKey("User", models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = _("face of a brand")
        verbose_name_plural = _("faces of brands")
        ordering: ClassVar = ["-number"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["brand", "number"], name="brand_face_once"),
            models.CheckConstraint(condition=Q(colour__regex=COLOUR), name="brand_colour_is_one"),
            models.CheckConstraint(
                condition=Q(logo=b"", logo_width=0, logo_height=0)
                | Q(
                    logo_width__range=(1, LOGO_WIDEST),
                    logo_height__range=(1, LOGO_HIGHEST),
                ),
                name="brand_logo_is_small",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.number}"


class BrandHost(models.Model):
    """A host name at which a brand answers under its own face."""

    brand = models.ForeignKey(Brand, models.CASCADE, related_name="hosts")
    host = DomainField(_("host name"), max_length=253, unique=True, validators=[validate_domain])

    class Meta:
        verbose_name = _("host name of a brand")
        verbose_name_plural = _("host names of brands")
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(host=Lower("host")), name="brand_host_lower_case"),
        ]

    def __str__(self) -> str:
        return self.host
