"""Letters as a mail program shows them: no fault that axe sees, in both schemes, at any width."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.utils import timezone
from playwright.sync_api import Page

from support import desk
from support.desk import changed, letters
from support.mail.models import OutgoingMail
from tests import people
from tests.browser.faults import has_no_faults
from tests.people import words
from tickets.models import Channel, Kind, Priority, User

pytestmark = pytest.mark.django_db(transaction=True)

COLOURS = ("#21468b", "#7a1f5c", "#f2c200")


@pytest.mark.parametrize("colour", COLOURS)
def test_letters_have_no_faults_and_fit_a_telephone(page: Page, colour: str) -> None:
    carla = people.contact(people.organisation())
    lines = {"address": "Kade 12\n9711 AB Groningen", "phone": "050 700 12 34"}
    people.brand("Dialoog", carla.organisation, colour=colour, **lines)
    carla.user = User.objects.create_user(carla.email, name="Carla")
    carla.save()
    carla.organisation.fixed_contact = alice = people.agent()
    carla.organisation.save()
    ticket = desk.open_ticket(
        replace(people.reporter(carla), proved=True),
        words(),
        subject="Een onderwerp dat lang is en nergens ophoudt " * 4,
        kind=Kind.INCIDENT,
        channel=Channel.WEB,
        priority=Priority.HIGH,
    )
    desk.prioritise(ticket, priority=Priority.LOW, reason="Valt mee", actor=alice)
    changed.tell(now=timezone.now() + changed.PATIENCE)
    desk.reply(ticket, words("Wij kijken ernaar."), actor=alice)
    letters.say_by_itself(ticket, "Nog bezig.", at=timezone.now())
    for mail in OutgoingMail.objects.order_by("pk"):
        page.set_content(mail.html)
        has_no_faults(page)
