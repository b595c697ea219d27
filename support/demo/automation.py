"""The demonstration's macros and triggers."""

from __future__ import annotations

from datetime import datetime

from support.automation import switching
from support.automation.models import Macro, Trigger
from tickets.models import Team, User


def build(*, owner: User, now: datetime) -> None:
    """Two macros, a trigger that is on, and two to look at and switch on."""
    team = Team.objects.get()
    asks = "Beste {{ klant.voornaam }},\n\nKunt u een schermafdruk sturen?"
    busy = "Beste {{ klant.voornaam }},\n\nIk ben ermee bezig. Groet, {{ agent.voornaam }}"
    mine = {"verb": "assign", "value": "me"}
    for title, steps in (
        ("Ik pak het op", [mine, {"verb": "reply", "text": busy}]),
        ("Schermafdruk vragen", [mine, {"verb": "hold", "text": asks}]),
    ):
        Macro.objects.create(title=title, steps=steps, scope="all", owner=owner)
    high = {"field": "priority", "operator": "is", "value": "hoog"}
    near = "Een oplostijd van een Hoog komt dichtbij."
    first = Trigger.objects.create(
        name="Hoog te laat dreigt: team mailen",
        events=["warned"],
        conditions=[high, {"field": "promise", "operator": "is", "value": "resolution"}],
        steps=[{"verb": "notify", "value": f"team-{team.pk}", "text": near}],
    )
    switching.switch_on(first, now=now)
    Trigger.objects.create(
        name="Hoog: meteen naar het team",
        position=20,
        events=["opened", "prioritised"],
        conditions=[high],
        steps=[{"verb": "assign", "value": f"team-{team.pk}"}],
    )
    Trigger.objects.create(
        name="Na 5 werkdagen opgelost: sluiten",
        position=30,
        events=["solved_longer"],
        werkdagen=5,
        steps=[{"verb": "close"}],
    )
