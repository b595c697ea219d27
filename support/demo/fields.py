"""Fields of the demonstration: what each of the two contracts has to ask, and some answers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sla.models import Agreement
from support.asking.models import FieldRule
from support.desk import marking
from tickets.models import CustomField, FieldType, Kind, Ticket, User

INCIDENT, SETTING, SUPPORT, WISH = Kind.INCIDENT, Kind.SETTING, Kind.SUPPORT, Kind.WISH
ACCEPTANCE = "acceptatie"


def build(*, agent: User) -> None:
    """Make them, with their rules; and fill some in on what is open."""
    dialog, diploc = (Agreement.objects.get(key=key) for key in ("dialog", "diploc"))
    environment = _field(
        "Omgeving",
        {"does": "require", "agreement": dialog, "kinds": [INCIDENT]},
        {"does": "show", "agreement": dialog, "kinds": [SETTING]},
        {"does": "fill", "agreement": dialog, "value": "productie"},
        name_en="Environment",
        kinds=[INCIDENT, SETTING],
        type=FieldType.CHOICE,
        choices=f"productie\n{ACCEPTANCE}\ndemo",
        choices_en="production\nacceptance\ndemo",
    )
    _field(
        "Release",
        {"does": "require", "agreement": dialog, "other": environment, "other_is": [ACCEPTANCE]},
        name_en="Release",
        kinds=[INCIDENT, SETTING],
        help_nl="Staat onderaan elk scherm, zoals 2026.24.",
        help_en="At the foot of every screen, such as 2026.24.",
        type=FieldType.TEXT,
    )
    _field(
        "Waar gaat het mis?",
        {"does": "show", "agreement": dialog, "priorities": ["hoog", "middel"]},
        name_en="Where does it go wrong?",
        kinds=[INCIDENT],
        type=FieldType.SEVERAL,
        choices="inloggen\nplannen\nrapporten\nkoppelingen",
        choices_en="signing in\nplanning\nreports\nlinks with other systems",
    )
    _field(
        "Adres van de pagina",
        {"does": "show", "agreement": diploc},
        {"does": "show", "agreement": dialog, "kinds": [INCIDENT]},
        name_en="Address of the page",
        kinds=[INCIDENT, SUPPORT],
        help_nl="Zoals het in de adresbalk staat.",
        help_en="As it stands in the address bar.",
        type=FieldType.TEXT,
    )
    _field(
        "Wanneer mogen wij erbij?",
        {"does": "show", "agreement": diploc, "kinds": [SUPPORT]},
        name_en="When may we come in?",
        kinds=[SUPPORT],
        type=FieldType.LONG,
    )
    _field(
        "Gewenste datum",
        {"does": "show", "agreement": dialog},
        name_en="Date wanted",
        kinds=[WISH, SETTING],
        type=FieldType.DATE,
    )
    _filled(environment, agent)


def _field(name: str, *rules: Mapping[str, object], **more: Any) -> CustomField:
    place = CustomField.objects.count() + 1
    made = CustomField.objects.create(name=name, customers_see=True, position=place, **more)
    for rule in rules:
        row = FieldRule(field=made, **rule)
        row.full_clean()
        row.save()
    return made


def _filled(environment: CustomField, agent: User) -> None:
    """What an agent filled in on the latest incidents, as they stood then."""
    opened = Ticket.objects.active().filter(kind=INCIDENT).order_by("-pk")[:2]
    for ticket, value in zip(opened, ("productie", ACCEPTANCE), strict=False):
        values = {environment.pk: value}
        marking.fill(ticket, values=values, actor=agent, at=ticket.updated_at)
