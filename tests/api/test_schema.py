"""The schema: whole, true of every answer, and shown on a page that loads nothing from outside."""

import re
from contextlib import suppress
from io import StringIO
from typing import Any

import pytest
import schemathesis
from django.core.management import call_command
from django.core.wsgi import get_wsgi_application
from django.test import Client
from django.utils import timezone
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode

from support.api.tokens import make_token
from support.models import ApiToken
from tests import people
from tests.api.programs import program, report
from tickets.models import Role

EXAMPLES = 5


def test_the_schema_is_openapi_3_1_without_a_warning() -> None:
    out = StringIO()
    call_command("spectacular", "--validate", "--fail-on-warn", "--format=openapi-json", stdout=out)
    assert '"openapi": "3.1.0"' in out.getvalue()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE])
def test_every_answer_is_as_the_schema_says_whatever_is_sent(mode: GenerationMode) -> None:
    people.releases("2099-06-10 07:00")
    manager = people.agent("Mona", Role.MANAGER)
    carla = people.contact(people.organisation())
    ticket = report(program(manager), contact=carla.pk)
    token, text = make_token(
        manager, name="a", scopes=["read", "write", "reports"], now=timezone.now()
    )
    ApiToken.objects.filter(pk=token.pk).update(per_minute=1_000_000)
    headers = {"Authorization": f"Bearer {text}"}
    there = {
        "reference": ticket.reference,
        "id": carla.pk,
        "key": "dialog",
        "number": 1,
        "year": 2026,
        "month": 11,
    }
    schema = schemathesis.openapi.from_wsgi("/api/v1/schema/", get_wsgi_application())
    count = 0
    results: Any = schema.get_all_operations()
    for operation in (result.ok() for result in results):
        named = {name: there[name] for name in re.findall(r"{(\w+)}", operation.path)}
        _answers_hold(operation, mode, headers=headers, path_parameters=named)
        count += 1
    assert count >= 33


def _answers_hold(operation: Any, mode: GenerationMode, **sent: Any) -> None:
    """Send some requests, the same ones each time, and judge every answer."""
    # What can't be said in a schema may refuse what it allows: whose release, which turn.
    excluded = [schemathesis.checks.CHECKS.get_one("positive_data_acceptance")]

    @settings(
        max_examples=EXAMPLES,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=mode, **sent))
    def judge(case: Any) -> None:
        case.call_and_validate(headers=sent["headers"], excluded_checks=excluded)

    with suppress(Unsatisfiable):  # where nothing can be got wrong
        judge()


def test_only_the_page_of_the_api_lets_styles_in() -> None:
    docs, other = Client().get("/api/v1/docs/"), Client().get("/sign-in/")
    assert "style-src 'self' 'unsafe-inline';" in docs["Content-Security-Policy"] + ";"
    assert "'unsafe-inline'" not in other["Content-Security-Policy"]
    assert "script-src 'self'" in docs["Content-Security-Policy"]
    addresses = re.findall(r'(?:src|href)="([^"]+)"', docs.content.decode())
    assert addresses
    assert [address for address in addresses if not address.startswith("/")] == []
