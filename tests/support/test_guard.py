"""Machines that fill in the public form are held back, people never lose what they typed."""

import re
import time
from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.cache import cache
from django.test import Client
from pytest_django import Settings

from tests import people
from tickets.models import Ticket, User

pytestmark = pytest.mark.django_db

GIVEN = {
    "name": "Carla",
    "kind": "question",
    "subject": "Exporteren",
    "text": "Hoe werkt het?",
}


PER_VISITOR, PER_ADDRESS = 4, 2


@pytest.fixture(autouse=True)
def _limits(settings: Settings) -> None:
    cache.clear()  # nobody has reported before
    settings.REPORTS_PER_VISITOR, settings.REPORTS_PER_ADDRESS = PER_VISITOR, PER_ADDRESS


@pytest.fixture
def client() -> Client:
    """A visitor who was never counted."""
    return Client(REMOTE_ADDR=uuid4().hex)


@pytest.fixture
def given() -> dict[str, str]:
    """A report from an address that was never counted."""
    return GIVEN | {"email": f"{uuid4().hex}@elders.example"}


def token(client: Client) -> str:
    page = client.get("/report/").content.decode()
    found = re.search(r'name="opened" value="([^"]+)"', page)
    assert found is not None
    return found[1]


def sent(client: Client, given: dict[str, str], **more: str) -> int:
    return client.post("/report/", given | {"opened": token(client)} | more).status_code


def test_a_person_reports(client: Client, given: dict[str, str]) -> None:
    assert sent(client, given) == 302


def test_what_people_do_not_see_must_stay_empty(client: Client, given: dict[str, str]) -> None:
    answer = client.post("/report/", given | {"opened": token(client), "website": "http://a.b"})
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "moet leeg blijven" in page
    assert "Hoe werkt het?" in page
    assert "off-stage" not in page  # now it is seen, so that a person could empty it
    assert not Ticket.objects.exists()


def test_quicker_than_people_it_is_asked_for_once_more(
    client: Client, given: dict[str, str], settings: Settings
) -> None:
    settings.FORM_QUICKEST = timedelta(hours=1)
    given = given | {"opened": token(client)}
    answer = client.post("/report/", given)
    assert answer.status_code == 422
    assert "nog een keer" in answer.content.decode()
    settings.FORM_QUICKEST = timedelta(0)
    assert client.post("/report/", given).status_code == 302


@pytest.mark.parametrize("wrong", ["", "form", "form:abc:def"])
def test_a_made_up_moment_is_replaced_by_a_good_one(
    client: Client, given: dict[str, str], wrong: str
) -> None:
    answer = client.post("/report/", given | {"opened": wrong})
    assert answer.status_code == 422
    found = re.search(r'name="opened" value="([^"]+)"', answer.content.decode())
    assert found is not None
    assert client.post("/report/", given | {"opened": found[1]}).status_code == 302


def test_too_many_from_one_visitor_are_refused_and_what_was_typed_stays(
    client: Client, given: dict[str, str]
) -> None:
    people.contact(people.organisation())
    for number in range(PER_VISITOR):
        assert sent(client, given, email=f"{number}{given['email']}") == 302
    answer = client.post("/report/", given | {"opened": token(client)})
    assert answer.status_code == 429
    page = answer.content.decode()
    assert "over tien minuten" in page
    assert "Hoe werkt het?" in page
    assert Ticket.objects.count() == PER_VISITOR


def test_an_address_has_its_own_limit_and_those_who_signed_in_have_none(
    client: Client, given: dict[str, str]
) -> None:
    for _number in range(PER_ADDRESS):
        assert sent(client, given) == 302
    assert sent(client, given) == 429
    assert sent(client, given, email=f"an{given['email']}") == 302
    client.force_login(User.objects.create_user(given["email"], name="Carla"))
    assert sent(client, given) == 302


def test_without_redis_nobody_is_refused(
    client: Client, given: dict[str, str], settings: Settings
) -> None:
    settings.CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.redis.RedisCache",
            "LOCATION": "redis://127.0.0.1:1/0",
        }
    }
    for _number in range(PER_ADDRESS + 1):
        assert sent(client, given) == 302


def test_a_report_takes_as_long_whosever_address_it_is(
    client: Client, given: dict[str, str], settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.FORM_EVENLY = timedelta(hours=1)
    slept: list[float] = []
    monkeypatch.setattr(time, "sleep", slept.append)
    carla = people.contact(people.organisation())
    for email in (carla.email, given["email"]):
        assert sent(client, given, email=email) == 302
    assert [round(seconds / 60) for seconds in slept] == [60, 60]
    client.force_login(User.objects.create_user(carla.email, name="Carla"))
    assert sent(client, given, email=carla.email) == 302
    assert len(slept) == 2  # who signed in knows whose they are
