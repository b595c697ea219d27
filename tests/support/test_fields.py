"""Where leads make fields: in order, by rules, and looked at as a customer."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from sla.models import Agreement
from support.asking.models import FieldRule
from support.desk import marking
from tests import people
from tickets.models import CustomField, Kind, Role, User

pytestmark = pytest.mark.django_db

FORM = {"name": "Omgeving", "kinds": ["incident", "question"], "type": "choice", "active": "on"}


@pytest.fixture
def lead() -> User:
    return people.agent("Lea", Role.LEAD)


@pytest.fixture
def client(lead: User) -> Client:
    browser = Client(headers={"Accept-Language": "en"})
    browser.force_login(lead)
    lead.language = "en"
    lead.save()
    return browser


def made(client: Client, **more: Any) -> CustomField:
    form = FORM | {"choices": "productie\nacceptatie", "customers_see": "on"} | more
    assert client.post(reverse("field-new"), form).status_code == 302
    return CustomField.objects.latest("pk")


def rule(client: Client, field: CustomField, **said: Any) -> Any:
    return client.post(reverse("field-rule-new", args=[field.pk]), {"does": "show"} | said)


def test_a_lead_makes_a_field_says_when_it_is_asked_and_sees_it_as_the_customer_does(
    client: Client,
) -> None:
    school = people.organisation()
    dialog = Agreement.objects.get(key="dialog")
    lacking = client.post(reverse("field-new"), FORM)
    assert (lacking.status_code, CustomField.objects.count()) == (422, 0)
    environment = made(client, name_en="Environment", choices_en="production\nacceptance")
    release = made(client, name="Release", type="text", choices="")
    assert rule(client, environment, agreement=dialog.pk, kinds=["incident"]).status_code == 302
    answers = [f"{environment.pk}:acceptatie"]
    assert rule(client, release, does="require", answers=answers).status_code == 302
    fill = {"does": "fill", "value": "productie", "organisation": school.pk}
    assert rule(client, environment, **fill).status_code == 302
    page = client.get(reverse("fields")).content.decode()
    for words in (
        "Asked: Incident, under Dialog Online Platform",
        "Asked, and needed: where “Environment” is “acceptance”",
        "Filled in with “production”: by School",
    ):
        assert words in page
    shown = reverse("fields-preview")

    def looks(**asked: Any) -> str:
        return client.get(shown, asked).content.decode()

    english = looks(organisation=school.pk, language="en")
    dutch = looks(agreement=dialog.pk, language="nl")
    stranger = looks(language="nl")
    assert ("Environment" in english, "acceptance" in english) == (True, True)
    assert ("Omgeving" in dutch, "acceptance" in dutch) == (True, False)
    assert "Omgeving" not in stranger
    assert client.get(shown, {"organisation": "x"}).status_code == 422


def test_what_can_not_be_is_refused_in_words_where_it_was_typed(client: Client) -> None:
    one, two = made(client), made(client, name="Deel")
    assert rule(client, one, answers=[f"{two.pk}:productie"]).status_code == 302
    circle = rule(client, two, answers=[f"{one.pk}:productie"])
    assert circle.status_code == 422
    assert "Deel → Omgeving" in circle.content.decode()
    three = made(client, name="Derde")
    both = rule(client, three, answers=[f"{one.pk}:productie", f"{two.pk}:productie"])
    assert "Tick answers of one field" in both.content.decode()
    assert "Say what is filled in" in rule(client, three, does="fill").content.decode()
    ours = made(client, name="Marge", customers_see="")
    assert "let them see the field first" in rule(client, ours).content.decode()
    hidden = client.post(reverse("field-change", args=[one.pk]), FORM | {"choices": "productie"})
    assert "take its rules away first" in hidden.content.decode()
    long = client.post(reverse("field-new"), FORM | {"name": "Lang", "choices": "x" * 5_000_000})
    assert long.status_code in (413, 422)


def test_fields_are_put_in_order_and_rules_that_hold_no_more_say_so(client: Client) -> None:
    one, two = made(client), made(client, name="Deel")
    client.post(reverse("field-move", args=[two.pk]), {"way": "up"})
    client.post(reverse("field-move", args=[two.pk]), {"way": "up"})  # it is first already
    assert list(CustomField.objects.values_list("name", flat=True)) == ["Deel", "Omgeving"]
    rule(client, two, answers=[f"{one.pk}:acceptatie"])
    page = reverse("fields")
    assert "is never asked, so this never holds" in client.get(page).content.decode()
    rule(client, one)
    CustomField.objects.filter(pk=one.pk).update(choices="productie")
    assert "“acceptatie” can&#39;t be chosen any more" in client.get(page).content.decode()
    CustomField.objects.filter(pk=one.pk).update(active=False)
    assert "is out of use, so this never holds" in client.get(page).content.decode()
    number = FieldRule.objects.get(field=two).pk
    client.post(reverse("field-rule-remove", args=[two.pk, number]))
    assert not FieldRule.objects.filter(field=two).exists()


def test_a_field_that_tickets_have_or_others_hang_on_is_not_deleted(
    client: Client, lead: User
) -> None:
    one, two = made(client), made(client, name="Deel")
    rule(client, two, answers=[f"{one.pk}:productie"])
    told = client.post(reverse("field-remove", args=[one.pk]), follow=True).content.decode()
    assert "“Deel” hangs on “Omgeving”" in told
    ticket = people.setting(
        people.contact(people.organisation()), when=people.at("2026-05-22 16:00")
    )
    CustomField.objects.filter(pk=two.pk).update(kinds=[Kind.SETTING])
    two.refresh_from_db()
    marking.fill(ticket, values={two.pk: "productie"}, actor=lead)
    told = client.post(reverse("field-remove", args=[two.pk]), follow=True).content.decode()
    assert "is filled in on tickets" in told
    CustomField.objects.filter(pk=two.pk).update(choices="iets anders")
    marking.fill(ticket, values={two.pk: "productie"}, actor=lead)  # what was chosen may stay
    page = client.get(reverse("ticket", args=[ticket.reference])).content.decode()
    assert "productie" in page
    free = made(client, name="Los")
    client.post(reverse("field-remove", args=[free.pk]))
    assert not CustomField.objects.filter(pk=free.pk).exists()
