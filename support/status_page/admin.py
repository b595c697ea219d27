"""Who gets letters of the status page, in the Django admin: found, taken away, written to again."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import OuterRef, QuerySet, Subquery
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy, ngettext

from sla.admin.many import ManyAdmin
from support import access
from support.status_page import subscribing
from support.status_page.models import StatusLetter, Subscriber, SubscriberQuerySet


class StandsFilter(admin.SimpleListFilter):
    """Whether letters go there."""

    title = gettext_lazy("letters")
    parameter_name = "letters"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """They do, not yet, no more."""
        return [
            ("yes", gettext_lazy("get them")),
            ("waiting", gettext_lazy("not confirmed yet")),
            ("gone", gettext_lazy("came back")),
        ]

    def queryset(
        self, request: HttpRequest, queryset: QuerySet[Subscriber]
    ) -> QuerySet[Subscriber]:
        """Those."""
        asked: dict[str, dict[str, object]] = {
            "yes": {"confirmed_at__isnull": False, "gone_at": None},
            "waiting": {"confirmed_at": None},
            "gone": {"gone_at__isnull": False},
        }
        return queryset.filter(**asked.get(self.value() or "", {}))


class SubscriberAdmin(ManyAdmin):
    """Addresses that asked for letters. Nobody is added here: whoever wants them confirms it."""

    list_display = ("email", "brand", "confirmed_at", "gone_at", "trouble")
    list_filter = (StandsFilter, "brand")
    list_select_related = ("brand",)
    search_fields = ("email",)
    fields = readonly_fields = (
        *("email", "brand", "language", "asked_at", "confirmed_at", "gone_at", "trouble"),
    )
    actions = ("write_again",)

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        """For managers: somebody may ask for it by phone."""
        return access.signed_in(request).is_manager

    def get_queryset(self, request: HttpRequest) -> QuerySet[Subscriber]:
        """With what the mail server said of the last letter that came back."""
        back = StatusLetter.objects.came_back().filter(subscriber=OuterRef("pk")).order_by("-pk")
        rows: QuerySet[Subscriber] = super().get_queryset(request)
        return rows.annotate(said=Subquery(back.values("mail__error")[:1]))

    @admin.display(description=gettext_lazy("what the mail server said"))
    def trouble(self, subscriber: Any) -> str:
        """Of the last letter that came back."""
        return subscriber.said or "-"

    @admin.action(
        description=gettext_lazy("Write to them again: the address is right"),
        permissions=["delete"],
    )
    def write_again(self, request: HttpRequest, queryset: SubscriberQuerySet) -> None:
        """For those whose letters came back."""
        done = subscribing.write_again(queryset, now=timezone.now())
        said = ngettext(
            "Letters go to %(count)s address again.",
            "Letters go to %(count)s addresses again.",
            done,
        )
        self.message_user(request, said % {"count": done})
