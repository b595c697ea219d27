"""One-time links that sign somebody in."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from tickets.models import User


class SignInLink(models.Model):
    """A link that works once, until it expires. Only the hash of its token is kept."""

    user = models.ForeignKey(User, models.CASCADE, related_name="sign_in_links")
    token_sha256 = models.CharField(max_length=64, unique=True)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("sign-in link")
        verbose_name_plural = _("sign-in links")
        ordering: ClassVar = ["-expires_at"]

    def __str__(self) -> str:
        return f"{self.user} until {self.expires_at}"
