"""The admin's lists: every one opens, none counts a whole table, and facts can only be read."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib import admin
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from sla.models import Alert, AuditRun, Clock, Coverage, CoverageChange, Credit, Service
from support import desk
from support.agreements.models import EditionNotice
from support.automation import macros
from support.automation.models import Macro
from support.desk import marking
from support.mail.models import IncomingMail
from support.notifications.models import AlertNotice
from support.search import indexing
from tests import people
from tests.people import words
from tickets.models import (
    Channel,
    Contact,
    EventKind,
    Kind,
    Organisation,
    OrganisationNote,
    Role,
    Tag,
    Ticket,
    TicketEvent,
    User,
)

pytestmark = pytest.mark.django_db

# Only these grow no further than what people type in by hand.
SMALL = {
    *("sla.agreement", "sla.edition", "sla.calendar", "sla.calendarday", "sla.release"),
    *("sla.releaseschedule", "support.apitoken", "support.mailbox", "support.widgetsite"),
    *("tickets.customfield", "tickets.team", "tickets.organisation"),
    *("support.cause", "support.causerule", "support.keptgoal", "sla.reportrule"),
    "support.opinionrule",
}
FACTS = (
    *("tickets_message", "tickets_ticketevent", "tickets_organisationnote", "tickets_tag"),
    *("sla_clock", "sla_coverage", "sla_alert", "sla_auditrun"),
    *("support_automationrun", "support_alertnotice", "support_editionnotice"),
)


@pytest.fixture
def ada(client: Client) -> User:
    user = people.agent("Ada", Role.ADMIN)
    client.force_login(user)
    return user


def happened(number: int, user: User) -> Ticket:
    """A ticket with something in every list that hangs on one."""
    now = timezone.now()
    carla = people.contact(people.organisation(f"School {number}"), f"Carla{number}")
    ticket = desk.open_ticket(
        people.reporter(carla),
        words(),
        subject="Export",
        kind=Kind.SETTING,
        channel=Channel.EMAIL,
    )
    desk.reply(ticket, words("We kijken."), actor=user)
    marking.tag(ticket, name=f"uitval {number}", actor=user)
    macro = Macro.objects.create(title=f"M{number}", owner=user, steps=[])
    macros.run(macro, ticket, actor=user)
    carla.organisation.notes.create(text="Belt graag", author=user, at=now)
    clock = Clock.objects.filter(ticket=ticket).earliest("pk")
    alert = Alert.objects.create(
        ticket=ticket,
        target_key=clock.target_key,
        promise=clock.promise,
        clause=clock.clause,
        kind=Alert.Kind.BREACH,
        started_at=clock.started_at,
        at=now,
        noticed_at=now,
    )
    AlertNotice.objects.create(alert=alert, email="a@desk.example", language="nl", due_at=now)
    edition = Coverage.objects.get(ticket=ticket).edition
    EditionNotice.objects.create(edition=edition, contact=carla)
    Service.objects.create(
        agreement=edition.agreement,
        contract=carla.organisation.contracts.get(),
        name=f"Site {number}",
    )
    Credit.objects.create(
        contract=carla.organisation.contracts.get(),
        month=now.date().replace(day=1),
        number=0,
        proposed_at=now,
        total=0,
        amount=0,
    )
    AuditRun.objects.create(ran_at=now, tickets=9, differences=0)
    return ticket


def counted(run: Callable[[], Any]) -> list[str]:
    """The queries of a page that count without a limit."""
    with CaptureQueriesContext(
        connection,
    ) as asked:
        answer = run()
    assert answer.status_code == 200, answer.get("Location")
    said = (each["sql"] for each in asked.captured_queries)
    return [sql for sql in said if re.search(r"(?i)count\(\*\)", sql) and "LIMIT" not in sql]


def test_every_list_and_page_opens_for_an_administrator_without_counting_all(
    client: Client, ada: User
) -> None:
    happened(1, ada)
    people.releases("2099-06-10 07:00")
    IncomingMail.objects.create(raw=b"x", digest="x", received_at=timezone.now())
    indexing.sweep()
    without = set()
    for model in admin.site._registry:
        name = model._meta.label_lower
        address = reverse(f"admin:{name.replace('.', '_')}_changelist")
        for query in ({}, {"q": "WD-1"}, {"q": "school"}):
            found = counted(lambda: client.get(address, query))  # noqa: B023 - called at once
            assert name in SMALL or found == [], (name, query)
        row = model._default_manager.first()
        if row is None:
            without.add(name)
            continue
        page = reverse(f"admin:{name.replace('.', '_')}_change", args=[row.pk])
        assert counted(lambda: client.get(page)) == [], name  # noqa: B023
    assert without <= {
        *("tickets.customfield", "support.mailbox", "support.widgetsite", "support.apitoken"),
        *("sla.releaseschedule", "sla.check", "sla.backupjob", "sla.ping"),
        *("sla.maintenance", "sla.updatedecision", "support.subscriber", "sla.outage", "sla.claim"),
    }


@pytest.mark.parametrize("page", FACTS)
def test_a_list_of_facts_costs_the_same_for_one_row_and_for_three(
    client: Client, ada: User, page: str
) -> None:
    address = reverse(f"admin:{page}_changelist")
    happened(1, ada)
    client.get(address)
    with CaptureQueriesContext(connection) as one:
        client.get(address)
    for number in (2, 3):
        happened(number, ada)
    with CaptureQueriesContext(connection) as three:
        shown = client.get(address)
    assert len(shown.context["cl"].result_list) >= 3
    assert len(three) == len(one)


@pytest.mark.parametrize("page", FACTS)
def test_facts_can_be_looked_at_and_not_changed(client: Client, ada: User, page: str) -> None:
    happened(1, ada)
    rows = {model._meta.label_lower.replace(".", "_"): model for model in admin.site._registry}
    row = rows[page]._default_manager.first()
    assert row is not None
    address = reverse(f"admin:{page}_change", args=[row.pk])
    assert client.post(address, {"text": "Anders"}).status_code == 403
    assert client.get(reverse(f"admin:{page}_add")).status_code == 403
    client.force_login(people.agent("Bob"))
    assert client.get(address).status_code == 200
    assert client.post(address, {"text": "Anders"}).status_code == 403
    assert client.post(reverse(f"admin:{page}_delete", args=[row.pk])).status_code == 403
    client.force_login(User.objects.create_user("c@school.example", name="Charlie"))
    assert client.get(address).status_code == 302


def test_facts_are_found_by_the_number_of_their_ticket_alone(client: Client, ada: User) -> None:
    first, second = happened(1, ada), happened(2, ada)
    for page, model in (("tickets_ticketevent", TicketEvent), ("sla_clock", Clock)):
        address = reverse(f"admin:{page}_changelist")
        found = client.get(address, {"q": first.reference}).context["cl"].result_list
        assert {row.ticket_id for row in found} == {first.pk}
        assert len(found) == model._default_manager.filter(ticket=first).count()
        other = client.get(address, {"q": "export"}, follow=True)
        assert list(other.context["cl"].result_list) == []
        assert "WD-10423" in other.content.decode()
    assert second.pk != first.pk


def test_an_event_says_who_did_what(client: Client, ada: User) -> None:
    ticket = happened(1, ada)
    desk.prioritise(ticket, priority="hoog", reason="Alles ligt stil", actor=ada)
    shown = client.get(reverse("admin:tickets_ticketevent_changelist")).content.decode()
    event = TicketEvent.objects.get(kind=EventKind.PRIORITISED)
    assert "Alles ligt stil" in shown
    assert reverse("ticket", args=[ticket.reference]) in shown
    page = client.get(reverse("admin:tickets_ticketevent_change", args=[event.pk]))
    assert "Ada" in page.content.decode()


def test_a_clock_explains_itself_and_leads_to_its_ticket(client: Client, ada: User) -> None:
    ticket = happened(1, ada)
    clock = Clock.objects.filter(ticket=ticket).earliest("pk")
    page = client.get(reverse("admin:sla_clock_change", args=[clock.pk])).content.decode()
    assert "3.G" in page
    assert "None" not in page
    assert clock.started_at.isoformat(sep=" ") not in page
    assert page.count('<p class="fact">') > 1
    assert reverse("ticket", args=[ticket.reference]) in page


def test_a_correction_of_an_agreement_stands_at_its_coverage(client: Client, ada: User) -> None:
    ticket = happened(1, ada)
    coverage = Coverage.objects.get(ticket=ticket)
    CoverageChange.objects.create(
        coverage=coverage,
        changed_at=timezone.now(),
        edition_before=coverage.edition,
        waived_before=False,
        cause={"what": "edition", "name": "Dialog 2", "why": "Verlengd <b>"},
        actor=ada,
    )
    page = client.get(reverse("admin:sla_coverage_change", args=[ticket.pk])).content.decode()
    assert "Dialog 2" in page
    assert "(Verlengd &lt;b&gt;) (Ada)" in page


def test_pages_lead_from_the_admin_to_the_desk_and_managers_back(client: Client, ada: User) -> None:
    ticket = happened(1, ada)
    carla = Contact.objects.get()
    customer = Organisation.objects.get()
    ways = [
        ("tickets_ticket", ticket.pk, reverse("ticket", args=[ticket.reference])),
        ("tickets_organisation", customer.pk, reverse("organisation", args=[customer.pk])),
        ("tickets_contact", carla.pk, reverse("organisation", args=[customer.pk])),
    ]
    for page, pk, at_the_desk in ways:
        there = reverse(f"admin:{page}_change", args=[pk])
        assert at_the_desk in client.get(there).content.decode()
        assert there in client.get(at_the_desk).content.decode()
    client.force_login(people.agent("Bob"))
    assert "/admin/tickets/ticket/" not in client.get(ways[0][2]).content.decode()


def test_a_manager_takes_away_a_note_and_a_tag_that_nobody_uses(client: Client, ada: User) -> None:
    happened(1, ada)
    note, used, unused = (
        OrganisationNote.objects.get(),
        Tag.objects.get(),
        Tag.objects.create(name="oud"),
    )
    gone = {"post": "yes"}
    client.force_login(people.agent("Bob"))
    assert (
        client.post(reverse("admin:tickets_tag_delete", args=[unused.pk]), gone).status_code == 403
    )
    client.force_login(people.agent("Mona", Role.MANAGER))
    assert client.post(reverse("admin:tickets_tag_delete", args=[used.pk]), gone).status_code == 403
    client.post(reverse("admin:tickets_tag_delete", args=[unused.pk]), gone)
    client.post(reverse("admin:tickets_organisationnote_delete", args=[note.pk]), gone)
    assert list(Tag.objects.all()) == [used]
    assert not OrganisationNote.objects.exists()


def test_tickets_are_searched_as_at_the_desk(client: Client, ada: User) -> None:
    ticket = happened(1, ada)
    desk.resolve(happened(2, ada), words("Klaar."), actor=ada)
    indexing.sweep()
    address = reverse("admin:tickets_ticket_changelist")
    found = client.get(address, {"q": "export is:open"})
    assert [row.pk for row in found.context["cl"].result_list] == [ticket.pk]
    hint = client.get(address, {"q": "kleur:blauw"})
    assert "kleur:" in hint.content.decode()
