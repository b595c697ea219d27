"""Tickets through the API: report, find, look, and every verb."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from pytest_django.fixtures import DjangoAssertNumQueries

from sla.models import Release
from support.mail.models import OutgoingMail
from tests import people
from tests.api.programs import account, post, program, report
from tickets.models import Role, Ticket

pytestmark = pytest.mark.django_db


def verb(client: Any, ticket: Ticket, name: str, **body: Any) -> Any:
    return post(client, f"tickets/{ticket.reference}/{name}/", body)


def test_a_report_starts_the_clocks_and_is_confirmed() -> None:
    people.releases("2099-06-10 07:00")
    carla = people.contact(people.organisation())
    answer = post(
        program(people.agent()),
        "tickets/",
        {
            "subject": "Doelen",
            "text": "Weg",
            "kind": "incident",
            "priority": "middel",
            "contact": carla.pk,
        },
    )
    told = answer.json()
    assert (answer.status_code, answer["Location"]) == (201, told["url"])
    assert told["channel"] == "api"
    assert told["organisation"]["name"] == "School"
    assert told["next_due_at"] == "2099-06-10T07:00:00+02:00"
    assert OutgoingMail.objects.get().to == carla.email
    clocks = program(people.agent("Bob")).get(f"{told['url']}clocks/").json()["results"]
    assert {clock["promise"]: clock["binding"] for clock in clocks} == {
        "reaction": False,
        "resolution": True,
    }
    assert all(clock["explanation"] for clock in clocks)
    said = {clock["promise"]: clock["told"] for clock in clocks}
    assert said["resolution"] == "at the latest Wednesday 10 June 2099, 07:00"
    assert said["reaction"].startswith("we aim for ")


def test_clocks_explain_themselves_in_the_language_asked_for() -> None:
    client = program(people.agent())
    ticket = report(client, contact=people.contact(people.organisation()).pk)
    url = f"/api/v1/tickets/{ticket.reference}/clocks/"
    english, dutch = (
        client.get(url, headers={"Accept-Language": language}) for language in ("en", "nl")
    )
    assert english.json() != dutch.json()
    assert english["ETag"] != dutch["ETag"]
    assert english["Content-Language"] == "en"


def test_a_report_by_an_address_finds_its_contact() -> None:
    carla = people.contact(people.organisation())
    ticket = report(program(people.agent()), reporter_email=carla.email, reporter_name="C.")
    assert (ticket.contact, ticket.reporter_name) == (carla, "C.")


def test_files_come_with_a_form_and_leave_as_downloads() -> None:
    carla = people.contact(people.organisation())
    agent = program(people.agent())
    page = SimpleUploadedFile("x.html", b"<script>alert(1)</script>", "text/html")
    form = {"subject": "A", "text": "b", "kind": "question", "attachments": [page]}
    answer = agent.post("/api/v1/tickets/", form)
    assert answer.status_code == 201, answer.content
    [said, *_] = agent.get(f"{answer.json()['url']}messages/").json()["results"]
    [told] = said["attachments"]
    assert (told["name"], told["size"]) == ("x.html", 25)
    file = agent.get(told["url"])
    assert b"".join(file) == b"<script>alert(1)</script>"
    assert file["Content-Type"] == "application/octet-stream"
    assert file["Content-Disposition"] == 'attachment; filename="x.html"'
    assert program(account(carla)).get(told["url"]).status_code == 404


def test_every_verb_does_what_the_desk_does() -> None:
    alice = people.agent()
    client, school = program(alice), people.organisation()
    [release] = people.releases("2099-06-10 07:00")
    ticket = report(client, contact=people.contact(school).pk)
    assert verb(client, ticket, "classify", kind="question").json()["kind"] == "question"
    verb(client, ticket, "classify", kind="incident")
    told = verb(client, ticket, "prioritise", priority="hoog", reason="Alles ligt stil").json()
    assert (told["priority"], told["priority_is_definitive"]) == ("hoog", True)
    told = verb(client, ticket, "assign", assignee=alice.pk, team=None).json()
    assert (told["assignee"]["name"], told["team"]) == ("Alice", None)
    assert verb(client, ticket, "plan", release=release.pk).status_code == 200
    reply = verb(client, ticket, "reply", text="We kijken.")
    assert (reply.status_code, reply.json()["kind"], reply.json()["sender"]) == (
        201,
        "reply",
        "Alice",
    )
    assert verb(client, ticket, "note", text="Let op.").json()["public"] is False
    assert verb(client, ticket, "call-back", text="Gebeld.").json()["kind"] == "call"
    kinds = list(ticket.events.order_by("version").values_list("kind", flat=True))
    assert kinds == [
        "reported",
        "classified",
        "classified",
        "prioritised",
        "assigned",
        "planned",
        "replied",
        "noted",
        "replied",
    ]


def test_a_ticket_takes_its_turns_as_at_the_desk() -> None:
    client = program(people.agent())
    ticket = report(client, contact=people.contact(people.organisation()).pk)
    statuses = [
        verb(client, ticket, name, **body).json()["status"]
        for name, body in (
            ("hold", {"text": "Welke browser?"}),
            ("resume", {}),
            ("resolve", {"text": "Klaar."}),
            ("reopen", {"reason": "Toch niet"}),
            ("decline", {"text": "Geen Storing."}),
            ("close", {}),
        )
    ]
    assert statuses == ["waiting", "open", "resolved", "open", "declined", "closed"]


def test_a_customers_reply_is_a_customers_reply() -> None:
    customer = program(account(people.contact(people.organisation())))
    ticket = report(customer)
    verb(program(people.agent()), ticket, "hold", text="Welke browser?")
    answer = verb(customer, ticket, "reply", text="Firefox")
    assert (answer.json()["kind"], answer.json()["channel"]) == ("customer", "api")
    ticket.refresh_from_db()
    assert ticket.status == "open"


def test_a_stranger_is_linked_to_a_customer() -> None:
    client, carla = program(people.agent()), people.contact(people.organisation())
    ticket = report(client, reporter_email="iemand@elders.example")
    told = verb(client, ticket, "identify", contact=carla.pk).json()
    assert told["organisation"]["name"] == "School"


def test_a_release_of_another_agreement_is_not_found() -> None:
    client = program(people.agent())
    people.agreement("diploc")
    [other] = people.releases("2099-06-10 07:00", key="diploc")
    ticket = report(client, contact=people.contact(people.organisation()).pk)
    assert verb(client, ticket, "plan", release=other.pk).status_code == 404
    assert Release.objects.count() == 1


def test_calls_are_a_new_report_or_about_a_ticket() -> None:
    client, carla = program(people.agent()), people.contact(people.organisation())
    call = {"text": "Het ligt plat", "answered": True, "contact": carla.pk}
    new = post(client, "calls/", call | {"subject": "Plat", "kind": "incident", "priority": "hoog"})
    assert (new.status_code, new.json()["channel"], new.json()["status"]) == (201, "phone", "open")
    about = post(client, "calls/", call | {"ticket": new.json()["reference"]})
    assert about.json()["id"] == new.json()["id"]
    wrong = post(client, "calls/", call | {"kind": "incident"})
    assert {error["field"] for error in wrong.json()["errors"]} == {"subject", "priority"}


def test_filters_narrow_the_list() -> None:
    people.releases("2099-06-10 07:00")
    alice = people.agent()
    client, school = program(alice), people.organisation()
    carla = people.contact(school)
    first = report(client, contact=carla.pk)
    second = report(client, kind="question")
    verb(client, second, "assign", assignee=alice.pk, team=None)

    def found(query: str) -> list[int]:
        answer = client.get(f"/api/v1/tickets/?{query}")
        assert answer.status_code == 200, answer.content
        return [row["id"] for row in answer.json()["results"]]

    assert found("") == [second.pk, first.pk]
    assert found("kind=question") == [second.pk]
    assert found("priority=middel&status=new&kind=incident") == [first.pk]
    assert found(f"organisation={school.pk}") == [first.pk]
    assert found(f"assignee={alice.pk}") == [second.pk]
    assert found("due_before=2099-06-10T07:00:01%2B02:00") == [first.pk]
    assert found("due_after=2099-06-10T07:00:00%2B02:00") == []
    second.refresh_from_db()
    since = second.updated_at.isoformat().replace("+", "%2B")
    assert found(f"updated_since={since}") == [second.pk]
    for wrong in ("statuss=new", "kind=x", "organisation=x", "due_before=2026-01-01T00:00:00"):
        answer = client.get(f"/api/v1/tickets/?{wrong}")
        assert answer.status_code == 400, wrong
        assert answer.json()["errors"][0]["field"] == wrong.partition("=")[0]


@pytest.mark.parametrize("rows", [1, 3])
def test_lists_ask_a_fixed_number_of_queries(
    rows: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    manager = people.agent("Mona", Role.MANAGER)
    client = program(manager)
    for number in range(rows):
        carla = people.contact(people.organisation(f"School {number}"), f"Carla{number}")
        ticket = report(client, contact=carla.pk)
        verb(client, ticket, "note", text="Let op.")
    people.releases(*[f"2099-06-{day + 10} 07:00" for day in range(rows)])
    # The token, the rows, and what hangs on them.
    for path, queries in (
        ("tickets", 4),
        (f"tickets/{ticket.reference}/messages", 6),
        ("organisations", 4),
        ("contacts", 4),
        ("agreements", 4),
        ("releases", 2),
    ):
        with django_assert_num_queries(queries):
            assert client.get(f"/api/v1/{path}/").status_code == 200


def test_an_editions_targets_say_how_long_they_give_as_customers_read_it() -> None:
    people.agreement()
    answer = program(people.agent()).get("/api/v1/agreements/dialog/editions/1/").json()
    said = {target["key"]: target["told"] for target in answer["targets"]}
    assert said["reaction-setting"] == "within one working day"
    assert said["reaction-hoog"] == "at once"
    assert said["resolution-middel"] == "in the next release"


def test_who_may_not_phone_reads_another_promise_than_who_may() -> None:
    carla = people.contact(people.organisation())
    bob = people.contact(carla.organisation, "Bob", may_phone=False)
    told = []
    for person in (carla, bob):
        ticket = report(program(people.agent(f"A{person.pk}")), contact=person.pk, priority="hoog")
        url = f"/api/v1/tickets/{ticket.reference}/clocks/"
        clocks = program(account(person)).get(url).json()["results"]
        told += [clock["told"] for clock in clocks if clock["promise"] == "reaction"]
    assert told == [
        "at once, from your call on",
        "at once, from a call on by somebody who may phone",
    ]


@pytest.mark.parametrize("name", ["kwaad.exe", "Kwaad.EXE", "kwaad.exe. ."])
def test_programs_are_refused_as_the_form_refuses_them(name: str) -> None:
    program_file = SimpleUploadedFile(name, b"MZ", "application/octet-stream")
    form = {"subject": "A", "text": "b", "kind": "question", "attachments": [program_file]}
    answer = program(people.agent()).post("/api/v1/tickets/", form)
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["code"] == "refused"
    assert not Ticket.objects.exists()


def test_where_answers_go_is_told_if_it_is_elsewhere() -> None:
    client = program(people.agent())
    ticket = report(client, reporter_email="iemand@elders.example")
    assert client.get(f"/api/v1/tickets/{ticket.reference}/").json()["answers_to"] == ""
    Ticket.objects.filter(pk=ticket.pk).update(answers_to="ict@elders.example")
    told = client.get(f"/api/v1/tickets/{ticket.reference}/").json()
    assert told["answers_to"] == "ict@elders.example"
