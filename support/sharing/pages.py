"""What the pages of everything that is shared have in common."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.shortcuts import get_object_or_404

from support import access
from support.sharing.models import Shared


def changeable(model: type[Any], request: HttpRequest, pk: int) -> Any:
    """The one with this number. PermissionDenied for whom it is not to change."""
    user = access.signed_in(request)
    found: Shared = get_object_or_404(model.objects.usable_by(user), pk=pk)
    if not found.may_be_changed_by(user):
        raise PermissionDenied
    return found
