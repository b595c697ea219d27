"""The admin: what is data can be kept there, the past and the facts can't be touched."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from sla.models import Calendar, CalendarDay, Clock, Contract, Edition, Release
from support import desk
from tests import people
from tests.people import words
from tickets.models import Channel, Contact, Kind, Organisation, Role, Status, Ticket, User

pytestmark = pytest.mark.django_db

PAGES = [
    "tickets_user",
    "tickets_team",
    "tickets_organisation",
    "tickets_contact",
    "tickets_ticket",
    "sla_calendar",
    "sla_calendarday",
    "sla_agreement",
    "sla_edition",
    "sla_release",
    "sla_alert",
    "support_incomingmail",
    "support_mailbox",
    "support_outgoingmail",
]


def signed_in(client: Client, role: str) -> User:
    user = people.agent(role.title(), role)
    client.force_login(user)
    return user


def report() -> Ticket:
    carla = people.contact(people.organisation())
    return desk.open_ticket(
        people.reporter(carla),
        words(),
        subject="Export",
        kind=Kind.INCIDENT,
        channel=Channel.EMAIL,
        priority="middel",
    )


@pytest.mark.parametrize("page", PAGES)
def test_every_list_opens_for_an_administrator(client: Client, page: str) -> None:
    signed_in(client, Role.ADMIN)
    ticket = report()
    answer = client.get(reverse(f"admin:{page}_changelist"), {"q": "x"})
    assert answer.status_code in (200, 302)
    assert client.get(reverse(f"admin:{page}_changelist")).status_code == 200
    assert ticket.pk


def test_a_customer_may_not_open_the_admin(client: Client) -> None:
    client.force_login(User.objects.create_user("carla@school.example", name="Carla"))
    assert client.get("/admin/").status_code == 302
    assert client.get("/admin/", follow=True).redirect_chain[-1][0].startswith("/admin/login/")


def test_an_agent_keeps_contacts_but_only_looks_at_agreements(client: Client) -> None:
    signed_in(client, Role.AGENT)
    customer = people.organisation()
    form = {
        "organisation": customer.pk,
        "name": "Ines",
        "may_phone": "on",
        "addresses-TOTAL_FORMS": 1,
        "addresses-INITIAL_FORMS": 0,
        "addresses-0-email": "Ines@School.example",
        "numbers-TOTAL_FORMS": 1,
        "numbers-INITIAL_FORMS": 0,
        "numbers-0-number": "+31 (0)30 760 02 90",
    }
    client.post(reverse("admin:tickets_contact_add"), form)
    ines = Contact.objects.get(name="Ines")
    assert ines.email == "ines@school.example"
    assert ines.numbers.get().bare == "0307600290"
    assert client.get(reverse("admin:sla_release_add")).status_code == 403
    edition = Edition.objects.get()
    assert client.get(reverse("admin:sla_edition_change", args=[edition.pk])).status_code == 200


def test_a_manager_gives_an_organisation_its_agreement_and_a_waiver_needs_a_reason(
    client: Client,
) -> None:
    signed_in(client, Role.MANAGER)
    form = {
        "name": "Hanze College",
        "language": "nl",
        "fixed_contact": "",
        "contracts-TOTAL_FORMS": 1,
        "contracts-INITIAL_FORMS": 0,
        "contracts-0-agreement": people.agreement().pk,
        "contracts-0-for_reports": "on",
        "contracts-0-waived_from": "2026-01-01",
        "contracts-0-waiver_reason": "",
        "domains-TOTAL_FORMS": 1,
        "domains-INITIAL_FORMS": 0,
        "domains-0-domain": "Hanze.example",
    }
    answer = client.post(reverse("admin:tickets_organisation_add"), form)
    assert answer.status_code == 200
    assert not Organisation.objects.exists()
    form["contracts-0-waiver_reason"] = "Besproken met de directie"
    client.post(reverse("admin:tickets_organisation_add"), form)
    contract = Contract.objects.get()
    assert contract.organisation.domains.get().domain == "hanze.example"
    assert contract.waiver_reason == "Besproken met de directie"


def test_a_contract_made_later_covers_what_was_reported_before(client: Client) -> None:
    signed_in(client, Role.MANAGER)
    customer = Organisation.objects.create(name="Nieuw")
    carla = people.contact(customer)
    ticket = desk.open_ticket(
        people.reporter(carla), words(), subject="Logo", kind=Kind.SETTING, channel=Channel.EMAIL
    )
    assert not Clock.objects.filter(ticket=ticket).exists()
    form = {
        "name": "Nieuw",
        "language": "nl",
        "contracts-TOTAL_FORMS": 1,
        "contracts-INITIAL_FORMS": 0,
        "contracts-0-agreement": people.agreement().pk,
        "contracts-0-for_reports": "on",
        "domains-TOTAL_FORMS": 0,
        "domains-INITIAL_FORMS": 0,
    }
    client.post(reverse("admin:tickets_organisation_change", args=[customer.pk]), form)
    clock = Clock.objects.get(ticket=ticket)
    assert (clock.clause, clock.started_at) == ("3.G", ticket.reported_at)


def test_a_release_is_moved_with_the_clocks_that_hang_on_it(client: Client) -> None:
    signed_in(client, Role.MANAGER)
    soon = timezone.now().replace(microsecond=0) + timedelta(days=9)
    release = Release.objects.create(
        agreement=people.agreement(), name="Release 1", planned_at=soon
    )
    ticket = report()
    later = timezone.localtime(soon + timedelta(days=3))
    form = {
        "name": "Release 1b",
        "planned_at_0": f"{later:%Y-%m-%d}",
        "planned_at_1": f"{later:%H:%M:%S}",
    }
    client.post(reverse("admin:sla_release_change", args=[release.pk]), form)
    release.refresh_from_db()
    assert (release.name, release.planned_at) == ("Release 1b", later)
    assert release.moves.get().planned_before == soon
    clock = Clock.objects.get(ticket=ticket, promise="resolution")
    assert clock.due_at == soon  # the sweep follows


def test_a_release_in_the_past_is_refused_with_a_clear_message(client: Client) -> None:
    signed_in(client, Role.MANAGER)
    form = {
        "agreement": people.agreement().pk,
        "name": "Te laat",
        "planned_at_0": "2020-01-01",
        "planned_at_1": "07:00",
    }
    answer = client.post(reverse("admin:sla_release_add"), form)
    assert "Een release moet in de toekomst liggen." in answer.content.decode()
    assert not Release.objects.exists()


def test_a_calendar_without_opening_hours_is_refused(client: Client) -> None:
    signed_in(client, Role.MANAGER)
    form = {
        "name": "Leeg",
        "zone": "Europe/Amsterdam",
        "country": "NL",
        "liberation_day": "lustrum",
        "blocks-TOTAL_FORMS": 0,
        "blocks-INITIAL_FORMS": 0,
    }
    answer = client.post(reverse("admin:sla_calendar_add"), form)
    assert "Geef ten minste één openingsblok" in answer.content.decode()
    assert not Calendar.objects.filter(name="Leeg").exists()


def test_a_new_calendar_gets_its_holidays_as_rows(client: Client) -> None:
    signed_in(client, Role.MANAGER)
    form = {
        "name": "Zaterdag open",
        "zone": "Europe/Amsterdam",
        "country": "NL",
        "liberation_day": "always",
        "good_friday": "",
        "blocks-TOTAL_FORMS": 1,
        "blocks-INITIAL_FORMS": 0,
        "blocks-0-weekday": 5,
        "blocks-0-opens": "10:00",
        "blocks-0-closes": "24:00",
    }
    client.post(reverse("admin:sla_calendar_add"), form)
    days = CalendarDay.objects.filter(calendar__name="Zaterdag open", day__year=2026)
    names = set(days.values_list("name", flat=True))
    assert "Bevrijdingsdag" in names
    assert "Goede vrijdag" not in names


def test_a_coming_day_is_closed_and_a_past_one_is_refused(client: Client) -> None:
    signed_in(client, Role.MANAGER)
    calendar = people.agreement().editions.get().calendar
    year = timezone.localdate().year + 1
    form = {"calendar": calendar.pk, "day": f"{year}-03-05", "name": "Teamdag"}
    client.post(reverse("admin:sla_calendarday_add"), form)
    day = CalendarDay.objects.get(name="Teamdag")
    twice = client.post(reverse("admin:sla_calendarday_add"), form)
    assert "Deze dag staat al in de kalender." in twice.content.decode()
    answer = client.post(
        reverse("admin:sla_calendarday_add"), form | {"day": "2020-01-02", "name": "Vroeger"}
    )
    assert "Dagen in het verleden" in answer.content.decode()
    chosen = {"action": "withdraw", "_selected_action": [day.pk]}
    client.post(reverse("admin:sla_calendarday_changelist"), chosen)
    day.refresh_from_db()
    assert day.withdrawn_at is not None


def test_an_edition_in_force_can_only_be_read(client: Client) -> None:
    signed_in(client, Role.ADMIN)
    edition = people.agreement().editions.get()
    address = reverse("admin:sla_edition_change", args=[edition.pk])
    assert "Bijlage 1, Reactietijden: Hoog" in client.get(address).content.decode()
    assert client.post(address, {"number": 9}).status_code == 403


def test_tickets_are_read_only_and_offer_the_verbs_as_actions(client: Client) -> None:
    user = signed_in(client, Role.AGENT)
    ticket = report()
    assert client.get(reverse("admin:tickets_ticket_add")).status_code == 403
    assert (
        client.post(
            reverse("admin:tickets_ticket_change", args=[ticket.pk]), {"subject": "Anders"}
        ).status_code
        == 403
    )
    listing = reverse("admin:tickets_ticket_changelist")
    asked = client.post(listing, {"action": "resolve", "_selected_action": [ticket.pk]})
    assert ticket.reference in asked.content.decode()
    done = {
        "action": "resolve",
        "_selected_action": [ticket.pk],
        "confirmed": "1",
        "text": "Opgelost.",
    }
    client.post(listing, done)
    ticket.refresh_from_db()
    assert ticket.status == Status.RESOLVED
    assert ticket.events.get(kind="resolved").actor == user
    again = client.post(listing, done, follow=True)
    assert "Dit kan niet zolang het ticket “Opgelost” is." in again.content.decode()
