"""Checks, backups and the calls of jobs in the Django admin."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from sla.admin.many import ManyAdmin, UncountedAdmin, by, column
from sla.models import BackupJob, Check, Ping


class LookedAtAdmin(UncountedAdmin):
    """Made and changed at the desk, where what is needed is asked and addresses are judged."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Not here."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Not here."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Not here."""
        return False


@admin.register(Check)
class CheckAdmin(LookedAtAdmin):
    """Checks of services."""

    list_display = (
        *("name", "service", "kind", "active"),
        column("measured_at", _("last result")),
        column("fault", _("why it fails")),
    )
    list_filter = ("kind", "active")
    list_select_related = ("service",)
    search_fields = ("name", "service__name")
    fields = readonly_fields = (
        *("service", "name", "kind", "targets", "interval_seconds", "timeout_seconds"),
        *("failures_needed", "expected_status", "expected_text", "certificate_days"),
        *("dns_name", "dns_type", "grace_seconds", "active", "made_at"),
    )


@admin.register(BackupJob)
class BackupAdmin(LookedAtAdmin):
    """Backups of services."""

    list_display = (
        *("name", "service", "destination", "active"),
        column("last_good_at", _("last good one")),
        column("kept", pgettext_lazy("backup", "kept")),
        column("trouble", _("why it fails")),
    )
    list_filter = ("active",)
    list_select_related = ("service",)
    search_fields = ("name", "service__name", "destination")
    fields = readonly_fields = (
        *("service", "name", "destination", "every_hours", "grace_minutes", "keep_days"),
        *("active", "watched_from"),
    )


@admin.register(Ping)
class PingAdmin(ManyAdmin):
    """What jobs said."""

    list_display = (
        column("at", _("moment")),
        column("kind", _("what")),
        "whose",
        column("exit_status", _("exit status")),
    )
    list_filter = (by("kind", _("what")),)
    list_select_related = ("backup__service", "heartbeat__service")
    fields = readonly_fields = (*list_display, column("body", _("text")))

    @admin.display(description=pgettext_lazy("call", "of"))
    def whose(self, ping: Ping) -> Any:
        """The backup or the check."""
        return ping.backup or ping.heartbeat
