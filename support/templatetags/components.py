"""Our components outside our templates: in those of the admin, and in Python."""

from __future__ import annotations

from typing import cast

from django import template
from django.template import engines
from django.template.backends.jinja2 import Jinja2
from django.utils.safestring import SafeString, mark_safe

register = template.Library()


@register.simple_tag
def component(name: str, *facts: object) -> SafeString:
    """The component templates/components/<name>.html, drawn."""
    environment = cast("Jinja2", engines["jinja2"]).env
    drawn: str = getattr(environment.globals["ui"], name)(*facts)
    return mark_safe(drawn.strip())  # noqa: S308 - drawn by a template that escapes
