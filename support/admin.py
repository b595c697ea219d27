"""People and mail in the Django admin; what is in rooms of its own is registered here too."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.contrib.auth.models import Group
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext_lazy, ngettext

from sla import changes
from sla.admin.many import ManyAdmin, UncountedAdmin, told
from sla.models import Contract
from support import access, admin_facts, admin_tickets
from support.admin_api import ApiTokenAdmin
from support.field_admin import FieldAdmin, TagAdmin
from support.mailbox_admin import MailboxAdmin
from support.models import ApiToken, IncomingMail, Mailbox, OutgoingMail, WidgetSite
from support.sign_in.admin import UserAdmin, hide_allauth
from support.widget.admin import WidgetSiteAdmin
from tickets.models import (
    Contact,
    ContactAddress,
    ContactNumber,
    CustomField,
    EmailDomain,
    Organisation,
    OrganisationNote,
    Tag,
    Team,
    User,
)

__all__ = ["admin_facts", "admin_tickets"]

admin.site.site_header = admin.site.site_title = "Werkdag"
admin.site.index_title = gettext_lazy("Administration")
admin.site.unregister(Group)  # what somebody may do hangs on their role
admin.site.register(CustomField, FieldAdmin)
admin.site.register(Tag, TagAdmin)
admin.site.register(Mailbox, MailboxAdmin)
admin.site.register(WidgetSite, WidgetSiteAdmin)
admin.site.register(ApiToken, ApiTokenAdmin)
admin.site.register(User, UserAdmin)
hide_allauth(admin.site)


@admin.register(Team)
class TeamAdmin(admin.ModelAdmin):
    """Teams."""

    list_display = ("name", "email")


class DomainInline(admin.TabularInline):
    """How an organisation is recognised."""

    model = EmailDomain
    extra = 0


class ContractInline(admin.StackedInline):
    """What was agreed with it."""

    model = Contract
    extra = 1
    max_num = 1


@admin.register(Organisation)
class OrganisationAdmin(admin.ModelAdmin):
    """Customers with their agreement, fixed contact and waiver."""

    list_display = ("name", "agreement", "fixed_contact", "waived_from")
    list_filter = ("contract__agreement",)
    search_fields = ("name", "domains__domain")
    list_select_related = ("contract__agreement", "fixed_contact")
    autocomplete_fields = ("fixed_contact",)
    inlines = (ContractInline, DomainInline)

    def view_on_site(self, obj: Organisation) -> str:
        """The customer's page at the desk."""
        return reverse("organisation", args=[obj.pk])

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """A contract that was just made also covers what was reported before."""
        super().save_related(request, form, formsets, change)
        now, customer = timezone.now(), form.instance
        changes.cover_organisation(customer, now=now)
        agreed = Contract.objects.filter(organisation=customer).first()
        followed = (
            changes.follow_waiver(agreed, actor=access.signed_in(request), now=now) if agreed else 0
        )
        if followed:
            text = ngettext(
                "%(count)s ticket follows the changed waiver.",
                "%(count)s tickets follow the changed waiver.",
                followed,
            )
            self.message_user(request, text % {"count": followed})

    @admin.display(description=gettext_lazy("agreement"), ordering="contract__agreement")
    def agreement(self, organisation: Organisation) -> str:
        """The agreement's name."""
        contract = getattr(organisation, "contract", None)
        return str(contract.agreement) if contract else "-"

    @admin.display(description=gettext_lazy("phone rule waived from"))
    def waived_from(self, organisation: Organisation) -> Any:
        """Since when reports bind by whatever channel."""
        contract = getattr(organisation, "contract", None)
        return contract.waived_from if contract else None


class AddressInline(admin.TabularInline):
    """Where they write from."""

    model = ContactAddress
    extra = 1


class NumberInline(admin.TabularInline):
    """Where they phone from."""

    model = ContactNumber
    extra = 1


@admin.register(Contact)
class ContactAdmin(UncountedAdmin):
    """People at customers, and which of them may phone."""

    list_display = ("name", "organisation", "may_phone")
    list_filter = ("may_phone",)
    search_fields = ("name", "organisation__name", "addresses__email", "numbers__bare")
    list_select_related = ("organisation",)
    autocomplete_fields = ("organisation", "user")
    inlines = (AddressInline, NumberInline)

    def view_on_site(self, obj: Contact) -> str:
        """Their organisation's page at the desk, where contacts stand."""
        return reverse("organisation", args=[obj.organisation_id]) + "#contacts"


@admin.register(OrganisationNote)
class OrganisationNoteAdmin(ManyAdmin):
    """What colleagues wrote about customers, at the desk; a manager can take it away."""

    list_display = (told("at", gettext_lazy("moment")), "about", "author", "text")
    fields = readonly_fields = ("about", "author", "text")
    list_filter = (("author", admin.RelatedOnlyFieldListFilter),)
    list_select_related = ("organisation", "author")
    search_fields = ("organisation__name",)

    @admin.display(description=gettext_lazy("organisation"))
    def about(self, note: OrganisationNote) -> str:
        """Which customer it is about."""
        return note.organisation.name

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """For managers."""
        return access.signed_in(request).is_manager

    def view_on_site(self, obj: OrganisationNote) -> str:
        """The customer's page, where its notes stand."""
        return reverse("organisation", args=[obj.organisation_id])


@admin.register(IncomingMail)
class IncomingMailAdmin(ManyAdmin):
    """Every mail that came in, and what became of it."""

    list_display = ("received_at", "sender", "subject", "state", "reason", "source")
    list_filter = ("state",)
    search_fields = ("sender", "subject")
    exclude = ("raw", "digest")

    def get_queryset(self, request: HttpRequest) -> QuerySet[IncomingMail]:
        """Without the sources, which may be large."""
        return super().get_queryset(request).defer("raw")

    @admin.display(description=gettext_lazy("source"))
    def source(self, mail: IncomingMail) -> str:
        """A link to the mail as it came."""
        return format_html('<a href="{}">.eml</a>', reverse("quarantine-raw", args=[mail.pk]))


@admin.register(OutgoingMail)
class OutgoingMailAdmin(ManyAdmin):
    """Every mail that goes out, and where it stands."""

    list_display = ("created_at", "to", "subject", "state", "attempts", "error")
    list_filter = ("state", "automatic")
    search_fields = ("to", "subject")
    list_select_related = ("ticket",)
