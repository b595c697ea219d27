"""The admin's lists of what there may be millions of."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib import admin, messages
from django.contrib.admin.utils import display_for_value
from django.core.paginator import Paginator
from django.db import connection
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tickets.models import Ticket
from tickets.translated import Translated

MOST = 10_000
"""So many of what was asked for are counted."""


class EstimatingPaginator(Paginator):
    """Does not count a whole table: of all rows it takes the database's own estimate."""

    @cached_property
    def count(self) -> int:
        """All rows, about; of what was chosen, as far as MOST."""
        rows: Any = self.object_list
        counted: int = rows.order_by()[:MOST].count()
        if counted < MOST or rows.query.where:
            return counted
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT reltuples::bigint FROM pg_class WHERE oid = %s::regclass",
                [rows.model._meta.db_table],
            )
            return max(int(cursor.fetchone()[0]), counted)


def column(name: str, label: Translated, *, boolean: bool = False) -> Any:
    """A column for a field that has no name in words; of a choice, what it is called."""

    @admin.display(description=label, boolean=boolean)
    def value(row: Any) -> Any:
        in_words = getattr(row, f"get_{name}_display", None)
        if boolean:
            return getattr(row, name)
        # A page to look at would write a moment as a machine does.
        return in_words() if in_words else display_for_value(getattr(row, name), "-")

    value.__name__ = name
    return value


def by(
    name: str, title: Translated, kind: type[admin.FieldListFilter] = admin.ChoicesFieldListFilter
) -> tuple[str, type[admin.FieldListFilter]]:
    """A filter on such a field."""

    class Titled(kind):  # type: ignore[valid-type, misc]
        def __init__(self, *args: Any, **kwargs: Any) -> None:
            super().__init__(*args, **kwargs)
            self.title = title

    return name, Titled


class UncountedAdmin(admin.ModelAdmin):
    """Something of which there may be many: never counted whole, nor per filter."""

    paginator = EstimatingPaginator
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    list_per_page = 50


class ManyAdmin(UncountedAdmin):
    """A record of which there are many: looked at, the newest first, and not changed."""

    ordering = ("-pk",)
    sortable_by = ()

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Not here."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Not here."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Not here."""
        return False


class OfTicketAdmin(ManyAdmin):
    """Facts of tickets, found by the ticket's number: that has an index, words have none."""

    list_select_related: ClassVar[tuple[str, ...]] = ("ticket",)
    search_fields = ("=ticket",)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """What is of the ticket that is named."""
        if not search_term.strip():
            return queryset, False
        named = Ticket.objects.by_reference(search_term).values_list("pk", flat=True).first()
        if named is None:
            said = _("Write the number of a ticket, such as WD-10423.")
            self.message_user(request, said, messages.WARNING)
            return queryset.none(), False
        return queryset.filter(ticket=named), False

    @admin.display(description=gettext_lazy("ticket"))
    def at_the_desk(self, fact: Any) -> str:
        """The ticket, with the way to its page."""
        url = reverse("ticket", args=[fact.ticket.reference])
        return format_html('<a href="{}">{}</a>', url, fact.ticket)
