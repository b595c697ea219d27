"""People and mail in the Django admin; what is in rooms of its own is registered here too."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.contrib.auth.models import Group
from django.db.models import Prefetch, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext_lazy, ngettext

from sla import changes
from sla.admin.many import ManyAdmin, UncountedAdmin, column
from sla.admin.named import NamedAdmin, NamedFormSet
from sla.models import Contract, ReportRule
from support import access
from support.admin.fields import FieldAdmin, TagAdmin
from support.api.admin import ApiTokenAdmin
from support.api.models import ApiToken
from support.causes.admin import CauseAdmin, CauseRuleAdmin
from support.causes.models import Cause, CauseRule
from support.desk.models import OpinionRule
from support.intake.reasons import reason_words
from support.mail.models import IncomingMail, Mailbox, OutgoingMail
from support.mailboxes.admin import MailboxAdmin
from support.monthly.admin import ReportRuleAdmin
from support.opinions.admin import OpinionRuleAdmin
from support.people.admin import UserAdmin, hide_allauth
from support.reports.admin import KeptGoalAdmin
from support.reports.models import KeptGoal
from support.status_page.admin import SubscriberAdmin
from support.status_page.models import Subscriber
from support.widget.admin import WidgetSiteAdmin
from support.widget.models import WidgetSite
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

admin.site.site_header = admin.site.site_title = "Werkdag"
admin.site.index_title = gettext_lazy("Administration")
admin.site.unregister(Group)  # what somebody may do hangs on their role
admin.site.register(CustomField, FieldAdmin)
admin.site.register(Tag, TagAdmin)
admin.site.register(Cause, CauseAdmin)
admin.site.register(CauseRule, CauseRuleAdmin)
admin.site.register(KeptGoal, KeptGoalAdmin)
admin.site.register(OpinionRule, OpinionRuleAdmin)
admin.site.register(ReportRule, ReportRuleAdmin)
admin.site.register(Mailbox, MailboxAdmin)
admin.site.register(WidgetSite, WidgetSiteAdmin)
admin.site.register(ApiToken, ApiTokenAdmin)
admin.site.register(Subscriber, SubscriberAdmin)
admin.site.register(User, UserAdmin)
hide_allauth(admin.site)


@admin.register(Team)
class TeamAdmin(admin.ModelAdmin):
    """Teams."""

    list_display = ("name", "email")


class DomainInline(admin.TabularInline):
    """How an organisation is recognised."""

    model = EmailDomain
    formset = NamedFormSet
    extra = 0


class ContractInline(admin.StackedInline):
    """What was agreed with it."""

    model = Contract
    show_change_link = True

    def get_extra(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> int:
        """A blank one for who has none."""
        return 0 if obj and obj.contracts.exists() else 1


@admin.register(Organisation)
class OrganisationAdmin(NamedAdmin):
    """Customers with their agreement, fixed contact and waiver."""

    list_display = ("name", "agreement", "fixed_contact", "waived_from")
    list_filter = ("contracts__agreement",)
    search_fields = ("name", "domains__domain")
    list_select_related = ("fixed_contact",)
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
        agreed = Contract.objects.governing(customer)
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

    def get_queryset(self, request: HttpRequest) -> QuerySet[Organisation]:
        """With the contract that reports come under."""
        governing = Contract.objects.for_reports().select_related("agreement")
        rows: QuerySet[Organisation] = super().get_queryset(request)
        return rows.prefetch_related(Prefetch("contracts", governing, to_attr="governing"))

    @admin.display(description=gettext_lazy("agreement"))
    def agreement(self, organisation: Any) -> str:
        """The agreement's name."""
        return str(organisation.governing[0].agreement) if organisation.governing else "-"

    @admin.display(description=gettext_lazy("phone rule waived from"))
    def waived_from(self, organisation: Any) -> Any:
        """Since when reports bind by whatever channel."""
        return organisation.governing[0].waived_from if organisation.governing else None


class AddressInline(admin.TabularInline):
    """Where they write from."""

    model = ContactAddress
    formset = NamedFormSet
    extra = 1


class NumberInline(admin.TabularInline):
    """Where they phone from."""

    model = ContactNumber
    formset = NamedFormSet
    extra = 1


@admin.register(Contact)
class ContactAdmin(NamedAdmin, UncountedAdmin):
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

    list_display = (column("at", gettext_lazy("moment")), "about", "author", "text")
    fields = readonly_fields = ("about", "author", "text")
    list_filter = (("author", admin.RelatedOnlyFieldListFilter),)
    list_select_related = ("organisation", "author")
    search_fields = ("organisation__name",)

    @admin.display(description=gettext_lazy("organisation"))
    def about(self, note: OrganisationNote) -> str:
        """Which customer it is about."""
        return note.organisation.name

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        """For managers."""
        return access.signed_in(request).is_manager

    def view_on_site(self, obj: OrganisationNote) -> str:
        """The customer's page, where its notes stand."""
        return reverse("organisation", args=[obj.organisation_id])


@admin.register(IncomingMail)
class IncomingMailAdmin(ManyAdmin):
    """Every mail that came in, and what became of it."""

    list_display = ("received_at", "sender", "subject", "state", "why", "source")
    list_filter = ("state",)
    search_fields = ("sender", "subject")
    exclude = ("raw", "digest")

    def get_queryset(self, request: HttpRequest) -> QuerySet[IncomingMail]:
        """Without the sources, which may be large."""
        return super().get_queryset(request).defer("raw")

    @admin.display(description=gettext_lazy("reason"), ordering="reason")
    def why(self, mail: IncomingMail) -> str:
        """Why it was set aside, in the language of who reads it."""
        return reason_words(mail)

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
