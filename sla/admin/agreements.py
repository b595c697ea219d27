"""Agreements, and their editions while they are drafts; announcing is done in the workspace."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sla import editions
from sla.admin.edition_form import CLAUSE_FIELDS, EditionForm
from sla.admin.edition_parts import StepInline, TargetInline
from sla.models import Agreement, Edition
from sla.written import export

TEXTS = ("hoog", "middel", "laag")
FIELDSETS: object = (
    (None, {"fields": ("agreement", "in_force_on", "calendar")}),
    (
        gettext_lazy("Notice of changes"),
        {"fields": (("notice_days", "notice_months"), "exit_at_renewal")},
    ),
    (
        gettext_lazy("Availability"),
        {
            "fields": (
                ("guarantee", "counts_above_minutes"),
                "credits",
                "availability_clause",
            )
        },
    ),
    (
        gettext_lazy("Reports and planning"),
        {
            "fields": (
                "ticket_kinds",
                ("triage_hours", "triage_priorities"),
                ("warn_after_days", "release_after_days"),
            )
        },
    ),
    (gettext_lazy("Clauses"), {"fields": tuple(CLAUSE_FIELDS)}),
    (
        gettext_lazy("What the priorities mean"),
        {"fields": tuple(f"priorities_{name}" for name in TEXTS), "classes": ("collapse",)},
    ),
)


@admin.register(Edition)
class EditionAdmin(admin.ModelAdmin):
    """Editions: a draft can change in every field, an announced one in none."""

    form = EditionForm
    list_display = ("agreement", "number", "in_force_on", "stage", "calendar")
    list_filter = ("agreement",)
    list_select_related = ("agreement", "calendar")
    inlines = (TargetInline, StepInline)
    save_on_top = True

    @admin.display(description=gettext_lazy("stage"))
    def stage(self, edition: Edition) -> str:
        """How far it is."""
        return str(editions.stage(edition, today=timezone.localdate()).label)

    @admin.display(description=gettext_lazy("as written"))
    def as_written(self, edition: Edition) -> str:
        """The whole edition as a file."""
        return format_html("<pre>{}</pre>", export(edition))

    def get_fieldsets(self, request: HttpRequest, obj: Edition | None = None) -> Any:
        """A form for a draft; the text of what was announced."""
        if obj is None or self.has_change_permission(request, obj):
            return FIELDSETS
        fields = ("agreement", "number", "in_force_on", "announced_at", "as_written")
        return ((None, {"fields": fields}),)

    def get_readonly_fields(self, request: HttpRequest, obj: Edition | None = None) -> Any:
        """A draft stays with its agreement."""
        return () if obj is None else ("agreement", "number", "announced_at", "as_written")

    def get_inlines(self, request: HttpRequest, obj: Edition | None) -> Any:
        """What was announced is all in its text."""
        return self.inlines if obj is None or self.has_change_permission(request, obj) else ()

    def has_change_permission(self, request: HttpRequest, obj: Edition | None = None) -> bool:
        """An announced edition is never edited."""
        return super().has_change_permission(request, obj) and not (obj and obj.announced_at)

    def has_delete_permission(self, request: HttpRequest, obj: Edition | None = None) -> bool:
        """A draft may be dropped."""
        return super().has_delete_permission(request, obj) and not (obj and obj.announced_at)

    def view_on_site(self, obj: Edition) -> str:
        """The edition in words, where it is announced."""
        return _page(obj)

    def response_post_save_change(self, request: HttpRequest, obj: Edition) -> HttpResponseRedirect:
        """On to where it is read and announced."""
        return HttpResponseRedirect(_page(obj))

    def response_post_save_add(self, request: HttpRequest, obj: Edition) -> HttpResponseRedirect:
        return HttpResponseRedirect(_page(obj))


def _page(edition: Edition) -> str:
    # By name: config wires the page of the floor above.
    return reverse("edition", args=[edition.agreement.key, edition.number])


@admin.register(Agreement)
class AgreementAdmin(admin.ModelAdmin):
    """Agreements: who provides, and the number to call."""

    fields = ("key", "name", "provider", "phone", "email")
    list_display = ("name", "provider", "phone", "email")
    search_fields = ("name", "provider")
    prepopulated_fields = {"key": ("name",)}
    actions = ("draft",)

    @admin.action(description=gettext_lazy("New edition"), permissions=["change"])
    def draft(self, request: HttpRequest, agreements: QuerySet[Agreement]) -> None:
        """Draft the next edition of each."""
        for agreement in agreements:
            try:
                edition = editions.draft(agreement, now=timezone.now())
            except editions.EditionError as error:
                self.message_user(request, f"{agreement}: {error}", messages.ERROR)
            else:
                url = reverse("admin:sla_edition_change", args=[edition.pk])
                text = _("%(edition)s: a draft to change and announce.") % {"edition": edition}
                said = format_html('<a href="{}">{}</a>', url, text)
                self.message_user(request, said, messages.SUCCESS)
