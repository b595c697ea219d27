"""What happened on tickets, in the Django admin: facts, to be looked at."""

from __future__ import annotations

import json

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sla.admin.many import ManyAdmin, OfTicketAdmin, by, column
from support.agreements.models import EditionNotice
from support.automation.entries import said
from support.automation.models import AutomationRun
from support.notifications.models import AlertNotice
from support.timeline.line import event_words
from tickets.models import Message, TicketEvent

_AT, _KIND = column("at", gettext_lazy("moment")), column("kind", gettext_lazy("kind"))
_PUBLIC = column("public", gettext_lazy("the customer may read it"), boolean=True)
_CHANNEL = column("channel", gettext_lazy("channel"))


@admin.register(Message)
class MessageAdmin(OfTicketAdmin):
    """Everything that was said."""

    list_display = (_AT, "at_the_desk", _KIND, _PUBLIC, _CHANNEL, "who", "beginning")
    list_filter = (
        by("kind", gettext_lazy("kind")),
        by("public", gettext_lazy("the customer may read it"), admin.BooleanFieldListFilter),
        by("channel", gettext_lazy("channel")),
    )
    list_select_related = ("ticket", "author")
    fields = readonly_fields = (
        *("at_the_desk", _AT, _KIND, _PUBLIC, _CHANNEL, "who"),
        column("sender_email", gettext_lazy("e-mail address")),
        column("text", gettext_lazy("text")),
        column("quoted", gettext_lazy("quoted")),
        "files",
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Message]:
        """Without what may be long and is not listed."""
        return super().get_queryset(request).defer("html", "quoted")

    @admin.display(description=gettext_lazy("who"))
    def who(self, message: Message) -> str:
        return message.sender or "Werkdag"

    @admin.display(description=gettext_lazy("text"))
    def beginning(self, message: Message) -> str:
        return message.text[:80]

    @admin.display(description=gettext_lazy("attachments"))
    def files(self, message: Message) -> str:
        named = [
            (reverse("attachment", args=[file.pk, file.name]), file.name)
            for file in message.attachments.all()
        ]
        return format_html_join(", ", '<a href="{}">{}</a>', named)


@admin.register(TicketEvent)
class TicketEventAdmin(OfTicketAdmin):
    """The histories: who did what, when."""

    list_display = (_AT, "at_the_desk", "what", "who")
    list_filter = (by("kind", gettext_lazy("what")),)
    list_select_related = ("ticket", "actor")
    fields = readonly_fields = ("at_the_desk", _AT, "what", "who", "written")

    @admin.display(description=gettext_lazy("what"))
    def what(self, event: TicketEvent) -> str:
        return event_words(event)

    @admin.display(description=gettext_lazy("who"))
    def who(self, event: TicketEvent) -> str:
        return event.actor.name if event.actor else _("by itself")

    @admin.display(description=gettext_lazy("as written"))
    def written(self, event: TicketEvent) -> str:
        """What was recorded with it."""
        return format_html("<pre>{}</pre>", json.dumps(event.data, indent=2, ensure_ascii=False))


@admin.register(AutomationRun)
class AutomationRunAdmin(OfTicketAdmin):
    """What macros and triggers did, and what stopped them."""

    list_display = (_AT, "at_the_desk", "what", "who")
    list_select_related = ("ticket", "by")
    fields = readonly_fields = list_display

    @admin.display(description=gettext_lazy("what"))
    def what(self, run: AutomationRun) -> str:
        """What it did, or why it could not."""
        return said(run)

    @admin.display(description=gettext_lazy("who"))
    def who(self, run: AutomationRun) -> str:
        return run.by.name if run.by else _("by itself")


@admin.register(AlertNotice)
class AlertNoticeAdmin(ManyAdmin):
    """Who had to hear of which alert, and whether a mail told them."""

    list_display = (column("due_at", gettext_lazy("from when")), "email", "about", "is_told")
    list_select_related = ("alert__ticket",)
    fields = readonly_fields = list_display

    @admin.display(description=gettext_lazy("alert"))
    def about(self, notice: AlertNotice) -> str:
        """The alert, with its ticket."""
        url = reverse("ticket", args=[notice.alert.ticket.reference])
        words = f"{notice.alert.get_kind_display()}: {notice.alert.ticket}"
        return format_html('<a href="{}">{}</a>', url, words)

    @admin.display(description=gettext_lazy("mailed"), boolean=True)
    def is_told(self, notice: AlertNotice) -> bool:
        """Was a mail written about it?"""
        return notice.mail_id is not None


@admin.register(EditionNotice)
class EditionNoticeAdmin(ManyAdmin):
    """Which contacts were told of a new edition: the proof that notice was given."""

    list_display = (
        column("edition", gettext_lazy("edition")),
        column("contact", gettext_lazy("contact")),
        *("organisation", "is_told"),
    )
    fields = readonly_fields = list_display
    list_select_related = ("edition__agreement", "contact__organisation")

    @admin.display(description=gettext_lazy("organisation"))
    def organisation(self, notice: EditionNotice) -> str:
        return notice.contact.organisation.name

    @admin.display(description=gettext_lazy("mailed"), boolean=True)
    def is_told(self, notice: EditionNotice) -> bool:
        """Was a mail written about it?"""
        return notice.mail_id is not None
