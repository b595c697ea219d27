"""The admin's lists of what there may be millions of."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.core.paginator import Paginator
from django.db import connection
from django.db.models import Model
from django.http import HttpRequest
from django.utils.functional import cached_property

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


class ManyAdmin(admin.ModelAdmin):
    """A record of which there are many: looked at, not changed, and never counted whole."""

    paginator = EstimatingPaginator
    show_full_result_count = False
    list_per_page = 50

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Not here."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Not here."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Not here."""
        return False
