"""Searching: what is found, in what order, why, and by whom."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from support import access, desk
from support.desk.conversation import Words
from support.queue.filters import Asking
from support.search import finding, indexing
from support.search.language import read
from support.who import Reporter
from tests import people
from tests.people import words
from tickets.files import File
from tickets.models import Channel, Contact, Kind, SearchDocument, Ticket, User

pytestmark = pytest.mark.django_db

SEARCH_QUERIES = 12


@pytest.fixture
def alice(client: Client) -> User:
    user = people.agent()
    client.force_login(user)
    return user


@pytest.fixture
def carla() -> Contact:
    return people.contact(people.organisation())


def opened(person: Contact, subject: str, text: str = "Het werkt niet.", **more: Any) -> Ticket:
    given: dict[str, Any] = {"kind": Kind.SETTING, "channel": Channel.WEB} | more
    said = Words(text=text, files=given.pop("files", ()))
    return desk.open_ticket(people.reporter(person), said, subject=subject, **given)


def answer(client: Client, text: str) -> Any:
    indexing.sweep()
    return client.get(reverse("search"), {"q": text})


def seen(client: Client, text: str) -> list[str]:
    return [row.ticket.subject for row, _why in answer(client, text).context["rows"]]


def test_words_are_found_with_other_endings_as_beginnings_and_without_accents(
    client: Client, alice: User, carla: Contact
) -> None:
    opened(carla, "Afdrukken", "De printers op de tweede etage werken niet.")
    opened(carla, "Menu", "Het café-menu is leeg: crème brûlée ontbreekt.")
    opened(carla, "Report", "The reports were cancelled.")
    assert seen(client, "printer") == ["Afdrukken"]
    assert seen(client, "werk printer") == ["Afdrukken"]
    assert seen(client, "cancel report") == ["Report"]
    assert seen(client, "print eta") == ["Afdrukken"]
    assert seen(client, "cafe creme") == ["Menu"]
    assert seen(client, "CAFÉ") == ["Menu"]
    assert seen(client, "printer leeg") == []


def test_words_may_stand_in_different_messages_of_one_ticket(
    client: Client, alice: User, carla: Contact
) -> None:
    ticket = opened(carla, "Scherm", "Het blijft leeg.")
    desk.reply(ticket, words("Welke browser gebruikt u?"), actor=alice)
    desk.note(ticket, words("Lijkt op de proxy"), actor=alice)
    assert seen(client, "leeg browser proxy") == ["Scherm"]


def test_phrases_exclusions_numbers_and_addresses(
    client: Client, alice: User, carla: Contact
) -> None:
    first = opened(carla, "Eerste", "Het rapport is leeg.")
    opened(carla, "Tweede", "Leeg is het rapport; factuur 2024-001.")
    assert seen(client, '"rapport is leeg"') == ["Eerste"]
    assert seen(client, "rapport -factuur") == ["Eerste"]
    assert seen(client, first.reference) == seen(client, str(first.pk)) == ["Eerste"]
    assert seen(client, "2024-001") == ["Tweede"]
    assert sorted(seen(client, "carla@school.example")) == ["Eerste", "Tweede"]
    assert sorted(seen(client, "school.example")) == ["Eerste", "Tweede"]
    assert seen(client, "dirk@school.example") == []


def test_a_number_is_found_before_the_sweep_comes_by(
    client: Client, alice: User, carla: Contact
) -> None:
    ticket = opened(carla, "Vers")
    page = client.get(reverse("search"), {"q": ticket.reference})
    assert [row.ticket.pk for row, _why in page.context["rows"]] == [ticket.pk]


def test_operators_narrow_in_dutch_and_in_english(
    client: Client, alice: User, carla: Contact
) -> None:
    dirk = people.contact(people.organisation("Webwinkel", "diploc"), "Dirk")
    mine = opened(carla, "Van mij")
    desk.assign(mine, assignee=alice, team=None, actor=alice)
    opened(dirk, "Schijf", kind=Kind.SUPPORT, channel=Channel.EMAIL)
    desk.resolve(opened(carla, "Klaar"), words(), actor=alice)
    opened(carla, "Oud", at=timezone.now() - timedelta(days=9))
    cases = {
        "org:webw": ["Schijf"],
        "organisatie:school is:gesloten": ["Klaar"],
        "status:opgelost": ["Klaar"],
        "status:resolved": ["Klaar"],
        "-is:open": ["Klaar"],
        "van:dirk": ["Schijf"],
        "from:dirk@webwinkel.example": ["Schijf"],
        "aan:mij": ["Van mij"],
        "assignee:alice": ["Van mij"],
        "aan:niemand soort:supportverzoek": ["Schijf"],
        "kanaal:mail": ["Schijf"],
        "te:laat": ["Oud"],
        "voor:7d": ["Oud"],
        "na:vandaag soort:setting is:open": ["Van mij"],
        "team:Support is:gesloten": ["Klaar"],
        "soort:vraag": [],
    }
    assert {text: seen(client, text) for text in cases} == cases


def test_what_is_not_understood_is_said_and_searched_as_text(
    client: Client, alice: User, carla: Contact
) -> None:
    opened(carla, "Kleur", "De kleur is blauw.")
    page = answer(client, "kleur:blauw")
    assert [row.ticket.subject for row, _why in page.context["rows"]] == ["Kleur"]
    assert "kleur:" in page.context["hints"][0]
    page = answer(client, "status:blauw")
    assert "resolved" in page.context["hints"][0]
    assert [row.ticket.subject for row, _why in page.context["rows"]] == ["Kleur"]
    assert not answer(client, "http://blauw").context["hints"]


@pytest.mark.parametrize(
    "text",
    [
        "'", "''':*", "\\", "a & | !", "(", ":", "-", '"', "\x00", "%", "na:31-02-2026", "na:0d",
        "na:9999d", "voor:0001-01-01", "te:", "org:\\'", "van:'&|", "bijlage:%'", "-te:laat",
        "WD-99999999999999999999", "x" * 5000, "page", "-a -b", "é:ü", "<->", "🙂", "bijlage:..",
    ],
)  # fmt: skip
def test_nothing_that_can_be_typed_breaks_the_page(
    client: Client, alice: User, carla: Contact, text: str
) -> None:
    opened(carla, "Iets")
    assert answer(client, text).status_code == 200


def test_why_a_ticket_was_found_is_shown_and_nothing_of_it_is_html(
    client: Client, alice: User, carla: Contact
) -> None:
    ticket = opened(carla, "<b>Leeg</b>", "Eerst iets anders.")
    desk.note(ticket, words("Zie <script>alert(1)</script> de proxyserver & meer"), actor=alice)
    page = answer(client, "proxyserver").content.decode()
    assert "<mark>proxyserver</mark> &amp; meer" in page
    assert "<script>alert" not in page
    assert "<b>Leeg" not in page
    assert "<mark>Leeg</mark>" in answer(client, "leeg").content.decode()


def test_files_are_found_by_their_names(client: Client, alice: User, carla: Contact) -> None:
    file = File(name="factuur_mei-2024.pdf", content_type="application/pdf", data=b"x")
    opened(carla, "Rekening", files=[file])
    opened(carla, "Ander", "Een factuur zonder bijlage")
    assert seen(client, "mei 2024") == ["Rekening"]
    assert seen(client, "bijlage:factuur") == ["Rekening"]
    assert "factuur_mei-2024.pdf" in answer(client, "factuur_mei").content.decode()


def test_an_organisation_is_found_by_its_name_of_today(
    client: Client, alice: User, carla: Contact
) -> None:
    opened(carla, "Doelen")
    assert seen(client, "school doel") == ["Doelen"]
    customer = carla.organisation
    customer.name = "Het Lyceum"
    customer.save()
    assert seen(client, "lyceum") == ["Doelen"]


def test_the_subject_counts_for_more_than_the_text_and_open_before_solved(
    client: Client, alice: User, carla: Contact
) -> None:
    desk.resolve(opened(carla, "Printer klaar"), words(), actor=alice)
    opened(carla, "Printer open")
    opened(carla, "Anders", "Misschien ligt het aan de printer, zei iemand.")
    assert seen(client, "printer") == ["Printer open", "Printer klaar", "Anders"]


def test_automatic_messages_and_quotes_are_not_searched(
    client: Client, alice: User, carla: Contact
) -> None:
    ticket = opened(carla, "Doelen")
    ticket.messages.create(
        kind="automatic", public=True, channel="email", text="bevestiging", at=timezone.now()
    )
    ticket.messages.update(quoted="geciteerd")
    SearchDocument.objects.all().delete()
    assert seen(client, "bevestiging") == seen(client, "geciteerd") == []


def test_searches_are_remembered_once_and_can_be_forgotten(client: Client, alice: User) -> None:
    for text in ["een", "twee", "een", *(f"woord{number}" for number in range(9))]:
        client.get(reverse("search"), {"q": text})
    lately = client.get(reverse("search")).context["lately"]
    assert (len(lately), lately[0], lately[-1]) == (10, "woord8", "een")
    client.post(reverse("search-forget"), {"q": "een"})
    assert len(client.get(reverse("search")).context["lately"]) == 9
    client.post(reverse("search-forget"))
    assert list(client.get(reverse("search")).context["lately"]) == []


def test_only_the_helpdesk_searches(client: Client) -> None:
    assert client.get(reverse("search")).status_code == 302
    client.force_login(User.objects.create_user("c@school.example", name="Charlie"))
    assert client.get(reverse("search")).status_code == 403
    assert client.post(reverse("search-forget")).status_code == 403


@pytest.mark.parametrize("count", [1, 3])
def test_a_search_costs_the_same_for_one_ticket_and_for_three(
    client: Client,
    alice: User,
    django_assert_num_queries: DjangoAssertNumQueries,
    count: int,
) -> None:
    for number in range(count):
        opened(people.contact(people.organisation(f"School {number}"), f"C{number}"), "Scherm")
    answer(client, "werkt")
    with django_assert_num_queries(SEARCH_QUERIES):
        page = client.get(reverse("search"), {"q": "werkt"})
    assert len(page.context["rows"]) == count


def test_documents_of_another_postgresql_or_lost_ones_are_made_again(
    client: Client, alice: User, carla: Contact
) -> None:
    for name in ("Een", "Twee", "Drie"):
        opened(carla, name)
    assert indexing.sweep() == 3
    assert indexing.sweep() == 0
    SearchDocument.objects.filter(ticket__subject="Een").delete()
    SearchDocument.objects.filter(ticket__subject="Twee").update(stemmer=9)
    assert sum(indexing.rebuild()) == 2
    assert sum(indexing.rebuild()) == 0
    call_command("rebuild_search", "--all")


def test_a_ticket_that_says_more_than_a_document_holds_is_found_by_its_latest_words(
    client: Client, alice: User, carla: Contact
) -> None:
    ticket = opened(carla, "Lang", " ".join(f"woord{number}" for number in range(30_000)))
    for part in range(8):
        text = " ".join(f"zin{part}x{number}" for number in range(4000))
        desk.note(ticket, words(text), actor=alice)
    desk.reply(ticket, words("slotakkoord"), actor=alice)
    assert seen(client, "slotakkoord") == ["Lang"]


def test_somebody_without_an_organisation_is_found_by_name(client: Client, alice: User) -> None:
    desk.open_ticket(
        Reporter(name="Zoë de Wit", email="zoe@thuis.example"),
        words(),
        subject="Onbekend",
        kind=Kind.QUESTION,
        channel=Channel.EMAIL,
    )
    assert seen(client, "zoe wit") == seen(client, "van:Zoë") == ["Onbekend"]
    assert seen(client, "org:niemand") == ["Onbekend"]


def test_what_stands_in_many_is_found_among_the_newest(
    alice: User, carla: Contact, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(6):
        opened(carla, f"Printer {number}")
    opened(carla, "Scanner")
    indexing.sweep()
    monkeypatch.setattr(finding, "RECENT", 4)
    asked, asking = read("printer"), Asking(alice, timezone.now())

    def found(most: int) -> list[str]:
        pks = finding.find(access.tickets_of(alice), asked, asking, most=most).tickets
        return sorted(Ticket.objects.filter(pk__in=pks).values_list("subject", flat=True))

    assert found(2) == ["Printer 4", "Printer 5"]  # among the four newest
    assert found(5) == [f"Printer {number}" for number in range(1, 6)]  # beyond them


def test_a_condition_that_is_none_is_looked_for_and_marked_as_text(
    client: Client, alice: User, carla: Contact
) -> None:
    opened(carla, "Status onbekend", "De lamp knippert.")
    page = answer(client, "status:knippert").content.decode()
    assert "<mark>knippert</mark>" in page


def test_what_stands_nowhere_is_not_looked_for_in_every_document(
    client: Client, alice: User, carla: Contact, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(12):
        opened(carla, f"Rapport {number}")
    monkeypatch.setattr(finding, "RECENT", 4)
    with CaptureQueriesContext(connection) as asked:
        assert seen(client, "bestaatniet") == []
    (recent,) = [each["sql"] for each in asked if "OFFSET 4" in each["sql"]]
    with connection.cursor() as cursor:
        # As where there are a million of them: it walks along both tables.
        for way in ("hashjoin", "nestloop", "seqscan", "bitmapscan"):
            cursor.execute(f"SET LOCAL enable_{way} = off")
        cursor.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {recent}")
        plan = json.dumps(cursor.fetchone()[0])
    assert "Merge Join" in plan
    looked_at = [int(rows) for rows in re.findall(r'"Rows Removed by Filter": (\d+)', plan)]
    assert 0 < max(looked_at) <= 4
