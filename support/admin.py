"""People, tickets and mail in the Django admin. Facts are read-only; tickets offer the verbs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.auth.models import Group
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from sla import changes
from sla.models import Contract
from support import access, desk
from support.admin_api import ApiTokenAdmin
from support.admin_many import ManyAdmin
from support.field_admin import FieldAdmin
from support.mailbox_admin import MailboxAdmin
from support.models import ApiToken, IncomingMail, Mailbox, OutgoingMail, WidgetSite
from support.search import finding
from support.search.language import read
from support.sign_in.admin import UserAdmin, hide_allauth
from support.widget.admin import WidgetSiteAdmin
from support.workspace.verbs import VERBS, Verb
from tickets.models import (
    Contact,
    ContactAddress,
    ContactNumber,
    CustomField,
    EmailDomain,
    Organisation,
    Team,
    Ticket,
    User,
)

admin.site.site_header = admin.site.site_title = "Werkdag"
admin.site.index_title = gettext_lazy("Administration")
admin.site.unregister(Group)  # what somebody may do hangs on their role
admin.site.register(CustomField, FieldAdmin)
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
class ContactAdmin(admin.ModelAdmin):
    """People at customers, and which of them may phone."""

    list_display = ("name", "organisation", "may_phone")
    list_filter = ("may_phone",)
    search_fields = ("name", "organisation__name", "addresses__email", "numbers__bare")
    list_select_related = ("organisation",)
    autocomplete_fields = ("organisation", "user")
    inlines = (AddressInline, NumberInline)


@admin.register(Ticket)
class TicketAdmin(ManyAdmin):
    """Tickets: their facts are changed by the verbs alone, which stand in the list's actions."""

    list_display = (
        "number",
        "subject",
        "organisation",
        "kind",
        "priority",
        "status",
        "assignee",
        "reported_at",
    )
    list_filter = ("status", "priority", "kind", "channel", "team")
    list_select_related = ("organisation", "assignee")
    search_fields = ("=id", "subject", "organisation__name", "reporter_email")

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Ticket], search_term: str
    ) -> tuple[QuerySet[Ticket], bool]:
        """By the words that the desk's own search finds them by."""
        words = read(search_term).words
        return finding.narrowed(queryset, words, public=False), False

    @admin.display(description=gettext_lazy("ticket"), ordering="pk")
    def number(self, ticket: Ticket) -> str:
        """The reference."""
        return ticket.reference

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        """One action for each verb."""
        return {
            verb.name: (_action(verb), verb.name, verb.label)
            for verb in VERBS.values()
            if access.signed_in(request).is_agent
        }

    def view_on_site(self, obj: Ticket) -> str:
        """The ticket's own page, with its conversation and clocks."""
        return reverse("ticket", args=[obj.reference])


Action = Callable[[TicketAdmin, HttpRequest, QuerySet[Ticket]], HttpResponse | None]


def _action(verb: Verb) -> Action:
    """An admin action that asks what the verb needs and does it to each chosen ticket."""

    def act(
        modeladmin: TicketAdmin, request: HttpRequest, tickets: QuerySet[Ticket]
    ) -> HttpResponse | None:
        first = tickets.first()
        if first is None:
            return None
        confirmed = "confirmed" in request.POST
        form = verb.bound(first, request.POST if confirmed else None) or forms.Form(request.POST)
        if not confirmed or not form.is_valid():
            context = {
                **modeladmin.admin_site.each_context(request),
                "title": verb.label,
                "verb": verb,
                "form": form,
                "tickets": tickets,
                "opts": Ticket._meta,
            }
            return render(request, "admin/verb.html", context)
        for ticket in tickets:
            _do(modeladmin, request, verb, ticket, form.cleaned_data)
        return None

    return act


def _do(
    modeladmin: TicketAdmin, request: HttpRequest, verb: Verb, ticket: Ticket, data: dict[str, Any]
) -> None:
    try:
        verb.act(ticket, access.signed_in(request), data)
    except desk.DeskError as error:
        text = f"{ticket.reference}: {error}"
        modeladmin.message_user(request, text, messages.ERROR)
    else:
        text = _("%(ticket)s: done.") % {"ticket": ticket.reference}
        modeladmin.message_user(request, text, messages.SUCCESS)


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
