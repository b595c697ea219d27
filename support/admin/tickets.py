"""Tickets in the Django admin: their facts are changed by the verbs alone, for many at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, cast

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from sla.admin.many import ManyAdmin
from sla.models import Alert, Clock
from support import access, desk
from support.desk.faces import Face, Verb
from support.desk.table import on
from support.queue.filters import Asking
from support.search import finding
from support.search.language import read
from support.workspace import many
from support.workspace.verbs import OF_TICKET, bound
from tickets.models import Message, Ticket, TicketEvent, TicketQuerySet, User

ACTIONS: Mapping[str, Verb] = {verb.name: verb for verb in on(Face.ADMIN)}
_AS_IN_THE_QUEUE = {"assign", "reply", "note"}
"""What is asked for many at once: of who takes them, what is not chosen stays as it is on each."""


@admin.register(Ticket)
class TicketAdmin(ManyAdmin):
    """Tickets, to be looked at; the verbs stand in the list's actions."""

    list_display = (
        *("number", "subject", "organisation", "kind", "priority"),
        *("status", "assignee", "reported_at"),
    )
    list_filter = ("status", "priority", "kind", "channel", "team")
    list_select_related = ("organisation", "assignee")
    readonly_fields = ("facts",)
    search_fields = ("=id",)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Ticket], search_term: str
    ) -> tuple[QuerySet[Ticket], bool]:
        """In the language of the desk's own search; what of it was not understood is said."""
        asked = read(search_term)
        if asked.is_empty:
            return queryset, False
        asking = Asking(access.signed_in(request), timezone.now())
        found, hints = finding.answering(cast("TicketQuerySet", queryset), asked, asking)
        for hint in hints:
            self.message_user(request, hint, messages.WARNING)
        return found, False

    @admin.display(description=gettext_lazy("facts"))
    def facts(self, ticket: Ticket) -> str:
        """The lists of what was said and happened, and of what was promised."""
        lists = [
            (reverse(f"admin:{model._meta.label_lower.replace('.', '_')}_changelist"), model)
            for model in (Message, TicketEvent, Clock, Alert)
        ]
        told = [(url, ticket.reference, model._meta.verbose_name_plural) for url, model in lists]
        return format_html_join(", ", '<a href="{}?q={}">{}</a>', told)

    @admin.display(description=gettext_lazy("ticket"))
    def number(self, ticket: Ticket) -> str:
        return ticket.reference

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        """One action for each verb."""
        if not access.signed_in(request).is_agent:
            return {}
        return {verb.name: (_action(verb), verb.name, verb.label) for verb in ACTIONS.values()}

    def view_on_site(self, obj: Ticket) -> str:
        """The ticket's own page, with its conversation and clocks."""
        return reverse("ticket", args=[obj.reference])


Action = Callable[[TicketAdmin, HttpRequest, QuerySet[Ticket]], HttpResponse | None]


def _action(verb: Verb) -> Action:
    """An admin action that asks what the verb needs and does it to each chosen ticket."""

    def act(
        modeladmin: TicketAdmin, request: HttpRequest, chosen: QuerySet[Ticket]
    ) -> HttpResponse | None:
        tickets = list(chosen[: many.MOST + 1])
        if len(tickets) > many.MOST:
            said = _("Choose at most %(most)s tickets in one go.") % {"most": many.MOST}
            modeladmin.message_user(request, said, messages.ERROR)
            return None
        confirmed = "confirmed" in request.POST
        form = _asked(verb, tickets, request.POST if confirmed else None)
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
        _do_all(modeladmin, request, verb, tickets, form.cleaned_data)
        return None

    return act


def _asked(verb: Verb, tickets: list[Ticket], data: Any) -> forms.Form:
    """The form for all of them; one that depends on the ticket need be right for one of them."""
    first = _form(verb, tickets[0], data)
    if verb.name not in OF_TICKET or data is None:
        return first
    own = (_form(verb, ticket, data) for ticket in tickets)
    return next((form for form in own if form.is_valid()), first)


def _form(verb: Verb, ticket: Ticket, data: Any) -> forms.Form:
    if verb.name in _AS_IN_THE_QUEUE:
        return many.FORMS[verb.name](data)
    return bound(verb, ticket, data) or forms.Form({} if data is None else data)


def _do_all(
    modeladmin: TicketAdmin,
    request: HttpRequest,
    verb: Verb,
    tickets: list[Ticket],
    data: Mapping[str, object],
) -> None:
    """Do it to each, and say of each one that was refused why."""
    user, done = access.signed_in(request), 0
    for ticket in tickets:
        own = _form(verb, ticket, request.POST).is_valid() if verb.name in OF_TICKET else True
        try:
            _do(verb, ticket, user, data, fits=own)
        except desk.DeskError as error:
            text = f"{ticket.reference}: {error}"
            modeladmin.message_user(request, text, messages.ERROR)
        else:
            done += 1
    if done:
        said = ngettext("%(verb)s: %(count)s ticket.", "%(verb)s: %(count)s tickets.", done)
        words = said % {"verb": verb.label, "count": done}
        modeladmin.message_user(request, words, messages.SUCCESS)


def _do(verb: Verb, ticket: Ticket, user: User, data: Mapping[str, object], *, fits: bool) -> None:
    """DeskError for what can't be done to this ticket, or was not asked for one like it."""
    if not fits:
        raise desk.DeskError(_("What you chose is not there for this ticket."))
    if not verb.possible(ticket):
        raise desk.DeskError(_("This can't be done to the ticket as it stands."))
    verb.do(ticket, user, many.body_for(verb, ticket, data) if "agent" in data else data)
