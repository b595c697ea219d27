"""What several processes find is what one finds."""

import pytest

from sla.models import Clock
from tests import apart, worlds
from tests.people import at

NOW = at("2026-05-27 14:00")

AUDIT_IN_TWO = """
from django.core.management import call_command
from sla.management.commands import sla_audit
sla_audit.PORTION, sla_audit.WORTH_IT = 2, 1
call_command("sla_audit", processes=2)
"""


@pytest.mark.django_db(transaction=True)
def test_several_processes_find_what_one_finds() -> None:
    worlds.lay_demonstration_of(NOW)
    answer = apart.run(AUDIT_IN_TWO)
    assert answer.returncode == 0, answer.stderr
    assert "0 differences" in answer.stderr
    Clock.objects.filter(state="met")[0].delete()
    answer = apart.run(AUDIT_IN_TWO)
    assert answer.returncode == 1, answer.stderr
    assert "clock is missing" in answer.stdout
