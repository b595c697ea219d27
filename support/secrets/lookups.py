"""What an address of the admin may choose by: no secrets, which could be guessed sign by sign."""

from __future__ import annotations

from typing import ClassVar

from django.contrib import admin
from django.http import HttpRequest


class KeepsSecrets(admin.ModelAdmin):
    """Whose `secrets` no list can be chosen by. Django allows every column of the table itself."""

    secrets: ClassVar[frozenset[str]] = frozenset()

    def lookup_allowed(
        self, lookup: str, value: object, request: HttpRequest | None = None
    ) -> bool:
        """Not by a secret."""
        if lookup.partition("__")[0] in self.secrets:
            return False
        return bool(super().lookup_allowed(lookup, value, request))  # type: ignore[arg-type]
