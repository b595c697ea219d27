"""The API's rows: tokens, and what was answered under an idempotency key."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tickets.models import User


class Scope(models.TextChoices):
    """What a token may be used for; what it may see is what its owner may see."""

    READ = "read", pgettext_lazy("scope", "read")
    WRITE = "write", pgettext_lazy("scope", "write")
    REPORTS = "reports", pgettext_lazy("scope", "reports")


class ApiToken(models.Model):
    """Lets a program act for its owner. Only the hash is kept; `prefix` is to recognise it by."""

    name = models.CharField(_("name"), max_length=80, help_text=_("What it is for."))
    owner = models.ForeignKey(
        User, models.CASCADE, related_name="api_tokens", verbose_name=_("owner")
    )
    prefix = models.CharField(_("begins with"), max_length=16)
    sha256 = models.CharField(max_length=64, unique=True)
    scopes = ArrayField(models.CharField(max_length=10, choices=Scope), verbose_name=_("scopes"))
    per_minute = models.PositiveIntegerField(
        _("requests a minute"),
        default=600,
        validators=[MinValueValidator(1), MaxValueValidator(1_000_000)],
    )
    created_at = models.DateTimeField(_("made"))
    expires_at = models.DateTimeField(_("expires"))
    last_used_at = models.DateTimeField(_("last used"), null=True)
    revoked_at = models.DateTimeField(_("revoked"), null=True)

    class Meta:
        verbose_name = _("API token")
        verbose_name_plural = _("API tokens")
        ordering: ClassVar = ["-created_at"]

    def __str__(self) -> str:
        return f"{self.name} ({self.prefix}…)"


class ApiAnswer(models.Model):
    """What a request under an Idempotency-Key was answered, to be said again when it is repeated.

    request_sha256: of what was asked, so that another request under the same key is noticed.
    """

    token = models.ForeignKey(ApiToken, models.CASCADE, related_name="answers")
    key = models.CharField(max_length=200)
    request_sha256 = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField()
    headers = models.JSONField(default=dict)
    body = models.TextField()
    at = models.DateTimeField(db_index=True)

    class Meta:
        verbose_name = _("kept answer")
        verbose_name_plural = _("kept answers")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["token", "key"], name="api_answer_once"),
        ]

    def __str__(self) -> str:
        return f"{self.token_id}: {self.status}"
