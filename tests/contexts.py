"""Django's test client hears of our pages too: what `response.context` is of those of Jinja2."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.template.backends.jinja2 import Template
from django.test.signals import template_rendered

_drawn = Template.render


def _telling(self: Template, context: Any = None, request: Any = None) -> str:
    facts = dict(context or {})
    drawn = _drawn(self, facts, request)  # which adds what every page has
    template_rendered.send(sender=self, template=self, context=facts)
    return str(drawn)


@pytest.fixture(scope="session", autouse=True)
def _told() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Template, "render", _telling)
        yield
