"""One-time links that sign somebody in."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tickets.addresses import AddressField
from tickets.models import Contact, User


class SignInLink(models.Model):
    """A link that works once, until it expires. Only the hash of its token is kept.

    contact: of somebody without an account, who gets one with it, for the address `email`.
    """

    user = models.ForeignKey(User, models.CASCADE, null=True, related_name="sign_in_links")
    contact = models.ForeignKey(Contact, models.CASCADE, null=True, related_name="sign_in_links")
    email = AddressField(blank=True, default="", db_default="")
    token_sha256 = models.CharField(max_length=64, unique=True)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("sign-in link")
        verbose_name_plural = _("sign-in links")
        ordering: ClassVar = ["-expires_at"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(user__isnull=False, contact=None, email="")
                | (Q(user=None, contact__isnull=False) & ~Q(email="")),
                name="sign_in_link_of_one",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user or self.contact} until {self.expires_at}"
