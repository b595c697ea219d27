"""A macro run on a ticket in one click."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from support import access, desk
from support.automation import macros as running
from support.automation.models import Macro
from support.drafts import keeping
from support.forms.numbers import number_in
from support.workspace.ticket import find
from tickets.models import Ticket, User


@access.agents_only
@require_POST
def run(request: HttpRequest, reference: str) -> HttpResponse:
    """Run one on a ticket. What stands in the way is said, and nothing was done."""
    user, found = access.signed_in(request), find(request, reference)
    number = number_in(request.POST.get("macro"))
    macro = get_object_or_404(Macro.objects.usable_by(user), pk=number)
    try:
        messages.success(request, _run(macro, found, user))
    except desk.DeskError as error:
        messages.error(request, str(error))
    return redirect("ticket", reference=found.reference)


def _run(macro: Macro, ticket: Ticket, user: User) -> str:
    """Run it, what speaks to the customer ten seconds later; what was done, in words."""
    if running.speaks(macro):
        if keeping.send_macro(macro, ticket, author=user, now=timezone.now()):
            said = _("“%(title)s” is done in ten seconds; until then you can take it back.")
            return said % {"title": macro}
        return _("“%(title)s” was done.") % {"title": macro}
    done = running.run(macro, ticket, actor=user).done
    return _("“%(title)s” was done: %(done)s.") % {"title": macro, "done": " · ".join(done)}
