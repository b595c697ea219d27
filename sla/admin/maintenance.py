"""Maintenance and decisions on updates in the Django admin, to look at."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from sla.admin.checks import LookedAtAdmin
from sla.admin.ledger import events_in_lines
from sla.models import Maintenance, UpdateDecision


@admin.register(Maintenance)
class MaintenanceAdmin(LookedAtAdmin):
    """Announced and kept at the desk; what was written of it is below."""

    list_display = (
        *("nature", "kind", "begins_at", "ends_at", "announced_at", "started_at"),
        *("finished_at", "cancelled_at"),
    )
    list_display_links = ("nature", "begins_at")
    list_filter = ("kind",)
    search_fields = ("nature", "cause", "services__name")
    date_hierarchy = "begins_at"
    fields = readonly_fields = (
        *("kind", "services", "nature", "cause", "work", "begins_at", "ends_at"),
        *("expected_minutes", "release", "decision", "announced_at", "started_at"),
        *("finished_at", "cancelled_at", "written"),
    )

    @admin.display(description=_("what was written of it"))
    def written(self, maintenance: Any) -> str:
        """Its events, with who and why."""
        return events_in_lines(maintenance.events)


@admin.register(UpdateDecision)
class UpdateDecisionAdmin(LookedAtAdmin):
    """How updates were done, by whose decision and why."""

    list_display = ("what", "way", "actor", "at")
    list_filter = ("way",)
    list_select_related = ("actor",)
    search_fields = ("what", "services__name")
    date_hierarchy = "at"
    fields = readonly_fields = ("what", "services", "way", "reason", "actor", "at")
