"""What is asked with a report: by rules that leads make, the same wherever it is reported."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Any

import pytest
from django.core import signing
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override
from hypothesis import given, settings
from hypothesis import strategies as st

from sla.evidence import evidence_of
from sla.models import Agreement
from support import access, desk
from support.asking import deciding
from support.asking.asked import NotTaken, asked_of
from support.asking.deciding import Question, Rule, decide
from support.asking.models import FieldRule
from support.mail.models import OutgoingMail
from support.mail.secrets import reveal
from support.queue.filters import Asking
from support.search import finding, indexing
from support.search.language import read
from tests import people
from tickets.models import (
    Channel,
    Contact,
    CustomField,
    FieldType,
    Kind,
    Priority,
    Role,
    Ticket,
    User,
)

DONE = signing.TimestampSigner(salt="form opened").sign("form")
GIVEN = {
    "name": "Carla Visser",
    "email": "carla@school.example",
    "kind": "question",
    "subject": "Exporteren",
    "text": "Hoe exporteer ik?",
    "opened": DONE,
}
KEYS = st.integers(1, 5)
ANSWERS = st.sampled_from(["a", "b", "c", "a\nc", ""])
SOME_KINDS = st.lists(st.sampled_from(Kind.values), max_size=3).map(tuple)
RULES = st.builds(
    Rule,
    does=st.sampled_from(["show", "require", "fill"]),
    kinds=SOME_KINDS,
    priorities=st.lists(st.sampled_from(Priority.values), max_size=2).map(tuple),
    agreement=st.sampled_from([None, 1, 2]),
    organisation=st.sampled_from([None, 1, 2]),
    other=st.one_of(st.none(), KEYS),
    values=st.lists(st.sampled_from(["a", "b", "c"]), min_size=1).map(tuple),
    fill=st.sampled_from(["a", "b", "a\nb"]),
)
QUESTIONS = st.lists(
    st.builds(Question, key=KEYS, kinds=SOME_KINDS, rules=st.lists(RULES, max_size=3).map(tuple)),
    max_size=5,
    unique_by=lambda each: each.key,
)
REPORTS = st.fixed_dictionaries(
    {
        "kind": st.sampled_from(Kind.values),
        "priority": st.sampled_from(["", *Priority.values]),
        "given": st.dictionaries(KEYS, ANSWERS),
    }
)


@given(QUESTIONS, REPORTS, st.permutations(range(5)))
def test_fields_that_hang_in_no_circle_are_decided_alike_in_whatever_order_they_stand(
    questions: list[Question], report: dict[str, Any], order: list[int]
) -> None:
    hangs = [(each.key, rule.other) for each in questions for rule in each.rules if rule.other]
    if deciding.circle(hangs):
        return
    shuffled = [questions[at] for at in order if at < len(questions)]
    once = decide(deciding.in_order(questions), **report)
    assert once == decide(deciding.in_order(shuffled), **report)


@given(QUESTIONS, REPORTS)
def test_what_is_needed_is_shown_and_what_is_not_of_the_kind_is_neither(
    questions: list[Question], report: dict[str, Any]
) -> None:
    ordered = deciding.in_order(questions)
    assert sorted(each.key for each in ordered) == sorted(each.key for each in questions)
    for each, decision in zip(ordered, decide(ordered, **report).values(), strict=True):
        assert decision.shown or not decision.required
        assert each.key in deciding.askable(ordered) or not decision.shown
        assert report["kind"] in each.kinds or decision == deciding.Decision()


@given(QUESTIONS, REPORTS)
def test_what_nobody_is_asked_decides_nothing(
    questions: list[Question], report: dict[str, Any]
) -> None:
    ordered = deciding.in_order(questions)
    decided = decide(ordered, **report)
    asked = {key: value for key, value in report["given"].items() if decided.get(key)}
    unseen = {key for key, decision in decided.items() if not decision.shown}
    without = {key: value for key, value in asked.items() if key not in unseen}
    assert decide(ordered, **report | {"given": without}) == decided


@given(QUESTIONS, st.sampled_from([None, 1]), st.sampled_from([None, 1]))
def test_rules_of_others_do_not_reach_a_customer(
    questions: list[Question], agreement: int | None, organisation: int | None
) -> None:
    theirs = deciding.for_whom(questions, agreement=agreement, organisation=organisation)
    for before, after in zip(questions, theirs, strict=True):
        kept = [
            rule
            for rule in before.rules
            if rule.agreement in (None, agreement) and rule.organisation in (None, organisation)
        ]
        assert [rule.values for rule in kept] == [rule.values for rule in after.rules]
        assert {(rule.agreement, rule.organisation) for rule in after.rules} <= {(None, None)}


@given(st.lists(st.tuples(KEYS, KEYS), max_size=12))
@settings(max_examples=200)
def test_a_circle_is_found_where_there_is_one(hangs: list[tuple[int, int]]) -> None:
    found = deciding.circle(hangs)
    if found:
        assert found[0] == found[-1]
        assert set(pairwise(found)) <= set(hangs)
        return
    left = set(hangs)  # without a circle there is always one that looks at nothing
    while left:
        loose = {other for _field, other in left} - {field for field, _other in left}
        assert loose
        left = {(field, other) for field, other in left if other not in loose}


def field(name: str, *rules: dict[str, Any], **more: Any) -> CustomField:
    given = {"type": FieldType.TEXT, "kinds": Kind.values, "customers_see": True} | more
    made = CustomField.objects.create(name=name, **given)
    for rule in rules:
        row = FieldRule(field=made, **rule)
        row.full_clean()
        row.save()
    return made


@pytest.fixture
def carla() -> Contact:
    person = people.contact(people.organisation())
    person.user = User.objects.create_user(person.email, name=person.name)
    person.save()
    return person


def user_of(person: Contact) -> User:
    assert person.user is not None
    return person.user


def named(made: CustomField) -> str:
    return f"field_{made.pk}"


def sent(client: Client, **more: Any) -> Any:
    headers = {"Accept-Language": "en"}
    return client.post(reverse("report"), GIVEN | more, headers=headers)


def asked_on(page: str) -> list[str]:
    """The fields that a page shows, by their numbers."""
    return re.findall(r'<fieldset class="asked-field" data-field="(\d+)">', page)


@pytest.mark.django_db
def test_without_scripts_the_page_comes_back_with_what_then_is_asked_and_all_that_was_typed(
    client: Client,
) -> None:
    environment = field(
        "Omgeving",
        {"does": "require", "kinds": ["incident"]},
        type=FieldType.CHOICE,
        choices="productie\nacceptatie",
    )
    rule = {"does": "show", "other": environment, "other_is": ["acceptatie"]}
    release = field("Release", rule, name_en="Build")
    first = client.get(reverse("report")).content.decode()
    assert asked_on(first) == []
    assert sent(client).status_code == 302  # a question is asked nothing more
    incident = {"kind": "incident", "priority": "laag", "text": "Wit <scherm>"}
    second = sent(client, **incident)
    page = second.content.decode()
    assert (second.status_code, asked_on(page)) == (422, [str(environment.pk)])
    assert "Wit &lt;scherm&gt;" in page
    known = incident | {"asked": [str(environment.pk)]}
    empty = sent(client, **known, **{named(environment): ""})
    assert "This is needed for such a report." in empty.content.decode()
    third = sent(client, **known, **{named(environment): "acceptatie"})
    assert (third.status_code, asked_on(third.content.decode())) == (
        422,
        [str(environment.pk), str(release.pk)],
    )
    both = incident | {"asked": [str(environment.pk), str(release.pk)]}
    done = sent(client, **both, **{named(environment): "acceptatie", named(release): "  v 12 "})
    assert done.status_code == 302
    ticket = Ticket.objects.latest("pk")
    kept = {each.field.name: each.value for each in ticket.field_values.all()}
    assert kept == {"Omgeving": "acceptatie", "Release": "v 12"}
    begun = ticket.events.get(kind="reported")
    assert [each["value"] for each in begun.data["fields"]] == ["acceptatie", "v 12"]


@pytest.mark.django_db
def test_each_type_of_field_comes_through_the_form_as_it_is_kept_and_read(
    client: Client, carla: Contact
) -> None:
    client.force_login(user_of(carla))
    typed: dict[str, Any] = {
        FieldType.TEXT: "x",
        FieldType.LONG: "een\r\ntwee",
        FieldType.NUMBER: "3.5",
        FieldType.DATE: "2026-12-31",
        FieldType.CHOICE: "Noord",
        FieldType.SEVERAL: ["Zuid", "Noord"],
        FieldType.YES_NO: "true",
    }
    made = {
        kind: field(f"Veld {kind}", {"does": "show"}, type=kind, choices="Noord\nZuid")
        for kind in typed
    }
    values = {named(made[kind]): value for kind, value in typed.items()}
    asked = {"asked": [str(each.pk) for each in made.values()]}
    assert sent(client, **values, **asked).status_code == 302
    ticket = Ticket.objects.latest("pk")
    kept = {each.field.type: each.value for each in ticket.field_values.select_related("field")}
    assert kept == typed | {FieldType.LONG: "een\ntwee", FieldType.SEVERAL: "Noord\nZuid"}
    page = client.get(reverse("my-ticket", args=[ticket.reference])).content.decode()
    for words in ("een<br>twee", "31 december 2026", "Noord, Zuid"):
        assert words in page


@pytest.mark.django_db
def test_a_field_of_one_customer_is_not_on_the_page_of_another(
    client: Client, carla: Contact
) -> None:
    other = people.organisation("Winkel", "diploc")
    field("Kassanummer", {"does": "show", "organisation": other})
    mine = field("Schoolnummer", {"does": "show", "organisation": carla.organisation})
    field("Stil", {"does": "fill", "organisation": carla.organisation, "value": "goud"})
    stranger = client.get(reverse("report")).content.decode()
    assert [name in stranger for name in ("Kassanummer", "Schoolnummer", "goud")] == [False] * 3
    client.force_login(user_of(carla))
    page = client.get(reverse("report")).content.decode()
    assert [name in page for name in ("Kassanummer", "Schoolnummer", "goud")] == [
        False,
        True,
        False,
    ]
    assert sent(client, asked=str(mine.pk), **{named(mine): "12"}).status_code == 302
    kept = Ticket.objects.latest("pk").field_values.values_list("field__name", "value")
    assert dict(kept) == {"Schoolnummer": "12", "Stil": "goud"}  # filled in, and never shown


@pytest.mark.django_db
def test_what_is_filled_in_beforehand_stands_there_and_may_be_changed_or_emptied(
    client: Client, carla: Contact
) -> None:
    client.force_login(user_of(carla))
    agreement = Agreement.objects.get(key="dialog")
    made = field(
        "Omgeving", {"does": "show"}, {"does": "fill", "agreement": agreement, "value": "productie"}
    )
    shown = sent(client)
    assert shown.status_code == 422
    assert 'value="productie"' in shown.content.decode()
    assert sent(client, asked=str(made.pk), **{named(made): ""}).status_code == 302
    assert not Ticket.objects.latest("pk").field_values.exists()


@pytest.mark.django_db
def test_what_is_not_asked_of_a_report_is_not_kept_and_what_is_too_long_is_refused(
    client: Client, carla: Contact
) -> None:
    client.force_login(user_of(carla))
    asked = field("Kort", {"does": "show"})
    unasked = field("Van een wens", {"does": "show", "kinds": ["wish"]})
    seen = {"asked": [str(asked.pk), str(unasked.pk), "999", "x"]}
    large = sent(client, **seen, **{named(asked): "x" * 5_000_000})
    assert large.status_code in (413, 422)
    assert not Ticket.objects.exists()
    done = sent(client, **seen, **{named(asked): "x", named(unasked): "y"})
    assert done.status_code == 302
    assert list(Ticket.objects.get().field_values.values_list("value", flat=True)) == ["x"]
    theirs = asked_of(agreement=None, organisation=None)
    with pytest.raises(NotTaken) as said:
        theirs.taken(kind="question", priority="", given={unasked.pk: "y"})
    assert unasked.pk in said.value.wrong


@pytest.mark.django_db
def test_rules_that_hang_in_a_circle_or_on_what_is_not_there_are_refused_in_words() -> None:
    choice = {"type": FieldType.CHOICE, "choices": "a\nb"}
    one, two, free = field("Een", **choice), field("Twee", **choice), field("Vrij")
    hidden = field("Van ons", customers_see=False)
    FieldRule.objects.create(field=one, does="show", other=two, other_is=["a"])
    wrong = [
        ({"field": two, "does": "show", "other": one, "other_is": ["a"]}, "in a circle: "),
        ({"field": two, "does": "show", "other": free, "other_is": ["a"]}, "not at “Vrij”"),
        ({"field": free, "does": "show", "other": one, "other_is": ["c"]}, "can't be “c”"),
        ({"field": one, "does": "fill", "value": "z"}, "“Een” can't be that"),
        ({"field": hidden, "does": "show"}, "Customers see what they fill in"),
        ({"field": one, "does": "fill"}, "Say what is filled in"),
    ]
    for given_, words in wrong:
        with override("en"), pytest.raises(ValidationError, match=words):
            FieldRule(**given_).full_clean()
    with pytest.raises(IntegrityError), transaction.atomic():
        FieldRule.objects.create(field=one, other=one, other_is=["a"])
    # Two leads at the same moment make one all the same: then what comes first sees nothing.
    FieldRule.objects.create(field=two, does="show", other=one, other_is=["a"])
    theirs = asked_of(agreement=None, organisation=None)
    answers = {one.pk: "a", two.pk: "a"}
    assert not theirs.shown(kind="question", priority="", given=answers)


@pytest.mark.django_db
def test_a_letter_opens_the_form_as_ones_organisation_and_tells_nobody_else_of_it(
    client: Client, carla: Contact
) -> None:
    mine = field("Schoolnummer", {"does": "show", "organisation": carla.organisation})
    ask = {"whose": "1", "subject": "Half", "text": "Nog niet af"}
    pages = []
    for email in (carla.email, "wie@elders.example"):
        answer = sent(client, **ask, email=email)
        pages.append(re.sub(r'value="[^"]*"', "", answer.content.decode()))
        assert answer.status_code == 200
        assert "Nog niet af" in answer.content.decode()
    assert pages[0] == pages[1]
    assert not Ticket.objects.exists()
    letters = {mail.to: mail for mail in OutgoingMail.objects.all()}
    assert letters.keys() == {carla.email, "wie@elders.example"}
    opened = client.get(link_in(letters[carla.email])).content.decode()
    assert "School" in opened
    assert "Schoolnummer" in opened
    strange = client.get(link_in(letters["wie@elders.example"])).content.decode()
    assert "Schoolnummer" not in strange
    answers = {"asked": str(mine.pk), named(mine): "7"}
    done = client.post(link_in(letters[carla.email]), GIVEN | answers | {"email": carla.email})
    assert done.status_code == 302
    ticket = Ticket.objects.get()
    assert (ticket.reporter_proved, ticket.organisation) == (True, carla.organisation)
    assert ticket.field_values.get().value == "7"


@pytest.mark.django_db
def test_a_link_that_is_not_ours_or_too_old_loses_nothing_that_was_typed(client: Client) -> None:
    address = reverse("report-as", args=["van-vroeger"])
    assert "too old" in client.get(address, headers={"Accept-Language": "en"}).content.decode()
    page = client.post(address, GIVEN)
    assert page.status_code == 422
    assert "Hoe exporteer ik?" in page.content.decode()
    assert not Ticket.objects.exists()
    wrong = sent(client, whose="1", email="geen adres")
    assert wrong.status_code == 422
    assert not OutgoingMail.objects.exists()


def link_in(mail: OutgoingMail) -> str:
    """The link in a letter, as it leaves."""
    found = re.search(r"/report/as/\S+", reveal(mail.text, to=mail.to))
    return found[0] if found else ""


@pytest.mark.django_db
def test_only_kinds_and_priorities_of_the_agreement_are_offered(client: Client) -> None:
    dirk = people.contact(people.organisation("Winkel", "diploc"), "Dirk")
    dirk.user = User.objects.create_user(dirk.email, name="Dirk")
    dirk.save()
    client.force_login(user_of(dirk))
    page = client.get(reverse("report")).content.decode()
    assert 'value="wish"' not in page
    assert 'name="priority"' not in page  # this contract knows none
    incident = sent(client, kind="incident", email=dirk.email)
    assert incident.status_code == 302
    ticket = Ticket.objects.get()
    assert (ticket.kind, ticket.priority, ticket.clocks.count()) == ("incident", "", 1)


@pytest.mark.django_db
def test_what_is_filled_in_stands_on_the_tickets_page_is_found_and_goes_into_the_files(
    client: Client, carla: Contact
) -> None:
    made = field("Release", {"does": "show"})
    secret = field("Marge", customers_see=False)
    ticket = desk.open_ticket(
        people.reporter(carla),
        people.words(),
        subject="Traag",
        kind=Kind.QUESTION,
        channel=Channel.WEB,
        values={made.pk: "kameleon", secret.pk: "pinguin"},
    )
    indexing.sweep()
    mona = people.agent("Mona", Role.MANAGER)
    for user, word, finds in (
        (mona, "kameleon", True),
        (mona, "pinguin", True),
        (user_of(carla), "kameleon", True),
        (user_of(carla), "pinguin", False),
    ):
        asking = Asking(user, timezone.now())
        found = finding.find(access.tickets_of(user), read(word), asking).tickets
        assert (ticket.pk in found) is finds, (user, word)
    client.force_login(user_of(carla))
    for word, finds in (("kameleon", True), ("pinguin", False)):
        page = client.get(reverse("my-tickets"), {"q": word}).content.decode()
        assert (f"/my/{ticket.reference}/" in page) is finds
    assert "pinguin" not in str(evidence_of(ticket, now=timezone.now()))
    client.force_login(mona)
    page = client.get(reverse("ticket", args=[ticket.reference])).content.decode()
    assert "kameleon" in page
    CustomField.objects.filter(pk=made.pk).update(active=False)
    page = client.get(reverse("ticket", args=[ticket.reference])).content.decode()
    assert "kameleon" in page  # asked no more, and there still
    CustomField.objects.update(active=True, customers_see=False)
    indexing.sweep()
    asking = Asking(user_of(carla), timezone.now())
    assert not finding.find(access.tickets_of(user_of(carla)), read("kameleon"), asking).tickets
    month = f"{timezone.localdate():%Y-%m}"
    people.setting(carla, when=timezone.now())
    file = client.get(reverse("report-csv"), {"month": month})
    assert "Release" in b"".join(file.streaming_content).decode()  # type: ignore[attr-defined]
