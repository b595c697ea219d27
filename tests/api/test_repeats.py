"""Requests that come twice, and what has changed since a client looked."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from support.api import idempotency
from support.api.models import ApiAnswer
from support.mail.models import OutgoingMail
from tests import people
from tests.api.programs import REPORT, post, program, report
from tests.at_once import together
from tickets.models import Ticket

KEY = {"Idempotency-Key": "order-1"}


@pytest.mark.django_db
def test_the_same_request_twice_is_done_once_and_answered_twice() -> None:
    client = program(people.agent())
    body = REPORT | {"reporter_email": "carla@school.example"}
    first, again = (post(client, "tickets/", body, **KEY) for _ in range(2))
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.json() == first.json()
    assert [again[name] for name in ("ETag", "Location")] == [first["ETag"], first["Location"]]
    assert (first.get("Idempotency-Replayed"), again["Idempotency-Replayed"]) == (None, "true")
    assert (Ticket.objects.count(), OutgoingMail.objects.count()) == (1, 1)


@pytest.mark.django_db
def test_a_form_with_files_is_the_same_whatever_its_boundary() -> None:
    client = program(people.agent())

    def send(content: bytes, boundary: str) -> Any:
        file = SimpleUploadedFile("a.txt", content, "text/plain")
        form = {"subject": "A", "text": "b", "kind": "wish", "attachments": file}
        kind = f"multipart/form-data; boundary={boundary}"
        from django.test.client import encode_multipart

        data = encode_multipart(boundary, form)
        return client.post("/api/v1/tickets/", data, content_type=kind, headers=KEY)

    assert send(b"x", "one").status_code == 201
    assert send(b"x", "two")["Idempotency-Replayed"] == "true"
    assert send(b"y", "two").status_code == 422


@pytest.mark.django_db
def test_a_key_is_for_one_request_of_one_token() -> None:
    alice = people.agent()
    client, other = program(alice), program(alice)
    post(client, "tickets/", REPORT, **KEY)
    reused = post(client, "tickets/", REPORT | {"text": "Iets anders"}, **KEY)
    assert (reused.status_code, reused.json()["code"]) == (422, "key_reused")
    assert post(other, "tickets/", REPORT, **KEY).status_code == 201
    assert Ticket.objects.count() == 2
    wrong = post(client, "tickets/", REPORT, **{"Idempotency-Key": "a b"})
    assert wrong.json()["errors"][0]["field"] == "Idempotency-Key"


@pytest.mark.django_db
def test_what_was_refused_is_judged_again() -> None:
    client = program(people.agent())
    ticket = report(client, reporter_email="carla@school.example")
    close = f"tickets/{ticket.reference}/close/"
    assert post(client, close, {}, **KEY).status_code == 409
    post(client, f"tickets/{ticket.reference}/resolve/", {"text": "Klaar"})
    assert post(client, close, {}, **KEY).status_code == 200


@pytest.mark.django_db(transaction=True)
def test_the_same_request_at_the_same_instant_is_done_once() -> None:
    client = program(people.agent())
    answers: list[Any] = together(*[lambda: post(client, "tickets/", REPORT, **KEY)] * 4)
    statuses = sorted(answer.status_code for answer in answers)
    assert Ticket.objects.count() == 1
    # Whoever comes while it is done hears 409, whoever comes after it the same answer.
    assert statuses[0] == 201
    assert set(statuses) <= {201, 409}
    assert post(client, "tickets/", REPORT, **KEY)["Idempotency-Replayed"] == "true"


@pytest.mark.django_db
def test_answers_are_kept_for_a_day() -> None:
    client = program(people.agent())
    post(client, "tickets/", REPORT, **KEY)
    now = timezone.now()
    assert idempotency.forget(now=now + timedelta(hours=23)) == 0
    ApiAnswer.objects.update(at=now - timedelta(hours=25))
    post(client, "tickets/", REPORT, **KEY)
    assert (Ticket.objects.count(), ApiAnswer.objects.count()) == (2, 1)
    assert idempotency.forget(now=now + timedelta(hours=25)) == 1


@pytest.mark.django_db
def test_what_has_not_changed_is_not_sent_again() -> None:
    client = program(people.agent())
    ticket = report(client, contact=people.contact(people.organisation()).pk)
    paths = [
        f"tickets/{ticket.reference}/",
        f"organisations/{ticket.organisation_id}/",
        f"contacts/{ticket.contact_id}/",
        "agreements/dialog/",
        "agreements/dialog/editions/1/",
    ]
    for path in paths:
        seen = client.get(f"/api/v1/{path}")
        assert seen.status_code == 200, path
        again = client.get(f"/api/v1/{path}", headers={"If-None-Match": seen["ETag"]})
        assert (again.status_code, again.content) == (304, b"")
        assert again["ETag"] == seen["ETag"]
    post(client, f"tickets/{ticket.reference}/classify/", {"kind": "wish"})
    seen_before = client.get(f"/api/v1/{paths[0]}", headers={"If-None-Match": '"v1-0"'})
    assert seen_before.status_code == 200


@pytest.mark.django_db
def test_a_verb_on_what_has_changed_since_is_refused() -> None:
    client = program(people.agent())
    ticket = report(client, reporter_email="carla@school.example")
    seen = client.get(f"/api/v1/tickets/{ticket.reference}/")["ETag"]
    hold = f"tickets/{ticket.reference}/hold/"
    first = post(client, hold, {"text": "Welke browser?"}, **{"If-Match": seen})
    assert first.status_code == 200
    late = post(
        client, f"tickets/{ticket.reference}/resolve/", {"text": "Klaar"}, **{"If-Match": seen}
    )
    assert (late.status_code, late.json()["code"]) == (412, "changed")
    after = post(client, f"tickets/{ticket.reference}/resume/", {}, **{"If-Match": first["ETag"]})
    assert after.status_code == 200


@pytest.mark.django_db
def test_a_contact_is_kept_by_programs() -> None:
    client, school = program(people.agent()), people.organisation()
    body = {
        "organisation": school.pk,
        "name": "Dirk",
        "emails": ["Dirk@school.example", "d@school.example"],
        "numbers": ["030 760 02 90"],
    }
    made = post(client, "contacts/", body)
    assert (made.status_code, made.json()["emails"]) == (
        201,
        ["dirk@school.example", "d@school.example"],
    )
    assert made.json()["may_phone"] is False
    taken = post(client, "contacts/", body)
    assert [error["field"] for error in taken.json()["errors"]] == ["emails"]
    url = made["Location"]
    change = {"may_phone": True, "emails": ["d@school.example"]}
    headers = {"If-Match": made["ETag"]}
    done = client.patch(url, change, content_type="application/json", headers=headers)
    assert (done.json()["may_phone"], done.json()["emails"]) == (True, ["d@school.example"])
    assert done.json()["numbers"] == ["030 760 02 90"]
    late = client.patch(url, change, content_type="application/json", headers=headers)
    assert late.status_code == 412
    found = client.get("/api/v1/contacts/?email=D@school.example").json()["results"]
    assert [row["name"] for row in found] == ["Dirk"]
    wrong = client.patch(url, {"numbers": ["x"]}, content_type="application/json")
    assert wrong.json()["errors"][0]["field"] == "numbers.0"


@pytest.mark.django_db
def test_pages_go_on_where_they_stopped_whatever_came_in_between() -> None:
    client = program(people.agent())
    tickets = [report(client, kind="wish", subject=f"Wens {number}").pk for number in range(5)]
    first = client.get("/api/v1/tickets/?limit=2&kind=wish").json()
    report(client, kind="wish")
    second = client.get(first["next"]).json()
    third = client.get(second["next"]).json()
    seen = [row["id"] for page in (first, second, third) for row in page["results"]]
    assert seen == tickets[::-1]
    assert third["next"] is None
