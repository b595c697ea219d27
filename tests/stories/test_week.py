"""A week at the desk, lived through the verbs, up to the report that a manager reads."""

import csv
from collections.abc import Iterable
from datetime import timedelta
from typing import cast

import pytest
from django.test import Client
from django.urls import reverse

from sla.audit import differences
from sla.models import Alert, Clock
from sla.sweep import sweep
from support import desk
from support.desk import customer_side
from tests import people
from tests.people import at, words
from tickets.models import Channel, Kind, Role, Status, Ticket

pytestmark = pytest.mark.django_db


def clock(ticket: Ticket, promise: str) -> Clock:
    """The clock of a promise on a ticket."""
    return Clock.objects.get(ticket=ticket, promise=promise)


def test_a_week_at_the_desk(client: Client) -> None:
    alice = people.agent()
    dialog = people.organisation("School")
    carla = people.contact(dialog)
    diploc = people.organisation("Webwinkel", "diploc")
    dirk = people.contact(diploc, "Dirk", may_phone=False)
    people.releases("2026-05-20 07:00", "2026-06-10 07:00")

    # Monday: Hoog by phone. The answered call is the reaction.
    hoog = desk.open_ticket(
        people.reporter(carla),
        words("Niemand kan doelen aanmaken."),
        subject="Doelen",
        kind=Kind.INCIDENT,
        channel=Channel.PHONE,
        priority="hoog",
        answered=True,
        actor=alice,
        at=at("2026-05-18 10:00"),
    )
    reaction, resolution = clock(hoog, "reaction"), clock(hoog, "resolution")
    assert (reaction.state, reaction.binding) == ("met", True)
    assert (resolution.state, resolution.due_at) == ("running", at("2026-05-19 10:00"))

    # Monday: Middel by mail does not bind; the call of Tuesday starts it.
    middel = desk.open_ticket(
        people.reporter(carla),
        words("Exporteren geeft een fout."),
        subject="Export",
        kind=Kind.INCIDENT,
        channel=Channel.EMAIL,
        priority="middel",
        at=at("2026-05-18 11:00"),
    )
    assert not clock(middel, "reaction").binding
    desk.log_call(
        middel,
        words("Belt erover."),
        actor=alice,
        contact=carla,
        answered=False,
        at=at("2026-05-19 14:00"),
    )
    reaction = clock(middel, "reaction")
    assert (reaction.binding, reaction.due_at) == (True, at("2026-05-20 14:00"))
    assert clock(middel, "resolution").due_at == at("2026-05-20 07:00")

    # Tuesday: Laag by form has no date; a setting has one werkdag.
    laag = desk.open_ticket(
        people.reporter(carla),
        words("Een knop staat scheef."),
        subject="Knop",
        kind=Kind.INCIDENT,
        channel=Channel.WEB,
        priority="laag",
        at=at("2026-05-19 15:00"),
    )
    assert not Clock.objects.filter(ticket=laag, promise="reaction").exists()
    assert clock(laag, "resolution").due_at is None
    setting = desk.open_ticket(
        people.reporter(carla),
        words("Graag een ander logo."),
        subject="Logo",
        kind=Kind.SETTING,
        channel=Channel.WIDGET,
        at=at("2026-05-22 16:00"),
    )
    # Friday 16:00, then Pinksteren: 25 May is Tweede Pinksterdag.
    assert clock(setting, "reaction").due_at == at("2026-05-26 16:00")

    # A Diploc request on the Friday before Pinksteren: four office hours.
    request = desk.open_ticket(
        people.reporter(dirk),
        words("Kan de schijf groter?"),
        subject="Schijf",
        kind=Kind.SUPPORT,
        channel=Channel.EMAIL,
        at=at("2026-05-22 16:00"),
    )
    assert clock(request, "reaction").due_at == at("2026-05-26 12:00")

    # The Hoog waits two hours for the customer, and is solved in time because of it.
    desk.hold(hoog, words("Welke browser?"), actor=alice, at=at("2026-05-18 12:00"))
    assert clock(hoog, "resolution").state == "paused"
    customer_side.writes(
        hoog,
        people.reporter(carla),
        words("Firefox."),
        channel=Channel.EMAIL,
        at=at("2026-05-18 14:00"),
    )
    assert clock(hoog, "resolution").due_at == at("2026-05-19 12:00")
    desk.resolve(hoog, words("Opgelost."), actor=alice, at=at("2026-05-19 11:00"))
    assert clock(hoog, "resolution").state == "met"

    # Reopened on Wednesday morning: the time in between does not count.
    customer_side.writes(
        hoog,
        people.reporter(carla),
        words("Toch niet."),
        channel=Channel.EMAIL,
        at=at("2026-05-20 09:30"),
    )
    hoog.refresh_from_db()
    assert hoog.status == Status.OPEN
    assert clock(hoog, "resolution").due_at == at("2026-05-20 10:30")

    # Nobody looks in time: a breach at the deadline, not at the moment it was noticed.
    sweep(now=at("2026-05-20 10:47"))
    resolution = clock(hoog, "resolution")
    assert (resolution.state, resolution.breached_at) == ("breached", at("2026-05-20 10:30"))
    desk.resolve(hoog, words("Nu echt."), actor=alice, at=at("2026-05-20 11:00"))
    resolution = clock(hoog, "resolution")
    assert (resolution.state, resolution.met_at) == ("breached", at("2026-05-20 11:00"))

    # The Laag turns out to be Hoog: it counts from the report, which was not phoned in.
    desk.prioritise(
        laag,
        priority="hoog",
        reason="Niemand kan opslaan",
        actor=alice,
        at=at("2026-05-20 09:00"),
    )
    assert clock(laag, "resolution").due_at == at("2026-05-20 15:00")
    assert not clock(laag, "reaction").binding

    sweep(now=at("2026-05-27 09:00"))
    breaches = Alert.objects.filter(kind="breach").order_by("at")
    assert [(alert.ticket.subject, alert.promise, alert.at) for alert in breaches] == [
        ("Export", "resolution", at("2026-05-20 07:00")),
        ("Doelen", "resolution", at("2026-05-20 10:30")),
        ("Export", "reaction", at("2026-05-20 14:00")),
        ("Knop", "resolution", at("2026-05-20 15:00")),
        ("Schijf", "reaction", at("2026-05-26 12:00")),
        ("Logo", "reaction", at("2026-05-26 16:00")),
    ]
    assert list(differences(now=at("2026-05-27 09:00") + timedelta(minutes=5))) == []

    # In June the manager opens the report of May: what was kept, what was not, and why.
    client.force_login(people.agent("Mila", Role.MANAGER))
    page = client.get(reverse("report-breaches"), {"month": "2026-05"}).context
    counts = {name: cell["count"] for name, cell in page["totals"].items() if name != "share"}
    assert counts == {"kept": 1, "breached": 6, "not_binding": 1, "running": 0}
    assert page["totals"]["share"] == 14
    assert {
        row["label"]: {name: cell["count"] for name, cell in row["cells"].items() if cell["count"]}
        for row in page["organisations"]
    } == {
        "School": {"kept": 1, "breached": 5, "not_binding": 1},
        "Webwinkel": {"breached": 1},
    }
    behind = client.get(page["totals"]["breached"]["url"]).context["rows"]
    assert [row["ticket"].subject for row in behind] == [
        "Export",
        "Doelen",
        "Export",
        "Knop",
        "Schijf",
        "Logo",
    ]

    # The file holds the same promises, each with its clause and its moments.
    response = client.get(reverse("report-csv"), {"month": "2026-05"})
    text = b"".join(cast("Iterable[bytes]", response)).decode("utf-8-sig")
    lines = list(csv.reader(text.splitlines(), delimiter=";"))[1:]
    assert len(lines) == sum(counts.values())
    solved_late = next(
        line for line in lines if line[1] == "Doelen" and line[-1].endswith("11:00:00")
    )
    assert solved_late[5] == "Bijlage 1, Oplostijden: Hoog"
    assert solved_late[-3:] == ["2026-05-18 10:00:00", "2026-05-20 10:30:00", "2026-05-20 11:00:00"]
