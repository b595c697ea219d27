"""Alerts: a record, only to be read."""

from __future__ import annotations

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from sla.admin.many import OfTicketAdmin, by, column
from sla.models import Alert


@admin.register(Alert)
class AlertAdmin(OfTicketAdmin):
    """Warnings, breaches and moved deadlines: the sweep writes these."""

    list_display = (
        column("at", _("moment")),
        column("kind", _("what")),
        "at_the_desk",
        column("promise", _("promise")),
        column("clause", _("clause")),
        column("due_at", _("deadline")),
        column("told_at", _("told")),
    )
    list_filter = (by("kind", _("what")), by("promise", _("promise")))
    fields = readonly_fields = list_display
