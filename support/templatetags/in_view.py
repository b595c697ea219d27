"""The address of a ticket that remembers the view of the queue it is opened from."""

from __future__ import annotations

from urllib.parse import urlencode

from django import template
from django.template import Context
from django.urls import reverse

register = template.Library()


@register.simple_tag(takes_context=True)
def ticket_in_view(context: Context, reference: str) -> str:
    """The ticket's page, with the view of this page in its address."""
    query = context.request.GET.urlencode()  # type: ignore[attr-defined]
    return f"{reverse('ticket', args=[reference])}?{urlencode({'from': query})}"
