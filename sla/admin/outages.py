"""Outages and claims in the Django admin, to look at: what is written of them is only added to."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from sla.admin.checks import LookedAtAdmin
from sla.admin.clocks import in_lines
from sla.admin.ledger import events_in_lines
from sla.admin.many import column
from sla.models import Claim, Outage
from sla.wording import moment_words


@admin.register(Outage)
class OutageAdmin(LookedAtAdmin):
    """The ledger, dealt with at the desk; what was written of each is below it."""

    list_display = (
        *("service", column("first_known_at", _("known since")), "restored_at"),
        *("cause", "withdrawn", "ticket"),
    )
    list_select_related = ("service", "ticket")
    list_filter = ("withdrawn",)
    search_fields = ("service__name",)
    date_hierarchy = "first_known_at"
    fields = readonly_fields = (
        *("service", "ticket", "reported_at", "detected_at", "down_since", "accepted_from"),
        *("restored_at", "cause", "withdrawn", "written"),
    )

    @admin.display(description=_("what was written of it"))
    def written(self, outage: Any) -> str:
        """Its events, with who and why."""
        return events_in_lines(outage.events)


@admin.register(Claim)
class ClaimAdmin(LookedAtAdmin):
    """What customers said of our figures, and what was decided of it."""

    list_display = ("service", "organisation", "kind", "filed_at", "begins_at", "ends_at")
    list_select_related = ("service", "organisation")
    list_filter = ("kind",)
    search_fields = ("service__name", "organisation__name")
    date_hierarchy = "filed_at"
    fields = readonly_fields = (
        *("service", "organisation", "contact", "ticket", "kind", "outage"),
        *("filed_at", "begins_at", "ends_at", "decided"),
    )

    @admin.display(description=_("what was decided"))
    def decided(self, claim: Claim) -> Any:
        """Each decision, with who and why."""
        zone = timezone.get_current_timezone()
        return in_lines(
            " · ".join(
                (
                    moment_words(made.at, zone),
                    str(_("accepted") if made.accepted else _("refused")),
                    made.actor.name,
                    made.reason,
                )
            )
            for made in claim.decisions.select_related("actor").order_by("number")
        )
